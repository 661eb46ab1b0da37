//! Two months of a bureau on the test clock, its reminders received by a real SMTP server: none missing, none early, each once; and with
//! every sweep killed between any two of its statements and the relay failing at every verb, still none missing.
//!
//! What must go out is counted here a third time, by hand, from the duties as they stand on each morning.

use super::base::{AGENCY, APPROVER, Base, CLERK, DEPARTMENT, HANDLER, OTHER_HANDLER, PEOPLE, SUPERVISOR, at, day};
use crate::support::smtp::{Failure, SmtpServer, Verb};
use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use foi_docket::db::schema::{accounts, duties, outbox, reminders};
use foi_docket::notify::mailer::Mailer;
use foi_docket::notify::outbox::send_due;
use foi_docket::notify::recount::{Alarm, recount};
use foi_docket::notify::reminders::{Sweep, Swept, sweep};
use foi_docket::rules::calendar::Calendar;
use foi_docket::steps::{handle::assign::AssignCase, receive::confirm::ConfirmReceipt, register::enter::RegisterCase};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

/// Case, kind, ordinal, due date, offset, recipient.
type Key = (Uuid, String, i32, NaiveDate, i32, Uuid);

/// Case, kind, ordinal.
type Duty = (Uuid, String, i32);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Weather {
    Fair,
    Foul,
}

/// The service stands still on these days.
const STANDSTILL: [&str; 3] = ["2026-09-08", "2026-09-09", "2026-09-10"];
/// The other handler leaves on this day.
const LEAVES: &str = "2026-09-18";

const VERBS: [Verb; 8] = [Verb::Greeting, Verb::Ehlo, Verb::Mail, Verb::Rcpt, Verb::Data, Verb::Content, Verb::Accepted, Verb::Quit];

struct Story {
    base: Base,
    server: SmtpServer,
    mailer: Mailer,
    weather: Weather,
    calendar: Calendar,
    random: u64,
    storms: u64,
    /// So often the relay was told to keep a mail and not to say so.
    unsaid: usize,
    unconfirmed: Vec<Uuid>,
    received: Vec<Uuid>,
    registered: Vec<Uuid>,
    last_sweep: NaiveDate,
    expected: BTreeSet<Key>,
    dropped: usize,
}

impl Story {
    fn begin(weather: Weather, today: &str) -> Self {
        let base = Base::on(today);
        base.owner(&format!(
            "INSERT INTO foi_office_heads (agency_id, id, account_id, deputy, from_on, until_on) VALUES ('{AGENCY}', gen_random_uuid(), '{APPROVER}', false, '2026-09-01', '2026-09-30'),
                 ('{AGENCY}', gen_random_uuid(), '{HANDLER}', false, '2026-10-01', NULL),
                 ('{AGENCY}', gen_random_uuid(), '{SUPERVISOR}', true, '2026-09-01', NULL);
             CREATE SEQUENCE chaos; CREATE TABLE chaos_at (n bigint); INSERT INTO chaos_at VALUES (0);
             CREATE FUNCTION chaos() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
                 IF nextval('chaos') = (SELECT n FROM chaos_at) THEN RAISE EXCEPTION 'killed here'; END IF; RETURN NULL; END $$;
             CREATE TRIGGER chaos AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION chaos();
             CREATE TRIGGER chaos AFTER INSERT ON reminders FOR EACH STATEMENT EXECUTE FUNCTION chaos();
             CREATE TRIGGER chaos AFTER INSERT ON sweeps FOR EACH STATEMENT EXECUTE FUNCTION chaos();"
        ));
        let server = SmtpServer::open();
        let mailer = Mailer::from_config(Some(&server.url()), "依申请公开办 <foi@bureau.example>", Path::new("/nonexistent")).unwrap();
        Self {
            base,
            server,
            mailer: mailer.with_timeout(Duration::from_secs(2)),
            weather,
            calendar: Calendar::from_json(1, super::base::CALENDAR).unwrap(),
            random: 7,
            storms: 7,
            unsaid: 0,
            unconfirmed: Vec::new(),
            received: Vec::new(),
            registered: Vec::new(),
            last_sweep: day(today),
            expected: BTreeSet::new(),
            dropped: 0,
        }
    }

    /// The same numbers in every run and in every weather.
    fn roll(&mut self, sides: usize) -> usize {
        roll(&mut self.random, sides)
    }

    fn pick(&mut self, from: fn(&mut Self) -> &mut Vec<Uuid>) -> Option<Uuid> {
        let len = from(self).len();
        if len == 0 {
            return None;
        }
        let index = self.roll(len);
        Some(from(self).swap_remove(index))
    }

