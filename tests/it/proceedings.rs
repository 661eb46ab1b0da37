//! Reconsiderations and lawsuits over HTTP: one over several cases, an ordered round, the evidence pack, complaints; and what verify says after.

use crate::dossier::{open, upload};
use crate::support::actor::{Actor, application};
use crate::support::life::{Cast, by_post, delivered, disclosed, reconsideration, reply_letter};
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::audit::verify;
use foi_docket::demo::DISTRICT;
use foi_docket::rules::permissions::Role;
use serde_json::{Value, json};

/// Nothing that stands in the database contradicts the trails.
fn verified(town: &Town) {
    let report = verify::verify(&town.app.db, &town.app.office, &town.app.documents, DISTRICT).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

async fn again(actor: &Actor, case: &Value) -> Value {
    actor.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.good()
}

fn covered(case: &Value, against: Value) -> Value {
    json!({"case_id": case["id"], "against": against})
}

fn of_body(cases: Value) -> Value {
    json!({
        "proceeding": {"kind": "reconsideration", "body": "示范区人民政府", "case_number": "示复〔2026〕8号", "procedure": "ordinary",
                       "accepted_on": FIRST_DAY, "received_on": FIRST_DAY},
        "cases": cases
    })
}

fn silence() -> Value {
    json!({"kind": "silence"})
}

#[actix_web::test]
async fn article_50_3_one_number_of_one_body_is_entered_on_one_case_or_on_all_it_covers_at_once() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (one, two) = (cast.registered().await, cast.registered().await);
    let copy = json!({"body": "示范区人民政府", "case_number": "示复〔2026〕9号", "procedure": "ordinary", "against": silence(), "received_on": FIRST_DAY});
    let reviewer = &cast.reviewer;
    let entered = reviewer.step(&one, "/reconsiderations", copy.clone()).await.good();
    let refused = reviewer.step(&two, "/reconsiderations", copy.clone()).await.refused("proceeding_known");
    assert_eq!(refused["errors"][0]["pointer"], "/case_number");
    assert!(refused["detail"].as_str().unwrap().contains(one["id"].as_str().unwrap()), "{refused}");
    // Voided there, it is entered over both.
    let void = json!({"change": {"subject": "proceeding_voided", "proceeding": 1}, "reason": "同一复议涉及两案。"});
    let proposed = cast.clerk.step(&entered, "/amendments", void).await.good();
    cast.approver.step(&proposed, "/amendments/1/decision", json!({"verdict": "approved"})).await.good();
    let mut body = of_body(json!([covered(&one, silence()), covered(&two, silence())]));
    body["proceeding"]["case_number"] = copy["case_number"].clone();
    reviewer.post("/api/v1/proceedings", body).await.good();
    verified(&town);
}

