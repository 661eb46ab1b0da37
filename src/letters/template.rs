//! The language of letter templates (文书模板): lines that become blocks, placeholders, sections. Strict, and nothing more.
//!
//! Lines are told apart before any value goes in, so no value can add a block or a placeholder: the applicant's words stay words.
//! `{{name}}` is a value, `{{#name}}…{{/name}}` shows its inside where the value is there, or once for each entry of a list,
//! `{{^name}}…{{/name}}` where it is not. A line that begins with `@` says which block it is; any other is a paragraph. A general
//! template engine (minijinja: 17 CPU seconds to build) would bring loops without end and no notion of blocks.

mod error;
#[cfg(test)]
mod tests;

pub use error::TemplateError;

use super::sheet::{Block, Sheet};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The longest template, in characters.
pub const TEMPLATE_LIMIT: usize = 20_000;
/// The narrowest column of a table, in thousandths: less holds no character.
const NARROWEST: u16 = 30;
/// How deep sections may lie in one another.
const DEPTH: usize = 4;

/// A placeholder of a kind of letter.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name between the braces.
    pub name: &'static str,
    /// What it stands for, in Chinese.
    pub zh: &'static str,
    /// Without it the letter would not be lawful.
    pub required: bool,
    /// The placeholders of each entry, where it is a list.
    pub list: Option<&'static [Field]>,
}

impl Field {
    /// A value.
    pub const fn text(name: &'static str, zh: &'static str) -> Self {
        Self { name, zh, required: false, list: None }
    }

    /// A value that must stand in the template.
    pub const fn required(name: &'static str, zh: &'static str) -> Self {
        Self { name, zh, required: true, list: None }
    }

    /// A list.
    pub const fn list(name: &'static str, zh: &'static str, of: &'static [Field]) -> Self {
        Self { name, zh, required: false, list: Some(of) }
    }
}

/// A value for a placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text; an empty one counts as not there.
    Text(String),
    /// A list.
    List(Vec<Values>),
    /// Blocks that were composed already: the decisions of one entry of a list, in place of those of the whole.
    Blocks(Vec<Block>),
}

/// Values by name; what is not there is empty.
pub type Values = BTreeMap<&'static str, Value>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    WithValue,
    WithoutValue,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Value(String),
    Section(Shown, String, Vec<Piece>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Issuer,
    Title,
    Number,
    Addressee,
    Heading,
    Paragraph,
    Verbatim,
    Note,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Block(Mark, Vec<Piece>),
    Signature(Vec<Piece>, Vec<Piece>),
    Table(Vec<u16>),
    Row(Vec<Vec<Piece>>),
    /// Where the decision on each item goes.
    Decisions,
    Section(Shown, String, Vec<Numbered>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Numbered {
    line: usize,
    what: Line,
}

/// A template that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    lines: Vec<Numbered>,
}

/// The name by which a template must have the decisions, among the required placeholders.
pub const DECISIONS: &str = "decisions";

enum Tag<'a> {
    Open(Shown, &'a str),
    Close(&'a str),
    Value(&'a str),
}

fn tag(inside: &str) -> Tag<'_> {
    let inside = inside.trim();
    if let Some(name) = inside.strip_prefix('#') {
        Tag::Open(Shown::WithValue, name.trim())
    } else if let Some(name) = inside.strip_prefix('^') {
        Tag::Open(Shown::WithoutValue, name.trim())
    } else if let Some(name) = inside.strip_prefix('/') {
        Tag::Close(name.trim())
    } else {
        Tag::Value(inside)
    }
}

/// The pieces of one line. `open` is the section they are in.
fn pieces<'a>(mut rest: &'a str, line: usize, open: &[&str]) -> Result<(Vec<Piece>, &'a str), TemplateError> {
    if open.len() > DEPTH {
        return Err(TemplateError::Deep { line });
    }
    let mut found = Vec::new();
    while let Some((before, after)) = rest.split_once("{{") {
        if before.contains("}}") {
            return Err(TemplateError::Braces { line });
        }
        if !before.is_empty() {
            found.push(Piece::Text(before.to_owned()));
        }
        let (inside, after) = after.split_once("}}").ok_or(TemplateError::Braces { line })?;
        match tag(inside) {
            Tag::Value(name) => {
                found.push(Piece::Value(name.to_owned()));
                rest = after;
            }
            Tag::Open(shown, name) => {
                let (inner, after) = pieces(after, line, &[open, &[name]].concat())?;
                found.push(Piece::Section(shown, name.to_owned(), inner));
                rest = after;
            }
            Tag::Close(name) if open.last() == Some(&name) => return Ok((found, after)),
            Tag::Close(name) => return Err(TemplateError::Unpaired { line, name: name.to_owned() }),
        }
    }
    if rest.contains("}}") {
        return Err(TemplateError::Braces { line });
    }
    if let Some(name) = open.last() {
        return Err(TemplateError::Unpaired { line, name: (*name).to_owned() });
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest.to_owned()));
    }
    Ok((found, ""))
}

