//! One claim with all that hangs on it: the cover behind it month by month, the benefit with its
//! tree, papers, people, clocks, what is odd, the steps that were made and those that may follow.

use std::collections::{BTreeSet, HashMap, HashSet};

use base::id::kind;
use base::person::fold_spaces;
use base::{Day, Id, Month, Rupiah};
use domain::claim::{
    AssessInput, Assessment, ClaimPerson, FlagInput, PaidMonth, Receiver, TABLE, assess, flags,
    is_always_asked, pays_heirs, receivers,
};
use domain::programme::Programme;
use domain::reference::ReferenceKind;
use domain::registry::Person;
use domain::task::{Task, TaskKind};
use rules::{Base, FundKind, Payer, Schemes, Segment};
use store::Tx;
use store::benefit_claims::StepKept;

use super::{Claim, ClaimFacts, ClaimKind, ClaimState, ClaimStep, Flag, gap};
use crate::environment::day_of_moment;
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{PersonShown, initials_of, masked_now};
use crate::tasks::waiting;

/// Which claims are asked for.
#[derive(Debug, Clone, Default)]
pub struct ClaimFilter {
    /// In this state alone.
    pub state: Option<ClaimState>,
    /// Of this kind alone.
    pub kind: Option<ClaimKind>,
    /// Only those that wait for a second look.
    pub to_review: bool,
    /// Only those that the office has to go on with.
    pub waits_here: bool,
}

/// A claim in a list.
#[derive(Debug, Clone)]
pub struct ClaimRow {
    /// The claim.
    pub claim: Claim,
    /// The member, masked.
    pub person: PersonShown,
    /// The last day of the clock that runs out next, and its name; none when nothing runs.
    pub clock: Option<(&'static str, Day)>,
    /// Whether it waits for a second look.
    pub to_review: bool,
}

/// A paper of a claim's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperShown {
    /// Its key in the rules.
    pub key: String,
    /// Its name in the rules.
    pub name: String,
    /// Whether it is always asked for.
    pub always: bool,
    /// Since when it is at hand.
    pub received: Option<Day>,
}

/// Somebody whom a claim names, masked.
#[derive(Debug, Clone)]
pub struct PersonOfClaim {
    /// Their place in the claim.
    pub no: u16,
    /// Who they were to the member, by the stable name.
    pub relation: &'static str,
    /// Initials.
    pub name: String,
    /// What they receive, by the stable name; none for nothing.
    pub receives: Option<&'static str>,
    /// Whether they are under age.
    pub under_age: bool,
    /// Whether a guardian is written down.
    pub has_guardian: bool,
    /// Whether an account is written down.
    pub has_account: bool,
    /// Whether they paid for the burial.
    pub paid_burial: bool,
    /// Whether they object.
    pub disagrees: bool,
    /// The year of school that a child is about to enter.
    pub school: Option<String>,
}

/// A clock of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Which: `report`, `conclude`, `claim`.
    pub name: &'static str,
    /// The last day.
    pub until: Day,
    /// Instrument and article.
    pub article: String,
    /// The day it was met; none while it runs or when it ran out.
    pub met: Option<Day>,
}

/// A second look at a claim.
#[derive(Debug, Clone)]
pub struct ReviewShown {
    /// Who looked and when; none while it waits.
    pub by: Option<(Box<str>, i64)>,
    /// What was found.
    pub finding: Box<str>,
}

/// A step with the names of those who made it.
#[derive(Debug, Clone)]
pub struct StepShown {
    /// The step.
    pub kept: StepKept,
    /// Who made it; none when it happened by itself.
    pub by: Option<Box<str>>,
    /// Who had put it forward.
    pub maker: Option<Box<str>>,
}

