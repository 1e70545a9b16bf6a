//! What was asked, as facts with stable names, and the same facts in words.
//!
//! Amounts are named `*_rupiah`, as everywhere; days and months are written as typed.

use base::money::grouped;
use base::{Day, Month, Rupiah};
use serde_json::{Value, json};

use crate::cli::{AidsArgs, BenefitCommand, ContributionArgs, PenaltyArgs, ScholarshipArgs};
use crate::say::Say;

/// A fact: its stable name and its value.
pub type Fact = (&'static str, Value);

/// A fact as a label and a value that people read.
pub fn in_words(say: &Say, (name, value): &Fact) -> (String, String) {
    let plain = name.strip_suffix("_rupiah");
    let label = say.words.get(&format!("law-fact-{}", plain.unwrap_or(name).replace('_', "-")));
    let text = match value {
        Value::Number(number) if plain.is_some() => {
            Rupiah(number.as_i64().unwrap_or_default()).to_string()
        }
        Value::Number(number) => number.as_u64().map_or_else(|| number.to_string(), grouped),
        Value::Bool(yes) => say.words.get(if *yes { "law-yes" } else { "law-no" }),
        Value::String(text) => word(say, name, text),
        other => other.to_string(),
    };
    (label, text)
}

/// The facts of a contribution, as far as its segment asks for them.
pub fn of_contribution(args: &ContributionArgs) -> Vec<Fact> {
    let mut facts = vec![("segment", json!(args.segment)), ("month", json!(args.month))];
    let amounts = [
        ("income_rupiah", &args.income),
        ("wage_rupiah", &args.wage),
        ("jht_monthly_rupiah", &args.jht_monthly),
    ];
    facts.extend(amounts.into_iter().filter_map(|(name, text)| money(name, text.as_deref()?)));
    match (&args.contract, args.segment.as_str()) {
        (Some(months), "pmi") => facts.push(("contract_months", json!(months))),
        (Some(contract), _) => facts.extend(money("contract_rupiah", contract)),
        (None, _) => {}
    }
    facts.push(("schemes", json!(args.schemes)));
    facts.extend(args.payer.as_ref().map(|payer| ("payer", json!(payer))));
    match args.segment.as_str() {
        "bpu" => facts.push(("sector", json!(args.sector))),
        "pu" => facts.extend([
            ("jkp_member", json!(args.jkp_member)),
            ("labour_intensive", json!(args.labour_intensive)),
        ]),
        _ => {}
    }
    match &args.trade {
        Some(trade) => facts.push(("trade", json!(trade))),
        None if args.segment == "pu" => facts.push(("risk_class", json!(args.risk_class))),
        None => {}
    }
    facts.extend(args.months.map(|months| ("months", json!(months))));
    facts.extend(args.paid_in.as_ref().map(|month| ("paid_in", json!(month))));
    facts
}

/// The facts of a penalty.
pub fn of_penalty(args: &PenaltyArgs) -> Vec<Fact> {
    let mut facts = vec![("segment", json!(args.segment)), ("month", json!(args.month))];
    facts.extend(money("contribution_rupiah", &args.contribution));
    facts.push(("paid_on", json!(args.paid_on)));
    facts
}

/// The facts of a benefit.
pub fn of_benefit(command: &BenefitCommand) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    match command {
        BenefitCommand::Jkm { segment, death, registered, paid, also } => {
            facts.extend([("segment", json!(segment)), ("death", json!(death))]);
            facts.extend([("registered", json!(registered)), ("paid", json!(paid))]);
            facts.extend(also.iter().map(|other| ("also", json!(other))));
        }
        BenefitCommand::JkkDeath(args) | BenefitCommand::JkkTotal(args) => {
            facts.extend(accident(&args.base, &args.accident));
        }
        BenefitCommand::JkkPartial { accident: args, losses, left_handed } => {
            facts.extend(accident(&args.base, &args.accident));
            facts.push(("losses", json!(losses.join(", "))));
            facts.push(("left_handed", json!(left_handed)));
        }
        BenefitCommand::JkkIncapacity { accident: args, months, days } => {
            facts.extend(accident(&args.base, &args.accident));
            facts.extend([("months", json!(months)), ("days", json!(days))]);
        }
        BenefitCommand::JkkTransport { accident, land, sea, air } => {
            facts.push(("accident", json!(accident)));
            let costs = [("land_rupiah", land), ("sea_rupiah", sea), ("air_rupiah", air)];
            facts
                .extend(costs.into_iter().filter_map(|(name, text)| money(name, text.as_deref()?)));
        }
        BenefitCommand::JkkAids(args) => facts.extend(aids(args)),
        BenefitCommand::Scholarship(args) => facts.extend(scholarship(args)),
        BenefitCommand::Jht { gross, on, reason } => {
            facts.extend(money("gross_rupiah", gross));
            facts.extend([("on", json!(on)), ("reason", json!(reason))]);
        }
        BenefitCommand::JhtBalance { paid_in, until } => {
            facts.extend(paid_in.iter().map(|span| ("paid_monthly", json!(span))));
            facts.push(("until", json!(until)));
        }
        BenefitCommand::Jp { on, months, wage, balance } => {
            facts.extend([("on", json!(on)), ("months", json!(months))]);
            facts.extend(money("wage_rupiah", wage));
            facts.extend(balance.as_ref().and_then(|text| money("balance_rupiah", text)));
        }
        BenefitCommand::Jkp { wage, on, months_paid, age_at_joining } => {
            facts.extend(money("wage_rupiah", wage));
            facts.push(("on", json!(on)));
            facts.extend(months_paid.map(|months| ("months_paid", json!(months))));
            facts.extend(age_at_joining.map(|age| ("age_at_joining", json!(age))));
        }
    }
    facts
}

