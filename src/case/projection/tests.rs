//! What the annual report and the statistics read of a case.

use super::*;
use crate::case::model::{Dispatch, Disposal, Letter, OrderedRound, RenderedFile, Reply};
use crate::case::stage::Stage;
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

/// Received on 16 March 2026, denied on 20 April, which is late, and challenged by a reconsideration.
fn denied_late() -> (Bench, Case) {
    let mut bench = registered("2026-03-16");
    answer(&mut bench, "2026-04-20");
    let mut case = bench.case().clone();
    case.replies[0].items[0].kind = ReplyKind::D1;
    let mut proceeding = in_proceedings().case().proceedings[0].clone();
    proceeding.against = Against::Reply { n: 1 };
    case.proceedings.push(proceeding);
    (bench, case)
}

/// The same answered anew by a disclosure, whatever became of the first reply.
fn anew(case: &Case, state: ReplyState) -> Case {
    let mut case = case.clone();
    let mut second = Reply { n: 2, round: 2, ..case.replies[0].clone() };
    second.items[0].kind = ReplyKind::A2;
    case.replies[0].state = state;
    case.replies.push(second);
    let like = case.dispatches[0].clone();
    case.dispatches.push(Dispatch { n: 2, letter: Letter::Reply { n: 2 }, on: day("2026-06-15"), ..like });
    case
}

/// Domain 4: a new reply ordered by reconsideration or court does not change the old row: losing a case makes no reply timely.
#[test]
fn domain_4_an_ordered_round_changes_nothing_of_the_row_that_counts() {
    let (bench, case) = denied_late();
    let before = project(&case, bench.calendar());
    let row = before.result.clone().unwrap();
    assert_eq!((row.counted_on, row.due_on), (Some(day("2026-04-20")), Some(day("2026-04-14"))), "late");
    assert_eq!((row.report_row, row.grounds.clone()), (Some(5), vec!["state_secret"]));
    let mut ordered = anew(&case, ReplyState::SetAside);
    let order = OrderedRound { round: 2, reply: 1, proceeding: 1, from_on: day("2026-06-01"), due_on: day("2026-07-01") };
    ordered.ordered_rounds.push(order);
    let after = project(&ordered, bench.calendar());
    assert_eq!(after.result, Some(row));
    assert_eq!(after.columns.due_on, Some(day("2026-07-01")), "the case has the body's date");
    let items = |projection: &Projection| projection.items.iter().map(|item| (item.reply, item.stands, item.counts)).collect::<Vec<_>>();
    assert_eq!((items(&before), items(&after)), (vec![(1, true, true)], vec![(1, false, true), (2, true, false)]));
}

/// Domain 6.6: the agency's own revocation takes the row of the new reply; what was challenged stays what it was.
#[test]
fn domain_6_6_a_proceeding_keeps_the_grounds_of_the_reply_that_it_challenges() {
    let (bench, case) = denied_late();
    let revoked = project(&anew(&case, ReplyState::Revoked), bench.calendar());
    let row = revoked.result.unwrap();
    assert_eq!((row.report_row, row.counted_on, row.grounds), (Some(3), Some(day("2026-06-15")), Vec::new()));
    assert_eq!(revoked.proceedings[0].grounds, ["state_secret"]);
    let silence = Proceeding { against: Against::Silence, ..case.proceedings[0].clone() };
    assert_eq!(project(&Case { proceedings: vec![silence], ..case }, bench.calendar()).proceedings[0].grounds, [""; 0]);
}

/// What was given stays counted when the dossier is disposed of; it is only reviewed no more.
#[test]
fn disposal_takes_nothing_out_of_the_figures() {
    let (bench, case) = denied_late();
    let report = RenderedFile { document: bench.case().id, sha256: "00".repeat(32), size: 1 };
    let disposal = Disposal {
        proposal: 1,
        on: day("2036-07-01"),
        by: APPROVER,
        report,
        documents: Vec::new(),
        with_case: None,
        companions: Vec::new(),
    };
    let kept = project(&case, bench.calendar());
    let disposed = project(&Case { disposal: Some(disposal), ..case }, bench.calendar());
    assert_eq!((disposed.items.len(), disposed.items[0].stands, disposed.items[0].counts), (1, false, true));
    assert_eq!(disposed.result, kept.result);
}

/// Domain 6.6: what was entered twice and voided is out of every table, its fee notices with it.
#[test]
fn domain_6_6_a_voided_case_is_out_of_every_figure() {
    let mut bench = registered("2026-07-06");
    let notice = json!({"on": "2026-07-20", "basis": {"method": "by_page", "pages": 68}, "reasons": "数量明显超过合理范围。"});
    bench.go("2026-07-20").take::<IssueFeeNotice>(CLERK, None, notice).unwrap();
    post(&mut bench, Letter::Fee { n: 1 }, "2026-07-20").unwrap();
    assert_eq!(project(bench.case(), bench.calendar()).fees.len(), 1);
    for stage in [Stage::Voided, Stage::Split] {
        let gone = project(&Case { stage, ..bench.case().clone() }, bench.calendar());
        assert_eq!((gone.fees, gone.result, gone.items), (Vec::new(), None, Vec::new()));
    }
}
