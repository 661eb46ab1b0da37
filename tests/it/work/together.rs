//! The journal's one statement on a real database: a step alone, and the service's own acts on many cases beside clerks.

use super::base::{AGENCY, Base, DEPARTMENT, HANDLER, OTHER_HANDLER, SUPERVISOR, day};
use chrono::NaiveDate;
use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use foi_docket::case::event::CaseEvent;
use foi_docket::case::journal::{self, Circumstances, JournalError, Pen, Recorded};
use foi_docket::case::model::{Acceptance, Archiving, Assignment, Case, Dispatch, DispatchMethod, DispatchState, Letter, PostalService};
use foi_docket::case::refusal::Code;
use foi_docket::case::trail::Actor;
use foi_docket::db::schema::{cases, deliveries, duties, events};
use foi_docket::ids::new_id;
use foi_docket::steps::handle::assign::AssignCase;
use foi_docket::steps::register::{enter::RegisterCase, examine::ExamineApplication};
use serde_json::json;
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use uuid::Uuid;

/// Registered cases, in the order of their ids.
fn registered(base: &Base, count: usize) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = (0..count).map(|_| base.receive("counter", day("2026-11-02"), None)).collect();
    for id in &ids {
        base.take::<RegisterCase>(*id, json!({}));
    }
    base.tell();
    ids.sort_unstable();
    ids
}

/// The event of a new handler.
pub fn assigned(handler: Uuid, on: NaiveDate) -> CaseEvent {
    let assignment = Assignment {
        department: DEPARTMENT,
        handler,
        on,
        by: SUPERVISOR,
        opinion: None,
        due_on: None,
        accepted: Some(Acceptance { on, by: handler }),
        sent_back: None,
    };
    CaseEvent::CaseAssigned { assignment }
}

