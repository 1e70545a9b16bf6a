//! Statements by name: one text for both engines, or a pair where they differ.

/// A statement, in the words of each engine.
#[derive(Debug)]
pub(crate) struct Sql {
    pub(crate) name: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

/// The statement of `sql/NAME.sql`, the same for both engines.
macro_rules! sql {
    ($name:literal) => {
        $crate::sql::Sql {
            name: $name,
            sqlite: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".sql")),
            postgres: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".sql")),
        }
    };
}

/// The statements of `sql/sqlite/NAME.sql` and `sql/postgres/NAME.sql`.
macro_rules! sql_twin {
    ($name:literal) => {
        $crate::sql::Sql {
            name: $name,
            sqlite: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/sql/sqlite/",
                $name,
                ".sql"
            )),
            postgres: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/sql/postgres/",
                $name,
                ".sql"
            )),
        }
    };
}

pub(crate) use {sql, sql_twin};
