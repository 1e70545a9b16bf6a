//! Tables for batch work: what `payung-batch` reads of a regency's register, in columns, a file a
//! table. People stand in them by pseudonyms, but for the table that linkage compares.
//!
//! `docs/operate/klaster.md` says what every column means and who may read it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use base::id::kind;
use base::{Id, Month};
use domain::billing::BillState;
use domain::programme::Programme;
use hmac::{Hmac, KeyInit, Mac};
use rules::Scheme;
use serde_json::json;
use sha2::Sha256;
use store::Tx;
use store::covered::PaidFact;
use store::keys::Secret;
use store::merges::{Roots, root_of};

use super::TakingOut;
use super::columns::{Cell, Columns, Kind, Whole};
use crate::error::AppError;
use crate::keys::load_or_make_single;
use crate::office::{Actor, Office, Operation, Target};
use crate::prints::hex;

/// An order for tables.
#[derive(Debug, Clone, Copy)]
pub struct BatchAsked<'a> {
    /// The folder of the export; that of other regencies too.
    pub folder: &'a Path,
    /// The file with the secret of the pseudonyms, the same for all regencies of an export; made
    /// when it is not there.
    pub secret: &'a Path,
    /// Whether the table of people, with their identity, is written too.
    pub with_people: bool,
    /// Why it is needed.
    pub reason: &'a str,
}

/// A table that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchTable {
    /// Its name.
    pub name: &'static str,
    /// Its file.
    pub path: PathBuf,
    /// How many rows it has.
    pub rows: u64,
}

type PersonId = Id<kind::Person>;

impl Office {
    /// Writes the regency's tables for batch work, all from one state of the register. Files of
    /// before are replaced once all are whole.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, those of a file with the identity of many, `KEYS_EXPOSED` when others may
    /// read the secret, `FILE_UNWRITABLE`.
    pub fn export_batch(
        &self,
        actor: &Actor,
        asked: &BatchAsked<'_>,
    ) -> Result<Vec<BatchTable>, AppError> {
        self.authorize(actor, Operation::ExportPeople, &Target::in_region(self.pemda()))?;
        let secret = load_or_make_single(asked.secret)?;
        let register = self.pemda().digits();
        let out = TakingOut {
            what: if asked.with_people { "batch-people" } else { "batch-tables" },
            about: register.to_string(),
            object: ("register", u128::from(register).to_be_bytes()),
            people: self.store.read(store::people::count)?,
            reason: asked.reason,
        };
        self.take_out(actor, &out)?;
        let written = self.store.read(|tx| self.tables(tx, asked, &secret))?;
        let whole: Vec<Whole> =
            written.into_iter().map(Columns::whole).collect::<Result<_, _>>()?;
        whole.into_iter().map(Whole::place).collect()
    }

