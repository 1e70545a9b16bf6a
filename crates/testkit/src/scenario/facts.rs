//! What a `harapan` block may ask of the register; every fact is counted or added up anew.

use anyhow::{Context, Result, bail};
use app::annexes::Annexes;
use app::board::Board;
use app::duplicates::{PairShown, PairState};
use app::movements::{MovementHead, MovementState, Movements};
use app::office::{Actor, Office, Operation};
use app::overview::{CoverageBy, CoverageQuery};
use app::planner::UniversalPath;
use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use domain::approval::{Proposal, ProposalState};
use domain::enrolment::Outcome;
use domain::payment::{Part, Purpose};
use domain::programme::{Fund, Programme};

use super::{books, bpjs};

/// Before an occupation's key: how many of it are covered.
const WORK: &str = "terlindungi pekerjaan ";

/// The register, ready to be asked.
pub struct Facts<'a> {
    office: &'a Office,
    /// Who asks.
    reader: Actor,
    programme: Programme,
    fund: Fund,
    last_sheet: Option<Id<kind::Sheet>>,
    /// The day as of which duties are looked at.
    board_on: Option<Day>,
    path: Option<&'a UniversalPath>,
}

impl<'a> Facts<'a> {
    /// The same with the path that was planned last.
    pub fn with_path(self, path: Option<&'a UniversalPath>) -> Facts<'a> {
        Facts { path, ..self }
    }

    /// Facts of a programme and of the list received last.
    ///
    /// # Errors
    /// When there is no such programme.
    pub fn new(
        office: &'a Office,
        programme: &str,
        last_sheet: Option<Id<kind::Sheet>>,
    ) -> Result<Facts<'a>> {
        let programme = office.programme(programme)?;
        let fund = office.fund_of(&programme)?;
        let reader = office.actor("operator", Operation::ReadMoney)?;
        Ok(Facts { office, reader, programme, fund, last_sheet, board_on: None, path: None })
    }

