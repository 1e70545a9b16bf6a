//! `/wilayah`: districts and villages of the regency by code, with the names and codes of earlier
//! editions, by which old lists still call them.

use app::error::AppError;
use app::office::Operation;
use base::RegionCode;

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::routes::{Route, Web};
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

const VIEW: View = View {
    path: "/wilayah",
    operation: Operation::ReadPublic,
    id: "regions",
    section: Section::Rules,
    columns: &[
        Column::new("code", "region-code", Kind::Text),
        Column::new("name", "web-name", Kind::Text),
        Column::new("level", "region-level", Kind::Text),
        Column::new("within", "web-within", Kind::Text),
        Column::new("earlier_names", "region-earlier-names", Kind::Text),
        Column::new("earlier_codes", "region-earlier-codes", Kind::Text),
    ],
    meta: &[Column::of_data("within", Kind::Text)],
    parameters: &[Parameter {
        name: "di",
        meaning: "Only what lies in the region of this code.",
        shape: Shape::Text,
    }],
    load,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    VIEW.routes()
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, office) = (asked.writing(), web.office());
    let unknown = || AppError::usage("NOT_A_REGION", "");
    let within = match asked.value("di").filter(|text| !text.is_empty()) {
        None => office.pemda(),
        Some(text) => {
            let region = RegionCode::parse(text).filter(|region| office.pemda().contains(*region));
            region.filter(|region| office.gazetteer.name(*region).is_some()).ok_or_else(unknown)?
        }
    };
    let mut found = Vec::new();
    below(web, within, &mut found);
    let (rows, more) = window.cut(found.iter().map(|code| row(web, *code, writing)).collect());
    let name = |code| office.gazetteer.name(code).unwrap_or_default().to_owned();
    let all = (String::new(), name(office.pemda()), None);
    let districts = office.gazetteer.children(office.pemda());
    let districts = districts.map(|code| (code.to_string(), name(code), None));
    let count = writing.number(found.len() as u64);
    Ok(Listing {
        title: writing.w("regions-title"),
        lead: writing.with("regions-lead", &[("count", &count), ("place", &name(within))]),
        caption: writing.with("regions-caption", &[("place", &name(within))]),
        empty: writing.w("regions-empty"),
        facets: vec![Facet {
            head: writing.w("regions-within"),
            name: "di",
            choices: [all].into_iter().chain(districts).collect(),
        }],
        state: vec![("di".to_owned(), asked.value("di").unwrap_or_default().to_owned())],
        meta: vec![Cell::Text(within.to_string())],
        rows,
        more,
        ..Listing::default()
    })
}

/// Every region below one, each before what lies in it.
fn below(web: &Web, parent: RegionCode, found: &mut Vec<RegionCode>) {
    for code in web.office().gazetteer.children(parent) {
        found.push(code);
        if code.level() < 4 {
            below(web, code, found);
        }
    }
}

fn row(web: &Web, code: RegionCode, writing: Writing) -> Row {
    let gazetteer = web.office().gazetteer;
    let name = |code| gazetteer.name(code).unwrap_or_default().to_owned();
    let level = if code.level() == 4 { "village" } else { "district" };
    let parent = code.at_level(code.level() - 1);
    let names: Vec<&str> = gazetteer.earlier_names(code).collect();
    let codes: Vec<String> = gazetteer.earlier_codes(code).map(|code| code.to_string()).collect();
    let cells = vec![
        Cell::Text(code.to_string()),
        Cell::Text(name(code)),
        Cell::Named(level.to_owned(), writing.w(&format!("region-level-{level}"))),
        Cell::Text(name(parent)),
        Cell::text(names.join(", ")),
        Cell::text(codes.join(", ")),
    ];
    Row::new(code.to_string(), cells)
}
