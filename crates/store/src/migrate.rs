//! Migrations: numbered, append-only, one text for both engines wherever it can be one.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::engine::Link;
use crate::error::StoreError;
use crate::provision;
use crate::spread;
use crate::sql::{Sql, sql};
use crate::value::values;

/// One migration, in the words of each engine.
struct Migration {
    number: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migration {
    ($number:literal, $name:literal) => {
        Migration {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../migrations/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/", $name, ".sql")),
        }
    };
    // Tables in common words, then what each engine says in its own.
    ($number:literal, $name:literal and twin) => {
        Migration {
            number: $number,
            name: $name,
            sqlite: concat!(
                include_str!(concat!("../migrations/", $name, ".sql")),
                include_str!(concat!("../migrations/sqlite/", $name, ".sql"))
            ),
            postgres: concat!(
                include_str!(concat!("../migrations/", $name, ".sql")),
                include_str!(concat!("../migrations/postgres/", $name, ".sql"))
            ),
        }
    };
    ($number:literal, twin $name:literal) => {
        Migration {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }
    };
}

const MIGRATIONS: &[Migration] = &[
    migration!(1, "0001_register"),
    migration!(2, "0002_money"),
    migration!(3, twin "0003_immutable"),
    migration!(5, "0005_identity"),
    migration!(6, "0006_audit" and twin),
    migration!(7, twin "0007_tenancy"),
    migration!(8, "0008_access"),
    migration!(9, "0009_accounts"),
    migration!(10, "0010_staging"),
    migration!(11, "0011_provider"),
    migration!(12, "0012_api"),
    migration!(14, "0014_load"),
    migration!(15, "0015_remarks"),
    migration!(16, "0016_court"),
    migration!(17, "0017_organisations"),
    migration!(18, "0018_programmes"),
    migration!(19, "0019_annex"),
    migration!(20, "0020_sipp"),
    migration!(21, "0021_bills"),
    migration!(22, "0022_ledger" and twin),
    migration!(23, "0023_bank"),
    migration!(24, "0024_snap"),
    migration!(25, "0025_outbox" and twin),
    migration!(26, "0026_reasons"),
    migration!(27, "0027_facilities"),
    migration!(28, "0028_claims"),
    migration!(29, "0029_cover"),
    migration!(30, "0030_cards"),
    migration!(31, "0031_money_sealed"),
    migration!(32, "0032_doors"),
    migration!(33, "0033_card_days"),
    migration!(34, "0034_jht"),
    migration!(35, "0035_outreach"),
    migration!(36, "0036_life"),
    migration!(40, "0040_money" and twin),
    migration!(41, "0041_trust"),
    migration!(42, "0042_apart"),
    migration!(43, "0043_edit_origin"),
    migration!(44, "0044_events"),
    migration!(45, "0045_field"),
    migration!(47, "0047_cover_sums" and twin),
    migration!(48, "0048_coverage"),
    migration!(49, "0049_basis" and twin),
    migration!(50, "0050_duties"),
    migration!(53, "0053_scholarship"),
    migration!(54, "0054_attachments"),
    migration!(55, "0055_field_seen"),
    migration!(57, "0057_agreement_programme"),
    migration!(58, "0058_row_work"),
    migration!(62, "0062_cover_twice" and twin),
    migration!(63, "0063_change_mark"),
    migration!(64, twin "0064_count_anew"),
    migration!(70, "0070_index_chain" and twin),
    migration!(71, "0071_nik_month" and twin),
    migration!(72, twin "0072_nik_month_paid"),
    migration!(73, twin "0073_nik_wait"),
    migration!(75, twin "0075_month_chain"),
];

/// What SQLite's planner must know of the tables.
const STATISTICS: &str = include_str!("../migrations/statistics.sql");

const EXPAND: &str = "expand";
const CONTRACT: &str = "contract";

/// Two migrations at once would both find nothing: in PostgreSQL one waits for the other.
const LOCK: (&str, &str) = ("select 1", "select pg_advisory_xact_lock(7298)");

const LEDGER: &str = "create table if not exists migration (
    number integer not null,
    name text not null,
    step text not null,
    constraint migration_pk primary key (number)
) strict;";

static LIST: Sql = sql!("migration_list");
static NAMES: Sql = sql!("migration_names");
static APPLY: Sql = sql!("migration_insert");

