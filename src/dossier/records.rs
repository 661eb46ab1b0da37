//! What the trail holds of papers that are no files, in words (办理记录): the register entry, examinations, search records, contacts,
//! conferences, approval slips, reviews. Written from the fold as it is, so that nothing a step keeps can be forgotten here.

use super::files::Item;
use super::found::Found;
use crate::case::private::Private;
use crate::clock::legal_date;
use crate::letters::sheet::{Block, Sheet};
use crate::views::code_lists;
use serde_json::Value;
use uuid::Uuid;

/// What fields are called; a field that is not listed says nothing to a reader and stands in `case.json` alone.
const FIELDS: &[(&str, &str)] = &[
    ("about", "报备事项"),
    ("absence", "负责人未出庭的理由"),
    ("accepted", "认领"),
    ("accepted_on", "受理、立案日期"),
    ("accounts", "参加人员"),
    ("address", "地址"),
    ("agent", "代理人"),
    ("agents", "委托代理人"),
    ("amount", "金额（元）"),
    ("answer_due_on", "说明期限"),
    ("answer_within_working_days", "补正期限（工作日）"),
    ("appealed_on", "上诉日期"),
    ("appearances", "出庭人员"),
    ("appellant", "上诉人"),
    ("applicants", "申请人"),
    ("applied_on", "复议申请日期"),
    ("arrived_on", "来件日期"),
    ("article", "依据条款"),
    ("articles", "依据条款"),
    ("assessment", "审查意见"),
    ("attribute", "公开属性"),
    ("attribute_departure", "与公开属性不一致的理由"),
    ("authority", "代理权限"),
    ("basis", "计费方式"),
    ("body", "机关"),
    ("by", "经办"),
    ("carrier", "邮政业务"),
    ("case_number", "编号"),
    ("cause", "原因"),
    ("change", "更正内容"),
    ("channel", "渠道"),
    ("clarity", "内容明确"),
    ("competent_agency", "掌握机关"),
    ("competent_agency_contact", "联系方式"),
    ("concluded_on", "结论日期"),
    ("conclusion", "会商结论"),
    ("contact_person", "联系人"),
    ("dated_on", "文件日期"),
    ("days", "日数"),
    ("decided_by", "决定人"),
    ("decided_on", "决定日期"),
    ("delivery_channel", "获取途径"),
    ("department", "处室"),
    ("departments", "参加处室"),
    ("deputy_for", "代理"),
    ("description", "申请内容"),
    ("details", "身份信息"),
    ("disclose", "公开"),
    ("discretion_note", "裁量说明"),
    ("document_number", "文号"),
    ("done", "整改情况"),
    ("due_on", "期限"),
    ("duty_basis", "职责依据"),
    ("email", "电子邮箱"),
    ("ended_by", "终结原因"),
    ("excess", "数量频次"),
    ("features", "其他特征"),
    ("finding", "处理结果"),
    ("found", "检索结果"),
    ("from_on", "起"),
    ("ground", "投诉事由"),
    ("grounds", "依据事实"),
    ("handler", "承办人"),
    ("hearing", "听证、开庭"),
    ("help", "需要的协助"),
    ("how_to_obtain", "获取方式"),
    ("id_kind", "证件类型"),
    ("id_number", "证件号码"),
    ("identity", "身份证明"),
    ("instance", "审级"),
    ("item", "事项"),
    ("items", "答复事项"),
    ("kind", "类别"),
    ("late", "逾期登记"),
    ("legal_representative", "法定代表人"),
    ("means", "方式"),
    ("measures", "改进措施"),
    ("method", "方式"),
    ("minutes", "会商纪要"),
    ("name", "名称"),
    ("no_consultation_reason", "未征求意见的理由"),
    ("no_contact_reason", "未沟通的理由"),
    ("note", "说明"),
    ("nothing_found", "未检索到的声明"),
    ("notice", "通知内容"),
    ("notice_needed", "须告知第三方"),
    ("notice_number", "答复通知书文号"),
    ("notified_on", "收到通知日期"),
    ("number", "编号"),
    ("officer", "承办人"),
    ("on", "日期"),
    ("opinion", "意见"),
    ("opinions", "意见"),
    ("order", "责令事项"),
    ("other_reason", "具体情形"),
    ("outcome", "结果"),
    ("outside", "外部参加方"),
    ("party", "征求对象"),
    ("performed_on", "履行日期"),
    ("person", "人员"),
    ("phone", "电话"),
    ("place", "地点"),
    ("places", "检索范围"),
    ("points", "补正事项"),
    ("postal_code", "邮政编码"),
    ("procedure", "程序"),
    ("publication", "发布"),
    ("purpose", "用途"),
    ("question", "问题"),
    ("reason", "理由"),
    ("reasonable", "理由合理"),
    ("reasons", "理由"),
    ("receipt", "收到申请"),
    ("receipt_number", "票据号"),
    ("received_on", "收到日期"),
    ("record", "检索记录"),
    ("redaction", "遮盖情况"),
    ("reference", "来文编号"),
    ("registration", "登记"),
    ("remark", "复查意见"),
    ("repeat", "重复申请"),
    ("reply", "答复"),
    ("reports", "整改反馈"),
    ("request", "申请内容"),
    ("result", "结果"),
    ("resumed_on", "恢复日期"),
    ("review", "复查"),
    ("role", "身份"),
    ("scope", "检索情况"),
    ("search", "检索"),
    ("search_explanation", "检索情况说明"),
    ("searched_by", "检索人"),
    ("searched_on", "检索日期"),
    ("sent_back", "退回"),
    ("signed_as", "签收人身份"),
    ("signed_by", "签收人"),
    ("split", "一事一申请"),
    ("standing", "诉讼地位"),
    ("state", "状态"),
    ("subject", "事项"),
    ("text", "内容"),
    ("time", "时间"),
    ("title", "题名"),
    ("told", "告知"),
    ("topic", "主题"),
    ("tracking_number", "邮件号"),
    ("until", "延至"),
    ("until_on", "止"),
    ("verdict", "结论"),
    ("voided", "作废"),
    ("wanted", "检索内容"),
    ("wanted_form", "获取方式"),
    ("what", "事项"),
    ("with", "沟通对象"),
    ("withdrawn", "撤回"),
    ("withheld_under", "不予公开的理由"),
    ("words", "内容"),
    ("working_days", "工作日"),
];

