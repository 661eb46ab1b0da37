//! How fast the journal writes: figures for a person to read, measured on demand.
//!
//! `cargo test --test it pace -- --ignored --nocapture`

use super::base::{Base, CLERK, DEPARTMENT, HANDLER, OTHER_HANDLER, day};
use super::together::{act, assigned};
use diesel::prelude::*;
use foi_docket::db::schema::cases;
use foi_docket::steps::{handle::assign::AssignCase, register::enter::RegisterCase};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use uuid::Uuid;

const CASES: usize = 64;
const ROUNDS: usize = 24;

/// A stretch of work: how many a second, and what each costs of the processors, here and in `PostgreSQL`. The second figure
/// counts where others use the machine too.
struct Pace {
    start: Instant,
    cpu: (u64, u64),
    server: u32,
}

impl Pace {
    fn start(base: &Base) -> Self {
        #[derive(QueryableByName)]
        struct Backend {
            #[diesel(sql_type = diesel::sql_types::Integer)]
            pid: i32,
        }
        // Its process is looked for while it lives.
        let mut conn = base.owner_connection();
        let backend: Backend = diesel::sql_query("SELECT pg_backend_pid() AS pid").get_result(&mut conn).unwrap();
        let server = processes().into_iter().find(|process| process.0 == u32::try_from(backend.pid).unwrap()).unwrap().1;
        Self { start: Instant::now(), cpu: cpu(server), server }
    }

    fn tell(&self, what: &str, count: usize) {
        let (took, cpu) = (self.start.elapsed(), cpu(self.server));
        let each = |now: u64, then: u64| (now - then) * 10_000 / u64::try_from(count).unwrap();
        let (here, there) = (each(cpu.0, self.cpu.0), each(cpu.1, self.cpu.1));
        println!("{what}: {count}, {}/s; each costs {here} µs here and {there} µs in PostgreSQL", rate(count, took));
    }
}

/// Number, parent and hundredths of a second used, of every process.
fn processes() -> Vec<(u32, u32, u64)> {
    let stat = |entry: std::io::Result<std::fs::DirEntry>| {
        let text = std::fs::read_to_string(entry.ok()?.path().join("stat")).ok()?;
        let (pid, rest) = (text.split(' ').next()?.parse().ok()?, text.rsplit_once(") ")?.1);
        let fields: Vec<&str> = rest.split(' ').collect();
        Some((pid, fields[1].parse().ok()?, fields[11].parse::<u64>().ok()? + fields[12].parse::<u64>().ok()?))
    };
    std::fs::read_dir("/proc").unwrap().filter_map(stat).collect()
}

fn cpu(server: u32) -> (u64, u64) {
    let all = processes();
    let of = |wanted: &dyn Fn(&(u32, u32, u64)) -> bool| all.iter().filter(|process| wanted(process)).map(|process| process.2).sum();
    (of(&|process| process.0 == std::process::id()), of(&|process| process.1 == server))
}

fn rate(count: usize, took: Duration) -> u128 {
    u128::try_from(count).unwrap() * 1_000_000 / took.as_micros().max(1)
}

#[test]
#[ignore = "a measurement, not a check"]
fn steps_a_second() {
    let base = Base::on("2026-11-02");
    let pace = Pace::start(&base);
    let cases: Vec<Uuid> = (0..CASES).map(|_| base.receive("counter", day("2026-11-02"), None)).collect();
    pace.tell("opened", CASES);
    let pace = Pace::start(&base);
    for case in &cases {
        base.take::<RegisterCase>(*case, json!({}));
    }
    pace.tell("registered, with a number", CASES);
    for writers in [1, 4] {
        let pace = Pace::start(&base);
        thread::scope(|scope| {
            for mine in cases.chunks(CASES / writers) {
                let base = &base;
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        let handler = if round % 2 == 0 { HANDLER } else { OTHER_HANDLER };
                        for case in mine {
                            base.take::<AssignCase>(*case, json!({"department": DEPARTMENT, "handler": handler}));
                        }
                    }
                });
            }
        });
        pace.tell(&format!("assigned by {writers} at once"), CASES * ROUNDS);
    }
}

/// So many cases, all alike but for their ids and numbers; their trails are not copied.
pub fn multiply(base: &Base, case: Uuid, copies: usize) -> Vec<Uuid> {
    base.owner(&format!(
        "CREATE TABLE copies AS SELECT n, gen_random_uuid() AS id FROM generate_series(1, {copies}) n;
         INSERT INTO cases SELECT r.* FROM cases c, copies k, LATERAL jsonb_populate_record(c, jsonb_build_object('id', k.id, 'case_number', 'n' || k.n,
                'state', jsonb_set(c.state, '{{registration,case_number}}', to_jsonb('n' || k.n)) || jsonb_build_object('id', k.id))) r WHERE c.id = '{case}';
         INSERT INTO duties SELECT r.* FROM duties d, copies k, LATERAL jsonb_populate_record(d, jsonb_build_object('case_id', k.id)) r WHERE d.case_id = '{case}';
         DROP TABLE copies; ANALYZE"
    ));
    cases::table.filter(cases::id.ne(case)).order(cases::id).select(cases::id).load(&mut base.owner_connection()).unwrap()
}

#[test]
#[ignore = "a measurement, not a check"]
fn cases_a_second() {
    let copies = std::env::var("CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let base = Base::on("2026-11-02");
    let case = base.receive("counter", day("2026-11-02"), None);
    base.take::<RegisterCase>(case, json!({}));
    base.take::<AssignCase>(case, json!({"department": DEPARTMENT, "handler": HANDLER}));
    let ids = multiply(&base, case, copies);
    let pace = Pace::start(&base);
    let recorded = act(&base, &ids, |_, now| vec![assigned(OTHER_HANDLER, now.today)]).unwrap();
    assert_eq!((recorded.written.len(), recorded.moved.len()), (ids.len(), 0));
    pace.tell("cases recorded", ids.len());
    let pace = Pace::start(&base);
    act(&base, &ids, |_, _| vec![]).unwrap();
    pace.tell("cases only read and decided", ids.len());
    // What a clerk feels meanwhile: each step on a case that the service has before it or behind it.
    let (stop, mut slowest, mut steps) = (AtomicBool::new(false), Duration::ZERO, 0);
    thread::scope(|scope| {
        let service = scope.spawn(|| {
            let recorded = act(&base, &ids, |_, now| vec![assigned(HANDLER, now.today)]).unwrap();
            stop.store(true, Ordering::SeqCst);
            recorded
        });
        while !stop.load(Ordering::SeqCst) {
            let start = Instant::now();
            let id = ids[(steps * 7919) % ids.len()];
            base.take::<AssignCase>(id, json!({"department": DEPARTMENT, "handler": CLERK}));
            slowest = slowest.max(start.elapsed());
            steps += 1;
        }
        let recorded = service.join().unwrap();
        let (written, moved) = (recorded.written.len(), recorded.moved.len());
        println!("beside a clerk: {written} written, {moved} left to try again; the clerk took {steps} steps, the slowest {slowest:?}");
    });
}
