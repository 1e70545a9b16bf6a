//! Who is on the lists: files from villages, deaths that become known late, changes, people found
//! to be one. Everybody is invented.

use std::path::PathBuf;

use anyhow::{Context, Result};
use app::duplicates::{Judgement, PairState, PairVerdict};
use app::intake::{Receipt, Received};
use app::movements::{LeaveReason, MovementAsked};
use app::office::{Office, Operation, Role};
use app::people::Correction;
use app::references::ReferenceReceived;
use base::id::kind;
use base::{Day, Id, Nik, RegionCode, Rupiah};
use domain::membership::Membership;
use domain::programme::{Programme, Terms};
use domain::reference::ReferenceKind;
use rules::{FundKind, Schemes};
use store::sheets::SheetState;

use super::acts::CHECKERS;
use super::{Deed, World, first_month, short};
use crate::bank::{agree, terms};
use crate::invented::{Invented, invented_rows};
use crate::sheets;

/// The programmes: code, fund, and how many months after the first they begin.
pub(crate) const PROGRAMMES: [(&str, &str, u32); 3] =
    [("petani", "dana-a", 0), ("nelayan", "dana-b", 0), ("pasar", "dana-a", 2)];
/// The funds: code, kind, and what each may commit a month.
pub(crate) const FUNDS: [(&str, FundKind, i64); 2] =
    [("dana-a", FundKind::Apbd, 500_000), ("dana-b", FundKind::Csr, 2_000_000)];
/// The districts that send lists.
const DISTRICTS: [(&str, u64); 3] = [("kec-a", 640_104), ("kec-b", 640_105), ("kec-c", 640_106)];
/// People of one list at most.
const PEOPLE_MAX: u64 = 6;

/// Districts, funds, programmes and everybody who makes or checks.
pub(crate) fn settle_in(office: &Office, months: u32) -> Result<()> {
    let operator = office.actor("operator", Operation::SetUp)?;
    for (code, territory) in DISTRICTS {
        office.add_org(&operator, code, code, RegionCode::from_digits(territory, 3))?;
    }
    for (code, kind, monthly) in FUNDS {
        office.add_fund(&operator, code, kind, Rupiah(monthly * i64::from(months)))?;
    }
    for (code, fund, later) in PROGRAMMES {
        let fund = office.store.read(|tx| store::funds::fund_by_code(tx, fund))?;
        let (first, months) = (first_month().plus(later.cast_signed()), months.cast_signed());
        let programme = Programme {
            id: office.environment.new_id(),
            code: code.into(),
            name: format!("Program {code} (rekaan)").into(),
            territory: office.store.tenant(),
            fund: fund.context("it was added")?.id,
            schemes: Schemes::JKK_JKM,
            first,
            last: first_month().plus(months - 1).max(first),
            occupations: Vec::new(),
            default_occupation: None,
            income: Rupiah(1_000_000),
            refuse_insured: false,
            target: None,
            terms: Terms::default(),
        };
        office.add_programme(&operator, &programme)?;
    }
    agree(office, &terms(None))?;
    for (name, role) in [("ani", Role::Officer), ("citra", Role::Treasurer)] {
        office.add_user(&operator, name, role)?;
    }
    for name in CHECKERS {
        office.add_user(&operator, name, Role::Approver)?;
    }
    Ok(())
}

