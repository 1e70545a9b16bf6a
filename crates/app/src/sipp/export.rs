//! What goes to BPJS: who, under which employer's number, in which sheet; and why others do not.

use std::collections::{BTreeMap, HashMap, HashSet};

use base::id::kind;
use base::{Day, Id, Month};
use documents::bundle::bundle;
use documents::form_workbook::{FormTab, form_workbook};
use documents::workbook::DocumentInfo;
use domain::movement::MovementState;
use domain::programme::Programme;
use domain::registry::Person;
use domain::sipp::{
    ColumnSource, HeldBack, Npp, Picked, SippFacts, SippKind, SippSheet, StandingState, choose,
    submission_id,
};
use store::Tx;
use store::movements::Side;
use store::sipp::{Standing, Submission};

use super::columns::sheet_of;
use super::{IDENTITY_UNTIL, Wages, World};
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{PersonShown, masked_now};
use crate::words::{Language, Words};

/// What is asked for.
pub struct SippAsked<'a> {
    /// The programme, by code.
    pub programme: &'a str,
    /// For what.
    pub kind: SippKind,
    /// For which month.
    pub month: Month,
    /// Whether continuing members go along whose wage is the same.
    pub all: bool,
    /// The office's own map of columns; the sheet that comes with Payung when absent.
    pub sheet: Option<&'a SippSheet>,
}

/// Somebody who is held back.
#[derive(Debug, Clone)]
pub struct HeldLine {
    /// Who, masked.
    pub person: PersonShown,
    /// Why.
    pub held: HeldBack,
}

/// What came of asking.
pub struct SippSent {
    /// The submission; none when nobody is to be sent.
    pub submission: Option<Submission>,
    /// Whether it was made just now.
    pub is_new: bool,
    /// How many people it sends.
    pub people: u64,
    /// Who is held back, by place and name.
    pub held: Vec<HeldLine>,
    /// Whether a column that the form needs stays empty until the branch says what it wants there.
    pub wants_identity_until: bool,
}

/// The choice, before anything is kept.
struct Prepared {
    world: World,
    picked: Vec<Picked>,
    sent: SippSent,
}

/// A file to BPJS.
pub struct SippFile {
    /// Its path below the folder of the submission. The name is the form's own, so that parts lie
    /// in folders of their own.
    pub path: String,
    /// How many people it holds.
    pub rows: usize,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Who left by an approved change: the first month without them, and why in words.
type Leavings = HashMap<Id<kind::Person>, (Month, String)>;

/// One person's row of a sheet, or the heading that is empty.
struct Filling<'a> {
    office: &'a Office,
    sheet: &'a SippSheet,
    programme: &'a Programme,
    month: Month,
    identity_until: Option<String>,
    end_cause: String,
    left: Leavings,
    schemes: String,
}

impl Filling<'_> {
    fn row(
        &self,
        world: &World,
        wages: &mut Wages<'_>,
        person: &Person,
        number: usize,
    ) -> Result<Result<Vec<String>, HeldBack>, AppError> {
        let Some(member) = world.members.get(&person.id) else {
            return Ok(Err(HeldBack::Unchanged));
        };
        let office = self.office;
        let month = self.month.min(member.membership.last);
        let wage = wages.of(month, member)?;
        let named = |level: u8| match person.place.level() >= level {
            true => office.place_words(person.place.at_level(level)),
            false => String::new(),
        };
        let (village, district) = (named(4), named(3));
        let occupation = person.occupation.as_ref().and_then(|key| office.occupations.get(key));
        // A change that ended another membership than this says nothing of why this one ended.
        let left = self.left.get(&person.id);
        let left = left.filter(|(from, _)| *from == member.membership.last.plus(1));
        let end_cause = left.map_or(&self.end_cause, |(_, reason)| reason);
        let filled = self.sheet.fill(&SippFacts {
            number,
            person,
            kpj: world.numbers.get(&person.id).copied(),
            wage,
            location: crate::regions::sipp_locations().code_of(person.place),
            place: [&village, &district],
            occupation: occupation.map_or("", |found| &found.label),
            first: member.membership.first,
            last: member.membership.last,
            identity_until: self.identity_until.as_deref(),
            end_cause,
            programme: &self.programme.name,
            schemes: &self.schemes,
        });
        Ok(filled.map_err(HeldBack::Empty))
    }
}

