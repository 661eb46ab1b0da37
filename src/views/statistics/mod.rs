//! Statistics: volumes, outcomes, time, correction and loss rates, publication; as one and by agency, department, channel, kind of applicant, ground
//! or month. Who: staff of the agency; supervisors and auditors, also over agencies below.
//!
//! Every number names the address of the cases behind it. Nobody is named here.
//!
//! Chosen: in groups by month what is pending or overdue is that of the last day of the month, so that the groups do not add up to the figure of all. Of a
//! period that is not over it is that of today: nobody is overdue by a day to come, and a month that has not begun has nothing pending.

mod by;
mod count;
mod figures;
pub mod files;

pub use by::By;

use super::find;
use super::shape::view;
use crate::clock::Clock;
use crate::db::schema::{agencies, departments};
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::paging::{self, Page};
use crate::http::problem::{Fault, Problem};
use crate::rules::annual_report::OTHER_RESULT;
use crate::rules::annual_report::form::ROWS;
use crate::rules::annual_report::proceedings::Category;
use crate::rules::applicants::ApplicantKind;
use crate::rules::outcomes::Column;
use crate::rules::receipt::Channel;
use crate::rules::reply_kinds::Ground;
use actix_web::get;
use chrono::{Datelike, Months, NaiveDate};
use count::Counts;
use diesel::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::IntoParams;
use uuid::Uuid;

/// The longest period that is counted at once.
const MOST_YEARS: u32 = 20;

view! {
    /// A number and the cases behind it.
    #[schema(as = StatisticsNumber)]
    pub struct Number {
        /// How many.
        count: i64,
        /// The cases.
        #[schema(example = "/api/v1/statistics/cases?figure=on_time&from=2026-01-01&until=2026-11-02")]
        cases: String,
    }
    /// A share.
    #[schema(as = StatisticsRate)]
    pub struct Rate {
        /// So many.
        of: i64,
        /// Out of so many.
        out_of: i64,
        /// Per cent with one decimal; null where there is nothing to share.
        #[schema(example = "97.5")]
        per_cent: Option<String>,
    }
    /// Working days of the reply period used by the answers of the period.
    #[schema(as = StatisticsWorkingDays)]
    pub struct WorkingDays {
        /// By half of them at most.
        median: Option<i32>,
        /// By nine in ten at most.
        p90: Option<i32>,
        /// On the average, with one decimal; null where nothing was answered.
        #[schema(example = "12.5")]
        average: Option<String>,
    }
    /// Answers that count in one row of table three.
    #[schema(as = StatisticsOutcome)]
    pub struct OutcomeNumber {
        /// The row.
        report_row: u8,
        /// Its official words.
        label: String,
        /// How many.
        number: Number,
    }
    /// Reconsiderations or lawsuits by their result: decided in the period, or pending at its end.
    #[schema(as = StatisticsResults)]
    pub struct ResultNumbers {
        /// 结果维持.
        upheld: Number,
        /// 结果纠正.
        overturned: Number,
        /// 其他结果.
        other: Number,
        /// 尚未审结.
        pending: Number,
    }
    /// Every figure of a period.
    #[schema(as = StatisticsFigures)]
    pub struct Figures {
        /// Applications received in the period.
        received: Number,
        /// Answered in the period.
        answered: Number,
        /// In time.
        on_time: Number,
        /// Late.
        late: Number,
        /// In time, of those answered; what is overdue and not answered is `overdue`.
        on_time_rate: Rate,
        /// How long the answers took.
        working_days: WorkingDays,
        /// Answered, and the period had stopped for a correction, a consultation or a fee.
        stopped: Number,
        /// Answered, and the period had been extended.
        extended: Number,
        /// Not answered at the end of the period; of a month, at the end of the month.
        pending: Number,
        /// Not answered, and overdue.
        overdue: Number,
        /// Answers by row of table three.
        outcomes: Vec<OutcomeNumber>,
        /// Items of information given.
        given_items: Number,
        /// Of these, published since (依申请转主动公开).
        published_items: Number,
        /// Published, of those given.
        publication_rate: Rate,
        /// Reconsiderations.
        reconsideration: ResultNumbers,
        /// Corrected, of the reconsiderations decided (复议纠错率).
        correction_rate: Rate,
        /// Lawsuits brought directly.
        litigation_direct: ResultNumbers,
        /// Lawsuits after a reconsideration.
        litigation_after_reconsideration: ResultNumbers,
        /// Lost, of the lawsuits decided (败诉率).
        loss_rate: Rate,
    }
    /// The figures of one group.
    pub struct StatisticsGroup {
        /// What it is told by: an id, a code, a month; `none` where a case has no department.
        key: String,
        /// What it is called.
        label: String,
        /// Its figures.
        figures: Figures,
    }
    /// Statistics of a period.
    pub struct Statistics {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        until: NaiveDate,
        /// What the groups are told by.
        by: Option<By>,
        /// All together.
        total: Figures,
        /// Group by group.
        groups: Vec<StatisticsGroup>,
    }
    /// A case behind a number.
    pub struct StatisticsCase {
        /// The agency.
        agency_id: Uuid,
        /// The case.
        case_id: Uuid,
        /// Its register number.
        case_number: Option<String>,
        /// Where it is.
        href: String,
        /// Its receipt date.
        received_on: Option<NaiveDate>,
        /// The due date of the reply that counts in the report.
        due_on: Option<NaiveDate>,
        /// The day that reply counts as given; one that was ordered anew changes neither.
        counted_on: Option<NaiveDate>,
        /// How many of its items or proceedings the figure counts here: all rows add up to it. 1 where it counts cases, 0 where a proceeding over
        /// several cases is counted at another of them.
        counted: i64,
        /// The other cases that these proceedings cover: a proceeding over several cases counts once.
        beside: Vec<Uuid>,
    }
}

