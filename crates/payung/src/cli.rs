//! The command line: every command, argument and flag, as typed.
//!
//! Conventions of clig.dev; names are a contract (`--json` everywhere, stable English fields).

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::door::Door;

mod agreements;
mod annexes;
mod backup;
mod bank;
mod batch;
mod bills;
mod card_days;
mod claims;
mod coverage;
mod duplicates;
mod events;
mod jht;
mod keys;
mod law;
mod ledger;
mod link;
mod messages;
mod notices;
mod organisations;
mod outreach;
mod plan;
mod programmes;
mod sipp;
mod snap;

pub use agreements::{
    AgreementAddArgs, AgreementAmendArgs, AgreementBoardArgs, AgreementCommand, AgreementCopyArgs,
    AgreementFulfilArgs, AgreementSignArgs, TemplateCommand,
};
pub use annexes::{AnnexArgs, AnnexCommand, FallenArgs, MovementArgs, MovementCommand};
pub use backup::{BackupCommand, BackupCreateArgs, BackupKeyArgs, BackupRestoreArgs};
pub use bank::{AccountArgs, AllocateArgs, BankCommand};
pub use batch::BatchExportArgs;
pub use bills::{BillCodeKind, BillCommand, BillPaperKind};
pub use card_days::{CardDayCommand, CardDayHandoverArgs, CardDayNewArgs};
pub use claims::{
    ClaimFactsArgs, ClaimHeirArgs, ClaimOpenArgs, ClaimStepArgs, ClaimsCommand, ScholarshipCommand,
    ScholarshipStepArgs,
};
pub use coverage::{
    BasisCommand, CoverageArgs, CoverageCommand, CoverageExportArgs, CoverageTargetCommand,
    OpenFormat, OpenKey, ReportCommand, WallArgs,
};
pub use duplicates::{ConflictsArgs, DecideArgs, DuplicatesCommand, PairStateArg};
pub use events::{EventsCommand, EventsDeliveriesArgs, EventsReplayArgs, EventsSubscribeArgs};
pub use jht::{JhtCommand, JhtSimulateArgs, JhtStatementArgs};
pub use keys::{KeyCommand, ProviderCommand};
pub use law::{
    AccidentArgs, AidsArgs, BenefitArgs, BenefitCommand, ContributionArgs, LawArgs, LawCommand,
    PenaltyArgs, QuoteArgs, RulebookArgs, ScholarshipArgs,
};
pub use ledger::{ChartCommand, CoverArgs, EntryArgs, ExportWhatArg, LedgerCommand, MonthsArgs};
pub use link::{DedupeArgs, LinkArgs, PairArgs};
pub use messages::MessagesCommand;
pub use notices::{DeathsCommand, NoticesCommand};
pub use organisations::{OrgAddArgs, OrgChangeArgs, OrgCommand, OrgImportArgs, OrgKindCommand};
pub use outreach::{
    OutreachAgentArgs, OutreachAgentsCommand, OutreachAttendArgs, OutreachCommand,
    OutreachEventArgs, OutreachFieldCommand, OutreachFreeArgs, OutreachKindCommand,
    OutreachLeadsCommand, OutreachListArgs, OutreachWhoArgs,
};
pub use plan::PlanArgs;
pub use programmes::{
    BoardArgs, FundAddArgs, FundCommand, FundReviseArgs, ProgrammeAddArgs, ProgrammeCommand,
    TermArgs,
};
pub use sipp::{
    EmployerArgs, ReplyArgs, SippAnswerArgs, SippCommand, SippExportArgs, SippKindArg, TieoutArgs,
    VerdictArg,
};
pub use snap::{SnapBillArgs, SnapCommand, SnapPartnerCommand};

