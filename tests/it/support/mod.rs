//! Real parts to test against.
pub mod eml;
pub mod smtp;
