//! An answer on paper, for whoever audits: who was covered on a day by what was known on a day,
//! with everything behind it, masked; a digest on every page.

use base::money::grouped;
use base::{Day, Rupiah};
use documents::pdf::{PageSeal, sealed_table_pdf};
use documents::workbook::{
    ColumnKind, ExportCell, ExportRow, PageWords, SignatureBlock, TableSheet,
};

use super::evidence::{CoverEvidence, LogSeen};
use super::known::{
    CoverAsked, CoverFile, CoverList, CoverMoment, CoverScope, CoverState, CoverWhy, SchemeCover,
};
use crate::environment::day_of_moment;
use crate::error::AppError;
use crate::office::{Actor, Office};
use crate::prints::{Column, Printed, columns, hex, unwritable};
use crate::words::Words;

const ONE_COLUMNS: [Column; 2] =
    [("cover-paper-what", ColumnKind::Text, 24), ("cover-paper-is", ColumnKind::Text, 66)];

const LIST_COLUMNS: [Column; 6] = [
    ("column-number", ColumnKind::Count, 6),
    ("column-name", ColumnKind::Text, 12),
    ("column-nik", ColumnKind::Text, 18),
    ("people-village", ColumnKind::Text, 18),
    ("web-programme", ColumnKind::Text, 14),
    ("cover-answer", ColumnKind::Text, 54),
];

impl Office {
    /// What [`Office::cover_on`] answers, as PDF on A4.
    ///
    /// # Errors
    /// Those of [`Office::cover_on`].
    pub fn cover_paper(
        &self,
        actor: &Actor,
        id: base::Id<base::id::kind::Person>,
        asked: CoverAsked,
        words: &Words,
    ) -> Result<Printed, AppError> {
        let file = self.cover_on(actor, id, asked)?;
        let mut rows = one_rows(self, &file, words).into_iter();
        let moment = &file.moment;
        let subtitle = vec![self.place_name(), moment_words(moment, words)];
        let paper = Paper { office: self, words, log: &file.log, hash: hex(&file.hash) };
        let bytes = paper.written(&ONE_COLUMNS, &mut rows, (subtitle, one_notes(&file, words)))?;
        // Made of identifiers and days: no file is named after anybody.
        let name = format!("perlindungan-{}-{}-{}.pdf", file.person.id, moment.on, moment.known_at);
        Ok(Printed { name, bytes })
    }

    /// The whole of what [`Office::cover_list`] answers, as PDF on A4.
    ///
    /// # Errors
    /// Those of [`Office::cover_list`].
    pub fn cover_list_paper(
        &self,
        actor: &Actor,
        scope: &CoverScope<'_>,
        words: &Words,
    ) -> Result<Printed, AppError> {
        let whole = CoverScope { after: None, most: usize::MAX, ..*scope };
        let list = self.cover_list(actor, &whole)?;
        let mut rows = list.rows.iter().zip(1_i64..).map(|(row, number)| {
            ExportRow::Cells(vec![
                ExportCell::Count(number),
                ExportCell::text(&*row.person.name),
                ExportCell::text(&*row.person.nik),
                ExportCell::text(self.place_words(row.person.place)),
                ExportCell::text(row.programmes.join(", ")),
                ExportCell::text(row_words(&row.schemes, words)),
            ])
        });
        let moment = &list.moment;
        let named = list.programme.as_ref().map(|(_, name)| name.to_string());
        let mut subtitle = vec![self.place_name()];
        subtitle.extend(named);
        subtitle.push(moment_words(moment, words));
        subtitle.push(counts_words(&list, words));
        let paper = Paper { office: self, words, log: &list.log, hash: hex(&list.hash) };
        let bytes = paper.written(&LIST_COLUMNS, &mut rows, (subtitle, list_notes(words)))?;
        let code = list.programme.as_ref().map_or("kabupaten", |(code, _)| code);
        let name = format!("perlindungan-{code}-{}-{}.pdf", moment.on, moment.known_at);
        Ok(Printed { name, bytes })
    }
}

/// "Keadaan pada 14 Februari 2023, menurut yang diketahui sampai 28 Februari 2023".
pub fn moment_words(moment: &CoverMoment, words: &Words) -> String {
    let (on, known) = (moment.on.in_words(), moment.known_at.in_words());
    words.with("cover-moment", &[("on", &on), ("known", &known)])
}

