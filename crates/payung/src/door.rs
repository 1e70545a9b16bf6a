//! Which operation of the policy table a command asks for before the register opens.
//!
//! The match knows every command and every command below it: one without a row does not compile,
//! and `commands::open` opens for none that has no row.

use app::office::Operation;

use crate::cli::{
    AgreementCommand, AnnexCommand, AuditCommand, BackupCommand, BankCommand, BasisCommand,
    BillCommand, CardDayCommand, CardsCommand, ChartCommand, ClaimsCommand, Command,
    CoverageCommand, CoverageTargetCommand, DeathsCommand, DuplicatesCommand, EventsCommand,
    FallenArgs, FundCommand, JhtCommand, KeyCommand, LedgerCommand, MessagesCommand,
    MovementCommand, NoticesCommand, OrgCommand, OrgKindCommand, OutreachAgentsCommand,
    OutreachCommand, OutreachFieldCommand, OutreachKindCommand, OutreachLeadsCommand,
    PersonCommand, ProgrammeCommand, ProviderCommand, ReferenceCommand, SettingCommand,
    SheetCommand, SippCommand, SnapCommand, SnapPartnerCommand, TaskCommand, TemplateCommand,
    TokenCommand, UserCommand,
};

/// How a command comes to the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Door {
    /// It opens no register.
    #[default]
    Shut,
    /// The program acts for itself; whom it serves is asked later, each by each.
    Itself,
    /// Whoever `--as` names must hold a role for this.
    For(Operation),
}

/// The door of a command.
pub fn door(command: &Command) -> Door {
    use Operation as O;
    Door::For(match command {
        // Whoever migrates or moves proves himself to the database, not to the register.
        Command::Demo(_) | Command::Serve(_) | Command::Migrate(_) | Command::Move(_) => {
            return Door::Itself;
        }
        Command::Check(_)
        | Command::Link(_)
        | Command::Dedupe(_)
        | Command::Law(_)
        | Command::Completions { .. }
        | Command::Man
        | Command::Read { .. } => return Door::Shut,
        Command::Quote(args) if args.programme.is_none() => return Door::Shut,
        Command::Quote(_) => O::ReadMoney,
        Command::BatchExport(_) => O::ExportPeople,
        Command::Plan(args) if args.programme.is_none() && !args.everybody => return Door::Shut,
        Command::Plan(_) => O::ReadMoney,
        Command::Import(_) => O::TakeIn,
        Command::Sheet(command) => sheet(command),
        Command::Reference(ReferenceCommand::Import { .. } | ReferenceCommand::List) => {
            O::TakeReferences
        }
        Command::Practice(_) => O::SetUp,
        // What the office consists of is no secret to those who work in it.
        Command::Task(command) => task(command),
        Command::Org(command) => org(command),
        Command::Agreement(command) => agreement(command),
        Command::User(command) => user(command),
        Command::Propose(_) => O::Propose,
        Command::Approve(_) => O::Approve,
        Command::Annex(args) => annex(args.command.as_ref()),
        Command::Movement(command) => movement(command),
        Command::Claims(command) => claims(command),
        Command::Deaths(command) => deaths(command),
        Command::Accidents(command) => notices(command),
        Command::Jht(JhtCommand::Simulate(_)) => return Door::Shut,
        Command::Jht(command) => jht(command),
        Command::Messages(command) => messages(command),
        Command::Outreach(command) => outreach(command),
        Command::Sipp(command) => sipp(command),
        Command::Tieout(_) => O::ReadMoney,
        Command::Bill(command) => bill(command),
        Command::Snap(command) => snap(command),
        Command::Bank(command) => bank(command),
        Command::Ledger(command) => ledger(command),
        Command::Cards(command) => cards(command),
        Command::Coverage(args) => coverage(args.command.as_ref()),
        Command::Report(_) => O::ReadMoney,
        Command::Key(KeyCommand::Unseal { .. }) => return Door::Shut,
        Command::Key(command) => key(command),
        Command::Provider(command) => provider(command),
        Command::Person(command) => person(command),
        Command::Audit(command) => return audit(command),
        Command::Backup(command) => return backup(command),
        Command::Doctor => O::Operate,
        Command::Duplicates(command) => duplicates(command),
        Command::Fund(command) => fund(command),
        Command::Events(EventsCommand::Types) => return Door::Shut,
        Command::Events(command) => events(command),
        Command::Programme(command) => programme(command),
        Command::Conflicts(_) | Command::Board(_) => O::ReadMoney,
        Command::Setting(SettingCommand::Set { .. } | SettingCommand::List) => O::Settings,
    })
}

fn task(command: &TaskCommand) -> Operation {
    match command {
        TaskCommand::List
        | TaskCommand::Show { .. }
        | TaskCommand::Approve { .. }
        | TaskCommand::Return { .. } => Operation::OwnDesk,
    }
}

