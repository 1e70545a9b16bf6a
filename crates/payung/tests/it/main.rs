//! The program as its users meet it: scenarios, commands, hostile files, sudden death, the demo.

mod audit;
mod backup;
mod bank;
mod cards;
mod cli;
mod cuts;
mod demo;
mod events;
mod faults;
mod hostile;
mod index_key;
mod keys;
mod kill;
mod law;
mod log;
mod program;
mod race;
mod scenarios;
mod simulator;
mod taken_back;
