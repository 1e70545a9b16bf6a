//! The groups of questions about a programme: what each asks, how its answers are read, and what
//! they come to in a line.

use app::error::AppError;
use app::office::Actor;
use app::organisations::OrgTrait;
use app::terms::{GroupTerms, ProgrammeTyped, TermsTyped, read_people};
use base::Rupiah;

use super::answers::{Answers, Of};
use crate::page::Writing;
use crate::parts::{Choice, Control, Field, Mistakes, Posted};
use crate::routes::Web;
use crate::routes::programmes::board::criterion;

/// The group in which one rule for each occupation is laid down.
pub(super) const SEGMENTS: &str = "segmen";

/// A group of questions: its place in the address, its words, and the answers that are its own.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) key: &'static str,
    pub(super) owns: &'static [&'static str],
    /// Whether only a new programme is asked.
    of_new: bool,
    /// What must be answered.
    needs: &'static [&'static str],
}

/// Every group, in the order of asking.
pub(super) const PARTS: &[Part] = &[
    Part {
        name: "nama",
        key: "terms-name",
        owns: &["kode", "nama", "wilayah", "dana"],
        of_new: true,
        needs: &["kode", "nama", "wilayah", "dana"],
    },
    Part {
        name: "jaminan",
        key: "terms-cover",
        owns: &["skema", "mulai", "sampai", "penghasilan"],
        of_new: true,
        needs: &["skema", "mulai", "sampai"],
    },
    Part {
        name: "pekerjaan",
        key: "terms-work",
        owns: &["pekerjaan", "pekerjaan-biasa", "sudah-terdaftar"],
        of_new: true,
        needs: &[],
    },
    Part {
        name: "syarat",
        key: "terms-who",
        owns: &["dasar", "usia-dari", "usia-sampai", "desil"],
        of_new: false,
        needs: &[],
    },
    Part {
        name: "fasilitas",
        key: "terms-facilities",
        owns: &["faskes"],
        of_new: false,
        needs: &[],
    },
    Part { name: SEGMENTS, key: "terms-segments", owns: &["segmen"], of_new: false, needs: &[] },
    Part {
        name: "tempat",
        key: "terms-places",
        owns: &["tempat", "sasaran", "sasaran-tahun"],
        of_new: false,
        needs: &[],
    },
    Part { name: "urutan", key: "terms-order", owns: &["urutan"], of_new: false, needs: &[] },
    Part {
        name: "wajib",
        key: "terms-mandate",
        owns: &["wajib-mulai", "wajib-dasar"],
        of_new: false,
        needs: &[],
    },
];

/// The selects in which an order is put together.
const ORDER: [&str; 5] = ["urutan1", "urutan2", "urutan3", "urutan4", "urutan5"];
/// Every criterion by its stable name.
const CRITERIA: [&str; 11] = [
    "elderly",
    "oldest",
    "youngest",
    "decile",
    "disability",
    "occupation",
    "received",
    "fewest-questions",
    "village-order",
    "village",
    "name",
];
/// Where the elderly begin, while nobody says.
const ELDERLY: &str = "60"; // not law: what the field proposes

impl Part {
    /// Whether it is asked of this programme.
    pub(super) fn is_asked(&self, of: &Of) -> bool {
        !self.of_new || matches!(of, Of::New)
    }

    /// Whether something in it must be answered.
    pub(super) fn is_needed(&self) -> bool {
        !self.needs.is_empty()
    }

    /// Whether something that must be answered is not.
    pub(super) fn is_open(&self, answers: &Answers) -> bool {
        self.needs.iter().any(|name| answers.get(name).is_empty())
    }

    /// Takes over what a form sent.
    pub(super) fn take(&self, answers: &mut Answers, sent: &Posted) {
        let text = |name: &str| sent.get(name).to_owned();
        match self.name {
            "fasilitas" => {
                let kinds: Vec<&str> = sent.all("faskes-jenis").collect();
                let office = sent.get("faskes-kantor");
                let colon = if kinds.is_empty() { "" } else { ":" };
                let whole = match office {
                    "" => String::new(),
                    office => format!("{office}{colon}{}", kinds.join("+")),
                };
                answers.set("faskes", [whole]);
            }
            SEGMENTS => answers.set("segmen", segments(sent)),
            "tempat" => {
                answers.set("tempat", [text("tempat")]);
                answers.set("sasaran", [text("sasaran")]);
                let years = sent.get("sasaran-tahun").split(['\n', ',']).map(str::to_owned);
                answers.set("sasaran-tahun", years.collect::<Vec<_>>());
            }
            "urutan" => answers.set("urutan", [order(sent)]),
            _ => {
                for name in self.owns {
                    answers.set(name, sent.all(name).map(str::to_owned).collect::<Vec<_>>());
                }
            }
        }
    }

