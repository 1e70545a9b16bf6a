//! Claims in a scenario: opened on a day, completed, approved by another, granted, paid, closed.

use anyhow::{Context, Result, bail};
use app::claims::{
    ClaimFacts, ClaimFile, ClaimFilter, ClaimKind, ClaimOpening, ClaimStep, PersonTyped, Reporter,
    StepWanted, Told,
};
use app::deaths::NoticeKind;
use app::office::{Actor, Office, Operation, Role};
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
/// and a year of school) it is completed and approved, with `bpjs:` granted, paid and closed.
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
        let school = rest.first().copied().unwrap_or_default();
        let typed = PersonTyped { relation, name, school, ..PersonTyped::default() };
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

/// The facts of one claim: `manfaat NIK` and so on.
const OF_NIK: [&str; 4] = ["manfaat", "beasiswa", "klaim", "dibayar ahli waris"];

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
    Ok(match what {
        "manfaat" => file.assessment.answer.total.0.to_string(),
        "beasiswa" => scholarship.to_string(),
        "klaim" => file.claim.state.name().to_owned(),
        _ => file.claim.paid.0.to_string(),
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
