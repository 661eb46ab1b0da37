//! The fifty columns of the register (登记台账, domain 6.3), in their order, of one case.
//!
//! A column that holds several things has them in one cell, parted by `／`; where there are several of a kind, by `；`. Numbers of identity
//! documents are always masked; names and contacts are, unless the whole file was asked for in full for a purpose.

mod application;
mod handling;
mod outcome;

use super::Line;
use crate::case::model::Case;
use crate::case::private::{PersonDetails, Private};
use crate::rules::calendar::Calendar;
use crate::rules::receipt::entered_late;
use crate::rules::text::mask_id_number;
use crate::views::case_page::{Dates, MaskedPerson};
use crate::views::clock::{Spent, spent};
use crate::views::labels::Labelled;
use crate::views::names::Names;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The heads of the columns.
pub const HEADS: [&str; 50] = [
    "序号",
    "登记编号",
    "申请人类别",
    "姓名/名称",
    "证件类型及号码",
    "联系人",
    "电话",
    "邮箱",
    "地址邮编",
    "代理人",
    "申请渠道",
    "邮件号",
    "来件日期",
    "收到(确认)日期",
    "申请内容摘要",
    "文号/特征",
    "获取方式",
    "提供途径",
    "关键词/业务领域",
    "是否重复/关联件",
    "当月累计件数",
    "承办处室",
    "承办人",
    "转办日期",
    "内部期限",
    "补正告知日/补正期限/补正收到日",
    "征求第三方发出/送达/期满/反馈日及意见",
    "征求其他机关发出/送达/期满/反馈日及意见",
    "扣除工作日",
    "延期批准日/天数/告知日",
    "收费方式/金额/通知日/缴费期限/缴费日",
    "法定答复期限",
    "剩余工作日/红黄绿灯",
    "答复类型",
    "适用条款",
    "答复文号",
    "签发人/签发日",
    "送达方式",
    "快递单号",
    "交邮日",
    "签收日/签收人",
    "是否超期",
    "用时(工作日)",
    "依申请转主动结论/日期/网址",
    "复议案号/收到日/结果",
    "诉讼案号/审级/结果",
    "报备日期",
    "办结日期",
    "归档日期/档号/保管期限",
    "备注",
];

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words.
    Words(String),
    /// A day.
    Day(NaiveDate),
    /// A number.
    Number(u32),
}

impl From<Option<NaiveDate>> for Cell {
    fn from(on: Option<NaiveDate>) -> Self {
        on.map_or(Self::Empty, Self::Day)
    }
}

impl From<Option<String>> for Cell {
    fn from(words: Option<String>) -> Self {
        words.filter(|words| !words.is_empty()).map_or(Self::Empty, Self::Words)
    }
}

impl From<Option<&str>> for Cell {
    fn from(words: Option<&str>) -> Self {
        words.map(str::to_owned).into()
    }
}

impl From<Option<u32>> for Cell {
    fn from(number: Option<u32>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }
}

/// What a page of cases needs to know beside them.
pub struct Around {
    /// Names of staff and departments.
    pub names: Names,
    /// Register numbers of cases that are named.
    pub numbers: BTreeMap<Uuid, String>,
    /// The how-many-th application of the month each case is.
    pub items: BTreeMap<Uuid, u32>,
    /// The agency whose applicants are named in full, if any.
    pub in_full: Option<Uuid>,
    /// The day the file is made.
    pub today: NaiveDate,
}

/// One case on its way into the register.
pub struct Entry<'a> {
    line: &'a Line,
    case: &'a Case,
    around: &'a Around,
    calendar: &'a Calendar,
    dates: Dates,
    spent: Spent,
}

impl<'a> Entry<'a> {
    /// Counts what the columns show.
    pub fn of(line: &'a Line, calendar: &'a Calendar, around: &'a Around) -> Self {
        let case = &line.case;
        let (dates, spent) = (Dates::on(case, calendar, around.today), spent(case, calendar, around.today));
        Self { line, case, around, calendar, dates, spent }
    }

    /// The cells of the row with this number.
    pub fn cells(&self, n: u32) -> [Cell; 50] {
        let mut cells = std::iter::once(Cell::Number(n)).chain(self.application()).chain(self.handling()).chain(self.outcome());
        std::array::from_fn(|_| cells.next().unwrap_or(Cell::Empty))
    }

