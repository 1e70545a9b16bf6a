//! A plan as data: the same document for `payung plan --json` and for programs.

use domain::plan::{Affordable, Base, HeirsLoss, PlanLine, UniversalPath};
use rules::Rulebook;
use serde_json::{Value, json};

use super::{PathAsked, Plan, Planned, rules_in_words, warning_in_words};
use crate::words::Words;

/// A plan.
pub fn plan_document(plan: &Plan, rulebook: &Rulebook, words: &Words) -> Value {
    let programme = plan.counted.programme.as_ref().map(|(code, _)| code.to_string());
    let scenarios = plan.planned.iter().map(|planned| scenario(planned, words));
    let budget = plan.affords.as_ref().map(|affords| {
        json!({
            "budget_rupiah": affords.budget.0,
            "people": affordable(&affords.people),
            "months": affordable(&affords.months),
        })
    });
    json!({
        "people": plan.counted.people.people(),
        "cells": plan.counted.people.cells(),
        "counted_from": plan.counted.from.name(),
        "programme": programme,
        "scenarios": scenarios.collect::<Vec<_>>(),
        "affords": budget,
        "rulebook": rulebook.version().to_string(),
    })
}

fn scenario(planned: &Planned, words: &Words) -> Value {
    let (asked, found) = (&planned.scenario, &planned.forecast);
    let spans = asked.spans.iter().map(|(first, last)| format!("{first}..{last}"));
    let schemes = asked.schemes.iter().map(|scheme| scheme.name());
    let by_month = found.by_month.iter().map(|month| {
        json!({
            "month": month.month.to_string(),
            "people": month.people,
            "reaching_age_limit": month.reaching,
            "leaving": month.leaving,
            "rupiah": month.rupiah.0,
        })
    });
    let by_occupation = found.by_occupation.iter().map(|share| {
        let key = share.key.as_ref().map(|key| key.0.to_string());
        json!({"occupation": key, "people": share.people, "rupiah": share.rupiah.0})
    });
    let by_village = found.by_village.iter().map(|share| {
        let place = share.key.map(|place| place.to_string());
        json!({"place": place, "people": share.people, "rupiah": share.rupiah.0})
    });
    let warnings = planned
        .warnings
        .iter()
        .map(|warning| json!({"code": warning.name(), "text": warning_in_words(words, warning)}));
    json!({
        "name": &*asked.name,
        "occupations": asked.occupations.iter().map(|key| key.0.to_string()).collect::<Vec<_>>(),
        "schemes": schemes.collect::<Vec<_>>(),
        "payer": asked.payer.name(),
        "spans": spans.collect::<Vec<_>>(),
        "ages": asked.ages.name(),
        "people": found.people,
        "refused_by_age": found.refused,
        "without_birth": found.ageless,
        "months": found.by_month.len(),
        "monthly_rupiah": found.monthly.0,
        "total_rupiah": found.total.0,
        "worker_rupiah": found.worker.0,
        "self_paid_rupiah": found.self_paid.0,
        "other_reading_rupiah": found.other_reading.0,
        "by_month": by_month.collect::<Vec<_>>(),
        "by_occupation": by_occupation.collect::<Vec<_>>(),
        "by_village": by_village.collect::<Vec<_>>(),
        "lines": lines(&found.lines),
        "warnings": warnings.collect::<Vec<_>>(),
        "heirs": planned.heirs.iter().map(heirs).collect::<Vec<_>>(),
        "status": found.status.name(),
    })
}

fn lines(lines: &[PlanLine]) -> Vec<Value> {
    let line = |line: &PlanLine| {
        json!({
            "scheme": line.scheme.name(),
            "first": line.first.to_string(),
            "last": line.last.to_string(),
            "person_months": line.person_months,
            "each_rupiah": line.each.0,
            "rupiah": line.rupiah.0,
            "rule": &*line.rule,
            "article": &*line.article,
            "relief": line.relief.as_deref(),
            "status": line.status.name(),
        })
    };
    lines.iter().map(line).collect()
}

fn heirs(loss: &HeirsLoss) -> Value {
    json!({
        "first": loss.first.to_string(),
        "last": loss.last.to_string(),
        "deaths": 1,
        "pays_rupiah": loss.pays.0,
        "unbroken_rupiah": loss.unbroken.0,
        "loss_rupiah": loss.loss().0,
        "after_settling": loss.after_settling,
        "rules": rules_in_words(loss),
    })
}

fn affordable(found: &Affordable) -> Value {
    let by_occupation = found.by_occupation.iter().map(|(key, served, of)| {
        json!({"occupation": key.as_ref().map(|key| key.0.to_string()), "people": served, "of": of})
    });
    json!({
        "people_max": found.people,
        "months_max": found.months,
        "last": found.last.map(|month| month.to_string()),
        "total_rupiah": found.total.0,
        "leftover_rupiah": found.leftover.0,
        "next_rupiah": found.next.map(|amount| amount.0),
        "by_occupation": by_occupation.collect::<Vec<_>>(),
    })
}

/// A path to universal coverage.
pub fn path_document(asked: &PathAsked, path: &UniversalPath, rulebook: &Rulebook) -> Value {
    let years = path.years.iter().map(|year| {
        json!({
            "first": year.first.to_string(),
            "last": year.last.to_string(),
            "people": year.people,
            "added": year.added,
            "rupiah": year.rupiah.0,
            "apbd_share_ppm": year.share.map(|share| share.0),
            "lines": lines(&year.lines),
        })
    });
    let apbd = asked.query.apbd.as_ref();
    let base = |base: Base| match base {
        Base::Bpu { income, .. } => json!({"segment": "bpu", "income_rupiah": income.0}),
        Base::Pu { wage, .. } => json!({"segment": "pu", "wage_rupiah": wage.0}),
    };
    let known = asked.query.known.iter().map(|(of, people)| {
        let mut group = base(*of);
        group["people"] = json!(people);
        group
    });
    json!({
        "programme": asked.programme.as_ref().map(|(code, _)| &**code),
        "known": known.collect::<Vec<_>>(),
        "others": base(asked.query.base),
        "goal": asked.query.goal,
        "goal_source": asked.goal_source,
        "years": years.collect::<Vec<_>>(),
        "total_rupiah": path.total.0,
        "apbd_rupiah": apbd.map(|apbd| apbd.total.0),
        "apbd_source": apbd.map(|apbd| apbd.source.to_string()),
        "status": path.status.name(),
        "rulebook": rulebook.version().to_string(),
    })
}
