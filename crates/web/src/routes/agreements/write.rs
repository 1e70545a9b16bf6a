//! `/perjanjian/baru`: an agreement written from a text; `/perubahan`: its next version;
//! `/salinan`: the same for another office.

use std::sync::Arc;

use app::agreements::{AgreementFile, Amendment, Copying, DutyKind, NewAgreement, NewDuty};
use app::error::{AppError, ErrorKind};
use app::office::{Actor, Operation};
use app::organisations::OrgTrait;
use axum::extract::{Path, State};
use axum::response::Response;
use base::Day;

use super::field_of;
use crate::page::{Asked, Section};
use crate::parts::{Choice, Control, Field, Form, FormPage, Mistakes, Posted};
use crate::routes::{Route, Web, answer, day_asked, html, sentence, to, unfit};
use crate::signed::Signed;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let change = Operation::SetUp;
    vec![
        Route::get("/perjanjian/baru", change, ask_new),
        Route::post("/perjanjian/baru", change, add),
        Route::get("/perjanjian/{code}/perubahan", change, ask_amend),
        Route::post("/perjanjian/{code}/perubahan", change, amend),
        Route::get("/perjanjian/{code}/salinan", change, ask_copy),
        Route::post("/perjanjian/{code}/salinan", change, copy),
    ]
}

async fn ask_new(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let actor = asked.actor()?;
        let page = new_form(web, asked, actor, &Posted::default(), &Mistakes::none())?;
        Ok(html(&page))
    })
    .await
}

fn new_form(
    web: &Web,
    asked: &Asked,
    actor: &Actor,
    posted: &Posted,
    mistakes: &Mistakes,
) -> Result<FormPage, AppError> {
    let writing = asked.writing();
    let page = web.page(asked, Section::Agreements, writing.w("agreement-new"));
    let texts = web.office().agreement_templates(actor)?.into_iter();
    let texts = texts.map(|(name, script)| match (script.name.is_empty(), writing.tag()) {
        (true, _) => Choice::new(name.clone(), name),
        (false, "en") if !script.name_en.is_empty() => Choice::new(name, script.name_en),
        (false, _) => Choice::new(name, script.name),
    });
    let texts = Control::Select(texts.collect());
    let (one, other) = (parties(web, actor, false)?, parties(web, actor, true)?);
    let line = |name: &'static str, key: &str| Field::line(writing, name, key);
    let fields = vec![
        line("kode", "agreement-code"),
        Field::new(writing, "naskah", "agreement-template", texts),
        Field::new(writing, "pihak", "agreement-first", Control::Select(one)),
        Field::new(writing, "pihak2", "agreement-second", Control::Select(other)),
        line("nomor", "agreement-number").optional(writing),
        line("tempat", "agreement-place").optional(writing),
        line("tanggal", "agreement-from"),
        line("berakhir", "agreement-until").optional(writing),
    ];
    let form = Form::new(&page, "/perjanjian/baru", "agreement-write", fields);
    let form = form.filled(posted, mistakes);
    let mut page = FormPage::new(page, writing.w("agreement-new"), form);
    page.lead = vec![writing.w("agreement-new-lead")];
    Ok(page.with_back("/perjanjian", "web-agreements"))
}

/// Organisations that sign agreements; branches of the insurer first where they are looked for.
fn parties(web: &Web, actor: &Actor, insurers_first: bool) -> Result<Vec<Choice>, AppError> {
    let kinds = web.office().org_kinds()?;
    let mut found = web.office().org_tree(actor)?;
    found.retain(|shown| kinds.has(&shown.org.kind, OrgTrait::Party));
    found.retain(|shown| shown.org.closed_on.is_none());
    // Facilities sign too, but whoever asks for an agreement asks for an office first.
    found.sort_by_key(|shown| {
        let insurer = *shown.org.kind.0 == *"bpjs";
        let facility = kinds.has(&shown.org.kind, OrgTrait::Facility);
        (insurer != insurers_first, facility)
    });
    Ok(found.iter().map(|shown| Choice::new(&*shown.org.code, &*shown.org.name)).collect())
}

fn first_day(posted: &Posted) -> Result<Day, AppError> {
    day_asked(posted.get("tanggal"))?.ok_or_else(|| AppError::usage("NOT_A_DAY", ""))
}

