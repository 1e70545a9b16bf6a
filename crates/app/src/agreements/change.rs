//! What changes an agreement: written, signed, amended, ended, copied; duties ticked.
//!
//! Each act is one transaction and one line of the log; the same act again changes nothing.

use base::{Day, Id};
use domain::agreement::{AgreementRefusal, AgreementState, Duty, DutyKind, Terms};
use domain::organisation::Tree;
use sha2::{Digest, Sha256};
use store::Tx;
use store::agreements::{self, Agreement, Scan, Ticked, Version};

use super::{NewAgreement, SCAN_BYTES_MAX, Script, World, found};
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};

/// Whether an act did something, or was done before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It was done now.
    Now,
    /// It was so already.
    Before,
}

/// That the paper was signed.
#[derive(Default)]
pub struct Signing<'a> {
    /// The day; the first day of the terms when none.
    pub on: Option<Day>,
    /// The number on the paper, where the draft has none yet or another.
    pub number: Option<&'a str>,
    /// The scanned paper; may follow later.
    pub scan: Option<&'a [u8]>,
}

/// A change of what an agreement says; what is not said stays.
#[derive(Default)]
pub struct Amendment<'a> {
    /// The whole terms as a file.
    pub terms: Option<&'a str>,
    /// The number on the paper of the amendment.
    pub number: Option<&'a str>,
    /// The last day.
    pub to: Option<Day>,
    /// Days of notice.
    pub notice_days: Option<u16>,
    /// Who signs and in which office, by the party's place counted from 1.
    pub signatories: Vec<(u8, String, String)>,
    /// A duty more.
    pub duty: Option<NewDuty>,
    /// Why; an amendment of what was signed needs it.
    pub reason: &'a str,
}

/// A duty to be added.
pub struct NewDuty {
    /// Its code.
    pub code: String,
    /// Whose, counted from 1.
    pub party: u8,
    /// What sort.
    pub kind: DutyKind,
    /// Its words.
    pub text: String,
    /// The last day on which it is done in time.
    pub due: Option<Day>,
    /// Whether it is owed to each facility of its party.
    pub each_facility: bool,
}

/// A copy for another office.
pub struct Copying<'a> {
    /// The agreement to copy.
    pub from: &'a str,
    /// The code of the copy.
    pub code: &'a str,
    /// The office whose place is taken; the first party when none.
    pub instead_of: Option<&'a str>,
    /// The office it is for.
    pub to: &'a str,
    /// The first day of the copy.
    pub first: Day,
    /// The last day; as long as before when none.
    pub last: Option<Day>,
}

/// Duties ticked, or ticks taken back.
pub struct Ticking<'a> {
    /// The duty's code.
    pub duty: &'a str,
    /// The facilities; none for a duty that is done once.
    pub orgs: &'a [String],
    /// Whether every facility is meant.
    pub all: bool,
    /// The day; today when none.
    pub on: Option<Day>,
    /// What shows it.
    pub note: &'a str,
    /// Whether the ticks are taken back.
    pub undo: bool,
}

/// The longest note and the longest reason.
const NOTE_CHARS: usize = 500;

impl Office {
    /// Writes an agreement from a text; the same again is no change.
    ///
    /// # Errors
    /// `TEMPLATE_UNKNOWN`, `ORG_UNKNOWN`, `CODE_TAKEN`, `ORG_CODE_UNFIT`, the code of a refusal.
    pub fn add_agreement(&self, actor: &Actor, new: &NewAgreement<'_>) -> Result<Done, AppError> {
        self.authorize(actor, Operation::SetUp, &Target::default())?;
        check_code(new.code)?;
        let mut script = Script::parse(&self.template_text(new.template)?)?;
        if script.party.len() != new.parties.len() {
            let few = AgreementRefusal::PartiesTooFew;
            return Err(AppError::refused(few.name(), script.party.len().to_string()));
        }
        for (party, code) in script.party.iter_mut().zip(new.parties) {
            party.org.clone_from(code);
        }
        script.number = new.number.to_owned();
        if !new.place.trim().is_empty() {
            script.place = new.place.to_owned();
        } else if script.place.is_empty() {
            script.place = self.place_name();
        }
        script.from = new.from.to_string();
        script.to = new.to.map(|to| to.to_string()).unwrap_or_default();
        if new.to.is_none() && script.months.is_none() {
            return Err(AppError::usage("NOT_A_DAY", ""));
        }
        self.store.write(|tx| {
            let terms = self.terms_of(tx, &script)?;
            self.insert_agreement(tx, actor, (new.code, new.template, None), terms)
        })
    }