    /// The same, with duties as of another day.
    pub fn with_board_on(self, board_on: Option<Day>) -> Facts<'a> {
        Facts { board_on, ..self }
    }

    /// The fact of this name, as it is written in a scenario.
    ///
    /// # Errors
    /// A name that stands for nothing, and whatever the register says.
    pub fn find(&self, name: &str) -> Result<String> {
        if let Some(outcome) = Outcome::from_name(name) {
            return Ok(self.rows(|found| found == outcome)?.to_string());
        }
        Ok(match name {
            "baris" => self.last_rows()?.to_string(),
            "jumlah keputusan" => self.rows(|_| true)?.to_string(),
            "diterima" => self.rows(Outcome::is_accepted)?.to_string(),
            "diusulkan" => self.proposal()?.map_or(0, |list| list.people).to_string(),
            "iuran sebulan" => self.proposal()?.map_or(0, |list| list.monthly.0).to_string(),
            "dana terikat" => self.bound()?.0.to_string(),
            "sisa pagu" => (self.fund.ceiling.0 - self.bound()?.0).to_string(),
            "peserta" => self.memberships()?.to_string(),
            "terlindungi" => self.covered_people()?.to_string(),
            "bulan terlindungi" => self.covered_months()?.to_string(),
            name if name.starts_with(WORK) => self.covered_at(&name[WORK.len()..])?.to_string(),
            "dibayar" => self.paid()?.0.to_string(),
            "kartu" => self.office.cards_count(&self.reader, &self.programme.code)?.to_string(),
            "kartu memuat NIK" => yes(self.a_card_shows_a_nik()?),
            "buku besar seimbang" => yes(self.office.verify_ledger(&self.reader).is_ok()),
            "pasangan menunggu" => self.pairs(PairState::Open)?.len().to_string(),
            "pasangan digabung" => self.pairs(PairState::Same)?.len().to_string(),
            "pasangan sebulan" => {
                let pairs = self.pairs(PairState::Open)?;
                sum(pairs.iter().map(|pair| pair.stake.monthly))?.0.to_string()
            }
            "dibayar dua kali" => self.paid_twice()?.0.to_string(),
            "cakupan sasaran ppm" => self.share()?,
            "organisasi" => self.office.orgs()?.len().to_string(),
            "pagu" => self.fund.ceiling.0.to_string(),
            "daftar tunggu" => self.standing("waiting")?.to_string(),
            "tidak diusulkan" => self.standing("skipped")?.to_string(),
            "gugur" => self.board()?.rescue.fallen.to_string(),
            "iuran gugur" => self.board()?.rescue.freed.0.to_string(),
            "tempat kosong" => self.board()?.rescue.open.to_string(),
            "pengganti" => self.board()?.rescue.next.len().to_string(),
            "iuran pengganti" => self.board()?.rescue.cost.0.to_string(),
            "wajib belum ikut" => {
                let found = self.office.mandated(&self.reader, &self.programme.code)?;
                (found.people.len() + found.lines.len()).to_string()
            }
            "perkiraan sisa" => {
                let file = self.office.fund_file(&self.reader, &self.fund.code)?;
                file.shown.figures.unspent().0.to_string()
            }
            "lampiran" => self.annexes()?.annexes.len().to_string(),
            "orang menurut lampiran" => {
                self.annexes()?.annexes.last().map_or(0, |(.., people)| *people).to_string()
            }
            "keluar" => self.moved(|head| head.left)?.to_string(),
            "masuk" => self.moved(|head| head.joined)?.to_string(),
            "tempat tersedia" => self.movements()?.room.places.to_string(),
            "ditagih terakhir" => self.last_bill()?.to_string(),
            name if name.starts_with("jalan ") => self.of_path(name)?,
            name => match self.of_a_subject(name)? {
                Some(found) => found,
                None => bail!("no fact has this name"),
            },
        })
    }

    /// A fact that a module of its own subject knows.
    fn of_a_subject(&self, name: &str) -> Result<Option<String>> {
        let Facts { office, reader, programme, fund, .. } = self;
        Ok(Some(match name {
            name if super::wall::is_fact(name) => super::wall::fact(office, reader, name)?,
            name if super::bank::is_fact(name) => super::bank::fact(office, reader, fund, name)?,
            name if bpjs::FACTS.contains(&name) => bpjs::fact(office, reader, programme, name)?,
            name if super::bills::is_fact(name) => {
                super::bills::fact(office, reader, programme, name)?
            }
            name if super::claims::is_fact(name) => super::claims::fact(office, reader, name)?,
            name if super::days::is_fact(name) => super::days::fact(office, reader, name)?,
            name if super::jht::is_fact(name) => super::jht::fact(office, reader, name)?,
            name if super::doors::is_fact(name) => super::doors::fact(office, reader, name)?,
            name if super::outreach::is_fact(name) => super::outreach::fact(office, reader, name)?,
            name if super::partners::is_fact(name) => {
                super::partners::fact(office, reader, name, self.board_on)?
            }
            name => return books::fact(office, reader, name),
        }))
    }

    fn annexes(&self) -> Result<Annexes> {
        Ok(self.office.annexes(&self.reader, &self.programme.code)?)
    }

    fn movements(&self) -> Result<Movements> {
        Ok(self.office.movements(&self.reader, &self.programme.code)?)
    }

    /// People of approved changes.
    fn moved(&self, count: impl Fn(&MovementHead) -> u32) -> Result<u32> {
        let heads = self.movements()?.heads;
        let approved = heads.iter().filter(|head| head.state == MovementState::Approved);
        Ok(approved.map(count).sum())
    }

    /// People on the newest bill.
    fn last_bill(&self) -> Result<u32> {
        let bills = self.office.bills(&self.reader)?.into_iter();
        let ours = bills.filter(|bill| bill.programme == self.programme.id);
        Ok(ours.max_by_key(|bill| bill.month).map_or(0, |bill| bill.people))
    }

    /// `jalan orang 2020`, `jalan biaya 2020`, `jalan bagian ppm 2020`, `jalan biaya`.
    fn of_path(&self, name: &str) -> Result<String> {
        let path = self.path.context("no path was planned yet")?;
        let year = name.rsplit(' ').next().and_then(|year| year.parse::<i32>().ok());
        let Some(year) = year else {
            return match name {
                "jalan biaya" => Ok(path.total.0.to_string()),
                _ => bail!("no fact has this name"),
            };
        };
        let found = path.years.iter().find(|one| one.first.year() == year);
        let found = found.context("the path has no such year")?;
        Ok(match name.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ') {
            "jalan orang" => found.people.to_string(),
            "jalan biaya" => found.rupiah.0.to_string(),
            "jalan bagian ppm" => found.share.map_or_else(|| "-".into(), |ppm| ppm.0.to_string()),
            _ => bail!("no fact has this name"),
        })
    }

    fn board(&self) -> Result<Board> {
        Ok(self.office.board(&self.reader, &self.programme.code)?)
    }

    /// People who stand so on the board.
    fn standing(&self, wanted: &str) -> Result<u64> {
        let board = self.board()?;
        let ours = board.standing.iter().filter(|(stands, ..)| *stands == wanted);
        Ok(ours.map(|(.., people)| people).sum())
    }

    /// Rows of people on all lists of the programme with such an outcome.
    fn rows(&self, wanted: impl Fn(Outcome) -> bool) -> Result<u64> {
        let counts = self.office.outcomes()?.into_iter();
        let of_people = counts.filter(|count| count.outcome != Outcome::NotAPerson);
        let ours = of_people.filter(|count| count.programme == self.programme.id);
        Ok(ours.filter(|count| wanted(count.outcome)).map(|count| count.rows).sum())
    }

    /// Rows of people on the list received last.
    fn last_rows(&self) -> Result<usize> {
        let sheet = self.last_sheet.context("no list was received yet")?;
        let rows = self.office.store.read(|tx| store::sheets::rows(tx, sheet))?;
        Ok(rows.iter().filter(|row| row.outcome != Outcome::NotAPerson).count())
    }

    fn pairs(&self, state: PairState) -> Result<Vec<PairShown>> {
        Ok(self.office.duplicates(&self.reader, state, None, 1_000)?)
    }

    /// What was paid for both records of those who are one human.
    fn paid_twice(&self) -> Result<Rupiah> {
        let mut twice = Vec::new();
        for pair in self.pairs(PairState::Same)? {
            let file = self.office.duplicate(&self.reader, pair.id, [None, None])?;
            twice.extend(file.merge.map(|merge| merge.recoverable));
        }
        sum(twice)
    }

    fn proposal(&self) -> Result<Option<Proposal>> {
        match self.office.newest_list(&self.reader, &self.programme.code) {
            Ok((proposal, _)) => Ok(Some(proposal)),
            Err(error) if error.code == "PROPOSAL_UNKNOWN" => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Bound by approved lists, and by the one put forward when it is not approved yet.
    fn bound(&self) -> Result<Rupiah> {
        let approved =
            self.office.store.read(|tx| store::proposals::committed(tx, self.fund.id))?;
        let open = self.proposal()?.filter(|list| list.state == ProposalState::Proposed);
        sum([approved].into_iter().chain(open.map(|list| list.committed)))
    }

    fn memberships(&self) -> Result<usize> {
        let id = self.programme.id;
        Ok(self.office.store.read(|tx| store::memberships::of_programme(tx, id))?.len())
    }

    fn newest_billed(&self) -> Result<Option<Month>> {
        let bills = self.office.bills(&self.reader)?.into_iter();
        Ok(bills.filter(|bill| bill.programme == self.programme.id).map(|bill| bill.month).max())
    }

    /// People covered in the newest billed month.
    fn covered_people(&self) -> Result<u64> {
        let Some(month) = self.newest_billed()? else { return Ok(0) };
        let query = CoverageQuery {
            by: CoverageBy::Desa,
            month: Some(month),
            programme: Some(self.programme.code.to_string()),
        };
        Ok(self.office.coverage(&query)?.covered)
    }

    /// People of an occupation, by its key, covered in the newest billed month.
    fn covered_at(&self, work: &str) -> Result<u64> {
        let query = CoverageQuery {
            by: CoverageBy::Occupation,
            month: self.newest_billed()?,
            programme: Some(self.programme.code.to_string()),
        };
        let table = self.office.coverage(&query)?;
        Ok(table.lines.iter().find(|line| line.key == work).map_or(0, |line| line.covered))
    }

    /// Covered months: one per person, scheme and month.
    fn covered_months(&self) -> Result<usize> {
        let id = self.programme.id;
        Ok(self.office.store.read(|tx| store::covered::of_programme(tx, id))?.len())
    }

    /// Paid by statement lines that found a bill of the programme.
    fn paid(&self) -> Result<Rupiah> {
        let parts = self.office.store.read(store::payments::all_parts)?;
        let bills = self.office.bills(&self.reader)?;
        let ours = |part: &Part| match part.purpose {
            Purpose::Bill(id) => {
                bills.iter().any(|bill| bill.id == id && bill.programme == self.programme.id)
            }
            _ => false,
        };
        let standing = parts.iter().filter(|part| part.stands() && ours(part));
        sum(standing.map(|part| part.amount))
    }

    /// Whether anything printed on a card of the programme holds sixteen digits in a row, whatever
    /// stands between them.
    fn a_card_shows_a_nik(&self) -> Result<bool> {
        let id = self.programme.id;
        let cards = self.office.store.read(|tx| store::cards::of_programme(tx, id))?;
        Ok(cards.iter().any(|card| {
            let occupation = card.occupation.as_deref().unwrap_or("");
            let printed = [card.name.as_str(), &card.village, occupation, &self.programme.name];
            printed.iter().any(|text| digits_in_a_row(text) >= 16)
                || digits_in_a_row(&card.number.plain()) >= 16
        }))
    }

    /// Covered per target in the newest billed month, in parts per million.
    fn share(&self) -> Result<String> {
        let query = CoverageQuery {
            by: CoverageBy::Programme,
            month: self.newest_billed()?,
            programme: Some(self.programme.code.to_string()),
        };
        let table = self.office.coverage(&query)?;
        let share = table.lines.first().and_then(|line| line.share);
        Ok(share.map_or_else(|| "-".to_owned(), |share| share.0.to_string()))
    }
}

fn sum(amounts: impl IntoIterator<Item = Rupiah>) -> Result<Rupiah> {
    Rupiah::sum(amounts).ok().context("more money than there is")
}

fn yes(holds: bool) -> String {
    if holds { "ya" } else { "tidak" }.to_owned()
}

/// The longest run of digits, with spaces, dots and hyphens passed over.
fn digits_in_a_row(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')) {
        run = if c.is_ascii_digit() { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