#[actix_web::test]
async fn one_proceeding_over_two_cases_is_one_everywhere() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (one, two, third) = (cast.registered().await, cast.registered().await, cast.in_reconsideration("EA000000001CN").await);
    let reviewer = &cast.reviewer;
    let body = of_body(json!([covered(&one, silence()), covered(&two, silence())]));
    let entered = reviewer.post("/api/v1/proceedings", body).await.good();
    assert_eq!(entered["cases"].as_array().unwrap().len(), 2);
    let seen = again(reviewer, &two).await;
    let known = &seen["proceedings"][0];
    assert_eq!((&known["id"], known["covers"].as_array().unwrap().len()), (&entered["id"], 2));

    // A step on one is a step on both.
    let paper = cast.paper().await;
    let answered =
        reviewer.step(&again(reviewer, &one).await, "/proceedings/1/answer", json!({"on": FIRST_DAY, "document_id": paper})).await.good();
    assert_eq!(answered["proceedings"][0]["answer"]["document_id"], paper);
    assert_eq!(again(reviewer, &two).await["proceedings"][0]["answer"]["document_id"], paper);
    let rest = json!({"notice": {"what": "suspended"}, "on": FIRST_DAY});
    reviewer.step(&again(reviewer, &two).await, "/proceedings/1/notices", rest.clone()).await.good();
    assert_eq!(again(reviewer, &one).await["proceedings"][0]["suspended"], true);
    reviewer.step(&again(reviewer, &one).await, "/proceedings/1/notices", rest).await.refused("already_suspended");

    // In the list it stands once, with both cases.
    let listed = reviewer.get("/api/v1/proceedings?open=true").await.good();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{listed:#}");
    let together = items.iter().find(|item| item["id"] == entered["id"]).unwrap();
    let cases: Vec<&Value> = together["cases"].as_array().unwrap().iter().map(|case| &case["case_id"]).collect();
    assert!(cases.contains(&&one["id"]) && cases.contains(&&two["id"]));
    assert_eq!(together["suspended"], true);
    let by_number = reviewer.get("/api/v1/proceedings?case_number=%E7%A4%BA%E5%A4%8D%E3%80%942026%E3%80%951%E5%8F%B7").await.good();
    assert_eq!(by_number["items"].as_array().unwrap().len(), 1);
    assert_eq!(by_number["items"][0]["cases"][0]["case_id"], third["id"]);
    assert_eq!(reviewer.get("/api/v1/proceedings?due_before=2026-11-02").await.good()["items"], json!([]));
    let due = reviewer.get("/api/v1/proceedings?due_before=2026-12-01&kind=reconsideration").await.good();
    assert!(!due["items"].as_array().unwrap().is_empty());
    let page = reviewer.get("/api/v1/proceedings?limit=1&include_total=true").await.good();
    assert_eq!(page["total"], 2, "one over two cases counts once");
    let next = reviewer.get(&format!("/api/v1/proceedings?limit=1&cursor={}", page["next_cursor"].as_str().unwrap())).await.good();
    assert_ne!(page["items"][0]["case_number"], next["items"][0]["case_number"]);
    assert_eq!(next["next_cursor"], Value::Null);
    let sister = town.role(Role::Clerk, "sister").await;
    assert_eq!(sister.get("/api/v1/proceedings").await.good()["items"], json!([]));

    // Its dates are one, so a second person decides on an amendment for both at once.
    let change =
        json!({"change": {"subject": "course", "proceeding": 1, "day": {"of": "suspension", "n": 1}, "on": FIRST_DAY}, "reason": "误。"});
    cast.clerk.step(&again(reviewer, &one).await, "/amendments", change).await.refused("nothing_to_change");
    town.go("2026-11-04");
    let change = json!({"change": {"subject": "proceeding", "proceeding": 1, "answered_on": "2026-11-03"}, "reason": "录入有误。"});
    cast.clerk.step(&again(reviewer, &one).await, "/amendments", change).await.good();
    let waits = again(reviewer, &two).await;
    assert_eq!(waits["amendments"][0]["state"], "proposed");
    cast.approver.step(&waits, "/amendments/1/decision", json!({"verdict": "approved"})).await.good();
    for case in [&one, &two] {
        assert_eq!(again(reviewer, case).await["proceedings"][0]["answer"]["on"], "2026-11-03");
    }
    verified(&town);
}

#[actix_web::test]
async fn what_cannot_be_one_proceeding_is_refused_whole() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (one, two) = (cast.registered().await, cast.registered().await);
    let reviewer = &cast.reviewer;
    let post = async |cases: Value| reviewer.post("/api/v1/proceedings", of_body(cases)).await;
    post(json!([covered(&one, silence()), covered(&one, silence())])).await.refused("cases_of_proceeding");
    post(json!([covered(&one, silence())])).await.refused("fields_refused");
    let reply = post(json!([covered(&one, silence()), covered(&two, json!({"kind": "reply", "n": 1}))])).await;
    assert_eq!(reply.body["errors"][0]["pointer"], "/cases/1/against/n");
    reply.refused("unknown_reference");
    let nobody = json!({"case_id": "00000000-0000-7000-8000-000000000000", "against": silence()});
    post(json!([covered(&one, silence()), nobody])).await.refused("unknown_reference");
    let mut early = of_body(json!([covered(&one, silence()), covered(&two, silence())]));
    early["proceeding"]["received_on"] = json!("2026-10-30");
    let reply = reviewer.post("/api/v1/proceedings", early).await;
    assert_eq!(reply.body["errors"][0]["pointer"], "/proceeding/received_on");
    reply.refused("date_before_previous");
    cast.handler.post("/api/v1/proceedings", of_body(json!([]))).await.refused("forbidden");
    assert_eq!(again(reviewer, &one).await["proceedings"], json!([]), "nothing half-done");
    verified(&town);
}

