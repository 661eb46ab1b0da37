//! The service as its handlers and workers see it.

use crate::case::office::Office;
use crate::db::pool::Db;
use crate::exchange::reach::Reach;
use crate::http::metrics::Metrics;
use crate::http::net::Net;
use crate::letters::press::Press;
use crate::letters::scanner::Scanner;
use crate::letters::store::Store;
use crate::notify::mailer::Mailer;
use crate::people::gate::Gate;
use crate::people::oidc::SignIn;
use crate::people::tokens::Tokens;
use std::sync::Arc;

/// Everything a handler or worker needs.
pub struct App {
    /// The database.
    pub db: Db,
    /// Clock, keys, editions.
    pub office: Arc<Office>,
    /// Access tokens.
    pub tokens: Tokens,
    /// Counts tries to sign in.
    pub gate: Gate,
    /// Proxies, origins, patience.
    pub net: Net,
    /// What is counted for a monitor.
    pub metrics: Metrics,
    /// The agency's own sign-in provider.
    pub oidc: Option<SignIn>,
    /// The way out for mail.
    pub mailer: Mailer,
    /// Where people reach the service.
    pub public_url: String,
    /// Where documents lie.
    pub documents: Store,
    /// What looks into documents before they are stored.
    pub scanner: Scanner,
    /// What letters are set in.
    pub press: Press,
    /// Where messages may be pushed to.
    pub exchange: Reach,
}