/// The service acts on cases.
pub fn act(base: &Base, ids: &[Uuid], decide: impl Fn(&Case, &Circumstances<'_>) -> Vec<CaseEvent>) -> Result<Recorded, JournalError> {
    let actor = Actor::Worker { task: "test".into() };
    let pen = Pen { office: &base.office, agency: AGENCY, actor, request_id: "test".into() };
    base.run(|conn| journal::record_each(conn, &pen, ids, decide))
}

fn clean(base: &Base) {
    let report = base.verify(AGENCY);
    assert!(report.is_clean(), "{:?}", report.findings);
}

fn count_events(base: &Base) -> i64 {
    events::table.count().get_result(&mut base.owner_connection()).unwrap()
}

#[test]
fn a_clerk_who_is_faster_wins_and_the_service_tries_again() {
    let base = Base::on("2026-11-02");
    let ids = registered(&base, 4);
    let (clerks, asked) = (ids[2], Cell::new(0));
    let recorded = act(&base, &ids, |case, circumstances| {
        asked.set(asked.get() + 1);
        if case.id == clerks {
            base.take::<AssignCase>(clerks, json!({"department": DEPARTMENT, "handler": OTHER_HANDLER}));
        }
        // One case is as it should be.
        if case.id == ids[0] { vec![] } else { vec![assigned(HANDLER, circumstances.today)] }
    })
    .unwrap();
    assert_eq!((recorded, asked.get()), (Recorded { written: vec![ids[1], ids[3]], moved: vec![clerks], broken: vec![] }, 4));
    let handlers = |base: &Base| -> Vec<Option<Uuid>> {
        cases::table.order(cases::id).select(cases::handler_id).load(&mut base.owner_connection()).unwrap()
    };
    assert_eq!(handlers(&base), [None, Some(HANDLER), Some(OTHER_HANDLER), Some(HANDLER)], "the clerk's step stands");
    clean(&base);

    let again = act(&base, &[clerks], |case, circumstances| {
        assert_eq!(case.assignment().unwrap().handler, OTHER_HANDLER, "the second try sees what the clerk did");
        vec![assigned(HANDLER, circumstances.today)]
    });
    assert_eq!(again.unwrap(), Recorded { written: vec![clerks], moved: vec![], broken: vec![] });
    let of_duties: Vec<Option<Uuid>> =
        duties::table.filter(duties::case_id.eq(clerks)).select(duties::handler_id).load(&mut base.owner_connection()).unwrap();
    assert!(of_duties.len() > 1 && of_duties.iter().all(|handler| *handler == Some(HANDLER)));
    clean(&base);
}

#[test]
fn what_a_clerk_has_in_hand_is_not_waited_for() {
    let base = Base::on("2026-11-02");
    let ids = registered(&base, 2);
    let mut clerk = base.owner_connection();
    clerk.batch_execute(&format!("BEGIN; SELECT FROM cases WHERE id = '{}' FOR UPDATE", ids[0])).unwrap();
    let recorded = act(&base, &ids, |_, circumstances| vec![assigned(HANDLER, circumstances.today)]).unwrap();
    assert_eq!(recorded, Recorded { written: vec![ids[1]], moved: vec![ids[0]], broken: vec![] });
    clerk.batch_execute("COMMIT").unwrap();
}

/// Most times that the service goes over the cases beside the clerks.
const SWEEPS: usize = 100;

#[test]
fn clerks_and_the_service_on_the_same_cases_lose_nothing() {
    let base = Base::on("2026-11-02");
    let ids = registered(&base, 6);
    let before = count_events(&base);
    let working = AtomicBool::new(true);
    let (by_clerks, by_service) = thread::scope(|scope| {
        let service = scope.spawn(|| {
            let mut written = 0;
            // A sweep ends: one that began anew for ever could be faster than any clerk.
            for _ in 0..SWEEPS {
                if !working.load(Ordering::SeqCst) {
                    break;
                }
                written +=
                    act(&base, &ids, |_, now| vec![assigned(SUPERVISOR, now.today), assigned(HANDLER, now.today)]).unwrap().written.len();
            }
            written
        });
        let clerks: Vec<_> = ids
            .chunks(3)
            .map(|mine| {
                let base = &base;
                scope.spawn(move || {
                    for _ in 0..10 {
                        for id in mine {
                            let body = json!({"department": DEPARTMENT, "handler": OTHER_HANDLER, "opinion": "先核"});
                            let ask = Base::ask(SUPERVISOR, *id);
                            let command: AssignCase = serde_json::from_value(body).unwrap();
                            // Unless the case is with that handler from the round before; who was overtaken once too often asks again.
                            loop {
                                match base.run(|conn| journal::take(conn, &base.office, &ask, command.clone())) {
                                    Ok(_) => break,
                                    Err(JournalError::Refused(refusal)) => break assert_eq!(refusal.code, Code::NothingToChange),
                                    Err(JournalError::Stale { .. }) => {}
                                    Err(error) => panic!("{error}"),
                                }
                            }
                        }
                    }
                })
            })
            .collect();
        for clerk in clerks {
            clerk.join().unwrap();
        }
        working.store(false, Ordering::SeqCst);
        let by_service = service.join().unwrap();
        let total = usize::try_from(count_events(&base) - before).unwrap();
        (total - 2 * by_service, by_service)
    });
    assert!(by_clerks > 0 && by_service > 0, "{by_clerks} {by_service}");
    clean(&base);
}

#[test]
fn what_is_unique_in_the_agency_is_refused_by_name_and_nothing_is_written() {
    let base = Base::on("2026-11-02");
    let ids = registered(&base, 2);
    let before = count_events(&base);
    let refused = |event: &dyn Fn(NaiveDate) -> CaseEvent| match act(&base, &ids, |_, now| vec![event(now.today)]) {
        Err(JournalError::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    };
    let archived = |on| CaseEvent::CaseArchived {
        archiving: Archiving { on, archive_number: "2026-1".into(), retention_years: Some(30), in_proceedings: None, catalogue: vec![] },
    };
    assert_eq!(refused(&archived), Code::ArchiveNumberUsed);
    let posted = |on| CaseEvent::LetterDispatched {
        dispatch: Dispatch {
            n: 1,
            letter: Letter::Reply { n: 1 },
            method: DispatchMethod::Post { carrier: PostalService::Ems, tracking_number: "EA100000001CN".into() },
            on,
            by: HANDLER,
            state: DispatchState::Sent,
            batch: None,
            content: None,
            with_case: None,
            proofs: vec![],
            openings: vec![],
            disproved: vec![],
        },
    };
    assert_eq!(refused(&posted), Code::TrackingNumberUsed);
    assert_eq!(count_events(&base), before);
    let letters: i64 = deliveries::table.count().get_result(&mut base.owner_connection()).unwrap();
    assert_eq!(letters, 0);
    clean(&base);
}

#[test]
fn a_case_that_does_not_exist_is_no_case_that_moved() {
    let base = Base::on("2026-11-02");
    assert!(matches!(act(&base, &[new_id()], |_, _| vec![]), Err(JournalError::Unknown)));
}

/// A step that keeps no private text, draws no number and holds nobody.
fn examination() -> ExamineApplication {
    let fine = "in_order";
    serde_json::from_value(json!({
        "identity": fine, "authority": "not_applicable", "clarity": fine, "repeat": fine, "excess": fine, "split": fine
    }))
    .unwrap()
}

#[test]
fn a_step_without_texts_is_one_prepared_statement() {
    let base = Base::on("2026-11-02");
    let case = registered(&base, 1)[0];
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let told = Arc::clone(&seen);
    let counted = base
        .run(|conn| {
            conn.set_instrumentation(move |event: InstrumentationEvent<'_>| match event {
                InstrumentationEvent::StartQuery { query, .. } => told.lock().unwrap().push(query.to_string()),
                InstrumentationEvent::BeginTransaction { .. } => told.lock().unwrap().push("BEGIN".into()),
                _ => {}
            });
            let mut counted = Vec::new();
            for _ in 0..4 {
                journal::take(conn, &base.office, &Base::ask(SUPERVISOR, case), examination())?;
                counted.push(diesel::sql_query(PREPARED).get_result::<Prepared>(conn)?);
            }
            Ok(counted)
        })
        .unwrap();
    let (first, last) = (&counted[0], &counted[3]);
    assert_eq!((last.texts, last.runs), (first.texts, first.runs + 3), "one text, prepared once, run for each step");
    let seen = seen.lock().unwrap();
    let writes: Vec<&String> = seen.iter().filter(|query| !query.starts_with("SELECT")).collect();
    assert_eq!(writes.len(), 4, "{writes:?}");
    assert!(writes.iter().all(|query| query.starts_with("WITH wanted")));
}

const PREPARED: &str = "SELECT count(*) AS texts, sum(generic_plans + custom_plans)::bigint AS runs \
                        FROM pg_prepared_statements WHERE statement LIKE 'WITH wanted%'";

#[derive(QueryableByName)]
struct Prepared {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    texts: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    runs: i64,
}
