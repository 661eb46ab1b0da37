//! A private, real `PostgreSQL` for `cargo run` and `cargo test`, where no `DATABASE_URL` names one: started in the data folder from installed
//! programs, reached only through a socket with passwords, gone with the service. The service starts it, also as root, and then hands
//! it to an unprivileged user. It is no way to run an office: that needs a server with backups of its own.
//!
//! Who owns a running server is told by a lock on `postgres.lock`, which the kernel lifts when its holder dies, and not by the
//! server's pid file. A server whose lock is free is left over from a service that was killed; it is shutting down, or is told to.
mod account;
mod binaries;
mod cluster;
#[cfg(feature = "download-postgres")]
mod download;
mod error;
mod launcher;
mod passwords;
mod pidfile;
mod place;
mod server;

pub use error::EmbeddedError;
pub use launcher::{LAUNCH_COMMAND, LaunchError, launch};

use binaries::Binaries;
use error::at;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use passwords::Passwords;
use pidfile::Process;
use place::Place;
use server::{How, Server};
use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const OWNER: &str = "foi_owner";
const SERVE: &str = "foi_serve";
const DATABASE: &str = "foi_docket";

/// The second line of the lock file, once roles and database are there.
const PREPARED: &str = "prepared";

/// How often a state is looked at that nobody reports.
const POLL: Duration = Duration::from_millis(10);
/// How long a killed process may take to let go of the lock.
const LAST_BREATH: Duration = Duration::from_secs(1);
/// How long another server may take to stop, or to become ready.
const PATIENCE: Duration = Duration::from_secs(20);

/// How to run the private `PostgreSQL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddedOptions {
    /// The data folder; created where it is missing.
    pub data_dir: PathBuf,
    /// The folder of `PostgreSQL`'s programs, where a person named one; then no other is tried.
    pub binaries: Option<PathBuf>,
    /// The folders in which the shell looks for programs, as the variable PATH holds them.
    pub search_path: Option<OsString>,
    /// This program itself: `current_exe`, or in tests the program built for them. It must pass [`LAUNCH_COMMAND`] on to [`launch`].
    pub launcher: PathBuf,
    /// What may be lost.
    pub durability: Durability,
}

impl EmbeddedOptions {
    /// The usual options: `./data`, programs found, nothing lost.
    pub fn new(launcher: PathBuf) -> Self {
        Self { data_dir: "data".into(), binaries: None, search_path: None, launcher, durability: Durability::Full }
    }
}

/// What a sudden end may take away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing that was committed, whatever ends: the service, `PostgreSQL`, or the power.
    Full,
    /// The service may be killed; with `PostgreSQL` itself go the commits of the last second, with the power everything. For tests, which are
    /// faster without waiting for the disk.
    TestOnly,
}

/// A private `PostgreSQL` that takes connections. Where this value started it, dropping the value stops it in good order; that, like the start,
/// waits, and so belongs on no asynchronous thread.
#[derive(Debug)]
pub struct Embedded {
    running: Option<Running>,
    urls: Urls,
    socket_dir: PathBuf,
    fresh: bool,
    description: String,
}

/// The server this value started, and what it takes to start it again. In this order: the server ends, then the folder is free.
#[derive(Debug)]
struct Running {
    server: Server,
    _lock: File,
    launcher: PathBuf,
    place: Place,
    how: How,
}

/// The addresses hold passwords and are not printed.
struct Urls {
    passwords: Passwords,
    socket_dir: PathBuf,
}

impl std::fmt::Debug for Urls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Urls").finish_non_exhaustive()
    }
}

impl Urls {
    /// The port is said because libpq would otherwise ask the variable PGPORT.
    fn of(&self, role: &str, password: &str, database: &str) -> String {
        format!("postgresql://{role}:{password}@/{database}?host={}&port=5432", self.socket_dir.display())
    }
}

