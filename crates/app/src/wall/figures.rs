//! The wall as a document: what a program reads, and what a report keeps.

use serde_json::{Value, json};

use super::{Aim, Money, TargetShown, Wall, WallLine};

/// The wall and, where it is asked for, its money.
pub fn document(wall: &Wall, money: Option<&Money>) -> Value {
    let mut parts = serde_json::Map::new();
    for (by, lines) in &wall.parts {
        parts.insert(by.name().to_owned(), lines.iter().map(line).collect());
    }
    let basis = wall.basis.as_ref().map(|shown| {
        json!({
            "code": shown.basis.code,
            "name": shown.basis.name,
            "source": shown.basis.source,
            "definition": shown.basis.definition,
            "as_of": shown.basis.as_of.to_string(),
            "people": shown.people,
        })
    });
    let trend = wall.trend.iter();
    let trend: Vec<Value> = trend
        .map(|(month, people)| json!({ "month": month.to_string(), "covered": people }))
        .collect();
    let ladder = wall.ladder.iter();
    let ladder: Vec<Value> = ladder
        .map(|step| json!({ "from_share_ppm": step.from.0, "villages": step.villages }))
        .collect();
    json!({
        "month": wall.month.to_string(),
        "known": wall.known.to_string(),
        "scheme": wall.scheme.name(),
        "place": wall.place.to_string(),
        "place_name": wall.place_name,
        "programme": wall.programme,
        "fund": wall.fund,
        "covered": wall.covered,
        "share_ppm": wall.share.map(|share| share.0),
        "denominator": basis,
        "target": wall.target.as_ref().map(target),
        "path": wall.path.iter().map(target).collect::<Vec<_>>(),
        "trend": trend,
        "ladder": ladder,
        "by": parts,
        "money": money.map(money_document),
    })
}

fn line(line: &WallLine) -> Value {
    json!({
        "key": line.key,
        "name": line.name,
        "within": line.within,
        "covered": line.covered,
        "denominator": line.all,
        "share_ppm": line.share.map(|share| share.0),
        "gap": line.gap,
    })
}

fn target(shown: &TargetShown) -> Value {
    let (people, share) = match shown.target.aim {
        Aim::People(people) => (Some(people), None),
        Aim::Share(share) => (None, Some(share.0)),
    };
    let forecast = shown.forecast.map(|told| {
        json!({
            "month": told.month.to_string(),
            "covered": told.people,
            "monthly_hundredths": told.monthly_hundredths,
            "changes": told.changes,
        })
    });
    json!({
        "people": people,
        "share_ppm": share,
        "people_to_reach": shown.people,
        "due": shown.target.due.to_string(),
        "source": shown.target.source,
        "set_by": shown.set_by,
        "set_on": shown.set_on.to_string(),
        "needed_monthly": shown.needed_monthly,
        "forecast": forecast,
    })
}

fn money_document(money: &Money) -> Value {
    let rows = money.not_wasted.iter();
    let rows: Vec<Value> = rows
        .map(|one| {
            json!({ "outcome": one.outcome.name(), "rows": one.rows, "rupiah": one.rupiah.0 })
        })
        .collect();
    let funds = money.funds.iter();
    let funds: Vec<Value> = funds
        .map(|fund| {
            json!({
                "code": fund.code,
                "ceiling": fund.ceiling.0,
                "paid": fund.paid.0,
                "bound": fund.bound.0,
                "at_risk": fund.at_risk.0,
                "until": fund.until.map(|month| month.to_string()),
            })
        })
        .collect();
    json!({
        "contributions_paid": money.paid.0,
        "benefits_granted": money.granted.0,
        "benefits_received": money.received.0,
        "claims_received": money.claims,
        "ratio_ppm": money.ratio.map(|ratio| ratio.0),
        "not_wasted": rows,
        "not_wasted_rupiah": money.not_wasted_rupiah.0,
        "funds": funds,
    })
}
