//! Papers of a card day: the seats with room to sign, what is packed for each village, the cards in
//! the order of their seats, who did not come, and the minutes of the handover.
//!
//! They name people as their cards do, so that every printing is a line of the audit log. No file
//! is named after anybody.

use base::id::kind;
use base::money::{grouped, in_words};
use base::{Id, RegionCode};
use documents::pdf::{CardLayout, LetterPiece, LetterSheet, letter_pdf, table_pdf};
use documents::workbook::{
    ColumnKind, ExportCell, ExportRow, PageWords, SignatureBlock, TableSheet,
};
use domain::card::CardState;
use domain::card_day::{CardDay, Handover, Tally};
use domain::programme::Programme;
use store::card_days::SeatKept;

use super::{SeatStanding, Standings, current, number_end, standing_of};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::without_nik;
use crate::prints::{Column, Printed, columns, page_words, unwritable};
use crate::words::Words;

/// A paper of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayPaper {
    /// Every seat with room for a signature.
    Seats,
    /// What is packed for each village, and who packed it.
    Packing,
    /// The cards, in the order of the seats.
    Cards,
    /// Who did not fetch their card, a sheet for each village.
    Absent,
}

impl DayPaper {
    /// Every paper, in the order of the day.
    pub const ALL: [DayPaper; 4] =
        [DayPaper::Packing, DayPaper::Cards, DayPaper::Seats, DayPaper::Absent];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            DayPaper::Seats => "seats",
            DayPaper::Packing => "packing",
            DayPaper::Cards => "cards",
            DayPaper::Absent => "absent",
        }
    }

    /// The paper with this stable name.
    pub fn from_name(name: &str) -> Option<DayPaper> {
        DayPaper::ALL.into_iter().find(|paper| paper.name() == name)
    }

    fn file_word(self) -> &'static str {
        match self {
            DayPaper::Seats => "daftar-hadir",
            DayPaper::Packing => "daftar-amplop",
            DayPaper::Cards => "kartu-urut-kursi",
            DayPaper::Absent => "tidak-hadir",
        }
    }

    /// What whoever prints it must be allowed: a village looks for those who did not come.
    fn operation(self) -> Operation {
        match self {
            DayPaper::Absent => Operation::HandOver,
            _ => Operation::Cards,
        }
    }
}

/// What minutes say besides what the register knows.
#[derive(Debug, Clone, Copy)]
pub struct MinutesAsked<'a> {
    /// Their number in the office's book.
    pub number: &'a str,
    /// Who hands over, with their office.
    pub giver: &'a str,
    /// Who receives for the village or district, with their office.
    pub receiver: &'a str,
}

const SEAT_COLUMNS: [Column; 4] = [
    ("card-seat", ColumnKind::Count, 6),
    ("column-name", ColumnKind::Text, 30),
    ("card-day-card", ColumnKind::Text, 10),
    ("card-day-sign", ColumnKind::Text, 34),
];

const PACKING_COLUMNS: [Column; 4] = [
    ("card-village", ColumnKind::Text, 30),
    ("card-day-first", ColumnKind::Count, 10),
    ("card-day-last", ColumnKind::Count, 10),
    ("card-day-envelopes", ColumnKind::Count, 12),
];

const ABSENT_COLUMNS: [Column; 4] = [
    ("card-seat", ColumnKind::Count, 6),
    ("column-name", ColumnKind::Text, 34),
    ("card-day-card", ColumnKind::Text, 10),
    ("card-day-note", ColumnKind::Text, 30),
];

/// Receivers that stand together in the minutes.
const RECEIVERS_TOGETHER: usize = 20;

/// A day as it is printed.
struct Sheet<'a> {
    office: &'a Office,
    words: &'a Words,
    day: CardDay,
    programme: Programme,
    /// The seats with their standing and the telling that counts.
    seats: Vec<(SeatKept, SeatStanding, Option<Handover>)>,
    standings: Standings,
}

impl Office {
    /// A paper of a day as PDF; those of villages are one file each. The asking is kept.
    ///
    /// # Errors
    /// `CARD_DAY_UNKNOWN`, `USER_MAY_NOT`, `CARD_DAY_ALL_CAME` when nobody is absent.
    pub fn card_day_paper(
        &self,
        actor: &Actor,
        id: Id<kind::CardDay>,
        (paper, words): (DayPaper, &Words),
    ) -> Result<Vec<Printed>, AppError> {
        let sheet = self.day_sheet(actor, (id, paper.operation()), words)?;
        let name = |end: &str| format!("{}-{}{end}.pdf", paper.file_word(), sheet.day.day);
        let one = |bytes| vec![Printed { name: name(""), bytes }];
        match paper {
            DayPaper::Seats => sheet.seat_list().map(one),
            DayPaper::Packing => sheet.packing_list().map(one),
            DayPaper::Cards => sheet.cards().map(one),
            DayPaper::Absent => {
                let villages = sheet.absent_lists()?;
                let named = villages.into_iter().map(|(village, bytes)| {
                    let name = name(&format!("-{village}"));
                    Printed { name, bytes }
                });
                let files: Vec<Printed> = named.collect();
                match files.is_empty() {
                    true => Err(AppError::refused("CARD_DAY_ALL_CAME", "")),
                    false => Ok(files),
                }
            }
        }
    }

