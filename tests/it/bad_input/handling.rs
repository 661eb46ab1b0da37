//! Bad input between registration and reply: each a named refusal, nothing written, no 500.

use super::events;
use crate::support::actor::{Actor, application};
use crate::support::handling::{consultation, correction, fee, reasons};
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use serde_json::{Value, json};

/// What is refused, by whom it was sent.
struct Refused<'a> {
    town: &'a Town,
    actor: &'a Actor,
    case: &'a Value,
}

impl Refused<'_> {
    /// Every body at its path with its code; nothing is written by any.
    async fn all(&self, wanted: impl IntoIterator<Item = (&'static str, Value, &'static str)>) {
        for (path, body, code) in wanted {
            let before = events(self.town);
            let reply = self.actor.step(self.case, path, body.clone()).await;
            assert!((400..500).contains(&reply.status), "{path} {body}: {} {:#}", reply.status, reply.body);
            assert_eq!(reply.body["code"], code, "{path} {body}: {:#}", reply.body);
            let problem = reply.refused(code);
            assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{path}: {problem:#}");
            assert_eq!(events(self.town), before, "{path} {body} wrote something");
        }
    }
}

fn answer() -> Value {
    json!({"channel": "counter", "arrived_on": FIRST_DAY, "words": "文号如下。"})
}

fn opinion() -> Value {
    json!({"on": FIRST_DAY, "opinion": "consents"})
}

fn payment(amount: i64) -> Value {
    json!({"on": FIRST_DAY, "amount": amount, "receipt_number": "示票 00000001"})
}

fn extension(days: impl Into<Value>) -> Value {
    json!({"working_days": days.into(), "reasons": "所涉档案分散。"})
}

fn dated(mut body: Value, field: &str, date: &str) -> Value {
    body[field] = json!(date);
    body
}

fn posted(letter: &Value, on: &str, number: &str) -> Value {
    json!({"letter": letter, "on": on, "method": {"method": "post", "carrier": "ems", "tracking_number": number}})
}

#[actix_web::test]
async fn a_step_before_the_receipt_or_on_the_wrong_stage_is_refused() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let mut fax = application(FIRST_DAY);
    fax["channel"] = json!("fax");
    let waiting = cast.clerk.post("/api/v1/cases", fax).await.good();
    let issued = cast.issued().await;
    for case in [waiting, cast.received().await, issued] {
        let clerk = Refused { town: &town, actor: &cast.clerk, case: &case };
        clerk
            .all([
                ("/corrections", correction(), "stage_forbids"),
                ("/corrections/1/receipt-confirmations", json!({"confirmed_on": FIRST_DAY}), "stage_forbids"),
                ("/corrections/1/answers", answer(), "stage_forbids"),
                ("/consultations", consultation(), "stage_forbids"),
                ("/consultations/1/failure", json!({"on": FIRST_DAY, "note": "查无此人。"}), "stage_forbids"),
                ("/extensions", extension(20), "stage_forbids"),
                ("/reasons-requests", reasons(), "stage_forbids"),
                ("/reasons-requests/1/answers", json!({"on": FIRST_DAY, "words": "研究。"}), "stage_forbids"),
                ("/fee-notices", fee(), "stage_forbids"),
                ("/payments", payment(100), "stage_forbids"),
            ])
            .await;
        let approver = Refused { actor: &cast.approver, ..clerk };
        approver
            .all([
                ("/consultations/1/decision", json!({"disclose": true, "reasons": "公共利益。"}), "stage_forbids"),
                ("/reasons-requests/1/assessment", json!({"reasonable": true, "words": "合理。"}), "stage_forbids"),
                ("/postponements", json!({"until": "2027-01-29", "reasons": "数量较大。"}), "stage_forbids"),
                ("/notice-voidings", json!({"letter": {"kind": "correction", "n": 1}, "reason": "误发。"}), "stage_forbids"),
            ])
            .await;
    }
}

