//! Five weeks of a bureau, its reminders received by a real SMTP server, the service two real processes that are killed with SIGKILL again
//! and again: none missing, none early, none after closure, and only mails in flight at a kill repeat, with the same Message-ID.
//!
//! What the people received is read from the mails alone and compared with a count by hand. `KILLS=200 cargo test --test it killed` kills
//! as often as one likes; `KILL_SEED` gives other moments.

use super::base::{AGENCY, PEOPLE, at, day};
use super::bureau::{Bureau, Key, roll};
use super::service::{PUBLIC_URL, Service};
use crate::support::smtp::{Failure, Received, SmtpServer, Verb};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use foi_docket::db::schema::outbox;
use foi_docket::notify::recount::recount;
use foi_docket::rules::terms::DutyKind;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};
use uuid::Uuid;

const FROM: &str = "2026-08-25";
const UNTIL: &str = "2026-09-30";
/// The moments of a conversation at which a process is surely killed with a mail in its hand, in turn.
const VERBS: [Verb; 9] =
    [Verb::Accepted, Verb::Mail, Verb::Quit, Verb::Content, Verb::Accepted, Verb::Greeting, Verb::Rcpt, Verb::Data, Verb::Ehlo];
/// A kill by the stop-watch comes within so many microseconds of the order: while they sweep, or at any time of a round.
const WITHIN_MICROS: [usize; 2] = [20_000, 100_000];
/// So many cases end while the service is down.
const CLOSURES: usize = 8;
/// Nothing a process does takes longer.
const PATIENCE: Duration = Duration::from_mins(1);

/// What one line of a mail says to whom: case, duty, due date, working days left, mail box.
type Line = (Uuid, String, NaiveDate, i32, String);

enum News {
    /// This process has carried out its order, well or not.
    Done(usize, bool),
    /// A conversation has come to the moment ordered.
    Struck,
}

#[derive(Clone, Copy)]
enum Plan {
    Spare,
    /// One of them or both, after so long.
    After(Duration, Victims),
    /// Both, when a conversation comes to this moment.
    At(Verb),
    /// Both, while the database carries out this statement of the sweep.
    In(usize),
}

#[derive(Clone, Copy)]
enum Victims {
    One(usize),
    Both,
}

struct Ordeal {
    bureau: Bureau,
    server: SmtpServer,
    services: [Service; 2],
    news: (Sender<News>, Receiver<News>),
    started: usize,
    random: u64,
    turn: usize,
    kills_left: usize,
    last_sweep: NaiveDate,
    told: BTreeSet<Key>,
    expected: BTreeSet<Line>,
    /// Lines whose case was closed while nobody had been told yet.
    may_miss: BTreeSet<Line>,
    closed: BTreeMap<Uuid, usize>,
    /// Message-IDs, and how often a process died with that mail in its hand.
    in_flight: BTreeMap<String, usize>,
    count: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    kills: usize,
    by_stop_watch: usize,
    in_a_conversation: usize,
    with_a_mail_in_hand: usize,
    in_a_statement: usize,
    repeats: usize,
}

impl Ordeal {
    fn begin(kills: usize, seed: u64) -> Self {
        let (bureau, server, news) = (Bureau::open("2026-08-24", 11), SmtpServer::open(), channel());
        let bell = news.0.clone();
        // Nobody listens any more once the test is over.
        server.ring(move |_| drop(bell.send(News::Struck)));
        bureau.base.owner(
            "CREATE SEQUENCE held; CREATE TABLE held_at (n bigint); INSERT INTO held_at VALUES (0);
             CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
                 IF nextval('held') = (SELECT n FROM held_at) THEN PERFORM pg_sleep(60); END IF; RETURN NULL; END $$;
             CREATE TRIGGER hold AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION hold();
             CREATE TRIGGER hold AFTER INSERT ON reminders FOR EACH STATEMENT EXECUTE FUNCTION hold();
             CREATE TRIGGER hold AFTER INSERT ON sweeps FOR EACH STATEMENT EXECUTE FUNCTION hold();",
        );
        let mut started = 0;
        let services = [(); 2].map(|()| start(&bureau, &server, &news.0, &mut started));
        Self {
            bureau,
            server,
            services,
            news,
            started,
            random: seed,
            turn: 0,
            kills_left: kills,
            last_sweep: day("2026-08-24"),
            told: BTreeSet::new(),
            expected: BTreeSet::new(),
            may_miss: BTreeSet::new(),
            closed: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            count: Counts::default(),
        }
    }

