//! A register on more than one server: which table lies where is asked of Citus where it is there,
//! and on plain PostgreSQL the tables of all regencies are laid in parts over the servers.

use std::fmt::Write;

use crate::catalogue;
use crate::engine::{Access, Capacity, Link, Location};
use crate::error::StoreError;
use crate::sql::{Sql, sql_twin};
use crate::tables::{self, Spread};
use crate::value::values;

static SAY_SETTING: Sql = sql_twin!("say_setting");
static SETTING_SAID: Sql = sql_twin!("setting_said");

/// What a server's superuser does once, before [`lay_out`].
pub const OPERATOR: &str = include_str!("../provision/nodes_operator.sql");

pub(crate) const NODES: &str = include_str!("../provision/nodes.sql");
pub(crate) const CARRY: &str = include_str!("../provision/nodes_carry.sql");
/// Where [`NODES`] finds what it was told; gone with its transaction.
const PLAN: &str = "create temporary table payung_plan (document text not null) on commit drop";
const CITUS: &str = include_str!("../provision/citus.sql");

/// Whose place the other tables of their sort are put beside.
const FIRST_BY_TENANT: &str = "pemda";
const FIRST_BY_NIK: &str = "nik_claim";

/// The servers of a register, in the order that all of them are told.
pub struct Nodes {
    /// The place of the one that is spoken to.
    pub own: usize,
    /// Into how many parts the tables of all regencies are cut; never changed afterwards.
    pub parts: u32,
    /// Every server.
    pub nodes: Vec<Node>,
}

/// One of them, as the others reach it.
pub struct Node {
    /// Its name: small letters, digits and underscores.
    pub name: String,
    /// Its host name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The register's database on it.
    pub database: String,
    /// `verify-full`, or `disable` in a network that is closed.
    pub tls: String,
    /// The file with the certificates that vouch for it, on the servers that ask; the system's own
    /// when empty.
    pub root: String,
    /// The password of its role `payung_nik`.
    pub password: String,
}

/// What is left after the tables were laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaidOut {
    /// Servers that did not answer as they would have to, by their names.
    pub silent: String,
    /// Servers on which the tables lie in other parts or in another order, by their names: then
    /// nothing was done.
    pub otherwise: String,
    /// Rows that belong to servers which did not take them yet: the next time does.
    pub waiting: u64,
    /// Rows of which another server had one of the same key before.
    pub twice: u64,
}

/// Lays the tables of all regencies in parts over the servers, as the owner of the tables; on each
/// server once, and again when a server moved or has a new password.
///
/// # Errors
/// `Forbidden` before [`OPERATOR`] was run; [`StoreError::ConstraintViolated`]
/// `nodes_laid_otherwise` when they lie in other parts or in another order already,
/// `nodes_months_reserved` while somebody is making a bill final, `nodes_mapping` when the server
/// does not let the owner keep how another is reached.
pub fn lay_out(location: &Location, nodes: &Nodes) -> Result<LaidOut, StoreError> {
    let mut link = Link::open(location, Access::Write, Capacity::Migrator)?;
    link.begin(Access::Write, None)?;
    link.batch(PLAN)?;
    link.send_text("pg_temp.payung_plan", &nodes.document())?;
    link.batch(NODES)?;
    let silent = said(&mut link, "payung.nodes_silent")?;
    let otherwise = said(&mut link, "payung.nodes_otherwise")?;
    let mut laid = LaidOut { silent, otherwise, waiting: 0, twice: 0 };
    if !laid.otherwise.is_empty() {
        link.rollback()?;
        return Ok(laid);
    }
    link.commit()?;
    loop {
        link.begin(Access::Write, None)?;
        link.batch(CARRY)?;
        let moved = count_said(&mut link, "payung.nodes_moved")?;
        laid.twice += count_said(&mut link, "payung.nodes_twice")?;
        laid.waiting = count_said(&mut link, "payung.nodes_waiting")?;
        link.commit()?;
        if moved == 0 {
            return Ok(laid);
        }
    }
}

/// Gives every table that Citus does not know yet to it; nothing where Citus is not.
pub(crate) fn give_to_citus(link: &mut Link) -> Result<(), StoreError> {
    let order = in_order(link)?;
    let mut document = String::from("[");
    for (at, (name, spread)) in order.iter().enumerate() {
        let beside = match spread {
            Spread::ByTenant if name != FIRST_BY_TENANT => Some(FIRST_BY_TENANT),
            Spread::ByNik if name != FIRST_BY_NIK => Some(FIRST_BY_NIK),
            _ => None,
        };
        let comma = if at > 0 { "," } else { "" };
        let fields =
            [("name", Some(name.as_str())), ("column", spread.column()), ("beside", beside)];
        document += comma;
        document += &object(&fields);
    }
    document.push(']');
    say(link, "payung.spread", &document)?;
    link.batch(CITUS)
}

/// Every table with where it lies: those that lie everywhere first, then the first of each sort,
/// then each after those that it refers to.
fn in_order(link: &mut Link) -> Result<Vec<(String, Spread)>, StoreError> {
    let tables = catalogue::tables(link)?;
    let mut order: Vec<(String, Spread)> = tables
        .into_iter()
        .map(|table| (tables::spread(&table.name), table.name))
        .map(|(spread, name)| (name, spread))
        .collect();
    order.sort_by_key(|(name, spread)| match spread {
        Spread::Everywhere => 0,
        _ if name == FIRST_BY_TENANT || name == FIRST_BY_NIK => 1,
        _ => 2,
    });
    Ok(order)
}

fn say(link: &mut Link, name: &str, value: &str) -> Result<(), StoreError> {
    link.each(&SAY_SETTING, &values![name, value], &mut |_| Ok(()))
}

fn said(link: &mut Link, name: &str) -> Result<String, StoreError> {
    let mut found = String::new();
    link.each(&SETTING_SAID, &values![name], &mut |mut columns| {
        found = columns.take()?;
        Ok(())
    })?;
    Ok(found)
}

fn count_said(link: &mut Link, name: &str) -> Result<u64, StoreError> {
    said(link, name).map(|text| text.parse().unwrap_or(0))
}

impl Nodes {
    fn document(&self) -> String {
        let nodes: Vec<String> = self.nodes.iter().map(Node::document).collect();
        format!("{{\"own\":{},\"parts\":{},\"nodes\":[{}]}}", self.own, self.parts, nodes.join(","))
    }
}

impl Node {
    fn document(&self) -> String {
        object(&[
            ("name", Some(&self.name)),
            ("host", Some(&self.host)),
            ("port", Some(&self.port.to_string())),
            ("database", Some(&self.database)),
            ("tls", Some(&self.tls)),
            ("root", Some(&self.root)),
            ("password", Some(&self.password)),
        ])
    }
}

/// A JSON object of texts.
fn object(fields: &[(&str, Option<&str>)]) -> String {
    let field = |(name, value): &(&str, Option<&str>)| match value {
        Some(value) => format!("\"{name}\":{}", quoted(value)),
        None => format!("\"{name}\":null"),
    };
    let fields: Vec<String> = fields.iter().map(field).collect();
    format!("{{{}}}", fields.join(","))
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            letter if letter.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_a_document_are_quoted() {
        let fields = [("a", Some("x\"y\\z\n")), ("b", None)];
        assert_eq!(object(&fields), r#"{"a":"x\"y\\z\u000a","b":null}"#);
    }
}
