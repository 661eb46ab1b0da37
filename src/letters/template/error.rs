//! Why a template is refused, by name and line, in both languages.

use super::TEMPLATE_LIMIT;

/// Why a template cannot be used; each names its line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A placeholder that this kind of letter does not have.
    #[error("line {line}: {{{{{name}}}}} is no placeholder of this letter")]
    Unknown {
        /// Its line, from 1.
        line: usize,
        /// Its name.
        name: String,
    },
    /// A list where a value must stand.
    #[error("line {line}: {{{{{name}}}}} is a list: write {{{{#{name}}}}}…{{{{/{name}}}}}")]
    List {
        /// Its line.
        line: usize,
        /// Its name.
        name: String,
    },
    /// A placeholder without which the letter would not be lawful, or that is shown only sometimes.
    #[error("{{{{{name}}}}} is missing outside of sections other than its own")]
    Missing {
        /// Its name.
        name: &'static str,
    },
    /// A section that is not closed, or closed without having been opened.
    #[error("line {line}: the section {name} is not paired")]
    Unpaired {
        /// Its line.
        line: usize,
        /// Its name.
        name: String,
    },
    /// Braces that do not pair.
    #[error("line {line}: unpaired braces")]
    Braces {
        /// Its line.
        line: usize,
    },
    /// A line that begins with an unknown block.
    #[error("line {line}: @{word} is no block")]
    Block {
        /// Its line.
        line: usize,
        /// What follows the `@`.
        word: String,
    },
    /// A table whose columns do not add up, or a row that has other columns than its table.
    #[error("line {line}: the columns of the table do not fit")]
    Columns {
        /// Its line.
        line: usize,
    },
    /// Sections too deep in one another.
    #[error("line {line}: sections lie too deep in one another")]
    Deep {
        /// Its line.
        line: usize,
    },
    /// Too long.
    #[error("a template has at most {TEMPLATE_LIMIT} characters")]
    TooLong,
    /// Nothing in it.
    #[error("the template is empty")]
    Empty,
}

impl TemplateError {
    /// The stable code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "placeholder_unknown",
            Self::List { .. } => "placeholder_is_a_list",
            Self::Missing { .. } => "placeholder_missing",
            Self::Unpaired { .. } => "section_unpaired",
            Self::Braces { .. } => "braces_unpaired",
            Self::Block { .. } => "block_unknown",
            Self::Columns { .. } => "columns_mismatch",
            Self::Deep { .. } => "sections_too_deep",
            Self::TooLong => "text_too_long",
            Self::Empty => "text_empty",
        }
    }

    /// The same in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Unknown { line, name } => format!("第{line}行：该文书没有占位符 {{{{{name}}}}}"),
            Self::List { line, name } => format!("第{line}行：{{{{{name}}}}} 是列表，须写作 {{{{#{name}}}}}…{{{{/{name}}}}}"),
            Self::Missing { name } => format!("缺少必备的占位符 {{{{{name}}}}}；它不得只出现在其他条件的段落标记之内"),
            Self::Unpaired { line, name } => format!("第{line}行：段落标记 {name} 不成对"),
            Self::Braces { line } => format!("第{line}行：花括号不成对"),
            Self::Block { line, word } => format!("第{line}行：没有 @{word} 这种版式"),
            Self::Columns { line } => format!("第{line}行：表格列数或者列宽不符"),
            Self::Deep { line } => format!("第{line}行：段落标记嵌套过深"),
            Self::TooLong => format!("模板不得超过 {TEMPLATE_LIMIT} 字"),
            Self::Empty => "模板为空".to_owned(),
        }
    }
}
