//! Outlines of regions, as the program ships them, and the open table laid over them.
//!
//! The lines are no legal boundary: see regions/maps.

use base::{Ppm, RegionCode};
use serde_json::{Value, json};

use super::OpenTable;

/// A region's outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outline {
    /// Which region.
    pub region: RegionCode,
    /// Its outline as the path of a picture, in whole units, eastwards and southwards.
    pub path: &'static str,
}

/// How fine a level is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MapLevel {
    /// Provinces of the country.
    Province,
    /// Regencies of the province.
    Regency,
    /// Districts of the regency.
    District,
    /// Villages of the regency, where they are shipped.
    Village,
}

/// The frame of outlines: left, top, width, height.
pub type Frame = [i64; 4];

impl MapLevel {
    fn lines(self) -> &'static str {
        match self {
            MapLevel::Province => include_str!("../../../../regions/maps/provinces.tsv"),
            MapLevel::Regency => include_str!("../../../../regions/maps/regencies.tsv"),
            MapLevel::District => concat!(
                include_str!("../../../../regions/maps/districts_west.tsv"),
                include_str!("../../../../regions/maps/districts_east.tsv"),
            ),
            MapLevel::Village => include_str!("../../../../regions/maps/villages.tsv"),
        }
    }

    /// Units in a degree.
    fn units(self) -> i64 {
        if self == MapLevel::Village { 10_000 } else { 1_000 }
    }
}

/// The outlines of a level in a region, by code.
pub fn outlines(level: MapLevel, within: Option<RegionCode>) -> Vec<Outline> {
    let outline = |line: &'static str| {
        let (code, path) = line.split_once('\t')?;
        let region = RegionCode::parse(code)?;
        within.is_none_or(|within| within.contains(region)).then_some(Outline { region, path })
    };
    level.lines().lines().filter_map(outline).collect()
}

/// The rings of an outline, in whole units.
fn rings(path: &str) -> Vec<Vec<(i64, i64)>> {
    let pair = |text: &str| {
        let (x, y) = text.split_once(',')?;
        Some((x.parse::<i64>().ok()?, y.parse::<i64>().ok()?))
    };
    let ring = |part: &str| {
        let (start, steps) = part.trim_end_matches('z').split_once('l')?;
        let mut at = pair(start)?;
        let mut ring = vec![at];
        for step in steps.split(' ') {
            let (dx, dy) = pair(step)?;
            at = (at.0 + dx, at.1 + dy);
            ring.push(at);
        }
        Some(ring)
    };
    path.split('M').filter(|part| !part.is_empty()).filter_map(ring).collect()
}

/// The frame around outlines, with a little room; none around nothing.
pub fn frame(outlines: &[Outline]) -> Option<Frame> {
    let points = || outlines.iter().flat_map(|one| rings(one.path)).flatten();
    let (left, right) = (points().map(|at| at.0).min()?, points().map(|at| at.0).max()?);
    let (top, bottom) = (points().map(|at| at.1).min()?, points().map(|at| at.1).max()?);
    let room = ((right - left).max(bottom - top) / 50).max(1);
    Some([left - room, top - room, right - left + 2 * room, bottom - top + 2 * room])
}

/// The open table as GeoJSON: one feature for each outline, with the numbers that are told.
pub fn geojson(open: &OpenTable, level: MapLevel, within: RegionCode, note: &str) -> Value {
    let features: Vec<Value> = outlines(level, Some(within))
        .iter()
        .map(|one| {
            let key = one.region.to_string();
            let line = open.table.lines.iter().position(|line| line.key == key);
            let of = line.map(|at| (&open.table.lines[at], open.measured[at]));
            let told = of.filter(|(line, _)| !line.untold);
            json!({
                "type": "Feature",
                "id": key,
                "properties": {
                    "code": key,
                    "name": of.map(|(line, _)| line.name.clone()),
                    "month": open.table.month.to_string(),
                    "covered": told.map(|(line, _)| line.covered),
                    "listed": told.map(|(line, _)| line.listed),
                    "denominator": of.and_then(|(_, (all, _))| all),
                    "share_ppm": of.and_then(|(_, (_, share))| share.map(|Ppm(share)| share)),
                    "told": told.is_some(),
                },
                "geometry": geometry(one, level.units()),
            })
        })
        .collect();
    json!({ "type": "FeatureCollection", "note": note, "features": features })
}

