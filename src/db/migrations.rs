//! Migrations, embedded in the binary and applied in order by the owner of the tables.

use anyhow::{Context, anyhow};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// Every migration.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Applies what is missing and says how many were applied.
pub fn migrate(owner_url: &str) -> anyhow::Result<usize> {
    let mut conn = PgConnection::establish(owner_url).context("connecting as the owner of the tables")?;
    let applied = conn.run_pending_migrations(MIGRATIONS).map_err(|error| anyhow!("migrating: {error}"))?;
    Ok(applied.len())
}

/// Whether every migration of this program is applied.
pub fn is_current(conn: &mut PgConnection) -> anyhow::Result<bool> {
    conn.has_pending_migration(MIGRATIONS).map(|pending| !pending).map_err(|error| anyhow!("reading migrations: {error}"))
}