/// The sheet that comes with Payung for a kind of file.
pub(super) fn builtin_sheet(kind: SippKind) -> SippSheet {
    let text = match kind {
        SippKind::New | SippKind::Resubmission => {
            include_str!("../../../domain/data/sipp/mendaftar.tsv")
        }
        SippKind::Continuing => include_str!("../../../domain/data/sipp/lanjutan.tsv"),
        SippKind::Deactivation => include_str!("../../../domain/data/sipp/nonaktif.tsv"),
        SippKind::Roster => include_str!("../../../domain/data/sipp/roster_bpu.tsv"),
    };
    SippSheet::parse(text).expect("a test reads the sheets that come with Payung")
}

impl Office {
    /// Whom a month's file would send, and who is held back; nothing is kept.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`.
    pub fn sipp_preview(&self, actor: &Actor, asked: &SippAsked<'_>) -> Result<SippSent, AppError> {
        let programme = self.programme(asked.programme)?;
        self.authorize(actor, Operation::ExportPeople, &Target::in_region(programme.territory))?;
        self.store.read(|tx| Ok(self.prepared(tx, &programme, asked)?.sent))
    }

    /// Chooses whom a month's file sends, and keeps that they were sent.
    ///
    /// Asked again while nothing changed, it answers the submission made before.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`.
    pub fn sipp_send(&self, actor: &Actor, asked: &SippAsked<'_>) -> Result<SippSent, AppError> {
        let programme = self.programme(asked.programme)?;
        let target = Target::in_region(programme.territory);
        self.authorize(actor, Operation::ExportPeople, &target)?;
        // What is sent is remembered: who may only read a file makes none.
        self.authorize(actor, Operation::Propose, &target)?;
        self.store.write(|tx| {
            let Prepared { world, picked, mut sent } = self.prepared(tx, &programme, asked)?;
            if picked.is_empty() || sent.submission.is_some() {
                return Ok(sent);
            }
            let id = submission_id(programme.id, asked.kind, asked.month, &picked);
            let submission = Submission {
                id,
                programme: programme.id,
                kind: asked.kind,
                month: asked.month,
                people: picked.len() as u32,
                held: sent.held.len() as u32,
                made_at_ms: self.now_ms(),
                made_by: actor.id,
            };
            store::sipp::insert_submission(tx, &submission, &picked)?;
            self.note_sent(tx, &world, &programme, asked, &picked)?;
            self.record(tx, actor, "sipp-sent", "sipp-submission", id.as_bytes())?;
            sent.submission = Some(submission);
            sent.is_new = true;
            Ok(sent)
        })
    }

    /// The choice, and the submission that was made of it before, if one was.
    fn prepared(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        asked: &SippAsked<'_>,
    ) -> Result<Prepared, AppError> {
        let own = sheet_of(tx, asked.kind)?;
        let sheet = asked.sheet.unwrap_or(&own);
        let world = World::of(self, tx, programme)?;
        let (picked, mut held) = self.chosen(tx, &world, programme, asked, sheet)?;
        // Whoever was sent and not answered is not sent twice.
        let (pending, picked): (Vec<Picked>, Vec<Picked>) =
            picked.into_iter().partition(|one| is_pending(&world, asked.kind, one.person));
        let before = match picked.is_empty() && !pending.is_empty() {
            true => made_before(tx, programme, asked)?,
            false => None,
        };
        if before.is_none() {
            held.extend(pending.into_iter().map(|one| (one.person, HeldBack::Waiting)));
            held.sort_by_key(|(person, _)| world.place_of(*person));
        }
        let line = |(person, held): (Id<kind::Person>, HeldBack)| {
            let person = masked_now(world.person(person)?);
            Some(HeldLine { person, held })
        };
        let asks = sheet.asks_for(&ColumnSource::IdentityUntil);
        let told = store::settings::get(tx, IDENTITY_UNTIL)?.unwrap_or_default();
        let id = submission_id(programme.id, asked.kind, asked.month, &picked);
        let submission = match before {
            Some(before) => Some(before),
            None => store::sipp::submission(tx, id)?,
        };
        let people = submission.as_ref().map_or(picked.len() as u64, |one| u64::from(one.people));
        let sent = SippSent {
            submission,
            is_new: false,
            people,
            held: held.into_iter().filter_map(line).collect(),
            wants_identity_until: asks && told.is_empty(),
        };
        Ok(Prepared { world, picked, sent })
    }

