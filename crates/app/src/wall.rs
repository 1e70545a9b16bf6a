//! Coverage as it hangs on the wall: who is covered in a month, by what was known on a day, against
//! a count that somebody made, towards a target that somebody set; for those who may, and for all.
//!
//! People are counted for one scheme, because a person, a scheme and a month are paid for once: no
//! one stands in two rows. Numbers come of sums that are kept (docs/decisions/0046).

mod basis;
mod figures;
pub mod map;
mod money;
mod national;
mod open;
mod report;
#[cfg(test)]
pub(crate) mod tests;
mod text;

use std::collections::{BTreeMap, HashMap};

use base::id::kind;
use base::{Day, Id, Month, Ppm, RegionCode};
use domain::coverage::sums::{AgeBand, SumBy};
pub use domain::coverage::wall::{Aim, Forecast, Step};
use domain::coverage::wall::{forecast, ladder, needed_monthly, share};
use domain::occupation::OccupationKey;
use domain::programme::Programme;
pub use rules::Scheme;
use store::Tx;
use store::cover_sums::MonthSum;
pub use store::coverage::{Basis, BasisLine, Target as TargetKept};

use crate::environment::day_of_moment;
use crate::error::{AppError, typed};
use crate::office::{Actor, Office, Operation, Target};

pub use basis::{BasisInput, TargetInput};
pub use domain::coverage::wall::class as class_of;
pub use figures::document;
pub use money::{FundLeft, Money, NotWasted};
pub use national::{National, ProvinceLine, RegencyLine};
pub use open::{OPEN_COLUMNS, OpenAsked, OpenTable, descriptor};
pub use report::{ReportAgain, ReportFile};
pub use text::{percent, report_lines, text_of};

/// By what the parts of the wall are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WallBy {
    /// Kecamatan.
    Kecamatan,
    /// Desa or kelurahan.
    Desa,
    /// Occupation.
    Occupation,
    /// Sex.
    Sex,
    /// Age band.
    Age,
    /// Programme.
    Programme,
    /// Fund.
    Fund,
}

impl WallBy {
    /// Every one, in order.
    pub const ALL: [WallBy; 7] = [
        WallBy::Kecamatan,
        WallBy::Desa,
        WallBy::Occupation,
        WallBy::Sex,
        WallBy::Age,
        WallBy::Programme,
        WallBy::Fund,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            WallBy::Kecamatan => "kecamatan",
            WallBy::Desa => "desa",
            WallBy::Occupation => "occupation",
            WallBy::Sex => "sex",
            WallBy::Age => "age",
            WallBy::Programme => "programme",
            WallBy::Fund => "fund",
        }
    }

    /// The one with this stable name.
    pub fn from_name(name: &str) -> Option<WallBy> {
        WallBy::ALL.into_iter().find(|by| by.name() == name)
    }

    /// What a count of those to be covered is by; a programme has none.
    fn sum(self) -> Option<SumBy> {
        match self {
            WallBy::Kecamatan | WallBy::Desa => Some(SumBy::Place),
            WallBy::Occupation => Some(SumBy::Occupation),
            WallBy::Sex => Some(SumBy::Sex),
            WallBy::Age => Some(SumBy::Age),
            WallBy::Programme | WallBy::Fund => None,
        }
    }
}

/// What the wall is asked; what is not said is the newest and the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WallAsked {
    /// The month; the newest that is paid for when absent.
    pub month: Option<Month>,
    /// What was known at the end of this day; today when absent.
    pub known: Option<Day>,
    /// For what; work accidents when absent, which every programme pays for.
    pub scheme: Option<Scheme>,
    /// A region of the regency, by code or name.
    pub place: String,
    /// The count to measure against, by its code; the newest when empty.
    pub basis: String,
    /// Only this programme, by code.
    pub programme: String,
    /// Only this fund, by code.
    pub fund: String,
}

/// A count of those to be covered, and how many there are in the place that is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasisShown {
    /// The count.
    pub basis: Basis,
    /// How many it has for the place; none when it says nothing of it.
    pub people: Option<u64>,
}

/// A target of the place, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetShown {
    /// The target.
    pub target: TargetKept,
    /// In people, where a share is of something known.
    pub people: Option<u64>,
    /// Who set it, by name.
    pub set_by: Box<str>,
    /// When.
    pub set_on: Day,
    /// How many more it takes each month.
    pub needed_monthly: Option<u64>,
    /// Where it goes by itself.
    pub forecast: Option<Forecast>,
}