    /// What people do in the course of a day.
    fn work(&mut self, today: NaiveDate) {
        for _ in 0..self.roll(4) {
            let arrival = today - Days::new(u64::try_from(self.roll(12)).unwrap());
            match self.roll(3) {
                0 => self.received.push(self.base.receive("counter", today, None)),
                1 => self.received.push(self.base.receive("ems", today, Some(arrival))),
                _ => self.unconfirmed.push(self.base.receive("email", today, None)),
            }
        }
        if self.roll(2) == 0
            && let Some(case) = self.pick(|story| &mut story.unconfirmed)
        {
            self.base.take::<ConfirmReceipt>(case, json!({"confirmed_on": today, "means": "telephone"}));
            self.received.push(case);
        }
        for _ in 0..self.roll(3) {
            if let Some(case) = self.pick(|story| &mut story.received) {
                self.base.take::<RegisterCase>(case, json!({}));
                self.registered.push(case);
                if self.roll(4) > 0 {
                    let other = self.roll(3) == 0 && today < day(LEAVES);
                    let handler = if other { OTHER_HANDLER } else { HANDLER };
                    self.base.take::<AssignCase>(case, json!({"department": DEPARTMENT, "handler": handler}));
                }
            }
        }
        if self.roll(4) == 0
            && let Some(case) = self.pick(|story| &mut story.registered)
        {
            self.base.void(case);
        }
        if today == day(LEAVES) {
            self.base.owner(&format!("UPDATE accounts SET active = false WHERE id = '{OTHER_HANDLER}'"));
        }
    }

    /// Working days from one day to another, one by one; negative backwards.
    fn count(&self, from: NaiveDate, to: NaiveDate) -> i32 {
        let days = from.min(to).iter_days().skip(1).take_while(|day| *day <= from.max(to));
        let n = days.filter(|day| self.calendar.is_working_day(*day)).fold(0, |n, _| n + 1);
        if to < from { -n } else { n }
    }

    /// What this morning's sweep must write, by hand.
    fn expect(&mut self, today: NaiveDate) {
        if !self.calendar.is_working_day(today) {
            return;
        }
        let mut conn = self.base.owner_connection();
        let active: Vec<Uuid> = accounts::table.filter(accounts::active).select(accounts::id).load(&mut conn).unwrap();
        let owed: Vec<(Uuid, String, i32, NaiveDate, Option<Uuid>)> = duties::table
            .filter(duties::open)
            .filter(duties::owed_by.eq("agency"))
            .select((duties::case_id, duties::kind, duties::ordinal, duties::due_on, duties::handler_id))
            .load(&mut conn)
            .unwrap();
        let superior = match today {
            on if on < day("2026-09-01") => SUPERVISOR,
            on if on < day("2026-10-01") => APPROVER,
            _ => HANDLER,
        };
        for (case, kind, ordinal, due_on, handler) in owed {
            let before_a_handler = kind == "register" || kind == "confirm_receipt";
            let owner = handler.filter(|id| !before_a_handler && active.contains(id)).unwrap_or(CLERK);
            for on in self.last_sweep.iter_days().skip(1).take_while(|on| *on <= today) {
                let n = self.count(on, due_on);
                if !self.calendar.is_working_day(on) || (n >= 0 && ![0, 1, 3, 5, 10].contains(&n)) {
                    continue;
                }
                self.expected.insert((case, kind.clone(), ordinal, due_on, n, owner));
                if n < 0 {
                    self.expected.insert((case, kind.clone(), ordinal, due_on, n, superior));
                }
            }
        }
    }

    fn sweep(&mut self, today: NaiveDate) {
        let day_before = self.last_sweep;
        self.expect(today);
        let sweep_it = |story: &Self| {
            let how = Sweep { today, public_url: "http://127.0.0.1:8080", domain: story.mailer.domain() };
            sweep(&story.base.db, &story.base.office, AGENCY, &how)
        };
        let mut kill_at = 0;
        loop {
            if self.weather == Weather::Foul {
                kill_at += 1;
            }
            self.base.owner(&format!("SELECT setval('chaos', 1, false); UPDATE chaos_at SET n = {kill_at}"));
            match sweep_it(self) {
                Ok(_) => break,
                Err(error) => assert!(error.to_string().contains("killed here"), "{error}"),
            }
        }
        assert_eq!(sweep_it(self).unwrap(), Swept::default(), "a second sweep writes nothing");
        if self.calendar.is_working_day(today) {
            self.last_sweep = today;
            self.digests(today, self.count(day_before, today) > 1);
        }
    }

