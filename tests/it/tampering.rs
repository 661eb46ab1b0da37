//! Whatever a superuser alters by hand, `verify` finds: every table, every column, rows taken away and rows put in.
//!
//! One town in which everything happened is altered in one place at a time and put back. What the trail does not hold is listed here,
//! with the reason in `audit::verify`.

use crate::exchange::platform_files::{PDF, hand_over};
use crate::exchange::{Neighbour, name};
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town, morning, rest_days};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use foi_docket::audit::{Finding, sequencer, verify};
use foi_docket::case::journal::agency::AgencyEvent;
use foi_docket::db::schema::outbox;
use foi_docket::demo::{CITY, DISTRICT};
use foi_docket::letters::store::Store;
use foi_docket::people::founding::{Founder, NewAgency, Task, found_agency};
use foi_docket::rules::permissions::Role;
use foi_docket::work::{Outcome, tick};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Tables of which the trail holds nothing.
const NOT_HELD: [&str; 3] = ["sessions", "idempotency_keys", "sweeps"];
/// Columns of other tables that the trail does not hold.
const COLUMNS_NOT_HELD: [(&str, &[&str]); 5] = [
    ("calendar_editions", &["loaded_at"]),
    ("exchange_peers", &["told_position"]),
    ("exchange_inbox", &["told_version", "offered_version", "tell_at", "offer_at", "attempts", "next_at"]),
    ("exchange_outbox", &["state", "attempts", "next_at", "lease_token", "lease_until", "delivered_at", "last_error"]),
    (
        "outbox",
        &[
            "to_name",
            "to_address",
            "subject",
            "body",
            "created_at",
            "attempts",
            "next_at",
            "lease_token",
            "lease_until",
            "sent_at",
            "last_error",
            "resolution",
        ],
    ),
];

#[derive(QueryableByName)]
#[expect(clippy::struct_field_names, reason = "the query names it so")]
struct Column {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    column: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    key: String,
}

/// A place in which everything happened once, in order and at rest.
struct Place {
    town: Town,
    conn: PgConnection,
    columns: Vec<Column>,
}

fn uploaded(text: &str) -> Vec<u8> {
    format!("--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n{text}\r\n--cut--\r\n").into_bytes()
}

async fn upload(cast: &Cast) -> Value {
    upload_of(cast, "申请表").await
}

async fn upload_of(cast: &Cast, text: &str) -> Value {
    let headers = [("content-type", "multipart/form-data; boundary=cut")];
    cast.clerk.send(Method::POST, "/api/v1/documents", &headers, Some(uploaded(text))).await.good()["id"].clone()
}

