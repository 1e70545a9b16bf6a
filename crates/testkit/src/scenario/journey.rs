//! The blocks of a scenario, each run as the use case that an office would call.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use app::duplicates::{Judgement, PairState, PairVerdict};
use app::funds::Revised;
use app::intake::{Receipt, Received};
use app::movements::{LeaveReason, MovementAsked};
use app::office::{Office, Operation, Role};
use app::planner::{BaseTyped, PathTyped, UniversalPath};
use app::references::ReferenceReceived;
use app::tasks::{State, Task, Verdict};
use base::id::kind;
use base::{Day, Id, Month, Nik, RegionCode, Rupiah};
use domain::occupation::OccupationKey;
use domain::payment::bill_reference;
use domain::priority::Priority;
use domain::programme::{Facilities, GroupTerms, Mandate, Programme, Terms};
use domain::reference::ReferenceKind;
use rules::{FundKind, Schemes};

use super::Expectations;
use super::bank;
use super::bills;
use super::block::Block;
use super::books;
use super::bpjs;
use super::claims;
use super::days;
use super::doors;
use super::facts::Facts;
use super::jht;
use super::outreach;
use super::partners;
use super::regions;
use super::wall;
use crate::invented::{Invented, invented_rows};
use crate::sheets;

pub(super) const OPERATOR: &str = "operator";
pub(super) const TREASURER: &str = "citra";
/// Those who look at large lists.
pub(super) const CHECKERS: [&str; 2] = ["wulan", "wira"];

/// A scenario under way.
pub struct Journey<'a> {
    pub(super) office: &'a Office,
    pub(super) folder: &'a Path,
    /// The programme that the blocks are about, by code.
    pub(super) programme: String,
    /// The list received last.
    last_sheet: Option<Id<kind::Sheet>>,
    lists: u32,
    pub(super) replies: u32,
    invented: u64,
    /// The day as of which duties are looked at; today when none.
    board_on: Option<Day>,
    /// The path planned last.
    last_path: Option<UniversalPath>,
}

