//! The annual report over HTTP: what it counts, what is added, who approves, what is frozen, who reads it.

mod continued;
mod figures;
mod generated;
mod published;
mod statistics;
mod whole;
mod year;

use crate::support::actor::Actor;
use crate::support::life::{Cast, denied, disclosed, reply_letter};
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::audit::verify;
use foi_docket::demo::{CITY, DISTRICT};
use foi_docket::rules::permissions::Role;
use serde_json::{Value, json};
use std::io::Read;

/// The year before the one in which every town begins.
pub const LAST_YEAR: i32 = 2025;
const PATH: &str = "/api/v1/annual-reports/2025";

/// What people add by hand.
pub fn additions() -> Value {
    json!({
        "overview": "本年新收政府信息公开申请{{new}}件，上年结转申请{{carried_in}}件。", "proactive_disclosure": null,
        "problems": "个别答复说理不够充分，已组织培训。", "other_matters": "本年发出收费通知{{fee_notices}}份，实际收取{{fee_collected}}元。",
        "explanations": null,
        "table_two": {
            "regulations": {"made": 0, "repealed": 0, "in_force": 0}, "normative_documents": {"made": 2, "repealed": 1, "in_force": 14},
            "licences": 5210, "penalties": 318, "coercive_measures": 7, "charges": "12.5"
        },
        "published_before": null
    })
}

/// A number of table three.
pub fn cell(report: &Value, row: usize, column: usize) -> i64 {
    report["table_three"]["rows"][row - 1]["values"][column - 1].as_i64().unwrap()
}

/// Received on a day and registered.
async fn received(town: &Town, cast: &Cast, on: &str) -> Value {
    town.go(on);
    let case = cast.clerk.receive(on).await;
    cast.clerk.step(&case, "/registration", json!({})).await.good()
}

/// Drafted, cleared, signed and posted on a day.
async fn answered(town: &Town, cast: &Cast, case: &Value, (on, item, tracking_number): (&str, Value, &str)) -> Value {
    town.go(on);
    let mut case = case.clone();
    if case["handler"].is_null() {
        case = cast.clerk.step(&case, "/assignments", cast.assignment.clone()).await.good();
    }
    let gives = item["kind"] == "a2";
    case = cast.handler.step(&case, "/drafts", json!({"items": [item]})).await.good();
    case = if gives {
        cast.cleared(&case).await
    } else {
        cast.reviewer.step(&case, "/reviews", json!({"kind": "legal", "verdict": "approved", "opinion": "同意。"})).await.good()
    };
    case = cast.approver.step(&case, "/replies", json!({})).await.good();
    let n = case["replies"].as_array().unwrap().len();
    let letter = if n == 1 { reply_letter() } else { json!({"letter": {"kind": "reply", "n": n}}) };
    case = cast.clerk.step(&case, "/letters", letter.clone()).await.good();
    let dispatch = json!({
        "letter": letter["letter"], "on": on, "method": {"method": "post", "carrier": "ems", "tracking_number": tracking_number}
    });
    cast.clerk.step(&case, "/dispatches", dispatch).await.good()
}

/// One answered in its year, one in the next, one not at all.
async fn three_cases(town: &Town, cast: &Cast) -> Value {
    let first = received(town, cast, "2025-12-22").await;
    let second = received(town, cast, "2025-12-29").await;
    received(town, cast, "2025-12-30").await;
    let first = answered(town, cast, &first, ("2025-12-31", disclosed(), "EA000000001CN")).await;
    answered(town, cast, &second, ("2026-01-12", denied(), "EA000000002CN")).await;
    town.go(FIRST_DAY);
    first
}

/// Added on top of the newest version.
async fn added(actor: &Actor, mut content: Value) -> Value {
    content["based_on"] = actor.get(PATH).await.good()["version"].clone();
    actor.post(&format!("{PATH}/additions"), content).await.good()
}

