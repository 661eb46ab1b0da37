//! One paper in several cases, several cases in one reply, a whole visit at the counter: split, joint reply, counter visit (domain 6.6).

mod joint;

use crate::support::actor::{Actor, application};
use crate::support::life::{Cast, by_post, delivered, denied, disclosed, reply_letter};
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::audit::verify;
use foi_docket::demo::DISTRICT;
use foi_docket::rules::permissions::Role;
use serde_json::{Value, json};

fn two_matters() -> Value {
    json!({"reason": "一份申请表列有两项互不相关的事项。", "matters": [
        {"description": "申请公开2025年度行政处罚罚没款总额。"}, {"description": "申请公开2025年度公务接待批次。", "features": "区局机关"}]})
}

/// Nothing that stands in the database contradicts the trails.
fn verified(town: &Town) {
    let report = verify::verify(&town.app.db, &town.app.office, &town.app.documents, DISTRICT).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

async fn again(actor: &Actor, case: &Value) -> Value {
    actor.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.good()
}

async fn part(actor: &Actor, split: &Value, n: usize) -> Value {
    let id = split["splitting"]["parts"][n]["case_id"].as_str().unwrap();
    actor.get(&format!("/api/v1/cases/{id}")).await.good()
}

#[actix_web::test]
async fn a_paper_is_split_its_parts_are_answered_and_it_counts_no_more() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let clerk = &cast.clerk;
    let mut body = application(FIRST_DAY);
    body["external_references"] = json!([{"system": "city_platform", "reference": "PT-1"}]);
    let case = clerk.post("/api/v1/cases", body).await.good();
    let case = clerk.step(&case, "/registration", json!({})).await.good();
    let case = clerk
        .step(&case, "/contacts", json!({"on": FIRST_DAY, "means": "telephone", "result": "reached", "words": "申请人同意分件办理。"}))
        .await
        .good();
    cast.handler.step(&case, "/splits", two_matters()).await.refused("forbidden");
    let split = clerk.step(&case, "/splits", two_matters()).await.good();
    assert_eq!((&split["stage"], &split["case_number"]), (&json!("split"), &case["case_number"]));
    assert_eq!((split["duties"].as_array().unwrap().len(), &split["due_on"]), (0, &Value::Null));
    let steps: Vec<_> = split["available_steps"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(
        steps,
        [
            "record_delivery",
            "file_delivery_proof",
            "hold_dossier",
            "release_hold",
            "propose_disposal",
            "decide_disposal",
            "add_paper",
            "enter_on_platform"
        ]
    );
    for n in 0..2 {
        let part = part(clerk, &split, n).await;
        assert_eq!((&part["stage"], &part["received_on"], &part["due_on"]), (&json!("registered"), &case["received_on"], &case["due_on"]));
        assert_eq!(part["split_from"]["case_number"], case["case_number"]);
        assert_eq!(part["applicants"][0]["name"], case["applicants"][0]["name"]);
        assert_eq!(part["contacts"][0]["words"], "申请人同意分件办理。");
        assert_eq!(part["external_references"], json!([]), "the platform's number stays the paper's");
        assert_ne!(part["acknowledgement"]["query_code"], case["acknowledgement"]["query_code"]);
    }
    assert_eq!(part(clerk, &split, 1).await["request"]["description"], "申请公开2025年度公务接待批次。");
    let listed = clerk.get("/api/v1/cases?limit=50").await.good();
    let ids: Vec<_> = listed["items"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
    assert_eq!((ids.len(), ids.contains(&case["id"])), (2, false), "the parts stand in the register in its place");
    assert_eq!(clerk.get("/api/v1/cases?stage=split").await.good()["items"][0]["id"], case["id"]);
    // A case may not be split after its reply, nor twice.
    clerk.step(&split, "/splits", two_matters()).await.refused("stage_forbids");
    let issued = cast.issued().await;
    clerk.step(&issued, "/splits", two_matters()).await.refused("stage_forbids");
    let recalled = cast.approver.step(&issued, "/replies/1/recall", json!({"reason": "附件有误。"})).await.good();
    clerk.step(&recalled, "/splits", two_matters()).await.refused("split_after_reply");
    verified(&town);
}

#[actix_web::test]
async fn the_parts_count_for_fees_and_the_paper_does_not() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let clerk = &cast.clerk;
    let mut nine = Vec::new();
    for _ in 0..9 {
        nine.push(cast.registered().await);
    }
    let paper = cast.registered().await;
    let split = clerk.step(&paper, "/splits", two_matters()).await.good();
    let last = part(clerk, &split, 1).await;
    let notice = json!({"on": FIRST_DAY, "basis": {"method": "by_item"}, "reasons": "本月申请数量明显超过合理范围。"});
    let charged = clerk.step(&last, "/fee-notices", notice.clone()).await.good();
    assert_eq!(charged["fee_notices"][0]["amount"], 100, "the eleventh of the month: nine, and two parts");
    let tenth = part(clerk, &split, 0).await;
    clerk.step(&tenth, "/fee-notices", notice).await.refused("nothing_to_charge");
}

pub struct Joint {
    pub id: String,
    pub cases: [Value; 2],
}

/// Two assigned cases of one applicant, and a joint draft: one is told, the other denied where `other` says so.
pub async fn drafted(cast: &Cast, other: Value) -> Joint {
    let (one, two) = (cast.assigned().await, cast.assigned().await);
    let parts = json!({"parts": [{"case_id": one["id"], "items": [disclosed()]}, {"case_id": two["id"], "items": [other]}]});
    let tried = cast.handler.post("/api/v1/joint-replies?validate_only=true", parts.clone()).await;
    assert_eq!((tried.status, tried.body["cases"].as_array().map(Vec::len)), (200, Some(2)), "{:#}", tried.body);
    assert_eq!(again(&cast.clerk, &one).await["drafts"], json!([]), "nothing was written");
    let joint = cast.handler.post("/api/v1/joint-replies", parts).await.good();
    Joint { id: joint["id"].as_str().unwrap().to_owned(), cases: [again(&cast.clerk, &one).await, again(&cast.clerk, &two).await] }
}

async fn both(cast: &Cast, joint: &Joint) -> [Value; 2] {
    [again(&cast.clerk, &joint.cases[0]).await, again(&cast.clerk, &joint.cases[1]).await]
}

#[actix_web::test]
async fn one_document_answers_two_cases_from_the_draft_to_the_delivery() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let joint = drafted(&cast, denied()).await;
    for case in &joint.cases {
        let shown = &case["drafts"][0]["joint"];
        assert_eq!((shown["id"].as_str().unwrap(), shown["cases"].as_array().unwrap().len()), (joint.id.as_str(), 2));
        assert_eq!(case["joint_due_on"], case["due_on"]);
    }
    // The review of one is the review of both; the denial in one asks for the third person in both.
    let two = cast.cleared(&joint.cases[1]).await;
    cast.reviewer.step(&two, "/reviews", json!({"kind": "legal", "verdict": "approved"})).await.good();
    let [one, two] = both(&cast, &joint).await;
    assert_eq!((one["drafts"][0]["reviews"].as_array().unwrap().len(), two["drafts"][0]["reviews"].as_array().unwrap().len()), (2, 2));
    cast.approver.step(&joint.cases[0], "/replies", json!({})).await.refused("stale_version");
    let one = cast.approver.step(&one, "/replies", json!({})).await.good();
    let two = again(&cast.clerk, &two).await;
    assert_eq!((&one["stage"], &two["stage"]), (&json!("replied"), &json!("replied")));
    assert_eq!(one["replies"][0]["document_number"], two["replies"][0]["document_number"], "one document, one number");
    assert_eq!(one["replies"][0]["remedy"], two["replies"][0]["remedy"], "and one remedy paragraph");
    assert_eq!(one["replies"][0]["remedy"]["path"], "reconsideration_first", "because a part is denied under Art 16");
    assert_ne!(one["outcome"]["report_row"], two["outcome"]["report_row"], "each counts by its own items");
    cast.approver.step(&two, "/voiding", json!({"reason": "重复"})).await.refused("joint_broken");

    let two = cast.clerk.step(&two, "/letters", reply_letter()).await.good();
    let one = again(&cast.clerk, &one).await;
    assert_eq!(one["letters"][0]["id"], two["letters"][0]["id"], "one letter");
    let one = cast.clerk.step(&one, "/dispatches", by_post("EA123456789CN")).await.good();
    let two = again(&cast.clerk, &two).await;
    assert_eq!((&one["stage"], &two["stage"]), (&json!("mailed"), &json!("mailed")));
    assert_eq!(two["dispatches"][0]["tracking_number"], "EA123456789CN");
    assert_eq!((&one["dispatches"][0]["with_case"], &two["dispatches"][0]["with_case"]), (&Value::Null, &one["id"]));
    // The number of the shared envelope is on no other letter.
    let other = cast.issued().await;
    cast.clerk.step(&other, "/dispatches", by_post("EA123456789CN")).await.refused("tracking_number_used");
    let two = cast.clerk.step(&two, "/dispatches/1/delivery", delivered()).await.good();
    let one = again(&cast.clerk, &one).await;
    assert_eq!((&one["dispatches"][0]["served_on"], &two["dispatches"][0]["served_on"]), (&json!(FIRST_DAY), &json!(FIRST_DAY)));
    verified(&town);

    // What is wrong in the document is wrong for both: a clerical mistake first, then the substance.
    let erratum = json!({"text": "第二页“二〇二五”应为“二〇二六”。", "remedy": "unchanged"});
    let one = cast.approver.step(&one, "/replies/1/errata", erratum).await.good();
    let two = again(&cast.clerk, &two).await;
    assert_eq!(one["replies"][0]["errata"][0]["document_number"], two["replies"][0]["errata"][0]["document_number"]);
    let two = cast.approver.step(&two, "/replies/1/revocation", json!({"reason": "检索遗漏。"})).await.good();
    let one = again(&cast.clerk, &one).await;
    assert_eq!((&one["stage"], &two["stage"]), (&json!("registered"), &json!("registered")));
    assert_eq!(one["replies"][0]["revocation"]["document_number"], two["replies"][0]["revocation"]["document_number"]);
    let letter = json!({"letter": {"kind": "revocation", "reply": 1}});
    cast.clerk.step(&one, "/letters", letter).await.good();
    assert_eq!(both(&cast, &joint).await.map(|case| case["letters"].as_array().unwrap().len()), [2, 2]);
    verified(&town);
}

