//! The same answer on any number of threads.
