//! THE CASE: what it is, its stages, its events, the flow table, the fold, the duties, and the journal, the one writer.

pub mod clock;
pub mod command;
pub mod documents;
pub mod duties;
pub mod event;
pub mod facts;
pub mod flow;
pub mod fold;
pub mod four_eyes;
#[cfg(test)]
pub(crate) mod golden;
pub mod journal;
pub mod lapse;
pub mod model;
pub mod office;
pub mod outdated;
pub mod platform;
pub mod private;
pub mod projection;
pub mod proofs;
pub mod recount;
pub mod refusal;
pub mod replay;
pub mod retention;
pub mod search;
pub mod silence;
pub mod stage;
#[cfg(test)]
pub mod testing;
pub mod trail;
pub mod vault;
