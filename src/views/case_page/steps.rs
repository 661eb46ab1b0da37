//! What can be done next: the open steps of a case for one caller, so that no front end copies the rules.

use super::Viewer;
use super::reader::Reader;
use crate::case::facts::{Facts, Known};
use crate::case::flow::Step;
use crate::case::journal::named_cases;
use crate::case::model::Case;
use crate::case::retention::kin;
use crate::http::problem::{Language, Problem};
use crate::ids::Draws;
use crate::views::shape::{Label, view};
use diesel::PgConnection;

view! {
    /// Why an open step cannot be taken yet.
    pub struct BlockedBy {
        /// Stable code.
        code: &'static str,
        /// What is wrong and what would help, in the language of the request.
        detail: String,
        /// The article.
        article: Option<String>,
    }
    /// A step that the stage allows.
    pub struct AvailableStep {
        /// The step.
        step: Step,
        /// What the step is called.
        label: Label,
        /// Where to send it.
        href: String,
        /// The method.
        method: &'static str,
        /// Whether the caller's roles allow it.
        permitted: bool,
        /// What still blocks it; null when it is open.
        blocked_by: Option<BlockedBy>,
        /// The operation.
        operation_id: &'static str,
    }
}

/// The open steps; none on another agency's case, and none on a case as it stood in the past.
pub fn open_steps(conn: &mut PgConnection, viewer: &Viewer<'_>, case: &Case, reader: &Reader) -> Result<Vec<AvailableStep>, Problem> {
    let Viewer { office, caller, .. } = viewer;
    let calendar = office.calendar(conn, case.pins.calendar)?;
    let settings = office.settings(conn, case.agency_id, case.pins.settings)?;
    let (person, draws, known) = (caller.person(), Draws::fresh(), Known { texts: reader.texts().clone(), ..Known::default() });
    let known = Known { cases: named_cases(conn, case.agency_id, None, &kin(case))?, ..known };
    let facts = Facts {
        person: &person,
        today: office.clock.today(),
        calendar: &calendar,
        settings: &settings,
        newest: case.pins,
        draws: &draws,
        known: &known,
    };
    let open = Step::ALL.iter().map(|step| step.row()).filter(|row| row.allows(case.stage));
    Ok(open
        .map(|row| {
            let ready = crate::steps::ready(row.step, case, &facts);
            let ordinal = ready.as_ref().ok().copied().flatten().map_or_else(|| "{n}".to_owned(), |n| n.to_string());
            AvailableStep {
                step: row.step,
                label: Label { zh: row.zh, en: row.en },
                href: format!("/api/v1/cases/{}{}", case.id, row.path.replace("{n}", &ordinal)),
                method: "POST",
                permitted: caller.reach(row.operation_id).is_some(),
                blocked_by: ready.err().map(|refusal| BlockedBy {
                    code: refusal.code.as_str(),
                    detail: match caller.language {
                        Language::Chinese => refusal.detail_zh,
                        Language::English => refusal.detail_en,
                    },
                    article: refusal.article.map(std::borrow::Cow::into_owned),
                }),
                operation_id: row.operation_id,
            }
        })
        .collect())
}