#[actix_web::test]
async fn a_recall_is_of_both_and_no_two_documents_bear_one_number() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let joint = drafted(&cast, disclosed()).await;
    cast.cleared(&joint.cases[0]).await;
    let one = cast.approver.step(&both(&cast, &joint).await[0], "/replies", json!({})).await.good();
    let number = one["replies"][0]["document_number"].clone();
    cast.approver.step(&one, "/replies/1/recall", json!({"reason": "附件有误。"})).await.good();
    // Answered apart now, the second first: the number goes on with the first of the document.
    let mut numbers = Vec::new();
    for n in [1, 0] {
        let case = &both(&cast, &joint).await[n];
        assert_eq!((&case["stage"], &case["replies"][0]["state"]), (&json!("registered"), &json!("recalled")));
        let case = cast.handler.step(case, "/drafts", json!({"items": [disclosed()]})).await.good();
        let case = cast.approver.step(&cast.cleared(&case).await, "/replies", json!({})).await.good();
        assert_eq!(case["replies"][1]["joint"], Value::Null);
        numbers.push(case["replies"][1]["document_number"].clone());
    }
    assert_eq!((numbers[1] == number, numbers[0] == number), (true, false));
    verified(&town);
}

#[actix_web::test]
async fn what_cannot_share_a_reply_is_refused_by_name_and_nothing_is_drafted() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let one = cast.assigned().await;
    let refused = async |other: &Value, code: &str, pointer: &str| {
        let parts = json!({"parts": [{"case_id": one["id"], "items": [disclosed()]}, {"case_id": other["id"], "items": [disclosed()]}]});
        let problem = cast.handler.post("/api/v1/joint-replies", parts).await.refused(code);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem:#}");
    };
    refused(&one, "case_repeated", "/parts/1/case_id").await;
    // Somebody else asked.
    let mut body = application(FIRST_DAY);
    body["applicants"][0]["id_number"] = json!("11010519491231002X");
    let case = cast.clerk.post("/api/v1/cases", body).await.good();
    let case = cast.clerk.step(&case, "/registration", json!({})).await.good();
    let stranger = cast.clerk.step(&case, "/assignments", cast.assignment.clone()).await.good();
    refused(&stranger, "joint_unfit", "/parts/0/case_id").await;
    // Another department, another agency, a case that is answered.
    refused(&cast.registered().await, "joint_unfit", "/parts/0/case_id").await;
    let sister = town.role(Role::Clerk, "sister").await;
    let foreign = sister.step(&sister.receive(FIRST_DAY).await, "/registration", json!({})).await.good();
    refused(&foreign, "unknown_reference", "/parts/1").await;
    refused(&cast.issued().await, "stage_forbids", "/parts/1").await;
    // What the law misses in one part is named there.
    let two = cast.assigned().await;
    let mut short = disclosed();
    short["how_to_obtain"] = Value::Null;
    let parts = json!({"parts": [{"case_id": one["id"], "items": [disclosed()]}, {"case_id": two["id"], "items": [short]}]});
    let problem = cast.handler.post("/api/v1/joint-replies", parts).await.refused("reply_incomplete");
    assert!(problem["errors"][0]["pointer"].as_str().unwrap().starts_with("/parts/1/items/0/"), "{problem:#}");
    let alone = json!({"parts": [{"case_id": one["id"], "items": [disclosed()]}]});
    cast.handler.post("/api/v1/joint-replies", alone).await.refused("fields_refused");
    assert_eq!(again(&cast.clerk, &one).await["drafts"], json!([]), "all or none");
}

