//! How many days count: for the effect of an event, and between offices that invite the same
//! people. The usual numbers are data (`data/outreach_terms.tsv`), and an office sets its own.

crate::words::words! {
    /// What may be set.
    TermName {
        /// How many days after an event a registration counts as its effect.
        EffectDays = "effect-days",
        /// Within how many days offices that invite the same people are shown to each other.
        WindowDays = "window-days",
    }
}

const USUAL: &str = include_str!("../../data/outreach_terms.tsv");

/// How many days count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutreachTerms {
    /// A registration counts as the effect of an event so many days after it.
    pub effect_days: u32,
    /// Two offices meet when they invite the same people within so many days.
    pub window_days: u32,
}

impl TermName {
    fn row(self) -> Option<[u32; 3]> {
        let mut lines = USUAL.lines().map(|line| line.split('\t').collect::<Vec<_>>());
        let fields = lines.find(|fields| fields.first() == Some(&self.name()))?;
        let number = |at: usize| fields.get(at).and_then(|text| text.parse().ok());
        Some([number(1)?, number(2)?, number(3)?])
    }

    /// The number where nobody has set another.
    pub fn usual(self) -> u32 {
        self.row().expect("a test reads the terms that come with Payung")[0]
    }

    /// Reads a number that may be set; none when it is none or out of its bounds.
    pub fn read(self, text: &str) -> Option<u32> {
        let [_, least, most] = self.row()?;
        text.trim().parse().ok().filter(|days| (least..=most).contains(days))
    }
}

impl OutreachTerms {
    /// What was set, and the usual numbers for the rest.
    pub fn of(set: impl Fn(TermName) -> Option<u32>) -> OutreachTerms {
        let days = |name: TermName| set(name).unwrap_or_else(|| name.usual());
        OutreachTerms {
            effect_days: days(TermName::EffectDays),
            window_days: days(TermName::WindowDays),
        }
    }
}

impl Default for OutreachTerms {
    fn default() -> OutreachTerms {
        OutreachTerms::of(|_| None)
    }
}
