//! How fast words are found in an agency of many cases: figures for a person to read, measured on demand.
//!
//! Whole requests over HTTP on real texts; `tests/search/figures.sh` measures the database alone.
//!
//! `CASES=1000000 cargo test --test it search::figures -- --ignored --nocapture`

use crate::support::actor::Actor;
use crate::support::life::Cast;
use crate::support::town::Town;
use chrono::{Days, NaiveDate};
use diesel::connection::SimpleConnection;
use diesel::pg::CopyFormat;
use diesel::prelude::*;
use foi_docket::case::model::Case;
use foi_docket::case::private::{PersonDetails, Private, RequestWords};
use foi_docket::case::search::{Tokens, passages};
use foi_docket::crypto::{CaseKey, CaseOf, commitment, hex};
use foi_docket::db::schema::{case_keys, case_search, case_texts, cases};
use foi_docket::demo::DISTRICT;
use foi_docket::rules::words;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use uuid::Uuid;

diesel::table! { fill (id) { id -> Uuid, dated_on -> Date, state -> Jsonb, } }

/// Words with the share of the cases they stand in, in millionths.
const CLASSES: [(&str, u64); 8] = [
    ("every case", 1_000_000),
    ("30 %", 300_000),
    ("10 %", 100_000),
    ("3 %", 30_000),
    ("1 %", 10_000),
    ("0.1 %", 1_000),
    ("0.01 %", 100),
    ("none", 0),
];
/// Words of a class.
const WORDS: usize = 8;
/// Days over which the cases came in.
const DAYS: u64 = 3_650;
/// Cases written at once.
const CHUNK: u64 = 5_000;

/// Numbers by chance, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// A two-character word that stands in no background text: its characters are outside of it.
fn marker(class: usize, n: usize) -> String {
    let at = |offset: usize| char::from_u32(u32::try_from(0x7000 + offset).unwrap()).unwrap();
    [at(class * 64 + 2 * n), at(class * 64 + 2 * n + 1)].into_iter().collect()
}

/// A piece of text with the tokens of its words.
struct Piece {
    text: String,
    tokens: Vec<i32>,
}

fn piece(tokens: Tokens<'_>, text: String) -> Piece {
    Piece { tokens: words::words(&text).keys().map(|word| tokens.word(word)).collect(), text }
}

/// Twenty thousand phrases of characters as often as in a language: the n-th is n times rarer than the first.
fn phrases(tokens: Tokens<'_>, dice: &mut Dice) -> Vec<Piece> {
    let phrase = |dice: &mut Dice| -> String {
        (0..8 + dice.roll(7))
            .map(|_| {
                let rank = (0..3).map(|_| dice.roll(2_500)).min().unwrap();
                char::from_u32(u32::try_from(0x4e00 + rank).unwrap()).unwrap()
            })
            .collect()
    };
    (0..20_000).map(|_| phrase(dice)).map(|text| piece(tokens, text)).collect()
}

struct Filler<'a> {
    town: &'a Town,
    template: Case,
    /// The case as text, cut where its id, its texts and its day stand.
    state: String,
    phrases: Vec<Piece>,
    markers: Vec<Vec<Piece>>,
    dice: Dice,
}

#[derive(Default)]
struct Buffers {
    fill: String,
    keys: String,
    texts: String,
    search: String,
}

