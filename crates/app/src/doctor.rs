//! An installation examined: its files on this machine, and its register from end to end.
//!
//! Each finding is a code with a weight; the catalogue says what it is and what to do.

use std::path::Path;

use base::money::grouped;

use crate::condition::{Finding, Weight};
use crate::error::AppError;
use crate::keys::{self, KeyFile};
use crate::ledger::prove_ledger;
use crate::login::provider::secret_file;
use crate::office::{Actor, Location, Office, Operation, Target};

/// Where an installation is.
#[derive(Clone, Copy)]
pub struct Installation<'a> {
    /// The data folder.
    pub data: &'a Path,
    /// The register.
    pub location: &'a Location,
    /// The key file.
    pub keys: &'a Path,
    /// The file that opens it, when it is a bundle.
    pub identity: Option<&'a Path>,
}

/// The findings on files that open something: whoever reads one of them is let in by it.
pub const OPENS_SOMETHING: [&str; 6] =
    ["keys-file", "keys-identity", "provider-secret", "audit-key", "bank-secret", "data-folder"];

/// A log that grew beyond this was not taken over into the file for long.
const LOG_BYTES_MAX: u64 = 256 << 20;
/// With less room than this nothing can be trusted to be written.
const ROOM_BYTES_MIN: u64 = 100 << 20;
/// With less room than this an import or a copy may not fit.
const ROOM_BYTES_WANTED: u64 = 1 << 30;

/// The files, without opening the register.
pub fn files(place: Installation<'_>) -> Vec<Finding> {
    let mut found = vec![private("keys-file", place.keys)];
    found.extend(place.identity.map(|identity| private("keys-identity", identity)));
    let secret = secret_file(place.keys);
    if secret.exists() {
        found.push(private("provider-secret", &secret));
    }
    let audit = place.keys.with_file_name(crate::audit::KEY_FILE);
    if audit.exists() {
        found.push(private("audit-key", &audit));
    }
    let banks = crate::snap::keys::secret_files(place.keys);
    found.extend(banks.iter().map(|file| private("bank-secret", file)));
    found.push(index_key(place.keys));
    if let Location::Directory(folder) = place.location {
        found.push(private("data-folder", folder));
        let file = size_of(&folder.join("register.db"));
        let log = size_of(&folder.join("register.db-wal"));
        found.push(room(folder, file));
        let weight = if log <= LOG_BYTES_MAX { Weight::Well } else { Weight::Warning };
        found.push(Finding { what: "log-file", weight, detail: megabytes(log) });
    } else {
        found.push(room(place.data, 0));
    }
    found
}

impl Office {
    /// The register: what can be looked at while the program works, and what takes longer, every
    /// act and every transfer computed again.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, and those of the register.
    pub fn diagnose(&self, actor: &Actor) -> Result<Vec<Finding>, AppError> {
        self.authorize(actor, Operation::Operate, &Target::default())?;
        let mut found = self.condition();
        found.push(self.isolation()?);
        found.push(self.numbers_told());
        found.push(self.index_chain()?);
        let acts = self.store.read(store::verify::verify)?;
        found.push(match acts.flaws.is_empty() {
            true => Finding { what: "acts", weight: Weight::Well, detail: acts.size().to_string() },
            false => bad("acts", acts.flaws.len().to_string()),
        });
        found.push(match self.store.read(prove_ledger) {
            Ok(_) => Finding { what: "ledger", weight: Weight::Well, detail: String::new() },
            Err(_) => bad("ledger", String::new()),
        });
        found.push(self.months_held());
        Ok(found)
    }

    /// By how many steps of the index key's chain the register goes, and whether the key file has
    /// one that it does not go by.
    fn index_chain(&self) -> Result<Finding, AppError> {
        let chain = self.chain_standing()?;
        Ok(match chain.steps == chain.known {
            true => Finding {
                what: "index-chain",
                weight: Weight::Well,
                detail: chain.steps.to_string(),
            },
            false => Finding {
                what: "index-chain",
                weight: Weight::Warning,
                detail: format!("{} < {}", chain.steps, chain.known),
            },
        })
    }

    /// Brings the months that the regency holds in line with its bills, and says whether a bill
    /// that is not paid yet has somebody for whom another regency pays.
    fn months_held(&self) -> Finding {
        let what = "months";
        let Ok((settled, _)) = store::months::settle_all(&self.store) else {
            return Finding { what, weight: Weight::Unknown, detail: String::new() };
        };
        match self.store.read(store::months::disputed) {
            Ok(bills) if bills.is_empty() && settled.open == 0 => {
                Finding { what, weight: Weight::Well, detail: String::new() }
            }
            Ok(bills) => {
                let people: u64 = bills.values().map(|bill| bill.lost + bill.open).sum();
                Finding { what, weight: Weight::Warning, detail: people.to_string() }
            }
            Err(_) => Finding { what, weight: Weight::Unknown, detail: String::new() },
        }
    }

    /// How many numbers the register's other servers have still to be told of; none where it has
    /// one server.
    fn numbers_told(&self) -> Finding {
        let what = "numbers-told";
        match self.store.read(store::claims::waiting) {
            Ok(count) => {
                let weight = if count == 0 { Weight::Well } else { Weight::Warning };
                Finding { what, weight, detail: grouped(count) }
            }
            Err(_) => Finding { what, weight: Weight::Unknown, detail: String::new() },
        }
    }

