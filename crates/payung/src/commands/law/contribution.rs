//! `payung law contribution`: what one month costs, by segment.

use app::error::AppError;
use base::{Month, Rupiah};
use documents::pdf::TreeLine;
use rules::{
    Answer, BpuQuery, ConstructionBasis, ConstructionQuery, Contribution, ContributionLine,
    ContributionQuery, Entry, Line, Payer, PmiQuery, PrepaidQuery, PuQuery, ReliefEffect,
    RiskClass, Row, RuleStatus, Rulebook, Scheme, Segment, Split, WorkSector,
};
use serde_json::{Value, json};

use super::pages::{self, Pages};
use super::{facts, gap, known, schemes, tell};
use crate::cli::ContributionArgs;
use crate::commands;
use crate::say::Say;

/// Computes one month, or a worker abroad's packages.
pub fn contribution(
    rulebook: &Rulebook,
    say: &Say,
    args: &ContributionArgs,
) -> Result<(), AppError> {
    let segment = known(&args.segment, Segment::from_name)?;
    let payer = match &args.payer {
        Some(text) => known(text, Payer::from_name)?,
        None if matches!(segment, Segment::Bpu | Segment::Pmi) => Payer::SelfPaid,
        None => Payer::Employer,
    };
    if segment == Segment::Pmi {
        let query = pmi_query(args, payer)?;
        let answer = rulebook.pmi_contribution(&query).map_err(gap)?;
        tell::answer(rulebook, say, &answer);
        return page(rulebook, say, args, segment, &answer);
    }
    let asked = query(rulebook, segment, payer, args)?;
    if let Some(months) = args.months {
        let ContributionQuery::Bpu(first) = asked else {
            return Err(AppError::usage("KIND_UNKNOWN", segment.name()));
        };
        let paid_in = args.paid_in.as_deref().map_or(Ok(first.month), commands::month)?;
        return prepaid(rulebook, say, args, &PrepaidQuery { first, months, paid_in });
    }
    let result = rulebook.contribution(&asked).map_err(gap)?;
    let mut explained = rulebook.explain(&result).map_err(gap)?;
    let instalments = match args.instalments && segment == Segment::Construction {
        true => {
            rulebook.instalments(result.total, commands::month(&args.month)?).map_err(gap)?.lines
        }
        false => Vec::new(),
    };
    if say.json {
        let trees = explained.lines.iter().map(|line| tell::document(say, line));
        let mut document = document(rulebook, &result, trees.collect());
        if let Some((row, entry)) = trade(rulebook, &asked, args) {
            document["trade"] = json!({"key": &*row.key, "name": &*row.name,
                "risk_class": row.number(), "rule": entry.rule.as_str(),
                "article": &*row.citation.article, "status": row.citation.status.name()});
        }
        if !instalments.is_empty() {
            document["instalments"] =
                instalments.iter().map(|line| tell::document(say, line)).collect();
        }
        say.document(&document);
    } else {
        tell::lines(say, &explained);
        let trade = trade(rulebook, &asked, args);
        trade.iter().for_each(|(row, _)| say.line(&trade_in_words(say, row)));
        told_besides(say, &result).iter().for_each(|told| say.line(told));
        tell::total(rulebook, say, result.total, result.status);
        let parts = instalments.iter().map(|line| instalment_in_words(say, line));
        parts.for_each(|part| say.line(&part));
    }
    explained.total = result.total;
    let mut notes = told_besides(say, &result);
    notes.extend(trade(rulebook, &asked, args).map(|(row, _)| trade_in_words(say, row)));
    notes.extend(instalments.iter().map(|line| instalment_in_words(say, line)));
    page_with(rulebook, say, args, segment, (&explained, notes))
}

