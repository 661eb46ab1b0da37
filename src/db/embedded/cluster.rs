//! Brings a cluster into being and prepares in it what the service finds on every database: the two roles and the database itself.
//! It makes no tables; that is the migrations' work.
use super::binaries::Binaries;
use super::error::{EmbeddedError, at};
use super::passwords::{Passwords, write_private};
use super::place::Place;
use super::server::remove;
use super::{DATABASE, Durability, EmbeddedOptions, OWNER, SERVE, launcher};
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::Bool;
use diesel::{Connection, PgConnection, QueryResult, RunQueryDsl};
use std::fs::File;

/// macOS knows no `C.UTF-8`; there the same order comes from `C`, and only the classes of characters are UTF-8's.
const LOCALE: &[&str] = if cfg!(target_os = "macos") { &["--locale=C", "--lc-ctype=UTF-8"] } else { &["--locale=C.UTF-8"] };

/// Creates the cluster under another name and renames it when it is whole, so that an interrupted start leaves nothing half done.
pub(super) fn create(options: &EmbeddedOptions, place: &Place, with: (&Binaries, &Passwords)) -> Result<(), EmbeddedError> {
    let (binaries, passwords) = with;
    let (cluster, unfinished) = (place.cluster(), place.unfinished_cluster()?);
    place.account.private_dir(&unfinished)?;
    let password_file = place.root.join("postgres-initdb.password");
    write_private(&password_file, &passwords.foi_owner)?;
    place.account.give(&password_file)?;

    let mut command = launcher::command(&options.launcher, &place.account, &binaries.initdb());
    command.arg("-D").arg(&unfinished).arg("--pwfile").arg(&password_file);
    command.args(["-U", OWNER, "-E", "UTF8", "-k", "--auth-local=scram-sha-256", "--auth-host=reject"]).args(LOCALE);
    if options.durability == Durability::TestOnly {
        command.arg("--no-sync");
    }
    let output = command.output().map_err(at("run", &options.launcher));
    remove(&password_file)?;
    let output = output?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_string();
        return Err(EmbeddedError::Initdb { cluster, output: format!("{said} ({})", output.status) });
    }
    std::fs::rename(&unfinished, &cluster).map_err(at("create", &cluster))?;
    // Without this a power cut could bring the old name back, and the next start would clear it away.
    File::open(&place.root).and_then(|root| root.sync_all()).map_err(at("write", &place.root))
}

/// Makes the serving role and the database where they are missing; also after a start that was interrupted before it came to that.
pub(super) fn prepare(maintenance_url: &str, passwords: &Passwords) -> Result<(), EmbeddedError> {
    let mut connection = PgConnection::establish(maintenance_url).map_err(|e| EmbeddedError::Prepare(e.to_string()))?;
    prepare_on(&mut connection, passwords).map_err(|e| EmbeddedError::Prepare(e.to_string()))
}

fn prepare_on(connection: &mut PgConnection, passwords: &Passwords) -> QueryResult<()> {
    if !is_there(connection, &format!("EXISTS (SELECT FROM pg_roles WHERE rolname = '{SERVE}')"))? {
        // Random letters of the URL alphabet: nothing to quote.
        connection.batch_execute(&format!(
            "CREATE ROLE {SERVE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD '{}'",
            passwords.foi_serve
        ))?;
    }
    if !is_there(connection, &format!("EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}')"))? {
        // The locale is the cluster's.
        connection.batch_execute(&format!("CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'"))?;
    }
    Ok(())
}

fn is_there(connection: &mut PgConnection, exists: &str) -> QueryResult<bool> {
    diesel::select(sql::<Bool>(exists)).get_result(connection)
}
