//! `/program/{code}`: one programme, who it is for and as what they are insured; and where one
//! person of it stands, and why.

use std::sync::Arc;

use app::board::{Explained, GroupShown, Standing};
use app::error::AppError;
use app::funds::Programme;
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::Response;
use base::{Id, Rupiah};

use super::board::{criterion, stands_words};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Fact, Facts, Notice, Piece, Plain};
use crate::routes::agreements::ties;
use crate::routes::{Route, Web, answer, html};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/program/{code}", Operation::ReadMoney, show),
        Route::get("/program/{code}/orang/{id}", Operation::ReadMoney, explain),
    ]
}

/// One programme.
async fn show(State(web): State<Arc<Web>>, Path(code): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&programme_page(web, asked, &code)?))).await
}

fn programme_page(web: &Web, asked: &Asked, code: &str) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let programme = web.office().programme(code)?;
    let groups = web.office().groups(actor, code)?;
    let fund = web.office().fund_of(&programme)?;
    let page = web.page(asked, Section::Money, programme.name.to_string());
    let at = |path: &str| writing.href(path, &[]);
    let of = |path: &str| writing.href(path, &[("program".to_owned(), programme.code.to_string())]);
    let mut pieces = Vec::new();
    if asked.value("selesai").is_some() {
        pieces.push(Piece::Notice(Notice::done(writing.w("terms-recorded"), String::new())));
    }
    pieces.extend([
        Piece::Link(at(&format!("/program/{code}/papan")), writing.w("board-link")),
        Piece::Link(of("/urutan"), writing.w("ranking-link")),
    ]);
    for (operation, path, key) in [
        (Operation::Propose, "usulan", "list-propose-link"),
        (Operation::ReadMoney, "lampiran", "annex-heading"),
        (Operation::ReadMoney, "perubahan", "movement-heading"),
        (Operation::ReadMoney, "cocokkan", "sipp-task-tieout"),
        (Operation::SetUp, "ketentuan", "terms-link"),
    ] {
        if web.may_somewhere(actor, operation) {
            let href = at(&format!("/program/{code}/{path}"));
            pieces.push(Piece::Link(href, writing.w(key)));
        }
    }
    if programme.terms.mandate.is_some() {
        pieces.push(Piece::Link(of("/wajib"), writing.w("mandate-link")));
    }
    pieces.push(Piece::Link(at(&format!("/dana/{}", fund.code)), writing.w("fund-link")));
    let (agreements, without) = ties::of_programme(web, asked, code)?;
    pieces.extend(without.map(Piece::Notice));
    let mut facts = facts(&programme, writing);
    facts.extend(agreements);
    let earmark = fund.earmark.as_deref();
    facts.extend(earmark.map(|what| Fact::new(writing.w("fund-earmark"), what.to_owned())));
    pieces.push(Piece::Facts(Facts::dense(writing, facts)));
    pieces.push(Piece::Heading(writing.w("programme-groups")));
    for group in &groups {
        pieces.extend(group_pieces(group, writing));
    }
    let back = Some((writing.href("/program", &[]), writing.w("programme-back")));
    Ok(Plain { page, back, lead: lead(&programme, writing), pieces })
}

fn lead(programme: &Programme, writing: Writing) -> String {
    let (first, last) = (writing.month(programme.first), writing.month(programme.last));
    let schemes = programme.schemes.to_string().to_uppercase().replace(',', ", ");
    let values = [("schemes", schemes.as_str()), ("first", &first), ("last", &last)];
    writing.with("programme-lead", &values)
}

