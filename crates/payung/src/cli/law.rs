//! The flags of `payung law` and `payung quote`.
//!
//! Amounts, days and months are read by the commands, which say in words what is wrong with them.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Args)]
pub struct LawArgs {
    #[command(flatten)]
    pub rulebook: RulebookArgs,
    #[command(subcommand)]
    pub command: LawCommand,
}

#[derive(Args)]
pub struct RulebookArgs {
    /// Regulation files in place of, or besides, those the program carries.
    #[arg(long, global = true, env = "PAYUNG_REGULATIONS", value_name = "DIR")]
    pub regulations: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum LawCommand {
    /// The contribution for one month, with the article behind every rupiah.
    Contribution(ContributionArgs),
    /// What is paid when it happens, with the article behind every rupiah.
    Benefit(BenefitArgs),
    /// What paying a contribution late costs besides.
    Penalty(PenaltyArgs),
    /// The last day to pay a month's contribution.
    Due {
        /// bpu, pu, construction or pmi.
        #[arg(long, default_value = "bpu")]
        segment: String,
        /// The contribution month.
        #[arg(long, value_name = "YYYY-MM")]
        month: String,
    },
    /// Whether somebody is covered on a day, since when, and what coming back means.
    Cover {
        /// bpu or pu.
        #[arg(long, default_value = "bpu")]
        segment: String,
        /// The day of registration.
        #[arg(long, value_name = "YYYY-MM-DD")]
        registered: String,
        /// Months paid for, such as 2025-05..2025-07,2025-09.
        #[arg(long, value_name = "MONTHS", default_value = "")]
        paid: String,
        /// The day; today when absent.
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: Option<String>,
    },
    /// Who of those left behind receives what a death pays.
    Heirs {
        /// The day of death.
        #[arg(long, value_name = "YYYY-MM-DD")]
        death: String,
        /// Those left: spouse, child, parent, grandchild, grandparent, sibling, parent-in-law,
        /// by-will, funeral-organiser.
        #[arg(long, required = true, value_delimiter = ',', value_name = "KIN")]
        left: Vec<String>,
    },
    /// Every rule in force, or one, with value, source and status.
    Show {
        /// The rule, such as jkk.iuran_bpu; all when absent.
        rule: Option<String>,
        /// The day; today when absent.
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: Option<String>,
        /// Also write it as pages for an appendix.
        #[arg(long, value_name = "OUT.pdf")]
        pdf: Option<PathBuf>,
    },
    /// What a legal officer has to look at: open, never confirmed, long ago, without a rule.
    Check {
        /// The day; today when absent.
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: Option<String>,
    },
    /// Whose money changes, in which months, between two folders of regulations.
    Diff {
        /// The folder before; `builtin` for the program's own.
        #[arg(long, value_name = "DIR")]
        from: PathBuf,
        /// The folder after; `builtin` for the program's own.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        /// First and last month, such as 2022-01..2026-12.
        #[arg(long, value_name = "A..B")]
        months: String,
    },
}

#[derive(Args)]
pub struct BenefitArgs {
    #[command(subcommand)]
    pub command: BenefitCommand,
    /// Also write the calculation as pages for an appendix.
    #[arg(long, global = true, value_name = "OUT.pdf")]
    pub pdf: Option<PathBuf>,
}

#[derive(Args)]
pub struct PenaltyArgs {
    /// pu, construction or bpu.
    #[arg(long, default_value = "pu")]
    pub segment: String,
    /// The contribution month.
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
    /// The contribution owed.
    #[arg(long, value_name = "RUPIAH")]
    pub contribution: String,
    /// The day it is paid.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub paid_on: String,
    /// Also write the calculation as pages for an appendix.
    #[arg(long, value_name = "OUT.pdf")]
    pub pdf: Option<PathBuf>,
}

#[derive(Args)]
pub struct ContributionArgs {
    /// bpu, pu, construction or pmi.
    #[arg(long, default_value = "bpu")]
    pub segment: String,
    /// bpu: monthly income in rupiah; the lowest tier when absent.
    #[arg(long, value_name = "RUPIAH")]
    pub income: Option<String>,
    /// pu, construction: wages of the month in rupiah.
    #[arg(long, value_name = "RUPIAH")]
    pub wage: Option<String>,
    /// construction: the contract without VAT in rupiah; pmi: the contract's months.
    #[arg(long, value_name = "RUPIAH")]
    pub contract: Option<String>,
    /// Schemes: jkk,jkm and, where the segment has them, jht,jp.
    #[arg(long, default_value = "jkk,jkm")]
    pub schemes: String,
    /// The contribution month.
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
    /// Who pays: self, apbd, apbn, csr, employer, …; self, or the employer of wage earners.
    #[arg(long)]
    pub payer: Option<String>,
    /// transport or other.
    #[arg(long, default_value = "other")]
    pub sector: String,
    /// pu: how dangerous the trade is.
    #[arg(long, default_value_t = 1, value_name = "1..5",
        value_parser = clap::value_parser!(u8).range(1..=5))]
    pub risk_class: u8,
    /// pu: the trade, in place of the class; its key in `payung law show jkk.kelompok_usaha`.
    #[arg(long, value_name = "KEY", conflicts_with = "risk_class")]
    pub trade: Option<String>,
    /// pu: a member of JKP.
    #[arg(long)]
    pub jkp_member: bool,
    /// pu: an employer of the labour-intensive industries with relief.
    #[arg(long)]
    pub labour_intensive: bool,
    /// pu: the employer was granted the deferral of JP in 2020.
    #[arg(long)]
    pub jp_deferred: bool,
    /// pmi: without the package before work abroad, which an agency asks for.
    #[arg(long)]
    pub without_agency: bool,
    /// pmi: months added to the contract.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub extension: u32,
    /// pmi: what is saved for old age each month, when the schemes have jht.
    #[arg(long, value_name = "RUPIAH")]
    pub jht_monthly: Option<String>,
    /// bpu: pay so many months at once, the first of them --month: 1, 2, 3, 6 or 12.
    #[arg(long, value_name = "N")]
    pub months: Option<u32>,
    /// bpu: the month in which they are paid; --month when absent.
    #[arg(long, value_name = "YYYY-MM", requires = "months")]
    pub paid_in: Option<String>,
    /// construction: show the instalments too.
    #[arg(long)]
    pub instalments: bool,
    /// Also write the calculation as pages for an appendix.
    #[arg(long, value_name = "OUT.pdf")]
    pub pdf: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum BenefitCommand {
    /// A death that was no work accident.
    Jkm {
        /// bpu or pu.
        #[arg(long, default_value = "bpu")]
        segment: String,
        /// The day of death.
        #[arg(long, value_name = "YYYY-MM-DD")]
        death: String,
        /// The day of registration.
        #[arg(long, value_name = "YYYY-MM-DD")]
        registered: String,
        /// Months paid for, such as 2025-05..2025-07,2025-09.
        #[arg(long, value_name = "MONTHS", default_value = "")]
        paid: String,
        /// Insured in another segment too: pu:2024-01-01:2024-01..2025-07.
        #[arg(long, value_name = "SEGMENT:REGISTERED:MONTHS")]
        also: Vec<String>,
    },
    /// A death by work accident.
    JkkDeath(AccidentArgs),
    /// A total permanent disability by work accident.
    JkkTotal(AccidentArgs),
    /// Lasting losses by work accident.
    JkkPartial {
        #[command(flatten)]
        accident: AccidentArgs,
        /// What was lost, by the code of the disability table; D01:50 for half the function.
        #[arg(long = "loss", required = true, value_name = "CODE[:DEGREE]")]
        losses: Vec<String>,
        /// Left-handed: left and right change places in the table.
        #[arg(long)]
        left_handed: bool,
    },
    /// Months of not being able to work (STMB).
    JkkIncapacity {
        #[command(flatten)]
        accident: AccidentArgs,
        /// Full months.
        #[arg(long, default_value_t = 0, value_name = "N")]
        months: u32,
        /// Days beyond them.
        #[arg(long, default_value_t = 0, value_name = "N")]
        days: u32,
    },
    /// Carrying the injured person.
    JkkTransport {
        /// The day of the accident.
        #[arg(long, value_name = "YYYY-MM-DD")]
        accident: String,
        /// Cost by land, river or lake.
        #[arg(long, value_name = "RUPIAH")]
        land: Option<String>,
        /// Cost by sea.
        #[arg(long, value_name = "RUPIAH")]
        sea: Option<String>,
        /// Cost by air.
        #[arg(long, value_name = "RUPIAH")]
        air: Option<String>,
    },
    /// Aids and care at home.
    JkkAids(AidsArgs),
    /// Scholarships of the children.
    Scholarship(ScholarshipArgs),
    /// Old age savings paid out, after tax.
    Jht {
        /// The balance.
        #[arg(long, value_name = "RUPIAH")]
        gross: String,
        /// The day of payment.
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: String,
        /// pension-age, total-disability, death, stopped-work, left-country, preparation, housing.
        #[arg(long, default_value = "pension-age")]
        reason: String,
    },
    /// What old age savings grow to, year by year.
    JhtBalance {
        /// What was paid in each month: 2020-01..2024-12:111000; again for another span.
        #[arg(long, required = true, value_name = "MONTHS:RUPIAH")]
        paid_in: Vec<String>,
        /// The last month that still counts.
        #[arg(long, value_name = "YYYY-MM")]
        until: String,
    },
    /// A pension.
    Jp {
        /// The day from which it is paid.
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: String,
        /// Months of contributions.
        #[arg(long, value_name = "N")]
        months: u32,
        /// The average wage of all of them, in rupiah a month.
        #[arg(long, value_name = "RUPIAH")]
        wage: String,
        /// What was paid in, with its growth.
        #[arg(long, value_name = "RUPIAH")]
        balance: Option<String>,
    },
    /// Cash after a dismissal.
    Jkp {
        /// The last reported wage.
        #[arg(long, value_name = "RUPIAH")]
        wage: String,
        /// The day of dismissal.
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: String,
        /// Months paid in the last 24, when they are known.
        #[arg(long, value_name = "N")]
        months_paid: Option<u32>,
        /// The age at joining, when it is known.
        #[arg(long, value_name = "YEARS")]
        age_at_joining: Option<u32>,
    },
}