    /// More than three lines for a person are one mail, and so are more than one after a standstill.
    fn digests(&self, today: NaiveDate, catching_up: bool) {
        let rows: Vec<(Uuid, Uuid, Uuid, String, i32)> = reminders::table
            .inner_join(outbox::table.on(outbox::id.eq(reminders::outbox_id)))
            .filter(outbox::created_at.ge(at(today, 8, 0)))
            .select((reminders::recipient_id, outbox::id, reminders::case_id, reminders::duty_kind, reminders::duty_ordinal))
            .load(&mut self.base.owner_connection())
            .unwrap();
        let mut people: BTreeMap<Uuid, (BTreeSet<Uuid>, BTreeSet<Duty>)> = BTreeMap::new();
        for (person, mail, case, kind, ordinal) in rows {
            let (mails, lines) = people.entry(person).or_default();
            mails.insert(mail);
            lines.insert((case, kind, ordinal));
        }
        for (mails, lines) in people.values() {
            let one = lines.len() > 3 || catching_up;
            assert_eq!(mails.len(), if one { 1 } else { lines.len() }, "{today}");
        }
    }

    fn send(&mut self) {
        let moot: BTreeSet<Uuid> = diesel::sql_query(
            "SELECT id FROM outbox o WHERE state = 'waiting' AND NOT EXISTS (
                 SELECT FROM reminders r JOIN duties d ON d.case_id = r.case_id AND d.kind = r.duty_kind AND d.ordinal = r.duty_ordinal
                 WHERE r.outbox_id = o.id AND d.open AND d.due_on = r.due_on)",
        )
        .load::<Row>(&mut self.base.owner_connection())
        .unwrap()
        .into_iter()
        .map(|row| row.id)
        .collect();
        let before = self.states("resolved");
        self.storm();
        loop {
            send_due(&self.base.db, &self.mailer, &self.base.office, AGENCY).unwrap();
            if self.states("waiting").is_empty() {
                break;
            }
            self.base.owner("UPDATE outbox SET next_at = now() - interval '1 second' WHERE state = 'waiting'");
        }
        assert_eq!(&self.states("resolved") - &before, moot);
        self.dropped += moot.len();
    }

    /// Orders failures at every verb.
    fn storm(&mut self) {
        if self.weather == Weather::Fair {
            return;
        }
        for verb in VERBS {
            let failure = match roll(&mut self.storms, 80) {
                0 => Failure::Stall,
                n if n < 40 => Failure::Close,
                _ => Failure::Reply(451),
            };
            if roll(&mut self.storms, 2) == 0 {
                self.unsaid += usize::from(verb == Verb::Accepted);
                self.server.fail(verb, failure);
            }
        }
    }

    fn states(&self, state: &str) -> BTreeSet<Uuid> {
        let rows = outbox::table.filter(outbox::state.eq(state)).select(outbox::id);
        rows.load(&mut self.base.owner_connection()).unwrap().into_iter().collect()
    }

    fn alarms(&self, from: NaiveDate, until: NaiveDate) -> Vec<Alarm> {
        let all = recount(&self.base.db, &self.base.office, AGENCY, from..=until).unwrap();
        // A duty that was met during the standstill is never reminded of: that alarm is true.
        let stood_still = |alarm: &Alarm| matches!(alarm, Alarm::Missing { on, .. } if STANDSTILL.contains(&on.to_string().as_str()));
        all.into_iter().filter(|alarm| !stood_still(alarm)).collect()
    }

    fn play(&mut self, from: &str, until: &str) {
        for today in day(from).iter_days().take_while(|today| *today <= day(until)) {
            let stands_still = STANDSTILL.contains(&today.to_string().as_str());
            let in_the_evening = self.roll(4) == 0;
            if !stands_still {
                self.base.clock.set(at(today, 8, 30));
                self.sweep(today);
                if !in_the_evening {
                    self.send();
                }
                self.base.clock.set(at(today, 9, 30));
                assert_eq!(self.alarms(today.pred_opt().unwrap(), today), [], "{today}");
            }
            if self.calendar.is_working_day(today) {
                self.base.clock.set(at(today, 10, 0));
                self.work(today);
            }
            if !stands_still {
                self.base.clock.set(at(today, 17, 0));
                let late = self.alarms(today, today).into_iter().filter(|alarm| matches!(alarm, Alarm::Unsent { .. })).count();
                assert_eq!(late, self.states("waiting").len(), "a mail that waits is an alarm");
                self.send();
            }
        }
    }

    fn told(&self) -> BTreeSet<Key> {
        reminders::table
            .select((
                reminders::case_id,
                reminders::duty_kind,
                reminders::duty_ordinal,
                reminders::due_on,
                reminders::offset_days,
                reminders::recipient_id,
            ))
            .load(&mut self.base.owner_connection())
            .unwrap()
            .into_iter()
            .collect()
    }

    /// Every mail that was written and not dropped was received, by whom it is for, and says what its reminders are about.
    fn received_as_written(&self) -> BTreeMap<String, usize> {
        let written: Vec<(Uuid, Uuid, String)> = outbox::table
            .filter(outbox::state.eq("sent"))
            .select((outbox::id, outbox::recipient_id, outbox::message_id))
            .load(&mut self.base.owner_connection())
            .unwrap();
        let mut copies: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for received in self.server.received() {
            copies.entry(received.mail.header("Message-ID")).or_default().push(received);
        }
        let ids: BTreeSet<String> = written.iter().map(|(.., id)| format!("<{id}>")).collect();
        assert_eq!(ids, copies.keys().cloned().collect());
        for (mail, recipient, id) in written {
            let (copy, name) = (&copies[&format!("<{id}>")], PEOPLE.iter().find(|(id, ..)| *id == recipient).unwrap().1);
            assert!(copy.iter().all(|again| again.raw == copy[0].raw && again.to == [format!("{name}@bureau.example")]));
            let cases: Vec<Uuid> = reminders::table
                .filter(reminders::outbox_id.eq(mail))
                .select(reminders::case_id)
                .load(&mut self.base.owner_connection())
                .unwrap();
            let text = &copy[0].mail.body;
            assert!(cases.iter().all(|case| text.contains(&format!("http://127.0.0.1:8080/api/v1/cases/{case}"))), "{text}");
            assert!(text.contains("依据：《政府信息公开条例》第") && !text.contains("甲某"), "{text}");
        }
        copies.into_iter().map(|(id, copies)| (id, copies.len())).collect()
    }
}

