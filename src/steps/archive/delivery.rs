//! The proof of every delivery (送达凭证) in the dossier before it is archived, 国办公开办函〔2016〕235号: what is missing, in words. Pure.

use crate::case::model::Case;
use crate::case::proofs::{self, Asked, Wanted};
use crate::steps::mail::letters;

/// How a missing paper is named, in Chinese and English.
pub fn named(case: &Case, asked: &Asked) -> (String, String) {
    let (zh, en) = letters::named(case, asked.letter);
    let n = asked.dispatch;
    match asked.wanted {
        Wanted::Envelope => (format!("{zh}（第 {n} 次寄送）的退件信封"), format!("the envelope in which {en} came back (dispatch {n})")),
        Wanted::Service => (format!("{zh}（第 {n} 次寄送）的送达凭证"), format!("the proof that {en} was served (dispatch {n})")),
        Wanted::Posting => (format!("{zh}（第 {n} 次寄送）的邮寄凭证"), format!("the receipt of the post for {en} (dispatch {n})")),
    }
}

/// Every proof of a delivery that is missing.
pub(super) fn missing(case: &Case) -> Vec<(String, String)> {
    proofs::missing(case).iter().map(|asked| named(case, asked)).collect()
}

#[cfg(test)]
mod tests {
    use crate::case::facts::KnownDocument;
    use crate::case::model::Letter;
    use crate::case::refusal::Code;
    use crate::case::testing::{Bench, CLERK, DOCUMENT};
    use crate::rules::reply_kinds::{OtherReason, ReplyKind};
    use crate::steps::archive::archive::ArchiveCase;
    use crate::steps::archive::close::CloseCase;
    use crate::steps::archive::paper::AddPaper;
    use crate::steps::mail::delivery::RecordDelivery;
    use crate::steps::mail::dispatch::DispatchLetter;
    use crate::steps::mail::opening::RecordOpening;
    use crate::steps::mail::proof::FileDeliveryProof;
    use crate::steps::mail::testing::{made, post, replied_with, returned};
    use serde_json::{Value, json};
    use uuid::Uuid;

    const REPLY: Letter = Letter::Reply { n: 1 };

    /// A reply that was made and sent.
    fn sent(how: Value) -> Bench {
        let mut bench = replied_with("2026-11-10", ReplyKind::A1, None);
        made(&mut bench, REPLY);
        bench.take::<DispatchLetter>(CLERK, None, how).unwrap();
        bench
    }

    fn archive(bench: &mut Bench) -> Result<(), Vec<String>> {
        let refused = bench.take::<ArchiveCase>(CLERK, None, json!({"archive_number": "甲"})).map(|_| ());
        refused.map_err(|refusal| {
            assert_eq!(refusal.code, Code::DeliveryProofMissing);
            refusal.errors.into_iter().map(|error| error.detail_zh).collect()
        })
    }

    fn file(bench: &mut Bench, n: u32, role: &str) {
        let document = stored(bench, 30 + u128::from(n));
        let proof = json!({"document_id": document, "role": role, "dated_on": "2026-11-10", "late_reason": "补入。"});
        bench.take::<FileDeliveryProof>(CLERK, Some(n), proof).unwrap();
    }

    /// A document of its own bytes.
    fn stored(bench: &mut Bench, n: u128) -> Uuid {
        let (id, sha256) = (Uuid::from_u128(n), format!("{n:064}"));
        bench.known.documents.insert(id, KnownDocument { sha256, sealed_in: Vec::new() });
        id
    }

    #[test]
    fn rule_235_a_dossier_without_the_proof_of_delivery_is_refused_by_name() {
        let mut bench = sent(post(REPLY, "EA123456789CN", "2026-11-10"));
        bench.take::<RecordDelivery>(CLERK, Some(1), json!({"result": "delivered", "on": "2026-11-10", "signed_as": "addressee"})).unwrap();
        bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
        assert_eq!(
            archive(&mut bench),
            Err(vec!["缺答复 示市监公复〔2026〕1号（第 1 次寄送）的送达凭证（国办公开办函〔2016〕235号）".to_owned()])
        );
        file(&mut bench, 1, "posting_receipt");
        assert!(archive(&mut bench).is_err(), "that it was posted does not prove that it was served");
        file(&mut bench, 1, "tracking_printout");
        assert_eq!(archive(&mut bench), Ok(()));
    }

