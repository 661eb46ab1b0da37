//! What of a dossier goes over the exchange to the body that reviews a reply: the evidence and nothing else, 复议法 48, 54, as a bag in a ZIP.
//!
//! What is left out is the agency's: drafts, inner opinions, what it learnt, the trail with every text of the case, unredacted originals, and
//! what was gathered after the reply (复议法 46), which the index names. The same versions of its cases give the same bytes, also later and when
//! the cases have moved: what was offered by its digest is made again when it is fetched. Nothing here depends on the day.

use super::evidence::{complete, covered, of_part};
use super::export::{Beside, Extent, Package, Volume, digest, look_here, pack, send};
use super::files::{Item, Originals, placed};
use super::found::{Found, read, read_at};
use super::lacking::{GONE, LackingView, lacking};
use crate::app::App;
use crate::case::journal::JournalError;
use crate::case::journal::agency::{AgencyEvent, RevealPurpose};
use crate::case::model::{Case, Proceeding};
use crate::case::office::Office;
use crate::case::refusal::Refusal;
use crate::clock::legal_date;
use crate::crypto;
use crate::http::problem::Problem;
use crate::steps::archive::catalogue::{Entry, entries};
use crate::steps::archive::offered::{last_day, shown, too_late};
use actix_web::HttpResponse;
use actix_web::web::Data;
use diesel::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// In which state the cases of a proceeding are shown.
#[derive(Debug, Clone)]
pub enum State {
    /// As they are.
    Now,
    /// As they were at these versions; a case that is not named is not shown.
    Versions(Vec<(Uuid, i32)>),
}

struct Part {
    found: Found,
    proceeding: Proceeding,
    /// The explained clock on the day of the case's last event.
    clock: String,
}

/// The evidence of a proceeding as it was read.
pub struct Evidence {
    parts: Vec<Part>,
    missing: Vec<LackingView>,
}

/// Reads the evidence of a proceeding.
pub fn evidence_of(
    conn: &mut PgConnection,
    office: &Office,
    (agency, case, n): (Uuid, Uuid, u32),
    state: &State,
) -> Result<Evidence, Problem> {
    let mut one = |conn: &mut PgConnection, id: Uuid| match state {
        State::Now => read(conn, office, agency, id).map(Some),
        State::Versions(versions) => {
            let version = versions.iter().find(|(known, _)| *known == id).map(|(_, version)| *version);
            version.map(|version| read_at(conn, office, (agency, id), version)).transpose()
        }
    };
    let first = one(conn, case)?.ok_or_else(Problem::not_found)?;
    let (all, mut missing) = covered(conn, (first, n), &mut one)?;
    let mut parts = Vec::with_capacity(all.len());
    for (found, proceeding) in all {
        let calendar = office.calendar(conn, found.case.pins.calendar).map_err(JournalError::from)?;
        missing.extend(lacking(&found, &proceeding, (&calendar, office.clock.today())));
        let clock = crate::views::clock::printed(&found.case, &calendar, legal_date(found.case.changed_at));
        parts.push(Part { found, proceeding, clock });
    }
    Ok(Evidence { parts, missing })
}

impl Evidence {
    /// The case whose proceeding was asked for, and the proceeding.
    pub fn first(&self) -> Option<(&Case, &Proceeding)> {
        self.parts.first().map(|part| (&part.found.case, &part.proceeding))
    }

    /// Every case shown, with the proceeding in it.
    pub fn cases(&self) -> impl Iterator<Item = (&Case, &Proceeding)> {
        self.parts.iter().map(|part| (&part.found.case, &part.proceeding))
    }

    /// Refuses where something it needs is missing, naming all of it.
    pub fn complete(&self) -> Result<(), Refusal> {
        complete(&self.missing)
    }

    /// What of that is missing, by case.
    pub fn lacks(&self) -> BTreeSet<(Uuid, &'static str)> {
        self.missing.iter().filter(|lack| lack.required).map(|lack| (lack.case_id, lack.code)).collect()
    }

    /// What it lacked when these versions were offered: a document that is gone was there then.
    pub fn lacked(&self) -> BTreeSet<(Uuid, &'static str)> {
        self.lacks().into_iter().filter(|(_, code)| *code != GONE).collect()
    }

    /// The package with its digest. Every document is opened: for whoever may wait.
    pub fn pack(self, app: &App) -> Result<Offered, Problem> {
        let (mut volumes, mut files, mut cases) = (Vec::new(), Vec::new(), Vec::new());
        let mut folder = String::new();
        for Part { found, proceeding, clock } in self.parts {
            cases.push((found.case.id, found.case.version));
            let root = if volumes.is_empty() {
                folder = format!("evidence-{}-{}", found.case.id, proceeding.n);
                "data".to_owned()
            } else {
                format!("data/cases/{}", found.case.id)
            };
            let named = named(&found, &proceeding, &root);
            files.extend(of_part(app, (&found, &named, &root), (&proceeding, clock))?);
            let last_day = last_day(&found.case, &proceeding);
            let items: Vec<Item> = named.into_iter().filter(|item| !too_late(&item.entry, last_day)).collect();
            let seen = look_here(app, &found, &items)?;
            volumes.push((Volume { found, items, root, extent: Extent::Offered }, seen));
        }
        let package = pack(app, &volumes, Beside { folder: folder.clone(), files })?;
        let sha256 = crypto::hex(&digest(app, &package)?);
        Ok(Offered { package, folder, sha256, cases })
    }
}

/// What the index and the time line name. What came too late has no files here, and what is gone has none either.
pub(super) fn named(found: &Found, proceeding: &Proceeding, root: &str) -> Vec<Item> {
    let last_day = last_day(&found.case, proceeding);
    let entries = entries(&found.case)
        .into_iter()
        .filter(shown)
        .map(|entry| if too_late(&entry, last_day) { Entry { files: Vec::new(), ..entry } } else { entry });
    let mut items = placed(found, entries.collect(), (Originals::Withheld, root));
    for item in &mut items {
        item.files.retain(|file| found.files.get(&file.document).is_some_and(|stored| stored.wrapped.is_some()));
    }
    items
}

/// The evidence as one package, known by its digest.
pub struct Offered {
    package: Package,
    folder: String,
    /// SHA-256 of all of it, in hexadecimal.
    pub sha256: String,
    /// The cases in it, each at its version.
    pub cases: Vec<(Uuid, i32)>,
}

impl Offered {
    /// How long it is, in bytes.
    pub const fn size(&self) -> u64 {
        self.package.length
    }

    /// What the agency's trail says of its handing out: it names people in full.
    pub fn handed_out(&self) -> Vec<AgencyEvent> {
        let exported = |(case, version): &(Uuid, i32)| AgencyEvent::DossierExported {
            case: *case,
            version: *version,
            purpose: RevealPurpose::Proceeding,
            originals: false,
            manifest_sha256: self.package.manifest.clone(),
        };
        self.cases.iter().map(exported).collect()
    }

    /// Sends it.
    pub fn send(self, app: &Data<App>) -> HttpResponse {
        send(app, &self.folder, self.package)
    }
}
