//! Dates that move and terms that run out, without anybody's doing: the recount after a notice, and lapses after a standstill.

use super::base::{AGENCY, Base, CALENDAR, CITY, HANDLER, SUPERVISOR, day};
use super::pace::multiply;
use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use foi_docket::case::event::CaseEvent;
use foi_docket::case::model::{Awaiting, Case};
use foi_docket::case::replay::replay;
use foi_docket::case::trail;
use foi_docket::commands::calendar::load;
use foi_docket::db::schema::{calendar_editions, cases, duties, events, outbox, reminders};
use foi_docket::notify::mailer::Mailer;
use foi_docket::notify::outbox as outbox_worker;
use foi_docket::notify::reminders::{Sweep, sweep as sweep_reminders};
use foi_docket::people::calendar_proposals::decide;
use foi_docket::steps::handle::{assign::AssignCase, consult::OpenConsultation, correct::RequestCorrection};
use foi_docket::steps::mail::dispatch::DispatchLetter;
use foi_docket::steps::register::enter::RegisterCase;
use foi_docket::views::calendar_changes::preview;
use foi_docket::work::Stop;
use foi_docket::work::dates::{Swept, lapse, recount};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The notice of 2027 as a file would bring it, with rest days in May and October that no case here reaches.
fn notice(holidays: &[&str]) -> String {
    let far = ["2027-05-03", "2027-05-04", "2027-05-05", "2027-05-06", "2027-05-07", "2027-10-04", "2027-10-05", "2027-10-06"];
    let days: serde_json::Map<String, Value> = holidays.iter().chain(&far).map(|date| ((*date).to_owned(), json!("元旦"))).collect();
    json!({"region": "CN", "source": "test", "years": {"2027": {"notice": "国办发明电〔2026〕0号", "holidays": days, "working_weekends": {}}}})
        .to_string()
}

fn load_notice(base: &Base, holidays: &[&str]) -> Option<i32> {
    let loaded = load(&mut base.owner_connection(), &notice(holidays), base.clock.clone()).unwrap();
    assert!(loaded.proposal.is_none(), "a first notice waits for nobody");
    loaded.new.map(|new| new.calendar.edition())
}

/// A correction from the command line, which the supervisor approves.
fn correct_notice(base: &Base, holidays: &[&str]) -> Option<i32> {
    let loaded = load(&mut base.owner_connection(), &notice(holidays), base.clock.clone()).unwrap();
    assert!(loaded.new.is_none(), "a correction is only proposed");
    let (id, years) = loaded.proposal.unwrap();
    assert_eq!(years, [2027]);
    let verdict = serde_json::from_value(json!({"verdict": "approved"})).unwrap();
    let ask = Base::ask(SUPERVISOR, AGENCY);
    let decided = base.run(|conn| Ok(decide(conn, &base.office, &ask, (id, verdict)).unwrap())).unwrap();
    decided.edition
}

fn registered(base: &Base, on: &str) -> Uuid {
    let id = base.receive("counter", day(on), None);
    base.take::<RegisterCase>(id, json!({}));
    id
}

fn sweep(base: &Base) -> Swept {
    recount(&base.db, &base.office, AGENCY, &Stop::default()).unwrap()
}

/// Edition, due date and whether it is provisional, as lists show them.
fn row(base: &Base, case: Uuid) -> (i32, Option<NaiveDate>, bool) {
    cases::table
        .filter(cases::id.eq(case))
        .select((cases::calendar_edition, cases::due_on, cases::provisional))
        .first(&mut base.owner_connection())
        .unwrap()
}

fn happened(base: &Base, case: Uuid, kind: &str) -> Vec<CaseEvent> {
    let bodies: Vec<String> = events::table
        .filter(events::stream_id.eq(case))
        .filter(events::kind.eq(kind))
        .order(events::seq)
        .select(events::body)
        .load(&mut base.owner_connection())
        .unwrap();
    bodies.iter().map(|body| trail::read(body).unwrap().1).collect()
}

fn clean(base: &Base) {
    for agency in [AGENCY, CITY] {
        let report = base.verify(agency);
        assert!(report.is_clean(), "{:?}", report.findings);
    }
}

