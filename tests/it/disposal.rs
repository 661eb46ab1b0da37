//! Disposal: what is left of a dossier, what another case still needs, and that it all still verifies.

mod together;

use crate::dossier::upload;
use crate::exchange::{Neighbour, name};
use crate::support::actor::application;
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use diesel::prelude::*;
use foi_docket::audit::verify;
use foi_docket::case::journal::index_missing;
use foi_docket::db::pool::Scope;
use foi_docket::db::schema::{applicant_index, case_keys, case_search, case_texts, document_keys, events};
use foi_docket::demo::DISTRICT;
use serde_json::{Value, json};
use uuid::Uuid;

const OVER: &str = "2057-01-04";

fn id_of(value: &Value) -> Uuid {
    value.as_str().unwrap().parse().unwrap()
}

fn findings(town: &Town) -> Vec<String> {
    let app = &town.app;
    let report = verify::verify(&app.db, &app.office, &app.documents, DISTRICT).unwrap();
    report.findings.into_iter().map(|finding| finding.what).collect()
}

/// Rows of the case in the tables that are shredded: keys, texts, people, words.
fn left(conn: &mut PgConnection, case: Uuid) -> [i64; 4] {
    [
        case_keys::table.filter(case_keys::case_id.eq(case)).count().get_result(conn).unwrap(),
        case_texts::table.filter(case_texts::case_id.eq(case)).count().get_result(conn).unwrap(),
        applicant_index::table.filter(applicant_index::case_id.eq(case)).count().get_result(conn).unwrap(),
        case_search::table.filter(case_search::case_id.eq(case)).count().get_result(conn).unwrap(),
    ]
}

fn has_key(conn: &mut PgConnection, document: &str) -> bool {
    let found: Option<Uuid> = document_keys::table
        .filter(document_keys::document_id.eq(document.parse::<Uuid>().unwrap()))
        .select(document_keys::document_id)
        .first(conn)
        .optional()
        .unwrap();
    found.is_some()
}

#[actix_web::test]
async fn a_disposed_dossier_leaves_its_trail_and_a_report() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (own, shared) = (upload(&cast.clerk, "仅本案的材料").await, upload(&cast.clerk, "两案共用的材料").await);
    let case = cast.closed("EA000000021CN").await;
    let paper = |document: &str| json!({"document_id": document, "kind": "other", "title": "甲某某的材料", "dated_on": FIRST_DAY, "late_reason": "补入。"});
    let case = cast.clerk.step(&case, "/papers", paper(&own)).await.good();
    let case = cast.clerk.step(&case, "/papers", paper(&shared)).await.good();
    let case = cast.proved(&cast.kept_back(&case).await).await;
    let case = cast.clerk.step(&case, "/archiving", json!({"archive_number": "D1-0001"})).await.good();
    let mut other = application(FIRST_DAY);
    other["papers"] = json!([{"document_id": shared, "kind": "application", "title": "申请表", "dated_on": FIRST_DAY}]);
    cast.clerk.post("/api/v1/cases", other).await.good();

    // What a neighbouring system said of it goes too.
    let neighbour = Neighbour::enter(&town, &name(), None).await;
    let message = crate::exchange::Neighbour::message("correction", "示复〔2026〕5号", json!({"on": FIRST_DAY}));
    neighbour.push(&town, &message).await.good();
    let message = format!("/api/v1/exchange-messages/{}", message["id"].as_str().unwrap());
    let by_hand = json!({"case_id": case["id"]});
    cast.reviewer.post(&format!("{message}/hand-entry"), by_hand).await.good();

    let id = id_of(&case["id"]);
    let candidates = async || cast.clerk.get("/api/v1/disposal-candidates").await.good()["items"].as_array().unwrap().len();
    let propose = json!({"appraisal": "保管期限已满，无继续保存价值。"});
    cast.clerk.step(&case, "/disposal-proposals", propose.clone()).await.refused("retention_runs");
    assert_eq!((candidates().await, &case["retention"]["kept_until"]), (0, &json!("2057-01-01")));
    town.go(OVER);
    assert_eq!(candidates().await, 1);
    let held = cast.clerk.step(&case, "/holds", json!({"reason": "巡察组调阅中。"})).await.good();
    assert_eq!(candidates().await, 0, "what is held is not due");
    cast.clerk.step(&held, "/disposal-proposals", propose.clone()).await.refused("dossier_held");
    let case = cast.approver.step(&held, "/holds/1/release", json!({"reason": "巡察结束。"})).await.good();
    let case = cast.clerk.step(&case, "/disposal-proposals", propose).await.good();
    cast.clerk.step(&case, "/disposal-proposals/1/decision", json!({"verdict": "approved"})).await.refused("forbidden");
    cast.approver.step(&case, "/disposal-proposals/1/decision", json!({"verdict": "returned"})).await.refused("fields_refused");
    cast.approver.step(&case, "/disposal-proposals/2/decision", json!({"verdict": "approved"})).await.refused("unknown_target");

    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let trail = |conn: &mut PgConnection| -> Vec<String> {
        events::table.filter(events::stream_id.eq(id)).order(events::seq).select(events::body).load(conn).unwrap()
    };
    let before = trail(&mut owner);
    let try_first = cast.approver.step(&case, "/disposal-proposals/1/decision?validate_only=true", json!({"verdict": "approved"})).await;
    assert_eq!((try_first.status, left(&mut owner, id)[0]), (200, 1), "nothing goes while it is only tried");
    let disposed = cast.approver.step(&case, "/disposal-proposals/1/decision", json!({"verdict": "approved"})).await.good();

    assert_eq!((&disposed["stage"], left(&mut owner, id)), (&json!("disposed"), [0; 4]));
    assert!(!has_key(&mut owner, &own) && has_key(&mut owner, &shared), "what another case needs stays");
    let after = trail(&mut owner);
    assert_eq!((after.len(), &after[..before.len()]), (before.len() + 1, before.as_slice()), "the trail is kept");
    assert_eq!(findings(&town), [""; 0], "and it still verifies");

    let said = cast.reviewer.get(&message).await.good();
    assert!(said["data"].is_null() && said["about"].is_null() && said["state"] == "by_hand", "{said}");
    let late = crate::exchange::Neighbour::upheld("示复〔2026〕6号");
    neighbour.push(&town, &late).await.good();
    let late = format!("/api/v1/exchange-messages/{}/match", late["id"].as_str().unwrap());
    cast.reviewer.post(&late, json!({"case_id": case["id"], "proceeding": null})).await.refused("dossier_disposed");

    let path = format!("/api/v1/cases/{id}");
    let page = cast.clerk.get(&path).await.good();
    assert!(!page.to_string().contains("罚没款总额") && page["request"]["description"].is_null());
    cast.clerk.get(&format!("{path}/dossier?purpose=audit")).await.refused("dossier_disposed");
    cast.clerk.get(&format!("/api/v1/documents/{own}/content")).await.refused("dossier_disposed");
    cast.clerk.step(&disposed, "/papers", paper(&own)).await.refused("stage_forbids");
    let report = disposed["retention"]["disposal"]["report"].as_str().unwrap().to_owned();
    let report = cast.clerk.send(reqwest::Method::GET, &format!("/api/v1/documents/{report}/content"), &[], None).await;
    assert_eq!((report.status, report.headers["content-type"].to_str().unwrap()), (200, "application/pdf"));
    assert_eq!(candidates().await, 0);

    // Making cases searchable, as migrate does, brings nothing back.
    town.app
        .db
        .run_here(&Scope::own(DISTRICT), |conn| {
            Ok::<_, foi_docket::db::pool::DbError>(index_missing(conn, &town.app.office, DISTRICT, 10).unwrap())
        })
        .unwrap();
    assert_eq!(left(&mut owner, id), [0; 4]);
}