fn deaths(command: &DeathsCommand) -> Operation {
    match command {
        DeathsCommand::Alive { .. } => Operation::TakeReferences,
        DeathsCommand::Notices(command) => notices(command),
    }
}

fn audit(command: &AuditCommand) -> Door {
    match command {
        // Whoever holds the register may see whether it is whole: nothing is shown of what it says.
        AuditCommand::Verify { .. } => Door::Itself,
        AuditCommand::List(_)
        | AuditCommand::Checkpoint { .. }
        | AuditCommand::Prove { .. }
        | AuditCommand::Growth { .. }
        | AuditCommand::Witness(_) => Door::For(Operation::ReadAudit),
    }
}

fn person(command: &PersonCommand) -> Operation {
    match command {
        PersonCommand::Show(args) if args.unmask => Operation::Unmask,
        PersonCommand::Show(_) | PersonCommand::Search { .. } => Operation::ReadPeople,
        PersonCommand::Erase { .. } => Operation::ErasePerson,
    }
}

fn org(command: &OrgCommand) -> Operation {
    match command {
        OrgCommand::Add(_)
        | OrgCommand::Change(_)
        | OrgCommand::Import(_)
        | OrgCommand::Kind(OrgKindCommand::Add { .. }) => Operation::SetUp,
        OrgCommand::List { .. }
        | OrgCommand::Show { .. }
        | OrgCommand::Kind(OrgKindCommand::List) => Operation::OwnDesk,
    }
}

fn agreement(command: &AgreementCommand) -> Operation {
    match command {
        AgreementCommand::Add(_)
        | AgreementCommand::Sign(_)
        | AgreementCommand::Amend(_)
        | AgreementCommand::Copy(_)
        | AgreementCommand::Tie { .. }
        | AgreementCommand::End { .. }
        | AgreementCommand::Template(TemplateCommand::Add { .. }) => Operation::SetUp,
        AgreementCommand::Fulfil(_) => Operation::FollowUp,
        AgreementCommand::List
        | AgreementCommand::Show { .. }
        | AgreementCommand::Board(_)
        | AgreementCommand::Print { .. }
        | AgreementCommand::Scan { .. }
        | AgreementCommand::Template(TemplateCommand::List | TemplateCommand::Show { .. }) => {
            Operation::ReadMoney
        }
    }
}

fn events(command: &EventsCommand) -> Operation {
    match command {
        EventsCommand::List
        | EventsCommand::Show { .. }
        | EventsCommand::Types
        | EventsCommand::Deliveries(_) => Operation::ReadAudit,
        EventsCommand::Subscribe(_)
        | EventsCommand::Replay(_)
        | EventsCommand::Send
        | EventsCommand::Test { .. }
        | EventsCommand::Pause { .. }
        | EventsCommand::Resume { .. }
        | EventsCommand::Rotate { .. }
        | EventsCommand::End { .. } => Operation::Settings,
    }
}

fn annex(command: Option<&AnnexCommand>) -> Operation {
    match command {
        None | Some(AnnexCommand::Print { .. }) => Operation::ExportPeople,
        Some(AnnexCommand::Amend { .. } | AnnexCommand::Decree { .. }) => Operation::Propose,
        Some(AnnexCommand::List { .. }) => Operation::ReadMoney,
        Some(AnnexCommand::Verify { .. }) => Operation::ReadPublic,
    }
}

fn movement(command: &MovementCommand) -> Operation {
    match command {
        MovementCommand::Propose(_) | MovementCommand::Fallen(FallenArgs { propose: true, .. }) => {
            Operation::Propose
        }
        MovementCommand::Approve { .. } => Operation::Approve,
        MovementCommand::Fallen(_)
        | MovementCommand::List { .. }
        | MovementCommand::Show { .. } => Operation::ReadMoney,
    }
}

fn claims(command: &ClaimsCommand) -> Operation {
    match command {
        ClaimsCommand::Open(_)
        | ClaimsCommand::Describe(_)
        | ClaimsCommand::Paper { .. }
        | ClaimsCommand::Heir(_)
        | ClaimsCommand::Review { .. }
        | ClaimsCommand::Paperwork { .. } => Operation::HandleClaims,
        // What BPJS did others may write down than what the office does: the use case asks.
        ClaimsCommand::Step(_)
        | ClaimsCommand::Scholarship(_)
        | ClaimsCommand::List { .. }
        | ClaimsCommand::Show { .. } => Operation::ReadClaims,
    }
}

fn notices(command: &NoticesCommand) -> Operation {
    match command {
        NoticesCommand::Import { .. } | NoticesCommand::Answer { .. } => Operation::TakeReferences,
        NoticesCommand::Questions | NoticesCommand::Unclaimed { .. } => Operation::ReadClaims,
    }
}

fn jht(command: &JhtCommand) -> Operation {
    match command {
        // What names the member whole is printed by whoever handles claims.
        JhtCommand::Statement(args) if args.pdf.is_some() => Operation::HandleClaims,
        JhtCommand::List { .. } | JhtCommand::Statement(_) => Operation::ReadClaims,
        JhtCommand::State { .. } | JhtCommand::Withdraw { .. } => Operation::AnswerClaims,
        JhtCommand::Simulate(_) => Operation::ReadPublic,
    }
}