    fn play(&mut self) {
        let days: Vec<NaiveDate> = day(FROM).iter_days().take_while(|today| *today <= day(UNTIL)).collect();
        let works = |bureau: &Bureau, today: NaiveDate| bureau.calendar.is_working_day(today);
        let mut rounds = 2 * days.iter().filter(|today| works(&self.bureau, **today)).count();
        for today in days {
            self.expect(today, at(today, 8, 30), None);
            let quota = if works(&self.bureau, today) { self.quota(&mut rounds) } else { 0 };
            self.round(at(today, 8, 30), quota);
            if works(&self.bureau, today) {
                self.last_sweep = today;
                self.bureau.base.clock.set(at(today, 10, 0));
                self.bureau.work(today);
                self.expect(today, at(today, 11, 0), Some(at(today, 10, 30)));
                let quota = self.quota(&mut rounds);
                self.round(at(today, 11, 0), quota);
            }
        }
    }

    /// So many kills are meant for the next round: spread over the month, and a dozen rounds kept for what comes too late to kill.
    fn quota(&mut self, rounds: &mut usize) -> usize {
        let left = rounds.saturating_sub(12).max(1);
        *rounds -= 1;
        self.kills_left / left + usize::from(roll(&mut self.random, left) < self.kills_left % left)
    }

    fn expect(&mut self, today: NaiveDate, now: DateTime<Utc>, moved_before: Option<DateTime<Utc>>) {
        self.bureau.base.clock.set(now);
        let since = if moved_before.is_some() { today } else { self.last_sweep };
        for key in self.bureau.owed(today, since, moved_before) {
            let (case, kind, _, due_on, _, recipient) = key.clone();
            if self.told.insert(key) {
                let left = self.bureau.count(today, due_on);
                let zh = DutyKind::from_code(&kind).unwrap().zh().to_owned();
                self.expected.insert((case, zh, due_on, left, mail_box(recipient)));
            }
        }
    }

    /// The workers are at one instant until all is done, however often they are killed.
    fn round(&mut self, now: DateTime<Utc>, mut quota: usize) {
        loop {
            // Whoever was started anew is ready.
            self.watch(Plan::Spare);
            let plan = if quota > 0 && self.kills_left > 0 { self.plan() } else { Plan::Spare };
            if let Plan::At(verb) = plan {
                self.server.fail(verb, Failure::Stall);
            }
            if let Plan::In(n) = plan {
                self.bureau.base.owner(&format!("SELECT setval('held', 1, false); UPDATE held_at SET n = {n}"));
            }
            for service in &mut self.services {
                service.tick(now);
            }
            let (killed, well) = self.watch(plan);
            self.server.calm();
            if matches!(plan, Plan::In(_)) {
                self.bureau.base.owner("UPDATE held_at SET n = 0");
            }
            if killed == 0 {
                // Without a mail there is no conversation: that turn comes again.
                self.turn -= usize::from(matches!(plan, Plan::At(_)));
                assert!(well && self.waiting().is_empty(), "a round without a kill does all there is to do: {:?}", self.waiting());
                return;
            }
            quota = quota.saturating_sub(killed);
            self.kills_left = self.kills_left.saturating_sub(killed);
            self.count.kills += killed;
            self.bury();
            // Not of a mail that must come again because nobody heard that it was taken.
            if self.closed.len() < CLOSURES && !matches!(plan, Plan::At(_)) {
                self.close_one();
            }
        }
    }

    /// In turn at a moment of a conversation, in a statement of the sweep, and by the stop-watch.
    fn plan(&mut self) -> Plan {
        self.turn += 1;
        match self.turn % 3 {
            1 => return Plan::At(VERBS[self.count.in_a_conversation % VERBS.len()]),
            2 => return Plan::In(1 + roll(&mut self.random, 6)),
            _ => {}
        }
        let within = WITHIN_MICROS[roll(&mut self.random, WITHIN_MICROS.len())];
        let after = Duration::from_micros(u64::try_from(roll(&mut self.random, within)).unwrap());
        let one = roll(&mut self.random, 4);
        Plan::After(after, if one < 2 { Victims::One(one) } else { Victims::Both })
    }

