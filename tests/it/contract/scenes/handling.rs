//! Scenes between registration and reply.

use super::{Scene, archive, on_case};
use crate::contract::Op;
use crate::support::handling::{conference, consultation, contact, correction, fee, nothing_found, reasons, search_tasks};
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::rules::permissions::Role;
use serde_json::json;

/// The scene of an operation of this stretch.
pub async fn scene(town: &Town, cast: &Cast, op: &Op, number: &str) -> Option<Scene> {
    let Cast { clerk, handler, approver, .. } = cast;
    Some(match op.id.as_str() {
        "accept_assignment" => on_case(handler, &cast.assigned().await, "/assignments/1/acceptance", json!({})),
        "return_assignment" => on_case(handler, &cast.assigned().await, "/assignments/1/return", json!({"reason": "应由其他科承办。"})),
        "open_search_tasks" => on_case(handler, &cast.assigned().await, "/search-tasks", search_tasks(&cast.assignment["department"])),
        "record_search_result" => on_case(handler, &cast.asked_to_search().await, "/search-tasks/1/result", nothing_found()),
        "return_search_result" => on_case(clerk, &cast.searched().await, "/search-tasks/1/return", json!({"reason": "未检索2023年。"})),
        "withdraw_search_task" => on_case(clerk, &cast.asked_to_search().await, "/search-tasks/1/withdrawal", json!({"reason": "误发。"})),
        "open_case_conference" => on_case(handler, &cast.assigned().await, "/case-conferences", conference(&cast.assignment["department"])),
        "record_conference_opinion" => {
            let body = json!({"on": FIRST_DAY, "words": "可以区分处理。"});
            on_case(handler, &cast.conferring().await, "/case-conferences/1/opinions", body)
        }
        "conclude_case_conference" => {
            let said = json!({"on": FIRST_DAY, "words": "可以区分处理。"});
            let case = handler.step(&cast.conferring().await, "/case-conferences/1/opinions", said).await.good();
            let body = json!({"on": FIRST_DAY, "minutes": "会商情况。", "result": "区分处理。"});
            on_case(handler, &case, "/case-conferences/1/conclusion", body)
        }
        "log_contact" => on_case(handler, &cast.assigned().await, "/contacts", contact()),
        "request_correction" => on_case(clerk, &cast.registered().await, "/corrections", correction()),
        "receive_correction" => {
            let body = json!({"channel": "counter", "arrived_on": FIRST_DAY, "words": "文号为示市监〔2025〕1号。"});
            on_case(clerk, &cast.asked_to_correct().await, "/corrections/1/answers", body)
        }
        "confirm_correction" => {
            let fax = json!({"channel": "fax", "arrived_on": FIRST_DAY, "words": "文号为示市监〔2025〕1号。"});
            let case = clerk.step(&cast.asked_to_correct().await, "/corrections/1/answers", fax).await.good();
            on_case(clerk, &case, "/corrections/1/receipt-confirmations", json!({"confirmed_on": FIRST_DAY}))
        }
        "open_consultation" => on_case(clerk, &cast.registered().await, "/consultations", consultation()),
        "record_consultation_answer" => {
            let body = json!({"on": FIRST_DAY, "opinion": "refuses", "words": "涉及商业秘密。"});
            on_case(clerk, &cast.consulted(number).await, "/consultations/1/answers", body)
        }
        "record_consultation_failure" => {
            let body = json!({"on": FIRST_DAY, "note": "两次投递，查无此地址。"});
            on_case(clerk, &cast.consulted(number).await, "/consultations/1/failure", body)
        }
        "decide_consultation" => {
            let answer = json!({"on": FIRST_DAY, "opinion": "refuses", "words": "涉及商业秘密。"});
            let case = clerk.step(&cast.consulted(number).await, "/consultations/1/answers", answer).await.good();
            let body = json!({"disclose": true, "reasons": "不公开对公共利益有重大影响。"});
            on_case(approver, &case, "/consultations/1/decision", body)
        }
        "extend_reply" => {
            let body = json!({"working_days": 20, "reasons": "所涉档案分散在三个处室。"});
            on_case(approver, &cast.registered().await, "/extensions", body)
        }
        "request_reasons" => on_case(clerk, &cast.registered().await, "/reasons-requests", reasons()),
        "record_reasons" => {
            let body = json!({"on": FIRST_DAY, "words": "用于学术研究。"});
            on_case(clerk, &cast.asked_for_reasons().await, "/reasons-requests/1/answers", body)
        }
        "assess_reasons" => {
            let given = json!({"on": FIRST_DAY, "words": "想要更多。"});
            let case = clerk.step(&cast.asked_for_reasons().await, "/reasons-requests/1/answers", given).await.good();
            on_case(approver, &case, "/reasons-requests/1/assessment", json!({"reasonable": false, "words": "理由不合理。"}))
        }
        "postpone_reply" => {
            let given = json!({"on": FIRST_DAY, "words": "用于学术研究。"});
            let case = clerk.step(&cast.asked_for_reasons().await, "/reasons-requests/1/answers", given).await.good();
            let assessed = json!({"reasonable": true, "words": "理由合理。"});
            let case = approver.step(&case, "/reasons-requests/1/assessment", assessed).await.good();
            on_case(approver, &case, "/postponements", json!({"until": "2027-01-29", "reasons": "数量较大。"}))
        }
        "issue_fee_notice" => on_case(clerk, &cast.registered().await, "/fee-notices", fee()),
        "record_payment" => {
            let body = json!({"on": FIRST_DAY, "amount": 300, "receipt_number": "示票 00000001"});
            on_case(clerk, &cast.charged().await, "/payments", body)
        }
        "void_notice" => {
            let body = json!({"letter": {"kind": "correction", "n": 1}, "reason": "误发：内容已经明确。"});
            on_case(approver, &cast.asked_to_correct().await, "/notice-voidings", body)
        }
        "reopen_case" => {
            let act = json!({"what": "corrected_application", "channel": "counter", "arrived_on": FIRST_DAY, "received_on": FIRST_DAY,
                             "words": "文号为示市监〔2025〕1号。"});
            let second = town.role(Role::Approver, "district").await;
            let case = cast.closed_by_lapse().await;
            on_case(&second, &case, "/reopenings", json!({"act": act, "reasons": "申请人住院。"}))
        }
        "split_case" => {
            let matters = json!({"reason": "两项互不相关。", "matters": [{"description": "甲文件"}, {"description": "乙文件"}]});
            on_case(clerk, &cast.registered().await, "/splits", matters)
        }
        _ => return archive::scene(town, cast, op, number).await,
    })
}
