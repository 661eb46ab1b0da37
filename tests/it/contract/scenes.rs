//! For every operation that may change something: a moment at which it is good, so that its traces can be looked at.

mod archive;
mod exchange;
mod handling;
mod learning;
mod mailing;
mod remedy;

use super::Op;
use crate::support::actor::{Actor, Reply, application};
use crate::support::life::{Cast, decision, delivered, disclosed, reconsideration_of};
use crate::support::town::{FIRST_DAY, Town, rest_days};
use foi_docket::rules::permissions::Role;
use reqwest::Method;
use serde_json::{Value, json};

/// One request that is good.
pub struct Scene {
    /// Who sends it.
    pub actor: Actor,
    /// Where.
    pub path: String,
    /// With which version, for what is versioned.
    pub if_match: Option<String>,
    /// What.
    pub body: Vec<u8>,
    /// Of which type.
    pub media_type: String,
    /// The case it is about.
    pub case: Option<String>,
}

impl Scene {
    /// Sends it with a key of its own or without.
    pub async fn send(&self, op: &Op, key: Option<&str>) -> Reply {
        let mut headers = vec![("content-type", self.media_type.as_str())];
        headers.extend(self.if_match.as_deref().map(|version| ("if-match", version)));
        headers.extend(key.map(|key| ("idempotency-key", key)));
        self.actor.send(op.method.clone(), &self.path, &headers, Some(self.body.clone())).await
    }
}

fn on_case(actor: &Actor, case: &Value, path: &str, body: Value) -> Scene {
    let id = case["id"].as_str().unwrap();
    Scene {
        actor: actor.clone(),
        path: format!("/api/v1/cases/{id}{path}"),
        if_match: Some(format!("\"{}\"", case["version"])),
        body: body.to_string().into_bytes(),
        media_type: "application/json".into(),
        case: Some(id.to_owned()),
    }
}

fn plain(actor: &Actor, path: &str, body: Value) -> Scene {
    Scene {
        actor: actor.clone(),
        path: format!("/api/v1{path}"),
        if_match: None,
        body: body.to_string().into_bytes(),
        media_type: "application/json".into(),
        case: None,
    }
}

/// A tracking number nobody else has.
fn tracking(op: &Op) -> String {
    let sum: u32 = op.id.bytes().zip(1..).map(|(byte, place): (u8, u32)| u32::from(byte) * place).sum();
    format!("EA{sum:09}CN")
}

/// The scene of an operation; none if it has not been thought of, and then the test fails.
pub async fn scene(town: &Town, cast: &Cast, op: &Op) -> Option<Scene> {
    // The scene before may have gone on by years.
    town.go(FIRST_DAY);
    if op.on_case() { of_case(town, cast, op).await } else { of_agency(town, cast, op).await }
}