/// A programme's code.
pub(crate) fn any_programme(world: &mut World<'_>) -> &'static str {
    let count = PROGRAMMES.len() as u64;
    PROGRAMMES[world.dice.below(count) as usize].0
}

fn received(path: PathBuf, programme: &str, org: &str) -> Received {
    let (programme, org) = (programme.to_owned(), org.to_owned());
    Received { path, programme, org, only_sheet: None, confirmed: Vec::new(), dry_run: false }
}

fn receive(office: &Office, received: &Received) -> Result<String, app::error::AppError> {
    let operator = office.actor("operator", Operation::TakeIn)?;
    Ok(match office.receive(&operator, received)? {
        Receipt::Decided(report) => {
            let outcomes = report.outcomes.iter();
            let outcomes: Vec<_> =
                outcomes.map(|(outcome, count)| format!("{} {count}", outcome.name())).collect();
            outcomes.join(" ")
        }
        Receipt::AlreadyReceived(_) => "known".to_owned(),
        Receipt::Waits(..) => "waits".to_owned(),
        Receipt::Refused(refusal) => format!("refused {}", refusal.code),
    })
}

/// A district sends a list: new people, people of other lists, and one written twice by mistake.
pub(super) fn list(world: &mut World<'_>) -> Result<Option<Deed>> {
    let (org, territory) = *world.dice.pick(&DISTRICTS).expect("some district");
    let programme = any_programme(world);
    let count = 1 + world.dice.below(PEOPLE_MAX);
    let first = world.memory.invented;
    let mut places: Vec<u64> = (first..first + count).collect();
    world.memory.invented += count;
    if first > 0 {
        for _ in 0..world.dice.below(3) {
            places.push(world.dice.below(first));
        }
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    for place in places {
        let mut one = invented_rows(&Invented {
            people: place..place + 1,
            territory: RegionCode::from_digits(territory, 3),
            gazetteer: world.office.gazetteer,
            on: first_month().first_day(),
            occupation: "petani",
        });
        let row = one.pop().context("one person is a row")?;
        if rows.is_empty() {
            rows.append(&mut one);
        }
        rows.push(row);
    }
    if world.dice.percent(35) {
        let last = rows.last().context("somebody is on the list")?;
        rows.push(mistyped(last));
    }
    let number = world.memory.files.len();
    let (ending, bytes) = match number % 2 {
        0 => ("xlsx", sheets::xlsx(&rows)),
        _ => ("csv", sheets::csv(&rows)),
    };
    let path = world.folder.join(format!("daftar-{number}.{ending}"));
    std::fs::write(&path, bytes)?;
    world.memory.files.push((path.clone(), programme, org, rows.len() as u64 - 1));
    let words = format!("{programme} {org} {} rows", rows.len() - 1);
    let received = received(path, programme, org);
    Ok(Some(Deed::new(words, move |office| receive(office, &received)).in_parts()))
}

/// The same human once more, with another serial number.
fn mistyped(row: &[String]) -> Vec<String> {
    let mut row = row.to_vec();
    let serial: u64 = row[1][12..].parse().expect("a NIK ends in digits");
    row[1] = format!("{}{:04}", &row[1][..12], serial + 3_000);
    row
}

/// A file that was received before.
pub(super) fn list_again(world: &mut World<'_>) -> Result<Option<Deed>> {
    let Some((path, programme, org, _)) = world.dice.pick(&world.memory.files).cloned() else {
        return Ok(None);
    };
    let words = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let received = received(path, programme, org);
    Ok(Some(Deed::new(words, move |office| receive(office, &received)).in_parts()))
}

/// A list is taken back, when nobody builds on it.
pub(super) fn undo_list(world: &mut World<'_>) -> Result<Option<Deed>> {
    let mut sheets = world.office.store.read(store::sheets::list)?;
    sheets.retain(|sheet| sheet.state == SheetState::Decided);
    let Some(id) = world.dice.pick(&sheets).map(|sheet| sheet.id) else { return Ok(None) };
    Ok(Some(Deed::new(short(id), move |office| {
        let operator = office.actor("operator", Operation::UndoSheet)?;
        office.undo(&operator, id)?;
        Ok("undone".to_owned())
    })))
}

/// The officer puts a programme's people forward.
pub(super) fn propose(world: &mut World<'_>) -> Result<Option<Deed>> {
    let code = any_programme(world);
    Ok(Some(Deed::new(code, move |office| {
        let ani = office.actor("ani", Operation::Propose)?;
        let put = office.propose(&ani, code)?;
        Ok(format!("{} people, new {}", put.lines.len(), put.is_new))
    })))
}

fn any_member(world: &mut World<'_>, code: &str) -> Result<Option<Membership>> {
    let programme = world.office.programme(code)?;
    let members =
        world.office.store.read(|tx| store::memberships::of_programme(tx, programme.id))?;
    Ok(world.dice.pick(&members).copied())
}

/// Somebody leaves a programme from some month on.
pub(super) fn leave(world: &mut World<'_>) -> Result<Option<Deed>> {
    let code = any_programme(world);
    let Some(member) = any_member(world, code)? else { return Ok(None) };
    let months = member.first.months_until(member.last).max(0) as u64 + 1;
    let from = member.first.plus(world.dice.below(months) as i32);
    let reason = *world.dice.pick(&LeaveReason::ALL).expect("there are reasons");
    let words = format!("{code} {} from {from} {}", short(member.person), reason.name());
    Ok(Some(Deed::new(words, move |office| {
        let ani = office.actor("ani", Operation::Propose)?;
        let people = vec![member.person];
        let asked = MovementAsked {
            programme: code,
            from,
            reason,
            people,
            numbers: Vec::new(),
            basis: None,
        };
        let shown = office.propose_movement(&ani, &asked)?;
        Ok(format!("left {} joined {}", shown.head.left, shown.head.joined))
    })))
}

/// The civil registry says who died, some of them months ago, and one of them as somebody else.
pub(super) fn deaths(world: &mut World<'_>) -> Result<Option<Deed>> {
    let code = any_programme(world);
    let Some(member) = any_member(world, code)? else { return Ok(None) };
    let person = world.office.store.read(|tx| store::people::get(tx, member.person))?;
    let Some(person) = person else { return Ok(None) };
    let today = world.office.today();
    let ago = world.dice.below(120) as i32;
    let died = today.plus_days(-ago).max(first_month().first_day());
    let name = match world.dice.percent(15) {
        true => "Zulkarnain Rekaan".to_owned(),
        false => person.name.as_str().to_owned(),
    };
    let text = format!(
        "NIK,Nama,Tanggal Meninggal\n{},{name},{:02}/{:02}/{}\n",
        person.nik.reveal(),
        died.day(),
        died.month(),
        died.year()
    );
    let number = world.memory.dead.len();
    let path = world.folder.join(format!("meninggal-{number}-{}.csv", short(person.id)));
    std::fs::write(&path, text)?;
    let words = format!("{} on {died}", short(person.id));
    world.memory.told_dead.push((person.nik, died));
    Ok(Some(Deed::new(words, move |office| take_deaths(office, &path, today))))
}

fn take_deaths(
    office: &Office,
    path: &std::path::Path,
    as_of: Day,
) -> Result<String, app::error::AppError> {
    let operator = office.actor("operator", Operation::TakeReferences)?;
    let kind = ReferenceKind::Meninggal;
    let received = ReferenceReceived { path, kind, as_of, complete: false };
    Ok(match office.take_reference(&operator, &received)? {
        Ok(receipt) => format!("entries {} known {}", receipt.entries, receipt.known),
        Err(refusal) => format!("refused {}", refusal.code),
    })
}

fn any_person(world: &mut World<'_>) -> Result<Option<Id<kind::Person>>> {
    let code = any_programme(world);
    Ok(any_member(world, code)?.map(|member| member.person))
}

/// An address is corrected, by somebody who saw the newest version or an old one.
pub(super) fn correct(world: &mut World<'_>) -> Result<Option<Deed>> {
    let Some(id) = any_person(world)? else { return Ok(None) };
    let (seen, lane) = (1 + world.dice.below(3) as u32, world.dice.below(90));
    let words = format!("{} version {seen}", short(id));
    Ok(Some(
        Deed::new(words, move |office| {
            let operator = office.actor("operator", Operation::ChangePerson)?;
            let address = Some(format!("Jalan Rekaan {lane}").into());
            let correction = Correction { name: None, address, phone: None };
            office.correct_person(&operator, id, seen, correction)?;
            Ok("corrected".to_owned())
        })
        .in_parts(),
    ))
}

/// Looks for people who are in the register twice.
pub(super) fn search_duplicates(world: &mut World<'_>) -> Result<Option<Deed>> {
    let all = world.dice.percent(30);
    Ok(Some(
        Deed::new(format!("all {all}"), move |office| {
            let operator = office.actor("operator", Operation::ChangePerson)?;
            let found = office.find_duplicates(&operator, all)?;
            Ok(format!("new {} changed {} gone {}", found.new, found.changed, found.gone))
        })
        .in_parts(),
    ))
}

/// Says of a pair that it is one human, or two, or takes that back.
pub(super) fn judge_pair(world: &mut World<'_>) -> Result<Option<Deed>> {
    let operator = world.user("operator", Operation::ChangePerson)?;
    let states = [PairState::Open, PairState::Open, PairState::Same, PairState::Different];
    let state = *world.dice.pick(&states).expect("some state");
    let pairs = world.office.duplicates(&operator, state, None, 100)?;
    let Some((pair, revision)) = world.dice.pick(&pairs).map(|pair| (pair.id, pair.revision))
    else {
        return Ok(None);
    };
    let verdict = match (state, world.dice.percent(80)) {
        (PairState::Open, true) => PairVerdict::Same,
        (PairState::Open, false) => PairVerdict::Different,
        _ => PairVerdict::Undo,
    };
    let words = format!("{} {verdict:?}", short(pair));
    Ok(Some(Deed::new(words, move |office| {
        let operator = office.actor("operator", Operation::ChangePerson)?;
        let judgement = Judgement {
            pair,
            revision: Some(revision),
            verdict,
            keep: None,
            reason: "Sama menurut desa",
        };
        Ok(format!("{:?}", office.judge_pair(&operator, &judgement)?))
    })))
}

/// Cards for whoever is covered.
pub(super) fn cards(world: &mut World<'_>) -> Result<Option<Deed>> {
    let code = any_programme(world);
    Ok(Some(
        Deed::new(code, move |office| {
            let operator = office.actor("operator", Operation::Cards)?;
            Ok(format!("{} cards", office.issue_cards(&operator, code)?))
        })
        .in_parts(),
    ))
}

/// The day of death that lists told of a number, the earliest.
pub(crate) fn day_of_death(told: &[(Nik, Day)], nik: Nik) -> Option<Day> {
    told.iter().filter(|(of, _)| *of == nik).map(|(_, day)| *day).min()
}
