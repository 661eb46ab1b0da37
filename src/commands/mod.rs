//! The commands of the program, one file each: what `main` dispatches to.

pub mod calendar;
pub mod database;
pub mod init;
mod keep;
pub mod keys;
pub mod migrate;
pub mod run;
pub mod seed;
pub mod serve;
pub mod trail;

use crate::config::Config;
use std::io::IsTerminal as _;
use std::io::Write;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Starts the log, on standard error; `FOI_LOG` is its filter.
pub fn start_log() {
    let filter = EnvFilter::try_new(Config::log_filter()).unwrap_or_else(|_| EnvFilter::new("info"));
    // Colours are for a screen: in a file they are noise.
    let colours = std::io::stderr().is_terminal();
    let _already_started = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).try_init();
}

/// Prints the description of the API as YAML.
pub fn openapi() -> anyhow::Result<ExitCode> {
    let yaml = crate::http::openapi::yaml(&crate::http::server::document())?;
    std::io::stdout().write_all(yaml.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
