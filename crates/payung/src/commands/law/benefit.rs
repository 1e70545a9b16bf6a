//! `payung law benefit`: what is paid when it happens.

use app::error::AppError;
use base::{Month, Rupiah};
use rules::{
    AidsQuery, Answer, Cause, IncapacityQuery, JhtAccountQuery, JhtDeposit, JhtQuery, JhtReason,
    JkkQuery, JkmQuery, JkpQuery, JpQuery, Loss, MonthsPaid, PartialQuery, ProsthesisCost, RuleGap,
    Rulebook, ScholarshipQuery, SchoolStart, Segment, TransportQuery, parse_paid_months,
};

use super::{facts, gap, known, pages, tell};
use crate::cli::{AccidentArgs, AidsArgs, BenefitArgs, BenefitCommand, ScholarshipArgs};
use crate::commands;
use crate::say::Say;

/// Computes one benefit and tells it.
pub fn benefit(rulebook: &Rulebook, say: &Say, args: &BenefitArgs) -> Result<(), AppError> {
    let answer = ask(rulebook, &args.command)?.map_err(gap)?;
    tell::answer(rulebook, say, &answer);
    let facts = facts::of_benefit(&args.command);
    pages::answer(rulebook, say, args.pdf.as_deref(), (title(&args.command), &facts), &answer)
}

fn title(command: &BenefitCommand) -> &'static str {
    match command {
        BenefitCommand::Jkm { .. } => "law-case-jkm",
        BenefitCommand::JkkDeath(_) => "law-case-jkk-death",
        BenefitCommand::JkkTotal(_) => "law-case-jkk-total",
        BenefitCommand::JkkPartial { .. } => "law-case-jkk-partial",
        BenefitCommand::JkkIncapacity { .. } => "law-case-jkk-incapacity",
        BenefitCommand::JkkTransport { .. } => "law-case-jkk-transport",
        BenefitCommand::JkkAids(_) => "law-case-jkk-aids",
        BenefitCommand::Scholarship(_) => "law-case-scholarship",
        BenefitCommand::Jht { .. } => "law-case-jht",
        BenefitCommand::JhtBalance { .. } => "law-case-jht-balance",
        BenefitCommand::Jp { .. } => "law-case-jp",
        BenefitCommand::Jkp { .. } => "law-case-jkp",
    }
}

/// An answer, or why there is none; the outer error is about the words of the command.
type Asked = Result<Result<Answer, RuleGap>, AppError>;

/// What was paid in, as typed: spans of months and what came in each.
fn savings(paid_in: &[String], until: &str) -> Result<JhtAccountQuery, AppError> {
    let mut deposits = Vec::new();
    for text in paid_in {
        let wrong = || AppError::usage("NOT_MONTHS", text);
        let (span, amount) = text.rsplit_once(':').ok_or_else(wrong)?;
        let amount = commands::rupiah(amount)?;
        let months = known_months(span)?.into_iter();
        deposits.extend(months.map(|month| JhtDeposit::on_time(month, amount)));
    }
    let until = commands::month(until)?;
    Ok(JhtAccountQuery { paid_in: deposits, taken: Vec::new(), until })
}