/// Replies recalled, corrected and revoked; a proceeding decided; a paper and a reference; an account changed; a head succeeded.
async fn everything(town: &Town) -> Cast {
    let cast = Cast::gather(town).await;
    let paper = upload(&cast).await;
    upload(&cast).await;
    let learnt = cast.decided("EA000000001CN").await;
    learning(town, &cast, &learnt).await;
    let recalled = cast.issued().await;
    let case = cast.approver.step(&recalled, "/replies/1/recall", json!({"reason": "附件有误。"})).await.good();
    let case = cast.handler.step(&case, "/drafts", json!({"items": [crate::support::life::disclosed()]})).await.good();
    let case = cast.cleared(&case).await;
    cast.approver.step(&case, "/replies", json!({})).await.good();
    let case = cast.posted("EA000000002CN").await;
    let case = cast.approver.step(&case, "/replies/1/errata", json!({"text": "年份有误。", "remedy": "unchanged"})).await.good();
    cast.approver.step(&case, "/replies/1/revocation", json!({"reason": "检索遗漏。"})).await.good();
    let mut application = crate::support::actor::application(FIRST_DAY);
    application["external_references"] = json!([{"system": "city_platform", "reference": "PT-1"}]);
    application["papers"] = json!([{"document_id": paper, "kind": "application", "title": "申请表", "dated_on": FIRST_DAY}]);
    application["applicants"][0]["email"] = json!("jia@example.cn");
    let lodged = cast.clerk.post("/api/v1/cases", application).await.good();
    cast.clerk.step(&lodged, "/platform-entries", json!({"status": "received"})).await.good();
    let listed = json!({"on": FIRST_DAY, "entries": [{"number": "PT-1", "status": "received"}]});
    cast.clerk.post("/api/v1/platform-lists", listed).await.good();
    cast.charged().await;
    report_frozen(&cast).await;
    let case = cast.closed("EA000000003CN").await;
    let case = cast.proved(&cast.kept_back(&case).await).await;
    cast.sent_online().await;
    cast.clerk.step(&case, "/archiving", json!({"archive_number": "2026-依-001"})).await.good();
    let admin = town.sign_in("admin").await;
    let text = json!({"text": "已主动公开。{{reasons}}依据{{articles}}。"});
    let (path, headers) = ("/api/v1/letter-templates/decision_a1", [("if-match", "\"0\""), ("content-type", "application/json")]);
    admin.send(Method::PUT, path, &headers, Some(text.to_string().into_bytes())).await.good();
    let id = cast.assignment["handler"].as_str().unwrap();
    let deputy = json!({"account": id, "from_on": FIRST_DAY, "until_on": "2026-11-13"});
    let post = cast.approver.post("/api/v1/deputies", deputy).await.good();
    let head = json!({"account": id, "department": cast.assignment["department"], "from_on": FIRST_DAY});
    admin.post("/api/v1/department-heads", head).await.good();
    admin.post(&format!("/api/v1/posts/{}/ending", post["id"].as_str().unwrap()), json!({"until_on": FIRST_DAY})).await.good();
    let mut item = crate::support::life::disclosed();
    item["attachments"] = json!([{"redacted": upload(&cast).await, "unredacted": upload_of(&cast, "申请表原件").await}]);
    cast.handler.step(&cast.assigned().await, "/drafts", json!({"items": [item]})).await.good();
    let agreed = json!({"title": "口径", "kinds": ["a2"], "topics": ["罚没款"], "text": "现予公开。", "from_on": FIRST_DAY});
    let entry = cast.clerk.post("/api/v1/libraries/agreed-answers", agreed.clone()).await.good()["id"].as_str().unwrap().to_owned();
    let decision = json!({"verdict": "approved", "reason": "同意。"});
    cast.approver.post(&format!("/api/v1/library-entries/{entry}/editions/1/decision"), decision).await.good();
    cast.clerk.post(&format!("/api/v1/library-entries/{entry}/editions"), agreed).await.good();
    let mut item = crate::support::life::disclosed();
    item["agreed_answers"] = json!([{"entry": entry, "edition": 1}]);
    item["departure_reason"] = json!("表述不同。");
    let case = cast.handler.step(&cast.assigned().await, "/drafts", json!({"items": [item]})).await.good();
    let case = cast.cleared(&case).await;
    cast.approver.step(&case, "/replies", json!({})).await.good();
    inspected(town).await;
    report_of_all_frozen(&cast).await;
    // A neighbour with two generations of secrets, of whose messages one waits and one stands in its case.
    let neighbour = Neighbour::enter(town, &name(), None).await;
    let secrets = format!("/api/v1/exchange-peers/{}/secrets", neighbour.id);
    admin.post(&secrets, json!({"overlap_hours": 1})).await.good();
    neighbour.push(town, &crate::exchange::Neighbour::upheld("示复〔2026〕8号")).await.good();
    let answered = cast.served("EA000000009CN").await;
    let notice = neighbour.notice("示复〔2026〕9号", answered["replies"][0]["document_number"].as_str().unwrap());
    neighbour.push(town, &notice).await.good();
    // A file that an applicant lodged on the platform.
    let platform = Neighbour::enter_under(town, "platform", &name(), None).await;
    assert_eq!(hand_over(&platform, PDF).await.0, 200);
    // Ends the handler's session.
    admin.post(&format!("/api/v1/accounts/{id}/password-resets"), json!({})).await.good();
    let deputy = json!({"account": id, "deputy": true, "from_on": "2026-11-01", "until_on": "2026-12-31"});
    admin.post("/api/v1/foi-office-heads", deputy).await.good();
    let correction =
        json!({"year": 2026, "notice_number": "国办发明电〔2026〕0号", "holidays": rest_days(2026, &[]), "working_weekends": []});
    let proposed = admin.post("/api/v1/calendar-notices", correction).await.good();
    let decision = format!("/api/v1/calendar-proposals/{}/decision", proposed["proposal"]["id"].as_str().unwrap());
    cast.approver.post(&decision, json!({"verdict": "rejected", "reason": "与公布的通知不符。"})).await.good();
    cast
}

