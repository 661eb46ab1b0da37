//! Statistics: every number is the number of the cases behind it, whatever it is grouped by.

use super::{LAST_YEAR, answered, received, three_cases};
use crate::support::actor::Actor;
use crate::support::life::{Cast, disclosed};
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::demo::DISTRICT;
use foi_docket::rules::permissions::Role;
use serde_json::{Value, json};

/// Every number of some figures, with the address of its cases.
fn numbers(of: &Value, found: &mut Vec<(i64, String)>) {
    match of {
        Value::Object(fields) if fields.contains_key("cases") && fields.contains_key("count") => {
            found.push((fields["count"].as_i64().unwrap(), fields["cases"].as_str().unwrap().to_owned()));
        }
        Value::Object(fields) => fields.values().for_each(|value| numbers(value, found)),
        Value::Array(items) => items.iter().for_each(|value| numbers(value, found)),
        _ => {}
    }
}

async fn opens_what_it_counts(actor: &Actor, statistics: &Value) {
    let mut found = Vec::new();
    numbers(statistics, &mut found);
    assert!(found.len() >= 43, "{}", found.len());
    for (count, path) in found.into_iter().filter(|(count, _)| *count > 0) {
        let page = actor.get(&format!("{path}&limit=200&include_total=true")).await.good();
        let items = page["items"].as_array().unwrap();
        assert_eq!(items.iter().map(|item| item["counted"].as_i64().unwrap()).sum::<i64>(), count, "{path}");
        assert_eq!(page["total"], items.len(), "{path}");
    }
}

/// The figures of a year and of every group, against the report of the year.
pub async fn like_the_report(cast: &Cast, report: &Value) {
    let path = format!("/api/v1/statistics?from={LAST_YEAR}-01-01&until={LAST_YEAR}-12-31");
    let all = cast.clerk.get(&path).await.good();
    let row = |row: usize| report["table_three"]["rows"][row - 1]["values"][6].clone();
    let total = &all["total"];
    assert_eq!([&total["received"]["count"], &total["answered"]["count"], &total["pending"]["count"]], [&row(1), &row(24), &row(25)]);
    for outcome in total["outcomes"].as_array().unwrap() {
        assert_eq!(outcome["number"]["count"], row(usize::try_from(outcome["report_row"].as_u64().unwrap()).unwrap()), "{outcome}");
    }
    for group in ["reconsideration", "litigation_direct", "litigation_after_reconsideration"] {
        for result in ["upheld", "overturned", "other", "pending"] {
            assert_eq!(total[group][result]["count"], report["table_four"][group][result], "{group} {result}");
        }
    }
    let (median, p90) = (total["working_days"]["median"].as_i64().unwrap(), total["working_days"]["p90"].as_i64().unwrap());
    assert!(0 < median && median < p90, "{median} {p90}");
    for by in ["agency", "department", "channel", "applicant_kind", "month"] {
        let grouped = cast.clerk.get(&format!("{path}&by={by}")).await.good();
        // What is pending in a month is that of its own end.
        let pending: &[&str] = if by == "month" { &[] } else { &["pending", "overdue"] };
        for figure in ["received", "answered", "on_time", "late", "given_items"].iter().chain(pending) {
            let parts = grouped["groups"].as_array().unwrap().iter().map(|group| group["figures"][figure]["count"].as_i64().unwrap());
            assert_eq!(parts.sum::<i64>(), total[figure]["count"].as_i64().unwrap(), "{by} {figure}");
        }
    }
}

