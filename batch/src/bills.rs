//! What bills are drafted from, and the drafts: read from rows in one way by both engines, drafted
//! by `domain` as the office does it, but for what BPJS owes back.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex};

use anyhow::Result;
use base::id::kind;
use base::{Id, Month, RegionCode, Rupiah};
use datafusion::arrow::array::{Array, Date32Array, Int64Array, StringViewArray};
use datafusion::error::Result as EngineResult;
use domain::billing::{Bill, BillInput, BillMember, draft_bill};
use domain::coverage::CoveredMonth;
use domain::membership::Membership;
use domain::programme::{GroupTerms, Programme, Terms};
use rules::{FundKind, RegulationFile, Rulebook, Scheme, Schemes, Segment, WorkSector};
use serde::{Deserialize, Serialize};

use crate::cells::{Columns, Wrong, day, month, programme, required};
use crate::kernels::refused;

/// What a programme lays down about money, as one cell of `programmes`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Laid {
    /// The programme's identifier.
    pub id: String,
    /// Its schemes, as `jkk,jkm`.
    pub schemes: String,
    /// The first month, as 202601.
    pub first: i64,
    /// The last month.
    pub last: i64,
    /// The income declared for everybody, in rupiah; 0 for the lowest tier.
    pub income: i64,
    /// The kind of fund that pays.
    pub fund: String,
    /// Segments and wages by occupation, as `honorer:pu:2000000`.
    pub groups: Vec<String>,
}

/// A programme with its kind of fund.
pub struct Asked {
    /// The programme, as far as a bill asks for it.
    pub programme: Programme,
    /// Who pays.
    pub fund: FundKind,
}

impl Laid {
    /// The programme; `income`, where given, in place of what is declared for all or for a group. A
    /// wage is not declared and stays.
    ///
    /// # Errors
    /// What in the cell is none of its kind.
    pub fn read(text: &str, income: Option<i64>) -> Result<Asked, Wrong> {
        let wrong = |expect| Wrong { column: "terms", expect };
        let laid: Laid = serde_json::from_str(text)
            .map_err(|_| wrong("ketentuan uang sebagai JSON (the terms as JSON)"))?;
        let month = |number| {
            let expect = "first dan last, bulan seperti 202601 (first and last, months)";
            Month::from_number(number).ok_or_else(|| wrong(expect))
        };
        let groups = laid.groups.iter().map(|group| GroupTerms::parse(group));
        let mut groups = groups
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| wrong("groups seperti honorer:pu:2000000 (groups)"))?;
        for group in groups.iter_mut().filter(|group| group.segment != Segment::Pu) {
            group.base = income.map_or(group.base, Rupiah);
        }
        let id = Id::parse(&laid.id).map_err(|_| wrong("id, nomor program (an identifier)"))?;
        let schemes = Schemes::parse(&laid.schemes)
            .ok_or_else(|| wrong("schemes seperti jkk,jkm (schemes)"))?;
        let fund = FundKind::from_name(&laid.fund)
            .ok_or_else(|| wrong("fund, jenis dana seperti apbd (a kind of fund)"))?;
        let programme = Programme {
            id,
            code: "".into(),
            name: "".into(),
            territory: RegionCode::parse("11").expect("the code of a province"),
            fund: Id::from_bytes(*id.as_bytes()),
            schemes,
            first: month(laid.first)?,
            last: month(laid.last)?,
            occupations: Vec::new(),
            default_occupation: None,
            income: Rupiah(income.unwrap_or(laid.income)),
            refuse_insured: false,
            target: None,
            terms: Terms { groups, ..Terms::default() },
        };
        Ok(Asked { programme, fund })
    }
}

/// Files of rules as one literal of a plan; without any, the program's own rules.
pub fn rules_text(files: &[(String, String)]) -> String {
    match files {
        [] => String::new(),
        _ => serde_json::to_string(files).expect("texts"),
    }
}