/// Last year's report, with a case that it carried over and a reconsideration that was pending.
async fn report_frozen(cast: &Cast) {
    let case = cast.clerk.receive("2025-12-22").await;
    let case = cast.clerk.step(&case, "/registration", json!({})).await.good();
    let mut silence = crate::support::life::reconsideration_of("2");
    (silence["against"], silence["received_on"]) = (json!({"kind": "silence"}), json!("2025-12-30"));
    cast.reviewer.step(&case, "/reconsiderations", silence).await.good();
    let report = cast.clerk.post("/api/v1/annual-reports/2025/additions", crate::report::additions()).await.good();
    for step in ["approvals", "freezing"] {
        cast.approver.post(&format!("/api/v1/annual-reports/2025/{step}"), json!({"sha256": report["sha256"]})).await.good();
    }
    let published = json!({"submitted_on": "2026-01-20", "published_on": "2026-01-21", "address": "https://www.example.cn/2025"});
    cast.clerk.post("/api/v1/annual-reports/2025/publications", published).await.good();
}

/// The report of the district and the agency below it, of another year than its own: taken for the other, each would stand where nothing stands yet.
async fn report_of_all_frozen(cast: &Cast) {
    let path = |step: &str| format!("/api/v1/annual-reports/2024/{step}?consolidated=true");
    let mut content = crate::report::additions();
    content["explanations"] = json!("下级机关年度报告尚未定稿。");
    let report = cast.clerk.post(&path("additions"), content).await.good();
    for step in ["approvals", "freezing"] {
        cast.approver.post(&path(step), json!({"sha256": report["sha256"]})).await.good();
    }
    let published = json!({"submitted_on": "2025-03-20", "published_on": "2025-03-21", "address": "https://www.example.cn/2024-all"});
    cast.clerk.post(&path("publications"), published).await.good();
}

/// A lesson, and a letter of the city from its writing to its end.
async fn learning(town: &Town, cast: &Cast, case: &Value) {
    let lesson = json!({"words": "说理不足。", "measures": "加强法制审核。"});
    cast.approver.step(case, "/proceedings/1/lessons", lesson).await.good();
    let city = town.role(Role::Supervisor, "city").await;
    let inquiry = json!({"to": DISTRICT, "kind": "inquiry", "subject": "关于检索情况的询问", "words": "请说明。", "due_on": "2026-12-04"});
    let letter = city.post("/api/v1/supervision-letters", inquiry).await.good();
    let path = format!("/api/v1/supervision-letters/{}", letter["id"].as_str().unwrap());
    cast.clerk.post(&format!("{path}/receipt"), json!({})).await.good();
    cast.clerk.post(&format!("{path}/answer"), json!({"words": "已检索。"})).await.good();
    city.post(&format!("{path}/conclusion"), json!({"accepted": true, "remark": "已说明。"})).await.good();
    rectified(cast, &letter).await;
}

/// What follows from the letter for a department, reported and sent back.
async fn rectified(cast: &Cast, letter: &Value) {
    let notice = json!({"department": cast.assignment["department"], "source": "supervision_letter", "supervision_letter_id": letter["id"],
        "what": "请整改检索办法。", "due_on": "2026-12-18"});
    let given = cast.clerk.post("/api/v1/rectifications", notice).await.good();
    let path = format!("/api/v1/rectifications/{}", given["id"].as_str().unwrap());
    cast.handler.post(&format!("{path}/reports"), json!({"done": "已整改。", "proofs": [cast.paper().await]})).await.good();
    cast.approver.post(&format!("{path}/review"), json!({"verdict": "returned", "remark": "缺名单。"})).await.good();
}

/// The district inspects an agency below it: what it drew is the district's.
async fn inspected(town: &Town) {
    let below = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00d3);
    let founder = Founder { office: &town.app.office, agency: below, task: Task::Seed };
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let settings = foi_docket::demo::settings("示市监所", "示范区人民政府", "示范区人民法院").unwrap();
    // It was there in 2024: the report of all of that year adds it up.
    let now = town.clock.now();
    town.go("2024-06-03");
    found_agency(&mut owner, &founder, NewAgency { name: "示范市场监督管理所".into(), parent: Some(DISTRICT), settings }).unwrap();
    town.clock.set(now);
    diesel::sql_query(format!(
        "INSERT INTO cases SELECT (jsonb_populate_record(r, jsonb_build_object('agency_id', '{below}', 'id', gen_random_uuid(), \
         'department_id', NULL, 'handler_id', NULL))).* FROM cases r WHERE r.stage = 'closed' OR r.stage = 'archived' LIMIT 1"
    ))
    .execute(&mut owner)
    .unwrap();
    let district = town.role(Role::Supervisor, "district").await;
    let drawing = json!({"year": 2026, "size": 5, "sheet": [{"code": "all", "title": "总体", "points": 100}]});
    let drawn = district.post("/api/v1/inspections", drawing).await.good();
    let path = format!("/api/v1/inspections/{}", drawn["id"].as_str().unwrap());
    district.post(&format!("{path}/items/1/scores"), json!({"scores": [{"code": "all", "points": 92}]})).await.good();
    district.post(&format!("{path}/conclusion"), json!({"result": "总体规范。"})).await.good();
}