async fn of_case(town: &Town, cast: &Cast, op: &Op) -> Option<Scene> {
    let Cast { clerk, handler, reviewer, approver, .. } = cast;
    let number = tracking(op);
    Some(match op.id.as_str() {
        "log_confirmation_attempt" | "confirm_receipt" => {
            let mut fax = application(FIRST_DAY);
            fax["channel"] = json!("fax");
            let case = clerk.post("/api/v1/cases", fax).await.good();
            if op.id == "confirm_receipt" {
                on_case(clerk, &case, "/receipt-confirmations", json!({"confirmed_on": FIRST_DAY, "means": "telephone"}))
            } else {
                let attempt = json!({"on": FIRST_DAY, "time": "10:20", "means": "telephone", "result": "not_reached"});
                on_case(clerk, &case, "/confirmation-attempts", attempt)
            }
        }
        "register_case" => on_case(clerk, &cast.received().await, "/registration", json!({})),
        "reissue_acknowledgement" => {
            let case = clerk.step(&cast.registered().await, "/amendments", earlier()).await.good();
            on_case(clerk, &case, "/acknowledgements", json!({}))
        }
        "examine_application" => on_case(
            clerk,
            &cast.registered().await,
            "/examinations",
            json!({"identity": "in_order", "authority": "not_applicable", "clarity": "in_order", "repeat": "in_order", "excess": "in_order", "split": "in_order"}),
        ),
        "assign_case" => on_case(clerk, &cast.registered().await, "/assignments", cast.assignment.clone()),
        "draft_reply" => on_case(handler, &cast.assigned().await, "/drafts", json!({"items": [disclosed()]})),
        "review_draft" => on_case(reviewer, &cast.drafted().await, "/reviews", json!({"kind": "legal", "verdict": "approved"})),
        "issue_reply" => on_case(approver, &cast.reviewed().await, "/replies", json!({})),
        "review_publication" => {
            let body = json!({"item": 1, "result": "not_publish", "reason": "仅涉及个别申请人。", "topic": "罚没款统计"});
            on_case(clerk, &cast.issued().await, "/publication-reviews", body)
        }
        "record_publication" => {
            let case = cast.to_be_published().await;
            let body = json!({"on": FIRST_DAY, "address": "https://www.example.cn/1.html"});
            on_case(clerk, &case, "/publication-reviews/1/publication", body)
        }
        "add_paper" => {
            let document = upload(clerk).await;
            let paper = json!({"document_id": document, "kind": "application", "title": "申请表", "dated_on": FIRST_DAY});
            on_case(clerk, &cast.registered().await, "/papers", paper)
        }
        "open_reconsideration" => on_case(reviewer, &cast.served(&number).await, "/reconsiderations", reconsideration_of(&number)),
        "open_litigation" => on_case(
            reviewer,
            &cast.served(&number).await,
            "/litigations",
            json!({"court": "示范区人民法院", "case_number": format!("（2026）示0000行初{number}号"), "instance": "first", "route": "direct",
                   "procedure": "ordinary", "against": {"kind": "reply", "n": 1}, "received_on": FIRST_DAY}),
        ),
        "answer_proceeding" => {
            on_case(reviewer, &cast.in_reconsideration(&number).await, "/proceedings/1/answer", json!({"on": FIRST_DAY}))
        }
        "record_proceeding_decision" => on_case(reviewer, &cast.in_reconsideration(&number).await, "/proceedings/1/decision", decision()),
        "file_proceeding" => on_case(
            reviewer,
            &cast.in_reconsideration(&number).await,
            "/proceedings/1/filings",
            json!({"on": FIRST_DAY, "with": "示范市市场监督管理局"}),
        ),
        "receive_opinion" => {
            on_case(reviewer, &cast.in_reconsideration(&number).await, "/proceedings/1/opinion", json!({"received_on": FIRST_DAY}))
        }
        "report_on_opinion" => {
            let case = cast.in_reconsideration(&number).await;
            let case = reviewer.step(&case, "/proceedings/1/opinion", json!({"received_on": FIRST_DAY})).await.good();
            on_case(reviewer, &case, "/proceedings/1/opinion-report", json!({"on": FIRST_DAY}))
        }
        "amend_case" => on_case(clerk, &cast.registered().await, "/amendments", earlier()),
        "decide_amendment" => {
            let case = clerk.step(&cast.registered_early().await, "/amendments", later()).await.good();
            on_case(approver, &case, "/amendments/1/decision", json!({"verdict": "approved"}))
        }
        "void_case" => on_case(approver, &cast.registered().await, "/voiding", json!({"reason": "重复登记。"})),
        "recall_reply" => on_case(approver, &cast.issued().await, "/replies/1/recall", json!({"reason": "附件有误。"})),
        "issue_erratum" => on_case(
            approver,
            &cast.served(&number).await,
            "/replies/1/errata",
            json!({"text": "第二页“二〇二五”应为“二〇二六”。", "remedy": "unchanged"}),
        ),
        "revoke_reply" => on_case(approver, &cast.served(&number).await, "/replies/1/revocation", json!({"reason": "适用条款有误。"})),
        _ => {
            if let Some(scene) = learning::of_case(cast, op, &number).await {
                return Some(scene);
            }
            if let Some(scene) = mailing::scene(cast, op, &number).await {
                return Some(scene);
            }
            if let Some(scene) = remedy::scene(town, cast, op, &number).await {
                return Some(scene);
            }
            return handling::scene(town, cast, op, &number).await;
        }
    })
}