/// Of what period and of which cases.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskStatistics {
    /// The first day; 1 January of this year unless said otherwise. From it to `until` at most 20 years.
    from: Option<NaiveDate>,
    /// The last day, at the latest 31 December of this year; today unless said otherwise. What is pending or overdue is judged on no day later than today.
    until: Option<NaiveDate>,
    /// One agency of those the caller reads; all of them unless said otherwise.
    agency: Option<Uuid>,
    /// One department.
    department: Option<Uuid>,
    /// One channel.
    #[param(inline)]
    channel: Option<Channel>,
    /// One kind of applicant.
    #[param(inline)]
    applicant_kind: Option<ApplicantKind>,
    /// What to group by.
    #[param(inline)]
    by: Option<By>,
}

/// The cases behind a number.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListStatisticsCases {
    /// The figure, as the addresses of the statistics name it.
    #[param(example = "on_time")]
    figure: String,
    /// The group, by its key; with `by`.
    group: Option<String>,
    /// The first day; 1 January of this year unless said otherwise. From it to `until` at most 20 years.
    from: Option<NaiveDate>,
    /// The last day, at the latest 31 December of this year; today unless said otherwise. What is pending or overdue is judged on no day later than today.
    until: Option<NaiveDate>,
    /// One agency of those the caller reads; all of them unless said otherwise.
    agency: Option<Uuid>,
    /// One department.
    department: Option<Uuid>,
    /// One channel.
    #[param(inline)]
    channel: Option<Channel>,
    /// One kind of applicant.
    #[param(inline)]
    applicant_kind: Option<ApplicantKind>,
    /// What the group is told by.
    #[param(inline)]
    by: Option<By>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins.
    cursor: Option<String>,
    /// Count the cases, exactly.
    #[serde(default)]
    include_total: bool,
}

impl ListStatisticsCases {
    fn of(&self) -> AskStatistics {
        AskStatistics {
            from: self.from,
            until: self.until,
            agency: self.agency,
            department: self.department,
            channel: self.channel,
            applicant_kind: self.applicant_kind,
            by: self.by,
        }
    }
}

