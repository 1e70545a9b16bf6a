//! What the reference lists say of a row, each with the day it was true.
//!
//! A list is read by NIK. Where it gives clearly another name the list or the row has a wrong
//! number, so nobody is refused on it and a human decides.

use base::{Day, Problem, ProblemCode};
use linkage::NameAgreement;

use super::findings::Findings;
use crate::intake::Draft;
use crate::reference::{ReferenceHit, ReferenceKind};

/// Whom a programme takes although a list names them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Takes {
    /// Whoever is insured already.
    pub(super) insured: bool,
    /// Civil servants, for this row's work as a second and private job.
    pub(super) civil_servants: bool,
}

/// Reads the hits of one NIK into findings and problems; `settled` says which questions somebody
/// answered: that a list means another person. Returns the civil registry's birth date,
/// which goes before the typed one where age is judged.
///
/// # Source
/// PP 40/2019 Art. 30(2): the NIK is not changed when the birth date is corrected, so neither the
/// NIK nor a typed date outweighs the registry.
pub(super) fn read_hits(
    draft: &Draft,
    hits: &[&ReferenceHit],
    takes: Takes,
    settled: &dyn Fn(ProblemCode) -> bool,
    findings: &mut Findings<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Day> {
    let mut registry_birth = None;
    for hit in hits {
        let other_name = has_other_name(draft, hit);
        let detail = hit.as_of.to_string();
        let code = match hit.kind {
            ReferenceKind::Meninggal => {
                findings.dead |= !other_name;
                ProblemCode::OnDeathList
            }
            ReferenceKind::Asn => {
                findings.asn |= !other_name && !takes.civil_servants;
                ProblemCode::OnAsnList
            }
            ReferenceKind::BpjsAktif => {
                findings.insured |= !other_name && !takes.insured;
                ProblemCode::AlreadyInsured
            }
            ReferenceKind::Dukcapil => {
                let other_birth = hit.entry.birth.is_some_and(|birth| draft.birth != Some(birth));
                registry_birth = registry_birth.or(hit.entry.birth.filter(|_| !other_name));
                // Another name and another birth date: another person's number.
                let another = other_name && other_birth;
                findings.needs_decision |= another && !settled(ProblemCode::DukcapilDiffers);
                if !other_name && !other_birth {
                    continue;
                }
                ProblemCode::DukcapilDiffers
            }
            ReferenceKind::Kesejahteraan | ReferenceKind::Disabilitas | ReferenceKind::Wajib => {
                continue;
            }
        };
        if hit.kind != ReferenceKind::Dukcapil {
            let matters = hit.kind != ReferenceKind::BpjsAktif || !takes.insured;
            findings.needs_decision |= other_name && matters && !settled(code);
        }
        if !problems.iter().any(|problem| problem.code == code) {
            problems.push(Problem::of_row(code).with_detail(detail));
        }
    }
    registry_birth
}

/// The civil registry was asked for a NIK, and none of its lines is among the hits.
pub(super) fn unknown_to_registry(hits: &[&ReferenceHit]) -> Option<Problem> {
    let known = hits.iter().any(|hit| hit.kind == ReferenceKind::Dukcapil);
    (!known).then(|| Problem::of_row(ProblemCode::DukcapilUnknown))
}

fn has_other_name(draft: &Draft, hit: &ReferenceHit) -> bool {
    let Some(name) = &hit.entry.name else { return false };
    let listed = linkage::normalise_name(name.as_str());
    linkage::normal_names_agree(&draft.normal_name, &listed) == NameAgreement::Different
}