    /// The answers as its form shows them.
    pub(super) fn shown(&self, answers: &Answers) -> Posted {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut add = |name: &str, value: &str| pairs.push((name.to_owned(), value.to_owned()));
        match self.name {
            "fasilitas" => {
                let whole = answers.get("faskes");
                let (office, kinds) = whole.split_once(':').unwrap_or((whole, ""));
                add("faskes-kantor", office);
                kinds.split('+').for_each(|key| add("faskes-jenis", key));
            }
            "tempat" => {
                add("tempat", answers.get("tempat"));
                add("sasaran", answers.get("sasaran"));
                add("sasaran-tahun", &answers.all("sasaran-tahun").join("\n"));
            }
            "urutan" => {
                let whole = answers.get("urutan");
                let parts = whole.split(',').map(str::trim).filter(|part| !part.is_empty());
                for (place, part) in ORDER.iter().zip(parts) {
                    let (name, about) = part.split_once(':').unwrap_or((part, ""));
                    add(place, name);
                    match name {
                        "elderly" => add("lansia", about),
                        "village-order" => add("desa-dulu", &about.replace('+', ", ")),
                        _ => {}
                    }
                }
            }
            _ => return answers.posted(),
        }
        Posted::from_pairs(pairs)
    }

    /// What is wrong with its own answers; what holds only together is looked at on the last page.
    pub(super) fn mistakes(&self, web: &Web, answers: &Answers, writing: Writing) -> Mistakes {
        let mut mistakes = Mistakes::none();
        for name in self.needs.iter().filter(|name| answers.get(name).is_empty()) {
            mistakes.add(name, writing.w("terms-needed"));
        }
        let read = match self.of_new {
            true => alone(web, self.name, answers).read(web.office()).map(|_| ()),
            false => own_terms(self.owns, answers).read(web.office()).map(|_| ()),
        };
        let target = read_people(answers.get("sasaran"));
        let wrong = read.err().or(target.err().filter(|_| self.name == "tempat"));
        if let Some(error) = wrong
            && let Some(field) = field_of(&error, self.name, answers)
        {
            let key = format!("error-{}", error.code);
            let values = [("detail", error.detail.as_str())];
            let remedy = writing.with(&format!("{key}.remedy"), &values);
            mistakes.add(field, format!("{} {remedy}", writing.with(&key, &values)));
        }
        mistakes
    }

    /// Its fields.
    pub(super) fn fields(
        &self,
        web: &Web,
        actor: &Actor,
        of: &Of,
        answers: &Answers,
        writing: Writing,
    ) -> Result<Vec<Field>, AppError> {
        let line = |name: &'static str, key: &str| Field::line(writing, name, key);
        let open = |name: &'static str, key: &str| line(name, key).optional(writing);
        Ok(match self.name {
            "nama" => {
                let funds = web.office().funds()?.into_iter();
                let funds = funds.map(|fund| Choice::new(&*fund.code, &*fund.code)).collect();
                vec![
                    line("kode", "terms-code"),
                    line("nama", "terms-title"),
                    line("wilayah", "terms-territory"),
                    Field::new(writing, "dana", "terms-fund", Control::Select(funds)),
                ]
            }
            "jaminan" => {
                let schemes = ["jkk", "jkm", "jht"];
                let schemes =
                    schemes.map(|name| Choice::new(name, writing.w(&format!("scheme-{name}"))));
                vec![
                    Field::new(writing, "skema", "terms-schemes", Control::Many(schemes.into())),
                    line("mulai", "terms-first"),
                    line("sampai", "terms-last"),
                    open("penghasilan", "terms-income"),
                ]
            }
            "pekerjaan" => {
                let works = occupations(web);
                let nobody = Choice::new("", writing.w("terms-work-none"));
                let usual = [nobody].into_iter().chain(occupations(web)).collect();
                vec![
                    Field::new(writing, "pekerjaan", "terms-works", Control::Many(works)),
                    Field::new(
                        writing,
                        "pekerjaan-biasa",
                        "terms-work-usual",
                        Control::Select(usual),
                    ),
                    Field::new(writing, "sudah-terdaftar", "terms-insured", Control::Tick),
                ]
            }
            "syarat" => vec![
                open("dasar", "programme-basis"),
                open("usia-dari", "terms-age-from"),
                open("usia-sampai", "terms-age-to"),
                open("desil", "programme-decile"),
            ],
            "fasilitas" => facility_fields(web, actor, writing)?,
            SEGMENTS => segment_fields(web, answers, writing),
            "tempat" => {
                let mut fields = vec![open("tempat", "programme-quota")];
                if matches!(of, Of::New) {
                    fields.push(open("sasaran", "programme-target"));
                }
                let years = Control::Lines(3);
                let years = Field::new(writing, "sasaran-tahun", "terms-year-targets", years);
                fields.push(years.optional(writing));
                fields
            }
            "urutan" => order_fields(writing),
            _ => vec![
                open("wajib-mulai", "terms-mandate-from"),
                open("wajib-dasar", "terms-mandate-basis"),
            ],
        })
    }