/// From messy village lists to workers who are really insured.
#[derive(Parser)]
#[command(name = "payung", version, propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Args, Clone)]
pub struct Global {
    /// Folder that holds everything of the embedded default.
    #[arg(long, global = true, env = "PAYUNG_DATA", default_value = "./payung-data")]
    pub data: PathBuf,
    /// A PostgreSQL database instead of the embedded one; `@FILE` for a file that names that of
    /// each regency, where the register has several servers.
    #[arg(long, global = true, env = "PAYUNG_DATABASE", value_name = "URL")]
    pub database: Option<String>,
    /// The file with the register's keys; `keys.toml` in the folder when absent.
    #[arg(long, global = true, value_name = "FILE")]
    pub keys: Option<PathBuf>,
    /// A file of yours alone (0600) with the age key that opens the register's keys when they are a
    /// bundle; its passphrase is asked for without.
    #[arg(long, global = true, value_name = "FILE")]
    pub keys_identity: Option<PathBuf>,
    /// The regency whose register this is (Kemendagri code).
    #[arg(long, global = true, env = "PAYUNG_PEMDA", default_value = "64.01", value_name = "CODE")]
    pub pemda: String,
    /// Print one JSON document (or NDJSON) instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of messages.
    #[arg(long, global = true, default_value = "id")]
    pub lang: Lang,
    /// Who acts; recorded with every act.
    #[arg(
        long = "as",
        global = true,
        env = "PAYUNG_USER",
        default_value = "operator",
        value_name = "USER"
    )]
    pub actor: String,
    /// What the command asks for; no flag says it.
    #[arg(skip)]
    pub door: Door,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Lang {
    Id,
    En,
}

#[derive(Subcommand)]
pub enum Command {
    /// Make a practice regency of invented people and run the whole journey.
    Demo(DemoArgs),
    /// Read and verify files; touch nothing.
    Check(CheckArgs),
    /// Take files into the register, for a programme, from an office or village.
    Import(ImportArgs),
    /// Received files: list, show, return workbook, undo.
    #[command(subcommand)]
    Sheet(SheetCommand),
    /// Reference lists of other offices, each with the day it was true.
    #[command(subcommand)]
    Reference(ReferenceCommand),
    /// Offices, villages, facilities and partners.
    #[command(subcommand)]
    Org(OrgCommand),
    /// Agreements: written from a text, signed, amended, followed up.
    #[command(subcommand)]
    Agreement(AgreementCommand),
    /// Funds: ceilings and their revisions, what is bound, billed, paid and free.
    #[command(subcommand)]
    Fund(FundCommand),
    /// Programmes: who, as what, in which order, which schemes, months and fund.
    #[command(subcommand)]
    Programme(ProgrammeCommand),
    /// How far a programme is: places, refusals, who fell out and who is next, ages, villages.
    Board(BoardArgs),
    /// People who act.
    #[command(subcommand)]
    User(UserCommand),
    /// Put the accepted people forward for approval (maker).
    Propose(ProposeArgs),
    /// Approve a proposal (checker, never its maker).
    Approve(ApproveArgs),
    /// What waits for other eyes: lists, roles, erasures, large imports.
    #[command(subcommand)]
    Task(TaskCommand),
    /// People who may be in the register twice: found, decided, merged with a second person.
    #[command(subcommand)]
    Duplicates(DuplicatesCommand),
    /// Who on a list or a bill is paid for elsewhere, insured elsewhere, or dead.
    Conflicts(ConflictsArgs),
    /// Settings of the office.
    #[command(subcommand)]
    Setting(SettingCommand),
    /// Annexes of the decree: print one by name by address, put changes into the next, list them.
    Annex(AnnexArgs),
    /// Changes after approval: who leaves from a month and why, who comes from the waiting list.
    #[command(subcommand)]
    Movement(MovementCommand),
    /// Claims: opened, completed, approved by a second person, sent to BPJS, answered, paid.
    #[command(subcommand, visible_alias = "claim")]
    Claims(ClaimsCommand),
    /// Lists of the dead against the members, and the dead who were never claimed for.
    #[command(subcommand)]
    Deaths(DeathsCommand),
    /// Lists of accidents against the members, and the injured who were never claimed for.
    #[command(subcommand)]
    Accidents(NoticesCommand),
    /// Accounts of old age savings: every month behind a balance, what BPJS states, a look ahead.
    #[command(subcommand)]
    Jht(JhtCommand),
    /// What anybody told without a login: events and requests, answered or made a claim.
    #[command(subcommand)]
    Messages(MessagesCommand),
    /// Events and their calendar, who was there, who wants in, agents, and what came of it.
    #[command(subcommand)]
    Outreach(OutreachCommand),
    /// Files to BPJS in its own forms (SIPP), its replies, and rejections that stand.
    #[command(subcommand)]
    Sipp(SippCommand),
    /// The same people in annex, list, reply, bill and cards: who differs, by name.
    Tieout(TieoutArgs),
    /// Monthly bills.
    #[command(subcommand)]
    Bill(BillCommand),
    /// Bank statements and their matching with bills.
    #[command(subcommand)]
    Bank(BankCommand),
    /// Banks that tell payments by SNAP BI: what was agreed, what they told, what does not fit.
    #[command(subcommand)]
    Snap(SnapCommand),
    /// The double-entry ledger: balances, statements, entries by hand, months closed, files.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Membership cards.
    #[command(subcommand)]
    Cards(CardsCommand),
    /// The audit log: who did what, and the proof that nothing was changed behind anybody's back.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Covered people against a stated denominator.
    Coverage(Box<CoverageArgs>),
    /// Reports of one page: made once, kept, and shown again with the same numbers.
    #[command(subcommand)]
    Report(ReportCommand),
    /// Write this regency's tables for `payung-batch`: by pseudonyms, all but people on demand.
    BatchExport(BatchExportArgs),
    /// Who stands on both of two lists, with a probability for each pair.
    Link(LinkArgs),
    /// Who stands twice on one list.
    Dedupe(DedupeArgs),
    /// The law as data: what applies, with its article.
    Law(LawArgs),
    /// What people cost over months, or how many people or months a sum pays for.
    Quote(QuoteArgs),
    /// Plan a budget over the real list: scenarios, months, ages, a path to everybody.
    Plan(Box<PlanArgs>),
    /// The register's pages on this machine; prints a link while there is no administrator.
    Serve(ServeArgs),
    /// Other programs that are told what was done here.
    #[command(subcommand)]
    Events(EventsCommand),
    /// The keys by which identity is sealed.
    #[command(subcommand)]
    Key(KeyCommand),
    /// The identity provider of the office, through which people may sign in.
    #[command(subcommand)]
    Provider(ProviderCommand),
    /// One person: shown masked, found by name, erased.
    #[command(subcommand)]
    Person(PersonCommand),
    /// Copies of the register: made while people work, sealed, proved, brought back.
    #[command(subcommand)]
    Backup(BackupCommand),
    /// Examine the installation: files, keys, room, clock, copies, every act and transfer.
    Doctor,
    /// Bring the register's schema up to date; on PostgreSQL as the owner of the tables.
    Migrate(MigrateArgs),
    /// Carry the register of a folder into PostgreSQL whole, and prove that it arrived.
    Move(MoveArgs),
    /// Shell completions.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// The manual page.
    Man,
    /// Write practice lists of invented people, for benchmarks.
    #[command(hide = true)]
    Practice(PracticeArgs),
    /// Read one file and send what is found to the parent process.
    #[command(hide = true, name = "__read")]
    Read {
        /// The file.
        path: PathBuf,
    },
}