impl Place {
    async fn make() -> Self {
        let town = Town::open();
        everything(&town).await;
        town.go("2026-12-10");
        assert_eq!(tick(&town.app, morning("2026-12-10")), Outcome::Done);
        let mut conn = PgConnection::establish(&town.owner_url).unwrap();
        conn.batch_execute("SET session_replication_role = replica").unwrap();
        // Whoever owns the tables can take what a row must say of itself away first.
        conn.batch_execute(
            "DO $$ DECLARE rule record; BEGIN \
               FOR rule IN SELECT conrelid::regclass AS place, conname FROM pg_constraint \
                           WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND conrelid <> 0 LOOP \
                 EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', rule.place, rule.conname); \
               END LOOP; \
             END $$",
        )
        .unwrap();
        // Every mail was sent into the folder: one of them was not.
        let (mail, recipient): (Uuid, Uuid) = outbox::table.select((outbox::id, outbox::recipient_id)).first(&mut conn).unwrap();
        diesel::update(outbox::table.find((DISTRICT, mail))).set(outbox::state.eq("failed")).execute(&mut conn).unwrap();
        let founder = Founder { office: &town.app.office, agency: DISTRICT, task: Task::Seed };
        founder.record(&mut conn, &[AgencyEvent::MailFailed { mail, recipient }]).unwrap();
        sequencer::place(&town.app.db, DISTRICT).unwrap();
        founder.record(&mut conn, &[AgencyEvent::ApplicantsSearched { found: 0 }]).unwrap();
        let columns: Vec<Column> = diesel::sql_query(
            "SELECT c.table_name::text AS table, c.column_name::text AS column, c.udt_name::text AS kind, \
                    CASE WHEN k.column_name IS NULL THEN '' ELSE 'key' END AS key \
             FROM information_schema.columns c \
             LEFT JOIN (information_schema.table_constraints t JOIN information_schema.key_column_usage k USING (constraint_name, table_name)) \
                 ON t.constraint_type = 'PRIMARY KEY' AND k.table_name = c.table_name AND k.column_name = c.column_name \
             WHERE c.table_schema = 'public' AND c.table_name <> '__diesel_schema_migrations' ORDER BY 1, c.ordinal_position",
        )
        .load(&mut conn)
        .unwrap();
        let mut place = Self { town, conn, columns };
        for table in place.tables() {
            place.conn.batch_execute(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).unwrap();
        }
        place
    }

    fn tables(&self) -> Vec<String> {
        let mut tables: Vec<String> = self.columns.iter().map(|column| column.table.clone()).collect();
        tables.dedup();
        tables.retain(|table| !NOT_HELD.contains(&table.as_str()));
        tables
    }

    fn findings_of(&self, agency: Uuid) -> Vec<Finding> {
        let app = &self.town.app;
        let report = verify::verify(&app.db, &app.office, &app.documents, agency).unwrap();
        report.findings
    }

    /// Whether what a statement changes in a table is found by name; afterwards the table is as before.
    fn finds(&mut self, table: &str, statement: &str) -> bool {
        let changed = self.conn.batch_execute(statement);
        assert!(changed.is_ok(), "{statement}: {changed:?}");
        let findings = self.findings_of(DISTRICT);
        self.conn.batch_execute(&format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}")).unwrap();
        findings.iter().any(|finding| names(table, &finding.what))
    }
}

