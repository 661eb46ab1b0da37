//! FOI Docket.
pub mod clock;
pub mod crypto;
pub mod ids;
pub mod people;
pub mod rules;
