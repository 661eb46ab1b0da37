//! The catalogue of a dossier (卷内文件目录), in the order of domain 6.4: what the trail knows, and every paper put in.
//!
//! A pure function of the case. Titles are names of kinds, never the private titles of papers: the catalogue stands in an
//! event. The catalogue itself and the archivist's closing note (备考表) frame it and are not entries. Beside the lines of the catalogue
//! stand, for the package that is handed out, the files of each, whose paper it is, and what the trail holds of it.

mod delivery;
mod learning;
mod notices;
mod proceedings;
mod working;

use crate::case::documents;
use crate::case::model::{Case, CatalogueEntry, DraftState, Letter, MadeLetter, PaperKind, ReplyItem, ReplyState, ReviewKind};
use crate::case::projection::outcome_of;
use crate::rules::reply_kinds::ReplyKind;
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Items of domain 6.4 between the catalogue and the closing note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Replies, errata and revocations.
    Reply,
    /// Drafts with their approval slips.
    Draft,
    /// Copies of information given.
    Information,
    /// Proofs of dispatch and service.
    Delivery,
    /// The application with its proofs.
    Application,
    /// Register entry, acknowledgement, formal examination, assignment.
    Registration,
    /// Contacts with the applicant.
    Confirmation,
    /// Correction notices and what came back.
    Correction,
    /// Search records.
    Search,
    /// Consultations.
    Consultation,
    /// What moves the date.
    Extension,
    /// The fee.
    Fee,
    /// Conferences, legal and secrecy reviews.
    Opinion,
    /// Publication reviews.
    Publication,
    /// Reconsideration and court papers.
    Proceeding,
    /// Anything else.
    Other,
}

impl Place {
    /// Its number in domain 6.4; the catalogue itself is 1.
    pub const fn item(self) -> u8 {
        match self {
            Self::Reply => 2,
            Self::Draft => 3,
            Self::Information => 4,
            Self::Delivery => 5,
            Self::Application => 6,
            Self::Registration => 7,
            Self::Confirmation => 8,
            Self::Correction => 9,
            Self::Search => 10,
            Self::Consultation => 11,
            Self::Extension => 12,
            Self::Fee => 13,
            Self::Opinion => 14,
            Self::Publication => 15,
            Self::Proceeding => 16,
            Self::Other => 17,
        }
    }

    const fn in_time_order(self) -> bool {
        matches!(self, Self::Correction | Self::Consultation | Self::Extension | Self::Fee | Self::Proceeding)
    }
}

/// The title of a paper of a kind.
const fn title(kind: PaperKind) -> &'static str {
    match kind {
        PaperKind::ReplyOriginal => "答复书正本",
        PaperKind::SignedDraft => "签发稿",
        PaperKind::InformationProvided => "提供的政府信息",
        PaperKind::ProofOfDelivery => "送达凭证",
        PaperKind::Application => "政府信息公开申请表",
        PaperKind::IdentityProof => "身份证明",
        PaperKind::Authorisation => "授权委托书",
        PaperKind::Envelope => "信封",
        PaperKind::SearchRecord => "检索记录",
        PaperKind::Opinion => "会商、审核意见",
        PaperKind::ProceedingPaper => "复议诉讼材料",
        PaperKind::Other => "其他材料",
    }
}

const fn place(kind: PaperKind) -> Place {
    match kind {
        PaperKind::ReplyOriginal => Place::Reply,
        PaperKind::SignedDraft => Place::Draft,
        PaperKind::InformationProvided => Place::Information,
        PaperKind::ProofOfDelivery => Place::Delivery,
        PaperKind::Application | PaperKind::IdentityProof | PaperKind::Authorisation | PaperKind::Envelope => Place::Application,
        PaperKind::SearchRecord => Place::Search,
        PaperKind::Opinion => Place::Opinion,
        PaperKind::ProceedingPaper => Place::Proceeding,
        PaperKind::Other => Place::Other,
    }
}

/// Whose paper it is (责任者).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Responsible {
    /// The agency's.
    Agency,
    /// A department's.
    Department(Uuid),
    /// The applicant's.
    Applicant,
    /// That of a consulted party.
    Party(u32),
    /// That of the body or court of a proceeding.
    Body(u32),
    /// Not known.
    Unknown,
}

/// For whom an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Circle {
    /// For whoever reads the dossier.
    Readers,
    /// For the agency alone: what it learnt, and how it mended its own entries. Never shown to the other side of a proceeding.
    Agency,
}