/// Which rows of a table are the district's.
fn rows_of(columns: &[Column], table: &str) -> String {
    let of_agency = columns.iter().any(|column| column.table == table && column.column == "agency_id");
    match table {
        "agencies" => format!("id = '{DISTRICT}'"),
        // A case that is entered, so that number and date stand together.
        "cases" => format!("agency_id = '{DISTRICT}' AND case_number IS NOT NULL"),
        _ if of_agency => format!("agency_id = '{DISTRICT}'"),
        _ => "true".into(),
    }
}

/// The rows of which each column is altered: where a table holds reports of both kinds, those of the report of all below as well.
fn kinds_of_rows(columns: &[Column], table: &str) -> Vec<String> {
    const OF_BOTH: [&str; 4] = ["report_additions", "report_approvals", "frozen_reports", "report_publications"];
    let rows = rows_of(columns, table);
    if OF_BOTH.contains(&table) { vec![format!("{rows} AND NOT consolidated"), format!("{rows} AND consolidated")] } else { vec![rows] }
}

/// Another value of the same type, or one where there was none.
fn altered(table: &str, column: &str, kind: &str) -> String {
    match (table, column, kind) {
        ("outbox", "state", _) => "CASE WHEN state = 'failed' THEN 'sent' ELSE 'failed' END".into(),
        // The sender's domain behind it is a setting of the day.
        ("outbox", "message_id" | "r.message_id", _) => "'x' || message_id".into(),
        ("exchange_secrets", "until", _) => "coalesce(until, made_at) + interval '1 hour'".into(),
        ("results", "report_row", _) => "CASE report_row WHEN 3 THEN 4 ELSE 3 END".into(),
        (_, c, "uuid") => format!("CASE WHEN {c} IS NULL THEN '{CITY}' ELSE gen_random_uuid() END"),
        (_, c, "text") => format!("coalesce({c}, '') || 'x'"),
        (_, c, "_text") => format!("array_append({c}, 'auditor')"),
        (_, c, "bool") => format!("NOT {c}"),
        (_, c, "int4" | "int8") => format!("coalesce({c}, 0) + 1000"),
        (_, c, "date") => format!("coalesce({c} + 1, '2030-01-01')"),
        (_, c, "timestamptz") => format!("{c} - interval '1 second'"),
        (_, c, "_int4") => format!("array_append({c}, 1)"),
        (_, c, "_uuid") => format!("array_append({c}, gen_random_uuid())"),
        (_, c, "bytea") => format!("set_byte({c}, length({c}) - 1, get_byte({c}, length({c}) - 1) # 1)"),
        (_, c, "jsonb") => format!("{c} || '{{\"altered\": true}}'"),
        (table, column, kind) => panic!("{table}.{column} is {kind}"),
    }
}

/// How a finding speaks of what was changed in a table.
fn names(table: &str, what: &str) -> bool {
    let words: &[&str] = match table {
        "events" => &["event", "stored bytes", "column", "hash", "whole trail"],
        "event_positions" => &["whole trail", "sequencer"],
        "pending_events" => &["wait"],
        "sequencers" => &["sequencer"],
        "cases" => &["cases.", "no trail", "no row"],
        "counters" => &["number", "counter"],
        "case_texts" => &["text "],
        "case_keys" => &["case_keys", "cannot be opened"],
        "accounts" => &["account"],
        "departments" => &["department"],
        "documents" => &["document "],
        "document_keys" => &["key of document", "document_keys"],
        "settings_editions" => &["settings"],
        "calendar_editions" => &["calendar edition"],
        "calendar_proposals" => &["correction of the calendar"],
        "reminders" => &["reminders"],
        _ => return what.contains(table),
    };
    words.iter().any(|word| what.contains(word)) || what.contains(table)
}

/// Columns that have to differ in a copied row beside its key, for the sake of other constraints.
fn unique_beside_key(table: &str) -> &'static str {
    match table {
        "cases" => "|| jsonb_build_object('case_number', r.case_number || 'x', 'document_number', NULL, 'archive_number', NULL)",
        "departments" | "exchange_peers" => "|| jsonb_build_object('name', r.name || 'x')",
        "documents" => "|| '{\"object_sha256\": null, \"letter_id\": null}'",
        "deliveries" => "|| '{\"tracking_number\": null}'",
        "exchange_outbox" => "|| jsonb_build_object('dedup_key', r.dedup_key || 'x', 'position', r.position + 1000)",
        "exchange_files" => "|| jsonb_build_object('sha256', '\\x' || encode(sha256('x'), 'hex'))",
        "platform_lists" => "|| jsonb_build_object('n', r.n + 1000)",
        "outbox" => "|| jsonb_build_object('dedup_key', r.dedup_key || 'x')",
        "event_positions" => "|| jsonb_build_object('stream_id', gen_random_uuid())",
        "calendar_editions" => {
            "|| jsonb_build_object('data', r.data || ' ', 'sha256', '\\x' || encode(sha256(convert_to(r.data || ' ', 'UTF8')), 'hex'))"
        }
        _ => "",
    }
}

