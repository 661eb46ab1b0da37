//! What a document is, from its bytes alone: neither its name nor what the sender says of it counts.
//!
//! Taken are the papers of a dossier: PDF and images, office files (OFD among them, GB/T 33190), plain text, mails.
//! Programs, archives, web pages and whatever else cannot be told are refused.

/// A type of document the dossier takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentType {
    /// The media type.
    pub media_type: &'static str,
    /// The usual ending of a file name.
    pub extension: &'static str,
}

const fn known(media_type: &'static str, extension: &'static str) -> DocumentType {
    DocumentType { media_type, extension }
}

/// PDF.
pub const PDF: DocumentType = known("application/pdf", "pdf");
const PNG: DocumentType = known("image/png", "png");
const JPEG: DocumentType = known("image/jpeg", "jpg");
const TIFF: DocumentType = known("image/tiff", "tif");
const DOC: DocumentType = known("application/msword", "doc");
const XLS: DocumentType = known("application/vnd.ms-excel", "xls");
const PPT: DocumentType = known("application/vnd.ms-powerpoint", "ppt");
/// DOCX.
pub const DOCX: DocumentType = known("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx");
const XLSX: DocumentType = known("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx");
const PPTX: DocumentType = known("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx");
const ODT: DocumentType = known("application/vnd.oasis.opendocument.text", "odt");
const ODS: DocumentType = known("application/vnd.oasis.opendocument.spreadsheet", "ods");
const OFD: DocumentType = known("application/ofd", "ofd");
const TEXT: DocumentType = known("text/plain; charset=utf-8", "txt");
const MAIL: DocumentType = known("message/rfc822", "eml");

/// Every type the dossier takes.
pub const TYPES: &[DocumentType] = &[PDF, PNG, JPEG, TIFF, DOC, XLS, PPT, DOCX, XLSX, PPTX, ODT, ODS, OFD, TEXT, MAIL];

/// The type of a document; `None` is refused.
pub fn sniff(bytes: &[u8]) -> Option<DocumentType> {
    if bytes.starts_with(b"%PDF-") {
        return Some(PDF);
    }
    let found = infer::get(bytes);
    // Many signatures are short words: what is text throughout is text, unless it is markup or a script.
    if is_text(bytes) {
        let active = found.is_some_and(|kind| kind.matcher_type() == infer::MatcherType::Text);
        return (!active).then(|| if is_mail(bytes) { MAIL } else { TEXT });
    }
    let Some(found) = found else { return (!bytes.contains(&0) && is_mail(bytes)).then_some(MAIL) };
    match found.mime_type() {
        "application/pdf" => Some(PDF),
        "image/png" => Some(PNG),
        "image/jpeg" => Some(JPEG),
        "image/tiff" => Some(TIFF),
        _ if bytes.starts_with(b"PK\x03\x04") => zipped(bytes),
        _ if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") => compound(bytes),
        _ => None,
    }
}

/// Office files that are archives, told by the names of their parts, whatever their order.
fn zipped(bytes: &[u8]) -> Option<DocumentType> {
    let has = |name: &[u8]| contains(bytes, name);
    if has(b"mimetypeapplication/vnd.oasis.opendocument.text") {
        return Some(ODT);
    }
    if has(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet") {
        return Some(ODS);
    }
    if has(b"OFD.xml") {
        return Some(OFD);
    }
    if !has(b"[Content_Types].xml") {
        return None;
    }
    [(b"word/document.xml".as_slice(), DOCX), (b"xl/workbook.xml", XLSX), (b"ppt/presentation.xml", PPTX)]
        .into_iter()
        .find_map(|(part, kind)| has(part).then_some(kind))
}

/// Office files before 2007 are compound files, as installers are: told by the name of their main stream.
fn compound(bytes: &[u8]) -> Option<DocumentType> {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        contains(bytes, &name)
    };
    [("WordDocument", DOC), ("Workbook", XLS), ("PowerPoint Document", PPT)]
        .into_iter()
        .find_map(|(stream, kind)| has(stream).then_some(kind))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}')))
}

