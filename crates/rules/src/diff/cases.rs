//! The people, projects and events that stand for everybody when two rulebooks are compared.

use base::{Day, Month, Rupiah};

use crate::benefit::{
    AidsQuery, Cause, IncapacityQuery, JhtQuery, JhtReason, JkkQuery, JkmQuery, JkpQuery, Loss,
    PartialQuery, ScholarshipQuery, SchoolLevel, SchoolStart, TransportQuery,
};
use crate::contribution::{BpuQuery, ConstructionBasis, ConstructionQuery, PuQuery, RiskClass};
use crate::payer::Payer;
use crate::rule::Entry;
use crate::rulebook::Rulebook;
use crate::scheme::{Scheme, Schemes, Segment, WorkSector};

/// One question that both rulebooks answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiffCase {
    /// A month of somebody who earns no wage, in one programme.
    Bpu {
        /// The income.
        income: Rupiah,
        /// The programme.
        scheme: Scheme,
        /// Who pays.
        payer: Payer,
        /// The sector of work.
        sector: WorkSector,
    },
    /// A month of a wage earner, in one programme.
    Pu {
        /// The wage.
        wage: Rupiah,
        /// The programme.
        scheme: Scheme,
        /// Who pays.
        payer: Payer,
        /// The risk class.
        risk_class: RiskClass,
        /// Whether in a labour-intensive industry.
        labour_intensive: bool,
    },
    /// A project, in one programme.
    Construction {
        /// The contract.
        contract: Rupiah,
        /// The programme.
        scheme: Scheme,
    },
    /// A death after so many paid months, the month of death not among them.
    Jkm {
        /// The segment.
        segment: Segment,
        /// Months paid.
        months: i32,
    },
    /// A death by work accident.
    JkkDeath {
        /// The wage.
        wage: Rupiah,
    },
    /// A total permanent disability.
    JkkTotal {
        /// The wage.
        wage: Rupiah,
    },
    /// A loss of the disability table.
    JkkLoss {
        /// The wage.
        wage: Rupiah,
        /// Its code.
        code: Box<str>,
    },
    /// Months of incapacity.
    JkkIncapacity {
        /// The wage.
        wage: Rupiah,
        /// How many.
        months: i64,
    },
    /// Transport beyond every limit.
    JkkTransport,
    /// Aids beyond every limit.
    JkkAids,
    /// A child that begins kindergarten.
    Scholarship,
    /// A balance paid out.
    Jht {
        /// The balance.
        gross: Rupiah,
    },
    /// A dismissal.
    Jkp {
        /// The wage.
        wage: Rupiah,
    },
}

/// A wage below every cap, and one above.
const WAGES: [Rupiah; 2] = [Rupiah(3_000_000), Rupiah(50_000_000)]; // not law: probes
/// A cost beyond every limit, and a balance beyond every tax-free part.
const MUCH: Rupiah = Rupiah(1_000_000_000); // not law: a probe
/// A base like the lowest tier's.
const LITTLE: Rupiah = Rupiah(1_000_000); // not law: a probe

/// Everything that is asked, in order.
pub fn cases(from: &Rulebook, to: &Rulebook) -> Vec<DiffCase> {
    let mut cases = Vec::new();
    bpu_cases(from, to, &mut cases);
    pu_cases(from, to, &mut cases);
    let contracts = probes(from, to, |rulebook| {
        let key = rulebook.known.construction_jkk.id;
        let steps = entries(rulebook, key).flat_map(Entry::steps);
        steps.filter_map(|step| step.up_to).map(Rupiah).collect()
    });
    for contract in contracts.into_iter().chain([Rupiah(MUCH.0 * 10)]) {
        cases.extend(
            [Scheme::Jkk, Scheme::Jkm].map(|scheme| DiffCase::Construction { contract, scheme }),
        );
    }
    for segment in [Segment::Bpu, Segment::Pu] {
        cases.extend([0, 1, 2, 3, 12].map(|months| DiffCase::Jkm { segment, months }));
    }
    let wage = LITTLE;
    cases.extend([DiffCase::JkkDeath { wage }, DiffCase::JkkTotal { wage }]);
    cases.push(DiffCase::JkkDeath { wage: Rupiah(1) });
    for code in losses(from, to) {
        cases.push(DiffCase::JkkLoss { wage, code });
    }
    cases.extend([1, 7, 13, 25].map(|months| DiffCase::JkkIncapacity { wage, months }));
    cases.extend([DiffCase::JkkTransport, DiffCase::JkkAids, DiffCase::Scholarship]);
    cases.extend([LITTLE, MUCH].map(|gross| DiffCase::Jht { gross }));
    cases.extend(WAGES.map(|wage| DiffCase::Jkp { wage }));
    cases
}

