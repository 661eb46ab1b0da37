//! What no font found has: which characters of a sheet that are, and the sheet with each of them spelt by its code point, for what must be read
//! all the same: previews and the records of a dossier. A letter itself is never spelt.

use std::collections::BTreeSet;

use super::clean::{self, is_variation, needs_shaping};
use super::fonts::{Fonts, Style};
use super::{RenderError, pdf};
use crate::letters::sheet::{Block, Sheet};

/// The characters of a sheet that cannot be set, in order: no font has them, or their script is not set here.
pub fn undrawable(sheet: &Sheet, fonts: &Fonts) -> Result<Vec<char>, RenderError> {
    let shelf = fonts.shelf();
    let mut sheet = clean::sheet(sheet);
    let mut all = BTreeSet::new();
    each(&mut sheet, |words| all.extend(words.chars().filter(|c| !c.is_whitespace() && !is_variation(*c))));
    let mut missing = Vec::new();
    for c in all {
        // Every font serves every style in the end.
        if needs_shaping(c) || shelf.glyph(Style::Body, c, None)?.is_none() {
            missing.push(c);
        }
    }
    Ok(missing)
}

/// The sheet as PDF, whatever its characters.
pub fn spelt_pdf(mut sheet: Sheet, fonts: &Fonts) -> Result<Vec<u8>, RenderError> {
    let missing = undrawable(&sheet, fonts)?;
    if !missing.is_empty() {
        spell(&mut sheet, &missing);
    }
    pdf(&sheet, fonts)
}

fn spell(sheet: &mut Sheet, missing: &[char]) {
    each(sheet, |words| {
        if words.chars().any(|c| missing.contains(&c)) {
            *words =
                words.chars().map(|c| if missing.contains(&c) { format!("〔U+{:04X}〕", u32::from(c)) } else { c.to_string() }).collect();
        }
    });
}

fn each(sheet: &mut Sheet, mut on: impl FnMut(&mut String)) {
    for block in &mut sheet.blocks {
        match block {
            Block::Issuer(words)
            | Block::Title(words)
            | Block::Number(words)
            | Block::Addressee(words)
            | Block::Heading(words)
            | Block::Paragraph(words)
            | Block::Verbatim(words)
            | Block::Note(words) => on(words),
            Block::Table { rows, .. } => rows.iter_mut().flatten().for_each(&mut on),
            Block::Grid { rows, .. } => rows.iter_mut().flatten().map(|span| &mut span.words).for_each(&mut on),
            Block::Signature { agency, dated } => [agency, dated].into_iter().for_each(&mut on),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_without_a_font_is_named_and_spelt_wherever_it_stands() {
        let dated_on = "2026-11-02".parse().unwrap();
        let blocks = vec![
            Block::Paragraph("甲\u{2fa1f}\n乙".into()),
            Block::Table { columns: vec![1_000], rows: vec![vec!["\u{2fa1f}".into()]] },
            Block::Addressee("ئالىم：".into()),
        ];
        let fonts = Fonts::of_program();
        let mut sheet = Sheet { subject: String::new(), dated_on, blocks };
        let missing = undrawable(&sheet, &fonts).unwrap();
        assert!(missing.contains(&'\u{2fa1f}') && missing.contains(&'ئ') && !missing.contains(&'甲'), "{missing:?}");
        assert!(pdf(&sheet, &fonts).is_err());
        assert!(spelt_pdf(sheet.clone(), &fonts).is_ok());
        spell(&mut sheet, &['\u{2fa1f}']);
        assert_eq!(sheet.blocks[0], Block::Paragraph("甲〔U+2FA1F〕\n乙".into()));
        assert_eq!(sheet.blocks[1], Block::Table { columns: vec![1_000], rows: vec![vec!["〔U+2FA1F〕".into()]] });
    }
}
