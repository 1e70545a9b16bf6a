//! A register on two servers: each holds the regencies of its own, and half of the tables of all
//! regencies. The ways between them can be broken, and the servers killed.

use std::io::Result;

use store::twin::{FreshDatabase, Pair};

use crate::postgres::Cluster;
use crate::proxy::{Proxy, Toward};

/// Two servers with a register on them; they end with whoever holds them.
pub struct Two {
    /// The databases: they go before the servers do.
    pub database: FreshDatabase,
    /// The way from the second to the first.
    pub to_here: Proxy,
    /// The way from the first to the second.
    pub to_there: Proxy,
    /// The first.
    pub here: Cluster,
    /// The second.
    pub there: Cluster,
}

impl Two {
    /// Starts both and lays a fresh register out on them.
    ///
    /// # Errors
    /// When no server binaries are installed, or a server does not start.
    pub fn start() -> Result<Two> {
        let (here, there) = (Cluster::start_one_of_two()?, Cluster::start_one_of_two()?);
        let (to_here, to_there) = (Proxy::to(&here.socket())?, Proxy::to(&there.socket())?);
        let database = FreshDatabase::of_pair(&pair(&here, &there, &to_here, &to_there));
        Ok(Two { database, to_here, to_there, here, there })
    }

    /// Where both are, and how they reach each other.
    pub fn pair(&self) -> Pair {
        pair(&self.here, &self.there, &self.to_here, &self.to_there)
    }

    /// Lets neither reach the other.
    pub fn part(&self) {
        for way in [&self.to_here, &self.to_there] {
            way.break_after(Toward::Server, 0);
        }
    }

    /// Lets both reach each other again.
    pub fn join(&self) {
        for way in [&self.to_here, &self.to_there] {
            way.mend();
        }
    }
}

fn pair(here: &Cluster, there: &Cluster, to_here: &Proxy, to_there: &Proxy) -> Pair {
    Pair {
        here: here.url(),
        there: there.url(),
        way_here: to_here.port(),
        way_there: to_there.port(),
    }
}

#[cfg(test)]
mod tests;