fn facts(programme: &Programme, writing: Writing) -> Vec<Fact> {
    let terms = &programme.terms;
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let count = |number: u32| writing.number(u64::from(number));
    let order: Vec<String> =
        terms.priority.0.iter().map(|one| criterion(&one.to_string(), writing)).collect();
    let mut facts = vec![
        fact("fund-code", programme.code.to_string()),
        fact("programme-priority", order.join(" → ")),
    ];
    let more = [
        ("programme-basis", terms.basis.as_deref().map(str::to_owned)),
        ("programme-quota", terms.quota.map(count)),
        ("programme-target", programme.target.map(count)),
        ("programme-ages", ages(programme, writing)),
        ("programme-decile", terms.decile.map(|decile| decile.to_string())),
        ("programme-facilities", terms.facilities.as_ref().map(ToString::to_string)),
        ("programme-mandate", mandate(programme, writing)),
    ];
    facts.extend(more.into_iter().filter_map(|(key, value)| Some(fact(key, value?))));
    let year = |(year, people): &(u16, u32)| {
        let year = year.to_string();
        Fact::new(writing.with("programme-target-in", &[("year", &year)]), count(*people))
    };
    facts.extend(terms.targets.iter().map(year));
    facts
}

fn ages(programme: &Programme, writing: Writing) -> Option<String> {
    let band = programme.terms.ages;
    let text = |age: Option<u8>| age.map_or("…".to_owned(), |age| age.to_string());
    let values = [("from", text(band.from)), ("to", text(band.to))];
    let values: Vec<(&str, &str)> =
        values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    (band.from.is_some() || band.to.is_some()).then(|| writing.with("programme-ages-band", &values))
}

fn mandate(programme: &Programme, writing: Writing) -> Option<String> {
    let mandate = programme.terms.mandate.as_ref()?;
    let from = writing.month(mandate.from);
    let values = [("from", from.as_str()), ("basis", &mandate.basis)];
    Some(writing.with("programme-mandate-since", &values))
}

/// As what a group is insured, why, and what one person of it costs by which article.
pub(super) fn group_pieces(group: &GroupShown, writing: Writing) -> Vec<Piece> {
    let segment = writing.w(&format!("segment-{}", group.segment.name()));
    let name = match group.occupation.1.as_ref() {
        "" => writing.w("programme-group-any"),
        label => label.to_owned(),
    };
    let sum: i64 = group.cost.iter().map(|line| line.rupiah.0).sum();
    let (sum, base) = (writing.rupiah(Rupiah(sum)), writing.rupiah(group.base));
    let key = if group.base > Rupiah::ZERO { "programme-group" } else { "programme-group-lowest" };
    let values = [("name", name.as_str()), ("segment", &segment), ("sum", &sum), ("base", &base)];
    let line = |line: &app::board::CostLine| {
        let status = writing.w(&format!("status-{}", line.status.name()));
        let scheme = line.scheme.name().to_uppercase();
        format!("{scheme}: {} – {} ({status})", writing.rupiah(line.rupiah), line.article)
    };
    let mut points: Vec<String> = why(group, writing);
    points.extend(group.cost.iter().map(line));
    if group.own_part > Rupiah::ZERO {
        let own = writing.rupiah(group.own_part);
        points.push(writing.with("programme-own-part", &[("own", &own)]));
    }
    vec![Piece::Words(writing.with(key, &values)), Piece::Points(points)]
}

fn why(group: &GroupShown, writing: Writing) -> Vec<String> {
    let mut said = vec![writing.w(&format!("segment-by-{}", group.by.name()))];
    if let Some((segment, article, status)) = &group.rule {
        let key = if group.differs { "segment-differs" } else { "segment-agrees" };
        let segment = writing.w(&format!("segment-{}", segment.name()));
        let status = writing.w(&format!("status-{}", status.name()));
        let values = [("segment", segment.as_str()), ("article", article), ("status", &status)];
        said.push(writing.with(key, &values));
    }
    if group.second_job {
        let most = group.jobs_most.map(|most| most.to_string()).unwrap_or_default();
        said.push(writing.with("segment-second-job", &[("most", &most)]));
    }
    said
}