impl Filler<'_> {
    fn case(&mut self, n: u64, of: u64, out: &mut Buffers) {
        let office = &self.town.app.office;
        let tokens = Tokens(&office.blind);
        let first: NaiveDate = "2016-11-04".parse().unwrap();
        let dated_on = first + Days::new(n * DAYS / of);
        let owner =
            CaseOf { agency: DISTRICT, case: Uuid::from_u128((0x0190_0000_0000_7000_8000_u128 << 48) + 0x100_0000_0000 + u128::from(n)) };
        let mut found: BTreeMap<i32, u8> = BTreeMap::new();
        let mut part = |dice: &mut Dice, pieces: u64, weight: u8| {
            let mut text = String::new();
            for _ in 0..pieces {
                let piece = &self.phrases[usize::try_from(dice.roll(20_000)).unwrap()];
                text.push_str(&piece.text);
                text.push('，');
                piece.tokens.iter().for_each(|token| *found.entry(*token).or_default() = weight);
            }
            text
        };
        let (mut request, reply) = (part(&mut self.dice, 10, 3), part(&mut self.dice, 8, 2));
        for (class, (_, share)) in CLASSES.iter().enumerate() {
            for piece in &self.markers[class] {
                if self.dice.roll(1_000_000) < *share {
                    request.push_str(&piece.text);
                    request.push('，');
                    piece.tokens.iter().for_each(|token| *found.entry(*token).or_default() = 3);
                }
            }
        }
        let bands: Vec<i32> = (0..8).map(|_| i32::from_ne_bytes(u32::try_from(self.dice.roll(1 << 32)).unwrap().to_ne_bytes())).collect();
        bands.iter().copied().chain([tokens.month(DISTRICT, dated_on)]).for_each(|token| _ = found.entry(token).or_default());
        let key = CaseKey::generate().unwrap();
        let mut state = self.state.replace(&self.template.id.to_string(), &owner.case.to_string());
        let request = serde_json::to_string(&RequestWords { description: request, ..RequestWords::default() }).unwrap();
        let person = serde_json::to_string(&PersonDetails { name: "甲某某".into(), ..PersonDetails::default() }).unwrap();
        let person_of = self.template.first_applicant().unwrap();
        let privates = passages(&self.template).into_iter().map(|(private, _)| private).chain([person_of]);
        for Private { id, commitment: before } in privates {
            let text = if *id == self.template.request.words.id {
                &request
            } else if *id == person_of.id {
                &person
            } else {
                &reply
            };
            let salt = [7; 16];
            state = state.replace(before, &hex(&commitment(&salt, text.as_bytes())));
            let place = [DISTRICT.as_bytes().as_slice(), owner.case.as_bytes(), id.as_bytes()].concat();
            let sealed = key.seal(&place, &[salt.as_slice(), text.as_bytes()].concat()).unwrap();
            writeln!(out.texts, "{DISTRICT}\t{}\t{id}\t\\\\x{}", owner.case, hex(&sealed)).unwrap();
        }
        writeln!(out.keys, "{DISTRICT}\t{}\t\\\\x{}", owner.case, hex(&office.keys.wrap(owner, &key).unwrap())).unwrap();
        writeln!(out.fill, "{}\t{dated_on}\t{state}", owner.case).unwrap();
        let listed = |list: &mut dyn Iterator<Item = i32>| list.map(|token| token.to_string()).collect::<Vec<_>>().join(",");
        let (words, bands) = (listed(&mut found.keys().copied()), listed(&mut bands.into_iter()));
        let weights = hex(&found.values().copied().collect::<Vec<u8>>());
        writeln!(out.search, "{DISTRICT}\t{}\t{dated_on}\t{{{bands}}}\t{{{words}}}\t\\\\x{weights}", owner.case).unwrap();
    }

    fn fill(&mut self, conn: &mut PgConnection, of: u64) {
        conn.batch_execute("SET session_replication_role = replica; CREATE TABLE fill (id uuid PRIMARY KEY, dated_on date, state jsonb)")
            .unwrap();
        conn.batch_execute("DROP INDEX case_search_words").unwrap();
        for from in (0..of).step_by(usize::try_from(CHUNK).unwrap()) {
            let mut out = Buffers::default();
            (from..of.min(from + CHUNK)).for_each(|n| self.case(n, of, &mut out));
            macro_rules! copy {
                ($table:ident, $text:expr) => {
                    let text = $text.as_bytes();
                    let copied = diesel::copy_from($table::table)
                        .from_raw_data($table::table, |into: &mut dyn std::io::Write| {
                            into.write_all(text).map_err(|error| diesel::result::Error::SerializationError(error.into()))
                        })
                        .with_format(CopyFormat::Text)
                        .execute(conn);
                    copied.unwrap();
                };
            }
            copy!(fill, out.fill);
            copy!(case_keys, out.keys);
            copy!(case_texts, out.texts);
            copy!(case_search, out.search);
        }
        conn.batch_execute(&format!(
            "INSERT INTO cases SELECT r.* FROM cases c, fill f, LATERAL jsonb_populate_record(c, jsonb_build_object('id', f.id, 'arrived_on', f.dated_on,
                 'received_on', f.dated_on, 'case_number', f.id, 'document_number', f.id, 'state', f.state)) r WHERE c.id = '{}' ORDER BY f.id;
             DROP TABLE fill;
             CREATE INDEX case_search_words ON case_search USING gin (words) WITH (gin_pending_list_limit = 256)",
            self.template.id
        ))
        .unwrap();
        conn.batch_execute("VACUUM ANALYZE").unwrap();
    }
}

