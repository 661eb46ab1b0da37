//! `verify` finds what somebody with the owner's password changed behind the service's back, and calls nothing else changed.

use super::base::{AGENCY, Base, CITY, DEPARTMENT, HANDLER, OTHER_HANDLER, day};
use foi_docket::audit::{Finding, rebuild, sequencer};
use foi_docket::case::journal::agency::{self, AgencyEvent};
use foi_docket::case::journal::{JournalError, Pen};
use foi_docket::case::trail::Actor;
use foi_docket::steps::{handle::assign::AssignCase, receive::confirm::ConfirmReceipt, register::enter::RegisterCase};
use serde_json::json;
use uuid::Uuid;

const TABLES: [&str; 16] = [
    "events",
    "pending_events",
    "event_positions",
    "sequencers",
    "agency_streams",
    "cases",
    "duties",
    "deliveries",
    "proceedings",
    "results",
    "external_references",
    "counters",
    "case_keys",
    "case_texts",
    "calendar_editions",
    "settings_editions",
];

struct House {
    base: Base,
    /// Received, registered, assigned twice.
    case: Uuid,
}

impl House {
    fn furnished() -> Self {
        let base = Base::on("2026-11-02");
        let case = base.receive("counter", day("2026-11-02"), None);
        base.take::<RegisterCase>(case, json!({}));
        for handler in [HANDLER, OTHER_HANDLER] {
            base.take::<AssignCase>(case, json!({"department": DEPARTMENT, "handler": handler, "opinion": "请抓紧办理"}));
        }
        let confirmed = base.receive("email", day("2026-11-02"), None);
        base.take::<ConfirmReceipt>(confirmed, json!({"confirmed_on": "2026-11-02", "means": "telephone", "note": "本人接听"}));
        base.take::<RegisterCase>(confirmed, json!({}));
        let voided = base.receive("fax", day("2026-11-02"), None);
        base.void(voided);
        base.run(|conn| {
            let pen =
                Pen { office: &base.office, agency: AGENCY, actor: Actor::Worker { task: "outbox".into() }, request_id: "test".into() };
            agency::append(
                conn,
                &pen,
                &[
                    AgencyEvent::ApplicantsSearched { found: 2 },
                    AgencyEvent::EnteredAfterwards {
                        from_on: day("2026-11-02"),
                        until_on: day("2026-11-02"),
                        entered_at: base.clock.now(),
                    },
                ],
            )
        })
        .unwrap();
        base.tell();
        sequencer::place(&base.db, AGENCY).unwrap();
        // Placed and waiting events are both in order.
        base.receive("counter", day("2026-11-02"), None);
        base.owner(&TABLES.map(|table| format!("CREATE TABLE kept_{table} AS SELECT * FROM {table};")).concat());
        Self { base, case }
    }

    fn restore(&self) {
        let statements = TABLES.map(|table| format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table};"));
        self.base.owner(&statements.concat());
    }

    fn findings(&self) -> Vec<Finding> {
        let report = self.base.verify(AGENCY);
        assert_eq!(report.unlisted, 0);
        report.findings
    }

    /// The statement leaves these findings, whatever else it leaves; afterwards everything is as before.
    fn found(&self, statement: &str, expected: &[&str]) {
        let statement = statement.replace("{case}", &self.case.to_string());
        self.base.owner(&statement);
        let findings = self.findings();
        for what in expected {
            assert!(findings.iter().any(|finding| finding.what.contains(what)), "{statement}: no \"{what}\" in {findings:#?}");
        }
        self.restore();
    }
}