#[derive(Args)]
pub struct AccidentArgs {
    /// The last reported wage, or the base of the tier.
    #[arg(long, value_name = "RUPIAH")]
    pub base: String,
    /// The day of the accident.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub accident: String,
}

#[derive(Args)]
pub struct ScholarshipArgs {
    /// The day of the accident or death.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub event: String,
    /// The year of school each child is about to enter: tk, sd1..sd6, smp1..3, sma1..3, s1; with
    /// the day of birth, after which the age limit is asked: smp1:2012-05-01.
    #[arg(long = "child", required = true, value_name = "YEAR[:BIRTH]")]
    pub children: Vec<String>,
    /// A death that was no work accident, after so many months of contributions in all.
    #[arg(long, value_name = "N")]
    pub months_paid: Option<u32>,
    /// Of them, the unbroken run up to the death; all when absent.
    #[arg(long, value_name = "N", requires = "months_paid")]
    pub months_unbroken: Option<u32>,
}

#[derive(Args)]
pub struct AidsArgs {
    /// The day of the accident.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub accident: String,
    /// Cost of dentures.
    #[arg(long, value_name = "RUPIAH")]
    pub dentures: Option<String>,
    /// Cost of a hearing aid.
    #[arg(long, value_name = "RUPIAH")]
    pub hearing_aid: Option<String>,
    /// Cost of glasses.
    #[arg(long, value_name = "RUPIAH")]
    pub glasses: Option<String>,
    /// Cost of a prosthesis or orthosis.
    #[arg(long, value_name = "RUPIAH", requires = "hospital_price")]
    pub prosthesis: Option<String>,
    /// Its price at the government's rehabilitation hospital.
    #[arg(long, value_name = "RUPIAH")]
    pub hospital_price: Option<String>,
    /// Cost of care at home.
    #[arg(long, value_name = "RUPIAH")]
    pub home_care: Option<String>,
}

