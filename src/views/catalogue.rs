//! The catalogue of a dossier as it stands (卷内文件目录), with what is still missing before it can be archived. Who: whoever may read the case.
//!
//! The list of what is missing is the one that refuses closing and archiving. Titles are names of kinds: nobody is named here.

use super::find;
use super::names::{DepartmentRef, Names};
use super::shape::{Label, view};
use crate::case::model::Case;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::problem::Problem;
use crate::steps::archive::archive::lacks;
use crate::steps::archive::catalogue::{Entry, Responsible, entries};
use actix_web::get;
use chrono::NaiveDate;
use diesel::PgConnection;
use uuid::Uuid;

view! {
    /// One thing that is missing before the dossier can be archived.
    pub struct DossierLack {
        /// The stable code of the refusal.
        code: &'static str,
        /// In Chinese.
        detail_zh: String,
        /// In English.
        detail_en: String,
        /// The rule that asks for it.
        article: &'static str,
    }
    /// One item of the dossier.
    pub struct DossierItem {
        /// Running number, from 1.
        n: u32,
        /// The number of the item in the order of a dossier, from 2; the catalogue itself is 1.
        item: u8,
        /// What the paper is.
        title: String,
        /// Its document number.
        document_number: Option<String>,
        /// Whose paper it is.
        responsible: Label,
        /// The department whose paper it is.
        department: Option<DepartmentRef>,
        /// Its date.
        dated_on: NaiveDate,
        /// The stored documents it consists of; the first is the one that counts.
        documents: Vec<Uuid>,
        /// The trail holds it, in part or as a whole.
        recorded: bool,
    }
    /// The dossier as it stands.
    #[schema(as = Catalogue)]
    pub struct CatalogueView {
        /// Nothing is missing.
        complete: bool,
        /// Everything that is missing.
        missing: Vec<DossierLack>,
        /// Its items, in order.
        items: Vec<DossierItem>,
    }
}

const fn named(responsible: Responsible) -> Label {
    match responsible {
        Responsible::Agency => Label { zh: "本机关", en: "the agency" },
        Responsible::Department(_) => Label { zh: "内设机构", en: "a department" },
        Responsible::Applicant => Label { zh: "申请人", en: "the applicant" },
        Responsible::Party(_) => Label { zh: "被征求意见方", en: "a consulted party" },
        Responsible::Body(_) => Label { zh: "复议机关或者法院", en: "the reconsideration body or court" },
        Responsible::Unknown => Label { zh: "其他", en: "another" },
    }
}

fn show(conn: &mut PgConnection, case: &Case) -> Result<CatalogueView, Problem> {
    let missing: Vec<DossierLack> = lacks(case)
        .into_iter()
        .map(|lack| DossierLack { code: lack.code.as_str(), detail_zh: lack.node.zh, detail_en: lack.node.en, article: lack.node.rule })
        .collect();
    let entries = entries(case);
    let departments: Vec<Uuid> = entries.iter().filter_map(department).collect();
    let names = Names::read(conn, &[case.agency_id], &departments)?;
    let items = entries.into_iter().map(|entry| DossierItem {
        n: entry.n,
        item: entry.place.item(),
        department: department(&entry).map(|id| names.department(id)),
        recorded: !entry.record.is_null(),
        responsible: named(entry.responsible),
        title: entry.title,
        document_number: entry.document_number,
        dated_on: entry.dated_on,
        documents: entry.files,
    });
    Ok(CatalogueView { complete: missing.is_empty(), missing, items: items.collect() })
}

const fn department(entry: &Entry) -> Option<Uuid> {
    match entry.responsible {
        Responsible::Department(id) => Some(id),
        _ => None,
    }
}

/// Read the catalogue of a dossier.
///
/// Item by item in the order of a dossier, with everything that is still missing before it can be archived.
#[utoipa::path(tag = "archive", responses((status = 200, description = "The catalogue.", body = CatalogueView)))]
#[get("/cases/{case_id}/catalogue")]
pub async fn get_catalogue(call: Call) -> Answer {
    let scope = call.permit("get_catalogue")?;
    find::no_query(&call)?;
    let (id, reads) = (call.id("case_id")?, scope.reads.clone());
    let view = call
        .app
        .db
        .run(scope, move |conn| {
            let loaded = find::case(conn, &reads, id)?;
            show(conn, &loaded.case)
        })
        .await?;
    answer::ok(&view)
}
