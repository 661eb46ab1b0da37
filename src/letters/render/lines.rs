//! Text into lines: no closing mark begins a line and no opening mark ends one (GB/T 15834), words and numbers stay whole, full lines are even.

use super::RenderError;
use super::clean::{is_variation, needs_shaping};
use super::fonts::{Glyph, Shelf, Style};
use super::measure::{BODY, PITCH};

/// A character with its glyph.
#[derive(Debug, Clone)]
pub(super) struct Atom {
    /// What it stands for, with its variation selector.
    pub(super) text: String,
    /// What is drawn.
    pub(super) glyph: Glyph,
    /// From its left edge to that of the next, before lines are made even.
    advance: i32,
    first: char,
}

/// An atom with its distance from the left edge of its line.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// What is drawn.
    pub(super) atom: Atom,
    /// Twips from the left edge of the line's box.
    pub(super) x: i32,
}

/// One line.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// What stands on it.
    pub(super) placed: Vec<Placed>,
    /// Its width without spaces at its end.
    pub(super) width: i32,
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    /// The font.
    pub(super) style: Style,
    /// The size.
    pub(super) size: i32,
    /// The width of a line.
    pub(super) width: i32,
    /// The indent of a paragraph's first line.
    pub(super) indent: i32,
    /// Whether full lines are made even at the right.
    pub(super) edge: Edge,
}

/// The right edge of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// Full lines end at the same place.
    Even,
    /// As the words fall.
    Ragged,
}

/// The lines of a text. Every `\n` in it ends a paragraph; an empty one is an empty line.
pub(super) fn lines(text: &str, setting: Setting, shelf: &Shelf<'_>) -> Result<Vec<Line>, RenderError> {
    let mut lines = Vec::new();
    let mut undrawable = Vec::new();
    let unshaped: Vec<char> = distinct(text.chars().filter(|c| needs_shaping(*c)));
    if !unshaped.is_empty() {
        return Err(RenderError::Unshaped(unshaped));
    }
    for paragraph in text.split('\n') {
        lines.extend(broken(&atoms(paragraph, setting, shelf, &mut undrawable)?, setting));
    }
    if undrawable.is_empty() { Ok(lines) } else { Err(RenderError::Undrawable(distinct(undrawable.into_iter()))) }
}

fn distinct(characters: impl Iterator<Item = char>) -> Vec<char> {
    let set: std::collections::BTreeSet<char> = characters.collect();
    set.into_iter().collect()
}

fn atoms(text: &str, setting: Setting, shelf: &Shelf<'_>, undrawable: &mut Vec<char>) -> Result<Vec<Atom>, RenderError> {
    let mut atoms = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(first) = rest.next() {
        let variation = rest.next_if(|c| is_variation(*c));
        let found = match shelf.glyph(setting.style, first, variation)? {
            None if first.is_whitespace() => shelf.glyph(setting.style, ' ', None)?,
            found => found,
        };
        let Some(glyph) = found else {
            undrawable.push(first);
            continue;
        };
        let advance = match first {
            '\t' => 2 * setting.size,
            '\u{3000}' => full(setting.size),
            _ if glyph.advance == 1_000 && is_wide(first) => full(setting.size),
            _ => (glyph.advance * setting.size + 500) / 1_000,
        };
        atoms.push(Atom { text: std::iter::once(first).chain(variation).collect(), glyph, advance, first });
    }
    Ok(atoms)
}

/// A full-width character takes a cell of the page's grid where it is of the size that the grid is made for.
fn full(size: i32) -> i32 {
    if size == BODY { PITCH } else { size }
}

fn broken(atoms: &[Atom], setting: Setting) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut rest = atoms;
    let mut indent = setting.indent;
    loop {
        let room = setting.width - indent;
        let cut = fitting(rest, (room, setting.width));
        let (now, later) = rest.split_at_checked(cut).unwrap_or((rest, &[]));
        let even = setting.edge == Edge::Even && !later.is_empty();
        lines.push(set(now, indent, even.then_some(room)));
        if later.is_empty() {
            return lines;
        }
        rest = later;
        indent = 0;
    }
}

/// How many atoms go on a line with this room, where a full line has that width.
fn fitting(atoms: &[Atom], (room, width): (i32, i32)) -> usize {
    let mut used = 0;
    let mut allowed = 0;
    for (at, atom) in atoms.iter().enumerate() {
        if at > 0 && atoms.get(at - 1).is_some_and(|before| may_break(before.first, atom.first)) {
            allowed = at;
        }
        used += atom.advance;
        // Spaces at the end of a line hang over its edge: none is lost and none begins the next line.
        if used > room && !atom.first.is_whitespace() {
            let usual = if allowed > 0 { allowed } else { at.max(1) };
            return within(atoms, (allowed, at), width).unwrap_or(usual);
        }
    }
    atoms.len()
}