    /// The minutes of a day as PDF: counts in figures and words, who signs, and who received. The
    /// asking is kept.
    ///
    /// # Errors
    /// `CARD_DAY_UNKNOWN`, `USER_MAY_NOT`, `TEXT_HOLDS_NIK`.
    pub fn card_day_minutes(
        &self,
        actor: &Actor,
        id: Id<kind::CardDay>,
        (asked, words): (&MinutesAsked<'_>, &Words),
    ) -> Result<Printed, AppError> {
        for text in [asked.number, asked.giver, asked.receiver] {
            without_nik(text)?;
        }
        let sheet = self.day_sheet(actor, (id, Operation::Cards), words)?;
        let name = format!("berita-acara-{}.pdf", sheet.day.day);
        Ok(Printed { name, bytes: sheet.minutes(asked)? })
    }

    fn day_sheet<'a>(
        &'a self,
        actor: &Actor,
        (id, operation): (Id<kind::CardDay>, Operation),
        words: &'a Words,
    ) -> Result<Sheet<'a>, AppError> {
        self.store.write(|tx| {
            let day = self.day_for(tx, actor, (id, operation))?;
            let missing = || AppError::not_found("PROGRAMME_UNKNOWN", "");
            let programme = store::programmes::get(tx, day.programme)?.ok_or_else(missing)?;
            let standings = Standings::load(tx, &day)?;
            let mut seats = Vec::new();
            for kept in store::card_days::seats(tx, id)? {
                let target = Target::in_region(kept.seat.village);
                if !self.reaches(actor, operation, &target) {
                    continue;
                }
                let given = standings.given.get(&kept.seat.no);
                let handover = match given {
                    Some((_, handover)) => store::card_days::get(tx, *handover)?,
                    None => None,
                };
                seats.push((kept, standing_of(&day, given), handover));
            }
            self.record(tx, actor, "card-day-printed", "card-day", id.as_bytes())?;
            Ok(Sheet { office: self, words, day, programme, seats, standings })
        })
    }
}