/// What is counted.
#[derive(Debug, Clone)]
struct Asked {
    agencies: Vec<Uuid>,
    from: NaiveDate,
    until: NaiveDate,
    today: NaiveDate,
    department: Option<Uuid>,
    channel: Option<Channel>,
    applicant_kind: Option<ApplicantKind>,
}

impl Asked {
    /// The last day of which anything is known: what is pending or overdue is judged on it, never on a day to come.
    fn last(&self) -> NaiveDate {
        self.until.min(self.today)
    }
}

impl AskStatistics {
    /// Refuses a period that ends before it begins, or has no sensible end; an agency the caller does not read is unknown.
    fn asked(&self, clock: &Clock, reads: &[Uuid]) -> Result<Asked, Problem> {
        find::date("from", self.from)?;
        find::date("until", self.until)?;
        let today = clock.today();
        let until = self.until.unwrap_or(today);
        let first = NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today);
        let from = self.from.unwrap_or_else(|| if until < first { until } else { first });
        let refused = |name, zh: String, en: String| Err(Problem::parameter(Fault::ParameterRefused, name, zh, en));
        if from > until {
            return refused("from", "from 不得晚于 until".to_owned(), "from may not lie after until".to_owned());
        }
        // By month each year costs: a period is as long as somebody may want to compare, and no longer.
        if until.year() > today.year() {
            let last = today.year();
            return refused("until", format!("until 不得晚于{last}年12月31日"), format!("until may not lie after 31 December {last}"));
        }
        if from.checked_add_months(Months::new(12 * MOST_YEARS)).is_some_and(|end| end <= until) {
            return refused(
                "from",
                format!("from 至 until 最长{MOST_YEARS}年"),
                format!("from and until lie at most {MOST_YEARS} years apart"),
            );
        }
        let agencies = find::agencies(reads, self.agency);
        if agencies.is_empty() {
            return Err(Problem::not_found());
        }
        let Self { department, channel, applicant_kind, .. } = *self;
        Ok(Asked { agencies, from, until, today, department, channel, applicant_kind })
    }

    /// The address of the cases of a figure, in a group or in all.
    fn cases(&self, asked: &Asked, figure: &str, group: Option<&str>) -> String {
        let mut query = vec![format!("figure={figure}"), format!("from={}", asked.from), format!("until={}", asked.until)];
        query.extend(self.agency.map(|id| format!("agency={id}")));
        query.extend(self.department.map(|id| format!("department={id}")));
        query.extend(self.channel.map(|channel| format!("channel={}", channel.code())));
        query.extend(self.applicant_kind.map(|kind| format!("applicant_kind={}", kind.code())));
        if let Some((by, group)) = self.by.zip(group) {
            query.push(format!("by={}", by.code()));
            query.push(format!("group={group}"));
        }
        format!("/api/v1/statistics/cases?{}", query.join("&"))
    }
}

fn rate(of: i64, out_of: i64) -> Rate {
    let per_mille = (out_of > 0).then(|| (of * 1_000 + out_of / 2) / out_of);
    Rate { of, out_of, per_cent: per_mille.map(|share| format!("{}.{}", share / 10, share % 10)) }
}

