//! What can keep the private `PostgreSQL` from running, each told in words a person at the terminal can act on.
use std::io;
use std::path::{Path, PathBuf};

/// Why the private `PostgreSQL` cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// No usable binaries on this machine.
    #[error(
        "no PostgreSQL 15 or newer was found{detail}: install it (on Debian the package `postgresql`), or set DATABASE_URL to a PostgreSQL that runs elsewhere"
    )]
    NotFound {
        /// What was found but could not serve, beginning with a blank; else empty.
        detail: String,
    },
    /// The folder named for the binaries does not serve.
    #[error("FOI_POSTGRES_BIN names {} as the folder of PostgreSQL's programs, but {why}; correct it, unset it, or set DATABASE_URL", dir.display())]
    BadBinaries {
        /// The folder named.
        dir: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The data were written by another major version.
    #[error("the data in {} were written by PostgreSQL {written_by}, and here is only PostgreSQL {found}: install PostgreSQL {written_by}, or move the data with pg_dump and pg_restore", cluster.display())]
    OtherVersion {
        /// The cluster's folder.
        cluster: PathBuf,
        /// Major version of the data.
        written_by: String,
        /// Major versions of the binaries, joined by commas.
        found: String,
    },
    /// A second service on one data folder.
    #[error("the data folder {} is in use by {holder}: stop it first, or choose another folder with FOI_DATA_DIR", data_dir.display())]
    InUse {
        /// The data folder.
        data_dir: PathBuf,
        /// Who holds it, as far as it is known.
        holder: String,
    },
    /// A server left behind by an earlier run does not come to its end.
    #[error("the PostgreSQL of an earlier run (process {pid}) is still shutting down: try again in a moment")]
    StillStopping {
        /// The server's process.
        pid: i32,
    },
    /// Somebody else holds the data folder, but his server does not become ready.
    #[error("the PostgreSQL in {} was started by {holder} and is not ready: try again in a moment", cluster.display())]
    NotReady {
        /// The cluster's folder.
        cluster: PathBuf,
        /// Who started it, as far as it is known.
        holder: String,
    },
    /// Started as root, and there is nobody to become.
    #[error("PostgreSQL refuses to run as root, and this machine has neither a user `postgres` nor a user `nobody` to run it as")]
    NoAccount,
    /// The data belong to another operating-system user.
    #[error("the data in {} belong to the user with number {owner}: start as that user or as root, or choose another folder with FOI_DATA_DIR", cluster.display())]
    OtherOwner {
        /// The cluster's folder.
        cluster: PathBuf,
        /// User number of the owner.
        owner: u32,
    },
    /// The roles' passwords got lost.
    #[error("the data in {} are there, but their passwords are not: put {} back from a backup", cluster.display(), passwords.display())]
    PasswordsMissing {
        /// The cluster's folder.
        cluster: PathBuf,
        /// Where the passwords should be.
        passwords: PathBuf,
    },
    /// A file or folder refuses.
    #[error("cannot {doing} {}: {source}", path.display())]
    File {
        /// What was attempted, as a verb.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },
    /// `initdb` failed.
    #[error("PostgreSQL could not create its data in {}: {output}", cluster.display())]
    Initdb {
        /// The cluster's folder.
        cluster: PathBuf,
        /// What `initdb` said.
        output: String,
    },
    /// The server did not start.
    #[error("PostgreSQL did not start ({why}); the last lines of {}:\n{tail}", log.display())]
    NotStarted {
        /// How it ended.
        why: String,
        /// The server's log.
        log: PathBuf,
        /// The end of what this start wrote into the log.
        tail: String,
    },
    /// The server runs, but roles or database could not be made.
    #[error("PostgreSQL runs, but its roles and database could not be prepared: {0}")]
    Prepare(String),
    /// The download failed.
    #[cfg(feature = "download-postgres")]
    #[error(
        "PostgreSQL is not installed and could not be downloaded ({0}): install it (on Debian the package `postgresql`), or set DATABASE_URL to a PostgreSQL that runs elsewhere"
    )]
    Download(String),
}

/// Turns the operating system's answer about `path` into an error that names both.
pub(super) fn at(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> EmbeddedError {
    let path = path.to_path_buf();
    move |source| EmbeddedError::File { doing, path, source }
}