#[test]
fn a_notice_takes_every_open_case_over_once() {
    let base = Base::on("2026-12-21");
    base.tell();
    let (held, other) = (registered(&base, "2026-12-21"), registered(&base, "2026-12-21"));
    let voided = registered(&base, "2026-12-21");
    base.void(voided);
    assert_eq!(sweep(&base), Swept::default(), "they rest on the newest edition");
    assert_eq!(row(&base, held), (1, Some(day("2027-01-19")), true));
    assert_eq!(load_notice(&base, &["2027-01-01", "2027-01-04"]), Some(2));
    assert_eq!(load_notice(&base, &["2027-01-01", "2027-01-04"]), None, "the same notice makes no edition");
    clean(&base);

    let mut clerk = base.owner_connection();
    clerk.batch_execute(&format!("BEGIN; SELECT FROM cases WHERE id = '{held}' FOR UPDATE")).unwrap();
    assert_eq!(sweep(&base), Swept { written: 1, left: 1, broken: 0 }, "nobody is waited for");
    clerk.batch_execute("COMMIT").unwrap();
    assert_eq!(sweep(&base), Swept { written: 1, left: 0, broken: 0 });
    for case in [held, other] {
        assert_eq!(row(&base, case), (2, Some(day("2027-01-20")), false));
        let told = happened(&base, case, "dates_recounted");
        let [CaseEvent::DatesRecounted { calendar: 2, moved, .. }] = told.as_slice() else { panic!("{told:?}") };
        let reply = moved.iter().find(|moved| moved.kind.code() == "reply").unwrap();
        assert_eq!((reply.old_on, reply.new_on, reply.provisional), (Some(day("2027-01-19")), Some(day("2027-01-20")), false));
    }
    assert_eq!(row(&base, voided).0, 1);
    let before: Case = base.run(|conn| Ok(replay(conn, AGENCY, other, Some(2))?.unwrap())).unwrap();
    assert_eq!(before.pins.calendar, 1, "as it was known then");
    assert_eq!(sweep(&base), Swept::default());
    clean(&base);
}

#[test]
fn a_notice_is_corrected_and_corrected_back() {
    let base = Base::on("2026-12-21");
    base.tell();
    let case = registered(&base, "2026-12-21");
    for (n, (holidays, due_on)) in [
        (vec!["2027-01-01", "2027-01-04"], "2027-01-20"),
        (vec!["2027-01-01"], "2027-01-19"),
        (vec!["2027-01-01", "2027-01-04"], "2027-01-20"),
    ]
    .into_iter()
    .enumerate()
    {
        let edition = i32::try_from(n).unwrap() + 2;
        let load = if n == 0 { load_notice } else { correct_notice };
        assert_eq!(load(&base, &holidays), Some(edition));
        assert_eq!(sweep(&base).written, 1);
        assert_eq!(row(&base, case), (edition, Some(day(due_on)), false));
        clean(&base);
    }
    let stored: Vec<Vec<u8>> = calendar_editions::table
        .order(calendar_editions::edition)
        .select(calendar_editions::sha256)
        .load(&mut base.owner_connection())
        .unwrap();
    assert_eq!(stored[1], stored[3], "the same notices have the same bytes");
}

