use super::*;

const BODIES: RemedyBodies<'static> =
    RemedyBodies { reconsideration_body: "示范区人民政府", court: "示范区人民法院", online_filing: None };

const fn item(kind: ReplyKind) -> RemedyItem<'static> {
    RemedyItem { kind, other_reason: None, grounds: &[] }
}

const fn other(reason: OtherReason) -> RemedyItem<'static> {
    RemedyItem { kind: ReplyKind::O3, other_reason: Some(reason), grounds: &[] }
}

#[test]
fn reconsideration_law_23_denials_under_14_to_16_go_to_reconsideration_first() {
    for kind in ReplyKind::ALL.iter().copied() {
        let expected = match kind {
            ReplyKind::B
            | ReplyKind::D1
            | ReplyKind::D2
            | ReplyKind::D3
            | ReplyKind::D4
            | ReplyKind::D5
            | ReplyKind::D6
            | ReplyKind::D7 => RemedyPath::ReconsiderationFirst,
            _ => RemedyPath::FreeChoice,
        };
        assert_eq!(path(&[item(kind)]), expected, "{kind:?}");
    }
}

#[test]
fn choice_28_one_denied_part_decides_for_the_whole() {
    assert_eq!(path(&[item(ReplyKind::A2), item(ReplyKind::N1A), item(ReplyKind::D4)]), RemedyPath::ReconsiderationFirst);
    assert_eq!(path(&[item(ReplyKind::A2), item(ReplyKind::N1A)]), RemedyPath::FreeChoice);
}

#[test]
fn art_37_cutting_out_what_is_not_government_information_denies_nothing() {
    let part = |grounds| RemedyItem { grounds, ..item(ReplyKind::B) };
    assert_eq!(path(&[part(&[Ground::NotGovernmentInformation])]), RemedyPath::FreeChoice);
    assert_eq!(path(&[part(&[Ground::NotGovernmentInformation, Ground::ThirdParty])]), RemedyPath::ReconsiderationFirst);
    assert_eq!(path(&[part(&[])]), RemedyPath::ReconsiderationFirst, "a part withheld without a ground: the safer instruction");
}

#[test]
fn choice_29_special_access_is_free_choice() {
    assert_eq!(path(&[item(ReplyKind::D8)]), RemedyPath::FreeChoice);
}

#[test]
fn nobody_is_told_after_a_withdrawal_or_a_death() {
    for reason in [OtherReason::Withdrawn, OtherReason::ApplicantDied] {
        let advice = advise(&[other(reason)], &BODIES);
        assert_eq!((advice.path, advice.text_zh.as_str(), advice.court), (RemedyPath::None, "", None));
    }
    assert_eq!(path(&[]), RemedyPath::None);
    assert_eq!(path(&[other(OtherReason::Enquiry)]), RemedyPath::FreeChoice);
    assert_eq!(path(&[other(OtherReason::Withdrawn), item(ReplyKind::A2)]), RemedyPath::FreeChoice);
}

#[test]
fn the_paragraph_of_reconsideration_first_offers_no_direct_suit() {
    let advice = advise(&[item(ReplyKind::D4)], &BODIES);
    assert_eq!((advice.reconsideration_days, advice.litigation_months), (Some(60), None));
    assert_eq!(advice.litigation_days_after_reconsideration, Some(15));
    assert_eq!(
        advice.text_zh,
        "如不服本答复，应当先申请行政复议：可以自收到本答复之日起60日内向示范区人民政府申请行政复议；\
         对行政复议决定不服的，可以自收到行政复议决定书之日起15日内向示范区人民法院提起行政诉讼。"
    );
    assert!(advice.articles.contains(&"复议法 23(1)(4)"));
    assert!(advice.text_en.contains("reconsideration comes first"));
}

#[test]
fn the_paragraph_of_free_choice_names_both_terms() {
    let advice = advise(&[item(ReplyKind::N1A)], &BODIES);
    assert_eq!((advice.reconsideration_days, advice.litigation_months), (Some(60), Some(6)));
    assert_eq!(
        advice.text_zh,
        "如不服本答复，可以自收到本答复之日起60日内向示范区人民政府申请行政复议，\
         也可以自收到本答复之日起6个月内直接向示范区人民法院提起行政诉讼。"
    );
    assert!(!advice.articles.contains(&"复议法 23(1)(4)"));
}

#[test]
fn reconsideration_law_22_2_the_way_online() {
    let bodies = RemedyBodies { online_filing: Some("掌上复议"), ..BODIES };
    for kind in [ReplyKind::D4, ReplyKind::A2] {
        let advice = advise(&[item(kind)], &bodies);
        assert!(advice.text_zh.contains("申请行政复议（也可以通过掌上复议在线提交）"), "{}", advice.text_zh);
        assert_eq!(advice.online_filing.as_deref(), Some("掌上复议"));
        assert_eq!(advice.articles.last(), Some(&"复议法 22(2)"));
    }
}

#[test]
fn the_terms_printed_are_the_terms_counted() {
    use crate::rules::terms::{Circumstance, DutyKind, term};
    let length = |kind| term(kind, Circumstance::Always, crate::rules::calendar::day_of(2026, 1, 5)).unwrap().length;
    assert_eq!(length(DutyKind::ApplyForReconsideration), RECONSIDERATION_DAYS);
    assert_eq!(length(DutyKind::SueDirectly), LITIGATION_MONTHS);
    assert_eq!(length(DutyKind::SueAfterReconsideration), LITIGATION_DAYS_AFTER_RECONSIDERATION);
}