fn figures(of: &AskStatistics, asked: &Asked, counts: &Counts, group: Option<&str>) -> Figures {
    let (numbers, spent) = (counts.by_code(), counts.spent());
    let count = |code: &str| numbers.get(code).copied().unwrap_or_default();
    let number = |code: &str| Number { count: count(code), cases: of.cases(asked, code, group) };
    let results = |category: Category| {
        let result = |column| number(&figures::proceeding(category, column));
        ResultNumbers {
            upheld: result(Column::Upheld),
            overturned: result(Column::Overturned),
            other: result(Column::Other),
            pending: result(Column::Pending),
        }
    };
    let decided = |categories: &[Category], columns: &[Column]| -> i64 {
        categories.iter().flat_map(|category| columns.iter().map(|column| count(&figures::proceeding(*category, *column)))).sum()
    };
    let corrected = |categories: &[Category]| {
        rate(decided(categories, &[Column::Overturned]), decided(categories, &[Column::Upheld, Column::Overturned, Column::Other]))
    };
    let label = |row: u8| ROWS.iter().find(|line| line.number == Some(row)).map(|line| line.label().to_owned()).unwrap_or_default();
    let outcome = |row: u8| OutcomeNumber { report_row: row, label: label(row), number: number(&figures::outcome(row)) };
    Figures {
        received: number("received"),
        answered: number("answered"),
        on_time: number("on_time"),
        late: number("late"),
        on_time_rate: rate(count("on_time"), count("answered")),
        working_days: WorkingDays { median: spent.by_tenths(5), p90: spent.by_tenths(9), average: spent.average() },
        stopped: number("stopped"),
        extended: number("extended"),
        pending: number("pending"),
        overdue: number("overdue"),
        outcomes: (3..=OTHER_RESULT).map(outcome).collect(),
        given_items: number("given_items"),
        published_items: number("published_items"),
        publication_rate: rate(count("published_items"), count("given_items")),
        reconsideration: results(Category::Reconsideration),
        correction_rate: corrected(&[Category::Reconsideration]),
        litigation_direct: results(Category::LitigationDirect),
        litigation_after_reconsideration: results(Category::LitigationAfterReconsideration),
        loss_rate: corrected(&[Category::LitigationDirect, Category::LitigationAfterReconsideration]),
    }
}

/// What the groups are called.
fn labels(conn: &mut PgConnection, asked: &Asked, by: By) -> QueryResult<BTreeMap<String, String>> {
    let coded = |all: Vec<(&str, &str)>| all.into_iter().map(|(code, zh)| (code.to_owned(), zh.to_owned())).collect();
    let named = |rows: Vec<(Uuid, String)>| rows.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    Ok(match by {
        By::Agency => {
            named(agencies::table.filter(agencies::id.eq_any(&asked.agencies)).select((agencies::id, agencies::name)).load(conn)?)
        }
        By::Department => {
            let rows = departments::table.filter(departments::agency_id.eq_any(&asked.agencies));
            let mut known: BTreeMap<String, String> = named(rows.select((departments::id, departments::name)).load(conn)?);
            known.insert("none".to_owned(), "未分办".to_owned());
            known
        }
        By::Channel => coded(Channel::ALL.iter().map(|one| (one.code(), one.zh())).collect()),
        By::ApplicantKind => coded(ApplicantKind::ALL.iter().map(|one| (one.code(), one.zh())).collect()),
        By::Ground => coded(Ground::ALL.iter().map(|one| (one.code(), one.zh())).collect()),
        By::Month => BTreeMap::new(),
    })
}

fn statistics(conn: &mut PgConnection, of: &AskStatistics, asked: &Asked) -> Result<Statistics, Problem> {
    let known = count::Known::read(conn, asked)?;
    let total = count::count(conn, &known, (asked, None))?.into_iter().next().unwrap_or_default();
    let mut groups = Vec::new();
    if let Some(by) = of.by {
        let labels = labels(conn, asked, by)?;
        for counts in count::count(conn, &known, (asked, Some(by)))? {
            let label = labels.get(&counts.key).unwrap_or(&counts.key).clone();
            groups.push(StatisticsGroup { figures: figures(of, asked, &counts, Some(&counts.key)), label, key: counts.key });
        }
    }
    Ok(Statistics { from: asked.from, until: asked.until, by: of.by, total: figures(of, asked, &total, None), groups })
}

/// Reads of one moment.
fn read(conn: &mut PgConnection, of: &AskStatistics, asked: &Asked) -> Result<Statistics, Problem> {
    conn.build_transaction().repeatable_read().read_only().run(|conn| statistics(conn, of, asked))
}