    /// Its answers in a line; empty when there are none.
    pub(super) fn summary(&self, web: &Web, answers: &Answers, writing: Writing) -> String {
        let named = |key: &str, name: &str| {
            let value = answers.get(name);
            (!value.is_empty()).then(|| format!("{}: {value}", writing.w(key)))
        };
        let joined =
            |parts: Vec<Option<String>>| parts.into_iter().flatten().collect::<Vec<_>>().join("; ");
        match self.name {
            "nama" if !answers.get("kode").is_empty() => joined(vec![
                Some(format!("{} ({})", answers.get("nama"), answers.get("kode"))),
                named("terms-territory", "wilayah"),
                named("terms-fund", "dana"),
            ]),
            "nama" => String::new(),
            "jaminan" if !answers.get("mulai").is_empty() => joined(vec![
                Some(answers.all("skema").join(", ").to_uppercase()),
                Some(format!("{} – {}", answers.get("mulai"), answers.get("sampai"))),
                named("terms-income", "penghasilan"),
            ]),
            "jaminan" => String::new(),
            "pekerjaan" => {
                let works: Vec<String> =
                    answers.all("pekerjaan").into_iter().map(|key| work_named(web, key)).collect();
                let works = (!works.is_empty()).then(|| works.join(", "));
                let insured = !answers.get("sudah-terdaftar").is_empty();
                joined(vec![works, insured.then(|| writing.w("terms-insured"))])
            }
            "syarat" => joined(vec![
                named("programme-basis", "dasar"),
                named("terms-age-from", "usia-dari"),
                named("terms-age-to", "usia-sampai"),
                named("programme-decile", "desil"),
            ]),
            "fasilitas" => facilities_in_words(web, answers.get("faskes"), writing),
            SEGMENTS => {
                let groups = answers.all("segmen").into_iter();
                groups
                    .map(|text| segment_in_words(web, text, writing))
                    .collect::<Vec<_>>()
                    .join("; ")
            }
            "tempat" => {
                let years = answers.all("sasaran-tahun").join(", ");
                let years = (!years.is_empty())
                    .then(|| format!("{}: {years}", writing.w("terms-year-targets")));
                joined(vec![
                    named("programme-quota", "tempat"),
                    named("programme-target", "sasaran"),
                    years,
                ])
            }
            "urutan" => {
                let parts = answers.get("urutan").split(',').filter(|part| !part.is_empty());
                parts.map(|part| criterion(part.trim(), writing)).collect::<Vec<_>>().join(" → ")
            }
            _ => joined(vec![
                named("terms-mandate-from", "wajib-mulai"),
                named("terms-mandate-basis", "wajib-dasar"),
            ]),
        }
    }
}

/// The rules that stay ticked, and the one that is added.
fn segments(sent: &Posted) -> Vec<String> {
    let mut rules: Vec<String> = sent.all("segmen").map(str::to_owned).collect();
    let work = sent.get("seg-pekerjaan");
    if work.is_empty() {
        return rules;
    }
    let mut rule = format!("{work}:{}", sent.get("seg-segmen"));
    let base = sent.get("seg-dasar").replace('.', "");
    if !base.is_empty() {
        rule.push_str(&format!(":{base}"));
    }
    if !["", "1"].contains(&sent.get("seg-risiko")) {
        rule.push_str(&format!(":risk-{}", sent.get("seg-risiko")));
    }
    if sent.has("seg-kedua") {
        rule.push_str(":second-job");
    }
    // Said anew, an occupation has the new rule.
    let of_work = |rule: &String| rule.split(':').next() == Some(work);
    rules.retain(|known| !of_work(known));
    rules.push(rule);
    rules
}

