//! What a document is, from its bytes alone: neither its name nor what the sender says of it counts.
//!
//! Taken are the papers of a dossier: PDF and images, office files (OFD among them, GB/T 33190), plain text, mails.
//! Programs, archives, web pages and whatever else cannot be told are refused; so is what is of two types at once, carries macros or
//! programs, or unpacks to far more than it is.

mod compound;
mod zipped;

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

/// Why a document is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// It is of no type that the dossier takes, or cannot be told.
    Unknown,
    /// It is of two types at once: what one program shows is not what another opens.
    Ambiguous,
    /// It carries macros or programs.
    Active,
    /// What is packed in it is far larger than it, or overlaps: opening it would fill the reader's disk or memory.
    Bomb,
}

/// PDF readers take the head of a PDF anywhere in so many bytes.
const PDF_HEAD_WITHIN: usize = 1024;

/// The type of a document, or why it is not taken.
pub fn sniff(bytes: &[u8]) -> Result<DocumentType, NotTaken> {
    let kind = kind_of(bytes)?;
    if kind != PDF && contains(bytes.get(..PDF_HEAD_WITHIN.min(bytes.len())).unwrap_or(bytes), b"%PDF-") {
        return Err(NotTaken::Ambiguous);
    }
    if !bytes.starts_with(ZIP) && ends_as_archive(bytes) {
        return Err(NotTaken::Ambiguous);
    }
    Ok(kind)
}

const ZIP: &[u8] = b"PK\x03\x04";

fn kind_of(bytes: &[u8]) -> Result<DocumentType, NotTaken> {
    if bytes.starts_with(b"%PDF-") {
        return Ok(PDF);
    }
    let found = infer::get(bytes);
    // Many signatures are short words: what is text throughout is text, unless it is markup or a script.
    if is_text(bytes) {
        let active = found.is_some_and(|kind| kind.matcher_type() == infer::MatcherType::Text);
        return match (active, is_mail(bytes)) {
            (true, _) => Err(NotTaken::Unknown),
            (false, true) => Ok(MAIL),
            (false, false) => Ok(TEXT),
        };
    }
    let Some(found) = found else {
        return if !bytes.contains(&0) && is_mail(bytes) { Ok(MAIL) } else { Err(NotTaken::Unknown) };
    };
    match found.mime_type() {
        "application/pdf" => Ok(PDF),
        "image/png" => Ok(PNG),
        "image/jpeg" => Ok(JPEG),
        "image/tiff" => Ok(TIFF),
        _ if bytes.starts_with(ZIP) => zipped::office_file(bytes),
        _ if bytes.starts_with(compound::SIGNATURE) => compound::office_file(bytes),
        _ => Err(NotTaken::Unknown),
    }
}

/// Whether the end of a file is that of an archive: programs that unpack look there first, whatever the beginning says.
fn ends_as_archive(bytes: &[u8]) -> bool {
    const RECORD: usize = 22;
    let from = bytes.len().saturating_sub(RECORD + usize::from(u16::MAX));
    let tail = bytes.get(from..).unwrap_or(bytes);
    tail.windows(RECORD).enumerate().any(|(at, record)| {
        let comment = record.last_chunk::<2>().map_or(0, |length| usize::from(u16::from_le_bytes(*length)));
        record.starts_with(b"PK\x05\x06") && at + RECORD + comment == tail.len()
    })
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
        zipped::packed(&names.iter().map(|name| (*name, b"x".as_slice())).collect::<Vec<_>>())
    }

    fn odt() -> Vec<u8> {
        zipped::packed(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<x/>")])
    }

    fn ole(stream: &str) -> Vec<u8> {
        compound::built(0, &[(stream, Some(&[7; 70]), 0)])
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
            (odt(), "odt"),
            (zip(&["OFD.xml", "Doc_0/Document.xml"]), "ofd"),
            ("申请公开甲文件。\r\n\t附件一".as_bytes().to_vec(), "txt"),
            ("\u{feff}BM 检测报告".as_bytes().to_vec(), "txt"),
            (b"BM is no bitmap here".to_vec(), "txt"),
            (b"Received: by mx\r\n by mx2\r\nFrom: a@example.cn\r\n\r\n\xD5\xE3".to_vec(), "eml"),
            (b"From: a@example.cn\nDate: Mon, 2 Nov 2026 09:00:00 +0800\n\nhello".to_vec(), "eml"),
        ] {
            assert_eq!(sniff(&bytes).map(|kind| kind.extension), Ok(extension), "{}", String::from_utf8_lossy(&bytes));
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
            assert_eq!(sniff(&bytes), Err(NotTaken::Unknown), "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn what_is_of_two_types_at_once_is_refused() {
        let archive = zip(&["META-INF/MANIFEST.MF", "Main.class"]);
        let pdf = b"%PDF-1.7\n1 0 obj\n%%EOF\n".to_vec();
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        for bytes in [
            [pdf.as_slice(), &archive].concat(),
            [b"\xFF\xD8\xFF\xE0\0\x10JFIF".as_slice(), &archive].concat(),
            [png.as_slice(), &archive].concat(),
            [png.as_slice(), &pdf].concat(),
            [b"\n\n".as_slice(), &pdf].concat(),
            zip(&["[Content_Types].xml", "word/document.xml", "%PDF-1.7"]),
        ] {
            assert_eq!(sniff(&bytes), Err(NotTaken::Ambiguous), "{}", String::from_utf8_lossy(&bytes));
        }
        let speaks_of_archives = [pdf.as_slice(), b"PK\x05\x06 is how an archive ends"].concat();
        assert_eq!(sniff(&speaks_of_archives), Ok(PDF));
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