    /// The choice, with whoever lacks what the form needs held back.
    fn chosen(
        &self,
        tx: &mut Tx<'_>,
        world: &World,
        programme: &Programme,
        asked: &SippAsked<'_>,
        sheet: &SippSheet,
    ) -> Result<(Vec<Picked>, Vec<(Id<kind::Person>, HeldBack)>), AppError> {
        let mut wages = Wages::of_programme(self, tx, programme)?;
        let planned = store::memberships::elsewhere(tx, programme.id)?.into_iter();
        let elsewhere: HashSet<_> = planned
            .filter(|cover| cover.membership.holds(asked.month))
            .map(|cover| cover.membership.person)
            .collect();
        let members = world.as_members(&mut wages, asked.month, &elsewhere)?;
        let employers = store::sipp::employers(tx, programme.id)?;
        let chosen = choose((asked.kind, asked.month), asked.all, &members, &employers);
        let filling = self.filling(tx, programme, asked.month, sheet)?;
        let (mut picked, mut held) = (Vec::new(), chosen.held);
        for one in chosen.picked {
            let person = world.person(one.person).expect("whoever is picked is on the list");
            match filling.row(world, &mut wages, person, 1)? {
                Ok(_) => picked.push(one),
                Err(empty) => held.push((one.person, empty)),
            }
        }
        held.sort_by_key(|(person, _)| world.place_of(*person));
        Ok((picked, held))
    }