async fn add(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let code = posted.get("kode");
        let parties = ["pihak", "pihak2"].map(|name| posted.get(name).to_owned());
        let parties: Vec<String> = parties.into_iter().filter(|code| !code.is_empty()).collect();
        let added = first_day(&posted).and_then(|from| {
            let new = NewAgreement {
                code,
                template: posted.get("naskah"),
                parties: &parties,
                number: posted.get("nomor"),
                place: posted.get("tempat"),
                from,
                to: day_asked(posted.get("berakhir"))?,
            };
            web.office().add_agreement(&signed.actor, &new)
        });
        match added {
            Ok(_) => Ok(to(asked, &format!("/perjanjian/{code}"), "baru")),
            Err(error) => {
                let mistakes = mistakes(asked, error, &[])?;
                Ok(unfit(html(&new_form(web, asked, &signed.actor, &posted, &mistakes)?)))
            }
        }
    })
    .await
}

/// What is wrong, at its field; what no field is about is passed on.
fn mistakes(
    asked: &Asked,
    error: AppError,
    others: &[(&str, &'static str)],
) -> Result<Mistakes, AppError> {
    if !matches!(error.kind, ErrorKind::Usage | ErrorKind::Refused | ErrorKind::Conflict)
        && error.code != "ORG_UNKNOWN"
    {
        return Err(error);
    }
    let Some(field) = field_of(&error) else { return Err(error) };
    let other = others.iter().find(|(known, _)| *known == field).map(|(_, field)| *field);
    let mut mistakes = Mistakes::none();
    mistakes.add(other.unwrap_or(field), sentence(&error, asked.writing()));
    Ok(mistakes)
}

async fn ask_amend(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().agreement(asked.actor()?, &code)?;
        let posted = amendment_of(&file);
        Ok(html(&amend_form(web, asked, &file, &posted, &Mistakes::none())))
    })
    .await
}

fn amendment_of(file: &AgreementFile) -> Posted {
    let terms = &file.draft().unwrap_or_else(|| file.current()).terms;
    let mut pairs = vec![
        ("nomor".to_owned(), terms.number.to_string()),
        ("berakhir".to_owned(), terms.to.to_string()),
        ("pemberitahuan".to_owned(), terms.notice_days.to_string()),
    ];
    for (party, (name, office)) in terms.parties.iter().zip(SIGNATORIES) {
        pairs.push((name.to_owned(), party.signatory.to_string()));
        pairs.push((office.to_owned(), party.office.to_string()));
    }
    Posted::from_pairs(pairs)
}

/// The fields of who signs, for the first parties.
const SIGNATORIES: [(&str, &str); 2] = [("pejabat1", "jabatan1"), ("pejabat2", "jabatan2")];

fn amend_form(
    web: &Web,
    asked: &Asked,
    file: &AgreementFile,
    posted: &Posted,
    mistakes: &Mistakes,
) -> FormPage {
    let writing = asked.writing();
    let terms = &file.draft().unwrap_or_else(|| file.current()).terms;
    let code = &file.agreement.code;
    let title = writing.with("agreement-amend-of", &[("code", code)]);
    let page = web.page(asked, Section::Agreements, title.clone());
    let line = |name: &'static str, key: &str| Field::line(writing, name, key);
    let mut fields = vec![
        line("nomor", "agreement-number").optional(writing),
        line("berakhir", "agreement-until"),
        line("pemberitahuan", "agreement-notice-days"),
    ];
    for (party, (name, office)) in terms.parties.iter().zip(SIGNATORIES) {
        let mut signs = line(name, "agreement-signatory");
        signs.label = format!("{} – {}", signs.label, party.called);
        let mut title = line(office, "agreement-signatory-office");
        title.label = format!("{} – {}", title.label, party.called);
        fields.extend([signs.optional(writing), title.optional(writing)]);
    }
    let owners = terms.parties.iter().zip(1u8..);
    let owners = owners.map(|(party, at)| Choice::new(at.to_string(), &*party.name)).collect();
    fields.extend([
        line("kewajiban", "agreement-duty-code").optional(writing),
        Field::new(writing, "isi", "agreement-duty-text", Control::Lines(3)).optional(writing),
        Field::new(writing, "pemilik", "agreement-owner", Control::Select(owners)),
        line("batas", "agreement-due").optional(writing),
        Field::new(writing, "setiap", "agreement-each", Control::Tick),
        Field::new(writing, "naskah", "agreement-terms-text", Control::Lines(6)).optional(writing),
        line("alasan", "agreement-reason"),
    ]);
    let action = format!("/perjanjian/{code}/perubahan");
    let form = Form::new(&page, &action, "agreement-amend", fields).filled(posted, mistakes);
    let mut page = FormPage::new(page, title, form);
    page.lead = vec![writing.w("agreement-amend-lead")];
    page.with_back(&format!("/perjanjian/{code}"), "org-back")
}

