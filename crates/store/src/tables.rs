//! Every table by name: how a change of it behind the program's back would be found, and where its
//! rows live when one server is not enough.

/// How a table is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Watch {
    /// Its rows are in a digest that every leaf of the audit log commits to.
    Kept,
    /// It is the proof itself, or says what the program knows: recomputed and compared.
    Proof,
    /// It comes and goes without an act: who is at work now, what waits to be done. Or it follows
    /// from a kept table by the engine's own hand.
    Passing,
}

/// Every table. A new one is `Kept`, unless nobody would ever ask who changed it.
pub(crate) const TABLES: &[(&str, Watch)] = &[
    ("account", Watch::Kept),
    ("agreement", Watch::Kept),
    ("agreement_article", Watch::Kept),
    ("agreement_duty", Watch::Kept),
    ("agreement_fulfilment", Watch::Kept),
    ("agreement_party", Watch::Kept),
    ("agreement_programme", Watch::Kept),
    ("agreement_scan", Watch::Kept),
    ("agreement_template", Watch::Kept),
    ("agreement_version", Watch::Kept),
    ("allocation", Watch::Kept),
    ("annex", Watch::Kept),
    ("annex_decree", Watch::Kept),
    ("api_request", Watch::Passing),
    ("api_token", Watch::Kept),
    ("api_token_use", Watch::Passing),
    ("approval", Watch::Kept),
    ("attachment", Watch::Kept),
    ("audit", Watch::Proof),
    ("audit_checkpoint", Watch::Kept),
    ("audit_cosignature", Watch::Kept),
    ("audit_node", Watch::Proof),
    ("audit_reason", Watch::Kept),
    ("audit_schema", Watch::Proof),
    ("bank_account", Watch::Kept),
    ("benefit_claim", Watch::Kept),
    ("benefit_claim_paper", Watch::Kept),
    ("benefit_claim_person", Watch::Kept),
    ("benefit_claim_review", Watch::Kept),
    ("benefit_claim_step", Watch::Kept),
    ("bill", Watch::Kept),
    ("bill_code", Watch::Kept),
    ("bill_credit", Watch::Kept),
    ("bill_exclusion", Watch::Kept),
    ("bill_issue", Watch::Kept),
    ("bill_line", Watch::Kept),
    ("bpjs_receipt", Watch::Kept),
    ("card", Watch::Kept),
    ("card_day", Watch::Kept),
    ("card_end", Watch::Kept),
    ("card_handover", Watch::Kept),
    ("card_handover_step", Watch::Kept),
    ("card_key", Watch::Kept),
    ("card_place", Watch::Kept),
    ("card_seat", Watch::Kept),
    ("change_mark", Watch::Passing),
    ("contribution_recovery", Watch::Kept),
    ("cover_sum", Watch::Passing),
    ("cover_total", Watch::Passing),
    ("cover_twice", Watch::Kept),
    ("coverage_basis", Watch::Kept),
    ("coverage_basis_line", Watch::Kept),
    ("coverage_report", Watch::Kept),
    ("coverage_target", Watch::Kept),
    ("covered_month", Watch::Kept),
    ("covered_month_past", Watch::Kept),
    ("covered_month_withdrawn", Watch::Kept),
    ("credential", Watch::Kept),
    ("death_notice", Watch::Kept),
    ("delivery", Watch::Passing),
    ("delivery_attempt", Watch::Passing),
    ("door_try", Watch::Passing),
    ("duplicate_pair", Watch::Kept),
    ("duplicate_question", Watch::Kept),
    ("duplicate_tally", Watch::Kept),
    ("duplicate_verdict", Watch::Kept),
    ("enlistment", Watch::Kept),
    ("external_login", Watch::Kept),
    ("field_conflict", Watch::Kept),
    ("field_device", Watch::Kept),
    ("field_photo", Watch::Kept),
    ("field_record", Watch::Kept),
    ("fund", Watch::Kept),
    ("fund_revision", Watch::Kept),
    ("header_mapping", Watch::Kept),
    // It says what the key check in `setting` says, for every transaction to see.
    ("index_chain", Watch::Passing),
    ("intake_problem", Watch::Kept),
    ("intake_row", Watch::Kept),
    ("jht_stated", Watch::Kept),
    ("job", Watch::Passing),
    ("ledger_chart", Watch::Kept),
    ("ledger_chart_line", Watch::Kept),
    ("life_proof", Watch::Kept),
    ("membership", Watch::Kept),
    ("membership_history", Watch::Kept),
    ("message", Watch::Kept),
    ("message_step", Watch::Kept),
    ("migration", Watch::Proof),
    ("movement", Watch::Kept),
    ("movement_item", Watch::Kept),
    ("nik_claim", Watch::Passing),
    ("nik_claim_wait", Watch::Passing),
    ("nik_hold", Watch::Passing),
    ("nik_month", Watch::Passing),
    ("one_time_link", Watch::Passing),
    ("org", Watch::Kept),
    ("org_kind", Watch::Kept),
    ("org_profile", Watch::Kept),
    ("outbox_event", Watch::Kept),
    ("outreach_agent", Watch::Kept),
    ("outreach_attendance", Watch::Kept),
    ("outreach_event", Watch::Kept),
    ("outreach_event_step", Watch::Kept),
    ("outreach_kind", Watch::Kept),
    ("outreach_lead", Watch::Kept),
    ("outreach_lead_step", Watch::Kept),
    ("participant_number", Watch::Kept),
    ("passkey", Watch::Kept),
    ("payment_match", Watch::Kept),
    ("pemda", Watch::Proof),
    ("period", Watch::Kept),
    ("period_gap", Watch::Kept),
    ("period_step", Watch::Kept),
    ("period_total", Watch::Kept),
    ("period_waiver", Watch::Kept),
    ("person", Watch::Kept),
    ("person_apart", Watch::Kept),
    ("person_history", Watch::Kept),
    ("person_merge", Watch::Kept),
    ("person_token", Watch::Kept),
    ("programme", Watch::Kept),
    ("programme_occupation", Watch::Kept),
    ("proposal", Watch::Kept),
    ("proposal_item", Watch::Kept),
    ("proposal_note", Watch::Kept),
    ("provided_grant", Watch::Kept),
    ("reason", Watch::Kept),
    ("record_key", Watch::Kept),
    ("recovery_code", Watch::Kept),
    ("reference_entry", Watch::Kept),
    ("reference_list", Watch::Kept),
    ("role_grant", Watch::Kept),
    ("scholarship_step", Watch::Kept),
    ("scholarship_year", Watch::Kept),
    ("session", Watch::Passing),
    ("setting", Watch::Kept),
    ("sheet", Watch::Kept),
    ("sheet_answer", Watch::Kept),
    ("sheet_blob", Watch::Kept),
    ("sheet_edit", Watch::Kept),
    ("sheet_outcome", Watch::Kept),
    ("sheet_stage", Watch::Passing),
    ("sign_in_try", Watch::Passing),
    ("sipp_employer", Watch::Kept),
    ("sipp_reply", Watch::Kept),
    ("sipp_reply_row", Watch::Kept),
    ("sipp_standing", Watch::Kept),
    ("sipp_submission", Watch::Kept),
    ("sipp_submission_row", Watch::Kept),
    ("snap_account", Watch::Kept),
    ("snap_credit", Watch::Kept),
    ("snap_echo", Watch::Kept),
    ("snap_notice", Watch::Kept),
    ("snap_partner", Watch::Kept),
    ("snap_payment", Watch::Kept),
    ("snap_payment_echo", Watch::Kept),
    ("snap_registration", Watch::Kept),
    ("snap_request", Watch::Passing),
    ("snap_token", Watch::Passing),
    ("state_digest", Watch::Proof),
    ("statement", Watch::Kept),
    ("statement_line", Watch::Kept),
    ("subscriber", Watch::Kept),
    ("subscriber_health", Watch::Passing),
    ("subscriber_secret", Watch::Kept),
    ("task", Watch::Kept),
    ("task_verdict", Watch::Kept),
    ("totp", Watch::Kept),
    ("transfer", Watch::Kept),
    ("transfer_origin", Watch::Kept),
    ("transfer_resolution", Watch::Kept),
    ("user_account", Watch::Kept),
    ("voucher", Watch::Kept),
];

