//! The completeness check before signing: what the open draft still lacks, each with its article and what would mend it (domain 7); and which
//! proofs of deliveries are missing (235号).
//!
//! Who: whoever may read the case. The list is the one that refuses the signature; a denial's second approval stands in it too.

use super::find;
use super::shape::{Label, view};
use crate::case::facts::{Facts, Known};
use crate::case::flow::Step;
use crate::case::journal::{self, JournalError};
use crate::case::model::{Case, Consultation, Draft, DraftState, Letter};
use crate::case::office::Office;
use crate::case::proofs::{self, Asked};
use crate::case::vault;
use crate::crypto::CaseOf;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::ids::Draws;
use crate::people::findings::waiting_for_nobody;
use crate::rules::clock::Party;
use crate::rules::terms::DutyKind;
use crate::steps::archive::delivery::named;
use crate::steps::reply::chain;
use crate::steps::reply::handled;
use crate::steps::reply::lacks::{Lack, before_signing};
use actix_web::get;
use chrono::NaiveDate;
use diesel::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

view! {
    /// What would mend a lack.
    pub struct MendView {
        /// The step.
        step: Step,
        /// What the step is called.
        label: Label,
        /// Where its POST goes; null where the step needs a number that nothing has yet.
        href: Option<String>,
        /// The field of its body, as a JSON pointer.
        pointer: Option<String>,
    }
    /// One thing that is missing.
    pub struct LackView {
        /// The item of the draft, from 1; null where the case as a whole lacks it.
        item: Option<u32>,
        /// Stable code.
        code: &'static str,
        /// The article that asks for it.
        article: &'static str,
        /// In Chinese.
        detail_zh: &'static str,
        /// In English.
        detail_en: &'static str,
        /// What would mend it.
        mend: MendView,
    }
    /// Whether the open draft may be signed.
    #[schema(as = Completeness)]
    pub struct CompletenessView {
        /// The open draft, or the last one where it was sent back; null while there is none.
        draft: Option<u32>,
        /// Nothing is missing.
        complete: bool,
        /// Everything that is missing.
        missing: Vec<LackView>,
        /// Every proof of a delivery that is missing, from the delivery on: the dossier is not archived without them.
        missing_proofs: Vec<MissingProof>,
    }
    /// A paper that proves what became of a letter and is not on file.
    pub struct MissingProof {
        /// The letter.
        letter: Letter,
        /// The dispatch.
        dispatch: u32,
        /// The day from which it could be filed.
        since: NaiveDate,
        /// In Chinese.
        detail_zh: String,
        /// In English.
        detail_en: String,
        /// What would mend it.
        mend: MendView,
    }
}

fn missing_proofs(case: &Case) -> Vec<MissingProof> {
    let row = Step::FileDeliveryProof.row();
    let one = |asked: Asked| {
        let (detail_zh, detail_en) = named(case, &asked);
        let href = format!("/api/v1/cases/{}{}", case.id, row.path.replace("{n}", &asked.dispatch.to_string()));
        let mend = MendView { step: row.step, label: Label { zh: row.zh, en: row.en }, href: Some(href), pointer: None };
        MissingProof { letter: asked.letter, dispatch: asked.dispatch, since: asked.since, detail_zh, detail_en, mend }
    };
    proofs::missing(case).into_iter().map(one).collect()
}

/// The step that makes up for a lack.
fn step(code: &str) -> Step {
    match code {
        "search_open" => Step::GiveSearchResult,
        "conference_open" => Step::ConcludeConference,
        "second_approval" => Step::Review,
        "third_party_pending" | "consultation_undecided" => Step::DecideConsultation,
        "correction_answered" => Step::AnswerCorrection,
        "reasons_requested" => Step::RequestReasons,
        "reasons_unreasonable" => Step::AssessReasons,
        _ => Step::Draft,
    }
}

/// The number that the step is taken on: of what waits for it; none where nothing does.
fn number(case: &Case, step: Step) -> Option<u32> {
    let third_party = |known: &&Consultation| known.voided.is_none() && known.party == Party::ThirdParty;
    match step {
        Step::GiveSearchResult => case.search_tasks.iter().find(|task| task.is_open()).map(|task| task.n),
        Step::ConcludeConference => case.conferences.iter().find(|known| known.conclusion.is_none()).map(|known| known.n),
        Step::DecideConsultation => {
            let undecided = |known: &&Consultation| known.decision.is_none() && (known.answer.is_none() || known.unwilling());
            case.consultations.iter().filter(third_party).find(undecided).map(|known| known.n)
        }
        Step::AnswerCorrection => case.corrections.iter().rfind(|known| known.voided.is_none()).map(|known| known.n),
        Step::AssessReasons => case.reasons_requests.iter().rfind(|known| known.voided.is_none()).map(|known| known.n),
        _ => None,
    }
}

fn mend(case: &Case, code: &str, pointer: Option<String>) -> MendView {
    let row = step(code).row();
    let pointer = pointer.filter(|_| row.step == Step::Draft);
    let path = if row.path.contains("{n}") {
        number(case, row.step).map(|n| row.path.replace("{n}", &n.to_string()))
    } else {
        Some(row.path.to_owned())
    };
    let href = path.map(|path| format!("/api/v1/cases/{}{path}", case.id));
    MendView { step: row.step, label: Label { zh: row.zh, en: row.en }, href, pointer }
}

fn lack(case: &Case, lack: &Lack) -> LackView {
    let what = lack.what;
    LackView {
        item: lack.item,
        code: what.code,
        article: what.article,
        detail_zh: what.detail_zh,
        detail_en: what.detail_en,
        mend: mend(case, what.code, lack.pointer()),
    }
}