/// Rings as polygons of their own; a ring inside another is a hole, and drawn the other way round.
fn geometry(outline: &Outline, units: i64) -> Value {
    let mut polygons: Vec<Vec<Vec<(i64, i64)>>> = Vec::new();
    let mut found = rings(outline.path);
    found.sort_by_key(|ring| std::cmp::Reverse(doubled_area(ring).abs()));
    for mut ring in found {
        let home = polygons.iter_mut().find(|one| inside(ring[0], &one[0]));
        // South is down in a picture and up in a degree: what turns right there turns left here.
        let turns = doubled_area(&ring) < 0;
        if turns == home.is_some() {
            ring.reverse();
        }
        ring.push(ring[0]);
        match home {
            Some(polygon) => polygon.push(ring),
            None => polygons.push(vec![ring]),
        }
    }
    let degrees = |(x, y): &(i64, i64)| json!([degree(*x, units), degree(-*y, units)]);
    let rings = |polygon: &Vec<Vec<(i64, i64)>>| -> Value {
        polygon.iter().map(|ring| ring.iter().map(degrees).collect::<Value>()).collect()
    };
    let coordinates: Value = polygons.iter().map(rings).collect();
    json!({ "type": "MultiPolygon", "coordinates": coordinates })
}

/// A number of units in degrees, exact to the last digit.
fn degree(units: i64, of: i64) -> Value {
    let sign = if units < 0 { "-" } else { "" };
    let (whole, rest) = (units.abs() / of, units.abs() % of);
    let digits = of.ilog10() as usize;
    let text = format!("{sign}{whole}.{rest:0digits$}");
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

fn doubled_area(ring: &[(i64, i64)]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|((ax, ay), (bx, by))| ax * by - bx * ay).sum()
}

fn inside(point: (i64, i64), ring: &[(i64, i64)]) -> bool {
    let next = ring.iter().cycle().skip(1);
    let crosses = ring.iter().zip(next).filter(|((ax, ay), (bx, by))| {
        let (x, y) = point;
        if (*ay > y) == (*by > y) {
            return false;
        }
        // Where the edge meets the line through the point, without a division.
        let side = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
        (side > 0) == (by > ay)
    });
    crosses.count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_has_an_outline_that_can_be_read() {
        for (level, count) in [
            (MapLevel::Province, 38),
            (MapLevel::Regency, 514),
            (MapLevel::District, 7_284),
            (MapLevel::Village, 951),
        ] {
            let found = outlines(level, None);
            assert_eq!(found.len(), count, "{level:?}");
            for one in &found {
                let rings = rings(one.path);
                let marks = one.path.matches('M').count();
                assert_eq!((rings.len(), rings.is_empty()), (marks, false), "{}", one.region);
                // Indonesia lies between 94 and 142 degrees east, 7 north and 12 south.
                let units = level.units();
                for (x, y) in rings.into_iter().flatten() {
                    assert!((94 * units..142 * units).contains(&x), "{}", one.region);
                    assert!((-7 * units..12 * units).contains(&y), "{}", one.region);
                }
            }
        }
    }

    #[test]
    fn a_hole_is_a_hole_and_an_islet_land() {
        let region = RegionCode::parse("64.01").expect("a code");
        let path = "M0,0l10,0 0,10 -10,0zM2,2l2,0 0,2 -2,0zM20,0l5,0 0,5z";
        let drawn = geometry(&Outline { region, path }, 1_000);
        let coordinates = drawn["coordinates"].as_array().expect("polygons");
        let holes: Vec<usize> =
            coordinates.iter().map(|one| one.as_array().expect("rings").len()).collect();
        assert_eq!(holes, [2, 1]);
        // Outer rings run counterclockwise seen from above (RFC 7946), and are closed.
        let outer = coordinates[0][0].as_array().expect("points");
        assert_eq!(outer.first(), outer.last());
        assert_eq!(outer[0], json!([0.0, -0.01]));
        assert_eq!(outer[1], json!([0.01, -0.01]));
    }
}
