//! The program `foi-docket`.
use foi_docket::db::embedded;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_some_and(|first| first == embedded::LAUNCH_COMMAND) {
        let Err(refused) = embedded::launch(args);
        eprintln!("foi-docket {}: {refused}", embedded::LAUNCH_COMMAND);
    }
    ExitCode::FAILURE
}