async fn approved(cast: &Cast) -> Value {
    let report = cast.clerk.post(&format!("{PATH}/additions"), additions()).await.good();
    let read = json!({"sha256": report["sha256"]});
    cast.approver.post(&format!("{PATH}/approvals"), read).await.good()
}

#[actix_web::test]
async fn a_case_counts_by_its_legal_dates_in_the_form_of_the_report() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    three_cases(&town, &cast).await;
    let last = cast.clerk.get(PATH).await.good();
    let codes = json!([
        "natural_person",
        "commercial_enterprise",
        "research_institution",
        "public_welfare_organisation",
        "legal_service_organisation",
        "other",
        "total"
    ]);
    assert_eq!(last["table_three"]["columns"], codes);
    let rows = last["table_three"]["rows"].as_array().unwrap();
    assert_eq!(rows.iter().map(|row| row["number"].as_u64().unwrap()).collect::<Vec<_>>(), (1..=25).collect::<Vec<_>>());
    assert_eq!(rows[3]["label"], "（二）部分公开（区分处理的，只计这一情形，不计其他情形）");
    assert_eq!(last["table_four"]["litigation_direct"], json!({"upheld": 0, "overturned": 0, "other": 0, "pending": 0, "total": 0}));
    assert_eq!(last["checks"].as_array().unwrap().len(), 9);
    let numbers = |report: &Value| [1, 2, 3, 11, 24, 25].map(|row| (cell(report, row, 1), cell(report, row, 7)));
    assert_eq!(numbers(&last), [(3, 3), (0, 0), (1, 1), (0, 0), (1, 1), (2, 2)]);
    assert_eq!((&last["state"], &last["version"]), (&json!("open"), &json!(0)));
    let now = cast.clerk.get("/api/v1/annual-reports/2026").await.good();
    assert_eq!(numbers(&now), [(0, 0), (2, 2), (0, 0), (1, 1), (1, 1), (1, 1)]);
    assert_eq!(now["state"], "preview");
    let years = cast.clerk.get("/api/v1/annual-reports").await.good();
    assert_eq!(years["items"].as_array().unwrap().iter().map(|one| one["year"].clone()).collect::<Vec<_>>(), [2026, 2025]);
    for (cell, expected) in [("three/2/total", 2), ("three/11/natural_person", 1), ("three/25/other", 0), ("four/reconsideration/total", 0)]
    {
        let page = cast.clerk.get(&format!("/api/v1/annual-reports/2026/cells/{cell}")).await.good();
        assert_eq!(page["items"].as_array().unwrap().len(), expected, "{cell}");
    }
    let carried = cast.clerk.get("/api/v1/annual-reports/2026/cells/three/2/total?limit=1").await.good();
    assert_eq!(carried["items"][0]["counted"]["entered"], "carried");
    let next = carried["next_cursor"].as_str().unwrap();
    let rest = cast.clerk.get(&format!("/api/v1/annual-reports/2026/cells/three/2/total?limit=1&cursor={next}")).await.good();
    assert!(rest["next_cursor"].is_null() && rest["items"][0]["case_id"] != carried["items"][0]["case_id"]);
    for path in ["cells/three/26/total", "cells/two/1/total", "cells/four/litigation/total"] {
        cast.clerk.get(&format!("{PATH}/{path}")).await.refused("not_found");
    }
}

