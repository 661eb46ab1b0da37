//! One reconsideration over several cases of the agency: one notice names them all, and one proceeding is opened over them.

use super::{ID_NUMBER, Neighbour, Stage};
use crate::several::drafted;
use crate::support::life::{by_post, disclosed, reply_letter};
use crate::support::town::FIRST_DAY;
use foi_docket::exchange::inbox::matching::digest_of;
use serde_json::{Value, json};
use uuid::Uuid;

const NUMBER: &str = "示复〔2026〕31号";

/// A notice about the stage's reply and others.
fn notice(stage: &Stage, further: Value) -> Value {
    let mut notice = stage.neighbour.notice(NUMBER, stage.reply_number());
    notice["about"]["further"] = further;
    notice
}

async fn proceedings(stage: &Stage, case: &Value) -> Vec<Value> {
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    stage.cast.clerk.get(&path).await.good()["proceedings"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn one_notice_over_several_replies_opens_one_proceeding() {
    let stage = Stage::set().await;
    let Stage { town, cast, neighbour, .. } = &stage;
    let second = cast.served("EA000000002CN").await;
    let silent = cast.registered().await;
    let further = json!([
        {"reply_number": second["replies"][0]["document_number"]},
        {"register_number": silent["acknowledgement"]["case_number"], "against": "silence", "applicant_digest": digest_of(&neighbour.matching, ID_NUMBER)}
    ]);
    // The decision comes first, and waits.
    let decision = Neighbour::upheld(NUMBER);
    assert_eq!(neighbour.push(town, &decision).await.good()["code"], "no_proceeding");
    let notice = notice(&stage, further);
    assert_eq!(neighbour.push(town, &notice).await.good()["state"], "applied");
    assert_eq!(neighbour.push(town, &notice).await.good()["state"], "applied", "twice is once");
    let mut ids = Vec::new();
    for (case, against) in [(&stage.case, "reply"), (&second, "reply"), (&silent, "silence")] {
        let all = proceedings(&stage, case).await;
        assert_eq!((all.len(), &all[0]["case_number"], &all[0]["received_on"]), (1, &json!(NUMBER), &json!(FIRST_DAY)));
        assert_eq!(all[0]["against"]["kind"], against);
        ids.push(all[0]["id"].clone());
    }
    assert!(ids[0].is_string() && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    // The body is told of each case, and that it was answered once.
    let now = stage.again().await;
    cast.reviewer.step(&now, "/proceedings/1/answer", json!({"on": FIRST_DAY})).await.good();
    stage.work();
    stage.work();
    for case in [&stage.case, &second, &silent] {
        assert_eq!(proceedings(&stage, case).await[0]["decision"]["outcome"]["outcome"], "upheld");
    }
    // Another notice of the same number has no second effect.
    let mut again = notice.clone();
    again["id"] = json!(Uuid::now_v7());
    assert_eq!(neighbour.push(town, &again).await.good()["code"], "reference_taken");
    let told = neighbour.poll(0).await;
    let of = |sort: &str| told.iter().filter(|one| one["type"] == sort).count();
    let numbers: std::collections::BTreeSet<&str> =
        told.iter().filter(|one| one["type"] == "case_data").map(|one| one["about"]["register_number"].as_str().unwrap()).collect();
    assert_eq!((numbers.len(), of("delivery_proof")), (3, 2), "{told:#?}");
    assert_eq!(of("answer"), 1, "one answer, whatever it covers");
    stage.holds();
}

#[actix_web::test]
async fn a_notice_over_several_waits_until_each_is_known() {
    let stage = Stage::set().await;
    let Stage { town, cast, neighbour, .. } = &stage;
    let waiting = cast.made().await;
    let number = waiting["replies"][0]["document_number"].clone();
    let missing = notice(&stage, json!([{"reply_number": "示市监公复〔2026〕999号"}]));
    assert_eq!(neighbour.push(town, &missing).await.good()["code"], "no_case");
    assert!(proceedings(&stage, &stage.case).await.is_empty(), "all or none");
    // The same case twice is a clerk's.
    let mut twice = notice(&stage, json!([{"reply_number": stage.reply_number()}]));
    twice["about"]["case_number"] = json!("示复〔2026〕32号");
    assert_eq!(neighbour.push(town, &twice).await.good()["code"], "step_by_hand");
    // One of them has not left the agency: a rule refuses the whole.
    let mut early = notice(&stage, json!([{"reply_number": number}]));
    early["about"]["case_number"] = json!("示复〔2026〕33号");
    assert_eq!(neighbour.push(town, &early).await.good()["code"], "reply_not_dispatched");
    assert!(proceedings(&stage, &stage.case).await.is_empty(), "all or none");
    let mut unnamed = notice(&stage, json!([{"against": "silence"}]));
    unnamed["id"] = json!(Uuid::now_v7());
    assert_eq!(neighbour.push(town, &unnamed).await.good()["code"], "no_case", "what names less is kept, and waits");
    stage.holds();
}

/// One reconsideration over two replies that were served.
async fn over_two(stage: &Stage) -> [Value; 2] {
    let second = stage.cast.served("EA000000002CN").await;
    let notice = notice(stage, json!([{"reply_number": second["replies"][0]["document_number"]}]));
    assert_eq!(stage.neighbour.push(&stage.town, &notice).await.good()["state"], "applied");
    [stage.case.clone(), second]
}

fn revoked(cases: &[&Value]) -> Value {
    json!({
        "outcome": {"by": "reconsideration", "outcome": "partly_revoked"}, "cause": "poor_reasons", "decided_on": FIRST_DAY, "received_on": FIRST_DAY,
        "order": {"what": "重新答复。", "kind": "answer_anew", "within": {"length": 20, "unit": "working_days"}, "cases": cases}
    })
}

async fn page(stage: &Stage, case: &Value) -> Value {
    stage.cast.clerk.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.good()
}

#[actix_web::test]
async fn fuyifa_64_77_an_order_over_several_cases_is_about_those_it_names() {
    let stage = Stage::set().await;
    let [first, second] = over_two(&stage).await;
    let stray = json!([Uuid::nil()]);
    let mut strange = revoked(&[]);
    strange["order"]["cases"] = stray;
    let now = page(&stage, &first).await;
    let refused = stage.cast.reviewer.step(&now, "/proceedings/1/decision", strange).await.refused("fields_refused");
    assert_eq!(refused["errors"][0]["pointer"], "/order/cases");
    // Entered from the one, it is about the other.
    stage.cast.reviewer.step(&now, "/proceedings/1/decision", revoked(&[&second["id"]])).await.good();
    let (first, second) = (page(&stage, &first).await, page(&stage, &second).await);
    let decision = |case: &Value| case["proceedings"][0]["decision"].clone();
    assert_eq!((&decision(&first)["outcome"], &decision(&first)["order"]), (&decision(&second)["outcome"], &Value::Null));
    assert_eq!((&first["stage"], &first["replies"][0]["state"]), (&json!("mailed"), &json!("issued")), "its reply stands");
    assert_eq!((&second["stage"], &second["replies"][0]["state"]), (&json!("registered"), &json!("set_aside")));
    assert_eq!(decision(&second)["order"]["within"]["length"], 20);
    // What is performed is performed where it was ordered; the other has nothing to perform.
    let paper = json!({"on": FIRST_DAY, "how": "已履行。", "proof": {"kind": "document", "document_id": stage.cast.paper().await}});
    stage.cast.reviewer.step(&first, "/proceedings/1/performance", paper.clone()).await.refused("nothing_open");
    stage.cast.reviewer.step(&second, "/proceedings/1/performance", paper).await.refused("performance_unproved");
    stage.holds();
}

#[actix_web::test]
async fn an_order_that_was_entered_for_all_is_taken_back_where_it_was_not_meant() {
    let stage = Stage::set().await;
    let [first, second] = over_two(&stage).await;
    stage.cast.reviewer.step(&page(&stage, &first).await, "/proceedings/1/decision", revoked(&[])).await.good();
    for case in [&first, &second] {
        assert_eq!(page(&stage, case).await["stage"], "registered");
    }
    // The one is answered anew; then it shows that the other was never meant.
    let case = page(&stage, &first).await;
    let case = stage.cast.handler.step(&case, "/drafts", json!({"items": [crate::support::life::denied()]})).await.good();
    let review = json!({"kind": "legal", "verdict": "approved", "opinion": "同意。"});
    let case = stage.cast.reviewer.step(&case, "/reviews", review).await.good();
    let case = stage.cast.approver.step(&case, "/replies", json!({})).await.good();
    let mut content = revoked(&[&first["id"]]);
    for dated in ["decided_on", "received_on"] {
        content.as_object_mut().unwrap().remove(dated);
    }
    (content["subject"], content["proceeding"]) = (json!("decision"), json!(1));
    // Where it stands nothing changes: it is taken back where it does not.
    let change = json!({"change": content, "reason": "责令事项只涉及一案。"});
    stage.cast.clerk.step(&case, "/amendments", change).await.refused("nothing_to_change");
    let case = page(&stage, &second).await;
    let amended = stage.cast.clerk.step(&case, "/amendments", json!({"change": content, "reason": "责令事项只涉及一案。"})).await.good();
    let n = amended["amendments"][0]["n"].clone();
    stage.cast.approver.step(&amended, &format!("/amendments/{n}/decision"), json!({"verdict": "approved"})).await.good();
    let (first, second) = (page(&stage, &first).await, page(&stage, &second).await);
    assert_eq!(
        (&second["stage"], &second["replies"][0]["state"]),
        (&json!("mailed"), &json!("issued")),
        "the reply that was never revoked stands again"
    );
    assert_eq!(
        (second["proceedings"][0]["decision"]["order"].is_null(), first["proceedings"][0]["decision"]["order"].is_null()),
        (true, false)
    );
    assert_eq!(first["replies"].as_array().unwrap().len(), 2);
    stage.holds();
}

#[actix_web::test]
async fn domain_6_6_an_order_that_was_entered_for_the_wrong_case_is_moved_to_the_right_one() {
    let stage = Stage::set().await;
    let [first, second] = over_two(&stage).await;
    stage.cast.reviewer.step(&page(&stage, &first).await, "/proceedings/1/decision", revoked(&[&first["id"]])).await.good();
    let mut content = revoked(&[&second["id"]]);
    for dated in ["decided_on", "received_on"] {
        content.as_object_mut().unwrap().remove(dated);
    }
    (content["subject"], content["proceeding"], content["cause"]) = (json!("decision"), json!(1), json!("poor_search"));
    let change = json!({"change": content, "reason": "责令事项登记在另一案。"});
    let amended = stage.cast.clerk.step(&page(&stage, &first).await, "/amendments", change).await.good();
    stage.cast.approver.step(&amended, "/amendments/1/decision", json!({"verdict": "approved"})).await.good();
    let (first, second) = (page(&stage, &first).await, page(&stage, &second).await);
    let decision = |case: &Value| case["proceedings"][0]["decision"].clone();
    assert_eq!((&first["stage"], &decision(&first)["order"]), (&json!("mailed"), &Value::Null), "its reply stands again");
    assert_eq!(decision(&second)["order"]["within"]["length"], 20);
    assert_eq!((&decision(&first)["cause"], &decision(&second)["cause"]), (&json!("poor_search"), &json!("poor_search")));
    let second = stage.cast.reviewer.step(&second, "/proceedings/1/new-round", json!({})).await.good();
    assert_eq!((&second["stage"], &second["replies"][0]["state"]), (&json!("registered"), &json!("set_aside")));
    stage.holds();
}

#[actix_web::test]
async fn article_45_of_two_amendments_that_wait_the_second_person_decides_on_the_same_in_every_case() {
    let stage = Stage::set().await;
    let [first, second] = over_two(&stage).await;
    stage.cast.reviewer.step(&page(&stage, &first).await, "/proceedings/1/decision", revoked(&[])).await.good();
    let amend = async |length: u32| {
        let mut content = revoked(&[]);
        for dated in ["decided_on", "received_on"] {
            content.as_object_mut().unwrap().remove(dated);
        }
        (content["subject"], content["proceeding"]) = (json!("decision"), json!(1));
        content["order"]["within"]["length"] = json!(length);
        let change = json!({"change": content, "reason": "期限登记有误。"});
        stage.cast.clerk.step(&page(&stage, &first).await, "/amendments", change).await.good()
    };
    amend(30).await;
    let proposed = amend(15).await;
    stage.cast.approver.step(&proposed, "/amendments/2/decision", json!({"verdict": "approved"})).await.good();
    let no = json!({"verdict": "rejected", "reason": "期限不是三十日。"});
    stage.cast.approver.step(&page(&stage, &second).await, "/amendments/1/decision", no).await.good();
    for case in [&first, &second] {
        let case = page(&stage, case).await;
        assert_eq!(case["proceedings"][0]["decision"]["order"]["within"]["length"], 15);
        let states: Vec<&Value> = case["amendments"].as_array().unwrap().iter().map(|amendment| &amendment["state"]).collect();
        assert_eq!(states, ["rejected", "applied"]);
    }
    stage.holds();
}

#[actix_web::test]
async fn fuyifa_77_each_case_of_a_joint_order_is_performed_on_its_own_day() {
    let stage = Stage::set().await;
    let [first, second] = over_two(&stage).await;
    let mut decision = revoked(&[]);
    decision["order"] = json!({"what": "更正登记。", "kind": "correct_record", "due_on": "2026-12-10"});
    let decided = stage.cast.reviewer.step(&page(&stage, &first).await, "/proceedings/1/decision", decision).await.good();
    let paper = stage.cast.paper().await;
    let performed =
        |on: &str, cases: Value| json!({"on": on, "how": "已更正。", "proof": {"kind": "document", "document_id": paper}, "cases": cases});
    let refused = stage.cast.reviewer.step(&decided, "/proceedings/1/performance", performed(FIRST_DAY, json!([second["id"]]))).await;
    assert_eq!(refused.refused("fields_refused")["errors"][0]["pointer"], "/cases");
    let one = stage.cast.reviewer.step(&decided, "/proceedings/1/performance", performed(FIRST_DAY, json!([first["id"]]))).await.good();
    let day = |case: &Value| case["proceedings"][0]["decision"]["order"]["performed_on"].clone();
    assert_eq!((day(&one), day(&page(&stage, &second).await)), (json!(FIRST_DAY), Value::Null), "owed there still");
    let next = "2026-11-03";
    stage.town.go(next);
    let other =
        stage.cast.reviewer.step(&page(&stage, &second).await, "/proceedings/1/performance", performed(next, json!([]))).await.good();
    assert_eq!((day(&page(&stage, &first).await), day(&other)), (json!(FIRST_DAY), json!(next)));
    // What was mistyped in one is mended there; the other has its own day.
    let change = json!({"subject": "proceeding", "proceeding": 1, "performed_on": FIRST_DAY});
    let amended = stage.cast.clerk.step(&other, "/amendments", json!({"change": change, "reason": "日期有误。"})).await.good();
    stage.cast.approver.step(&amended, "/amendments/1/decision", json!({"verdict": "approved"})).await.good();
    let (one, other) = (page(&stage, &first).await, page(&stage, &second).await);
    assert_eq!((day(&one), day(&other), &one["amendments"]), (json!(FIRST_DAY), json!(FIRST_DAY), &json!([])));
    stage.holds();
}

#[actix_web::test]
async fn domain_6_6_whoever_challenges_a_joint_reply_by_its_number_challenges_it_in_all_its_cases() {
    let stage = Stage::set().await;
    let Stage { town, cast, neighbour, .. } = &stage;
    let joint = drafted(cast, disclosed()).await;
    let again = async |case: &Value| cast.clerk.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.good();
    cast.cleared(&joint.cases[0]).await;
    let one = cast.approver.step(&again(&joint.cases[0]).await, "/replies", json!({})).await.good();
    let one = cast.clerk.step(&one, "/letters", reply_letter()).await.good();
    let one = cast.clerk.step(&one, "/dispatches", by_post("EA900000031CN")).await.good();
    let number = one["replies"][0]["document_number"].as_str().unwrap();
    // Named with one application, it is that case alone.
    let mut alone = neighbour.notice("示复〔2026〕34号", number);
    alone["about"]["register_number"] = one["acknowledgement"]["case_number"].clone();
    assert_eq!(neighbour.push(town, &alone).await.good()["state"], "applied");
    assert!(proceedings(&stage, &joint.cases[1]).await.is_empty());
    assert_eq!(neighbour.push(town, &neighbour.notice("示复〔2026〕35号", number)).await.good()["state"], "applied");
    let of = async |case: &Value| proceedings(&stage, case).await.pop().unwrap();
    let (first, second) = (of(&joint.cases[0]).await, of(&joint.cases[1]).await);
    assert_eq!((&first["case_number"], &second["case_number"]), (&json!("示复〔2026〕35号"), &json!("示复〔2026〕35号")));
    assert!(first["id"].is_string() && first["id"] == second["id"], "one proceeding over both");
    assert_eq!(second["against"], json!({"kind": "reply", "n": 1}));
    stage.holds();
}
