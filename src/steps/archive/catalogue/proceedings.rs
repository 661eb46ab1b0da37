//! Item 16 of domain 6.4: the papers of reconsiderations, lawsuits and complaints, in time order.

use super::{Line, Lines, Place, Responsible};
use crate::case::documents;
use crate::case::model::{Complaint, CourseNotice, Hearing, HearingResult, Order, PaperKind, Proceeding, ProceedingKind};
use uuid::Uuid;

pub(super) fn push(lines: &mut Lines<'_>) {
    let case = lines.case;
    for known in &case.proceedings {
        proceeding(lines, known);
        course(lines, known);
    }
    for known in &case.voided_proceedings {
        let line = Line::new(Place::Proceeding, "误登的复议诉讼材料（已作废）", known.received_on).of(Responsible::Unknown);
        let papers = documents::of_proceeding(known).into_iter();
        lines.push(papers.fold(line, |line, paper| line.document(Some(paper))).inner().record(known));
    }
    for known in &case.complaints {
        complaint(lines, known);
    }
}

fn proceeding(lines: &mut Lines<'_>, proceeding: &Proceeding) {
    let (copy, answer, decision) = match proceeding.kind {
        ProceedingKind::Reconsideration => ("行政复议申请书副本", "行政复议答复书", "行政复议决定书"),
        ProceedingKind::Litigation => ("行政诉讼起诉状副本", "行政诉讼答辩状", "行政裁判文书"),
    };
    let number = proceeding.case_number.as_deref();
    let line = Line::new(Place::Proceeding, copy, proceeding.received_on).numbered(number).of(Responsible::Unknown);
    let line = proceeding.papers.iter().fold(line, |line, paper| line.document(Some(*paper)));
    lines.push_with(PaperKind::ProceedingPaper, line.record(proceeding));
    if let Some(given) = &proceeding.answer {
        let line = Line::new(Place::Proceeding, answer, given.on).numbered(number).document(given.document_id);
        lines.push_with(PaperKind::ProceedingPaper, line);
    }
    if let Some(made) = &proceeding.decision {
        let line = Line::new(Place::Proceeding, decision, made.decided_on).numbered(made.document_number.as_deref());
        let line = line.of(Responsible::Body(proceeding.n)).document(made.document_id).record(made);
        lines.push_with(PaperKind::ProceedingPaper, line);
        performed(lines, made.order.as_ref());
    }
    if let Some(opinion) = &proceeding.opinion {
        let line = Line::new(Place::Proceeding, "行政复议意见书", opinion.received_on).numbered(opinion.document_number.as_deref());
        let line = line.of(Responsible::Body(proceeding.n)).document(opinion.document_id).record(opinion);
        lines.push_with(PaperKind::ProceedingPaper, line);
        if let Some(report) = &opinion.report {
            lines.push(Line::new(Place::Proceeding, "行政复议意见书办理情况报告", report.on).document(report.document_id));
        }
    }
}

/// What proves that an order was performed; a new reply lies with the replies.
fn performed(lines: &mut Lines<'_>, order: Option<&Order>) {
    if let Some((order, on)) = order.and_then(|order| Some((order, order.performed_on?))) {
        lines.push(Line::new(Place::Proceeding, "履行情况材料", on).document(order.proved_by()).record(order));
    }
}

fn course(lines: &mut Lines<'_>, proceeding: &Proceeding) {
    let body = Responsible::Body(proceeding.n);
    for noted in &proceeding.notices {
        let title = match noted.notice {
            CourseNotice::Suspended => "中止审理通知",
            CourseNotice::Resumed => "恢复审理通知",
            CourseNotice::TermExtended { .. } => "延长审理期限通知",
            CourseNotice::TurnedOrdinary => "转为普通程序通知",
        };
        let line = Line::new(Place::Proceeding, title, noted.on).numbered(noted.document_number.as_deref()).of(body);
        lines.push(line.document(noted.document_id).record(noted));
    }
    for hearing in &proceeding.hearings {
        let title = format!("{}通知", hearing.kind.zh());
        lines.push(Line::new(Place::Proceeding, title, hearing.notified_on).of(body).document(hearing.document_id).record(hearing));
        if let Some(document) = record(hearing) {
            lines.push(Line::new(Place::Proceeding, format!("{}笔录", hearing.kind.zh()), hearing.on).document(Some(document)));
        }
    }
    for told in &proceeding.told {
        lines.push(Line::new(Place::Proceeding, "自行撤销答复告知函", told.on).document(told.document_id).record(told));
    }
    for filing in &proceeding.filings {
        lines.push(Line::new(Place::Proceeding, "复议诉讼报备表", filing.on).document(filing.document_id).record(filing));
    }
}

const fn record(hearing: &Hearing) -> Option<Uuid> {
    match &hearing.result {
        Some(HearingResult::Held { document_id, .. }) => *document_id,
        Some(HearingResult::CalledOff { .. }) | None => None,
    }
}

fn complaint(lines: &mut Lines<'_>, complaint: &Complaint) {
    let number = complaint.reference.as_deref();
    let line = Line::new(Place::Proceeding, "投诉举报转办件", complaint.received_on).numbered(number).of(Responsible::Unknown);
    lines.push(line.document(complaint.document_id).record(complaint));
    if let Some(answer) = &complaint.answer {
        lines.push(Line::new(Place::Proceeding, "投诉情况说明", answer.on).document(answer.document_id));
    }
    if let Some(conclusion) = &complaint.conclusion {
        let line = Line::new(Place::Proceeding, "投诉处理结果", conclusion.concluded_on).of(Responsible::Unknown);
        lines.push(line.numbered(conclusion.document_number.as_deref()).document(conclusion.document_id).record(conclusion));
        performed(lines, conclusion.order.as_ref());
    }
}