#[actix_web::test]
async fn what_shredding_left_or_took_too_much_is_found() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.proved(&cast.kept_back(&cast.closed("EA000000022CN").await).await).await;
    let case = cast.clerk.step(&case, "/archiving", json!({"archive_number": "D1-0002"})).await.good();
    town.go(OVER);
    let case = cast.clerk.step(&case, "/disposal-proposals", json!({"appraisal": "保管期限已满。"})).await.good();
    let id = id_of(&case["id"]);
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let wrapped: Vec<u8> = case_keys::table.filter(case_keys::case_id.eq(id)).select(case_keys::wrapped).first(&mut owner).unwrap();
    let made = id_of(&case["letters"][0]["pdf"]["document"]);
    let key: Vec<u8> =
        document_keys::table.filter(document_keys::document_id.eq(made)).select(document_keys::wrapped).first(&mut owner).unwrap();
    let disposed = cast.approver.step(&case, "/disposal-proposals/1/decision", json!({"verdict": "approved"})).await.good();
    assert_eq!(findings(&town), [""; 0]);

    let back = (case_keys::agency_id.eq(DISTRICT), case_keys::case_id.eq(id), case_keys::wrapped.eq(wrapped));
    diesel::insert_into(case_keys::table).values(back).execute(&mut owner).unwrap();
    assert_eq!(findings(&town), ["the dossier was disposed of, and case_keys still has rows of it"]);
    diesel::delete(case_keys::table.filter(case_keys::case_id.eq(id))).execute(&mut owner).unwrap();

    let back = (document_keys::agency_id.eq(DISTRICT), document_keys::document_id.eq(made), document_keys::wrapped.eq(key));
    diesel::insert_into(document_keys::table).values(back).execute(&mut owner).unwrap();
    assert_eq!(findings(&town), [format!("the key of document {made} is there, and an event says that it was destroyed")]);
    diesel::delete(document_keys::table.filter(document_keys::document_id.eq(made))).execute(&mut owner).unwrap();

    // The report is not part of what was shredded: its key must be there.
    let report = id_of(&disposed["retention"]["disposal"]["report"]);
    diesel::delete(document_keys::table.filter(document_keys::document_id.eq(report))).execute(&mut owner).unwrap();
    assert_eq!(findings(&town), [format!("the key of document {report} is gone, and no event says that it was destroyed")]);
}
