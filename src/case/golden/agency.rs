//! What happens to an agency itself: its accounts, posts, calendars, libraries and lists.

use super::{DAY, head};
use crate::case::journal::agency::{AgencyEvent, ExchangeEvent, LoadedNotice, PostKind, RevealPurpose};
use crate::case::model::Verdict;
use crate::case::testing::{CLERK, DEPARTMENT, DOCUMENT, HANDLER, day};
use crate::rules::permissions::Role;
use crate::rules::supervision::RectificationSource;
use uuid::Uuid;

#[expect(clippy::too_many_lines, reason = "a list: every kind of event stands here once")]
/// One event of each kind.
pub(super) fn events() -> Vec<AgencyEvent> {
    let (account, department, id) = (CLERK, Some(DEPARTMENT), Uuid::from_u128(50));
    let (from_on, until_on) = (day(DAY), Some(day("2026-12-31")));
    vec![
        AgencyEvent::AgencyFounded { name: "示范局".into(), parent: Some(id), created_at: None },
        AgencyEvent::DepartmentCreated { department: id, name: "法制科".into() },
        AgencyEvent::DepartmentChanged { department: id, name: "法制科".into(), active: false },
        AgencyEvent::AccountCreated { account, roles: vec![Role::Clerk], department, must_change_password: None, digest: None },
        AgencyEvent::AccountChanged { account, roles: vec![Role::Clerk, Role::LegalReviewer], department, active: true, digest: None },
        AgencyEvent::PasswordChanged { account, digest: None },
        AgencyEvent::PasswordReset { account, digest: None },
        AgencyEvent::PasswordRehashed { account, digest: "12".repeat(32) },
        AgencyEvent::HeadAppointed { account, deputy: true, from_on, until_on, term: None },
        AgencyEvent::HeadTermEnded { account, deputy: false, until_on: day(DAY), term: None },
        AgencyEvent::AccountHandedOver { from: account, to: HANDLER, cases: vec![id] },
        AgencyEvent::PostTaken {
            post: id,
            held: PostKind::Deputy,
            account,
            department: None,
            principal: Some(HANDLER),
            from_on,
            until_on: Some(day(DAY)),
        },
        AgencyEvent::PostEnded { post: id, until_on: day(DAY) },
        AgencyEvent::SettingsReplaced { edition: 2, sha256: "cd".repeat(32), made_at: None },
        AgencyEvent::CalendarLoaded {
            edition: 2,
            sha256: "34".repeat(32),
            notices: vec![LoadedNotice { year: 2027, notice: Some("国办发明电〔2026〕0号".into()) }],
        },
        AgencyEvent::CalendarCorrectionProposed {
            proposal: id,
            sha256: "56".repeat(32),
            notices: vec![LoadedNotice { year: 2026, notice: Some("国办发明电〔2026〕0号".into()) }],
            proposed_at: head().recorded_at,
        },
        AgencyEvent::CalendarCorrectionApproved {
            proposal: id,
            sha256: "56".repeat(32),
            edition: 3,
            decided_at: head().recorded_at,
            reason: Some("与公布的通知一致。".into()),
        },
        AgencyEvent::CalendarCorrectionRejected {
            proposal: id, reason: "与公布的通知不符。".into(), decided_at: head().recorded_at
        },
        AgencyEvent::DocumentStored {
            document: DOCUMENT,
            sha256: "ef".repeat(32),
            size: 9,
            media_type: "application/pdf".into(),
            uploaded_at: None,
            letter: None,
            object: None,
        },
        AgencyEvent::LetterTemplateReplaced { template: "reply".into(), edition: 1, sha256: "cd".repeat(32), made_at: head().recorded_at },
        AgencyEvent::LibraryEditionProposed {
            entry: id,
            edition: 1,
            shelf: "agreed_answer".into(),
            sha256: "cd".repeat(32),
            by: account,
            proposed_at: head().recorded_at,
        },
        AgencyEvent::LibraryEditionDecided {
            entry: id,
            edition: 1,
            approved: true,
            by: account,
            decided_at: head().recorded_at,
            reason: Some("同意。".into()),
        },
        AgencyEvent::AnnualReportAddedTo {
            year: 2025,
            version: 1,
            sha256: "cd".repeat(32),
            by: account,
            made_at: head().recorded_at,
            consolidated: false,
        },
        AgencyEvent::AnnualReportApproved {
            year: 2025,
            n: 1,
            additions: 1,
            sha256: "cd".repeat(32),
            by: account,
            approved_at: head().recorded_at,
            consolidated: false,
        },
        AgencyEvent::AnnualReportFrozen {
            year: 2025,
            approval: 1,
            sha256: "cd".repeat(32),
            cases_sha256: "ef".repeat(32),
            by: account,
            frozen_at: head().recorded_at,
            consolidated: false,
        },
        AgencyEvent::AnnualReportPublished {
            year: 2025,
            n: 1,
            submitted_on: Some(head().recorded_at.date_naive()),
            published_on: Some(head().recorded_at.date_naive()),
            address: Some("https://www.example.cn/gknb/2025".into()),
            by: account,
            recorded_at: head().recorded_at,
            consolidated: false,
        },
        AgencyEvent::LetterPreviewed { case: id },
        AgencyEvent::DossierExported {
            case: id,
            version: 7,
            purpose: RevealPurpose::Proceeding,
            originals: false,
            manifest_sha256: "ab".repeat(32),
        },
        AgencyEvent::DocumentRead { document: DOCUMENT, purpose: Some(RevealPurpose::Audit) },
        AgencyEvent::ApplicantRevealed { case: id, applicant: id, purpose: RevealPurpose::Contact },
        AgencyEvent::ApplicantsSearched { found: 3 },
        AgencyEvent::RegisterExported {
            format: "xlsx".into(),
            asked: vec!["stage=registered".into(), "q".into()],
            rows: 2,
            sha256: "ef".repeat(32),
            purpose: Some(RevealPurpose::Contact),
        },
        AgencyEvent::LettersDispatched { batch: id, cases: vec![id] },
        AgencyEvent::DeliveriesRecorded { batch: id, cases: vec![id] },
        AgencyEvent::JointReplyDrafted { joint: id, cases: vec![id, account] },
        AgencyEvent::ProceedingEntered { proceeding: id, cases: vec![id, account] },
        AgencyEvent::MailFailed { mail: id, recipient: account },
        AgencyEvent::MailTaskResolved { mail: id, sent_again: true },
        AgencyEvent::SupervisionLetterSent {
            letter: id,
            to: account,
            form: "inquiry".into(),
            sha256: "ab".repeat(32),
            due_on: Some(day(DAY)),
            sent_at: head().recorded_at,
        },
        AgencyEvent::SupervisionLetterNoted { letter: id, from: account, noted_at: head().recorded_at },
        AgencyEvent::SupervisionLetterAnswered {
            letter: id,
            from: account,
            sha256: "ab".repeat(32),
            answered_at: head().recorded_at,
            proofs: Vec::new(),
        },
        AgencyEvent::SupervisionProofRead { letter: id, document: DOCUMENT },
        AgencyEvent::SupervisionLetterConcluded {
            letter: id,
            to: account,
            accepted: true,
            remark_sha256: Some("cd".repeat(32)),
            concluded_at: head().recorded_at,
        },
        AgencyEvent::AgencyRectificationOrdered {
            rectification: id,
            source: RectificationSource::Pattern,
            department: id,
            due_on: day("2026-12-18"),
            sha256: "ab".repeat(32),
            ordered_at: head().recorded_at,
        },
        AgencyEvent::AgencyRectificationReported {
            rectification: id,
            report: 1,
            proofs: vec![DOCUMENT],
            sha256: "cd".repeat(32),
            reported_at: head().recorded_at,
        },
        AgencyEvent::AgencyRectificationReviewed {
            rectification: id,
            report: 1,
            verdict: Verdict::Returned,
            sha256: "ef".repeat(32),
            reviewed_at: head().recorded_at,
        },
        AgencyEvent::AgencyRectificationWithdrawn { rectification: id, sha256: "ab".repeat(32), withdrawn_at: head().recorded_at },
        AgencyEvent::InspectionDrawn {
            inspection: id,
            year: 2026,
            seed: "2026年执法检查".into(),
            algorithm: "sha256-order-v1".into(),
            population: 120,
            population_sha256: "ab".repeat(32),
            sha256: "cd".repeat(32),
            drawn_at: head().recorded_at,
        },
        AgencyEvent::InspectedDossierRead { inspection: id, n: 1, of: account, case: id, manifest_sha256: "ab".repeat(32) },
        AgencyEvent::InspectionScored { inspection: id, n: 1, total: 92, sha256: "ab".repeat(32), scored_at: head().recorded_at },
        AgencyEvent::InspectionConcluded { inspection: id, sha256: "ab".repeat(32), concluded_at: head().recorded_at },
        AgencyEvent::EnteredAfterwards { from_on, until_on: day(DAY), entered_at: head().recorded_at },
    ]
}

