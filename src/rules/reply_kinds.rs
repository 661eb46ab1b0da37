//! The kinds of reply (Art 36-39), the grounds of a denial (Art 14-16), and how a reply counts in table three of the annual report.
//!
//! What a kind needs before it may be issued stands in [`super::reply_needs`]; which remedy it opens, in [`super::remedies`].

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::coded::coded;

coded! {
    /// Kind of reply to one matter asked for.
    pub enum ReplyKind {
        A1 => "a1", "已主动公开", "already public: where and how to get it";
        A2 => "a2", "予以公开", "disclosed";
        B => "b", "部分公开（区分处理）", "disclosed in part, separated";
        D1 => "d1", "不予公开：国家秘密", "withheld: state secret";
        D2 => "d2", "不予公开：其他法律、行政法规禁止公开", "withheld: forbidden by a law or administrative regulation";
        D3 => "d3", "不予公开：危及“三安全一稳定”", "withheld: endangers national, public or economic security or social stability";
        D4 => "d4", "不予公开：保护第三方合法权益", "withheld: lawful interests of a third party";
        D5 => "d5", "不予公开：三类内部事务信息", "withheld: internal affairs";
        D6 => "d6", "不予公开：四类过程性信息", "withheld: process information";
        D7 => "d7", "不予公开：行政执法案卷", "withheld: enforcement case file";
        D8 => "d8", "行政查询事项", "referred to the special rules of access";
        N1A => "n1a", "政府信息不存在", "searched for and not found";
        N1B => "n1b", "不属于本机关负责公开", "not this agency's to disclose";
        N2 => "n2", "没有现成信息需要另行制作", "would have to be made";
        N3 => "n3", "补正后申请内容仍不明确", "still unclear after correction";
        P1 => "p1", "信访、举报、投诉类申请", "petition, report or complaint in disguise";
        P2 => "p2", "重复申请", "same applicant, same information, already answered";
        P3 => "p3", "要求提供公开出版物", "asks for published matter";
        P4 => "p4", "无正当理由大量反复申请", "excessive without reasonable ground";
        P5 => "p5", "要求确认或者重新出具已获取信息", "asks to confirm or re-issue what was already obtained";
        O1 => "o1", "逾期不补正，不再处理", "correction term lapsed";
        O2 => "o2", "逾期不缴费，不再处理", "fee term lapsed";
        O3 => "o3", "其他处理", "handled otherwise";
        R1 => "r1", "予以更正", "the applicant's record is corrected";
        R2 => "r2", "转送有权更正的行政机关", "passed on to the agency that may correct the record";
        R3 => "r3", "告知向有权更正的行政机关提出", "told which agency may correct the record";
        R4 => "r4", "不予更正", "the record is not corrected";
    }
}

coded! {
    /// The compulsory sub-reason of [`ReplyKind::O3`].
    pub enum OtherReason {
        Withdrawn => "withdrawn", "申请人撤回申请", "withdrawn by the applicant";
        Enquiry => "enquiry", "咨询事项", "an enquiry";
        NotGovernmentInformation => "not_government_information", "非政府信息", "not government information";
        InStateArchive => "in_state_archive", "已移交国家档案馆", "already in a state archive";
        ApplicantDied => "applicant_died", "申请人死亡", "the applicant died";
        ApplicantUnreachable => "applicant_unreachable", "无法联系申请人", "the applicant cannot be reached";
        Other => "other", "其他", "other";
    }
}

impl OtherReason {
    /// Whether the applicant is told by letter, and so of remedies too: not after a withdrawal or a death.
    pub const fn needs_letter(self) -> bool {
        !matches!(self, Self::Withdrawn | Self::ApplicantDied)
    }
}

coded! {
    /// Why something is withheld, wholly or in the part cut out of a record (Art 14-16, 37).
    pub enum Ground {
        StateSecret => "state_secret", "国家秘密", "state secret";
        ForbiddenByLaw => "forbidden_by_law", "其他法律、行政法规禁止公开", "forbidden by a law or administrative regulation";
        EndangersSecurity => "endangers_security", "危及“三安全一稳定”", "endangers security or stability";
        ThirdParty => "third_party", "商业秘密、个人隐私等第三方合法权益", "trade secret, privacy or the like of a third party";
        InternalAffairs => "internal_affairs", "内部事务信息", "internal affairs";
        ProcessInformation => "process_information", "过程性信息", "process information";
        EnforcementFile => "enforcement_file", "行政执法案卷信息", "enforcement case file";
        NotGovernmentInformation => "not_government_information", "不属于政府信息的内容", "content that is not government information";
    }
}

impl Ground {
    /// The article the ground stands in.
    pub const fn article(self) -> &'static str {
        match self {
            Self::StateSecret | Self::ForbiddenByLaw | Self::EndangersSecurity => "14",
            Self::ThirdParty => "15",
            Self::InternalAffairs => "16(1)",
            Self::ProcessInformation | Self::EnforcementFile => "16(2)",
            Self::NotGovernmentInformation => "37",
        }
    }

    /// Whether the ground is one of Art 14-16, so that reconsideration comes first (复议法 23(1)(4)).
    pub const fn is_exemption(self) -> bool {
        !matches!(self, Self::NotGovernmentInformation)
    }
}

coded! {
    /// The three kinds of internal affairs (Art 16(1)).
    pub enum InternalAffair {
        Personnel => "personnel", "人事管理", "personnel";
        Logistics => "logistics", "后勤管理", "logistics";
        Workflow => "workflow", "内部工作流程", "internal workflow";
    }
}

