//! The report as a document: the six sections in the layout of official documents.

use super::body::Body;
use super::sheet::{table_four, table_three, table_two};
use crate::letters::sheet::{Block, Sheet};
use crate::rules::annual_report::form::SECTIONS;
use crate::rules::annual_report::words::fee_line;
use chrono::NaiveDate;

/// Whether a report is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edition {
    /// It is frozen.
    Final,
    /// It may still change: it says so, and nobody signs it.
    Draft,
}

/// The report as a sheet, dated.
pub(super) fn sheet(body: &Body, (edition, dated_on): (Edition, NaiveDate)) -> Sheet {
    let draft = if edition == Edition::Draft { "（未定稿）" } else { "" };
    let title = format!("{}{}年政府信息公开工作年度报告{draft}", body.agency, body.year);
    let [one, two, three, four, five, six] = SECTIONS;
    let mut blocks = vec![Block::Title(title.clone())];
    let text = |blocks: &mut Vec<Block>, words: &str| {
        let paragraphs = words.lines().map(str::trim).filter(|line| !line.is_empty());
        blocks.extend(paragraphs.map(|line| Block::Paragraph(line.to_owned())));
    };
    blocks.push(Block::Heading(one.to_owned()));
    text(&mut blocks, &body.overview);
    blocks.push(Block::Heading(two.to_owned()));
    text(&mut blocks, body.proactive_disclosure.as_deref().unwrap_or_default());
    blocks.push(Block::Grid { columns: vec![340, 220, 220, 220], rows: table_two(body) });
    blocks.push(Block::Heading(three.to_owned()));
    blocks.push(Block::Grid { columns: vec![90, 110, 240, 80, 80, 80, 80, 80, 80, 80], rows: table_three(body) });
    text(&mut blocks, body.explanations.as_deref().unwrap_or_default());
    blocks.push(Block::Heading(four.to_owned()));
    let columns = std::iter::repeat_n(67, 10).chain(std::iter::repeat_n(66, 5)).collect();
    blocks.push(Block::Grid { columns, rows: table_four(body) });
    blocks.push(Block::Heading(five.to_owned()));
    text(&mut blocks, &body.problems);
    blocks.push(Block::Heading(six.to_owned()));
    text(&mut blocks, &body.other_matters);
    blocks.extend(fee_line(&body.other_matters, &body.fees).map(Block::Paragraph));
    if edition == Edition::Final {
        blocks.push(Block::Signature { agency: body.agency.clone(), dated: dated_on.format("%Y年%-m月%-d日").to_string() });
    }
    Sheet { subject: title, dated_on, blocks }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::render;
    use std::io::Read;

    #[test]
    fn the_document_has_the_six_sections_and_its_tables_with_merged_cells() {
        let mut body = super::super::body::consolidated(&[], (uuid::Uuid::nil(), "示范局"), 2025);
        body.other_matters = "无其他事项。".into();
        body.fees.notices = 3;
        let read = |edition| {
            let bytes = render::docx(&sheet(&body, (edition, NaiveDate::from_ymd_opt(2026, 1, 20).unwrap()))).unwrap();
            let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
            let mut text = String::new();
            archive.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
            text
        };
        let (text, draft) = (read(Edition::Final), read(Edition::Draft));
        assert!(draft.contains("（未定稿）") && !draft.contains("2026年1月20日") && !text.contains("（未定稿）"));
        for words in SECTIONS.iter().copied().chain([
            "示范局2025年政府信息公开工作年度报告",
            "2.其他法律行政法规禁止公开",
            "未经复议直接起诉",
            "2026年1月20日",
            // Domain 3 and 4: section six holds them, whatever was typed.
            "本年发出收费通知3份，总金额0元，实际收取0元。",
        ]) {
            assert!(text.contains(words), "{words}");
        }
        assert_eq!(text.matches("<w:tbl>").count(), 3);
        assert!(text.contains("<w:gridSpan w:val=\"7\"/>") && text.contains("<w:vMerge w:val=\"restart\"/>"));
    }
}