    /// Whether every table of a server keeps regencies apart.
    fn isolation(&self) -> Result<Finding, AppError> {
        let open = self.store.read(store::provision::unsecured)?;
        Ok(match open.is_empty() {
            true => Finding { what: "isolation", weight: Weight::Well, detail: String::new() },
            false => bad("isolation", open.join(", ")),
        })
    }
}

/// How old the index key is, or the last step that followed it (docs/decisions/0047); a bundle is
/// not opened to tell, `payung key status` does.
fn index_key(path: &Path) -> Finding {
    let file = KeyFile { path: path.to_owned(), unlock: None };
    let made = keys::load(&file).ok().flatten().and_then(|keys| match keys.steps.last() {
        Some(step) => step.made,
        None => keys.index_made,
    });
    let weight = if made.is_some() { Weight::Well } else { Weight::Unknown };
    let detail = made.map(|day| day.to_string()).unwrap_or_default();
    Finding { what: "index-key", weight, detail }
}

fn bad(what: &'static str, detail: String) -> Finding {
    Finding { what, weight: Weight::Bad, detail }
}

fn size_of(path: &Path) -> u64 {
    path.metadata().map_or(0, |about| about.len())
}

fn megabytes(bytes: u64) -> String {
    (bytes >> 20).to_string()
}

fn room(folder: &Path, register_bytes: u64) -> Finding {
    let Some(free) = machine::free_bytes(folder) else {
        return Finding { what: "disk", weight: Weight::Unknown, detail: String::new() };
    };
    let weight = match free {
        free if free < ROOM_BYTES_MIN => Weight::Bad,
        free if free < ROOM_BYTES_WANTED.max(register_bytes.saturating_mul(2)) => Weight::Warning,
        _ => Weight::Well,
    };
    Finding { what: "disk", weight, detail: megabytes(free) }
}

/// Whether a file or folder is its owner's alone, and the owner is who runs this.
fn private(what: &'static str, path: &Path) -> Finding {
    let detail = path.display().to_string();
    let weight = match machine::is_private(path) {
        None => Weight::Unknown,
        Some(true) => Weight::Well,
        Some(false) => Weight::Bad,
    };
    Finding { what, weight, detail }
}

#[cfg(unix)]
mod machine {
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    pub(super) fn free_bytes(folder: &Path) -> Option<u64> {
        let about = rustix::fs::statvfs(folder).ok()?;
        Some(about.f_bavail.saturating_mul(about.f_frsize))
    }

    pub(super) fn is_private(path: &Path) -> Option<bool> {
        const OTHERS: u32 = 0o077;
        let about = path.metadata().ok()?;
        let own = about.uid() == rustix::process::geteuid().as_raw();
        Some(own && about.mode() & OTHERS == 0)
    }
}

#[cfg(not(unix))]
mod machine {
    use std::path::Path;

    pub(super) fn free_bytes(_: &Path) -> Option<u64> {
        None
    }

    pub(super) fn is_private(_: &Path) -> Option<bool> {
        None
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use base::{Day, RegionCode};
    use store::twin::{FreshDatabase, FreshDirectory, server_url, tamper, tampering};

    use super::*;
    use crate::environment::Environment;
    use crate::keys::KeySource;
    use crate::office::OfficeOptions;
    use crate::reading::Reader;

    fn office(location: Location) -> Office {
        let office = Office::open(OfficeOptions {
            location,
            pemda: RegionCode::from_digits(6401, 2),
            reader: Reader::InProcess,
            environment: Environment::fixed(Day::new(2022, 10, 3).expect("a day"), 1),
            keys: KeySource::Ring(Box::new(store::twin::keys())),
        });
        office.expect("a place opens")
    }

    #[test]
    fn numbers_that_other_servers_are_not_told_of_are_counted() {
        let finding = |weight, detail: &str| Finding {
            what: "numbers-told",
            weight,
            detail: detail.to_owned(),
        };
        let folder = FreshDirectory::new();
        assert_eq!(office(folder.location()).numbers_told(), finding(Weight::Well, "0"));
        let Some(url) = server_url() else { return };
        let database = FreshDatabase::new(&url);
        let office = office(database.location());
        assert_eq!(office.numbers_told(), finding(Weight::Well, "0"));
        tamper(&database.superuser(), tampering::NUMBERS_LEFT).expect("the superuser may");
        assert_eq!(office.numbers_told(), finding(Weight::Warning, "2"));
    }

    #[test]
    fn whatever_opens_something_is_its_owners_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let location = Location::Url(String::new());
        let look = || {
            let (keys, identity) = (at("kunci.age"), at("pembuka.txt"));
            let place = Installation {
                data: folder.path(),
                location: &location,
                keys: &keys,
                identity: Some(&identity),
            };
            let found = files(place).into_iter().filter(|found| found.weight == Weight::Bad);
            found.map(|found| found.what).collect::<Vec<_>>()
        };
        let names = ["kunci.age", "pembuka.txt", "provider-secret", "audit-key", "snap-bpd-in"];
        for name in names {
            fs::write(at(name), "x").expect("a file");
            fs::set_permissions(at(name), fs::Permissions::from_mode(0o600)).expect("ours");
        }
        assert_eq!(look(), [""; 0]);
        for name in names {
            fs::set_permissions(at(name), fs::Permissions::from_mode(0o640)).expect("ours");
        }
        let all = ["keys-file", "keys-identity", "provider-secret", "audit-key", "bank-secret"];
        assert_eq!(look(), all);
        assert!(all.iter().all(|what| OPENS_SOMETHING.contains(what)), "each ends with code 7");
    }
}
