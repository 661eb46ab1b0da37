//! Stretches between registration and reply over HTTP: notices that were made, left and were served.

use super::life::Cast;
use super::town::FIRST_DAY;
use serde_json::{Value, json};

impl Cast {
    /// A letter that is handed over and signed for on a day.
    pub async fn handed_over(&self, case: &Value, letter: Value, on: &str) -> Value {
        // A consulted party is no person of this name: its mail room signs.
        let signed_as = (letter["kind"] == "consultation").then_some("mail_room");
        let method = json!({"method": "hand_over", "delivered_on": on, "signed_by": "甲某某", "signed_as": signed_as});
        self.clerk.step(case, "/dispatches", json!({"letter": letter, "on": on, "method": method})).await.good()
    }

    /// A correction was asked for, and the notice served.
    pub async fn asked_to_correct(&self) -> Value {
        let case = self.clerk.step(&self.registered().await, "/corrections", correction()).await.good();
        self.handed_over(&case, json!({"kind": "correction", "n": 1}), FIRST_DAY).await
    }

    /// The handler's own department was asked to search.
    pub async fn asked_to_search(&self) -> Value {
        let tasks = search_tasks(&self.assignment["department"]);
        self.handler.step(&self.assigned().await, "/search-tasks", tasks).await.good()
    }

    /// Its search found nothing.
    pub async fn searched(&self) -> Value {
        self.handler.step(&self.asked_to_search().await, "/search-tasks/1/result", nothing_found()).await.good()
    }

    /// A conference was called by the handler, with the handler's department and somebody from outside.
    pub async fn conferring(&self) -> Value {
        self.handler.step(&self.assigned().await, "/case-conferences", conference(&self.assignment["department"])).await.good()
    }

    /// A third party was written to.
    pub async fn consulted(&self, tracking_number: &str) -> Value {
        let case = self.clerk.step(&self.registered().await, "/consultations", consultation()).await.good();
        let method = json!({"method": "post", "carrier": "ems", "tracking_number": tracking_number});
        let letter = json!({"letter": {"kind": "consultation", "n": 1}, "on": FIRST_DAY, "method": method});
        self.clerk.step(&case, "/dispatches", letter).await.good()
    }

    /// Reasons were asked for, and the notice served.
    pub async fn asked_for_reasons(&self) -> Value {
        let case = self.clerk.step(&self.registered().await, "/reasons-requests", reasons()).await.good();
        self.handed_over(&case, json!({"kind": "reasons_request", "n": 1}), FIRST_DAY).await
    }

    /// A fee was asked for, and the notice served.
    pub async fn charged(&self) -> Value {
        let case = self.clerk.step(&self.registered().await, "/fee-notices", fee()).await.good();
        self.handed_over(&case, json!({"kind": "fee", "n": 1}), FIRST_DAY).await
    }

    /// Received three weeks ago, not corrected in time, and closed for that.
    pub async fn closed_by_lapse(&self) -> Value {
        let case = self.clerk.receive("2026-10-12").await;
        let case = self.clerk.step(&case, "/registration", json!({})).await.good();
        let case = self.clerk.step(&case, "/assignments", self.assignment.clone()).await.good();
        let notice = json!({"on": "2026-10-14", "no_contact_reason": "申请人未留电话。", "points": "请补充文号。", "reasons": "内容不明确。", "answer_within_working_days": 5});
        let case = self.clerk.step(&case, "/corrections", notice).await.good();
        let case = self.handed_over(&case, json!({"kind": "correction", "n": 1}), "2026-10-15").await;
        let item = json!({
            "kind": "o1", "main": true, "subject": "罚没款总额", "reasons": "您逾期未补正，视为放弃申请。", "articles": ["30"],
            "no_good_reason": true
        });
        let case = self.handler.step(&case, "/drafts", json!({"items": [item]})).await.good();
        let case = self.approver.step(&case, "/replies", json!({})).await.good();
        self.handed_over(&case, json!({"kind": "reply", "n": 1}), FIRST_DAY).await
    }
}

/// A correction notice.
pub fn correction() -> Value {
    json!({"on": FIRST_DAY, "no_contact_reason": "申请人未留电话。", "points": "请补充文号。", "reasons": "内容不明确。"})
}

/// A search asked of one department.
pub fn search_tasks(department: &Value) -> Value {
    json!({"tasks": [{"department": department, "wanted": "罚没款统计表。", "due_on": "2026-11-09"}]})
}

/// The result of a search that found nothing.
pub fn nothing_found() -> Value {
    json!({
        "scope": {"places": ["综合档案室"], "words": ["罚没款"], "from_on": "2024-01-01", "until_on": FIRST_DAY, "searched_by": "承办人本人"},
        "searched_on": FIRST_DAY, "nothing_found": "经检索，未找到。"
    })
}

/// A conference of one department and somebody from outside.
pub fn conference(department: &Value) -> Value {
    json!({"question": "能否区分处理？", "due_on": "2026-11-16", "departments": [department], "outside": ["示范区司法局"]})
}

/// A telephone call with the applicant.
pub fn contact() -> Value {
    json!({"on": FIRST_DAY, "time": "14:10", "means": "telephone", "result": "reached", "words": "说明办理情况。"})
}

/// A letter to a third party.
pub fn consultation() -> Value {
    json!({"party": "third_party", "name": "示范检测有限公司，示范路9号", "on": FIRST_DAY, "question": "是否同意公开检测报告？"})
}

/// A notice that asks for reasons.
pub fn reasons() -> Value {
    json!({"on": FIRST_DAY, "words": "本月已申请多件，请说明理由。"})
}

/// A fee notice by page, of 1000 yuan.
pub fn fee() -> Value {
    json!({"on": FIRST_DAY, "basis": {"method": "by_page", "pages": 115}, "reasons": "数量明显超过合理范围。"})
}