#[test]
fn a_clean_base_has_no_finding_and_each_tampering_has_its_own() {
    let house = House::furnished();
    let report = house.base.verify(AGENCY);
    assert_eq!((report.findings.as_slice(), report.cases, report.events), ([].as_slice(), 4, 23), "{report:?}");
    assert!(house.base.verify(CITY).is_clean());

    let of = "WHERE stream_id = '{case}'";
    for (statement, expected) in [
        // The trail.
        (format!("UPDATE events SET body = replace(body, 'counter', 'in_person') {of} AND seq = 1"), vec!["do not have the stored hash"]),
        (
            format!("UPDATE events SET body = b, hash = sha256(convert_to(b, 'UTF8')) FROM (SELECT replace(body, '2026-11-02', '2026-10-02') b FROM events {of} AND seq = 1) x {of} AND seq = 1"),
            vec!["does not continue from the hash"],
        ),
        (
            format!("UPDATE events SET body = b, hash = sha256(convert_to(b, 'UTF8')) FROM (SELECT replace(body, '{OTHER_HANDLER}', '{HANDLER}') b FROM events {of} AND seq = 5) x {of} AND seq = 5"),
            vec!["cases.head_hash", "cases.handler_id", "duties"],
        ),
        (format!("UPDATE events SET kind = 'case_closed' {of} AND seq = 3"), vec!["the column kind differs"]),
        (format!("UPDATE events SET recorded_at = recorded_at - interval '1 day' {of} AND seq = 3"), vec!["column recorded_at differs", "dated before"]),
        (format!("DELETE FROM events {of} AND seq = 1"), vec!["event 1 is missing before it", "it is gone"]),
        (format!("DELETE FROM events {of} AND seq = 3"), vec!["event 3 is missing before it", "it is gone"]),
        (format!("DELETE FROM events {of} AND seq = 5"), vec!["cases.version", "it is gone"]),
        (format!("DELETE FROM events {of}"), vec!["a row and no trail", "it is gone", "register numbers 1 to 1 of 2026 have no case"]),
        (format!("DELETE FROM events {of}; DELETE FROM duties WHERE case_id = '{{case}}'; DELETE FROM cases WHERE id = '{{case}}'"), vec!["it is gone"]),
        (
            format!("UPDATE events SET seq = seq + 50 {of} AND seq IN (2, 4); UPDATE events SET seq = 56 - seq {of} AND seq > 50"),
            vec!["the column seq differs"],
        ),
        (
            format!("INSERT INTO events SELECT agency_id, stream_id, 6, kind, recorded_at, body, hash FROM events {of} AND seq = 5"),
            vec!["the column seq differs", "has no place in the whole trail"],
        ),
        (format!("DELETE FROM events WHERE stream_id = '{AGENCY}' AND seq = 2"), vec!["event 2 is missing before it", "it is gone"]),
        (
            format!("DELETE FROM events WHERE stream_id = '{AGENCY}' AND seq = 10"),
            vec!["agency_streams", "it is gone", "has a row and no event"],
        ),
        (format!("UPDATE events SET body = replace(body, 'applicants_searched', 'something_new') WHERE stream_id = '{AGENCY}'"), vec!["no event of an agency"]),
        // Places.
        (format!("DELETE FROM event_positions {of} AND seq = 2"), vec!["has no place in the whole trail", "are empty"]),
        ("UPDATE sequencers SET last_position = last_position + 1".into(), vec!["the sequencer stands at"]),
        (format!("INSERT INTO pending_events VALUES ('{AGENCY}', '{{case}}', 9, now())"), vec!["waits for a place"]),
        (format!("INSERT INTO pending_events VALUES ('{AGENCY}', '{{case}}', 2, now())"), vec!["waits for another"]),
        (
            format!("UPDATE event_positions SET position = 100 + seq {of} AND seq IN (1, 2)"),
            vec!["are empty", "before an event it follows"],
        ),
        // Rows.
        ("UPDATE cases SET state = jsonb_set(state, '{arrived_on}', '\"2020-01-01\"') WHERE id = '{case}'".into(), vec!["cases.state"]),
        ("UPDATE cases SET stage = 'closed' WHERE id = '{case}'".into(), vec!["cases.stage"]),
        ("UPDATE cases SET due_on = due_on + 1 WHERE id = '{case}'".into(), vec!["cases.due_on"]),
        ("UPDATE cases SET version = 4 WHERE id = '{case}'".into(), vec!["cases.version"]),
        ("UPDATE cases SET fold_version = 0 WHERE id = '{case}'".into(), vec!["cases.fold_version"]),
        ("DELETE FROM cases WHERE id = '{case}'".into(), vec!["a trail and no row"]),
        ("UPDATE duties SET due_on = due_on + 1 WHERE case_id = '{case}' AND kind = 'reply'".into(), vec!["rows of duties"]),
        ("DELETE FROM duties WHERE case_id = '{case}' AND kind = 'register'".into(), vec!["rows of duties"]),
        (format!("INSERT INTO results (agency_id, case_id, counted_on, report_row, applicant_kind, received_on, stops, extensions, grounds) VALUES ('{AGENCY}', '{{case}}', '2026-11-02', 3, 'natural_person', '2026-11-02', 0, 0, '{{}}') ON CONFLICT (agency_id, case_id) DO UPDATE SET counted_on = '2026-11-02', report_row = 3"), vec!["rows of results"]),
        (format!("INSERT INTO deliveries VALUES ('{AGENCY}', '{{case}}', 1, 'reply', 'post', 'X', '2026-11-02', NULL, 'sent', NULL)"), vec!["rows of deliveries"]),
        ("DELETE FROM external_references WHERE case_id = '{case}'".into(), vec!["rows of external_references"]),
        // Numbers, texts, editions.
        ("UPDATE counters SET last = last + 2".into(), vec!["register numbers 3 to 4 of 2026 have no case"]),
        ("UPDATE counters SET last = 0".into(), vec!["was never drawn"]),
        ("DELETE FROM case_texts WHERE case_id = '{case}'".into(), vec!["is gone"]),
        ("UPDATE case_texts SET sealed = set_byte(sealed, length(sealed) - 1, get_byte(sealed, length(sealed) - 1) # 1) WHERE case_id = '{case}'".into(), vec!["cannot be opened"]),
        ("UPDATE calendar_editions SET data = replace(data, '2026-10-10', '2026-10-11')".into(), vec!["does not have its stored hash"]),
        ("DELETE FROM case_keys WHERE case_id = '{case}'".into(), vec!["its key in case_keys is gone"]),
    ] {
        house.found(&statement, &expected);
    }
    assert_eq!(house.findings(), []);
}

