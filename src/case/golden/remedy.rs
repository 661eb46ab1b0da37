//! What reconsiderations and lawsuits were given later, and complaints.

use super::{DAY, day};
use crate::case::event::CaseEvent;
use crate::case::model::{
    Against, Amendment, AmendmentState, Appeal, Appearance, Change, Complaint, ComplaintAnswer, ComplaintConclusion, ComplaintDates,
    CourseDay, CourseNotice, DecisionContent, Filing, Hearing, HearingResult, Joint, LitigationRoute, LongerTerm, Noted, Order, OrderProof,
    OrderedRound, Outcome, Part, ProcedureChange, Proceeding, ProceedingDates, ProceedingDecision, ProceedingEntry, ProceedingKind,
    Suspension, TermLength, Told,
};
use crate::case::private::Private;
use crate::case::testing::{APPROVER, CLERK, DOCUMENT};
use crate::rules::outcomes::{CourtOutcome, Instance, ProcedureKind};
use crate::rules::proceedings::{
    AppearanceRole, Appellant, ComplaintFinding, ComplaintGround, EndedBy, HearingKind, OrderKind, PartyStanding,
};
use uuid::Uuid;

fn private() -> Private {
    Private { id: Uuid::from_u128(73), commitment: "ab".repeat(32) }
}

fn order() -> Order {
    let proof = Some(OrderProof::Reply { n: 2 });
    Order {
        what: private(),
        due_on: day("2026-11-30"),
        within: None,
        performed_on: Some(day("2026-11-20")),
        kind: Some(OrderKind::AnswerAnew),
        proof,
    }
}

fn hearing() -> Hearing {
    let held = HearingResult::Held {
        appearances: vec![Appearance { role: AppearanceRole::Head, person: private() }],
        absence: Some(private()),
        document_id: Some(DOCUMENT),
    };
    Hearing {
        n: 1,
        kind: HearingKind::CourtSession,
        notified_on: day(DAY),
        on: day("2026-11-20"),
        place: Some("第三法庭".into()),
        document_id: Some(DOCUMENT),
        result: Some(held),
    }
}

fn noted(notice: CourseNotice) -> Noted {
    Noted { notice, on: day(DAY), document_id: Some(DOCUMENT), document_number: None, text: None }
}

fn decision() -> ProceedingDecision {
    ProceedingDecision {
        outcome: Outcome::Court(CourtOutcome::WithdrawalAllowed),
        decided_on: day(DAY),
        received_on: day(DAY),
        applicant_received_on: Some(day(DAY)),
        document_number: Some("示行初1号".into()),
        ruling: true,
        cause: None,
        order: Some(order()),
        document_id: Some(DOCUMENT),
        text: None,
        ended_by: Some(EndedBy::OwnRevocation),
        file_within: Some(5),
    }
}

fn proceeding() -> Proceeding {
    let part = |n: u128| Part { case: Uuid::from_u128(n), case_number: format!("示市监依申请〔2026〕{n}号") };
    Proceeding {
        n: 1,
        kind: ProceedingKind::Litigation,
        against: Against::Reply { n: 1 },
        body: "示范区人民法院".into(),
        case_number: Some("示行初1号".into()),
        procedure: ProcedureKind::Ordinary,
        instance: Some(Instance::First),
        route: Some(LitigationRoute::Direct),
        follows: None,
        accepted_on: Some(day(DAY)),
        received_on: day(DAY),
        answer: None,
        decision: None,
        filings: vec![Filing { on: day(DAY), with: "示范市局".into(), by: CLERK, document_id: Some(DOCUMENT), about: None }],
        opinion: None,
        joint: Some(Joint { id: Uuid::from_u128(74), cases: vec![part(100), part(101)] }),
        standing: Some(PartyStanding::CoDefendant),
        appellant: None,
        appealed_on: None,
        applied_on: Some(day(DAY)),
        notice_number: None,
        papers: vec![DOCUMENT],
        suspensions: vec![Suspension { n: 1, on: day(DAY), resumed_on: Some(day("2026-11-10")) }],
        longer_terms: vec![LongerTerm { on: day(DAY), days: Some(30), until: Some(day("2026-12-31")) }],
        procedure_change: Some(ProcedureChange { on: day(DAY), from: ProcedureKind::Summary }),
        notices: vec![noted(CourseNotice::TermExtended { days: Some(30), until: None })],
        hearings: vec![hearing()],
        told: vec![told()],
        file_within: Some(5),
    }
}

fn told() -> Told {
    Told { reply: 1, on: day(DAY), by: CLERK, document_id: Some(DOCUMENT) }
}

fn complaint() -> Complaint {
    Complaint {
        n: 1,
        ground: ComplaintGround::NoReply,
        against: Against::Silence,
        authority: "示范区人民政府办公室".into(),
        reference: Some("转〔2026〕1号".into()),
        what: private(),
        received_on: day(DAY),
        answer_due_on: Some(day("2026-11-09")),
        document_id: Some(DOCUMENT),
        answer: None,
        conclusion: None,
    }
}

