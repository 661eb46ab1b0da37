//! Two months of a bureau on the test clock, its reminders received by a real SMTP server: none missing, none early, each once; and with
//! every sweep killed between any two of its statements and the relay failing at every verb, still none missing.
//!
//! What must go out is counted here a third time, by hand, from the duties as they stand on each morning.

use super::base::{AGENCY, PEOPLE, at, day};
use super::bureau::{Bureau, Key, roll};
use crate::support::smtp::{Failure, SmtpServer, Verb};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use foi_docket::case::journal::JournalError;
use foi_docket::case::office::Office;
use foi_docket::db::pool::Db;
use foi_docket::db::schema::{outbox, reminders};
use foi_docket::notify::mailer::Mailer;
use foi_docket::notify::outbox::send_due;
use foi_docket::notify::recount::{Alarm, recount};
use foi_docket::notify::reminders::{Sweep, Swept, look_again, sweep};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

/// Case, kind, ordinal.
type Duty = (Uuid, String, i32);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Weather {
    Fair,
    Foul,
}

/// The service stands still on these days.
const STANDSTILL: [&str; 3] = ["2026-09-08", "2026-09-09", "2026-09-10"];

const VERBS: [Verb; 8] = [Verb::Greeting, Verb::Ehlo, Verb::Mail, Verb::Rcpt, Verb::Data, Verb::Content, Verb::Accepted, Verb::Quit];

struct Story {
    bureau: Bureau,
    server: SmtpServer,
    mailer: Mailer,
    weather: Weather,
    storms: u64,
    /// So often the relay was told to keep a mail and not to say so.
    unsaid: usize,
    last_sweep: NaiveDate,
    expected: BTreeSet<Key>,
    dropped: usize,
    /// So many reminders had to be found in the course of a day.
    late: usize,
}

impl Story {
    fn begin(weather: Weather, today: &str) -> Self {
        let bureau = Bureau::open(today, 7);
        bureau.base.owner(
            "CREATE SEQUENCE chaos; CREATE TABLE chaos_at (n bigint); INSERT INTO chaos_at VALUES (0);
             CREATE FUNCTION chaos() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
                 IF nextval('chaos') = (SELECT n FROM chaos_at) THEN RAISE EXCEPTION 'killed here'; END IF; RETURN NULL; END $$;
             CREATE TRIGGER chaos AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION chaos();
             CREATE TRIGGER chaos AFTER INSERT ON reminders FOR EACH STATEMENT EXECUTE FUNCTION chaos();
             CREATE TRIGGER chaos AFTER INSERT ON sweeps FOR EACH STATEMENT EXECUTE FUNCTION chaos();",
        );
        let server = SmtpServer::open();
        let mailer = Mailer::from_config(Some(&server.url()), "依申请公开办 <foi@bureau.example>", Path::new("/nonexistent")).unwrap();
        Self {
            bureau,
            server,
            mailer: mailer.with_timeout(Duration::from_secs(2)),
            weather,
            storms: 7,
            unsaid: 0,
            last_sweep: day(today),
            expected: BTreeSet::new(),
            dropped: 0,
            late: 0,
        }
    }

    fn sweep(&mut self, today: NaiveDate) {
        let day_before = self.last_sweep;
        self.expected.extend(self.bureau.owed(today, day_before, None));
        self.look(today, sweep);
        if self.bureau.calendar.is_working_day(today) {
            self.last_sweep = today;
            self.digests(at(today, 8, 30), self.bureau.count(day_before, today) > 1);
        }
    }

    /// Half an hour after the people were at it.
    fn look_again(&mut self, today: NaiveDate) {
        let expected = self.bureau.owed(today, today, Some(at(today, 10, 30)));
        self.late += expected.difference(&self.expected).count();
        self.expected.extend(expected);
        let unmoved = |db: &Db, office: &Office, agency: Uuid, how: &Sweep<'_>| look_again(db, office, agency, how, at(today, 10, 30));
        assert_eq!(unmoved(&self.bureau.base.db, &self.bureau.base.office, AGENCY, &self.how(today)).unwrap(), Swept::default(), "quiet");
        self.look(today, |db, office, agency, how| look_again(db, office, agency, how, at(today, 11, 0)));
        self.digests(at(today, 11, 0), false);
    }