#[test]
fn what_the_program_brings_does_not_undo_what_an_office_loaded() {
    let base = Base::on("2026-12-21");
    load_notice(&base, &["2027-01-01"]);
    let edition = foi_docket::db::editions::bring_calendar(&mut base.owner_connection(), base.clock.now()).unwrap();
    assert_eq!(edition, 2);
    let bad = CALENDAR.replacen("\"2018-01-01\"", "\"2019-01-01\"", 1);
    assert!(load(&mut base.owner_connection(), &bad, base.clock.clone()).is_err());
    assert!(load(&mut base.owner_connection(), r#"{"region":"CN","source":"x","years":{}}"#, base.clock.clone()).is_err());
}

#[test]
fn a_notice_of_a_far_year_or_without_work_is_refused_from_a_file_too() {
    let base = Base::on("2026-12-21");
    for (year, day, said) in
        [(1900, "1900-01-01", "1900"), (2100, "2100-01-01", "2100"), (2200, "2200-01-01", "2200"), (2027, "2027-01-01", "260 working days")]
    {
        let text =
            json!({"region": "CN", "source": "test", "years": {year.to_string(): {"holidays": {day: "元旦"}, "working_weekends": {}}}});
        let error = load(&mut base.owner_connection(), &text.to_string(), base.clock.clone()).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
    assert_eq!(calendar_editions::table.count().get_result::<i64>(&mut base.owner_connection()).unwrap(), 1);
}

#[test]
fn a_case_that_cannot_be_read_keeps_no_other_waiting() {
    let base = Base::on("2026-12-21");
    let (broken, whole) = (registered(&base, "2026-12-21"), registered(&base, "2026-12-21"));
    for case in [broken, whole] {
        base.take::<RequestCorrection>(
            case,
            json!({"on": "2026-12-21", "no_contact_reason": "未留电话。", "points": "请明确所需信息。", "reasons": "内容不明确。", "answer_within_working_days": 5}),
        );
        base.take::<DispatchLetter>(
            case,
            json!({"letter": {"kind": "correction", "n": 1}, "on": "2026-12-21",
                   "method": {"method": "hand_over", "delivered_on": "2026-12-21", "signed_by": "甲某"}}),
        );
    }
    base.owner(&format!("UPDATE cases SET state = '{{}}' WHERE id = '{broken}'"));
    load_notice(&base, &["2027-01-01", "2027-01-04"]);
    assert_eq!(sweep(&base), Swept { written: 1, left: 0, broken: 1 });
    assert_eq!((row(&base, whole).0, row(&base, broken).0), (2, 1));
    assert_eq!(sweep(&base), Swept { written: 0, left: 0, broken: 1 }, "and it is not forgotten");
    base.clock.set(super::base::at(day("2027-01-11"), 9, 0));
    let lapsed = lapse(&base.db, &base.office, (AGENCY, day("2027-01-11")), &Stop::default()).unwrap();
    assert_eq!(lapsed, Swept { written: 1, left: 0, broken: 1 });
    assert_eq!(happened(&base, whole, "term_ran_out").len(), 1);
    let next = base.run(|conn| Ok(base.office.newest_calendar(conn)?)).unwrap();
    let would = base.run(|conn| preview(conn, &base.office, AGENCY, &next)).unwrap();
    assert_eq!((would.cases, would.unreadable_cases), (1, 1));
}

/// Reminders of the reply of a case: the due date they speak of, how many working days before it, and what became of their mail.
fn reminded(base: &Base, case: Uuid) -> Vec<(NaiveDate, i32, String)> {
    reminders::table
        .inner_join(outbox::table.on(outbox::agency_id.eq(reminders::agency_id).and(outbox::id.eq(reminders::outbox_id))))
        .filter(reminders::case_id.eq(case))
        .filter(reminders::duty_kind.eq("reply"))
        .filter(reminders::recipient_id.eq(HANDLER))
        .order((reminders::due_on, reminders::offset_days.desc()))
        .select((reminders::due_on, reminders::offset_days, outbox::state))
        .load(&mut base.owner_connection())
        .unwrap()
}

#[test]
fn a_reminder_of_a_date_that_moved_is_superseded() {
    let base = Base::on("2026-12-21");
    let case = registered(&base, "2026-12-21");
    base.take::<AssignCase>(case, json!({"department": super::base::DEPARTMENT, "handler": HANDLER}));
    // The relay is silent from here on: what is written down stays in the outbox.
    let remind = |today: &str| {
        base.clock.set(super::base::at(day(today), 9, 0));
        let sweep = Sweep { today: day(today), public_url: "http://127.0.0.1:8080", domain: "example.cn" };
        sweep_reminders(&base.db, &base.office, AGENCY, &sweep).unwrap()
    };
    remind("2027-01-12");
    assert_eq!(reminded(&base, case), [(day("2027-01-19"), 5, "waiting".to_owned())]);
    load_notice(&base, &["2027-01-01", "2027-01-04"]);
    assert_eq!(sweep(&base).written, 1);
    assert_eq!(row(&base, case).1, Some(day("2027-01-20")));
    remind("2027-01-13");
    let mailer = Mailer::from_config(None, "FOI Docket <foi@example.cn>", &base.mail_folder()).unwrap();
    while outbox_worker::send_next(&base.db, &mailer, &base.office, AGENCY).unwrap().is_some() {}
    let told = reminded(&base, case);
    assert_eq!(told, [(day("2027-01-19"), 5, "resolved".to_owned()), (day("2027-01-20"), 5, "sent".to_owned())]);
}

#[test]
fn terms_that_ran_out_are_found_after_a_week_of_standstill() {
    let base = Base::on("2026-11-02");
    base.tell();
    let by_hand = |letter: &str| {
        json!({"letter": {"kind": letter, "n": 1}, "on": "2026-11-02",
               "method": {"method": "hand_over", "delivered_on": "2026-11-02", "signed_by": "甲某",
                          "signed_as": (letter == "consultation").then_some("mail_room")}})
    };
    let asked = registered(&base, "2026-11-02");
    base.take::<RequestCorrection>(
        asked,
        json!({"on": "2026-11-02", "no_contact_reason": "申请人未留电话。", "points": "请明确所需信息。", "reasons": "内容不明确。", "answer_within_working_days": 5}),
    );
    base.take::<DispatchLetter>(asked, by_hand("correction"));
    let consulted = registered(&base, "2026-11-02");
    base.take::<OpenConsultation>(
        consulted,
        json!({"party": "third_party", "name": "示例公司", "on": "2026-11-02", "question": "是否同意公开？"}),
    );
    base.take::<DispatchLetter>(consulted, by_hand("consultation"));
    let lapse_on = |today: &str| {
        base.clock.set(super::base::at(day(today), 9, 0));
        lapse(&base.db, &base.office, (AGENCY, day(today)), &Stop::default()).unwrap()
    };
    assert_eq!(lapse_on("2026-11-09"), Swept::default(), "the last day is not over");
    assert_eq!(lapse_on("2026-11-17"), Swept { written: 1, left: 0, broken: 0 });
    assert_eq!(lapse_on("2026-11-23"), Swept::default(), "the fifteenth working day is not over");
    assert_eq!(lapse_on("2026-12-01"), Swept { written: 1, left: 0, broken: 0 });
    assert_eq!(lapse_on("2026-12-01"), Swept::default());
    for (case, awaiting, until) in
        [(asked, Awaiting::Correction { n: 1 }, "2026-11-09"), (consulted, Awaiting::Consultation { n: 1 }, "2026-11-23")]
    {
        let expected = CaseEvent::TermRanOut { awaiting, until: day(until) };
        assert_eq!(happened(&base, case, "term_ran_out"), [expected], "with the legal date, however late it was found");
    }
    let closing: Vec<(String, NaiveDate)> = duties::table
        .filter(duties::case_id.eq(asked))
        .filter(duties::kind.eq_any(["close_lapsed", "answer_correction"]))
        .filter(duties::open)
        .select((duties::owed_by, duties::from_on))
        .load(&mut base.owner_connection())
        .unwrap();
    assert_eq!(closing, [("agency".to_owned(), day("2026-11-09"))], "the agency may close since then, and is reminded of it");
    clean(&base);
}

/// `CASES=100000 cargo test --test it a_recount_of_many -- --ignored --nocapture`
#[test]
#[ignore = "a measurement, not a check"]
fn a_recount_of_many() {
    let copies = std::env::var("CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let base = Base::on("2026-12-21");
    let case = registered(&base, "2026-12-21");
    base.take::<AssignCase>(case, json!({"department": super::base::DEPARTMENT, "handler": super::base::HANDLER}));
    let ids = multiply(&base, case, copies);
    let clerk = |stop: &AtomicBool, handler: Uuid| {
        let mut waits = Vec::new();
        while !stop.load(Ordering::SeqCst) {
            let (id, start) = (ids[(waits.len() * 7919) % ids.len()], Instant::now());
            base.take::<AssignCase>(id, json!({"department": super::base::DEPARTMENT, "handler": handler}));
            waits.push(start.elapsed());
            thread::sleep(Duration::from_millis(50));
        }
        waits.sort_unstable();
        waits
    };
    let tell = |what: &str, waits: &[Duration]| {
        let (median, longest) = (waits[waits.len() / 2], waits[waits.len() - 1]);
        println!("a clerk's steps {what}: {}, median {median:?}, longest {longest:?}", waits.len());
    };
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let alone = scope.spawn(|| clerk(&stop, super::base::CLERK));
        thread::sleep(Duration::from_secs(5));
        stop.store(true, Ordering::SeqCst);
        tell("alone", &alone.join().unwrap());
    });
    assert_eq!(load_notice(&base, &["2027-01-01", "2027-01-04"]), Some(2));
    stop.store(false, Ordering::SeqCst);
    thread::scope(|scope| {
        let beside = scope.spawn(|| clerk(&stop, super::base::OTHER_HANDLER));
        let start = Instant::now();
        let swept = sweep(&base);
        let took = start.elapsed();
        stop.store(true, Ordering::SeqCst);
        println!("recount: {} cases in {took:?}, {} left", swept.written, swept.left);
        tell("beside it", &beside.join().unwrap());
        assert_eq!((swept.written, swept.left), (ids.len() + 1, 0));
    });
    let start = Instant::now();
    assert_eq!(sweep(&base), Swept::default());
    println!("and again, with nothing to do: {:?}", start.elapsed());
}
