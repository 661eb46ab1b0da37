//! Which database a command works on: `DATABASE_URL`, else the private one in the data folder.

use super::keys;
use super::migrate::{index_all, refold_all};
use crate::config::Config;
use crate::db::embedded::{Embedded, EmbeddedOptions};
use crate::db::guard::{self, Standing};
use crate::db::migrations;
use crate::db::pool::{Db, Limits, act_as};
use anyhow::{Context, bail};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use std::path::Path;

/// The role every serving connection has.
const SERVICE_ROLE: &str = "foi_docket_service";

/// A database a command can use.
pub struct Database {
    /// As the owner of the tables.
    pub owner_url: String,
    /// The private server, stopped when this is dropped if this command started it.
    pub embedded: Option<Embedded>,
}

/// How the private server is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// It must not be running: this command serves.
    Start,
    /// Running or not: this command works beside the service.
    Beside,
    /// As `Beside`, and there must be something to work on.
    Existing,
}

impl Database {
    /// Finds the database and brings its tables up to date.
    pub fn open(config: &Config, entry: Entry) -> anyhow::Result<Self> {
        let database = match &config.database_url {
            Some(url) => Self { owner_url: url.clone(), embedded: None },
            None => Self::private(config, entry)?,
        };
        migrations::migrate(&database.owner_url)?;
        let mut owner = database.owner()?;
        if database.embedded.is_some() {
            // The private server's login role becomes a member of the service role, and of nothing else.
            owner.batch_execute("GRANT foi_docket_service TO foi_serve")?;
            // Nobody runs `migrate` on the private server. A case that cannot be folded is found where it is read.
            let refused = refold_all(&mut owner)?.refused;
            index_all(&mut owner, keys::kept(config)?.master)?;
            if !refused.is_empty() {
                tracing::warn!(cases = refused.len(), "some cases cannot be folded from their trail; `foi-docket verify` says why");
            }
        }
        // Whoever owns the tables serves with the service's rights, and these must leave the trail alone.
        act_as(&mut owner, SERVICE_ROLE).with_context(|| {
            format!("the role that signs in with DATABASE_URL cannot go on as {SERVICE_ROLE}; as a superuser, GRANT {SERVICE_ROLE} to it")
        })?;
        guard::check_role(&mut owner, Standing::Acting)?;
        Ok(database)
    }

    fn private(config: &Config, entry: Entry) -> anyhow::Result<Self> {
        // A relocated database leaves a note where it was wanted.
        let there = ["postgres", "postgres.moved-to"].iter().any(|name| config.data_dir.join(name).exists());
        if entry == Entry::Existing && !there {
            bail!("there is no database in {}; set FOI_DATA_DIR or DATABASE_URL to the one you mean", config.data_dir.display());
        }
        make_data_dir(&config.data_dir)?;
        let launcher = std::env::current_exe().context("finding this program")?;
        let options = EmbeddedOptions {
            data_dir: config.data_dir.clone(),
            binaries: config.postgres_bin.clone(),
            search_path: config.search_path.clone(),
            ..EmbeddedOptions::new(launcher)
        };
        let embedded = match entry {
            Entry::Start => Embedded::start(&options)?,
            Entry::Beside | Entry::Existing => Embedded::attach_or_start(&options)?,
        };
        Ok(Self { owner_url: embedded.owner_url(), embedded: Some(embedded) })
    }

    /// The pool, as the service.
    pub fn pool(&self, limits: Limits) -> Db {
        match &self.embedded {
            Some(embedded) => Db::new(&embedded.serve_url(), limits),
            None => Db::acting_as(SERVICE_ROLE, &self.owner_url, limits),
        }
    }

    /// A connection as the owner of the tables.
    pub fn owner(&self) -> anyhow::Result<PgConnection> {
        PgConnection::establish(&self.owner_url).context("connecting as the owner of the tables")
    }
}

fn make_data_dir(path: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(path).with_context(|| format!("making the data folder {}", path.display()))
}