/// The rulebook of such a literal, read once in a process.
///
/// # Errors
/// What is wrong with the files.
pub fn rulebook(text: &str) -> EngineResult<Arc<Rulebook>> {
    static KEPT: LazyLock<Mutex<HashMap<String, Arc<Rulebook>>>> = LazyLock::new(Mutex::default);
    let mut kept = KEPT.lock().expect("nobody panics with it in hand");
    if let Some(book) = kept.get(text) {
        return Ok(Arc::clone(book));
    }
    let files: Vec<(String, String)> = match text {
        "" => Vec::new(),
        text => serde_json::from_str(text).map_err(|_| refused("the rules cannot be read"))?,
    };
    let files: Vec<RegulationFile<'_>> =
        files.iter().map(|(path, text)| RegulationFile { path, text }).collect();
    let book = Rulebook::load_over_builtin(&files).map_err(|problems| {
        let first = problems.first().map(|problem| format!("{problem:?}")).unwrap_or_default();
        refused(format!("the rules are refused: {first}"))
    })?;
    Ok(Arc::clone(kept.entry(text.to_owned()).or_insert(Arc::new(book))))
}

/// The columns of memberships, apart from who and on what.
pub struct Members {
    /// The first month.
    pub first: Int64Array,
    /// The last month.
    pub last: Int64Array,
    /// The sector of the work.
    pub sector: StringViewArray,
    /// The place among the programme's groups, or null.
    pub group: Int64Array,
    /// The day of birth.
    pub birth: Date32Array,
    /// The day of death, or null.
    pub died: Date32Array,
}

impl Members {
    /// The columns of a file.
    ///
    /// # Errors
    /// That one is missing.
    pub fn of(batch: &Columns<'_>) -> Result<Members> {
        Ok(Members {
            first: batch.numbers("first")?,
            last: batch.numbers("last")?,
            sector: batch.texts("sector")?,
            group: batch.numbers("group")?,
            birth: batch.days("birth")?,
            died: batch.days("died")?,
        })
    }

    /// A membership; it is known by its person, who is on a programme once.
    ///
    /// # Errors
    /// The first cell that is wrong.
    pub fn read(
        &self,
        row: usize,
        person: Id<kind::Person>,
        programme: Id<kind::Programme>,
    ) -> Result<BillMember, Wrong> {
        let wrong = |column, expect| Wrong { column, expect };
        let group = self.group.is_valid(row).then(|| u16::try_from(self.group.value(row)));
        let group = group.transpose().map_err(|_| wrong("group", GROUP))?;
        let birth = day(&self.birth, row, "birth")?;
        Ok(BillMember {
            membership: Membership {
                id: Id::from_bytes(*person.as_bytes()),
                person,
                programme,
                first: month(&self.first, row, "first")?,
                last: month(&self.last, row, "last")?,
            },
            sector: WorkSector::from_name(required(&self.sector, row, "sector")?)
                .ok_or(wrong("sector", "transport atau other (transport or other)"))?,
            group,
            birth: birth.ok_or(wrong("birth", "hari lahir, tidak boleh kosong (never empty)"))?,
            died: day(&self.died, row, "died")?,
        })
    }
}

/// A membership of a programme that nothing is known of.
pub const ORPHAN: Wrong = Wrong {
    column: "programme",
    expect: "program yang ada di tabel programmes (one that stands in programmes)",
};

/// What belongs into the column `group`.
pub const GROUP: &str = "urutan kelompok dalam program mulai 0, atau kosong \
                         (the place among the programme's groups from 0, or nothing)";

/// A month that a programme has paid or promised for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The regency whose programme it is.
    pub tenant: i64,
    /// The programme.
    pub programme: Id<kind::Programme>,
    /// The month.
    pub month: Month,
    /// The scheme.
    pub scheme: Scheme,
}