/// Statistics of a period.
///
/// Received by receipt date, answered by the legal date of the reply, proceedings by the day that closed them as in table four; pending and overdue on the
/// last day, of a month on its own last day, never on a day to come. Requests for information only. Each number names the cases behind it.
#[utoipa::path(tag = "report", params(AskStatistics), responses((status = 200, description = "The figures.", body = Statistics)))]
#[get("/statistics")]
pub async fn get_statistics(call: Call) -> Answer {
    let scope = call.permit("get_statistics")?;
    let of: AskStatistics = call.query()?;
    let asked = of.asked(&call.app.office.clock, &scope.reads)?;
    let found = call.app.db.run(scope, move |conn| read(conn, &of, &asked)).await?;
    answer::ok(&found)
}

/// The cases behind a number of the statistics.
///
/// Each case once, with how many of its items or proceedings count; together they are the figure. A proceeding over several cases counts once, at the
/// first of them, and opens all.
#[utoipa::path(tag = "report", params(ListStatisticsCases), responses((status = 200, description = "One page of cases.", body = Page<StatisticsCase>)))]
#[get("/statistics/cases")]
pub async fn list_statistics_cases(call: Call) -> Answer {
    let scope = call.permit("list_statistics_cases")?;
    let listed: ListStatisticsCases = call.query()?;
    let asked = listed.of().asked(&call.app.office.clock, &scope.reads)?;
    if listed.by.is_some() != listed.group.is_some() {
        let (zh, en) = ("by 和 group 须同时给出", "by and group are given together");
        return Err(Problem::parameter(Fault::ParameterRefused, "group", zh, en));
    }
    if let Some((by, group)) = listed.by.zip(listed.group.as_deref()) {
        by.knows(group)?;
    }
    let limit = paging::limit(listed.limit)?;
    let after: Option<(Uuid, Uuid)> = listed.cursor.as_deref().map(paging::unpack).transpose()?;
    let page = call
        .app
        .db
        .run(scope, move |conn| {
            let key = listed.group.as_deref().map(find::text);
            let page = count::Page { figure: &listed.figure, group: listed.by.zip(key.as_deref()), after, limit: limit + 1 };
            let Some(found) = count::behind(conn, &asked, &page)? else {
                let (zh, en) = ("没有这一指标", "there is no such figure");
                return Err(Problem::parameter(Fault::ParameterRefused, "figure", zh, en));
            };
            let total = if listed.include_total { Some(count::total(conn, &asked, &page)?) } else { None };
            let page = paging::cut(found, limit, |behind| (behind.agency_id, behind.case_id));
            let ids: Vec<Uuid> = page.items.iter().map(|behind| behind.case_id).collect();
            let lines = count::lines(conn, &asked.agencies, &ids)?;
            let items = page.items.into_iter().map(|behind| {
                let (case_number, received_on, due_on, counted_on) = lines.get(&behind.case_id).cloned().unwrap_or_default();
                StatisticsCase {
                    agency_id: behind.agency_id,
                    case_id: behind.case_id,
                    case_number,
                    href: format!("/api/v1/cases/{}", behind.case_id),
                    received_on,
                    due_on,
                    counted_on,
                    counted: behind.counted,
                    beside: behind.beside,
                }
            });
            Ok(Page { items: items.collect(), next_cursor: page.next_cursor, total })
        })
        .await?;
    Ok(paging::answer(&call.request, &page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_and_nothing_is_no_share() {
        let per_cent = |of, out_of| rate(of, out_of).per_cent;
        assert_eq!((per_cent(1, 8).as_deref(), per_cent(2, 3).as_deref()), (Some("12.5"), Some("66.7")));
        assert_eq!((per_cent(3, 3).as_deref(), per_cent(0, 3).as_deref(), per_cent(0, 0)), (Some("100.0"), Some("0.0"), None));
    }
}