#[actix_web::test]
async fn a_report_is_frozen_as_it_was_approved_and_stays_whatever_happens() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let first = three_cases(&town, &cast).await;
    cast.clerk.get(&format!("{PATH}/content")).await.refused("not_found");
    let report = approved(&cast).await;
    assert_eq!((&report["state"], &report["version"]), (&json!("approved"), &json!(1)));
    assert_eq!(report["overview"], "本年新收政府信息公开申请3件，上年结转申请0件。");
    let frozen = cast.approver.post(&format!("{PATH}/freezing"), json!({"sha256": report["sha256"]})).await.good();
    assert_eq!((&frozen["state"], &frozen["sha256"]), (&json!("frozen"), &report["sha256"]));
    let bytes = cast.clerk.text(&format!("{PATH}/content"), "application/json").await;
    assert_eq!(foi_docket::crypto::hex(&foi_docket::crypto::sha256(bytes.as_bytes())), report["sha256"].as_str().unwrap());

    // The reply that counted is withdrawn and given anew: the row that was published stays, and the new reply is not counted again.
    let revoked = cast.approver.step(&first, "/replies/1/revocation", json!({"reason": "检索遗漏。"})).await.good();
    let next = cast.clerk.get("/api/v1/annual-reports/2026").await.good();
    assert_eq!([1, 2, 24, 25].map(|row| cell(&next, row, 7)), [0, 2, 1, 1]);
    answered(&town, &cast, &revoked, (FIRST_DAY, disclosed(), "EA000000003CN")).await;
    let next = cast.clerk.get("/api/v1/annual-reports/2026").await.good();
    assert_eq!([1, 2, 24, 25].map(|row| cell(&next, row, 7)), [0, 2, 1, 1]);
    assert_eq!((&next["differences"]["total"], &next["differences"]["cases"][0]["reason"]), (&json!(1), &json!("answered_anew")));
    assert_eq!(next["differences"]["cases"][0]["case_id"], first["id"]);
    assert_eq!(cast.clerk.text(&format!("{PATH}/content"), "application/json").await, bytes);
    let answered = cast.clerk.get(&format!("{PATH}/cells/three/3/natural_person")).await.good();
    assert_eq!(answered["items"][0]["case_id"], first["id"], "what was counted is still behind its cell");
    let dates = |item: &Value| (item["received_on"].clone(), item["counted_on"].clone());
    assert_eq!(dates(&answered["items"][0]), (json!("2025-12-22"), json!("2025-12-31")), "under the dates of then");
    let carried = cast.clerk.get(&format!("{PATH}/cells/three/25/total")).await.good();
    assert!(carried["items"].as_array().unwrap().iter().all(|item| item["counted_on"].is_null()), "{carried:#}");

    // Nothing is added to a frozen report, nor typed in for one.
    cast.clerk.post(&format!("{PATH}/additions"), additions()).await.refused("report_frozen");
    cast.approver.post(&format!("{PATH}/freezing"), json!({"sha256": report["sha256"]})).await.refused("report_frozen");
    let mut typed = additions();
    typed["published_before"] = json!(vec![vec![0; 7]; 25]);
    cast.clerk.post("/api/v1/annual-reports/2026/additions", typed).await.refused("report_frozen");
    // Reports are frozen year after year: a year before it can be approved, not frozen.
    let earlier = cast.clerk.post("/api/v1/annual-reports/2024/additions", additions()).await.good();
    let read = json!({"sha256": earlier["sha256"]});
    cast.approver.post("/api/v1/annual-reports/2024/approvals", read.clone()).await.good();
    cast.approver.post("/api/v1/annual-reports/2024/freezing", read).await.refused("report_frozen");
    town.go("2028-01-20");
    let gap = cast.clerk.post("/api/v1/annual-reports/2027/additions", additions()).await.good();
    let read = json!({"sha256": gap["sha256"]});
    cast.approver.post("/api/v1/annual-reports/2027/approvals", read.clone()).await.good();
    cast.approver.post("/api/v1/annual-reports/2027/freezing", read).await.refused("earlier_report_open");
    town.go(FIRST_DAY);
    let findings = verify::verify(&town.app.db, &town.app.office, &town.app.documents, DISTRICT).unwrap().findings;
    assert_eq!(findings, []);
}

