//! The plans: each one text for the engine, the same in this process and on a cluster.
//!
//! The text is a file beside this one, with the names of our functions and the words of the order
//! put in; [`Plan::register`] makes the tables it reads known to a session.

use std::path::Path;

use anyhow::Result;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::prelude::{DataFrame, ParquetReadOptions, SessionContext};
use std::sync::Arc;

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
    /// Folders of tables by name, apart from those of the layout.
    pub made: Vec<(&'static str, std::path::PathBuf)>,
    /// The tables of the layout it reads.
    pub tables: Vec<Table>,
    /// What it gives.
    pub gives: SchemaRef,
}

/// A column of a result.
fn column(name: &str, kind: DataType) -> Field {
    Field::new(name, kind, true)
}

fn schema(columns: &[(&str, DataType)]) -> SchemaRef {
    let columns = columns.iter().map(|(name, kind)| column(name, kind.clone()));
    Arc::new(Schema::new(columns.collect::<Vec<_>>()))
}

/// Puts words into the places of a text, each named in braces.
fn filled(text: &str, words: &[(&str, String)]) -> String {
    let mut filled = text.to_owned();
    for kernel in [
        "normalise",
        "value_places",
        "block_keys",
        "block_pairs",
        "neighbours",
        "score",
        "contribution",
        "months_of",
    ] {
        filled = filled.replace(&format!("{{{kernel}}}"), &functions::name(kernel));
    }
    let cells: Vec<String> = CELLS.iter().map(|cell| format!("\"{cell}\"")).collect();
    filled = filled.replace("{cells}", &cells.join(", "));
    for (name, word) in words {
        filled = filled.replace(&format!("{{{name}}}"), word);
    }
    filled
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
        made: Vec::new(),
        tables: vec![Table::People],
        gives: schema(&[("place", DataType::Int64), ("count", DataType::Int64)]),
    }
}

/// The pairs of all blocks, with the members of crowded ones.
pub fn blocks() -> Plan {
    Plan {
        name: "blocks",
        sql: filled(include_str!("plans/blocks.sql"), &[("buckets", BUCKETS.to_string())]),
        made: Vec::new(),
        tables: vec![Table::People],
        gives: schema(&[
            ("l", DataType::Int64),
            ("r", DataType::Int64),
            ("crowd", DataType::Int64),
        ]),
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

/// The likely pairs with their evidence, by what was counted and blocked before.
pub fn linkage(counts: &Path, blocks: &Path) -> Plan {
    let counts = quoted(&counts.to_string_lossy());
    Plan {
        name: "linkage",
        sql: filled(include_str!("plans/linkage.sql"), &[("counts", counts)]),
        made: vec![("blocks", blocks.to_owned())],
        tables: vec![Table::People],
        gives: linkage_schema(),
    }
}

/// By what rules a bill is computed.
#[derive(Debug, Clone, Default)]
pub struct ByRules {
    /// Files of rules as a literal, see [`crate::kernels::money::rules_text`].
    pub rules: String,
    /// An income declared for everybody in place of that of the programmes, in rupiah.
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
        made: Vec::new(),
        tables: vec![Table::Members, Table::Programmes, Table::Standing],
        gives: billing_schema(),
    }
}

/// Whoever stands in a programme twice, for whom a bill is refused.
pub fn twice() -> Plan {
    Plan {
        name: "twice",
        sql: include_str!("plans/twice.sql").to_owned(),
        made: Vec::new(),
        tables: vec![Table::Members],
        gives: schema(&[("tenant", DataType::Int64), ("programme", DataType::Utf8)]),
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
        made: Vec::new(),
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
        made: Vec::new(),
        tables: vec![Table::Cover],
        gives: figures_schema(),
    }
}

impl Plan {
    /// Makes the plan's tables known and plans it.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn register(&self, context: &SessionContext, input: &Path) -> Result<DataFrame> {
        let own = self.tables.iter().map(|table| (table.name(), input.join(table.name())));
        for (name, folder) in own.chain(self.made.clone()) {
            let folder = format!("{}/", folder.display());
            context.register_parquet(name, &folder, ParquetReadOptions::default()).await?;
        }
        Ok(context.sql(&self.sql).await?)
    }
}
