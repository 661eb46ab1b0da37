//! Scenes after archiving.

use super::{Scene, on_case};
use crate::contract::Op;
use crate::support::life::Cast;
use crate::support::town::Town;
use serde_json::{Value, json};

/// A day on which a dossier of thirty years, closed on the first day, is kept no longer.
const OVER: &str = "2057-01-04";

impl Cast {
    /// Archived for thirty years, as the table of the demo says.
    pub async fn archived(&self, number: &str) -> Value {
        let case = self.proved(&self.kept_back(&self.closed(number).await).await).await;
        self.clerk.step(&case, "/archiving", json!({"archive_number": number})).await.good()
    }

    /// Archived, its period over, its disposal proposed.
    pub async fn proposed(&self, town: &Town, number: &str) -> Value {
        let case = self.archived(number).await;
        town.go(OVER);
        self.clerk.step(&case, "/disposal-proposals", json!({"appraisal": "保管期限已满。"})).await.good()
    }
}

/// The scene of an operation of this stretch.
pub async fn scene(town: &Town, cast: &Cast, op: &Op, number: &str) -> Option<Scene> {
    let Cast { clerk, approver, .. } = cast;
    let hold = json!({"reason": "巡察组调阅中。"});
    Some(match op.id.as_str() {
        "hold_dossier" => on_case(clerk, &cast.archived(number).await, "/holds", hold),
        "release_hold" => {
            let case = clerk.step(&cast.archived(number).await, "/holds", hold).await.good();
            on_case(approver, &case, "/holds/1/release", json!({"reason": "巡察结束。"}))
        }
        "propose_disposal" => {
            let case = cast.archived(number).await;
            town.go(OVER);
            on_case(clerk, &case, "/disposal-proposals", json!({"appraisal": "保管期限已满。"}))
        }
        "decide_disposal" => {
            let case = cast.proposed(town, number).await;
            on_case(approver, &case, "/disposal-proposals/1/decision", json!({"verdict": "approved"}))
        }
        _ => return None,
    })
}
