//! An amendment that waits for the second person (第二人确认), domain 6.6: what is on record stays wrong until somebody decides. An inner term, whatever
//! the stage.

use super::{Duty, Start, Whose, counted};
use crate::case::model::{AmendmentState, Case};
use crate::rules::calendar::Calendar;
use crate::rules::terms::{Circumstance, DutyKind};

pub(super) fn duties(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let proposed = case.amendments.iter().filter(|amendment| amendment.state == AmendmentState::Proposed);
    proposed
        .filter_map(|amendment| {
            let (kind, circumstance) = (DutyKind::DecideAmendment, Circumstance::Always);
            let duty = counted(calendar, Start { kind, circumstance, ordinal: amendment.n, from_on: amendment.on }, None)?;
            Some(Duty { whose: Whose { person: None, barred: vec![amendment.by] }, ..duty })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::duties as all;
    use super::*;
    use crate::case::testing::{APPROVER, Bench, CLERK, REVIEWER, day};
    use crate::steps::fixtures::reconsideration;
    use crate::steps::mend::amend::AmendCase;
    use crate::steps::mend::decide::DecideAmendment;
    use crate::steps::remedy::open::OpenReconsideration;
    use serde_json::json;

    #[test]
    fn article_45_an_amendment_waits_on_the_desk_of_the_second_person_until_it_is_decided() {
        let mut bench = Bench::received("2026-08-03");
        bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-01")).unwrap();
        let void = json!({"change": {"subject": "proceeding_voided", "proceeding": 1}, "reason": "登记有误。"});
        bench.take::<AmendCase>(CLERK, None, void).unwrap();
        let waiting = |bench: &Bench| all(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == DutyKind::DecideAmendment);
        let duty = waiting(&bench).unwrap();
        assert_eq!((duty.ordinal, duty.due_on, duty.open), (1, day("2026-11-03"), true));
        assert_eq!((duty.whose.barred.as_slice(), duty.operation), ([CLERK].as_slice(), Some("decide_amendment")));
        bench.take::<DecideAmendment>(APPROVER, Some(1), json!({"verdict": "rejected", "reason": "登记无误。"})).unwrap();
        assert_eq!(waiting(&bench), None);
    }
}