impl<'a> Journey<'a> {
    /// At the beginning; files of the scenario are written into `folder`.
    pub fn new(office: &'a Office, folder: &'a Path) -> Journey<'a> {
        let programme = String::new();
        Journey {
            office,
            folder,
            programme,
            last_sheet: None,
            lists: 0,
            replies: 0,
            invented: 0,
            board_on: None,
            last_path: None,
        }
    }

    /// Runs the blocks in order.
    ///
    /// # Errors
    /// The first block that cannot be run or whose expectations do not hold.
    pub fn run(&mut self, blocks: &[Block], expectations: Expectations) -> Result<()> {
        for block in blocks {
            let done = match block.name.as_str() {
                "program" => self.programme(block),
                "pagu" => self.ceiling(block),
                "aturan" => self.rule(block),
                "rujukan" => self.reference(block),
                "daftar" => self.list(block),
                "usul" => self.propose(block),
                "setuju" => self.approve(block),
                "tagih" => self.bill(block),
                "tagihan" => bills::bill(self, block),
                "daerah-lain" => regions::other(self, block),
                "kredit" => bills::credit(self, block),
                "klaim" => claims::claim(self, block),
                "beasiswa" => claims::scholarship(self, block),
                "saldo-bpjs" => jht::stated(self, block),
                "lapor" => doors::tell(self, block),
                "agen" => outreach::agents(self, block),
                "acara" => outreach::event(self, block),
                "hadir" => outreach::attendance(self, block),
                "peminat" => outreach::lead(self, block),
                "hari-kartu" => days::make(self, block),
                "serah" => days::tell(self, block),
                "kartu-ulang" => days::reprint(self, block),
                "putuskan" => days::decide(self, block),
                "hari-tutup" => days::close(self, block),
                "terbit" => self.issue_alone(block),
                "koran" | "cocokkan" | "uang" | "kuitansi" => self.at_the_bank(block),
                "kartu" => self.cards(block),
                "ganda" => self.duplicates(block),
                "organisasi" => self.organisations(block),
                "perjanjian" => partners::agreement(self.office, block),
                "kewajiban" => self.duty(block),
                "perubahan" => self.movement(block),
                "lampiran" => self.annex(block),
                "jalan" => self.path(block),
                "pembanding" => wall::basis(self, block),
                "sasaran-cakupan" => wall::target(self, block),
                "npp" => bpjs::employer(self, block),
                "kirim" => bpjs::send(self, block),
                "balasan" => bpjs::reply(self, block),
                "jawab" => bpjs::answer(self),
                "perbaiki" => bpjs::mend(self, block),
                "jurnal" => books::entry(self, block),
                "balik" => books::reversal(self, block),
                "kalender" => books::calendar(self, block),
                "tutup" => books::close(self, block),
                _ if expectations == Expectations::PassedOver => Ok(()),
                _ => self.expect(block),
            };
            done.with_context(|| format!("{}: `{}`", block.start(), block.name))?;
        }
        Ok(())
    }

    fn programme(&mut self, block: &Block) -> Result<()> {
        let actor = self.office.actor(OPERATOR, Operation::SetUp)?;
        let [fund, kind, ceiling] = block.parts("dana")?;
        let kind = FundKind::from_name(kind).with_context(|| block.at("dana", "kind"))?;
        let ceiling = Rupiah::parse(ceiling).with_context(|| block.at("dana", "ceiling"))?;
        let fund = self.office.add_fund(&actor, fund, kind, ceiling)?;
        let (first, last) = block.months("bulan")?;
        let schemes = Schemes::parse(block.value("skema")?);
        let target = block.get("sasaran").map(str::parse).transpose()?;
        self.office.add_programme(
            &actor,
            &Programme {
                id: self.office.environment.new_id(),
                code: block.value("kode")?.into(),
                name: block.value("nama")?.into(),
                territory: self.office.store.tenant(),
                fund: fund.id,
                schemes: schemes.with_context(|| block.at("skema", "unknown"))?,
                first,
                last,
                occupations: self.occupations(block)?,
                default_occupation: None,
                income: Rupiah::ZERO,
                refuse_insured: true,
                target,
                terms: terms(block)?,
            },
        )?;
        self.programme = block.value("kode")?.to_owned();
        Ok(())
    }

    /// Another ceiling for the programme's fund, put forward by one and approved by another.
    fn ceiling(&self, block: &Block) -> Result<()> {
        let programme = self.office.programme(&self.programme)?;
        let fund = self.office.fund_of(&programme)?;
        let maker = self.user(block.value("oleh")?, Role::Officer, Operation::SetUp)?;
        let ceiling = Rupiah::parse(block.value("menjadi")?);
        let asked = Revised {
            ceiling: ceiling.with_context(|| block.at("menjadi", "is no amount"))?,
            basis: block.value("dasar")?,
            effective: programme.first.first_day(),
            reason: block.value("alasan")?,
        };
        let shown = self.office.propose_revision(&maker, &fund.code, &asked)?;
        if shown.state == State::Open {
            let checker = self.user(block.value("setuju")?, Role::Approver, Operation::Approve)?;
            let verdict = Verdict::Approve(shown.revision.hash());
            self.office.decide_task(&checker, shown.task(), &verdict)?;
        }
        Ok(())
    }

    /// Which of two programmes gets a person.
    fn rule(&self, block: &Block) -> Result<()> {
        let actor = self.office.actor(OPERATOR, Operation::Settings)?;
        Ok(self.office.set_overlap_rule(&actor, block.value("dua program")?)?)
    }

    fn occupations(&self, block: &Block) -> Result<Vec<OccupationKey>> {
        let names = block.get("pekerjaan").unwrap_or("").split(',').map(str::trim);
        let keys = names.filter(|name| !name.is_empty()).map(|name| OccupationKey(name.into()));
        let keys: Vec<OccupationKey> = keys.collect();
        match keys.iter().all(|key| self.office.occupations.get(key).is_some()) {
            true => Ok(keys),
            false => bail!(block.at("pekerjaan", "unknown")),
        }
    }

    fn reference(&mut self, block: &Block) -> Result<()> {
        let actor = self.office.actor(OPERATOR, Operation::SetUp)?;
        let kind = ReferenceKind::from_name(block.value("jenis")?);
        let kind = kind.with_context(|| block.at("jenis", "unknown"))?;
        let as_of = Day::parse_iso(block.value("per")?);
        let as_of = as_of.with_context(|| block.at("per", "is no day"))?;
        let path = self.folder.join(format!("rujukan-{}-{as_of}.csv", kind.name()));
        std::fs::write(&path, block.table.as_deref().context("a reference list has a table")?)?;
        let received = ReferenceReceived { path: &path, kind, as_of, complete: false };
        let receipt = self.office.take_reference(&actor, &received)?;
        let receipt = receipt.map_err(|refusal| anyhow!("refused: {}", refusal.code))?;
        match receipt.without_nik {
            0 => Ok(()),
            lines => bail!("{lines} lines have no NIK"),
        }
    }

    fn list(&mut self, block: &Block) -> Result<()> {
        let (org, territory) = self.sender(block)?;
        self.lists += 1;
        let path = match &block.table {
            Some(table) => {
                let path = self.folder.join(format!("daftar-{}.csv", self.lists));
                std::fs::write(&path, table)?;
                path
            }
            None => {
                let rows = self.invented_rows(block, territory)?;
                let (ending, bytes) = match self.lists % 2 {
                    0 => ("xlsx", sheets::xlsx(&rows)),
                    _ => ("csv", sheets::csv(&rows)),
                };
                let path = self.folder.join(format!("daftar-{}.{ending}", self.lists));
                std::fs::write(&path, bytes)?;
                path
            }
        };
        let received = Received {
            path,
            programme: self.programme.clone(),
            org,
            only_sheet: None,
            confirmed: Vec::new(),
            dry_run: false,
        };
        let actor = self.office.actor(OPERATOR, Operation::TakeIn)?;
        self.last_sheet = match self.office.receive(&actor, &received)? {
            Receipt::Decided(report) | Receipt::AlreadyReceived(report) => report.sheet,
            Receipt::Waits(_, task) => self.approve_list(&task)?,
            Receipt::Refused(refusal) => bail!("the file is refused: {}", refusal.code),
        };
        Ok(())
    }

    /// A list of so many people that others must have seen it: they have.
    fn approve_list(&self, task: &Task) -> Result<Option<Id<kind::Sheet>>> {
        for name in &CHECKERS[..usize::from(task.approvers)] {
            let checker = self.user(name, Role::Approver, Operation::Approve)?;
            self.office.decide_task(&checker, task.id, &Verdict::Approve(task.hash))?;
        }
        let operator = self.office.actor(OPERATOR, Operation::ReadSheets)?;
        let finished = self.office.finish_import(&self.office.task(&operator, task.id)?)?;
        let report = finished.context("an approved list is taken in")?;
        Ok(report.sheet)
    }

    /// `dari: code, name, territory` makes an office; `dari: code` names one made before.
    fn sender(&self, block: &Block) -> Result<(String, RegionCode)> {
        let from = block.value("dari")?;
        if !from.contains(',') {
            let org = self.office.org(from)?;
            return Ok((org.code.into(), org.territory));
        }
        let [code, name, territory] = block.parts("dari")?;
        let territory = RegionCode::parse(territory);
        let territory = territory.with_context(|| block.at("dari", "territory"))?;
        let actor = self.office.actor(OPERATOR, Operation::SetUp)?;
        let org = self.office.add_org(&actor, code, name, territory)?;
        Ok((org.code.into(), org.territory))
    }

    fn invented_rows(&mut self, block: &Block, territory: RegionCode) -> Result<Vec<Vec<String>>> {
        let count: u64 = block.value("orang rekaan")?.parse()?;
        let first = self.invented;
        self.invented += count;
        let programme = self.office.programme(&self.programme)?;
        Ok(invented_rows(&Invented {
            people: first..self.invented,
            territory,
            gazetteer: self.office.gazetteer,
            on: programme.first.first_day(),
            occupation: block.value("pekerjaan")?,
        }))
    }

    fn propose(&mut self, block: &Block) -> Result<()> {
        let actor = self.user(block.value("oleh")?, Role::Officer, Operation::Propose)?;
        self.office.propose(&actor, &self.programme)?;
        Ok(())
    }

    fn approve(&mut self, block: &Block) -> Result<()> {
        let actor = self.user(block.value("oleh")?, Role::Approver, Operation::Approve)?;
        let (proposal, _) = self.office.newest_list(&actor, &self.programme)?;
        self.office.approve(&actor, &self.programme, Some(proposal.list_hash))?;
        Ok(())
    }

    fn bill(&mut self, block: &Block) -> Result<()> {
        let actor = self.user(TREASURER, Role::Treasurer, Operation::Pay)?;
        let (first, last) = block.months("bulan")?;
        let mut payments = Vec::new();
        for month in first.through(last) {
            payments.push(self.issued(month)?);
        }
        let statement = app::statement::of_payments(&payments);
        self.office.take_statement(&actor, "kas-daerah", statement.as_bytes())?;
        let matched = self.office.match_payments(&actor)?;
        if !matched.breaks.is_empty() || !matched.unpaid.is_empty() {
            let (breaks, unpaid) = (matched.breaks.len(), matched.unpaid.len());
            bail!("{breaks} statement lines find no bill, {unpaid} bills no payment");
        }
        Ok(())
    }

    /// Issues the bills of some months, and pays nothing.
    fn issue_alone(&mut self, block: &Block) -> Result<()> {
        self.user(TREASURER, Role::Treasurer, Operation::Pay)?;
        let (first, last) = block.months("bulan")?;
        for month in first.through(last) {
            self.issued(month)?;
        }
        Ok(())
    }

    /// What a treasurer does at the bank; a second person approves where money moves by hand.
    fn at_the_bank(&mut self, block: &Block) -> Result<()> {
        let actor = self.user(TREASURER, Role::Treasurer, Operation::Pay)?;
        match block.name.as_str() {
            "koran" => bank::statement(self.office, &actor, &self.programme, block),
            "kuitansi" => bank::receipt(self.office, &actor, &self.programme, block),
            "uang" => {
                let name = block.get("setuju").unwrap_or("budi");
                let checker = self.user(name, Role::Approver, Operation::Approve)?;
                bank::money(self.office, &actor, &checker, block)
            }
            _ => {
                self.office.match_payments(&actor)?;
                Ok(())
            }
        }
    }

    /// Issues a month's bill and answers the statement line that pays it.
    fn issued(&self, month: Month) -> Result<(Day, String, Rupiah)> {
        let actor = self.office.actor(TREASURER, Operation::Pay)?;
        self.office.finalise_bill(&actor, &self.programme, month, 1)?;
        let checker = self.user(CHECKERS[0], Role::Approver, Operation::Approve)?;
        let bill = self.office.issue_bill(&checker, &self.programme, month)?;
        let day = month.first_day();
        Ok((day, format!("IURAN BPJSTK {}", bill_reference(bill.id)), bill.total))
    }

    fn cards(&mut self, block: &Block) -> Result<()> {
        let actor = self.office.actor(OPERATOR, Operation::Cards)?;
        self.office.issue_cards(&actor, block.value("program")?)?;
        Ok(())
    }

    /// `cari: ya` looks for duplicates; `satukan: name` says of every pair that it is one human,
    /// and that user approves.
    fn duplicates(&self, block: &Block) -> Result<()> {
        let actor = self.office.actor(OPERATOR, Operation::ChangePerson)?;
        if block.get("cari").is_some() {
            self.office.find_duplicates(&actor, false)?;
        }
        let Some(approver) = block.get("satukan") else { return Ok(()) };
        let approver = self.user(approver, Role::Approver, Operation::Approve)?;
        for pair in self.office.duplicates(&actor, PairState::Open, None, 1_000)? {
            self.office.judge_pair(
                &actor,
                &Judgement {
                    pair: pair.id,
                    revision: Some(pair.revision),
                    verdict: PairVerdict::Same,
                    keep: None,
                    reason: "",
                },
            )?;
            let task = self.office.duplicate(&actor, pair.id, [None, None])?.task;
            let task = task.context("a merging waits for a second person")?;
            let hash = self.office.task(&approver, task)?.record.task.hash;
            self.office.decide_task(&approver, task, &Verdict::Approve(hash))?;
        }
        Ok(())
    }

    fn organisations(&mut self, block: &Block) -> Result<()> {
        self.lists += 1;
        let path = self.folder.join(format!("organisasi-{}.csv", self.lists));
        partners::organisations(self.office, block, &path)
    }

    fn duty(&mut self, block: &Block) -> Result<()> {
        if let Some(day) = block.get("per") {
            let day = Day::parse_iso(day).with_context(|| block.at("per", "is no day"))?;
            self.board_on = Some(day);
            return Ok(());
        }
        partners::duty(self.office, block)
    }

    /// `keluar: numbers` leave from `mulai` for `sebab`, put forward by `oleh`, approved by
    /// `disetujui`.
    fn movement(&self, block: &Block) -> Result<()> {
        let maker = self.user(block.value("oleh")?, Role::Officer, Operation::Propose)?;
        let words = block.value("keluar")?.split_whitespace();
        let numbers = words.map(|word| Nik::parse(word).map_err(|_| anyhow!("no NIK: {word}")));
        let from = Month::parse(block.value("mulai")?);
        let reason = LeaveReason::from_name(block.value("sebab")?);
        let shown = self.office.propose_movement(
            &maker,
            &MovementAsked {
                programme: &self.programme,
                from: from.with_context(|| block.at("mulai", "is no month"))?,
                reason: reason.with_context(|| block.at("sebab", "unknown"))?,
                people: Vec::new(),
                numbers: numbers.collect::<Result<_>>()?,
                basis: None,
            },
        )?;
        let checker = self.user(block.value("disetujui")?, Role::Approver, Operation::Approve)?;
        let task = Id::from_bytes(*shown.head.id.as_bytes());
        self.office.decide_task(&checker, task, &Verdict::Approve(shown.head.hash))?;
        Ok(())
    }

    fn annex(&self, block: &Block) -> Result<()> {
        let maker = self.user(block.value("oleh")?, Role::Officer, Operation::Propose)?;
        self.office.amend_annex(&maker, &self.programme)?;
        Ok(())
    }

    /// Plans a path to everybody; it is looked at by the next `harapan`.
    fn path(&mut self, block: &Block) -> Result<()> {
        let value = |key: &str| block.get(key).unwrap_or_default().to_owned();
        let typed = PathTyped {
            from: value("mulai"),
            years: value("tahun"),
            people: value("orang"),
            goal: value("sasaran"),
            goal_source: value("sumber"),
            apbd: value("apbd"),
            apbd_source: value("sumber apbd"),
            ..PathTyped::default()
        };
        let (law, occupations) = (&self.office.rulebook, &self.office.occupations);
        let known = match block.get("program") {
            None => None,
            Some(code) => {
                let actor = self.office.actor(OPERATOR, Operation::ReadMoney)?;
                Some(self.office.plan_of_programme(&actor, code, &BaseTyped::default())?)
            }
        };
        let asked = typed.read(law, occupations, known.as_ref())?;
        self.last_path = Some(app::planner::path(law, &asked.query)?);
        Ok(())
    }

    pub(super) fn user(
        &self,
        name: &str,
        role: Role,
        act: Operation,
    ) -> Result<app::office::Actor> {
        let operator = self.office.actor(OPERATOR, Operation::SetUp)?;
        self.office.add_user(&operator, name, role)?;
        Ok(self.office.actor(name, act)?)
    }

    /// Compares every line of a `harapan` block with what the register holds.
    fn expect(&self, block: &Block) -> Result<()> {
        let facts = Facts::new(self.office, &self.programme, self.last_sheet)?;
        let facts = facts.with_board_on(self.board_on).with_path(self.last_path.as_ref());
        let mut wrong = Vec::new();
        for entry in &block.entries {
            let place = block.place(entry.line);
            let found =
                facts.find(&entry.key).with_context(|| format!("{place}: {}", entry.key))?;
            if found != entry.value {
                let (key, expected) = (&entry.key, &entry.value);
                wrong.push(format!("{place}: {key}: expected {expected}, found {found}"));
            }
        }
        match wrong.is_empty() {
            true => Ok(()),
            false => bail!("{}", wrong.join("\n")),
        }
    }
}

/// What a `program` block lays down besides months and schemes.
fn terms(block: &Block) -> Result<Terms> {
    let mut terms = Terms::default();
    if let Some(places) = block.get("tempat") {
        terms.quota = Some(places.parse()?);
    }
    if let Some(order) = block.get("urutan") {
        terms.priority =
            Priority::parse(order).with_context(|| block.at("urutan", "is no order"))?;
    }
    if let Some(groups) = block.get("segmen") {
        let groups = groups.split(',').map(GroupTerms::parse).collect::<Option<_>>();
        terms.groups = groups.with_context(|| block.at("segmen", "is unreadable"))?;
    }
    if let Some(text) = block.get("fasilitas") {
        let facilities = Facilities::parse(text);
        terms.facilities =
            Some(facilities.with_context(|| block.at("fasilitas", "is unreadable"))?);
    }
    if block.get("wajib").is_some() {
        let [from, basis] = block.parts("wajib")?;
        let from = Month::parse(from).with_context(|| block.at("wajib", "is no month"))?;
        terms.mandate = Some(Mandate { from, basis: basis.into() });
    }
    Ok(terms)
}