    /// Waits until both have carried out the order or are dead; how many are dead, and whether the others did well.
    fn watch(&mut self, plan: Plan) -> (usize, bool) {
        let (begun, mut plan, mut killed, mut well) = (Instant::now(), plan, 0, true);
        while self.services.iter().any(|service| service.busy) {
            let wait = match plan {
                Plan::After(after, _) => after.saturating_sub(begun.elapsed()),
                Plan::In(_) => Duration::from_millis(5),
                Plan::At(_) | Plan::Spare => PATIENCE,
            };
            let victims = match (self.news.1.recv_timeout(wait), plan) {
                (Ok(News::Done(id, good)), _) => {
                    for service in self.services.iter_mut().filter(|service| service.name == name(id)) {
                        (service.busy, well) = (false, well && good);
                    }
                    continue;
                }
                (Ok(News::Struck), Plan::At(_)) => {
                    self.count.in_a_conversation += 1;
                    Victims::Both
                }
                (Ok(News::Struck), _) => continue,
                (Err(RecvTimeoutError::Timeout), Plan::After(_, victims)) => victims,
                (Err(RecvTimeoutError::Timeout), Plan::In(_)) if begun.elapsed() < PATIENCE => {
                    if self.bureau.sleepers("count(*)") == 0 {
                        continue;
                    }
                    self.count.in_a_statement += 1;
                    Victims::Both
                }
                (Err(error), _) => panic!("a process neither works nor answers: {error}"),
            };
            for (n, service) in self.services.iter_mut().enumerate() {
                let meant = match victims {
                    Victims::Both => true,
                    Victims::One(one) => one == n,
                };
                if meant && service.busy {
                    service.kill();
                    service.busy = false;
                    killed += 1;
                    self.count.by_stop_watch += usize::from(matches!(plan, Plan::After(..)));
                    let dead = service.name.clone();
                    *service = start(&self.bureau, &self.server, &self.news.0, &mut self.started);
                    // The database would finish what the dead asked for; here the machine dies with them.
                    self.bureau.sleepers("count(pg_terminate_backend(pid))");
                    self.bureau.forgotten(&dead);
                }
            }
            plan = Plan::Spare;
        }
        (killed, well)
    }

    /// Everybody has stopped: a lease that is still held was a dead process's. Its three minutes pass.
    fn bury(&mut self) {
        let mut conn = self.bureau.base.owner_connection();
        let held: Vec<String> = outbox::table
            .filter(outbox::state.eq("waiting"))
            .filter(outbox::lease_token.is_not_null())
            .select(outbox::message_id)
            .load(&mut conn)
            .unwrap();
        self.count.with_a_mail_in_hand += held.len();
        for id in held {
            *self.in_flight.entry(format!("<{id}>")).or_default() += 1;
        }
        self.bureau.base.owner("UPDATE outbox SET lease_until = now() - interval '1 second' WHERE lease_token IS NOT NULL");
    }

    /// While the service is down a case ends of which somebody has yet to be told.
    fn close_one(&mut self) {
        let received = self.server.received();
        let heard: BTreeSet<Line> = received.iter().flat_map(lines).collect();
        let unheard: Vec<Line> = self.expected.difference(&heard).filter(|line| !self.closed.contains_key(&line.0)).cloned().collect();
        let Some(place) = self.bureau.registered.iter().position(|case| unheard.iter().any(|line| line.0 == *case)) else { return };
        let case = self.bureau.registered.swap_remove(place);
        self.may_miss.extend(unheard.into_iter().filter(|line| line.0 == case));
        self.bureau.base.void(case);
        self.closed.insert(case, received.len());
    }

    fn waiting(&self) -> Vec<String> {
        let rows = outbox::table.filter(outbox::state.eq("waiting")).select(outbox::message_id);
        rows.load(&mut self.bureau.base.owner_connection()).unwrap()
    }

    /// The mails alone, against the count by hand.
    fn judge(&mut self) {
        let received = self.server.received();
        let mut copies: BTreeMap<String, Vec<&Received>> = BTreeMap::new();
        for (n, mail) in received.iter().enumerate() {
            let about = lines(mail);
            let closed_before = |line: &Line| self.closed.get(&line.0).is_some_and(|at| *at <= n);
            assert!(!about.iter().all(closed_before), "after closure: {about:?}");
            copies.entry(mail.mail.header("Message-ID")).or_default().push(mail);
        }
        let mut heard: BTreeMap<Line, usize> = BTreeMap::new();
        for (id, copies) in &copies {
            assert!(copies.iter().all(|copy| copy.raw == copies[0].raw && copy.to == copies[0].to), "{id} is not the same mail");
            let deaths = self.in_flight.get(id).copied().unwrap_or_default();
            assert!(copies.len() - 1 <= deaths, "{id} came {} times, and {deaths} died with it in hand", copies.len());
            self.count.repeats += copies.len() - 1;
            for line in lines(copies[0]) {
                *heard.entry(line).or_default() += 1;
            }
        }
        let twice: Vec<_> = heard.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "told twice: {twice:#?}");
        let heard: BTreeSet<Line> = heard.into_keys().collect();
        assert_eq!(heard.difference(&self.expected).collect::<Vec<_>>(), Vec::<&Line>::new(), "early, late or to the wrong person");
        let missing: Vec<_> = self.expected.difference(&heard).filter(|line| !self.may_miss.contains(line)).collect();
        assert!(missing.is_empty(), "missing: {missing:#?}");
        assert!(heard.len() > 200, "{} lines", heard.len());
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

impl Bureau {
    /// Counts, or ends, what sleeps in the middle of a statement.
    fn sleepers(&self, what: &str) -> i64 {
        let ask = format!("SELECT {what} AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'");
        diesel::sql_query(ask).get_result::<Count>(&mut self.base.owner_connection()).unwrap().n
    }

