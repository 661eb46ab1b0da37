//! The demo's annual reports of the two years before this one: the district's own, the city's own, and the city's of all below it (Art 49(2)). Those of the
//! year before last are frozen; of last year the district's is approved and waits to be frozen, and so does the one of all, which says why it is open.

use super::story::Story;
use super::walker::{Walker, read};
use super::year_stories::on;
use crate::case::journal::Ask;
use crate::case::office::Office;
use crate::db::pool::Scope;
use crate::http::problem::Problem;
use crate::people::annual_reports::{AddToReport, add, approve, freeze};
use crate::rules::annual_report::Extent;
use crate::views::annual_report::{AnnualReport, Wanted, read as read_report};
use anyhow::{Result, anyhow};
use chrono::{Datelike, NaiveDate};
use diesel::PgConnection;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// A report of the demo, and who makes it.
#[derive(Clone, Copy)]
struct Made {
    agency: Uuid,
    extent: Extent,
    clerk: &'static str,
    approver: &'static str,
    /// The day of the year after on which it is written, as month and day.
    written: (u32, u32),
    /// The day on which it is approved.
    decided: (u32, u32),
    /// Also last year's is frozen.
    at_once: bool,
}

const REPORTS: [Made; 3] = [
    Made {
        agency: super::DISTRICT,
        extent: Extent::Own,
        clerk: "clerk",
        approver: "approver",
        written: (1, 24),
        decided: (1, 27),
        at_once: false,
    },
    Made {
        agency: super::CITY,
        extent: Extent::Own,
        clerk: "city-clerk",
        approver: "city-approver",
        written: (1, 24),
        decided: (1, 27),
        at_once: true,
    },
    Made {
        agency: super::CITY,
        extent: Extent::Consolidated,
        clerk: "city-clerk",
        approver: "city-approver",
        written: (2, 10),
        decided: (2, 12),
        at_once: false,
    },
];

/// The reports of a year go on with a story that lasts from it into the next.
pub(super) fn of_year(w: &Walker, story: Story, year: i32) -> Result<Story> {
    let today = w.ago(0);
    let mut story = story;
    for made in REPORTS {
        let day = |(month, day)| on(w, (year + 1, month, day));
        let (written, decided) = (day(made.written)?, day(made.decided)?);
        if written < today {
            story = story.acted(written, move |w, case| add_to(w, made, (written, year)).map(|()| case));
        }
        if decided < today {
            let freezes = made.at_once || year + 1 < today.year();
            story = story.acted(decided, move |w, case| {
                decide(w, made, (decided, year), approve)?;
                if freezes {
                    decide(w, made, (decided, year), freeze)?;
                }
                Ok(case)
            });
        }
    }
    Ok(story)
}

/// What the clerk writes.
fn words(made: Made) -> Value {
    let (overview, explanations, normative, licences) = match (made.extent, made.agency == super::DISTRICT) {
        (Extent::Consolidated, _) => (
            "本市市场监管系统认真贯彻政府信息公开条例，政府信息公开纳入工作考核，开展社会评议，本年无责任追究情形。",
            Some("示范市示范区市场监督管理局的年度报告尚未定稿的，以其现有数据汇总。"),
            0,
            0,
        ),
        (Extent::Own, true) => ("本机关认真贯彻政府信息公开条例。", None, 3, 4821),
        (Extent::Own, false) => ("本机关认真贯彻政府信息公开条例，指导下级机关做好依申请公开。", None, 5, 1260),
    };
    json!({
        "overview": format!("{overview}\n本年新收政府信息公开申请{{{{new}}}}件，上年结转申请{{{{carried_in}}}}件，办结{{{{answered}}}}件，结转下年度继续办理{{{{carried_over}}}}件。"),
        "proactive_disclosure": "通过门户网站公开行政许可、行政处罚决定。", "problems": "个别答复说理不够充分。已组织典型案例学习，统一答复口径。",
        "other_matters": "本年发出收费通知{{fee_notices}}份，总金额{{fee_amount}}元，实际收取{{fee_collected}}元。", "explanations": explanations,
        "table_two": {
            "regulations": {"made": 0, "repealed": 0, "in_force": 0}, "normative_documents": {"made": 0, "repealed": 0, "in_force": normative},
            "licences": licences, "penalties": licences / 16, "coercive_measures": licences / 400, "charges": "0"
        },
        "published_before": null
    })
}

/// Which report that is; whoever makes the one of all sees the sums of the others.
fn wanted(conn: &mut PgConnection, made: Made, year: i32) -> Result<Wanted, Problem> {
    Wanted { extent: made.extent, ..Wanted::own(made.agency, year) }.with_below(conn)
}

fn scope(made: Made) -> Scope {
    let mut scope = Scope::own(made.agency);
    if made.extent.is_consolidated() {
        scope.reads.push(super::DISTRICT);
    }
    scope
}

fn add_to(w: &mut Walker, made: Made, (day, year): (NaiveDate, i32)) -> Result<()> {
    let ask = w.asks(made.clerk, day, made.agency)?;
    let (office, input) = (Arc::clone(&w.office), read::<AddToReport>(words(made))?);
    let added = w.db.run_here(&scope(made), |conn| {
        let wanted = wanted(conn, made, year)?;
        add(conn, &office, &ask, (&wanted, input))
    });
    added.map(|_| ()).map_err(|problem: Problem| anyhow!("adding to the report of {year}: {problem}"))
}

type Decide = fn(&mut PgConnection, &Office, &Ask, (&Wanted, &str)) -> Result<AnnualReport, Problem>;

/// The approver decides on the report as it stands.
fn decide(w: &mut Walker, made: Made, (day, year): (NaiveDate, i32), step: Decide) -> Result<()> {
    let ask = w.asks(made.approver, day, made.agency)?;
    let office = Arc::clone(&w.office);
    let done = w.db.run_here(&scope(made), |conn| {
        let wanted = wanted(conn, made, year)?;
        let read = read_report(conn, &wanted)?;
        step(conn, &office, &ask, (&wanted, &read.sha256))
    });
    done.map(|_| ()).map_err(|problem: Problem| anyhow!("the report of {year} on {day}: {problem}"))
}