/// Where a run without a place to break is cut, as an address on the net is, so that the line before it is not torn apart: behind one of its
/// separators where it is long, anywhere where no line could hold it.
fn within(atoms: &[Atom], (from, at): (usize, usize), width: i32) -> Option<usize> {
    let mut run = 0;
    let mut before: Option<char> = None;
    for atom in atoms.iter().skip(from) {
        if before.is_some_and(|before| may_break(before, atom.first)) || atom.first.is_whitespace() {
            break;
        }
        run += atom.advance;
        before = Some(atom.first);
    }
    if run <= width / 2 {
        return None;
    }
    let fits = |cut: &usize, good: fn(char, char) -> bool| {
        let before = cut.checked_sub(1).and_then(|before| atoms.get(before));
        before.zip(atoms.get(*cut)).is_some_and(|(before, after)| good(before.first, after.first))
    };
    let cuts = || (from + 1..=at).rev();
    let anywhere = |_: char, after: char| !is_mark(after) && !is_closing(after);
    cuts().find(|cut| fits(cut, separated)).or_else(|| cuts().find(|cut| run > width && fits(cut, anywhere)))
}

/// Behind what an address on the net may be cut.
fn separated(before: char, after: char) -> bool {
    let separator = |c: char| matches!(c, '/' | '.' | '?' | '&' | '=' | '-' | '_' | '%' | '#' | '@' | ':' | ',' | ';');
    separator(before) && !separator(after) && !is_closing(after) && !is_mark(after)
}

fn set(atoms: &[Atom], indent: i32, fill: Option<i32>) -> Line {
    let shown = atoms.len() - atoms.iter().rev().take_while(|atom| atom.first.is_whitespace()).count();
    let used: i32 = atoms.iter().take(shown).map(|atom| atom.advance).sum();
    let stretches: Vec<bool> =
        atoms.iter().zip(atoms.iter().skip(1)).take(shown.saturating_sub(1)).map(|(a, b)| stretches(a.first, b.first)).collect();
    let gaps = i32::try_from(stretches.iter().filter(|s| **s).count()).unwrap_or(i32::MAX);
    // A line that would be torn apart, as before a long address on the net, stays ragged.
    let spare = fill.map_or(0, |room| room - used).max(0);
    let spare = if gaps > 0 && spare / gaps <= PITCH / 3 { spare } else { 0 };
    let mut line = Line { placed: Vec::with_capacity(atoms.len()), width: indent + used + spare };
    let (mut x, mut passed) = (indent, 0);
    for (at, atom) in atoms.iter().enumerate() {
        line.placed.push(Placed { atom: atom.clone(), x });
        x += atom.advance;
        if stretches.get(at) == Some(&true) {
            x += spare * (passed + 1) / gaps - spare * passed / gaps;
            passed += 1;
        }
    }
    line
}

