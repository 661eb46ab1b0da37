//! Two versions of a text side by side, word by word: Chinese by character, runs of letters or digits as one word.
//!
//! Pure, and bounded: what differs too widely is compared by sentence.

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::coded::coded;

coded! {
    /// What became of a piece of text.
    pub enum PieceChange {
        Kept => "kept", "保留", "kept";
        Removed => "removed", "删除", "removed";
        Added => "added", "新增", "added";
    }
}

/// A piece of text, and what became of it.
pub type Piece = (PieceChange, String);

/// Most pairs of words that are held against each other.
const MOST_PAIRS: usize = 9_000_000;

fn words(text: &str) -> Vec<&str> {
    cut(text, |before, after| before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric())
}

fn sentences(text: &str) -> Vec<&str> {
    cut(text, |before, _| !matches!(before, '。' | '；' | '！' | '？' | '\n'))
}

/// Cuts a text between characters that do not hold together.
fn cut(text: &str, hold: impl Fn(char, char) -> bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut rest, mut at) = (text, 0);
    let mut before: Option<char> = None;
    for (place, after) in text.char_indices() {
        if before.is_some_and(|before| !hold(before, after))
            && let Some((part, left)) = rest.split_at_checked(place - at)
        {
            parts.push(part);
            (rest, at) = (left, place);
        }
        before = Some(after);
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

/// What was removed from one text, added and kept, in the order of reading.
pub fn compare(old: &str, new: &str) -> Vec<Piece> {
    let (mut was, mut is) = (words(old), words(new));
    if was.len().saturating_mul(is.len()) > MOST_PAIRS {
        (was, is) = (sentences(old), sentences(new));
    }
    let mut pieces = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &was, &is) {
        let (tag, from, to) = op.as_tag_tuple();
        let part = |words: &[&str], range| words.get::<std::ops::Range<usize>>(range).map(<[&str]>::concat).unwrap_or_default();
        let (removed, added) = (part(&was, from), part(&is, to));
        match tag {
            DiffTag::Equal => pieces.push((PieceChange::Kept, added)),
            DiffTag::Delete => pieces.push((PieceChange::Removed, removed)),
            DiffTag::Insert => pieces.push((PieceChange::Added, added)),
            DiffTag::Replace => pieces.extend([(PieceChange::Removed, removed), (PieceChange::Added, added)]),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::PieceChange::{Added, Kept, Removed};
    use super::*;

    fn whole(pieces: &[Piece], without: PieceChange) -> String {
        pieces.iter().filter(|(change, _)| *change != without).map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn chinese_is_compared_by_character_and_numbers_as_words() {
        let piece = |change, text: &str| (change, text.to_owned());
        assert_eq!(
            compare("罚没款共2025万元。", "罚没款共2026万元，现予提供。"),
            [
                piece(Kept, "罚没款共"),
                piece(Removed, "2025"),
                piece(Added, "2026"),
                piece(Kept, "万元"),
                piece(Added, "，现予提供"),
                piece(Kept, "。"),
            ]
        );
        assert_eq!(compare("", "甲"), [piece(Added, "甲")]);
        assert_eq!(compare("甲", "甲"), [piece(Kept, "甲")]);
        assert!(compare("", "").is_empty());
    }

    #[test]
    fn both_texts_can_be_read_from_the_pieces_however_far_apart_they_are() {
        let long = |seed: u32| (0..10_000).map(|n| char::from_u32(0x4e00 + (n * seed) % 5_000).unwrap()).collect::<String>();
        for (old, new) in [("甲乙丙丁".to_owned(), "丁丙乙甲".to_owned()), ("𠮷a1\u{200b}b".into(), "𠮷a2b".into()), (long(7), long(11))]
        {
            let pieces = compare(&old, &new);
            assert_eq!((whole(&pieces, Added), whole(&pieces, Removed)), (old, new));
        }
    }
}
