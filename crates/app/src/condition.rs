//! Whether an installation is well: each finding with a code, for pages that say what to do.

use crate::office::Office;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing to do.
    Well,
    /// It cannot be known from here.
    Unknown,
    /// To be done soon.
    Warning,
    /// To be done now.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The code: the catalogue has its name under `condition-CODE` and its remedy.
    pub what: &'static str,
    /// How grave it is.
    pub weight: Weight,
    /// A word for its sentence, never identity.
    pub detail: String,
}

impl Office {
    /// Everything that can be looked at while the program works.
    pub fn condition(&self) -> Vec<Finding> {
        vec![self.schema_condition(), self.help_condition(), self.law_condition()]
    }

    fn schema_condition(&self) -> Finding {
        let (weight, detail) = match self.store.schema_version() {
            Ok((seen, known)) if seen == known => (Weight::Well, seen.to_string()),
            Ok((seen, known)) => (Weight::Bad, format!("{seen} < {known}")),
            Err(_) => (Weight::Bad, String::new()),
        };
        Finding { what: "schema", weight, detail }
    }

    fn help_condition(&self) -> Finding {
        let said = self.settings().is_ok_and(|settings| !settings.phone.is_empty());
        let weight = if said { Weight::Well } else { Weight::Warning };
        Finding { what: "help", weight, detail: String::new() }
    }

    /// Rules of today that nobody has compared with the text of the law.
    fn law_condition(&self) -> Finding {
        let rules = self.rules_in_force(self.today());
        let open = rules.iter().filter(|rule| rule.status != "confirmed").count();
        let weight = if open == 0 { Weight::Well } else { Weight::Warning };
        Finding { what: "law", weight, detail: open.to_string() }
    }
}
