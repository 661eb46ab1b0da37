//! `kill -9` of the real program while clerks work: nothing acknowledged is lost, nothing happens twice, the trail still holds.
//!
//! `KILLS=200 cargo test --test it kill` does it as often as one likes; three times by default.

use crate::support::actor::{Actor, application};
use crate::support::town::tempfolder::Folder;
use reqwest::Method;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// The running program.
pub struct Program {
    /// Its process.
    pub child: Child,
    /// Where it listens.
    pub base: String,
}

/// The program on a data folder of its own.
pub fn command(folder: &Folder) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_foi-docket"));
    command
        .env_remove("DATABASE_URL")
        .env("FOI_DATA_DIR", folder.path().join("data"))
        .env("FOI_LISTEN", "127.0.0.1:0")
        .env("FOI_LOG", "error");
    command
}

fn start(folder: &Folder) -> Program {
    start_with(folder, Stdio::inherit())
}

fn start_with(folder: &Folder, errors: Stdio) -> Program {
    started(command(folder).stderr(errors))
}

/// Starts it and waits until it is ready.
pub fn started(command: &mut Command) -> Program {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut base = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some(url) = line.strip_prefix("API:") {
            url.trim().trim_end_matches("/api/v1").clone_into(&mut base);
        }
        if line.starts_with("Ready") {
            return Program { child, base };
        }
    }
    panic!("the program ended before it was ready: {:?}", child.wait());
}

/// What `verify` says of the folder.
pub fn verified(folder: &Folder) -> (bool, String) {
    let output = command(folder).arg("verify").output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
}

/// Receives applications with keys of their own until the program dies; gives the keys that were answered.
async fn work_until_it_dies(clerk: Actor, round: usize, worker: usize) -> Vec<(String, String)> {
    let mut done = Vec::new();
    for n in 0.. {
        let key = format!("kill-{round}-{worker}-{n}");
        let body = application(&today()).to_string().into_bytes();
        let Some(reply) = clerk.try_send(Method::POST, "/api/v1/cases", &[("idempotency-key", &key)], body).await else { break };
        done.push((key, reply.good()["id"].as_str().unwrap().to_owned()));
    }
    done
}

fn today() -> String {
    foi_docket::clock::Clock::system().today().to_string()
}

#[actix_web::test]
async fn acknowledged_steps_outlive_the_program() {
    let kills: usize = std::env::var("KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    let folder = Folder::new("kill");
    let mut acknowledged = Vec::new();
    for round in 0..kills {
        let mut program = start(&folder);
        let clerk = Actor::sign_in(&program.base, "clerk", "demo").await;
        let working: Vec<_> = (0..4).map(|worker| tokio::spawn(work_until_it_dies(clerk.clone(), round, worker))).collect();
        tokio::time::sleep(std::time::Duration::from_millis(150 + 97 * u64::try_from(round % 7).unwrap())).await;
        program.child.kill().unwrap();
        program.child.wait().unwrap();
        for worker in working {
            acknowledged.extend(worker.await.unwrap());
        }
    }
    assert!(acknowledged.len() > kills, "some work was done between the kills: {}", acknowledged.len());
    let mut program = start(&folder);
    let clerk = Actor::sign_in(&program.base, "clerk", "demo").await;
    for (key, id) in &acknowledged {
        clerk.get(&format!("/api/v1/cases/{id}")).await.good();
        // The caller who got no answer repeats with the key, and so may one who did: the same case, not a second.
        let body = application(&today()).to_string().into_bytes();
        let again = clerk.send(Method::POST, "/api/v1/cases", &[("idempotency-key", key)], Some(body)).await.good();
        assert_eq!(again["id"], **id);
    }
    let (holds, said) = verified(&folder);
    assert!(holds, "{said}");
    program.child.kill().unwrap();
    program.child.wait().unwrap();
    let (holds, said) = verified(&folder);
    assert!(holds, "beside no service: {said}");
}

/// The number of the private server's process.
fn postmaster(folder: &Folder) -> Option<i32> {
    let text = std::fs::read_to_string(folder.path().join("data/postgres/postmaster.pid")).ok()?;
    text.lines().next()?.parse().ok()
}

/// Kills the private server and waits until another one runs, or the program has ended.
fn kill_database(folder: &Folder, program: &mut Program) -> Option<std::process::ExitStatus> {
    let killed = postmaster(folder).unwrap();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(killed), nix::sys::signal::Signal::SIGKILL).unwrap();
    for _ in 0..1200 {
        if let Some(ended) = program.child.try_wait().unwrap() {
            return Some(ended);
        }
        if postmaster(folder).is_some_and(|now| now != killed) {
            return None;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("neither a new server nor the end of the program");
}

#[actix_web::test]
async fn a_killed_database_is_started_again_and_not_for_ever() {
    let folder = Folder::new("kill-database");
    let errors = std::fs::File::create(folder.path().join("stderr")).unwrap();
    let mut program = start_with(&folder, errors.into());
    let clerk = Actor::sign_in(&program.base, "clerk", "demo").await;
    let before = clerk.receive(&today()).await;
    for _ in 0..3 {
        assert_eq!(kill_database(&folder, &mut program), None, "it is started again");
        let mut answered = 0;
        for _ in 0..200 {
            // While the database is away the answer is 503, never a lost case.
            answered = clerk.get(&format!("/api/v1/cases/{}", before["id"].as_str().unwrap())).await.status;
            if answered == 200 {
                break;
            }
            assert_eq!(answered, 503);
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!(answered, 200, "the service goes on");
    }
    let ended = kill_database(&folder, &mut program).expect("it gives up");
    let said = std::fs::read_to_string(folder.path().join("stderr")).unwrap();
    assert!(!ended.success());
    let last = said.lines().last().unwrap();
    assert!(
        last.starts_with("foi-docket: the private PostgreSQL ended by itself (signal: 9 (SIGKILL)) after 3 new starts; its log is"),
        "{said}"
    );
    let (holds, said) = verified(&folder);
    assert!(holds, "{said}");
}