#[test]
fn rebuild_makes_every_row_follow_from_the_trail_again() {
    let house = House::furnished();
    house.base.owner(&format!(
        "UPDATE cases SET state = '{{}}', stage = 'closed', due_on = NULL, fold_version = 0 WHERE id = '{0}';
         DELETE FROM duties; DELETE FROM external_references;
         INSERT INTO results (agency_id, case_id, counted_on, report_row, applicant_kind, received_on, stops, extensions, grounds) VALUES ('{AGENCY}', '{0}', '2026-11-02', 3, 'natural_person', '2026-11-02', 0, 0, '{{}}') ON CONFLICT (agency_id, case_id) DO UPDATE SET counted_on = '2026-11-02', report_row = 3",
        house.case
    ));
    assert!(house.findings().len() >= 6);
    assert_eq!(rebuild::rebuild(&house.base.db, &house.base.office, AGENCY).unwrap(), 4);
    assert_eq!(house.findings(), []);

    house.base.owner(&format!("DELETE FROM duties; DELETE FROM cases WHERE id = '{}'", house.case));
    house.base.owner("DELETE FROM external_references");
    assert_eq!(rebuild::rebuild(&house.base.db, &house.base.office, AGENCY).unwrap(), 4);
    assert_eq!(house.findings(), []);

    house.base.owner("UPDATE cases SET fold_version = 1000");
    let newer = rebuild::rebuild(&house.base.db, &house.base.office, AGENCY);
    assert!(matches!(newer, Err(JournalError::Newer)), "{newer:?}");
}
