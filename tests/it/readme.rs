//! What the README says is what the program does.

use crate::support::town::Town;
use std::process::Command;

fn readme() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap()
}

fn between<'a>(text: &'a str, name: &str) -> &'a str {
    text.split_once(&format!("<!-- {name} -->")).unwrap().1.split_once(&format!("<!-- /{name} -->")).unwrap().0.trim()
}

#[actix_web::test]
async fn the_walk_can_be_pasted() {
    let town = Town::open();
    town.clock.set(chrono::Utc::now());
    let readme = readme();
    let walk = between(&readme, "walk").strip_prefix("```sh").unwrap().strip_suffix("```").unwrap();
    let script = format!("set -eu\n{}\n", walk.replace("http://127.0.0.1:8080", &town.base));
    let output = tokio::task::spawn_blocking(move || Command::new("bash").arg("-c").arg(script).output().unwrap()).await.unwrap();
    let (said, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{failed}");
    for stage in ["received", "registered", "replied", "mailed", "closed", "archived"] {
        assert!(said.contains(&format!("\"stage\":\"{stage}\"")), "{stage} was not reached:\n{said}\n{failed}");
    }
}

#[test]
fn the_flow_is_the_one_of_the_program() {
    let drawn = format!("```text\n{}\n```", foi_docket::views::flow::draw().trim_end());
    let readme = readme();
    let stored = between(&readme, "flow");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        let (before, rest) = readme.split_once("<!-- flow -->").unwrap();
        let (_, after) = rest.split_once("<!-- /flow -->").unwrap();
        let anew = format!("{before}<!-- flow -->\n{drawn}\n<!-- /flow -->{after}");
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"), anew).unwrap();
    } else {
        assert_eq!(stored, drawn, "UPDATE_SNAPSHOTS=1 cargo test --test it readme puts the drawing into the README");
    }
}

#[test]
fn every_variable_stands_in_the_table_and_the_other_way_round() {
    let config = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/config.rs")).unwrap();
    let read: std::collections::BTreeSet<_> = config.split("read(\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let readme = readme();
    let table = readme.split("## Configuration").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows =
        table.lines().filter(|line| line.starts_with("| `")).flat_map(|line| line.split('|').nth(1).unwrap().split('`').skip(1).step_by(2));
    let listed: std::collections::BTreeSet<_> = rows.collect();
    assert_eq!(listed, read);
}
