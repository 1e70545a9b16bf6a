//! A list of organisations out of any spreadsheet: which columns there are, what each row says, and
//! one outcome for every row. The same list again changes nothing.

use std::collections::{HashMap, HashSet};

use base::RegionCode;

use super::kinds::plain;
use super::{Contact, Org, OrgInput, OrgKindKey, OrgKinds, OrgRefusal, check_place};

/// A row as it stands: its sheet, its number from 1, and its cells by column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellRow {
    /// The sheet's place in the file, 0 for the first.
    pub sheet: u16,
    /// The row, 1 for the first.
    pub row: u32,
    /// Column, 0 for A, and text.
    pub cells: Vec<(u16, Box<str>)>,
}

/// What a column of the list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OrgField {
    /// The code.
    Code,
    /// The name.
    Name,
    /// The kind.
    Kind,
    /// The one above, by code or by name.
    Parent,
    /// The territory, by code or by name.
    Territory,
    /// Street and number.
    Address,
    /// Who holds the office.
    Officer,
    /// What the office is called.
    Office,
    /// Telephone.
    Phone,
    /// E-mail.
    Email,
}

/// Each column with its spellings, in plain form.
#[rustfmt::skip]
const COLUMNS: &[(OrgField, &[&str])] = &[
    (OrgField::Code, &["kode", "kode organisasi", "kode unit", "kode faskes", "kode fasyankes",
        "kode fasilitas", "kode rs", "id", "code", "npsn", "kode registrasi", "no registrasi"]),
    (OrgField::Name, &["nama", "nama organisasi", "nama fasilitas", "nama faskes", "nama unit",
        "nama fasyankes", "nama fasilitas kesehatan", "nama sarana", "nama instansi", "nama opd",
        "nama desa", "nama klinik", "nama apotek", "nama sekolah", "organisasi", "instansi",
        "fasilitas", "faskes", "fasyankes", "name", "organisation"]),
    (OrgField::Kind, &["jenis", "jenis organisasi", "jenis fasilitas", "jenis faskes", "tipe",
        "jenis fasyankes", "jenis sarana", "kategori", "kelompok", "kind", "type"]),
    (OrgField::Parent, &["induk", "di bawah", "dibawah", "opd", "dinas", "opd induk", "parent",
        "unit induk", "instansi induk", "organisasi induk", "puskesmas induk", "pembina"]),
    (OrgField::Territory, &["wilayah", "kode wilayah", "desa", "kelurahan", "desa kelurahan",
        "kelurahan desa", "gampong", "gampong desa", "desa gampong", "kecamatan", "territory",
        "kode desa", "kode kecamatan", "nama wilayah"]),
    (OrgField::Address, &["alamat", "alamat lengkap", "alamat kantor", "address", "lokasi"]),
    (OrgField::Officer, &["pejabat", "nama pejabat", "pimpinan", "nama pimpinan", "kepala",
        "nama kepala", "penanggung jawab", "nama penanggung jawab", "pj", "kontak",
        "nama kontak", "pemilik", "officer", "contact"]),
    (OrgField::Office, &["jabatan", "jabatan pejabat", "jabatan penanda tangan", "office"]),
    (OrgField::Phone, &["telepon", "telp", "tlp", "no telepon", "no telp", "nomor telepon",
        "no hp", "hp", "no wa", "whatsapp", "phone", "telephone"]),
    (OrgField::Email, &["email", "e mail", "surel", "alamat email", "mail"]),
];

/// What stands in for cells that a list does not have.
#[derive(Debug, Clone, Default)]
pub struct Defaults {
    /// The kind.
    pub kind: Option<OrgKindKey>,
    /// The code of the one above.
    pub parent: Option<Box<str>>,
    /// The territory.
    pub territory: Option<RegionCode>,
}

