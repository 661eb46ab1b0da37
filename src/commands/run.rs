//! `foi-docket` without an argument: a database, its tables, the calendar, the demo, the API and the workers.

use super::database::{Database, Entry};
use super::{keep, keys, seed, serve};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::editions::bring_calendar;
use crate::db::pool::Limits;
use crate::db::schema::agencies;
use crate::demo;
use crate::notify::mailer::Mailer;
use crate::work::{Stop, Work};
use actix_web::web::Data;
use anyhow::{Context, bail};
use diesel::prelude::*;
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;

/// Does the main job.
pub fn run(config: &Config, demo: bool) -> anyhow::Result<ExitCode> {
    let listener =
        TcpListener::bind(config.listen).with_context(|| format!("listening on {}; set FOI_LISTEN to another address", config.listen))?;
    let address = listener.local_addr()?;
    let listeners = serve::Listeners { api: listener, figures: serve::figures(config)? };
    let mut database = Database::open(config, Entry::Start)?;
    let mut owner = database.owner()?;
    bring_calendar(&mut owner, Clock::system().now())?;
    let empty = agencies::table.count().get_result::<i64>(&mut owner)? == 0;
    drop(owner);
    if empty && (database.embedded.is_some() || demo) {
        println!("Walking the demo cases to where they stand …");
        seed::walk(config, &database)?;
    }
    let public_url = config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let app = Data::new(serve::app(config, database.pool(Limits::default()), keys::kept(config)?, Clock::system(), public_url.clone())?);
    let stop = Arc::new(Stop::default());
    let work = Work::run(&app.clone().into_inner(), &stop)?;
    announce(&app, &database, &public_url);
    let (served, kept) = std::thread::scope(|scope| {
        let (end, ended) = tokio::sync::oneshot::channel();
        let stop = &stop;
        let keeper = database.embedded.as_mut().map(|embedded| {
            scope.spawn(move || {
                let kept = keep::keep(embedded, stop);
                if kept.is_err() {
                    // Whoever was to be told may have ended already.
                    let _ = end.send(());
                }
                kept
            })
        });
        let served = serve::listen(app, listeners, async move {
            if ended.await.is_err() {
                std::future::pending::<()>().await;
            }
        });
        stop.tell();
        (served, keeper.map(std::thread::ScopedJoinHandle::join))
    });
    work.join();
    // The private server stops last, in good order, when `database` goes.
    drop(database);
    served?;
    match kept {
        Some(Err(_)) => bail!("looking after the private PostgreSQL failed"),
        Some(Ok(kept)) => kept?,
        None => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn announce(app: &App, database: &Database, url: &str) {
    match &database.embedded {
        Some(embedded) => println!("Database:  {}", embedded.describe()),
        None => println!("Database:  DATABASE_URL"),
    }
    match &app.mailer {
        Mailer::Smtp { .. } => println!("Mail:      SMTP_URL"),
        Mailer::Folder { folder, .. } => println!("Mail:      no SMTP_URL; mails land as .eml files in {}", folder.display()),
    }
    println!("API:       {url}/api/v1");
    println!("Docs:      {url}/docs/");
    if database.embedded.is_some() {
        println!("Sign in:   {} — password \"{}\"", demo::USERNAMES.join(", "), demo::PASSWORD);
    }
    println!("Ready. Ctrl-C stops.");
}
