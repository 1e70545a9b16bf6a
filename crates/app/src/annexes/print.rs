//! An annex on paper and as a spreadsheet: by name by address, numbered, totals in words, and on
//! every page the digest and a square code that say which list the sheet belongs to.

use std::collections::HashMap;

use base::id::kind;
use base::{Id, RegionCode, Rupiah};
use documents::pdf::{PageSeal, sealed_table_pdf, table_pdf};
use documents::workbook::{
    ColumnKind, ExportCell, ExportRow, PageWords, SignatureBlock, TableSheet, table_workbook,
};
use domain::annex::{Annex, Decree, document_id, page_code};
use domain::approval::{ListLine, Proposal};
use domain::occupation::OccupationKey;
use domain::programme::Programme;
use domain::registry::Person;
use store::movements::{MovementHead, MovementItem, Side};

use super::AnnexLines;
use crate::agreements::ties;
use crate::error::AppError;
use crate::exports::{PEOPLE_ALONE_MAX, TakingOut};
use crate::office::{Actor, Office, Operation, Target};
use crate::prints::{Column, Printed, columns, hex, page_words, unwritable};
use crate::words::Words;

const LIST_COLUMNS: [Column; 8] = [
    ("column-number", ColumnKind::Count, 6),
    ("column-nik", ColumnKind::Text, 18),
    ("column-name", ColumnKind::Text, 28),
    ("column-birth", ColumnKind::Date, 12),
    ("column-sex", ColumnKind::Text, 5),
    ("column-address", ColumnKind::Text, 30),
    ("column-occupation", ColumnKind::Text, 20),
    ("column-amount", ColumnKind::Rupiah, 14),
];

const AMENDMENT_COLUMNS: [Column; 8] = [
    ("column-number", ColumnKind::Count, 6),
    ("column-nik", ColumnKind::Text, 18),
    ("column-name", ColumnKind::Text, 26),
    ("column-birth", ColumnKind::Date, 12),
    ("column-address", ColumnKind::Text, 30),
    ("column-occupation", ColumnKind::Text, 18),
    ("column-remark", ColumnKind::Text, 28),
    ("column-amount", ColumnKind::Rupiah, 14),
];

type People = HashMap<Id<kind::Person>, Person>;

/// What a print says besides its rows.
struct Sheet<'a> {
    title: Vec<String>,
    columns: &'a [Column],
    totals: Vec<ExportCell>,
    notes: Vec<String>,
    hash: [u8; 32],
    page: PageWords,
    /// None for a draft, which nobody has approved.
    seal: Option<PageSeal>,
}

