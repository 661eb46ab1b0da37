//! Items 9, 11, 12 and 13 of domain 6.4: corrections, consultations, what moves the date, and the fee, each with its deliveries.
//!
//! A voided notice stays in the dossier and says that it is voided.

use super::{Line, Lines, Place, Responsible};
use crate::case::model::{Letter, NoticeVoiding};

/// Where the proofs of dispatch and delivery of a letter lie: those of the reply by themselves, those of a notice with it.
pub(super) const fn place(letter: Letter) -> Place {
    match letter {
        Letter::Reply { .. } | Letter::Erratum { .. } | Letter::Revocation { .. } => Place::Delivery,
        Letter::Correction { .. } => Place::Correction,
        Letter::Consultation { .. } | Letter::ThirdPartyNotice { .. } => Place::Consultation,
        Letter::Extension { .. } | Letter::ReasonsRequest { .. } | Letter::Postponement { .. } => Place::Extension,
        Letter::Fee { .. } => Place::Fee,
        Letter::Acknowledgement {} => Place::Registration,
    }
}

fn titled(title: &str, voided: Option<&NoticeVoiding>) -> String {
    if voided.is_some() { format!("{title}（作废）") } else { title.to_owned() }
}

pub(super) fn push(lines: &mut Lines<'_>) {
    let case = lines.case;
    for known in &case.corrections {
        let line = Line::new(Place::Correction, titled("补正告知书", known.voided.as_ref()), known.on);
        lines.push_letter(Letter::Correction { n: known.n }, line.record(known));
        for answer in &known.answers {
            let line = Line::new(Place::Correction, "补正后的申请", answer.arrived_on);
            lines.push(line.of(Responsible::Applicant).record(answer));
        }
    }
    for known in &case.consultations {
        let origin = case.split_from.as_ref().filter(|_| known.on_paper.is_some());
        let title = origin.map_or_else(
            || titled("征求意见书", known.voided.as_ref()),
            |origin| format!("征求意见书（正本及送达凭证存原件{}）", origin.case_number),
        );
        let line = Line::new(Place::Consultation, &title, known.on);
        lines.push_letter(Letter::Consultation { n: known.n }, line.record(known));
        if let Some(answer) = &known.answer {
            lines.push(Line::new(Place::Consultation, "反馈意见", answer.on).of(Responsible::Party(known.n)).record(answer));
        }
        if let Some(failure) = &known.failure {
            lines.push(Line::new(Place::Consultation, "征求意见无法送达记录", failure.on).record(failure));
        }
        if let Some(decision) = &known.decision {
            let title = if decision.notice_needed { "公开决定告知书" } else { "征求意见后的决定" };
            let line = Line::new(Place::Consultation, title, decision.on);
            lines.push_letter(Letter::ThirdPartyNotice { n: known.n }, line.record(decision));
        }
    }
    for known in &case.extensions {
        lines.push(Line::new(Place::Extension, titled("延期审批表", known.voided.as_ref()), known.on).record(known));
        let line = Line::new(Place::Extension, titled("延期答复告知书", known.voided.as_ref()), known.on);
        lines.push_letter(Letter::Extension { n: known.n }, line);
    }
    for known in &case.reasons_requests {
        let line = Line::new(Place::Extension, titled("说明理由告知书", known.voided.as_ref()), known.on);
        lines.push_letter(Letter::ReasonsRequest { n: known.n }, line.record(known));
        if let Some(answer) = &known.answer {
            lines.push(Line::new(Place::Extension, "申请理由说明", answer.on).of(Responsible::Applicant).record(answer));
        }
        if let Some(assessment) = &known.assessment {
            lines.push(Line::new(Place::Extension, "申请理由审查意见", assessment.on).record(assessment));
        }
    }
    for known in &case.postponements {
        let line = Line::new(Place::Extension, titled("延迟答复告知书", known.voided.as_ref()), known.on);
        lines.push_letter(Letter::Postponement { n: known.n }, line.record(known));
    }
    for known in &case.fee_notices {
        let line = Line::new(Place::Fee, titled("收费通知书", known.voided.as_ref()), known.on);
        lines.push_letter(Letter::Fee { n: known.n }, line.record(known));
        for payment in &known.payments {
            lines.push(Line::new(Place::Fee, "缴费凭证", payment.on).numbered(Some(&payment.receipt_number)).record(payment));
        }
    }
}
