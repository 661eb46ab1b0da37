//! The demo's city platform (市政务公开工作平台): the bureau joins it today; one application is entered there, one is still to be, and of one that was
//! lodged there the platform says something else than the register. What its screen shows in the evening is handed in as its list of the day: it has a
//! number that the register does not know.

use super::stories::{paper, person};
use super::walker::Walker;
use crate::case::journal::agency::Change;
use crate::case::journal::{JournalError, Repeated};
use crate::db::pool::Scope;
use crate::exchange::platform::list::hand_in_here;
use crate::ids::new_id;
use crate::people::settings::{insert, newest};
use crate::people::writing::write;
use crate::steps::register::{enter::RegisterCase, platform::RecordPlatformEntry};
use anyhow::{Result, anyhow};
use chrono::{Datelike, NaiveDate};
use serde_json::json;
use std::sync::Arc;

/// From today on every application is to be entered within a working day.
pub(super) fn joined(w: &mut Walker, day: NaiveDate) -> Result<()> {
    let office = Arc::clone(&w.office);
    let mut ask = w.asks("admin", day, uuid::Uuid::nil())?;
    let agency = ask.agency;
    ask.case = agency;
    let replaced = w.db.run_here(&Scope::own(agency), |conn| {
        write(conn, &office, &ask, |conn| {
            let edition = newest(conn, agency)?.ok_or(JournalError::Unknown)?;
            let before = office.settings(conn, agency, edition)?;
            let settings = crate::rules::settings::Settings { platform_working_days: Some(1), ..(*before).clone() };
            let event = insert(conn, &office, agency, edition + 1, &settings)?;
            Ok(Change { value: (), repeated: Repeated { resource: agency, version: edition + 1, status: 200 }, events: vec![event] })
        })
    });
    replaced.map_err(|problem| anyhow!("{problem}"))?;
    let application = |channel: &str, n: u8, words: &str| {
        json!({
            "channel": channel, "arrived_on": day, "applicants": person("亥某", n), "request": paper(words)
        })
    };
    w.receive("clerk", day, application("counter", 95, "申请公开示范市场本年度快检室设置情况。"))?;
    let number = |n: u32| format!("PT-{}-{n:06}", day.year());
    let entered = w.receive("clerk", day, application("counter", 96, "申请公开本年度计量器具强制检定目录。"))?;
    let entered = w.step::<RegisterCase>("clerk", day, &entered, None, json!({}))?;
    let entry = json!({"number": number(118), "entered_on": day, "status": "registered", "received_on": day});
    w.step::<RecordPlatformEntry>("clerk", day, &entered, None, entry)?;
    let mut lodged = application("portal", 97, "申请公开示范区电梯维保单位名单。");
    if let Some(lodged) = lodged.as_object_mut() {
        lodged.insert("external_references".to_owned(), json!([{"system": "city_platform", "reference": number(119)}]));
    }
    let lodged = w.receive("clerk", day, lodged)?;
    w.step::<RecordPlatformEntry>("clerk", day, &lodged, None, json!({"status": "registered"}))?;
    listed(w, day, [number(118), number(119), number(120)])
}

/// The platform's list of the day, as a clerk reads it off the screen: the second is closed there and open here, the third is in no case.
fn listed(w: &mut Walker, day: NaiveDate, [entered, lodged, unknown]: [String; 3]) -> Result<()> {
    let list = serde_json::from_value(json!({
        "on": day, "complete": true,
        "entries": [
            {"number": entered, "received_on": day, "status": "registered"},
            {"number": lodged, "received_on": day, "status": "closed"},
            {"number": unknown, "received_on": day, "status": "registered"}
        ]
    }))?;
    let ask = w.asks("clerk", day, new_id())?;
    let office = Arc::clone(&w.office);
    let handed_in = w.db.run_here(&Scope::own(ask.agency), |conn| hand_in_here(conn, &office, &ask, list));
    handed_in.map_err(|problem| anyhow!("{problem}"))
}
