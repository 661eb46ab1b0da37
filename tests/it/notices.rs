//! Document numbers of notices (domain 6.2): one sequence a kind and year, drawn by the step that makes the notice and by nothing else.

use crate::support::handling::{consultation, correction};
use crate::support::life::Cast;
use crate::support::town::Town;
use foi_docket::audit::verify;
use foi_docket::demo::DISTRICT;
use serde_json::{Value, json};

/// The number in a document number, behind what stands for its kind and year.
fn running(number: &Value, kind: &str) -> u32 {
    let number = number.as_str().unwrap();
    let (_, rest) = number.split_once(&format!("公{kind}〔2026〕")).unwrap_or_else(|| panic!("{number} is of another kind"));
    rest.strip_suffix('号').unwrap().parse().unwrap()
}

#[actix_web::test]
async fn domain_6_2_a_kind_of_notice_is_numbered_without_gaps_and_what_is_refused_draws_nothing() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let asked = async |case: Value| cast.clerk.step(&case, "/corrections", correction()).await.good();
    let first = asked(cast.registered().await).await;
    let n = running(&first["corrections"][0]["document_number"], "补");

    let (mut late, case) = (correction(), cast.registered().await);
    late["on"] = json!("2027-03-01");
    cast.clerk.step(&case, "/corrections", late).await.refused("date_in_future");
    cast.clerk.step(&case, "/corrections?validate_only=true", correction()).await.good();
    let second = asked(case).await;
    assert_eq!(running(&second["corrections"][0]["document_number"], "补"), n + 1);

    let voided =
        cast.approver.step(&second, "/notice-voidings", json!({"letter": {"kind": "correction", "n": 1}, "reason": "误发。"})).await;
    let voided = voided.good();
    assert_eq!(voided["corrections"][0]["document_number"], second["corrections"][0]["document_number"], "it keeps its number");
    let again = asked(voided).await;
    assert_eq!(running(&again["corrections"][1]["document_number"], "补"), n + 2, "and the next bears another");

    let consulted = cast.clerk.step(&again, "/consultations", consultation()).await.good();
    let number = &consulted["consultations"][0]["document_number"];
    assert!(running(number, "询") >= 1);
    let catalogue = cast.clerk.get(&format!("/api/v1/cases/{}/catalogue", consulted["id"].as_str().unwrap())).await.good();
    assert!(catalogue.to_string().contains(number.as_str().unwrap()), "{catalogue:#}");
    let found = verify::verify(&town.app.db, &town.app.office, &town.app.documents, DISTRICT).unwrap().findings;
    assert!(found.is_empty(), "{found:#?}");
}