    /// Waits until the database has noticed that a process is dead: what it had sent off before may still be carried out.
    fn forgotten(&self, name: &str) {
        let (mut conn, begun) = (self.base.owner_connection(), Instant::now());
        let ask = diesel::sql_query("SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = $1").bind::<Text, _>(name);
        while ask.clone().get_result::<Count>(&mut conn).unwrap().n > 0 {
            assert!(begun.elapsed() < PATIENCE, "{name} haunts the database");
        }
    }
}

fn name(id: usize) -> String {
    format!("worker-{id}")
}

fn start(bureau: &Bureau, server: &SmtpServer, news: &Sender<News>, started: &mut usize) -> Service {
    *started += 1;
    let (id, news) = (*started, news.clone());
    // Nobody listens any more once the test is over.
    Service::start(name(id), (&bureau.base.service_url(&name(id)), &server.url()), move |well| drop(news.send(News::Done(id, well))))
}

fn mail_box(account: Uuid) -> String {
    format!("{}@bureau.example", PEOPLE.iter().find(|(id, ..)| *id == account).unwrap().1)
}

/// The lines of a mail, as its reader understands them.
fn lines(received: &Received) -> Vec<Line> {
    let after = |text: &str, mark: &str| text.split_once(mark).map(|(_, rest)| rest.to_owned());
    let mut found = Vec::new();
    let (mut duty, mut due) = (None, None);
    for text in received.mail.body.lines() {
        if let Some(named) = text.strip_prefix("办理事项：") {
            duty = Some(named.to_owned());
        } else if let Some(date) = text.strip_prefix("到期日期：") {
            let numbers: Vec<u32> = date.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
            let on = NaiveDate::from_ymd_opt(i32::try_from(numbers[0]).unwrap(), numbers[1], numbers[2]).unwrap();
            let left = numbers.get(3).map_or(0, |n| i32::try_from(*n).unwrap());
            due = Some((on, if date.contains("已逾期") { -left } else { left }));
        } else if let Some(case) = after(text, &format!("{PUBLIC_URL}/api/v1/cases/")) {
            let (due_on, left) = due.take().unwrap();
            found.push((case.parse().unwrap(), duty.take().unwrap(), due_on, left, received.to[0].clone()));
        }
    }
    assert!(!found.is_empty(), "{}", received.mail.body);
    found
}

fn from_environment(name: &str) -> Option<usize> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[test]
fn reminders_outlive_a_service_that_is_killed_again_and_again() {
    let kills = from_environment("KILLS").unwrap_or(40);
    let seed = from_environment("KILL_SEED").unwrap_or(5);
    println!("KILL_SEED={seed} KILLS={kills}");
    let mut ordeal = Ordeal::begin(kills, u64::try_from(seed).unwrap());
    ordeal.play();
    ordeal.judge();
    let count = &ordeal.count;
    println!("{count:?}, {} mails, {} lines, {} cases closed", ordeal.server.received().len(), ordeal.expected.len(), ordeal.closed.len());
    assert!(count.kills >= kills, "{count:?}");
    assert!(count.by_stop_watch > 0 && count.in_a_statement > 0 && !ordeal.closed.is_empty(), "{count:?}");
    let in_flight = count.in_a_conversation >= kills / 8 && count.with_a_mail_in_hand >= kills / 8;
    assert!(in_flight && count.repeats > 0, "too few kills met a mail in flight: {count:?}");
    let base = &ordeal.bureau.base;
    base.clock.set(at(day(UNTIL), 12, 0));
    assert_eq!(recount(&base.db, &base.office, AGENCY, day(FROM)..=day(UNTIL)).unwrap(), []);
    base.tell();
    let report = base.verify(AGENCY);
    assert!(report.is_clean(), "{:?}", report.findings);
}
