use super::*;
use crate::rules::calendar::day_of;

fn codes(item: &ItemFacts<'_>) -> Vec<&'static str> {
    needs(item).iter().map(|what| what.code).collect()
}

/// An item with reasons and an article, so that only what its kind asks for is left.
fn reasoned(kind: ReplyKind) -> ItemFacts<'static> {
    ItemFacts { has_reasons: true, articles: &["36"], ..ItemFacts::new(kind) }
}

fn classification(classified_by: &str) -> Classification<'_> {
    Classification { level: SecretLevel::Confidential, classified_on: day_of(2020, 1, 2), classified_by }
}

#[test]
fn everything_missing_is_named_at_once() {
    let item = ItemFacts::new(ReplyKind::D6);
    assert_eq!(codes(&item), ["reasons", "articles", "discretion", "no_rule_requires_disclosure"]);
    let articles: Vec<&str> = needs(&item).iter().map(|what| what.article).collect();
    assert_eq!(articles, ["36(3)", "36(3), 16(2)", "16", "16(2)"]);
}

#[test]
fn what_each_kind_asks_for_beside_reasons_and_articles() {
    for kind in ReplyKind::ALL.iter().copied() {
        let expected: &[&str] = match kind {
            ReplyKind::A1 | ReplyKind::A2 | ReplyKind::P3 => &["how_to_obtain"],
            ReplyKind::B => &["ground", "how_to_obtain"],
            ReplyKind::D1 => &["classification"],
            ReplyKind::D4 => &["consultation"],
            ReplyKind::D5 => &["discretion"],
            ReplyKind::D6 | ReplyKind::D7 => &["discretion", "no_rule_requires_disclosure"],
            ReplyKind::D8 => &["access_rules"],
            ReplyKind::N1A => &["search_record", "contact_or_reason_needed"],
            ReplyKind::N1B => &["duty_basis", "competent_agency", "contact_or_reason_needed"],
            ReplyKind::N2 => &["contact_or_reason_needed"],
            ReplyKind::N3 => &["correction_answered", "contact_or_reason_needed"],
            ReplyKind::P2 => &["answered_case"],
            ReplyKind::P4 => &["reasons_requested", "reasons_unreasonable"],
            ReplyKind::O1 => &["correction_lapsed", "no_good_reason"],
            ReplyKind::O2 => &["fee_lapsed", "no_good_reason"],
            ReplyKind::O3 => &["other_reason"],
            ReplyKind::R2 | ReplyKind::R3 => &["competent_agency"],
            ReplyKind::D2 | ReplyKind::D3 | ReplyKind::P1 | ReplyKind::P5 | ReplyKind::R1 | ReplyKind::R4 => &[],
        };
        assert_eq!(codes(&reasoned(kind)), expected, "{kind:?}");
    }
}

#[test]
fn what_each_kind_asks_for_can_be_given() {
    let third_party = [Ground::ThirdParty];
    let sufficient = [
        ItemFacts { has_how_to_obtain: true, ..reasoned(ReplyKind::A1) },
        ItemFacts { has_how_to_obtain: true, ..reasoned(ReplyKind::A2) },
        ItemFacts { information_attached: true, ..reasoned(ReplyKind::A2) },
        ItemFacts { information_attached: true, grounds: &[Ground::NotGovernmentInformation], ..reasoned(ReplyKind::B) },
        ItemFacts { information_attached: true, grounds: &third_party, consultation_recorded: true, ..reasoned(ReplyKind::B) },
        ItemFacts { secret: Some(classification("示范区保密局")), ..reasoned(ReplyKind::D1) },
        reasoned(ReplyKind::D2),
        reasoned(ReplyKind::D3),
        ItemFacts { consultation_recorded: true, ..reasoned(ReplyKind::D4) },
        ItemFacts { has_no_consultation_reason: true, ..reasoned(ReplyKind::D4) },
        ItemFacts { discretion_noted: true, ..reasoned(ReplyKind::D5) },
        ItemFacts { discretion_noted: true, no_rule_requires_disclosure: true, ..reasoned(ReplyKind::D6) },
        ItemFacts { discretion_noted: true, no_rule_requires_disclosure: true, ..reasoned(ReplyKind::D7) },
        ItemFacts { has_access_rules: true, ..reasoned(ReplyKind::D8) },
        ItemFacts { search_recorded: true, contact_or_reason: true, ..reasoned(ReplyKind::N1A) },
        ItemFacts {
            search_recorded: true,
            records_found: true,
            search_explained: true,
            contact_or_reason: true,
            ..reasoned(ReplyKind::N1A)
        },
        ItemFacts { has_duty_basis: true, competent_agency: CompetentAgency::Named, contact_or_reason: true, ..reasoned(ReplyKind::N1B) },
        ItemFacts {
            search_recorded: true,
            competent_agency: CompetentAgency::CannotBeDetermined,
            contact_or_reason: true,
            ..reasoned(ReplyKind::N1B)
        },
        ItemFacts { contact_or_reason: true, ..reasoned(ReplyKind::N2) },
        reasoned(ReplyKind::P1),
        ItemFacts { answered_case_linked: true, ..reasoned(ReplyKind::P2) },
        ItemFacts { has_how_to_obtain: true, ..reasoned(ReplyKind::P3) },
        reasoned(ReplyKind::P5),
        ItemFacts { other_reason: Some(OtherReason::Enquiry), ..reasoned(ReplyKind::O3) },
        ItemFacts { correction_answered: true, contact_or_reason: true, ..reasoned(ReplyKind::N3) },
        ItemFacts { reasons_requested: true, reasons_unreasonable: true, ..reasoned(ReplyKind::P4) },
        ItemFacts { correction_lapsed: true, no_good_reason: true, ..reasoned(ReplyKind::O1) },
        ItemFacts { fee_lapsed: true, no_good_reason: true, ..reasoned(ReplyKind::O2) },
    ];
    for item in sufficient {
        assert_eq!(codes(&item), [""; 0], "{item:?}");
    }
}

