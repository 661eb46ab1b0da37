//! Migrations, embedded in the binary and applied in order by the owner of the tables.

use anyhow::{Context, anyhow};
use diesel::migration::MigrationSource;
use diesel::pg::{Pg, PgConnection};
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

/// Whether every migration of this program is applied. Reads only: the service may not make tables.
pub fn is_current(conn: &mut PgConnection) -> anyhow::Result<bool> {
    #[derive(QueryableByName)]
    struct Applied {
        #[diesel(sql_type = diesel::sql_types::Text)]
        version: String,
    }
    let applied: Vec<Applied> = diesel::sql_query("SELECT version::text FROM __diesel_schema_migrations").load(conn)?;
    let wanted = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(|error| anyhow!("reading migrations: {error}"))?;
    Ok(wanted.iter().all(|migration| applied.iter().any(|row| row.version == migration.name().version().to_string())))
}