fn roll(random: &mut u64, sides: usize) -> usize {
    *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from((*random >> 33) % u64::try_from(sides).unwrap()).unwrap()
}

fn play(weather: Weather) -> (Story, BTreeMap<String, usize>) {
    let mut story = Story::begin(weather, "2026-08-24");
    story.play("2026-08-25", "2026-10-20");
    let (told, expected) = (story.told(), &story.expected);
    assert_eq!(told.difference(expected).collect::<Vec<_>>(), Vec::<&Key>::new(), "early, or to the wrong person");
    assert_eq!(expected.difference(&told).collect::<Vec<_>>(), Vec::<&Key>::new(), "missing");
    assert!(told.len() > 200 && told.iter().any(|key| key.4 < -3) && told.iter().any(|key| key.4 == 10), "{} reminders", told.len());
    assert!(story.dropped > 0, "some duties were met before their mail went out");
    let copies = story.received_as_written();
    assert_eq!(story.alarms(day("2026-08-25"), day("2026-10-20")), []);
    story.base.tell();
    let report = story.base.verify(AGENCY);
    assert!(report.is_clean(), "{:?}", report.findings);
    (story, copies)
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[test]
fn two_months_of_reminders_none_missing_none_early_each_once() {
    let (story, copies) = play(Weather::Fair);
    assert!(copies.values().all(|copies| *copies == 1), "each mail once");

    // The recount is no rubber stamp.
    let (from, until) = (day("2026-09-11"), day("2026-10-20"));
    let key = "(case_id, duty_kind, duty_ordinal, due_on, offset_days)";
    story.base.owner(&format!(
        "CREATE TABLE gone AS SELECT DISTINCT ON (r.case_id) r.case_id, duty_kind, duty_ordinal, r.due_on, offset_days
             FROM reminders r JOIN duties d ON d.case_id = r.case_id AND d.kind = r.duty_kind AND d.open AND d.due_on = r.due_on
             JOIN outbox o ON o.id = r.outbox_id WHERE o.created_at >= '2026-09-14' ORDER BY r.case_id, offset_days;
         DELETE FROM reminders WHERE {key} IN (SELECT * FROM gone)"
    ));
    let gone: i64 = diesel::sql_query("SELECT count(*) AS n FROM gone").get_result::<Count>(&mut story.base.owner_connection()).unwrap().n;
    let missing = story.alarms(from, until);
    assert!(gone > 0 && missing.iter().all(|alarm| matches!(alarm, Alarm::Missing { .. })), "{missing:?}");
    assert_eq!(missing.len(), usize::try_from(gone).unwrap(), "{missing:?}");
    story.base.owner("UPDATE outbox SET created_at = created_at - interval '1 day' WHERE created_at >= '2026-10-20'");
    assert!(story.alarms(from, until).iter().any(|alarm| matches!(alarm, Alarm::Early { .. })));
}

#[test]
fn killed_again_and_again_and_with_a_failing_relay_none_is_missing() {
    let (story, copies) = play(Weather::Foul);
    let repeats: usize = copies.values().map(|copies| copies - 1).sum();
    assert!(repeats > 0 && repeats <= story.unsaid, "only a mail whose acceptance was not heard repeats: {repeats} of {}", story.unsaid);
}