/// What a draft lacks, as the case stands today.
fn missing(draft: &Draft, case: &Case, facts: &Facts<'_>) -> Vec<LackView> {
    let mut all: Vec<LackView> = before_signing(draft, case, facts).iter().map(|one| lack(case, one)).collect();
    // Whoever asks may be the one who signs: their own review is no second approval.
    let signer = chain::signer(case, draft, facts.person).unwrap_or(chain::Hand { by: draft.by, deputy_for: None });
    let denies = draft.items.iter().any(|item| item.kind.is_denial());
    if denies && !chain::approved_by_another(case, draft, signer) {
        all.push(LackView {
            item: None,
            code: "second_approval",
            article: "36(3)",
            detail_zh: "不予公开（含部分公开）尚未经第二人审核同意",
            detail_en: "a denial, wholly or for a part, has no approval of a second person",
            mend: mend(case, "second_approval", None),
        });
    }
    if chain::complete(draft, facts).is_err() {
        all.push(LackView {
            item: None,
            code: "review_missing",
            article: "17, 45",
            detail_zh: "本机关审核流程的环节尚未全部通过",
            detail_en: "a review of the agency's chain has not passed yet",
            mend: mend(case, "second_approval", None),
        });
    }
    all
}

/// What is said of a review or a signature that waits for nobody.
const NOBODY: (&str, &str) = (
    "文稿等待的审核或者签发无人可以作出（没有担任该角色、职务的在用账号，或者只有拟稿人等不得作出的人员）：请先设置承办处室负责人等职务或者角色",
    "nobody may give the review or signature that the draft waits for (no active account holds the role or post, or only whoever drafted does): appoint the head of the department, or set the role, first",
);

/// A draft that was sent back is to be revised; before the first one there is nothing to check, nor once the reply stands.
fn without_draft(case: &Case, missing_proofs: Vec<MissingProof>) -> CompletenessView {
    let last = case.drafts.last().filter(|draft| draft.state == DraftState::Returned && case.standing_reply().is_none());
    let missing = last.map(|_| LackView {
        item: None,
        code: "draft_returned",
        article: "45",
        detail_zh: "文稿已被退回，尚未修改并重新提交",
        detail_en: "the draft was sent back and is to be revised and handed in again",
        mend: mend(case, "draft_returned", None),
    });
    CompletenessView { draft: last.map(|draft| draft.n), complete: false, missing: missing.into_iter().collect(), missing_proofs }
}

fn check(conn: &mut PgConnection, office: &Office, caller: &Caller, case: &Case) -> Result<CompletenessView, Problem> {
    let missing_proofs = missing_proofs(case);
    let Some(draft) = case.open_draft() else { return Ok(without_draft(case, missing_proofs)) };
    let calendar = office.calendar(conn, case.pins.calendar)?;
    // Review and signature go by the chain of the day.
    let newest = office.newest(conn, case.agency_id)?;
    let settings = office.settings(conn, case.agency_id, newest.settings)?;
    let earlier: Vec<Uuid> = draft.items.iter().filter_map(|item| item.grounds.earlier_case).collect();
    let cases = journal::named_cases(conn, case.agency_id, Some(case), &earlier).map_err(|error: JournalError| Problem::from(error))?;
    let titles = handled::titles(case);
    let texts = vault::open(conn, office, CaseOf { agency: case.agency_id, case: case.id }, &titles.iter().collect::<Vec<_>>())?;
    let (person, draws, known) = (caller.person(), Draws::fresh(), Known { cases, texts, ..Known::default() });
    let facts = Facts {
        person: &person,
        today: office.clock.today(),
        calendar: &calendar,
        settings: &settings,
        newest,
        draws: &draws,
        known: &known,
    };
    let mut missing = missing(draft, case, &facts);
    let nobody = waiting_for_nobody(conn, case, &calendar, facts.today)?;
    missing.extend(nobody.into_iter().map(|kind| LackView {
        item: None,
        code: "nobody_reviews",
        article: if kind == DutyKind::ReviewSecrecy { "17" } else { "45" },
        detail_zh: NOBODY.0,
        detail_en: NOBODY.1,
        mend: MendView {
            step: if kind == DutyKind::SignReply { Step::IssueReply } else { Step::Review },
            label: Label { zh: kind.zh(), en: kind.en() },
            href: None,
            pointer: None,
        },
    }));
    Ok(CompletenessView { draft: Some(draft.n), complete: missing.is_empty(), missing, missing_proofs })
}

/// Check an open draft before it is signed, and the proofs of what was delivered.
///
/// Everything that is missing, with the article that asks for it and the step that would mend it; signing refuses with the same list. The
/// proofs of deliveries that are missing stand apart, all of them as soon as something was delivered: archiving refuses with those.
#[utoipa::path(tag = "read", responses((status = 200, description = "What is missing.", body = CompletenessView)))]
#[get("/cases/{case_id}/completeness")]
pub async fn get_completeness(call: Call) -> Answer {
    let scope = call.permit("get_completeness")?;
    find::no_query(&call)?;
    let id = call.id("case_id")?;
    let (office, caller, reads) = (Arc::clone(&call.app.office), call.caller.clone(), scope.reads.clone());
    let view = call
        .app
        .db
        .run(scope, move |conn| {
            let loaded = find::case(conn, &reads, id)?;
            check(conn, &office, &caller, &loaded.case)
        })
        .await?;
    answer::ok(&view)
}