    /// Copies an agreement for another office; the same again is no change.
    ///
    /// # Errors
    /// `AGREEMENT_UNKNOWN`, `ORG_UNKNOWN`, `CODE_TAKEN`, the code of a refusal.
    pub fn copy_agreement(&self, actor: &Actor, copying: &Copying<'_>) -> Result<Done, AppError> {
        self.authorize(actor, Operation::SetUp, &Target::default())?;
        check_code(copying.code)?;
        self.store.write(|tx| {
            let from = found(tx, copying.from)?;
            let versions = agreements::versions(tx, from.id)?;
            let terms = &super::current(&from, &versions).terms;
            let orgs = store::orgs::list(tx)?;
            let by_code = |code: &str| {
                let org = orgs.iter().find(|org| &*org.code == code);
                org.ok_or_else(|| AppError::not_found("ORG_UNKNOWN", code))
            };
            let away = match copying.instead_of {
                Some(code) => by_code(code)?.id,
                None => terms.parties[0].org,
            };
            let to = by_code(copying.to)?;
            let contact = store::orgs::contact(tx, to.id)?;
            if !super::kinds_of(tx)?.has(&to.kind, domain::organisation::OrgTrait::Party) {
                let unfit = AgreementRefusal::PartyUnfit;
                return Err(AppError::refused(unfit.name(), copying.to));
            }
            let basis = terms.parties.iter().find(|party| party.org == away);
            let party = domain::agreement::Party {
                org: to.id,
                name: to.name.clone(),
                called: "".into(),
                signatory: contact.officer,
                office: contact.office,
                basis: basis.map(|party| party.basis.clone()).unwrap_or_default(),
                address: contact.address,
            };
            let copy = terms.copied_to(away, &party).moved_to(copying.first, copying.last);
            copy.check().map_err(refused)?;
            let template = from.template.clone();
            self.insert_agreement(tx, actor, (copying.code, &template, Some(&from)), copy)
        })
    }

    fn insert_agreement(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (code, template, from): (&str, &str, Option<&Agreement>),
        terms: Terms,
    ) -> Result<Done, AppError> {
        if let Some(known) = agreements::by_code(tx, code)? {
            let first = agreements::versions(tx, known.id)?.remove(0).terms;
            let same = match from {
                None => {
                    // It may have had its number since.
                    let terms = Terms { number: first.number.clone(), ..terms };
                    terms.digest() == first.digest() && &*known.template == template
                }
                // What it was copied from may have been amended since.
                Some(from) => {
                    let orgs = |terms: &Terms| -> Vec<_> {
                        terms.parties.iter().map(|party| party.org).collect()
                    };
                    known.copied_from == Some(from.id)
                        && orgs(&first) == orgs(&terms)
                        && first.from == terms.from
                }
            };
            return match same {
                true => Ok(Done::Before),
                false => Err(AppError::new(ErrorKind::Conflict, "CODE_TAKEN", code)),
            };
        }
        let now = self.now_ms();
        let agreement = Agreement {
            id: self.environment.new_id(),
            code: code.into(),
            template: template.into(),
            copied_from: from.map(|agreement| agreement.id),
            state: AgreementState::Draft,
            version: 0,
            newest: 1,
            ended_on: None,
            made_by: actor.id,
            made_at_ms: now,
        };
        let version = self.drafted(actor, 1, terms, "");
        agreements::insert(tx, &agreement, &version)?;
        let act = if from.is_some() { "agreement-copied" } else { "agreement-added" };
        self.record(tx, actor, act, "agreement", agreement.id.as_bytes())?;
        Ok(Done::Now)
    }

