//! Human text at the boundary: what comes in is cleaned or refused, what is shown in lists is masked, numbers with a check digit are
//! checked softly. Nothing is ever cut by bytes: Chinese text would break.

mod masks;
mod numbers;
#[cfg(test)]
mod tests;

pub use masks::{mask_address, mask_email, mask_id_number, mask_name, mask_phone};
pub use numbers::{is_resident_id, is_social_credit_code};

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing visible in it.
    #[error("the text is empty")]
    Empty,
    /// Longer than allowed, in characters.
    #[error("the text has {found} characters, at most {limit} are allowed")]
    TooLong {
        /// How many it has.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A control character or a line break where none may stand; they forge log lines and mail headers.
    #[error("the text has a control character at character {at}")]
    Control {
        /// Its place, from 1.
        at: usize,
    },
    /// A mark that reverses the direction of writing, so that the eye reads something else than what is stored.
    #[error("the text has a mark that changes the direction of writing at character {at}")]
    Direction {
        /// Its place, from 1.
        at: usize,
    },
    /// A reason that gives none.
    #[error("the text gives no reason: say what the matter is in this case")]
    NoReason,
}

impl TextError {
    /// The stable code of the refusal.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "text_empty",
            Self::TooLong { .. } => "text_too_long",
            Self::Control { .. } => "text_control_character",
            Self::Direction { .. } => "text_direction_mark",
            Self::NoReason => "reason_without_substance",
        }
    }

    /// What is wrong, in Chinese.
    pub fn zh(self) -> String {
        match self {
            Self::Empty => "不得为空".to_owned(),
            Self::TooLong { found, limit } => format!("共{found}字，最多{limit}字"),
            Self::Control { at } => format!("第{at}字是控制字符或者不允许的换行"),
            Self::Direction { at } => format!("第{at}字是改变书写方向的标记"),
            Self::NoReason => "没有说明理由，请写明本案的具体情况".to_owned(),
        }
    }
}

/// A text of one line, such as a name: trimmed, at most `limit` characters.
pub fn line(text: &str, limit: usize) -> Result<String, TextError> {
    clean(text.to_owned(), limit, is_control)
}

/// A text of many lines, such as a description: trimmed, line ends made `\n`, at most `limit` characters.
pub fn lines(text: &str, limit: usize) -> Result<String, TextError> {
    clean(text.replace("\r\n", "\n"), limit, |c| c != '\n' && is_control(c))
}

/// Phrases that fill a field and give no reason: they say that nothing is, or say again what was left out.
const NO_REASONS: &[&str] = &[
    "没有理由",
    "暂无理由",
    "没有原因",
    "无特殊理由",
    "无特殊原因",
    "无具体理由",
    "没有必要",
    "无此必要",
    "不需要",
    "不需要联系",
    "不需要沟通",
    "不需要征求",
    "不需要征求意见",
    "不需要征求第三方意见",
    "无需联系",
    "无需沟通",
    "无需联系申请人",
    "无需征求",
    "无需征求意见",
    "无需征求第三方意见",
    "不必征求意见",
    "不征求意见",
    "未征求意见",
    "没有征求意见",
    "没有联系",
    "没有沟通",
    "未联系申请人",
    "未与申请人沟通",
    "未与申请人联系",
    "情况特殊",
    "特殊情况",
    "特殊原因",
    "其他原因",
    "其他理由",
    "工作需要",
    "按规定办理",
    "依法办理",
    "领导要求",
    "领导同意",
    "详见材料",
    "见上文",
    "理由同上",
    "原因同上",
    "测试测试",
    "notapplicable",
    "notnecessary",
    "notneeded",
    "notrequired",
    "noreason",
    "noreasongiven",
    "noparticularreason",
];
/// Fewest letters of a reason in Chinese: 未留电话 is one.
const FEWEST_CHINESE: usize = 4;
/// Fewest letters of a reason in another script.
const FEWEST_OTHER: usize = 10;

/// The reason why something that the law asks for was left out: a text of many lines that says something of the case. 无, 略 and the like
/// say nothing, nor does the same sign over and over.
pub fn reason(text: &str, limit: usize) -> Result<String, TextError> {
    let text = lines(text, limit)?;
    let letters: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let fewest = if letters.is_ascii() { FEWEST_OTHER } else { FEWEST_CHINESE };
    let signs: std::collections::BTreeSet<char> = letters.chars().collect();
    let says_nothing =
        letters.chars().count() < fewest || signs.len() < FEWEST_CHINESE.min(fewest) || NO_REASONS.contains(&letters.as_str());
    if says_nothing { Err(TextError::NoReason) } else { Ok(text) }
}

fn clean(text: String, limit: usize, refused: impl Fn(char) -> bool) -> Result<String, TextError> {
    if let Some(place) = text.chars().position(refused) {
        return Err(TextError::Control { at: place + 1 });
    }
    if let Some(place) = text.chars().position(is_direction_mark) {
        return Err(TextError::Direction { at: place + 1 });
    }
    let text = text.trim();
    if text.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
        return Err(TextError::Empty);
    }
    let found = text.chars().count();
    if found > limit { Err(TextError::TooLong { found, limit }) } else { Ok(text.to_owned()) }
}

/// Control characters, and the two Unicode separators that break lines without being control characters.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Joiners are needed inside words of some scripts, so they may stand in a text, but they do not make one.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}')
}