/// The lists in which a field's codes are named.
const CODES: &[(&str, &[&str])] = &[
    ("about", &["filing-subjects"]),
    ("appellant", &["appellants"]),
    ("attribute", &["disclosure-attributes"]),
    ("authority", &["findings"]),
    ("carrier", &["postal-services"]),
    ("cause", &["correction-causes"]),
    ("channel", &["channels"]),
    ("clarity", &["findings"]),
    ("delivery_channel", &["delivery-channels"]),
    ("ended_by", &["proceeding-endings"]),
    ("excess", &["findings"]),
    ("finding", &["complaint-findings"]),
    ("ground", &["complaint-grounds"]),
    ("id_kind", &["id-kinds"]),
    ("identity", &["findings"]),
    ("instance", &["instances"]),
    ("kind", &["reply-kinds", "applicant-kinds", "review-kinds", "proceeding-kinds", "letters", "hearing-kinds", "order-kinds"]),
    ("means", &["contact-means"]),
    ("method", &["dispatch-methods", "fee-methods"]),
    ("opinion", &["party-opinions"]),
    ("other_reason", &["other-reasons"]),
    ("outcome", &["reconsideration-outcomes", "court-outcomes"]),
    ("party", &["parties"]),
    ("procedure", &["procedures"]),
    ("redaction", &["redactions"]),
    ("repeat", &["findings"]),
    ("result", &["attempt-results", "contact-results", "publication-results", "hearing-states"]),
    ("role", &["appearance-roles"]),
    ("signed_as", &["signing-capacities"]),
    ("split", &["findings"]),
    ("standing", &["party-standings"]),
    ("state", &["letter-states", "draft-states", "reply-states", "amendment-states"]),
    ("verdict", &["verdicts"]),
    ("wanted_form", &["wanted-forms"]),
    ("what", &["course-notices"]),
    ("withheld_under", &["grounds"]),
];

