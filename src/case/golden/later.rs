//! Optional fields that kinds of events were given after their first bytes stood: each put into the first stored line of its kind.

use crate::case::event::CaseEvent;
use crate::case::journal::agency::AgencyEvent;
use crate::case::trail::{self, Head};
use serde_json::{Value, json};

/// Kind, place of the object, field, value; a null value takes a field away that was always there before.
fn fields() -> Vec<(&'static str, &'static str, &'static str, Value)> {
    let id = "00000000-0000-0000-0000-000000000065";
    let words = json!({"id": id, "commitment": "ab".repeat(32)});
    let not_taken = json!([{"title": words, "kind": "application", "sha256": "ab".repeat(32), "code": "document_infected"}]);
    let on_paper = json!({"n": 2, "label": "示例公司", "left_on": "2026-11-02", "told_on": "2026-11-10"});
    let number = || json!({"document_number": "示公补〔2026〕1号", "drawn": {"year": 2026, "number": 1}});
    vec![
        ("annual_report_added_to", "/data", "consolidated", json!(true)),
        ("annual_report_approved", "/data", "consolidated", json!(true)),
        ("annual_report_frozen", "/data", "consolidated", json!(true)),
        ("annual_report_published", "/data", "consolidated", json!(true)),
        ("amendment_proposed", "/data/amendment", "first", json!({"case": id, "n": 2})),
        ("application_arrived", "/data", "platform_within", json!(1)),
        ("application_arrived", "/data", "not_taken", not_taken.clone()),
        ("platform_entered", "/data", "not_taken", not_taken),
        ("platform_entered", "/data/entry", "correction", words.clone()),
        ("case_archived", "/data/archiving", "in_proceedings", json!({"years": null})),
        ("case_voided", "/data/voiding", "retention", json!({"years": 10})),
        ("case_voided", "/data/voiding", "returned", json!(true)),
        ("consultation_decided", "/data/decision", "number", number()),
        ("consultation_opened", "/data/consultation", "on_paper", on_paper),
        ("consultation_opened", "/data/consultation", "number", number()),
        ("contact_logged", "/data/contact", "result", json!("not_reached")),
        ("correction_requested", "/data/correction", "number", number()),
        ("delivery_recorded", "/data/state", "signed_as", json!("mail_room")),
        ("dossier_disposed", "/data/disposal", "with_case", json!(id)),
        ("dossier_disposed", "/data/disposal", "companions", json!([{"case": id, "case_number": "示例〔2026〕2号"}])),
        ("extension_approved", "/data/extension", "number", number()),
        ("fee_notice_issued", "/data/notice", "number", number()),
        ("letter_made", "/data/letter", "pdf", Value::Null),
        ("letter_made", "/data/letter", "after_dispatch", json!(true)),
        ("proceeding_answered", "/data/answer", "officer", words.clone()),
        ("proceeding_answered", "/data/answer", "agents", json!([words])),
        ("proceeding_decided", "/data/decision/order", "within", json!({"length": 15, "unit": "natural_days"})),
        ("proceeding_filed", "/data/filing", "about", json!("opening")),
        ("proceeding_opened", "/data/proceeding", "appealed_on", json!("2026-11-02")),
        ("proceeding_opened", "/data/proceeding", "appellant", json!("agency")),
        ("proceeding_opened", "/data/proceeding", "notice_number", json!("示复答〔2026〕1号")),
        ("proceeding_noted", "/data/noted", "document_number", json!("示复中〔2026〕1号")),
        ("proceeding_noted", "/data/noted", "text", words.clone()),
        ("proceeding_decided", "/data/decision", "text", words.clone()),
        ("opinion_received", "/data/opinion", "text", words.clone()),
        ("reasons_requested", "/data/request", "number", number()),
        ("reply_drafted", "/data/draft", "chain", json!([{"outcome": "any", "reviews": ["legal", "office"]}])),
        ("reply_drafted", "/data/draft/items/0/grounds", "withheld_records", json!([{"task": 1, "record": 2}])),
        ("reply_drafted", "/data/draft/items/0/grounds", "attribute_departure", words),
        ("reply_issued", "/data/reply", "paper_only", json!(true)),
        ("reply_postponed", "/data/postponement", "number", number()),
    ]
}

/// Which of them a line has.
pub(super) fn of(line: &Value) -> String {
    let has = |(kind, place, field, value): &(&str, &str, &str, Value)| {
        let found = line.pointer(place)?.get(field);
        let later = if value.is_null() { found.is_none() } else { found.is_some() };
        (line["kind"] == *kind && later).then(|| format!(" {} {field}", if value.is_null() { "without" } else { "with" }))
    };
    fields().iter().filter_map(has).collect()
}

/// A line for each, from the stored ones.
pub(super) fn lines(stored: &str) -> Vec<String> {
    let put = |(kind, place, field, value): (&str, &str, &str, Value)| {
        let mut lines = stored.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut line = lines.find(|line| line["kind"] == kind).unwrap();
        let object = line.pointer_mut(place).unwrap().as_object_mut().unwrap();
        if value.is_null() {
            object.remove(field);
        } else {
            object.insert(field.to_owned(), value);
        }
        if CaseEvent::KINDS.contains(&kind) {
            let (head, event) = trail::read(&line.to_string()).unwrap();
            return trail::write(&head, event.kind(), &event).unwrap().text;
        }
        let event: AgencyEvent = serde_json::from_value(json!({"kind": kind, "data": line["data"].take()})).unwrap();
        trail::write(&serde_json::from_value::<Head>(line).unwrap(), event.kind(), &event).unwrap().text
    };
    fields().into_iter().map(put).collect()
}