/// One of everything that happens in the exchange.
pub(super) fn exchanged() -> Vec<ExchangeEvent> {
    let (peer, message, case, at) = (Uuid::from_u128(70), Uuid::from_u128(71), Some(Uuid::from_u128(100)), head().recorded_at);
    let digest = || "ab".repeat(32);
    vec![
        ExchangeEvent::PeerSet {
            peer,
            contract: "reconsideration".into(),
            name: "示范区人民政府".into(),
            push_url: Some("https://exchange.example.invalid/foi".into()),
            pushes: true,
            active: true,
        },
        ExchangeEvent::SecretMade { peer, n: 1, sha256: digest(), token_sha256: digest(), made_at: at },
        ExchangeEvent::SecretEnds { peer, n: 1, until: at },
        ExchangeEvent::MessageReceived {
            message,
            peer,
            sort: "notice_to_answer".into(),
            number: "示复〔2026〕1号".into(),
            sha256: digest(),
            sent_at: at,
            received_at: at,
            skewed: false,
        },
        ExchangeEvent::MessageSettled {
            message,
            state: "refused".into(),
            code: Some("date_in_future".into()),
            case,
            proceeding: Some(1),
            by: Some(CLERK),
        },
        ExchangeEvent::MessageQueued {
            message,
            peer,
            position: 1,
            sort: "receipt".into(),
            key: "receipt:1".into(),
            case,
            proceeding: Some(1),
            sha256: digest(),
            created_at: at,
        },
        ExchangeEvent::MessageReplayed { message },
        ExchangeEvent::PlatformListed {
            list: message,
            on: at.date_naive(),
            n: 2,
            complete: true,
            rows: 3,
            sha256: digest(),
            by: CLERK,
            listed_at: at,
        },
        ExchangeEvent::FileCame { peer, sha256: digest(), size: 3, document: Some(message), code: None, came_at: at },
        ExchangeEvent::FileCame { peer, sha256: digest(), size: 3, document: None, code: Some("document_infected".into()), came_at: at },
    ]
}
