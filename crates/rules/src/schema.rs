//! The shape of regulation files as serde reads them: everything optional, every part with its
//! place in the text, so that the loader can name what is missing and where.

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSources {
    #[serde(default)]
    pub source: Vec<Spanned<RawSource>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSource {
    pub id: Option<String>,
    pub kind: Option<String>,
    pub number: Option<String>,
    pub year: Option<i32>,
    pub title: Option<String>,
    pub effective: Option<Datetime>,
    #[serde(default)]
    pub amended_by: Vec<String>,
    pub read_from: Option<String>,
    pub read_on: Option<Datetime>,
    pub status: Option<String>,
    pub url: Option<String>,
    #[serde(rename = "note")]
    pub _note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawUnits {
    #[serde(default)]
    pub unit: Vec<Spanned<RawUnit>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawUnit {
    pub id: Option<String>,
    pub name: Option<String>,
    pub kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawParameter {
    pub id: Option<Spanned<String>>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub unit: Option<Spanned<String>>,
    pub key_date: Option<Spanned<String>>,
    #[serde(default)]
    pub options: Vec<String>,
    /// What a table by steps counts: rupiah or months.
    pub measure: Option<Spanned<String>>,
    pub scope: Option<Spanned<RawScope>>,
    pub open: Option<Spanned<RawOpen>>,
    #[serde(default)]
    pub entry: Vec<Spanned<RawEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawScope {
    #[serde(default)]
    pub segments: Vec<String>,
    #[serde(default)]
    pub schemes: Vec<String>,
    #[serde(default)]
    pub sectors: Vec<String>,
    #[serde(default)]
    pub labour_intensive: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOpen {
    pub reference: Option<String>,
    pub reason: Option<String>,
    #[serde(default)]
    pub alternatives: Vec<String>,
    pub decided_by: Option<String>,
    #[serde(default)]
    pub shows_in: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawEntry {
    pub from: Option<Datetime>,
    pub until: Option<Datetime>,
    pub value: Option<RawScalar>,
    pub brackets: Option<Vec<Spanned<RawBracket>>>,
    pub rows: Option<Vec<Spanned<RawRow>>>,
    pub steps: Option<Vec<Spanned<RawStep>>>,
    pub days: Option<Vec<Spanned<RawHoliday>>>,
    #[serde(default)]
    pub none: bool,
    pub source: Option<String>,
    pub article: Option<String>,
    pub quotation: Option<String>,
    pub paraphrase: Option<String>,
    pub status: Option<String>,
    pub confirmed_on: Option<Datetime>,
    pub confirmed_by: Option<String>,
    pub excludes_government_paid: Option<Spanned<RawCitation>>,
    pub note: Option<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCitation {
    pub source: Option<String>,
    pub article: Option<String>,
    pub quotation: Option<String>,
    pub paraphrase: Option<String>,
    pub status: Option<String>,
    pub confirmed_on: Option<Datetime>,
    pub confirmed_by: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a whole number or a word")]
pub enum RawScalar {
    Number(i64),
    Word(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawBracket {
    pub no: u32,
    pub income_from: i64,
    pub income_to: Option<i64>,
    pub base: i64,
    pub rupiah: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawStep {
    pub above: i64,
    pub up_to: Option<i64>,
    pub value: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawHoliday {
    pub on: Datetime,
    pub name: String,
    pub kind: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRow {
    pub key: Option<String>,
    pub name: Option<String>,
    pub value: Option<RawScalar>,
    pub value_to: Option<i64>,
    pub per: Option<String>,
    pub mirror: Option<String>,
    pub assumed: Option<String>,
    pub source: Option<String>,
    pub article: Option<String>,
    pub quotation: Option<String>,
    pub paraphrase: Option<String>,
    pub status: Option<String>,
    pub confirmed_on: Option<Datetime>,
    pub confirmed_by: Option<String>,
}

impl RawEntry {
    pub fn citation(&self) -> RawCitation {
        RawCitation {
            source: self.source.clone(),
            article: self.article.clone(),
            quotation: self.quotation.clone(),
            paraphrase: self.paraphrase.clone(),
            status: self.status.clone(),
            confirmed_on: self.confirmed_on,
            confirmed_by: self.confirmed_by.clone(),
        }
    }
}

impl RawRow {
    /// The row's own citation; what it does not say it has from its entry.
    ///
    /// A row that names a source of its own must name an article and wording too.
    pub fn citation(&self, entry: &RawCitation) -> RawCitation {
        let own = RawCitation {
            source: self.source.clone(),
            article: self.article.clone(),
            quotation: self.quotation.clone(),
            paraphrase: self.paraphrase.clone(),
            status: self.status.clone(),
            confirmed_on: self.confirmed_on,
            confirmed_by: self.confirmed_by.clone(),
        };
        if own.source.is_some() {
            return own;
        }
        let reworded = own.quotation.is_some() || own.paraphrase.is_some();
        let inherited = if reworded { (None, None) } else { entry.wording() };
        let judged = own.status.is_some();
        RawCitation {
            source: entry.source.clone(),
            article: own.article.or_else(|| entry.article.clone()),
            quotation: own.quotation.or(inherited.0),
            paraphrase: own.paraphrase.or(inherited.1),
            status: own.status.or_else(|| entry.status.clone()),
            confirmed_on: own.confirmed_on.or(entry.confirmed_on.filter(|_| !judged)),
            confirmed_by: own.confirmed_by.or(entry.confirmed_by.clone().filter(|_| !judged)),
        }
    }
}

impl RawCitation {
    fn wording(&self) -> (Option<String>, Option<String>) {
        (self.quotation.clone(), self.paraphrase.clone())
    }
}