#[actix_web::test]
async fn every_number_opens_the_cases_behind_it() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    three_cases(&town, &cast).await;
    let late = received(&town, &cast, "2026-01-05").await;
    answered(&town, &cast, &late, ("2026-03-20", disclosed(), "EA000000004CN")).await;
    town.go(FIRST_DAY);
    cast.in_reconsideration("EA000000005CN").await;
    let all = cast.clerk.get("/api/v1/statistics").await.good();
    let total = &all["total"];
    let count = |figure: &str| total[figure]["count"].as_i64().unwrap();
    assert_eq!((&all["from"], &all["until"]), (&json!("2026-01-01"), &json!(FIRST_DAY)));
    assert_eq!(["received", "answered", "on_time", "late", "pending", "overdue"].map(count), [2, 3, 2, 1, 1, 1]);
    assert_eq!(total["on_time_rate"], json!({"of": 2, "out_of": 3, "per_cent": "66.7"}));
    assert_eq!(total["reconsideration"]["pending"]["count"], 1);
    // Domain 7 (004, 一(三)): average handling days; of one that took 54 of its working days and two that took a few.
    let days = &total["working_days"];
    let average: Vec<i64> = days["average"].as_str().unwrap().split('.').map(|part| part.parse().unwrap()).collect();
    assert!(average.len() == 2 && days["median"].as_i64() < Some(average[0]) && Some(average[0]) < days["p90"].as_i64(), "{days}");
    // What was pending and overdue at the end of each month, not only of the last one.
    let months = cast.clerk.get("/api/v1/statistics?by=month&from=2026-01-01&until=2026-03-31").await.good();
    let of_month = |figure: &str| {
        let groups = months["groups"].as_array().unwrap().iter();
        groups.map(|group| (group["key"].clone(), group["figures"][figure]["count"].as_i64().unwrap())).collect::<Vec<_>>()
    };
    let named = |counts: [i64; 3]| ["2026-01", "2026-02", "2026-03"].map(Value::from).into_iter().zip(counts).collect::<Vec<_>>();
    assert_eq!((of_month("pending"), of_month("overdue")), (named([2, 2, 1]), named([1, 2, 1])));
    assert_eq!(total["correction_rate"]["per_cent"], Value::Null);
    opens_what_it_counts(&cast.clerk, &all).await;
    for by in ["agency", "department", "channel", "applicant_kind", "ground", "month"] {
        let grouped = cast.clerk.get(&format!("/api/v1/statistics?by={by}")).await.good();
        assert!(!grouped["groups"].as_array().unwrap().is_empty(), "{by}");
        opens_what_it_counts(&cast.clerk, &grouped).await;
    }
    let grounds = cast.clerk.get("/api/v1/statistics?by=ground").await.good();
    assert_eq!((&grounds["groups"][0]["key"], &grounds["groups"][0]["label"]), (&json!("enforcement_file"), &json!("行政执法案卷信息")));
    let channel = cast.clerk.get("/api/v1/statistics?channel=counter&from=2025-12-01&until=2025-12-31").await.good();
    assert_eq!(channel["total"]["received"]["count"], 3);
    opens_what_it_counts(&cast.clerk, &channel).await;
    assert_eq!(cast.clerk.get("/api/v1/statistics?channel=fax").await.good()["total"]["received"]["count"], 0);

    for (path, code) in [
        ("/api/v1/statistics?from=2026-02-01&until=2026-01-01", "parameter_refused"),
        ("/api/v1/statistics?by=colour", "malformed_parameter"),
        ("/api/v1/statistics?from=-5000-01-01", "parameter_refused"),
        ("/api/v1/statistics.xlsx?until=9999-12-31&by=month", "parameter_refused"),
        ("/api/v1/statistics/cases?figure=received&from=1900-01-01", "parameter_refused"),
        ("/api/v1/statistics/cases?figure=nothing", "parameter_refused"),
        ("/api/v1/statistics/cases?figure=received&by=month", "parameter_refused"),
        ("/api/v1/statistics/cases", "malformed_parameter"),
    ] {
        cast.clerk.get(path).await.refused(code);
    }
    for group in ["by=channel&group=%27%20OR%201%3D1", "by=month&group=2026-13", "by=agency&group=none"] {
        let refused = cast.clerk.get(&format!("/api/v1/statistics/cases?figure=received&{group}")).await.refused("parameter_refused");
        assert_eq!(refused["errors"][0]["parameter"], "group", "{group}");
    }
    let empty = cast.clerk.get("/api/v1/statistics/cases?figure=received&by=month&group=2019-01&include_total=true").await.good();
    assert_eq!((&empty["items"], &empty["total"]), (&json!([]), &json!(0)));
    let sister = town.role(Role::Supervisor, "sister").await;
    sister.get(&format!("/api/v1/statistics?agency={DISTRICT}")).await.refused("not_found");
    assert_eq!(sister.get("/api/v1/statistics").await.good()["total"]["answered"]["count"], 0);
    let city = town.sign_in("supervisor").await;
    let below = city.get("/api/v1/statistics?by=agency").await.good();
    assert_eq!(below["total"]["answered"]["count"], 3);
    opens_what_it_counts(&city, &below).await;
    let file = reqwest::Client::new().get(format!("{}/api/v1/statistics.xlsx?by=month", town.base)).bearer_auth(cast.clerk.token());
    let bytes = file.send().await.unwrap().error_for_status().unwrap().bytes().await.unwrap();
    assert!(zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap().by_name("xl/worksheets/sheet1.xml").is_ok());
}

