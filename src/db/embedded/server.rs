//! One running `PostgreSQL` server as a child of the service: started, awaited, and stopped in good order when dropped.
use super::binaries::Binaries;
use super::error::{EmbeddedError, at};
use super::launcher;
use super::place::Place;
use super::{Durability, POLL, pidfile};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::{Arc, Condvar, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// After a crash the server first replays what it had not yet written.
const UNTIL_READY: Duration = Duration::from_mins(2);
const FAST_SHUTDOWN: Duration = Duration::from_secs(20);
const IMMEDIATE_SHUTDOWN: Duration = Duration::from_secs(5);
/// An older log moves aside at the next start when it is longer, in bytes.
const LONGEST_LOG: u64 = 16 << 20;

/// The settings that do not depend on the place. They are given on every start and nothing is written into the cluster, so that
/// an upgrade of the service brings its settings along.
const SETTINGS: [&str; 11] = [
    // No network at all: whoever connects passes the socket's folder and a password.
    "listen_addresses=",
    "port=5432",
    "unix_socket_permissions=0700",
    "max_connections=200",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_destination=stderr",
    "logging_collector=off",
    // Details and statements would carry personal data into the log.
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
    "cluster_name=foi-docket",
];

const TEST_SETTINGS: [&str; 3] = ["fsync=off", "full_page_writes=off", "synchronous_commit=off"];

/// How the child ended, for everybody who waits for it.
#[derive(Debug, Default)]
struct Exit {
    status: Mutex<Option<io::Result<ExitStatus>>>,
    changed: Condvar,
}

impl Exit {
    fn set(&self, status: io::Result<ExitStatus>) {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) = Some(status);
        self.changed.notify_all();
    }

    /// What became of the child within this time, in words; `None` while it runs.
    fn within(&self, time: Duration) -> Option<String> {
        let status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(status, time, |status| status.is_none());
        let (status, _) = waited.unwrap_or_else(PoisonError::into_inner);
        status.as_ref().map(|status| status.as_ref().map_or_else(ToString::to_string, ToString::to_string))
    }
}

/// A server that runs as long as this value lives.
#[derive(Debug)]
pub(super) struct Server {
    pid: i32,
    exit: Arc<Exit>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts the server of this cluster and returns when it takes connections.
    pub(super) fn start(launcher: &Path, place: &Place, how: &How) -> Result<Self, EmbeddedError> {
        let log_path = place.log();
        let log = open_log(&log_path)?;
        let log_began = log.metadata().map_err(at("read", &log_path))?.len();
        let mut command = launcher::command(launcher, &place.account, &how.binaries.postgres());
        command.arg("-D").arg(place.cluster());
        let tests = if how.durability == Durability::TestOnly { &TEST_SETTINGS[..] } else { &[] };
        for setting in SETTINGS.iter().chain(tests) {
            command.args(["-c", setting]);
        }
        command.arg("-c").arg(format!("unix_socket_directories={}", how.socket_dir.display()));
        command.stdout(log.try_clone().map_err(at("open", &log_path))?).stderr(log);

        let server = Self::spawn(command).map_err(at("run", launcher))?;
        let why = match server.wait_ready(&place.cluster())? {
            Awaited::Ready => return Ok(server),
            Awaited::Ended(how) => how,
            Awaited::Nothing => format!("not ready after {} s", UNTIL_READY.as_secs()),
        };
        drop(server);
        Err(EmbeddedError::NotStarted { why, tail: tail(&log_path, log_began), log: log_path })
    }