fn messages(command: &MessagesCommand) -> Operation {
    match command {
        MessagesCommand::List { .. } | MessagesCommand::Show { .. } => Operation::ReadMessages,
        MessagesCommand::Read { .. }
        | MessagesCommand::Answer { .. }
        | MessagesCommand::Reopen { .. }
        | MessagesCommand::Claim { .. } => Operation::HandleMessages,
    }
}

fn bill(command: &BillCommand) -> Operation {
    match command {
        BillCommand::Draft(_)
        | BillCommand::Finalise { .. }
        | BillCommand::Reopen { .. }
        | BillCommand::Code { .. }
        | BillCommand::Credits { propose: true, .. } => Operation::Pay,
        // Who pays puts it forward, who approves issues it: the use case asks.
        BillCommand::Issue { .. } => Operation::OwnDesk,
        BillCommand::Export { .. } => Operation::ExportPeople,
        BillCommand::List { .. }
        | BillCommand::Show { .. }
        | BillCommand::Paper { .. }
        | BillCommand::Arrears { .. }
        | BillCommand::Credits { .. } => Operation::ReadMoney,
    }
}

/// What a command about the bank asks for.
pub fn bank(command: &BankCommand) -> Operation {
    match command {
        BankCommand::Accounts(args) if args.add.is_some() => Operation::Pay,
        BankCommand::Import { .. }
        | BankCommand::Match
        | BankCommand::Allocate(_)
        | BankCommand::Release { .. }
        | BankCommand::Receipt { .. } => Operation::Pay,
        BankCommand::Accounts(_)
        | BankCommand::Lines { .. }
        | BankCommand::Breaks
        | BankCommand::Suspense
        | BankCommand::Reconcile { .. } => Operation::ReadMoney,
    }
}

fn cards(command: &CardsCommand) -> Operation {
    match command {
        CardsCommand::Issue(_)
        | CardsCommand::Renew(_)
        | CardsCommand::List { .. }
        | CardsCommand::Print { .. }
        | CardsCommand::Revoke(_)
        | CardsCommand::Reprint { .. } => Operation::Cards,
        CardsCommand::Day(command) => card_day(command),
        CardsCommand::Handover(_) => Operation::HandOver,
        // What everybody may see, and is told on the page too.
        CardsCommand::Verify { .. }
        | CardsCommand::Publish { .. }
        | CardsCommand::Poster { .. } => Operation::ReadPublic,
    }
}

fn card_day(command: &CardDayCommand) -> Operation {
    match command {
        CardDayCommand::New(_)
        | CardDayCommand::Seat { .. }
        | CardDayCommand::Packing { .. }
        | CardDayCommand::Minutes(_)
        | CardDayCommand::Decide { .. }
        | CardDayCommand::Close { .. }
        | CardDayCommand::Reopen { .. } => Operation::Cards,
        CardDayCommand::Handover(_) | CardDayCommand::Absent { .. } => Operation::HandOver,
        CardDayCommand::List | CardDayCommand::Show { .. } | CardDayCommand::Conflicts { .. } => {
            Operation::ReadCardDays
        }
    }
}

fn ledger(command: &LedgerCommand) -> Operation {
    match command {
        LedgerCommand::Balance(_)
        | LedgerCommand::Verify
        | LedgerCommand::Chart(ChartCommand::Show { .. })
        | LedgerCommand::Statement { .. }
        | LedgerCommand::Show { .. }
        | LedgerCommand::Cover(_)
        | LedgerCommand::Periods
        | LedgerCommand::Close { check: true, .. }
        | LedgerCommand::Export { .. } => Operation::ReadMoney,
        LedgerCommand::Chart(ChartCommand::Set { .. }) => Operation::SetUp,
        LedgerCommand::Entry(_)
        | LedgerCommand::Reverse { .. }
        | LedgerCommand::Close { check: false, .. }
        | LedgerCommand::Reopen { .. } => Operation::Pay,
    }
}

fn fund(command: &FundCommand) -> Operation {
    match command {
        FundCommand::Add(_) | FundCommand::AskCheck { .. } | FundCommand::Revise(_) => {
            Operation::SetUp
        }
        FundCommand::List | FundCommand::Show { .. } => Operation::ReadMoney,
        FundCommand::Check { .. } | FundCommand::ApproveRevision { .. } => Operation::Approve,
    }
}

fn programme(command: &ProgrammeCommand) -> Operation {
    match command {
        ProgrammeCommand::Add(_) | ProgrammeCommand::Terms { .. } => Operation::SetUp,
        // What the office consists of is no secret to those who work in it.
        ProgrammeCommand::List | ProgrammeCommand::Show { .. } => Operation::OwnDesk,
        ProgrammeCommand::Explain { .. } => Operation::ReadMoney,
    }
}

