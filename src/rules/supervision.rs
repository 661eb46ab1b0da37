//! Supervision by the authority above (Art 47): what its letters are, and what each wants.

use super::coded::coded;

coded! {
    /// What the authority above writes.
    pub enum LetterKind {
        Inquiry => "inquiry", "询问", "inquiry";
        Advice => "advice", "指导意见", "advice";
        Rectification => "rectification", "责令整改", "order to rectify";
    }
}

impl LetterKind {
    /// It is answered by a date; advice is only noted.
    pub const fn wants_answer(self) -> bool {
        matches!(self, Self::Inquiry | Self::Rectification)
    }
}
