//! Coverage as everybody may see it: the table of `/cakupan`, without the numbers of few people,
//! and the same against a count that somebody made.
//!
//! Everything that is open comes of that one table. Two tables that hide differently would tell
//! together what each of them hides.

use base::{Month, Ppm, RegionCode};
use domain::coverage::wall::share;

use super::{BasisShown, World};
use crate::error::AppError;
use crate::office::Office;
use crate::overview::{CoverageBy, CoverageLine, CoverageQuery, CoverageTable};
use crate::tables::{Kind, Value, csv_line, marked, workbook};
use crate::words::Words;

/// What everybody may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAsked {
    /// By what it counts.
    pub by: CoverageBy,
    /// The month; the newest that is paid for when absent.
    pub month: Option<Month>,
    /// The count to measure against, by its code; the newest when empty.
    pub basis: String,
}

/// An open table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTable {
    /// The table, with what is not told left out.
    pub table: CoverageTable,
    /// The count, where there is one.
    pub basis: Option<BasisShown>,
    /// For each line of the table how many there are by the count, and the share of them.
    pub measured: Vec<(Option<u64>, Option<Ppm>)>,
}

/// The columns of every download, in order; the descriptor says what they hold.
pub const OPEN_COLUMNS: [(&str, &str, &str); 9] = [
    ("key", "string", "Region code, occupation, sex or programme; empty where it is not known."),
    ("name", "string", "Its Indonesian name."),
    ("within", "string", "For a village, the name of its district."),
    ("month", "yearmonth", "The month whose cover is counted."),
    ("covered", "integer", "People covered; empty where few people would be told of."),
    ("listed", "integer", "People on approved lists; empty where few people would be told of."),
    ("denominator", "integer", "How many there are by the count named in the sources."),
    ("share_ppm", "integer", "Covered of the denominator in millionths, rounded down."),
    ("told", "boolean", "Whether the numbers are told."),
];

impl Office {
    /// An open table.
    ///
    /// # Errors
    /// `BASIS_UNKNOWN`.
    pub fn open_coverage(&self, asked: &OpenAsked) -> Result<OpenTable, AppError> {
        let query = CoverageQuery { by: asked.by, month: asked.month, programme: None };
        let table = self.coverage(&query)?.for_everybody();
        let (basis, lines) = self.store.read(|tx| {
            let world = World::load(tx)?;
            let basis = world.basis(&asked.basis)?;
            let lines = match &basis {
                Some(basis) => store::coverage::lines(tx, basis.id)?,
                None => Vec::new(),
            };
            Ok::<_, AppError>((basis, lines))
        })?;
        let of_line = |line: &CoverageLine| {
            let all = match asked.by {
                CoverageBy::Kecamatan | CoverageBy::Desa => {
                    RegionCode::parse(&line.key).and_then(|region| self.counted_in(&lines, region))
                }
                CoverageBy::Occupation => self.all_of(
                    domain::coverage::sums::SumBy::Occupation,
                    &line.key,
                    &lines,
                    self.pemda(),
                ),
                CoverageBy::Sex => {
                    let by = domain::coverage::sums::SumBy::Sex;
                    self.all_of(by, &line.key, &lines, self.pemda())
                }
                CoverageBy::Programme => None,
            };
            let told = all.filter(|_| !line.untold);
            (all, told.and_then(|all| share(line.covered, all)))
        };
        let measured = table.lines.iter().map(of_line).collect();
        let people = self.counted_in(&lines, self.pemda());
        Ok(OpenTable { basis: basis.map(|basis| BasisShown { basis, people }), measured, table })
    }
}

/// One row as typed values, in the order of [`OPEN_COLUMNS`].
fn row(open: &OpenTable, line: &CoverageLine, measured: (Option<u64>, Option<Ppm>)) -> Vec<Value> {
    let told = |count: u64| if line.untold { Value::Empty } else { Value::Count(count) };
    let count = |count: Option<u64>| count.map_or(Value::Empty, Value::Count);
    let share = measured.1.map(|share| share.0.unsigned_abs());
    vec![
        Value::Text(line.key.clone()),
        Value::Text(line.name.clone()),
        Value::Text(line.within.clone()),
        Value::Text(open.table.month.to_string()),
        told(line.covered),
        told(line.listed),
        count(measured.0),
        count(share),
        Value::Text(if line.untold { "false" } else { "true" }.to_owned()),
    ]
}

