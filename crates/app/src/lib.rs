//! Use cases: who may, load, decide, apply, notify. The one place with a clock and a transaction.

pub use domain::access;

pub mod audit;
pub mod check;
pub mod condition;
pub mod demo;
pub mod desk;
pub mod drafting;
pub mod environment;
pub mod error;
pub mod files;
pub mod finding;
pub mod grants;
pub mod intake;
pub mod jobs;
pub mod keys;
pub mod login;
pub mod money;
pub mod office;
pub mod overview;
pub mod people;
pub mod places;
pub mod practice;
pub mod prints;
pub mod reading;
pub mod references;
pub mod regions;
pub mod returns;
pub mod settings;
pub mod staging;
pub mod statement;
pub mod tables;
pub mod tasks;
pub mod theme;
pub mod words;
