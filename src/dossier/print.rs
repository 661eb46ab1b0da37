//! Setting index and records. A character that no font here has is spelt by its code point: a dossier is not kept back for want of a font,
//! and the texts as they were stand beside.

use crate::letters::render::{self, Fonts, RenderError};
use crate::letters::sheet::{Block, Sheet};

/// The sheet as PDF.
pub(super) fn pdf(sheet: Sheet, fonts: &Fonts) -> Result<Vec<u8>, RenderError> {
    match render::pdf(&sheet, fonts) {
        Err(RenderError::Undrawable(first) | RenderError::Unshaped(first)) => {
            let sheet = spelt(sheet, &first);
            // Both kinds may be there; each is named by itself.
            match render::pdf(&sheet, fonts) {
                Err(RenderError::Undrawable(second) | RenderError::Unshaped(second)) => render::pdf(&spelt(sheet, &second), fonts),
                other => other,
            }
        }
        other => other,
    }
}

fn spelt(mut sheet: Sheet, missing: &[char]) -> Sheet {
    let spell = |words: &mut String| {
        if words.chars().any(|c| missing.contains(&c)) {
            *words =
                words.chars().map(|c| if missing.contains(&c) { format!("〔U+{:04X}〕", u32::from(c)) } else { c.to_string() }).collect();
        }
    };
    for block in &mut sheet.blocks {
        match block {
            Block::Issuer(words)
            | Block::Title(words)
            | Block::Number(words)
            | Block::Addressee(words)
            | Block::Heading(words)
            | Block::Paragraph(words)
            | Block::Verbatim(words)
            | Block::Note(words) => spell(words),
            Block::Table { rows, .. } => rows.iter_mut().flatten().for_each(spell),
            Block::Grid { rows, .. } => rows.iter_mut().flatten().map(|span| &mut span.words).for_each(spell),
            Block::Signature { agency, dated } => [agency, dated].into_iter().for_each(spell),
        }
    }
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_without_a_font_is_spelt_wherever_it_stands() {
        let dated_on = "2026-11-02".parse().unwrap();
        let blocks =
            vec![Block::Paragraph("甲\u{2fa1f}".into()), Block::Table { columns: vec![1_000], rows: vec![vec!["\u{2fa1f}".into()]] }];
        let sheet = spelt(Sheet { subject: String::new(), dated_on, blocks }, &['\u{2fa1f}']);
        assert_eq!(sheet.blocks[0], Block::Paragraph("甲〔U+2FA1F〕".into()));
        assert_eq!(sheet.blocks[1], Block::Table { columns: vec![1_000], rows: vec![vec!["〔U+2FA1F〕".into()]] });
    }
}