#[derive(Args)]
pub struct DemoArgs {
    /// The seed from which the regency is made; the same seed gives the same people.
    #[arg(long, default_value_t = app::practice::DEMO_SEED)]
    pub seed: u64,
    /// Only so many villages, for a quick look.
    #[arg(long, value_name = "N")]
    pub villages: Option<u16>,
}

#[derive(Args)]
pub struct CheckArgs {
    /// Spreadsheets of any kind.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Only the sheet of this name.
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// One NDJSON line per row, with its values and problems.
    #[arg(long)]
    pub rows: bool,
    /// Write the file back with what is wrong marked (one file only).
    #[arg(long = "return", value_name = "OUT.xlsx")]
    pub return_to: Option<PathBuf>,
    /// The day of registration by which ages are judged; today by default.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub on: Option<String>,
    /// The territory the list is about, such as 64.01 or 64.01.05.2001.
    #[arg(long, value_name = "CODE")]
    pub territory: Option<String>,
}

#[derive(Args)]
pub struct ImportArgs {
    /// Spreadsheets of any kind, or return workbooks.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The programme the list is for.
    #[arg(long, value_name = "CODE")]
    pub programme: String,
    /// The office or village that sends it.
    #[arg(long, value_name = "ORG")]
    pub from: String,
    /// Decide and report, but write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Only the sheet of this name.
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Confirm what columns hold, such as `C=name,D=nik,F=-`; remembered for this sender.
    #[arg(long, value_name = "MAP")]
    pub map: Option<String>,
}

