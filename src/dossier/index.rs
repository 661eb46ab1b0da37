//! The index (卷内文件目录) with its closing note (备考表), as a sheet that is rendered like a letter; and the same for programs.

use super::files::{Item, Placed};
use super::found::Found;
use crate::clock::legal_date;
use crate::crypto;
use crate::letters::sheet::{Block, Sheet};
use crate::steps::archive::catalogue::Responsible;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Pages of the files that can be counted.
pub(super) type Pages = BTreeMap<Uuid, u32>;

#[derive(Serialize)]
struct File<'a> {
    /// Null where it is withheld.
    path: Option<&'a str>,
    document_id: Uuid,
    sha256: String,
    size: i64,
    media_type: &'a str,
    withheld: bool,
}

#[derive(Serialize)]
struct Line<'a> {
    n: u32,
    /// The number of the item in the order of a dossier, from 2; the catalogue itself is 1.
    item: u8,
    title: &'a str,
    document_number: Option<&'a str>,
    responsible: Option<String>,
    dated_on: NaiveDate,
    pages: Option<String>,
    remark: String,
    recorded: bool,
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
struct Catalogue<'a> {
    agency: &'a str,
    case_id: Uuid,
    case_version: i32,
    case_number: Option<&'a str>,
    archive_number: Option<&'a str>,
    stage: &'a str,
    entries: Vec<Line<'a>>,
}

/// Whose paper it is, by name.
fn responsible(found: &Found, by: Responsible) -> Option<String> {
    match by {
        Responsible::Agency => Some(found.agency.clone()),
        Responsible::Department(id) => found.name(id).map(|name| format!("{}{name}", found.agency)),
        Responsible::Applicant => {
            let names: Vec<String> = found.case.applicants.iter().filter_map(|applicant| found.person(&applicant.details)).collect();
            match names.as_slice() {
                [] => Some("申请人".to_owned()),
                [one] => Some(one.clone()),
                [first, ..] => Some(format!("{first}等{}人", names.len())),
            }
        }
        Responsible::Party(n) => {
            let party = found.case.consultations.iter().find(|known| known.n == n)?;
            Some(
                found
                    .text(&party.name)
                    .map_or_else(|| "被征求意见方".to_owned(), |text| text.lines().next().unwrap_or_default().to_owned()),
            )
        }
        Responsible::Body(n) => found.case.proceeding(n).map(|known| known.body.clone()),
        Responsible::Unknown => None,
    }
}

/// The running pages of every paper that lies in the package (页号).
fn page_numbers(items: &[Item], pages: &Pages) -> Vec<Option<String>> {
    let mut next = 1;
    let mut numbers = Vec::new();
    for item in items {
        // A letter lies there as PDF and as DOCX: it is paginated once, by the file that counts.
        let counts = |file: &&Placed| file.path.is_some() && !file.again && pages.contains_key(&file.document);
        let own = item.files.iter().find(counts).and_then(|file| pages.get(&file.document));
        numbers.push(own.map(|own| {
            let (first, last) = (next, next + own - 1);
            next += own;
            if first == last { first.to_string() } else { format!("{first}-{last}") }
        }));
    }
    numbers
}

/// The catalogue for programs.
pub(super) fn data(found: &Found, items: &[Item], pages: &Pages) -> Result<Vec<u8>, serde_json::Error> {
    let lines = items.iter().zip(page_numbers(items, pages)).map(|(item, pages)| Line {
        n: item.entry.n,
        item: item.entry.place.item(),
        title: &item.entry.title,
        document_number: item.entry.document_number.as_deref(),
        responsible: responsible(found, item.entry.responsible),
        dated_on: item.entry.dated_on,
        pages,
        remark: item.remark(),
        recorded: item.recorded(),
        files: item.files.iter().filter_map(|placed| file(found, placed)).collect(),
    });
    let case = &found.case;
    serde_json::to_vec_pretty(&Catalogue {
        agency: &found.agency,
        case_id: case.id,
        case_version: case.version,
        case_number: case.registration.as_ref().map(|entry| entry.case_number.as_str()),
        archive_number: case.archiving.as_ref().map(|archiving| archiving.archive_number.as_str()),
        stage: case.stage.code(),
        entries: lines.collect(),
    })
}