#[test]
fn art_36_4_a_record_found_contradicts_that_it_does_not_exist() {
    let item = ItemFacts { search_recorded: true, records_found: true, contact_or_reason: true, ..reasoned(ReplyKind::N1A) };
    assert_eq!(codes(&item), ["search_contradiction"]);
    let elsewhere = ItemFacts { competent_agency: CompetentAgency::Named, ..item };
    assert_eq!(codes(&ItemFacts { kind: ReplyKind::N1B, ..elsewhere }), [""; 0], "a copy of another agency's record may be found");
}

#[test]
fn art_14_a_classification_without_its_authority_is_none() {
    assert_eq!(codes(&ItemFacts { secret: Some(classification(" ")), ..reasoned(ReplyKind::D1) }), ["classification"]);
}

#[test]
fn art_37_the_part_withheld_asks_for_what_its_grounds_ask_for() {
    let grounds = [Ground::StateSecret, Ground::ThirdParty, Ground::EnforcementFile];
    let item = ItemFacts { grounds: &grounds, information_attached: true, ..reasoned(ReplyKind::B) };
    assert_eq!(codes(&item), ["classification", "consultation", "discretion", "no_rule_requires_disclosure"]);
}

#[test]
fn art_15_a_second_ground_asks_for_its_own_facts() {
    let item = ItemFacts { grounds: &[Ground::ThirdParty], discretion_noted: true, ..reasoned(ReplyKind::D5) };
    assert_eq!(codes(&item), ["consultation"]);
    let disclosed = ItemFacts { grounds: &[Ground::ThirdParty], information_attached: true, ..reasoned(ReplyKind::A2) };
    assert_eq!(codes(&disclosed), [""; 0], "what is not withheld has no ground to prove");
}

#[test]
fn o3_reasons_only_where_somebody_is_told() {
    let of = |reason| codes(&ItemFacts { other_reason: Some(reason), ..ItemFacts::new(ReplyKind::O3) });
    for reason in OtherReason::ALL.iter().copied() {
        assert_eq!(of(reason).is_empty(), !reason.needs_letter(), "{reason:?}");
    }
    assert_eq!(of(OtherReason::Other), ["reasons"]);
}

#[test]
fn practice_without_an_article_needs_none_and_a_blank_one_is_none() {
    assert_eq!(codes(&ItemFacts { has_reasons: true, ..ItemFacts::new(ReplyKind::P5) }), [""; 0]);
    assert_eq!(codes(&ItemFacts { articles: &["39", " "], ..reasoned(ReplyKind::P1) }), ["blank_article"]);
}

#[test]
fn art_32_nothing_is_disclosed_while_a_third_party_is_asked() {
    let item = |kind| ItemFacts {
        has_how_to_obtain: true,
        grounds: &[Ground::NotGovernmentInformation],
        third_party_pending: true,
        ..reasoned(kind)
    };
    assert_eq!([item(ReplyKind::A2), item(ReplyKind::B)].map(|item| codes(&item)), [["third_party_pending"], ["third_party_pending"]]);
    assert_eq!(codes(&item(ReplyKind::A1)), [""; 0], "what is public needs nobody's leave");
}
