//! Arguments of `payung outreach …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum OutreachCommand {
    /// Keep an event under its code: new, or changed to what is said.
    New(Box<OutreachEventArgs>),
    /// Events by day, each with what stands in its way and what came of it.
    List(OutreachListArgs),
    /// One event: what, where, when, who was there, what came of it.
    Show {
        /// Its code.
        code: String,
    },
    /// The events of a month, with clashes.
    Calendar {
        /// The month; this one when absent.
        #[arg(long, value_name = "YYYY-MM")]
        month: Option<String>,
    },
    /// The next days on which offices work and nothing stands in the way.
    Free(OutreachFreeArgs),
    /// Write the calendar as other programs read it (iCalendar).
    Ical {
        /// Where to.
        #[arg(long, value_name = "OUT.ics")]
        out: PathBuf,
        /// Only this month.
        #[arg(long, value_name = "YYYY-MM")]
        month: Option<String>,
    },
    /// Print the text of an invitation, to be copied; no name of anybody is in it.
    Invite {
        /// The event's code.
        code: String,
        /// A reminder of the day before instead.
        #[arg(long)]
        reminder: bool,
    },
    /// Say that an event was held; the duty that it fulfils is ticked.
    Hold {
        /// Its code.
        code: String,
        /// What was asked there, without names of people.
        #[arg(long, default_value = "")]
        questions: String,
    },
    /// Call an event off.
    Cancel {
        /// Its code.
        code: String,
        /// Why; recorded.
        #[arg(long)]
        reason: String,
    },
    /// Plan an event anew that was called off, or was said to be held by mistake.
    Plan {
        /// Its code.
        code: String,
        /// Why; recorded.
        #[arg(long)]
        reason: String,
    },
    /// Write down who was there: one, agents, a list of any layout, or the numbers of cards.
    Attend(Box<OutreachAttendArgs>),
    /// People who want to be registered.
    #[command(subcommand)]
    Leads(OutreachLeadsCommand),
    /// What came of every event and agent.
    Effect,
    /// Write the briefing pack (PDF): what a month costs and what JKK, JKM and JHT pay.
    Pack {
        /// Where to.
        #[arg(long, value_name = "OUT.pdf")]
        out: PathBuf,
        /// The base of the tier; the lowest when absent.
        #[arg(long, value_name = "R")]
        base: Option<String>,
    },
    /// Who reaches people where they live.
    #[command(subcommand)]
    Agents(OutreachAgentsCommand),
    /// What agents registered by telephone, and the telephones.
    #[command(subcommand)]
    Field(OutreachFieldCommand),
    /// Kinds of events and of agents.
    #[command(subcommand)]
    Kind(OutreachKindCommand),
}

#[derive(Args)]
pub struct OutreachEventArgs {
    /// Its code, such as pembekalan-bhabin.
    pub code: String,
    /// The kind, by key or word, such as pembekalan.
    #[arg(long, value_name = "KIND")]
    pub kind: String,
    /// What it is called; without names of people.
    #[arg(long)]
    pub title: String,
    /// The day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub day: String,
    /// The hours, such as 09.00-11.30.
    #[arg(long, value_name = "HH.MM-HH.MM")]
    pub hours: String,
    /// The office that invites.
    #[arg(long, value_name = "ORG")]
    pub org: String,
    /// The region, by code or name; the whole regency when absent.
    #[arg(long, value_name = "REGION", default_value = "")]
    pub place: String,
    /// Where in it.
    #[arg(long, default_value = "")]
    pub venue: String,
    /// Who is invited, by work, between commas; everybody when absent.
    #[arg(long, value_name = "WORK", default_value = "")]
    pub audience: String,
    /// The facility that is visited.
    #[arg(long, value_name = "ORG", default_value = "")]
    pub facility: String,
    /// The agreement whose duty it fulfils.
    #[arg(long, value_name = "CODE", default_value = "", requires = "duty")]
    pub agreement: String,
    /// The duty, by code.
    #[arg(long, value_name = "CODE", default_value = "", requires = "agreement")]
    pub duty: String,
    /// What is on.
    #[arg(long, default_value = "")]
    pub agenda: String,
    /// Who speaks, between semicolons: names, or codes of agents.
    #[arg(long, value_name = "NAMES", default_value = "")]
    pub facilitators: String,
}