/// One line of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WallLine {
    /// The stable key: a region code, an occupation, `L` or `P`, the first year of a band, a code.
    pub key: String,
    /// Its name; empty for a sex, a band and what is not known, whose words the catalogue has.
    pub name: String,
    /// For a village, the name of its district.
    pub within: String,
    /// People covered.
    pub covered: u64,
    /// How many there are by the count; none when it does not say.
    pub all: Option<u64>,
    /// Covered of all, rounded down.
    pub share: Option<Ppm>,
    /// How many are not covered yet.
    pub gap: Option<u64>,
}

/// The wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wall {
    /// The month.
    pub month: Month,
    /// By what was known at the end of this day.
    pub known: Day,
    /// For what.
    pub scheme: Scheme,
    /// The region.
    pub place: RegionCode,
    /// Its name.
    pub place_name: String,
    /// The programme alone, by code; empty when all.
    pub programme: String,
    /// The fund alone, by code; empty when all.
    pub fund: String,
    /// Covered people.
    pub covered: u64,
    /// What they are measured against.
    pub basis: Option<BasisShown>,
    /// The counts there are: code and name.
    pub bases: Vec<(Box<str>, Box<str>)>,
    /// Covered of all, rounded down.
    pub share: Option<Ppm>,
    /// Month by month, the oldest first.
    pub trend: Vec<(Month, u64)>,
    /// The parts, each by its key.
    pub parts: BTreeMap<WallBy, Vec<WallLine>>,
    /// Villages by the step they stand on, when the count says how many live in them.
    pub ladder: Vec<Step>,
    /// The target of the place that comes first from the month on.
    pub target: Option<TargetShown>,
    /// Every target from the month on, by day: the path that was set.
    pub path: Vec<TargetShown>,
}

/// What everybody asks for once: programmes, funds, the count.
struct World {
    programmes: Vec<Programme>,
    funds: HashMap<Id<kind::Fund>, (String, String)>,
    bases: Vec<Basis>,
}

/// Who counts: programmes and scheme.
struct Filter {
    programmes: Vec<Id<kind::Programme>>,
    scheme: Scheme,
}

impl Filter {
    fn takes(&self, programme: Id<kind::Programme>, scheme: Scheme) -> bool {
        scheme == self.scheme && self.programmes.contains(&programme)
    }
}

/// Covered people of one part: its key and who paid.
type Counts = BTreeMap<WallBy, BTreeMap<String, u64>>;

