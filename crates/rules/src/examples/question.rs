//! The questions of the examples, in the words of an office: `upah 3.000.000; bulan 2026-06`.

use std::cell::RefCell;

use base::{Day, Month, Ppm, Rupiah};

use super::evaluate;
use crate::*;

mod events;
mod plans;

/// What a question was answered with.
pub struct Found {
    pub value: i64,
    /// Set where the answer is no amount.
    pub word: Option<String>,
    pub status: RuleStatus,
    pub notes: Vec<String>,
    pub rules: Vec<RuleId>,
}

impl Found {
    fn word(word: impl Into<String>, status: RuleStatus, rules: Vec<RuleId>) -> Found {
        Found { value: 0, word: Some(word.into()), status, notes: Vec::new(), rules }
    }

    fn number(value: i64, entry: &Entry) -> Found {
        let (status, rules) = (entry.citation.status, vec![entry.rule.clone()]);
        Found { value, word: None, status, notes: Vec::new(), rules }
    }

    fn by_entry(word: impl Into<String>, entry: &Entry) -> Found {
        Found::word(word, entry.citation.status, vec![entry.rule.clone()])
    }
}

impl From<Answer> for Found {
    fn from(answer: Answer) -> Found {
        let rules = answer.rules();
        let notes = answer.notes.iter().map(|note| note.name().to_owned()).collect();
        Found { value: answer.total.0, word: None, status: answer.status, notes, rules }
    }
}

/// The fields of a question; each must be used.
pub struct Fields<'a> {
    fields: Vec<(&'a str, &'a str)>,
    used: RefCell<Vec<&'a str>>,
}