#[derive(Args)]
pub struct QuoteArgs {
    #[command(flatten)]
    pub rulebook: RulebookArgs,
    /// How many people.
    #[arg(long, value_name = "N", conflicts_with_all = ["groups", "programme"])]
    pub workers: Option<u64>,
    /// How many months.
    #[arg(long, value_name = "M", conflicts_with = "spans")]
    pub months: Option<u32>,
    /// The first month.
    #[arg(long, value_name = "YYYY-MM", conflicts_with = "spans")]
    pub from: Option<String>,
    /// First and last month paid for, in place of --from and --months; again after a gap.
    #[arg(long = "span", value_name = "A..B")]
    pub spans: Vec<String>,
    /// Schemes: jkk,jkm, or jkk,jkm,jht.
    #[arg(long)]
    pub schemes: Option<String>,
    /// Monthly income of each; the lowest tier when absent.
    #[arg(long, value_name = "RUPIAH")]
    pub income: Option<String>,
    /// Who pays: apbd, apbn, csr, dbh-sawit, self, …; apbd, or the programme's fund.
    #[arg(long)]
    pub payer: Option<String>,
    /// transport or other; other, or what each of the programme's people does.
    #[arg(long)]
    pub sector: Option<String>,
    /// How much money there is: answers how many people, or months, it pays for.
    #[arg(long, value_name = "RUPIAH")]
    pub budget: Option<String>,
    /// People of several kinds: CSV with people, and income, schemes, payer, sector, births.
    #[arg(long, value_name = "FILE.csv", conflicts_with = "programme")]
    pub groups: Option<PathBuf>,
    /// The people, schemes, months and purse of a programme.
    #[arg(long, value_name = "CODE")]
    pub programme: Option<String>,
    /// Also write it as pages for an appendix.
    #[arg(long, value_name = "OUT.pdf")]
    pub pdf: Option<PathBuf>,
    /// Per cent by which the people grow each year, such as 2.5.
    #[arg(long, value_name = "PERCENT", default_value = "0", allow_hyphen_values = true)]
    pub growth: String,
}