/// A number that changes with any migration: tests name their template by it.
pub(crate) fn fingerprint() -> u64 {
    let mut hasher = DefaultHasher::new();
    for migration in MIGRATIONS {
        migration.postgres.hash(&mut hasher);
    }
    (provision::SECURE, provision::GRANT, provision::BI, provision::GRANT_BI).hash(&mut hasher);
    (provision::DEFERRABLE, spread::OPERATOR, spread::NODES, spread::CARRY).hash(&mut hasher);
    hasher.finish()
}

/// The names of all migrations, in order.
#[cfg(test)]
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    MIGRATIONS.iter().map(|migration| migration.name)
}

/// The numbers of all migrations, in order.
#[cfg(test)]
pub(crate) fn numbers() -> impl Iterator<Item = i64> {
    MIGRATIONS.iter().map(|migration| migration.number)
}

/// The newest migration this program knows.
pub(crate) fn newest() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.number)
}

/// Brings the schema up to date inside the caller's transaction; the migrations it took, each with
/// its kind.
pub(crate) fn migrate(link: &mut Link) -> Result<Vec<(&'static str, &'static str)>, StoreError> {
    migrate_until(link, newest())
}

/// The same, as a program would that knows no later migration than this.
pub(crate) fn migrate_until(
    link: &mut Link,
    last: i64,
) -> Result<Vec<(&'static str, &'static str)>, StoreError> {
    link.batch(link.dialect(LOCK))?;
    link.batch(&in_dialect(link, LEDGER))?;
    let seen = seen_by(link, last)?;
    let mut taken = Vec::new();
    let waiting =
        |migration: &&Migration| migration.number <= last && !seen.contains(&migration.number);
    for migration in MIGRATIONS.iter().filter(waiting) {
        let text = link.dialect((migration.sqlite, migration.postgres));
        link.batch(&in_dialect(link, text))?;
        link.run(&APPLY, &values![migration.number, migration.name, migration.step()])?;
        taken.push((migration.name, migration.step()));
    }
    if !taken.is_empty() && !link.is_postgres() {
        link.batch(STATISTICS)?;
    }
    Ok(taken)
}

/// The migrations that a register waits for.
pub(crate) fn pending(link: &mut Link) -> Result<Vec<(&'static str, &'static str)>, StoreError> {
    let seen = seen(link)?;
    let waiting = MIGRATIONS.iter().filter(|migration| !seen.contains(&migration.number));
    Ok(waiting.map(|migration| (migration.name, migration.step())).collect())
}

/// Whether the register's own list of migrations is the program's.
pub(crate) fn is_as_known(link: &mut Link) -> Result<bool, StoreError> {
    let mut seen = Vec::new();
    link.each(&NAMES, &[], &mut |mut columns| {
        let row: (i64, String, String) = (columns.take()?, columns.take()?, columns.take()?);
        seen.push(row);
        Ok(())
    })?;
    seen.sort_unstable();
    let known = MIGRATIONS.iter().map(|known| (known.number, known.name, known.step()));
    Ok(known.eq(seen.iter().map(|(number, name, step)| (*number, name.as_str(), step.as_str()))))
}

/// The newest migration the register has seen.
pub(crate) fn applied(link: &mut Link) -> Result<i64, StoreError> {
    Ok(seen(link)?.last().copied().unwrap_or(0))
}

/// Every migration the register has seen. One that a newer Payung took is borne while it only
/// added: this program's statements mean the same as before.
fn seen(link: &mut Link) -> Result<Vec<i64>, StoreError> {
    seen_by(link, newest())
}

/// The same, as a program reads it that knows no later migration than this.
fn seen_by(link: &mut Link, newest: i64) -> Result<Vec<i64>, StoreError> {
    let mut seen = Vec::new();
    if !link.has_table("migration")? {
        return Ok(seen);
    }
    let mut newer = None;
    link.each(&LIST, &[], &mut |mut columns| {
        let (number, step): (i64, String) = (columns.take()?, columns.take()?);
        if number > newest && step != EXPAND {
            newer = Some(number);
        }
        seen.push(number);
        Ok(())
    })?;
    newer.map_or(Ok(seen), |found| Err(StoreError::SchemaNewer { found }))
}