    #[test]
    fn rule_235_the_envelope_of_a_letter_that_came_back_is_kept() {
        let mut bench = sent(post(REPLY, "EA123456789CN", "2026-11-10"));
        bench.take::<RecordDelivery>(CLERK, Some(1), returned("2026-11-10")).unwrap();
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA223456789CN", "2026-11-10")).unwrap();
        let served = json!({"result": "delivered", "on": "2026-11-10", "proof": DOCUMENT});
        bench.take::<RecordDelivery>(CLERK, Some(2), served).unwrap();
        bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
        assert_eq!(
            archive(&mut bench),
            Err(vec!["缺答复 示市监公复〔2026〕1号（第 1 次寄送）的退件信封（国办公开办函〔2016〕235号）".to_owned()])
        );
        file(&mut bench, 1, "returned_envelope");
        assert_eq!(archive(&mut bench), Ok(()));
    }

    #[test]
    fn a_paper_of_its_date_and_an_opening_on_line_prove_a_delivery() {
        let mut bench = sent(post(REPLY, "EA123456789CN", "2026-11-10"));
        bench.take::<RecordDelivery>(CLERK, Some(1), json!({"result": "delivered", "on": "2026-11-10", "signed_as": "addressee"})).unwrap();
        let paper = json!({"document_id": DOCUMENT, "kind": "proof_of_delivery", "title": "回执", "dated_on": "2026-11-10"});
        bench.take::<AddPaper>(CLERK, None, paper).unwrap();
        bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
        assert_eq!(archive(&mut bench), Ok(()));

        let method = json!({"method": "online", "address": "jia@example.cn", "consent": DOCUMENT});
        let mut bench = sent(json!({"letter": REPLY, "on": "2026-11-10", "method": method}));
        let opened = json!({"opened_at": "2026-11-10T02:00:00Z", "opened_by": "jia@example.cn"});
        bench.take::<RecordOpening>(CLERK, Some(1), opened).unwrap();
        bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
        assert_eq!(archive(&mut bench), Ok(()));
    }

    #[test]
    fn who_cannot_be_reached_is_served_by_a_posting_with_its_receipt() {
        let mut bench = replied_with("2026-11-10", ReplyKind::O3, Some(OtherReason::ApplicantUnreachable));
        made(&mut bench, REPLY);
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA123456789CN", "2026-11-10")).unwrap();
        bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
        assert_eq!(
            archive(&mut bench),
            Err(vec!["缺答复 示市监公复〔2026〕1号（第 1 次寄送）的邮寄凭证（国办公开办函〔2016〕235号）".to_owned()])
        );
        file(&mut bench, 1, "posting_receipt");
        assert_eq!(archive(&mut bench), Ok(()));
    }
    #[test]
    fn a_paper_proves_one_dispatch() {
        let mut bench = sent(post(REPLY, "EA123456789CN", "2026-11-10"));
        bench.take::<RecordDelivery>(CLERK, Some(1), returned("2026-11-10")).unwrap();
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA223456789CN", "2026-11-10")).unwrap();
        bench.take::<RecordDelivery>(CLERK, Some(2), json!({"result": "delivered", "on": "2026-11-10", "signed_as": "addressee"})).unwrap();
        let paper = |document| json!({"document_id": document, "kind": "proof_of_delivery", "title": "回执", "dated_on": "2026-11-10"});
        let (one, two) = (stored(&mut bench, 40), stored(&mut bench, 41));
        bench.take::<AddPaper>(CLERK, None, paper(one)).unwrap();
        bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
        assert_eq!(
            archive(&mut bench),
            Err(vec!["缺答复 示市监公复〔2026〕1号（第 2 次寄送）的送达凭证（国办公开办函〔2016〕235号）".to_owned()]),
            "one paper, two dispatches"
        );
        file(&mut bench, 2, "tracking_printout");
        assert_eq!(archive(&mut bench), Ok(()));

        let mut bench = sent(post(REPLY, "EA123456789CN", "2026-11-10"));
        let two = stored(&mut bench, two.as_u128());
        let mut back = returned("2026-11-10");
        back["envelope"] = json!(two);
        bench.take::<RecordDelivery>(CLERK, Some(1), back).unwrap();
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA223456789CN", "2026-11-10")).unwrap();
        let served = |proof| json!({"result": "delivered", "on": "2026-11-10", "proof": proof});
        let refusal = bench.take::<RecordDelivery>(CLERK, Some(2), served(two)).unwrap_err();
        assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (Code::ProofUsed, "/proof"));
        assert!(refusal.detail_zh.contains("第 1 次寄送"), "{}", refusal.detail_zh);
        let again = json!({"document_id": two, "role": "tracking_printout", "dated_on": "2026-11-10"});
        assert_eq!(bench.take::<FileDeliveryProof>(CLERK, Some(2), again).unwrap_err().code, Code::ProofUsed);
        let three = stored(&mut bench, 42);
        bench.take::<RecordDelivery>(CLERK, Some(2), served(three)).unwrap();
    }
}
