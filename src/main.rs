//! `foi-docket`: the service and the commands beside it. Without an argument it does all of it on a database of its own.

use clap::{Parser, Subcommand};
use foi_docket::commands;
use foi_docket::config::Config;
use foi_docket::db::embedded;
use std::ffi::OsString;
use std::process::ExitCode;

/// Case manager for freedom-of-information requests.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Put the demo agencies and cases into the database even if the program did not start it itself.
    #[arg(long)]
    demo: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API on `DATABASE_URL`; secrets are required, demo defaults are refused.
    Serve,
    /// Run the workers on `DATABASE_URL`: reminders, mail, places in the trail.
    Work,
    /// Apply migrations and load the calendar, as the owner of the tables.
    Migrate,
    /// Set up an agency and its administrator, at the top or below another agency, as the owner of the tables.
    Init(commands::init::Init),
    /// Holiday notices, as the owner of the tables.
    Calendar(commands::calendar::CalendarCommand),
    /// Print the description of the API.
    Openapi,
    /// Compare every case with its trail; exit 0 only if all are equal.
    Verify,
    /// Fold every case anew from its trail and write its rows.
    Rebuild,
    /// Put the demo agencies and cases into an empty database.
    Seed,
    /// Start a program of PostgreSQL as another user; used by the service itself.
    #[command(name = embedded::LAUNCH_COMMAND, hide = true)]
    Launch {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(Command::Launch { args }) = cli.command {
        let Err(refused) = embedded::launch(args);
        eprintln!("foi-docket {}: {refused}", embedded::LAUNCH_COMMAND);
        return ExitCode::FAILURE;
    }
    commands::start_log();
    match Config::from_environment().and_then(|config| dispatch(cli, &config)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("foi-docket: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(cli: Cli, config: &Config) -> anyhow::Result<ExitCode> {
    match cli.command {
        None => commands::run::run(config, cli.demo),
        Some(Command::Serve) => commands::serve::serve(config),
        Some(Command::Work) => commands::serve::work(config),
        Some(Command::Migrate) => commands::migrate::migrate(config),
        Some(Command::Init(init)) => init.run(config),
        Some(Command::Calendar(calendar)) => calendar.run(config),
        Some(Command::Openapi) => commands::openapi(),
        Some(Command::Verify) => commands::trail::verify(config),
        Some(Command::Rebuild) => commands::trail::rebuild(config),
        Some(Command::Seed) => commands::seed::seed(config),
        Some(Command::Launch { .. }) => Ok(ExitCode::FAILURE),
    }
}