impl Office {
    /// The wall, for those who may read what is paid.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `NOT_A_REGION`, `PROGRAMME_UNKNOWN`, `FUND_UNKNOWN`, `BASIS_UNKNOWN`.
    pub fn wall(&self, actor: &Actor, asked: &WallAsked) -> Result<Wall, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| self.wall_of(tx, asked))
    }

    fn wall_of(&self, tx: &mut Tx<'_>, asked: &WallAsked) -> Result<Wall, AppError> {
        let mut world = World::load(tx)?;
        let place = self.wall_place(&asked.place)?;
        let filter = world.filter(asked)?;
        let today = self.environment.today();
        let known = asked.known.unwrap_or(today);
        // What was said later was not known then.
        world.bases.retain(|basis| said_by(basis.set_at_ms, known));
        let trend = self.trend(tx, place, known, &filter)?;
        let newest = trend.last().map(|(month, _)| *month);
        let month = asked.month.or(newest).unwrap_or_else(|| today.month_of());
        let counts = self.counts(tx, (place, month, known), (&world, &filter))?;
        let sexes = counts.get(&WallBy::Sex);
        let covered = sexes.map(|sexes| sexes.values().sum()).unwrap_or_default();
        let basis = world.basis(&asked.basis)?;
        let lines = match &basis {
            Some(basis) => store::coverage::lines(tx, basis.id)?,
            None => Vec::new(),
        };
        let all = self.counted_in(&lines, place);
        let parts = self.parts(&counts, &lines, place, &world);
        let villages = parts.get(&WallBy::Desa).into_iter().flatten().map(|line| line.share);
        let path = self.path_of(tx, (place, month, known), (covered, all), &trend)?;
        Ok(Wall {
            month,
            known,
            scheme: filter.scheme,
            place,
            place_name: self.name_of(place),
            programme: asked.programme.clone(),
            fund: asked.fund.clone(),
            covered,
            share: all.and_then(|all| share(covered, all)),
            basis: basis.map(|basis| BasisShown { basis, people: all }),
            bases: world.newest().map(|one| (one.code.clone(), one.name.clone())).collect(),
            ladder: ladder(villages),
            trend,
            parts,
            target: path.first().cloned(),
            path,
        })
    }

    fn wall_place(&self, text: &str) -> Result<RegionCode, AppError> {
        if text.trim().is_empty() {
            return Ok(self.pemda());
        }
        let found = self.region_typed(text).filter(|place| self.pemda().contains(*place));
        found.ok_or_else(|| AppError::usage("NOT_A_REGION", typed(text)))
    }

    /// Covered people month by month.
    fn trend(
        &self,
        tx: &mut Tx<'_>,
        place: RegionCode,
        known: Day,
        filter: &Filter,
    ) -> Result<Vec<(Month, u64)>, AppError> {
        let sums: Vec<MonthSum> = match place == self.pemda() {
            true => store::cover_sums::of_months(tx, known)?,
            false => store::cover_sums::of_months_in(tx, place, known)?,
        };
        let mut trend: BTreeMap<Month, u64> = BTreeMap::new();
        for sum in sums.iter().filter(|sum| filter.takes(sum.programme, sum.scheme)) {
            *trend.entry(sum.month).or_default() += sum.people;
        }
        trend.retain(|_, people| *people > 0);
        Ok(trend.into_iter().collect())
    }

    /// Covered people by every part: of the whole regency each by its own sums, of a part of it by
    /// the sums of everything.
    fn counts(
        &self,
        tx: &mut Tx<'_>,
        (place, month, known): (RegionCode, Month, Day),
        (world, filter): (&World, &Filter),
    ) -> Result<Counts, AppError> {
        let mut counts = Counts::new();
        let mut add = |by: WallBy, key: String, people: u64| {
            *counts.entry(by).or_default().entry(key).or_insert(0) += people;
        };
        let payer = |programme: Id<kind::Programme>, people: u64| {
            let (code, fund) = world.payer(programme);
            [(WallBy::Programme, code, people), (WallBy::Fund, fund, people)]
        };
        if place != self.pemda() {
            let cells = store::cover_sums::cells_of_month(tx, place, month, known)?;
            let own = cells.into_iter().filter(|cell| filter.takes(cell.programme, cell.scheme));
            for cell in own {
                for (by, key) in keys_of_place(cell.place) {
                    add(by, key, cell.people);
                }
                let work = cell.occupation.map(|key| key.0.to_string()).unwrap_or_default();
                add(WallBy::Occupation, work, cell.people);
                add(WallBy::Sex, cell.sex, cell.people);
                let age = cell.age.map(|age| age.years().0.to_string());
                add(WallBy::Age, age.unwrap_or_default(), cell.people);
                for (by, key, people) in payer(cell.programme, cell.people) {
                    add(by, key, people);
                }
            }
            return Ok(counts);
        }
        for by in SumBy::ALL {
            let sums = store::cover_sums::of_month(tx, by, month, known)?;
            for sum in sums.into_iter().filter(|sum| filter.takes(sum.programme, sum.scheme)) {
                match by {
                    SumBy::Place => {
                        for (by, key) in keys_of_place(RegionCode::parse(&sum.part)) {
                            add(by, key, sum.people);
                        }
                    }
                    SumBy::Occupation => add(WallBy::Occupation, sum.part, sum.people),
                    SumBy::Age => add(WallBy::Age, sum.part, sum.people),
                    SumBy::Sex => {
                        add(WallBy::Sex, sum.part, sum.people);
                        for (by, key, people) in payer(sum.programme, sum.people) {
                            add(by, key, people);
                        }
                    }
                }
            }
        }
        Ok(counts)
    }

    /// Every part in lines: whoever is covered, and whoever the count names though nobody is.
    fn parts(
        &self,
        counts: &Counts,
        lines: &[BasisLine],
        place: RegionCode,
        world: &World,
    ) -> BTreeMap<WallBy, Vec<WallLine>> {
        let mut parts = BTreeMap::new();
        for by in WallBy::ALL {
            let mut found: BTreeMap<String, u64> = counts.get(&by).cloned().unwrap_or_default();
            for key in self.expected_keys(by, lines, place) {
                found.entry(key).or_default();
            }
            let line = |(key, covered): (String, u64)| {
                let all = by.sum().and_then(|sum| self.all_of(sum, &key, lines, place));
                let (name, within) = self.wall_name(by, &key, world);
                WallLine {
                    share: all.and_then(|all| share(covered, all)),
                    gap: all.map(|all| all.saturating_sub(covered)),
                    key,
                    name,
                    within,
                    covered,
                    all,
                }
            };
            parts.insert(by, found.into_iter().map(line).collect());
        }
        parts
    }

    /// The keys that are there though nobody is covered: regions of the place, and what is counted.
    fn expected_keys(&self, by: WallBy, lines: &[BasisLine], place: RegionCode) -> Vec<String> {
        let level = match by {
            WallBy::Kecamatan => 3,
            WallBy::Desa => 4,
            WallBy::Occupation | WallBy::Sex | WallBy::Age if place == self.pemda() => {
                let own = lines.iter().filter(|line| Some(line.by) == by.sum());
                return own.map(|line| line.part.to_string()).collect();
            }
            _ => return Vec::new(),
        };
        let mut regions = vec![place];
        while regions.first().is_some_and(|region| region.level() < level) {
            regions = regions.iter().flat_map(|one| self.gazetteer.children(*one)).collect();
        }
        let own = regions.into_iter().filter(|region| region.level() == level);
        own.map(|region| region.to_string()).collect()
    }

    /// How many there are of a part; a count by occupation, sex or age is of the whole regency.
    fn all_of(&self, by: SumBy, key: &str, lines: &[BasisLine], place: RegionCode) -> Option<u64> {
        match by {
            SumBy::Place => self.counted_in(lines, RegionCode::parse(key)?),
            _ if place != self.pemda() => None,
            _ => {
                let mut own = lines.iter().filter(|line| line.by == by && *line.part == *key);
                own.next().map(|line| line.people)
            }
        }
    }

    /// How many there are in a region: what the count says of it, or the sum of what it says of the
    /// regions right below, when it says something of every one of them.
    fn counted_in(&self, lines: &[BasisLine], region: RegionCode) -> Option<u64> {
        let key = region.digits().to_string();
        let own = lines.iter().find(|line| line.by == SumBy::Place && *line.part == *key);
        if let Some(line) = own {
            return Some(line.people);
        }
        let below: Vec<RegionCode> = self.gazetteer.children(region).collect();
        match region.level() < 4 && !below.is_empty() && !lines.is_empty() {
            true => below.into_iter().map(|one| self.counted_in(lines, one)).sum(),
            false => None,
        }
    }

    fn wall_name(&self, by: WallBy, key: &str, world: &World) -> (String, String) {
        let plain = |name: String| (name, String::new());
        match by {
            WallBy::Kecamatan | WallBy::Desa => match RegionCode::parse(key) {
                None => plain(String::new()),
                Some(region) => {
                    let within = (by == WallBy::Desa).then(|| self.name_of(region.at_level(3)));
                    (self.name_of(region), within.unwrap_or_default())
                }
            },
            WallBy::Occupation => {
                let found = self.occupations.get(&OccupationKey(key.into()));
                plain(found.map_or_else(|| key.to_owned(), |one| one.label.to_string()))
            }
            WallBy::Sex | WallBy::Age => plain(String::new()),
            WallBy::Programme => {
                let found = world.programmes.iter().find(|one| *one.code == *key);
                plain(found.map(|one| one.name.to_string()).unwrap_or_default())
            }
            WallBy::Fund => {
                let found = world.funds.values().find(|(code, _)| code == key);
                plain(found.map(|(_, name)| name.clone()).unwrap_or_default())
            }
        }
    }

    /// The targets of a place from a month on, by day; of several set for one day the newest.
    fn path_of(
        &self,
        tx: &mut Tx<'_>,
        (place, month, known): (RegionCode, Month, Day),
        (covered, all): (u64, Option<u64>),
        trend: &[(Month, u64)],
    ) -> Result<Vec<TargetShown>, AppError> {
        let part = place.digits().to_string();
        let mut own: Vec<TargetKept> = store::coverage::targets(tx)?
            .into_iter()
            .filter(|one| one.by == SumBy::Place && *one.part == *part)
            .filter(|one| one.due >= month.first_day() && said_by(one.set_at_ms, known))
            .collect();
        own.sort_by_key(|one| (one.due, std::cmp::Reverse(one.set_at_ms)));
        own.dedup_by_key(|one| one.due);
        let until: Vec<_> = trend.iter().copied().filter(|(one, _)| *one <= month).collect();
        let mut path = Vec::with_capacity(own.len());
        for target in own {
            let people = target.aim.people(all);
            let set_by = store::orgs::user(tx, target.set_by)?.map(|user| user.name);
            path.push(TargetShown {
                people,
                set_by: set_by.unwrap_or_default(),
                set_on: day_of_moment(target.set_at_ms.unsigned_abs()),
                needed_monthly: people
                    .and_then(|people| needed_monthly(covered, people, month, target.due)),
                forecast: forecast(&until, target.due.month_of()),
                target,
            });
        }
        Ok(path)
    }
}