/// What is known when a list comes in.
pub struct ImportContext<'a> {
    /// The kinds there are.
    pub kinds: &'a OrgKinds,
    /// Every organisation, with how it is reached.
    pub known: &'a [(Org, Contact)],
    /// The regency.
    pub regency: RegionCode,
    /// The region of a code or a name, when there is one.
    pub region: &'a dyn Fn(&str) -> Option<RegionCode>,
    /// What stands in for missing cells.
    pub defaults: &'a Defaults,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrgOutcome {
    /// A title, the head, a blank or a sum: nothing of the list.
    NotARow,
    /// It is new.
    Added,
    /// It was known and says something else.
    Changed,
    /// It was known and says the same.
    Same,
    /// It cannot stand as it is.
    Refused(OrgRefusal),
}

impl OrgOutcome {
    /// The stable name.
    pub fn name(&self) -> &'static str {
        match self {
            OrgOutcome::NotARow => "not-a-row",
            OrgOutcome::Added => "added",
            OrgOutcome::Changed => "changed",
            OrgOutcome::Same => "same",
            OrgOutcome::Refused(_) => "refused",
        }
    }
}

/// A row with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgRow {
    /// The sheet's place in the file, 0 for the first.
    pub sheet: u16,
    /// The row, 1 for the first.
    pub row: u32,
    /// The code, when it has one.
    pub code: Box<str>,
    /// What became of it.
    pub outcome: OrgOutcome,
}

/// A list decided: one outcome a row, and what is to be kept, each before those under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgImport {
    /// Every row, in the order of the file.
    pub rows: Vec<OrgRow>,
    /// What is new or changed.
    pub keep: Vec<OrgInput>,
}