#[derive(Args)]
pub struct OutreachListArgs {
    /// Only this month.
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// Only planned, held or cancelled.
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// Only this kind, by key or word.
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
}

#[derive(Args)]
pub struct OutreachFreeArgs {
    /// The event that is moved; what is not said is as it is there.
    #[arg(long, value_name = "CODE", default_value = "")]
    pub event: String,
    /// The region, by code or name.
    #[arg(long, value_name = "REGION", default_value = "")]
    pub place: String,
    /// The office that invites.
    #[arg(long, value_name = "ORG", default_value = "")]
    pub org: String,
    /// Who is invited, by work, between commas.
    #[arg(long, value_name = "WORK", default_value = "")]
    pub audience: String,
    /// The facility.
    #[arg(long, value_name = "ORG", default_value = "")]
    pub facility: String,
    /// Who speaks, between semicolons.
    #[arg(long, value_name = "NAMES", default_value = "")]
    pub facilitators: String,
    /// The first day that is looked at; today when absent.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<String>,
    /// How many days.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub count: usize,
}

#[derive(Args)]
pub struct OutreachAttendArgs {
    /// The event's code.
    pub code: String,
    /// A list of any layout, such as the paper typed up.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["cards", "agent", "name"])]
    pub file: Option<PathBuf>,
    /// A file with the numbers of cards, one a line, as a scanner types them.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["agent", "name"])]
    pub cards: Option<PathBuf>,
    /// An agent who was there; may be said several times.
    #[arg(long, value_name = "CODE", conflicts_with = "name")]
    pub agent: Vec<String>,
    /// Take it back instead: one or agents, said as they were written down.
    #[arg(long, conflicts_with_all = ["file", "cards"])]
    pub undo: bool,
    #[command(flatten)]
    pub who: OutreachWhoArgs,
}

#[derive(Args)]
pub struct OutreachWhoArgs {
    /// Name.
    #[arg(long, default_value = "")]
    pub name: String,
    /// Sex: L or P.
    #[arg(long, default_value = "")]
    pub sex: String,
    /// Telephone.
    #[arg(long, default_value = "")]
    pub phone: String,
    /// The village.
    #[arg(long, default_value = "")]
    pub village: String,
    /// Work, as a word.
    #[arg(long, value_name = "WORK", default_value = "")]
    pub occupation: String,
    /// Date of birth.
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "")]
    pub birth: String,
    /// How they agreed that their name is kept: spoken, signed, thumb, chat; only counted without.
    #[arg(long, value_name = "HOW", default_value = "")]
    pub consent: String,
}

