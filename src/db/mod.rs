//! The database: pool and scopes, migrations, schema, and the embedded server for `run` and `test`.

pub mod editions;
pub mod embedded;
pub mod guard;
pub mod inspections;
pub mod library;
pub mod migrations;
pub mod pool;
pub mod proposals;
pub mod rectifications;
pub mod report;
pub mod schema;
pub mod supervision;