#[actix_web::test]
async fn a_draft_that_one_case_has_replaced_is_signed_for_none() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let joint = drafted(&cast, disclosed()).await;
    cast.cleared(&joint.cases[0]).await;
    let [one, two] = both(&cast, &joint).await;
    cast.clerk.step(&two, "/splits", two_matters()).await.refused("split_obstructed");
    cast.handler.step(&two, "/drafts", json!({"items": [disclosed()]})).await.good();
    let problem = cast.approver.step(&one, "/replies", json!({})).await.refused("joint_broken");
    assert!(problem["detail"].as_str().unwrap().contains(two["case_number"].as_str().unwrap()), "{problem:#}");
    assert_eq!(again(&cast.clerk, &one).await["stage"], "registered");
}

#[actix_web::test]
async fn two_approvals_at_once_issue_one_document() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let joint = drafted(&cast, disclosed()).await;
    cast.cleared(&joint.cases[0]).await;
    let [one, two] = both(&cast, &joint).await;
    let second = town.role(Role::Approver, "district").await;
    let (first, other) = tokio::join!(cast.approver.step(&one, "/replies", json!({})), second.step(&two, "/replies", json!({})));
    let mut statuses = [first.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201);
    assert!(matches!(statuses[1], 409 | 412), "{statuses:?}");
    let [one, two] = both(&cast, &joint).await;
    assert_eq!((one["replies"].as_array().unwrap().len(), two["replies"].as_array().unwrap().len()), (1, 1));
    assert_eq!(one["replies"][0]["document_number"], two["replies"][0]["document_number"]);
    verified(&town);
}