impl OpenTable {
    fn rows(&self) -> impl Iterator<Item = Vec<Value>> + '_ {
        let lines = self.table.lines.iter().zip(&self.measured);
        lines.map(|(line, measured)| row(self, line, *measured))
    }

    /// The table as CSV.
    pub fn csv(&self) -> String {
        let mut out = String::new();
        csv_line(&OPEN_COLUMNS.map(|(name, ..)| name), &mut out);
        for row in self.rows() {
            let cells: Vec<String> = row.iter().map(plain).collect();
            csv_line(&cells, &mut out);
        }
        out
    }

    /// The table as a workbook.
    pub fn workbook(&self, words: &Words) -> Vec<u8> {
        let kind = |kind: &str| if kind == "integer" { Kind::Count } else { Kind::Text };
        let columns = OPEN_COLUMNS.map(|(name, of, _)| (name.to_owned(), kind(of)));
        let title = words.get("wall-open-title");
        workbook(&title, "id-ID", columns.to_vec(), &mut self.rows())
    }

    /// The table as Parquet.
    ///
    /// # Errors
    /// What the writer says, which is a bug of ours.
    pub fn parquet(&self) -> Result<Vec<u8>, AppError> {
        use bulk::parquet_table::{Columnar, write};
        let rows: Vec<Vec<Value>> = self.rows().collect();
        let column = |at: usize, of: &str| match of {
            "integer" => Columnar::Number(rows.iter().map(|row| number(&row[at])).collect()),
            _ => Columnar::Text(rows.iter().map(|row| text(&row[at])).collect()),
        };
        let columns = OPEN_COLUMNS.iter().enumerate();
        let columns: Vec<(&str, Columnar)> =
            columns.map(|(at, (name, of, _))| (*name, column(at, of))).collect();
        write(&columns).map_err(|why| {
            crate::error::AppError::new(
                crate::error::ErrorKind::Integrity,
                "PARQUET_UNWRITTEN",
                why,
            )
        })
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => marked(text).into_owned(),
        Value::Count(count) => count.to_string(),
        _ => String::new(),
    }
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Count(count) => i64::try_from(*count).ok(),
        _ => None,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

/// The descriptor of the downloads (Frictionless Data Package): every file with its columns.
pub fn descriptor(open: &OpenTable, place: &str, words: &Words) -> serde_json::Value {
    use serde_json::json;
    let fields: Vec<_> = OPEN_COLUMNS
        .iter()
        .map(|(name, of, what)| json!({ "name": name, "type": of, "description": what }))
        .collect();
    let schema = json!({ "fields": fields, "missingValues": [""] });
    let by = [("kecamatan", "cakupan-kecamatan"), ("desa", "cakupan-desa")];
    let formats = [
        ("csv", "text/csv"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("geojson", "application/geo+json"),
        ("parquet", "application/vnd.apache.parquet"),
    ];
    let mut resources = Vec::new();
    for (per, name) in by {
        for (format, kind) in formats {
            let mut resource = json!({
                "name": format!("{name}-{format}"),
                "path": format!("cakupan/unduh.{format}?per={per}&bulan={}", open.table.month),
                "format": format,
                "mediatype": kind,
            });
            if format == "csv" {
                resource["schema"] = schema.clone();
                resource["profile"] = json!("tabular-data-resource");
                resource["encoding"] = json!("utf-8");
            }
            resources.push(resource);
        }
    }
    let basis = open.basis.as_ref().map(|shown| {
        let basis = &shown.basis;
        json!({ "title": format!("{}: {} ({})", basis.source, basis.name, basis.as_of) })
    });
    let map = json!({ "title": words.get("wall-map-source") });
    json!({
        "profile": "data-package",
        "name": "cakupan-jaminan-sosial-ketenagakerjaan",
        "title": words.with("wall-open-package", &[("place", place)]),
        "description": words.get("wall-open-definition"),
        "created": open.table.month.first_day().to_string(),
        "sources": basis.into_iter().chain([map]).collect::<Vec<_>>(),
        "resources": resources,
    })
}