async fn amend(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().agreement(&signed.actor, &code)?;
        let amended = amendment(&posted)
            .and_then(|amendment| web.office().amend_agreement(&signed.actor, &code, &amendment));
        match amended {
            Ok(_) => Ok(to(asked, &format!("/perjanjian/{code}"), "ubah")),
            Err(error) => {
                let mistakes = mistakes(asked, error, &[("tanggal", "berakhir")])?;
                Ok(unfit(html(&amend_form(web, asked, &file, &posted, &mistakes))))
            }
        }
    })
    .await
}

fn amendment(posted: &Posted) -> Result<Amendment<'_>, AppError> {
    let text = |name: &str| posted.get(name).to_owned();
    let signatories = SIGNATORIES.iter().zip(1u8..);
    let signatories = signatories.map(|((name, office), at)| (at, text(name), text(office)));
    let signatories =
        signatories.filter(|(_, name, office)| !(name.is_empty() && office.is_empty()));
    let duty = match posted.get("kewajiban") {
        "" => None,
        code => Some(NewDuty {
            code: code.to_owned(),
            party: posted.get("pemilik").parse().unwrap_or(1),
            kind: DutyKind::Task,
            text: text("isi"),
            due: day_asked(posted.get("batas"))?,
            each_facility: posted.has("setiap"),
        }),
    };
    let notice = posted.get("pemberitahuan");
    let unfit = || AppError::refused("AGREEMENT_NOTICE_TOO_LONG", "");
    Ok(Amendment {
        terms: Some(posted.exact("naskah")).filter(|text| !text.trim().is_empty()),
        number: Some(posted.get("nomor")),
        to: day_asked(posted.get("berakhir"))?,
        notice_days: match notice {
            "" => None,
            typed => Some(typed.parse().map_err(|_| unfit())?),
        },
        signatories: signatories.collect(),
        duty,
        reason: posted.get("alasan"),
    })
}

async fn ask_copy(State(web): State<Arc<Web>>, Path(code): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let actor = asked.actor()?;
        let file = web.office().agreement(actor, &code)?;
        let said = (&Posted::default(), &Mistakes::none());
        Ok(html(&copy_form(web, asked, actor, &file, said)?))
    })
    .await
}

fn copy_form(
    web: &Web,
    asked: &Asked,
    actor: &Actor,
    file: &AgreementFile,
    (posted, mistakes): (&Posted, &Mistakes),
) -> Result<FormPage, AppError> {
    let writing = asked.writing();
    let code = &file.agreement.code;
    let title = writing.with("agreement-copy-of", &[("code", code)]);
    let page = web.page(asked, Section::Agreements, title.clone());
    let offices = Control::Select(parties(web, actor, false)?);
    let fields = vec![
        Field::line(writing, "kode", "agreement-code"),
        Field::new(writing, "pihak", "agreement-copy-to", offices),
        Field::line(writing, "tanggal", "agreement-from"),
        Field::line(writing, "berakhir", "agreement-until").optional(writing),
    ];
    let action = format!("/perjanjian/{code}/salinan");
    let form = Form::new(&page, &action, "agreement-copy", fields).filled(posted, mistakes);
    let mut page = FormPage::new(page, title, form);
    page.lead = vec![writing.w("agreement-copy-lead")];
    Ok(page.with_back(&format!("/perjanjian/{code}"), "org-back"))
}

async fn copy(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().agreement(&signed.actor, &code)?;
        let new = posted.get("kode");
        let copied = first_day(&posted).and_then(|first| {
            let copying = Copying {
                from: &code,
                code: new,
                instead_of: None,
                to: posted.get("pihak"),
                first,
                last: day_asked(posted.get("berakhir"))?,
            };
            web.office().copy_agreement(&signed.actor, &copying)
        });
        match copied {
            Ok(_) => Ok(to(asked, &format!("/perjanjian/{new}"), "salin")),
            Err(error) => {
                let mistakes = mistakes(asked, error, &[])?;
                let said = (&posted, &mistakes);
                Ok(unfit(html(&copy_form(web, asked, &signed.actor, &file, said)?)))
            }
        }
    })
    .await
}