    /// Every table, whole but not in its place yet.
    fn tables(
        &self,
        tx: &mut Tx<'_>,
        asked: &BatchAsked<'_>,
        secret: &Secret,
    ) -> Result<Vec<Columns>, AppError> {
        let tenant = i64::try_from(self.pemda().digits()).expect("ten digits at most");
        let begin = |name, columns: &[(&'static str, Kind)]| {
            Columns::begin(asked.folder, name, tenant, columns)
        };
        let mut people =
            asked.with_people.then(|| begin("people", &people_columns())).transpose()?;
        let mut names =
            Pseudonyms { secret, tenant, roots: store::merges::roots(tx)?, of: HashMap::new() };
        store::people::each(tx, |person, _| {
            names.learn(person.id, &person.nik.reveal());
            if let Some(people) = people.as_mut().filter(|_| !names.roots.contains_key(&person.id))
            {
                let own = [Cell::from(tenant), people.rows().into(), person.id.to_string().into()];
                let typed = self.cells_of(&person).into_iter().map(|cell| cell.into_owned().into());
                people.add(own.into_iter().chain(typed));
            }
            Ok(())
        })?;
        let cover = CoverTable::begin(begin("cover", &COVER)?, &names.roots);
        let mut money = Money {
            names,
            cover,
            members: begin("members", &MEMBERS)?,
            programmes: begin("programmes", &PROGRAMMES)?,
            standing: begin("standing", &STANDING)?,
        };
        for programme in store::programmes::list(tx)? {
            self.programme_rows(tx, &programme, &mut money)?;
            money.months(tx, &programme)?;
        }
        money.promised(tx)?;
        Ok(money.into_tables(people))
    }

    /// What a programme lays down, and who is on it.
    fn programme_rows(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        money: &mut Money<'_>,
    ) -> Result<(), AppError> {
        let fund = store::programmes::fund(tx, programme.fund)?
            .ok_or_else(|| AppError::not_found("FUND_UNKNOWN", &*programme.code))?;
        let id = programme.id.to_string();
        let groups: Vec<String> = programme.terms.groups.iter().map(ToString::to_string).collect();
        let terms = json!({
            "id": id,
            "schemes": programme.schemes.to_string(),
            "first": programme.first.as_number(),
            "last": programme.last.as_number(),
            "income": programme.income.0,
            "fund": fund.kind.name(),
            "groups": groups,
        });
        let tenant = money.names.tenant;
        money.programmes.add([tenant.into(), id.clone().into(), terms.to_string().into()]);
        let sector_of = |key: Option<&_>| self.sector_of(key);
        for member in store::memberships::for_billing(tx, programme, sector_of)? {
            money.members.add([
                tenant.into(),
                id.clone().into(),
                money.names.name(member.membership.person).into(),
                member.membership.first.as_number().into(),
                member.membership.last.as_number().into(),
                member.sector.name().to_owned().into(),
                Cell::Number(member.group.map(i64::from)),
                Cell::Day(Some(member.birth)),
                Cell::Day(member.died),
            ]);
        }
        Ok(())
    }
}

/// The columns of people: whose, in which row, and the list's own.
fn people_columns() -> Vec<(&'static str, Kind)> {
    let own = [("tenant", Kind::Number), ("row", Kind::Number)];
    own.into_iter().chain(bulk::people::COLUMNS.map(|name| (name, Kind::Text))).collect()
}

const MEMBERS: [(&str, Kind); 9] = [
    ("tenant", Kind::Number),
    ("programme", Kind::Text),
    ("person", Kind::Text),
    ("first", Kind::Number),
    ("last", Kind::Number),
    ("sector", Kind::Text),
    ("group", Kind::Number),
    ("birth", Kind::Day),
    ("died", Kind::Day),
];

const PROGRAMMES: [(&str, Kind); 3] =
    [("tenant", Kind::Number), ("programme", Kind::Text), ("terms", Kind::Text)];

const STANDING: [(&str, Kind); 5] = [
    ("tenant", Kind::Number),
    ("person", Kind::Text),
    ("programme", Kind::Text),
    ("month", Kind::Number),
    ("scheme", Kind::Text),
];

const COVER: [(&str, Kind); 8] = [
    ("place", Kind::Number),
    ("work", Kind::Text),
    ("sex", Kind::Number),
    ("age", Kind::Number),
    ("scheme", Kind::Text),
    ("year", Kind::Number),
    ("months", Kind::Number),
    ("rupiah", Kind::Number),
];

/// What people are called in the tables: the same number, the same name, in every regency of the
/// export.
struct Pseudonyms<'a> {
    secret: &'a Secret,
    tenant: i64,
    roots: Roots,
    of: HashMap<PersonId, [u8; 16]>,
}

impl Pseudonyms<'_> {
    fn learn(&mut self, person: PersonId, nik: &str) {
        let name = self.keyed(&[b"nik", nik.as_bytes()]);
        self.of.insert(person, name);
    }

    /// Of a record that was merged, the name of the one that stands for it; of one whose identity
    /// was erased, a name that stands nowhere else.
    fn name(&self, person: PersonId) -> String {
        let root = root_of(&self.roots, person);
        let erased = || self.keyed(&[b"erased", &self.tenant.to_be_bytes(), root.as_bytes()]);
        hex(&self.of.get(&root).copied().unwrap_or_else(erased))
    }

    fn keyed(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&**self.secret).expect("any length will do");
        parts.iter().for_each(|part| mac.update(part));
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        *digest.first_chunk().expect("a digest has 32 bytes")
    }
}

/// The tables that are about money.
struct Money<'a> {
    names: Pseudonyms<'a>,
    members: Columns,
    programmes: Columns,
    standing: Columns,
    cover: CoverTable,
}