/// One item of the dossier.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Running number, from 1.
    pub n: u32,
    /// Where it lies.
    pub place: Place,
    /// For whom it is.
    pub circle: Circle,
    /// What the paper is.
    pub title: String,
    /// Its document number, if it has one.
    pub document_number: Option<String>,
    /// Whose paper it is.
    pub responsible: Responsible,
    /// Its date.
    pub dated_on: NaiveDate,
    /// The stored documents that it consists of; the first is the one that counts.
    pub files: Vec<Uuid>,
    /// What the trail holds of it; null where that is nothing but the files.
    pub record: Value,
}

struct Line {
    place: Place,
    circle: Circle,
    title: String,
    document_number: Option<String>,
    responsible: Responsible,
    dated_on: NaiveDate,
    files: Vec<Uuid>,
    record: Value,
}

impl Line {
    fn new(place: Place, title: impl Into<String>, dated_on: NaiveDate) -> Self {
        let (circle, responsible) = (Circle::Readers, Responsible::Agency);
        Self { place, circle, title: title.into(), document_number: None, responsible, dated_on, files: Vec::new(), record: Value::Null }
    }

    const fn inner(mut self) -> Self {
        self.circle = Circle::Agency;
        self
    }

    fn numbered(mut self, document_number: Option<&str>) -> Self {
        self.document_number = document_number.map(str::to_owned);
        self
    }

    fn document(mut self, document_id: Option<Uuid>) -> Self {
        self.files.extend(document_id);
        self
    }

    const fn of(mut self, responsible: Responsible) -> Self {
        self.responsible = responsible;
        self
    }

    /// What the trail holds of it.
    fn record(mut self, part: &impl Serialize) -> Self {
        self.record = serde_json::to_value(part).unwrap_or_default();
        self
    }
}

struct Lines<'a> {
    case: &'a Case,
    all: Vec<Line>,
    /// Papers that a line already carries.
    used: BTreeSet<u32>,
}

impl Lines<'_> {
    fn push(&mut self, line: Line) {
        let carried = |paper: &&crate::case::model::Paper| line.files.contains(&paper.document_id);
        self.used.extend(self.case.papers.iter().filter(carried).map(|paper| paper.n));
        self.all.push(line);
    }

    /// The scan that a line of this kind and date shows, unless another line carries it.
    fn scan(&self, kind: PaperKind, dated_on: NaiveDate) -> Option<Uuid> {
        let shows = |paper: &&crate::case::model::Paper| paper.kind == kind && paper.dated_on == dated_on && !self.used.contains(&paper.n);
        self.case.papers.iter().find(shows).map(|paper| paper.document_id)
    }

    /// A line that a paper of this kind and date, if there is one, belongs to.
    fn push_with(&mut self, kind: PaperKind, line: Line) {
        let scan = if line.files.is_empty() { self.scan(kind, line.dated_on) } else { None };
        self.push(line.document(scan));
    }

    /// A letter: the scan of the sealed one, if it was put in, before the files as they were made.
    fn push_letter(&mut self, letter: Letter, line: Line) {
        let filed = self.case.scan(letter).map(|scan| scan.document_id);
        let put_in = || if line.place == Place::Reply { self.scan(PaperKind::ReplyOriginal, line.dated_on) } else { None };
        let scan = filed.or_else(put_in);
        let mut line = line.document(scan);
        if let Some(number) = self.case.notice_number(letter) {
            line = line.numbered(Some(&number.document_number));
        }
        if self.case.made(letter).is_some_and(|made| made.after_dispatch) {
            line.title.push_str("（寄送后补制）");
        }
        line.files.extend(self.case.made(letter).into_iter().flat_map(MadeLetter::files).map(|file| file.document));
        self.push(line);
    }

    /// What has files that no line carries yet.
    fn push_rest(&mut self, line: Line) {
        let known = |file: &Uuid| self.all.iter().any(|line| line.files.contains(file));
        if !line.files.is_empty() && !line.files.iter().all(known) {
            self.push(line);
        }
    }
}

/// The catalogue of a case.
pub fn catalogue(case: &Case) -> Vec<CatalogueEntry> {
    let entry = |Entry { n, title, document_number, dated_on, files, .. }| CatalogueEntry {
        n,
        title,
        document_number,
        dated_on,
        document_id: files.first().copied(),
    };
    entries(case).into_iter().map(entry).collect()
}