#[actix_web::test]
async fn what_cannot_be_approved_or_added_is_refused_by_name() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    three_cases(&town, &cast).await;
    let digest = async |path: &str| json!({"sha256": cast.clerk.get(path).await.good()["sha256"]});
    let approvals = format!("{PATH}/approvals");
    cast.approver.post(&approvals, digest(PATH).await).await.refused("report_incomplete");
    let running = digest("/api/v1/annual-reports/2026").await;
    cast.approver.post("/api/v1/annual-reports/2026/approvals", running.clone()).await.refused("year_not_over");
    cast.approver.post("/api/v1/annual-reports/2026/freezing", running).await.refused("year_not_over");

    let with = |pointer: &str, value: Value| {
        let mut body = additions();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let mut broken = vec![vec![0; 7]; 25];
    broken[0][0] = 1;
    for (body, code) in [
        (with("/published_before", json!(broken)), "table_identity_broken"),
        (with("/published_before", json!([[1, 2]])), "fields_refused"),
        (with("/table_two/licences", json!(-1)), "fields_refused"),
        (with("/table_two/charges", json!("12,5")), "fields_refused"),
        (with("/overview", json!("收到{{all}}件。")), "fields_refused"),
        (with("/problems", json!(" ")), "fields_refused"),
        (with("/table_two/penalties", json!("many")), "malformed_body"),
    ] {
        cast.clerk.post(&format!("{PATH}/additions"), body).await.refused(code);
    }
    for year in ["2007", "2027", "x", "0"] {
        cast.clerk.get(&format!("/api/v1/annual-reports/{year}")).await.refused("not_found");
    }

    // A sentence that says another number than the table.
    added(&cast.clerk, with("/overview", json!("全年收到申请30件。"))).await;
    let problem = cast.approver.post(&approvals, digest(PATH).await).await.refused("table_identity_broken");
    assert!(problem["detail"].as_str().unwrap().contains("收到申请30件"), "{problem:#}");
    // One that speaks of a part, or of reconsiderations, is at most warned of.
    let loose = with("/overview", json!("其中网上收到申请30件；受理行政复议申请5件。"));
    let report = added(&cast.clerk, loose).await;
    assert_eq!((&report["checks"][7]["holds"], &report["checks"][7]["warning"]), (&json!(false), &json!(true)), "{:#}", report["checks"]);
    // What was published last year, typed in, is not what was carried over; it must be explained.
    let mut published = vec![vec![0; 7]; 25];
    for row in [1, 25] {
        published[row - 1] = vec![1, 0, 0, 0, 0, 0, 1];
    }
    let typed = with("/published_before", json!(published));
    let report = added(&cast.clerk, typed.clone()).await;
    assert_eq!(report["checks"][3]["holds"], false, "{:#}", report["checks"]);
    cast.approver.post(&approvals, digest(PATH).await).await.refused("table_identity_broken");
    let explained = json!("上年结转的1件在改用本系统前已经办结。");
    let mut typed = typed;
    typed["explanations"] = explained;
    added(&cast.clerk, typed).await;
    cast.approver.post(&approvals, digest(PATH).await).await.good();

    // The second person is another, and what is approved is what was read.
    added(&cast.approver, additions()).await;
    cast.approver.post(&approvals, digest(PATH).await).await.refused("same_person");
    let before = digest(PATH).await;
    added(&cast.clerk, with("/problems", json!("另有问题。"))).await;
    cast.approver.post(&approvals, before.clone()).await.refused("report_changed");
    // One word that somebody else changed makes the author no second person.
    cast.approver.post(&approvals, digest(PATH).await).await.refused("same_person");
    let second = town.role(Role::Approver, "district").await;
    second.post(&approvals, digest(PATH).await).await.good();
    // What the second person approved is nobody's own word any more.
    added(&cast.clerk, with("/problems", json!("尚有问题。"))).await;
    cast.approver.post(&approvals, digest(PATH).await).await.good();
    let approved = digest(PATH).await;
    // A case of that year entered meanwhile changes the report.
    received(&town, &cast, "2025-12-31").await;
    town.go(FIRST_DAY);
    cast.approver.post(&format!("{PATH}/freezing"), approved).await.refused("report_changed");
    cast.approver.post(&format!("{PATH}/freezing"), digest(PATH).await).await.refused("report_not_approved");
    cast.clerk.post(&approvals, before.clone()).await.refused("forbidden");
    cast.handler.post(&format!("{PATH}/additions"), additions()).await.refused("forbidden");
}