fn bpu_cases(from: &Rulebook, to: &Rulebook, cases: &mut Vec<DiffCase>) {
    let incomes = probes(from, to, |rulebook| {
        let brackets = entries(rulebook, rulebook.known.jkk_bpu.id).flat_map(Entry::brackets);
        let edges = brackets.flat_map(|bracket| {
            let gap = bracket.income_to.map(|to| Rupiah(to.0 + 1));
            [Some(bracket.income_from), gap].into_iter().flatten()
        });
        edges.collect()
    });
    for payer in Payer::ALL {
        for sector in WorkSector::ALL {
            for scheme in [Scheme::Jkk, Scheme::Jkm, Scheme::Jht] {
                let case = |income| DiffCase::Bpu { income, scheme, payer, sector };
                cases.extend(incomes.iter().copied().map(case));
            }
        }
    }
}

fn pu_cases(from: &Rulebook, to: &Rulebook, cases: &mut Vec<DiffCase>) {
    let caps = probes(from, to, |rulebook| {
        let numbers = entries(rulebook, rulebook.known.jp_cap.id).filter_map(Entry::number);
        numbers.map(|cap| Rupiah(cap + 1)).chain(WAGES).collect()
    });
    for payer in [Payer::Employer, Payer::Fund(crate::payer::FundKind::Apbd)] {
        for labour_intensive in [false, true] {
            for risk_class in RiskClass::ALL {
                for scheme in Scheme::ALL {
                    // The class is JKK's alone, and the cap is JP's.
                    if scheme != Scheme::Jkk && risk_class != RiskClass::ALL[0] {
                        continue;
                    }
                    let wages = if scheme == Scheme::Jp { &caps[..] } else { &WAGES[..] };
                    cases.extend(wages.iter().map(|&wage| DiffCase::Pu {
                        wage,
                        scheme,
                        payer,
                        risk_class,
                        labour_intensive,
                    }));
                }
            }
        }
    }
}

impl DiffCase {
    /// Whether the answer follows the day of an event, rather than a month.
    pub(super) fn is_event(&self) -> bool {
        use DiffCase::{Bpu, Construction, Pu};
        !matches!(self, Bpu { .. } | Pu { .. } | Construction { .. })
    }