#[derive(Subcommand)]
pub enum OutreachLeadsCommand {
    /// Leads, the oldest first, masked.
    List {
        /// Only new, contacted, registered, refused or unreachable.
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
        /// Only of this event.
        #[arg(long, value_name = "CODE")]
        event: Option<String>,
        /// Only of this agent.
        #[arg(long, value_name = "CODE")]
        agent: Option<String>,
    },
    /// Write down somebody who wants to be registered.
    Add {
        #[command(flatten)]
        who: OutreachWhoArgs,
        /// The event that it comes from.
        #[arg(long, value_name = "CODE", default_value = "")]
        event: String,
        /// The agent who brings it.
        #[arg(long, value_name = "CODE", default_value = "")]
        agent: String,
        /// The day on which it was said; today when absent.
        #[arg(long, value_name = "YYYY-MM-DD", default_value = "")]
        told_on: String,
    },
    /// One lead, masked, with its history.
    Show {
        /// Its number.
        id: String,
    },
    /// Who a lead is, whole; the reading is kept in the log.
    Read {
        /// Its number.
        id: String,
    },
    /// Write down what came of a call.
    Step {
        /// Its number.
        id: String,
        /// contact, refuse, miss, or reopen for another person's.
        step: String,
        /// What was said, in a sentence.
        #[arg(long, value_name = "TEXT")]
        words: String,
    },
    /// Answer whether a lead is the person that it may be.
    Answer {
        /// Its number.
        id: String,
        /// It is.
        #[arg(long, conflicts_with = "other", required_unless_present = "other")]
        same: bool,
        /// It is somebody else.
        #[arg(long)]
        other: bool,
        /// Why, in a sentence.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Forget for ever who a lead was, because the person takes the agreement back.
    Forget {
        /// Its number.
        id: String,
        /// Why, in a sentence.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Hold every open lead against the register.
    Match,
}

#[derive(Subcommand)]
pub enum OutreachAgentsCommand {
    /// Agents by code, masked: territory, briefing, leads.
    List {
        /// Only those who were briefed by no event yet.
        #[arg(long)]
        not_briefed: bool,
    },
    /// Keep an agent under a code: new, or changed to what is said.
    Add(Box<OutreachAgentArgs>),
    /// Take a list of agents in: columns kode, jenis, nama, telepon, wilayah, atasan, target.
    Import {
        /// A spreadsheet or CSV.
        file: PathBuf,
        /// The kind of rows that name none.
        #[arg(long, value_name = "KIND", default_value = "")]
        kind: String,
        /// The office above of rows that name none.
        #[arg(long, value_name = "ORG", default_value = "")]
        supervisor: String,
    },
    /// One agent: territory, briefing, what came of them, whom nobody insures yet.
    Show {
        /// The code.
        code: String,
    },
    /// Whom in an agent's territory nobody insures yet: initials, village, work, why.
    Uncovered {
        /// The agent's code.
        code: String,
    },
}

#[derive(Subcommand)]
pub enum OutreachFieldCommand {
    /// Records from the field, the newest first, masked.
    List {
        /// Only of this agent.
        #[arg(long, value_name = "CODE")]
        agent: Option<String>,
        /// Only waiting, accepted, duplicate, returned, refused or withdrawn.
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
        /// Only those that somebody at the office has to look at.
        #[arg(long)]
        open: bool,
    },
    /// Say what the office says about a record.
    Decide {
        /// Its number.
        id: String,
        /// two (somebody else: take in), aside (nobody new), first or last (sent; is right).
        verdict: String,
        /// Why, in a sentence; recorded.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// What was seen, as `list` gives it: refused when something else is said by now.
        #[arg(long, value_name = "SEEN")]
        seen: String,
    },
    /// Take in the locked file of a telephone that cannot send; no PIN is asked for.
    File {
        /// The file, as the agent saved it.
        file: PathBuf,
    },
    /// The telephones of an agent.
    Devices {
        /// The agent's code.
        agent: String,
    },
    /// End a telephone: what it has not sent stays on it, locked.
    End {
        /// Its number.
        id: String,
        /// It is lost: it forgets everything when it is heard of next.
        #[arg(long)]
        wipe: bool,
    },
}

#[derive(Args)]
pub struct OutreachAgentArgs {
    /// The code, such as bhabin-kricak.
    pub code: String,
    /// The kind, by key or word, such as bhabinkamtibmas.
    #[arg(long, value_name = "KIND")]
    pub kind: String,
    /// Name; kept sealed.
    #[arg(long)]
    pub name: String,
    /// Telephone; kept sealed.
    #[arg(long, default_value = "")]
    pub phone: String,
    /// The territory, by code or name.
    #[arg(long, value_name = "REGION")]
    pub territory: String,
    /// The office above.
    #[arg(long, value_name = "ORG", default_value = "")]
    pub supervisor: String,
    /// The account by which they sign in.
    #[arg(long, value_name = "USER", default_value = "")]
    pub account: String,
    /// Registrations that are expected in a month.
    #[arg(long, value_name = "N", default_value = "")]
    pub quota: String,
    /// The first day; today when absent.
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "")]
    pub since: String,
    /// The first day on which they are none any more.
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "")]
    pub until: String,
}

#[derive(Subcommand)]
pub enum OutreachKindCommand {
    /// Every kind.
    List,
    /// Add a kind of one's own.
    Add {
        /// Its key: lower-case letters, digits, underscore.
        key: String,
        /// Of what: event or agent.
        #[arg(long, value_name = "WHAT")]
        of: String,
        /// Name in Indonesian.
        #[arg(long)]
        name: String,
        /// Name in English.
        #[arg(long)]
        name_en: String,
        /// What it does, between commas: briefs, visits.
        #[arg(long, value_name = "TRAITS", default_value = "-")]
        traits: String,
    },
}
