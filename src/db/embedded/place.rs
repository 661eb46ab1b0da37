//! Where things lie. The service's files and `PostgreSQL`'s share the data folder, unless the user `PostgreSQL` runs as cannot get there
//! (root's home); then `PostgreSQL`'s part moves under `/var/lib/foi-docket`, and a note in the data folder says where it went.
use super::account::{Account, shared_mode};
use super::error::{EmbeddedError, at};
use super::passwords::random_word;
use aws_lc_rs::digest::{SHA256, digest};
use std::ffi::OsStr;
use std::fs::{DirBuilder, Metadata};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

const ELSEWHERE: &str = "/var/lib/foi-docket";

const UNFINISHED: &str = "postgres.new-";

/// A socket's address holds 108 bytes on Linux, 104 on macOS, its last one NUL; `PostgreSQL` appends this name.
const LONGEST_SOCKET_DIR: usize = 103 - "/.s.PGSQL.5432".len();

/// The folders and files of one private `PostgreSQL`.
#[derive(Debug)]
pub(super) struct Place {
    /// The data folder, absolute.
    pub(super) data_dir: PathBuf,
    /// Holds `PostgreSQL`'s part: the data folder itself, or the one it moved to.
    pub(super) root: PathBuf,
    pub(super) account: Account,
}

impl Place {
    /// Creates the data folder where it is missing and settles the user and `PostgreSQL`'s part.
    pub(super) fn settle(wanted: &Path) -> Result<Self, EmbeddedError> {
        let wanted = std::path::absolute(wanted).map_err(at("find", wanted))?;
        make_dirs(&wanted, shared_mode())?;
        let data_dir = wanted.canonicalize().map_err(at("find", &wanted))?;

        if let Some(root) = noted(&data_dir)? {
            let account = Account::choose(&root.join("postgres"))?;
            make_dirs(&root, shared_mode())?;
            return Ok(Self { data_dir, root, account });
        }
        let account = Account::choose(&data_dir.join("postgres"))?;
        if account.reaches(&data_dir) {
            return Ok(Self { root: data_dir.clone(), data_dir, account });
        }
        let root = move_away(&data_dir)?;
        Ok(Self { data_dir, root, account })
    }

    /// `PostgreSQL`'s own data.
    pub(super) fn cluster(&self) -> PathBuf {
        self.root.join("postgres")
    }

    /// A cluster in the making; it gets its name when it is whole. No two attempts share a folder, because `initdb` works on for
    /// a moment after the service that called it was killed.
    pub(super) fn unfinished_cluster(&self) -> Result<PathBuf, EmbeddedError> {
        Ok(self.root.join(format!("{UNFINISHED}{}", random_word()?)))
    }

    /// Removes what interrupted attempts left. Where one is still being written to, a later start removes it.
    pub(super) fn clear_unfinished(&self) {
        let leftovers = std::fs::read_dir(&self.root).into_iter().flatten().filter_map(Result::ok);
        for leftover in leftovers.filter(|entry| entry.file_name().as_bytes().starts_with(UNFINISHED.as_bytes())) {
            if let Err(e) = std::fs::remove_dir_all(leftover.path()) {
                tracing::debug!(path = %leftover.path().display(), error = %e, "an interrupted creation is not yet cleared");
            }
        }
    }

    /// What `PostgreSQL` says; beside the service's own files, where a person looks for it.
    pub(super) fn log(&self) -> PathBuf {
        self.data_dir.join("postgres.log")
    }

    /// Beside the cluster, so that two data folders whose notes name one cluster cannot both start it.
    pub(super) fn lock(&self) -> PathBuf {
        self.root.join("postgres.lock")
    }

    pub(super) fn passwords(&self) -> PathBuf {
        self.root.join("postgres-passwords.json")
    }

    /// Whether `PostgreSQL`'s part lies outside the data folder.
    pub(super) fn moved(&self) -> bool {
        self.root != self.data_dir
    }

