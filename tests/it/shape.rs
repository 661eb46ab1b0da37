//! The house holds its shape: knowledge runs one way, one writer, small files, no SQL inside the fold.

use std::path::{Path, PathBuf};

/// Most lines a file may have.
const MAX_LINES: usize = 500;

fn sources(under: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(under), &mut found);
    assert!(!found.is_empty(), "{under} has no sources");
    found
}

/// The code before the tests at the end of a file.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap()
}

fn is_test_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| ["tests.rs", "testing.rs", "golden.rs"].iter().any(|known| name == *known))
        || path.components().any(|part| part.as_os_str() == "tests")
}

#[test]
fn no_file_is_longer_than_it_should_be() {
    let long: Vec<_> = sources("src")
        .into_iter()
        .chain(sources("tests"))
        .filter(|(path, text)| text.lines().count() > MAX_LINES && path.file_name().is_some_and(|name| name != "schema.rs"))
        .map(|(path, text)| format!("{} {}", path.display(), text.lines().count()))
        .collect();
    assert!(long.is_empty(), "rooms to divide: {long:#?}");
}

/// What each part of the house may not know. The law sees values only.
const BLIND: &[(&str, &[&str])] = &[
    (
        "src/rules",
        &[
            "crate::case",
            "crate::steps",
            "crate::db",
            "crate::http",
            "crate::notify",
            "crate::letters",
            "crate::people",
            "crate::clock",
            "crate::ids",
            "crate::app",
            "crate::views",
            "crate::audit",
            "crate::work",
            "diesel",
            "actix",
            "tokio",
            "reqwest",
            "rand::",
        ],
    ),
    (
        "src/case",
        &["crate::steps", "crate::http", "crate::people", "crate::app", "crate::views", "crate::work", "actix", "tokio", "reqwest"],
    ),
    ("src/steps", &["crate::work", "crate::notify"]),
    ("src/db", &["crate::steps", "crate::http", "crate::views", "crate::people", "crate::work", "actix"]),
    ("src/notify/compose.rs", &["crate::db", "diesel", "crate::clock"]),
];

#[test]
fn knowledge_runs_one_way() {
    let mut wrong = Vec::new();
    for (place, forbidden) in BLIND {
        let files = if Path::new(place).extension().is_some() {
            vec![(PathBuf::from(place), std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(place)).unwrap())]
        } else {
            sources(place)
        };
        for (path, text) in files.iter().filter(|(path, _)| !is_test_file(path)) {
            for line in code(text).lines().filter(|line| !line.trim_start().starts_with("//")) {
                for word in forbidden.iter().filter(|word| line.contains(**word)) {
                    wrong.push(format!("{}: {word} in `{}`", path.display(), line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The tables of the journal, and where alone they may be written.
const WRITERS: &[(&str, &[&str])] = &[
    ("events::table", &["src/case/journal/"]),
    ("cases::table", &["src/case/journal/"]),
    ("duties::table", &["src/case/journal/"]),
    ("deliveries::table", &["src/case/journal/"]),
    ("proceedings::table", &["src/case/journal/"]),
    ("results::table", &["src/case/journal/"]),
    ("fee_items::table", &["src/case/journal/"]),
    ("report_cases::table", &["src/db/report/"]),
    ("report_proceedings::table", &["src/db/report/"]),
    ("frozen_reports::table", &["src/db/report/"]),
    ("sealed_documents::table", &["src/case/journal/"]),
    ("reply_items::table", &["src/case/journal/"]),
    ("library_uses::table", &["src/case/journal/"]),
    ("corrected_replies::table", &["src/case/journal/"]),
    ("platform_states::table", &["src/case/journal/"]),
    ("external_references::table", &["src/case/journal/"]),
    ("agency_streams::table", &["src/case/journal/"]),
    ("counters::table", &["src/case/journal/"]),
    ("case_search::table", &["src/case/journal/"]),
    ("case_texts::table", &["src/case/vault.rs"]),
    ("case_keys::table", &["src/case/vault.rs"]),
    ("applicant_index::table", &["src/case/vault.rs"]),
];

#[test]
fn only_the_journal_writes_cases() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (path, text) in sources("src") {
        let shown = path.display().to_string();
        for (table, rooms) in WRITERS {
            for verb in ["insert_into(", "update(", "delete("] {
                let flat = code(&text).split_whitespace().collect::<String>();
                if flat.contains(&format!("diesel::{verb}{table}")) {
                    seen += 1;
                    if !rooms.iter().any(|room| shown.contains(room)) {
                        wrong.push(format!("{shown} writes {table}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 8, "the search finds what it must: {seen}");
}

#[test]
fn only_the_journal_writes_in_words_of_its_own() {
    let found: Vec<_> = sources("src")
        .into_iter()
        .filter(|(path, text)| {
            !is_test_file(path) && ["INSERT INTO ", "DELETE FROM ", "UPDATE cases"].iter().any(|verb| code(text).contains(verb))
        })
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(matches!(&found[..], [one] if one.ends_with("src/case/journal/write/statement.rs")), "{found:#?}");
}

#[test]
fn no_sql_looks_inside_the_fold() {
    let wrong: Vec<_> = sources("src")
        .into_iter()
        .filter(|(path, _)| path.file_name().is_some_and(|name| name != "schema.rs"))
        .filter(|(_, text)| {
            ["state->", "state ->", "state #>", "jsonb_path", "retrieve_as_", "cases::state.eq"]
                .iter()
                .any(|word| code(text).contains(word))
        })
        .map(|(path, _)| path)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_system_clock_chance_and_the_environment_have_one_door_each() {
    for (path, text) in sources("src") {
        let shown = path.display().to_string();
        let doors = ["src/clock.rs", "src/ids.rs", "src/config.rs"];
        if doors.iter().any(|door| shown.ends_with(door)) || is_test_file(&path) {
            continue;
        }
        for word in ["Utc::now()", "Local::now()", "SystemTime::now()", "Uuid::now_v7()", "Uuid::new_v4()", "env::var("] {
            assert!(!code(&text).contains(word), "{shown}: {word}");
        }
    }
}
