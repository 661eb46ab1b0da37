//! `foi-docket init` beside agencies that are there: below one of them, or at the top; never twice.

use crate::support::actor::Actor;
use crate::support::town::Town;
use foi_docket::demo::CITY;
use foi_docket::rules::permissions::Role;
use serde_json::json;
use std::process::Command;

/// Runs it with what every agency needs; gives what it printed and how it ended.
fn init(town: &Town, more: &[&str]) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_foi-docket"))
        .env("DATABASE_URL", &town.owner_url)
        .args(["init", "--contact", "示范路9号", "--reconsideration-body", "某区人民政府", "--court", "某区人民法院"])
        .args(["--email", "admin@example.cn"])
        .args(more)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

fn line<'a>(said: &'a str, name: &str) -> &'a str {
    said.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim()
}

async fn agencies_of(actor: &Actor) -> Vec<String> {
    let page = actor.get("/api/v1/agencies").await.good();
    page["items"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn agencies_are_set_up_below_another_and_at_the_top_and_never_twice() {
    let town = Town::open();
    let supervisor = town.role(Role::Supervisor, "city").await;
    let before = agencies_of(&supervisor).await.len();
    let new = ["--agency", "示范市新区市场监督管理局", "--code", "新市监", "--username", "new.admin"];

    let (done, said, why) = init(&town, &[&new[..], &["--parent", "示范市市监"]].concat());
    assert!(done, "{why}");
    let below = agencies_of(&supervisor).await;
    assert!(below.contains(&"示范市新区市场监督管理局".to_owned()) && below.len() == before + 1, "{below:?}");
    let admin = Actor::sign_in(&town.base, "new.admin", line(&said, "password:")).await;
    let next = json!({"current_password": line(&said, "password:"), "new_password": "a long sentence of one's own"});
    admin.post("/api/v1/me/password", next).await;
    assert_eq!(agencies_of(&admin).await, ["示范市新区市场监督管理局"]);
    assert_eq!(admin.get("/api/v1/agencies").await.good()["items"][0]["parent"], CITY.to_string());

    for (arguments, expected) in [
        (new.to_vec(), "already"),
        (vec!["--agency", "另一局", "--code", "新市监", "--username", "other"], "already"),
        (vec!["--agency", "另一局", "--code", "另", "--username", "new.admin"], "the sign-in name \"new.admin\" is taken"),
        (vec!["--agency", "另一局", "--code", "另", "--username", "other", "--parent", "无此"], "no agency has the short name or id"),
        (vec!["--agency", "另一局", "--code", "另", "--username", "Other"], "/username"),
    ] {
        let (done, _, why) = init(&town, &arguments);
        assert!(!done && why.contains(expected), "{why}");
    }
    assert_eq!(agencies_of(&supervisor).await.len(), before + 1, "what is refused leaves nothing");

    let (done, said, why) = init(&town, &["--agency", "另一局", "--code", "另", "--username", "other"]);
    assert!(done, "{why}");
    let below_it = ["--agency", "另一局分局", "--code", "另分", "--username", "branch", "--parent", line(&said, "agency:")];
    let (done, _, why) = init(&town, &below_it);
    assert!(done, "{why}");
    assert_eq!(agencies_of(&supervisor).await.len(), before + 1, "another tree is not the city's");
}
