//! `pembanding` and `sasaran-cakupan`: what coverage is measured against; and what the wall says.

use anyhow::{Context, Result};
use app::office::{Actor, Office, Operation};
use app::wall::{BasisInput, ReportAgain, TargetInput, TargetShown, Wall, WallAsked, WallBy};

use super::block::Block;
use super::journey::{Journey, OPERATOR};

/// Facts of the wall begin so.
const WALL: &str = "dinding ";

/// A count of those to be covered.
pub(super) fn basis(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let actor = journey.office.actor(OPERATOR, Operation::SetUp)?;
    let text = |key: &str| block.get(key).unwrap_or_default().to_owned();
    let input = BasisInput {
        code: text("kode"),
        name: text("nama"),
        source: text("sumber"),
        definition: text("arti"),
        as_of: text("tanggal"),
        people: text("jumlah"),
        lines: block.table.clone().unwrap_or_default(),
    };
    journey.office.set_basis(&actor, &input)?;
    Ok(())
}

/// What coverage is to reach by a day.
pub(super) fn target(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let actor = journey.office.actor(OPERATOR, Operation::SetUp)?;
    let text = |key: &str| block.get(key).unwrap_or_default().to_owned();
    let input = TargetInput {
        place: text("wilayah"),
        due: text("tanggal"),
        aim: text("sasaran"),
        source: text("dasar"),
    };
    journey.office.set_coverage_target(&actor, &input)?;
    Ok(())
}

/// Whether a fact is of the wall.
pub(super) fn is_fact(name: &str) -> bool {
    name.starts_with(WALL)
}

/// A fact of the wall; behind most names stands the code of a count.
pub(super) fn fact(office: &Office, reader: &Actor, name: &str) -> Result<String> {
    let name = name.strip_prefix(WALL).unwrap_or(name);
    let (what, which) = name.split_once(' ').unwrap_or((name, ""));
    let asked = |basis: &str| WallAsked { basis: basis.to_owned(), ..WallAsked::default() };
    let wall = |basis: &str| office.wall(reader, &asked(basis));
    let none = || "-".to_owned();
    Ok(match what {
        "terlindungi" => wall("")?.covered.to_string(),
        "bagian" => wall(which)?.share.map_or_else(none, |share| share.0.to_string()),
        "sumber" => {
            let shown = wall(which)?.basis.context("no count")?;
            format!("{}, {}", shown.basis.source, shown.basis.as_of)
        }
        "sasaran" => {
            let people = target_at(&wall("")?, which)?.people;
            people.map_or_else(none, |people| people.to_string())
        }
        "perlu" => {
            let needed = target_at(&wall("")?, which)?.needed_monthly;
            needed.map_or_else(none, |people| people.to_string())
        }
        "belum" => {
            let wall = wall("")?;
            let line = wall.parts[&WallBy::Occupation].iter().find(|line| line.key == which);
            let gap = line.and_then(|line| line.gap);
            gap.map_or_else(none, |people| people.to_string())
        }
        "laporan" => {
            let report = office.make_report(reader, &WallAsked::default())?;
            let kept = office.report(reader, &report.id.to_string())?;
            let is_same = office.report_again(reader, &kept)? == ReportAgain::Same;
            let is_kept = kept.figures == report.figures && kept.is_whole;
            if is_same && is_kept { "sama" } else { "berbeda" }.to_owned()
        }
        _ => anyhow::bail!("the wall has no such fact: {what}"),
    })
}

/// The target of a day on the wall.
fn target_at(wall: &Wall, day: &str) -> Result<TargetShown> {
    let found = wall.path.iter().find(|one| one.target.due.to_string() == day);
    found.cloned().with_context(|| format!("no target of {day}"))
}
