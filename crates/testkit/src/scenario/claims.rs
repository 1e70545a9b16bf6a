//! Claims in a scenario: opened on a day, completed, approved by another, granted, paid, closed.

use anyhow::{Context, Result, bail};
use app::claims::{
    ClaimFacts, ClaimFile, ClaimFilter, ClaimKind, ClaimOpening, ClaimStep, PersonTyped, Reporter,
    StepWanted, Told,
};
use app::deaths::NoticeKind;
use app::office::{Actor, Office, Operation, Role};
use app::scholarships::{YearShown, YearStep, YearWanted};
use app::tasks::Verdict;
use base::id::kind;
use base::{Day, Id, Nik, Rupiah};
use rules::Loss;

use super::block::Block;
use super::journey::{CHECKERS, Journey};

const DAY_MS: u64 = 86_400_000;
/// Who handles claims.
const OFFICER: &str = "ani";

/// `nik:` has a claim of `jenis:` for `kejadian:`, told on `pada:`; with `waris:` (relation, name,
/// a year of school, a day of birth, a guardian) it is completed and approved, with `bpjs:`
/// granted, paid and closed.
pub(super) fn claim(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    let on = wait_until(office, block)?;
    let actor = journey.user(OFFICER, Role::Officer, Operation::HandleClaims)?;
    let kind = ClaimKind::from_name(block.value("jenis")?);
    let losses = block.get("kehilangan").unwrap_or_default().split_whitespace();
    let losses: Option<Vec<Loss>> = losses.map(Loss::parse).collect();
    let opening = ClaimOpening {
        person: person(office, block.value("nik")?)?,
        kind: kind.with_context(|| block.at("jenis", "unknown"))?,
        event: day(block, "kejadian")?,
        reported: Some(on),
        told: Told::Family,
        occupation: None,
        reporter: Reporter::default(),
        facts: ClaimFacts {
            losses: losses.with_context(|| block.at("kehilangan", "unknown"))?,
            ..ClaimFacts::default()
        },
    };
    let (claim, _) = office.open_claim(&actor, &opening)?;
    if claim.steps > 0 {
        return Ok(());
    }
    let heirs = block.get("waris").unwrap_or_default();
    for heir in heirs.split(';').map(str::trim).filter(|heir| !heir.is_empty()) {
        let parts: Vec<&str> = heir.split(',').map(str::trim).collect();
        let [relation, name, rest @ ..] = &parts[..] else { bail!(block.at("waris", heir)) };
        let part = |at: usize| rest.get(at).copied().unwrap_or_default();
        let (school, birth, guardian) = (part(0), part(1), part(2));
        let typed =
            PersonTyped { relation, name, school, birth, guardian, ..PersonTyped::default() };
        office.claim_person(&actor, claim.id, &typed)?;
    }
    match block.get("bpjs") {
        None => Ok(()),
        Some(amount) => {
            let granted = Rupiah::parse(amount).with_context(|| block.at("bpjs", "no amount"))?;
            to_the_end(journey, &actor, claim.id, granted)
        }
    }
}

/// The day of `pada:`, with the clock on it or past it.
pub(super) fn wait_until(office: &Office, block: &Block) -> Result<Day> {
    let on = day(block, "pada")?;
    let wait = office.today().days_until(on);
    office.environment.pass(u64::try_from(wait).unwrap_or(0) * DAY_MS);
    Ok(on)
}

/// Papers, a second person, BPJS, the payment, the end.
fn to_the_end(
    journey: &Journey<'_>,
    actor: &Actor,
    id: Id<kind::Claim>,
    granted: Rupiah,
) -> Result<()> {
    let office = journey.office;
    let today = office.today();
    for paper in office.claim(actor, id)?.papers.iter().filter(|paper| paper.always) {
        office.claim_paper(actor, id, &paper.key, Some(today))?;
    }
    for step in [ClaimStep::Complete, ClaimStep::Propose] {
        office.step_claim(actor, id, &StepWanted::of(step))?;
    }
    let task = office.claim(actor, id)?.task.context("a claim waits for a second person")?;
    let checker = journey.user(CHECKERS[0], Role::Approver, Operation::Approve)?;
    office.decide_task(&checker, task.id, &Verdict::Approve(task.hash))?;
    office.step_claim(actor, id, &StepWanted::of(ClaimStep::Send))?;
    for step in [ClaimStep::Grant, ClaimStep::Pay] {
        let wanted =
            StepWanted { rupiah: Some(granted), receiver: Some(1), ..StepWanted::of(step) };
        office.step_claim(actor, id, &wanted)?;
    }
    office.step_claim(actor, id, &StepWanted::of(ClaimStep::Close))?;
    Ok(())
}

