//! The joint reply (合并答复), domain 6.6: several cases of one applicant share one reply document. Who drafts: the handler or a clerk.
//!
//! Each case has its own draft, with the items that answer it: what the law misses is held against that case, and each counts by its own
//! items. What is shared is the document: it is reviewed, signed, numbered, made, sent and served for all of them at once, whichever of them
//! the step is taken on, and due on the earliest of their due dates. A recall, an erratum or a revocation mends it for all.

use super::draft::DraftReply;
use super::item::ItemInput;
use crate::case::facts::Facts;
use crate::case::journal::agency::{self, AgencyEvent, Attempt, Change};
use crate::case::journal::{self, Ask, JournalError, Pen, Repeated};
use crate::case::model::{Case, Joint, Part};
use crate::case::office::Office;
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::case::trail::Actor;
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::ids::new_id;
use actix_web::post;
use diesel::PgConnection;
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What answers one of the cases.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct JointPart {
    /// The case.
    pub case_id: Uuid,
    /// What is answered in it, matter by matter; exactly one is the main one.
    #[garde(length(min = 1, max = 20), dive)]
    #[schema(min_items = 1, max_items = 20)]
    pub items: Vec<ItemInput>,
}

/// A draft that answers several cases.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftJointReply {
    /// The cases, in the order of the letter.
    #[garde(length(min = 2, max = 20), dive)]
    #[schema(min_items = 2, max_items = 20)]
    pub parts: Vec<JointPart>,
}

impl DraftJointReply {
    fn cases(&self) -> Vec<Uuid> {
        self.parts.iter().map(|part| part.case_id).collect()
    }

    /// Refuses a case that is named twice; it points to each after the first.
    fn undoubled(&self) -> Result<(), Refusal> {
        let mut seen = BTreeSet::new();
        let mut refusal = Refusal::new(
            Code::CaseRepeated,
            "合并答复重复列出同一案件，每件申请在一份答复中只列一次",
            "the joint reply names one case twice: each is answered once in it",
        );
        let doubled = self.parts.iter().enumerate().filter(|(_, part)| !seen.insert(part.case_id));
        refusal.errors = doubled
            .map(|(index, _)| FieldRefusal {
                pointer: format!("/parts/{index}/case_id"),
                code: Cow::Borrowed(Code::CaseRepeated.as_str()),
                detail_zh: "已列有该案件".to_owned(),
                detail_en: "this case is named already".to_owned(),
            })
            .collect();
        if refusal.errors.is_empty() { Ok(()) } else { Err(refusal) }
    }

    fn into_commands(self, joint: &Joint) -> Vec<(Uuid, Option<u32>, DraftReply)> {
        let command = |part: JointPart| (part.case_id, None, DraftReply { items: part.items, joint: Some(joint.clone()) });
        self.parts.into_iter().map(command).collect()
    }
}

/// Whether a case may be answered together with the others that a joint draft names.
pub(super) fn may_share(joint: &Joint, case: &Case, facts: &Facts<'_>) -> Result<(), Refusal> {
    let unfit = |zh: String, en: String| Err(Refusal::new(Code::JointUnfit, zh, en).at("/case_id"));
    if case.applicants.len() > 1 {
        return unfit(
            "多人共同提出的申请须单独答复".to_owned(),
            "an application of several people is answered by itself: none of them is told what another asked alone".to_owned(),
        );
    }
    for part in joint.cases.iter().filter(|part| part.case != case.id) {
        let Some(known) = facts.known.cases.get(&part.case) else { continue };
        let number = &part.case_number;
        if !known.same_applicant {
            return unfit(
                format!("与案件 {number} 不是同一申请人（证件号码不一致，或者没有可核对的证件号码、联系方式）"),
                format!("it is not the same applicant as in case {number}, or nothing proves it: no document number, telephone or address"),
            );
        }
        if known.case.matter != case.matter {
            return unfit(
                format!("与案件 {number} 的申请事项不同：更正本人信息与政府信息公开申请分别答复"),
                format!("case {number} is about a different matter: a correction of records and a request are answered apart"),
            );
        }
        let department = |case: &Case| case.assignment().map(|assignment| assignment.department);
        if department(&known.case) != department(case) {
            return unfit(
                format!("与案件 {number} 由不同处室承办，请先分办至同一处室"),
                format!("case {number} is with another department: assign both to one first"),
            );
        }
    }
    Ok(())
}

/// Refuses a case whose open draft is no longer the shared one.
pub(super) fn still_shares(joint: &Joint, case: &Case) -> Result<(), Refusal> {
    if case.drafted_jointly().is_some_and(|known| known.id == joint.id) {
        return Ok(());
    }
    Err(Refusal::new(
        Code::JointBroken,
        "该案的合并文稿已被替换或者退回，请重新拟制合并答复，或者分别答复",
        "its draft is no longer the shared one: draft the joint reply anew, or answer the cases apart",
    )
    .under("45"))
}

