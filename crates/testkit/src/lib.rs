//! What tests share and production never sees.

pub mod bank;
pub mod cards;
pub mod dice;
pub mod hostile;
pub mod invented;
pub mod nodes;
pub mod oracle;
pub mod postgres;
pub mod provider;
pub mod proxy;
pub mod receiver;
pub mod replies;
pub mod scenario;
pub mod sheets;
pub mod sim;
pub mod state;
pub mod statements;