impl Money<'_> {
    /// The months that a programme has paid.
    fn months(&mut self, tx: &mut Tx<'_>, programme: &Programme) -> Result<(), AppError> {
        let Money { names, standing, cover, .. } = self;
        store::covered::paid_facts(tx, programme.id, |fact| {
            let covered = &fact.cover;
            standing.add(stands(
                names,
                covered.person,
                programme.id,
                covered.month,
                covered.scheme,
            ));
            cover.take(root_of(&names.roots, covered.person), fact);
        })?;
        cover.flush();
        Ok(())
    }

    /// The months that locked bills promise.
    fn promised(&mut self, tx: &mut Tx<'_>) -> Result<(), AppError> {
        let heads = store::bills::list(tx)?;
        for head in heads.iter().filter(|head| head.state == BillState::Final) {
            let Some(bill) = store::bills::get(tx, head.id)? else { continue };
            for line in &bill.lines {
                let row = stands(&self.names, line.person, bill.programme, bill.month, line.scheme);
                self.standing.add(row);
            }
        }
        Ok(())
    }

    fn into_tables(self, people: Option<Columns>) -> Vec<Columns> {
        let rest = [self.members, self.programmes, self.standing, self.cover.end()];
        people.into_iter().chain(rest).collect()
    }
}

fn stands(
    names: &Pseudonyms<'_>,
    person: PersonId,
    programme: Id<kind::Programme>,
    month: Month,
    scheme: Scheme,
) -> [Cell; 5] {
    [
        names.tenant.into(),
        names.name(person).into(),
        programme.to_string().into(),
        month.as_number().into(),
        scheme.name().to_owned().into(),
    ]
}

/// The paid months of one human and scheme.
type Months = BTreeMap<Month, PaidFact>;

/// What months have in common that stand in one row: year, place, work, sex, age and rupiah.
type Alike = (i64, i64, String, i64, i64, i64);

/// The table of covered months, twelve to a row.
struct CoverTable {
    table: Columns,
    /// Whose months come from several records.
    merged: HashSet<PersonId>,
    /// Their months, until all are there.
    kept: BTreeMap<(PersonId, Scheme), Months>,
    /// Whoever is being read, and their months.
    now: Option<(PersonId, Scheme)>,
    months: Months,
}

impl CoverTable {
    fn begin(table: Columns, roots: &Roots) -> CoverTable {
        CoverTable {
            table,
            merged: roots.values().copied().collect(),
            kept: BTreeMap::new(),
            now: None,
            months: Months::new(),
        }
    }

    /// Takes the next month of a programme; they come by person and scheme.
    fn take(&mut self, root: PersonId, fact: PaidFact) {
        let of = (root, fact.cover.scheme);
        if self.merged.contains(&root) {
            return add_month(self.kept.entry(of).or_default(), fact);
        }
        if self.now != Some(of) {
            self.flush();
            self.now = Some(of);
        }
        add_month(&mut self.months, fact);
    }

    /// Writes what is known of whoever is being read.
    fn flush(&mut self) {
        if let Some((_, scheme)) = self.now.take() {
            let months = std::mem::take(&mut self.months);
            write_months(&mut self.table, scheme, &months);
        }
    }

    fn end(mut self) -> Columns {
        for ((_, scheme), months) in &self.kept {
            write_months(&mut self.table, *scheme, months);
        }
        self.table
    }
}

/// A month that was paid twice for one human is one, with the rupiah of both; it stands where the
/// one that counts does.
fn add_month(months: &mut Months, mut fact: PaidFact) {
    if let Some(before) = months.remove(&fact.cover.month) {
        let rupiah = base::Rupiah(before.rupiah.0 + fact.rupiah.0);
        fact = PaidFact { rupiah, ..if before.counts { before } else { fact } };
    }
    months.insert(fact.cover.month, fact);
}

fn write_months(table: &mut Columns, scheme: Scheme, months: &Months) {
    let mut rows: BTreeMap<Alike, i64> = BTreeMap::new();
    for (month, fact) in months {
        let number = month.as_number();
        let (year, in_year) = (number / 100, number % 100);
        let sex = match fact.sex.as_str() {
            "L" => 1,
            "P" => 2,
            _ => 0,
        };
        let work = fact.occupation.clone();
        let alike = (year, fact.place, work, sex, fact.age_from, fact.rupiah.0);
        *rows.entry(alike).or_default() |= 1 << (in_year - 1);
    }
    for ((year, place, work, sex, age, rupiah), bits) in rows {
        table.add([
            place.into(),
            Cell::Text(Some(work)),
            sex.into(),
            age.into(),
            scheme.name().to_owned().into(),
            year.into(),
            bits.into(),
            rupiah.into(),
        ]);
    }
}

#[cfg(test)]
mod tests;