/// Points a refusal of one case to its part.
fn pointed(error: JournalError) -> JournalError {
    let JournalError::Refused(mut refusal) = error else { return error };
    for field in &mut refusal.errors {
        if let Some(rest) = field.pointer.strip_prefix("/items/") {
            field.pointer = format!("/parts/{rest}");
        }
    }
    JournalError::Refused(refusal)
}

/// One case of a joint draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct JointlyDrafted {
    /// The case.
    pub case_id: Uuid,
    /// The version this draft made.
    pub version: i32,
    /// Number of the draft in the case.
    pub draft: u32,
}

/// A joint draft as it was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct JointDraft {
    /// The joint draft.
    pub id: Uuid,
    /// The drafts, by case.
    pub cases: Vec<JointlyDrafted>,
}

/// Drafts one reply for several cases, all or none, or only tries to.
pub fn draft_together(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    body: DraftJointReply,
) -> Result<(JointDraft, Attempt), JournalError> {
    let (id, cases) = (ask.case, body.cases());
    let named = cases.clone();
    let actor = Actor::Account { id: ask.person.account_id };
    let pen = Pen { office, agency: ask.agency, actor, request_id: ask.request_id.clone() };
    let change = |conn: &mut PgConnection| {
        let known = journal::named_cases(conn, ask.agency, None, &cases)?;
        let number = |case: &Uuid| known.get(case).and_then(|known| known.case.registration.as_ref());
        let part = |case: &Uuid| Part { case: *case, case_number: number(case).map(|entry| entry.case_number.clone()).unwrap_or_default() };
        let joint = Joint { id, cases: cases.iter().map(part).collect() };
        journal::take_each(conn, office, ask, body.into_commands(&joint)).map_err(pointed)?;
        let repeated = Repeated { resource: id, version: 1, status: 201 };
        Ok(Change { value: id, repeated, events: vec![AgencyEvent::JointReplyDrafted { joint: id, cases }] })
    };
    agency::write_or_try(conn, &pen, ask, change, |conn, id| {
        let drafts = journal::drafted_in(conn, ask.agency, id, &named)?;
        let cases = drafts.into_iter().map(|(case_id, version, draft)| JointlyDrafted { case_id, version, draft: draft.n }).collect();
        Ok(JointDraft { id, cases })
    })
}

/// Draft a joint reply.
///
/// Several cases of one applicant, one document. From here on review, sign-off, the letter, its dispatch and delivery, a recall, an erratum and
/// a revocation of any of them are those of all; each keeps its number, receipt date, due date and count. All or none.
#[utoipa::path(tag = "reply", request_body = DraftJointReply, responses(
    (status = 201, description = "The drafts.", body = JointDraft),
    (status = 200, description = "The drafts as they would be; nothing was written.", body = JointDraft),
))]
#[post("/joint-replies")]
pub async fn draft_joint_reply(call: Call) -> Answer {
    let scope = call.permit("draft_joint_reply")?;
    let ask = call.ask(new_id(), None, Versions::None)?;
    let body: DraftJointReply = call.json()?;
    body.undoubled()?;
    let office = Arc::clone(&call.app.office);
    let (drafted, attempt) = call.app.db.run(scope, move |conn| draft_together(conn, &office, &ask, body).map_err(Problem::from)).await?;
    answer::made(attempt, &drafted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn body(cases: &[u128]) -> DraftJointReply {
        let item =
            json!({"kind": "a1", "main": true, "subject": "甲", "reasons": "已公开。", "articles": ["36(1)"], "how_to_obtain": "官网。"});
        let parts: Vec<_> = cases.iter().map(|case| json!({"case_id": Uuid::from_u128(*case), "items": [item]})).collect();
        serde_json::from_value(json!({"parts": parts})).unwrap()
    }

    #[test]
    fn a_case_is_answered_once_in_a_document() {
        assert!(body(&[1, 2]).undoubled().is_ok());
        let refusal = body(&[1, 2, 1]).undoubled().unwrap_err();
        assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (Code::CaseRepeated, "/parts/2/case_id"));
    }

    #[test]
    fn it_takes_two_to_twenty_cases() {
        let many: Vec<u128> = (1..=21).collect();
        assert!(body(&[1]).validate().is_err());
        assert!(body(&many).validate().is_err());
        assert!(body(&many[..20]).validate().is_ok());
    }

    #[test]
    fn refusals_point_to_the_part() {
        let refusal = Refusal::new(Code::JointUnfit, "", "").at("/items/1/case_id").at("/items/0/items/2/reasons");
        let JournalError::Refused(refusal) = pointed(refusal.into()) else { panic!("still a refusal") };
        let pointers: Vec<_> = refusal.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/parts/1/case_id", "/parts/0/items/2/reasons"]);
    }
}
