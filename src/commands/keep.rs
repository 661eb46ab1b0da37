//! Keeping the private server running under `foi-docket` without an argument: if it ends without being told, it is started again, with what
//! was committed; if it ends again and again, the program ends with one sentence instead of answering 503 for ever.

use crate::db::embedded::Embedded;
use crate::work::Stop;
use anyhow::bail;
use std::time::{Duration, Instant};

/// How often it is looked whether the server runs.
const LOOK: Duration = Duration::from_millis(250);
/// The pause after a start that failed.
const AFTER_FAILURE: Duration = Duration::from_secs(2);
/// So many starts within [`WINDOW`], and no more.
const TRIES: usize = 3;
/// A server that ran so long is forgiven its earlier ends.
const WINDOW: Duration = Duration::from_mins(10);

/// Looks after the server until the program stops; an error when it cannot be kept running.
pub fn keep(embedded: &mut Embedded, stop: &Stop) -> anyhow::Result<()> {
    let mut tries: Vec<Instant> = Vec::new();
    while !stop.wait(LOOK) {
        let Some(how) = embedded.ended() else { continue };
        tries.retain(|at| at.elapsed() < WINDOW);
        if tries.len() >= TRIES {
            bail!("the private PostgreSQL ended by itself ({how}) after {TRIES} new starts; its log is {}", embedded.log().display());
        }
        tries.push(Instant::now());
        tracing::error!(%how, attempt = tries.len(), "the private PostgreSQL ended by itself and is started again");
        match embedded.restart() {
            Ok(()) => tracing::warn!("the private PostgreSQL runs again"),
            Err(error) => {
                tracing::error!(%error, "the private PostgreSQL was not started again");
                stop.wait(AFTER_FAILURE);
            }
        }
    }
    Ok(())
}