/// The state and its reason, in a sentence.
pub fn why_words(why: &CoverWhy, words: &Words) -> String {
    let key = format!("cover-why-{}", why.name().to_lowercase().replace('_', "-"));
    match why {
        CoverWhy::Died { on } => words.with(&key, &[("day", &on.in_words())]),
        CoverWhy::NotBegun { first } => words.with(&key, &[("month", &first.in_words())]),
        CoverWhy::Ended { last } => words.with(&key, &[("month", &last.in_words())]),
        CoverWhy::Arrears { months } => words.with(&key, &[("months", &months.to_string())]),
        CoverWhy::Lapsed { paid_until } => words.with(&key, &[("month", &paid_until.in_words())]),
        CoverWhy::Paid
        | CoverWhy::NoMembership
        | CoverWhy::Unpaid
        | CoverWhy::NotDue
        | CoverWhy::EmployerOwes => words.get(&key),
    }
}

/// "terlindungi".
pub fn state_words(state: CoverState, words: &Words) -> String {
    words.get(&format!("cover-state-{}", state.name()))
}

fn row_words(schemes: &[(super::known::Scheme, CoverWhy)], words: &Words) -> String {
    let each = schemes.iter().map(|(scheme, why)| {
        let (scheme, state) = (scheme.name().to_uppercase(), state_words(why.state(), words));
        format!("{scheme}: {state}, {}", why_words(why, words))
    });
    let mut each: Vec<String> = each.collect();
    let same = |one: &String| one.split_once(": ").map(|(_, rest)| rest.to_owned());
    if each.len() > 1 && each.iter().all(|one| same(one) == same(&each[0])) {
        let names = schemes.iter().map(|(scheme, _)| scheme.name().to_uppercase());
        let names = names.collect::<Vec<_>>().join(", ");
        each = vec![format!("{names}: {}", same(&each[0]).unwrap_or_default())];
    }
    each.join("; ")
}

fn moment_text(at_ms: i64) -> String {
    day_of_moment(at_ms.unsigned_abs()).in_words()
}

/// The two names behind a step, or the one.
fn by_words(maker: &str, checker: &str, words: &Words) -> String {
    match (maker.is_empty(), checker.is_empty()) {
        (true, true) => words.get("cover-by-nobody"),
        (false, true) => words.with("cover-by-one", &[("maker", maker)]),
        _ => words.with("cover-by-two", &[("maker", maker), ("checker", checker)]),
    }
}

fn fact(words: &Words, key: &str, value: String) -> (String, String) {
    (words.get(&format!("cover-fact-{key}")), value)
}

/// What stands behind a month, name by name.
pub fn evidence_facts(seen: &CoverEvidence, words: &Words) -> Vec<(String, String)> {
    let cover = &seen.known.cover;
    let mut facts = vec![
        fact(words, "month", cover.month.in_words()),
        fact(words, "known-since", moment_text(seen.known.from_ms)),
        fact(words, "programme", format!("{} ({})", seen.programme.1, seen.programme.0)),
        fact(words, "membership", seen.membership.to_string()),
    ];
    for step in &seen.annexes {
        let number = step.number.map_or(words.get("cover-annex-open"), |n| n.to_string());
        let values = [
            ("number", number.as_str()),
            ("hash", &hex(&step.hash)[..16]),
            ("by", &by_words(&step.maker, &step.checker, words)),
            ("day", &moment_text(step.approved_at_ms)),
        ];
        let value = words.with(&format!("cover-annex-{}", step.kind), &values);
        facts.push(fact(words, "annex", value));
    }
    facts.extend(bill_facts(seen, words));
    for payment in &seen.payments {
        let (day, amount) = (payment.day.in_words(), payment.rupiah.to_string());
        let how = words.get(&format!("cover-matched-{}", payment.matched_by));
        let values =
            [("account", &*payment.account), ("day", &day), ("amount", &amount), ("how", &how)];
        facts.push(fact(words, "payment", words.with("cover-payment", &values)));
        facts.push(fact(words, "line", payment.line.to_string()));
        if let Some(notice) = &payment.notice {
            let id = notice.id.to_string();
            let values = [("partner", &*notice.partner), ("number", &*notice.payment_request)];
            facts.push(fact(words, "notice", words.with("cover-notice", &values)));
            facts.push(fact(words, "notice-id", id));
        }
        if let Some(at_ms) = payment.released_at_ms {
            facts.push(fact(words, "released", moment_text(at_ms)));
        }
    }
    for (number, amount, day) in &seen.receipts {
        let (amount, day) = (amount.to_string(), day.in_words());
        let values = [("number", &**number), ("amount", &amount), ("day", &day)];
        facts.push(fact(words, "receipt", words.with("cover-receipt", &values)));
    }
    if seen.receipts.is_empty() {
        facts.push(fact(words, "receipt", words.get("cover-receipt-none")));
    }
    for line in &seen.audit {
        let (leaf, day) = (line.leaf.to_string(), moment_text(line.at_ms));
        let act = words.get(&format!("act-{}", line.act));
        let values =
            [("leaf", leaf.as_str()), ("act", act.as_str()), ("by", &*line.by), ("day", &day)];
        facts.push(fact(words, "audit", words.with("cover-audit-line", &values)));
    }
    facts
}