fn whole(text: &str, line: usize) -> Result<Vec<Piece>, TemplateError> {
    pieces(text.trim(), line, &[]).map(|(found, _)| found)
}

/// A line that is one tag and nothing else opens or closes a section of lines.
fn alone(text: &str) -> Option<Tag<'_>> {
    let inside = text.strip_prefix("{{")?.strip_suffix("}}")?;
    if inside.contains("{{") { None } else { Some(tag(inside)).filter(|tag| !matches!(tag, Tag::Value(_))) }
}

struct Open {
    shown: Shown,
    name: String,
    line: usize,
    lines: Vec<Numbered>,
    /// Columns of the table that rows went to when it was opened.
    columns: Option<usize>,
}

impl Template {
    /// Reads a template; placeholders are checked by [`Template::check`].
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.chars().count() > TEMPLATE_LIMIT {
            return Err(TemplateError::TooLong);
        }
        let mut lines = Vec::new();
        let mut open: Vec<Open> = Vec::new();
        let mut columns = None;
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            let what = match alone(text) {
                Some(Tag::Open(shown, name)) => {
                    if open.len() >= DEPTH {
                        return Err(TemplateError::Deep { line });
                    }
                    open.push(Open { shown, name: name.to_owned(), line, lines: Vec::new(), columns });
                    continue;
                }
                Some(Tag::Close(name)) => match open.pop() {
                    Some(section) if section.name == name => {
                        // A table that is only sometimes there holds no row of what follows.
                        columns = columns.filter(|_| columns == section.columns);
                        let what = Line::Section(section.shown, section.name, section.lines);
                        let at = Numbered { line: section.line, what };
                        open.last_mut().map_or(&mut lines, |outer| &mut outer.lines).push(at);
                        continue;
                    }
                    _ => return Err(TemplateError::Unpaired { line, name: name.to_owned() }),
                },
                Some(Tag::Value(_)) | None => read_line(text, line, &mut columns)?,
            };
            open.last_mut().map_or(&mut lines, |outer| &mut outer.lines).push(Numbered { line, what });
        }
        if let Some(section) = open.pop() {
            return Err(TemplateError::Unpaired { line: section.line, name: section.name });
        }
        if lines.is_empty() { Err(TemplateError::Empty) } else { Ok(Self { lines }) }
    }

    /// Refuses a placeholder that is not among the fields, and a template without one that must stand in it. What must stand counts only
    /// where it is shown whenever it is there: outside of sections, or within its own.
    pub fn check(&self, fields: &'static [&'static [Field]]) -> Result<(), TemplateError> {
        let mut seen = Vec::new();
        check_lines(&self.lines, &Within { scopes: fields.to_vec(), sections: Vec::new() }, &mut seen)?;
        let required = fields.iter().copied().flatten().filter(|field| field.required).map(|field| field.name);
        match required.into_iter().find(|name| !seen.iter().any(|seen| seen == name)) {
            Some(name) => Err(TemplateError::Missing { name }),
            None => Ok(()),
        }
    }

    /// The blocks with their values; `decisions` go where the template puts them.
    pub fn blocks(&self, values: &Values, decisions: &[Block]) -> Vec<Block> {
        let mut blocks = Vec::new();
        fill_lines(&self.lines, &[values], decisions, &mut blocks);
        blocks.retain(|block| !matches!(block, Block::Table { rows, .. } if rows.is_empty()));
        blocks
    }

    /// A whole letter.
    pub fn sheet(&self, subject: String, dated_on: NaiveDate, values: &Values, decisions: &[Block]) -> Sheet {
        Sheet { subject, dated_on, blocks: self.blocks(values, decisions) }
    }
}