#[actix_web::test]
async fn a_step_on_what_was_never_made_or_sent_is_refused() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.registered().await;
    let late = json!({"what": "payment", "on": FIRST_DAY, "receipt_number": "示票 00000001"});
    let voiding = |letter: Value| json!({"letter": letter, "reason": "误发。"});
    let clerk = Refused { town: &town, actor: &cast.clerk, case: &case };
    clerk
        .all([
            ("/corrections/1/answers", answer(), "correction_not_open"),
            ("/corrections/1/receipt-confirmations", json!({"confirmed_on": FIRST_DAY}), "correction_not_open"),
            ("/consultations/1/answers", opinion(), "unknown_target"),
            ("/consultations/1/failure", json!({"on": FIRST_DAY, "note": "查无此人。"}), "unknown_target"),
            ("/reasons-requests/1/answers", json!({"on": FIRST_DAY, "words": "研究。"}), "reasons_not_requested"),
            ("/payments", payment(100), "fee_not_open"),
            ("/dispatches", posted(&json!({"kind": "correction", "n": 1}), FIRST_DAY, "EA100000001CN"), "unknown_reference"),
        ])
        .await;
    Refused { actor: &cast.approver, ..clerk }
        .all([
            ("/consultations/1/decision", json!({"disclose": true, "reasons": "公共利益。"}), "unknown_target"),
            ("/reasons-requests/1/assessment", json!({"reasonable": true, "words": "合理。"}), "reasons_not_requested"),
            ("/postponements", json!({"until": "2027-01-29", "reasons": "数量较大。"}), "reasons_not_requested"),
            ("/notice-voidings", voiding(json!({"kind": "fee", "n": 1})), "nothing_open"),
            ("/reopenings", json!({"act": late, "reasons": "住院。"}), "stage_forbids"),
        ])
        .await;

    // A consultation whose letter is written and has not left is answered by nobody, though another waits for its answer.
    let case = cast.consulted("EA100000002CN").await;
    let case = cast.clerk.step(&case, "/consultations", consultation()).await.good();
    let clerk = Refused { town: &town, actor: &cast.clerk, case: &case };
    clerk
        .all([
            ("/consultations/2/answers", opinion(), "consultation_unknown"),
            ("/consultations/2/failure", json!({"on": FIRST_DAY, "note": "查无此人。"}), "consultation_unknown"),
            ("/consultations/3/answers", opinion(), "unknown_target"),
            ("/consultations/0/answers", opinion(), "not_found"),
            ("/consultations/99999999999/answers", opinion(), "not_found"),
        ])
        .await;
}

#[actix_web::test]
async fn what_happens_once_is_refused_twice() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (clerk, approver) = (&cast.clerk, &cast.approver);
    let letter = json!({"kind": "correction", "n": 1});

    let case = clerk.step(&cast.registered().await, "/corrections", correction()).await.good();
    Refused { town: &town, actor: clerk, case: &case }.all([("/corrections", correction(), "correction_already_used")]).await;
    let case = cast.handed_over(&case, letter.clone(), FIRST_DAY).await;
    let again = [
        ("/corrections", correction(), "correction_already_used"),
        ("/dispatches", posted(&letter, FIRST_DAY, "EA100000001CN"), "no_open_letter"),
        ("/dispatches/1/delivery", json!({"result": "delivered", "on": FIRST_DAY, "signed_by": "甲"}), "no_letter_on_its_way"),
    ];
    Refused { town: &town, actor: clerk, case: &case }.all(again).await;
    let case = clerk.step(&case, "/corrections/1/answers", answer()).await.good();
    Refused { town: &town, actor: clerk, case: &case }
        .all([("/corrections", correction(), "correction_already_used"), ("/corrections/1/answers", answer(), "correction_not_open")])
        .await;
    let voiding = json!({"letter": letter, "reason": "误发。"});
    Refused { town: &town, actor: approver, case: &case }.all([("/notice-voidings", voiding, "nothing_open")]).await;

    let case = clerk.step(&cast.consulted("EA100000002CN").await, "/consultations/1/answers", opinion()).await.good();
    Refused { town: &town, actor: clerk, case: &case }.all([("/consultations/1/answers", opinion(), "nothing_open")]).await;
    let decision = json!({"disclose": true, "reasons": "同意公开。"});
    let case = approver.step(&case, "/consultations/1/decision", decision.clone()).await.good();
    Refused { town: &town, actor: approver, case: &case }.all([("/consultations/1/decision", decision, "nothing_open")]).await;

    let case = approver.step(&cast.registered().await, "/extensions", extension(20)).await.good();
    Refused { town: &town, actor: approver, case: &case }.all([("/extensions", extension(20), "already_done")]).await;
    let case = cast.handed_over(&case, json!({"kind": "extension", "n": 1}), FIRST_DAY).await;
    Refused { town: &town, actor: approver, case: &case }.all([("/extensions", extension(20), "extension_already_used")]).await;

    let case = clerk
        .step(&cast.asked_for_reasons().await, "/reasons-requests/1/answers", json!({"on": FIRST_DAY, "words": "研究。"}))
        .await
        .good();
    Refused { town: &town, actor: clerk, case: &case }
        .all([
            ("/reasons-requests", reasons(), "reasons_already_requested"),
            ("/reasons-requests/1/answers", json!({"on": FIRST_DAY, "words": "研究。"}), "reasons_already_given"),
        ])
        .await;
    let assessment = json!({"reasonable": true, "words": "合理。"});
    let case = approver.step(&case, "/reasons-requests/1/assessment", assessment.clone()).await.good();
    let later = json!({"until": "2027-01-29", "reasons": "数量较大。"});
    let case = approver.step(&case, "/postponements", later.clone()).await.good();
    Refused { town: &town, actor: approver, case: &case }
        .all([("/reasons-requests/1/assessment", assessment, "already_done"), ("/postponements", later, "already_postponed")])
        .await;

    let case = clerk.step(&cast.charged().await, "/payments", payment(1000)).await.good();
    Refused { town: &town, actor: clerk, case: &case }
        .all([("/fee-notices", fee(), "fee_already_notified"), ("/payments", payment(1), "fee_not_open")])
        .await;
}