/// Whether something was said by the end of a day.
fn said_by(set_at_ms: i64, day: Day) -> bool {
    day_of_moment(set_at_ms.unsigned_abs()) <= day
}

impl World {
    fn load(tx: &mut Tx<'_>) -> Result<World, AppError> {
        let funds = store::funds::funds(tx)?.into_iter();
        Ok(World {
            programmes: store::programmes::list(tx)?,
            funds: funds
                .map(|fund| (fund.id, (fund.code.to_string(), fund.code.to_string())))
                .collect(),
            bases: store::coverage::bases(tx)?,
        })
    }

    fn filter(&self, asked: &WallAsked) -> Result<Filter, AppError> {
        let (programme, fund) = (asked.programme.trim(), asked.fund.trim());
        if !programme.is_empty() && self.programmes.iter().all(|one| *one.code != *programme) {
            return Err(AppError::not_found("PROGRAMME_UNKNOWN", typed(programme)));
        }
        if !fund.is_empty() && self.funds.values().all(|(code, _)| code != fund) {
            return Err(AppError::not_found("FUND_UNKNOWN", typed(fund)));
        }
        let of_fund = |one: &&Programme| {
            fund.is_empty() || self.funds.get(&one.fund).is_some_and(|(code, _)| code == fund)
        };
        let own = self.programmes.iter().filter(of_fund);
        let own = own.filter(|one| programme.is_empty() || *one.code == *programme);
        let scheme = asked.scheme.unwrap_or(Scheme::Jkk);
        Ok(Filter { programmes: own.map(|one| one.id).collect(), scheme })
    }

