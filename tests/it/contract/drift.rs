//! What is generated and checked in is what the program says.

use super::{compare, operations};
use std::collections::BTreeSet;
use utoipa::openapi::RefOr;

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

/// An agency that the caller may not know answers like one that does not exist.
#[test]
fn whoever_can_name_an_agency_is_told_that_it_may_be_unknown() {
    let mut naming = 0;
    for op in operations() {
        let named = op.operation.parameters.iter().flatten().any(|known| matches!(known, RefOr::T(known) if known.name == "agency"));
        if named {
            naming += 1;
            assert!(op.operation.responses.responses.contains_key("404"), "{}: 404", op.id);
        }
    }
    assert!(naming > 10, "{naming}");
}
