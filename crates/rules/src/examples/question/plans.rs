//! Questions about groups, employers, budgets and years.

use super::*;

pub fn ask(rulebook: &Rulebook, kind: &str, fields: &Fields<'_>) -> Result<Found, RuleGap> {
    match kind {
        "tingkat-risiko" => {
            let on = fields.day("tanggal");
            let class = rulebook.risk_class_of(fields.need("usaha"), on);
            let (_, entry) = rulebook.trades(on);
            let class = class.map_or(0, |class| i64::from(class.number()));
            Ok(Found::number(class, entry.expect("a list of trades")))
        }
        "program-wajib" => {
            let size = fields.need("ukuran");
            let size = EmployerSize::ALL.into_iter().find(|known| known.name() == size);
            let owed = rulebook.schemes_owed(size.expect("a size"), fields.day("tanggal"));
            let (schemes, entry) = owed.expect("a rule");
            Ok(Found::by_entry(schemes.to_string(), entry))
        }
        "segmen" => {
            let on = fields.day("tanggal");
            let found = rulebook.segment_of_group(fields.need("kelompok"), on);
            let (segment, row) = found.expect("a known group");
            let entry = rulebook.need(rulebook.known.group_segments, on)?;
            let rules = vec![entry.rule.clone()];
            Ok(Found::word(segment.name(), row.citation.status, rules))
        }
        _ => plan(rulebook, kind, fields),
    }
}

fn plan(rulebook: &Rulebook, kind: &str, fields: &Fields<'_>) -> Result<Found, RuleGap> {
    let births = fields.get("lahir").into_iter().flat_map(|days| days.split(','));
    let group = QuoteGroup {
        people: fields.whole("orang").map_or(u64::MAX, i64::unsigned_abs),
        base: Base::Bpu {
            income: Rupiah(fields.whole("penghasilan").unwrap_or(1_000_000)),
            sector: fields.sector(),
        },
        schemes: fields.schemes(),
        payer: fields.payer("apbd"),
        births: births.map(|day| Day::parse_iso(day.trim()).expect("a day")).collect(),
    };
    let budget = fields.whole("anggaran").map(Rupiah);
    let growth = Ppm(fields.whole("tumbuh-ppm").unwrap_or(0));
    if kind == "anggaran-bulan" {
        let first = fields.month("dari");
        let answer =
            rulebook.months_for_budget(budget.expect("a budget"), &[group], first, growth)?;
        let (value, warnings) = (i64::from(answer.months_max), answer.warnings);
        return Ok(found(rulebook, value, RuleStatus::Secondary, &warnings));
    }
    let spans = fields.need("masa").split(',').map(|span| {
        let (from, to) = span.split_once("..").expect("a span");
        (Month::parse(from.trim()).expect("a month"), Month::parse(to.trim()).expect("a month"))
    });
    let spans: Vec<(Month, Month)> = spans.collect();
    if kind == "anggaran-orang" {
        let answer =
            rulebook.people_for_budget(budget.expect("a budget"), &[group], &spans, growth)?;
        let value = i64::try_from(answer.people_max).expect("few enough");
        assert_eq!(answer.total.0 + answer.leftover.0, budget.expect("a budget").0);
        return Ok(found(rulebook, value, RuleStatus::Secondary, &answer.warnings));
    }
    let quote = rulebook.quote(&QuoteQuery { groups: vec![group], spans, growth })?;
    let mut warnings = quote.warnings.clone();
    warnings.extend(budget.and_then(|budget| quote.budget_warning(budget)));
    Ok(found(rulebook, quote.total.0, quote.status, &warnings))
}

fn found(rulebook: &Rulebook, value: i64, status: RuleStatus, warnings: &[QuoteWarning]) -> Found {
    let notes: Vec<String> = warnings.iter().map(|warning| warning.name().to_owned()).collect();
    let day = Day::new(2026, 1, 1).expect("a day");
    let decided = [
        ("AGE_LIMIT", rulebook.known.stay_past_limit),
        ("NOT_YET_REGISTERED_ONLY", rulebook.known.unregistered_only),
    ];
    let decided = decided.into_iter().filter(|(note, _)| notes.iter().any(|n| n == note));
    let decided = decided.filter_map(|(_, key)| rulebook.entry(key, day));
    let rules = decided.map(|entry| entry.rule.clone()).collect();
    Found { value, word: None, status, notes, rules }
}