fn bill_facts(seen: &CoverEvidence, words: &Words) -> Vec<(String, String)> {
    let (bill, entry) = (&seen.bill, &seen.entry);
    let revision = bill.revision.to_string();
    let values = [("reference", bill.reference.as_str()), ("revision", &revision)];
    let mut facts = vec![fact(words, "bill", words.with("cover-bill", &values))];
    if let Some((on, due, maker, checker)) = &bill.issued {
        let (on, due) = (on.in_words(), due.in_words());
        let by = by_words(maker, checker, words);
        let values = [("day", on.as_str()), ("due", &due), ("by", &by)];
        facts.push(fact(words, "issued", words.with("cover-issued", &values)));
    }
    facts.push(fact(words, "amount", amount_words(entry.rupiah)));
    if let Some((rule, article)) = &bill.rule {
        facts.push(fact(words, "rule", format!("{article} ({rule})")));
    }
    let day = entry.day.in_words();
    let by = by_words(&entry.maker, &entry.checker, words);
    facts.push(fact(words, "entry", words.with("cover-entry", &[("day", &day), ("by", &by)])));
    facts.push(fact(words, "transfer", entry.transfer.to_string()));
    facts.extend(entry.promise.map(|id| fact(words, "promise", id.to_string())));
    if !entry.rulebook.is_empty() {
        facts.push(fact(words, "rulebook", entry.rulebook[..16].to_owned()));
    }
    facts
}

fn amount_words(amount: Rupiah) -> String {
    format!("{amount} ({})", amount.in_words())
}

/// What became known of the month afterwards, in sentences.
pub fn other_words(cover: &SchemeCover, moment: &CoverMoment, words: &Words) -> Vec<String> {
    let each = cover.others.iter().map(|one| {
        let from = moment_text(one.from_ms);
        let month = one.cover.month.in_words();
        match one.ended {
            Some((ended_ms, why)) if ended_ms <= moment.known_at_ms => {
                let until = moment_text(ended_ms);
                let why = words.get(&format!("cover-ended-{}", why.name()));
                let values =
                    [("month", month.as_str()), ("from", &from), ("until", &until), ("why", &why)];
                words.with("cover-other-ended", &values)
            }
            _ => words.with("cover-other-later", &[("month", &month), ("from", &from)]),
        }
    });
    each.collect()
}

fn one_rows(office: &Office, file: &CoverFile, words: &Words) -> Vec<ExportRow> {
    let cells = |(name, value): (String, String)| {
        ExportRow::Cells(vec![ExportCell::Text(name), ExportCell::Text(value)])
    };
    let person = &file.person;
    let mut rows = vec![ExportRow::Group(words.get("cover-paper-who"))];
    rows.extend(
        [
            (words.get("column-name"), person.name.clone()),
            (words.get("column-nik"), person.nik.clone()),
            (words.get("people-village"), office.place_words(person.place)),
            fact(words, "person", person.id.to_string()),
        ]
        .map(cells),
    );
    for (known, programme) in &file.memberships {
        let (first, last) = (known.membership.first.in_words(), known.membership.last.in_words());
        let values = [("programme", &*programme.name), ("first", &first), ("last", &last)];
        let value = words.with("people-membership", &values);
        rows.push(cells(fact(words, "membership", value)));
    }
    for cover in &file.schemes {
        let (scheme, state) = (cover.scheme.name().to_uppercase(), cover.state());
        let values = [("scheme", scheme.as_str()), ("state", &state_words(state, words))];
        rows.push(ExportRow::Group(words.with("cover-paper-scheme", &values)));
        rows.extend(scheme_facts(cover, &file.moment, words).into_iter().map(cells));
        let facts = cover.evidence.iter().flat_map(|seen| evidence_facts(seen, words));
        rows.extend(facts.map(cells));
    }
    rows
}

/// Why a scheme is covered or not, by which rule, and what became known later.
pub fn scheme_facts(
    cover: &SchemeCover,
    moment: &CoverMoment,
    words: &Words,
) -> Vec<(String, String)> {
    let mut facts = vec![fact(words, "why", why_words(&cover.why, words))];
    let cited = |rule: &super::known::RuleCited| {
        let status = words.get(&format!("status-{}", rule.status.name()));
        format!("{} ({status})", rule.article)
    };
    facts.extend(cover.rule.as_ref().map(|rule| fact(words, "rule", cited(rule))));
    facts.extend(cover.doubted_by.as_ref().map(|rule| fact(words, "doubt", cited(rule))));
    let others = other_words(cover, moment, words);
    facts.extend(others.into_iter().map(|other| fact(words, "later", other)));
    if cover.evidence.is_none() {
        facts.push(fact(words, "month", words.get("cover-nothing-paid")));
    }
    facts
}

