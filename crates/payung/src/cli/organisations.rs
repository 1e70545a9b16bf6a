//! `payung org`: the register of organisations.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum OrgCommand {
    /// Add an organisation; the same again is no change.
    Add(Box<OrgAddArgs>),
    /// Change some of what is said of an organisation; the rest stays.
    Change(Box<OrgChangeArgs>),
    /// Every organisation, or those of a kind or under one.
    List {
        /// Only this kind, such as klinik.
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
        /// Only those under this one, however deep.
        #[arg(long, value_name = "CODE")]
        under: Option<String>,
    },
    /// One organisation: where it stands, how it is reached, its facilities and agreements.
    Show {
        /// Its code.
        code: String,
    },
    /// Take in a list of organisations from a spreadsheet of any layout; every row has an outcome.
    Import(OrgImportArgs),
    /// Kinds of organisations.
    #[command(subcommand)]
    Kind(OrgKindCommand),
}

#[derive(Args)]
pub struct OrgAddArgs {
    /// Short code, such as desa-6401052001.
    pub code: String,
    /// Name.
    #[arg(long)]
    pub name: String,
    /// Territory it may speak for, or lies in.
    #[arg(long, value_name = "CODE")]
    pub territory: String,
    /// What it is, by key: opd, klinik, bpjs; by its territory when absent.
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// The one it stands under.
    #[arg(long, value_name = "CODE")]
    pub under: Option<String>,
    #[command(flatten)]
    pub contact: ContactArgs,
}

#[derive(Args)]
pub struct OrgChangeArgs {
    /// Its code.
    pub code: String,
    /// Name.
    #[arg(long)]
    pub name: Option<String>,
    /// Territory it may speak for, or lies in.
    #[arg(long, value_name = "CODE")]
    pub territory: Option<String>,
    /// What it is, by key.
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// The one it stands under; empty for none.
    #[arg(long, value_name = "CODE")]
    pub under: Option<String>,
    /// The first day on which it is no more; empty opens it again.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub closed: Option<String>,
    #[command(flatten)]
    pub contact: ContactArgs,
}

#[derive(Args)]
pub struct ContactArgs {
    /// Street and number.
    #[arg(long)]
    pub address: Option<String>,
    /// Who holds the office and signs for it.
    #[arg(long, value_name = "NAME")]
    pub officer: Option<String>,
    /// What the office is called, such as "Kepala Dinas Kesehatan".
    #[arg(long, value_name = "TITLE")]
    pub office: Option<String>,
    /// Telephone.
    #[arg(long)]
    pub phone: Option<String>,
    /// E-mail.
    #[arg(long)]
    pub email: Option<String>,
}

#[derive(Args)]
pub struct OrgImportArgs {
    /// A spreadsheet or CSV with at least a column of names.
    pub file: PathBuf,
    /// The kind of rows that name none.
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// The one under which rows stand that name none.
    #[arg(long, value_name = "CODE")]
    pub under: Option<String>,
    /// The territory of rows that name none; the regency when absent.
    #[arg(long, value_name = "CODE")]
    pub territory: Option<String>,
}

#[derive(Subcommand)]
pub enum OrgKindCommand {
    /// Every kind, with what it may be.
    List,
    /// Add a kind of one's own.
    Add {
        /// Key: lower-case letters, digits and underscores.
        key: String,
        /// Name in Indonesian.
        #[arg(long)]
        name: String,
        /// Name in English.
        #[arg(long)]
        name_en: String,
        /// What it may be: parent, facility, party, sender.
        #[arg(long, value_name = "LIST", default_value = "party,sender")]
        traits: String,
    },
}
