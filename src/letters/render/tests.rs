//! Whole letters, both formats, read again.

use std::collections::BTreeMap;
use std::io::Read as _;

use chrono::NaiveDate;

use super::measure::{HEIGHT, LINE, WIDTH};
use super::pages::{Mark, Page, lay_out};
use super::*;
use crate::letters::sheet::Block;

fn sheet(blocks: Vec<Block>) -> Sheet {
    Sheet { subject: "政府信息公开告知书".into(), dated_on: NaiveDate::from_ymd_opt(2026, 11, 2).unwrap(), blocks }
}

fn paragraph(words: &str) -> Block {
    Block::Paragraph(words.into())
}

fn signature() -> Block {
    Block::Signature { agency: "示例局".into(), dated: "2026年11月2日".into() }
}

fn letter() -> Sheet {
    sheet(vec![
        Block::Issuer("示例市示例局".into()),
        Block::Title("政府信息部分公开告知书".into()),
        Block::Number("示公开〔2026〕12号".into()),
        Block::Addressee("张三（示例）：".into()),
        paragraph("本机关于2026年10月12日收到您的申请，您申请公开："),
        Block::Verbatim("1.  验收报告 & <合同>；\n　　2. 付款凭证。".into()),
        Block::Heading("一、处理决定".into()),
        Block::Table {
            columns: vec![200, 800],
            rows: vec![vec!["序号".into(), "名称".into()], vec!["1".into(), "验收报告\n（节选）".into()]],
        },
        signature(),
        Block::Note("联系人：示例".into()),
    ])
}

fn pages_of(blocks: Vec<Block>) -> Vec<Page> {
    let fonts = Fonts::of_program();
    lay_out(&clean::sheet(&sheet(blocks)), &fonts.shelf()).unwrap()
}

/// The lines of text of a page with their baselines, without the page number.
fn lines_of(page: &Page) -> Vec<(i32, String)> {
    page.marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Text { y, line, .. } if *y <= HEIGHT => Some((*y, line.placed.iter().map(|p| p.atom.text.as_str()).collect())),
            _ => None,
        })
        .collect()
}

/// What a reader gets out of a file set in one font: every string shown, by the font's own map.
fn text_of(pdf: &[u8]) -> String {
    let streams = streams(pdf);
    let map: BTreeMap<u16, String> = streams
        .iter()
        .filter_map(|stream| std::str::from_utf8(stream).ok().filter(|text| text.contains("beginbfchar")))
        .flat_map(str::lines)
        .filter_map(|line| line.strip_prefix('<')?.strip_suffix('>')?.split_once("> <"))
        .filter_map(|(code, text)| {
            let units: Vec<u16> =
                text.as_bytes().chunks(4).map(|hex| u16::from_str_radix(std::str::from_utf8(hex).unwrap(), 16).unwrap()).collect();
            Some((u16::from_str_radix(code, 16).ok()?, String::from_utf16(&units).unwrap()))
        })
        .collect();
    let shown = streams.iter().filter(|stream| stream.windows(3).any(|at| at == b"BT\n"));
    shown.flat_map(|stream| strings(stream)).map(|code| map.get(&code).expect("every code is mapped").as_str()).collect()
}

fn streams(pdf: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = pdf[at..].windows(7).position(|w| w == b"stream\n").map(|p| at + p + 7) {
        let end = start + pdf[start..].windows(10).position(|w| w == b"\nendstream").unwrap();
        found.push(miniz_oxide::inflate::decompress_to_vec_zlib(&pdf[start..end]).unwrap());
        at = end + 10;
    }
    found
}

/// The two-byte codes of the strings shown in a content stream, written between brackets or as hexadecimal digits.
fn strings(stream: &[u8]) -> Vec<u16> {
    let mut bytes = Vec::new();
    let mut rest = stream.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'(' => {
                while let Some(byte) = rest.next().filter(|b| *b != b')') {
                    bytes.push(match byte {
                        b'\\' => match rest.next().unwrap() {
                            b'n' => b'\n',
                            b'r' => b'\r',
                            b't' => b'\t',
                            b'b' => 8,
                            b'f' => 12,
                            digit @ b'0'..=b'7' => {
                                let octal = [digit, rest.next().unwrap(), rest.next().unwrap()];
                                u8::from_str_radix(std::str::from_utf8(&octal).unwrap(), 8).unwrap()
                            }
                            plain => plain,
                        },
                        plain => plain,
                    });
                }
            }
            b'<' if rest.peek() != Some(&b'<') => {
                let hex: String = rest.by_ref().take_while(|b| *b != b'>').map(char::from).collect();
                bytes.extend(hex.as_bytes().chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()));
            }
            b'<' => assert_eq!(rest.next(), Some(b'<')),
            _ => {}
        }
    }
    bytes.chunks(2).map(|two| u16::from_be_bytes([two[0], two[1]])).collect()
}

