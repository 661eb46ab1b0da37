//! The private `PostgreSQL`: it keeps what was written, belongs to one service at a time, and gets up again after every kind of end.
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::{Bool, Text};
use diesel::{Connection, PgConnection, RunQueryDsl};
use foi_docket::db::embedded::{Durability, Embedded, EmbeddedError, EmbeddedOptions, LAUNCH_COMMAND};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_foi-docket");

/// A data folder that goes with the test.
struct DataDir(PathBuf);

impl DataDir {
    fn new(name: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("foi-docket-it-{}-{number}{name}", std::process::id())))
    }

    fn options(&self) -> EmbeddedOptions {
        EmbeddedOptions { data_dir: self.0.clone(), durability: Durability::TestOnly, ..EmbeddedOptions::new(PROGRAM.into()) }
    }

    fn start(&self) -> Embedded {
        Embedded::start(&self.options()).unwrap()
    }

    fn pid_file(&self) -> PathBuf {
        self.0.join("postgres/postmaster.pid")
    }

    fn server(&self) -> Pid {
        let text = fs::read_to_string(self.pid_file()).unwrap();
        Pid::from_raw(text.lines().next().unwrap().parse().unwrap())
    }
}

impl Drop for DataDir {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn connect(url: &str) -> PgConnection {
    PgConnection::establish(url).unwrap()
}

fn write_row(embedded: &Embedded) {
    connect(&embedded.owner_url()).batch_execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('办结')").unwrap();
}

fn row(embedded: &Embedded) -> String {
    diesel::select(sql::<Text>("(SELECT word FROM kept)")).get_result(&mut connect(&embedded.owner_url())).unwrap()
}

#[test]
fn what_was_written_is_there_after_a_restart() {
    let data = DataDir::new("");
    let first = data.start();
    assert!(first.fresh());
    assert!(first.describe().contains(&format!("{}/postgres", data.0.display())), "{}", first.describe());
    write_row(&first);
    drop(first);
    assert!(!data.pid_file().exists(), "the server ended in good order");

    let second = data.start();
    assert!(!second.fresh());
    assert_eq!(row(&second), "办结");
}

#[test]
fn the_serving_role_is_limited_and_nobody_comes_in_without_a_password() {
    let data = DataDir::new("");
    let embedded = data.start();
    let mut serving = connect(&embedded.serve_url());
    let role =
        "(SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication FROM pg_roles WHERE rolname = current_user)";
    assert!(!diesel::select(sql::<Bool>(role)).get_result::<bool>(&mut serving).unwrap());
    assert!(serving.batch_execute("CREATE TABLE mine (id int)").is_err());
    let settings = "(SELECT pg_encoding_to_char(encoding) || ' ' || datcollate FROM pg_database WHERE datname = 'foi_docket')";
    let settings: String = diesel::select(sql::<Text>(settings)).get_result(&mut serving).unwrap();
    assert_eq!(settings, if cfg!(target_os = "macos") { "UTF8 C" } else { "UTF8 C.UTF-8" });

    let url = embedded.owner_url();
    let (before, after) = url.split_once('@').unwrap();
    let (role, password) = before.rsplit_once(':').unwrap();
    assert!(PgConnection::establish(&format!("{role}@{after}")).is_err());
    assert!(PgConnection::establish(&format!("{role}:wrong@{after}")).is_err());
    assert!(!format!("{embedded:?}").contains(password));
}

#[test]
fn a_data_folder_has_one_service_and_guests() {
    let data = DataDir::new("");
    let service = data.start();
    write_row(&service);
    let refused = Embedded::start(&data.options()).unwrap_err().to_string();
    assert!(refused.contains(&format!("is in use by process {}: stop it first", std::process::id())), "{refused}");

    let guest = Embedded::attach_or_start(&data.options()).unwrap();
    assert_eq!(row(&guest), "办结");
    assert_eq!(guest.socket_dir(), service.socket_dir());
    drop(guest);
    assert_eq!(row(&service), "办结");
    drop(service);

    let alone = Embedded::attach_or_start(&data.options()).unwrap();
    assert_eq!(row(&alone), "办结");
    drop(alone);
    assert!(!data.pid_file().exists(), "who started it stops it");
}

#[test]
fn guests_of_a_first_start_wait_until_the_database_is_there() {
    let data = DataDir::new("");
    let all: Vec<Embedded> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let embedded = Embedded::attach_or_start(&data.options()).unwrap();
                    connect(&embedded.serve_url());
                    embedded
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(all.iter().filter(|embedded| embedded.fresh()).count(), 1);
}

#[test]
fn a_killed_server_leaves_nothing_that_hinders_the_next() {
    let data = DataDir::new("");
    let killed = Embedded::start(&EmbeddedOptions { durability: Durability::Full, ..data.options() }).unwrap();
    write_row(&killed);
    let pid = data.server();
    kill(pid, Signal::SIGKILL).unwrap();
    drop(killed);
    let mut left_behind = fs::read_to_string(data.pid_file()).unwrap();
    let second = data.start();
    assert_eq!(row(&second), "办结");
    drop(second);

    // Its number has gone to another process of the same user: this one.
    left_behind = left_behind.replacen(&pid.to_string(), &std::process::id().to_string(), 1);
    fs::write(data.pid_file(), left_behind).unwrap();
    assert_eq!(row(&data.start()), "办结");
}

#[test]
fn a_server_that_was_killed_is_started_again_with_what_was_committed() {
    let data = DataDir::new("");
    let mut embedded = Embedded::start(&EmbeddedOptions { durability: Durability::Full, ..data.options() }).unwrap();
    assert_eq!(embedded.ended(), None);
    write_row(&embedded);
    for _ in 0..2 {
        let killed = data.server();
        kill(killed, Signal::SIGKILL).unwrap();
        let until = Instant::now() + Duration::from_secs(10);
        let how = loop {
            match embedded.ended() {
                Some(how) => break how,
                None => assert!(Instant::now() < until, "its end is not seen"),
            }
        };
        assert!(how.contains("signal: 9"), "{how}");
        embedded.restart().unwrap();
        assert_eq!(embedded.ended(), None);
        assert_ne!(data.server(), killed);
        assert_eq!(row(&embedded), "办结", "at the same address");
        assert_eq!(row(&Embedded::attach_or_start(&data.options()).unwrap()), "办结", "guests find it");
    }
    drop(embedded);
    assert!(!data.pid_file().exists(), "it ends in good order with its service");
}

#[test]
fn an_interrupted_creation_is_begun_again() {
    let data = DataDir::new("");
    let unfinished = data.0.join("postgres.new-1");
    fs::create_dir_all(&unfinished).unwrap();
    fs::set_permissions(&data.0, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    fs::write(unfinished.join("PG_VERSION"), "1").unwrap();
    fs::write(data.0.join("postgres-initdb.password"), "old").unwrap();
    assert!(data.start().fresh());
    assert!(!unfinished.exists());
    assert!(!data.0.join("postgres-initdb.password").exists());
}

#[test]
fn a_path_too_long_for_a_socket_gets_its_socket_elsewhere() {
    let data = DataDir::new(&"-long".repeat(25));
    let embedded = data.start();
    assert!(!embedded.socket_dir().starts_with(&data.0));
    write_row(&embedded);
    let socket_dir = embedded.socket_dir().to_path_buf();
    drop(embedded);
    assert!(!socket_dir.exists());
}

#[test]
fn data_of_another_version_are_refused() {
    let data = DataDir::new("");
    drop(data.start());
    fs::write(data.0.join("postgres/PG_VERSION"), "9\n").unwrap();
    let refused = Embedded::start(&data.options()).unwrap_err();
    assert!(matches!(&refused, EmbeddedError::OtherVersion { written_by, .. } if written_by == "9"), "{refused}");
}

#[test]
fn a_server_that_does_not_start_is_quoted() {
    let data = DataDir::new("");
    drop(data.start());
    fs::write(data.0.join("postgres/postgresql.conf"), "no_such_setting = 1\n").unwrap();
    let refused = Embedded::start(&data.options()).unwrap_err().to_string();
    assert!(refused.contains("unrecognized configuration parameter"), "{refused}");
}

#[test]
fn a_launcher_whose_service_is_gone_runs_nothing() {
    let witness = std::env::temp_dir().join(format!("foi-docket-it-orphan-{}", std::process::id()));
    let nobody = i32::MAX.to_string();
    let output = Command::new(PROGRAM).args([LAUNCH_COMMAND, "--parent", &nobody, "/usr/bin/touch"]).arg(&witness).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("the service has ended"));
    assert!(!Path::new(&witness).exists());
}
