//! The passwords of the two database roles: random, made once, kept in a file that only the service's own user may read. Whoever else has an
//! account on the machine cannot sign in, even where he can reach the socket.
use super::error::{EmbeddedError, at};
use super::place::Place;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Passwords by role.
#[derive(Serialize, Deserialize)]
pub(super) struct Passwords {
    pub(super) foi_owner: String,
    pub(super) foi_serve: String,
}

impl Passwords {
    /// The stored passwords; made where neither they nor the data exist yet.
    pub(super) fn settle(place: &Place) -> Result<Self, EmbeddedError> {
        if let Some(found) = Self::read(place)? {
            return Ok(found);
        }
        if place.cluster().exists() {
            return Err(EmbeddedError::PasswordsMissing { cluster: place.cluster(), passwords: place.passwords() });
        }
        let made = Self { foi_owner: random_word()?, foi_serve: random_word()? };
        let path = place.passwords();
        let text = serde_json::to_string(&made).map_err(std::io::Error::from).map_err(at("write", &path))?;
        // Under another name first: a file cut off half-way would lock everybody out.
        let unfinished = path.with_extension("new");
        write_private(&unfinished, &text)?;
        std::fs::rename(&unfinished, &path).map_err(at("write", &path))?;
        Ok(made)
    }

    /// The stored passwords of data that must exist.
    pub(super) fn existing(place: &Place) -> Result<Self, EmbeddedError> {
        Self::read(place)?.ok_or_else(|| EmbeddedError::PasswordsMissing { cluster: place.cluster(), passwords: place.passwords() })
    }

    fn read(place: &Place) -> Result<Option<Self>, EmbeddedError> {
        let path = place.passwords();
        match std::fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map(Some).map_err(std::io::Error::from).map_err(at("read", &path)),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(at("read", &path)(e)),
        }
    }
}

/// Writes a file only its owner may read, in place of one an interrupted start left behind.
pub(super) fn write_private(path: &Path, text: &str) -> Result<(), EmbeddedError> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(at("replace", path)(e)),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(at("create", path))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(at("write", path))
}

/// 192 random bits in letters that need no quoting, neither in SQL nor in a URL nor in a file's name.
pub(super) fn random_word() -> Result<String, EmbeddedError> {
    let mut bytes = [0_u8; 24];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| EmbeddedError::Prepare("the machine gives no random numbers".into()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