/// Where the rows of a table live when the register has several servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spread {
    /// Each regency's rows on one server, all of them on the same.
    ByTenant,
    /// By the keyed index of a NIK, whosever it is: the tables that know of all regencies.
    ByNik,
    /// The same rows on every server.
    Everywhere,
}

/// The tables whose rows do not live with their regency; all others do.
pub(crate) const OF_ALL_REGENCIES: &[(&str, Spread)] = &[
    ("migration", Spread::Everywhere),
    ("nik_claim", Spread::ByNik),
    ("nik_month", Spread::ByNik),
];

/// Where the rows of this table live.
pub(crate) fn spread(name: &str) -> Spread {
    let found = OF_ALL_REGENCIES.iter().find(|(known, _)| *known == name);
    found.map_or(Spread::ByTenant, |(_, spread)| *spread)
}

impl Spread {
    /// The column that says where a row lives.
    pub(crate) fn column(self) -> Option<&'static str> {
        match self {
            Spread::ByTenant => Some("tenant"),
            Spread::ByNik => Some("nik_index"),
            Spread::Everywhere => None,
        }
    }
}

/// The tables of a sort.
pub(crate) fn of(sort: Watch) -> impl Iterator<Item = &'static str> {
    TABLES.iter().filter(move |(_, watch)| *watch == sort).map(|(name, _)| *name)
}

/// The table of this name, as it is declared.
pub(crate) fn find(name: &str) -> Option<&'static (&'static str, Watch)> {
    TABLES.iter().find(|(known, _)| *known == name)
}