fn order(sent: &Posted) -> String {
    let part = |place: &&str| {
        Some(match sent.get(place) {
            "" => return None,
            "elderly" => {
                let age = sent.get("lansia");
                format!("elderly:{}", if age.is_empty() { ELDERLY } else { age })
            }
            "village-order" => {
                let codes = sent.get("desa-dulu").split([',', ' ', '+']);
                let codes: Vec<&str> = codes.filter(|code| !code.is_empty()).collect();
                format!("village-order:{}", codes.join("+"))
            }
            name => name.to_owned(),
        })
    };
    ORDER.iter().filter_map(part).collect::<Vec<_>>().join(",")
}

/// A programme in which nothing but the answers of one group can be wrong.
fn alone(web: &Web, part: &str, answers: &Answers) -> ProgrammeTyped {
    let typed = answers.programme();
    let mut alone = ProgrammeTyped { terms: TermsTyped::default(), ..typed };
    if part != "nama" {
        alone.name = "-".to_owned();
        alone.territory = "11".to_owned();
        let funds = web.office().funds().unwrap_or_default();
        alone.fund = funds.first().map(|fund| fund.code.to_string()).unwrap_or_default();
    }
    if part != "jaminan" {
        alone.first = "2000-01".to_owned();
        alone.last = "2000-01".to_owned();
        alone.schemes = "jkk".to_owned();
        alone.income = String::new();
    }
    if part != "pekerjaan" {
        alone.occupations = Vec::new();
        alone.default_occupation = String::new();
    }
    alone.target = String::new();
    alone
}

/// Terms in which nothing but the answers of one group can be wrong.
fn own_terms(owns: &[&str], answers: &Answers) -> TermsTyped {
    let mut own = Answers::default();
    for name in owns {
        own.set(name, answers.all(name).into_iter().map(str::to_owned).collect::<Vec<_>>());
    }
    own.terms()
}

/// The field that a refusal is about; none for what another group is asked.
fn field_of(error: &AppError, part: &str, answers: &Answers) -> Option<&'static str> {
    // Of two questions alike it is the one that was answered so.
    let of_two = |first: &'static str, second: &'static str| {
        let is_first = answers.get(first) == error.detail;
        if is_first || answers.get(second) != error.detail { first } else { second }
    };
    Some(match (part, error.code.as_str()) {
        ("nama", "NAME_MISSING" | "TEXT_TOO_LONG") => "nama",
        ("nama", "NOT_A_REGION") => "wilayah",
        ("nama", "FUND_UNKNOWN") => "dana",
        ("nama", "CODE_UNFIT") => "kode",
        ("jaminan", "NOT_SCHEMES") => "skema",
        ("jaminan", "NOT_A_MONTH") => of_two("mulai", "sampai"),
        ("jaminan", "MONTHS_BACKWARDS") => "sampai",
        ("jaminan", "NOT_AN_AMOUNT") => "penghasilan",
        ("pekerjaan", "KIND_UNKNOWN") => "pekerjaan",
        ("syarat", "TEXT_TOO_LONG") => "dasar",
        ("syarat", "AGE_UNREADABLE") => of_two("usia-dari", "usia-sampai"),
        ("syarat", "DECILE_UNFIT") => "desil",
        ("fasilitas", _) => "faskes-kantor",
        (SEGMENTS, _) => "seg-pekerjaan",
        ("tempat", "QUOTA_UNREADABLE") => "tempat",
        ("tempat", "PEOPLE_UNREADABLE") => "sasaran",
        ("tempat", _) => "sasaran-tahun",
        ("urutan", _) => "urutan1",
        ("wajib", "TEXT_TOO_LONG") => "wajib-dasar",
        ("wajib", _) => "wajib-mulai",
        _ => return None,
    })
}

/// Every occupation by its name.
fn occupations(web: &Web) -> Vec<Choice> {
    let all = web.office().occupations.iter();
    let mut found: Vec<Choice> = all.map(|one| Choice::new(&*one.key.0, &*one.label)).collect();
    found.sort_by(|one, other| one.text.cmp(&other.text));
    found
}

