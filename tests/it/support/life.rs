//! Stretches of a case's life over HTTP, for tests that begin somewhere on the way.

use super::actor::Actor;
use super::town::{FIRST_DAY, Town};
use reqwest::Method;
use serde_json::{Value, json};

/// The people who take a case through its life.
pub struct Cast {
    /// FOI office.
    pub clerk: Actor,
    /// Department.
    pub handler: Actor,
    /// Legal review.
    pub reviewer: Actor,
    /// Signs.
    pub approver: Actor,
    /// Department and account of the handler.
    pub assignment: Value,
}

impl Cast {
    /// Everybody signs in.
    pub async fn gather(town: &Town) -> Self {
        let handler = town.sign_in("handler").await;
        let me = handler.get("/api/v1/me").await.good();
        Self {
            clerk: town.sign_in("clerk").await,
            reviewer: town.sign_in("reviewer").await,
            approver: town.sign_in("approver").await,
            assignment: json!({"department": me["department"]["id"], "handler": me["id"]}),
            handler,
        }
    }

    /// Received today at the counter.
    pub async fn received(&self) -> Value {
        self.clerk.receive(FIRST_DAY).await
    }

    /// Registered.
    pub async fn registered(&self) -> Value {
        self.clerk.step(&self.received().await, "/registration", json!({})).await.good()
    }

    /// With a department and handler.
    pub async fn assigned(&self) -> Value {
        self.clerk.step(&self.registered().await, "/assignments", self.assignment.clone()).await.good()
    }

    /// Drafted, to be disclosed.
    pub async fn drafted(&self) -> Value {
        self.handler.step(&self.assigned().await, "/drafts", json!({"items": [disclosed()]})).await.good()
    }

    /// Nothing secret or private is in the open draft, says the reviewer.
    pub async fn cleared(&self, case: &Value) -> Value {
        self.reviewer.step(case, "/reviews", json!({"kind": "secrecy", "verdict": "approved"})).await.good()
    }

    /// Reviewed, ready to be signed.
    pub async fn reviewed(&self) -> Value {
        self.cleared(&self.drafted().await).await
    }

    /// Issued.
    pub async fn issued(&self) -> Value {
        self.approver.step(&self.reviewed().await, "/replies", json!({})).await.good()
    }

    /// What was given is not for everybody.
    pub async fn kept_back(&self, case: &Value) -> Value {
        let review = json!({"item": 1, "result": "not_publish", "reason": "仅涉及个别申请人。", "topic": "罚没款统计"});
        self.clerk.step(case, "/publication-reviews", review).await.good()
    }

    /// Issued, and its letter made.
    pub async fn made(&self) -> Value {
        self.clerk.step(&self.issued().await, "/letters", reply_letter()).await.good()
    }

    /// Posted.
    pub async fn posted(&self, tracking_number: &str) -> Value {
        self.clerk.step(&self.made().await, "/dispatches", by_post(tracking_number)).await.good()
    }

    /// Served.
    pub async fn served(&self, tracking_number: &str) -> Value {
        self.clerk.step(&self.posted(tracking_number).await, "/dispatches/1/delivery", delivered()).await.good()
    }

    /// Closed.
    pub async fn closed(&self, tracking_number: &str) -> Value {
        self.clerk.step(&self.served(tracking_number).await, "/closing", json!({})).await.good()
    }

    /// A stored paper, and its id.
    pub async fn paper(&self) -> Value {
        self.stored("").await
    }

    /// A stored slip of one case: no other has these bytes.
    pub async fn slip(&self, case: &Value) -> Value {
        self.stored(&format!("% {}\n", case["id"])).await
    }

    async fn stored(&self, words: &str) -> Value {
        let head = "--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n";
        let body = format!("{head}%PDF-1.4\n{words}%%EOF\n\r\n--cut--\r\n");
        let headers = [("content-type", "multipart/form-data; boundary=cut")];
        let stored = self.clerk.send(Method::POST, "/api/v1/documents", &headers, Some(body.into())).await;
        stored.good()["id"].clone()
    }

    /// The first dispatch of a closed case has the slip that proves it.
    pub async fn proved(&self, case: &Value) -> Value {
        let slip = json!({"document_id": self.slip(case).await, "role": "signed_slip", "dated_on": FIRST_DAY, "late_reason": "回执后到。"});
        self.clerk.step(case, "/dispatches/1/proofs", slip).await.good()
    }

    /// Sent on line.
    pub async fn sent_online(&self) -> Value {
        let method = json!({"method": "online", "address": "jia@example.cn", "consent": self.paper().await});
        let dispatch = json!({"letter": {"kind": "reply", "n": 1}, "on": FIRST_DAY, "method": method});
        self.clerk.step(&self.made().await, "/dispatches", dispatch).await.good()
    }

    /// In reconsideration.
    pub async fn in_reconsideration(&self, tracking_number: &str) -> Value {
        self.reviewer.step(&self.served(tracking_number).await, "/reconsiderations", reconsideration_of(tracking_number)).await.good()
    }

    /// Decided against the agency, with an order.
    pub async fn decided(&self, tracking_number: &str) -> Value {
        self.reviewer.step(&self.in_reconsideration(tracking_number).await, "/proceedings/1/decision", decision()).await.good()
    }
}

/// One item that is disclosed.
pub fn disclosed() -> Value {
    json!({
        "kind": "a2", "main": true, "subject": "罚没款总额", "reasons": "您申请的信息属于可以公开的政府信息，现予提供。",
        "articles": ["36(2)"], "how_to_obtain": "随本告知书附统计表。", "provided_form": "paper"
    })
}

/// One item that is denied as enforcement file.
pub fn denied() -> Value {
    json!({
        "kind": "d7", "main": true, "subject": "现场检查笔录", "reasons": "属于行政执法案卷信息。", "articles": ["16(2)", "36(3)"],
        "discretion_note": "公开影响后续执法。", "no_rule_requires_disclosure": true
    })
}

/// The letter of the first reply.
pub fn reply_letter() -> Value {
    json!({"letter": {"kind": "reply", "n": 1}})
}

/// The reply by EMS today.
pub fn by_post(tracking_number: &str) -> Value {
    json!({
        "letter": {"kind": "reply", "n": 1}, "on": FIRST_DAY,
        "method": {"method": "post", "carrier": "ems", "tracking_number": tracking_number}
    })
}

/// Signed for today.
pub fn delivered() -> Value {
    json!({"result": "delivered", "on": FIRST_DAY, "signed_by": "甲某某"})
}

/// A reconsideration of the first reply.
pub fn reconsideration() -> Value {
    json!({
        "body": "示范区人民政府", "case_number": "示复〔2026〕1号", "procedure": "summary",
        "against": {"kind": "reply", "n": 1}, "received_on": FIRST_DAY
    })
}

/// One whose number, which no other has, ends as that of a letter does.
pub fn reconsideration_of(tracking_number: &str) -> Value {
    let digits: String = tracking_number.chars().filter(char::is_ascii_digit).collect();
    let mut copy = reconsideration();
    copy["case_number"] = json!(format!("示复〔2026〕{}号", digits.trim_start_matches('0')));
    copy
}

/// A decision that corrects the agency.
pub fn decision() -> Value {
    json!({
        "outcome": {"by": "reconsideration", "outcome": "revoked"}, "decided_on": FIRST_DAY, "received_on": FIRST_DAY, "document_number": "示复决〔2026〕1号",
        "cause": "poor_reasons", "order": {"what": "十日内重新答复。", "kind": "other", "due_on": "2026-11-16"}
    })
}
