//! A font in a PDF: the glyphs used and no other, with their widths and what they stand for.

use std::collections::BTreeMap;

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish as _, Name, Pdf, Rect, Ref, Str};
use subsetter::GlyphRemapper;
use ttf_parser::{Face as Parsed, RawFace, Tag, name_id};

use crate::crypto::{hex, sha256};
use crate::letters::render::RenderError;
use crate::letters::render::fonts::Face;
use crate::letters::render::lines::Atom;

const IDENTITY: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// The glyphs of one face that a document uses.
#[derive(Debug, Default)]
pub(super) struct Used {
    codes: GlyphRemapper,
    /// What each stands for, and its width, by code.
    meant: BTreeMap<u16, (String, i32)>,
}

impl Used {
    /// Notes a glyph; says whether it stands for what it stood for before.
    pub(super) fn add(&mut self, atom: &Atom) -> bool {
        let code = self.codes.remap(atom.glyph.id);
        let (text, _) = self.meant.entry(code).or_insert_with(|| (atom.text.clone(), atom.glyph.advance));
        *text == atom.text
    }

    /// The code of a glyph that was noted.
    pub(super) fn code(&self, glyph: u16) -> u16 {
        self.codes.get(glyph).unwrap_or_default()
    }
}

/// What a face is called in the resources of every page.
pub(super) fn name(face: usize) -> String {
    format!("F{face}")
}

/// Writes a face and all it refers to.
pub(super) fn font(
    pdf: &mut Pdf,
    (id, next): (Ref, &mut Ref),
    (face, parsed): (&Face, Parsed<'_>),
    used: &Used,
) -> Result<(), RenderError> {
    let broken = || RenderError::Font(postscript(&parsed));
    let subset = subsetter::subset(face.bytes()?, face.index(), &used.codes).map_err(|_| broken())?;
    // The bare outlines are what readers of every age understand.
    let cff = RawFace::parse(&subset, 0).map_err(|_| broken())?.table(Tag::from_bytes(b"CFF "));
    let (descendant, descriptor, file, map) = (next.bump(), next.bump(), next.bump(), next.bump());
    let called = format!("{}+{}", tag(&subset), postscript(&parsed));

    pdf.type0_font(id)
        .base_font(Name(called.as_bytes()))
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(descendant)
        .to_unicode(map);
    {
        let mut cid = pdf.cid_font(descendant);
        cid.subtype(if cff.is_some() { CidFontType::Type0 } else { CidFontType::Type2 });
        cid.base_font(Name(called.as_bytes())).system_info(IDENTITY).font_descriptor(descriptor).default_width(1_000.0);
        if cff.is_none() {
            cid.cid_to_gid_map_predefined(Name(b"Identity"));
        }
        let mut widths = cid.widths();
        for (code, (_, advance)) in &used.meant {
            widths.same(*code, *code, super::float(*advance));
        }
    }
    let em = |units: i16| super::float(i32::from(units) * 1_000 / i32::from(parsed.units_per_em()).max(1));
    let bounds = parsed.global_bounding_box();
    {
        let mut descriptor = pdf.font_descriptor(descriptor);
        descriptor
            .name(Name(called.as_bytes()))
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(em(bounds.x_min), em(bounds.y_min), em(bounds.x_max), em(bounds.y_max)))
            .italic_angle(0.0)
            .ascent(em(parsed.ascender()))
            .descent(em(parsed.descender()))
            .cap_height(em(parsed.capital_height().unwrap_or(parsed.ascender())))
            .stem_v(80.0);
        if cff.is_some() {
            descriptor.font_file3(file);
        } else {
            descriptor.font_file2(file);
        }
    }
    let mut stream = compress_to_vec_zlib(cff.unwrap_or(&subset), 6);
    let mut program = pdf.stream(file, &stream);
    program.filter(Filter::FlateDecode);
    if cff.is_some() {
        program.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
    }
    program.finish();

    let mut meant = UnicodeCmap::<u16>::new(Name(b"Adobe-Identity-UCS"), IDENTITY);
    for (code, (text, _)) in &used.meant {
        meant.pair_with_multiple(*code, text.chars());
    }
    stream = compress_to_vec_zlib(meant.finish().as_slice(), 6);
    pdf.stream(map, &stream).filter(Filter::FlateDecode);
    Ok(())
}

/// Six capital letters before the name of a subset, from its digest.
fn tag(subset: &[u8]) -> String {
    sha256(subset).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}

fn postscript(parsed: &Parsed<'_>) -> String {
    let named = parsed.names().into_iter().filter(|name| name.name_id == name_id::POST_SCRIPT_NAME).find_map(|name| name.to_string());
    let plain: String = named.unwrap_or_default().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    // A name in Chinese alone would leave nothing: then the font's digest tells fonts apart.
    if plain.is_empty() {
        format!(
            "Font{}",
            hex(&sha256(format!("{:?}", parsed.names().into_iter().next().map(|n| n.name)).as_bytes())).chars().take(8).collect::<String>()
        )
    } else {
        plain
    }
}