/// Several months paid at once, month by month; those alike are told once.
fn prepaid(
    rulebook: &Rulebook,
    say: &Say,
    args: &ContributionArgs,
    query: &PrepaidQuery,
) -> Result<(), AppError> {
    let allowed = rulebook.prepayable_months(query.first.month);
    if !allowed.contains(&i64::from(query.months)) {
        let allowed: Vec<String> = allowed.iter().map(i64::to_string).collect();
        return Err(AppError::refused("PREPAID_MONTHS", allowed.join(", ")));
    }
    let paid = rulebook.bpu_prepaid(query).map_err(gap)?;
    let total = Rupiah::sum(paid.iter().map(|(_, month)| month.total));
    let total = total.map_err(|error| gap(error.into()))?;
    let status =
        paid.iter().map(|(_, month)| month.status).fold(RuleStatus::Confirmed, RuleStatus::weaker);
    let mut months = Vec::new();
    let mut tree = Vec::new();
    let mut before: Option<&Contribution<'_>> = None;
    for (month, result) in &paid {
        let explained = rulebook.explain(result).map_err(gap)?;
        if say.json {
            let trees = explained.lines.iter().map(|line| tell::document(say, line));
            let mut document = document(rulebook, result, trees.collect());
            document["month"] = json!(month.to_string());
            months.push(document);
            continue;
        }
        let head = format!("{:>14}  {}", result.total.to_string(), month.in_words());
        say.line(&head);
        if before.is_none_or(|before| before.lines != result.lines) {
            tell::lines(say, &explained);
        }
        before = Some(result);
    }
    for (month, result) in &paid {
        let (text, amount) = (month.in_words(), result.total.to_string());
        tree.push(TreeLine { depth: 0, text, amount, details: Vec::new() });
        let below = pages::tree(say, &rulebook.explain(result).map_err(gap)?);
        tree.extend(below.into_iter().map(|line| TreeLine { depth: line.depth + 1, ..line }));
    }
    match say.json {
        true => say.document(&json!({
            "total_rupiah": total.0,
            "months": months,
            "paid_in": query.paid_in.to_string(),
            "rulebook": rulebook.version().to_string(),
            "status": status.name(),
        })),
        false => tell::total(rulebook, say, total, status),
    }
    let Some(file) = &args.pdf else { return Ok(()) };
    let asked = facts::of_contribution(args);
    let pages = Pages {
        title: "law-case-bpu",
        facts: asked.iter().map(|fact| facts::in_words(say, fact)).collect(),
        lines: tree,
        total: Some((total, status)),
        notes: Vec::new(),
    };
    pages::print(rulebook, say, file, pages)
}

fn page(
    rulebook: &Rulebook,
    say: &Say,
    args: &ContributionArgs,
    segment: Segment,
    answer: &Answer,
) -> Result<(), AppError> {
    let notes = answer.notes.iter().map(|note| tell::note_in_words(say, *note)).collect();
    page_with(rulebook, say, args, segment, (answer, notes))
}

fn page_with(
    rulebook: &Rulebook,
    say: &Say,
    args: &ContributionArgs,
    segment: Segment,
    (answer, notes): (&Answer, Vec<String>),
) -> Result<(), AppError> {
    let Some(file) = &args.pdf else { return Ok(()) };
    let title = match segment {
        Segment::Bpu => "law-case-bpu",
        Segment::Pu => "law-case-pu",
        Segment::Construction => "law-case-construction",
        Segment::Pmi => "law-case-pmi",
    };
    let asked = facts::of_contribution(args);
    let facts = asked.iter().map(|fact| facts::in_words(say, fact)).collect();
    let (lines, total) = (pages::tree(say, answer), Some((answer.total, answer.status)));
    pages::print(rulebook, say, file, Pages { title, facts, lines, total, notes })
}

/// What the lines do not show: reliefs that the payer does not get, and the parts of JKP.
fn told_besides(say: &Say, result: &Contribution<'_>) -> Vec<String> {
    let reliefs = result.lines.iter().filter_map(|line| line.relief);
    let excluded = reliefs.filter(|relief| relief.effect == ReliefEffect::ExcludedByPayer);
    let mut told: Vec<String> = excluded
        .map(|relief| say.words.with("law-relief-excluded", &[("article", relief.article)]))
        .collect();
    told.dedup();
    told.extend(result.split.iter().map(|split| split_in_words(say, split)));
    told
}

/// The trade as the law lists it, when one was named.
fn trade<'a>(
    rulebook: &'a Rulebook,
    asked: &ContributionQuery,
    args: &ContributionArgs,
) -> Option<(&'a Row, &'a Entry)> {
    let ContributionQuery::Pu(query) = asked else { return None };
    let (rows, entry) = rulebook.trades(query.month.first_day());
    let row = rows.iter().find(|row| Some(&*row.key) == args.trade.as_deref())?;
    Some((row, entry?))
}

fn trade_in_words(say: &Say, row: &Row) -> String {
    let status = tell::status_in_words(say, row.citation.status);
    let number = row.number().unwrap_or_default().to_string();
    let values = [
        ("trade", &*row.name),
        ("class", &number),
        ("article", &row.citation.article),
        ("status", &status),
    ];
    say.words.with("law-trade", &values)
}

fn split_in_words(say: &Say, split: &Split<'_>) -> String {
    let parts = [
        ("jkk", split.jkk.to_string()),
        ("jkm", split.jkm.to_string()),
        ("jkp", split.jkp.to_string()),
        ("state", split.state.to_string()),
    ];
    let parts: Vec<(&str, &str)> = parts.iter().map(|(key, text)| (*key, &**text)).collect();
    say.words.with("law-split", &parts)
}

fn instalment_in_words(say: &Say, line: &Line) -> String {
    let told = tell::told(say, line);
    format!("{}: {} ({})", told.text, told.amount, told.details.join("; "))
}