    /// The kernel's death signal follows the *thread* that started the child, not the process: were it a worker of a pool,
    /// `PostgreSQL` would stop whenever the pool shrinks. So the child gets a thread that does nothing but wait for it.
    fn spawn(mut command: Command) -> io::Result<Self> {
        let exit = Arc::new(Exit::default());
        let (started, has_started) = mpsc::channel();
        let thread = std::thread::Builder::new().name("postgres".into()).spawn({
            let exit = Arc::clone(&exit);
            move || match command.spawn() {
                Ok(mut child) => {
                    // The receiver waits below.
                    let _ = started.send(Ok(child.id()));
                    exit.set(child.wait());
                }
                Err(e) => {
                    let _ = started.send(Err(e));
                }
            }
        })?;
        let pid = has_started.recv().map_err(io::Error::other)??;
        Ok(Self { pid: i32::try_from(pid).map_err(io::Error::other)?, exit, thread: Some(thread) })
    }

    fn wait_ready(&self, cluster: &Path) -> Result<Awaited, EmbeddedError> {
        let until = Instant::now() + UNTIL_READY;
        while Instant::now() < until {
            if let Some(how) = self.exit.within(POLL) {
                return Ok(Awaited::Ended(how));
            }
            // A file an earlier server left behind carries another number.
            if pidfile::read(cluster)?.is_some_and(|file| file.pid == self.pid && file.ready) {
                return Ok(Awaited::Ready);
            }
        }
        Ok(Awaited::Nothing)
    }

    /// How it ended, in words; `None` while it runs.
    pub(super) fn ended(&self) -> Option<String> {
        self.exit.within(Duration::ZERO)
    }

    fn signal(&self, signal: Signal) {
        // A child that just ended cannot be signalled, and need not be.
        let _ = kill(Pid::from_raw(self.pid), signal);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for (signal, patience) in
            [(Signal::SIGINT, FAST_SHUTDOWN), (Signal::SIGQUIT, IMMEDIATE_SHUTDOWN), (Signal::SIGKILL, IMMEDIATE_SHUTDOWN)]
        {
            if self.ended().is_some() {
                break;
            }
            self.signal(signal);
            if self.exit.within(patience).is_none() {
                tracing::warn!(pid = self.pid, %signal, "PostgreSQL does not stop");
            }
        }
        if self.ended().is_some()
            && let Some(thread) = self.thread.take()
        {
            // The thread only waits and cannot panic.
            let _ = thread.join();
        }
    }
}

/// What a start needs beside the place.
#[derive(Debug)]
pub(super) struct How {
    pub(super) binaries: Binaries,
    pub(super) socket_dir: PathBuf,
    pub(super) durability: Durability,
}

enum Awaited {
    Ready,
    Ended(String),
    Nothing,
}

fn open_log(path: &Path) -> Result<File, EmbeddedError> {
    if path.metadata().is_ok_and(|log| log.len() > LONGEST_LOG) {
        std::fs::rename(path, path.with_extension("log.old")).map_err(at("move aside", path))?;
    }
    OpenOptions::new().append(true).create(true).mode(0o600).open(path).map_err(at("open", path))
}

/// The last lines written since `began`.
fn tail(log: &Path, began: u64) -> String {
    let mut bytes = Vec::new();
    let read = File::open(log).and_then(|mut file| file.seek(SeekFrom::Start(began)).and_then(|_| file.read_to_end(&mut bytes)));
    let text = read.map_or_else(|e| e.to_string(), |_| String::from_utf8_lossy(&bytes).into_owned());
    let lines: Vec<&str> = text.lines().collect();
    let skipped = lines.len().saturating_sub(10);
    lines.into_iter().skip(skipped).collect::<Vec<_>>().join("\n")
}

/// Removes what a server that was killed leaves in its socket folder. Its lock names a process, and where the number has gone to
/// another process of the same user, `PostgreSQL` would not start.
pub(super) fn clear_sockets(socket_dir: &Path) -> Result<(), EmbeddedError> {
    for name in [".s.PGSQL.5432", ".s.PGSQL.5432.lock"] {
        remove(&socket_dir.join(name))?;
    }
    Ok(())
}

/// Removes a file that may not be there.
pub(super) fn remove(path: &Path) -> Result<(), EmbeddedError> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(at("remove", path)(e)),
        _ => Ok(()),
    }
}
