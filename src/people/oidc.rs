//! Sign-in by the agency's own identity provider (统一身份认证): OIDC tokens, verified against the keys it publishes.
//!
//! The provider says who somebody is; account and roles are still ours. [`Provider::verify`] is pure; [`SignIn`] adds fetching the keys,
//! with limits on time, size and frequency, from the one address an administrator configured, and from nowhere a token names.

mod keys;

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Url;
use reqwest::redirect::Policy;

use super::tokens::TokenRefusal;
use super::tokens::jws::{self, Claimed, Expected};
pub use keys::{KeySet, NotAKeySet};

/// How far the provider's clock may be from ours, in seconds.
const LEEWAY_SECONDS: i64 = 30;

/// The longest life of a provider's token, in seconds: a working day and a night.
const MAX_LIFE_SECONDS: i64 = 24 * 3600;

/// How long one fetch may take.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest key set read, in bytes.
const MAX_KEY_SET_BYTES: usize = 256 * 1024;

/// The least time between two fetches, whatever tokens ask for.
const LEAST_BETWEEN_FETCHES: TimeDelta = TimeDelta::minutes(1);

/// After this, keys are fetched again, so that one the provider withdrew is forgotten.
const FRESH_FOR: TimeDelta = TimeDelta::hours(1);

/// After this, keys that could not be fetched again are no longer believed.
const BELIEVED_FOR: TimeDelta = TimeDelta::hours(24);

/// How keys may be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// TLS only.
    Https,
    /// Plain HTTP too, but only to this machine: for tests.
    PlainLoopback,
}

/// The configuration cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadProvider {
    /// Not an address, not https, or with a name and password in it.
    #[error("the key set address must be an https address without a password")]
    Address,
    /// An empty issuer, audience or claim name.
    #[error("issuer, audience and user name claim must be given")]
    Empty,
    /// The HTTP client could not be set up: no root certificates, most likely.
    #[error("the HTTP client could not be set up")]
    Client,
}

/// The agency's identity provider.
#[derive(Debug, Clone)]
pub struct Provider {
    expected: Expected,
    jwks_url: Url,
    username_claim: String,
    transport: Transport,
}

/// What a provider is configured with.
#[derive(Debug, Clone, Copy)]
pub struct ProviderSettings<'a> {
    /// The issuer, exactly as in its tokens.
    pub issuer: &'a str,
    /// What its tokens call this service.
    pub audience: &'a str,
    /// Where it publishes its keys.
    pub jwks_url: &'a str,
    /// The claim that holds the sign-in name (`preferred_username`).
    pub username_claim: &'a str,
}

/// Whom the provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider's name for the person, which it never gives to another.
    pub subject: String,
    /// The sign-in name.
    pub username: String,
}

impl Provider {
    /// Checks the settings.
    pub fn new(settings: ProviderSettings<'_>, transport: Transport) -> Result<Self, BadProvider> {
        if [settings.issuer, settings.audience, settings.username_claim].iter().any(|text| text.trim().is_empty()) {
            return Err(BadProvider::Empty);
        }
        let jwks_url = Url::parse(settings.jwks_url).map_err(|_| BadProvider::Address)?;
        let carried = match jwks_url.scheme() {
            "https" => true,
            "http" => transport == Transport::PlainLoopback && is_loopback(&jwks_url),
            _ => false,
        };
        if !carried || !jwks_url.has_host() || !jwks_url.username().is_empty() || jwks_url.password().is_some() {
            return Err(BadProvider::Address);
        }
        Ok(Self {
            expected: Expected {
                issuer: settings.issuer.to_owned(),
                audience: settings.audience.to_owned(),
                leeway_seconds: LEEWAY_SECONDS,
                max_life_seconds: MAX_LIFE_SECONDS,
            },
            jwks_url,
            username_claim: settings.username_claim.to_owned(),
            transport,
        })
    }

    /// Verifies a token against these keys at the real time `now`.
    pub fn verify(&self, keys: &KeySet, token: &str, now: DateTime<Utc>) -> Result<Identity, TokenRefusal> {
        self.verify_read(keys, &read(token)?, now)
    }

    fn verify_read(&self, keys: &KeySet, claimed: &Claimed<'_>, now: DateTime<Utc>) -> Result<Identity, TokenRefusal> {
        let key = keys.get(&claimed.key).ok_or(TokenRefusal::UnknownKey)?;
        let claims = self.expected.verify(claimed, key, now)?;
        // A logout token (OIDC Back-Channel Logout 2.4) names its subject too, and signs nobody in.
        if claims.get("events").is_some() {
            return Err(TokenRefusal::WrongType);
        }
        let username = claims.get(&self.username_claim).and_then(serde_json::Value::as_str).map(str::trim);
        let username = username.filter(|name| !name.is_empty() && !name.chars().any(char::is_control));
        Ok(Identity { subject: claims.text("sub")?.to_owned(), username: username.ok_or(TokenRefusal::BadClaim("user name"))?.to_owned() })
    }
}