impl Standing {
    /// Those of a file, row by row.
    ///
    /// # Errors
    /// That a column is missing.
    pub fn of(batch: &Columns<'_>) -> Result<impl Fn(usize) -> Result<Standing, Wrong>> {
        let (tenants, programmes) = (batch.numbers("tenant")?, batch.texts("programme")?);
        let (months, schemes) = (batch.numbers("month")?, batch.texts("scheme")?);
        Ok(move |row| {
            Ok(Standing {
                tenant: required(&tenants, row, "tenant")?,
                programme: programme(&programmes, row, "programme")?,
                month: month(&months, row, "month")?,
                scheme: scheme(&schemes, row)?,
            })
        })
    }

    /// Those of one person as the plan gathers them: `TENANT PROGRAMME MONTH SCHEME`, with commas
    /// between.
    pub fn parse(text: &str) -> impl Iterator<Item = EngineResult<Standing>> {
        let one = |one: &str| {
            let mut words = one.split(' ');
            let mut next = || words.next().unwrap_or_default();
            Some(Standing {
                tenant: next().parse().ok()?,
                programme: Id::parse(next()).ok()?,
                month: Month::from_number(next().parse().ok()?)?,
                scheme: Scheme::from_name(next())?,
            })
        };
        let all = text.split(',').filter(|one| !one.is_empty());
        all.map(move |text| one(text).ok_or_else(|| refused("standing: cut off")))
    }
}

/// A scheme.
///
/// # Errors
/// That it is none.
pub fn scheme(column: &StringViewArray, row: usize) -> Result<Scheme, Wrong> {
    let expect = "skema: jkk, jkm, jht, atau jp (a scheme)";
    Scheme::from_name(required(column, row, "scheme")?).ok_or(Wrong { column: "scheme", expect })
}

/// What stands already for the people of a programme.
#[derive(Debug, Default)]
pub struct Paid {
    /// By programmes of the same regency.
    here: Vec<CoveredMonth>,
    /// By other regencies.
    elsewhere: BTreeMap<Month, HashSet<Id<kind::Person>>>,
}

impl Paid {
    /// Takes a month of somebody in; `tenant` is the regency of the programme that is billed.
    pub fn add(&mut self, tenant: i64, person: Id<kind::Person>, standing: Standing) {
        let Standing { tenant: by, programme, month, scheme } = standing;
        if by != tenant {
            self.elsewhere.entry(month).or_default().insert(person);
            return;
        }
        let transfer = Id::from_bytes([0; 16]);
        self.here.push(CoveredMonth { person, scheme, month, programme, transfer });
    }
}

/// A line of a bill, or the reason why there is none: each reason once for a membership and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Whose.
    pub membership: Id<kind::Membership>,
    /// The month, as 202601.
    pub month: i64,
    /// The scheme or the reason.
    pub name: &'static str,
    /// What is due.
    pub rupiah: i64,
}

/// The lines of a programme's bills, month after month.
///
/// As at the office, whoever has their month from another regency is left out whole. What BPJS
/// owes back is not taken off.
///
/// # Errors
/// Why there is no bill.
pub fn lines(
    asked: &Asked,
    members: &[BillMember],
    paid: &Paid,
    rulebook: &Rulebook,
    mut each: impl FnMut(Line),
) -> EngineResult<()> {
    for month in asked.programme.months() {
        let bill = draft_bill(&BillInput {
            programme: &asked.programme,
            fund: asked.fund,
            month,
            revision: 0,
            members,
            standing: &paid.here,
            rulebook,
        });
        let mut bill = bill.map_err(|why| refused(format!("{month}: {}", why.name())))?;
        if let Some(people) = paid.elsewhere.get(&month) {
            bill = bill.without_paid_in_other_region(people);
        }
        told(&bill, &mut each);
    }
    Ok(())
}