#[actix_web::test]
async fn every_row_and_column_altered_by_hand_is_found() {
    let mut place = Place::make().await;
    for agency in [DISTRICT, CITY] {
        assert_eq!(place.findings_of(agency), []);
    }
    let columns = std::mem::take(&mut place.columns);
    let held = |column: &&Column| {
        !NOT_HELD.contains(&column.table.as_str())
            && !COLUMNS_NOT_HELD.iter().any(|(table, columns)| *table == column.table && columns.contains(&column.column.as_str()))
    };
    let mut unnoticed = Vec::new();
    for Column { table, column, kind, key } in columns.iter().filter(held) {
        let (value, rows) = (altered(table, column, kind), rows_of(&columns, table));
        for rows in kinds_of_rows(&columns, table) {
            let altering = format!("UPDATE {table} SET {column} = {value} WHERE ctid = (SELECT ctid FROM {table} WHERE {rows} LIMIT 1)");
            if !place.finds(table, &altering) {
                unnoticed.push(altering);
            }
        }
        // The agency is in every key; what is put under another agency is that one's to find.
        if key.is_empty() || column == "agency_id" || table == "agencies" {
            continue;
        }
        let (other, beside) = (altered(table, &format!("r.{column}"), kind), unique_beside_key(table));
        let adding = format!(
            "INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(r) || jsonb_build_object('{column}', {other}) {beside})).* \
             FROM (SELECT * FROM {table} WHERE {rows} LIMIT 1) r"
        );
        if !place.finds(table, &adding) {
            unnoticed.push(adding);
        }
    }
    let mut tables: Vec<&str> = columns.iter().filter(held).map(|column| column.table.as_str()).collect();
    tables.dedup();
    for table in tables {
        let rows = rows_of(&columns, table);
        let one = |rows: &String| format!("DELETE FROM {table} WHERE ctid = (SELECT ctid FROM {table} WHERE {rows} LIMIT 1)");
        let each = kinds_of_rows(&columns, table);
        for removing in each.iter().map(one).chain([format!("DELETE FROM {table} WHERE {rows}")]) {
            if !place.finds(table, &removing) {
                unnoticed.push(removing);
            }
        }
    }
    assert_eq!(unnoticed, [""; 0]);
    assert_eq!(place.findings_of(DISTRICT), []);
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[actix_web::test]
async fn a_file_altered_cut_off_or_gone_is_found_and_an_agency_without_its_row_is_visited() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let document = upload(&cast).await;
    let findings = |town: &Town| {
        let app = &town.app;
        let found = verify::verify(&app.db, &app.office, &app.documents, DISTRICT).unwrap().findings;
        found.into_iter().map(|finding| finding.what).collect::<Vec<_>>()
    };
    assert_eq!(findings(&town), [""; 0]);
    let Store::Folder(folder) = &town.app.documents else { panic!("the documents lie in a folder") };
    let files = files_below(folder.root());
    let good = std::fs::read(&files[0]).unwrap();
    let damaged = [format!("the file of document {} is missing or altered", document.as_str().unwrap())];
    let mut other = good.clone();
    *other.last_mut().unwrap() ^= 1;
    for bytes in [Some(other.as_slice()), Some(&good[1..]), Some(&[]), None] {
        match bytes {
            Some(bytes) => std::fs::write(&files[0], bytes).unwrap(),
            None => std::fs::remove_file(&files[0]).unwrap(),
        }
        assert_eq!(findings(&town), damaged);
    }
    std::fs::write(&files[0], good).unwrap();
    assert_eq!(findings(&town), [""; 0]);

    let mut conn = PgConnection::establish(&town.owner_url).unwrap();
    conn.batch_execute(&format!("SET session_replication_role = replica; DELETE FROM agencies WHERE id = '{DISTRICT}'")).unwrap();
    assert!(verify::everyone(&town.app.db).unwrap().contains(&DISTRICT));
    assert_eq!(findings(&town), ["the agency has no row in agencies"]);
}
