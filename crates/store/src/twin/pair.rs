//! Two servers that hold one register: each the regencies of its own, and half of the tables of all
//! regencies each.

use super::{APPLICATION, FreshDatabase, OWNER, administer, fresh_name, url_of};
use crate::engine::{Access, Capacity, Link};
use crate::spread::{self, Node, Nodes};
use crate::{Location, StoreError, migrate};

/// Known to everybody: what one test server says to the other.
const PASSWORD: &str = "rahasia \"uji\" \\ coba";

/// Parts of the tables of all regencies: half of them on each server.
const PARTS: u32 = 4;

/// Two servers, and by which port of the loopback interface each reaches the other.
#[derive(Clone)]
pub struct Pair {
    /// The first, for its superuser.
    pub here: String,
    /// The second, for its superuser.
    pub there: String,
    /// The way to the first.
    pub way_here: u16,
    /// The way to the second.
    pub way_there: u16,
}

impl Pair {
    /// Two servers that reach each other by their own ports.
    pub fn plain(here: &str, there: &str) -> Pair {
        let (way_here, way_there) = (port_of(here), port_of(there));
        Pair { here: here.to_owned(), there: there.to_owned(), way_here, way_there }
    }

    /// The servers as the configuration of the one at this place says them.
    fn nodes(&self, own: usize, names: [&str; 2]) -> Nodes {
        let ways = [("barat", self.way_here, names[0]), ("timur", self.way_there, names[1])];
        let nodes = ways.map(|(name, port, database)| Node {
            name: name.to_owned(),
            host: "127.0.0.1".to_owned(),
            port,
            database: database.to_owned(),
            tls: "disable".to_owned(),
            root: String::new(),
            password: PASSWORD.to_owned(),
        });
        Nodes { own, parts: PARTS, nodes: nodes.into() }
    }

    /// Lays the tables of all regencies out on both; the first waits for the second.
    fn lay_out(&self, names: [&str; 2]) -> Result<(), StoreError> {
        let password = PASSWORD.replace('\'', "''");
        for (own, server) in [&self.here, &self.there].into_iter().enumerate() {
            let mut link = operate(server, names[own])?;
            let owner = Location::Url(url_of(server, OWNER, names[own]));
            spread::lay_out(&owner, &self.nodes(own, names))?;
            // Tests look at the tables as the superuser, too.
            let other = ["timur", "barat"][own];
            link.batch(&format!(
                "create user mapping if not exists for postgres server payung_{other} \
                 options (user 'payung_nik', password '{password}')"
            ))?;
        }
        Ok(())
    }
}

/// What a superuser does once on each server, and a way for him to do more.
fn operate(server: &str, name: &str) -> Result<Link, StoreError> {
    let superuser = Location::Url(url_of(server, "postgres", name));
    let password = PASSWORD.replace('\'', "''");
    let mut link = Link::open(&superuser, Access::Write, Capacity::Migrator)?;
    link.batch(spread::OPERATOR)?;
    link.batch(&format!("alter role payung_nik password '{password}'"))?;
    Ok(link)
}

impl FreshDatabase {
    /// A database on each of two servers on which nothing is laid out yet.
    pub fn of_pair_unlaid(pair: &Pair) -> FreshDatabase {
        let (here, there) = (FreshDatabase::alone(&pair.here), FreshDatabase::alone(&pair.there));
        for database in [&here, &there] {
            operate(&database.server, &database.name).expect("the superuser may");
        }
        let rename = format!("alter database {} rename to {}", there.name, here.name);
        administer(&there.server, &rename).expect("the test server renames a database");
        std::mem::forget(there);
        let (server, name) = (here.server.clone(), here.name.clone());
        std::mem::forget(here);
        FreshDatabase { server, name: name.clone(), beside: Some((pair.clone(), name)) }
    }

    /// A database on each of two servers, which hold one register.
    pub fn of_pair(pair: &Pair) -> FreshDatabase {
        let name = fresh_name();
        let template = format!("payung_pair_{:016x}", migrate::fingerprint());
        for server in [&pair.here, &pair.there] {
            let create = format!("create database {name} owner {OWNER} template {template}");
            if administer(server, &create).is_err() {
                make_templates(pair, &template);
                administer(server, &create).expect("the test server copies a database");
            }
        }
        // The copies know each other by the names of what they were copied from.
        for (server, other, way) in
            [(&pair.here, "timur", pair.way_there), (&pair.there, "barat", pair.way_here)]
        {
            let text = format!(
                "alter server payung_{other} options (set dbname '{name}', set port '{way}')"
            );
            super::tamper(&Location::Url(url_of(server, OWNER, &name)), &text)
                .expect("a copy is told of the other");
        }
        FreshDatabase {
            server: pair.here.clone(),
            name: name.clone(),
            beside: Some((pair.clone(), name)),
        }
    }

    /// The place on the second server, as the application.
    pub fn beside(&self) -> Location {
        self.beside_as(APPLICATION)
    }

    /// The same, as the owner of the tables.
    pub fn owner_beside(&self) -> Location {
        self.beside_as(OWNER)
    }

    fn beside_as(&self, role: &str) -> Location {
        let (pair, name) = self.beside.as_ref().expect("a register of two servers");
        Location::Url(url_of(&pair.there, role, name))
    }
}

/// Makes the templates on both servers; of several processes that do so at once one gets the name
/// on each, and all that they make are alike.
fn make_templates(pair: &Pair, template: &str) {
    let (here, there) = (FreshDatabase::alone(&pair.here), FreshDatabase::alone(&pair.there));
    let names = [here.name.as_str(), there.name.as_str()];
    // Another process may be changing the same role at this moment.
    let mut laid = pair.lay_out(names);
    for _ in 0..20 {
        if laid.is_ok() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
        laid = pair.lay_out(names);
    }
    laid.expect("the tables of all regencies are laid out");
    for made in [here, there] {
        let rename = format!("alter database {} rename to {template}", made.name);
        if administer(&made.server, &rename).is_ok() {
            std::mem::forget(made);
        }
    }
}

/// What an operator would write of the two servers of a register (docs/operate/scale.md).
pub fn file_of(database: &FreshDatabase) -> String {
    let (pair, _) = database.beside.as_ref().expect("a register of two servers");
    let node = |(name, port): (&str, u16)| {
        format!(
            "\n[[node]]\nname = \"{name}\"\nhost = \"127.0.0.1\"\nport = {port}\n\
             database = \"{}\"\ntls = \"disable\"\npassword = '{PASSWORD}'\n",
            database.name
        )
    };
    let nodes = [("barat", pair.way_here), ("timur", pair.way_there)].map(node);
    format!("parts = {PARTS}\n{}", nodes.concat())
}

/// The port in a server's URL.
fn port_of(server: &str) -> u16 {
    let (head, _) = server.rsplit_once('/').expect("the URL ends in a database");
    let port = head.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    port.expect("the URL of one of two servers names its port")
}