fn told(bill: &Bill, each: &mut impl FnMut(Line)) {
    let month = bill.month.as_number();
    for line in &bill.lines {
        let (membership, name) = (line.membership, line.scheme.name());
        each(Line { membership, month, name, rupiah: line.rupiah.0 });
    }
    let mut before = None;
    for left_out in &bill.excluded {
        // One for each scheme that somebody else pays, which stand together.
        let this = (left_out.membership, left_out.reason.name());
        if before.replace(this) != Some(this) {
            each(Line { membership: this.0, month, name: this.1, rupiah: 0 });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(schemes: &str) -> String {
        let laid = Laid {
            id: "00000000-0000-8000-8000-000000000001".into(),
            schemes: schemes.into(),
            first: 202_601,
            last: 202_612,
            income: 0,
            fund: "csr".into(),
            groups: vec!["honorer:pu:2000000".into(), "guru-ngaji:bpu:1500000".into()],
        };
        serde_json::to_string(&laid).expect("a text")
    }

    #[test]
    fn a_programme_is_read_from_its_cell() {
        let asked = Laid::read(&terms("jkk,jkm"), None).expect("a programme");
        assert_eq!(asked.programme.months_count(), 12);
        assert_eq!(asked.programme.terms.groups.len(), 2);
        assert!(Laid::read("{}", None).is_err());
    }

    #[test]
    fn another_income_holds_for_everybody_but_wage_earners() {
        let asked = Laid::read(&terms("jkk,jkm"), Some(3_000_000)).expect("a programme");
        assert_eq!(asked.programme.income, Rupiah(3_000_000));
        let bases = asked.programme.terms.groups.iter().map(|group| group.base.0);
        assert_eq!(bases.collect::<Vec<_>>(), [2_000_000, 3_000_000]);
    }

    const OURS: i64 = 6401; // not law: an invented regency's code

    /// Names of the lines of one member in January 2026, with what stands for them.
    fn january(standing: &[(i64, &str)]) -> Vec<&'static str> {
        let asked = Laid::read(&terms("jkk,jkm,jht"), Some(2_500_000)).expect("a programme");
        let person = Id::from_bytes([7; 16]);
        let january = Month::from_number(202_601).expect("a month");
        let member = BillMember {
            membership: Membership {
                id: Id::from_bytes([7; 16]),
                person,
                programme: asked.programme.id,
                first: january,
                last: january,
            },
            sector: WorkSector::Other,
            group: None,
            birth: base::Day::parse_iso("1980-05-05").expect("a day"),
            died: None,
        };
        let mut paid = Paid::default();
        for (tenant, scheme) in standing {
            let text = format!("{tenant} 00000000-0000-8000-8000-000000000002 202601 {scheme}");
            let standing = Standing::parse(&text).next().expect("one").expect("whole");
            paid.add(OURS, person, standing);
        }
        let (book, mut names) = (rulebook("").expect("our own rules"), Vec::new());
        lines(&asked, &[member], &paid, &book, |line| {
            if line.month == 202_601 {
                names.push(line.name);
            }
        })
        .expect("a bill");
        names
    }

    #[test]
    fn a_month_of_another_regency_leaves_a_person_out_whole() {
        assert_eq!(january(&[]), ["jkk", "jkm", "jht"]);
        assert_eq!(january(&[(6402, "jkk"), (6402, "jkm")]), ["PAID_IN_OTHER_REGION"]);
    }

    #[test]
    fn a_reason_counts_a_membership_once() {
        assert_eq!(january(&[(OURS, "jkk"), (OURS, "jkm")]), ["jht", "PAID_ELSEWHERE"]);
        let both = january(&[(OURS, "jkk"), (OURS, "jkm"), (6402, "jkk")]);
        assert_eq!(both, ["PAID_ELSEWHERE", "PAID_IN_OTHER_REGION"]);
    }

    #[test]
    fn what_stands_is_read_whole_or_refused() {
        let one = "6402 00000000-0000-8000-8000-000000000002 202601 jkk";
        assert_eq!(Standing::parse(&format!("{one},{one}")).filter(Result::is_ok).count(), 2);
        assert_eq!(Standing::parse("").count(), 0);
        let cut = Standing::parse("6402 00000000-0000-8000-8000-000000000002 202601");
        assert_eq!(cut.filter(Result::is_err).count(), 1);
    }
}