/// An amendment that moves the due date earlier.
fn earlier() -> Value {
    json!({"change": {"subject": "receipt", "channel": "counter", "arrived_on": "2026-10-30"}, "reason": "登记日期有误。"})
}

/// An amendment that moves the due date later.
fn later() -> Value {
    json!({"change": {"subject": "receipt", "channel": "counter", "arrived_on": FIRST_DAY}, "reason": "登记日期有误。"})
}

impl Cast {
    /// Issued, and to be published.
    async fn to_be_published(&self) -> Value {
        let review = json!({"item": 1, "result": "publish", "reason": "公众普遍关心。", "topic": "罚没款统计",
                            "department": self.assignment["department"]});
        self.clerk.step(&self.issued().await, "/publication-reviews", review).await.good()
    }

    /// Registered with a receipt date some days ago.
    async fn registered_early(&self) -> Value {
        self.clerk.step(&self.clerk.receive("2026-10-28").await, "/registration", json!({})).await.good()
    }
}

/// An agreed answer that no reply of a scene must give.
fn agreed() -> Value {
    json!({"title": "口径", "kinds": ["n2"], "topics": ["统计"], "text": "需要另行制作。", "from_on": FIRST_DAY})
}

/// Proposed, and not decided.
async fn library_entry(clerk: &Actor) -> String {
    clerk.post("/api/v1/libraries/agreed-answers", agreed()).await.good()["id"].as_str().unwrap().to_owned()
}

/// Ends every post, so that a scene can be made twice in one town.
async fn end_posts(admin: &Actor) {
    let posts = admin.get("/api/v1/posts").await.good();
    for post in posts["items"].as_array().unwrap().iter().filter(|post| post["in_office"] == true) {
        let path = format!("/api/v1/posts/{}/ending", post["id"].as_str().unwrap());
        admin.post(&path, json!({"until_on": "2026-11-01"})).await.good();
    }
}

/// Stores a small document and gives its id.
async fn upload(actor: &Actor) -> Value {
    let (media_type, body) = pdf();
    let stored = actor.send(Method::POST, "/api/v1/documents", &[("content-type", media_type)], Some(body)).await.good();
    stored["id"].clone()
}

fn pdf() -> (&'static str, Vec<u8>) {
    let body = "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"form.pdf\"\r\n\
                Content-Type: application/pdf\r\n\r\n%PDF-1.4\n%%EOF\n\r\n--cut--\r\n";
    ("multipart/form-data; boundary=cut", body.as_bytes().to_vec())
}

