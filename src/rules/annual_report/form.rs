//! The form of 30号: sections, lines and columns with their official words, in their order.

/// The six sections.
pub const SECTIONS: [&str; 6] = [
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
];

/// What stands over the rows of table three.
pub const IDENTITY: &str = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）";

/// Over all seven columns of table three.
pub const APPLICANTS: &str = "申请人情况";
/// Over the five columns of organisations.
pub const ORGANISATIONS: &str = "法人或其他组织";
/// The seven columns of table three, in their order.
pub const COLUMNS: [&str; 7] = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"];
/// Their codes.
pub const COLUMN_CODES: [&str; 7] = [
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_welfare_organisation",
    "legal_service_organisation",
    "other",
    "total",
];

/// A line of table three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Its number; none for a line that only heads others.
    pub number: Option<u8>,
    /// 三、本年度办理结果 or nothing.
    pub part: &'static str,
    /// （一）to（七）, or nothing.
    pub group: &'static str,
    /// Its own words.
    pub words: &'static str,
}

const fn head(number: u8, words: &'static str) -> Line {
    Line { number: Some(number), part: words, group: "", words: "" }
}

const fn one(number: u8, group: &'static str) -> Line {
    Line { number: Some(number), part: "三、本年度办理结果", group, words: "" }
}

const fn of(number: u8, group: &'static str, words: &'static str) -> Line {
    Line { number: Some(number), part: "三、本年度办理结果", group, words }
}

const DENIED: &str = "（三）不予公开";
const UNABLE: &str = "（四）无法提供";
const NOT_HANDLED: &str = "（五）不予处理";
const OTHERWISE: &str = "（六）其他处理";

/// The 25 rows of table three.
pub const ROWS: [Line; 25] = [
    head(1, "一、本年新收政府信息公开申请数量"),
    head(2, "二、上年结转政府信息公开申请数量"),
    one(3, "（一）予以公开"),
    one(4, "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
    of(5, DENIED, "1.属于国家秘密"),
    of(6, DENIED, "2.其他法律行政法规禁止公开"),
    of(7, DENIED, "3.危及“三安全一稳定”"),
    of(8, DENIED, "4.保护第三方合法权益"),
    of(9, DENIED, "5.属于三类内部事务信息"),
    of(10, DENIED, "6.属于四类过程性信息"),
    of(11, DENIED, "7.属于行政执法案卷"),
    of(12, DENIED, "8.属于行政查询事项"),
    of(13, UNABLE, "1.本机关不掌握相关政府信息"),
    of(14, UNABLE, "2.没有现成信息需要另行制作"),
    of(15, UNABLE, "3.补正后申请内容仍不明确"),
    of(16, NOT_HANDLED, "1.信访举报投诉类申请"),
    of(17, NOT_HANDLED, "2.重复申请"),
    of(18, NOT_HANDLED, "3.要求提供公开出版物"),
    of(19, NOT_HANDLED, "4.无正当理由大量反复申请"),
    of(20, NOT_HANDLED, "5.要求行政机关确认或重新出具已获取信息"),
    of(21, OTHERWISE, "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    of(22, OTHERWISE, "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    of(23, OTHERWISE, "3.其他"),
    one(24, "（七）总计"),
    head(25, "四、结转下年度继续办理"),
];

impl Line {
    /// Its own words as they stand in the form.
    pub const fn label(&self) -> &'static str {
        match (self.words.is_empty(), self.group.is_empty()) {
            (false, _) => self.words,
            (true, false) => self.group,
            (true, true) => self.part,
        }
    }
}

/// The columns of each group of table four.
pub const RESULTS: [&str; 5] = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"];
/// Their codes.
pub const RESULT_CODES: [&str; 5] = ["upheld", "overturned", "other", "pending", "total"];
/// The head of table four over reconsiderations.
pub const RECONSIDERATION: &str = "行政复议";
/// The head of table four over lawsuits.
pub const LITIGATION: &str = "行政诉讼";
/// Lawsuits brought directly.
pub const DIRECT: &str = "未经复议直接起诉";
/// Lawsuits after a reconsideration.
pub const AFTER_RECONSIDERATION: &str = "复议后起诉";

/// A block of table two: its head, its columns, its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// The item of Art 20.
    pub head: &'static str,
    /// The columns; the first is over the words of the rows.
    pub columns: &'static [&'static str],
    /// The words of the rows.
    pub rows: &'static [&'static str],
}

/// Table two.
pub const TABLE_TWO: [Block; 4] = [
    Block {
        head: "第二十条第（一）项",
        columns: &["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        rows: &["规章", "行政规范性文件"],
    },
    Block { head: "第二十条第（五）项", columns: &["信息内容", "本年处理决定数量"], rows: &["行政许可"] },
    Block {
        head: "第二十条第（六）项", columns: &["信息内容", "本年处理决定数量"], rows: &["行政处罚", "行政强制"]
    },
    Block {
        head: "第二十条第（八）项", columns: &["信息内容", "本年收费金额（单位：万元）"], rows: &["行政事业性收费"]
    },
];