impl Embedded {
    /// Starts the server of the data folder, and creates the data where there are none.
    ///
    /// # Errors
    /// When the folder is in use, no fitting `PostgreSQL` is found, or it does not start.
    pub fn start(options: &EmbeddedOptions) -> Result<Self, EmbeddedError> {
        let place = Place::settle(&options.data_dir)?;
        let until = Instant::now() + LAST_BREATH;
        loop {
            if let Some(lock) = lock(&place)? {
                return Self::start_locked(options, place, lock);
            }
            if Instant::now() > until {
                return Err(EmbeddedError::InUse { data_dir: place.data_dir.clone(), holder: holder(&place) });
            }
            std::thread::sleep(POLL);
        }
    }

    /// Uses the server a running service started, which then goes on when this value is dropped; starts it where none runs.
    /// A server that is used in this way ends with the service that started it.
    ///
    /// # Errors
    /// As [`Embedded::start`], and when the other's server does not become ready.
    pub fn attach_or_start(options: &EmbeddedOptions) -> Result<Self, EmbeddedError> {
        let place = Place::settle(&options.data_dir)?;
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(lock) = lock(&place)? {
                return Self::start_locked(options, place, lock);
            }
            if let Some(attached) = Self::attach(&place)? {
                return Ok(attached);
            }
            if Instant::now() > until {
                return Err(EmbeddedError::NotReady { cluster: place.cluster(), holder: holder(&place) });
            }
            std::thread::sleep(POLL);
        }
    }

    fn attach(place: &Place) -> Result<Option<Self>, EmbeddedError> {
        if !says_prepared(place) {
            return Ok(None);
        }
        let Some(found) = pidfile::read(&place.cluster())?.filter(|file| file.ready) else { return Ok(None) };
        let Some(socket_dir) = found.socket_dir else { return Ok(None) };
        if pidfile::process(found.pid, &place.cluster()) != Process::Server {
            return Ok(None);
        }
        let urls = Urls { passwords: Passwords::existing(place)?, socket_dir: socket_dir.clone() };
        let description = format!("PostgreSQL in {}, already running (started by {})", place.cluster().display(), holder(place));
        Ok(Some(Self { running: None, urls, socket_dir, fresh: false, description }))
    }

    fn start_locked(options: &EmbeddedOptions, place: Place, mut lock: File) -> Result<Self, EmbeddedError> {
        // The child starts in another folder.
        let launcher = std::path::absolute(&options.launcher).map_err(at("find", &options.launcher))?;
        let options = EmbeddedOptions { launcher, ..options.clone() };
        await_predecessor(&place.cluster())?;
        let binaries = Binaries::find(&options, &place)?;
        let passwords = Passwords::settle(&place)?;
        place.clear_unfinished();
        let fresh = !place.cluster().exists();
        if fresh {
            cluster::create(&options, &place, (&binaries, &passwords))?;
        }
        let socket_dir = place.socket_dir()?;
        server::clear_sockets(&socket_dir)?;
        let description = describe(&place, &binaries);
        let how = How { binaries, socket_dir: socket_dir.clone(), durability: options.durability };
        let server = start_server(&options.launcher, &place, &how)?;
        let urls = Urls { passwords, socket_dir: socket_dir.clone() };
        cluster::prepare(&urls.of(OWNER, &urls.passwords.foi_owner, "postgres"), &urls.passwords)?;
        // The server was ready before its roles and database were: guests wait for this line.
        writeln!(lock, "{PREPARED}").map_err(at("write", &place.lock()))?;
        let running = Running { server, _lock: lock, launcher: options.launcher, place, how };
        Ok(Self { running: Some(running), urls, socket_dir, fresh, description })
    }

    /// How the server that this value started ended without being told to, in words; `None` while it runs, and for a guest.
    pub fn ended(&self) -> Option<String> {
        self.running.as_ref()?.server.ended()
    }

    /// Starts a server that ended anew, on the same data and addresses. A guest starts nothing.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart(&mut self) -> Result<(), EmbeddedError> {
        let Some(running) = &mut self.running else { return Ok(()) };
        await_predecessor(&running.place.cluster())?;
        server::clear_sockets(&running.how.socket_dir)?;
        running.server = start_server(&running.launcher, &running.place, &running.how)?;
        Ok(())
    }

    /// Where the server's own log is.
    pub fn log(&self) -> PathBuf {
        self.running.as_ref().map_or_else(PathBuf::new, |running| running.place.log())
    }

    /// The service's database as the superuser who owns it: for migrations.
    pub fn owner_url(&self) -> String {
        self.owner_url_to(DATABASE)
    }

    /// The service's database as the limited role the service runs as.
    pub fn serve_url(&self) -> String {
        self.serve_url_to(DATABASE)
    }

    /// Another database on the same server as the superuser. The name must be a plain identifier.
    pub fn owner_url_to(&self, database: &str) -> String {
        self.urls.of(OWNER, &self.urls.passwords.foi_owner, database)
    }

    /// Another database on the same server as the limited role. The name must be a plain identifier.
    pub fn serve_url_to(&self, database: &str) -> String {
        self.urls.of(SERVE, &self.urls.passwords.foi_serve, database)
    }

    /// The folder of the server's socket.
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// True when this start created the data.
    pub fn fresh(&self) -> bool {
        self.fresh
    }

    /// One line for the start-up text: where the data are, which programs run, and as which user.
    pub fn describe(&self) -> &str {
        &self.description
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            drop(running);
            // It may lie in a folder everybody uses; the next start makes it anew.
            let _ = std::fs::remove_dir(&self.socket_dir);
        }
    }
}