/// One claim with all that hangs on it.
#[derive(Debug, Clone)]
pub struct ClaimFile {
    /// The claim.
    pub claim: Claim,
    /// The paper that a school year's scholarship asks for: its key and name in the rules.
    pub school_paper: Option<(String, String)>,
    /// The member, masked.
    pub person: PersonShown,
    /// The programme whose payments stand behind it: code and name.
    pub programme: Option<(Box<str>, Box<str>)>,
    /// As what the member was insured, and the wage or the base of the tier.
    pub insured: (Segment, Rupiah),
    /// What the benefit depends on.
    pub facts: ClaimFacts,
    /// Whether somebody is written down who told of it.
    pub has_reporter: bool,
    /// What it comes to.
    pub assessment: Assessment,
    /// Every month that was paid, with the code of its programme.
    pub months: Vec<(PaidMonth, Box<str>)>,
    /// Months of its scheme up to the event that nobody paid, from the first paid one on; of
    /// savings none, which grow whatever is missing.
    pub unpaid: Vec<Month>,
    /// The list of papers.
    pub papers: Vec<PaperShown>,
    /// The article behind that list.
    pub papers_article: String,
    /// Whom it names, masked.
    pub people: Vec<PersonOfClaim>,
    /// Its clocks.
    pub clocks: Vec<Clock>,
    /// What is odd.
    pub flags: Vec<Flag>,
    /// The steps that were made.
    pub steps: Vec<StepShown>,
    /// The steps that the table has from here.
    pub next: Vec<ClaimStep>,
    /// The task by which it waits.
    pub task: Option<Task>,
    /// The second look, where it was chosen.
    pub review: Option<ReviewShown>,
    /// The rulebook it was computed by.
    pub rulebook: String,
}

