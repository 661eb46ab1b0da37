use super::*;

#[test]
fn a_line_is_trimmed_and_kept() {
    assert_eq!(line("  示范市 甲某　", 20), Ok("示范市 甲某".to_owned()));
    assert_eq!(line("𠮷野", 2), Ok("𠮷野".to_owned()), "characters are counted, not bytes");
    assert_eq!(line("长".repeat(21).as_str(), 20), Err(TextError::TooLong { found: 21, limit: 20 }));
    assert_eq!(line(&format!("  {}  ", "长".repeat(20)), 20), Ok("长".repeat(20)), "white space around does not count");
}

#[test]
fn nothing_visible_is_empty() {
    for text in ["", " ", "　", "\u{200B}", " \u{FEFF}\u{2060} ", "\u{3164}"] {
        assert_eq!(line(text, 20), Err(TextError::Empty), "{text:?}");
    }
}

#[test]
fn a_line_holds_no_control_character() {
    for text in ["甲\n乙", "甲\r乙", "甲\0乙", "甲\t乙", "甲\u{7f}乙", "甲\u{85}乙", "甲\u{2028}乙"] {
        assert_eq!(line(text, 20), Err(TextError::Control { at: 2 }), "{text:?}");
    }
    assert_eq!(line("甲乙\n", 20), Err(TextError::Control { at: 3 }), "not even at the end");
}

#[test]
fn lines_hold_line_breaks_and_no_other_control_character() {
    assert_eq!(lines("一、甲\r\n二、乙\n\n", 20), Ok("一、甲\n二、乙".to_owned()));
    for text in ["甲\r乙", "甲\0乙", "甲\t乙", "甲\u{2029}乙", "甲\u{1b}乙"] {
        assert_eq!(lines(text, 20), Err(TextError::Control { at: 2 }), "{text:?}");
    }
    assert_eq!(lines("\n\r\n", 20), Err(TextError::Empty));
}

#[test]
fn nothing_turns_the_direction_of_writing() {
    for mark in ['\u{202E}', '\u{202A}', '\u{2066}', '\u{2069}', '\u{200F}', '\u{200E}', '\u{061C}'] {
        assert_eq!(line(&format!("甲{mark}乙"), 20), Err(TextError::Direction { at: 2 }));
        assert_eq!(lines(&format!("甲{mark}乙"), 20), Err(TextError::Direction { at: 2 }));
    }
    assert_eq!(line("ئالىم", 20), Ok("ئالىم".to_owned()), "a name written from the right needs no mark");
}

#[test]
fn names_show_their_first_character() {
    for (name, masked) in [("甲某某", "甲**"), ("甲某", "甲*"), ("甲", "*"), ("", ""), ("欧阳某某", "欧***"), ("𠮷某", "𠮷*")]
    {
        assert_eq!(mask_name(name), masked);
    }
}

#[test]
fn identity_numbers_show_no_birthday() {
    for (number, masked) in [
        ("11010519491231002X", "110***********002X"),
        ("110105491231002", "110********1002"),
        ("E12345678", "*******78"),
        ("12345", "*****"),
        ("", ""),
    ] {
        assert_eq!(mask_id_number(number), masked);
    }
}

#[test]
fn telephones_mails_and_addresses() {
    for (number, masked) in [("13800001234", "138****1234"), ("021-12345678", "021*****5678"), ("12345678", "******78"), ("12315", "*****")]
    {
        assert_eq!(mask_phone(number), masked);
    }
    for (address, masked) in [
        ("jia@example.org", "j****@example.org"),
        ("j@example.org", "****@example.org"),
        ("甲某@example.org", "甲****@example.org"),
        ("jia", "****"),
        ("", "****"),
    ] {
        assert_eq!(mask_email(address), masked);
    }
    for (address, masked) in [
        ("示范市示范区和平路1号市民中心2室", "示范市示范区****"),
        ("示范省示范市示范县某镇某村三组", "示范省示范市示****"),
        ("示范省甲市乙县某镇某村三组十号", "示范省甲市乙县****"),
        ("和平路一号", "和平****"),
        ("", "****"),
    ] {
        assert_eq!(mask_address(address), masked);
    }
}

#[test]
fn gb_11643_check_character_and_birthday() {
    assert!(is_resident_id("11010519491231002X"));
    assert!(is_resident_id("11010519491231002x"));
    for number in ["110105194912310021", "11010519491331002X", "11010519491231002", "11010519491231002XX", "1101051949123100二X", "", "中"]
    {
        assert!(!is_resident_id(number), "{number}");
    }
}

#[test]
fn gb_32100_check_character() {
    assert!(is_social_credit_code("91350100M000100Y43"));
    assert!(is_social_credit_code("91350100m000100y43"));
    for code in
        ["91350100M000100Y44", "91350100M000100Y4", "91350100M000100I43", "91350100M000100Y433", "", "统一社会信用代码统一社会信用代码一二"]
    {
        assert!(!is_social_credit_code(code), "{code}");
    }
}

#[test]
fn articles_30_and_32_a_reason_says_something_of_the_case() {
    for nothing in [
        "无",
        "没有。",
        "略",
        "n/a",
        "N/A",
        "不需要",
        "无需征求第三方意见。",
        "——",
        "无无无无无",
        "1111",
        "none",
        "not applicable",
        "No reason.",
        "依法办理",
    ] {
        assert_eq!(reason(nothing, 2000), Err(TextError::NoReason), "{nothing}");
    }
    for says in ["未留电话。", "申请人未留电话", "第三方已经书面反对", "仅遮盖个人信息。", "Redacted: names only."]
    {
        assert_eq!(reason(says, 2000), Ok(says.to_owned()));
    }
    assert_eq!(reason(" ", 20), Err(TextError::Empty));
}