fn told(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100];
    println!("{what}: {} times, p50 {:?}, p95 {:?}, the slowest {:?}", took.len(), at(50), at(95), at(100));
}

#[derive(QueryableByName)]
struct Size {
    #[diesel(sql_type = diesel::sql_types::Text)]
    what: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    size: String,
}

async fn timed(clerk: &Actor, paths: &[String], rounds: usize) -> Vec<Duration> {
    let mut took = Vec::new();
    for _ in 0..rounds {
        for path in paths {
            let start = Instant::now();
            clerk.get(path).await.good();
            took.push(start.elapsed());
        }
    }
    took
}

#[actix_web::test]
#[ignore = "a measurement, not a check"]
async fn words_of_every_frequency() {
    let of = std::env::var("CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let served = cast.served("EA000000001CN").await;
    let id: Uuid = served["id"].as_str().unwrap().parse().unwrap();
    let mut conn = PgConnection::establish(&town.owner_url).unwrap();
    let state: serde_json::Value = cases::table.find((DISTRICT, id)).select(cases::state).first(&mut conn).unwrap();
    let tokens = Tokens(&town.app.office.blind);
    let mut dice = Dice(88_172_645_463_325_252);
    let markers = (0..CLASSES.len()).map(|class| (0..WORDS).map(|n| piece(tokens, marker(class, n))).collect()).collect();
    let template: Case = serde_json::from_value(state.clone()).unwrap();
    let phrases = phrases(tokens, &mut dice);
    let start = Instant::now();
    Filler { town: &town, template, state: state.to_string(), phrases, markers, dice }.fill(&mut conn, of);
    println!("{of} cases in {:?}", start.elapsed());
    // A million of them take longer than a token lives.
    let clerk = town.sign_in("clerk").await;
    let sizes: Vec<Size> = diesel::sql_query(
        "SELECT n AS what, pg_size_pretty(s) AS size FROM (VALUES ('index', pg_relation_size('case_search_words')), \
         ('rows', pg_relation_size('case_search')), ('case_search whole', pg_total_relation_size('case_search')), \
         ('cases', pg_total_relation_size('cases')), ('case_texts', pg_total_relation_size('case_texts'))) v (n, s)",
    )
    .load(&mut conn)
    .unwrap();
    for Size { what, size } in sizes {
        println!("{what}: {size}");
    }
    told("no words, newest first", timed(&clerk, &["/api/v1/cases?sort=-received_on".into()], 40).await);
    told("no words, by due date", timed(&clerk, &["/api/v1/cases".into()], 40).await);
    for (class, (share, _)) in CLASSES.iter().enumerate() {
        let questions: Vec<String> = (0..WORDS).map(|n| marker(class, n)).collect();
        let path = |sort: &str| questions.iter().map(|q| format!("/api/v1/cases?q={q}&sort={sort}")).collect::<Vec<_>>();
        for (order, sort) in [("newest first", "-received_on"), ("best first", "-relevance")] {
            told(&format!("{share}, {order}, from disk"), timed(&clerk, &path(sort), 1).await);
            told(&format!("{share}, {order}"), timed(&clerk, &path(sort), 12).await);
        }
    }
    let both: Vec<String> = (0..WORDS).map(|n| format!("/api/v1/cases?q={}+{}", marker(1, n), marker(2, n))).collect();
    told("30 % and 10 %, newest first", timed(&clerk, &both, 12).await);
    let filtered: Vec<String> = (0..WORDS).map(|n| format!("/api/v1/cases?q={}&outcome=a1", marker(1, n))).collect();
    told("30 %, and no case fits the filter", timed(&clerk, &filtered, 3).await);
    let alike: Vec<String> = {
        let ids: Vec<Uuid> = cases::table.order(cases::received_on.desc()).select(cases::id).limit(20).load(&mut conn).unwrap();
        ids.iter().map(|id| format!("/api/v1/cases/{id}/similar-cases")).collect()
    };
    told("similar cases", timed(&clerk, &alike, 5).await);
    if let Ok(seconds) = std::env::var("KEEP") {
        println!("{}", town.owner_url);
        std::thread::sleep(Duration::from_secs(seconds.parse().unwrap()));
    }
}