impl Office {
    /// The newest list of a programme while it is not approved: a draft of the annex.
    ///
    /// # Errors
    /// `PROPOSAL_UNKNOWN`, and those of `exports` for a list of many.
    pub(super) fn draft_annex(
        &self,
        actor: &Actor,
        code: &str,
        reason: &str,
        words: &Words,
    ) -> Result<Vec<Printed>, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ExportPeople, &Target::in_region(programme.territory))?;
        let (proposal, lines) = self.newest_list(actor, code)?;
        let list = proposal.id.as_bytes();
        match u64::from(proposal.people) {
            people if people > PEOPLE_ALONE_MAX => self.take_out(
                actor,
                &TakingOut {
                    what: "annex-draft",
                    about: format!("{code} {}", &hex(&proposal.list_hash)[..16]),
                    object: ("proposal", *list),
                    people,
                    reason,
                },
            )?,
            _ => {
                self.store.write(|tx| self.record(tx, actor, "annex-printed", "proposal", list))?
            }
        }
        let title = vec![words.get("annex-draft")];
        self.list_files(&programme, &proposal, &lines, (title, None), words)
    }

    /// An annex that is a whole list.
    pub(super) fn print_list(
        &self,
        programme: &Programme,
        (annex, decree): (&Annex, Option<&Decree>),
        proposal: Id<kind::Proposal>,
        words: &Words,
    ) -> Result<Vec<Printed>, AppError> {
        let unknown = || AppError::not_found("PROPOSAL_UNKNOWN", "");
        let (proposal, lines) = self.store.read(|tx| {
            let lines = store::proposals::lines(tx, proposal)?;
            let proposal = store::proposals::get(tx, proposal)?.ok_or_else(unknown)?;
            Ok::<_, AppError>((proposal, lines))
        })?;
        let title = heads(annex, decree, words);
        self.list_files(programme, &proposal, &lines, (title, Some(annex)), words)
    }

    fn list_files(
        &self,
        programme: &Programme,
        proposal: &Proposal,
        lines: &[ListLine],
        (mut title, annex): (Vec<String>, Option<&Annex>),
        words: &Words,
    ) -> Result<Vec<Printed>, AppError> {
        let months = (programme.first, programme.last);
        let (people, agreements) = self.store.read(|tx| {
            let people = store::proposals::people(tx, proposal.id)?;
            Ok::<_, AppError>((people, ties::lines(tx, programme, months, words)?))
        })?;
        let people: People = people.into_iter().map(|person| (person.id, person)).collect();
        let count = base::money::grouped(u64::from(proposal.people));
        let months = format!("{} – {}", programme.first.in_words(), programme.last.in_words());
        let committed = proposal.committed.to_string();
        let summary = [("people", count.as_str()), ("months", &months), ("committed", &committed)];
        let mut totals = vec![ExportCell::Empty; 7];
        totals[2] = ExportCell::text(words.get("annex-total"));
        totals.push(ExportCell::Rupiah(proposal.committed));
        title.push(programme.name.to_string());
        title.extend(agreements);
        title.push(words.with("annex-summary", &summary));
        let sheet = Sheet {
            title,
            columns: &LIST_COLUMNS,
            totals,
            notes: vec![
                words.with("annex-in-words", &[("words", &proposal.committed.in_words())]),
                words.get("annex-note"),
            ],
            hash: proposal.list_hash,
            page: annex_page_words(programme, annex, words),
            seal: annex.map(|annex| seal(programme, annex, words)),
        };
        let rows = || list_rows(self, lines, &people);
        self.files(&file_name(programme, annex), &sheet, &mut rows(), &mut rows(), words)
    }

    /// An annex that says who was removed and who was added.
    pub(super) fn print_amendment(
        &self,
        programme: &Programme,
        (annex, decree): (&Annex, Option<&Decree>),
        lines: &AnnexLines,
        words: &Words,
    ) -> Result<Vec<Printed>, AppError> {
        let (removed, added) = (annex.removed.to_string(), annex.added.to_string());
        let counts = [("removed", removed.as_str()), ("added", &added)];
        let mut totals = vec![ExportCell::Empty; 7];
        totals[2] = ExportCell::text(words.get("annex-total-added"));
        totals.push(ExportCell::Rupiah(annex.bound));
        // From the first month that it changes.
        let first = lines.changes.iter().map(|(change, _)| change.from).min();
        let months = (first.unwrap_or(programme.first), programme.last);
        let agreements = self.store.read(|tx| ties::lines(tx, programme, months, words))?;
        let mut title = heads(annex, decree, words);
        title.push(programme.name.to_string());
        title.extend(agreements);
        title.extend([amends(annex.number, words), words.with("annex-counts", &counts)]);
        let sheet = Sheet {
            title,
            columns: &AMENDMENT_COLUMNS,
            totals,
            notes: vec![
                in_words(words, "annex-freed-in-words", annex.freed),
                in_words(words, "annex-bound-in-words", annex.bound),
                words.get("annex-note"),
            ],
            hash: annex.hash,
            page: annex_page_words(programme, Some(annex), words),
            seal: Some(seal(programme, annex, words)),
        };
        let rows = || amendment_rows(self, lines, words).into_iter();
        self.files(&file_name(programme, Some(annex)), &sheet, &mut rows(), &mut rows(), words)
    }

    /// The spreadsheet and the print of one sheet, from rows told twice.
    fn files(
        &self,
        name: &str,
        sheet: &Sheet<'_>,
        for_xlsx: &mut dyn Iterator<Item = ExportRow>,
        for_pdf: &mut dyn Iterator<Item = ExportRow>,
        words: &Words,
    ) -> Result<Vec<Printed>, AppError> {
        let info = self.document_info(sheet.title[0].clone());
        let xlsx = table_workbook(&mut [sheet.table(for_xlsx, words)], &info);
        let mut table = sheet.table(for_pdf, words);
        let pdf = match &sheet.seal {
            Some(seal) => sealed_table_pdf(&mut table, &info, seal),
            None => table_pdf(&mut table, &info),
        };
        Ok(vec![
            Printed { name: format!("{name}.xlsx"), bytes: xlsx.map_err(unwritable)? },
            Printed { name: format!("{name}.pdf"), bytes: pdf.map_err(unwritable)? },
        ])
    }

    fn occupation_words(&self, key: Option<&OccupationKey>) -> String {
        let words = key.map(|key| match self.occupations.get(key) {
            Some(occupation) => occupation.label.to_string(),
            None => key.0.to_string(),
        });
        words.unwrap_or_default()
    }
}