    fn drafted(&self, actor: &Actor, number: u32, terms: Terms, reason: &str) -> Version {
        Version {
            version: number,
            digest: terms.digest(),
            terms,
            reason: reason.trim().into(),
            signed_on: None,
            scan: None,
            made_by: actor.id,
            made_at_ms: self.now_ms(),
        }
    }

    /// Says that the draft, or the amendment that waits, was signed; from then on it holds, and is
    /// never changed. The same again is no change; a scanned paper may follow.
    ///
    /// # Errors
    /// `AGREEMENT_UNKNOWN`, `SCAN_UNFIT`, the code of a refusal.
    pub fn sign_agreement(
        &self,
        actor: &Actor,
        code: &str,
        signing: &Signing<'_>,
    ) -> Result<Done, AppError> {
        self.authorize(actor, Operation::SetUp, &Target::default())?;
        let scan = signing.scan.map(checked_scan).transpose()?;
        let today = self.environment.today();
        self.store.write(|tx| {
            let mut agreement = found(tx, code)?;
            let versions = agreements::versions(tx, agreement.id)?;
            let waits = versions.last().is_some_and(|version| version.signed_on.is_none());
            let says_which = signing.on.is_some() || !waits;
            let signed = versions.iter().rev().find(|version| is_that(version, signing));
            if let Some(signed) = signed.filter(|_| says_which) {
                return self.attach(tx, actor, &agreement, signed, (signing, scan.as_ref()));
            }
            let open = versions.last().filter(|version| version.signed_on.is_none());
            let holds = agreement.state != AgreementState::Ended;
            let nothing = || AppError::refused(AgreementRefusal::NothingToSign.name(), code);
            let mut draft = open.filter(|_| holds).cloned().ok_or_else(nothing)?;
            let on = signing.on.unwrap_or(draft.terms.from);
            if let Some(number) = signing.number.map(str::trim).filter(|text| !text.is_empty()) {
                draft.terms.number = number.into();
                draft.digest = draft.terms.digest();
                agreements::write_draft(tx, agreement.id, &draft)?;
            }
            draft.terms.check_signing(on, today).map_err(refused)?;
            if let (Some(content), Some(hash)) = (signing.scan, &scan) {
                self.keep_scan(tx, actor, &agreement, hash, content)?;
            }
            agreements::sign(tx, agreement.id, draft.version, on, scan.as_ref())?;
            agreement.state = AgreementState::Signed;
            agreement.version = draft.version;
            agreements::set(tx, &agreement)?;
            self.record(tx, actor, "agreement-signed", "agreement", agreement.id.as_bytes())?;
            Ok(Done::Now)
        })
    }

    /// Keeps the scanned paper of what was signed last; the same bytes again are no change.
    ///
    /// # Errors
    /// `AGREEMENT_UNKNOWN`, `AGREEMENT_NOT_SIGNED`, `SCAN_UNFIT`.
    pub fn attach_scan(&self, actor: &Actor, code: &str, content: &[u8]) -> Result<Done, AppError> {
        self.authorize(actor, Operation::SetUp, &Target::default())?;
        let hash = checked_scan(content)?;
        self.store.write(|tx| {
            let agreement = found(tx, code)?;
            let versions = agreements::versions(tx, agreement.id)?;
            let signed = versions.iter().rev().find(|version| version.signed_on.is_some());
            let not_signed = || AppError::refused("AGREEMENT_NOT_SIGNED", code);
            let signed = signed.ok_or_else(not_signed)?;
            let signing = Signing { scan: Some(content), ..Signing::default() };
            self.attach(tx, actor, &agreement, signed, (&signing, Some(&hash)))
        })
    }