fn work_named(web: &Web, key: &str) -> String {
    let found = web.office().occupations.iter().find(|one| *one.key.0 == *key);
    found.map_or_else(|| key.to_owned(), |one| one.label.to_string())
}

fn facility_fields(web: &Web, actor: &Actor, writing: Writing) -> Result<Vec<Field>, AppError> {
    let kinds = web.office().org_kinds()?;
    let tree = web.office().org_tree(actor)?;
    let over = tree.iter().filter(|shown| kinds.has(&shown.org.kind, OrgTrait::Parent));
    let nobody = Choice::new("", writing.w("terms-facilities-anywhere"));
    let offices = over.map(|shown| Choice::new(&*shown.org.code, &*shown.org.name));
    let offices = [nobody].into_iter().chain(offices).collect();
    let of_facility = kinds.iter().filter(|kind| kinds.has(&kind.key, OrgTrait::Facility));
    let of_facility = of_facility.map(|kind| {
        let name = if writing.tag() == "en" { &kind.name_en } else { &kind.name };
        Choice::new(&*kind.key.0, &**name)
    });
    Ok(vec![
        Field::new(writing, "faskes-kantor", "terms-facilities-under", Control::Select(offices)),
        Field::new(
            writing,
            "faskes-jenis",
            "terms-facility-kinds",
            Control::Many(of_facility.collect()),
        ),
    ])
}

fn facilities_in_words(web: &Web, whole: &str, writing: Writing) -> String {
    if whole.is_empty() {
        return String::new();
    }
    let (code, keys) = whole.split_once(':').unwrap_or((whole, ""));
    let office =
        web.office().org(code).map_or_else(|_| code.to_owned(), |org| org.name.to_string());
    let kinds = web.office().org_kinds().ok();
    let kind = |key: &str| {
        let found = kinds.as_ref().and_then(|kinds| kinds.iter().find(|kind| *kind.key.0 == *key));
        let name = |kind: &app::organisations::OrgKind| match writing.tag() {
            "en" => kind.name_en.to_string(),
            _ => kind.name.to_string(),
        };
        found.map_or_else(|| key.to_owned(), name)
    };
    let named: Vec<String> = keys.split('+').filter(|key| !key.is_empty()).map(kind).collect();
    let words = if named.is_empty() { "terms-facilities-all" } else { "terms-facilities-some" };
    writing.with(words, &[("office", &office), ("kinds", &named.join(", "))])
}

fn segment_fields(web: &Web, answers: &Answers, writing: Writing) -> Vec<Field> {
    let mut fields = Vec::new();
    let known: Vec<Choice> = answers
        .all("segmen")
        .into_iter()
        .map(|text| Choice::new(text, segment_in_words(web, text, writing)))
        .collect();
    if !known.is_empty() {
        fields.push(Field::new(writing, "segmen", "terms-segments-kept", Control::Many(known)));
    }
    let nobody = Choice::new("", writing.w("terms-segment-none"));
    let works = [nobody].into_iter().chain(occupations(web)).collect();
    let segments = ["bpu", "pu"];
    let segments =
        segments.map(|name| Choice::new(name, writing.w(&format!("segment-{name}")))).into();
    let risks = (1..=5u8).map(|class| {
        let class = class.to_string();
        Choice::new(class.clone(), writing.with("terms-risk-of", &[("class", &class)]))
    });
    fields.extend([
        Field::new(writing, "seg-pekerjaan", "terms-segment-work", Control::Select(works)),
        Field::new(writing, "seg-segmen", "programme-segment", Control::Select(segments)),
        Field::line(writing, "seg-dasar", "terms-segment-base").optional(writing),
        Field::new(writing, "seg-risiko", "terms-risk", Control::Select(risks.collect())),
        Field::new(writing, "seg-kedua", "terms-second-job", Control::Tick),
        Field::new(writing, "lagi", "terms-segment-more", Control::Tick),
    ]);
    fields
}