/// One person of a programme, explained.
async fn explain(
    State(web): State<Arc<Web>>,
    Path((code, id)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let unknown = |_| AppError::not_found("PERSON_UNKNOWN", "");
        let person = Id::parse(&id).map_err(unknown)?;
        let found = web.office().explain(asked.actor()?, &code, person)?;
        Ok(html(&person_page(web, asked, &code, &found)))
    })
    .await
}

fn person_page(web: &Web, asked: &Asked, code: &str, found: &Explained) -> Plain {
    let writing = asked.writing();
    let one = &found.standing;
    let title = writing.with("ranking-one", &[("name", &one.person.name)]);
    let page = web.page(asked, Section::Money, title);
    let mut pieces = vec![Piece::Facts(Facts::dense(writing, standing_facts(web, found, writing)))];
    if !one.found.is_empty() {
        pieces.push(Piece::Heading(writing.w("programme-priority")));
        pieces.push(Piece::Points(found_points(one, writing)));
    }
    pieces.push(Piece::Heading(writing.w("programme-segment")));
    pieces.extend(group_pieces(&found.group, writing));
    let person = writing.href(&format!("/peserta/{}", one.person.id), &[]);
    pieces.push(Piece::Link(person, writing.w("ranking-person")));
    let list = writing.href("/urutan", &[("program".to_owned(), code.to_owned())]);
    Plain { page, back: Some((list, writing.w("ranking-back"))), lead: String::new(), pieces }
}

fn standing_facts(web: &Web, found: &Explained, writing: Writing) -> Vec<Fact> {
    let one = &found.standing;
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let mut facts = vec![
        fact("ranking-stands", stands_words(one, writing)),
        fact("ranking-place", web.office().place_words(one.person.place)),
        fact("ranking-cost", writing.rupiah(one.cost)),
    ];
    let more = [
        ("ranking-rank", one.rank.map(|rank| writing.number(u64::from(rank)))),
        ("ranking-other", one.other.as_deref().map(str::to_owned)),
        ("ranking-limit", one.limit_on.map(|day| writing.day(day))),
        ("programme-facility", facility_of(found, writing)),
        ("programme-facilities", found.of_facilities.clone()),
    ];
    facts.extend(more.into_iter().filter_map(|(key, value)| Some(fact(key, value?))));
    facts
}

/// Where somebody works; said to be unknown where the programme asks for it.
fn facility_of(found: &Explained, writing: Writing) -> Option<String> {
    let unknown = || found.of_facilities.as_ref().map(|_| writing.w("programme-facility-none"));
    found.facility.as_deref().map(str::to_owned).or_else(unknown)
}

/// What each criterion found of somebody, in order.
pub(super) fn found_points(one: &Standing, writing: Writing) -> Vec<String> {
    use app::board::Found;
    let line = |(name, found): &(&'static str, Option<Found>)| {
        let text = match found {
            None => writing.w("ranking-hidden"),
            Some(Found::Unknown) => writing.w("ranking-unknown"),
            Some(Found::Text(text)) => text.to_string(),
            Some(Found::Number(number)) => number_words(name, *number, writing),
        };
        format!("{}: {text}", writing.w(&format!("criterion-{name}")))
    };
    one.found.iter().map(line).collect()
}

/// A number as the criterion means it.
fn number_words(criterion: &str, number: i64, writing: Writing) -> String {
    let day = |number: i64| base::Day::from_number(number).map(|day| day.year().to_string());
    match criterion {
        "elderly" | "disability" => {
            writing.w(if number == 0 { "ranking-yes" } else { "ranking-no" })
        }
        // The year alone: a day would say more than a masked view may.
        "oldest" => day(number).unwrap_or_default(),
        "youngest" => day(-number).unwrap_or_default(),
        "received" => writing.moment(number),
        "occupation" | "village-order" => writing.number(number.unsigned_abs() + 1),
        _ => writing.number(number.unsigned_abs()),
    }
}