/// A mail begins with header lines, the sender's and one other that mails have among them.
fn is_mail(bytes: &[u8]) -> bool {
    let (mut sender, mut other) = (false, false);
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(name) = line.iter().position(|byte| *byte == b':').and_then(|end| line.get(..end)) else { return false };
        if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
            return false;
        }
        sender |= name.eq_ignore_ascii_case(b"From");
        other |= [b"Date".as_slice(), b"Message-ID", b"MIME-Version", b"Received"].iter().any(|known| name.eq_ignore_ascii_case(known));
    }
    sender && other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip(names: &[&str]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for name in names {
            bytes.extend_from_slice(b"PK\x03\x04");
            bytes.extend_from_slice(&[0; 26]);
            bytes.extend_from_slice(name.as_bytes());
        }
        bytes
    }

    fn ole(stream: &str) -> Vec<u8> {
        let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        bytes.extend_from_slice(&[0; 504]);
        bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    }

    #[test]
    fn papers_of_a_dossier_are_told_by_their_bytes() {
        for (bytes, extension) in [
            (b"%PDF-1.7\n%\xE2\xE3\xCF\xD3".to_vec(), "pdf"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "png"),
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF".to_vec(), "jpg"),
            (b"II*\0\x08\0\0\0\0\0".to_vec(), "tif"),
            (ole("WordDocument"), "doc"),
            (ole("Workbook"), "xls"),
            (zip(&["[Content_Types].xml", "_rels/.rels", "word/document.xml"]), "docx"),
            (zip(&["xl/workbook.xml", "docProps/app.xml", "[Content_Types].xml"]), "xlsx"),
            (zip(&["mimetypeapplication/vnd.oasis.opendocument.text", "content.xml"]), "odt"),
            (zip(&["OFD.xml", "Doc_0/Document.xml"]), "ofd"),
            ("申请公开甲文件。\r\n\t附件一".as_bytes().to_vec(), "txt"),
            ("\u{feff}BM 检测报告".as_bytes().to_vec(), "txt"),
            (b"BM is no bitmap here".to_vec(), "txt"),
            (b"Received: by mx\r\n by mx2\r\nFrom: a@example.cn\r\n\r\n\xD5\xE3".to_vec(), "eml"),
            (b"From: a@example.cn\nDate: Mon, 2 Nov 2026 09:00:00 +0800\n\nhello".to_vec(), "eml"),
        ] {
            assert_eq!(sniff(&bytes).map(|kind| kind.extension), Some(extension), "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn programs_archives_pages_and_the_unknown_are_refused() {
        for bytes in [
            b"MZ\x90\0\x03\0\0\0".to_vec(),
            b"\x7FELF\x02\x01\x01\0".to_vec(),
            [b"\x7FELF\x02\x01\x01\0".as_slice(), b"From: a@example.cn\nDate: x\n\n"].concat(),
            b"#!/bin/sh\nrm -r .\n".to_vec(),
            b"<!DOCTYPE html><script>".to_vec(),
            b" \n<html ><body>".to_vec(),
            b"<?xml version=\"1.0\"?><svg onload=\"x\"/>".to_vec(),
            zip(&["META-INF/MANIFEST.MF", "Main.class"]),
            zip(&["[Content_Types].xml"]),
            ole("MsiFile"),
            b"Rar!\x1A\x07\0".to_vec(),
            b"GIF89a\x01\0\x01\0".to_vec(),
            b"plain\0text".to_vec(),
            b"\xD5\xE3\xBD\xAD".to_vec(),
            b"\x1b[2Jtext".to_vec(),
        ] {
            assert_eq!(sniff(&bytes), None, "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn no_prefix_of_any_sample_makes_it_fail() {
        let sample = zip(&["[Content_Types].xml", "_rels/.rels", "word/document.xml"]);
        for end in 0..sample.len() {
            let _ = sniff(&sample[..end]);
        }
    }

    #[test]
    fn every_type_has_its_own_name_and_ending() {
        for (n, kind) in TYPES.iter().enumerate() {
            assert!(TYPES[n + 1..].iter().all(|other| other.media_type != kind.media_type && other.extension != kind.extension));
        }
    }
}
