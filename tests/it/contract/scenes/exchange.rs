//! Scenes of the exchange with neighbouring systems.

use super::super::Op;
use super::{Scene, plain, tracking};
use crate::exchange::{Neighbour, name};
use crate::support::actor::Actor;
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use serde_json::json;

/// The scene of an operation; none if it is not of the exchange.
pub async fn scene(town: &Town, cast: &Cast, op: &Op, admin: &Actor) -> Option<Scene> {
    let id = op.id.as_str();
    if id == "create_exchange_peer" {
        return Some(plain(admin, "/exchange-peers", json!({"contract": "reconsideration", "name": name()})));
    }
    if id == "hand_in_platform_list" {
        let listed = json!({"on": FIRST_DAY, "entries": [{"number": "PT-71", "received_on": FIRST_DAY, "status": "received"}]});
        return Some(plain(&cast.clerk, "/platform-lists", listed));
    }
    if id == "offer_dossier" {
        let neighbour = Neighbour::enter(town, &name(), None).await;
        let case = cast.served(&tracking(op)).await;
        let number = case["replies"][0]["document_number"].as_str().unwrap();
        neighbour.push(town, &neighbour.notice("示复〔2026〕77号", number)).await.good();
        let offer = json!({"case_id": case["id"], "proceeding": 1, "incomplete": true});
        return Some(plain(&cast.reviewer, "/dossier-offers", offer));
    }
    if !op.path.contains("/exchange-") {
        return None;
    }
    let neighbour = Neighbour::enter(town, &name(), None).await;
    let peer = format!("/exchange-peers/{}", neighbour.id);
    // One that waits: nothing is known of its proceeding.
    let message = match id {
        // A correction asked of the applicant belongs to no proceeding.
        "enter_exchange_message_by_hand" => Neighbour::message("correction", "示复〔2026〕99号", json!({"on": FIRST_DAY})),
        _ => Neighbour::upheld("示复〔2026〕99号"),
    };
    neighbour.push(town, &message).await.good();
    let at = |what: &str| format!("/exchange-messages/{}/{what}", message["id"].as_str().unwrap());
    Some(match id {
        "change_exchange_peer" => plain(admin, &peer, json!({"active": false})),
        "rotate_exchange_secrets" => plain(admin, &format!("{peer}/secrets"), json!({"overlap_hours": 1})),
        "match_exchange_message" => plain(&cast.reviewer, &at("match"), json!({"case_id": cast.registered().await["id"]})),
        "enter_exchange_message_by_hand" => plain(&cast.reviewer, &at("hand-entry"), json!({"case_id": cast.registered().await["id"]})),
        "dismiss_exchange_message" => plain(&cast.reviewer, &at("dismissal"), json!({"reason": "trial"})),
        "replay_exchange_delivery" => {
            let written = neighbour.poll(0).await[0]["id"].as_str().unwrap().to_owned();
            plain(&cast.clerk, &format!("/exchange-deliveries/{written}/replay"), json!({}))
        }
        _ => return None,
    })
}