#[derive(Subcommand)]
pub enum SheetCommand {
    /// Every received file.
    List,
    /// One file: outcomes, problems by code.
    Show {
        /// The sheet.
        id: String,
    },
    /// Write the return workbook.
    Return {
        /// The sheet.
        id: String,
        /// Where to.
        #[arg(long, value_name = "OUT.xlsx")]
        out: PathBuf,
    },
    /// Finish an import that was cut off, or that others have approved.
    Resume {
        /// The sheet.
        id: String,
    },
    /// Take an import back, until its people are on a list that was put forward or approved.
    Undo {
        /// The sheet.
        id: String,
    },
    /// Forget a file's bytes for ever, once nobody needs its return workbook; outcomes stay.
    Forget {
        /// The sheet.
        id: String,
        /// Why; recorded.
        #[arg(long)]
        reason: String,
    },
}

#[derive(Subcommand)]
pub enum ReferenceCommand {
    /// Take in a list: dukcapil, bpjs-aktif, asn or meninggal.
    Import {
        /// CSV or spreadsheet with NIK, and where known name, birth date and day of event.
        file: PathBuf,
        /// What the list says.
        #[arg(long, value_name = "KIND")]
        list: String,
        /// The day on which it was true.
        #[arg(long, value_name = "YYYY-MM-DD")]
        as_of: String,
        /// The list answers for everybody asked: a NIK missing from it is unknown there.
        #[arg(long)]
        complete: bool,
    },
    /// The lists received.
    List,
}

#[derive(Subcommand)]
pub enum AuditCommand {
    /// The lines, newest first.
    List(AuditListArgs),
    /// Compute everything again; exit code 8 and the first bad entry when something was changed.
    Verify {
        /// A checkpoint kept elsewhere: the log must have grown out of it.
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
        /// Keys of witnesses, one to a line.
        #[arg(long, value_name = "FILE")]
        witness_keys: Option<PathBuf>,
    },
    /// Sign the log as it is now.
    Checkpoint {
        /// The file to write; the terminal when absent.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// A page to print, with what it means.
        #[arg(long, value_name = "FILE")]
        pdf: Option<PathBuf>,
    },
    /// Show that a line is in the log, as JSON that other programs verify.
    Prove {
        /// The line's number or identifier.
        line: String,
        /// In the tree of this checkpoint instead of that of now.
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
    },
    /// Show that the log has grown out of a checkpoint, as JSON that other programs verify.
    Growth {
        /// The earlier checkpoint.
        #[arg(value_name = "FILE")]
        checkpoint: PathBuf,
    },
    /// Others who have seen a checkpoint and signed it.
    #[command(subcommand)]
    Witness(WitnessCommand),
}

#[derive(Subcommand)]
pub enum WitnessCommand {
    /// Take in the signatures of witnesses under a checkpoint.
    Add {
        /// The checkpoint as it came back, with their signatures.
        file: PathBuf,
        /// Keys of witnesses, one to a line.
        #[arg(long, value_name = "FILE")]
        witness_keys: PathBuf,
    },
}

#[derive(Args)]
pub struct AuditListArgs {
    /// Only this act, such as sheet-decided.
    #[arg(long)]
    pub act: Option<String>,
    /// Only what this user did.
    #[arg(long, value_name = "USER")]
    pub by: Option<String>,
    /// Only what was done to the record with this identifier.
    #[arg(long, value_name = "ID")]
    pub object: Option<String>,
    /// Only this day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub day: Option<String>,
    /// Only lines before this number.
    #[arg(long, value_name = "N")]
    pub before: Option<u64>,
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub lines: u32,
}

