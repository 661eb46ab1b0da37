//! Configuration: the only place that reads environment variables. Every variable stands in the README's table.

use crate::http::cors::Origins;
use crate::http::peer::Proxies;
use anyhow::{Context, bail};
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What the environment says.
#[derive(Debug, Clone)]
pub struct Config {
    /// `DATABASE_URL`.
    pub database_url: Option<String>,
    /// `FOI_LISTEN`.
    pub listen: SocketAddr,
    /// `FOI_DATA_DIR`.
    pub data_dir: PathBuf,
    /// `FOI_PUBLIC_URL`: where people reach the service; links in mails begin with it.
    pub public_url: Option<String>,
    /// `SMTP_URL`.
    pub smtp_url: Option<String>,
    /// `FOI_MAIL_FROM`.
    pub mail_from: Option<String>,
    /// `FOI_MASTER_KEY`.
    pub master_key: Option<String>,
    /// `FOI_TOKEN_KEY`.
    pub token_key: Option<String>,
    /// `FOI_FONTS`: a folder with the bureau's own fonts for letters.
    pub fonts: Option<PathBuf>,
    /// `FOI_POSTGRES_BIN`.
    pub postgres_bin: Option<PathBuf>,
    /// `FOI_OIDC_ISSUER`, `FOI_OIDC_AUDIENCE`, `FOI_OIDC_JWKS_URL`, `FOI_OIDC_USERNAME_CLAIM`.
    pub oidc: Option<Oidc>,
    /// `FOI_TRUSTED_PROXIES`.
    pub proxies: Proxies,
    /// `FOI_CORS_ORIGINS`.
    pub origins: Origins,
    /// `FOI_METRICS_LISTEN`.
    pub metrics_listen: Option<SocketAddr>,
    /// `FOI_CALLS_PER_MINUTE`; `None` where it is not set.
    pub calls_per_minute: Option<u32>,
    /// `PATH`, in which PostgreSQL's programs are looked for.
    pub search_path: Option<OsString>,
}

/// The agency's own sign-in provider.
#[derive(Debug, Clone)]
pub struct Oidc {
    /// Issuer.
    pub issuer: String,
    /// Audience.
    pub audience: String,
    /// Address of the key set.
    pub jwks_url: String,
    /// Claim that holds the sign-in name.
    pub username_claim: String,
}

fn read(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Config {
    /// Reads the environment.
    pub fn from_environment() -> anyhow::Result<Self> {
        let listen = read("FOI_LISTEN").unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let oidc = match (read("FOI_OIDC_ISSUER"), read("FOI_OIDC_AUDIENCE"), read("FOI_OIDC_JWKS_URL")) {
            (None, None, None) => None,
            (Some(issuer), Some(audience), Some(jwks_url)) => Some(Oidc {
                issuer,
                audience,
                jwks_url,
                username_claim: read("FOI_OIDC_USERNAME_CLAIM").unwrap_or_else(|| "preferred_username".to_owned()),
            }),
            _ => bail!("FOI_OIDC_ISSUER, FOI_OIDC_AUDIENCE and FOI_OIDC_JWKS_URL are set together or not at all"),
        };
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        let search_path = std::env::var_os("PATH");
        Ok(Self {
            database_url: read("DATABASE_URL"),
            listen: listen.parse().with_context(|| format!("FOI_LISTEN is no address and port: {listen}"))?,
            data_dir: read("FOI_DATA_DIR").map_or_else(|| PathBuf::from("data"), PathBuf::from),
            public_url: read("FOI_PUBLIC_URL").map(|url| url.trim_end_matches('/').to_owned()),
            smtp_url: read("SMTP_URL"),
            mail_from: read("FOI_MAIL_FROM"),
            master_key: read("FOI_MASTER_KEY"),
            token_key: read("FOI_TOKEN_KEY"),
            fonts: read("FOI_FONTS").map(PathBuf::from),
            postgres_bin: read("FOI_POSTGRES_BIN").map(PathBuf::from),
            oidc,
            proxies: Proxies::parse(&read("FOI_TRUSTED_PROXIES").unwrap_or_default()).context("FOI_TRUSTED_PROXIES")?,
            origins: Origins::parse(&read("FOI_CORS_ORIGINS").unwrap_or_default()).context("FOI_CORS_ORIGINS")?,
            metrics_listen: read("FOI_METRICS_LISTEN")
                .map(|at| at.parse().with_context(|| format!("FOI_METRICS_LISTEN is no address and port: {at}")))
                .transpose()?,
            calls_per_minute: read("FOI_CALLS_PER_MINUTE")
                .map(|calls| calls.parse().with_context(|| format!("FOI_CALLS_PER_MINUTE is no number: {calls}")))
                .transpose()?,
            search_path,
        })
    }

    /// The filter of the log, `FOI_LOG`.
    pub fn log_filter() -> String {
        read("FOI_LOG").unwrap_or_else(|| "info".to_owned())
    }

    /// Refuses, naming every variable of these that is not set.
    pub fn require(variables: &[(&str, &Option<String>)]) -> anyhow::Result<()> {
        let missing: Vec<&str> = variables.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name).collect();
        match missing.as_slice() {
            [] => Ok(()),
            [one] => bail!("{one} is required here; see the README's table of configuration"),
            several => bail!("{} are required here; see the README's table of configuration", several.join(", ")),
        }
    }

    /// A required value, or one sentence that says which variable is missing.
    pub fn required<'a>(value: Option<&'a String>, name: &str) -> anyhow::Result<&'a str> {
        value.map(String::as_str).with_context(|| format!("{name} is required here; see the README's table of configuration"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_missing_variable_is_named_at_once() {
        let (there, missing) = (Some("x".to_owned()), None);
        assert!(Config::require(&[("A", &there)]).is_ok());
        let one = Config::require(&[("A", &there), ("B", &missing)]).unwrap_err().to_string();
        assert!(one.starts_with("B is required here"), "{one}");
        let several = Config::require(&[("A", &missing), ("B", &there), ("C", &missing)]).unwrap_err().to_string();
        assert!(several.starts_with("A, C are required here"), "{several}");
    }
}
