//! Configuration: the only place that reads environment variables. Every variable stands in the README's table.

use crate::exchange::reach::Reach;
use crate::http::cors::Origins;
use crate::http::peer::Proxies;
use crate::letters::scanner::Scanner;
use crate::letters::store::{BucketSettings, Store};
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
    /// `FOI_DOCUMENTS`, `AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`: the bucket of documents; none is a
    /// folder in the data folder.
    pub bucket: Option<BucketSettings>,
    /// `FOI_CLAMD`: the virus scanner.
    pub scanner: Scanner,
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
    /// `FOI_EXCHANGE_ORIGINS`: where messages may be pushed to beside public addresses over https.
    pub exchange: Reach,
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

/// The bucket of documents, named `s3://bucket` or `s3://bucket/prefix`.
fn bucket() -> anyhow::Result<Option<BucketSettings>> {
    let Some(url) = read("FOI_DOCUMENTS") else { return Ok(None) };
    let (bucket, prefix) = bucket_and_prefix(&url)?;
    let secrets = [("AWS_ACCESS_KEY_ID", &read("AWS_ACCESS_KEY_ID")), ("AWS_SECRET_ACCESS_KEY", &read("AWS_SECRET_ACCESS_KEY"))];
    Config::require(&secrets)?;
    let [access_key, secret_key] = secrets.map(|(_, value)| value.clone().unwrap_or_default());
    let region = read("AWS_REGION").unwrap_or_else(|| "us-east-1".to_owned());
    Ok(Some(BucketSettings { bucket, prefix, region, endpoint: read("AWS_ENDPOINT_URL"), access_key, secret_key }))
}

fn bucket_and_prefix(url: &str) -> anyhow::Result<(String, String)> {
    let unknown = || format!("FOI_DOCUMENTS is neither s3://bucket nor s3://bucket/prefix: {url}");
    let rest = url.strip_prefix("s3://").with_context(unknown)?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let plain = |name: &str, more: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let prefix = prefix.trim_end_matches('/');
    let parts_named = prefix.is_empty() || prefix.split('/').all(|part| !part.is_empty() && !part.chars().all(|c| c == '.'));
    if bucket.is_empty() || !plain(bucket, "-.") || !plain(prefix, "-._/") || !parts_named {
        bail!(unknown());
    }
    Ok((bucket.to_owned(), prefix.to_owned()))
}

impl Config {
    /// Where documents lie: a bucket where one is named, else a folder in the data folder.
    pub fn documents(&self) -> anyhow::Result<Store> {
        match &self.bucket {
            None => Ok(Store::new(&self.data_dir.join("documents"))),
            Some(settings) => Store::bucket(settings).with_context(|| format!("FOI_DOCUMENTS: the bucket {}", settings.bucket)),
        }
    }

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
            bucket: bucket()?,
            scanner: read("FOI_CLAMD").map_or(Ok(Scanner::Off), |at| at.parse()).map_err(anyhow::Error::msg).context("FOI_CLAMD")?,
            fonts: read("FOI_FONTS").map(PathBuf::from),
            postgres_bin: read("FOI_POSTGRES_BIN").map(PathBuf::from),
            oidc,
            proxies: Proxies::parse(&read("FOI_TRUSTED_PROXIES").unwrap_or_default()).context("FOI_TRUSTED_PROXIES")?,
            origins: Origins::parse(&read("FOI_CORS_ORIGINS").unwrap_or_default()).context("FOI_CORS_ORIGINS")?,
            exchange: Reach::parse(&read("FOI_EXCHANGE_ORIGINS").unwrap_or_default()).context("FOI_EXCHANGE_ORIGINS")?,
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
    fn a_bucket_is_named_or_refused() {
        for (url, bucket, prefix) in [
            ("s3://dossiers", "dossiers", ""),
            ("s3://dossiers/", "dossiers", ""),
            ("s3://foi.example.cn/foi-docket/documents/", "foi.example.cn", "foi-docket/documents"),
        ] {
            assert_eq!(bucket_and_prefix(url).unwrap(), (bucket.to_owned(), prefix.to_owned()), "{url}");
        }
        for url in ["", "dossiers", "s3://", "s3:///x", "https://dossiers", "s3://a b", "s3://a/../b", "s3://a//b", "s3://a?x=1"] {
            assert!(bucket_and_prefix(url).is_err(), "{url}");
        }
    }

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