/// The school year of `tahun:` of the child with the number `anak:` in the claim of `nik:` is asked
/// for on `pada:`, approved by another, sent and paid.
pub(super) fn scholarship(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    wait_until(office, block)?;
    let actor = journey.user(OFFICER, Role::Officer, Operation::HandleClaims)?;
    let no = block.value("anak")?.parse().with_context(|| block.at("anak", "no number"))?;
    let year = block.value("tahun")?.parse().with_context(|| block.at("tahun", "no year"))?;
    let id = file_of(office, &actor, block.value("nik")?)?.claim.id;
    let find = |office: &Office| -> Result<Option<YearShown>> {
        let found = office.scholarship(&actor, id)?.context("the claim has a plan")?;
        let mut years = found.years.into_iter();
        Ok(years.find(|one| (one.row.person_no, one.row.year) == (no, year)))
    };
    if find(office)?.is_some_and(|one| one.row.kept.is_some()) {
        return Ok(());
    }
    let of = |step| YearWanted::of(no, year, step);
    let class = block.get("kelas").unwrap_or_default();
    let written = Some(office.today());
    let ask = YearWanted { class, day: written, reference: "421/REKAAN", ..of(YearStep::Ask) };
    office.step_scholarship(&actor, id, &ask)?;
    let task = find(office)?.and_then(|one| one.task).context("waits for a second person")?;
    let checker = journey.user(CHECKERS[0], Role::Approver, Operation::Approve)?;
    office.decide_task(&checker, task.id, &Verdict::Approve(task.hash))?;
    office.step_scholarship(&actor, id, &of(YearStep::Send))?;
    let paid = Rupiah::parse(block.value("dibayar")?);
    let paid = paid.with_context(|| block.at("dibayar", "no amount"))?;
    let transfer = format!("TRF-REKAAN-{no}-{year}");
    let pay = YearWanted { rupiah: Some(paid), reference: &transfer, ..of(YearStep::Pay) };
    office.step_scholarship(&actor, id, &pay)?;
    Ok(())
}

/// The facts of one claim: `manfaat NIK` and so on.
const OF_NIK: [&str; 7] = [
    "manfaat",
    "beasiswa",
    "beasiswa tahun",
    "beasiswa menunggu",
    "beasiswa dibayar",
    "klaim",
    "dibayar ahli waris",
];

/// Whether a name is that of a fact of this module.
pub(super) fn is_fact(name: &str) -> bool {
    let (plain, _) = name.rsplit_once(' ').unwrap_or((name, ""));
    OF_NIK.contains(&plain) || name == "menunggu keluarga"
}

/// The fact of this name.
pub(super) fn fact(office: &Office, reader: &Actor, name: &str) -> Result<String> {
    if name == "menunggu keluarga" {
        let found = office.unclaimed(reader, NoticeKind::Death)?;
        return Ok(found.iter().map(|one| one.rupiah.0).sum::<i64>().to_string());
    }
    let (what, nik) = name.rsplit_once(' ').context("a fact about a claim names its member")?;
    let file = file_of(office, reader, nik)?;
    let scholarship = file.assessment.scholarship.as_ref().map_or(0, |one| one.total.0);
    if what.starts_with("beasiswa ") {
        return scholarship_fact(office, reader, (what, file.claim.id));
    }
    Ok(match what {
        "manfaat" => file.assessment.answer.total.0.to_string(),
        "beasiswa" => scholarship.to_string(),
        "klaim" => file.claim.state.name().to_owned(),
        _ => file.claim.paid.0.to_string(),
    })
}

/// How many school years a plan has, what may be asked for now, what was paid.
fn scholarship_fact(
    office: &Office,
    reader: &Actor,
    (what, claim): (&str, Id<kind::Claim>),
) -> Result<String> {
    let found = office.scholarship(reader, claim)?.context("the claim has a plan")?;
    let waits = found.years.iter().filter(|year| year.row.standing.calls());
    Ok(match what {
        "beasiswa tahun" => found.years.len().to_string(),
        "beasiswa menunggu" => waits.map(|year| year.row.rupiah.0).sum::<i64>().to_string(),
        _ => found.paid.0.to_string(),
    })
}

fn file_of(office: &Office, reader: &Actor, nik: &str) -> Result<ClaimFile> {
    let person = person(office, nik)?;
    let rows = office.claims(reader, &ClaimFilter::default())?;
    let row = rows.iter().rev().find(|row| row.claim.person == person);
    let row = row.with_context(|| format!("{nik} has no claim"))?;
    Ok(office.claim(reader, row.claim.id)?)
}

pub(super) fn person(office: &Office, nik: &str) -> Result<Id<kind::Person>> {
    let number = Nik::parse(nik).ok().with_context(|| format!("no NIK: {nik}"))?;
    let found = office.store.read(|tx| store::people::by_nik(tx, number))?;
    Ok(found.with_context(|| format!("nobody has the NIK {nik}"))?.id)
}

pub(super) fn day(block: &Block, key: &str) -> Result<Day> {
    Day::parse_iso(block.value(key)?).with_context(|| block.at(key, "is no day"))
}