impl Office {
    /// Claims, oldest first, masked: those whose members the actor may see.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn claims(&self, actor: &Actor, filter: &ClaimFilter) -> Result<Vec<ClaimRow>, AppError> {
        self.authorize_somewhere(actor, Operation::ReadClaims)?;
        self.store.read(|tx| {
            let reviews = store::benefit_claims::reviews(tx)?;
            let waiting: HashSet<_> =
                reviews.iter().filter(|one| one.reviewed.is_none()).map(|one| one.claim).collect();
            let mut rows = Vec::new();
            for claim in store::benefit_claims::list(tx)? {
                let to_review = waiting.contains(&claim.id);
                let fits = filter.state.is_none_or(|state| state == claim.state)
                    && filter.kind.is_none_or(|kind| kind == claim.kind)
                    && (!filter.to_review || to_review)
                    && (!filter.waits_here || claim.state.waits_here());
                if !fits {
                    continue;
                }
                let Some(person) = store::people::get(tx, claim.person)? else { continue };
                if self.reaches(actor, Operation::ReadClaims, &Target::in_region(person.place)) {
                    let clocks = self.clocks(&claim, &[])?;
                    let running = clocks.iter().filter(|clock| clock.met.is_none());
                    let next = running.min_by_key(|clock| clock.until);
                    let runs = !claim.state.is_claimed() && !claim.state.is_final();
                    let clock = next.filter(|_| runs).map(|clock| (clock.name, clock.until));
                    rows.push(ClaimRow { person: masked_now(&person), claim, clock, to_review });
                }
            }
            Ok(rows)
        })
    }

    /// One claim with all that hangs on it.
    ///
    /// # Errors
    /// `CLAIM_UNKNOWN`.
    pub fn claim(&self, actor: &Actor, id: Id<kind::Claim>) -> Result<ClaimFile, AppError> {
        self.store.read(|tx| {
            let (claim, person, reporter, facts) =
                self.claim_for(tx, actor, id, Operation::ReadClaims)?;
            let people = store::benefit_claims::people(tx, id)?;
            let receive = receivers(&people, claim.event, &self.rulebook).map_err(gap)?;
            let kept = store::benefit_claims::steps(tx, id)?;
            let (assessment, _, behind) = self.assessed(tx, &claim)?;
            let flags = self.flags_of(tx, &claim, &person, (&assessment, &people, &receive))?;
            let entry = self.rulebook.claim_papers(claim.kind.scheme(), claim.event);
            let entry = entry.map_err(gap)?;
            let held = store::benefit_claims::papers(tx, id)?;
            let heirs_receive = pays_heirs(claim.kind, &facts);
            let paper = |row: &rules::Row| PaperShown {
                key: row.key.to_string(),
                name: row.name.to_string(),
                always: is_always_asked(row, heirs_receive),
                received: held.iter().find(|(key, _)| **key == *row.key).map(|(_, day)| *day),
            };
            let next = TABLE.iter().filter(|row| row.0 == claim.state).map(|row| row.1);
            let school = self.rulebook.scholarship_papers(claim.event).ok();
            let school = school.filter(|_| claim.kind.has_scholarship());
            let school = school.and_then(|entry| entry.rows().first());
            Ok(ClaimFile {
                school_paper: school.map(|row| (row.key.to_string(), row.name.to_string())),
                person: masked_now(&person),
                programme: behind.programme.map(|one| (one.code, one.name)),
                insured: (behind.segment, behind.wage),
                has_reporter: !reporter.name.is_empty(),
                facts,
                unpaid: unpaid(&claim, &behind.months),
                months: behind.months,
                papers: entry.rows().iter().map(paper).collect(),
                papers_article: entry.citation.article.to_string(),
                people: people.iter().map(|one| shown(one, &receive)).collect(),
                clocks: self.clocks(&claim, &kept)?,
                flags,
                task: waiting(tx, self.now_ms(), TaskKind::Claim, claim.id.as_bytes())?,
                review: self.review_of(tx, id)?,
                steps: named(tx, kept)?,
                next: next.collect(),
                assessment,
                claim,
                rulebook: self.rulebook.version().to_string(),
            })
        })
    }

    /// Refuses who may do it nowhere.
    pub(crate) fn authorize_somewhere(
        &self,
        actor: &Actor,
        operation: Operation,
    ) -> Result<(), AppError> {
        match self.may_somewhere(actor, operation) {
            true => Ok(()),
            false => Err(AppError::refused("USER_MAY_NOT", &*actor.name)),
        }
    }

    fn review_of(
        &self,
        tx: &mut Tx<'_>,
        id: Id<kind::Claim>,
    ) -> Result<Option<ReviewShown>, AppError> {
        let reviews = store::benefit_claims::reviews(tx)?;
        let Some(review) = reviews.into_iter().find(|one| one.claim == id) else {
            return Ok(None);
        };
        let by = match review.reviewed {
            Some((by, at_ms)) => name_of(tx, Some(by))?.map(|name| (name, at_ms)),
            None => None,
        };
        Ok(Some(ReviewShown { by, finding: review.finding }))
    }

    /// The clocks of a claim, by the rules of its day.
    pub(super) fn clocks(&self, claim: &Claim, steps: &[StepKept]) -> Result<Vec<Clock>, AppError> {
        let sent = steps.iter().find(|one| one.step == ClaimStep::Send).map(|one| one.day);
        let mut clocks = Vec::new();
        let mut add = |name, until: Day, rule: &rules::Entry, met: Option<Day>| {
            let article = rule.citation.article.to_string();
            let met = met.filter(|met| *met <= until);
            clocks.push(Clock { name, until, article, met });
        };
        if claim.kind.scheme() == rules::Scheme::Jkk {
            let (until, rule) = self.rulebook.report_until(claim.event).map_err(gap)?;
            add("report", until, rule, Some(claim.reported));
            if let Ok((until, rule)) = self.rulebook.conclude_until(claim.reported) {
                add("conclude", until, rule, sent);
            }
        }
        if claim.kind != ClaimKind::Jht {
            let (until, rule) = self.rulebook.claim_until(claim.event).map_err(gap)?;
            add("claim", until, rule, sent);
        }
        Ok(clocks)
    }

    /// A claim computed from everything that was paid, with its member.
    pub(crate) fn assessed(
        &self,
        tx: &mut Tx<'_>,
        claim: &Claim,
    ) -> Result<(Assessment, Person, Behind), AppError> {
        let unknown = || AppError::not_found("CLAIM_UNKNOWN", claim.id.to_string());
        let person = store::people::get(tx, claim.person)?.ok_or_else(unknown)?;
        let facts = store::benefit_claims::get(tx, claim.id)?.map(|found| found.2);
        let people = store::benefit_claims::people(tx, claim.id)?;
        let children = people.iter().filter_map(|one| one.school).collect::<Vec<_>>();
        let facts = facts.unwrap_or_default();
        let behind = self.behind(tx, &person, (claim.kind, claim.event))?;
        let months: Vec<PaidMonth> = behind.months.iter().map(|(one, _)| one.clone()).collect();
        let taken = match claim.kind {
            ClaimKind::Jht => self.taken_before(tx, claim)?,
            _ => Vec::new(),
        };
        let found = assess(
            &self.rulebook,
            &AssessInput {
                kind: claim.kind,
                event: claim.event,
                segment: behind.segment,
                wage: behind.wage,
                registered: behind.registered,
                months: &months,
                taken: &taken,
                facts: &facts,
                children: &children,
            },
        );
        Ok((found.map_err(gap)?, person, behind))
    }

    /// What an event would pay somebody by what is known of it, claimed or not.
    pub(crate) fn assessed_event(
        &self,
        tx: &mut Tx<'_>,
        person: &Person,
        (kind, event): (ClaimKind, Day),
    ) -> Result<Assessment, AppError> {
        let behind = self.behind(tx, person, (kind, event))?;
        let months: Vec<PaidMonth> = behind.months.iter().map(|(one, _)| one.clone()).collect();
        let facts = ClaimFacts::default();
        let input = AssessInput {
            kind,
            event,
            segment: behind.segment,
            wage: behind.wage,
            registered: behind.registered,
            months: &months,
            taken: &[],
            facts: &facts,
            children: &[],
        };
        assess(&self.rulebook, &input).map_err(gap)
    }

    /// What stands behind somebody's cover on a day.
    fn behind(
        &self,
        tx: &mut Tx<'_>,
        person: &Person,
        (kind, event): (ClaimKind, Day),
    ) -> Result<Behind, AppError> {
        let paid = store::benefit_claims::months(tx, person.id)?;
        let memberships = store::memberships::of_person(tx, person.id)?;
        let until = event.month_of();
        let payer = paid.iter().filter(|one| one.scheme == kind.scheme() && one.month <= until);
        let payer = payer.max_by_key(|one| one.month).map(|one| one.programme);
        let payer = payer.or_else(|| memberships.first().map(|one| one.programme));
        let programmes: HashMap<_, _> =
            store::programmes::list(tx)?.into_iter().map(|one| (one.id, one)).collect();
        let programme = payer.and_then(|id| programmes.get(&id)).cloned();
        let first = memberships.iter().map(|one| one.first.first_day()).min();
        let first = first.or_else(|| paid.iter().map(|one| one.month.first_day()).min());
        let (segment, wage) = match &programme {
            Some(programme) => self.insured_as(programme, person, event)?,
            None => (Segment::Bpu, Rupiah::ZERO),
        };
        let code = |one: &PaidMonth| {
            programmes.get(&one.programme).map_or("".into(), |programme| programme.code.clone())
        };
        let months = paid.into_iter().map(|one| (one.clone(), code(&one))).collect();
        // Whoever was never a member was never registered: a day after the event.
        let registered = first.unwrap_or_else(|| event.plus_days(1));
        Ok(Behind { programme, segment, wage, registered, months })
    }

    /// As what a programme insures somebody, and the wage or the base of the tier.
    fn insured_as(
        &self,
        programme: &Programme,
        person: &Person,
        event: Day,
    ) -> Result<(Segment, Rupiah), AppError> {
        let sector = self.sector_of(person.occupation.as_ref());
        let base = programme.base_of(person.occupation.as_ref(), sector);
        let segment = match base {
            Base::Bpu { .. } => Segment::Bpu,
            Base::Pu { .. } => Segment::Pu,
        };
        let payer = Payer::Fund(FundKind::Apbd);
        let asked = (Schemes::EMPTY.with(rules::Scheme::Jkk), payer);
        let query = base.query(asked, event.month_of());
        let wage = self.rulebook.contribution(&query).map_err(gap)?.base;
        Ok((segment, wage))
    }

    fn flags_of(
        &self,
        tx: &mut Tx<'_>,
        claim: &Claim,
        person: &Person,
        (assessment, people, receive): (&Assessment, &[ClaimPerson], &[Receiver]),
    ) -> Result<Vec<Flag>, AppError> {
        let versions = store::people::versions(tx, person.id)?;
        let known = versions.first().map(|one| one.known.at_ms.unsigned_abs());
        let known = known.map(day_of_moment);
        let joined = store::memberships::of_person(tx, person.id)?;
        let joined = joined.iter().map(|one| one.first.first_day()).min();
        let others = store::benefit_claims::of_person(tx, person.id)?;
        let others = others
            .iter()
            .filter(|one| one.id != claim.id && one.state != ClaimState::Withdrawn)
            .count();
        let elsewhere = store::references::hits(tx, &[person.nik])?;
        let elsewhere = elsewhere.iter().any(|hit| hit.kind == ReferenceKind::BpjsAktif);
        let input = FlagInput {
            claim,
            assessment,
            people,
            receivers: receive,
            known_since: known.max(joined),
            occupation: person.occupation.as_ref().map(|key| &*key.0),
            same_address: same_address(tx, person)?,
            other_claims: others as u32,
            elsewhere,
            today: self.environment.today(),
        };
        flags(&self.rulebook, &input).map_err(gap)
    }
}

