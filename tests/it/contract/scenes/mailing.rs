//! Scenes of what proves a delivery.

use super::{Scene, on_case};
use crate::contract::Op;
use crate::support::life::Cast;
use crate::support::town::FIRST_DAY;
use serde_json::json;

/// The scene of an operation on proofs, openings and scans.
pub async fn scene(cast: &Cast, op: &Op, number: &str) -> Option<Scene> {
    Some(match op.id.as_str() {
        "file_delivery_proof" => {
            let proof = json!({"document_id": cast.paper().await, "role": "posting_receipt", "dated_on": FIRST_DAY});
            on_case(&cast.clerk, &cast.posted(number).await, "/dispatches/1/proofs", proof)
        }
        "record_letter_opening" => {
            let opened = json!({"opened_at": "2026-11-02T00:30:00Z", "opened_by": "jia@example.cn"});
            on_case(&cast.clerk, &cast.sent_online().await, "/dispatches/1/openings", opened)
        }
        "file_letter_scan" => {
            let scan = json!({"letter": {"kind": "reply", "n": 1}, "document_id": cast.paper().await});
            on_case(&cast.clerk, &cast.issued().await, "/letter-scans", scan)
        }
        _ => return None,
    })
}
