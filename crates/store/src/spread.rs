//! A register on more than one server: which table lies where, asked of Citus when it is there, and
//! the tables of all regencies laid in parts over servers that are plain PostgreSQL.

use crate::catalogue;
use crate::engine::Link;
use crate::error::StoreError;
use crate::sql::{Sql, sql};
use crate::tables::{self, Spread};
use crate::value::values;

static SETTING: Sql = sql_twin_setting();

pub(crate) const CITUS: &str = include_str!("../provision/citus.sql");
