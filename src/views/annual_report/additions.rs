//! What was added to a report by hand, version by version. Who: whoever reads the report.

use super::{ReportOf, Wanted, body};
use crate::db::report::{self, Heading};
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::paging::{self, Page};
use crate::http::problem::Problem;
use crate::rules::annual_report::additions::Additions;
use crate::views::shape::view;
use actix_web::get;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

view! {
    /// A version of what was added by hand.
    pub struct ReportAdditions {
        /// Its number, from 1.
        version: i32,
        /// What it says.
        content: Additions,
        /// SHA-256 of it, in hexadecimal, as on the trail.
        sha256: String,
        /// Who made it.
        made_by: Uuid,
        /// When.
        made_at: DateTime<Utc>,
    }
    /// A version of what was added by hand, without what it says.
    pub struct ReportAdditionsHeading {
        /// Its number, from 1.
        version: i32,
        /// SHA-256 of what it says, in hexadecimal, as on the trail.
        sha256: String,
        /// Who made it.
        made_by: Uuid,
        /// When.
        made_at: DateTime<Utc>,
        /// What it says.
        #[schema(example = "/api/v1/annual-reports/2025/additions/1?agency=00000000-0000-7000-8000-000000000001")]
        href: String,
    }
}

/// A page of the versions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListAdditions {
    /// The agency; the own one unless said otherwise.
    agency: Option<Uuid>,
    /// Of the report of the agency and every one below it.
    #[serde(default)]
    consolidated: bool,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins.
    cursor: Option<String>,
}

/// The versions of what was added to a report by hand, the newest first.
#[utoipa::path(tag = "report", params(("year" = i32, Path, description = "The year.", example = 2025), ListAdditions),
    responses((status = 200, description = "One page of versions.", body = Page<ReportAdditionsHeading>)))]
#[get("/annual-reports/{year}/additions")]
pub async fn list_report_additions(call: Call) -> Answer {
    let asked: ListAdditions = call.query()?;
    let of = ReportOf { agency: asked.agency, consolidated: asked.consolidated };
    let (wanted, scope) = Wanted::of(&call, "list_report_additions", &of)?;
    let limit = paging::limit(asked.limit)?;
    let before: Option<i32> = asked.cursor.as_deref().map(paging::unpack).transpose()?;
    let (key, all) = (wanted.key(), if asked.consolidated { "&consolidated=true" } else { "" });
    let rows = call.app.db.run(scope, move |conn| report::headings(conn, key, (before, limit + 1)).map_err(Problem::from)).await?;
    let page = paging::cut(rows, limit, |row| row.version);
    let view = |row: Heading| ReportAdditionsHeading {
        href: format!("/api/v1/annual-reports/{}/additions/{}?agency={}{all}", key.year, row.version, key.agency),
        version: row.version,
        sha256: row.sha256,
        made_by: row.made_by,
        made_at: row.made_at,
    };
    let items = page.items.into_iter().map(view).collect();
    Ok(paging::answer(&call.request, &Page { items, next_cursor: page.next_cursor, total: None }))
}

/// One version of what was added to a report by hand.
#[utoipa::path(tag = "report", params(("year" = i32, Path, description = "The year.", example = 2025),
    ("version" = u32, Path, description = "The version.", example = 1),
    ReportOf),
    responses((status = 200, description = "The version.", body = ReportAdditions)))]
#[get("/annual-reports/{year}/additions/{version}")]
pub async fn get_report_additions(call: Call) -> Answer {
    let (wanted, scope) = Wanted::of(&call, "get_report_additions", &call.query()?)?;
    let version = i32::try_from(call.ordinal("version")?).map_err(|_| Problem::not_found())?;
    let row = call.app.db.run(scope, move |conn| report::one_version(conn, wanted.key(), version).map_err(Problem::from)).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    answer::ok(&ReportAdditions {
        version: row.version,
        content: body::additions_of(&row)?,
        sha256: row.sha256(),
        made_by: row.made_by,
        made_at: row.made_at,
    })
}
