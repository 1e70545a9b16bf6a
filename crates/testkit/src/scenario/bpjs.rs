//! Blocks about BPJS: numbers, files, replies, answers, mended rejections; and what can be asked.

use anyhow::{Context, Result, anyhow};
use app::office::{Actor, Office, Operation};
use app::sipp::{
    ReplyAnswer, ReplyOutcome, ReplyReceived, ReplyWindow, SippAsked, SippKind, StandingState,
};
use base::Month;
use domain::programme::Programme;

use super::block::Block;
use super::journey::{Journey, OPERATOR};
use crate::replies::{Layout, lines_of};

/// The facts that [`fact`] knows.
pub const FACTS: [&str; 8] = [
    "kiriman",
    "orang dikirim",
    "diterima BPJS",
    "nomor peserta",
    "penolakan terbuka",
    "balasan menunggu",
    "cocok",
    "selisih",
];

/// Says under which number people are reported.
pub fn employer(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let actor = journey.office.actor(OPERATOR, Operation::SetUp)?;
    let number = (block.value("nomor")?, block.value("nama")?);
    let territory = block.get("wilayah").map(|code| {
        base::RegionCode::parse(code).with_context(|| block.at("wilayah", "is no region"))
    });
    let territory = territory.transpose()?;
    journey.office.set_sipp_employer(&actor, &journey.programme, territory, number)?;
    Ok(())
}

/// Sends a month's file; nobody to send is no mistake.
pub fn send(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let actor = journey.office.actor(OPERATOR, Operation::ExportPeople)?;
    let kind = SippKind::from_name(block.value("jenis")?);
    let month = Month::parse(block.value("bulan")?);
    journey.office.sipp_send(
        &actor,
        &SippAsked {
            programme: &journey.programme,
            kind: kind.with_context(|| block.at("jenis", "unknown"))?,
            month: month.with_context(|| block.at("bulan", "is no month"))?,
            all: false,
            sheet: None,
        },
    )?;
    Ok(())
}

/// Takes a reply in, laid out as the block says.
pub fn reply(journey: &mut Journey<'_>, block: &Block) -> Result<()> {
    let actor = journey.office.actor(OPERATOR, Operation::TakeReferences)?;
    let layout = Layout::from_name(block.value("bentuk")?);
    let layout = layout.with_context(|| block.at("bentuk", "unknown"))?;
    let table = block.table.as_deref().context("a reply has a table")?;
    journey.replies += 1;
    let file_name = format!("balasan-{}.{}", journey.replies, layout.ending());
    let path = journey.folder.join(&file_name);
    std::fs::write(&path, layout.file(&lines_of(table)))?;
    let received = ReplyReceived {
        path: &path,
        file_name: &file_name,
        programme: &journey.programme,
        told: None,
    };
    let taken = journey.office.take_sipp_reply(&actor, &received)?;
    taken.map_err(|refusal| anyhow!("refused: {}", refusal.code))?;
    Ok(())
}

/// Answers every question that only one person can be meant by.
pub fn answer(journey: &Journey<'_>) -> Result<()> {
    let actor = journey.office.actor(OPERATOR, Operation::TakeReferences)?;
    let outcome = Some(ReplyOutcome::Question);
    let window = ReplyWindow { outcome, after: None, rows_max: 1_000 };
    for (held, ..) in journey.office.sipp_replies(&actor)? {
        for found in journey.office.sipp_reply(&actor, held.id, &window)?.rows {
            if let [(person, _)] = &found.candidates[..] {
                let (place, answer) =
                    ((found.row.sheet, found.row.row), ReplyAnswer::Person(person.id));
                journey.office.answer_sipp_row(&actor, held.id, place, answer)?;
            }
        }
    }
    Ok(())
}

/// Marks every open rejection as mended.
pub fn mend(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let actor = journey.office.actor(OPERATOR, Operation::ChangePerson)?;
    let reason = block.value("alasan")?;
    for one in journey.office.sipp_rejected(&actor, Some(&journey.programme), None)? {
        journey.office.mend_rejection(&actor, &journey.programme, one.person.id, reason)?;
    }
    Ok(())
}

/// The fact of this name.
pub fn fact(office: &Office, actor: &Actor, programme: &Programme, name: &str) -> Result<String> {
    let standings = || office.store.read(|tx| store::sipp::standings(tx, programme.id));
    let in_state = |wanted: &dyn Fn(StandingState) -> bool| -> Result<usize> {
        Ok(standings()?.values().filter(|standing| wanted(standing.state)).count())
    };
    let sent = || -> Result<Vec<u32>> {
        let all = office.sipp_submissions(actor)?.into_iter();
        Ok(all.filter(|(_, of)| of.id == programme.id).map(|(one, _)| one.people).collect())
    };
    let papers = || office.tie_out(actor, &programme.code, programme.first);
    Ok(match name {
        "kiriman" => sent()?.len().to_string(),
        "orang dikirim" => sent()?.iter().sum::<u32>().to_string(),
        "diterima BPJS" => in_state(&|state| state == StandingState::Accepted)?.to_string(),
        "nomor peserta" => {
            let id = programme.id;
            let held = office.store.read(|tx| store::sipp::numbers_of_programme(tx, id))?;
            held.len().to_string()
        }
        "penolakan terbuka" => in_state(&StandingState::is_open_rejection)?.to_string(),
        "balasan menunggu" => {
            let replies = office.sipp_replies(actor)?;
            let outcomes = replies.iter().flat_map(|(_, _, outcomes)| outcomes);
            let open = outcomes.filter(|(outcome, _)| outcome.needs_somebody());
            open.map(|(_, count)| count).sum::<u64>().to_string()
        }
        "cocok" => papers()?.out.agree.to_string(),
        _ => papers()?.out.lines.len().to_string(),
    })
}
