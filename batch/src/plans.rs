//! The plans: each one text for the engine, the same in this process and on a cluster.
//!
//! The text is a file beside this one, with the names of our functions and the words of the order
//! put in; [`Plan::register`] makes the tables it reads known to a session.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::datasource::file_format::options::ReadOptions;
use datafusion::datasource::file_format::parquet::transform_schema_to_view;
use datafusion::datasource::listing::{ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::prelude::{DataFrame, ParquetReadOptions, SessionContext};

use crate::functions;
use crate::layout::{CELLS, Table};

/// Groups into which keys are gathered before their blocks are looked at.
const BUCKETS: u64 = 4096; // not law: some thousand keys each

/// A text for the engine with what it reads and gives.
pub struct Plan {
    /// Its stable name.
    pub name: &'static str,
    /// The text.
    pub sql: String,
    /// The result of another plan that it reads, by the name of its table.
    pub made: Option<(&'static str, PathBuf, SchemaRef)>,
    /// The tables of the layout it reads.
    pub tables: Vec<Table>,
    /// What it gives.
    pub gives: SchemaRef,
}

/// A column of a result.
fn column(name: &str, kind: DataType) -> Field {
    Field::new(name, kind, true)
}

/// What a plan gives, by names and types.
fn schema(columns: &[(&str, DataType)]) -> SchemaRef {
    let columns = columns.iter().map(|(name, kind)| column(name, kind.clone()));
    Arc::new(Schema::new(columns.collect::<Vec<_>>()))
}

/// Puts words into the places of a text, each named in braces, once: braces within a word are its
/// own. The names of our functions and `{cells}` are known everywhere.
fn filled(text: &str, words: &[(&str, String)]) -> String {
    let cells = || CELLS.map(|cell| format!("\"{cell}\"")).join(", ");
    let word = |name: &str| match words.iter().find(|(known, _)| *known == name) {
        Some((_, word)) => word.clone(),
        None if name == "cells" => cells(),
        None => functions::name(name),
    };
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').expect("a brace of ours is closed");
        filled += before;
        filled += &word(name);
        rest = after;
    }
    filled + rest
}

/// A text as a literal.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// How often the values of people stand in the tables, by place.
pub fn counts(people: u64) -> Plan {
    Plan {
        name: "counts",
        sql: filled(include_str!("plans/counts.sql"), &[("people", people.to_string())]),
        made: None,
        tables: vec![Table::People],
        gives: schema(&[("place", DataType::Int64), ("count", DataType::Int64)]),
    }
}

fn blocks_schema() -> SchemaRef {
    schema(&[("l", DataType::Int64), ("r", DataType::Int64), ("crowd", DataType::Int64)])
}

/// The pairs of all blocks among so many people, with the members of crowded ones.
pub fn blocks(people: u64) -> Plan {
    let words = [("people", people.to_string()), ("buckets", BUCKETS.to_string())];
    Plan {
        name: "blocks",
        sql: filled(include_str!("plans/blocks.sql"), &words),
        made: None,
        tables: vec![Table::People],
        gives: blocks_schema(),
    }
}

/// The result of linkage.
pub fn linkage_schema() -> SchemaRef {
    schema(&[
        ("left_tenant", DataType::Int64),
        ("left_id", DataType::Utf8),
        ("right_tenant", DataType::Int64),
        ("right_id", DataType::Utf8),
        ("score", DataType::Int64),
    ])
}

/// The likely pairs among so many people with their evidence, by what was counted and blocked
/// before.
pub fn linkage(people: u64, counts: &Path, blocks: &Path) -> Plan {
    let words = [("people", people.to_string()), ("counts", quoted(&counts.to_string_lossy()))];
    Plan {
        name: "linkage",
        sql: filled(include_str!("plans/linkage.sql"), &words),
        made: Some(("blocks", blocks.to_owned(), blocks_schema())),
        tables: vec![Table::People],
        gives: linkage_schema(),
    }
}

/// By what rules a bill is computed.
#[derive(Debug, Clone, Default)]
pub struct ByRules {
    /// Files of rules as a literal, see [`crate::bills::rules_text`].
    pub rules: String,
    /// An income declared for everybody in place of what programmes and groups say, in rupiah;
    /// wages stay.
    pub income: Option<i64>,
}

/// The result of bills.
pub fn billing_schema() -> SchemaRef {
    schema(&[
        ("tenant", DataType::Int64),
        ("programme", DataType::Utf8),
        ("month", DataType::Int64),
        ("line", DataType::Utf8),
        ("people", DataType::Int64),
        ("rupiah", DataType::Int64),
    ])
}

/// What every membership owes each month, or why it owes nothing: a part of other plans.
fn due(by: &ByRules) -> String {
    let income = by.income.map_or("cast(null as bigint)".to_owned(), |income| income.to_string());
    let words = [("rules", quoted(&by.rules)), ("income", income)];
    filled(include_str!("plans/due.sql"), &words)
}

/// The sums of every programme's bills by month, and why memberships are left out.
pub fn billing(by: &ByRules) -> Plan {
    Plan {
        name: "billing",
        sql: filled(include_str!("plans/billing.sql"), &[("due", due(by))]),
        made: None,
        tables: vec![Table::Members, Table::Programmes, Table::Standing],
        gives: billing_schema(),
    }
}

/// The result of a comparison of bills.
pub fn whatif_schema() -> SchemaRef {
    schema(&[
        ("tenant", DataType::Int64),
        ("programme", DataType::Utf8),
        ("month", DataType::Int64),
        ("line", DataType::Utf8),
        ("people", DataType::Int64),
        ("people_other", DataType::Int64),
        ("rupiah", DataType::Int64),
        ("rupiah_other", DataType::Int64),
        ("more_rupiah", DataType::Int64),
    ])
}

/// The same bills by other rules or another income, beside those that stand.
pub fn whatif(other: &ByRules) -> Plan {
    let words = [("due", due(&ByRules::default())), ("other", due(other))];
    Plan {
        name: "whatif",
        sql: filled(include_str!("plans/whatif.sql"), &words),
        made: None,
        tables: vec![Table::Members, Table::Programmes, Table::Standing],
        gives: whatif_schema(),
    }
}

/// What national figures are asked of.
#[derive(Debug, Clone)]
pub struct Figures {
    /// The level of regions: 1 a province, 2 a regency, 3 a district, 4 a village.
    pub level: u8,
    /// The year.
    pub year: i64,
    /// The scheme people are counted for.
    pub scheme: String,
}

impl Figures {
    /// What a village's code is divided by for its region.
    pub fn divisor(&self) -> i64 {
        match self.level {
            1 => 100_000_000, // not law: the form of the code
            2 => 1_000_000,   // not law: the form of the code
            3 => 10_000,      // not law: the form of the code
            _ => 1,
        }
    }
}

/// The result of national figures.
pub fn figures_schema() -> SchemaRef {
    schema(&[
        ("region", DataType::Int64),
        ("work", DataType::Utf8),
        ("sex", DataType::Int64),
        ("age", DataType::Int64),
        ("month", DataType::Int64),
        ("people", DataType::Int64),
        ("rupiah", DataType::Int64),
    ])
}

/// Covered people and rupiah of every month, by region, work, sex and age band.
pub fn figures(asked: &Figures) -> Plan {
    let words = [
        ("divisor", asked.divisor().to_string()),
        ("year", asked.year.to_string()),
        ("scheme", quoted(&asked.scheme)),
    ];
    Plan {
        name: "figures",
        sql: filled(include_str!("plans/figures.sql"), &words),
        made: None,
        tables: vec![Table::Cover],
        gives: figures_schema(),
    }
}

impl Plan {
    /// Makes the plan's tables known and plans it. Each table is the files that were checked, and
    /// nothing else in its folder.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn register(&self, context: &SessionContext, input: &Path) -> Result<DataFrame> {
        for table in &self.tables {
            let files = table.files(input)?.into_iter().map(|file| file.path);
            listed(context, table.name(), files, table.schema())?;
        }
        if let Some((name, path, schema)) = &self.made {
            listed(context, name, [path.clone()], Arc::clone(schema))?;
        }
        Ok(context.sql(&self.sql).await?)
    }
}