impl Migration {
    /// The first word of its line `-- Step: …`: `expand` adds what an older program does not know
    /// and leaves what it knows; `contract` takes away what no program uses any more.
    fn step(&self) -> &'static str {
        let line = self.sqlite.lines().find_map(|line| line.strip_prefix("-- Step: "));
        match line.map(|step| step.split(['.', ' ', ':', ',']).next().unwrap_or_default()) {
            Some(EXPAND) => EXPAND,
            _ => CONTRACT,
        }
    }
}

/// Column types and table options have other names in PostgreSQL, and a table may be partitioned
/// there; nothing else may differ.
fn in_dialect(link: &Link, text: &str) -> String {
    if !link.is_postgres() {
        return text.to_owned();
    }
    let plain = text
        .replace(") strict, without rowid; -- by month", ") partition by range (month);")
        .replace(") strict, without rowid", ")")
        .replace(") strict", ")");
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut out = String::with_capacity(plain.len());
    for piece in plain.split_inclusive(|c| !is_word(c)) {
        let (word, end) = piece.split_at(piece.trim_end_matches(|c| !is_word(c)).len());
        out.push_str(match word {
            "integer" => "bigint",
            "blob" => "bytea",
            _ => word,
        });
        out.push_str(end);
    }
    out
}

/// The name of the unique or primary key over `table.a, table.b`, which SQLite does not tell.
pub(crate) fn unique_constraint_of(columns: &str) -> Option<&'static str> {
    let table = columns.split('.').next()?;
    let plain: Vec<&str> =
        columns.split(", ").filter_map(|column| column.split('.').nth(1)).collect();
    let key = format!("({})", plain.join(", "));
    let (unique, primary) = (format!(" unique {key}"), format!(" primary key {key}"));
    let head = format!("create table {table} (");
    let body = MIGRATIONS
        .iter()
        .filter_map(|migration| migration.sqlite.split_once(head.as_str()))
        .filter_map(|(_, rest)| rest.split(") strict").next());
    let constraint = body.flat_map(str::lines).find_map(|line| {
        let rest = line.trim().strip_prefix("constraint ")?;
        let name = rest.split(' ').next()?;
        let after = rest[name.len()..].trim_end_matches(',');
        (after == unique || after == primary).then_some(name)
    });
    constraint.or_else(|| unique_index_of(table, &key))
}

/// The name of a unique index, which may be about some rows alone.
fn unique_index_of(table: &str, key: &str) -> Option<&'static str> {
    let after = format!(" on {table} {key}");
    let lines = MIGRATIONS.iter().flat_map(|migration| migration.sqlite.lines());
    let mut indexes = lines.filter_map(|line| line.strip_prefix("create unique index "));
    indexes.find_map(|rest| {
        let name = rest.split(' ').next()?;
        rest[name.len()..].starts_with(&after).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend_and_every_migration_says_why_and_of_which_kind_it_is() {
        assert!(MIGRATIONS.is_sorted_by(|one, next| one.number < next.number));
        for migration in MIGRATIONS {
            for text in [migration.sqlite, migration.postgres] {
                let step = format!("\n-- Step: {}.", migration.step());
                assert!(text.contains(&step), "{}", migration.name);
            }
            assert!(migration.name.starts_with(&format!("{:04}_", migration.number)));
            assert!(migration.sqlite.starts_with("-- Why: "), "{}", migration.name);
            assert!(migration.postgres.starts_with("-- Why: "), "{}", migration.name);
        }
    }

    #[test]
    fn what_only_adds_takes_nothing_away() {
        for migration in MIGRATIONS.iter().filter(|migration| migration.step() == EXPAND) {
            for text in [migration.sqlite, migration.postgres] {
                let lines = text.lines().filter(|line| !line.starts_with("--"));
                let text: String = lines.collect::<Vec<_>>().join(" ");
                for taking in ["drop table", "drop column", "rename ", "set not null", "set type"] {
                    assert!(!text.contains(taking), "{}: {taking}", migration.name);
                }
            }
        }
    }

    #[test]
    fn unique_keys_are_found_by_their_columns() {
        let check = |columns: &str, name: Option<&str>| {
            assert_eq!(unique_constraint_of(columns), name, "{columns}");
        };
        check("person.tenant, person.nik_index", Some("person_nik_unique"));
        check("person.tenant, person.id", Some("person_pk"));
        check("person.tenant, person.name", None);
        check("snap_payment.tenant, snap_payment.bill", Some("snap_payment_bill_unique"));
    }
}
