//! Doors without a login in a scenario: what anybody tells, what the office does with it, and what
//! the holder of a card is shown.

use anyhow::{Context, Result, bail};
use app::claims::ClaimKind;
use app::doors::{
    MessageClaim, MessageCode, MessageFilter, MessageState, MessageTyped, StatusShown,
};
use app::office::{Actor, Office, Operation, Role};
use base::{Day, Nik};
use domain::card::Card;

use super::block::Block;
use super::journey::Journey;

const DAY_MS: u64 = 86_400_000;
/// Who handles what is told.
const OFFICER: &str = "ani";
/// From where everybody asks: an address of no network.
const FROM: &str = "203.0.113.9";

/// Something of `jenis:` is told on `pada:` about the holder of the card of `tentang:`; then the
/// office or the sender does what `tindak:` says: `klaim JENIS`, `jawab KATA`, `tarik`.
pub(super) fn tell(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    let on = Day::parse_iso(block.value("pada")?).with_context(|| block.at("pada", "is no day"))?;
    let wait = office.today().days_until(on);
    office.environment.pass(u64::try_from(wait).unwrap_or(0) * DAY_MS);
    let card = card_of(office, block.value("tentang")?)?.map(|card| card.number.to_string());
    let helper: Vec<&str> =
        block.get("penolong").unwrap_or_default().split(',').map(str::trim).collect();
    let part = |at: usize| helper.get(at).copied().unwrap_or_default();
    let typed = MessageTyped {
        kind: block.value("jenis")?,
        event: block.get("kejadian").unwrap_or_default(),
        subject: block.value("nama")?,
        card: card.as_deref().unwrap_or_default(),
        account: block.get("uraian").unwrap_or_default(),
        sender: block.get("pelapor").unwrap_or_default(),
        relation: block.value("hubungan")?,
        helped: helper.len() == 3,
        helper_kind: part(0),
        helper: part(1),
        agreement: part(2),
        ..MessageTyped::default()
    };
    let sent = office.send_message(&typed, &block.start(), FROM);
    let code = match sent {
        Ok(sent) => sent.code,
        Err(wrong) => bail!("{}: {wrong:?}", block.start()),
    };
    act(journey, block, code)
}

fn act(journey: &Journey<'_>, block: &Block, code: MessageCode) -> Result<()> {
    let office = journey.office;
    let actor = journey.user(OFFICER, Role::Officer, Operation::HandleMessages)?;
    let (act, rest) =
        block.value("tindak")?.split_once(' ').unwrap_or((block.value("tindak")?, ""));
    let own = office.store.read(|tx| store::doors::by_code(tx, code))?;
    let id = own.with_context(|| block.at("tindak", "no such message"))?.id;
    match act {
        "klaim" => {
            let kind = ClaimKind::from_name(rest).with_context(|| block.at("tindak", rest))?;
            office.claim_for_message(&actor, id, &MessageClaim { person: None, kind })?;
        }
        "jawab" => {
            office.answer_message(&actor, id, rest)?;
        }
        "tarik" => {
            office.withdraw_message(code, FROM)?;
        }
        _ => bail!(block.at("tindak", act)),
    }
    Ok(())
}

/// The facts of one card: `status NIK` and so on.
const OF_NIK: [&str; 2] = ["status", "dibayar sampai"];
/// Facts of all messages.
const OF_ALL: [&str; 5] = [
    "laporan menunggu",
    "laporan menjadi klaim",
    "laporan dijawab",
    "laporan ditarik",
    "laporan dibantu",
];

/// Whether a name is that of a fact of this module.
pub(super) fn is_fact(name: &str) -> bool {
    let (plain, _) = name.rsplit_once(' ').unwrap_or((name, ""));
    OF_NIK.contains(&plain) || OF_ALL.contains(&name)
}

/// The fact of this name.
pub(super) fn fact(office: &Office, reader: &Actor, name: &str) -> Result<String> {
    if !OF_ALL.contains(&name) {
        let (what, nik) = name.rsplit_once(' ').context("a status names its holder")?;
        let shown = shown(office, nik)?;
        let until = shown.paid_until.map_or(String::new(), |month| month.to_string());
        return Ok(if what == "status" { shown.state.name().to_owned() } else { until });
    }
    let state = match name {
        "laporan menunggu" => Some(MessageState::Received),
        "laporan menjadi klaim" => Some(MessageState::Opened),
        "laporan dijawab" => Some(MessageState::Answered),
        "laporan ditarik" => Some(MessageState::Withdrawn),
        _ => None,
    };
    let found = office.messages(reader, &MessageFilter { state, kind: None })?;
    let counted = found.iter().filter(|row| state.is_some() || row.message.helped);
    Ok(counted.count().to_string())
}

fn shown(office: &Office, nik: &str) -> Result<StatusShown> {
    let card = card_of(office, nik)?.with_context(|| format!("{nik} has no card"))?;
    let holder = office.store.read(|tx| store::people::get(tx, card.person))?;
    let birth = holder.context("a card has a holder")?.birth;
    office.card_status(card.number, birth, FROM)?.context("the holder is shown")
}

/// The card of whoever has this number, of any programme.
fn card_of(office: &Office, nik: &str) -> Result<Option<Card>> {
    let number = Nik::parse(nik).ok().with_context(|| format!("no NIK: {nik}"))?;
    let found = office.store.read(|tx| store::people::by_nik(tx, number))?;
    let person = found.with_context(|| format!("nobody has the NIK {nik}"))?.id;
    for programme in office.programmes()? {
        let cards = office.store.read(|tx| store::cards::of_programme(tx, programme.id))?;
        if let Some(card) = cards.into_iter().find(|card| card.person == person) {
            return Ok(Some(card));
        }
    }
    Ok(None)
}
