//! How many pages a file has when it is printed, where its bytes say so (页号). Where they do not, nothing is claimed.

use crate::letters::sniff::PDF;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

/// What one packed part of a PDF may unfold to, and all of them together.
const MOST: usize = 8 * 1024 * 1024;

/// The pages of a file; none where they cannot be told.
pub(super) fn count(media_type: &str, bytes: &[u8]) -> Option<u32> {
    match media_type {
        "image/png" | "image/jpeg" => Some(1),
        _ if media_type == PDF.media_type => of_pdf(bytes),
        _ => None,
    }
}

/// A file that was changed by appending holds pages twice: only one written in one go is counted.
fn of_pdf(bytes: &[u8]) -> Option<u32> {
    if places(bytes, b"startxref").count() != 1 {
        return None;
    }
    let plain = page_objects(bytes);
    let packed = || {
        let mut left = MOST;
        let mut sum = 0;
        for at in places(bytes, b"/ObjStm") {
            let Some(unpacked) = bytes.get(at..).and_then(|rest| stream(rest, left)) else { continue };
            left = left.saturating_sub(unpacked.len());
            sum += page_objects(&unpacked);
        }
        sum
    };
    Some(if plain > 0 { plain } else { packed() }).filter(|pages| *pages > 0)
}

fn places<'a>(bytes: &'a [u8], word: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(word.len()).enumerate().filter(move |(_, window)| *window == word).map(|(at, _)| at)
}

/// The stream that begins behind a dictionary, unpacked.
fn stream(rest: &[u8], limit: usize) -> Option<Vec<u8>> {
    let begin = places(rest, b"stream").next()? + b"stream".len();
    let data = rest.get(begin..)?;
    let data = data.strip_prefix(b"\r\n").or_else(|| data.strip_prefix(b"\n"))?;
    let end = places(data, b"endstream").next()?;
    decompress_to_vec_zlib_with_limit(data.get(..end)?, limit).ok()
}

/// Objects of the type `/Page`; `/Pages` is another.
fn page_objects(bytes: &[u8]) -> u32 {
    let is_page = |at: &usize| {
        let rest = bytes.get(at + b"/Type".len()..).unwrap_or_default().trim_ascii_start();
        rest.strip_prefix(b"/Page").is_some_and(|rest| rest.first().is_none_or(|next| !next.is_ascii_alphanumeric()))
    };
    u32::try_from(places(bytes, b"/Type").filter(is_page).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::compress_to_vec_zlib;

    #[test]
    fn pages_are_counted_only_where_the_bytes_say_so() {
        let plain = b"%PDF-1.7\n<</Type/Pages>> <</Type /Page>> <</Type/Page\n>>\nstartxref\n1\n%%EOF";
        assert_eq!(count("application/pdf", plain), Some(2));
        let squeezed = compress_to_vec_zlib(b"<</Type/Pages>><</Type/Page>>", 6);
        let packed = [b"%PDF-1.7\n<</Type/ObjStm>>\nstream\r\n".as_slice(), &squeezed, b"\nendstream\nstartxref\n1\n%%EOF"].concat();
        assert_eq!(count("application/pdf", &packed), Some(1));
        let appended = [plain.as_slice(), plain.as_slice()].concat();
        assert_eq!(count("application/pdf", &appended), None, "one page may stand there twice");
        assert_eq!(count("application/pdf", b"%PDF-1.4\n%%EOF\n"), None);
        assert_eq!((count("image/png", b""), count("text/plain; charset=utf-8", b"a")), (Some(1), None));
    }

    #[test]
    fn what_unfolds_without_end_is_not_followed() {
        let bomb = compress_to_vec_zlib(&vec![b' '; MOST + 1], 6);
        let file = [b"%PDF-1.7\n<</Type/ObjStm>>\nstream\n".as_slice(), &bomb, b"\nendstream\nstartxref\n1\n%%EOF"].concat();
        assert_eq!(count("application/pdf", &file), None);
    }
}