coded! {
    /// The four kinds of process information (Art 16(2)).
    pub enum ProcessInformation {
        Discussion => "discussion", "讨论记录", "record of discussion";
        Draft => "draft", "过程稿", "draft";
        Consultation => "consultation", "磋商信函", "letter of consultation";
        Request => "request", "请示报告", "request for instructions or report";
    }
}

coded! {
    /// Level of a state secret (国家秘密), highest first.
    pub enum SecretLevel {
        TopSecret => "top_secret", "绝密", "top secret";
        Secret => "secret", "机密", "secret";
        Confidential => "confidential", "秘密", "confidential";
    }
}

impl ReplyKind {
    /// The article or document the kind rests on.
    pub const fn article(self) -> &'static str {
        match self {
            Self::A1 => "36(1)",
            Self::A2 => "36(2)",
            Self::B => "37",
            Self::D1 | Self::D2 | Self::D3 => "36(3), 14",
            Self::D4 => "36(3), 15",
            Self::D5 => "36(3), 16(1)",
            Self::D6 | Self::D7 => "36(3), 16(2)",
            Self::D8 => "36(7)",
            Self::N1A => "36(4)",
            Self::N1B => "36(5)",
            Self::N2 => "38",
            Self::N3 | Self::O1 => "30",
            Self::P1 => "39(1)",
            Self::P2 => "36(6)",
            Self::P3 => "39(2)",
            Self::P4 => "35",
            Self::P5 => "30号",
            Self::O2 => "109号",
            Self::O3 => "2",
            Self::R1 | Self::R2 | Self::R3 | Self::R4 => "41",
        }
    }

    /// Whether it answers a correction of one's own records (Art 41) and nothing else.
    pub const fn is_of_record_correction(self) -> bool {
        matches!(self, Self::R1 | Self::R2 | Self::R3 | Self::R4)
    }

    /// The row of table three (30号), 3 to 23; none for what the table does not count (Art 41).
    pub const fn row(self) -> Option<u8> {
        Some(match self {
            Self::A1 | Self::A2 => 3,
            Self::B => 4,
            Self::D1 => 5,
            Self::D2 => 6,
            Self::D3 => 7,
            Self::D4 => 8,
            Self::D5 => 9,
            Self::D6 => 10,
            Self::D7 => 11,
            Self::D8 => 12,
            Self::N1A | Self::N1B => 13,
            Self::N2 => 14,
            Self::N3 => 15,
            Self::P1 => 16,
            Self::P2 => 17,
            Self::P3 => 18,
            Self::P4 => 19,
            Self::P5 => 20,
            Self::O1 => 21,
            Self::O2 => 22,
            Self::O3 => 23,
            Self::R1 | Self::R2 | Self::R3 | Self::R4 => return None,
        })
    }

    /// The usual title of the letter; templates may say otherwise.
    pub const fn letter_title(self) -> &'static str {
        match self {
            Self::A1 => "政府信息公开告知书（已主动公开）",
            Self::A2 => "政府信息公开告知书（予以公开）",
            Self::B => "政府信息部分公开告知书",
            Self::D1 | Self::D2 | Self::D3 | Self::D4 | Self::D5 | Self::D6 | Self::D7 => "政府信息不予公开告知书",
            Self::D8 => "行政查询事项告知书",
            Self::N1A => "政府信息不存在告知书",
            Self::N1B => "非本机关政府信息告知书",
            Self::N2 | Self::N3 => "无法提供告知书",
            Self::P1 => "不作为政府信息公开申请处理告知书",
            Self::P2 => "不予重复处理告知书",
            Self::P3 => "公开出版物获取途径告知书",
            Self::P4 | Self::P5 => "不予处理告知书",
            Self::O1 | Self::O2 => "视为放弃申请告知书",
            Self::O3 => "政府信息公开申请答复书",
            Self::R1 => "政府信息更正告知书",
            Self::R2 | Self::R3 => "政府信息更正申请转送（指引）告知书",
            Self::R4 => "政府信息不予更正告知书",
        }
    }

    /// Whether the applicant gets information or is led to it: already public, disclosed, disclosed in part.
    pub const fn discloses(self) -> bool {
        matches!(self, Self::A1 | Self::A2 | Self::B)
    }

    /// Whether the reply withholds, wholly (D1-D7) or for a part (B): it needs reasons and a second approval.
    /// D8 refers to other rules and denies nothing (choice 29).
    pub const fn is_denial(self) -> bool {
        matches!(self, Self::B) || self.ground().is_some()
    }

    /// The main ground of a whole denial; the part withheld under B names its own.
    pub const fn ground(self) -> Option<Ground> {
        match self {
            Self::D1 => Some(Ground::StateSecret),
            Self::D2 => Some(Ground::ForbiddenByLaw),
            Self::D3 => Some(Ground::EndangersSecurity),
            Self::D4 => Some(Ground::ThirdParty),
            Self::D5 => Some(Ground::InternalAffairs),
            Self::D6 => Some(Ground::ProcessInformation),
            Self::D7 => Some(Ground::EnforcementFile),
            _ => None,
        }
    }
}

/// How a whole reply counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Outcome {
    /// The kind that stands for the reply.
    pub kind: ReplyKind,
    /// Its row in table three; none for what the table does not count.
    pub row: Option<u8>,
}

/// The one outcome of a reply with the given items (choice 27): any disclosure together with any withholding is partial
/// disclosure; otherwise the item at `main` counts. None when there is no such item.
pub fn outcome(items: &[ReplyKind], main: usize) -> Option<Outcome> {
    let chosen = *items.get(main)?;
    let mixed = items.iter().any(|kind| kind.discloses()) && items.iter().any(|kind| kind.is_denial());
    let kind = if mixed { ReplyKind::B } else { chosen };
    Some(Outcome { kind, row: kind.row() })
}