    fn parsed<T: serde::de::DeserializeOwned>(&self, reference: &Private) -> Option<T> {
        super::parsed(&self.line.texts, reference)
    }

    /// A person: in full where the file is, the number of the identity document masked in any case.
    fn person(&self, reference: &Private) -> Option<MaskedPerson> {
        let details: PersonDetails = self.parsed(reference)?;
        if self.around.in_full != Some(self.case.agency_id) {
            return Some(MaskedPerson::of(&details));
        }
        Some(MaskedPerson {
            name: Some(details.name),
            id_number: details.id_number.as_deref().map(mask_id_number),
            legal_representative: details.legal_representative,
            contact_person: details.contact_person,
            phone: details.phone,
            email: details.email,
            address: details.address,
        })
    }

    fn account(&self, id: Uuid) -> Option<String> {
        self.around.names.account(id).display_name
    }

    /// A case by its register number.
    fn number(&self, id: Uuid) -> String {
        self.around.numbers.get(&id).cloned().unwrap_or_else(|| "未登记件".to_owned())
    }

    /// The remark: where it stands, and what the other columns do not say.
    fn remark(&self) -> Option<String> {
        let case = self.case;
        let mut remarks = vec![case.stage.zh().to_owned()];
        if !case.matter.is_information_request() {
            remarks.push(case.matter.zh().to_owned());
        }
        if let Some((received_on, entry)) = case.received_on().zip(case.registration.as_ref())
            && entered_late(self.calendar, received_on, entry.on)
        {
            remarks.push("逾期登记".to_owned());
        }
        for reply in &case.replies {
            let state = match reply.state {
                crate::case::model::ReplyState::Issued => None,
                state => Some(format!("{}{}", reply.document_number, state.label().zh)),
            };
            remarks.extend(state);
            remarks.extend(reply.errata.iter().map(|erratum| format!("{}更正{}", erratum.document_number, reply.document_number)));
        }
        remarks.extend(case.reopenings.iter().map(|reopening| format!("{}恢复办理", reopening.on)));
        remarks.extend(case.external_references.iter().map(|other| format!("{} {}", other.system, other.reference)));
        remarks.extend(case.platform_entries.last().map(|entry| format!("平台{}", entry.status.zh())));
        several(remarks)
    }
}

/// The texts of a case that its row shows beside its first applicant and its request.
pub fn texts_of(case: &Case) -> Vec<Private> {
    let mut texts: Vec<Private> = case.applicants.iter().map(|applicant| applicant.details.clone()).collect();
    texts.extend(case.agent.iter().map(|agent| agent.details.clone()));
    texts.extend(case.dispatches.iter().filter_map(outcome::signed_by).cloned());
    texts
}

/// Staff and departments that the row of a case names.
pub fn people_of(case: &Case) -> impl Iterator<Item = Uuid> {
    let assigned = case.assignment().into_iter().flat_map(|assignment| [assignment.department, assignment.handler]);
    assigned.chain(case.standing_reply().map(|reply| reply.by))
}

/// Parts of one thing; none where every part is missing.
fn parts<const N: usize>(parts: [Option<String>; N]) -> Option<String> {
    let some = parts.iter().any(Option::is_some);
    some.then(|| parts.map(|part| part.unwrap_or_else(|| "无".to_owned())).join("／"))
}

/// Several things of a kind.
fn several(all: impl IntoIterator<Item = String>) -> Option<String> {
    let mut seen: Vec<String> = Vec::new();
    for one in all {
        if !one.is_empty() && !seen.contains(&one) {
            seen.push(one);
        }
    }
    (!seen.is_empty()).then(|| seen.join("；"))
}

fn day(on: Option<NaiveDate>) -> Option<String> {
    on.map(|on| on.to_string())
}

/// Cases that the row of a case names.
pub fn named_by(case: &Case) -> Vec<Uuid> {
    let repeated = case.replies.iter().flat_map(|reply| &reply.items).filter_map(|item| item.grounds.earlier_case);
    let survivor = case.voiding.as_ref().and_then(|voiding| voiding.survivor);
    repeated.chain(case.survives.iter().copied()).chain(survivor).collect()
}

#[cfg(test)]
mod tests;