#[derive(Subcommand)]
pub enum UserCommand {
    /// Add somebody who acts.
    Add {
        /// Short name.
        code: String,
        /// Role: operator, village-operator, verifier, officer, treasurer, approver,
        /// bpjs-officer, agent, auditor, administrator.
        #[arg(long, default_value = "operator")]
        role: String,
    },
    /// Give somebody one more role, for a territory and for some days.
    Grant(GrantArgs),
    /// Lend one of your own roles (`--as`) to somebody for some days.
    Lend(GrantArgs),
    /// End a role by the number that `user list` shows.
    End {
        /// The number of the grant.
        grant: String,
    },
    /// Shut an account.
    Suspend {
        /// Short name.
        code: String,
    },
    /// Open a shut account again.
    Open {
        /// Short name.
        code: String,
    },
    /// Read beyond your roles for some hours; auditors see it.
    BreakGlass {
        /// Why, in a sentence.
        #[arg(long)]
        reason: String,
        /// For how many hours, 8 at most.
        #[arg(long, default_value_t = 1)]
        hours: u8,
    },
    /// Everybody who acts, and what they hold.
    List,
    /// Print a link with which somebody sets the first password.
    Invite {
        /// Short name.
        code: String,
    },
    /// Give somebody a way back in: asked for, confirmed by another, then a link.
    Recover {
        /// Short name.
        code: String,
    },
    /// Set somebody's password, asked at the terminal or read from standard input.
    Password {
        /// Short name.
        code: String,
    },
    /// What lets other programs act for you (`--as`): made and shown once, listed, ended.
    #[command(subcommand)]
    Token(TokenCommand),
}

#[derive(Subcommand)]
pub enum TokenCommand {
    /// Make a token of one of your roles, and print it this once.
    New {
        /// What you call it, such as the program's name.
        name: String,
        /// What it may do, such as read-sheets,take-in.
        #[arg(long, value_name = "OPERATION", value_delimiter = ',', required = true)]
        operations: Vec<String>,
        /// How many days it works, 366 at most.
        #[arg(long, default_value_t = 90)]
        days: u16,
        /// The number of the role, as `user list` shows it; your only one when absent.
        #[arg(long, value_name = "ROLE")]
        grant: Option<String>,
    },
    /// Your tokens; somebody else's for whoever keeps the accounts.
    List {
        /// Whose.
        #[arg(long, value_name = "NAME")]
        of: Option<String>,
    },
    /// End a token at once.
    End {
        /// The number of the token.
        token: String,
    },
}

#[derive(Args)]
pub struct GrantArgs {
    /// Short name.
    pub code: String,
    /// Role.
    #[arg(long)]
    pub role: String,
    /// Region; the office's, or the whole regency, when absent.
    #[arg(long, value_name = "REGION")]
    pub territory: Option<String>,
    /// Office.
    #[arg(long, value_name = "CODE")]
    pub org: Option<String>,
    /// First day; today when absent.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<String>,
    /// Last day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub until: Option<String>,
}

#[derive(Args)]
pub struct ProposeArgs {
    /// The programme.
    #[arg(long, value_name = "CODE")]
    pub programme: String,
}

#[derive(Args)]
pub struct ApproveArgs {
    /// The proposal; the newest one of the programme when absent.
    pub proposal: Option<String>,
    /// The programme.
    #[arg(long, value_name = "CODE")]
    pub programme: String,
    /// The hash of the list that is approved, as printed by `propose`.
    #[arg(long, value_name = "HASH")]
    pub hash: Option<String>,
    /// Send the list back to its maker instead, and say why.
    #[arg(long, value_name = "TEXT", conflicts_with = "hash")]
    pub return_reason: Option<String>,
}