    /// The stable name of what is asked about.
    pub fn name(&self) -> &'static str {
        match self {
            DiffCase::Bpu { .. } => "bpu",
            DiffCase::Pu { .. } => "pu",
            DiffCase::Construction { .. } => "construction",
            DiffCase::Jkm { .. } => "jkm",
            DiffCase::JkkDeath { .. } => "jkk-death",
            DiffCase::JkkTotal { .. } => "jkk-total",
            DiffCase::JkkLoss { .. } => "jkk-partial",
            DiffCase::JkkIncapacity { .. } => "jkk-incapacity",
            DiffCase::JkkTransport => "jkk-transport",
            DiffCase::JkkAids => "jkk-aids",
            DiffCase::Scholarship => "scholarship",
            DiffCase::Jht { .. } => "jht",
            DiffCase::Jkp { .. } => "jkp",
        }
    }

    /// What a rulebook answers on a day; nothing where it has no rule.
    pub(super) fn ask(&self, rulebook: &Rulebook, day: Day) -> Option<Rupiah> {
        match self {
            DiffCase::Bpu { .. } | DiffCase::Pu { .. } | DiffCase::Construction { .. } => {
                self.ask_month(rulebook, day.month_of())
            }
            _ => self.ask_event(rulebook, day),
        }
    }

    fn ask_month(&self, rulebook: &Rulebook, month: Month) -> Option<Rupiah> {
        let alone = |scheme| Schemes::EMPTY.with(scheme);
        let total = match *self {
            DiffCase::Bpu { income, scheme, payer, sector } => {
                rulebook.bpu_contribution(&BpuQuery {
                    income,
                    schemes: alone(scheme),
                    month,
                    payer,
                    sector,
                })
            }
            DiffCase::Pu { wage, scheme, payer, risk_class, labour_intensive } => rulebook
                .pu_contribution(&PuQuery {
                    wage,
                    schemes: alone(scheme),
                    month,
                    payer,
                    risk_class,
                    jkp_member: false,
                    labour_intensive,
                    jp_deferred: false,
                }),
            DiffCase::Construction { contract, scheme } => {
                rulebook.construction_contribution(&ConstructionQuery {
                    basis: ConstructionBasis::Contract(contract),
                    schemes: alone(scheme),
                    month,
                    payer: Payer::Employer,
                })
            }
            _ => return None,
        };
        total.ok().map(|answer| answer.total)
    }

    fn ask_event(&self, rulebook: &Rulebook, day: Day) -> Option<Rupiah> {
        let accident = day;
        let answer = match self {
            DiffCase::Jkm { segment, months } => {
                let last = day.month_of();
                let first = last.plus(-months);
                let paid = first.through(last).collect();
                let registered = first.first_day();
                rulebook.jkm(&JkmQuery { segment: *segment, death: day, registered, paid })
            }
            DiffCase::JkkDeath { wage } => rulebook.jkk_death(&JkkQuery { wage: *wage, accident }),
            DiffCase::JkkTotal { wage } => rulebook.jkk_total(&JkkQuery { wage: *wage, accident }),
            DiffCase::JkkLoss { wage, code } => rulebook.jkk_partial(&PartialQuery {
                wage: *wage,
                accident,
                losses: vec![Loss { code: code.clone(), degree: None }],
                left_handed: false,
            }),
            DiffCase::JkkIncapacity { wage, months } => {
                let (wage, months) = (*wage, *months);
                rulebook.jkk_incapacity(&IncapacityQuery { wage, accident, months, days: 0 })
            }
            DiffCase::JkkTransport => rulebook.jkk_transport(&TransportQuery {
                accident,
                land: MUCH,
                sea: MUCH,
                air: MUCH,
            }),
            DiffCase::JkkAids => rulebook.jkk_aids(&AidsQuery {
                accident,
                dentures: MUCH,
                hearing_aid: MUCH,
                glasses: MUCH,
                prosthesis: None,
                home_care: Rupiah::ZERO,
            }),
            DiffCase::Scholarship => rulebook.scholarship(&ScholarshipQuery {
                event: day,
                cause: Cause::WorkAccident,
                children: vec![SchoolStart { level: SchoolLevel::Tk, year: 1, birth: None }],
            }),
            DiffCase::Jht { gross } => {
                let (gross, reason) = (*gross, JhtReason::PensionAge);
                rulebook.jht(&JhtQuery { gross, on: day, reason })
            }
            DiffCase::Jkp { wage } => rulebook.jkp(&JkpQuery {
                wage: *wage,
                on: day,
                months_paid: None,
                age_at_joining: None,
            }),
            _ => return None,
        };
        answer.ok().map(|answer| answer.total)
    }
}

fn entries<'a>(rulebook: &'a Rulebook, parameter: &str) -> impl Iterator<Item = &'a Entry> {
    rulebook.parameter(parameter).into_iter().flat_map(|parameter| &parameter.entries)
}

/// The amounts at which either rulebook may bend, ascending, each once.
fn probes(from: &Rulebook, to: &Rulebook, of: impl Fn(&Rulebook) -> Vec<Rupiah>) -> Vec<Rupiah> {
    let mut probes = of(from);
    probes.extend(of(to));
    probes.sort_unstable();
    probes.dedup();
    probes
}

fn losses(from: &Rulebook, to: &Rulebook) -> Vec<Box<str>> {
    let mut codes: Vec<Box<str>> = [from, to]
        .into_iter()
        .flat_map(|rulebook| entries(rulebook, rulebook.known.disability_table.id))
        .flat_map(Entry::rows)
        .map(|row| row.key.clone())
        .collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}