/// The annex's number, and the decree that it belongs to once that is known.
fn heads(annex: &Annex, decree: Option<&Decree>, words: &Words) -> Vec<String> {
    let number = annex.number.to_string();
    let mut heads = vec![words.with("annex-title", &[("number", &number)])];
    heads.extend(decree.map(|decree| decree_line(decree, words)));
    heads
}

/// A decree by its number and day.
fn decree_line(decree: &Decree, words: &Words) -> String {
    let day = decree.day.in_words();
    words.with("annex-decree-line", &[("number", &decree.number), ("day", &day)])
}

/// Which annexes a change goes on from: all before it, as the newest of them rests on the others.
fn amends(number: u32, words: &Words) -> String {
    let before = number.saturating_sub(1);
    let key = if before > 1 { "annex-amends-all" } else { "annex-amends" };
    words.with(key, &[("before", &before.to_string())])
}

impl Sheet<'_> {
    fn table<'r>(
        &self,
        rows: &'r mut dyn Iterator<Item = ExportRow>,
        words: &Words,
    ) -> TableSheet<'r> {
        TableSheet {
            name: words.get("annex-tab"),
            title: self.title.clone(),
            columns: columns(words, self.columns),
            rows,
            totals: self.totals.clone(),
            notes: self.notes.clone(),
            signatures: vec![SignatureBlock {
                above: vec![words.get("annex-signed-place"), words.get("annex-signed-office")],
                below: vec!["……………………………………".to_owned()],
            }],
            hash_line: Some(words.with("annex-hash", &[("hash", &hex(&self.hash))])),
            page: self.page.clone(),
            landscape: true,
        }
    }
}

fn list_rows<'l>(
    office: &'l Office,
    lines: &'l [ListLine],
    people: &'l People,
) -> impl Iterator<Item = ExportRow> + 'l {
    let mut group = None;
    let mut number = 0;
    lines.iter().flat_map(move |line| {
        number += 1;
        let heading = (group != Some(line.place)).then(|| {
            group = Some(line.place);
            ExportRow::Group(office.heading(line.place))
        });
        let person = people.get(&line.person);
        let row = ExportRow::Cells(vec![
            ExportCell::Count(number),
            ExportCell::text(line.nik.reveal()),
            ExportCell::text(line.name.as_str()),
            birth(person),
            ExportCell::text(person.map_or("", |person| person.sex.letter())),
            address(office, person, line.place),
            ExportCell::text(office.occupation_words(line.occupation.as_ref())),
            ExportCell::Rupiah(line.committed),
        ]);
        heading.into_iter().chain([row])
    })
}