    fn filling<'a>(
        &'a self,
        tx: &mut Tx<'_>,
        programme: &'a Programme,
        month: Month,
        sheet: &'a SippSheet,
    ) -> Result<Filling<'a>, AppError> {
        let words = Words::of(Language::Indonesian);
        let identity_until = store::settings::get(tx, IDENTITY_UNTIL)?;
        let names: Vec<&str> = programme.schemes.iter().map(|scheme| scheme.name()).collect();
        Ok(Filling {
            office: self,
            sheet,
            programme,
            month,
            identity_until: identity_until.filter(|text| !text.is_empty()),
            end_cause: words.get("sipp-end-cause"),
            left: match sheet.asks_for(&ColumnSource::EndCause) {
                true => leavings(tx, programme, words)?,
                false => Leavings::new(),
            },
            schemes: names.join(", ").to_uppercase(),
        })
    }

    /// Says of everybody sent that they were; an acceptance stands, whatever is sent after it.
    fn note_sent(
        &self,
        tx: &mut Tx<'_>,
        world: &World,
        programme: &Programme,
        asked: &SippAsked<'_>,
        picked: &[Picked],
    ) -> Result<(), AppError> {
        if asked.kind == SippKind::Roster {
            return Ok(());
        }
        let (mut new, mut changed) = (Vec::new(), Vec::new());
        for one in picked {
            match world.standings.get(&one.person) {
                None => new.push(Standing {
                    person: one.person,
                    state: StandingState::Sent,
                    month: asked.month,
                    rejections: 0,
                    reason: None,
                    since: None,
                    version: None,
                    reply: None,
                    version_now: 0,
                }),
                Some(standing) if standing.state.is_open_rejection() => {
                    let state = StandingState::Resent;
                    changed.push(Standing { state, month: asked.month, ..*standing });
                }
                Some(_) => {}
            }
        }
        let now = self.now_ms();
        store::sipp::insert_standings(tx, programme.id, &new, now)?;
        Ok(store::sipp::change_standings(tx, programme.id, &changed, now)?)
    }

    /// The files of a submission, written from the register as it is now; who asks for them is
    /// kept.
    ///
    /// # Errors
    /// `SIPP_SUBMISSION_UNKNOWN`, `USER_MAY_NOT`; `SIPP_FILE_CHANGED` when somebody on it lacks by
    /// now what the form needs.
    pub fn sipp_files(
        &self,
        actor: &Actor,
        id: Id<kind::SippSubmission>,
        own: Option<&SippSheet>,
    ) -> Result<(Submission, Programme, Vec<SippFile>), AppError> {
        let unknown = || AppError::not_found("SIPP_SUBMISSION_UNKNOWN", "");
        self.store.write(|tx| {
            let submission = store::sipp::submission(tx, id)?.ok_or_else(unknown)?;
            let programme =
                store::programmes::get(tx, submission.programme)?.ok_or_else(unknown)?;
            let target = Target::in_region(programme.territory);
            self.authorize(actor, Operation::ExportPeople, &target)?;
            let builtin = sheet_of(tx, submission.kind)?;
            let sheet = own.unwrap_or(&builtin);
            let files = self.files_of(tx, &submission, &programme, sheet)?;
            self.record(tx, actor, "sipp-files-written", "sipp-submission", id.as_bytes())?;
            Ok((submission, programme, files))
        })
    }

    /// The files of a submission in one archive.
    ///
    /// # Errors
    /// Those of [`Office::sipp_files`].
    pub fn sipp_archive(
        &self,
        actor: &Actor,
        id: Id<kind::SippSubmission>,
    ) -> Result<(Submission, Vec<u8>), AppError> {
        let (submission, _, files) = self.sipp_files(actor, id, None)?;
        let unwritable = |_| AppError::new(ErrorKind::Unexpected, "FILE_UNWRITABLE", "");
        let parts = files.iter().map(|file| (file.path.as_str(), file.bytes.as_slice()));
        Ok((submission, bundle(parts).map_err(unwritable)?))
    }

    fn files_of(
        &self,
        tx: &mut Tx<'_>,
        submission: &Submission,
        programme: &Programme,
        sheet: &SippSheet,
    ) -> Result<Vec<SippFile>, AppError> {
        let world = World::of(self, tx, programme)?;
        let mut wages = Wages::of_programme(self, tx, programme)?;
        let filling = self.filling(tx, programme, submission.month, sheet)?;
        let mut by_number: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
        for (person, npp) in store::sipp::sent(tx, submission.id)? {
            // Whoever was erased or merged since is sent no more.
            let Some(person) = world.person(person) else { continue };
            let rows = by_number.entry(folder_of(npp.as_ref())).or_default();
            let number = rows.len() % sheet.rows_max + 1;
            let row = filling.row(&world, &mut wages, person, number)?;
            let changed = |_| AppError::new(ErrorKind::Conflict, "SIPP_FILE_CHANGED", "");
            rows.push(row.map_err(changed)?);
        }
        let day = self.environment.today();
        let mut files = Vec::new();
        for (npp, rows) in by_number {
            let name = sheet.file.replace("{npp}", &npp).replace("{programme}", &programme.code);
            let parts = rows.chunks(sheet.rows_max);
            let is_one = parts.len() == 1;
            for (part, rows) in parts.enumerate() {
                let folder = match is_one {
                    true => npp.clone(),
                    false => format!("{npp}/bagian-{}", part + 1),
                };
                let bytes = written(sheet, rows, day)?;
                files.push(SippFile { path: format!("{folder}/{name}"), rows: rows.len(), bytes });
            }
        }
        Ok(files)
    }
}

