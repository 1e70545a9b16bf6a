//! Lists by hand: who is taken, who waits, what it costs, and who may approve.

use proptest::prelude::*;
use rules::FundKind;

use super::*;
use crate::priority::Priority;
use crate::tests::{LAW, candidate, day, dear_rulebook, fund, id, month, place, programme};

/// What one person costs in three months at the lowest tier: 3 × (10,000 + 6,800).
const ONE: i64 = 50_400;

struct Case {
    programme: Programme,
    fund: Fund,
    committed_so_far: Rupiah,
    places_taken: u32,
    candidates: Vec<Candidate>,
}

fn case(people: u32, ceiling: i64) -> Case {
    Case {
        programme: programme(),
        fund: fund(ceiling),
        committed_so_far: Rupiah::ZERO,
        places_taken: 0,
        candidates: (0..people).map(candidate).collect(),
    }
}

impl Case {
    fn propose(&self) -> Result<ProposedList, ProposalRefusal> {
        self.propose_by(&LAW)
    }

    fn propose_by(&self, rulebook: &Rulebook) -> Result<ProposedList, ProposalRefusal> {
        propose(&ProposalInput {
            programme: &self.programme,
            fund: &self.fund,
            committed_so_far: self.committed_so_far,
            places_taken: self.places_taken,
            candidates: &self.candidates,
            rulebook,
        })
    }

    fn proposal(&self) -> (Proposal, Vec<ListLine>) {
        let list = self.propose().expect("a list");
        (list.put_forward(id(7), self.programme.id, id(8), 1_664_582_400_000), list.lines)
    }
}

fn fewest_first() -> Priority {
    Priority::parse("fewest-questions,village,name").expect("an order")
}

fn named(number: u32, name: &str, village: &str) -> Candidate {
    let name = PersonName::parse(name).expect("a name");
    Candidate { name, place: place(village), ..candidate(number) }
}

fn names(lines: &[ListLine]) -> Vec<&str> {
    lines.iter().map(|line| line.name.as_str()).collect()
}