/// A period has a sensible end: the last day of this year, and twenty years.
#[actix_web::test]
async fn a_period_without_a_sensible_end_is_refused_by_its_field() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    for (period, parameter) in [
        ("until=2027-01-01", "until"),
        ("from=2026-01-01&until=9999-12-31&by=month", "until"),
        ("from=2006-12-31&until=2026-12-31", "from"),
    ] {
        let refused = clerk.get(&format!("/api/v1/statistics?{period}")).await.refused("parameter_refused");
        assert_eq!(refused["errors"][0]["parameter"], parameter, "{period}: {refused:#}");
    }
    let longest = clerk.get("/api/v1/statistics?from=2007-01-01&until=2026-12-31&by=month").await.good();
    assert_eq!(longest["groups"], json!([]));
}

/// Domain 1.0: a duty is overdue once its day has passed; of a period that is not over that is judged today.
#[actix_web::test]
async fn nobody_is_overdue_by_a_day_to_come() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.assigned().await;
    assert!(case["due_on"].as_str().unwrap() < "2026-12-31", "{case:#}");
    let of = async |query: &str| {
        let all = cast.clerk.get(&format!("/api/v1/statistics?until=2026-12-31{query}")).await.good();
        opens_what_it_counts(&cast.clerk, &all).await;
        all
    };
    let told = |figures: &Value| ["pending", "overdue"].map(|figure| figures[figure]["count"].as_i64().unwrap());
    let department = cast.assignment["department"].as_str().unwrap();
    let kinds = [String::new(), format!("&department={department}"), "&channel=counter&applicant_kind=natural_person".to_owned()];
    for kind in &kinds {
        let all = of(&format!("&by=month{kind}")).await;
        assert_eq!(told(&all["total"]), [1, 0], "{kind}");
        let months: Vec<_> =
            all["groups"].as_array().unwrap().iter().map(|group| (group["key"].clone(), told(&group["figures"]))).collect();
        assert_eq!(months, [(json!("2026-11"), [1, 0])], "a month that has not begun has nothing: {kind}");
    }
    assert_eq!(of("&by=month&channel=fax").await["groups"], json!([]));
    town.go("2026-12-10");
    for kind in &kinds {
        let all = of(&format!("&by=month{kind}")).await;
        assert_eq!(told(&all["total"]), [1, 1], "{kind}");
        let months: Vec<_> =
            all["groups"].as_array().unwrap().iter().map(|group| (group["key"].clone(), told(&group["figures"]))).collect();
        assert_eq!(months, [(json!("2026-11"), [1, 0]), (json!("2026-12"), [1, 1])], "{kind}");
    }
}
