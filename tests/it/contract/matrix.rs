//! Every operation × role × {own, below, other} agency, as the service really answers, in a checked-in table.

use super::{Op, compare, operations};
use crate::support::actor::Actor;
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::rules::permissions::{RIGHTS, Role};
use reqwest::Method;
use std::collections::BTreeSet;
use std::fmt::Write;

/// An id that nothing has.
const NOTHING: &str = "00000000-0000-7000-8000-000000000000";

async fn ask(actor: &Actor, op: &Op, case: &str) -> u16 {
    let path = op.path_with(|name| match name {
        "case_id" => case.to_owned(),
        "n" => "1".to_owned(),
        "instant" => "2026-11-02T23:59:59Z".to_owned(),
        "name" => "stages".to_owned(),
        _ => NOTHING.to_owned(),
    });
    // A version no case has: whoever is let through changes nothing.
    let headers = [("if-match", "\"999999\""), ("accept", "application/json")];
    let body = op.writes().then(|| b"{}".to_vec());
    actor.send(op.method.clone(), &path, &headers, body).await.status
}

fn word(op: &Op, status: u16) -> &'static str {
    match status {
        401 => panic!("{}: the token was refused", op.id),
        403 => "forbidden",
        404 if op.on_case() => "unknown",
        500.. => panic!("{}: {status}", op.id),
        _ => "allowed",
    }
}

#[actix_web::test]
async fn every_operation_by_role_and_agency() {
    let town = Town::open();
    let mine = town.sign_in("clerk").await.receive(FIRST_DAY).await;
    let mine = mine["id"].as_str().unwrap();
    let mut table = String::from("# operation × role: a case of the own agency | of an agency below | of another\n");
    let operations = operations();
    let known: BTreeSet<&str> = operations.iter().map(|op| op.id.as_str()).collect();
    for right in RIGHTS {
        assert!(known.contains(right.operation_id), "{} has a right but no operation", right.operation_id);
    }
    let mut cast = Vec::new();
    for role in Role::ALL {
        cast.push((role, town.role(*role, "district").await, town.role(*role, "city").await, town.role(*role, "sister").await));
    }
    for op in operations.iter().filter(|op| !op.open) {
        for (role, district, city, sister) in &cast {
            if op.id == "sign_out" {
                // Everybody may; it would end the session the table is made with.
                let _ = writeln!(table, "{:<28} {:<15} allowed", op.id, role.code());
                continue;
            }
            let own = word(op, ask(district, op, mine).await);
            let line = if op.on_case() {
                format!("{own} | {} | {}", word(op, ask(city, op, mine).await), word(op, ask(sister, op, mine).await))
            } else {
                own.to_owned()
            };
            let _ = writeln!(table, "{:<28} {:<15} {line}", op.id, role.code());
        }
    }
    compare("tests/it/contract/permissions.txt", &table);
}

#[actix_web::test]
async fn no_operation_without_a_token() {
    let town = Town::open();
    let stranger = town.stranger();
    for op in operations().iter().filter(|op| !op.open) {
        let path = op.path_with(|_| NOTHING.to_owned());
        for headers in [vec![], vec![("authorization", "Bearer x.y.z")], vec![("authorization", "Basic eDp5")]] {
            let body = op.writes().then(|| b"{\"unread\":".to_vec());
            let reply = stranger.send(op.method.clone(), &path, &headers, body).await;
            assert_eq!(reply.status, 401, "{} {:?}", op.id, reply.body);
            reply.refused("not_signed_in");
        }
    }
}

#[actix_web::test]
async fn a_wrong_path_and_a_wrong_method_are_problems_too() {
    let town = Town::open();
    let stranger = town.stranger();
    stranger.get("/nowhere").await.refused("not_found");
    stranger.get("/api/v1/nowhere").await.refused("not_found");
    let reply = stranger.send(Method::DELETE, "/api/v1/cases", &[], None).await;
    assert_eq!(reply.headers.get("allow").unwrap(), "GET, POST, HEAD");
    reply.refused("method_not_allowed");
    let head = stranger.send(Method::HEAD, "/livez", &[], None).await;
    assert_eq!(head.status, 204);
}