#[derive(Subcommand)]
pub enum TaskCommand {
    /// What waits for you, and what you put forward.
    List,
    /// One of them: who made it, what it binds, who has said what.
    Show {
        /// Its number.
        id: String,
    },
    /// Approve exactly what `task show` printed.
    Approve {
        /// Its number.
        id: String,
        /// The hash that `task show` printed.
        #[arg(long, value_name = "HASH")]
        hash: String,
    },
    /// Send it back to its maker.
    Return {
        /// Its number.
        id: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

#[derive(Subcommand)]
pub enum SettingCommand {
    /// Change one.
    Set {
        /// approval-bands: from which amount how many must approve, as 0:1,1000000000:2;
        /// import-limits: from how many rows and which cost others approve a file, as
        /// 5000:1000000000; overlap-rule: which of two programmes gets a person, first-listed,
        /// earlier-start or government-first; sipp-identity-until: what the branch wants as
        /// validity of identity cards, as dd-mm-yyyy; outreach-effect-days: so many days after an
        /// event registrations count as its effect; outreach-window-days: within so many days
        /// offices that invite the same people are shown to each other.
        name: String,
        /// Its new content.
        value: String,
    },
    /// Every setting.
    List,
}

#[derive(Args)]
pub struct BillMonthArgs {
    /// The programme.
    #[arg(long, value_name = "CODE")]
    pub programme: String,
    /// The contribution month.
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
}

#[derive(Args)]
pub struct CardsArgs {
    /// The programme.
    #[arg(long, value_name = "CODE")]
    pub programme: String,
}

#[derive(Subcommand)]
pub enum CardsCommand {
    /// Draw a card number for every member who has none.
    Issue(CardsArgs),
    /// Replace cards whose months are over, where later months are paid.
    Renew(CardsArgs),
    /// List a programme's cards with their numbers, also those that ended.
    List {
        #[command(flatten)]
        programme: CardsArgs,
        /// Only holders whose name holds these letters.
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
    },
    /// Write the cards that are good, a file for each village or district, in the order of seats.
    Print {
        #[command(flatten)]
        programme: CardsArgs,
        /// Folder for the files.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Eight on A4, one on A4, one to a page of its own size, or one in a letter.
        #[arg(long, value_enum, default_value = "sheet")]
        layout: LayoutChoice,
        /// What shares a file and one order of seats.
        #[arg(long, value_enum, default_value = "village")]
        per: PerChoice,
    },
    /// Say whether a card is genuine: its number, what its square code says, or a picture of it.
    Verify {
        /// The number, the text of the square code, or a file with the text or a picture (PNG,
        /// JPEG).
        card: String,
    },
    /// End a card: it is good no more.
    Revoke(CardEndArgs),
    /// Make a card anew; the old one ends in the same moment.
    Reprint {
        #[command(flatten)]
        end: CardEndArgs,
        /// Write the new card to this file, PDF.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// One on A4, one to a page of its own size, or in a letter.
        #[arg(long, value_enum, default_value = "single")]
        layout: LayoutChoice,
    },
    /// Days on which cards are handed over: seats, papers, handovers, what has to be decided.
    #[command(subcommand)]
    Day(CardDayCommand),
    /// Note cards that were handed over at a day: the same as `cards day handover`.
    Handover(CardDayHandoverArgs),
    /// Write the public keys and the signed lists of ended cards, to be put on any web server.
    Publish {
        /// Folder for the files.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Write the poster that leads to the page which checks cards.
    Poster {
        /// Where the page is, such as `https://payung.example.go.id/periksa-kartu`.
        #[arg(long, value_name = "URL")]
        address: String,
        /// Write it to this file, PDF.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Args)]
pub struct CardEndArgs {
    /// The number, as on the card.
    pub number: String,
    /// Why it ends.
    #[arg(long, value_enum)]
    pub cause: CauseChoice,
    /// What happened, in a few words.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum LayoutChoice {
    Sheet,
    Single,
    Card,
    Letter,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum PerChoice {
    Village,
    District,
}

impl PerChoice {
    /// What shares a file, as a use case knows it.
    pub fn per(self) -> app::cards::CardsPer {
        use app::cards::CardsPer;
        match self {
            PerChoice::Village => CardsPer::Village,
            PerChoice::District => CardsPer::District,
        }
    }
}

impl LayoutChoice {
    /// The layout as a use case knows it.
    pub fn layout(self) -> app::cards::CardLayout {
        use app::cards::CardLayout;
        match self {
            LayoutChoice::Sheet => CardLayout::Sheet,
            LayoutChoice::Single => CardLayout::Single,
            LayoutChoice::Card => CardLayout::Card,
            LayoutChoice::Letter => CardLayout::Letter,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum CauseChoice {
    Lost,
    Damaged,
    Wrong,
    Left,
    Died,
    Misused,
}

impl CauseChoice {
    /// The cause as the domain knows it.
    pub fn cause(self) -> domain::card::CardCause {
        use domain::card::CardCause;
        match self {
            CauseChoice::Lost => CardCause::Lost,
            CauseChoice::Damaged => CardCause::Damaged,
            CauseChoice::Wrong => CardCause::Wrong,
            CauseChoice::Left => CardCause::Left,
            CauseChoice::Died => CardCause::Died,
            CauseChoice::Misused => CardCause::Misused,
        }
    }
}

#[derive(Args)]
pub struct ServeArgs {
    /// Address to listen on; other machines only with --behind-proxy or --tls-cert.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// A name under which the pages are answered, besides those of this machine.
    #[arg(long = "host", value_name = "NAME")]
    pub hosts: Vec<String>,
    /// Another program speaks TLS to the readers and plainly to this one.
    #[arg(long, conflicts_with = "tls_cert")]
    pub behind_proxy: bool,
    /// Where that program asks from, such as 10.1.0.0/16; this machine when absent.
    #[arg(long = "proxy", value_name = "NETWORK", requires = "behind_proxy")]
    pub proxies: Vec<String>,
    /// A certificate in PEM, those that vouch for it after it: the program speaks TLS itself.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's key in PEM, a file of yours alone (0600).
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// How often a program may ask in a minute by one token.
    #[arg(long, value_name = "N", default_value_t = web::API_PER_MINUTE)]
    pub api_per_minute: u32,
    /// How lines about requests are written to standard error.
    #[arg(long, value_enum, default_value = "plain")]
    pub log: LogFormat,
}

/// How lines about requests are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Plain,
    /// One JSON object a line.
    Json,
}

#[derive(Args)]
pub struct PracticeArgs {
    /// What to make: list-xlsx, list-csv, register or lists.
    pub what: String,
    /// How many rows.
    #[arg(long)]
    pub rows: u32,
    /// The first person of the sequence.
    #[arg(long, default_value_t = 0)]
    pub first: u64,
    /// The seed.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Where to; a register goes to where the register is.
    #[arg(long)]
    pub out: PathBuf,
}

#[derive(Args)]
pub struct MigrateArgs {
    /// The database role that the application comes as; it gets the rights it needs.
    #[arg(long, value_name = "NAME")]
    pub app_role: Option<String>,
    /// A database role that may look and change nothing.
    #[arg(long, value_name = "NAME")]
    pub read_role: Option<String>,
    /// A database role of a reporting tool: it sees numbers without identity, and no table.
    #[arg(long, value_name = "NAME")]
    pub bi_role: Option<String>,
    /// The servers of the register, a file of yours alone (0600): the tables of all regencies are
    /// laid in parts over them.
    #[arg(long, value_name = "FILE", requires = "node", conflicts_with = "plan")]
    pub nodes: Option<PathBuf>,
    /// Which of them this database is on.
    #[arg(long, value_name = "NAME", requires = "nodes")]
    pub node: Option<String>,
    /// Say what would be done, and do nothing.
    #[arg(long)]
    pub plan: bool,
}

#[derive(Args)]
pub struct MoveArgs {
    /// The PostgreSQL database, as the application's role; as the owner with --app-role.
    #[arg(long, value_name = "URL")]
    pub to: String,
    /// Make the server ready first, for an application that comes as this role.
    #[arg(long, value_name = "NAME")]
    pub app_role: Option<String>,
}

#[derive(Subcommand)]
pub enum PersonCommand {
    /// One person, masked.
    Show(PersonShowArgs),
    /// People by words of their names, masked.
    Search {
        /// Words, whole or begun.
        #[arg(required = true)]
        words: Vec<String>,
        /// Only this village.
        #[arg(long, value_name = "CODE")]
        village: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 20, value_name = "N")]
        limit: usize,
    },
    /// Put forward that a person's identity is erased for ever, for somebody else to approve;
    /// money, months and counts stay.
    Erase {
        /// The person.
        id: String,
        /// Why; recorded.
        #[arg(long)]
        reason: String,
        /// Forget the received files that name them too, where nobody needs them any more.
        #[arg(long)]
        forget_files: bool,
        /// Take their lines off the lists of other offices; afterwards nobody finds them there.
        #[arg(long)]
        forget_lists: bool,
    },
}

#[derive(Args)]
pub struct PersonShowArgs {
    /// The person.
    pub id: String,
    /// What was true on this day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub on: Option<String>,
    /// What was known at the end of this day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub known_at: Option<String>,
    /// Show the identity whole; recorded, with its reason.
    #[arg(long, requires = "reason")]
    pub unmask: bool,
    /// Why; recorded.
    #[arg(long)]
    pub reason: Option<String>,
}
