//! Scenes from the letter to the archive.

use super::{Scene, on_case};
use crate::contract::Op;
use crate::support::life::{Cast, by_post, delivered, reply_letter};
use crate::support::town::FIRST_DAY;
use serde_json::json;

/// The scene of an operation on letters, their deliveries and the archive.
pub async fn scene(cast: &Cast, op: &Op, number: &str) -> Option<Scene> {
    Some(match op.id.as_str() {
        "file_delivery_proof" => {
            let case = cast.posted(number).await;
            let proof = json!({"document_id": cast.slip(&case).await, "role": "posting_receipt", "dated_on": FIRST_DAY});
            on_case(&cast.clerk, &case, "/dispatches/1/proofs", proof)
        }
        "record_letter_opening" => {
            let opened = json!({"opened_at": "2026-11-02T00:30:00Z", "opened_by": "jia@example.cn"});
            on_case(&cast.clerk, &cast.sent_online().await, "/dispatches/1/openings", opened)
        }
        "file_letter_scan" => {
            let scan = json!({"letter": {"kind": "reply", "n": 1}, "document_id": cast.paper().await});
            on_case(&cast.clerk, &cast.issued().await, "/letter-scans", scan)
        }
        "make_letter" => on_case(&cast.clerk, &cast.issued().await, "/letters", reply_letter()),
        "dispatch_letter" => on_case(&cast.clerk, &cast.issued().await, "/dispatches", by_post(number)),
        "record_delivery" => on_case(&cast.clerk, &cast.posted(number).await, "/dispatches/1/delivery", delivered()),
        "close_case" => on_case(&cast.clerk, &cast.served(number).await, "/closing", json!({})),
        "archive_case" => {
            let case = cast.kept_back(&cast.proved(&cast.closed(number).await).await).await;
            on_case(&cast.clerk, &case, "/archiving", json!({"archive_number": "2026-1"}))
        }
        _ => return None,
    })
}
