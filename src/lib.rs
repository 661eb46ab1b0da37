//! FOI Docket.
pub mod rules;
