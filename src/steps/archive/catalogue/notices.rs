//! Items 9, 11, 12 and 13 of domain 6.4: corrections, consultations, what moves the date, and the fee, each with its deliveries.
//!
//! A voided notice stays in the dossier and says that it is voided.

use super::{Line, Lines, Place};
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
        lines.push(Line::new(Place::Correction, titled("补正告知书", known.voided.as_ref()), known.on));
        for answer in &known.answers {
            lines.push(Line::new(Place::Correction, "补正后的申请", answer.arrived_on));
        }
    }
    for known in &case.consultations {
        lines.push(Line::new(Place::Consultation, titled("征求意见书", known.voided.as_ref()), known.on));
        if let Some(answer) = &known.answer {
            lines.push(Line::new(Place::Consultation, "反馈意见", answer.on));
        }
        if let Some(failure) = &known.failure {
            lines.push(Line::new(Place::Consultation, "征求意见无法送达记录", failure.on));
        }
        if let Some(decision) = &known.decision {
            let title = if decision.notice_needed { "公开决定告知书" } else { "征求意见后的决定" };
            lines.push(Line::new(Place::Consultation, title, decision.on));
        }
    }
    for known in &case.extensions {
        lines.push(Line::new(Place::Extension, titled("延期审批表", known.voided.as_ref()), known.on));
        lines.push(Line::new(Place::Extension, titled("延期答复告知书", known.voided.as_ref()), known.on));
    }
    for known in &case.reasons_requests {
        lines.push(Line::new(Place::Extension, titled("说明理由告知书", known.voided.as_ref()), known.on));
        if let Some(answer) = &known.answer {
            lines.push(Line::new(Place::Extension, "申请理由说明", answer.on));
        }
        if let Some(assessment) = &known.assessment {
            lines.push(Line::new(Place::Extension, "申请理由审查意见", assessment.on));
        }
    }
    for known in &case.postponements {
        lines.push(Line::new(Place::Extension, titled("延迟答复告知书", known.voided.as_ref()), known.on));
    }
    for known in &case.fee_notices {
        lines.push(Line::new(Place::Fee, titled("收费通知书", known.voided.as_ref()), known.on));
        for payment in &known.payments {
            lines.push(Line::new(Place::Fee, "缴费凭证", payment.on).numbered(Some(&payment.receipt_number)));
        }
    }
}