/// The dossier of a case, item by item.
pub fn entries(case: &Case) -> Vec<Entry> {
    let mut lines = Lines { case, all: Vec::new(), used: BTreeSet::new() };
    replies(&mut lines);
    drafts(&mut lines);
    information(&mut lines);
    notices::push(&mut lines);
    case.dispatches.iter().for_each(|dispatch| delivery::push(&mut lines, dispatch));
    application(&mut lines);
    searches(&mut lines);
    working::push(&mut lines);
    for review in &case.publication_reviews {
        lines.push(Line::new(Place::Publication, "依申请转主动公开审查单", review.on).record(review));
    }
    proceedings::push(&mut lines);
    learning::push(&mut lines);
    for amendment in &case.amendments {
        lines.push(Line::new(Place::Other, "更正记录", amendment.on).inner().document(amendment.proof).record(amendment));
    }
    for paper in &case.papers {
        if !lines.used.contains(&paper.n) {
            let line = Line::new(place(paper.kind), title(paper.kind), paper.dated_on).of(responsible(paper.kind));
            lines.all.push(line.document(Some(paper.document_id)));
        }
    }
    unused(&mut lines);
    // Whatever else the trail names: nothing that goes with the case when it is disposed of is missing from its catalogue.
    for document in documents::of(case) {
        lines
            .push_rest(Line::new(Place::Other, title(PaperKind::Other), case.arrived_on).of(Responsible::Unknown).document(Some(document)));
    }
    let Lines { mut all, .. } = lines;
    // Proceedings and notices lie in time order; everything else as it came, item by item.
    all.sort_by_key(|line| (line.place, line.place.in_time_order().then_some(line.dated_on)));
    (1..)
        .zip(all)
        .map(|(n, Line { place, circle, title, document_number, responsible, dated_on, files, record })| Entry {
            n,
            place,
            circle,
            title,
            document_number,
            responsible,
            dated_on,
            files,
            record,
        })
        .collect()
}

const fn responsible(kind: PaperKind) -> Responsible {
    match kind {
        PaperKind::Application | PaperKind::IdentityProof | PaperKind::Authorisation | PaperKind::Envelope => Responsible::Applicant,
        PaperKind::ReplyOriginal
        | PaperKind::SignedDraft
        | PaperKind::InformationProvided
        | PaperKind::SearchRecord
        | PaperKind::Opinion => Responsible::Agency,
        PaperKind::ProofOfDelivery | PaperKind::ProceedingPaper | PaperKind::Other => Responsible::Unknown,
    }
}

/// Letters made and papers drafted with that never left: they show how the reply came to be.
fn unused(lines: &mut Lines<'_>) {
    let case = lines.case;
    for made in &case.letters {
        let mut line = Line::new(Place::Draft, "未寄出的文书", made.on);
        line.files.extend(made.files().map(|file| file.document));
        lines.push_rest(line);
    }
    for draft in &case.drafts {
        for document in draft.items.iter().flat_map(given) {
            lines.push_rest(Line::new(Place::Draft, format!("文稿附件（第 {} 稿）", draft.n), draft.on).document(Some(document)));
        }
        for pair in draft.items.iter().flat_map(|item| &item.grounds.sealed) {
            let title = format!("文稿附件（第 {} 稿，未遮盖原件，密封）", draft.n);
            lines.push_rest(Line::new(Place::Draft, title, draft.on).document(Some(pair.unredacted)));
        }
    }
}

fn given(item: &ReplyItem) -> impl Iterator<Item = Uuid> + '_ {
    item.grounds.attachments.iter().copied()
}

fn replies(lines: &mut Lines<'_>) {
    for reply in lines.case.replies.iter().filter(|reply| reply.state != ReplyState::Recalled) {
        let kind = outcome_of(&reply.items).map_or(ReplyKind::O3, |outcome| outcome.kind);
        let line = Line::new(Place::Reply, kind.letter_title(), reply.on).numbered(Some(&reply.document_number));
        lines.push_letter(Letter::Reply { n: reply.n }, line.record(reply));
        for erratum in &reply.errata {
            let line = Line::new(Place::Reply, "政府信息公开答复更正书", erratum.on).numbered(Some(&erratum.document_number));
            lines.push_letter(Letter::Erratum { reply: reply.n, n: erratum.n }, line.record(erratum));
        }
        if let Some(revocation) = &reply.revocation {
            let line = Line::new(Place::Reply, "政府信息公开答复撤销书", revocation.on).numbered(Some(&revocation.document_number));
            lines.push_letter(Letter::Revocation { reply: reply.n }, line.record(revocation));
        }
    }
}

