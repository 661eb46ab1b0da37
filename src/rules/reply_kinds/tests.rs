use ReplyKind::{A1, A2, B, D1, D2, D3, D4, D5, D6, D7, D8, N1A, N1B, N2, N3, O1, O2, O3, P1, P2, P3, P4, P5, R1, R2, R3, R4};

use super::*;

#[test]
fn the_table_of_kinds_articles_and_rows() {
    let table: Vec<(&str, &str, Option<u8>)> = ReplyKind::ALL.iter().map(|kind| (kind.code(), kind.article(), kind.row())).collect();
    let expected = [
        ("a1", "36(1)", Some(3)),
        ("a2", "36(2)", Some(3)),
        ("b", "37", Some(4)),
        ("d1", "36(3), 14", Some(5)),
        ("d2", "36(3), 14", Some(6)),
        ("d3", "36(3), 14", Some(7)),
        ("d4", "36(3), 15", Some(8)),
        ("d5", "36(3), 16(1)", Some(9)),
        ("d6", "36(3), 16(2)", Some(10)),
        ("d7", "36(3), 16(2)", Some(11)),
        ("d8", "36(7)", Some(12)),
        ("n1a", "36(4)", Some(13)),
        ("n1b", "36(5)", Some(13)),
        ("n2", "38", Some(14)),
        ("n3", "30", Some(15)),
        ("p1", "39(1)", Some(16)),
        ("p2", "36(6)", Some(17)),
        ("p3", "39(2)", Some(18)),
        ("p4", "35", Some(19)),
        ("p5", "30号", Some(20)),
        ("o1", "30", Some(21)),
        ("o2", "109号", Some(22)),
        ("o3", "2", Some(23)),
        ("r1", "41", None),
        ("r2", "41", None),
        ("r3", "41", None),
        ("r4", "41", None),
    ];
    assert_eq!(table, expected);
    for kind in ReplyKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
    }
}

#[test]
fn art_36_3_denials_are_d1_to_d7_and_the_part_withheld_under_37() {
    let of = |test: fn(ReplyKind) -> bool| ReplyKind::ALL.iter().copied().filter(|kind| test(*kind)).collect::<Vec<_>>();
    assert_eq!(of(ReplyKind::is_denial), [B, D1, D2, D3, D4, D5, D6, D7]);
    assert_eq!(of(ReplyKind::discloses), [A1, A2, B]);
}

#[test]
fn art_14_to_16_each_denial_has_its_ground() {
    for kind in ReplyKind::ALL {
        if let Some(ground) = kind.ground() {
            assert_eq!(kind.article(), format!("36(3), {}", ground.article()));
            assert!(ground.is_exemption());
        }
    }
    let grounds: Vec<Ground> = [D1, D2, D3, D4, D5, D6, D7].iter().filter_map(|kind| kind.ground()).collect();
    assert_eq!(grounds, Ground::ALL[..7]);
    assert!(!Ground::NotGovernmentInformation.is_exemption());
}

#[test]
fn titles_of_the_letters() {
    for (kinds, title) in [
        (&[A1][..], "政府信息公开告知书（已主动公开）"),
        (&[A2], "政府信息公开告知书（予以公开）"),
        (&[B], "政府信息部分公开告知书"),
        (&[D1, D2, D3, D4, D5, D6, D7], "政府信息不予公开告知书"),
        (&[D8], "行政查询事项告知书"),
        (&[N1A], "政府信息不存在告知书"),
        (&[N1B], "非本机关政府信息告知书"),
        (&[N2, N3], "无法提供告知书"),
        (&[P1], "不作为政府信息公开申请处理告知书"),
        (&[P2], "不予重复处理告知书"),
        (&[P3], "公开出版物获取途径告知书"),
        (&[P4, P5], "不予处理告知书"),
        (&[O1, O2], "视为放弃申请告知书"),
        (&[O3], "政府信息公开申请答复书"),
        (&[R1], "政府信息更正告知书"),
        (&[R2, R3], "政府信息更正申请转送（指引）告知书"),
        (&[R4], "政府信息不予更正告知书"),
    ] {
        for kind in kinds {
            assert_eq!(kind.letter_title(), title, "{kind:?}");
        }
    }
}

#[test]
fn o3_withdrawal_and_death_need_no_letter() {
    let silent: Vec<OtherReason> = OtherReason::ALL.iter().copied().filter(|reason| !reason.needs_letter()).collect();
    assert_eq!(silent, [OtherReason::Withdrawn, OtherReason::ApplicantDied]);
}

#[test]
fn choice_27_disclosure_with_withholding_is_partial() {
    for (items, main, kind) in [
        (&[A2][..], 0, A2),
        (&[A2, D4], 1, B),
        (&[A1, D6, N1A], 2, B),
        (&[B, N1A], 1, B),
        (&[A2, N1A], 0, A2),
        (&[A2, N1A], 1, N1A),
        (&[D4, N1A], 0, D4),
        (&[D4, D6], 1, D6),
        (&[A2, D8], 1, D8),
    ] {
        assert_eq!(outcome(items, main), Some(Outcome { kind, row: kind.row() }), "{items:?} {main}");
    }
    assert_eq!(outcome(&[], 0), None);
    assert_eq!(outcome(&[A2], 1), None);
}
