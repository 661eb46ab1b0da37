//! The two secrets of the service: the master key and the token key.
//!
//! In production both come from the environment and never from a file of ours. A private database keeps its own beside
//! it, readable by its owner alone.

use crate::config::Config;
use crate::crypto::MasterKey;
use crate::people::tokens::Tokens;
use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Who issues tokens.
const ISSUER: &str = "foi-docket";

/// Master key and token keys.
pub struct Keys {
    /// Wraps the keys of cases and documents.
    pub master: MasterKey,
    /// Signs access tokens.
    pub tokens: Tokens,
}

fn from_text(master: &str, token: &str) -> anyhow::Result<Keys> {
    let master = MasterKey::from_base64(master).context("FOI_MASTER_KEY")?;
    let token = STANDARD.decode(token.trim()).context("FOI_TOKEN_KEY is not base64")?;
    let tokens = Tokens::from_pkcs8(ISSUER, &token).context("FOI_TOKEN_KEY is not an Ed25519 key in PKCS #8")?;
    Ok(Keys { master, tokens })
}

/// The keys of production: required, and never generated.
pub fn required(config: &Config) -> anyhow::Result<Keys> {
    from_text(
        Config::required(config.master_key.as_ref(), "FOI_MASTER_KEY")?,
        Config::required(config.token_key.as_ref(), "FOI_TOKEN_KEY")?,
    )
}

/// The master key alone, for commands that open texts and sign nobody in.
pub fn required_master(config: &Config) -> anyhow::Result<MasterKey> {
    MasterKey::from_base64(Config::required(config.master_key.as_ref(), "FOI_MASTER_KEY")?).context("FOI_MASTER_KEY")
}

/// The keys of a private database: from the environment, else kept in its data folder and made at the first start.
pub fn kept(config: &Config) -> anyhow::Result<Keys> {
    let folder = config.data_dir.join("keys");
    let master = match &config.master_key {
        Some(key) => key.clone(),
        None => kept_text(&folder.join("master.key"), || Ok(MasterKey::generate()?.to_base64()))?,
    };
    let token = match &config.token_key {
        Some(key) => key.clone(),
        None => kept_text(&folder.join("token.key"), || Ok(STANDARD.encode(Tokens::generate_pkcs8()?)))?,
    };
    from_text(&master, &token)
}

fn kept_text(path: &Path, make: impl FnOnce() -> anyhow::Result<String>) -> anyhow::Result<String> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            let text = make()?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            Ok(text)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
            if text.trim().is_empty() {
                bail!("{} is empty; without it nothing that was encrypted can be read", path.display());
            }
            Ok(text)
        }
        Err(error) => Err(error).with_context(|| format!("making {}", path.display())),
    }
}
