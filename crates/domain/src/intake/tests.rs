//! Whole rows through the reader.