#[actix_web::test]
async fn the_agency_above_reads_and_adds_up_and_a_sister_knows_nothing() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    three_cases(&town, &cast).await;
    let supervisor = town.sign_in("supervisor").await;
    let below = supervisor.get(&format!("{PATH}?agency={DISTRICT}")).await.good();
    assert_eq!((cell(&below, 1, 7), &below["agency"]), (3, &json!("示范市示范区市场监督管理局")));
    assert_eq!(cell(&supervisor.get(PATH).await.good(), 1, 7), 0);
    let all = supervisor.get(&format!("{PATH}?consolidated=true")).await.good();
    assert_eq!((cell(&all, 1, 7), cell(&all, 25, 7), all["agencies"].as_array().unwrap().len()), (3, 2, 2));
    let behind = supervisor.get(&format!("{PATH}/cells/three/25/total?consolidated=true&include_total=true")).await.good();
    assert_eq!((&behind["total"], &behind["items"][0]["agency_id"]), (&json!(2), &json!(DISTRICT)));
    assert_eq!(supervisor.get(&format!("{PATH}/cells/three/25/total?agency={CITY}")).await.good()["items"], json!([]));

    let sister = town.role(Role::Approver, "sister").await;
    for path in ["", "/content", "/additions", "/additions/1", "/report.xlsx", "/report.docx", "/cells/three/1/total"] {
        sister.get(&format!("{PATH}{path}?agency={DISTRICT}")).await.refused("not_found");
    }
    sister.get(&format!("/api/v1/annual-reports?agency={DISTRICT}")).await.refused("not_found");
    cast.handler.get(&format!("{PATH}?consolidated=true")).await.refused("forbidden");
    town.role(Role::Administrator, "district").await.get(PATH).await.refused("forbidden");
}

#[actix_web::test]
async fn the_report_is_a_workbook_and_a_document() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    three_cases(&town, &cast).await;
    approved(&cast).await;
    for (name, media_type, part, cells) in [
        // Of table three, row 1 and row 3 in the first and the last column: the sheet has a head and three rows of heads above them.
        (
            "report.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xl/worksheets/sheet2.xml",
            vec![("D5", "3"), ("J5", "3"), ("D6", "0"), ("D7", "1"), ("J7", "1"), ("J28", "1"), ("J29", "2")],
        ),
        ("report.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "word/document.xml", Vec::new()),
    ] {
        let request = reqwest::Client::new().get(format!("{}{PATH}/{name}", town.base)).bearer_auth(cast.clerk.token());
        let response = request.send().await.unwrap().error_for_status().unwrap();
        assert_eq!(response.headers()["content-type"], media_type);
        let bytes = response.bytes().await.unwrap();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        assert!(archive.len() > 5 && archive.by_name("[Content_Types].xml").is_ok());
        let mut text = String::new();
        archive.by_name(part).unwrap().read_to_string(&mut text).unwrap();
        for (place, number) in cells {
            let cell = text.split("<c r=\"").find(|cell| cell.starts_with(&format!("{place}\""))).unwrap_or_else(|| panic!("{place}"));
            assert!(cell.contains(&format!("<v>{number}</v>")), "{place}: {cell}");
        }
        if name == "report.docx" {
            let row = |label: &str| text.split("<w:tr").map(words).find(|cells| cells.iter().any(|cell| cell == label)).unwrap();
            assert_eq!(row("一、本年新收政府信息公开申请数量"), ["一、本年新收政府信息公开申请数量", "3", "0", "0", "0", "0", "0", "3"]);
            assert_eq!(row("四、结转下年度继续办理"), ["四、结转下年度继续办理", "2", "0", "0", "0", "0", "0", "2"]);
        }
    }
}

/// The words of a row of a document.
fn words(row: &str) -> Vec<String> {
    let row = row.split("</w:tr>").next().unwrap();
    let runs = row.split("<w:t").skip(1).filter_map(|run| run.split_once('>')?.1.split_once("</w:t>"));
    runs.map(|(words, _)| words.to_owned()).collect()
}
