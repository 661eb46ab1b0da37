//! Supervision by the authority above (Art 47): what its letters are, and what each wants. Notices of rectification (Art 46): from what they arise,
//! where they stand.

use super::coded::coded;

coded! {
    /// What the authority above writes.
    pub enum LetterKind {
        Inquiry => "inquiry", "询问", "inquiry";
        Advice => "advice", "指导意见", "advice";
        Rectification => "rectification", "责令整改", "order to rectify";
        Criticism => "criticism", "通报批评", "criticism";
        InspectionResult => "inspection_result", "检查结果通报", "result of an inspection";
    }
}

coded! {
    /// From what a notice of rectification arises that hangs on no case.
    pub enum RectificationSource {
        Pattern => "pattern", "类案问题", "a pattern over several cases";
        Inspection => "inspection", "检查发现的问题", "an inspection";
        SupervisionLetter => "supervision_letter", "上级来函", "a letter of the authority above";
        SelfCheck => "self_check", "自查发现的问题", "a check of the agency's own";
    }
}

coded! {
    /// Where a notice of rectification stands.
    pub enum RectificationState {
        Open => "open", "待整改", "to be mended";
        Reported => "reported", "待复查", "reported, waits for a second look";
        Settled => "settled", "已了结", "mended or withdrawn";
    }
}

impl LetterKind {
    /// It is answered by a date; any other is only noted.
    pub const fn wants_answer(self) -> bool {
        matches!(self, Self::Inquiry | Self::Rectification)
    }

    /// Somebody writes it; the result of an inspection goes out when it is said.
    pub const fn is_written(self) -> bool {
        !matches!(self, Self::InspectionResult)
    }

    /// The codes of those that are only noted.
    pub fn noted_only() -> Vec<&'static str> {
        Self::ALL.iter().filter(|kind| !kind.wants_answer()).map(|kind| kind.code()).collect()
    }
}