impl Sheet<'_> {
    fn w(&self, key: &str) -> String {
        self.words.get(key)
    }

    fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.words.with(key, values)
    }

    /// The title of a paper, and below it the day.
    fn title(&self, key: &str) -> Vec<String> {
        let day = self.day.day;
        let when = format!("{}, {}", day.weekday(), day.in_words());
        vec![
            self.w(key),
            self.day.name.to_string(),
            format!("{when} · {}", self.day.place),
            self.programme.name.to_string(),
        ]
    }

    fn table(&self, mut table: TableSheet<'_>) -> Result<Vec<u8>, AppError> {
        let info = self.office.document_info(table.title[0].clone());
        table_pdf(&mut table, &info).map_err(unwritable)
    }

    fn empty_table<'r>(
        &self,
        (key, shape): (&str, &[Column]),
        rows: &'r mut dyn Iterator<Item = ExportRow>,
    ) -> TableSheet<'r> {
        TableSheet {
            name: self.w(key),
            title: self.title(key),
            columns: columns(self.words, shape),
            rows,
            totals: Vec::new(),
            notes: Vec::new(),
            signatures: Vec::new(),
            hash_line: None,
            page: page_words(self.words, &self.programme),
            landscape: false,
        }
    }

    /// The rows of seats, each village under its name.
    fn seat_rows<'s>(
        &'s self,
        fits: impl Fn(SeatStanding) -> bool + 's,
    ) -> impl Iterator<Item = ExportRow> + 's {
        let mut group = None;
        let seats = self.seats.iter().filter(move |(_, standing, _)| fits(*standing));
        seats.flat_map(move |(kept, _, _)| {
            let village = kept.seat.village;
            let heading = (group != Some(village)).then(|| {
                group = Some(village);
                ExportRow::Group(self.office.heading(village))
            });
            let card = current(kept);
            let row = ExportRow::Cells(vec![
                ExportCell::Count(kept.seat.no.into()),
                ExportCell::text(card.name.as_str()),
                ExportCell::text(number_end(card)),
                ExportCell::text(match card.state {
                    CardState::Active => String::new(),
                    _ => self.w("card-day-ended"),
                }),
            ]);
            heading.into_iter().chain([row])
        })
    }

    fn seat_list(&self) -> Result<Vec<u8>, AppError> {
        let mut rows = self.seat_rows(|_| true);
        let mut table = self.empty_table(("card-day-seats-paper", &SEAT_COLUMNS), &mut rows);
        table.notes = vec![self.w("card-day-seats-note")];
        self.table(table)
    }

    fn packing_list(&self) -> Result<Vec<u8>, AppError> {
        // Whoever got a seat later sits behind the last village, apart from their neighbours.
        let runs = self.seats.chunk_by(|one, next| one.0.seat.village == next.0.seat.village);
        let mut rows = runs.map(|run| {
            let (first, last) = (run[0].0.seat, run[run.len() - 1].0.seat);
            ExportRow::Cells(vec![
                ExportCell::text(self.office.heading(first.village)),
                ExportCell::Count(first.no.into()),
                ExportCell::Count(last.no.into()),
                ExportCell::Count(run.len() as i64),
            ])
        });
        let mut table = self.empty_table(("card-day-packing-paper", &PACKING_COLUMNS), &mut rows);
        let count = self.seats.len() as u64;
        table.totals = vec![ExportCell::Empty; 3];
        table.totals.push(ExportCell::Count(i64::try_from(count).unwrap_or(i64::MAX)));
        table.notes = vec![self.with("card-day-packing-note", &[("count", &in_full(count))])];
        table.signatures = vec![self.signs("card-day-packed-by", "")];
        self.table(table)
    }

    fn cards(&self) -> Result<Vec<u8>, AppError> {
        let ready = self.seats.iter().map(|(kept, _, _)| (current(kept), kept.seat.no));
        let ready = ready.filter(|(card, _)| card.state == CardState::Active);
        let ready: Vec<_> = ready.map(|(card, no)| (card.id, no)).collect();
        let how = (CardLayout::Sheet, self.words);
        self.office.cards_in_seats(self.programme.clone(), &ready, how)
    }

    /// One list for each village of which somebody did not come.
    fn absent_lists(&self) -> Result<Vec<(RegionCode, Vec<u8>)>, AppError> {
        let still = |standing| matches!(standing, SeatStanding::Waiting | SeatStanding::Absent);
        let missing = self.seats.iter().filter(|(_, standing, _)| still(*standing));
        let mut villages: Vec<RegionCode> = missing.map(|(kept, _, _)| kept.seat.village).collect();
        villages.sort_unstable();
        villages.dedup();
        let mut lists = Vec::new();
        for village in villages {
            let own = |one: &&(SeatKept, SeatStanding, Option<Handover>)| {
                one.0.seat.village == village && still(one.1)
            };
            let count = self.seats.iter().filter(own).count() as u64;
            let mut rows = self.seats.iter().filter(own).map(|(kept, _, _)| {
                let card = current(kept);
                ExportRow::Cells(vec![
                    ExportCell::Count(kept.seat.no.into()),
                    ExportCell::text(card.name.as_str()),
                    ExportCell::text(number_end(card)),
                    ExportCell::Empty,
                ])
            });
            let mut table = self.empty_table(("card-day-absent-paper", &ABSENT_COLUMNS), &mut rows);
            table.title.insert(1, self.office.heading(village));
            table.notes = vec![self.with("card-day-absent-note", &[("count", &in_full(count))])];
            table.signatures = vec![self.signs("card-day-village-head", "")];
            lists.push((village, self.table(table)?));
        }
        Ok(lists)
    }

    fn minutes(&self, asked: &MinutesAsked<'_>) -> Result<Vec<u8>, AppError> {
        let title = self.w("card-day-minutes");
        let mut pieces = vec![LetterPiece::Title(title.clone())];
        if !asked.number.is_empty() {
            let number = [("number", asked.number)];
            pieces.push(LetterPiece::Subtitle(self.with("card-day-minutes-number", &number)));
        }
        let opening = [
            ("day", &*self.day.day.spelled()),
            ("figures", &*self.day.day.in_words()),
            ("place", &*self.day.place),
            ("name", &*self.day.name),
            ("programme", &*self.programme.name),
        ];
        pieces.push(plain(self.with("card-day-minutes-open", &opening)));
        for (mark, key, who) in
            [("1.", "card-day-giver", asked.giver), ("2.", "card-day-receiver", asked.receiver)]
        {
            let who =
                if who.is_empty() { "……………………………………" } else { who };
            let text = self.with(key, &[("who", who)]);
            pieces.push(LetterPiece::Paragraph { depth: 0, mark: mark.to_owned(), text });
        }
        let total = self.total();
        self.counts(&mut pieces, &total);
        self.by_village(&mut pieces);
        pieces.push(plain(self.w("card-day-minutes-close")));
        pieces.push(LetterPiece::Signatures(vec![
            self.signs("card-day-sign-receiver", asked.receiver),
            self.signs("card-day-sign-giver", asked.giver),
        ]));
        self.receivers(&mut pieces);
        let as_of = self.office.clock_words(self.office.now_ms());
        let zone = self.office.zone().name();
        let id = self.day.id.to_string();
        let small = [("id", &*id), ("moment", &*as_of), ("zone", zone)];
        pieces.push(LetterPiece::Small(self.with("card-day-minutes-foot", &small)));
        let page = PageWords {
            footer: title.clone(),
            page: self.w("page-page"),
            of: self.w("page-of"),
            continued: String::new(),
        };
        letter_pdf(&LetterSheet { pieces, page }, &self.office.document_info(title))
            .map_err(unwritable)
    }

    fn total(&self) -> Tally {
        let all = self.standings.tallies();
        all.values().fold(Tally::default(), |sum, tally| sum.plus(tally))
    }

    /// The counts in figures and words; what has to be decided yet is said.
    fn counts(&self, pieces: &mut Vec<LetterPiece>, total: &Tally) {
        let handed = u64::from(total.handed());
        let values = [
            ("handed", in_full(handed)),
            ("seats", in_full(total.seats.into())),
            ("waiting", in_full(total.waiting().into())),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(key, text)| (*key, &**text)).collect();
        pieces.push(plain(self.with("card-day-minutes-counts", &values)));
        let proxies = self.handed().filter(|(_, one)| one.recipient.is_proxy()).count() as u64;
        for (key, count) in [
            ("card-day-minutes-proxies", proxies),
            ("card-day-minutes-elsewhere", total.elsewhere.into()),
            ("card-day-minutes-unseated", total.unseated.into()),
            ("card-day-minutes-conflicts", total.conflicts.into()),
        ] {
            if count > 0 {
                pieces.push(plain(self.with(key, &[("count", &in_full(count))])));
            }
        }
    }

    fn by_village(&self, pieces: &mut Vec<LetterPiece>) {
        pieces.push(LetterPiece::Heading(self.w("card-day-by-village")));
        let row = |(village, tally): (Option<RegionCode>, Tally)| {
            let name = match village {
                Some(village) => self.office.name_of(village),
                None => self.w("card-day-no-seat"),
            };
            let count = |number: u32| grouped(u64::from(number));
            let values = [
                ("handed", count(tally.handed())),
                ("seats", count(tally.seats)),
                ("waiting", count(tally.waiting())),
            ];
            let values: Vec<(&str, &str)> =
                values.iter().map(|(key, text)| (*key, &**text)).collect();
            (name, self.with("card-day-village-counts", &values))
        };
        let rows = self.standings.tallies().into_iter().map(row).collect();
        pieces.push(LetterPiece::Facts { mark: String::new(), rows });
    }

    /// The tellings that count at the day, in the order of the seats.
    fn handed(&self) -> impl Iterator<Item = (&SeatKept, &Handover)> {
        let here = self.seats.iter().filter(|(_, standing, _)| *standing == SeatStanding::Given);
        here.filter_map(|(kept, _, handover)| Some((kept, handover.as_ref()?)))
    }

    fn receivers(&self, pieces: &mut Vec<LetterPiece>) {
        pieces.push(LetterPiece::Heading(self.w("card-day-receivers")));
        let line = |(kept, one): (&SeatKept, &Handover)| {
            let mut name = current(kept).name.as_str().to_owned();
            if one.recipient.is_proxy() {
                let key = format!("card-recipient-{}", one.recipient.name());
                name = self.with("card-day-by-proxy", &[("name", &name), ("who", &self.w(&key))]);
            }
            let proof = self.w(&format!("card-proof-{}", one.proof.name()));
            let (hour, minute) = self.office.zone().clock(one.at_ms);
            let clock = format!("{hour:02}.{minute:02}");
            let seat = self.with("card-day-seat-no", &[("seat", &kept.seat.no.to_string())]);
            (seat, format!("{name} · {proof} · {clock}"))
        };
        let lines: Vec<(String, String)> = self.handed().map(line).collect();
        for rows in lines.chunks(RECEIVERS_TOGETHER) {
            pieces.push(LetterPiece::Facts { mark: String::new(), rows: rows.to_vec() });
        }
    }

    fn signs(&self, key: &str, who: &str) -> SignatureBlock {
        let who =
            if who.is_empty() { "(……………………)".to_owned() } else { who.to_owned() };
        SignatureBlock { above: vec![self.w(key)], below: vec![who] }
    }
}

fn plain(text: String) -> LetterPiece {
    LetterPiece::Paragraph { depth: 0, mark: String::new(), text }
}

/// "952 (sembilan ratus lima puluh dua)".
fn in_full(count: u64) -> String {
    format!("{} ({})", grouped(count), in_words(count))
}
