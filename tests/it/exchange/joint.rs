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
    stage.work();
    stage.work();
    for case in [&stage.case, &second, &silent] {
        assert_eq!(proceedings(&stage, case).await[0]["decision"]["outcome"]["outcome"], "upheld");
    }
    // Another notice of the same number has no second effect.
    let mut again = notice.clone();
    again["id"] = json!(Uuid::now_v7());
    assert_eq!(neighbour.push(town, &again).await.good()["code"], "reference_taken");
    // The body is told of each case, and that it was answered once.
    let now = stage.again().await;
    let answered = cast.reviewer.step(&now, "/proceedings/1/answer", json!({"on": FIRST_DAY})).await;
    if answered.status == 201 {
        stage.work();
        stage.work();
    }
    let told = neighbour.poll(0).await;
    let of = |sort: &str| told.iter().filter(|one| one["type"] == sort).count();
    let numbers: std::collections::BTreeSet<&str> =
        told.iter().filter(|one| one["type"] == "case_data").map(|one| one["about"]["register_number"].as_str().unwrap()).collect();
    assert_eq!((numbers.len(), of("delivery_proof")), (3, 2), "{told:#?}");
    assert_eq!(of("answer"), usize::from(answered.status == 201));
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
    neighbour.push(town, &unnamed).await.refused("malformed_body");
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
