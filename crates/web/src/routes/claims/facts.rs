//! `/klaim/{id}/uraian`: what the benefit of a claim depends on, as far as its kind asks for it.

use std::sync::Arc;

use app::claims::{ClaimFacts, ClaimFile, ClaimKind, FactsTyped, claim_number};
use app::error::{AppError, ErrorKind};
use app::jht::JhtReason;
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use base::Rupiah;

use crate::page::{Asked, Section, Writing};
use crate::parts::{Choice, Control, Field, Form, FormPage, Mistakes, Posted};
use crate::routes::{Route, Web, answer, html, sentence, unfit};
use crate::signed::Signed;

/// Costs of a JKK claim, by their fields: carrying by land, sea, air; aids and care at home.
const COSTS: [&str; 7] = ["darat", "laut", "udara", "gigi", "dengar", "kacamata", "rumah"];

pub(super) fn routes() -> Vec<Route> {
    let handle = Operation::HandleClaims;
    vec![
        Route::get("/klaim/{id}/uraian", handle, ask),
        Route::post("/klaim/{id}/uraian", handle, keep),
    ]
}

/// Whether the benefit of a kind depends on more than the member and the day.
pub(super) fn is_asked_of(kind: ClaimKind) -> bool {
    kind != ClaimKind::Jkm
}

async fn ask(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().claim(asked.actor()?, claim_number(&id)?)?;
        Ok(html(&form_page(web, asked, &file, None)))
    })
    .await
}

fn form_page(
    web: &Web,
    asked: &Asked,
    file: &ClaimFile,
    sent: Option<(&Posted, &Mistakes)>,
) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::Claims, writing.w("claim-describe"));
    let path = format!("/klaim/{}", file.claim.id);
    let fields = match file.claim.kind {
        ClaimKind::Jht => savings(&file.facts, writing),
        _ => accident(web, file, writing),
    };
    let form = Form::new(&page, &format!("{path}/uraian"), "claim-describe-send", fields);
    let form = match sent {
        Some((posted, mistakes)) => form.filled(posted, mistakes),
        None => form,
    };
    let heading = page.title.clone();
    let mut found = FormPage::new(page, heading, form).with_back(&path, "claim-back");
    found.lead = vec![writing.w("claim-describe.lead")];
    found
}

fn savings(facts: &ClaimFacts, writing: Writing) -> Vec<Field> {
    let reasons = JhtReason::ALL.iter().map(|reason| {
        let name = reason.name();
        Choice::new(name, writing.w(&format!("jht-reason-{name}")))
    });
    vec![
        Field::new(writing, "sebab", "claim-why", Control::Select(reasons.collect()))
            .answered(facts.why.map_or("", JhtReason::name)),
        amount("saldo", "claim-balance", facts.balance, writing),
    ]
}

fn accident(web: &Web, file: &ClaimFile, writing: Writing) -> Vec<Field> {
    let facts = &file.facts;
    let works = web.office().occupations.iter();
    let works = works.map(|one| Choice::new(&*one.key.0, one.label.to_string()));
    let works = [Choice::new("", writing.w("claim-work-registered"))].into_iter().chain(works);
    let losses: Vec<String> = facts.losses.iter().map(ToString::to_string).collect();
    let whole = |number: i64| if number == 0 { String::new() } else { number.to_string() };
    let mut fields = vec![
        Field::new(writing, "pekerjaan", "claim-work", Control::Select(works.collect()))
            .answered(file.claim.occupation.as_deref().unwrap_or_default()),
        Field::line(writing, "kehilangan", "claim-losses")
            .optional(writing)
            .answered(losses.join(" ")),
        Field::new(writing, "kidal", "claim-left-handed", Control::Tick)
            .answered(if facts.left_handed { "ya" } else { "" }),
        Field::line(writing, "bulan", "claim-unfit-months")
            .optional(writing)
            .answered(whole(facts.unfit.0)),
        Field::line(writing, "hari", "claim-unfit-days")
            .optional(writing)
            .answered(whole(facts.unfit.1)),
    ];
    let known = facts.transport.iter().chain(&facts.aids);
    for (name, cost) in COSTS.into_iter().zip(known) {
        fields.push(amount(name, &format!("claim-cost-{name}"), *cost, writing));
    }
    fields
}

fn amount(name: &'static str, key: &str, known: Rupiah, writing: Writing) -> Field {
    let known = if known == Rupiah::ZERO { String::new() } else { known.0.to_string() };
    Field::line(writing, name, key).optional(writing).answered(known)
}

async fn keep(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let number = claim_number(&id)?;
        let [land, sea, air, dentures, hearing, glasses, home] = COSTS.map(|one| posted.get(one));
        let typed = FactsTyped {
            losses: posted.get("kehilangan"),
            left_handed: posted.has("kidal"),
            months: posted.get("bulan"),
            days: posted.get("hari"),
            transport: [land, sea, air],
            aids: [dentures, hearing, glasses, home],
            balance: posted.get("saldo"),
            why: posted.get("sebab"),
        };
        let about = |error: AppError| match error.code.as_str() {
            "CLAIM_WORK_UNKNOWN" => ("pekerjaan", error),
            _ => ("kehilangan", error),
        };
        let kept =
            typed.read().map_err(|(fact, error)| (field_of(fact), error)).and_then(|facts| {
                let described = (&facts, Some(posted.get("pekerjaan")));
                web.office().describe_claim(&signed.actor, number, described).map_err(about)
            });
        match kept {
            Ok(_) => {
                let place = asked.writing().href(&format!("/klaim/{number}"), &[]);
                Ok(Redirect::to(&place).into_response())
            }
            Err((field, error)) if matches!(error.kind, ErrorKind::Refused | ErrorKind::Usage) => {
                let file = web.office().claim(&signed.actor, number)?;
                let mut mistakes = Mistakes::none();
                mistakes.add(field, sentence(&error, asked.writing()));
                Ok(unfit(html(&form_page(web, asked, &file, Some((&posted, &mistakes))))))
            }
            Err((_, error)) => Err(error),
        }
    })
    .await
}

/// The field of a fact, by its name.
fn field_of(fact: &str) -> &'static str {
    match fact {
        "months" => "bulan",
        "days" => "hari",
        "land" => "darat",
        "sea" => "laut",
        "air" => "udara",
        "dentures" => "gigi",
        "hearing-aid" => "dengar",
        "glasses" => "kacamata",
        "home-care" => "rumah",
        "balance" => "saldo",
        "why" => "sebab",
        _ => "kehilangan",
    }
}