#[actix_web::test]
async fn circular_201_of_2016_what_follows_one_over_two_cases_is_entered_over_both() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (one, two) = (cast.registered().await, cast.registered().await);
    let reviewer = &cast.reviewer;
    reviewer.post("/api/v1/proceedings", of_body(json!([covered(&one, silence()), covered(&two, silence())]))).await.good();
    let upheld = json!({"outcome": {"by": "reconsideration", "outcome": "upheld"}, "decided_on": FIRST_DAY, "received_on": FIRST_DAY});
    let one = reviewer.step(&again(reviewer, &one).await, "/proceedings/1/decision", upheld).await.good();
    let suit = json!({"court": "示范区人民法院", "instance": "first", "route": "after_reconsideration", "procedure": "ordinary",
                      "received_on": FIRST_DAY, "against": silence(), "follows": 1});
    reviewer.step(&one, "/litigations", suit.clone()).await.refused("joint_proceeding");
    let mut over = json!({"proceeding": suit, "cases": [covered(&one, silence()), covered(&two, silence())]});
    over["proceeding"]["kind"] = json!("litigation");
    for field in ["against", "follows"] {
        over["proceeding"].as_object_mut().unwrap().remove(field);
    }
    over["cases"][0]["follows"] = json!(1);
    let reply = reviewer.post("/api/v1/proceedings", over.clone()).await;
    assert_eq!(reply.body["errors"][0]["pointer"], "/cases/1/follows");
    reply.refused("joint_proceeding");
    over["cases"][1]["follows"] = json!(1);
    reviewer.post("/api/v1/proceedings", over).await.good();
    assert_eq!(again(reviewer, &two).await["proceedings"][1]["follows"], 1);
    verified(&town);
}

#[actix_web::test]
async fn an_ordered_reply_is_given_in_the_same_case_and_the_performance_is_proved_by_it() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let reviewer = &cast.reviewer;
    let case = cast.in_reconsideration("EA900000011CN").await;
    let decided = json!({
        "outcome": {"by": "reconsideration", "outcome": "revoked"}, "cause": "not_separated", "decided_on": FIRST_DAY, "received_on": FIRST_DAY,
        "order": {"what": "十五日内重新答复。", "kind": "separate", "due_on": "2026-11-17"}
    });
    let case = reviewer.step(&case, "/proceedings/1/decision", decided).await.good();
    assert_eq!((&case["stage"], &case["due_on"]), (&json!("registered"), &json!("2026-11-17")));
    assert_eq!(case["replies"][0]["state"], "set_aside");
    assert_eq!(case["proceedings"][0]["decision"]["ordered_round"], json!({"round": 2, "reply": 1, "due_on": "2026-11-17"}));
    let case = cast.handler.step(&case, "/drafts", json!({"items": [disclosed()]})).await.good();
    let case = cast.cleared(&case).await;
    let case = cast.approver.step(&case, "/replies", json!({})).await.good();
    let letter = json!({"letter": {"kind": "reply", "n": 2}});
    let case = cast.clerk.step(&case, "/letters", letter).await.good();
    let mut post = by_post("EA900000012CN");
    post["letter"]["n"] = json!(2);
    let case = cast.clerk.step(&case, "/dispatches", post).await.good();
    let case = cast.clerk.step(&case, "/dispatches/2/delivery", delivered()).await.good();
    let case = reviewer
        .step(&case, "/proceedings/1/performance", json!({"on": FIRST_DAY, "how": "已重新答复。", "proof": {"kind": "reply", "n": 2}}))
        .await
        .good();
    assert_eq!(case["proceedings"][0]["decision"]["order"]["proof"], json!({"kind": "reply", "n": 2}));
    let open: Vec<&Value> =
        case["duties"].as_array().unwrap().iter().filter(|duty| duty["open"] == true).map(|duty| &duty["kind"]).collect();
    assert!(!open.contains(&&json!("perform_order")) && !open.contains(&&json!("reply")), "{open:?}");
    let by_cause = reviewer.get("/api/v1/proceedings?cause=not_separated&column=overturned").await.good();
    assert_eq!(by_cause["items"][0]["cases"][0]["case_id"], case["id"]);
    assert_eq!(reviewer.get("/api/v1/proceedings?cause=poor_search").await.good()["items"], json!([]));
    verified(&town);
}