/// What stands behind somebody's cover.
pub(crate) struct Behind {
    /// The programme that paid for the month of the event, or last before it.
    pub(crate) programme: Option<Programme>,
    /// As what it insured the member.
    pub(crate) segment: Segment,
    /// The wage, or the base of the tier.
    pub(crate) wage: Rupiah,
    /// The first day of the first membership.
    pub(crate) registered: Day,
    /// Every month that was paid, with the code of its programme.
    pub(crate) months: Vec<(PaidMonth, Box<str>)>,
}

/// How many other people with claims live at somebody's address; none where no address is known.
fn same_address(tx: &mut Tx<'_>, person: &Person) -> Result<u32, AppError> {
    let plain = |text: &str| fold_spaces(text).to_lowercase();
    let Some(own) = person.address.as_deref().map(plain).filter(|text| text.len() > 4) else {
        return Ok(0);
    };
    let mut count = 0;
    for id in store::benefit_claims::claimants_in(tx, person.place)? {
        let other = match id == person.id {
            true => None,
            false => store::people::get(tx, id)?,
        };
        let same = other.and_then(|other| other.address).is_some_and(|other| plain(&other) == own);
        count += u32::from(same);
    }
    Ok(count)
}

fn shown(person: &ClaimPerson, receive: &[Receiver]) -> PersonOfClaim {
    let part = receive.iter().find(|one| one.no == person.no);
    let school = |start: rules::SchoolStart| format!("{}{}", start.level.name(), start.year);
    PersonOfClaim {
        no: person.no,
        relation: person.relation.name(),
        name: initials_of(&person.name),
        receives: part.map(|part| part.part.name()),
        under_age: part.is_some_and(|part| part.under_age),
        has_guardian: !person.guardian.is_empty(),
        has_account: !person.account.is_empty(),
        paid_burial: person.paid_burial,
        disagrees: person.disagrees,
        school: person.school.map(school),
    }
}