    /// Makes the folder of the socket: beside the cluster where the path is short and plain enough for a socket address,
    /// `PostgreSQL`'s settings and a URL; else under a folder for run-time files.
    pub(super) fn socket_dir(&self) -> Result<PathBuf, EmbeddedError> {
        let beside = self.root.join("socket");
        if fits_socket(&beside) {
            return self.own_dir(&beside);
        }
        let base = Path::new(if matches!(self.account, Account::Other { .. }) && Path::new("/run").is_dir() { "/run" } else { "/tmp" });
        self.own_dir(&base.join(format!("foi-docket-{}-{}", self.account.uid(), short_hash(&self.root))))
    }

    /// In a folder all users share, somebody else may have put his own there first: only a real folder of ours will do.
    fn own_dir(&self, dir: &Path) -> Result<PathBuf, EmbeddedError> {
        match dir.symlink_metadata() {
            Err(e) if e.kind() == ErrorKind::NotFound => self.account.private_dir(dir)?,
            Err(e) => return Err(at("look at", dir)(e)),
            Ok(found) if !self.is_own(&found) => {
                let refused = std::io::Error::new(ErrorKind::PermissionDenied, "it belongs to somebody else");
                return Err(at("use for the socket", dir)(refused));
            }
            Ok(_) => {}
        }
        Ok(dir.to_path_buf())
    }

    fn is_own(&self, found: &Metadata) -> bool {
        // The last six bits are what group and others may do.
        found.is_dir() && found.uid() == self.account.uid() && found.permissions().mode().trailing_zeros() >= 6
    }
}

fn make_dirs(path: &Path, mode: u32) -> Result<(), EmbeddedError> {
    DirBuilder::new().recursive(true).mode(mode).create(path).map_err(at("create", path))
}

fn note(data_dir: &Path) -> PathBuf {
    data_dir.join("postgres.moved-to")
}

/// Where an earlier start moved `PostgreSQL`'s part. The note counts, not the path: a data folder that was renamed keeps its data.
fn noted(data_dir: &Path) -> Result<Option<PathBuf>, EmbeddedError> {
    let note = note(data_dir);
    match std::fs::read(&note) {
        Ok(bytes) => Ok(Some(PathBuf::from(OsStr::from_bytes(bytes.trim_ascii_end()))).filter(|root| root.starts_with(ELSEWHERE))),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(at("read", &note)(e)),
    }
}

/// Chooses the folder by the data folder's path. Where that one is taken although no note names it, the data folder was deleted and
/// made again: the old data stay where they are, because the keys to read them are gone, and the new ones get a folder beside.
fn move_away(data_dir: &Path) -> Result<PathBuf, EmbeddedError> {
    make_dirs(Path::new(ELSEWHERE), 0o755)?;
    let name = short_hash(data_dir);
    let mut root = Path::new(ELSEWHERE).join(&name);
    let mut number = 1_u32;
    while root.exists() {
        number += 1;
        root = Path::new(ELSEWHERE).join(format!("{name}-{number}"));
    }
    make_dirs(&root, shared_mode())?;
    let note = note(data_dir);
    let mut text = root.as_os_str().as_bytes().to_vec();
    text.push(b'\n');
    std::fs::write(&note, text).map_err(at("write", &note))?;
    Ok(root)
}

fn fits_socket(dir: &Path) -> bool {
    let bytes = dir.as_os_str().as_bytes();
    bytes.len() <= LONGEST_SOCKET_DIR && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(byte))
}

/// The same for the same path on every start and in every version.
fn short_hash(path: &Path) -> String {
    let hash = digest(&SHA256, path.as_os_str().as_bytes());
    let first = hash.as_ref().first_chunk::<8>().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_or_odd_path_holds_no_socket() {
        assert!(fits_socket(Path::new("/srv/foi-docket/data/socket")));
        assert!(!fits_socket(Path::new("/srv/信息公开/socket")));
        assert!(!fits_socket(Path::new("/srv/a folder, with comma/socket")));
        assert!(!fits_socket(&PathBuf::from(format!("/{}", "x".repeat(LONGEST_SOCKET_DIR)))));
        assert!(fits_socket(&PathBuf::from(format!("/{}", "x".repeat(LONGEST_SOCKET_DIR - 1)))));
    }

    #[test]
    fn the_name_of_a_moved_folder_stays() {
        assert_eq!(short_hash(Path::new("/root/foi-docket/data")), "fd803e720174496e");
    }
}
