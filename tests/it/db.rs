//! The catalogue is what the code believes: tables, columns, row-level security, grants; one migration after the other.

use crate::support::town::Town;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use std::collections::BTreeMap;

#[derive(QueryableByName, Debug)]
#[expect(clippy::struct_field_names, reason = "the names of the catalogue")]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    udt_name: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

/// What diesel calls a type of PostgreSQL.
fn diesel_type(column: &Column) -> String {
    let name = match column.udt_name.as_str() {
        "uuid" => "Uuid",
        "text" => "Text",
        "bool" => "Bool",
        "int2" => "Int2",
        "int4" => "Int4",
        "int8" => "Int8",
        "date" => "Date",
        "timestamptz" => "Timestamptz",
        "bytea" => "Bytea",
        "jsonb" => "Jsonb",
        "_text" => "Array<Text>",
        "_int4" => "Array<Int4>",
        "_uuid" => "Array<Uuid>",
        other => panic!("{other} has no name here"),
    };
    if column.nullable { format!("Nullable<{name}>") } else { name.to_owned() }
}

#[test]
fn schema_is_that_of_the_migrations() {
    let town = Town::open();
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let columns: Vec<Column> = diesel::sql_query(
        "SELECT table_name::text, column_name::text, udt_name::text, is_nullable = 'YES' AS nullable \
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '__diesel_schema_migrations' \
         ORDER BY table_name, ordinal_position",
    )
    .load(&mut owner)
    .unwrap();
    let mut tables: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for column in &columns {
        tables.entry(&column.table_name).or_default().push(format!("{}->{}", column.column_name, diesel_type(column)));
    }
    let schema = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/db/schema.rs")).unwrap();
    let flat: String = schema.split_whitespace().collect();
    for (table, columns) in &tables {
        let wanted = columns.iter().fold(String::new(), |text, column| format!("{text}{column},"));
        let start = flat.find(&format!("diesel::table!{{{table}(")).unwrap_or_else(|| panic!("{table} is missing in schema.rs"));
        let found = flat.get(start..).unwrap().split_once("){").unwrap().1.split('}').next().unwrap();
        assert_eq!(found, wanted, "{table}");
    }
    assert_eq!(flat.matches("diesel::table!").count(), tables.len());
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

fn names(conn: &mut PgConnection, sql: &str) -> Vec<String> {
    diesel::sql_query(sql).load::<Name>(conn).unwrap().into_iter().map(|row| row.name).collect()
}

#[test]
fn every_table_of_an_agency_has_row_level_security_with_four_policies() {
    let town = Town::open();
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let open = names(
        &mut owner,
        "SELECT c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = 'public' AND c.relkind = 'r' \
           AND (NOT c.relrowsecurity OR (SELECT count(DISTINCT polcmd) FROM pg_policy p WHERE p.polrelid = c.oid) <> 4) ORDER BY 1",
    );
    assert_eq!(open, ["__diesel_schema_migrations", "agencies", "calendar_editions", "calendar_proposals", "sign_in_names"]);
}

#[test]
fn the_service_cannot_change_the_trail() {
    let town = Town::open();
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let rights = names(
        &mut owner,
        "SELECT table_name || ' ' || string_agg(privilege_type, ' ' ORDER BY privilege_type) AS name \
         FROM information_schema.role_table_grants \
         WHERE grantee = 'foi_docket_service' AND table_name IN ('events', 'event_positions', 'calendar_editions', 'settings_editions', 'agencies') \
         GROUP BY table_name ORDER BY 1",
    );
    assert_eq!(
        rights,
        [
            "agencies SELECT",
            "calendar_editions INSERT SELECT",
            "event_positions INSERT SELECT",
            "events INSERT SELECT",
            "settings_editions INSERT SELECT"
        ]
    );
    // Behind the grants stands a trigger: not even the owner changes an event by mistake.
    for statement in ["UPDATE events SET kind = 'x'", "DELETE FROM events", "TRUNCATE events", "DELETE FROM event_positions"] {
        let refused = owner.batch_execute(statement).unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{statement}: {refused}");
    }
}

#[test]
fn one_agency_cannot_see_or_write_another_s_rows() {
    use foi_docket::db::pool::{DbError, Scope};
    use foi_docket::db::schema::{agencies, departments};
    let town = Town::open();
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let ids: Vec<uuid::Uuid> = agencies::table.select(agencies::id).load(&mut owner).unwrap();
    let with_departments: Vec<uuid::Uuid> = departments::table.select(departments::agency_id).distinct().load(&mut owner).unwrap();
    let mine = *with_departments.first().unwrap();
    let other = *ids.iter().find(|id| **id != mine).unwrap();
    let seen = |scope: Scope| -> i64 {
        town.app.db.run_here(&scope, |conn| departments::table.count().get_result(conn).map_err(DbError::Query)).unwrap()
    };
    assert!(seen(Scope::own(mine)) > 0);
    assert_eq!(seen(Scope::nobody()), 0);
    let written = town.app.db.run_here(&Scope::own(other), |conn| {
        diesel::insert_into(departments::table)
            .values((
                departments::agency_id.eq(mine),
                departments::id.eq(uuid::Uuid::from_u128(9)),
                departments::name.eq("x"),
                departments::active.eq(true),
            ))
            .execute(conn)
            .map_err(DbError::Query)
    });
    assert!(written.unwrap_err().to_string().contains("row-level security"));
}