fn file<'a>(found: &'a Found, placed: &'a Placed) -> Option<File<'a>> {
    let stored = found.files.get(&placed.document)?;
    Some(File {
        path: placed.path.as_deref(),
        document_id: placed.document,
        sha256: crypto::hex(&stored.sha256),
        size: stored.size,
        media_type: &stored.media_type,
        withheld: placed.path.is_none(),
    })
}

/// The index for people.
pub(super) fn sheet(found: &Found, items: &[Item], (pages, documents): (&Pages, usize)) -> Sheet {
    let case = &found.case;
    let mut blocks = vec![Block::Title("卷内文件目录".to_owned())];
    let mut said = |label: &str, value: Option<String>| blocks.extend(value.map(|value| Block::Note(format!("{label}：{value}"))));
    said("立卷机关", Some(found.agency.clone()));
    said("登记编号", case.registration.as_ref().map(|entry| entry.case_number.clone()));
    said("案件状态", Some(case.stage.zh().to_owned()));
    said("办结日期", case.closing.as_ref().map(|closing| closing.on.to_string()));
    if let Some(archiving) = &case.archiving {
        let kept = archiving.retention_years.map_or_else(|| "永久".to_owned(), |years| format!("{years} 年"));
        said("档号", Some(archiving.archive_number.clone()));
        said("归档日期、保管期限", Some(format!("{}，{kept}", archiving.on)));
    }
    let head = ["序号", "文号", "责任者", "题名", "日期", "页号", "备注"].map(str::to_owned).to_vec();
    let lines = items.iter().zip(page_numbers(items, pages)).map(|(item, pages)| {
        vec![
            item.entry.n.to_string(),
            item.entry.document_number.clone().unwrap_or_default(),
            responsible(found, item.entry.responsible).unwrap_or_default(),
            item.entry.title.clone(),
            // As archives write dates.
            item.entry.dated_on.format("%Y%m%d").to_string(),
            pages.unwrap_or_default(),
            item.remark(),
        ]
    });
    let rows = std::iter::once(head).chain(lines).collect();
    blocks.push(Block::Table { columns: vec![70, 160, 160, 230, 130, 80, 170], rows });
    blocks.push(Block::Heading("备考表".to_owned()));
    blocks.extend(closing_note(found, items, documents).into_iter().map(Block::Paragraph));
    let dated_on = legal_date(case.changed_at);
    blocks.push(Block::Signature { agency: found.agency.clone(), dated: dated_on.format("%Y年%-m月%-d日").to_string() });
    Sheet { subject: "卷内文件目录".to_owned(), dated_on, blocks }
}

fn closing_note(found: &Found, items: &[Item], documents: usize) -> Vec<String> {
    let withheld: Vec<String> =
        items.iter().filter(|item| item.files.iter().any(|file| file.path.is_none())).map(|item| item.entry.n.to_string()).collect();
    let mut note = vec![format!(
        "本卷共 {} 件，随卷文件 {} 个。页号按能够确定页数的文件连续编排，其余为电子文件或者见办理记录（records.pdf）。",
        items.len(),
        documents
    )];
    if withheld.is_empty() {
        note.push("本卷没有未随卷导出的文件。".to_owned());
    } else {
        note.push(format!("未随卷导出的密封原件或者不予公开的材料：第 {} 件；其摘要值见 catalogue.json。", withheld.join("、")));
    }
    note.push(format!(
        "办理轨迹共 {} 条（trail 文件夹），每一条载有前一条的 SHA-256 摘要；最后一条的摘要为 {}。",
        found.events.len(),
        found.head()
    ));
    note
}
