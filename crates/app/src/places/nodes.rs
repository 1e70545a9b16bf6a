//! The servers of a register: read from files that only their owner may read, and told to the
//! server at hand; and on which of them a region lives.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use base::RegionCode;
use serde::Deserialize;
pub use store::spread::LaidOut;
use store::spread::{Node, Nodes, lay_out};
use store::{Location, StoreError};

use crate::error::{AppError, ErrorKind};
use crate::keys::is_exposed;
use crate::office::Office;

/// Parts into which tables are cut at most.
const PARTS_MAX: u32 = 256;

/// What the file says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    parts: u32,
    node: Vec<WrittenNode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenNode {
    name: String,
    host: String,
    #[serde(default = "port_of_postgresql")]
    port: u16,
    #[serde(default = "usual_database")]
    database: String,
    #[serde(default = "checked")]
    tls: String,
    #[serde(default)]
    root: String,
    password: String,
}

fn port_of_postgresql() -> u16 {
    5432 // not law: PostgreSQL's own
}

fn usual_database() -> String {
    "payung".to_owned()
}

fn checked() -> String {
    "verify-full".to_owned()
}

/// Lays the tables of all regions in parts over the servers that a file names, of which the one at
/// `location` is called `own`.
///
/// # Errors
/// `NODES_FILE` for a file that says nothing usable, `NODES_FILE_OPEN` for one that others may
/// read, `NODES_LAID_OTHERWISE` when the tables lie in other parts or in another order already,
/// `NODES_DIFFER` when they do on another server: nothing is done then.
pub fn spread(location: &Location, file: &Path, own: &str) -> Result<LaidOut, AppError> {
    let nodes = read(file, own)?;
    let laid = lay_out(location, &nodes).map_err(|error| match error {
        error if error.is_constraint("nodes_laid_otherwise") => {
            AppError::refused("NODES_LAID_OTHERWISE", "")
        }
        error if error.is_constraint("nodes_months_reserved") => {
            AppError::refused("NODES_MONTHS_RESERVED", "")
        }
        error
            if error.is_constraint("nodes_mapping")
                || matches!(error, StoreError::Statement { .. } | StoreError::Forbidden) =>
        {
            AppError::refused("NODES_NOT_ALLOWED", "")
        }
        other => other.into(),
    })?;
    match laid.otherwise.is_empty() {
        true => Ok(laid),
        false => Err(AppError::refused("NODES_DIFFER", laid.otherwise)),
    }
}

impl Office {
    /// Tells the register's other servers of the numbers that changed here. Whoever does not answer
    /// is told the next time: nothing that was saved here waits for it. Whether more can be told
    /// now. The regency's turn to write is taken only when something waits.
    pub(crate) fn tell_other_servers(&self) -> bool {
        let waits = !self.store.has_one_writer()
            && self.store.read(store::claims::waiting).is_ok_and(|count| count > 0);
        waits && self.store.write(store::claims::tell).unwrap_or(false)
    }
}

fn read(path: &Path, own: &str) -> Result<Nodes, AppError> {
    let shown = path.display().to_string();
    let unreadable = |_| AppError::new(ErrorKind::External, "FILE_UNREADABLE", shown.clone());
    let mut file = File::open(path).map_err(unreadable)?;
    if is_exposed(&file).map_err(unreadable)? {
        return Err(AppError::refused("NODES_FILE_OPEN", shown));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(unreadable)?;
    parse(&text, own).map_err(|why| AppError::usage("NODES_FILE", why))
}

/// What a file says, or the word in it that is wrong.
fn parse(text: &str, own: &str) -> Result<Nodes, &'static str> {
    // What the reader of TOML says of a mistake quotes the line, which may hold the password.
    let written: Written = toml::from_str(text).map_err(|_| "toml")?;
    let names: BTreeSet<&str> = written.node.iter().map(|node| node.name.as_str()).collect();
    let is_plain = |name: &&str| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        (1..=40).contains(&name.len()) && name.bytes().all(plain)
    };
    if names.len() != written.node.len() || !names.iter().all(is_plain) || names.len() < 2 {
        return Err("name");
    }
    if written.parts < names.len() as u32 || written.parts > PARTS_MAX {
        return Err("parts");
    }
    for node in &written.node {
        if !matches!(node.tls.as_str(), "verify-full" | "disable") {
            return Err("tls");
        }
        // The server that asks would look in its own home for a file that is not there.
        if node.tls == "verify-full" && node.root.is_empty() {
            return Err("root");
        }
        if node.password.is_empty() || node.host.is_empty() || node.database.is_empty() {
            return Err("password, host, database");
        }
    }
    let own = written.node.iter().position(|node| node.name == own).ok_or("--node")?;
    let nodes = written.node.into_iter().map(|node| Node {
        name: node.name,
        host: node.host,
        port: node.port,
        database: node.database,
        tls: node.tls,
        root: node.root,
        password: node.password,
    });
    Ok(Nodes { own, parts: written.parts, nodes: nodes.collect() })
}

