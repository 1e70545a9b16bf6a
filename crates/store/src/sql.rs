//! Statements by name: one text for both engines, or a pair where they differ.

use std::sync::OnceLock;

use crate::effect::Effect;

/// A statement, in the words of each engine.
#[derive(Debug)]
pub(crate) struct Sql {
    pub(crate) name: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
    /// What it does to kept rows, found out when it first runs.
    effect: OnceLock<Effect>,
}

impl Sql {
    pub(crate) const fn new(
        name: &'static str,
        sqlite: &'static str,
        postgres: &'static str,
    ) -> Sql {
        Sql { name, sqlite, postgres, effect: OnceLock::new() }
    }

    /// What the statement does to kept rows; twins do the same.
    pub(crate) fn effect(&self) -> &Effect {
        self.effect.get_or_init(|| match Effect::of(self.sqlite) {
            Ok(effect) => effect,
            Err(why) => panic!("{}: {why}", self.name),
        })
    }
}

/// The statement of `sql/NAME.sql`, the same for both engines.
macro_rules! sql {
    ($name:literal) => {
        $crate::sql::Sql::new(
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".sql")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".sql")),
        )
    };
}

/// The statements of `sql/sqlite/NAME.sql` and `sql/postgres/NAME.sql`.
macro_rules! sql_twin {
    ($name:literal) => {
        $crate::sql::Sql::new(
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/sqlite/", $name, ".sql")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/postgres/", $name, ".sql")),
        )
    };
}

pub(crate) use {sql, sql_twin};