fn conclusion() -> ComplaintConclusion {
    ComplaintConclusion {
        finding: ComplaintFinding::Urged,
        concluded_on: day(DAY),
        received_on: day(DAY),
        document_number: Some("督〔2026〕1号".into()),
        document_id: Some(DOCUMENT),
        order: Some(order()),
    }
}

fn amended(change: Change) -> CaseEvent {
    let amendment = Amendment {
        n: 1,
        change,
        reason: private(),
        proof: Some(DOCUMENT),
        by: CLERK,
        on: day(DAY),
        state: AmendmentState::Applied,
        decided_by: Some(APPROVER),
        opinion: None,
        first: None,
    };
    CaseEvent::AmendmentApplied { amendment }
}

pub(super) fn events() -> Vec<CaseEvent> {
    let dates = ProceedingDates {
        accepted_on: Some(day(DAY)),
        received_on: day(DAY),
        answered_on: None,
        decided_on: Some(day(DAY)),
        decision_received_on: Some(day(DAY)),
        applicant_received_on: None,
        applied_on: Some(day(DAY)),
        order_due_on: Some(day("2026-11-30")),
        performed_on: Some(day("2026-11-20")),
        opinion_received_on: Some(day(DAY)),
        reported_on: Some(day(DAY)),
    };
    let proof = OrderProof::Document { document_id: DOCUMENT };
    let filing = Filing { on: day(DAY), with: "示范市局".into(), by: CLERK, document_id: Some(DOCUMENT), about: None };
    let ordered = OrderedRound { round: 2, reply: 1, proceeding: 1, from_on: day(DAY), due_on: day("2026-11-30") };
    let answer = ComplaintAnswer { on: day(DAY), by: CLERK, document_id: Some(DOCUMENT) };
    vec![
        CaseEvent::ProceedingOpened { proceeding: Box::new(proceeding()) },
        CaseEvent::ProceedingDecided { proceeding: 1, decision: decision() },
        CaseEvent::ProceedingFiled { proceeding: 1, filing },
        CaseEvent::OrderPerformed { proceeding: 1, on: day(DAY), how: private(), proof: Some(proof) },
        CaseEvent::ProceedingNoted { proceeding: 1, noted: noted(CourseNotice::Suspended) },
        CaseEvent::HearingAnnounced { proceeding: 1, hearing: Hearing { result: None, ..hearing() } },
        CaseEvent::HearingRecorded { proceeding: 1, hearing: 1, result: HearingResult::CalledOff { on: day(DAY) } },
        CaseEvent::BodyTold { proceeding: 1, told: told() },
        CaseEvent::RoundOrdered { ordered },
        CaseEvent::ComplaintReceived { complaint: complaint() },
        CaseEvent::ComplaintAnswered { complaint: 1, answer },
        CaseEvent::ComplaintConcluded { complaint: 1, conclusion: conclusion() },
        CaseEvent::ComplaintRectified { complaint: 1, on: day(DAY), how: private(), proof },
        amended(Change::Proceeding { proceeding: 1, old: ProceedingDates { applied_on: None, ..dates }, new: dates }),
        amended(Change::ProceedingEntry {
            proceeding: 1,
            old: ProceedingEntry { body: "示范区人民法院".into(), case_number: None, standing: None },
            new: ProceedingEntry {
                body: "示范市中级人民法院".into(),
                case_number: Some("（2026）行初1号".into()),
                standing: Some(PartyStanding::CoDefendant),
            },
        }),
        amended(Change::Decision {
            proceeding: 1,
            old: Box::new(DecisionContent::of(&decision())),
            new: Box::new(DecisionContent { order: None, ..DecisionContent::of(&decision()) }),
            round_back: Some(2),
        }),
        amended(Change::ProceedingVoided { proceeding: 1, round_back: Some(2) }),
        amended(Change::Course { proceeding: 1, day: CourseDay::Resumption { n: 1 }, old_on: day(DAY), new_on: day("2026-11-10") }),
        amended(Change::LongerTerm {
            proceeding: 1,
            n: 1,
            old: TermLength { days: Some(10), until: None },
            new: TermLength { days: None, until: Some(day("2026-12-18")) },
        }),
        amended(Change::Appeal {
            proceeding: 1,
            old: Appeal { appellant: None, appealed_on: None },
            new: Appeal { appellant: Some(Appellant::Agency), appealed_on: Some(day(DAY)) },
        }),
        amended(Change::Complaint {
            complaint: 1,
            old: ComplaintDates { answer_due_on: None, ..ComplaintDates::of(&complaint()) },
            new: ComplaintDates { rectified_on: Some(day(DAY)), ..ComplaintDates::of(&complaint()) },
        }),
    ]
}