    /// The code of a programme and of its fund.
    fn payer(&self, programme: Id<kind::Programme>) -> (String, String) {
        let found = self.programmes.iter().find(|one| one.id == programme);
        let fund = found.and_then(|one| self.funds.get(&one.fund));
        let code = found.map(|one| one.code.to_string()).unwrap_or_default();
        (code, fund.map(|(code, _)| code.clone()).unwrap_or_default())
    }

    /// The newest count of each code.
    fn newest(&self) -> impl Iterator<Item = &Basis> {
        let is_newest =
            |at: usize| self.bases.get(at + 1).is_none_or(|n| n.code != self.bases[at].code);
        self.bases.iter().enumerate().filter(move |(at, _)| is_newest(*at)).map(|(_, one)| one)
    }

    /// The count of a code; the one that was set last when none is said.
    fn basis(&self, code: &str) -> Result<Option<Basis>, AppError> {
        let code = code.trim();
        match code.is_empty() {
            true => Ok(self.newest().max_by_key(|one| one.set_at_ms).cloned()),
            false => {
                let found = self.newest().find(|one| *one.code == *code).cloned();
                found.map(Some).ok_or_else(|| AppError::not_found("BASIS_UNKNOWN", typed(code)))
            }
        }
    }
}

/// The district and the village of a place, as keys; empty where they are not known.
fn keys_of_place(place: Option<RegionCode>) -> [(WallBy, String); 2] {
    let level = |level: u8| {
        let known = place.filter(|place| place.level() >= level);
        known.map(|place| place.at_level(level).to_string()).unwrap_or_default()
    };
    [(WallBy::Kecamatan, level(3)), (WallBy::Desa, level(4))]
}

/// The years of an age band by its key.
pub fn years_of(key: &str) -> Option<(u8, Option<u8>)> {
    key.parse().ok().and_then(AgeBand::from_years).map(AgeBand::years)
}
