//! A new version of the fold: `migrate` folds the cases of the older one anew, and a case that was read before that loses nothing.

use super::base::{AGENCY, Base, day};
use diesel::prelude::*;
use foi_docket::case::fold::FOLD_VERSION;
use foi_docket::case::journal::{Refolded, refold};
use foi_docket::db::schema::cases;
use foi_docket::steps::register::enter::RegisterCase;
use serde_json::json;
use std::process::{Command, Output};
use uuid::Uuid;

struct House {
    base: Base,
    received: Vec<Uuid>,
}

impl House {
    fn furnished() -> Self {
        let base = Base::on("2026-11-02");
        let received = (0..5).map(|_| base.receive("counter", day("2026-11-02"), None)).collect();
        base.tell();
        let house = Self { base, received };
        assert_eq!(house.findings(), 0);
        house
    }

    fn findings(&self) -> usize {
        self.base.verify(AGENCY).findings.len()
    }

    /// Puts the row back to what an older fold made of it: another state, no duties, and a result that is none any more.
    fn put_back(&self, case: Uuid) {
        self.base.owner(&format!(
            "UPDATE cases SET fold_version = {}, state = '{{}}', channel = 'fax', due_on = NULL WHERE id = '{case}';
             DELETE FROM duties WHERE case_id = '{case}';
             INSERT INTO results (agency_id, case_id, counted_on, report_row, applicant_kind, received_on, stops, extensions, grounds) VALUES ('{AGENCY}', '{case}', '2026-11-02', 3, 'natural_person', '2026-11-02', 0, 0, '{{}}') ON CONFLICT (agency_id, case_id) DO UPDATE SET counted_on = '2026-11-02', report_row = 3",
            FOLD_VERSION - 1
        ));
    }

    fn fold_version(&self, case: Uuid) -> i32 {
        cases::table.find((AGENCY, case)).select(cases::fold_version).first(&mut self.base.owner_connection()).unwrap()
    }

    fn migrate(&self) -> Output {
        Command::new(env!("CARGO_BIN_EXE_foi-docket")).arg("migrate").env("DATABASE_URL", self.base.owner_url()).output().unwrap()
    }
}

#[test]
fn migrate_folds_the_cases_of_an_older_fold_anew_and_leaves_those_of_a_newer() {
    let house = House::furnished();
    let [one, other, newer, ..] = house.received[..] else { panic!() };
    house.put_back(one);
    house.put_back(other);
    house.base.owner(&format!("UPDATE cases SET fold_version = {}, channel = 'fax' WHERE id = '{newer}'", FOLD_VERSION + 1));
    assert!(house.findings() > 0);
    let output = house.migrate();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && said.contains("2 cases folded anew"), "{said} {}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(house.fold_version(newer), FOLD_VERSION + 1);
    house.base.owner(&format!("UPDATE cases SET fold_version = {FOLD_VERSION}, channel = 'counter' WHERE id = '{newer}'"));
    assert_eq!(house.findings(), 0);
    assert!(String::from_utf8(house.migrate().stdout).unwrap().contains("0 cases folded anew"));
}

#[test]
fn a_case_whose_trail_is_broken_holds_up_no_other() {
    let house = House::furnished();
    for case in &house.received {
        house.put_back(*case);
    }
    let broken = house.received[2];
    house.base.owner(&format!("DELETE FROM events WHERE stream_id = '{broken}' AND seq = 1"));
    let refolded = refold(&mut house.base.owner_connection(), &house.base.office, AGENCY, 2).unwrap();
    assert_eq!(refolded, Refolded { cases: 4, refused: vec![broken] });
    for case in &house.received {
        assert_eq!(house.fold_version(*case), if *case == broken { FOLD_VERSION - 1 } else { FOLD_VERSION });
    }
    let output = house.migrate();
    assert!(!output.status.success() && String::from_utf8(output.stderr).unwrap().contains(&broken.to_string()));
}

#[test]
fn a_case_whose_rows_contradict_another_case_holds_up_no_other() {
    let house = House::furnished();
    let [broken, other] = [house.received[2], house.received[4]];
    house.base.take::<RegisterCase>(broken, json!({}));
    for case in &house.received[..4] {
        house.put_back(*case);
    }
    // Another case holds the number that this one's trail gives it.
    let number: Option<String> =
        cases::table.find((AGENCY, broken)).select(cases::case_number).first(&mut house.base.owner_connection()).unwrap();
    house.base.owner(&format!(
        "UPDATE cases SET case_number = '乙' WHERE id = '{broken}';
         UPDATE cases SET case_number = '{}', registered_on = '2026-11-02' WHERE id = '{other}'",
        number.unwrap()
    ));
    let refolded = refold(&mut house.base.owner_connection(), &house.base.office, AGENCY, 2).unwrap();
    assert_eq!(refolded, Refolded { cases: 3, refused: vec![broken] });
    assert_eq!(house.fold_version(broken), FOLD_VERSION - 1);
    assert_eq!(house.fold_version(house.received[3]), FOLD_VERSION, "the other one of its batch");
}

#[test]
fn a_step_on_a_case_of_an_older_fold_replaces_every_derived_row() {
    let house = House::furnished();
    let case = house.received[0];
    house.put_back(case);
    house.base.take::<RegisterCase>(case, json!({}));
    assert_eq!(house.fold_version(case), FOLD_VERSION);
    assert_eq!(house.findings(), 0, "no row of the older fold is left");
}