fn accident(base: &str, day: &str) -> impl Iterator<Item = Fact> {
    money("base_rupiah", base).into_iter().chain([("accident", json!(day))])
}

fn aids(args: &AidsArgs) -> Vec<Fact> {
    let costs = [
        ("dentures_rupiah", &args.dentures),
        ("hearing_aid_rupiah", &args.hearing_aid),
        ("glasses_rupiah", &args.glasses),
        ("prosthesis_rupiah", &args.prosthesis),
        ("hospital_price_rupiah", &args.hospital_price),
        ("home_care_rupiah", &args.home_care),
    ];
    let costs = costs.into_iter().filter_map(|(name, text)| money(name, text.as_deref()?));
    [("accident", json!(args.accident))].into_iter().chain(costs).collect()
}

fn scholarship(args: &ScholarshipArgs) -> Vec<Fact> {
    let mut facts = vec![("event", json!(args.event))];
    facts.push(("children", json!(args.children.join(", "))));
    facts.extend(args.months_paid.map(|months| ("months_paid", json!(months))));
    facts.extend(args.months_unbroken.map(|months| ("months_unbroken", json!(months))));
    facts
}

/// An amount as typed; the command has read it before, so that it is one.
fn money(name: &'static str, text: &str) -> Option<Fact> {
    Rupiah::parse(text).map(|rupiah| (name, json!(rupiah.0)))
}

fn word(say: &Say, name: &str, text: &str) -> String {
    let known = |kind: &str| say.words.get(&format!("law-{kind}-{text}"));
    match name {
        "payer" => known("bearer"),
        "sector" => known("sector"),
        "segment" => known("segment"),
        "reason" => known("reason"),
        "scheme" | "schemes" => text.to_uppercase().replace(',', ", "),
        _ => {
            let day = Day::parse_iso(text).map(Day::in_words);
            let month = || Month::parse(text).map(Month::in_words);
            day.or_else(month).unwrap_or_else(|| text.to_owned())
        }
    }
}