#[actix_web::test]
async fn the_evidence_pack_says_what_it_misses_and_holds_draft_index_time_line_and_clock() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let reviewer = &cast.reviewer;
    let scan = upload(&cast.clerk, "申请表").await;
    let mut body = application(FIRST_DAY);
    body["papers"] = json!([{"document_id": scan, "kind": "application", "title": "申请表", "dated_on": FIRST_DAY}]);
    let case = cast.clerk.post("/api/v1/cases", body).await.good();
    let case = cast.clerk.step(&case, "/registration", json!({})).await.good();
    let case = cast.clerk.step(&case, "/assignments", cast.assignment.clone()).await.good();
    let case = cast.handler.step(&case, "/drafts", json!({"items": [disclosed()]})).await.good();
    let case = cast.cleared(&case).await;
    let case = cast.approver.step(&case, "/replies", json!({})).await.good();
    let case = cast.clerk.step(&case, "/letters", reply_letter()).await.good();
    let case = cast.clerk.step(&case, "/dispatches", by_post("EA900000021CN")).await.good();
    let case = cast.clerk.step(&case, "/dispatches/1/delivery", delivered()).await.good();
    let case = reviewer.step(&case, "/reconsiderations", reconsideration()).await.good();
    let path = format!("/api/v1/cases/{}/proceedings/1/evidence-pack", case["id"].as_str().unwrap());

    let check = reviewer.get(&format!("{path}/check")).await.good();
    assert_eq!(check["complete"], false);
    let codes: Vec<&str> = check["missing"].as_array().unwrap().iter().map(|lack| lack["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["delivery_proof_missing", "identity_missing", "sealed_reply_missing", "body_papers_missing"]);
    let refused = reviewer.get(&path).await;
    assert_eq!(refused.body["errors"][0]["code"], "delivery_proof_missing");
    refused.refused("pack_incomplete");
    cast.handler.get(&path).await.refused("forbidden");
    reviewer.get(&path.replace("/1/", "/2/")).await.refused("unknown_target");
    reviewer.get(&format!("{path}/check?purpose=audit")).await.refused("malformed_parameter");

    let slip = json!({"document_id": cast.paper().await, "role": "signed_slip", "dated_on": FIRST_DAY});
    let case = cast.clerk.step(&case, "/dispatches/1/proofs", slip).await.good();
    assert_eq!(reviewer.get(&format!("{path}/check")).await.good()["complete"], true);
    let response = reqwest::Client::new().get(format!("{}{path}", town.base)).bearer_auth(reviewer.token()).send().await.unwrap();
    let name = response.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(name, format!("attachment; filename=\"evidence-{}-1.zip\"", case["id"].as_str().unwrap()));
    let package = open(response.error_for_status().unwrap().bytes().await.unwrap().to_vec());
    for file in ["evidence.pdf", "time-line.pdf"] {
        assert!(package[&format!("data/proceeding/{file}")].starts_with(b"%PDF"), "{file}");
    }
    assert!(package["data/proceeding/answer-draft.docx"].starts_with(b"PK"));
    let mut draft = zip::ZipArchive::new(std::io::Cursor::new(package["data/proceeding/answer-draft.docx"].clone())).unwrap();
    let mut words = String::new();
    std::io::Read::read_to_string(&mut draft.by_name("word/document.xml").unwrap(), &mut words).unwrap();
    for said in ["示范区人民政府", "行政复议答复书", "罚没款总额", "证据、依据目录"] {
        assert!(words.contains(said), "{said}");
    }
    let clock = String::from_utf8_lossy(&package["data/proceeding/clock.txt"]).into_owned();
    assert!(clock.contains(case["case_number"].as_str().unwrap()) && clock.contains("2026-11-03"), "{clock}");
    let line: Value = serde_json::from_slice(&package["data/proceeding/time-line.json"]).unwrap();
    let days: Vec<&str> = line.as_array().unwrap().iter().map(|entry| entry["on"].as_str().unwrap()).collect();
    assert!(days.is_sorted() && !days.is_empty());
    for part in ["data/case.json", "data/trail.json", "manifest-sha256.txt", "data/proceeding/missing.json"] {
        assert!(package.contains_key(part), "{part}");
    }
    verified(&town);
}

#[actix_web::test]
async fn a_complaint_stands_beside_and_holds_the_dossier() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let reviewer = &cast.reviewer;
    let complaint = json!({"ground": "no_reply", "against": silence(), "authority": "示范区人民政府办公室", "what": "逾期未答复。",
                           "received_on": FIRST_DAY, "answer_due_on": "2026-11-09"});
    let case = reviewer.step(&cast.registered().await, "/complaints", complaint).await.good();
    assert_eq!((&case["complaints"][0]["article"], &case["complaints"][0]["what"]), (&json!("47(2)"), &json!("逾期未答复。")));
    assert!(case["duties"].as_array().unwrap().iter().any(|duty| duty["kind"] == "answer_complaint" && duty["due_on"] == "2026-11-09"));
    let case = reviewer.step(&case, "/complaints/1/answer", json!({"on": FIRST_DAY})).await.good();
    let found = json!({"finding": "withdrawn", "concluded_on": FIRST_DAY, "received_on": FIRST_DAY});
    let case = reviewer.step(&case, "/complaints/1/conclusion", found).await.good();
    assert_eq!(case["complaints"][0]["conclusion"]["finding"], "withdrawn");
    assert_eq!(reviewer.get("/api/v1/proceedings").await.good()["items"], json!([]), "it is no proceeding");
    verified(&town);
}

