//! One document for several cases (合并答复): it names every number, restates every request, and answers each case under its own heading.
//!
//! The values keep the names they have in a letter of one case, so an agency's own template serves both.

use super::course::Telling;
use super::{ComposeError, Document, Materials, Setting, Templates, in_words, items, reply, reply_title, unended};
use crate::case::model::{Case, Joint, Letter, ReplyItem};
use crate::case::private::Texts;
use crate::letters::kinds::Frame;
use crate::letters::sheet::Block;
use crate::letters::template::{Value, Values};
use uuid::Uuid;

/// Another case that shares the document.
#[derive(Debug)]
pub struct Sharer {
    /// The case.
    pub case: Case,
    /// Its opened texts.
    pub texts: Texts,
}

/// The cases that share a document.
pub fn shared(case: &Case, document: Document) -> Option<&Joint> {
    match document {
        Document::Letter(letter) | Document::DeliverySlip(letter) => case.joint_of(letter),
        Document::Draft(n) | Document::ApprovalSheet(n) => case.draft(n)?.joint.as_ref(),
        Document::ProceedingAnswer(n) => case.proceeding(n)?.joint.as_ref(),
        Document::OpinionForm(_) | Document::SearchLetter(_) => None,
    }
}

/// The document as another case that shares it has it.
pub fn of_sharer(case: &Case, joint: &Joint, document: Document) -> Option<Document> {
    let letter = |letter: Letter| Some(letter.of_reply(case.reply_in(joint)?.n));
    let draft = || case.drafts.iter().find(|draft| draft.joint.as_ref().is_some_and(|known| known.id == joint.id)).map(|draft| draft.n);
    Some(match document {
        Document::Letter(known) => Document::Letter(letter(known)?),
        Document::DeliverySlip(known) => Document::DeliverySlip(letter(known)?),
        Document::Draft(_) => Document::Draft(draft()?),
        Document::ApprovalSheet(_) => Document::ApprovalSheet(draft()?),
        Document::ProceedingAnswer(_) => Document::ProceedingAnswer(case.proceeding_in(joint)?.n),
        Document::OpinionForm(_) | Document::SearchLetter(_) => return None,
    })
}

/// A case of the document, with the document as that case has it.
pub(super) type Part<'a> = (Materials<'a>, Document);

/// What happened in any of the cases, by the names of its lists.
const COURSE: [&str; 7] = ["corrections", "fees", "consultations", "extensions", "reasons_requests", "postponements", "searches"];

impl<'a> Materials<'a> {
    /// The cases of a document in its order; empty where it is of one.
    pub(super) fn parts(&self, document: Document) -> Result<Vec<Part<'a>>, ComposeError> {
        let Some(joint) = shared(self.case, document) else { return Ok(Vec::new()) };
        let part = |id| {
            if id == self.case.id {
                return Ok((*self, document));
            }
            let sharer = self.sharers.iter().find(|sharer| sharer.case.id == id).ok_or(ComposeError::NoSuch)?;
            let own = of_sharer(&sharer.case, joint, document).ok_or(ComposeError::NoSuch)?;
            Ok((Materials { case: &sharer.case, texts: &sharer.texts, sharers: &[], ..*self }, own))
        };
        // Of a case that was disposed of, or in which the proceeding was voided, nothing is said before a body or court.
        let told = |id: &Uuid| *id == self.case.id || self.sharers.iter().any(|sharer| sharer.case.id == *id);
        let gone = |id: &Uuid| matches!(document, Document::ProceedingAnswer(_)) && !told(id);
        joint.cases.iter().map(|known| known.case).filter(|id| !gone(id)).map(part).collect()
    }

    pub(super) fn register_number(&self) -> &'a str {
        self.case.registration.as_ref().map_or("", |entry| entry.case_number.as_str())
    }
}

/// The request under its number, with what would else stand beside it.
fn restated(part: &Materials<'_>) -> Result<String, ComposeError> {
    let words = part.words(&part.case.request.words)?;
    let mut said = vec![format!("（登记编号{}）{}", part.register_number(), words.description)];
    said.extend(words.document_number.map(|number| format!("所需政府信息的文号：{number}。")));
    said.extend(words.features.map(|features| format!("其他特征性描述：{}。", unended(&features))));
    Ok(said.join("\n"))
}

