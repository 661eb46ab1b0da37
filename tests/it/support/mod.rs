//! Real parts to test against, and the people who use them.
pub mod actor;
pub mod eml;
pub mod handling;
pub mod life;
pub mod smtp;
pub mod town;
