//! `payung law contribution`: what one month costs, by segment.

use app::error::AppError;
use base::Rupiah;
use rules::{
    BpuQuery, ConstructionBasis, ConstructionQuery, Contribution, ContributionLine,
    ContributionQuery, Payer, PmiQuery, PuQuery, ReliefEffect, RiskClass, Rulebook, Scheme,
    Segment, WorkSector,
};
use serde_json::{Value, json};

use super::{gap, known, schemes, tell};
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
        return Ok(());
    }
    let query = query(segment, payer, args)?;
    let result = rulebook.contribution(&query).map_err(gap)?;
    let explained = rulebook.explain(&result).map_err(gap)?;
    if say.json {
        let trees = explained.lines.iter().map(|line| tell::document(say, line));
        say.document(&document(rulebook, &result, trees.collect()));
        return Ok(());
    }
    tell::lines(say, &explained);
    if let Some(split) = &result.split {
        let parts = [
            ("jkk", split.jkk.to_string()),
            ("jkm", split.jkm.to_string()),
            ("jkp", split.jkp.to_string()),
            ("state", split.state.to_string()),
        ];
        let parts: Vec<(&str, &str)> = parts.iter().map(|(key, text)| (*key, &**text)).collect();
        say.line(&say.words.with("law-split", &parts));
    }
    tell::total(rulebook, say, result.total, result.status);
    Ok(())
}

fn query(
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
            risk_class: RiskClass::new(args.risk_class)
                .ok_or_else(|| AppError::usage("KIND_UNKNOWN", args.risk_class.to_string()))?,
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
