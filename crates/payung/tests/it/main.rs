//! The program as its users meet it: scenarios, commands, hostile files, sudden death, the demo.

mod audit;
mod backup;
mod bank;
mod cli;
mod cuts;
mod demo;
mod events;
mod hostile;
mod keys;
mod kill;
mod law;
mod program;
mod scenarios;