#[test]
fn a_list_costs_people_times_months_times_rates() {
    let list = case(7, 1_000_000).propose().expect("a list");
    // 7 × 16,800 = 117,600 a month; three months 352,800; 647,200 left.
    assert_eq!((list.lines.len(), list.months), (7, 3));
    assert_eq!((list.monthly, list.committed), (Rupiah(117_600), Rupiah(352_800)));
    assert_eq!(list.free, Rupiah(647_200));
    assert!(list.lines.iter().all(|line| line.monthly == Rupiah(16_800)));
    let ranks: Vec<u32> = list.lines.iter().map(|line| line.rank).collect();
    assert_eq!(ranks, [1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn with_old_age_a_month_costs_36_800() {
    let mut case = case(2, 1_000_000);
    case.programme.schemes = rules::Schemes::JKK_JKM_JHT;
    let list = case.propose().expect("a list");
    // 10,000 + 6,800 + 20,000, two people, three months.
    assert_eq!((list.monthly, list.committed), (Rupiah(73_600), Rupiah(220_800)));
}

#[test]
fn each_month_follows_its_own_rates() {
    // Drivers paid by a company in 2026: half of JKK and JKM from January to December.
    let mut case = case(1, 1_000_000);
    case.fund.kind = FundKind::Csr;
    case.programme.first = month("2025-12");
    case.programme.last = month("2026-02");
    case.candidates[0].sector = WorkSector::Transport;
    let list = case.propose().expect("a list");
    // December in full, January and February at 8,400.
    assert_eq!((list.monthly, list.committed), (Rupiah(16_800), Rupiah(33_600)));
    // The regency pays in full: its budget is left out of the relief.
    case.fund.kind = FundKind::Apbd;
    assert_eq!(case.propose().expect("a list").committed, Rupiah(50_400));
}

#[test]
fn the_ceiling_binds_to_the_rupiah() {
    for (ceiling, so_far, taken, waiting, free) in [
        (ONE * 5, 0, 5, 0, 0),
        (ONE * 5 - 1, 0, 4, 1, ONE - 1),
        (ONE * 5, 1, 4, 1, ONE - 1),
        (ONE, 0, 1, 4, 0),
        (ONE * 9, ONE * 6, 3, 2, 0),
    ] {
        let mut case = case(5, ceiling);
        case.committed_so_far = Rupiah(so_far);
        let list = case.propose().expect("a list");
        assert_eq!((list.lines.len(), list.waiting.len()), (taken, waiting));
        assert_eq!((list.free, list.committed), (Rupiah(free), Rupiah(ONE * taken as i64)));
    }
}

#[test]
fn nobody_behind_overtakes_a_waiting_person() {
    // The second costs 50,400 and does not fit; the third, a driver paid by a company in a relief
    // month, would.
    let mut case = case(3, 60_000);
    case.fund.kind = FundKind::Csr;
    case.programme.first = month("2026-01");
    case.programme.last = month("2026-03");
    case.candidates[2].sector = WorkSector::Transport;
    let list = case.propose().expect("a list");
    assert_eq!(names(&list.lines), ["Warga aaaaa"]);
    assert_eq!(names(&list.waiting), ["Warga aaaab", "Warga aaaac"]);
    assert_eq!(list.waiting[1].committed, Rupiah(25_200));
    assert_eq!((list.waiting[0].rank, list.waiting[1].rank), (2, 3));
}

#[test]
fn rankings_are_stable_and_explainable() {
    let mut case = case(0, 1_000_000);
    case.candidates = vec![
        named(4, "Umar", "64.01.05.2002"),
        named(3, "budi", "64.01.05.2002"),
        named(2, "Siti", "64.01.05.2001"),
        named(1, "Siti", "64.01.05.2001"),
        named(0, "Zainab", "64.01.01.2001"),
    ];
    case.candidates[4].problems =
        vec![ProblemCode::NikBirthDiffers, ProblemCode::OccupationUnknown];
    case.candidates[1].problems = vec![ProblemCode::NikBirthDiffers];
    case.candidates[0].problems = vec![ProblemCode::AgeNearLimit];
    let list = case.propose().expect("a list");
    assert_eq!(names(&list.lines), ["Zainab", "Siti", "Siti", "budi", "Umar"]);
    assert!(list.lines[1].person < list.lines[2].person);
    case.programme.terms.priority = fewest_first();
    let list = case.propose().expect("a list");
    assert_eq!(names(&list.lines), ["Siti", "Siti", "Umar", "budi", "Zainab"]);
}

#[test]
fn places_close_a_list_as_a_ceiling_does() {
    let mut case = case(5, ONE * 4);
    case.programme.terms.quota = Some(10);
    case.places_taken = 7;
    let list = case.propose().expect("a list");
    assert_eq!((list.lines.len(), list.waiting.len()), (3, 2));
    assert_eq!((list.limit, list.free), (Some(Limit::Places), Rupiah(ONE)));
    case.places_taken = 5;
    let list = case.propose().expect("a list");
    assert_eq!((list.lines.len(), list.limit), (4, Some(Limit::Ceiling)));
    case.places_taken = 10;
    assert_eq!(case.propose(), Err(ProposalRefusal::NoPlaceLeft));
    case.programme.terms.quota = None;
    case.fund.ceiling = Rupiah(ONE * 5);
    assert_eq!(case.propose().expect("a list").limit, None);
}

#[test]
fn proposals_are_refused_in_order() {
    let good = || case(2, ONE * 2);
    let twice = candidate(0).person;
    let mut rows = Vec::new();
    let mut no_months = good();
    no_months.programme.last = month("2022-09");
    no_months.fund.id = id(99);
    rows.push((no_months, ProposalRefusal::NoMonths));
    let mut other_fund = good();
    other_fund.fund.id = id(99);
    other_fund.candidates.clear();
    rows.push((other_fund, ProposalRefusal::OtherFund));
    let mut nobody = good();
    nobody.candidates.clear();
    nobody.programme.first = month("1990-01");
    rows.push((nobody, ProposalRefusal::NoCandidates));
    let mut doubled = good();
    doubled.candidates.push(candidate(0));
    doubled.programme.first = month("1990-01");
    rows.push((doubled, ProposalRefusal::CandidateTwice(twice)));
    let mut negative = good();
    negative.programme.income = Rupiah(-1);
    negative.fund.ceiling = Rupiah::ZERO;
    rows.push((negative, ProposalRefusal::RuleMissing(RuleGap::IncomeNegative)));
    assert_eq!(good().propose_by(&dear_rulebook()), Err(ProposalRefusal::TooMuchMoney));
    let mut poor = good();
    poor.fund.ceiling = Rupiah(ONE - 1);
    let (free, needed) = (Rupiah(ONE - 1), Rupiah(ONE));
    rows.push((poor, ProposalRefusal::NothingFits { free, needed }));
    let mut overdrawn = good();
    overdrawn.committed_so_far = Rupiah(ONE * 3);
    let (free, needed) = (Rupiah(-ONE), Rupiah(ONE));
    rows.push((overdrawn, ProposalRefusal::NothingFits { free, needed }));
    for (case, expect) in rows {
        let name = expect.name();
        assert_eq!(case.propose(), Err(expect), "{name}");
    }
}

#[test]
fn the_hash_binds_every_line_and_the_order() {
    let case = case(3, ONE * 3);
    let (proposal, lines) = case.proposal();
    assert_eq!(list_hash(&case.programme, &lines), proposal.list_hash);
    let change = |edit: fn(&mut Vec<ListLine>)| {
        let mut lines = lines.clone();
        edit(&mut lines);
        list_hash(&case.programme, &lines)
    };
    for other in [
        change(|lines| lines.swap(0, 1)),
        change(|lines| drop(lines.pop())),
        change(|lines| lines[1].person = id(5)),
        change(|lines| lines[1].nik = candidate(77).nik),
        change(|lines| lines[1].name = candidate(77).name),
        change(|lines| lines[1].place = place("64.01.05.2009")),
        change(|lines| lines[1].monthly = Rupiah(16_801)),
        change(|lines| lines[1].committed = Rupiah(ONE + 1)),
    ] {
        assert_ne!(other, proposal.list_hash);
    }
    let longer = Programme { last: month("2023-01"), ..case.programme.clone() };
    assert_ne!(list_hash(&longer, &lines), proposal.list_hash);
}

/// Approves a good list of three after `edit` has made it worse.
fn check(
    edit: impl Fn(&mut Case, &mut Proposal, &mut Vec<ListLine>, &mut Checker),
) -> Result<Approval, ApprovalRefusal> {
    let mut case = case(3, ONE * 3);
    let (mut proposal, mut lines) = case.proposal();
    let mut checker = Checker { who: id(9), seen: proposal.list_hash };
    edit(&mut case, &mut proposal, &mut lines, &mut checker);
    approve(&ApprovalInput {
        proposal: &proposal,
        lines: &lines,
        programme: &case.programme,
        fund: &case.fund,
        committed_so_far: case.committed_so_far,
        checker: checker.who,
        hash_seen: checker.seen,
        day: day("2022-09-28"),
    })
}

struct Checker {
    who: Id<kind::User>,
    seen: [u8; 32],
}

#[test]
fn approvals_are_refused_in_order() {
    use ApprovalRefusal as R;
    let (free, needed) = (Rupiah(ONE * 3 - 1), Rupiah(ONE * 3));
    assert_eq!(check(|_, p, _, c| (c.who, c.seen) = (p.made_by, [0; 32])), Err(R::SamePerson));
    assert_eq!(check(|_, _, l, c| (c.seen, l[0].rank) = ([0; 32], 1)), Err(R::HashDiffers));
    let changed = check(|_, p, l, _| {
        p.state = ProposalState::Approved;
        l[0].monthly = Rupiah(1);
    });
    assert_eq!(changed, Err(R::ListChanged));
    assert_eq!(check(|_, p, _, _| p.state = ProposalState::Approved), Err(R::Exists));
    for state in [
        ProposalState::Draft,
        ProposalState::Returned("kurang lengkap".into()),
        ProposalState::Expired,
    ] {
        let refused = check(|c, p, _, _| (p.state, c.fund.id) = (state.clone(), id(99)));
        assert_eq!(refused, Err(R::NotProposed));
        let reason = match &state {
            ProposalState::Returned(reason) => Some(reason.as_ref()),
            _ => None,
        };
        assert_eq!(ProposalState::from_parts(state.name(), reason), Some(state.clone()));
    }
    let other = check(|c, _, _, _| (c.fund.id, c.fund.ceiling) = (id(99), Rupiah::ZERO));
    assert_eq!(other, Err(R::OtherProgramme));
    let short = check(|c, _, _, _| c.committed_so_far = Rupiah(1));
    assert_eq!(short, Err(R::CeilingExceeded { free, needed }));
    let good = check(|_, _, _, _| ()).expect("a good list");
    assert_eq!((good.memberships.len(), good.commitment.amount), (3, needed));
    assert_eq!((good.checker, good.proposal.state), (id(9), ProposalState::Approved));
    assert_eq!(good.memberships[0].first, month("2022-10"));
}

proptest! {
    #[test]
    fn a_list_keeps_the_ceiling_and_loses_nobody(
        people in 1u32..40, ceiling in 0i64..ONE * 45, so_far in 0i64..ONE * 10, drivers: u64,
        csr: bool, fewest: bool,
    ) {
        let mut case = case(people, ceiling);
        case.committed_so_far = Rupiah(so_far);
        case.programme.first = month("2026-02");
        case.programme.last = month("2026-05");
        case.fund.kind = if csr { FundKind::Csr } else { FundKind::Apbd };
        if fewest {
            case.programme.terms.priority = fewest_first();
        }
        for (number, candidate) in case.candidates.iter_mut().enumerate() {
            if drivers >> number & 1 == 1 {
                candidate.sector = WorkSector::Transport;
                candidate.problems.push(ProblemCode::OccupationUnknown);
            }
        }
        let list = case.propose();
        let mut shuffled = Case { candidates: case.candidates.clone(), ..case };
        shuffled.candidates.reverse();
        prop_assert_eq!(&shuffled.propose(), &list, "the order of asking does not matter");
        let Ok(list) = list else {
            return Ok(());
        };
        let sum = |pick: fn(&ListLine) -> Rupiah| Rupiah::sum(list.lines.iter().map(pick));
        prop_assert_eq!(sum(|line| line.committed), Ok(list.committed));
        prop_assert_eq!(sum(|line| line.monthly), Ok(list.monthly));
        prop_assert!(so_far + list.committed.0 <= ceiling);
        prop_assert_eq!(list.free.0, ceiling - so_far - list.committed.0);
        let everybody: Vec<&ListLine> = list.lines.iter().chain(&list.waiting).collect();
        prop_assert_eq!(everybody.len(), people as usize);
        prop_assert!(everybody.iter().zip(1u32..).all(|(line, rank)| line.rank == rank));
        if let Some(first) = list.waiting.first() {
            prop_assert!(first.committed > list.free);
        }
    }
}
