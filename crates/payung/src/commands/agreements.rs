//! `payung agreement`: agreements written, signed, amended, ticked, printed.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use app::agreements::{
    AgreementFile, Amendment, Copying, Done as Did, DutyKind, DutyShown, DutyState, NewAgreement,
    NewDuty, Renewal, Signing, Ticking,
};
use app::error::AppError;
use app::office::{Office, Operation};
use app::prints::hex;
use serde_json::{Value, json};

use crate::cli::{
    AgreementAddArgs, AgreementAmendArgs, AgreementBoardArgs, AgreementCommand, AgreementCopyArgs,
    AgreementFulfilArgs, AgreementSignArgs, Global, TemplateCommand,
};
use crate::commands::{self, Done};
use crate::say::Say;

/// Runs a command on agreements.
pub fn run(global: &Global, say: &Say, command: &AgreementCommand) -> Done {
    let office = commands::open(global)?;
    let desk = Desk { global, say, office: &office };
    match command {
        AgreementCommand::Add(args) => desk.add(args),
        AgreementCommand::List => desk.list(),
        AgreementCommand::Show { code, terms } => desk.show(code, terms.as_deref()),
        AgreementCommand::Sign(args) => desk.sign(args),
        AgreementCommand::Amend(args) => desk.amend(args),
        AgreementCommand::Fulfil(args) => desk.fulfil(args),
        AgreementCommand::Board(args) => desk.board(args),
        AgreementCommand::Tie { code, programme, undo } => {
            let actor = office.actor(&global.actor, Operation::SetUp)?;
            desk.did(code, office.tie_agreement(&actor, code, (programme, *undo))?)
        }
        AgreementCommand::Print { code, out, version_number } => {
            desk.print(code, out, *version_number)
        }
        AgreementCommand::Scan { code, out, version_number } => {
            let actor = office.actor(&global.actor, Operation::ReadMoney)?;
            let bytes = office.agreement_scan(&actor, code, *version_number)?;
            desk.written(out, &bytes)
        }
        AgreementCommand::Copy(args) => desk.copy(args),
        AgreementCommand::End { code, on, reason } => {
            let actor = office.actor(&global.actor, Operation::SetUp)?;
            let on = on.as_deref().map(commands::day).transpose()?;
            desk.did(code, office.end_agreement(&actor, code, on, reason)?)
        }
        AgreementCommand::Template(command) => desk.template(command),
    }
}

/// The office, and how it is spoken of.
struct Desk<'a> {
    global: &'a Global,
    say: &'a Say,
    office: &'a Office,
}