fn query(
    rulebook: &Rulebook,
    segment: Segment,
    payer: Payer,
    args: &ContributionArgs,
) -> Result<ContributionQuery, AppError> {
    let month = commands::month(&args.month)?;
    let (schemes, sector) = (schemes(&args.schemes)?, known(&args.sector, WorkSector::from_name)?);
    Ok(match segment {
        Segment::Construction => ContributionQuery::Construction(ConstructionQuery {
            basis: match &args.contract {
                Some(contract) => ConstructionBasis::Contract(commands::rupiah(contract)?),
                None => ConstructionBasis::Wages(needed("--contract", &args.wage)?),
            },
            schemes,
            month,
            payer,
        }),
        Segment::Pu => ContributionQuery::Pu(PuQuery {
            wage: needed("--wage", &args.wage)?,
            schemes,
            month,
            payer,
            risk_class: risk_class(rulebook, args, month)?,
            jkp_member: args.jkp_member,
            labour_intensive: args.labour_intensive,
            jp_deferred: args.jp_deferred,
        }),
        Segment::Bpu | Segment::Pmi => ContributionQuery::Bpu(BpuQuery {
            // Who reports no income is in the lowest tier.
            income: args.income.as_deref().map_or(Ok(Rupiah::ZERO), commands::rupiah)?,
            schemes,
            month,
            payer,
            sector,
        }),
    })
}

/// The class as typed, or that of the trade on the first day of the month.
fn risk_class(
    rulebook: &Rulebook,
    args: &ContributionArgs,
    month: Month,
) -> Result<RiskClass, AppError> {
    let number = args.risk_class.to_string();
    match &args.trade {
        None => {
            RiskClass::new(args.risk_class).ok_or_else(|| AppError::usage("KIND_UNKNOWN", number))
        }
        Some(trade) => rulebook
            .risk_class_of(trade, month.first_day())
            .ok_or_else(|| AppError::not_found("TRADE_UNKNOWN", trade)),
    }
}

fn pmi_query(args: &ContributionArgs, payer: Payer) -> Result<PmiQuery, AppError> {
    let schemes = schemes(&args.schemes)?;
    let months = |text: &String| {
        text.trim().parse().map_err(|_| AppError::usage("NOT_A_COUNT", text.as_str()))
    };
    let saved = args.jht_monthly.as_deref().map(commands::rupiah).transpose()?;
    Ok(PmiQuery {
        month: commands::month(&args.month)?,
        before_work: !args.without_agency,
        contract_months: args.contract.as_ref().map(months).transpose()?,
        extension_months: args.extension,
        // Who names no sum saves the least, to which a lesser one is raised.
        jht_monthly: saved.or(schemes.contains(Scheme::Jht).then_some(Rupiah::ZERO)),
        payer,
    })
}

fn needed(flag: &str, amount: &Option<String>) -> Result<Rupiah, AppError> {
    let amount = amount.as_deref().ok_or_else(|| AppError::usage("FLAG_MISSING", flag))?;
    commands::rupiah(amount)
}

fn document(rulebook: &Rulebook, result: &Contribution<'_>, trees: Vec<Value>) -> Value {
    let lines = result.lines.iter().zip(trees);
    let lines: Vec<Value> = lines.map(|(line, tree)| line_document(line, tree)).collect();
    let mut document = json!({
        "total_rupiah": result.total.0,
        "payer_rupiah": result.payer_total().0,
        "worker_rupiah": result.worker_total().0,
        "base_rupiah": result.base.0,
        "tier": (result.tier > 0).then_some(result.tier),
        "lines": lines,
        "rulebook": rulebook.version().to_string(),
        "status": result.status.name(),
    });
    if let Some(split) = &result.split {
        document["split"] = json!({
            "jkk": split.jkk.0,
            "jkm": split.jkm.0,
            "jkp": split.jkp.0,
            "state": split.state.0,
            "rule": split.rule.as_str(),
            "article": split.article,
            "status": split.status.name(),
        });
    }
    document
}

/// A line under the programme's own rule; the relief that met it, and the tree, stand beside.
fn line_document(line: &ContributionLine<'_>, tree: Value) -> Value {
    let relief = line.relief.map(|relief| {
        let (effect, before) = match relief.effect {
            ReliefEffect::Applied { before, .. } => ("applied", Some(before.0)),
            ReliefEffect::Deferred { before, .. } => ("deferred", Some(before.0)),
            ReliefEffect::ExcludedByPayer => ("excluded-by-payer", None),
        };
        let (rule, status) = (relief.rule.as_str(), relief.status.name());
        json!({"rule": rule, "article": relief.article, "status": status, "effect": effect,
            "before_rupiah": before})
    });
    json!({
        "scheme": line.scheme.name(),
        "borne_by": line.borne_by.name(),
        "rupiah": line.rupiah.0,
        "rule": line.rule.as_str(),
        "article": line.article,
        "status": line.status.name(),
        "relief": relief,
        "explain": tree,
    })
}
