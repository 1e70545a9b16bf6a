//! The briefing pack as PDF: what a month costs and what JKK, JKM and JHT pay, each amount computed
//! by the rules of the day for one tier, with the article behind it. It names nobody.

use base::{Month, Rupiah};
use documents::pdf::{LetterPiece, LetterSheet, letter_pdf};
use documents::workbook::PageWords;
use rules::{Answer, BpuQuery, JhtAccountQuery, JhtDeposit, Payer, Scheme, Schemes, WorkSector};

use crate::claims::gap;
use crate::doors::{EventKind, GuideAsked, PAID_MONTHS_MOST};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation};
use crate::prints::{Printed, unwritable};
use crate::words::{Language, Words};

/// Months for which the savings are shown.
const SAVED_MONTHS: i32 = 12;

/// Everything that the pack says, in pieces.
struct Pack<'a> {
    office: &'a Office,
    words: &'a Words,
    pieces: Vec<LetterPiece>,
}

impl Office {
    /// The briefing pack for a tier, the lowest when none is said, by the rules of today.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `RULE_MISSING`.
    pub fn briefing_pack(&self, actor: &Actor, base: Option<Rupiah>) -> Result<Printed, AppError> {
        self.authorize_somewhere(actor, Operation::ReadOutreach)?;
        let words = Words::of(Language::Indonesian);
        let mut pack = Pack { office: self, words, pieces: Vec::new() };
        let base = pack.write(base)?;
        let title = words.get("outreach-pack-title");
        let page = PageWords {
            footer: title.clone(),
            page: words.get("page-page"),
            of: words.get("page-of"),
            continued: String::new(),
        };
        let sheet = LetterSheet { pieces: pack.pieces, page };
        let bytes = letter_pdf(&sheet, &self.document_info(title)).map_err(unwritable)?;
        Ok(Printed { name: format!("bahan-sosialisasi-{}.pdf", base.0), bytes })
    }
}

impl Pack<'_> {
    /// Writes all of it; the base of the tier that was reckoned with.
    fn write(&mut self, base: Option<Rupiah>) -> Result<Rupiah, AppError> {
        let today = self.office.today();
        let asked = |event| GuideAsked { event, day: today, base, months: PAID_MONTHS_MOST };
        let accident = self.office.guide(&asked(EventKind::Accident))?;
        let death = self.office.guide(&asked(EventKind::Death))?;
        let base = accident.base;
        self.pieces.push(LetterPiece::Title(self.words.get("outreach-pack-title")));
        let about = [("day", today.in_words()), ("base", base.to_string())];
        self.say("outreach-pack-lead", &about);
        self.costs(base, today.month_of())?;
        self.heading("outreach-pack-jkk");
        self.say("outreach-pack-jkk-what", &[]);
        for (name, answer) in &accident.amounts {
            self.amount(&format!("guide-amount-{name}"), answer);
        }
        self.heading("outreach-pack-jkm");
        for (name, answer) in &death.amounts {
            self.amount(&format!("guide-amount-{name}"), answer);
        }
        self.savings(base, today.month_of())?;
        self.heading("outreach-pack-how");
        for key in ["outreach-pack-who", "outreach-pack-register", "outreach-pack-report"] {
            self.say(key, &[]);
        }
        for clock in accident.clocks.iter().chain(&death.clocks) {
            let values = [("until", clock.until.in_words()), ("article", clock.article.clone())];
            self.say(&format!("guide-clock-{}", clock.name), &values);
        }
        self.say("guide-promise", &[]);
        let version = self.office.rulebook.version().to_string();
        let note = self.words.with("rulebook-note", &[("version", &version[..12])]);
        self.pieces.push(LetterPiece::Small(note));
        Ok(base)
    }

    /// What a month costs, scheme by scheme, when people pay for themselves.
    fn costs(&mut self, base: Rupiah, month: Month) -> Result<(), AppError> {
        self.heading("outreach-pack-costs");
        let query = BpuQuery {
            income: base,
            schemes: Schemes::JKK_JKM_JHT,
            month,
            payer: Payer::SelfPaid,
            sector: WorkSector::Other,
        };
        let cost = self.office.rulebook.bpu_contribution(&query).map_err(gap)?;
        let lines: Vec<(String, String)> = cost
            .lines
            .iter()
            .map(|line| {
                let status = self.words.get(&format!("status-{}", line.status.name()));
                let value = format!("{} ({}; {status})", line.rupiah, line.article);
                (line.scheme.name().to_uppercase(), value)
            })
            .collect();
        let total = cost.total;
        self.pieces.push(LetterPiece::Facts { mark: String::new(), rows: lines });
        let sum = format!("{total} ({})", total.in_words());
        self.say("outreach-pack-sum", &[("rupiah", sum)]);
        Ok(())
    }

    /// What a year of savings comes to.
    fn savings(&mut self, base: Rupiah, last: Month) -> Result<(), AppError> {
        self.heading("outreach-pack-jht");
        self.say("outreach-pack-jht-what", &[]);
        let query = BpuQuery {
            income: base,
            schemes: Schemes::EMPTY.with(Scheme::Jht),
            month: last,
            payer: Payer::SelfPaid,
            sector: WorkSector::Other,
        };
        let first = last.plus(1 - SAVED_MONTHS);
        let mut paid_in = Vec::new();
        for month in first.through(last) {
            let asked = BpuQuery { month, ..query };
            let cost = self.office.rulebook.bpu_contribution(&asked).map_err(gap)?;
            paid_in.push(JhtDeposit::on_time(month, cost.total));
        }
        let query = JhtAccountQuery { paid_in, taken: Vec::new(), until: last };
        let account = self.office.rulebook.jht_account(&query).map_err(gap)?;
        self.amount("outreach-pack-saved", &account.answer);
        Ok(())
    }

    fn heading(&mut self, key: &str) {
        self.pieces.push(LetterPiece::Heading(self.words.get(key)));
    }

    fn say(&mut self, key: &str, values: &[(&str, String)]) {
        let values: Vec<(&str, &str)> =
            values.iter().map(|(name, text)| (*name, &**text)).collect();
        let text = self.words.with(key, &values);
        self.pieces.push(LetterPiece::Paragraph { depth: 0, mark: String::new(), text });
    }

    /// An amount in figures, then each of its lines with its article.
    fn amount(&mut self, key: &str, answer: &Answer) {
        let head = format!("{}: {}", self.words.get(key), answer.total);
        let mark = "–".to_owned();
        self.pieces.push(LetterPiece::Paragraph { depth: 0, mark, text: head });
        for line in &answer.lines {
            let name = self.words.get(&format!("law-line-{}", line.key.name()));
            let status = self.words.get(&format!("status-{}", line.status.name()));
            let text = format!("{name}: {} ({}; {status})", line.rupiah, line.article);
            self.pieces.push(LetterPiece::Paragraph { depth: 1, mark: String::new(), text });
        }
    }
}
