//! The reference counterpart polls on, page after page, also behind a place that stays empty for ever.

use super::{Neighbour, name};
use crate::support::actor::Actor;
use crate::support::town::Town;
use crate::support::town::tempfolder::Folder;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diesel::prelude::*;
use foi_docket::db::pool::Scope;
use foi_docket::db::schema::exchange_outbox as outbox;
use foi_docket::demo::DISTRICT;
use foi_docket::exchange::outbox::{Writing, write};
use foi_docket::exchange::peers;
use serde_json::json;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// One more than two of its pages.
const MESSAGES: usize = 401;

struct Counterpart(Child);

impl Drop for Counterpart {
    fn drop(&mut self) {
        let _ended = (self.0.kill(), self.0.wait());
    }
}

#[actix_web::test]
async fn the_counterpart_fetches_every_page() {
    let town = Town::open();
    let neighbour = Neighbour::enter(&town, &name(), None).await;
    let id = neighbour.id.parse().unwrap();
    town.app
        .db
        .run_here(&Scope::own(DISTRICT), |conn| {
            let peer = peers::read(conn, DISTRICT, id)?.unwrap();
            for n in 0..MESSAGES {
                let writing = Writing {
                    sort: "receipt",
                    key: format!("page:{n}"),
                    about: json!({}),
                    case: None,
                    proceeding: None,
                    data: json!({"n": n}),
                };
                write(conn, &town.app.office, &peer, writing)?;
            }
            Ok::<_, foi_docket::case::journal::JournalError>(())
        })
        .unwrap();
    // The words of the first went with a dossier.
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let gone = (outbox::wrapped.eq(None::<Vec<u8>>), outbox::sealed.eq(None::<Vec<u8>>));
    diesel::update(outbox::table.filter(outbox::position.eq(1))).set(gone).execute(&mut owner).unwrap();

    let folder = Folder::new("counterpart-pages");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = Command::new(env!("CARGO_BIN_EXE_reference-counterpart"));
    command
        .args(["--foi", &format!("{}/exchange/reconsideration/v1/{}", town.base, neighbour.id)])
        .args(["--secret", &neighbour.secret.shown(), "--matching-key", &STANDARD.encode(neighbour.matching), "--token", &neighbour.token])
        .args(["--listen", &format!("127.0.0.1:{port}"), "--poll-ms", "100"])
        .arg("--state")
        .arg(folder.path())
        .stdout(Stdio::null());
    let _counterpart = Counterpart(command.spawn().unwrap());
    let desk = Actor::stranger(&format!("http://127.0.0.1:{port}"));
    let begun = Instant::now();
    loop {
        let state = desk.try_send(reqwest::Method::GET, "/desk/state", &[], Vec::new()).await;
        let taken = state.and_then(|state| state.body["taken"].as_array().map(Vec::len)).unwrap_or(0);
        if taken == MESSAGES - 1 {
            break;
        }
        assert!(begun.elapsed() < Duration::from_mins(2), "{taken} of {MESSAGES} have come");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
