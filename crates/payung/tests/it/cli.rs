//! The contract of the command line: JSON shapes, exit codes, what is written and what is not.

mod canary;
mod check;
mod codes;
mod erase;
mod eyes;
mod link;
mod plan;
mod reach;
mod returns;
