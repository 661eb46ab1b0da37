//! TAMPER EVIDENCE: the place of every event in the whole trail, and the proof that what is stored follows from the trail.
//!
//! Acts: a worker (the sequencer), the operator and the auditor (verify, rebuild). Rests on Art 45 and on the duty to keep the dossier whole
//! (档案法 14). May not: change, remove or reorder an event; decide anything about a case.

mod annual_reports;
mod documents;
mod editions;
mod exchange;
mod inspections;
mod mail;
mod numbers;
mod people;
mod proposals;
pub mod rebuild;
mod rectifications;
mod report;
mod rows;
pub mod sequencer;
mod standing;
mod supervision;
mod texts;
mod trail;
pub mod verify;
mod whole;

pub use report::{Finding, Report};