fn drafts(lines: &mut Lines<'_>) {
    for draft in &lines.case.drafts {
        let title = if draft.state == DraftState::Issued { "签发稿" } else { "过程稿" };
        lines.push_with(PaperKind::SignedDraft, Line::new(Place::Draft, format!("{title}（第 {} 稿）", draft.n), draft.on).record(draft));
        for review in &draft.reviews {
            let (place, title) = match review.kind {
                ReviewKind::Content => (Place::Draft, "审批单（审核）"),
                ReviewKind::Legal => (Place::Opinion, "法制审核意见"),
                ReviewKind::Secrecy => (Place::Opinion, "公开审查表"),
                ReviewKind::DepartmentHead => (Place::Draft, "审批单（承办处室负责人审核）"),
                ReviewKind::Office => (Place::Draft, "审批单（公开工作机构审核）"),
            };
            lines.push(Line::new(place, title, review.on).record(review));
        }
    }
}

fn information(lines: &mut Lines<'_>) {
    let case = lines.case;
    for reply in case.replies.iter().filter(|reply| reply.state != ReplyState::Recalled) {
        for document in reply.items.iter().flat_map(|item| &item.grounds.attachments) {
            lines.push(Line::new(Place::Information, title(PaperKind::InformationProvided), reply.on).document(Some(*document)));
        }
        for pair in reply.items.iter().flat_map(|item| &item.grounds.sealed) {
            let line = Line::new(Place::Information, "提供的政府信息（未遮盖原件，密封）", reply.on);
            lines.push(line.document(Some(pair.unredacted)));
        }
    }
}

fn application(lines: &mut Lines<'_>) {
    let case = lines.case;
    let asked = json!({"applicants": case.applicants, "agent": case.agent, "request": case.request});
    let mut scans = case.papers.iter().filter(|paper| paper.kind == PaperKind::Application).peekable();
    if scans.peek().is_none() {
        let line = Line::new(Place::Application, title(PaperKind::Application), case.arrived_on).of(Responsible::Applicant);
        lines.push(line.record(&asked));
    }
    for scan in scans {
        let line = Line::new(Place::Application, title(PaperKind::Application), scan.dated_on).of(Responsible::Applicant);
        lines.push(line.document(Some(scan.document_id)).record(&asked));
    }
    if let Some(authorisation) = case.agent.as_ref().and_then(|agent| agent.authorisation) {
        let line = Line::new(Place::Application, title(PaperKind::Authorisation), case.arrived_on).of(Responsible::Applicant);
        lines.push(line.document(Some(authorisation)));
    }
    for authorisation in documents::other_authorisations(case) {
        let line = Line::new(Place::Application, "授权委托书（原代理人或者未采用）", case.arrived_on).of(Responsible::Applicant);
        lines.push_rest(line.document(Some(authorisation)));
    }
    if let Some(entry) = &case.registration {
        let number = Some(entry.case_number.as_str());
        lines.push(
            Line::new(Place::Registration, "申请登记表", entry.on)
                .numbered(number)
                .record(&json!({"receipt": case.receipt, "registration": entry})),
        );
        lines.push_letter(Letter::Acknowledgement {}, Line::new(Place::Registration, "登记回执", entry.on).numbered(number));
    }
    for examination in &case.examinations {
        lines.push(Line::new(Place::Registration, "形式审查表", examination.on).record(examination));
    }
    for assignment in &case.assignments {
        let title = if assignment.sent_back.is_some() { "拟办单（已退回）" } else { "拟办单" };
        lines.push(Line::new(Place::Registration, title, assignment.on).inner().record(assignment));
    }
    if let Some(last) = case.attempts.last() {
        lines.push(Line::new(Place::Confirmation, "确认联系记录", last.on).record(&case.attempts));
    }
}

fn searches(lines: &mut Lines<'_>) {
    let case = lines.case;
    let replies = case.replies.iter().filter(|reply| reply.state != ReplyState::Recalled);
    for search in replies.flat_map(|reply| &reply.items).filter_map(|item| item.grounds.search.as_ref()) {
        let line = Line::new(Place::Search, title(PaperKind::SearchRecord), search.searched_on).record(search);
        lines.push_with(PaperKind::SearchRecord, line.of(search.department.map_or(Responsible::Agency, Responsible::Department)));
    }
}

#[cfg(test)]
mod tests;
