//! `payung propose | approve`: the list and its four eyes.

use std::process::ExitCode;

use app::error::AppError;
use app::office::Operation;
use app::prints::hex;
use base::money::grouped;
use domain::approval::Proposal;
use serde_json::{Value, json};

use crate::cli::{ApproveArgs, Global, ProposeArgs};
use crate::commands::duplicates::InFigures;
use crate::commands::{self, Done};
use crate::say::Say;

/// Puts the accepted people forward.
pub fn propose(global: &Global, say: &Say, args: &ProposeArgs) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::Propose)?;
    let forward = office.propose(&actor, &args.programme)?;
    let against = office.conflicts_of_list(&actor, &args.programme, &forward)?;
    let against = InFigures::of(&against);
    if say.json {
        let mut document = proposal_document(&forward.proposal);
        document["waiting"] = json!(forward.waiting.len());
        document["skipped"] = json!(forward.skipped);
        document["free_rupiah"] = json!(forward.free.0);
        document["new"] = json!(forward.is_new);
        document["conflicts"] = json!(against.certain);
        document["waiting_pairs"] = json!(against.pairs);
        say.document(&document);
    } else {
        print_proposal(&forward.proposal, say);
        say.pairs(&[
            (say.words.get("list-waiting"), grouped(forward.waiting.len() as u64)),
            (say.words.get("stands-skipped"), grouped(forward.skipped)),
            (say.words.get("list-free"), forward.free.to_string()),
            (say.words.get("bill-conflicts"), grouped(against.certain)),
            (say.words.get("waiting-pairs"), grouped(against.pairs)),
        ]);
        against.lead_on("list-conflicts-see", say);
    }
    Ok(ExitCode::SUCCESS)
}

/// Approves what somebody else put forward, or returns it with a reason.
pub fn approve(global: &Global, say: &Say, args: &ApproveArgs) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::Approve)?;
    if let Some(reason) = &args.return_reason {
        office.return_list(&actor, &args.programme, reason)?;
        let (proposal, _) = office.newest_list(&actor, &args.programme)?;
        say_proposal(&proposal, say);
        return Ok(ExitCode::SUCCESS);
    }
    let hash = args.hash.as_deref().map(parse_hash).transpose()?;
    let proposal = office.approve(&actor, &args.programme, hash)?;
    say_proposal(&proposal, say);
    Ok(ExitCode::SUCCESS)
}

fn proposal_document(proposal: &Proposal) -> Value {
    json!({
        "proposal": proposal.id.to_string(),
        "state": proposal.state.name(),
        "people": proposal.people,
        "monthly_rupiah": proposal.monthly.0,
        "committed_rupiah": proposal.committed.0,
        "hash": hex(&proposal.list_hash),
    })
}

fn say_proposal(proposal: &Proposal, say: &Say) {
    match say.json {
        true => say.document(&proposal_document(proposal)),
        false => print_proposal(proposal, say),
    }
}

fn print_proposal(proposal: &Proposal, say: &Say) {
    let words = say.words;
    say.pairs(&[
        (words.get("list-state"), words.get(&format!("proposal-{}", proposal.state.name()))),
        (words.get("list-people"), grouped(u64::from(proposal.people))),
        (words.get("list-monthly"), proposal.monthly.to_string()),
        (words.get("list-committed"), proposal.committed.to_string()),
        (words.get("list-hash"), hex(&proposal.list_hash)),
    ]);
}

/// A digest as it was printed.
pub fn parse_hash(text: &str) -> Result<[u8; 32], AppError> {
    let wrong = || AppError::usage("HASH_DIFFERS", "");
    let text = text.trim();
    let mut hash = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return Err(wrong());
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        let digits = &text[2 * at..2 * at + 2];
        *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
    }
    Ok(hash)
}