/// Why people left, by the latest approved change that names them.
fn leavings(tx: &mut Tx<'_>, programme: &Programme, words: &Words) -> Result<Leavings, AppError> {
    let roots = store::merges::roots(tx)?;
    let mut found = Leavings::new();
    for change in store::movements::of_programme(tx, programme.id)? {
        if change.state != MovementState::Approved {
            continue;
        }
        let reason = words.get(&format!("leave-{}", change.reason.name()));
        let items = store::movements::items(tx, change.id)?.into_iter();
        for item in items.filter(|item| item.side == Side::Left) {
            let person = store::merges::root_of(&roots, item.person);
            found.insert(person, (change.from, reason.clone()));
        }
    }
    Ok(found)
}

/// Whether somebody was sent for the same purpose and waits for the answer. A roster is no
/// question.
fn is_pending(world: &World, kind: SippKind, person: Id<kind::Person>) -> bool {
    let state = world.standings.get(&person).map(|standing| standing.state);
    match kind {
        SippKind::New | SippKind::Continuing => state == Some(StandingState::Sent),
        SippKind::Resubmission => state == Some(StandingState::Resent),
        SippKind::Deactivation | SippKind::Roster => false,
    }
}

/// The newest submission for the same purpose and month.
fn made_before(
    tx: &mut Tx<'_>,
    programme: &Programme,
    asked: &SippAsked<'_>,
) -> Result<Option<Submission>, AppError> {
    let mut all = store::sipp::submissions(tx)?.into_iter();
    Ok(all.find(|one| {
        one.programme == programme.id && one.kind == asked.kind && one.month == asked.month
    }))
}

fn folder_of(npp: Option<&Npp>) -> String {
    npp.map_or_else(|| "bpu".to_owned(), Npp::to_string)
}

/// The form: instructions and places of work as the insurer's own has them, when it has them.
fn written(sheet: &SippSheet, rows: &[Vec<String>], day: Day) -> Result<Vec<u8>, AppError> {
    let official = !sheet.guide.is_empty();
    let cells = |cells: &[Box<str>]| cells.iter().map(|cell| cell.to_string()).collect();
    let mut guide = sheet.guide.iter().map(|(row, texts)| (*row, cells(texts)));
    let wide = sheet.guide.iter().filter(|(_, texts)| texts.len() == 1).map(|(row, _)| *row);
    let heads = sheet.columns.iter().map(|column| column.head.to_string()).collect();
    let mut table = std::iter::once((1, heads)).chain((2u32..).zip(rows.iter().cloned()));
    let places = crate::regions::sipp_locations().by_name();
    let place_heads = vec!["NAMA".to_owned(), "KODE_LOKASI".to_owned()];
    let place_rows = places.iter().map(|one| vec![one.name.to_string(), one.code.to_string()]);
    let mut place_rows = std::iter::once((1, place_heads)).chain((2u32..).zip(place_rows));
    let mut tabs = Vec::new();
    if official {
        tabs.push(FormTab {
            name: "Petunjuk Pengisian",
            widths: vec![30, 80],
            rows: &mut guide,
            wide_rows: wide.collect(),
        });
    }
    tabs.push(FormTab {
        name: &sheet.tab,
        widths: sheet.columns.iter().map(|column| column.width).collect(),
        rows: &mut table,
        wide_rows: Vec::new(),
    });
    if official {
        tabs.push(FormTab {
            name: "Lokasi Pekerjaan",
            widths: vec![30, 14],
            rows: &mut place_rows,
            wide_rows: Vec::new(),
        });
    }
    let info = DocumentInfo {
        title: sheet.tab.to_string(),
        author: "Payung".to_owned(),
        language: "id-ID".to_owned(),
        created: Some(day),
    };
    let unwritable = |_| AppError::new(ErrorKind::Unexpected, "FILE_UNWRITABLE", "");
    form_workbook(&mut tabs, &info).map_err(unwritable)
}
