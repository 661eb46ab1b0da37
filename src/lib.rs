//! FOI Docket.
pub mod db;
pub mod rules;
