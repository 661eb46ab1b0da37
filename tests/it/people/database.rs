//! `DATABASE_URL` of whoever owns the tables: however it is written, the service goes on with its own few rights, or not at all.

use crate::support::town::Town;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use foi_docket::commands::database::{Database, Entry};
use foi_docket::config::Config;
use foi_docket::db::pool::{DbError, Limits, Scope};
use foi_docket::http::cors::Origins;
use foi_docket::http::peer::Proxies;
use foi_docket::letters::scanner::Scanner;
use std::process::Command;

fn config(url: &str) -> Config {
    let nothing = || None;
    Config {
        database_url: Some(url.to_owned()),
        listen: "127.0.0.1:0".parse().unwrap(),
        data_dir: "unused".into(),
        public_url: nothing(),
        smtp_url: nothing(),
        mail_from: nothing(),
        master_key: nothing(),
        token_key: nothing(),
        bucket: None,
        scanner: Scanner::Off,
        fonts: None,
        postgres_bin: None,
        oidc: None,
        search_path: None,
        calls_per_minute: None,
        metrics_listen: None,
        origins: Origins::default(),
        proxies: Proxies::default(),
        exchange: foi_docket::exchange::reach::Reach::default(),
    }
}

#[derive(QueryableByName)]
struct Acting {
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Text)]
    geqo: String,
}

fn acting(url: &str) -> Acting {
    let database = Database::open(&config(url), Entry::Beside).unwrap();
    let ask = "SELECT current_user::text AS role, current_setting('geqo') AS geqo";
    let pool = database.pool(Limits::default());
    pool.run_here(&Scope::nobody(), |conn| diesel::sql_query(ask).get_result::<Acting>(conn).map_err(DbError::Query)).unwrap()
}

/// The address as keys and values: host, user, password and database of the town's.
fn keys_and_values(url: &str) -> String {
    let rest = url.strip_prefix("postgresql://").unwrap();
    let (account, rest) = rest.split_once("@/").unwrap();
    let (user, password) = account.split_once(':').unwrap();
    let (database, host) = rest.split_once("?host=").unwrap();
    let host = host.strip_suffix("&port=5432").unwrap();
    format!("host='{host}' port=5432 user={user} password='{password}' dbname={database}")
}

#[test]
fn every_way_to_write_the_address_ends_in_the_role_of_the_service() {
    let town = Town::open();
    let (url, keys) = (&town.owner_url, keys_and_values(&town.owner_url));
    for (address, geqo) in [
        (url.clone(), "on"),
        (format!("{url}&options=-c%20geqo%3Doff"), "off"),
        (keys.clone(), "on"),
        (format!("{keys} options='-c geqo=off'"), "off"),
    ] {
        let acting = acting(&address);
        assert_eq!((acting.role.as_str(), acting.geqo.as_str()), ("foi_docket_service", geqo), "{address}");
    }
}

#[test]
fn the_program_refuses_a_service_role_that_could_change_the_trail() {
    let town = Town::open();
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    owner.batch_execute("GRANT UPDATE (kind) ON events TO foi_docket_service").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_foi-docket"))
        .env("DATABASE_URL", &town.owner_url)
        .env("FOI_LISTEN", "127.0.0.1:0")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains("the database role \"foi_docket_service\" may change or delete events; take that right away from it"), "{said}");
}

#[test]
fn an_owner_that_may_not_become_the_service_is_told_so() {
    let town = Town::open();
    let mut admin = PgConnection::establish(&town.owner_url).unwrap();
    let name = format!("lone_owner_{}", std::process::id());
    admin
        .batch_execute(&format!(
            "CREATE ROLE {name} LOGIN PASSWORD 'lone'; \
             GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}; GRANT ALL ON SCHEMA public TO {name}"
        ))
        .unwrap();
    let url = keys_and_values(&town.owner_url);
    let (host, _) = url.split_once(" user=").unwrap();
    let database = url.split_once(" dbname=").unwrap().1;
    let lone = format!("{host} user={name} password=lone dbname={database}");
    let refused = Database::open(&config(&lone), Entry::Beside).err().map(|error| format!("{error:#}"));
    admin.batch_execute(&format!("DROP OWNED BY {name}; DROP ROLE {name}")).unwrap();
    let refused = refused.unwrap();
    assert!(refused.contains("cannot go on as foi_docket_service; as a superuser, GRANT foi_docket_service to it"), "{refused}");
}