fn read_line(text: &str, line: usize, columns: &mut Option<usize>) -> Result<Line, TemplateError> {
    if let Some(cells) = text.strip_prefix('|') {
        let cells = cells.split('|').map(|cell| whole(cell, line)).collect::<Result<Vec<_>, _>>()?;
        return if Some(cells.len()) == *columns { Ok(Line::Row(cells)) } else { Err(TemplateError::Columns { line }) };
    }
    // A row belongs to the table right above it; elsewhere it would not be printed.
    *columns = None;
    let Some(marked) = text.strip_prefix('@') else { return Ok(Line::Block(Mark::Paragraph, whole(text, line)?)) };
    let (word, rest) = marked.split_once(char::is_whitespace).unwrap_or((marked, ""));
    let mark = match word {
        "issuer" => Mark::Issuer,
        "title" => Mark::Title,
        "number" => Mark::Number,
        "addressee" => Mark::Addressee,
        "heading" => Mark::Heading,
        "verbatim" => Mark::Verbatim,
        "note" => Mark::Note,
        "signature" => {
            let (agency, dated) = rest.split_once('|').ok_or(TemplateError::Columns { line })?;
            return Ok(Line::Signature(whole(agency, line)?, whole(dated, line)?));
        }
        "table" => {
            let widths: Vec<u16> =
                rest.split(',').map(|width| width.trim().parse()).collect::<Result<_, _>>().map_err(|_| TemplateError::Columns { line })?;
            if widths.iter().map(|width| u32::from(*width)).sum::<u32>() != 1_000 || widths.iter().any(|width| *width < NARROWEST) {
                return Err(TemplateError::Columns { line });
            }
            *columns = Some(widths.len());
            return Ok(Line::Table(widths));
        }
        "decisions" => return Ok(Line::Decisions),
        word => return Err(TemplateError::Block { line, word: word.to_owned() }),
    };
    Ok(Line::Block(mark, whole(rest, line)?))
}

/// Where in a template a line stands: the placeholders it may use, the sections it lies in.
struct Within<'a> {
    scopes: Vec<&'static [Field]>,
    sections: Vec<(Shown, &'a str)>,
}

impl<'a> Within<'a> {
    fn find(&self, name: &str) -> Option<&'static Field> {
        self.scopes.iter().rev().copied().flatten().find(|field| field.name == name)
    }

    fn section(&self, shown: Shown, name: &'a str, line: usize) -> Result<Self, TemplateError> {
        let unknown = || TemplateError::Unknown { line, name: name.to_owned() };
        let field = self.find(name).filter(|field| field.name != DECISIONS).ok_or_else(unknown)?;
        Ok(Self {
            scopes: self.scopes.iter().copied().chain(field.list).collect(),
            sections: self.sections.iter().copied().chain([(shown, name)]).collect(),
        })
    }

    /// Whether a placeholder is shown here whenever it has a value.
    fn always_shows(&self, name: &str) -> bool {
        self.sections.iter().all(|section| *section == (Shown::WithValue, name))
    }
}

fn check_lines(lines: &[Numbered], within: &Within<'_>, seen: &mut Vec<String>) -> Result<(), TemplateError> {
    for Numbered { line, what } in lines {
        match what {
            Line::Block(_, pieces) => check_pieces(pieces, *line, within, seen)?,
            Line::Signature(agency, dated) => {
                check_pieces(agency, *line, within, seen)?;
                check_pieces(dated, *line, within, seen)?;
            }
            Line::Row(cells) => cells.iter().try_for_each(|cell| check_pieces(cell, *line, within, seen))?,
            Line::Table(_) => {}
            Line::Decisions => {
                within.find(DECISIONS).ok_or_else(|| TemplateError::Block { line: *line, word: DECISIONS.to_owned() })?;
                seen.extend(within.always_shows(DECISIONS).then(|| DECISIONS.to_owned()));
            }
            Line::Section(shown, name, inner) => check_lines(inner, &within.section(*shown, name, *line)?, seen)?,
        }
    }
    Ok(())
}