/// Takes the data folder; `None` when somebody else holds it.
fn lock(place: &Place) -> Result<Option<File>, EmbeddedError> {
    let path = place.lock();
    let mut file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path).map_err(at("open", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(e)) => return Err(at("lock", &path)(e)),
    }
    file.set_len(0).and_then(|()| writeln!(file, "process {}", std::process::id())).map_err(at("write", &path))?;
    Ok(Some(file))
}

/// Who says in the lock file's first line that he holds it.
fn holder(place: &Place) -> String {
    let said = std::fs::read_to_string(place.lock()).unwrap_or_default();
    said.lines().next().unwrap_or("another process").into()
}

/// Whether the holder has come so far that others can use the database.
fn says_prepared(place: &Place) -> bool {
    std::fs::read_to_string(place.lock()).is_ok_and(|said| said.lines().nth(1) == Some(PREPARED))
}

/// Waits for the server of a service that was killed. On Linux it has its signal already and a second one does no harm; elsewhere it needs it.
fn await_predecessor(cluster: &Path) -> Result<(), EmbeddedError> {
    let until = Instant::now() + PATIENCE;
    let mut told = false;
    while let Some(found) = pidfile::read(cluster)? {
        match pidfile::process(found.pid, cluster) {
            Process::Server if Instant::now() > until => return Err(EmbeddedError::StillStopping { pid: found.pid }),
            Process::Server => {
                if !told {
                    // It may end in this very moment.
                    let _ = kill(Pid::from_raw(found.pid), Signal::SIGINT);
                    told = true;
                }
                std::thread::sleep(POLL);
            }
            Process::Stranger => return server::remove(&pidfile::path(cluster)),
            // PostgreSQL's own judgement is safe: at worst it refuses to start and says why.
            Process::Gone | Process::Unclear => return Ok(()),
        }
    }
    Ok(())
}

/// Where the server itself was killed, its children need a moment to notice, and until then `PostgreSQL` will not touch their data.
fn start_server(launcher: &Path, place: &Place, how: &How) -> Result<Server, EmbeddedError> {
    let until = Instant::now() + PATIENCE;
    loop {
        match Server::start(launcher, place, how) {
            Err(EmbeddedError::NotStarted { tail, .. }) if tail.contains("pre-existing shared memory") && Instant::now() < until => {
                std::thread::sleep(10 * POLL);
            }
            other => return other,
        }
    }
}

fn describe(place: &Place, binaries: &Binaries) -> String {
    let user = place.account.other_name();
    let moved = match user {
        Some(name) if place.moved() => format!(" (because the user {name} cannot reach {})", place.data_dir.display()),
        _ => String::new(),
    };
    let user = user.map_or_else(String::new, |name| format!(", run as the user {name} because PostgreSQL refuses root"));
    format!("PostgreSQL {} in {}{moved}, programs from {}{user}", binaries.major, place.cluster().display(), binaries.dir.display())
}
