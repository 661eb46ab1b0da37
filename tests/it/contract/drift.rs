//! What is generated and checked in is what the program says.

use super::{compare, operations};
use std::collections::BTreeSet;

#[test]
fn openapi_yaml_is_what_the_program_prints() {
    compare("openapi.yaml", &foi_docket::http::openapi::yaml(&foi_docket::http::server::document()).unwrap());
}

#[test]
fn every_operation_says_what_a_front_end_needs() {
    let mut ids = BTreeSet::new();
    for op in operations() {
        assert!(ids.insert(op.id.clone()), "{} stands twice", op.id);
        assert_eq!(op.operation.tags.as_ref().map(Vec::len), Some(1), "{}: one tag", op.id);
        assert!(op.operation.summary.as_ref().is_some_and(|text| !text.is_empty()), "{}: a summary", op.id);
        for status in op.operation.responses.responses.keys() {
            assert!(status.parse::<u16>().is_ok(), "{}: {status}", op.id);
        }
    }
}

#[test]
fn no_reference_dangles() {
    let document = foi_docket::http::server::document();
    let json = document.to_string();
    let mut wanted = BTreeSet::new();
    for part in json.split("\"$ref\":\"").skip(1) {
        wanted.insert(part.split('"').next().unwrap().to_owned());
    }
    assert!(wanted.len() > 20);
    for reference in wanted {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}