fn parts_of(docx: &[u8]) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(docx)).unwrap();
    (0..zip.len())
        .map(|at| {
            let mut file = zip.by_index(at).unwrap();
            let mut part = String::new();
            file.read_to_string(&mut part).unwrap();
            (file.name().unwrap().into_owned(), part)
        })
        .collect()
}

#[test]
fn the_words_of_a_letter_come_out_of_its_pdf_as_they_went_in() {
    let text = text_of(&pdf(&letter(), &Fonts::of_program()).unwrap());
    for words in [
        "示例市示例局",
        "示公开〔2026〕12号",
        "张三（示例）：",
        "1.  验收报告 & <合同>；　　2. 付款凭证。",
        "（节选）",
        "2026年11月2日",
        "联系人：示例",
        "— 1 —",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[test]
fn a_page_holds_twenty_two_lines_of_twenty_eight_characters() {
    let pages = pages_of(vec![paragraph(&"政".repeat(28 * 44 - 2))]);
    assert_eq!(pages.len(), 2);
    for page in &pages {
        assert_eq!(lines_of(page).len(), 22);
    }
    assert_eq!(pages_of(vec![paragraph(&"政".repeat(28 * 44 - 1))]).len(), 3);
}

#[test]
fn ten_thousand_characters_are_all_there() {
    let long: String = "政府信息公开以公开为常态，不公开为例外。".chars().cycle().take(10_000).collect();
    let sheet = sheet(vec![paragraph(&long)]);
    let bytes = pdf(&sheet, &Fonts::of_program()).unwrap();
    let text: String = text_of(&bytes);
    let numbers: String = (1..=30).map(|page| format!("— {page} —")).find(|number| !text.contains(number.as_str())).unwrap();
    assert_eq!(numbers, "— 18 —", "17 pages");
    let mut words = text;
    for page in 1..=17 {
        words = words.replacen(&format!("— {page} —"), "", 1);
    }
    assert_eq!(words, long);
}

#[test]
fn a_table_breaks_over_pages_and_every_page_closes_it() {
    let rows =
        (0..60).map(|row| vec![row.to_string(), "检索结果".repeat(row % 12 + 1)]).chain([vec!["长".into(), "字".repeat(3_000)]]).collect();
    let pages = pages_of(vec![Block::Table { columns: vec![150, 850], rows }]);
    assert!(pages.len() > 4);
    let mut found = String::new();
    for page in &pages {
        let words = lines_of(page);
        let lowest = words.iter().map(|(y, _)| *y).max().unwrap();
        let rules: Vec<i32> = page
            .marks
            .iter()
            .filter_map(|m| if let Mark::Bar { y, width, .. } = m { (*width > WIDTH / 2).then_some(*y) } else { None })
            .collect();
        assert_eq!(rules.iter().min(), Some(&0), "opened");
        assert!(rules.iter().any(|y| *y > lowest), "closed");
        assert!(rules.iter().all(|y| *y <= HEIGHT), "on the page");
        found.extend(words.into_iter().map(|(_, words)| words));
    }
    assert_eq!(found.matches('字').count(), 3_000);
}

#[test]
fn no_page_bears_a_seal_and_no_text() {
    for lines in 18..=24 {
        let pages = pages_of(vec![paragraph(&"政".repeat(28 * lines - 2)), signature()]);
        let last = lines_of(pages.last().unwrap());
        assert!(last.first().unwrap().1.contains('政'), "{lines} lines: {last:?}");
        assert!(last.iter().any(|(_, words)| words == "示例局") && last.iter().any(|(_, words)| words == "2026年11月2日"));
    }
}

#[test]
fn a_heading_stays_with_what_follows() {
    let pages = pages_of(vec![paragraph(&"政".repeat(28 * 21 - 2)), Block::Heading("二、决定".into()), paragraph("公开。")]);
    assert_eq!(lines_of(&pages[0]).len(), 21);
    assert_eq!(lines_of(&pages[1]).iter().map(|(_, words)| words.as_str()).collect::<Vec<_>>(), ["二、决定", "公开。"]);
    assert_eq!(lines_of(&pages[1])[1].0 - lines_of(&pages[1])[0].0, LINE);
}

#[test]
fn rare_characters_of_names_are_drawn_or_refused_by_name() {
    let rare = "𠮷㑇𰻞䶮𬱖";
    let fonts = Fonts::of_program();
    assert!(text_of(&pdf(&sheet(vec![paragraph(rare)]), &fonts).unwrap()).starts_with(rare));
    let refused = pdf(&sheet(vec![paragraph("姓名：𫟁")]), &fonts).unwrap_err();
    assert_eq!(refused.to_string(), "no font found has U+2B7C1 𫟁");
    assert!(docx(&sheet(vec![paragraph("姓名：𫟁")])).is_ok());
}

#[test]
fn common_characters_are_all_drawn() {
    let fonts = Fonts::of_program();
    let shelf = fonts.shelf();
    let common = ('一'..='\u{9FEA}').chain(' '..='~').chain("，。、；：？！“”‘’（）《》〈〉【】〔〕—…·～￥％℃×÷≤≥①②③⑩ⅠⅡⅢ□■○●★".chars());
    let missing: Vec<char> = common.filter(|c| shelf.glyph(super::fonts::Style::Body, *c, None).unwrap().is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn marks_of_direction_cannot_reorder_a_letter() {
    let turned = sheet(vec![paragraph("申请人：\u{202E}张三\u{2066}（示例）\u{200F}\u{0007}\u{FEFF}\r\n第二行")]);
    assert!(text_of(&pdf(&turned, &Fonts::of_program()).unwrap()).starts_with("申请人：张三（示例）第二行"));
    let document = &parts_of(&docx(&turned).unwrap())["word/document.xml"];
    assert!(document.contains("申请人：张三（示例）") && document.contains("第二行"));
}

#[test]
fn what_shares_a_glyph_still_says_what_it_is() {
    let bytes = pdf(&sheet(vec![Block::Verbatim("a b\u{A0}c".into())]), &Fonts::of_program()).unwrap();
    let said = streams(&bytes).iter().any(|stream| stream.windows(10).any(|at| at == b"ActualText"));
    assert!(said);
}

#[test]
fn the_same_sheet_gives_the_same_bytes_and_another_gives_others() {
    let fonts = Fonts::of_program();
    assert_eq!(fonts.digest(), Fonts::of_program().digest());
    assert_eq!(pdf(&letter(), &fonts).unwrap(), pdf(&letter(), &Fonts::of_program()).unwrap());
    assert_eq!(docx(&letter()).unwrap(), docx(&letter()).unwrap());
    let other = Sheet { dated_on: NaiveDate::from_ymd_opt(2026, 11, 3).unwrap(), ..letter() };
    assert_ne!(pdf(&letter(), &fonts).unwrap(), pdf(&other, &fonts).unwrap());
    assert_ne!(docx(&letter()).unwrap(), docx(&other).unwrap());
}

#[test]
fn every_part_of_a_docx_is_well_formed_and_holds_the_words() {
    let parts = parts_of(&docx(&letter()).unwrap());
    for (name, part) in &parts {
        let mut reader = quick_xml::Reader::from_str(part);
        loop {
            let event = reader.read_event().unwrap_or_else(|e| panic!("{name}: {e}"));
            if event == quick_xml::events::Event::Eof {
                break;
            }
        }
    }
    let document = &parts["word/document.xml"];
    assert!(document.contains("<w:t xml:space=\"preserve\">1.  验收报告 &amp; &lt;合同&gt;；</w:t>"), "{document}");
    assert!(document.contains("<w:pStyle w:val=\"Quote\"/>") && document.contains("示公开〔2026〕12号"));
    assert!(parts["word/styles.xml"].contains("w:eastAsia=\"仿宋_GB2312\""));
    assert!(parts["docProps/core.xml"].contains("2026-11-02T00:00:00Z"));
}

#[test]
fn a_table_that_does_not_fit_together_is_refused() {
    for (columns, cells) in [(vec![500, 400], 2), (vec![500, 500], 1), (vec![999, 1], 2)] {
        let wrong = sheet(vec![Block::Table { columns, rows: vec![vec!["格".into(); cells]] }]);
        assert!(matches!(docx(&wrong), Err(RenderError::Table)));
        assert!(matches!(pdf(&wrong, &Fonts::of_program()), Err(RenderError::Table)));
    }
}

#[test]
fn a_bureaus_own_folder_comes_first_and_changes_the_digest() {
    let folder = std::env::temp_dir().join(format!("foi-fonts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("broken.ttf"), b"not a font").unwrap();
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/fonts/NotoSerifCJKsc-Regular.otf"), folder.join("own.otf")).unwrap();
    let own = Fonts::found(Some(&folder), &[]);
    assert_ne!(own.digest(), Fonts::of_program().digest());
    assert_eq!(own.families().first(), Some(&"Noto Serif CJK SC"));
    std::fs::remove_file(folder.join("own.otf")).unwrap();
    let gone = pdf(&letter(), &own).unwrap_err();
    assert_eq!(gone.to_string(), "font Noto Serif CJK SC cannot be read or was replaced");
    std::fs::remove_dir_all(&folder).unwrap();
}
