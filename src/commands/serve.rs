//! `foi-docket serve` and `foi-docket work`: the parts for production, on `DATABASE_URL`, with every secret given.

use super::keys::{self, Keys};
use crate::app::App;
use crate::case::office::Office;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::pool::{Db, DbError, Limits, Scope};
use crate::db::schema::{accounts, agencies};
use crate::db::{guard, migrations};
use crate::http::intake::Patience;
use crate::http::metrics::{Figures, Metrics};
use crate::http::net::Net;
use crate::letters::press::Press;
use crate::notify::mailer::Mailer;
use crate::people::gate::Gate;
use crate::people::oidc::{Provider, ProviderSettings, SignIn, Transport};
use crate::people::passwords;
use crate::work::{Stop, Work};
use actix_web::web::Data;
use anyhow::{Context, bail};
use diesel::prelude::*;
use std::net::TcpListener;
use std::num::NonZeroU32;
use std::process::ExitCode;
use std::sync::Arc;
use uuid::Uuid;

/// Calls a caller of `serve` may make a minute where nothing is set: far above what a person at a screen or an orderly program needs.
const CALLS_PER_MINUTE: u32 = 6000;

/// Makes the service out of its parts.
pub fn app(config: &Config, db: Db, keys: Keys, clock: Clock, public_url: String) -> anyhow::Result<App> {
    let figures = if config.metrics_listen.is_some() { Figures::Apart } else { Figures::WithTheApi };
    let oidc = match &config.oidc {
        None => None,
        Some(oidc) => {
            let settings = ProviderSettings {
                issuer: &oidc.issuer,
                audience: &oidc.audience,
                jwks_url: &oidc.jwks_url,
                username_claim: &oidc.username_claim,
            };
            Some(SignIn::new(Provider::new(settings, Transport::Https).context("FOI_OIDC_*")?).context("FOI_OIDC_*")?)
        }
    };
    let from = config.mail_from.clone().unwrap_or_else(|| "FOI Docket <foi-docket@localhost>".to_owned());
    Ok(App {
        db,
        office: Arc::new(Office::new(clock, keys.master)?),
        tokens: keys.tokens,
        oidc,
        mailer: Mailer::from_config(config.smtp_url.as_deref(), &from, &config.data_dir.join("mail"))?,
        public_url,
        gate: Gate::new(config.calls_per_minute.and_then(NonZeroU32::new)),
        metrics: Metrics::default(),
        net: Net { proxies: config.proxies.clone(), origins: config.origins.clone(), patience: Patience::default(), figures },
        documents: config.documents()?,
        scanner: config.scanner.clone(),
        press: Press::new(config.fonts.clone()),
        exchange: config.exchange.clone(),
    })
}

/// The service on `DATABASE_URL`, refused where anything is missing or would be unsafe.
fn production(config: &Config) -> anyhow::Result<App> {
    Config::require(&[
        ("DATABASE_URL", &config.database_url),
        ("FOI_PUBLIC_URL", &config.public_url),
        ("SMTP_URL", &config.smtp_url),
        ("FOI_MAIL_FROM", &config.mail_from),
        ("FOI_MASTER_KEY", &config.master_key),
        ("FOI_TOKEN_KEY", &config.token_key),
    ])?;
    let url = Config::required(config.database_url.as_ref(), "DATABASE_URL")?;
    let public_url = Config::required(config.public_url.as_ref(), "FOI_PUBLIC_URL")?.to_owned();
    let keys = keys::required(config)?;
    let db = Db::new(url, Limits::default());
    db.run_here(&Scope::nobody(), |conn| Ok::<_, DbError>(check(conn))).context("reaching the database")??;
    let config = Config { calls_per_minute: config.calls_per_minute.or(Some(CALLS_PER_MINUTE)), ..config.clone() };
    let mut app = app(&config, db, keys, Clock::system(), public_url)?;
    // Whoever reaches the API need not read the figures.
    app.net.figures = Figures::Apart;
    Ok(app)
}

/// The role may do no more than it must, the tables are those of this program, and no account has the demo password.
fn check(conn: &mut PgConnection) -> anyhow::Result<()> {
    if !migrations::is_current(conn)? {
        bail!("the tables are not those of this program; run `foi-docket migrate` first");
    }
    guard::check_role(conn, guard::Standing::Login)?;
    let ids: Vec<Uuid> = agencies::table.select(agencies::id).load(conn)?;
    if ids.is_empty() {
        bail!("there is no agency yet; run `foi-docket init` first");
    }
    crate::db::pool::set_scope(conn, &Scope::reading(ids))?;
    let hashes: Vec<(String, String)> = accounts::table
        .filter(accounts::username.eq_any(crate::demo::USERNAMES))
        .filter(accounts::active)
        .select((accounts::username, accounts::password_hash))
        .load(conn)?;
    for (username, hash) in hashes {
        if passwords::verify(crate::demo::PASSWORD, &hash) != passwords::Verdict::Mismatch {
            bail!("the account \"{username}\" has the demo password; `serve` refuses to run on demo data");
        }
    }
    Ok(())
}

/// `foi-docket serve`.
pub fn serve(config: &Config) -> anyhow::Result<ExitCode> {
    let app = Data::new(production(config)?);
    app.documents.check().context("FOI_DOCUMENTS: the bucket cannot be used")?;
    let listener = TcpListener::bind(config.listen).with_context(|| format!("listening on {}", config.listen))?;
    println!("serving on http://{}", listener.local_addr()?);
    listen(app, Listeners { api: listener, figures: figures(config)? }, std::future::pending())?;
    Ok(ExitCode::SUCCESS)
}

/// Where the service listens.
pub struct Listeners {
    /// For the API.
    pub api: TcpListener,
    /// For the figures, where they have an address of their own.
    pub figures: Option<TcpListener>,
}

/// Binds the address of the figures, if they have one.
pub fn figures(config: &Config) -> anyhow::Result<Option<TcpListener>> {
    let bind = |at| TcpListener::bind(at).with_context(|| format!("listening on {at} (FOI_METRICS_LISTEN)"));
    config.metrics_listen.map(bind).transpose()
}

/// Serves until told to stop by a signal, or until something else ends.
pub fn listen(app: Data<App>, listeners: Listeners, until: impl Future<Output = ()> + 'static) -> anyhow::Result<()> {
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    actix_web::rt::System::new().block_on(async move {
        if let Some(figures) = listeners.figures {
            actix_web::rt::spawn(crate::http::server::serve_figures(app.clone(), figures)?);
        }
        let server = crate::http::server::serve(app, listeners.api, workers)?;
        let handle = server.handle();
        actix_web::rt::spawn(async move {
            until.await;
            handle.stop(true).await;
        });
        server.await
    })?;
    Ok(())
}

/// `foi-docket work`.
pub fn work(config: &Config) -> anyhow::Result<ExitCode> {
    let app = Data::new(production(config)?);
    println!("working: reminders, mail, places in the trail");
    let stop = Arc::new(Stop::default());
    let work = Work::run(&app.into_inner(), &stop)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        }
    })?;
    stop.tell();
    work.join();
    Ok(ExitCode::SUCCESS)
}