#[expect(clippy::too_many_lines, reason = "one scene an operation")]
async fn of_agency(town: &Town, cast: &Cast, op: &Op) -> Option<Scene> {
    let clerk = &cast.clerk;
    let admin = town.sign_in("admin").await;
    let versioned = async |path: &str| {
        let seen = admin.get(&format!("/api/v1{path}")).await;
        (seen.headers["etag"].to_str().unwrap().to_owned(), seen.body)
    };
    Some(match op.id.as_str() {
        "receive_application" => plain(clerk, "/cases", application(FIRST_DAY)),
        "record_delivery_batch" => {
            let number = tracking(op);
            let _case = cast.posted(&number).await;
            let item = json!({"tracking_number": number, "delivery": delivered()});
            plain(clerk, "/delivery-batches", json!({"items": [item]}))
        }
        "receive_visit" => {
            let mut visit = application(FIRST_DAY);
            visit.as_object_mut().unwrap().retain(|key, _| key != "channel" && key != "arrived_on");
            visit["items"] = json!([disclosed()]);
            plain(clerk, "/counter-visits", visit)
        }
        "draft_joint_reply" => {
            let (one, two) = (cast.assigned().await, cast.assigned().await);
            let part = |case: &Value| json!({"case_id": case["id"], "items": [disclosed()]});
            plain(&cast.handler, "/joint-replies", json!({"parts": [part(&one), part(&two)]}))
        }
        "open_proceeding" => {
            let (one, two) = (cast.registered().await, cast.registered().await);
            plain(&cast.reviewer, "/proceedings", remedy::over(&[&one, &two]))
        }
        "dispatch_batch" => {
            let case = cast.issued().await;
            let item = json!({"case_id": case["id"], "letter": {"kind": "reply", "n": 1}, "tracking_number": tracking(op)});
            plain(clerk, "/dispatch-batches", json!({"carrier": "ems", "on": FIRST_DAY, "items": [item]}))
        }
        "upload_document" => {
            let (media_type, body) = pdf();
            Scene { body, media_type: media_type.into(), ..plain(clerk, "/documents", Value::Null) }
        }
        "search_applicants" => plain(clerk, "/applicant-searches", json!({"kind": "name", "value": "甲某某"})),
        "reveal_applicant" => {
            let case = cast.received().await;
            let applicant = case["applicants"][0]["id"].as_str().unwrap();
            plain(clerk, &format!("/applicants/{applicant}/reveals"), json!({"case_id": case["id"], "purpose": "contact"}))
        }
        "change_password" => {
            let actor = town.role(Role::Handler, "district").await;
            plain(&actor, "/me/password", json!({"current_password": "demo", "new_password": "a long sentence of one's own"}))
        }
        "create_account" => plain(
            &admin,
            "/accounts",
            json!({"username": "new.person", "display_name": "新人", "email": "new@example.cn", "roles": ["handler"], "department": cast.assignment["department"]}),
        ),
        "change_account" => {
            let id = town.account(Role::Handler, "district");
            let (version, _) = versioned(&format!("/accounts/{id}")).await;
            Scene { if_match: Some(version), ..plain(&admin, &format!("/accounts/{id}"), json!({"display_name": "改名"})) }
        }
        "reset_password" => {
            let id = town.account(Role::Handler, "district");
            plain(&admin, &format!("/accounts/{id}/password-resets"), json!({}))
        }
        "hand_over_account" => {
            let id = cast.assignment["handler"].as_str().unwrap();
            let _case = cast.assigned().await;
            let to = town.account(Role::Handler, "district");
            plain(&admin, &format!("/accounts/{id}/handovers"), json!({"to": to}))
        }
        "appoint_head" => {
            let account = town.account(Role::Approver, "district");
            plain(&admin, "/foi-office-heads", json!({"account": account, "deputy": true, "from_on": FIRST_DAY}))
        }
        "appoint_department_head" => {
            let account = town.account(Role::Handler, "district");
            let body =
                json!({"account": account, "department": cast.assignment["department"], "from_on": FIRST_DAY, "until_on": FIRST_DAY});
            end_posts(&admin).await;
            plain(&admin, "/department-heads", body)
        }
        "name_deputy" => {
            let approver = town.role(Role::Approver, "district").await;
            let account = town.account(Role::Handler, "district");
            plain(&approver, "/deputies", json!({"account": account, "from_on": FIRST_DAY, "until_on": "2026-11-13"}))
        }
        "end_post" => {
            let approver = town.role(Role::Approver, "district").await;
            let account = town.account(Role::Handler, "district");
            let post = approver.post("/api/v1/deputies", json!({"account": account, "from_on": FIRST_DAY, "until_on": "2026-11-13"}));
            let id = post.await.good()["id"].as_str().unwrap().to_owned();
            plain(&approver, &format!("/posts/{id}/ending"), json!({"until_on": FIRST_DAY}))
        }
        "create_department" => plain(&admin, "/departments", json!({"name": "新设科"})),
        "change_department" => {
            let id = cast.assignment["department"].as_str().unwrap();
            plain(&admin, &format!("/departments/{id}"), json!({"name": "执法稽查一科"}))
        }
        "replace_settings" => {
            let (version, mut settings) = versioned("/settings").await;
            settings.as_object_mut().unwrap().retain(|key, _| key != "edition" && key != "made_at");
            settings["contact"] = json!("示范路2号");
            Scene { if_match: Some(version), ..plain(&admin, "/settings", settings) }
        }
        "replace_letter_template" => {
            let path = "/letter-templates/decision_a1";
            let (version, template) = versioned(path).await;
            Scene {
                if_match: Some(version),
                ..plain(&admin, path, json!({"text": format!("{}\n特此告知。", template["text"].as_str().unwrap())}))
            }
        }
        "add_to_report" => {
            let mut content = crate::report::additions();
            content["based_on"] = clerk.get("/api/v1/annual-reports/2025").await.good()["version"].clone();
            plain(clerk, "/annual-reports/2025/additions", content)
        }
        "record_report_publication" => {
            let frozen = async |year: i32| clerk.get(&format!("/api/v1/annual-reports/{year}")).await.good()["state"] == "frozen";
            // Nothing before a frozen year can be frozen: where that of the scene below is, it is published.
            let year = if frozen(2023).await { 2023 } else { 2022 };
            let path = format!("/annual-reports/{year}");
            if !frozen(year).await {
                let report = clerk.post(&format!("/api/v1{path}/additions"), crate::report::additions()).await.good();
                let read = json!({"sha256": report["sha256"]});
                cast.approver.post(&format!("/api/v1{path}/approvals"), read.clone()).await.good();
                cast.approver.post(&format!("/api/v1{path}/freezing"), read).await.good();
            }
            let published = json!({"submitted_on": "2024-01-20", "published_on": "2024-01-21", "address": "https://www.example.cn/report"});
            plain(clerk, &format!("{path}/publications"), published)
        }
        "approve_annual_report" => {
            let report = clerk.post("/api/v1/annual-reports/2024/additions", crate::report::additions()).await.good();
            plain(&cast.approver, "/annual-reports/2024/approvals", json!({"sha256": report["sha256"]}))
        }
        "freeze_annual_report" => {
            let report = clerk.post("/api/v1/annual-reports/2023/additions", crate::report::additions()).await.good();
            let read = json!({"sha256": report["sha256"]});
            cast.approver.post("/api/v1/annual-reports/2023/approvals", read.clone()).await.good();
            plain(&cast.approver, "/annual-reports/2023/freezing", read)
        }
        "propose_library_entry" => plain(clerk, "/libraries/agreed-answers", agreed()),
        "propose_library_edition" => {
            let id = library_entry(clerk).await;
            cast.approver.post(&format!("/api/v1/library-entries/{id}/editions/1/decision"), json!({"verdict": "approved"})).await.good();
            plain(clerk, &format!("/library-entries/{id}/editions"), agreed())
        }
        "decide_library_edition" => {
            let id = library_entry(clerk).await;
            plain(&cast.approver, &format!("/library-entries/{id}/editions/1/decision"), json!({"verdict": "approved"}))
        }
        "load_calendar_notice" => plain(
            &admin,
            "/calendar-notices",
            json!({"year": 2027, "notice_number": "国办发明电〔2026〕0号", "holidays": rest_days(2027, &["2027-01-01"]), "working_weekends": []}),
        ),
        "decide_calendar_proposal" => {
            let other = town.role(Role::Administrator, "district").await;
            let notice = json!({"year": 2026, "notice_number": "国办发明电〔2026〕0号", "holidays": rest_days(2026, &["2026-01-01"]), "working_weekends": []});
            let proposed = other.post("/api/v1/calendar-notices", notice).await.good();
            let id = proposed["proposal"]["id"].as_str().unwrap().to_owned();
            plain(&admin, &format!("/calendar-proposals/{id}/decision"), json!({"verdict": "approved"}))
        }
        "resolve_mail_task" => {
            let id = town.failed_mail();
            plain(&admin, &format!("/mail-tasks/{id}/resolution"), json!({"action": "send_again"}))
        }
        _ => match exchange::scene(town, cast, op, &admin).await {
            Some(scene) => scene,
            None => return learning::of_agency(town, cast, op).await,
        },
    })
}