impl Desk<'_> {
    fn add(&self, args: &AgreementAddArgs) -> Done {
        let actor = self.office.actor(&self.global.actor, Operation::SetUp)?;
        let new = NewAgreement {
            code: &args.code,
            template: &args.template,
            parties: &args.parties,
            number: &args.number,
            place: &args.place,
            from: commands::day(&args.from)?,
            to: args.to.as_deref().map(commands::day).transpose()?,
        };
        self.did(&args.code, self.office.add_agreement(&actor, &new)?)
    }

    fn list(&self) -> Done {
        let actor = self.office.actor(&self.global.actor, Operation::ReadMoney)?;
        for shown in self.office.agreements(&actor)? {
            let (agreement, terms) = (&shown.agreement, &shown.terms);
            let parties: Vec<&str> = terms.parties.iter().map(|party| &*party.name).collect();
            let count = |state| shown.duties.get(&state).copied().unwrap_or(0);
            let document = json!({
                "agreement": &*agreement.code,
                "number": &*terms.number,
                "subject": &*terms.subject,
                "parties": parties,
                "from": terms.from.to_string(),
                "to": terms.to.to_string(),
                "state": agreement.state.name(),
                "version": agreement.version,
                "draft_waits": shown.draft_waits,
                "renewal": renewal_name(shown.renewal),
                "late": count(DutyState::Late),
                "soon": count(DutyState::Soon),
                "done": count(DutyState::Done),
                "duties": shown.duties.values().sum::<u32>(),
            });
            let state = self.words(&format!("agreement-state-{}", agreement.state.name()));
            let line = format!("{}  {state}  {}", agreement.code, parties.join(" – "));
            self.say.record(&document, &line);
        }
        Ok(ExitCode::SUCCESS)
    }

    fn show(&self, code: &str, terms: Option<&Path>) -> Done {
        let actor = self.office.actor(&self.global.actor, Operation::ReadMoney)?;
        if let Some(path) = terms {
            let text = self.office.agreement_script(&actor, code)?;
            return self.written(path, text.as_bytes());
        }
        let file = self.office.agreement(&actor, code)?;
        if self.say.json {
            self.say.document(&document(&file));
            return Ok(ExitCode::SUCCESS);
        }
        let current = file.current();
        let terms = &current.terms;
        let mut pairs = vec![
            (self.words("agreement-number"), terms.number.to_string()),
            (self.words("agreement-about"), terms.subject.to_string()),
            (
                self.words("agreement-valid"),
                format!("{} – {}", terms.from.in_words(), terms.to.in_words()),
            ),
            (
                self.words("agreement-state"),
                self.words(&format!("agreement-state-{}", file.agreement.state.name())),
            ),
            (self.words("agreement-version"), current.version.to_string()),
        ];
        for party in &terms.parties {
            pairs.push((party.called.to_string(), party.name.to_string()));
        }
        for (code, name) in &file.programmes {
            pairs.push((self.words("agreement-programme"), format!("{name} ({code})")));
        }
        self.say.pairs(&pairs);
        self.duties(&file.duties);
        Ok(ExitCode::SUCCESS)
    }

    fn sign(&self, args: &AgreementSignArgs) -> Done {
        let actor = self.office.actor(&self.global.actor, Operation::SetUp)?;
        let scan = args.scan.as_deref().map(read_file).transpose()?;
        let signing = Signing {
            on: args.on.as_deref().map(commands::day).transpose()?,
            number: args.number.as_deref(),
            scan: scan.as_deref(),
        };
        self.did(&args.code, self.office.sign_agreement(&actor, &args.code, &signing)?)
    }

    fn amend(&self, args: &AgreementAmendArgs) -> Done {
        let actor = self.office.actor(&self.global.actor, Operation::SetUp)?;
        let terms = match &args.terms {
            None => None,
            Some(path) => Some(read_text(path)?),
        };
        let kind = || AppError::usage("KIND_UNKNOWN", args.duty_kind.as_str());
        let duty = match &args.duty {
            None => None,
            Some(code) => Some(NewDuty {
                code: code.clone(),
                party: args.duty_of,
                kind: DutyKind::from_name(&args.duty_kind).ok_or_else(kind)?,
                text: args.duty_text.clone().unwrap_or_default(),
                due: args.due.as_deref().map(commands::day).transpose()?,
                each_facility: args.each_facility,
            }),
        };
        let signatories = args.signatory.iter().map(|text| signatory(text));
        let amendment = Amendment {
            terms: terms.as_deref(),
            number: args.number.as_deref(),
            to: args.to.as_deref().map(commands::day).transpose()?,
            notice_days: args.notice_days,
            signatories: signatories.collect::<Result<_, _>>()?,
            duty,
            reason: &args.reason,
        };
        self.did(&args.code, self.office.amend_agreement(&actor, &args.code, &amendment)?)
    }

    fn fulfil(&self, args: &AgreementFulfilArgs) -> Done {
        let actor = self.office.actor(&self.global.actor, Operation::FollowUp)?;
        let ticking = Ticking {
            duty: &args.duty,
            orgs: &args.facility,
            all: args.all,
            on: args.on.as_deref().map(commands::day).transpose()?,
            note: &args.note,
            undo: args.undo,
        };
        self.did(&args.code, self.office.fulfil(&actor, &args.code, &ticking)?)
    }

    fn board(&self, args: &AgreementBoardArgs) -> Done {
        let actor = self.office.actor(&self.global.actor, Operation::ReadMoney)?;
        let on = args.as_of.as_deref().map(commands::day).transpose()?;
        let unknown = |text: &str| AppError::usage("KIND_UNKNOWN", text);
        let wanted = match args.state.as_deref() {
            None => None,
            Some(text) => Some(DutyState::from_name(text).ok_or_else(|| unknown(text))?),
        };
        let mut found = self.office.agreement_board(&actor, on)?;
        found.retain(|shown| wanted.is_none_or(|state| shown.standing.state == state));
        if self.say.json {
            let rows: Vec<Value> = found.iter().map(duty_document).collect();
            self.say.document(&json!(rows));
        } else {
            self.duties(&found);
        }
        Ok(ExitCode::SUCCESS)
    }

    fn duties(&self, duties: &[DutyShown]) {
        let heads = ["agreement-duty", "agreement-owner", "agreement-due", "agreement-done"];
        let heads = heads.map(|key| self.words(key));
        let state_head = self.words("agreement-state");
        let rows: Vec<Vec<String>> = duties
            .iter()
            .map(|shown| {
                let standing = shown.standing;
                vec![
                    format!("{}/{}", shown.agreement, shown.duty.code),
                    shown.party.to_string(),
                    shown.duty.due.map(|due| due.to_string()).unwrap_or_default(),
                    format!("{}/{}", standing.done, standing.of),
                    self.words(&format!("duty-state-{}", standing.state.name())),
                ]
            })
            .collect();
        let [duty, owner, due, done] = heads.each_ref().map(String::as_str);
        self.say.table(&[duty, owner, due, done, &state_head], &rows, &[3]);
    }

    fn print(&self, code: &str, out: &Path, version: Option<u32>) -> Done {
        let actor = self.office.actor(&self.global.actor, Operation::ReadMoney)?;
        let printed = self.office.print_agreement(&actor, code, version, self.say.words)?;
        self.written(out, &printed.bytes)
    }

    fn copy(&self, args: &AgreementCopyArgs) -> Done {
        let actor = self.office.actor(&self.global.actor, Operation::SetUp)?;
        let copying = Copying {
            from: &args.from_code,
            code: &args.code,
            instead_of: args.instead_of.as_deref(),
            to: &args.to_org,
            first: commands::day(&args.from)?,
            last: args.to.as_deref().map(commands::day).transpose()?,
        };
        self.did(&args.code, self.office.copy_agreement(&actor, &copying)?)
    }

    fn template(&self, command: &TemplateCommand) -> Done {
        match command {
            TemplateCommand::List => {
                let actor = self.office.actor(&self.global.actor, Operation::ReadMoney)?;
                for (name, script) in self.office.agreement_templates(&actor)? {
                    let document = json!({"template": name, "name": script.name,
                        "name_en": script.name_en, "parties": script.party.len(),
                        "duties": script.duty.len()});
                    self.say.record(&document, &format!("{name}  {}", script.name));
                }
            }
            TemplateCommand::Show { name, out } => {
                let actor = self.office.actor(&self.global.actor, Operation::ReadMoney)?;
                let text = self.office.agreement_template(&actor, name)?;
                if let Some(out) = out {
                    return self.written(out, text.as_bytes());
                }
                self.say.record(&json!({"template": name, "text": text}), text.trim_end());
            }
            TemplateCommand::Add { name, file } => {
                let actor = self.office.actor(&self.global.actor, Operation::SetUp)?;
                self.office.keep_agreement_template(&actor, name, &read_text(file)?)?;
                self.say.record(&json!({"template": name}), name);
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn did(&self, code: &str, did: Did) -> Done {
        let (name, key) = match did {
            Did::Now => ("done", "agreement-did-now"),
            Did::Before => ("exists", "agreement-did-before"),
        };
        let line = format!("{code}  {}", self.words(key));
        self.say.record(&json!({"agreement": code, "outcome": name}), &line);
        Ok(ExitCode::SUCCESS)
    }

    fn written(&self, path: &Path, bytes: &[u8]) -> Done {
        commands::write_file(path, bytes)?;
        let shown = path.display().to_string();
        self.say.record(&json!({"path": shown, "bytes": bytes.len()}), &shown);
        Ok(ExitCode::SUCCESS)
    }

    fn words(&self, key: &str) -> String {
        self.say.words.get(key)
    }
}

fn document(file: &AgreementFile) -> Value {
    let current = file.current();
    let terms = &current.terms;
    let versions: Vec<Value> = file
        .versions
        .iter()
        .map(|version| {
            json!({
                "version": version.version,
                "number": &*version.terms.number,
                "from": version.terms.from.to_string(),
                "to": version.terms.to.to_string(),
                "signed_on": version.signed_on.map(|day| day.to_string()),
                "scan_sha256": version.scan.map(|hash| hex(&hash)),
                "digest": hex(&version.digest),
                "reason": &*version.reason,
            })
        })
        .collect();
    let parties: Vec<Value> = terms
        .parties
        .iter()
        .map(|party| {
            let code = file.orgs.get(&party.org).map(|org| &*org.code);
            json!({"org": code, "name": &*party.name, "called": &*party.called,
                "signatory": &*party.signatory, "office": &*party.office})
        })
        .collect();
    json!({
        "agreement": &*file.agreement.code,
        "template": &*file.agreement.template,
        "copied_from": file.copied_from.as_deref(),
        "state": file.agreement.state.name(),
        "version": file.agreement.version,
        "number": &*terms.number,
        "subject": &*terms.subject,
        "from": terms.from.to_string(),
        "to": terms.to.to_string(),
        "programmes": file.programmes.iter().map(|(code, _)| &**code).collect::<Vec<_>>(),
        "notice_days": terms.notice_days,
        "renewal": renewal_name(file.renewal),
        "ended_on": file.agreement.ended_on.map(|day| day.to_string()),
        "parties": parties,
        "versions": versions,
        "duties": file.duties.iter().map(duty_document).collect::<Vec<_>>(),
    })
}

fn duty_document(shown: &DutyShown) -> Value {
    json!({
        "agreement": &*shown.agreement,
        "duty": &*shown.duty.code,
        "owner": &*shown.owner,
        "kind": shown.duty.kind.name(),
        "text": shown.text,
        "due": shown.duty.due.map(|due| due.to_string()),
        "state": shown.standing.state.name(),
        "done": shown.standing.done,
        "of": shown.standing.of,
        "after_due": shown.standing.after_due,
        "last": shown.standing.last.map(|day| day.to_string()),
        "days_left": shown.standing.days_left,
    })
}

fn renewal_name(renewal: Renewal) -> &'static str {
    match renewal {
        Renewal::Far => "far",
        Renewal::Due { .. } => "due",
        Renewal::Over => "over",
    }
}

/// `1=Name;Title`.
fn signatory(text: &str) -> Result<(u8, String, String), AppError> {
    let unfit = || AppError::usage("SIGNATORY_UNFIT", "");
    let (place, rest) = text.split_once('=').ok_or_else(unfit)?;
    let (name, title) = rest.split_once(';').unwrap_or((rest, ""));
    Ok((place.trim().parse().map_err(|_| unfit())?, name.to_owned(), title.to_owned()))
}

fn read_file(path: &Path) -> Result<Vec<u8>, AppError> {
    fs::read(path).map_err(|_| AppError::not_found("FILE_UNREADABLE", path.display().to_string()))
}

fn read_text(path: &Path) -> Result<String, AppError> {
    let unreadable = |_| AppError::refused("AGREEMENT_TEXT_UNREADABLE", "UTF-8");
    String::from_utf8(read_file(path)?).map_err(unreadable)
}