#[actix_web::test]
async fn a_case_that_is_answered_is_not_merged_away() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let answered = cast.posted("EA000000001CN").await;
    let twin = cast.registered().await;
    let merge = json!({"reason": "重复登记。", "survivor": twin["id"]});
    cast.approver.step(&answered, "/voiding", merge).await.refused("stage_forbids");
    let split = cast.clerk.step(&cast.registered().await, "/splits", two_matters()).await.good();
    let merge = json!({"reason": "重复登记。", "survivor": split["id"]});
    cast.approver.step(&twin, "/voiding", merge).await.refused("survivor_unfit");
}

#[actix_web::test]
async fn article_33_1_a_visit_ends_with_the_reply_in_the_visitor_s_hand() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let mut visit = application(FIRST_DAY);
    for key in ["channel", "arrived_on"] {
        visit.as_object_mut().unwrap().remove(key);
    }
    visit["items"] = json!([disclosed()]);
    cast.handler.post("/api/v1/counter-visits", visit.clone()).await.refused("forbidden");
    let mut dated = visit.clone();
    dated["arrived_on"] = json!("2026-10-01");
    cast.clerk.post("/api/v1/counter-visits", dated).await.refused("malformed_body");
    let case = cast.clerk.post("/api/v1/counter-visits", visit.clone()).await.good();
    assert_eq!((&case["stage"], &case["received_on"]), (&json!("registered"), &json!(FIRST_DAY)));
    let case = cast.approver.step(&cast.cleared(&case).await, "/replies", json!({})).await.good();
    let case = cast.clerk.step(&case, "/letters", reply_letter()).await.good();
    let signed = json!({"letter": {"kind": "reply", "n": 1}, "on": FIRST_DAY,
                        "method": {"method": "hand_over", "delivered_on": FIRST_DAY, "signed_by": "甲某某"}});
    let case = cast.clerk.step(&case, "/dispatches", signed).await.good();
    let case = cast.clerk.step(&case, "/closing", json!({})).await.good();
    assert_eq!((&case["stage"], &case["dispatches"][0]["served_on"]), (&json!("closed"), &json!(FIRST_DAY)));
    visit["items"] = json!([denied()]);
    let case = cast.clerk.post("/api/v1/counter-visits", visit).await.good();
    cast.approver.step(&case, "/replies", json!({})).await.refused("second_approval_missing");
    verified(&town);
}

