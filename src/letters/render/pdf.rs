//! Pages into a PDF: subsets of the fonts embedded, every glyph mapped back to its characters, nothing from the clock.

mod embed;

use std::collections::BTreeMap;

use chrono::Datelike as _;
use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::TextRenderingMode;
use pdf_writer::{Content, Date, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

use super::RenderError;
use super::fonts::{Shelf, Weight};
use super::lines::{Line, Placed};
use super::measure::{LEFT, PAGE_HEIGHT, PAGE_WIDTH, TOP};
use super::pages::{Ink, Mark, Page};
use crate::crypto::sha256;
use crate::letters::sheet::Sheet;
use embed::Used;

/// Coordinates are twentieths of a point, so that all of them are whole numbers; this matrix makes points of them.
const TWIPS: [f32; 6] = [0.05, 0.0, 0.0, 0.05, 0.0, 0.0];

/// The file.
pub(super) fn write(sheet: &Sheet, pages: &[Page], shelf: &Shelf<'_>) -> Result<Vec<u8>, RenderError> {
    let mut used = BTreeMap::new();
    let contents: Vec<Vec<u8>> = pages.iter().map(|page| drawn(page, &mut used)).collect();

    let mut next = Ref::new(1);
    let (catalog, tree, info) = (next.bump(), next.bump(), next.bump());
    let fonts: BTreeMap<usize, Ref> = used.keys().map(|face| (*face, next.bump())).collect();
    let leaves: Vec<(Ref, Ref)> = contents.iter().map(|_| (next.bump(), next.bump())).collect();

    let mut pdf = Pdf::new();
    pdf.set_version(1, 7);
    {
        let mut catalog = pdf.catalog(catalog);
        catalog.pages(tree).lang(TextStr("zh-CN"));
        catalog.viewer_preferences().display_doc_title(true);
    }
    pdf.pages(tree).kids(leaves.iter().map(|(page, _)| *page)).count(i32::try_from(leaves.len()).unwrap_or(i32::MAX));
    for ((page, content), bytes) in leaves.iter().zip(&contents) {
        let mut page = pdf.page(*page);
        page.parent(tree).media_box(Rect::new(0.0, 0.0, 595.3, 841.9)).contents(*content);
        {
            let mut resources = page.resources();
            let mut named = resources.fonts();
            for (face, font) in &fonts {
                named.pair(Name(embed::name(*face).as_bytes()), *font);
            }
        }
        page.finish();
        let squeezed = compress_to_vec_zlib(bytes, 6);
        pdf.stream(*content, &squeezed).filter(Filter::FlateDecode);
    }
    for (face, glyphs) in &used {
        if let Some(font) = fonts.get(face) {
            embed::font(&mut pdf, (*font, &mut next), shelf.face(*face)?, glyphs)?;
        }
    }
    {
        let mut info = pdf.document_info(info);
        info.title(TextStr(&sheet.subject)).producer(TextStr("FOI Docket"));
        if let (Ok(year), Ok(month), Ok(day)) =
            (u16::try_from(sheet.dated_on.year()), u8::try_from(sheet.dated_on.month()), u8::try_from(sheet.dated_on.day()))
        {
            info.creation_date(Date::new(year).month(month).day(day));
        }
    }
    let identity = sha256(&contents.concat()).into_iter().take(16).collect::<Vec<u8>>();
    pdf.set_file_id((identity.clone(), identity));
    Ok(pdf.finish())
}

fn drawn(page: &Page, used: &mut BTreeMap<usize, Used>) -> Vec<u8> {
    let mut content = Content::new();
    content.transform(TWIPS);
    for mark in &page.marks {
        match mark {
            Mark::Bar { x, y, width, height, ink } => {
                colour(&mut content, *ink);
                content.rect(float(LEFT + x), float(PAGE_HEIGHT - TOP - y - height), float(*width), float(*height)).fill_nonzero();
            }
            Mark::Text { x, y, size, ink, line } => {
                colour(&mut content, *ink);
                text(&mut content, (LEFT + x, PAGE_HEIGHT - TOP - y), *size, line, used);
            }
        }
    }
    content.finish().into_vec()
}

fn colour(content: &mut Content, ink: Ink) {
    match ink {
        Ink::Black => content.set_fill_gray(0.0).set_stroke_gray(0.0),
        Ink::Red => content.set_fill_rgb(0.86, 0.0, 0.0).set_stroke_rgb(0.86, 0.0, 0.0),
    };
}

/// A line, in pieces of one font each. A glyph that stands for something else than its first use did says so in `ActualText`.
fn text(content: &mut Content, (left, baseline): (i32, i32), size: i32, line: &Line, used: &mut BTreeMap<usize, Used>) {
    content.begin_text();
    let mut rest = line.placed.as_slice();
    while let Some(first) = rest.first() {
        let (face, weight) = (first.atom.glyph.face, first.atom.glyph.weight);
        let glyphs = used.entry(face).or_default();
        let alone = !glyphs.add(&first.atom);
        let alike = |placed: &&Placed| placed.atom.glyph.face == face && placed.atom.glyph.weight == weight;
        let count = if alone { 1 } else { rest.iter().take_while(alike).take_while(|placed| glyphs.add(&placed.atom)).count().max(1) };
        let (now, later) = rest.split_at_checked(count).unwrap_or((rest, &[]));
        content.set_font(Name(embed::name(face).as_bytes()), float(size));
        match weight {
            Weight::AsIs => content.set_text_rendering_mode(TextRenderingMode::Fill),
            Weight::Thickened => content.set_line_width(float(size / 32)).set_text_rendering_mode(TextRenderingMode::FillStroke),
        };
        content.set_text_matrix([1.0, 0.0, 0.0, 1.0, float(left + first.x), float(baseline)]);
        if alone {
            content.begin_marked_content_with_properties(Name(b"Span")).properties().actual_text(TextStr(&first.atom.text));
        }
        show(content, now, size, glyphs);
        if alone {
            content.end_marked_content();
        }
        rest = later;
    }
    content.end_text();
}

/// Glyphs where the layout put them: what the font's own widths say otherwise is made good between them, never summed up.
fn show(content: &mut Content, placed: &[Placed], size: i32, glyphs: &Used) {
    let mut shown = content.show_positioned();
    let mut items = shown.items();
    let origin = placed.first().map_or(0, |first| first.x);
    let mut pen = 0;
    let mut codes: Vec<u8> = Vec::new();
    for one in placed {
        let wanted = (one.x - origin) * 1_000 / size;
        if (wanted - pen).abs() > 1 {
            if !codes.is_empty() {
                items.show(Str(&codes));
                codes.clear();
            }
            items.adjust(float(pen - wanted));
            pen = wanted;
        }
        codes.extend(glyphs.code(one.atom.glyph.id).to_be_bytes());
        pen += one.atom.glyph.advance;
    }
    items.show(Str(&codes));
}

/// Coordinates on a page and widths of glyphs are far below the largest whole number that is kept exactly.
fn float(twips: i32) -> f32 {
    debug_assert!(twips.abs() <= 2 * PAGE_WIDTH.max(PAGE_HEIGHT), "{twips} is off the page");
    f32::from(i16::try_from(twips).unwrap_or(i16::MAX))
}