fn key(command: &KeyCommand) -> Operation {
    match command {
        KeyCommand::New
        | KeyCommand::Rotate { .. }
        | KeyCommand::Status
        | KeyCommand::Seal { .. }
        | KeyCommand::Unseal { .. } => Operation::Operate,
    }
}

fn provider(command: &ProviderCommand) -> Operation {
    match command {
        ProviderCommand::Propose { .. } | ProviderCommand::End => Operation::ManageUsers,
        ProviderCommand::Show => Operation::ReadUsers,
    }
}

fn sheet(command: &SheetCommand) -> Operation {
    match command {
        SheetCommand::List | SheetCommand::Show { .. } => Operation::ReadSheets,
        SheetCommand::Return { .. } | SheetCommand::Resume { .. } => Operation::TakeIn,
        SheetCommand::Undo { .. } => Operation::UndoSheet,
        SheetCommand::Forget { .. } => Operation::ErasePerson,
    }
}

fn sipp(command: &SippCommand) -> Operation {
    match command {
        SippCommand::Employer(args) if args.npp.is_some() => Operation::SetUp,
        SippCommand::Columns { file: Some(_), .. } | SippCommand::Columns { reset: true, .. } => {
            Operation::SetUp
        }
        SippCommand::Employer(_)
        | SippCommand::Columns { .. }
        | SippCommand::List
        | SippCommand::Replies
        | SippCommand::Rows { .. } => Operation::ReadMoney,
        SippCommand::Export(_) => Operation::ExportPeople,
        SippCommand::Reply(_) | SippCommand::Answer(_) => Operation::TakeReferences,
        SippCommand::Rejections { .. } => Operation::ReadPeople,
        SippCommand::Mended { .. } => Operation::ChangePerson,
    }
}

fn coverage(command: Option<&CoverageCommand>) -> Operation {
    match command {
        None | Some(CoverageCommand::Export(_) | CoverageCommand::National { .. }) => {
            Operation::ReadPublic
        }
        Some(
            CoverageCommand::Basis(BasisCommand::Set(_))
            | CoverageCommand::Target(CoverageTargetCommand::Set { .. }),
        ) => Operation::SetUp,
        Some(CoverageCommand::Check { repair: true }) => Operation::Operate,
        Some(
            CoverageCommand::Show(_)
            | CoverageCommand::Text(_)
            | CoverageCommand::Basis(BasisCommand::List)
            | CoverageCommand::Target(CoverageTargetCommand::List)
            | CoverageCommand::Check { repair: false },
        ) => Operation::ReadMoney,
    }
}

fn outreach(command: &OutreachCommand) -> Operation {
    match command {
        OutreachCommand::New(_)
        | OutreachCommand::Hold { .. }
        | OutreachCommand::Cancel { .. }
        | OutreachCommand::Plan { .. }
        | OutreachCommand::Attend(_)
        | OutreachCommand::Leads(
            OutreachLeadsCommand::Add { .. }
            | OutreachLeadsCommand::Read { .. }
            | OutreachLeadsCommand::Step { .. }
            | OutreachLeadsCommand::Answer { .. }
            | OutreachLeadsCommand::Forget { .. }
            | OutreachLeadsCommand::Match,
        )
        | OutreachCommand::Agents(
            OutreachAgentsCommand::Add(_) | OutreachAgentsCommand::Import { .. },
        )
        | OutreachCommand::Field(
            OutreachFieldCommand::Decide { .. }
            | OutreachFieldCommand::File { .. }
            | OutreachFieldCommand::End { .. },
        ) => Operation::HandleOutreach,
        OutreachCommand::Kind(OutreachKindCommand::Add { .. }) => Operation::SetUp,
        OutreachCommand::List(_)
        | OutreachCommand::Show { .. }
        | OutreachCommand::Calendar { .. }
        | OutreachCommand::Free(_)
        | OutreachCommand::Ical { .. }
        | OutreachCommand::Invite { .. }
        | OutreachCommand::Leads(
            OutreachLeadsCommand::List { .. } | OutreachLeadsCommand::Show { .. },
        )
        | OutreachCommand::Effect
        | OutreachCommand::Pack { .. }
        | OutreachCommand::Agents(
            OutreachAgentsCommand::List { .. }
            | OutreachAgentsCommand::Show { .. }
            | OutreachAgentsCommand::Uncovered { .. },
        )
        | OutreachCommand::Field(
            OutreachFieldCommand::List { .. } | OutreachFieldCommand::Devices { .. },
        )
        | OutreachCommand::Kind(OutreachKindCommand::List) => Operation::ReadOutreach,
    }
}

