//! The program: arguments, terminal, exit codes. Everything else is below.

mod cli;
mod commands;
mod door;
mod say;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::say::Say;

fn main() -> ExitCode {
    let mut cli = Cli::parse();
    cli.global.door = door::door(&cli.command);
    let say = Say::new(&cli.global);
    if let Err(error) = commands::find_server(&mut cli.global) {
        return say.error(&error.into());
    }
    let done = match cli.command {
        Command::Demo(args) => commands::demo::demo(&cli.global, &say, &args),
        Command::Check(args) => commands::check::check(&say, &args),
        Command::Import(args) => commands::import::import(&cli.global, &say, &args),
        Command::Sheet(command) => commands::sheets::sheet(&cli.global, &say, &command),
        Command::Reference(command) => commands::setup::reference(&cli.global, &say, &command),
        Command::Org(command) => commands::organisations::org(&cli.global, &say, &command),
        Command::Agreement(command) => commands::agreements::run(&cli.global, &say, &command),
        Command::Fund(command) => commands::funds::run(&cli.global, &say, &command),
        Command::Programme(command) => commands::programmes::run(&cli.global, &say, &command),
        Command::Board(args) => commands::board::run(&cli.global, &say, &args),
        Command::User(command) => commands::user::user(&cli.global, &say, &command),
        Command::Propose(args) => commands::lists::propose(&cli.global, &say, &args),
        Command::Approve(args) => commands::lists::approve(&cli.global, &say, &args),
        Command::Task(command) => commands::tasks::task(&cli.global, &say, &command),
        Command::Duplicates(command) => commands::duplicates::run(&cli.global, &say, &command),
        Command::Conflicts(args) => commands::duplicates::conflicts(&cli.global, &say, &args),
        Command::Setting(command) => commands::tasks::setting(&cli.global, &say, &command),
        Command::Annex(args) => commands::annexes::annex(&cli.global, &say, &args),
        Command::Movement(command) => commands::annexes::movement(&cli.global, &say, &command),
        Command::Claims(command) => commands::claims::claims(&cli.global, &say, &command),
        Command::Messages(command) => commands::messages::messages(&cli.global, &say, &command),
        Command::Deaths(command) => commands::notices::deaths(&cli.global, &say, &command),
        Command::Accidents(command) => commands::notices::accidents(&cli.global, &say, &command),
        Command::Jht(command) => commands::jht::jht(&cli.global, &say, &command),
        Command::Outreach(command) => commands::outreach::outreach(&cli.global, &say, &command),
        Command::Sipp(command) => commands::sipp::sipp(&cli.global, &say, &command),
        Command::Tieout(args) => commands::sipp::tieout(&cli.global, &say, &args),
        Command::Bill(command) => commands::bills::bill(&cli.global, &say, &command),
        Command::Bank(command) => commands::bank::bank(&cli.global, &say, &command),
        Command::Snap(command) => commands::snap::snap(&cli.global, &say, &command),
        Command::Ledger(command) => commands::ledger::ledger(&cli.global, &say, &command),
        Command::Cards(command) => commands::cards::cards(&cli.global, &say, &command),
        Command::Audit(command) => commands::audit::audit(&cli.global, &say, &command),
        Command::Coverage(args) => commands::coverage::coverage(&cli.global, &say, &args),
        Command::Report(command) => commands::wall::report(&cli.global, &say, &command),
        Command::BatchExport(args) => commands::batch::export(&cli.global, &say, &args),
        Command::Link(args) => commands::link::link(&say, &args),
        Command::Dedupe(args) => commands::link::dedupe(&say, &args),
        Command::Law(args) => commands::law::law(&say, &args),
        Command::Quote(args) => commands::quote::quote(&cli.global, &say, &args),
        Command::Plan(args) => commands::plan::plan(&cli.global, &say, &args),
        Command::Serve(args) => commands::serve::serve(&cli.global, &say, &args),
        Command::Move(args) => commands::place::relocate(&cli.global, &say, &args),
        Command::Provider(command) => commands::provider::provider(&cli.global, &say, &command),
        Command::Events(command) => commands::events::run(&cli.global, &say, &command),
        Command::Key(command) => commands::keys::key(&cli.global, &say, &command),
        Command::Person(command) => commands::people::person(&cli.global, &say, &command),
        Command::Backup(command) => commands::backup::backup(&cli.global, &say, &command),
        Command::Doctor => commands::doctor::doctor(&cli.global, &say),
        Command::Migrate(args) => commands::place::migrate(&cli.global, &say, &args),
        Command::Completions { shell } => commands::shell::completions(shell),
        Command::Man => commands::shell::man(),
        Command::Practice(args) => commands::demo::practice(&cli.global, &args),
        Command::Read { path } => commands::shell::read(&path),
    };
    match done {
        Ok(code) => code,
        Err(error) => say.error(&error),
    }
}
