//! Every table by name, and how a change of it behind the program's back would be found.

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
    ("agreement_scan", Watch::Kept),
    ("agreement_template", Watch::Kept),
    ("agreement_version", Watch::Kept),
    ("allocation", Watch::Kept),
    ("annex", Watch::Kept),
    ("api_request", Watch::Passing),
    ("api_token", Watch::Kept),
    ("api_token_use", Watch::Passing),
    ("approval", Watch::Kept),
    ("audit", Watch::Proof),
    ("audit_checkpoint", Watch::Kept),
    ("audit_cosignature", Watch::Kept),
    ("audit_node", Watch::Proof),
    ("audit_reason", Watch::Kept),
    ("audit_schema", Watch::Proof),
    ("bank_account", Watch::Kept),
    ("bill", Watch::Kept),
    ("bill_exclusion", Watch::Kept),
    ("bill_line", Watch::Kept),
    ("bpjs_receipt", Watch::Kept),
    ("card", Watch::Kept),
    ("covered_month", Watch::Kept),
    ("credential", Watch::Kept),
    ("duplicate_pair", Watch::Kept),
    ("duplicate_question", Watch::Kept),
    ("duplicate_tally", Watch::Kept),
    ("duplicate_verdict", Watch::Kept),
    ("enlistment", Watch::Kept),
    ("external_login", Watch::Kept),
    ("fund", Watch::Kept),
    ("fund_revision", Watch::Kept),
    ("header_mapping", Watch::Kept),
    ("intake_problem", Watch::Kept),
    ("intake_row", Watch::Kept),
    ("job", Watch::Passing),
    ("membership", Watch::Kept),
    ("membership_history", Watch::Kept),
    ("migration", Watch::Proof),
    ("movement", Watch::Kept),
    ("movement_item", Watch::Kept),
    ("nik_claim", Watch::Passing),
    ("one_time_link", Watch::Passing),
    ("org", Watch::Kept),
    ("org_kind", Watch::Kept),
    ("org_profile", Watch::Kept),
    ("participant_number", Watch::Kept),
    ("passkey", Watch::Kept),
    ("payment_match", Watch::Kept),
    ("pemda", Watch::Proof),
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
    ("record_key", Watch::Kept),
    ("recovery_code", Watch::Kept),
    ("reference_entry", Watch::Kept),
    ("reference_list", Watch::Kept),
    ("role_grant", Watch::Kept),
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
    ("state_digest", Watch::Proof),
    ("statement", Watch::Kept),
    ("statement_line", Watch::Kept),
    ("task", Watch::Kept),
    ("task_verdict", Watch::Kept),
    ("totp", Watch::Kept),
    ("transfer", Watch::Kept),
    ("transfer_resolution", Watch::Kept),
    ("user_account", Watch::Kept),
];

/// The tables of a sort.
pub(crate) fn of(sort: Watch) -> impl Iterator<Item = &'static str> {
    TABLES.iter().filter(move |(_, watch)| *watch == sort).map(|(name, _)| *name)
}

/// The table of this name, as it is declared.
pub(crate) fn find(name: &str) -> Option<&'static (&'static str, Watch)> {
    TABLES.iter().find(|(known, _)| *known == name)
}