impl<'a> Fields<'a> {
    pub fn parse(text: &'a str) -> Fields<'a> {
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        let fields = parts.map(|part| {
            let (key, value) = part.split_once(' ').unwrap_or((part, ""));
            (key, value.trim())
        });
        Fields { fields: fields.collect(), used: RefCell::default() }
    }

    pub fn assert_all_used(&self, name: &str) {
        let used = self.used.borrow();
        let unused = self.fields.iter().find(|(key, _)| !used.contains(key));
        assert!(unused.is_none(), "{name}: nobody asked for {unused:?}");
    }

    fn get(&self, key: &'a str) -> Option<&'a str> {
        self.used.borrow_mut().push(key);
        self.fields.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
    }

    fn all(&self, key: &'a str) -> Vec<&'a str> {
        self.used.borrow_mut().push(key);
        let named = self.fields.iter().filter(|(name, _)| *name == key);
        named.map(|(_, value)| *value).collect()
    }

    fn need(&self, key: &'a str) -> &'a str {
        self.get(key).unwrap_or_else(|| panic!("no {key} in {:?}", self.fields))
    }

    fn flag(&self, key: &'a str) -> bool {
        self.get(key).is_some()
    }

    fn whole(&self, key: &'a str) -> Option<i64> {
        self.get(key).map(|text| evaluate(text).unwrap_or_else(|| panic!("{text}")))
    }

    fn rupiah(&self, key: &'a str) -> Rupiah {
        Rupiah(self.whole(key).unwrap_or(0))
    }

    fn day(&self, key: &'a str) -> Day {
        Day::parse_iso(self.need(key)).unwrap_or_else(|| panic!("{}", self.need(key)))
    }

    fn month(&self, key: &'a str) -> Month {
        Month::parse(self.need(key)).unwrap_or_else(|| panic!("{}", self.need(key)))
    }

    fn schemes(&self) -> Schemes {
        Schemes::parse(self.get("program").unwrap_or("jkk,jkm")).expect("known programmes")
    }

    fn payer(&self, default: &'static str) -> Payer {
        Payer::from_name(self.get("pembayar").unwrap_or(default)).expect("a known payer")
    }

    fn sector(&self) -> WorkSector {
        WorkSector::from_name(self.get("sektor").unwrap_or("other")).expect("a known sector")
    }

    fn segment(&self) -> Segment {
        Segment::from_name(self.need("segmen")).expect("a known segment")
    }
}

/// Asks the rulebook.
pub fn ask(rulebook: &Rulebook, kind: &str, fields: &Fields<'_>) -> Result<Found, RuleGap> {
    match kind {
        "iuran-pu" => pu(rulebook, fields),
        "iuran-di-muka" => prepaid(rulebook, fields),
        "iuran-konstruksi" => construction(rulebook, fields),
        "termin" => {
            let parts = rulebook.instalments(fields.rupiah("iuran"), fields.month("bulan"))?;
            let which = usize::try_from(fields.whole("ke").expect("which")).expect("small");
            let value = parts.lines[which - 1].rupiah.0;
            Ok(Found { value, ..parts.into() })
        }
        "iuran-pmi" => pmi(rulebook, fields),
        "denda" => Ok(rulebook
            .penalty(&PenaltyQuery {
                segment: fields.segment(),
                month: fields.month("bulan"),
                contribution: fields.rupiah("iuran"),
                paid_on: fields.day("dibayar"),
            })?
            .into()),
        "jatuh-tempo" => {
            let due = rulebook.due_day(fields.segment(), fields.month("bulan"))?;
            let status = rulebook::weakest(due.rules.iter().map(|rule| rule.citation.status));
            let rules = due.rules.iter().map(|rule| rule.rule.clone()).collect();
            Ok(Found::word(due.day.to_string(), status, rules))
        }
        "tingkat-risiko" | "program-wajib" | "segmen" | "rencana" | "anggaran-orang"
        | "anggaran-bulan" => plans::ask(rulebook, kind, fields),
        _ => events::ask(rulebook, kind, fields),
    }
}

fn pu(rulebook: &Rulebook, fields: &Fields<'_>) -> Result<Found, RuleGap> {
    let class = u8::try_from(fields.whole("kelas").unwrap_or(1)).expect("small");
    let answer = rulebook.pu_contribution(&PuQuery {
        wage: fields.rupiah("upah"),
        schemes: fields.schemes(),
        month: fields.month("bulan"),
        payer: fields.payer("employer"),
        risk_class: RiskClass::new(class).expect("a class"),
        jkp_member: fields.flag("jkp"),
        labour_intensive: fields.flag("padat-karya"),
        jp_deferred: fields.flag("tunda-jp"),
    })?;
    let mut rules = rulebook.explain(&answer)?.rules();
    rules.extend(answer.split.map(|split| split.rule.clone()));
    let split = || answer.split.expect("a split");
    let later = |line: &ContributionLine<'_>| match line.relief.map(|note| note.effect) {
        Some(ReliefEffect::Deferred { later, .. }) => later.0,
        _ => 0,
    };
    let value = match fields.get("bagian") {
        None => answer.total.0,
        Some("pemberi-kerja") => answer.payer_total().0,
        Some("pekerja") => answer.worker_total().0,
        Some("dana-jkk") => split().jkk.0,
        Some("dana-jkm") => split().jkm.0,
        Some("dana-jkp") => split().jkp.0,
        Some("negara") => split().state.0,
        Some("ditunda") => answer.lines.iter().map(later).sum(),
        Some(other) => panic!("{other}"),
    };
    Ok(Found { value, word: None, status: answer.status, notes: Vec::new(), rules })
}

fn prepaid(rulebook: &Rulebook, fields: &Fields<'_>) -> Result<Found, RuleGap> {
    let month = fields.month("bulan");
    let months = u32::try_from(fields.whole("banyak").expect("how many")).expect("small");
    assert!(rulebook.prepayable_months(month).contains(&i64::from(months)), "{months}");
    let first = BpuQuery {
        income: fields.rupiah("penghasilan"),
        schemes: fields.schemes(),
        month,
        payer: fields.payer("self"),
        sector: fields.sector(),
    };
    let paid_in = fields.month("dibayar");
    let paid = rulebook.bpu_prepaid(&PrepaidQuery { first, months, paid_in })?;
    let value = paid.iter().map(|(_, contribution)| contribution.total.0).sum();
    let status = rulebook::weakest(paid.iter().map(|(_, contribution)| contribution.status));
    let mut rules = vec![rulebook.need(rulebook.known.prepay, month.first_day())?.rule.clone()];
    for (_, contribution) in &paid {
        rules.extend(contribution.lines.iter().filter_map(|line| line.open.cloned()));
        rules.extend(rulebook.explain(contribution)?.rules());
    }
    Ok(Found { value, word: None, status, notes: Vec::new(), rules })
}

fn construction(rulebook: &Rulebook, fields: &Fields<'_>) -> Result<Found, RuleGap> {
    let basis = match fields.whole("kontrak") {
        Some(contract) => ConstructionBasis::Contract(Rupiah(contract)),
        None => ConstructionBasis::Wages(fields.rupiah("upah")),
    };
    let answer = rulebook.construction_contribution(&ConstructionQuery {
        basis,
        schemes: fields.schemes(),
        month: fields.month("bulan"),
        payer: fields.payer("employer"),
    })?;
    let explained = rulebook.explain(&answer)?;
    assert_eq!((explained.total, explained.status), (answer.total, answer.status));
    Ok(explained.into())
}

fn pmi(rulebook: &Rulebook, fields: &Fields<'_>) -> Result<Found, RuleGap> {
    let small = |number: i64| u32::try_from(number).expect("small");
    let (month, contract) = (fields.month("bulan"), fields.whole("kontrak").map(small));
    if fields.flag("lama") {
        let contract = contract.expect("a contract");
        let months = rulebook.pmi_covered_months(contract, month);
        let (_, entry) =
            rulebook.row(rulebook.known.pmi_months, &contract.to_string(), month.last_day())?;
        return Ok(Found::number(months, entry));
    }
    let answer = rulebook.pmi_contribution(&PmiQuery {
        month,
        before_work: fields.flag("sebelum"),
        contract_months: contract,
        extension_months: small(fields.whole("perpanjangan").unwrap_or(0)),
        jht_monthly: fields.whole("jht").map(Rupiah),
        payer: fields.payer("self"),
    })?;
    Ok(answer.into())
}