/// Decides a list; none when no sheet has a head with at least a name.
pub fn decide(rows: &[CellRow], context: &ImportContext<'_>) -> Option<OrgImport> {
    let drafts = read(rows, context)?;
    let mut decided = Deciding::new(context);
    let mut outcomes: Vec<Option<OrgOutcome>> = vec![None; drafts.len()];
    for (at, draft) in drafts.iter().enumerate() {
        outcomes[at] = match &draft.input {
            None => Some(OrgOutcome::NotARow),
            Some(Err(refusal)) => Some(OrgOutcome::Refused(*refusal)),
            Some(Ok(input)) => decided.first(input).err().map(OrgOutcome::Refused),
        };
    }
    // Whoever stands above may stand further down in the list: again until nothing more is found.
    loop {
        let mut moved = false;
        for (at, draft) in drafts.iter().enumerate() {
            if outcomes[at].is_none()
                && let Some(Ok(input)) = &draft.input
                && let Some(outcome) = decided.place(input)
            {
                outcomes[at] = Some(outcome);
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    let rows = drafts.into_iter().zip(outcomes).map(|(draft, outcome)| {
        let code = match &draft.input {
            Some(Ok(input)) => input.code.clone(),
            _ => draft.code,
        };
        // What still waits stands under itself.
        let stuck = OrgOutcome::Refused(OrgRefusal::ParentLoop);
        OrgRow { sheet: draft.sheet, row: draft.row, code, outcome: outcome.unwrap_or(stuck) }
    });
    Some(OrgImport { rows: rows.collect(), keep: decided.keep })
}

/// A row read, before it is looked at among others.
struct Draft {
    sheet: u16,
    row: u32,
    code: Box<str>,
    input: Option<Result<OrgInput, OrgRefusal>>,
}

struct Deciding<'a> {
    context: &'a ImportContext<'a>,
    /// Kind and parent by code, of those known and those taken in so far.
    above: HashMap<Box<str>, (OrgKindKey, Option<Box<str>>)>,
    /// Codes by plain name, where a name has one code.
    names: HashMap<String, Option<Box<str>>>,
    /// Codes of the rows of the list that stand by themselves.
    waiting: HashSet<Box<str>>,
    known: HashMap<&'a str, OrgInput>,
    keep: Vec<OrgInput>,
}

impl<'a> Deciding<'a> {
    fn new(context: &'a ImportContext<'a>) -> Deciding<'a> {
        let code_of: HashMap<_, _> =
            context.known.iter().map(|(org, _)| (org.id, &org.code)).collect();
        let mut deciding = Deciding {
            context,
            above: HashMap::new(),
            names: HashMap::new(),
            waiting: HashSet::new(),
            known: HashMap::new(),
            keep: Vec::new(),
        };
        for (org, contact) in context.known {
            let parent = org.parent.and_then(|id| code_of.get(&id)).map(|code| (*code).clone());
            let input = OrgInput {
                code: org.code.clone(),
                name: org.name.clone(),
                kind: org.kind.clone(),
                parent,
                territory: org.territory,
                closed_on: org.closed_on,
                contact: contact.clone(),
            };
            deciding.note(&input);
            deciding.known.insert(&org.code, input);
        }
        deciding
    }

    fn note(&mut self, input: &OrgInput) {
        self.above.insert(input.code.clone(), (input.kind.clone(), input.parent.clone()));
        self.name(input);
    }

    fn name(&mut self, input: &OrgInput) {
        let one = self.names.entry(plain(&input.name)).or_insert_with(|| Some(input.code.clone()));
        if one.as_ref().is_some_and(|code| *code != input.code) {
            *one = None;
        }
    }

    /// Looks at a row by itself.
    fn first(&mut self, input: &OrgInput) -> Result<(), OrgRefusal> {
        input.check(self.context.kinds, self.context.regency)?;
        if !self.waiting.insert(input.code.clone()) {
            return Err(OrgRefusal::CodeTwice);
        }
        self.name(input);
        Ok(())
    }

    /// Looks at a row among others; none while the one above is still to be looked at.
    fn place(&mut self, input: &OrgInput) -> Option<OrgOutcome> {
        let mut input = input.clone();
        let before = self.known.get(&*input.code);
        input.parent = match input.parent.take() {
            None => before.and_then(|before| before.parent.clone()),
            Some(typed) if self.above.contains_key(&typed) => Some(typed),
            Some(typed) if self.waiting.contains(&typed) => return None,
            Some(typed) => match self.names.get(&plain(&typed)) {
                Some(Some(code)) if self.above.contains_key(code) => Some(code.clone()),
                Some(Some(code)) if self.waiting.contains(code) => return None,
                _ => Some(typed),
            },
        };
        if let Err(refusal) = check_place(&input, self.context.kinds, &self.above) {
            self.waiting.remove(&input.code);
            return Some(OrgOutcome::Refused(refusal));
        }
        // What a list does not say stays as it is known.
        if let Some(before) = before {
            input.closed_on = before.closed_on;
            fill(&mut input.contact, &before.contact);
        }
        let outcome = match before {
            None => OrgOutcome::Added,
            Some(before) if *before == input => OrgOutcome::Same,
            Some(_) => OrgOutcome::Changed,
        };
        self.waiting.remove(&input.code);
        self.note(&input);
        if outcome != OrgOutcome::Same {
            self.keep.push(input);
        }
        Some(outcome)
    }
}

fn fill(contact: &mut Contact, known: &Contact) {
    let pairs = [
        (&mut contact.address, &known.address),
        (&mut contact.officer, &known.officer),
        (&mut contact.office, &known.office),
        (&mut contact.phone, &known.phone),
        (&mut contact.email, &known.email),
    ];
    for (now, before) in pairs {
        if now.is_empty() {
            *now = before.clone();
        }
    }
}

/// Reads the rows under the first head of each sheet; none when no sheet has one.
fn read(rows: &[CellRow], context: &ImportContext<'_>) -> Option<Vec<Draft>> {
    let mut drafts = Vec::with_capacity(rows.len());
    let mut head: Option<(u16, HashMap<u16, OrgField>)> = None;
    let mut found = false;
    for row in rows {
        if head.as_ref().is_some_and(|(sheet, _)| *sheet != row.sheet) {
            head = None;
        }
        let columns = head_of(row);
        let input = match (&head, columns) {
            // The same head again, at a page break.
            (_, Some(columns)) => {
                found = true;
                head = Some((row.sheet, columns));
                None
            }
            (None, None) => None,
            (Some((_, columns)), None) => draft(row, columns, context),
        };
        let code = String::new().into();
        drafts.push(Draft { sheet: row.sheet, row: row.row, code, input });
    }
    found.then_some(drafts)
}

/// What the columns of a head hold; none for a row that is no head.
fn head_of(row: &CellRow) -> Option<HashMap<u16, OrgField>> {
    let mut columns: HashMap<u16, OrgField> = HashMap::new();
    for (column, text) in &row.cells {
        let plain = plain(text);
        let known = COLUMNS.iter().find(|(_, spellings)| spellings.contains(&plain.as_str()));
        if let Some((field, _)) = known
            && columns.values().all(|other| other != field)
        {
            columns.insert(*column, *field);
        }
    }
    let has_name = columns.values().any(|field| *field == OrgField::Name);
    let more = columns.len() > 1 || row.cells.len() == 1;
    (has_name && more).then_some(columns)
}

/// One row as what it says; none when it names nothing.
fn draft(
    row: &CellRow,
    columns: &HashMap<u16, OrgField>,
    context: &ImportContext<'_>,
) -> Option<Result<OrgInput, OrgRefusal>> {
    let text = |field: OrgField| {
        let cell = row.cells.iter().find(|(column, _)| columns.get(column) == Some(&field));
        let text = cell.map_or("", |(_, text)| text.trim());
        if matches!(text, "-" | "–" | "0" | "n/a") { "" } else { text }
    };
    let name = text(OrgField::Name);
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '.');
    // The row that numbers the columns, a sum, a remark under the list.
    let first = plain(name);
    if name.is_empty() || is_number(name) || first == "jumlah" || first == "total" {
        return None;
    }
    let defaults = context.defaults;
    let typed = text(OrgField::Kind);
    let kind = match typed {
        "" => defaults.kind.clone().or_else(|| kind_of_name(context.kinds, name)),
        typed => context.kinds.find(typed).map(|kind| kind.key.clone()),
    };
    let Some(kind) = kind else { return Some(Err(OrgRefusal::KindUnknown)) };
    let territory = match text(OrgField::Territory) {
        "" => defaults.territory.or(Some(context.regency)),
        typed => (context.region)(typed),
    };
    let Some(territory) = territory else { return Some(Err(OrgRefusal::TerritoryOutside)) };
    let code = match text(OrgField::Code) {
        "" => code_of(&kind, name),
        typed => typed.into(),
    };
    let parent = match text(OrgField::Parent) {
        "" => defaults.parent.clone().filter(|parent| *parent != code),
        typed => Some(typed.into()),
    };
    Some(Ok(OrgInput {
        code,
        name: name.into(),
        kind,
        parent,
        territory,
        closed_on: None,
        contact: Contact {
            address: text(OrgField::Address).into(),
            officer: text(OrgField::Officer).into(),
            office: text(OrgField::Office).into(),
            phone: text(OrgField::Phone).into(),
            email: text(OrgField::Email).into(),
        },
    }))
}

/// What a name says by its first words: "Klinik Contoh" is a clinic.
fn kind_of_name(kinds: &OrgKinds, name: &str) -> Option<OrgKindKey> {
    kinds.find(name).map(|kind| kind.key.clone())
}

/// A code for a row that has none: the kind and the name, the same each time.
pub fn code_of(kind: &OrgKindKey, name: &str) -> Box<str> {
    let ascii: String = plain(name).chars().filter(|c| c.is_ascii() || *c == ' ').collect();
    let kind = kind.0.replace('_', "-");
    let words: Vec<&str> = ascii.split(' ').filter(|word| !word.is_empty()).collect();
    let name = words.join("-");
    let code = if name.starts_with(&kind) { name } else { format!("{kind}-{name}") };
    code.chars().take(super::CODE_CHARS).collect::<String>().into()
}