fn snap(command: &SnapCommand) -> Operation {
    match command {
        SnapCommand::Partner(
            SnapPartnerCommand::Propose { .. } | SnapPartnerCommand::End { .. },
        )
        | SnapCommand::Explain { .. }
        | SnapCommand::Inquire(_)
        | SnapCommand::Register(_)
        | SnapCommand::Transfer { .. } => Operation::Pay,
        SnapCommand::Partner(SnapPartnerCommand::List | SnapPartnerCommand::Show { .. })
        | SnapCommand::Accounts
        | SnapCommand::Notices { .. }
        | SnapCommand::Breaks => Operation::ReadMoney,
    }
}

fn duplicates(command: &DuplicatesCommand) -> Operation {
    match command {
        DuplicatesCommand::Run { .. }
        | DuplicatesCommand::Undo { .. }
        | DuplicatesCommand::Report { .. } => Operation::ChangePerson,
        // A village answers what it was asked; what else may be said the use case asks.
        DuplicatesCommand::List { .. }
        | DuplicatesCommand::Show { .. }
        | DuplicatesCommand::Decide(_) => Operation::ReadPeople,
    }
}

fn user(command: &UserCommand) -> Operation {
    match command {
        UserCommand::Add { .. }
        | UserCommand::Grant(_)
        | UserCommand::Suspend { .. }
        | UserCommand::Open { .. }
        | UserCommand::Invite { .. }
        | UserCommand::Recover { .. }
        | UserCommand::Password { .. } => Operation::ManageUsers,
        // Who lent a role ends the loan; whose else it is, the use case asks.
        UserCommand::Lend(_)
        | UserCommand::End { .. }
        | UserCommand::Token(
            TokenCommand::New { .. } | TokenCommand::List { of: None } | TokenCommand::End { .. },
        ) => Operation::OwnDesk,
        UserCommand::Token(TokenCommand::List { of: Some(_) }) => Operation::ReadUsers,
        UserCommand::BreakGlass { .. } => Operation::BreakGlass,
        UserCommand::List => Operation::ReadUsers,
    }
}