/// Those removed first, then those added; each with the reason and the month.
fn amendment_rows(office: &Office, lines: &AnnexLines, words: &Words) -> Vec<ExportRow> {
    let mut rows = Vec::new();
    for (side, heading) in [(Side::Left, "annex-removed"), (Side::Joined, "annex-added")] {
        let items = lines.changes.iter().flat_map(|(change, items)| {
            let of_side = items.iter().filter(move |item| item.side == side);
            of_side.map(move |item| (change, item))
        });
        for (at, (change, item)) in items.enumerate() {
            if at == 0 {
                rows.push(ExportRow::Group(words.get(heading)));
            }
            let person = lines.people.get(&item.person);
            rows.push(amendment_row(office, at as i64 + 1, (change, item), person, words));
        }
    }
    rows
}

fn amendment_row(
    office: &Office,
    number: i64,
    (change, item): (&MovementHead, &MovementItem),
    person: Option<&Person>,
    words: &Words,
) -> ExportRow {
    let month = item.first.in_words();
    let remark = match item.side {
        Side::Left => {
            let reason = words.get(&format!("leave-{}", change.reason.name()));
            let left = words.with("annex-left", &[("reason", &reason), ("month", &month)]);
            match &change.basis {
                Some(decree) => format!("{left}; {}", decree_line(decree, words)),
                None => left,
            }
        }
        _ => {
            let rank = item.rank.to_string();
            words.with("annex-joined", &[("rank", &rank), ("month", &month)])
        }
    };
    ExportRow::Cells(vec![
        ExportCell::Count(number),
        ExportCell::text(item.nik.reveal()),
        ExportCell::text(item.name.as_str()),
        birth(person),
        address(office, person, item.place),
        ExportCell::text(office.occupation_words(item.occupation.as_ref())),
        ExportCell::text(remark),
        ExportCell::Rupiah(item.rupiah),
    ])
}

fn birth(person: Option<&Person>) -> ExportCell {
    person.map_or(ExportCell::Empty, |person| ExportCell::Day(person.birth))
}

fn address(office: &Office, person: Option<&Person>, place: RegionCode) -> ExportCell {
    let address = person.and_then(|person| person.address.as_deref());
    ExportCell::text(address.map_or_else(|| office.heading(place), str::to_owned))
}

fn in_words(words: &Words, key: &str, amount: Rupiah) -> String {
    words.with(key, &[("amount", &amount.to_string()), ("words", &amount.in_words())])
}

/// The foot of every page says which annex it belongs to; a spreadsheet prints it too.
fn annex_page_words(programme: &Programme, annex: Option<&Annex>, words: &Words) -> PageWords {
    let page = page_words(words, programme);
    let Some(annex) = annex else { return page };
    let (number, hash) = (annex.number.to_string(), hex(&annex.hash));
    let values = [("number", number.as_str()), ("name", &programme.name), ("hash", &hash[..16])];
    PageWords { footer: words.with("annex-foot", &values), ..page }
}

fn seal(programme: &Programme, annex: &Annex, words: &Words) -> PageSeal {
    let document = document_id(programme.id, annex.number);
    let (id, hash) = (document.to_string(), hex(&annex.hash));
    PageSeal {
        code: page_code(document, &annex.hash),
        lines: vec![
            words.with("annex-document", &[("id", &id)]),
            words.with("annex-hash", &[("hash", &hash)]),
        ],
    }
}

/// The first annex goes by the programme alone, as before there were others.
fn file_name(programme: &Programme, annex: Option<&Annex>) -> String {
    match annex {
        Some(annex) if annex.number > 1 => format!("lampiran-{}-{}", programme.code, annex.number),
        _ => format!("lampiran-{}", programme.code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn a_later_annex_names_all_before_it() {
        let words = Words::of(Language::Indonesian);
        let begins = |number, expect: &str| {
            let found: String =
                amends(number, words).chars().filter(|one| one.is_ascii()).collect();
            assert!(found.starts_with(expect), "{found}");
        };
        begins(2, "Mengubah lampiran 1;");
        begins(4, "Mengubah lampiran 1 sampai 3;");
    }
}