/// "Bidan: bukan penerima upah (BPU), Rp1.000.000"; as typed when it cannot be read.
fn segment_in_words(web: &Web, text: &str, writing: Writing) -> String {
    let Some(group) = GroupTerms::parse(text) else { return text.to_owned() };
    let mut words = format!(
        "{}: {}",
        work_named(web, &group.occupation.0),
        writing.w(&format!("segment-{}", group.segment.name()))
    );
    if group.base > Rupiah::ZERO {
        words.push_str(&format!(", {}", writing.rupiah(group.base)));
    }
    if group.risk.number() > 1 {
        let class = group.risk.number().to_string();
        words.push_str(&format!(", {}", writing.with("terms-risk-of", &[("class", &class)])));
    }
    if group.second_job {
        words.push_str(&format!(", {}", writing.w("terms-second-job")));
    }
    words
}

fn order_fields(writing: Writing) -> Vec<Field> {
    let choices = || {
        let none = Choice::new("", writing.w("terms-order-none"));
        let all = CRITERIA.iter().map(|name| Choice::new(*name, criterion(name, writing)));
        [none].into_iter().chain(all).collect()
    };
    let mut fields: Vec<Field> = Vec::new();
    for (name, place) in ORDER.into_iter().zip(1..) {
        let mut field = Field::new(writing, name, "terms-order-place", Control::Select(choices()));
        field.label = format!("{} {place}", field.label);
        if place > 1 {
            field.hint = String::new();
        }
        fields.push(field);
    }
    fields.push(Field::line(writing, "lansia", "terms-elderly").optional(writing));
    fields.push(Field::line(writing, "desa-dulu", "terms-villages-first").optional(writing));
    fields
}

#[cfg(test)]
mod tests {
    use app::terms::{Criterion, Priority};

    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Posted {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Posted::from_pairs(pairs.collect())
    }

    fn part(name: &str) -> &'static Part {
        PARTS.iter().find(|part| part.name == name).expect("a part")
    }

    #[test]
    fn an_order_is_put_together_and_taken_apart() {
        let mut answers = Answers::default();
        let form = sent(&[
            ("urutan1", "elderly"),
            ("urutan3", "village-order"),
            ("urutan4", "name"),
            ("lansia", "62"),
            ("desa-dulu", "64.01.05.2002, 64.01.06"),
        ]);
        part("urutan").take(&mut answers, &form);
        let text = "elderly:62,village-order:64.01.05.2002+64.01.06,name";
        assert_eq!(answers.get("urutan"), text);
        assert!(Priority::parse(text).is_some());
        let shown = part("urutan").shown(&answers);
        assert_eq!((shown.get("urutan1"), shown.get("urutan2")), ("elderly", "village-order"));
        assert_eq!((shown.get("lansia"), shown.get("urutan3")), ("62", "name"));
    }

    #[test]
    fn every_criterion_can_be_chosen() {
        for name in CRITERIA {
            let text = match name {
                "elderly" => "elderly:60".to_owned(),
                "village-order" => "village-order:64.01".to_owned(),
                name => name.to_owned(),
            };
            let read = Priority::parse(&text).expect(name);
            assert_eq!(read.0.first().map(Criterion::name), Some(name));
        }
    }

    #[test]
    fn a_rule_said_anew_takes_the_place_of_the_one_before() {
        let mut answers = Answers::default();
        let form = sent(&[
            ("segmen", "bidan:bpu"),
            ("segmen", "honorer:pu:2000000"),
            ("seg-pekerjaan", "bidan"),
            ("seg-segmen", "pu"),
            ("seg-dasar", "1.500.000"),
            ("seg-risiko", "2"),
            ("seg-kedua", "ya"),
        ]);
        part("segmen").take(&mut answers, &form);
        let expect = ["honorer:pu:2000000", "bidan:pu:1500000:risk-2:second-job"];
        assert_eq!(answers.all("segmen"), expect);
        assert!(expect.iter().all(|text| GroupTerms::parse(text).is_some()));
    }

    #[test]
    fn facilities_are_put_together() {
        let mut answers = Answers::default();
        let form = sent(&[
            ("faskes-kantor", "dinkes"),
            ("faskes-jenis", "klinik"),
            ("faskes-jenis", "bidan"),
        ]);
        part("fasilitas").take(&mut answers, &form);
        assert_eq!(answers.get("faskes"), "dinkes:klinik+bidan");
        let shown = part("fasilitas").shown(&answers);
        assert_eq!(shown.all("faskes-jenis").collect::<Vec<_>>(), ["klinik", "bidan"]);
        part("fasilitas").take(&mut answers, &sent(&[("faskes-kantor", "")]));
        assert_eq!(answers.get("faskes"), "");
    }
}