    fn how(&self, today: NaiveDate) -> Sweep<'_> {
        Sweep { today, public_url: "http://127.0.0.1:8080", domain: self.mailer.domain() }
    }

    /// Killed between any two of its statements, until it comes through.
    fn look(&self, today: NaiveDate, look: impl Fn(&Db, &Office, Uuid, &Sweep<'_>) -> Result<Swept, JournalError>) {
        let (db, office, how) = (&self.bureau.base.db, &self.bureau.base.office, self.how(today));
        let (mut kill_at, mut owner) = (0, self.bureau.base.owner_connection());
        loop {
            if self.weather == Weather::Foul {
                kill_at += 1;
            }
            owner.batch_execute(&format!("SELECT setval('chaos', 1, false); UPDATE chaos_at SET n = {kill_at}")).unwrap();
            match look(db, office, AGENCY, &how) {
                Ok(_) => break,
                Err(error) => assert!(error.to_string().contains("killed here"), "{error}"),
            }
        }
        assert_eq!(look(db, office, AGENCY, &how).unwrap(), Swept::default(), "a second look writes nothing");
    }

    /// More than three lines for a person are one mail, and so are more than one after a standstill.
    fn digests(&self, written_at: DateTime<Utc>, catching_up: bool) {
        let rows: Vec<(Uuid, Uuid, Uuid, String, i32)> = reminders::table
            .inner_join(outbox::table.on(outbox::id.eq(reminders::outbox_id)))
            .filter(outbox::created_at.ge(written_at))
            .select((reminders::recipient_id, outbox::id, reminders::case_id, reminders::duty_kind, reminders::duty_ordinal))
            .load(&mut self.bureau.base.owner_connection())
            .unwrap();
        let mut people: BTreeMap<Uuid, (BTreeSet<Uuid>, BTreeSet<Duty>)> = BTreeMap::new();
        for (person, mail, case, kind, ordinal) in rows {
            let (mails, lines) = people.entry(person).or_default();
            mails.insert(mail);
            lines.insert((case, kind, ordinal));
        }
        for (mails, lines) in people.values() {
            let one = lines.len() > 3 || catching_up;
            assert_eq!(mails.len(), if one { 1 } else { lines.len() }, "{written_at}");
        }
    }

    fn send(&mut self) {
        let moot: BTreeSet<Uuid> = diesel::sql_query(
            "SELECT id FROM outbox o WHERE state = 'waiting' AND NOT EXISTS (
                 SELECT FROM reminders r JOIN duties d ON d.case_id = r.case_id AND d.kind = r.duty_kind AND d.ordinal = r.duty_ordinal
                 WHERE r.outbox_id = o.id AND d.open AND d.due_on = r.due_on)",
        )
        .load::<Row>(&mut self.bureau.base.owner_connection())
        .unwrap()
        .into_iter()
        .map(|row| row.id)
        .collect();
        let before = self.states("resolved");
        self.storm();
        loop {
            send_due(&self.bureau.base.db, &self.mailer, &self.bureau.base.office, AGENCY).unwrap();
            if self.states("waiting").is_empty() {
                break;
            }
            self.bureau.base.owner("UPDATE outbox SET next_at = now() - interval '1 second' WHERE state = 'waiting'");
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
        rows.load(&mut self.bureau.base.owner_connection()).unwrap().into_iter().collect()
    }

    fn alarms(&self, from: NaiveDate, until: NaiveDate) -> Vec<Alarm> {
        let all = recount(&self.bureau.base.db, &self.bureau.base.office, AGENCY, from..=until).unwrap();
        // A duty that was met during the standstill is never reminded of: that alarm is true.
        let stood_still = |alarm: &Alarm| matches!(alarm, Alarm::Missing { on, .. } if STANDSTILL.contains(&on.to_string().as_str()));
        all.into_iter().filter(|alarm| !stood_still(alarm)).collect()
    }

    fn play(&mut self, from: &str, until: &str) {
        for today in day(from).iter_days().take_while(|today| *today <= day(until)) {
            let stands_still = STANDSTILL.contains(&today.to_string().as_str());
            let in_the_evening = self.bureau.roll(4) == 0;
            if !stands_still {
                self.bureau.base.clock.set(at(today, 8, 30));
                self.sweep(today);
                if !in_the_evening {
                    self.send();
                }
                self.bureau.base.clock.set(at(today, 9, 30));
                assert_eq!(self.alarms(today.pred_opt().unwrap(), today), [], "{today}");
            }
            if self.bureau.calendar.is_working_day(today) {
                self.bureau.base.clock.set(at(today, 10, 0));
                self.bureau.work(today);
                if !stands_still {
                    self.bureau.base.clock.set(at(today, 11, 0));
                    self.look_again(today);
                }
            }
            if !stands_still {
                self.bureau.base.clock.set(at(today, 17, 0));
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
            .load(&mut self.bureau.base.owner_connection())
            .unwrap()
            .into_iter()
            .collect()
    }

    /// Every mail that was written and not dropped was received, by whom it is for, and says what its reminders are about.
    fn received_as_written(&self) -> BTreeMap<String, usize> {
        // A mail that the relay had taken when the sending was cut off, and whose duty was met before the next try, went out once too.
        let written: Vec<(Uuid, Uuid, String, String)> = outbox::table
            .filter(outbox::state.eq("sent").or(outbox::attempts.gt(0)))
            .select((outbox::id, outbox::recipient_id, outbox::message_id, outbox::state))
            .load(&mut self.bureau.base.owner_connection())
            .unwrap();
        let mut copies: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for received in self.server.received() {
            copies.entry(received.mail.header("Message-ID")).or_default().push(received);
        }
        let received: BTreeSet<String> = copies.keys().cloned().collect();
        let ids = |fits: fn(&str) -> bool| -> BTreeSet<String> {
            written.iter().filter(|(.., state)| fits(state)).map(|(.., id, _)| format!("<{id}>")).collect()
        };
        assert_eq!(ids(|state| state == "sent").difference(&received).collect::<Vec<_>>(), Vec::<&String>::new(), "sent, not received");
        assert_eq!(received.difference(&ids(|_| true)).collect::<Vec<_>>(), Vec::<&String>::new(), "received, never tried");
        for (mail, recipient, id, _) in written {
            let Some(copy) = copies.get(&format!("<{id}>")) else { continue };
            let name = PEOPLE.iter().find(|(id, ..)| *id == recipient).unwrap().1;
            assert!(copy.iter().all(|again| again.raw == copy[0].raw && again.to == [format!("{name}@bureau.example")]));
            let cases: Vec<Uuid> = reminders::table
                .filter(reminders::outbox_id.eq(mail))
                .select(reminders::case_id)
                .load(&mut self.bureau.base.owner_connection())
                .unwrap();
            let text = &copy[0].mail.body;
            assert!(cases.iter().all(|case| text.contains(&format!("http://127.0.0.1:8080/api/v1/cases/{case}"))), "{text}");
            assert!(text.contains("依据：《政府信息公开条例》第") && !text.contains("甲某"), "{text}");
        }
        copies.into_iter().map(|(id, copies)| (id, copies.len())).collect()
    }
}

fn play(weather: Weather) -> (Story, BTreeMap<String, usize>) {
    let mut story = Story::begin(weather, "2026-08-24");
    story.play("2026-08-25", "2026-10-20");
    let (told, expected) = (story.told(), &story.expected);
    assert_eq!(told.difference(expected).collect::<Vec<_>>(), Vec::<&Key>::new(), "early, or to the wrong person");
    assert_eq!(expected.difference(&told).collect::<Vec<_>>(), Vec::<&Key>::new(), "missing");
    assert!(told.len() > 200 && told.iter().any(|key| key.4 < -3) && told.iter().any(|key| key.4 == 10), "{} reminders", told.len());
    assert!(story.late > 0, "some duties arose on a day on which they had to be reminded of");
    assert!(story.dropped > 0, "some duties were met before their mail went out");
    let copies = story.received_as_written();
    assert_eq!(story.alarms(day("2026-08-25"), day("2026-10-20")), []);
    story.bureau.base.tell();
    let report = story.bureau.base.verify(AGENCY);
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

    // The recount is no rubber stamp. In the evening it also knows what the day brought.
    story.bureau.base.clock.set(at(day("2026-10-20"), 18, 0));
    let (from, until) = (day("2026-09-11"), day("2026-10-20"));
    let key = "(case_id, duty_kind, duty_ordinal, due_on, offset_days)";
    story.bureau.base.owner(&format!(
        "CREATE TABLE gone AS SELECT DISTINCT ON (r.case_id) r.case_id, duty_kind, duty_ordinal, r.due_on, offset_days
             FROM reminders r JOIN duties d ON d.case_id = r.case_id AND d.kind = r.duty_kind AND d.open AND d.due_on = r.due_on
             JOIN outbox o ON o.id = r.outbox_id WHERE o.created_at >= '2026-09-14' ORDER BY r.case_id, offset_days;
         DELETE FROM reminders WHERE {key} IN (SELECT * FROM gone)"
    ));
    let gone: i64 =
        diesel::sql_query("SELECT count(*) AS n FROM gone").get_result::<Count>(&mut story.bureau.base.owner_connection()).unwrap().n;
    let missing = story.alarms(from, until);
    assert!(gone > 0 && missing.iter().all(|alarm| matches!(alarm, Alarm::Missing { .. })), "{missing:?}");
    assert_eq!(missing.len(), usize::try_from(gone).unwrap(), "{missing:?}");
    story.bureau.base.owner("UPDATE outbox SET created_at = created_at - interval '1 day' WHERE created_at >= '2026-10-20'");
    assert!(story.alarms(from, until).iter().any(|alarm| matches!(alarm, Alarm::Early { .. })));
}

#[test]
fn killed_again_and_again_and_with_a_failing_relay_none_is_missing() {
    let (story, copies) = play(Weather::Foul);
    let repeats: usize = copies.values().map(|copies| copies - 1).sum();
    assert!(repeats > 0 && repeats <= story.unsaid, "only a mail whose acceptance was not heard repeats: {repeats} of {}", story.unsaid);
}
