//! FOI Docket.
pub mod notify;
pub mod rules;