/// A text longer than this stands by itself.
const SHORT: usize = 40;

struct Writer<'a> {
    found: &'a Found,
    said: Vec<(String, String)>,
}

impl Writer<'_> {
    fn field(&mut self, under: &str, key: &str, value: &Value) {
        let Some((_, label)) = FIELDS.iter().find(|(field, _)| *field == key) else { return };
        let label = if under.is_empty() { (*label).to_owned() } else { format!("{under}·{label}") };
        self.value(&label, key, value);
    }

    fn value(&mut self, label: &str, key: &str, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(true) => self.say(label, "是"),
            Value::Bool(false) => self.say(label, "否"),
            Value::Number(number) => self.say(label, &number.to_string()),
            Value::String(text) => {
                let words = self.words(key, text);
                self.say(label, &words);
            }
            Value::Array(items) if items.iter().all(Value::is_string) => {
                let words: Vec<String> = items.iter().filter_map(Value::as_str).map(|text| self.words(key, text)).collect();
                if !words.is_empty() {
                    self.say(label, &words.join("、"));
                }
            }
            Value::Array(items) => {
                for (n, item) in (1..).zip(items) {
                    let label = if label.is_empty() { n.to_string() } else { format!("{label}（{n}）") };
                    self.value(&label, key, item);
                }
            }
            Value::Object(fields) => match serde_json::from_value::<Private>(value.clone()) {
                Ok(reference) => self.private(label, key, &reference),
                Err(_) => fields.iter().for_each(|(key, value)| self.field(label, key, value)),
            },
        }
    }

    /// A private text; some hold several fields of their own.
    fn private(&mut self, label: &str, key: &str, reference: &Private) {
        let Some(text) = self.found.text(reference).map(str::to_owned) else { return self.say(label, "（已销毁）") };
        match serde_json::from_str::<Value>(&text) {
            Ok(Value::Object(fields)) => fields.iter().for_each(|(key, value)| self.field(label, key, value)),
            _ => self.value(label, key, &Value::String(text)),
        }
    }

    fn words(&self, key: &str, text: &str) -> String {
        if let Some(name) = Uuid::try_parse(text).ok().and_then(|id| self.found.name(id)) {
            return name;
        }
        let lists = CODES.iter().find(|(field, _)| *field == key).map_or(&[][..], |(_, lists)| lists);
        lists.iter().find_map(|list| code_lists::name_of(list, text)).map_or_else(|| text.to_owned(), str::to_owned)
    }

    fn say(&mut self, label: &str, words: &str) {
        self.said.push((label.to_owned(), words.to_owned()));
    }
}

/// The records of a dossier; none where every paper is nothing but its files.
pub(super) fn sheet(found: &Found, items: &[Item]) -> Option<Sheet> {
    let mut blocks = vec![Block::Title("办理记录".to_owned())];
    for item in items.iter().filter(|item| item.recorded()) {
        let mut writer = Writer { found, said: Vec::new() };
        writer.value("", "", &item.entry.record);
        if writer.said.is_empty() {
            continue;
        }
        blocks.push(Block::Heading(format!("{}. {}", item.entry.n, item.entry.title)));
        for (label, words) in writer.said {
            if words.chars().count() > SHORT || words.contains('\n') {
                blocks.push(Block::Paragraph(format!("{label}：")));
                blocks.push(Block::Verbatim(words));
            } else {
                blocks.push(Block::Paragraph(format!("{label}：{words}")));
            }
        }
    }
    let dated_on = legal_date(found.case.changed_at);
    (blocks.len() > 1).then(|| Sheet { subject: "办理记录".to_owned(), dated_on, blocks })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_lists_are_named_once_and_the_lists_exist() {
        assert!(FIELDS.is_sorted_by(|one, next| one.0 < next.0));
        assert!(CODES.is_sorted_by(|one, next| one.0 < next.0));
        for (field, lists) in CODES {
            assert!(FIELDS.iter().any(|(known, _)| known == field), "{field}");
            assert!(lists.iter().all(|list| code_lists::knows(list)), "{lists:?}");
        }
    }
}