fn is_wide(c: char) -> bool {
    u32::from(c) >= 0x2E80 || matches!(c, '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

/// Marks that may not begin a line.
fn is_closing(c: char) -> bool {
    matches!(
        c,
        '、' | '，'
            | '。'
            | '．'
            | '：'
            | '；'
            | '？'
            | '！'
            | '」'
            | '』'
            | '）'
            | '〕'
            | '］'
            | '｝'
            | '》'
            | '〉'
            | '”'
            | '’'
            | '】'
            | '〗'
            | '—'
            | '…'
            | '～'
            | '·'
            | '%'
            | '％'
            | '‰'
            | '℃'
            | '°'
            | ','
            | '.'
            | ':'
            | ';'
            | '?'
            | '!'
            | ')'
            | ']'
            | '}'
            | '々'
            | '／'
    )
}

/// Marks that may not end a line.
fn is_opening(c: char) -> bool {
    matches!(
        c,
        '「' | '『'
            | '（'
            | '〔'
            | '［'
            | '｛'
            | '《'
            | '〈'
            | '“'
            | '‘'
            | '【'
            | '〖'
            | '('
            | '['
            | '{'
            | '￥'
            | '¥'
            | '$'
            | '№'
            | '＃'
    )
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{3099}'..='\u{309A}' | '\u{302A}'..='\u{302F}' | '\u{20D0}'..='\u{20FF}')
}

fn may_break(before: char, after: char) -> bool {
    if before == '\u{A0}' || after == '\u{A0}' || after.is_whitespace() || is_mark(after) {
        return false;
    }
    if before.is_whitespace() {
        return true;
    }
    if is_opening(before) || is_closing(after) {
        return false;
    }
    // Addresses on the net may be cut behind their separators.
    is_wide(before) || is_wide(after) || matches!(before, '/' | '?' | '&')
}

/// Whether a line may be widened between two characters: not within a word, a number, a dash or an ellipsis.
fn stretches(before: char, after: char) -> bool {
    let joined = before == after && matches!(before, '—' | '…');
    !joined && !is_mark(after) && (is_wide(before) || is_wide(after) || before == ' ')
}

#[cfg(test)]
mod tests {
    use super::super::fonts::Fonts;
    use super::super::measure::WIDTH;
    use super::*;

    const BODY_TEXT: Setting = Setting { style: Style::Body, size: BODY, width: WIDTH, indent: 0, edge: Edge::Even };

    fn read(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| line.placed.iter().map(|p| p.atom.text.as_str()).collect()).collect()
    }

    fn broken_up(text: &str) -> Vec<String> {
        read(&lines(text, BODY_TEXT, &Fonts::of_program().shelf()).unwrap())
    }

    #[test]
    fn a_line_holds_twenty_eight_characters() {
        let lines = broken_up(&"政".repeat(57));
        assert_eq!(lines.iter().map(|l| l.chars().count()).collect::<Vec<_>>(), [28, 28, 1]);
    }

    #[test]
    fn no_closing_mark_begins_a_line_and_no_opening_mark_ends_one() {
        let closing = broken_up(&format!("{}。下一句", "政".repeat(28)));
        assert_eq!(closing[1], "政。下一句");
        let opening = broken_up(&format!("{}《条例》", "政".repeat(27)));
        assert_eq!(opening[1], "《条例》");
        let dash = broken_up(&format!("{}——后", "政".repeat(27)));
        assert_eq!(dash[1], "政——后");
    }

    #[test]
    fn words_and_numbers_stay_whole_and_endless_ones_are_cut() {
        let lines = broken_up(&format!("{}Information公开", "政".repeat(25)));
        assert_eq!(lines[1], "Information公开");
        let endless = broken_up(&"a".repeat(300));
        assert!(endless.len() > 3);
        assert_eq!(endless.concat(), "a".repeat(300));
    }

    #[test]
    fn a_long_address_is_cut_behind_its_separators_and_tears_no_line() {
        let address = "https://www.example.gov.cn/zwgk/publicity/index.html?channel=xxgk&id=20261102&form=reply-001";
        let text = format!("您申请的信息已经主动公开，获取网址为{address}，请自行查阅。");
        let set = lines(&text, BODY_TEXT, &Fonts::of_program().shelf()).unwrap();
        let read = read(&set);
        assert_eq!(read.concat(), text, "nothing is lost or added");
        assert!(read[0].ends_with(['/', '.', '?', '&', '=', '-']) && read[0].contains("https"), "{read:?}");
        let last = set.len() - 1;
        assert!(set[..last].iter().all(|line| line.width > WIDTH * 3 / 4 && line.width <= WIDTH), "{read:?}");
        let endless = format!("{}{}", "政".repeat(10), "a".repeat(300));
        let set = lines(&endless, BODY_TEXT, &Fonts::of_program().shelf()).unwrap();
        assert!(set[0].placed.len() > 28 && set[0].width <= WIDTH, "the line before it is filled");
        assert_eq!(self::read(&set).concat(), endless);
    }

    #[test]
    fn even_lines_end_at_the_edge() {
        let lines = lines(&format!("{}。下一句", "政".repeat(28)), BODY_TEXT, &Fonts::of_program().shelf()).unwrap();
        assert_eq!(lines[0].placed.len(), 27);
        assert_eq!(lines[0].width, WIDTH);
        assert_eq!(lines[0].placed.last().unwrap().x + PITCH, WIDTH);
    }

    #[test]
    fn every_space_and_break_stays() {
        assert_eq!(broken_up("一  二\n\n　三\t四 "), ["一  二", "", "　三\t四 "]);
    }

    #[test]
    fn a_script_that_must_be_joined_is_refused_by_name() {
        let refused = lines("姓名：ئالىم", BODY_TEXT, &Fonts::of_program().shelf()).unwrap_err();
        assert!(refused.to_string().contains("U+0626"), "{refused}");
    }
}