/// Reads the header. Providers call the type of what signs somebody in `JWT` or `at+jwt`, or leave it out.
fn read(token: &str) -> Result<Claimed<'_>, TokenRefusal> {
    let claimed = jws::read_header(token)?;
    match claimed.token_type()?.as_deref() {
        None | Some("jwt" | "at+jwt") => Ok(claimed),
        Some(_) => Err(TokenRefusal::WrongType),
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Why the keys could not be fetched.
#[derive(Debug, thiserror::Error)]
enum FetchFailed {
    #[error("the provider could not be reached")]
    Unreachable(#[from] reqwest::Error),
    #[error("the provider answered {0}")]
    Status(u16),
    #[error("the provider's answer is longer than {MAX_KEY_SET_BYTES} bytes")]
    TooLong,
    #[error(transparent)]
    Content(#[from] NotAKeySet),
}

/// Verifies tokens with the provider's present keys.
pub struct SignIn {
    provider: Provider,
    client: reqwest::Client,
    held: RwLock<Held>,
    /// One fetch at a time; holds when the last one began.
    fetching: tokio::sync::Mutex<Option<DateTime<Utc>>>,
}

/// The keys held, and since when.
#[derive(Clone, Default)]
struct Held {
    keys: Arc<KeySet>,
    fetched_at: Option<DateTime<Utc>>,
}

impl Held {
    /// Whether these keys answer for this key id without asking the provider again.
    fn answer_for(&self, key: &str, now: DateTime<Utc>) -> bool {
        self.keys.knows(key) && self.age(now).is_some_and(|age| age < FRESH_FOR)
    }

    /// Whether these keys may still be believed where the provider cannot be reached.
    fn believed(&self, now: DateTime<Utc>) -> bool {
        self.age(now).is_some_and(|age| age < BELIEVED_FOR)
    }

    fn age(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        Some(now.signed_duration_since(self.fetched_at?))
    }
}

impl SignIn {
    /// Sets up the client. Nothing is fetched before the first token.
    pub fn new(provider: Provider) -> Result<Self, BadProvider> {
        let client = reqwest::Client::builder()
            .https_only(provider.transport == Transport::Https)
            .redirect(Policy::none())
            .no_proxy()
            .timeout(FETCH_TIMEOUT)
            .connect_timeout(FETCH_TIMEOUT)
            .build()
            .map_err(|_| BadProvider::Client)?;
        Ok(Self { provider, client, held: RwLock::default(), fetching: tokio::sync::Mutex::default() })
    }

    /// Verifies a token at the real time `now`, fetching the keys first if its key is not among those held.
    pub async fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Identity, TokenRefusal> {
        let claimed = read(token)?;
        if !self.held().answer_for(&claimed.key, now) {
            self.refresh(now).await;
        }
        let held = self.held();
        if !held.believed(now) {
            return Err(TokenRefusal::UnknownKey);
        }
        self.provider.verify_read(&held.keys, &claimed, now)
    }

    fn held(&self) -> Held {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fetches the keys, unless somebody just did. A failure leaves those that are held.
    async fn refresh(&self, now: DateTime<Utc>) {
        let mut began = self.fetching.lock().await;
        let just_now = began.is_some_and(|began| now.signed_duration_since(began).abs() < LEAST_BETWEEN_FETCHES);
        if just_now {
            return;
        }
        *began = Some(now);
        match self.fetch().await {
            Ok(keys) => {
                let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
                *held = Held { keys: Arc::new(keys), fetched_at: Some(now) };
            }
            Err(error) => tracing::warn!(%error, "the identity provider's keys could not be fetched"),
        }
    }

    async fn fetch(&self) -> Result<KeySet, FetchFailed> {
        let mut response = self.client.get(self.provider.jwks_url.clone()).send().await.map_err(reqwest::Error::without_url)?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(FetchFailed::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(reqwest::Error::without_url)? {
            if body.len() + chunk.len() > MAX_KEY_SET_BYTES {
                return Err(FetchFailed::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(KeySet::parse(&body)?)
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignIn({}, {} keys)", self.provider.expected.issuer, self.held().keys.len())
    }
}

#[cfg(test)]
mod tests;
