//! The report as a document: the six sections in the layout of official documents.

use super::body::{Body, Part};
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

/// Its title, line by line, so that no word is broken between two: the agency, what it is, whether it adds up others or may still change.
pub(super) fn title(body: &Body, edition: Edition) -> Vec<String> {
    let mut lines = vec![body.agency.clone(), format!("{}年政府信息公开工作年度报告", body.year)];
    let all = if body.parts.is_empty() { "" } else { "（汇总）" };
    let draft = if edition == Edition::Draft { "（未定稿）" } else { "" };
    lines.extend(Some(format!("{all}{draft}")).filter(|words| !words.is_empty()));
    lines
}

/// Which agencies a report of all adds up, and whose report was not final.
pub(super) fn added_up(parts: &[Part]) -> Option<String> {
    let name = |part: &Part| if part.frozen { part.agency.clone() } else { format!("{}（年度报告尚未定稿）", part.agency) };
    let names: Vec<String> = parts.iter().map(name).collect();
    (!parts.is_empty()).then(|| format!("本报告汇总以下{}个机关的年度报告：{}。", parts.len(), names.join("、")))
}

/// The report as a sheet, dated.
pub(super) fn sheet(body: &Body, (edition, dated_on): (Edition, NaiveDate)) -> Sheet {
    let [one, two, three, four, five, six] = SECTIONS;
    let mut blocks = vec![Block::Title(title(body, edition).join("\n"))];
    let text = |blocks: &mut Vec<Block>, words: &str| {
        let paragraphs = words.lines().map(str::trim).filter(|line| !line.is_empty());
        blocks.extend(paragraphs.map(|line| Block::Paragraph(line.to_owned())));
    };
    blocks.extend(added_up(&body.parts).map(Block::Paragraph));
    blocks.push(Block::Heading(one.to_owned()));
    text(&mut blocks, &body.overview);
    blocks.push(Block::Heading(two.to_owned()));
    text(&mut blocks, body.proactive_disclosure.as_deref().unwrap_or_default());
    blocks.push(Block::Grid { columns: vec![340, 220, 220, 220], heads: 0, rows: table_two(body) });
    blocks.push(Block::Heading(three.to_owned()));
    blocks.push(Block::Grid { columns: vec![81, 120, 260, 77, 77, 77, 77, 77, 77, 77], heads: 3, rows: table_three(body) });
    text(&mut blocks, body.explanations.as_deref().unwrap_or_default());
    blocks.push(Block::Heading(four.to_owned()));
    let columns = std::iter::repeat_n(67, 10).chain(std::iter::repeat_n(66, 5)).collect();
    blocks.push(Block::Grid { columns, heads: 3, rows: table_four(body) });
    blocks.push(Block::Heading(five.to_owned()));
    text(&mut blocks, &body.problems);
    blocks.push(Block::Heading(six.to_owned()));
    text(&mut blocks, &body.other_matters);
    blocks.extend(fee_line(&body.other_matters, &body.fees).map(Block::Paragraph));
    if edition == Edition::Final {
        blocks.push(Block::Signature { agency: body.agency.clone(), dated: dated_on.format("%Y年%-m月%-d日").to_string() });
    }
    Sheet { subject: title(body, edition).concat(), dated_on, blocks }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::render;
    use std::io::Read;

    #[test]
    fn the_document_has_the_six_sections_and_its_tables_with_merged_cells() {
        let mut body = Body::empty((uuid::Uuid::nil(), "示范局".into()), 2025);
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
            "2025年政府信息公开工作年度报告</w:t>",
            "2.其他法律行政法规禁止公开",
            "未经复议直接起诉",
            "2026年1月20日",
            // Domain 3 and 4: section six holds them, whatever was typed.
            "本年发出收费通知3份，总金额0元，实际收取0元。",
        ]) {
            assert!(text.contains(words), "{words}");
        }
        assert_eq!(text.matches("<w:tbl>").count(), 3);
        // The heads of tables three and four stand again on every page, and no row is cut in two.
        assert_eq!(text.matches("<w:tblHeader/>").count(), 6);
        assert_eq!(text.matches("<w:tr>").count(), text.matches("<w:cantSplit/>").count());
        let title = text.split("<w:pStyle w:val=\"Title\"/>").nth(1).unwrap().split("</w:p>").next().unwrap();
        assert!(title.contains("示范局</w:t><w:br/>"), "no word of it is broken between two lines: {title}");
        assert!(text.contains("<w:gridSpan w:val=\"7\"/>") && text.contains("<w:vMerge w:val=\"restart\"/>"));
    }

    /// Art 49(2): a report of all says so, and of whom; whose report is not final is said too.
    #[test]
    fn a_report_of_all_names_the_agencies_it_adds_up() {
        let mut body = Body::empty((uuid::Uuid::nil(), "示范市".into()), 2025);
        assert_eq!(title(&body, Edition::Final).concat(), "示范市2025年政府信息公开工作年度报告");
        let part = |agency: &str, frozen| Part {
            agency_id: uuid::Uuid::nil(),
            agency: agency.into(),
            frozen,
            sha256: "ab".repeat(32),
            differing_cases: 0,
            differing_proceedings: 0,
        };
        body.parts = vec![part("甲局", true), part("乙局", false)];
        assert_eq!(title(&body, Edition::Draft).concat(), "示范市2025年政府信息公开工作年度报告（汇总）（未定稿）");
        let sheet = sheet(&body, (Edition::Final, NaiveDate::from_ymd_opt(2026, 3, 20).unwrap()));
        let told = Block::Paragraph("本报告汇总以下2个机关的年度报告：甲局、乙局（年度报告尚未定稿）。".into());
        assert!(sheet.blocks.contains(&told), "{:?}", sheet.blocks);
    }
}
