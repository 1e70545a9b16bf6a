//! Occupations: the list that programmes name, with the words villages use for them.

/// A key of the occupation list, such as `nelayan`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OccupationKey(pub std::sync::Arc<str>);
