//! Item 5 of domain 6.4: what left the agency and what became of it, each with the paper that proves it (送达凭证).

use super::{Line, Lines, Place, Responsible, notices};
use crate::case::model::{DeliveryProof, Dispatch, DispatchMethod, DispatchState, PaperKind, PostalService, ProofRole};
use crate::clock::legal_date;
use uuid::Uuid;

/// The dispatch, what became of it, and every other proof.
pub(super) fn push(lines: &mut Lines<'_>, dispatch: &Dispatch) {
    let place = notices::place(dispatch.letter);
    let sent = match &dispatch.method {
        DispatchMethod::Post { carrier: PostalService::Ems, tracking_number } => {
            Some(format!("邮寄凭证（邮政特快专递 {tracking_number}）"))
        }
        DispatchMethod::Post { carrier: PostalService::RegisteredLetter, tracking_number } => {
            Some(format!("邮寄凭证（挂号信 {tracking_number}）"))
        }
        DispatchMethod::ThroughAgency { .. } => Some("转交送达函".to_owned()),
        DispatchMethod::Online { consent, .. } => {
            lines.push(Line::new(place, "在线送达同意书", dispatch.on).of(Responsible::Applicant).document(Some(*consent)));
            Some("在线发送记录".to_owned())
        }
        DispatchMethod::HandOver => None,
    };
    let mut filed = Filed::of(dispatch);
    if let Some(sent) = sent {
        let receipt = filed.take(&[ProofRole::PostingReceipt, ProofRole::PostingList]);
        lines.push_with(PaperKind::ProofOfDelivery, Line::new(place, sent, dispatch.on).document(receipt).record(&dispatch.method));
    }
    if let Some(came) = came(dispatch, place, &mut filed) {
        lines.push_with(PaperKind::ProofOfDelivery, came.record(&dispatch.state));
    }
    for service in &dispatch.disproved {
        let title = format!("{}（已更正为未送达）", served(&dispatch.method));
        lines.push_with(PaperKind::ProofOfDelivery, Line::new(place, title, service.on).document(service.proof).record(service));
    }
    for opening in &dispatch.openings {
        lines.push(Line::new(place, "在线查阅记录", legal_date(opening.opened_at)).document(opening.record).record(opening));
    }
    for proof in filed.0 {
        lines.push(Line::new(place, proof.role.zh(), proof.dated_on).document(Some(proof.document_id)).record(proof));
    }
}

/// Proofs that no line carries yet.
struct Filed<'a>(Vec<&'a DeliveryProof>);

impl<'a> Filed<'a> {
    fn of(dispatch: &'a Dispatch) -> Self {
        Self(dispatch.proofs.iter().collect())
    }

    /// The first with one of these roles, the first role first.
    fn take(&mut self, roles: &[ProofRole]) -> Option<Uuid> {
        let at = roles.iter().find_map(|role| self.0.iter().position(|proof| proof.role == *role))?;
        Some(self.0.remove(at).document_id)
    }
}

/// What the paper that proves a service is called.
const fn served(method: &DispatchMethod) -> &'static str {
    match method {
        DispatchMethod::HandOver | DispatchMethod::ThroughAgency { .. } => "送达回证",
        DispatchMethod::Post { .. } => "签收记录",
        DispatchMethod::Online { .. } => "在线到达记录",
    }
}

/// What became of a letter, with the paper that proves it.
fn came(dispatch: &Dispatch, place: Place, filed: &mut Filed<'_>) -> Option<Line> {
    Some(match &dispatch.state {
        DispatchState::Sent => return None,
        DispatchState::Delivered { on, proof, .. } => {
            let paper = proof.or_else(|| filed.take(&[ProofRole::SignedSlip, ProofRole::TrackingPrintout, ProofRole::OnlineRecord]));
            Line::new(place, served(&dispatch.method), *on).document(paper)
        }
        DispatchState::Returned { on, .. } => Line::new(place, "退件信封", *on).document(filed.take(&[ProofRole::ReturnedEnvelope])),
        DispatchState::NotCollected { on } => Line::new(place, "通知领取未领取记录", *on),
    })
}

#[cfg(test)]
mod tests {
    use crate::case::facts::KnownDocument;
    use crate::case::model::Letter;
    use crate::case::testing::CLERK;
    use crate::steps::archive::catalogue::catalogue;
    use crate::steps::mail::testing::{post, replied, returned};
    use crate::steps::mail::{delivery::RecordDelivery, dispatch::DispatchLetter, proof::FileDeliveryProof, scan::FileLetterScan};
    use serde_json::json;
    use uuid::Uuid;

    #[test]
    fn proofs_and_scans_stand_on_the_line_that_they_prove() {
        let mut bench = replied("2026-11-10");
        let reply = Letter::Reply { n: 1 };
        for n in 60..65 {
            let known = KnownDocument { sha256: "00".repeat(32), sealed_in: Vec::new() };
            bench.known.documents.insert(Uuid::from_u128(n), known);
        }
        bench.take::<FileLetterScan>(CLERK, None, json!({"letter": reply, "document_id": Uuid::from_u128(60)})).unwrap();
        bench.take::<DispatchLetter>(CLERK, None, post(reply, "EA123456789CN", "2026-11-10")).unwrap();
        let mut back = returned("2026-11-10");
        back["envelope"] = json!(Uuid::from_u128(61));
        bench.take::<RecordDelivery>(CLERK, Some(1), back).unwrap();
        for (n, role) in [(62, "tracking_printout"), (63, "posting_receipt")] {
            let proof = json!({"document_id": Uuid::from_u128(n), "role": role, "dated_on": "2026-11-10"});
            bench.take::<FileDeliveryProof>(CLERK, Some(1), proof).unwrap();
        }
        let entries = catalogue(bench.case());
        let with: Vec<(&str, u128)> =
            entries.iter().filter_map(|entry| Some((entry.title.as_str(), entry.document_id?.as_u128()))).collect();
        let wanted = [
            ("政府信息公开告知书（予以公开）", 60),
            ("邮寄凭证（邮政特快专递 EA123456789CN）", 63),
            ("退件信封", 61),
            ("邮件跟踪查询单", 62),
        ];
        assert_eq!(with, wanted);
    }
}
