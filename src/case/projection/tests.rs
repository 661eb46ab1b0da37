//! What the annual report and the statistics read of a case.

use super::*;
use crate::case::model::Letter;
use crate::case::testing::{APPROVER, Bench, CLERK, REVIEWER, day};
use crate::rules::matter::Matter;
use crate::steps::fixtures::{decided, dispatch_event, in_proceedings, post, registered, reply_events, sign, suit};
use crate::steps::handle::charge::{IssueFeeNotice, RecordPayment};
use crate::steps::handle::extend::ExtendReply;
use crate::steps::remedy::open::OpenLitigation;
use serde_json::json;

fn result_of(bench: &Bench) -> Option<ResultRow> {
    project(bench.case(), bench.calendar()).result
}

fn answer(bench: &mut Bench, on: &str) {
    let n = u32::try_from(bench.case().replies.len()).unwrap() + 1;
    let events = reply_events(bench.case(), day(on));
    bench.go(on).keep(events, Vec::new());
    let sent = dispatch_event(bench.case(), Letter::Reply { n }, day(on));
    bench.keep(vec![sent], Vec::new());
}

#[test]
fn a_case_counts_from_its_registration_by_its_receipt_and_its_answer() {
    let mut bench = Bench::received("2026-03-16");
    assert_eq!(result_of(&bench), None, "not registered");
    bench = registered("2026-03-16");
    let open = result_of(&bench).unwrap();
    assert_eq!((open.received_on, open.counted_on, open.report_row, open.working_days), (day("2026-03-16"), None, None, None));
    // 24 March is the sixth working day after 16 March.
    answer(&mut bench, "2026-03-24");
    let row = result_of(&bench).unwrap();
    assert_eq!((row.counted_on, row.report_row, row.working_days), (Some(day("2026-03-24")), Some(3), Some(6)));
    assert_eq!((row.stops, row.extensions), (0, 0));
    let records = Case { matter: Matter::RecordCorrection, ..bench.case().clone() };
    assert_eq!(project(&records, bench.calendar()).result, None, "choice 32");
}

#[test]
fn an_extension_and_a_fee_are_counted_and_what_was_asked_for_and_paid() {
    let mut bench = registered("2026-07-06");
    bench.go("2026-07-20").take::<ExtendReply>(APPROVER, None, json!({"working_days": 10, "reasons": "档案分散。"})).unwrap();
    let notice = json!({"on": "2026-07-20", "basis": {"method": "by_page", "pages": 68}, "reasons": "数量明显超过合理范围。"});
    bench.take::<IssueFeeNotice>(CLERK, None, notice).unwrap();
    assert_eq!(project(bench.case(), bench.calendar()).fees, [], "it has not left");
    post(&mut bench, Letter::Fee { n: 1 }, "2026-07-20").unwrap();
    sign(&mut bench, "2026-07-22");
    let paid = json!({"on": "2026-07-27", "amount": 200, "receipt_number": "示票1"});
    bench.go("2026-07-27").take::<RecordPayment>(CLERK, None, paid).unwrap();
    let rows: Vec<_> = project(bench.case(), bench.calendar()).fees.iter().map(|row| (row.payment, row.dated_on, row.amount)).collect();
    assert_eq!(rows, [(0, day("2026-07-20"), 380), (1, day("2026-07-27"), 200)]);
    let row = result_of(&bench).unwrap();
    assert_eq!((row.stops, row.extensions), (1, 1));
}

#[test]
fn law_89_every_instance_is_a_row_of_one_lawsuit() {
    let mut bench = in_proceedings();
    decided(&mut bench, 2, json!({"by": "court", "outcome": "claim_dismissed"}));
    bench.take::<OpenLitigation>(REVIEWER, None, suit("second", "direct", Some(2))).unwrap();
    decided(&mut bench, 3, json!({"by": "court", "outcome": "appeal_dismissed"}));
    let rows = project(bench.case(), bench.calendar()).proceedings;
    let seen: Vec<_> = rows.iter().map(|row| (row.chain, row.follows, row.instance, row.route, row.own_column)).collect();
    assert_eq!(
        seen,
        [
            (1, None, None, None, None),
            (2, None, Some("first"), Some("direct"), Some("upheld")),
            (2, Some(2), Some("second"), Some("direct"), None)
        ]
    );
    assert_eq!((rows[0].began_on, rows[2].report_column), (day("2026-07-06"), "upheld"));
    assert!(rows.iter().all(|row| row.counts && row.proceeding_id.is_none()));
}
