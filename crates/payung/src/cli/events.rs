//! `payung events`: other programs that are told what was done here.

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum EventsCommand {
    /// Put a subscriber forward; its secret is told this once, and another approves it.
    Subscribe(EventsSubscribeArgs),
    /// Every subscriber in a line.
    List,
    /// One subscriber: state, types, secrets by their age.
    Show {
        /// Its code.
        code: String,
    },
    /// What there is to be told: types, subjects, data.
    Types,
    /// Messages on their way and those that went, the newest first.
    Deliveries(EventsDeliveriesArgs),
    /// Send events once more.
    Replay(EventsReplayArgs),
    /// Send what is due now, and end: for offices where `payung serve` does not run.
    Send,
    /// Send a subscriber a trial event.
    Test {
        /// Its code.
        code: String,
    },
    /// Stop sending for a while; what happens meanwhile waits.
    Pause {
        /// Its code.
        code: String,
    },
    /// Send again, first what waits and what was given up.
    Resume {
        /// Its code.
        code: String,
    },
    /// Make another secret, told this once; the one before holds a day longer.
    Rotate {
        /// Its code.
        code: String,
    },
    /// End a subscription for good.
    End {
        /// Its code.
        code: String,
        /// Why; recorded.
        #[arg(long)]
        reason: String,
    },
}

#[derive(Args)]
pub struct EventsSubscribeArgs {
    /// Short code: small letters, digits and hyphens.
    pub code: String,
    /// What the program is.
    #[arg(long)]
    pub name: String,
    /// Where it is told: https, port 443 or 8443.
    #[arg(long)]
    pub url: String,
    /// Types of events, apart by commas; all of them when absent.
    #[arg(long, value_name = "TYPE,...", value_delimiter = ',')]
    pub types: Vec<String>,
}

#[derive(Args)]
pub struct EventsDeliveriesArgs {
    /// Only what goes to this subscriber, by its code.
    #[arg(long, value_name = "CODE")]
    pub subscriber: Option<String>,
    /// Only what is waiting, delivered or failed.
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// Only events of this type.
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: u32,
}

#[derive(Args)]
pub struct EventsReplayArgs {
    /// The subscriber's code.
    pub code: String,
    /// One event, by its id; what failed when nothing is said.
    #[arg(long, value_name = "ID", conflicts_with = "since")]
    pub event: Option<String>,
    /// Everything from this day on, before the subscription too.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub since: Option<String>,
}
