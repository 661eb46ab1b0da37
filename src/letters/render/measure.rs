//! The measures of GB/T 9704-2012, in twentieths of a point, the unit of both formats.

/// A4, across.
pub(super) const PAGE_WIDTH: i32 = 11_906;
/// A4, down.
pub(super) const PAGE_HEIGHT: i32 = 16_838;
/// 37 mm above the text (天头).
pub(super) const TOP: i32 = 2_098;
/// 28 mm at the binding edge (订口).
pub(super) const LEFT: i32 = 1_587;
/// From one character of running text to the next: 28 fill the 156 mm.
pub(super) const PITCH: i32 = 316;
/// The text area, across: 156 mm.
pub(super) const WIDTH: i32 = 28 * PITCH;
/// From one line of running text to the next: 22 fill the 225 mm.
pub(super) const LINE: i32 = 580;
/// The text area, down: 225 mm.
pub(super) const HEIGHT: i32 = 22 * LINE;
/// Right of the text.
pub(super) const RIGHT: i32 = PAGE_WIDTH - LEFT - WIDTH;
/// Below the text.
pub(super) const BOTTOM: i32 = PAGE_HEIGHT - TOP - HEIGHT;
/// Size 3 (三号), 16 pt: running text and headings.
pub(super) const BODY: i32 = 320;
/// Size 2 (二号), 22 pt: the title.
pub(super) const TITLE: i32 = 440;
/// From one line of a title to the next.
pub(super) const TITLE_LINE: i32 = 700;
/// Size 4 (四号), 14 pt: tables, notes, page numbers.
pub(super) const SMALL: i32 = 280;
/// From one line of a note to the next.
pub(super) const SMALL_LINE: i32 = 460;
/// From one line in a table to the next.
pub(super) const CELL_LINE: i32 = 420;
/// Size 5 (五号), 10.5 pt: the tables of a form, which have many columns.
pub(super) const FORM: i32 = 210;
/// From one line in a table of a form to the next.
pub(super) const FORM_LINE: i32 = 300;
/// Between a table's border and its words.
pub(super) const CELL_PAD: i32 = 90;
/// The largest name of an issuing agency (发文机关标志): 36 pt; longer ones shrink until they fit.
pub(super) const ISSUER: i32 = 720;
/// The rule below the issuer: its distance, 4 mm.
pub(super) const RULE_GAP: i32 = 227;
/// The rule below the issuer: its thickness.
pub(super) const RULE: i32 = 32;
/// The page number's distance below the text area: 7 mm.
pub(super) const FOLIO_GAP: i32 = 397;
/// A table's lines: half a point.
pub(super) const BORDER: i32 = 10;

/// Size of the issuer's name, so that it stays on one line if it can be read there.
pub(super) fn issuer_size(name: &str) -> i32 {
    let halves = halves(name).max(1);
    (WIDTH * 2 * 98 / 100 / halves).clamp(TITLE, ISSUER) / 20 * 20
}

/// The width of words in half characters, as a fixed-pitch font would have it.
pub(super) fn halves(words: &str) -> i32 {
    words.chars().map(|c| if u32::from(c) < 0x2000 { 1 } else { 2 }).sum()
}

/// Where the signing agency and the date stand: the date four characters from the right edge with the agency centred above it, moved left if the
/// agency is so long that it would come nearer than two characters to the edge. Given and returned: twips from the left of the text area.
pub(super) fn signature_centre(agency: i32, dated: i32) -> i32 {
    (WIDTH - 4 * PITCH - dated / 2).min(WIDTH - 2 * PITCH - agency / 2)
}