#[actix_web::test]
async fn one_over_several_cases_can_be_tried_and_nothing_is_written() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (one, two) = (cast.registered().await, cast.registered().await);
    let body = of_body(json!([covered(&one, silence()), covered(&two, silence())]));
    let tried = cast.reviewer.post("/api/v1/proceedings?validate_only=true", body.clone()).await;
    assert_eq!((tried.status, tried.body["cases"].as_array().unwrap().len()), (200, 2));
    for case in [&one, &two] {
        let now = again(&cast.reviewer, case).await;
        assert_eq!((&now["version"], &now["proceedings"]), (&case["version"], &json!([])));
    }
    cast.reviewer.post("/api/v1/proceedings?validate=true", body.clone()).await.refused("malformed_parameter");
    cast.reviewer.post("/api/v1/proceedings", body).await.good();
    verified(&town);
}

/// 行诉法 85: until when the agency may appeal stands beside what it owes, and domain 5.4: what is filed of each proceeding is one table.
#[actix_web::test]
async fn an_appeal_stands_among_what_is_owed_and_the_proceedings_are_a_table() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.registered().await;
    let body = json!({
        "court": "示范区人民法院", "case_number": "（2026）示行初8号", "instance": "first", "route": "direct", "procedure": "ordinary",
        "against": {"kind": "silence"}, "received_on": FIRST_DAY
    });
    cast.reviewer.step(&case, "/litigations", body).await.good();
    let decision = json!({
        "outcome": {"by": "court", "outcome": "revoked"}, "cause": "poor_search", "form": "judgment", "decided_on": FIRST_DAY, "received_on": FIRST_DAY
    });
    let decided = cast.reviewer.step(&again(&cast.clerk, &case).await, "/proceedings/1/decision", decision).await.good();
    let appeal = |page: &Value| page["items"][0]["duties"].as_array().unwrap().iter().find(|duty| duty["kind"] == "appeal").cloned();
    let page = cast.clerk.get("/api/v1/proceedings?due_before=2026-11-18").await.good();
    // Served on 2 November: fifteen days end on the 17th.
    assert_eq!(appeal(&page).unwrap()["due_on"], "2026-11-17", "{page:#}");
    town.go("2026-11-18");
    let page = cast.clerk.get("/api/v1/proceedings").await.good();
    assert!(appeal(&page).is_none(), "what has lapsed is no option any more");

    let url = format!("{}/api/v1/proceedings.csv?kind=litigation", town.base);
    let table = reqwest::Client::new().get(url).bearer_auth(cast.clerk.token()).send().await.unwrap().error_for_status().unwrap();
    let table = table.text().await.unwrap();
    let lines: Vec<&str> = table.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!((lines.len(), lines[0].split(',').count()), (2, 31), "{table}");
    let number = decided["acknowledgement"]["case_number"].as_str().unwrap();
    for part in [number, "（2026）示行初8号", "行政诉讼", "逾期未答复", "撤销", "检索不力·协查不力", "结果纠正", FIRST_DAY]
    {
        assert!(lines[1].contains(part), "{part}: {table}");
    }
    assert!(!table.contains("甲某某"), "nobody is named");
    let none = cast.clerk.get("/api/v1/proceedings.csv?limit=1").await;
    assert_eq!(none.status, 400);
    let xlsx = cast.clerk.send(reqwest::Method::GET, "/api/v1/proceedings.xlsx", &[], None).await;
    assert_eq!((xlsx.status, xlsx.headers["content-type"].to_str().unwrap().contains("spreadsheetml")), (200, true));
    cast.handler.get("/api/v1/proceedings.csv").await.refused("forbidden");
}