    /// The scanned paper of what was signed already, or the same signature again.
    fn attach(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        agreement: &Agreement,
        signed: &Version,
        (signing, hash): (&Signing<'_>, Option<&[u8; 32]>),
    ) -> Result<Done, AppError> {
        match (hash, signing.scan) {
            (None, _) | (_, None) => Ok(Done::Before),
            (Some(hash), _) if signed.scan.as_ref() == Some(hash) => Ok(Done::Before),
            (Some(hash), Some(content)) => {
                self.keep_scan(tx, actor, agreement, hash, content)?;
                agreements::set_scan(tx, agreement.id, signed.version, hash)?;
                let object = agreement.id.as_bytes();
                self.record(tx, actor, "agreement-scanned", "agreement", object)?;
                Ok(Done::Now)
            }
        }
    }

    fn keep_scan(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        agreement: &Agreement,
        hash: &[u8; 32],
        content: &[u8],
    ) -> Result<(), AppError> {
        let scan = Scan { hash, content, by: &actor.id, at_ms: self.now_ms() };
        Ok(agreements::keep_scan(tx, agreement.id, &scan)?)
    }

    /// Changes a draft, or writes the next version of what was signed; the version that holds stays
    /// as it is until the next is signed.
    ///
    /// # Errors
    /// `AGREEMENT_UNKNOWN`, `AGREEMENT_ENDED`, `REASON_MISSING`, the code of a refusal.
    pub fn amend_agreement(
        &self,
        actor: &Actor,
        code: &str,
        amendment: &Amendment<'_>,
    ) -> Result<Done, AppError> {
        self.authorize(actor, Operation::SetUp, &Target::default())?;
        let script = amendment.terms.map(Script::parse).transpose()?;
        self.store.write(|tx| {
            let mut agreement = found(tx, code)?;
            if agreement.state == AgreementState::Ended {
                return Err(AppError::refused("AGREEMENT_ENDED", code));
            }
            let last = agreements::versions(tx, agreement.id)?.pop();
            let last = last.expect("an agreement has a version");
            let mut terms = match &script {
                Some(script) => self.terms_of(tx, script)?,
                None => last.terms.clone(),
            };
            apply(&mut terms, amendment)?;
            terms.check().map_err(refused)?;
            if terms == last.terms {
                return Ok(Done::Before);
            }
            let is_draft = last.signed_on.is_none();
            let needs_reason = agreement.version > 0;
            let reason = amendment.reason.trim();
            if needs_reason && reason.is_empty() && last.reason.is_empty() {
                return Err(AppError::usage("REASON_MISSING", ""));
            }
            check_note(reason)?;
            let number = if is_draft { last.version } else { last.version + 1 };
            let reason = if reason.is_empty() { &last.reason } else { reason };
            let version = self.drafted(actor, number, terms, reason);
            agreements::write_draft(tx, agreement.id, &version)?;
            agreement.newest = number;
            agreements::set(tx, &agreement)?;
            self.record(tx, actor, "agreement-amended", "agreement", agreement.id.as_bytes())?;
            Ok(Done::Now)
        })
    }

    /// Ends an agreement on a day, for a reason; the same again is no change.
    ///
    /// # Errors
    /// `AGREEMENT_UNKNOWN`, `AGREEMENT_NOT_SIGNED`, `AGREEMENT_ENDED`, `REASON_MISSING`.
    pub fn end_agreement(
        &self,
        actor: &Actor,
        code: &str,
        on: Option<Day>,
        reason: &str,
    ) -> Result<Done, AppError> {
        self.authorize(actor, Operation::SetUp, &Target::default())?;
        let on = on.unwrap_or_else(|| self.environment.today());
        if reason.trim().is_empty() {
            return Err(AppError::usage("REASON_MISSING", ""));
        }
        check_note(reason)?;
        self.store.write(|tx| {
            let mut agreement = found(tx, code)?;
            match agreement.state {
                AgreementState::Ended if agreement.ended_on == Some(on) => {
                    return Ok(Done::Before);
                }
                AgreementState::Ended => return Err(AppError::refused("AGREEMENT_ENDED", code)),
                AgreementState::Draft => {
                    return Err(AppError::refused("AGREEMENT_NOT_SIGNED", code));
                }
                AgreementState::Signed => {}
            }
            agreement.state = AgreementState::Ended;
            agreement.ended_on = Some(on);
            agreements::set(tx, &agreement)?;
            let object = ("agreement", agreement.id.as_bytes());
            self.record_reason(tx, actor, "agreement-ended", object, reason.trim())?;
            Ok(Done::Now)
        })
    }

    /// Ticks that a duty was done, with what shows it, or takes ticks back. What was ticked with
    /// the same day and note is not ticked again.
    ///
    /// # Errors
    /// `AGREEMENT_UNKNOWN`, `AGREEMENT_NOT_SIGNED`, `DUTY_UNKNOWN`, `DUTY_NOT_YOURS` for a duty of
    /// another party, `FACILITY_UNKNOWN`, `DAY_AHEAD`, `FACILITIES_MISSING`.
    pub fn fulfil(
        &self,
        actor: &Actor,
        code: &str,
        ticking: &Ticking<'_>,
    ) -> Result<Done, AppError> {
        self.authorize(actor, Operation::FollowUp, &Target::default())?;
        self.store.write(|tx| {
            let Some(agreement) = self.tick_in(tx, actor, code, ticking)? else {
                return Ok(Done::Before);
            };
            let act = if ticking.undo { "duty-reopened" } else { "duty-fulfilled" };
            self.record(tx, actor, act, "agreement", agreement.as_bytes())?;
            Ok(Done::Now)
        })
    }

    /// The same within an act that says what it does; the agreement, unless all was ticked before.
    pub(crate) fn tick_in(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        code: &str,
        ticking: &Ticking<'_>,
    ) -> Result<Option<Id<base::id::kind::Agreement>>, AppError> {
        let today = self.environment.today();
        let on = ticking.on.unwrap_or(today);
        if on > today {
            return Err(AppError::usage("DAY_AHEAD", on.to_string()));
        }
        check_note(ticking.note)?;
        let agreement = found(tx, code)?;
        if agreement.state != AgreementState::Signed {
            return Err(AppError::refused("AGREEMENT_NOT_SIGNED", code));
        }
        let versions = agreements::versions(tx, agreement.id)?;
        let terms = &super::current(&agreement, &versions).terms;
        let unknown = || AppError::not_found("DUTY_UNKNOWN", ticking.duty);
        let duty = terms.duty(ticking.duty).ok_or_else(unknown)?;
        self.authorize_or(actor, Operation::FollowUp, &owner_of(terms, duty), || {
            AppError::refused("DUTY_NOT_YOURS", ticking.duty)
        })?;
        let world = World::load(self, tx, None)?;
        let subjects = subjects(&world, duty, ticking)?;
        let known = agreements::ticks(tx, agreement.id)?;
        let day = (!ticking.undo).then_some(on);
        let mut ticked = Vec::new();
        for org in subjects {
            let before = known.iter().find(|tick| tick.duty == duty.code && tick.org == org);
            if !is_ticked(before, day, ticking) {
                ticked.push(Ticked {
                    duty: duty.code.clone(),
                    org,
                    on: day,
                    note: ticking.note.trim().into(),
                    by: actor.id,
                    at_ms: self.now_ms(),
                });
            }
        }
        if ticked.is_empty() {
            return Ok(None);
        }
        agreements::tick(tx, agreement.id, &ticked)?;
        Ok(Some(agreement.id))
    }
}

/// Whether a tick stands already as it is asked for.
fn is_ticked(before: Option<&Ticked>, day: Option<Day>, ticking: &Ticking<'_>) -> bool {
    before.map_or(ticking.undo, |before| {
        let asked_anew = ticking.on.is_none() && ticking.note.trim().is_empty();
        let same_words = *before.note == *ticking.note.trim() && before.on == day;
        match (before.on, day) {
            (None, None) => true,
            (Some(_), Some(_)) => same_words || asked_anew,
            _ => false,
        }
    })
}

/// Whether a version was signed as it is said to be; a draft never was.
fn is_that(version: &Version, signing: &Signing<'_>) -> bool {
    let number = signing.number.map(str::trim).unwrap_or_default();
    let same_number = number.is_empty() || *number == *version.terms.number;
    let same_day =
        signing.on.map_or(version.signed_on.is_some(), |on| version.signed_on == Some(on));
    same_number && same_day
}

/// The party that owes a duty, as far as access cares.
pub(super) fn owner_of(terms: &Terms, duty: &Duty) -> Target {
    let party = terms.parties.get(usize::from(duty.party));
    Target { org: party.map(|party| party.org), ..Target::default() }
}

/// Whom a tick is for: each named facility of the duty, or the duty as a whole.
fn subjects(
    world: &World,
    duty: &Duty,
    ticking: &Ticking<'_>,
) -> Result<Vec<Option<Id<base::id::kind::Org>>>, AppError> {
    let Some(under) = duty.each_under else {
        return match ticking.orgs.first() {
            Some(code) => Err(AppError::not_found("FACILITY_UNKNOWN", code.as_str())),
            None => Ok(vec![None]),
        };
    };
    let facilities = world.facilities(&Tree::new(&world.orgs), under);
    if ticking.all {
        return Ok(facilities.iter().map(|org| Some(org.id)).collect());
    }
    if ticking.orgs.is_empty() {
        return Err(AppError::usage("FACILITIES_MISSING", &*duty.code));
    }
    let one = |code: &String| {
        let found = facilities.iter().find(|org| *org.code == **code);
        let unknown = || AppError::not_found("FACILITY_UNKNOWN", code.as_str());
        found.map(|org| Some(org.id)).ok_or_else(unknown)
    };
    ticking.orgs.iter().map(one).collect()
}

fn apply(terms: &mut Terms, amendment: &Amendment<'_>) -> Result<(), AppError> {
    if let Some(number) = amendment.number.map(str::trim).filter(|number| !number.is_empty()) {
        terms.number = number.into();
    }
    terms.to = amendment.to.unwrap_or(terms.to);
    terms.notice_days = amendment.notice_days.unwrap_or(terms.notice_days);
    for (place, signatory, office) in &amendment.signatories {
        let at = usize::from(*place).checked_sub(1);
        let party = at.and_then(|at| terms.parties.get_mut(at));
        let party = party.ok_or_else(|| refused(AgreementRefusal::DutyOfNobody))?;
        for (new, old) in [(signatory, &mut party.signatory), (office, &mut party.office)] {
            if !new.trim().is_empty() {
                *old = new.trim().into();
            }
        }
    }
    if let Some(new) = &amendment.duty {
        let party = new.party.checked_sub(1).unwrap_or(u8::MAX);
        let owner = terms.parties.get(usize::from(party)).map(|party| party.org);
        let duty = Duty {
            code: new.code.trim().into(),
            party,
            kind: new.kind,
            text: new.text.trim().into(),
            due: new.due,
            each_under: owner.filter(|_| new.each_facility),
        };
        // The same duty again is no duty more.
        if terms.duty(&duty.code) != Some(&duty) {
            terms.duties.push(duty);
        }
    }
    Ok(())
}

fn refused(refusal: AgreementRefusal) -> AppError {
    AppError::refused(refusal.name(), "")
}

fn check_code(code: &str) -> Result<(), AppError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    match !code.is_empty() && code.len() <= 60 && code.chars().all(fits) {
        true => Ok(()),
        false => Err(AppError::usage("ORG_CODE_UNFIT", code)),
    }
}

fn check_note(text: &str) -> Result<(), AppError> {
    let unfit = |c: char| c.is_control() && c != '\n' && c != '\r';
    match text.chars().count() <= NOTE_CHARS && !text.chars().any(unfit) {
        true => Ok(()),
        false => Err(AppError::usage("NOTE_UNFIT", NOTE_CHARS.to_string())),
    }
}

/// A scanned paper is a PDF or a picture, and not too large; its SHA-256.
fn checked_scan(content: &[u8]) -> Result<[u8; 32], AppError> {
    const KINDS: [&[u8]; 3] = [b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"];
    let known = KINDS.iter().any(|magic| content.starts_with(magic));
    match known && content.len() <= SCAN_BYTES_MAX {
        true => Ok(Sha256::digest(content).into()),
        false => Err(AppError::refused("SCAN_UNFIT", "")),
    }
}