fn check_pieces(pieces: &[Piece], line: usize, within: &Within<'_>, seen: &mut Vec<String>) -> Result<(), TemplateError> {
    for piece in pieces {
        match piece {
            Piece::Text(_) => {}
            Piece::Value(name) => {
                let field = within
                    .find(name)
                    .filter(|field| field.name != DECISIONS)
                    .ok_or_else(|| TemplateError::Unknown { line, name: name.clone() })?;
                if field.list.is_some() {
                    return Err(TemplateError::List { line, name: name.clone() });
                }
                seen.extend(within.always_shows(name).then(|| name.clone()));
            }
            Piece::Section(shown, name, inner) => check_pieces(inner, line, &within.section(*shown, name, line)?, seen)?,
        }
    }
    Ok(())
}

fn value<'a>(scopes: &[&'a Values], name: &str) -> Option<&'a Value> {
    scopes.iter().rev().find_map(|values| values.get(name)).filter(|value| match value {
        Value::Text(text) => !text.is_empty(),
        Value::List(entries) => !entries.is_empty(),
        Value::Blocks(blocks) => !blocks.is_empty(),
    })
}

/// Calls `each` once for every time a section is shown, with the scopes inside it.
fn shown(scopes: &[&Values], shown: Shown, name: &str, mut each: impl FnMut(&[&Values])) {
    match (shown, value(scopes, name)) {
        (Shown::WithValue, Some(Value::Text(_) | Value::Blocks(_))) | (Shown::WithoutValue, None) => each(scopes),
        (Shown::WithValue, Some(Value::List(entries))) => entries.iter().for_each(|entry| each(&[scopes, &[entry]].concat())),
        (Shown::WithValue, None) | (Shown::WithoutValue, Some(_)) => {}
    }
}

fn fill(pieces: &[Piece], scopes: &[&Values]) -> String {
    pieces.iter().fold(String::new(), |mut text, piece| {
        match piece {
            Piece::Text(words) => text.push_str(words),
            Piece::Value(name) => {
                if let Some(Value::Text(words)) = value(scopes, name) {
                    text.push_str(words);
                }
            }
            Piece::Section(when, name, inner) => shown(scopes, *when, name, |scopes| text.push_str(&fill(inner, scopes))),
        }
        text
    })
}

fn fill_lines(lines: &[Numbered], scopes: &[&Values], decisions: &[Block], blocks: &mut Vec<Block>) {
    for Numbered { what, .. } in lines {
        match what {
            Line::Block(mark, pieces) => push(*mark, fill(pieces, scopes), blocks),
            Line::Signature(agency, dated) => {
                blocks.push(Block::Signature { agency: fill(agency, scopes), dated: fill(dated, scopes) });
            }
            Line::Table(columns) => blocks.push(Block::Table { columns: columns.clone(), rows: Vec::new() }),
            Line::Row(cells) => {
                if let Some(Block::Table { rows, .. }) = blocks.last_mut() {
                    rows.push(cells.iter().map(|cell| fill(cell, scopes)).collect());
                }
            }
            Line::Decisions => match value(scopes, DECISIONS) {
                Some(Value::Blocks(own)) => blocks.extend_from_slice(own),
                _ => blocks.extend_from_slice(decisions),
            },
            Line::Section(when, name, inner) => shown(scopes, *when, name, |scopes| fill_lines(inner, scopes, decisions, blocks)),
        }
    }
}

fn push(mark: Mark, text: String, blocks: &mut Vec<Block>) {
    // A number or name that is not there leaves no empty line.
    if text.trim().is_empty() {
        return;
    }
    match mark {
        Mark::Issuer => blocks.push(Block::Issuer(text)),
        Mark::Title => blocks.push(Block::Title(text)),
        Mark::Number => blocks.push(Block::Number(text)),
        Mark::Addressee => blocks.push(Block::Addressee(text)),
        Mark::Heading => blocks.push(Block::Heading(text)),
        Mark::Verbatim => blocks.push(Block::Verbatim(text)),
        Mark::Note => blocks.push(Block::Note(text)),
        Mark::Paragraph => {
            blocks.extend(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| Block::Paragraph(line.to_owned())));
        }
    }
}
