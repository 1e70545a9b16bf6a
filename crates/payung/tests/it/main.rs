//! The program as its users meet it: scenarios, commands, hostile files, sudden death, the demo.

mod scenarios;