#[actix_web::test]
async fn numbers_that_no_period_and_no_fee_has_are_refused() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.registered().await;
    Refused { town: &town, actor: &cast.approver, case: &case }
        .all([
            ("/extensions", extension(0), "extension_days_out_of_range"),
            ("/extensions", extension(21), "extension_days_out_of_range"),
            ("/extensions", extension(u32::MAX), "extension_days_out_of_range"),
            ("/extensions", extension(-1), "malformed_body"),
            ("/extensions", extension(1.5), "malformed_body"),
            ("/extensions", extension("20"), "malformed_body"),
        ])
        .await;
    // Whoever is not the head of the FOI office extends nothing.
    Refused { town: &town, actor: &cast.clerk, case: &case }.all([("/extensions", extension(20), "not_head_of_foi_office")]).await;
    let term = |days: i64| {
        let mut body = correction();
        body["answer_within_working_days"] = json!(days);
        body
    };
    let by_page = |pages: i64| {
        let mut body = fee();
        body["basis"]["pages"] = json!(pages);
        body
    };
    let mut both = fee();
    both["basis"] = json!({"method": "by_item", "pages": 31});
    let mut by_item = fee();
    by_item["basis"] = json!({"method": "by_item"});
    Refused { town: &town, actor: &cast.clerk, case: &case }
        .all([
            ("/corrections", term(0), "term_out_of_range"),
            ("/corrections", term(366), "term_out_of_range"),
            ("/corrections", term(-3), "malformed_body"),
            ("/fee-notices", by_page(0), "pages_out_of_range"),
            ("/fee-notices", by_page(1_000_001), "pages_out_of_range"),
            ("/fee-notices", by_page(-1), "malformed_body"),
            ("/fee-notices", by_page(30), "nothing_to_charge"),
            ("/fee-notices", by_item, "nothing_to_charge"),
            ("/fee-notices", both, "malformed_body"),
        ])
        .await;
    let case = cast.charged().await;
    Refused { town: &town, actor: &cast.clerk, case: &case }
        .all([
            ("/payments", payment(0), "amount_out_of_range"),
            ("/payments", payment(1001), "amount_out_of_range"),
            ("/payments", payment(-1), "malformed_body"),
        ])
        .await;
}

