//! Arguments of `payung claims …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum ClaimsCommand {
    /// Open a claim for a member; the same person, kind and day again is the first one.
    Open(Box<ClaimOpenArgs>),
    /// Say anew what a claim's benefit depends on: losses, months without work, costs, balance.
    Describe(Box<ClaimDescribeArgs>),
    /// Claims, oldest first, masked.
    List {
        /// In this state alone, such as open or sent.
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
        /// Of this kind alone: jkm, jkk-death, jkk-total, jkk-partial, jkk-care, jht.
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
        /// Only those that wait for a second look.
        #[arg(long)]
        review: bool,
    },
    /// One claim: cover by month, benefit with its articles, papers, people, clocks, steps.
    Show {
        /// The claim's number.
        id: String,
    },
    /// Note that papers are at hand, or that they are not.
    Paper {
        /// The claim's number.
        id: String,
        /// The paper by its key, as `show` names it; again for more.
        #[arg(required = true)]
        papers: Vec<String>,
        /// Since which day; today when absent.
        #[arg(long, value_name = "DAY")]
        on: Option<String>,
        /// They are not at hand after all.
        #[arg(long, conflicts_with = "on")]
        missing: bool,
    },
    /// Write a heir, or whoever paid the burial, down in a claim.
    Heir(Box<ClaimHeirArgs>),
    /// Make a step: return, complete, propose, send, grant, refuse, send-back, pay, appeal, close,
    /// withdraw; exit code 4 after `propose`: another person decides.
    Step(ClaimStepArgs),
    /// Keep what a second look at a claim found; it stops nothing.
    Review {
        /// The claim's number.
        id: String,
        /// What was found, in a sentence.
        #[arg(long, value_name = "TEXT")]
        finding: String,
    },
    /// Scholarships of the children, school year by school year.
    #[command(subcommand)]
    Scholarship(ScholarshipCommand),
    /// Write a paper as PDF: form, form-3a, form-3b, form-3-kk, cover, family, decision; the
    /// printing is kept in the log.
    Paperwork {
        /// The claim's number.
        id: String,
        /// Which.
        #[arg(long, value_name = "PAPER", default_value = "form")]
        kind: String,
        /// The file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Subcommand)]
pub enum ScholarshipCommand {
    /// School years of all claims that may be asked for, were returned, or have only to be sent.
    Due,
    /// The plan of one claim: class, amount, last day and state of each year, with reminders.
    Show {
        /// The claim's number.
        id: String,
    },
    /// Make a step of a child's school year: place, ask, send, send-back, pay, end, reopen; exit
    /// code 4 after `ask`: another person decides.
    Step(ScholarshipStepArgs),
}

#[derive(Args)]
pub struct ScholarshipStepArgs {
    /// The claim's number.
    pub id: String,
    /// The child, by the number that `show` gives.
    pub child: u16,
    /// The year in which the school year begins.
    pub year: i32,
    /// Which step.
    pub step: String,
    /// The class as the school's letter says, such as sd1; the planned one when absent.
    #[arg(long, value_name = "CLASS", default_value = "")]
    pub class: String,
    /// The day of it, or of the school's letter; today when absent.
    #[arg(long, value_name = "DAY")]
    pub day: Option<String>,
    /// The amount that was paid.
    #[arg(long, value_name = "RUPIAH")]
    pub rupiah: Option<String>,
    /// Why it ends: married, working, left-school, died, refused.
    #[arg(long, value_name = "CAUSE", default_value = "")]
    pub cause: String,
    /// The number of BPJS's letter or of the transfer.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub reference: String,
    /// Why; it is kept sealed.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub reason: String,
}

#[derive(Args)]
pub struct ClaimOpenArgs {
    /// The member, by record number.
    pub person: String,
    /// What is claimed: jkm, jkk-death, jkk-total, jkk-partial, jkk-care, jht.
    #[arg(long, value_name = "KIND")]
    pub kind: String,
    /// The day it happened.
    #[arg(long, value_name = "DAY")]
    pub event: String,
    /// The day the office was told; today when absent.
    #[arg(long, value_name = "DAY")]
    pub reported: Option<String>,
    /// Who told: member, family, village, hospital, registry, cemetery, work, office, police,
    /// health.
    #[arg(long, value_name = "WHO", default_value = "family")]
    pub told: String,
    /// The name of whoever told; kept sealed.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub reporter: String,
    /// Their telephone; kept sealed.
    #[arg(long, value_name = "NUMBER", default_value = "")]
    pub phone: String,
    /// What happened, in a sentence; kept sealed.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub account: String,
    /// The work at which it happened, by its key, when it is another than the registered one.
    #[arg(long, value_name = "KEY")]
    pub occupation: Option<String>,
    /// What the benefit depends on.
    #[command(flatten)]
    pub facts: ClaimFactsArgs,
}

#[derive(Args)]
pub struct ClaimDescribeArgs {
    /// The claim's number.
    pub id: String,
    /// The work at which it happened, by its key; the registered one when absent.
    #[arg(long, value_name = "KEY")]
    pub occupation: Option<String>,
    /// What the benefit depends on, all of it: what is not said here counts as nothing.
    #[command(flatten)]
    pub facts: ClaimFactsArgs,
}

#[derive(Args)]
pub struct ClaimFactsArgs {
    /// A loss by the code of the table, such as D05 or D05:50; again for more.
    #[arg(long = "loss", value_name = "CODE")]
    pub losses: Vec<String>,
    /// The member is left-handed.
    #[arg(long)]
    pub left_handed: bool,
    /// Full months without work.
    #[arg(long, value_name = "N", default_value = "")]
    pub months: String,
    /// Days without work beyond them.
    #[arg(long, value_name = "N", default_value = "")]
    pub days: String,
    /// What carrying by land cost.
    #[arg(long, value_name = "RUPIAH", default_value = "")]
    pub land: String,
    /// What carrying by sea cost.
    #[arg(long, value_name = "RUPIAH", default_value = "")]
    pub sea: String,
    /// What carrying by air cost.
    #[arg(long, value_name = "RUPIAH", default_value = "")]
    pub air: String,
    /// What dentures cost.
    #[arg(long, value_name = "RUPIAH", default_value = "")]
    pub dentures: String,
    /// What a hearing aid cost.
    #[arg(long, value_name = "RUPIAH", default_value = "")]
    pub hearing_aid: String,
    /// What glasses cost.
    #[arg(long, value_name = "RUPIAH", default_value = "")]
    pub glasses: String,
    /// What care at home cost.
    #[arg(long, value_name = "RUPIAH", default_value = "")]
    pub home_care: String,
    /// The balance of old age savings as BPJS states it.
    #[arg(long, value_name = "RUPIAH", default_value = "")]
    pub balance: String,
    /// Why savings are claimed: pension-age, total-disability, death, stopped-work, left-country,
    /// preparation, housing.
    #[arg(long, value_name = "WHY", default_value = "")]
    pub why: String,
}

#[derive(Args)]
pub struct ClaimHeirArgs {
    /// The claim's number.
    pub id: String,
    /// Who they were to the member: spouse, child, parent, grandchild, grandparent, sibling,
    /// parent-in-law, by-will, funeral-organiser.
    #[arg(long, value_name = "RELATION", required_unless_present_any = ["drop", "number"])]
    pub relation: Option<String>,
    /// Name.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub name: String,
    /// National identity number.
    #[arg(long, value_name = "NIK", default_value = "")]
    pub nik: String,
    /// Day of birth; whoever is under age needs a guardian.
    #[arg(long, value_name = "DAY", default_value = "")]
    pub birth: String,
    /// Telephone.
    #[arg(long, value_name = "NUMBER", default_value = "")]
    pub phone: String,
    /// Bank and account.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub account: String,
    /// The guardian's name.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub guardian: String,
    /// The year of school that a child is about to enter, such as sd1.
    #[arg(long, value_name = "YEAR", default_value = "")]
    pub school: String,
    /// They paid for the burial.
    #[arg(long)]
    pub paid_burial: bool,
    /// They object to how it is shared.
    #[arg(long)]
    pub disagrees: bool,
    /// Mend the one with this number, as `show` gives it; what is left out stays.
    #[arg(long, value_name = "N")]
    pub number: Option<u16>,
    /// Take the one with this number off the claim.
    #[arg(long, value_name = "N", conflicts_with = "relation")]
    pub drop: Option<u16>,
}

#[derive(Args)]
pub struct ClaimStepArgs {
    /// The claim's number.
    pub id: String,
    /// Which step.
    pub step: String,
    /// The day of it; today when absent.
    #[arg(long, value_name = "DAY")]
    pub day: Option<String>,
    /// The amount that BPJS grants, or that was paid.
    #[arg(long, value_name = "RUPIAH")]
    pub rupiah: Option<String>,
    /// Who was paid, by the number that `show` gives; the member when absent.
    #[arg(long, value_name = "N")]
    pub receiver: Option<u16>,
    /// The number of BPJS's letter or of the transfer.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub reference: String,
    /// Why; it is kept sealed.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub reason: String,
}