/// The database on whose server a region lives, by a file with a line for each region.
///
/// # Errors
/// `DIRECTORY_FILE` for a file that says nothing usable, `DIRECTORY_UNKNOWN` for a region that
/// stands on no line of it.
pub fn database_of(directory: &Path, pemda: RegionCode) -> Result<String, AppError> {
    let shown = directory.display().to_string();
    let text = fs::read_to_string(directory)
        .map_err(|_| AppError::new(ErrorKind::External, "FILE_UNREADABLE", shown.clone()))?;
    let written: BTreeMap<String, String> =
        toml::from_str(&text).map_err(|_| AppError::usage("DIRECTORY_FILE", shown))?;
    let pemda = pemda.to_string();
    let found = written.into_iter().find(|(code, _)| *code == pemda);
    found.map(|(_, url)| url).ok_or_else(|| AppError::not_found("DIRECTORY_UNKNOWN", pemda))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "
        parts = 8
        [[node]]
        name = \"barat\"
        host = \"db-barat.example\"
        root = \"/ca.pem\"
        password = \"satu\"
        [[node]]
        name = \"timur\"
        host = \"db-timur.example\"
        port = 5433
        tls = \"disable\"
        password = \"dua\"
    ";

    #[test]
    fn a_file_of_servers_is_read_and_its_mistakes_are_named() {
        let nodes = parse(TWO, "timur").expect("a whole file");
        assert_eq!((nodes.own, nodes.parts, nodes.nodes.len()), (1, 8, 2));
        let told = nodes.nodes.iter().map(|node| (node.port, node.tls.as_str()));
        assert_eq!(told.collect::<Vec<_>>(), [(5432, "verify-full"), (5433, "disable")]);
        for (from, to, why) in [
            ("parts = 8", "parts = 1", "parts"),
            ("parts = 8", "parts = 300", "parts"),
            ("\"timur\"", "\"barat\"", "name"),
            ("\"timur\"", "\"Timur; drop\"", "name"),
            ("\"disable\"", "\"prefer\"", "tls"),
            ("\"/ca.pem\"", "\"\"", "root"),
            ("\"dua\"", "\"\"", "password, host, database"),
            ("port = 5433", "sandi = 1", "toml"),
        ] {
            assert_eq!(parse(&TWO.replace(from, to), "barat").err(), Some(why), "{to}");
        }
        assert_eq!(parse(TWO, "tengah").err(), Some("--node"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_with_passwords_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), TWO).expect("writes");
        let mode = |mode| {
            fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).expect("ours");
            read(file.path(), "barat").map(|nodes| nodes.own).map_err(|error| error.code)
        };
        assert_eq!(mode(0o600), Ok(0));
        assert_eq!(mode(0o640), Err("NODES_FILE_OPEN".into()));
    }

    #[test]
    fn a_region_lives_where_its_line_says() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let lines = "\"64.01\" = \"postgresql://payung_app@barat/payung\"\n";
        fs::write(file.path(), lines).expect("writes");
        let of = |code: &str| {
            let pemda = RegionCode::parse(code).expect("a code");
            database_of(file.path(), pemda).map_err(|error| error.code)
        };
        assert_eq!(of("64.01").as_deref(), Ok("postgresql://payung_app@barat/payung"));
        assert_eq!(of("64.02"), Err("DIRECTORY_UNKNOWN".into()));
    }
}