#[actix_web::test]
async fn dates_out_of_order_and_out_of_this_world_are_refused() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let clerk = &cast.clerk;
    let case = cast.registered().await;
    let on_registered = Refused { town: &town, actor: clerk, case: &case };
    for (path, body) in
        [("/corrections", correction()), ("/consultations", consultation()), ("/reasons-requests", reasons()), ("/fee-notices", fee())]
    {
        on_registered
            .all([
                (path, dated(body.clone(), "on", "2026-11-01"), "date_before_previous"),
                (path, dated(body.clone(), "on", "1900-01-01"), "date_before_previous"),
                (path, dated(body.clone(), "on", "2026-11-03"), "date_in_future"),
                (path, dated(body.clone(), "on", "2200-01-01"), "date_in_future"),
                (path, dated(body.clone(), "on", "2026-02-30"), "malformed_body"),
                (path, dated(body, "on", "+99999-01-01"), "date_in_future"),
            ])
            .await;
    }
    let case = clerk.step(&case, "/corrections", correction()).await.good();
    let letter = json!({"kind": "correction", "n": 1});
    for (on, code) in [("2026-10-30", "date_before_previous"), ("1900-01-01", "date_before_previous"), ("2200-01-01", "date_in_future")] {
        Refused { town: &town, actor: clerk, case: &case }.all([("/dispatches", posted(&letter, on, "EA100000001CN"), code)]).await;
    }
    let sent = cast.handed_over(&case, letter, FIRST_DAY).await;
    let consulted = cast.consulted("EA100000002CN").await;
    let (asked, charged) = (cast.asked_for_reasons().await, cast.charged().await);
    for (on, code) in [("2026-10-30", "date_before_previous"), ("1900-01-01", "date_before_previous"), ("2200-01-01", "date_in_future")] {
        for (case, path, body) in [
            (&sent, "/corrections/1/answers", dated(answer(), "arrived_on", on)),
            (&consulted, "/consultations/1/answers", dated(opinion(), "on", on)),
            (&consulted, "/consultations/1/failure", json!({"on": on, "note": "查无此人。"})),
            (&consulted, "/dispatches/1/delivery", json!({"result": "delivered", "on": on, "signed_as": "addressee"})),
            (&asked, "/reasons-requests/1/answers", json!({"on": on, "words": "研究。"})),
            (&charged, "/payments", dated(payment(100), "on", on)),
        ] {
            Refused { town: &town, actor: clerk, case }.all([(path, body, code)]).await;
        }
    }
    let fax = json!({"channel": "fax", "arrived_on": FIRST_DAY, "words": "文号如下。"});
    let sent = clerk.step(&sent, "/corrections/1/answers", fax).await.good();
    for (on, code) in [("2026-10-30", "date_before_previous"), ("1900-01-01", "date_before_previous"), ("2200-01-01", "date_in_future")] {
        let body = json!({"confirmed_on": on});
        Refused { town: &town, actor: clerk, case: &sent }.all([("/corrections/1/receipt-confirmations", body, code)]).await;
    }
    let given = json!({"on": FIRST_DAY, "words": "研究。"});
    let asked = clerk.step(&asked, "/reasons-requests/1/answers", given).await.good();
    let assessed = json!({"reasonable": true, "words": "合理。"});
    let asked = cast.approver.step(&asked, "/reasons-requests/1/assessment", assessed).await.good();
    let later = |until: &str| json!({"until": until, "reasons": "数量较大。"});
    Refused { town: &town, actor: &cast.approver, case: &asked }
        .all([
            ("/postponements", later("1900-01-01"), "date_out_of_range"),
            ("/postponements", later("2200-01-01"), "date_out_of_range"),
            ("/postponements", later(FIRST_DAY), "postponed_date_not_later"),
            ("/postponements", later("2026-11-30"), "postponed_date_not_later"),
        ])
        .await;
}

#[actix_web::test]
async fn a_lapse_before_its_day_is_refused() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let consulted = cast.consulted("EA100000001CN").await;
    let decision = json!({"disclose": true, "reasons": "公共利益。"});
    let early = [("/consultations/1/decision", decision.clone(), "nothing_open")];
    Refused { town: &town, actor: &cast.approver, case: &consulted }.all(early.clone()).await;
    let served = json!({"result": "delivered", "on": FIRST_DAY, "signed_as": "addressee"});
    let consulted = cast.clerk.step(&consulted, "/dispatches/1/delivery", served).await.good();
    // Served on Monday 2 November: the 15th working day after it is Monday the 23rd.
    town.go("2026-11-23");
    let people = Cast::gather(&town).await;
    Refused { town: &town, actor: &people.approver, case: &consulted }.all(early).await;
    town.go("2026-11-24");
    let people = Cast::gather(&town).await;
    people.approver.step(&consulted, "/consultations/1/decision", decision).await.good();
}

#[actix_web::test]
async fn a_case_is_not_closed_for_a_term_that_is_not_over() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    for (case, kind, article) in [(cast.asked_to_correct().await, "o1", "30"), (cast.charged().await, "o2", "109号")] {
        let case = cast.clerk.step(&case, "/assignments", cast.assignment.clone()).await.good();
        let item = json!({
            "kind": kind, "main": true, "subject": "罚没款总额", "reasons": "视为放弃申请。", "articles": [article], "no_good_reason": true
        });
        let draft = [("/drafts", json!({"items": [item]}), "reply_incomplete")];
        Refused { town: &town, actor: &cast.handler, case: &case }.all(draft).await;
    }
}

#[actix_web::test]
async fn an_extension_after_the_due_date_is_refused() {
    let town = Town::open();
    let case = Cast::gather(&town).await.registered().await;
    town.go("2026-12-01");
    let people = Cast::gather(&town).await;
    Refused { town: &town, actor: &people.approver, case: &case }.all([("/extensions", extension(20), "extension_after_due_date")]).await;
    Refused { town: &town, actor: &people.clerk, case: &case }
        .all([("/fee-notices", dated(fee(), "on", "2026-12-01"), "fee_notice_after_due_date")])
        .await;
}
