//! The entry on the city's platform (市政务公开工作平台), within the working days that the settings of the day of arrival gave. An inner term.

use super::{Duty, Whose};
use crate::case::model::Case;
use crate::rules::calendar::{Calendar, Counted};
use crate::rules::desk;
use crate::rules::terms::{Basis, Circumstance, DutyKind, term};

pub(super) fn entry(case: &Case, calendar: &Calendar) -> Option<Duty> {
    let within = case.platform_within?;
    let from_on = case.received_on()?;
    let until = match within {
        0 => Counted { on: from_on, provisional: false },
        days => calendar.nth_working_day_after(from_on, days),
    };
    let met_on = case.on_platform().map(|known| known.entered_on);
    Some(Duty {
        kind: DutyKind::EnterOnPlatform,
        ordinal: 1,
        article: term(DutyKind::EnterOnPlatform, Circumstance::Always, from_on)?.article.to_owned(),
        basis: Basis::Inner,
        from_on,
        due_on: until.on,
        provisional: until.provisional,
        met_on,
        open: met_on.is_none(),
        department: None,
        whose: Whose::default(),
        operation: desk::operation(DutyKind::EnterOnPlatform),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Duty, duties};
    use crate::case::testing::{Bench, CLERK, day};
    use crate::rules::terms::DutyKind;
    use crate::steps::register::platform::RecordPlatformEntry;
    use serde_json::json;

    fn owed(bench: &Bench) -> Option<Duty> {
        duties(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == DutyKind::EnterOnPlatform)
    }

    fn received(within: Option<u32>, on: &str, more: serde_json::Value) -> Bench {
        let mut bench = Bench::on(on);
        bench.settings.platform_working_days = within;
        let mut body = json!({
            "channel": "counter", "arrived_on": on, "applicants": [{"kind": "natural_person", "name": "甲某"}],
            "request": {"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"}
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        bench.receive(body).unwrap();
        bench
    }

    #[test]
    fn domain_5_4_the_entry_is_due_a_working_day_after_receipt_and_ends_by_the_entry() {
        let mut bench = received(Some(1), "2026-09-30", json!({}));
        let duty = owed(&bench).unwrap();
        assert_eq!((duty.due_on, duty.open), (day("2026-10-08"), true), "the holidays of the National Day do not count");
        bench.settings.platform_working_days = None;
        let entry = json!({"number": "PT-1", "entered_on": "2026-10-08", "status": "received"});
        bench.go("2026-10-09").take::<RecordPlatformEntry>(CLERK, None, entry).unwrap();
        let met = owed(&bench).unwrap();
        assert_eq!((met.met_on, met.open), (Some(day("2026-10-08")), false), "the settings of the day of arrival hold");
    }

    #[test]
    fn where_there_is_no_platform_nothing_is_owed_and_the_same_day_can_be_asked_for() {
        assert_eq!(owed(&received(None, "2026-11-02", json!({}))), None);
        assert_eq!(owed(&received(Some(0), "2026-11-02", json!({}))).unwrap().due_on, day("2026-11-02"));
    }

    #[test]
    fn an_application_of_the_platform_is_there_already_and_a_correction_of_records_never() {
        let lodged = json!({"external_references": [{"system": "city_platform", "reference": "PT-1"}]});
        assert_eq!(owed(&received(Some(1), "2026-11-02", lodged)).unwrap().met_on, Some(day("2026-11-02")));
        assert_eq!(owed(&received(Some(1), "2026-11-02", json!({"matter": "record_correction"}))), None);
    }
}