/// What is sealed opens itself to whoever holds its key.
fn backup(command: &BackupCommand) -> Door {
    match command {
        BackupCommand::Key { .. } | BackupCommand::Verify { .. } => Door::Shut,
        // Who was erased is erased again once the place has users, in the name of one of them.
        BackupCommand::Restore(_) => Door::Itself,
        BackupCommand::Create(_)
        | BackupCommand::Erasures { .. }
        | BackupCommand::EraseAgain { .. } => Door::For(Operation::Operate),
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::cli::Cli;

    /// Every command with arguments that parse, and the name of its operation: `-` when it opens
    /// no register, `*` when the program acts for itself.
    const COMMANDS: &[(&str, &str)] = &[
        ("demo", "*"),
        ("audit list", "read-audit"),
        ("audit verify", "*"),
        ("audit checkpoint", "read-audit"),
        ("audit prove 1", "read-audit"),
        ("audit growth segel.txt", "read-audit"),
        ("audit witness add segel.txt --witness-keys saksi.txt", "read-audit"),
        ("check a.xlsx", "-"),
        ("batch-export --out e --pseudonyms k --reason a", "export-people"),
        ("import a.xlsx --programme p --from o", "take-in"),
        ("sheet list", "read-sheets"),
        ("sheet show 1", "read-sheets"),
        ("sheet return 1 --out a.xlsx", "take-in"),
        ("sheet resume 1", "take-in"),
        ("sheet undo 1", "undo-sheet"),
        ("sheet forget 1 --reason a", "erase-person"),
        ("reference import a.csv --list asn --as-of 2022-10-01", "take-references"),
        ("reference list", "take-references"),
        ("key new", "operate"),
        ("key rotate", "operate"),
        ("key status", "operate"),
        ("key seal k.age", "operate"),
        ("key unseal k.age keys.toml", "-"),
        ("provider propose p.toml", "manage-users"),
        ("provider show", "read-users"),
        ("provider end", "manage-users"),
        ("person show 1", "read-people"),
        ("person show 1 --unmask --reason a", "unmask"),
        ("person search a", "read-people"),
        ("person erase 1 --reason a", "erase-person"),
        ("org add o --name O --territory 64.01", "set-up"),
        ("org change o --name O", "set-up"),
        ("org list", "own-desk"),
        ("org show o", "own-desk"),
        ("org import a.csv", "set-up"),
        ("org kind list", "own-desk"),
        ("org kind add k --name K --name-en K", "set-up"),
        ("agreement add a --party o --from 2025-10-07", "set-up"),
        ("agreement list", "read-money"),
        ("agreement show a", "read-money"),
        ("agreement sign a", "set-up"),
        ("agreement amend a", "set-up"),
        ("agreement fulfil a d", "follow-up"),
        ("agreement board", "read-money"),
        ("agreement print a --out a.pdf", "read-money"),
        ("agreement scan a --out a.pdf", "read-money"),
        ("agreement copy a b --to-org o --from 2026-01-01", "set-up"),
        ("agreement end a --reason r", "set-up"),
        ("agreement tie a p", "set-up"),
        ("agreement template list", "read-money"),
        ("agreement template show t", "read-money"),
        ("agreement template add t f", "set-up"),
        ("events subscribe s --name S --url https://s.example/k --types bill.issued", "settings"),
        ("events list", "read-audit"),
        ("events show s", "read-audit"),
        ("events types", "-"),
        ("events deliveries --subscriber s --state failed --type bill.issued", "read-audit"),
        ("events replay s --since 2022-10-01", "settings"),
        ("events send", "settings"),
        ("events test s", "settings"),
        ("events pause s", "settings"),
        ("events resume s", "settings"),
        ("events rotate s", "settings"),
        ("events end s --reason r", "settings"),
        ("claims open p --kind jkm --event 2022-11-20", "handle-claims"),
        ("claims describe c --months 2", "handle-claims"),
        ("claims list", "read-claims"),
        ("claims show c", "read-claims"),
        ("claims paper c form-4", "handle-claims"),
        ("claims heir c --relation spouse --name A", "handle-claims"),
        ("claims step c complete", "read-claims"),
        ("claims review c --finding a", "handle-claims"),
        ("claims scholarship due", "read-claims"),
        ("claims scholarship show c", "read-claims"),
        ("claims scholarship step c 1 2026 ask", "read-claims"),
        ("claims paperwork c --out a.pdf", "handle-claims"),
        ("deaths import a.csv --source village --as-of 2022-11-24", "take-references"),
        ("deaths questions", "read-claims"),
        ("deaths answer q --same --reason a", "take-references"),
        ("deaths unclaimed", "read-claims"),
        ("deaths alive p --as-of 2022-11-24 --reason a", "take-references"),
        ("accidents import a.csv --source hospital --as-of 2022-11-24", "take-references"),
        ("accidents questions", "read-claims"),
        ("accidents answer q --other --reason a", "take-references"),
        ("accidents unclaimed --by-village", "read-claims"),
        ("jht list", "read-claims"),
        ("jht statement p", "read-claims"),
        ("jht statement p --pdf a.pdf", "handle-claims"),
        ("jht state p --as-of 2022-12-31 --rupiah 1 --reference a", "answer-claims"),
        ("jht withdraw s --reason a", "answer-claims"),
        ("jht simulate --income 1000000 --from 2026-01 --months 120", "-"),
        ("messages list", "read-messages"),
        ("messages show m", "read-messages"),
        ("messages read m", "handle-messages"),
        ("messages answer m --words a", "handle-messages"),
        ("messages reopen m --words a", "handle-messages"),
        ("messages claim m --kind jkm", "handle-messages"),
        (
            "outreach new e --kind rembuk --title T --day 2023-03-21 --hours 09.00-10.00 --org o",
            "handle-outreach",
        ),
        ("outreach list", "read-outreach"),
        ("outreach show e", "read-outreach"),
        ("outreach calendar --month 2023-03", "read-outreach"),
        ("outreach free --place 34.71", "read-outreach"),
        ("outreach ical --out a.ics", "read-outreach"),
        ("outreach invite e --reminder", "read-outreach"),
        ("outreach hold e", "handle-outreach"),
        ("outreach cancel e --reason r", "handle-outreach"),
        ("outreach plan e --reason r", "handle-outreach"),
        ("outreach attend e --agent a", "handle-outreach"),
        ("outreach leads list", "read-outreach"),
        ("outreach leads add --name A --consent spoken --agent a", "handle-outreach"),
        ("outreach leads show l", "read-outreach"),
        ("outreach leads read l", "handle-outreach"),
        ("outreach leads step l contact --words a", "handle-outreach"),
        ("outreach leads answer l --same --reason r", "handle-outreach"),
        ("outreach leads forget l --reason r", "handle-outreach"),
        ("outreach leads match", "handle-outreach"),
        ("outreach effect", "read-outreach"),
        ("outreach pack --out a.pdf", "read-outreach"),
        ("outreach agents list", "read-outreach"),
        ("outreach agents add a --kind kader --name A --territory 34.71.01", "handle-outreach"),
        ("outreach agents import a.csv", "handle-outreach"),
        ("outreach agents show a", "read-outreach"),
        ("outreach agents uncovered a", "read-outreach"),
        ("outreach field list --open", "read-outreach"),
        ("outreach field decide r two --reason a --seen b", "handle-outreach"),
        ("outreach field file a.json", "handle-outreach"),
        ("outreach field devices a", "read-outreach"),
        ("outreach field end d --wipe", "handle-outreach"),
        ("outreach kind list", "read-outreach"),
        ("outreach kind add k --of event --name K --name-en K", "set-up"),
        ("fund add f --kind apbd --ceiling 1", "set-up"),
        ("fund list", "read-money"),
        ("fund show f", "read-money"),
        ("fund check f", "approve"),
        ("fund ask-check f", "set-up"),
        ("fund revise f --ceiling 1 --basis b --reason r", "set-up"),
        ("fund approve-revision f", "approve"),
        ("programme terms p --reason r", "set-up"),
        ("programme explain p 1", "read-money"),
        ("board --programme p", "read-money"),
        (
            "programme add p --name P --fund f --territory 64.01 --from 2022-10 --to 2022-12",
            "set-up",
        ),
        ("programme list", "own-desk"),
        ("programme show p", "own-desk"),
        ("user add u", "manage-users"),
        ("user recover u", "manage-users"),
        ("user grant u --role officer", "manage-users"),
        ("user lend u --role officer", "own-desk"),
        ("user end 1", "own-desk"),
        ("user suspend u", "manage-users"),
        ("user open u", "manage-users"),
        ("user break-glass --reason r", "break-glass"),
        ("user list", "read-users"),
        ("user invite u", "manage-users"),
        ("user password u", "manage-users"),
        ("user token new n --operations read-sheets", "own-desk"),
        ("user token list", "own-desk"),
        ("user token list --of u", "read-users"),
        ("user token end 1", "own-desk"),
        ("propose --programme p", "propose"),
        ("approve --programme p", "approve"),
        ("annex --programme p --out d", "export-people"),
        ("annex print --programme p --out d", "export-people"),
        ("annex amend --programme p", "propose"),
        ("annex decree --programme p --number 1 --sk 1 --date 2022-10-01", "propose"),
        ("annex verify c", "read-public"),
        ("annex list --programme p", "read-money"),
        ("movement propose --programme p --from 2022-11 --person 1", "propose"),
        ("movement approve 1", "approve"),
        ("movement fallen --programme p", "read-money"),
        ("movement fallen --programme p --propose", "propose"),
        ("movement list --programme p", "read-money"),
        ("movement show 1", "read-money"),
        ("sipp employer --programme p", "read-money"),
        ("sipp employer --programme p --npp 14005857 --name n", "set-up"),
        ("sipp export --programme p --kind new --month 2022-10 --out d", "export-people"),
        ("sipp columns", "read-money"),
        ("sipp columns --file k.txt", "set-up"),
        ("sipp columns --reset", "set-up"),
        ("sipp list", "read-money"),
        ("sipp reply a.xlsx --programme p", "take-references"),
        ("sipp replies", "read-money"),
        ("sipp rows 1", "read-money"),
        ("sipp answer 1 2:14 --nobody", "take-references"),
        ("sipp rejections", "read-people"),
        ("sipp mended 1 --programme p --reason r", "change-person"),
        ("tieout --programme p --month 2022-10", "read-money"),
        ("task list", "own-desk"),
        ("task show 1", "own-desk"),
        ("task approve 1 --hash h", "own-desk"),
        ("task return 1 --reason r", "own-desk"),
        ("duplicates run", "change-person"),
        ("duplicates list", "read-people"),
        ("duplicates show 1", "read-people"),
        ("duplicates decide 1 same", "read-people"),
        ("duplicates undo 1 --reason r", "change-person"),
        ("duplicates report", "change-person"),
        ("conflicts --programme p", "read-money"),
        ("setting set approval-bands 0:1", "settings"),
        ("setting set import-limits 5000:1000000000", "settings"),
        ("setting list", "settings"),
        ("bill draft --programme p --month 2022-10", "pay"),
        ("bill finalise --programme p --month 2022-10 --months 3", "pay"),
        ("bill issue --programme p --month 2022-10", "own-desk"),
        ("bill reopen --programme p --month 2022-10 --reason r", "pay"),
        ("bill code --programme p --month 2022-10 --kind billing-code 123456", "pay"),
        ("bill show --programme p --month 2022-10", "read-money"),
        ("bill paper --programme p --month 2022-10 --out d", "read-money"),
        ("bill arrears", "read-money"),
        ("bill credits --programme p", "read-money"),
        ("bill credits --programme p --propose", "pay"),
        ("bill export --programme p --month 2022-10 --reason a --out a.xlsx", "export-people"),
        ("bill list", "read-money"),
        ("bank accounts", "read-money"),
        ("bank accounts --add kas-dua --name n", "pay"),
        ("bank import a.csv", "pay"),
        ("bank lines", "read-money"),
        ("bank match", "pay"),
        ("bank breaks", "read-money"),
        ("bank allocate b --other --reason r", "pay"),
        ("bank release b --reason r", "pay"),
        ("bank suspense", "read-money"),
        ("bank receipt b --number n --amount 1 --day 2022-10-03", "pay"),
        ("bank receipt b --number n --withdraw r", "pay"),
        ("bank reconcile 2022-10", "read-money"),
        ("snap partner propose b.toml", "pay"),
        ("snap partner list", "read-money"),
        ("snap partner show b", "read-money"),
        ("snap partner end b", "pay"),
        ("snap accounts", "read-money"),
        ("snap notices", "read-money"),
        ("snap breaks", "read-money"),
        ("snap explain 1 --reason r", "pay"),
        ("snap inquire --partner b --programme p --month 2022-10", "pay"),
        ("snap register --partner b --programme p --month 2022-10", "pay"),
        ("snap transfer --partner b r", "pay"),
        ("ledger balance", "read-money"),
        ("ledger verify", "read-money"),
        ("ledger chart show", "read-money"),
        ("ledger chart set a.csv --reason r", "set-up"),
        ("ledger statement cash.f --month 2022-10 --to 2022-11", "read-money"),
        ("ledger show 1", "read-money"),
        ("ledger cover --on 2022-10-14 --known 2022-10-31", "read-money"),
        ("ledger entry --debit a --credit b --amount 1 --reason r", "pay"),
        ("ledger reverse 1 --reason r", "pay"),
        ("ledger periods", "read-money"),
        ("ledger close 2022-10", "pay"),
        ("ledger close 2022-10 --check", "read-money"),
        ("ledger reopen 2022-10 --reason r", "pay"),
        ("ledger export --out a.parquet", "read-money"),
        ("cards issue --programme p", "cards"),
        ("cards renew --programme p", "cards"),
        ("cards list --programme p", "cards"),
        ("cards print --programme p --out d", "cards"),
        ("cards verify n", "read-public"),
        ("cards revoke n --cause lost --reason r", "cards"),
        ("cards reprint n --cause lost --reason r", "cards"),
        ("cards day new n --programme p --place d --on 2022-11-14", "cards"),
        ("cards handover 1 --card n", "hand-over"),
        ("cards day seat 1", "cards"),
        ("cards day list", "read-card-days"),
        ("cards day show 1 --seats", "read-card-days"),
        ("cards day packing 1 --out d", "cards"),
        ("cards day absent 1 --out d", "hand-over"),
        ("cards day minutes 1 --out a.pdf", "cards"),
        ("cards day handover 1 --card n", "hand-over"),
        ("cards day handover 1 --file a.csv", "hand-over"),
        ("cards day conflicts 1", "read-card-days"),
        ("cards day decide 1 accept --reason r", "cards"),
        ("cards day close 1", "cards"),
        ("cards day reopen 1 --reason r", "cards"),
        ("cards publish --out d", "read-public"),
        ("cards poster --address https://x.example/periksa-kartu --out a.pdf", "read-public"),
        ("coverage", "read-public"),
        ("coverage --by desa", "read-public"),
        ("coverage show --place 64.01.05", "read-money"),
        ("coverage text", "read-money"),
        (
            "coverage basis set b --name N --source S --definition D --as-of 2022-08-31 --people 9",
            "set-up",
        ),
        ("coverage basis list", "read-money"),
        ("coverage target set --aim 9 --due 2025-12-31 --source S", "set-up"),
        ("coverage target list", "read-money"),
        ("coverage export --out a.csv", "read-public"),
        ("coverage national", "read-public"),
        ("coverage check", "read-money"),
        ("coverage check --repair", "operate"),
        ("report make", "read-money"),
        ("report list", "read-money"),
        ("report show r", "read-money"),
        ("law contribution --segment bpu --income 1 --schemes jkk --month 2022-10", "-"),
        ("quote --workers 1 --months 1 --from 2022-10", "-"),
        ("quote --programme p", "read-money"),
        ("plan --workers 1 --from 2022-10", "-"),
        ("plan --people a.xlsx --from 2022-10", "-"),
        ("plan --programme p", "read-money"),
        ("plan --everybody --from 2022-10", "read-money"),
        ("doctor", "operate"),
        ("backup key k", "-"),
        ("backup create --recipient age1", "operate"),
        ("backup verify f", "-"),
        ("backup restore f", "*"),
        ("backup erasures --out f", "operate"),
        ("backup erase-again f", "operate"),
        ("serve", "*"),
        ("migrate", "*"),
        ("move --to postgresql://x/y", "*"),
        ("completions bash", "-"),
        ("man", "-"),
        ("practice register --rows 1 --out d", "set-up"),
        ("link a.csv b.csv", "-"),
        ("dedupe a.csv", "-"),
        ("__read a", "-"),
    ];

    #[test]
    fn every_command_asks_for_its_operation() {
        for (line, expect) in COMMANDS {
            let words = ["payung"].into_iter().chain(line.split(' '));
            let cli = Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{line}: {error}"));
            let name = match door(&cli.command) {
                Door::Shut => "-",
                Door::Itself => "*",
                Door::For(operation) => operation.name(),
            };
            assert_eq!(name, *expect, "{line}");
        }
    }

    #[test]
    fn no_command_is_missing_from_the_list() {
        for command in Cli::command().get_subcommands() {
            let name = command.get_name();
            if matches!(name, "help" | "law") {
                continue;
            }
            let below: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
            let known = |path: &str| {
                COMMANDS
                    .iter()
                    .any(|(line, _)| *line == path || line.starts_with(&format!("{path} ")))
            };
            assert!(known(name), "{name}");
            for below in below.into_iter().filter(|below| *below != "help") {
                assert!(known(&format!("{name} {below}")), "{name} {below}");
            }
        }
    }
}