/// Months of a claim's scheme that nobody paid, from the first paid one up to the event.
fn unpaid(claim: &Claim, months: &[(PaidMonth, Box<str>)]) -> Vec<Month> {
    if claim.kind == ClaimKind::Jht {
        return Vec::new();
    }
    let until = claim.event.month_of();
    let own = months.iter().map(|(one, _)| one).filter(|one| one.scheme == claim.kind.scheme());
    let paid: BTreeSet<Month> = own.map(|one| one.month).filter(|month| *month <= until).collect();
    let first = paid.first().copied().unwrap_or(until);
    let all = std::iter::successors(Some(first), |month| Some(month.plus(1)));
    all.take_while(|month| *month <= until).filter(|month| !paid.contains(month)).collect()
}

/// Steps with the names of who made them.
fn named(tx: &mut Tx<'_>, steps: Vec<StepKept>) -> Result<Vec<StepShown>, AppError> {
    let mut found = Vec::with_capacity(steps.len());
    for kept in steps {
        let (by, maker) = (name_of(tx, kept.made_by)?, name_of(tx, kept.maker)?);
        found.push(StepShown { kept, by, maker });
    }
    Ok(found)
}

fn name_of(tx: &mut Tx<'_>, id: Option<Id<kind::User>>) -> Result<Option<Box<str>>, AppError> {
    let Some(id) = id else { return Ok(None) };
    Ok(store::orgs::user(tx, id)?.map(|user| user.name))
}