fn one_notes(file: &CoverFile, words: &Words) -> Vec<String> {
    let mut notes = vec![words.get("cover-paper-meaning")];
    notes.extend(death_words(file, words));
    notes.push(words.get("cover-paper-masked"));
    notes
}

/// What the lists of the dead say of somebody, in sentences.
pub fn death_words(file: &CoverFile, words: &Words) -> Vec<String> {
    let died = file.died.map(|day| words.with("cover-paper-died", &[("day", &day.in_words())]));
    let other = file.other_name.then(|| words.get("cover-paper-other-name"));
    died.into_iter().chain(other).collect()
}

fn list_notes(words: &Words) -> Vec<String> {
    vec![words.get("cover-paper-meaning"), words.get("cover-paper-masked")]
}

/// "120 orang: terlindungi 100, …".
pub fn counts_words(list: &CoverList, words: &Words) -> String {
    let states = CoverState::ALL.into_iter().map(|state| {
        let count = list.counts.by_state.get(&state).copied().unwrap_or_default();
        format!("{} {}", state_words(state, words), grouped(count))
    });
    let states = states.collect::<Vec<_>>().join(", ");
    let people = grouped(list.counts.people);
    words.with("cover-counts", &[("people", &people), ("states", &states)])
}

/// What every answer on paper shares.
struct Paper<'a> {
    office: &'a Office,
    words: &'a Words,
    log: &'a LogSeen,
    hash: String,
}

impl Paper<'_> {
    fn written(
        &self,
        heads: &[Column],
        rows: &mut dyn Iterator<Item = ExportRow>,
        (subtitle, notes): (Vec<String>, Vec<String>),
    ) -> Result<Vec<u8>, AppError> {
        let words = self.words;
        let title = words.get("cover-paper-title");
        let mut lines = vec![title.clone()];
        lines.extend(subtitle);
        let mut notes = notes;
        notes.extend(self.log_notes());
        let mut table = TableSheet {
            name: title.clone(),
            title: lines,
            columns: columns(words, heads),
            rows,
            totals: Vec::new(),
            notes,
            signatures: ["auditor", "office"].map(|who| self.signature(who)).to_vec(),
            hash_line: Some(words.with("bill-paper-hash", &[("hash", &self.hash)])),
            page: PageWords {
                footer: words.with("cover-paper-foot", &[("hash", &self.hash[..16])]),
                page: words.get("page-page"),
                of: words.get("page-of"),
                continued: words.get("page-continued"),
            },
            landscape: false,
        };
        let root = hex(&self.log.root);
        let seal = PageSeal {
            code: format!("PAYUNG:PERLINDUNGAN:{}", self.hash.to_uppercase()),
            lines: vec![
                words.with("bill-paper-hash", &[("hash", &self.hash)]),
                words.with("cover-paper-root", &[("root", &root)]),
            ],
        };
        let info = self.office.document_info(title);
        sealed_table_pdf(&mut table, &info, &seal).map_err(unwritable)
    }

    fn log_notes(&self) -> Vec<String> {
        let (words, log) = (self.words, self.log);
        let (size, root) = (grouped(log.size), hex(&log.root));
        let values = [("size", size.as_str()), ("root", &root)];
        let mut notes = vec![words.with("cover-paper-log", &values)];
        notes.push(match &log.checkpoint {
            Some((size, root, made_at_ms)) => {
                let (size, root) = (grouped(*size), hex(root));
                let day = moment_text(*made_at_ms);
                let values = [("size", size.as_str()), ("root", &root), ("day", &day)];
                words.with("cover-paper-checkpoint", &values)
            }
            None => words.get("cover-paper-no-checkpoint"),
        });
        notes.push(self.made_on(self.office.today()));
        notes
    }

    fn made_on(&self, today: Day) -> String {
        self.words.with("cover-paper-made", &[("day", &today.in_words())])
    }

    fn signature(&self, who: &str) -> SignatureBlock {
        let words = self.words;
        SignatureBlock {
            above: vec![words.get("annex-signed-place"), words.get(&format!("cover-signed-{who}"))],
            below: vec!["……………………………………".to_owned(), words.get("bill-signed-nip")],
        }
    }
}