#[actix_web::test]
async fn article_36_6_a_visit_may_repeat_what_the_same_person_asked_before() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let answered = cast.posted("EA000000001CN").await;
    let mut visit = application(FIRST_DAY);
    for key in ["channel", "arrived_on"] {
        visit.as_object_mut().unwrap().remove(key);
    }
    visit["items"] = json!([{"kind": "p2", "main": true, "subject": "罚没款总额", "reasons": "此前已就同一信息作出答复。",
                             "articles": ["36(6)"], "earlier_case": answered["id"]}]);
    let mut other = visit.clone();
    other["applicants"][0]["id_number"] = json!("110101199003070038");
    let problem = cast.clerk.post("/api/v1/counter-visits", other).await.refused("reply_incomplete");
    assert!(problem["detail"].as_str().unwrap().contains("不是同一申请人"), "{problem:#}");
    let case = cast.clerk.post("/api/v1/counter-visits", visit).await.good();
    assert_eq!(case["drafts"][0]["items"][0]["kind"], "p2");
    verified(&town);
}

#[actix_web::test]
async fn what_the_post_brings_is_entered_for_many_letters_at_once() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let joint = drafted(&cast, disclosed()).await;
    cast.cleared(&joint.cases[0]).await;
    let one = cast.approver.step(&both(&cast, &joint).await[0], "/replies", json!({})).await.good();
    let one = cast.clerk.step(&one, "/letters", reply_letter()).await.good();
    cast.clerk.step(&one, "/dispatches", by_post("EA000000001CN")).await.good();
    let alone = cast.posted("EA000000002CN").await;
    let list = |numbers: &[&str], on: &str| {
        let item = |number: &&str| json!({"tracking_number": number, "delivery": {"result": "delivered", "on": on, "signed_by": "甲某某"}});
        json!({"items": numbers.iter().map(item).collect::<Vec<_>>()})
    };
    let path = "/api/v1/delivery-batches";
    let unknown = cast.clerk.post(path, list(&["EA000000001CN", "EA999999999CN"], FIRST_DAY)).await.refused("unknown_reference");
    assert_eq!(unknown["errors"][0]["pointer"], "/items/1/tracking_number");
    let early = cast.clerk.post(path, list(&["EA000000001CN", "EA000000002CN"], "2026-10-30")).await.refused("date_before_previous");
    assert_eq!(early["errors"][0]["pointer"], "/items/0/delivery/on");
    let twice = cast.clerk.post(path, list(&["EA000000002CN", "ea000000002cn"], FIRST_DAY)).await.refused("no_letter_on_its_way");
    assert_eq!(twice["errors"][0]["pointer"], "/items/1");
    let tried = cast.clerk.post(&format!("{path}?validate_only=true"), list(&["EA000000001CN", "EA000000002CN"], FIRST_DAY)).await;
    assert_eq!((tried.status, &again(&cast.clerk, &alone).await["version"]), (200, &alone["version"]));
    let recorded = cast.clerk.post(path, list(&["EA000000001CN", "EA000000002CN"], FIRST_DAY)).await.good();
    assert_eq!((&recorded["letters"][0]["case_id"], &recorded["letters"][1]["case_id"]), (&one["id"], &alone["id"]));
    for case in both(&cast, &joint).await.iter().chain([&again(&cast.clerk, &alone).await]) {
        assert_eq!(case["dispatches"][0]["served_on"], FIRST_DAY, "{:#}", case["dispatches"]);
    }
    verified(&town);
}