/// Makes a table of some files known.
fn listed(
    context: &SessionContext,
    name: &str,
    files: impl IntoIterator<Item = PathBuf>,
    schema: SchemaRef,
) -> Result<()> {
    let url = |path: PathBuf| -> Result<ListingTableUrl> {
        let text = path.to_str().context("a path that is no text")?;
        Ok(ListingTableUrl::parse(text)?)
    };
    let config = context.copied_config();
    let options =
        ParquetReadOptions::default().to_listing_options(&config, context.copied_table_options());
    let schema = match config.options().execution.parquet.schema_force_view_types {
        true => Arc::new(transform_schema_to_view(&schema)),
        false => schema,
    };
    let urls = files.into_iter().map(url).collect::<Result<Vec<_>>>()?;
    let config = ListingTableConfig::new_with_multi_paths(urls);
    let table = ListingTable::try_new(config.with_listing_options(options).with_schema(schema))?;
    let cache = context.runtime_env().cache_manager.get_file_statistic_cache();
    context.register_table(name, Arc::new(table.with_cache(cache)))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_put_in_once() {
        let words = [("rules", "a '{income}' of its own".into()), ("income", "7".into())];
        assert_eq!(filled("({rules}, {income})", &words), "(a '{income}' of its own, 7)");
        assert_eq!(filled("{score}()", &[]), format!("{}()", functions::name("score")));
    }

    #[test]
    fn every_function_of_a_plan_is_one_of_ours() {
        let nowhere = Path::new("");
        let asked = Figures { level: 1, year: 2026, scheme: "jkk".into() };
        let by = ByRules::default();
        let texts = [
            counts(1).sql,
            blocks(1).sql,
            linkage(1, nowhere, nowhere).sql,
            billing(&by).sql,
            whatif(&by).sql,
            figures(&asked).sql,
        ];
        let ours: Vec<String> = functions::scalar()
            .iter()
            .map(|function| function.name().to_owned())
            .chain(functions::aggregate().iter().map(|function| function.name().to_owned()))
            .collect();
        for text in texts {
            let called = text.split("payung_").skip(1).filter_map(|rest| rest.split_once('('));
            for (name, _) in called {
                assert!(ours.contains(&format!("payung_{name}")), "{name}");
            }
        }
    }
}