/// The values of a document of several cases, in place of those of the first.
pub(super) fn told(parts: &[Part<'_>], values: &mut Values) -> Result<(), ComposeError> {
    let each = |of: fn(&Materials<'_>) -> Result<String, ComposeError>, between: &str| {
        let mut all = parts.iter().map(|(materials, _)| of(materials)).collect::<Result<Vec<_>, _>>()?;
        all.dedup();
        Ok::<_, ComposeError>(all.join(between))
    };
    values.text("case_number", each(|part| Ok(part.register_number().to_owned()), "、")?);
    values.text("received_on", each(|part| Ok(part.case.received_on().map(in_words).unwrap_or_default()), "、")?);
    values.text("request", each(restated, "\n")?);
    values.remove("request_document_number");
    values.remove("request_features");
    let all: Vec<ReplyItem> = parts.iter().flat_map(|(materials, document)| items(materials.case, *document)).cloned().collect();
    let replied = |(materials, document): &Part<'_>| {
        let title = Frame::Reply.title(materials.case.matter);
        match document {
            Document::Letter(letter) | Document::DeliverySlip(letter) => {
                let reply = letter.about_reply().and_then(|n| materials.case.reply(n));
                reply_title(reply.map_or(&[], |reply| &reply.items), title)
            }
            _ => reply_title(items(materials.case, *document), title),
        }
    };
    if let Some(title) = parts.iter().map(replied).reduce(|one, other| if one == other { one } else { one_for_all(parts) }) {
        if values.contains_key("reply_title") {
            values.text("reply_title", title.clone());
        }
        if matches!(parts.first(), Some((_, Document::DeliverySlip(Letter::Reply { .. })))) {
            values.text("letter_title", title.clone());
        }
        if !all.is_empty() && !values.contains_key("reply_title") {
            values.text("title", title);
        }
    }
    let mut titles = Vec::new();
    let mut stated = Vec::new();
    for (n, (materials, document)) in parts.iter().enumerate() {
        let own = items(materials.case, *document);
        titles.extend(materials.attached(own)?);
        let mut course = Values::new();
        let telling = match document {
            Document::ApprovalSheet(_) => Telling::INNER,
            Document::ProceedingAnswer(n) => materials.told_in(*n),
            _ => Telling::of(own),
        };
        if !own.is_empty() || matches!(document, Document::ProceedingAnswer(_)) {
            materials.course(own, telling, &mut course)?;
        }
        for name in COURSE {
            let Some(Value::List(entries)) = course.remove(name) else { continue };
            match values.get_mut(name) {
                Some(Value::List(known)) if n > 0 => known.extend(entries),
                _ => values.list(name, entries),
            }
        }
        if let Document::Letter(Letter::Erratum { reply, n }) = document {
            let mut erratum = Values::new();
            materials.erratum(*reply, *n, &mut erratum)?;
            if let Some(Value::Text(text)) = erratum.remove("stated").filter(|value| *value != Value::Text(String::new())) {
                stated.push(format!("登记编号{}的{text}", materials.register_number()));
            }
        }
    }
    if !all.is_empty() {
        values.text("attachments", reply::numbered(&titles));
    }
    if !stated.is_empty() {
        values.text("stated", stated.join("；"));
    }
    if let Some((materials, Document::Draft(_))) = parts.first() {
        values.some("remedy", materials.advised(&all));
    }
    Ok(())
}

/// The title of a document whose cases have different outcomes.
fn one_for_all(parts: &[Part<'_>]) -> String {
    parts.first().map(|(materials, _)| Frame::Reply.title(materials.case.matter)).unwrap_or_default()
}

/// The decisions, each case under its number.
pub(super) fn decisions(parts: &[Part<'_>], templates: &Templates) -> Result<Vec<Block>, ComposeError> {
    let mut blocks = Vec::new();
    for (materials, document) in parts {
        let decided = reply::decisions(items(materials.case, *document), materials, templates)?;
        if !decided.is_empty() {
            blocks.push(Block::Heading(format!("关于登记编号{}的申请", materials.register_number())));
        }
        blocks.extend(decided);
    }
    Ok(blocks)
}