fn ask(rulebook: &Rulebook, command: &BenefitCommand) -> Asked {
    Ok(match command {
        BenefitCommand::Jkm { segment, death, registered, paid, also } => {
            let first = jkm(segment, death, registered, paid)?;
            let others =
                also.iter().map(|text| match text.splitn(3, ':').collect::<Vec<_>>()[..] {
                    [segment, registered, paid] => jkm(segment, death, registered, paid),
                    _ => Err(AppError::usage("NOT_A_SEGMENT", text)),
                });
            let others = others.collect::<Result<Vec<_>, _>>()?;
            match others.is_empty() {
                true => rulebook.jkm(&first),
                false => rulebook.jkm_in_segments(&[&[first], &others[..]].concat()),
            }
        }
        BenefitCommand::JkkDeath(args) => rulebook.jkk_death(&jkk(args)?),
        BenefitCommand::JkkTotal(args) => rulebook.jkk_total(&jkk(args)?),
        BenefitCommand::JkkPartial { accident, losses, left_handed } => {
            let JkkQuery { wage, accident } = jkk(accident)?;
            let losses: Result<Vec<Loss>, AppError> =
                losses.iter().map(|text| known(text, Loss::parse)).collect();
            let (losses, left_handed) = (losses?, *left_handed);
            rulebook.jkk_partial(&PartialQuery { wage, accident, losses, left_handed })
        }
        BenefitCommand::JkkIncapacity { accident, months, days } => {
            let JkkQuery { wage, accident } = jkk(accident)?;
            let (months, days) = (i64::from(*months), i64::from(*days));
            rulebook.jkk_incapacity(&IncapacityQuery { wage, accident, months, days })
        }
        BenefitCommand::JkkTransport { accident, land, sea, air } => {
            rulebook.jkk_transport(&TransportQuery {
                accident: commands::day(accident)?,
                land: cost(land)?,
                sea: cost(sea)?,
                air: cost(air)?,
            })
        }
        BenefitCommand::JkkAids(args) => rulebook.jkk_aids(&aids(args)?),
        BenefitCommand::Scholarship(args) => rulebook.scholarship(&scholarship(args)?),
        BenefitCommand::Jht { gross, on, reason } => rulebook.jht(&JhtQuery {
            gross: commands::rupiah(gross)?,
            on: commands::day(on)?,
            reason: known(reason, JhtReason::from_name)?,
        }),
        BenefitCommand::JhtBalance { paid_in, until } => {
            let query = savings(paid_in, until)?;
            rulebook.jht_account(&query).map(|account| account.answer)
        }
        BenefitCommand::Jp { on, months, wage, balance } => rulebook.jp(&JpQuery {
            on: commands::day(on)?,
            months: i64::from(*months),
            average_wage: commands::rupiah(wage)?,
            balance: cost(balance)?,
        }),
        BenefitCommand::Jkp { wage, on, months_paid, age_at_joining } => rulebook.jkp(&JkpQuery {
            wage: commands::rupiah(wage)?,
            on: commands::day(on)?,
            months_paid: months_paid.map(i64::from),
            age_at_joining: age_at_joining.map(i64::from),
        }),
    })
}

fn jkm(segment: &str, death: &str, registered: &str, paid: &str) -> Result<JkmQuery, AppError> {
    Ok(JkmQuery {
        segment: known(segment, Segment::from_name)?,
        death: commands::day(death)?,
        registered: commands::day(registered)?,
        paid: known_months(paid)?,
    })
}

fn jkk(args: &AccidentArgs) -> Result<JkkQuery, AppError> {
    Ok(JkkQuery { wage: commands::rupiah(&args.base)?, accident: commands::day(&args.accident)? })
}

fn aids(args: &AidsArgs) -> Result<AidsQuery, AppError> {
    let prosthesis = match &args.prosthesis {
        None => None,
        paid => {
            Some(ProsthesisCost { cost: cost(paid)?, hospital_price: cost(&args.hospital_price)? })
        }
    };
    Ok(AidsQuery {
        accident: commands::day(&args.accident)?,
        dentures: cost(&args.dentures)?,
        hearing_aid: cost(&args.hearing_aid)?,
        glasses: cost(&args.glasses)?,
        prosthesis,
        home_care: cost(&args.home_care)?,
    })
}

fn scholarship(args: &ScholarshipArgs) -> Result<ScholarshipQuery, AppError> {
    let cause = match args.months_paid {
        None => Cause::WorkAccident,
        Some(all) => Cause::Death(MonthsPaid {
            continuous: i64::from(args.months_unbroken.unwrap_or(all)),
            cumulative: i64::from(all),
        }),
    };
    let children: Result<Vec<SchoolStart>, AppError> =
        args.children.iter().map(|text| known(text, SchoolStart::parse)).collect();
    Ok(ScholarshipQuery { event: commands::day(&args.event)?, cause, children: children? })
}

fn known_months(text: &str) -> Result<Vec<Month>, AppError> {
    parse_paid_months(text).ok_or_else(|| AppError::usage("NOT_MONTHS", text))
}

/// A cost as typed; nothing when it is not named.
fn cost(text: &Option<String>) -> Result<Rupiah, AppError> {
    text.as_deref().map_or(Ok(Rupiah::ZERO), commands::rupiah)
}
