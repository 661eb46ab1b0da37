//! The database: how the service comes by one and how it speaks to it.
pub mod embedded;
