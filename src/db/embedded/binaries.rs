//! Finds `PostgreSQL`'s programs on this machine. It runs them only to ask for their version.
use super::EmbeddedOptions;
use super::error::{EmbeddedError, at};
use super::place::Place;
use std::fmt::Write;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

/// `initdb` of older versions lacks what is asked of it, and they get no security fixes.
const OLDEST: u32 = 15;

/// A folder with `postgres` and `initdb` in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    pub(super) dir: PathBuf,
    pub(super) major: u32,
}

impl Binaries {
    pub(super) fn postgres(&self) -> PathBuf {
        self.dir.join("postgres")
    }

    pub(super) fn initdb(&self) -> PathBuf {
        self.dir.join("initdb")
    }

    /// The programs that fit the data: of the version that wrote them, else the first found that are new enough.
    pub(super) fn find(options: &EmbeddedOptions, place: &Place) -> Result<Self, EmbeddedError> {
        let written_by = written_by(&place.cluster())?;
        let dirs = options.binaries.as_ref().map_or_else(|| candidates(options, place), |dir| vec![dir.clone()]);
        let mut seen: Vec<Self> = Vec::new();
        for dir in dirs {
            match inspect(&dir, place) {
                Ok(found) if written_by.map_or(found.major >= OLDEST, |major| major == found.major) => return Ok(found),
                Ok(found) => seen.push(found),
                Err(why) if options.binaries.is_some() => return Err(EmbeddedError::BadBinaries { dir, why }),
                Err(_) => {}
            }
        }
        #[cfg(feature = "download-postgres")]
        if options.binaries.is_none() {
            return inspect(&super::download::bring(place, written_by)?, place).map_err(EmbeddedError::Download);
        }
        Err(none_fits(written_by, &seen, place))
    }
}

fn none_fits(written_by: Option<u32>, seen: &[Binaries], place: &Place) -> EmbeddedError {
    let mut majors: Vec<u32> = seen.iter().map(|found| found.major).collect();
    majors.sort_unstable();
    majors.dedup();
    let found = majors.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    match written_by {
        Some(written_by) if !seen.is_empty() => {
            EmbeddedError::OtherVersion { cluster: place.cluster(), written_by: written_by.to_string(), found }
        }
        _ => {
            let mut detail = String::new();
            if !found.is_empty() {
                // Writing to a String does not fail.
                let _ = write!(detail, " (only {found})");
            }
            EmbeddedError::NotFound { detail }
        }
    }
}

/// The major version that wrote the cluster, `None` where there is no cluster yet.
pub(super) fn written_by(cluster: &Path) -> Result<Option<u32>, EmbeddedError> {
    let path = cluster.join("PG_VERSION");
    match std::fs::read_to_string(&path) {
        Ok(text) => text.trim().parse().map(Some).map_err(std::io::Error::other).map_err(at("read", &path)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(at("read", &path)(e)),
    }
}

/// Every folder worth a look, the likeliest first.
fn candidates(options: &EmbeddedOptions, place: &Place) -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = options.search_path.iter().flat_map(std::env::split_paths).collect();
    dirs.extend(asked_of_pg_config());
    for (parent, prefix, below) in [
        ("/usr/lib/postgresql", "", "bin"),
        ("/usr", "pgsql-", "bin"),
        ("/opt/homebrew/opt", "postgresql", "bin"),
        ("/usr/local/opt", "postgresql", "bin"),
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ] {
        dirs.extend(newest_first(Path::new(parent), prefix).into_iter().map(|dir| dir.join(below)));
    }
    // What an earlier start brought.
    dirs.extend(newest_first(&place.root, "postgresql-").into_iter().map(|dir| dir.join("bin")));
    dirs.retain(|dir| dir.is_absolute());
    dirs
}

fn asked_of_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok().filter(|output| output.status.success())?;
    let dir = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(dir.trim()))
}

/// The folders in `parent` whose names begin with `prefix`, by the numbers in the names, the highest first.
fn newest_first(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let mut found: Vec<(Vec<u32>, PathBuf)> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            name.strip_prefix(prefix).map(|rest| (numbers(rest), entry.path()))
        })
        .collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, path)| path).collect()
}

fn numbers(name: &str) -> Vec<u32> {
    name.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

/// Looks at one folder; the error tells what is missing there.
fn inspect(dir: &Path, place: &Place) -> Result<Binaries, String> {
    // A folder of PATH may hold links; PostgreSQL looks for its other files beside the program itself.
    let postgres = dir.join("postgres").canonicalize().map_err(|_| "there is no program `postgres` in it".to_string())?;
    let dir = postgres.parent().unwrap_or(dir).to_path_buf();
    if !dir.join("initdb").is_file() {
        return Err("there is no program `initdb` in it".into());
    }
    if !place.account.reaches(&dir) {
        return Err(format!("the user {} cannot reach it", place.account.other_name().unwrap_or_default()));
    }
    let output = Command::new(&postgres).arg("--version").output().map_err(|e| format!("`postgres` does not run: {e}"))?;
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    let major = major(&answer).ok_or_else(|| "`postgres --version` gives no version".to_string())?;
    Ok(Binaries { dir, major })
}

/// The major version in `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`; betas say `19beta2`.
fn major(answer: &str) -> Option<u32> {
    let (_, version) = answer.split_once("(PostgreSQL) ")?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::embedded::account::Account;

    fn nowhere() -> Place {
        Place { data_dir: "/nonexistent".into(), root: "/nonexistent".into(), account: Account::Same }
    }

    #[test]
    fn the_version_is_read_from_what_the_program_says() {
        assert_eq!(major("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 19beta2\n"), Some(19));
        assert_eq!(major("pg_config: command not found"), None);
    }

    #[test]
    fn newer_versions_come_first_by_number_not_by_letter() {
        assert!(numbers("17") > numbers("9.6"));
        assert!(numbers("@18") > numbers("@17"));
        assert!(numbers("17.10.0") > numbers("17.9.0"));
    }

    #[test]
    fn a_named_folder_without_programs_is_refused_and_nothing_else_tried() {
        let options = EmbeddedOptions { binaries: Some("/nonexistent/bin".into()), ..EmbeddedOptions::new("foi-docket".into()) };
        let refused = Binaries::find(&options, &nowhere()).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "FOI_POSTGRES_BIN names /nonexistent/bin as the folder of PostgreSQL's programs, but there is no program `postgres` in it; correct it, unset it, or set DATABASE_URL"
        );
    }

    #[test]
    fn too_old_programs_are_told_from_none_and_from_those_of_another_version() {
        let seen = [Binaries { dir: "/usr/lib/postgresql/13/bin".into(), major: 13 }];
        let told = |written_by, seen: &[Binaries]| none_fits(written_by, seen, &nowhere()).to_string();
        assert!(told(None, &[]).starts_with("no PostgreSQL 15 or newer was found: install it"));
        assert!(told(None, &seen).starts_with("no PostgreSQL 15 or newer was found (only 13): install it"));
        assert!(told(Some(17), &seen).contains("were written by PostgreSQL 17, and here is only PostgreSQL 13"));
    }
}
