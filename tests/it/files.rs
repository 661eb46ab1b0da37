//! Documents over HTTP: what is refused before anything is stored, what comes back, what is found when somebody works behind the
//! service's back; in a folder, and in a bucket of a real server that speaks S3 (`tests/files/check.sh` brings one, and a clamd).

use crate::support::actor::{Actor, Reply};
use crate::support::life::{Cast, by_post};
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::audit::verify;
use foi_docket::demo::DISTRICT;
use foi_docket::letters::documents::LIMIT;
use foi_docket::letters::scanner::Scanner;
use foi_docket::letters::store::{BucketSettings, Store};
use futures_util::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::{ObjectStore, ObjectStoreExt, PutMode};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

const FORM: &str = "multipart/form-data; boundary=cut";
/// What every scanner finds and what harms nobody, in two parts so that no scanner finds it here.
const EICAR: [&str; 2] = [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];

async fn send(actor: &Actor, name: &str, bytes: &[u8]) -> Reply {
    let head =
        format!("--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: application/pdf\r\n\r\n");
    let body = [head.as_bytes(), bytes, b"\r\n--cut--\r\n"].concat();
    actor.send(Method::POST, "/api/v1/documents", &[("content-type", FORM)], Some(body)).await
}

pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let entries = entries.map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

fn stored(town: &Town) -> Vec<PathBuf> {
    let Store::Folder(folder) = &town.app.documents else { panic!("the documents lie in a folder") };
    files_below(folder.root())
}

fn findings(town: &Town) -> Vec<String> {
    let report = verify::verify(&town.app.db, &town.app.office, &town.app.documents, DISTRICT).unwrap();
    report.findings.into_iter().map(|finding| finding.what).collect()
}

/// A PDF of so many bytes, different everywhere.
fn pdf(length: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend((0_u32..).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).take(length - 15));
    bytes.extend(b"%%EOF\n");
    bytes
}

/// The bytes that a download gives.
async fn download(town: &Town, actor: &Actor, id: &Value) -> reqwest::Response {
    let url = format!("{}/api/v1/documents/{}/content", town.base, id.as_str().unwrap());
    reqwest::Client::new().get(url).bearer_auth(actor.token()).send().await.unwrap()
}

#[actix_web::test]
async fn what_is_no_paper_is_refused_by_name_and_nothing_is_stored() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    let program = [b"MZ\x90\0\x03\0\0\0".as_slice(), &[0; 500]].concat();
    let archive_end = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
    for (name, bytes, code) in [
        ("答复书.pdf", program, "document_type_refused"),
        ("答复书.pdf", b"\x7FELF\x02\x01\x01\0".to_vec(), "document_type_refused"),
        ("答复书.pdf", b"<!DOCTYPE html><script>alert(1)</script>".to_vec(), "document_type_refused"),
        ("答复书.pdf", [pdf(100), archive_end].concat(), "document_ambiguous"),
        ("扫描件.png", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &pdf(100)].concat(), "document_ambiguous"),
        ("空.pdf", Vec::new(), "document_empty"),
        ("大.pdf", pdf(LIMIT + 1), "too_large"),
    ] {
        let refused = send(&clerk, name, &bytes).await.refused(code);
        assert!(!refused.to_string().contains(name), "no name of a file is repeated");
    }
    assert_eq!(stored(&town), Vec::<PathBuf>::new());
    assert_eq!(findings(&town), [""; 0]);
}

#[actix_web::test]
async fn two_gigabytes_are_refused_before_a_byte_is_read() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    let mut socket = TcpStream::connect(town.base.strip_prefix("http://").unwrap()).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let (token, length) = (clerk.token(), 2_u64 << 30);
    let head = format!(
        "POST /api/v1/documents HTTP/1.1\r\nhost: town\r\nauthorization: Bearer {token}\r\ncontent-type: {FORM}\r\ncontent-length: {length}\r\n\r\n"
    );
    // Not a byte of the body is sent, and the answer is there.
    socket.write_all(head.as_bytes()).unwrap();
    let answer = tokio::task::spawn_blocking(move || {
        let mut answer = [0; 12];
        socket.read_exact(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    });
    assert_eq!(answer.await.unwrap(), "HTTP/1.1 413");
    assert_eq!(stored(&town), Vec::<PathBuf>::new());
}

#[actix_web::test]
async fn a_body_that_does_not_tell_its_length_is_cut_off_at_the_limit() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    let head = b"--cut\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\n%PDF-1.7\n".to_vec();
    let zeros = std::iter::repeat_n(vec![0_u8; 1 << 20], 2048);
    let chunks = std::iter::once(head).chain(zeros).map(Ok::<_, std::io::Error>);
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    let url = format!("{}/api/v1/documents", town.base);
    let request = reqwest::Client::new().post(url).bearer_auth(clerk.token()).header("content-type", FORM).body(body);
    // The service answers and hangs up; a client that still writes may see only the second.
    match request.send().await {
        Ok(answer) => assert_eq!(answer.status().as_u16(), 413),
        Err(error) => assert!(error.is_request() || error.is_body(), "{error:?}"),
    }
    assert_eq!(stored(&town), Vec::<PathBuf>::new());
    clerk.get("/api/v1/me").await.good();
}

#[actix_web::test]
async fn a_long_document_comes_back_as_it_went_and_never_in_part_when_it_is_damaged() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    let bytes = pdf(5 << 20);
    let document = send(&clerk, "卷宗.pdf", &bytes).await.good();
    let answer = download(&town, &clerk, &document["id"]).await;
    assert_eq!((answer.status().as_u16(), answer.content_length()), (200, Some(5 << 20)));
    assert!(answer.bytes().await.unwrap() == bytes);
    let [file] = stored(&town).try_into().unwrap();
    let good = std::fs::read(&file).unwrap();
    // The last byte of the last segment: nothing of what lies before it is given out.
    let mut bad = good.clone();
    *bad.last_mut().unwrap() ^= 1;
    std::fs::write(&file, bad).unwrap();
    let answer = download(&town, &clerk, &document["id"]).await;
    assert_eq!(answer.status().as_u16(), 500);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "document_damaged");
    std::fs::write(&file, good).unwrap();
    assert_eq!(download(&town, &clerk, &document["id"]).await.status().as_u16(), 200);
}

/// Takes streams as clamd does, and answers each.
pub fn clamd(answers: &'static [&'static [u8]]) -> (Scanner, JoinHandle<Vec<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let scanner = Scanner::Tcp(listener.local_addr().unwrap().to_string());
    let serving = std::thread::spawn(move || answers.iter().map(|answer| taken(listener.accept().unwrap().0, answer)).collect());
    (scanner, serving)
}

fn taken(mut socket: TcpStream, answer: &[u8]) -> Vec<u8> {
    let (mut command, mut sent) = ([0; 10], Vec::new());
    socket.read_exact(&mut command).unwrap();
    assert_eq!(&command, b"zINSTREAM\0");
    loop {
        let mut length = [0; 4];
        socket.read_exact(&mut length).unwrap();
        let mut chunk = vec![0; u32::from_be_bytes(length) as usize];
        if chunk.is_empty() {
            break;
        }
        socket.read_exact(&mut chunk).unwrap();
        sent.extend(chunk);
    }
    socket.write_all(answer).unwrap();
    sent
}

#[actix_web::test]
async fn nothing_is_stored_that_the_scanner_has_not_passed() {
    let (scanner, serving) = clamd(&[b"stream: OK\0", b"stream: Win.Test.EICAR_HDB-1 FOUND\0", b"INSTREAM size limit exceeded. ERROR\0"]);
    let town = Town::with_files(None, scanner);
    let clerk = town.sign_in("clerk").await;
    send(&clerk, "a.pdf", &pdf(200_000)).await.good();
    assert_eq!(stored(&town).len(), 1);
    let refused = send(&clerk, "a.pdf", &pdf(100)).await.refused("document_infected");
    assert!(refused["status"] == 422 && refused["detail"].as_str().unwrap().contains("Win.Test.EICAR_HDB-1"), "{refused}");
    for _ in 0..2 {
        // The second time nobody listens any more.
        let silent = send(&clerk, "a.pdf", &pdf(100)).await;
        assert_eq!((silent.status, silent.headers.contains_key("retry-after")), (503, true));
        silent.refused("scanner_unavailable");
    }
    assert_eq!(stored(&town).len(), 1);
    let sent = serving.join().unwrap();
    assert!(sent[0] == pdf(200_000) && sent[1] == pdf(100), "every byte was looked at");
    // What cannot be a paper is not even scanned, and what is made here comes from no stranger.
    send(&clerk, "a.pdf", b"MZ\x90\0\x03\0\0\0").await.refused("document_type_refused");
}

#[actix_web::test]
async fn a_dossier_without_the_proof_of_delivery_is_not_archived() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.kept_back(&cast.closed("EA000000001CN").await).await;
    let archive = json!({"archive_number": "2026-1"});
    let refused = cast.clerk.step(&case, "/archiving", archive.clone()).await.refused("delivery_proof_missing");
    assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("送达凭证"), "{refused}");
    let late = json!({"document_id": cast.paper().await, "role": "signed_slip", "dated_on": FIRST_DAY});
    cast.clerk.step(&case, "/dispatches/1/proofs", late).await.refused("late_reason_missing");
    let case = cast.proved(&case).await;
    let proof = &case["dispatches"][0]["proofs"][0];
    assert_eq!((&proof["role"], &proof["n"], &case["dispatches"][0]["attempt"]), (&json!("signed_slip"), &json!(1), &json!(1)));
    let case = cast.clerk.step(&case, "/archiving", archive).await.good();
    let listed = case["archiving"]["catalogue"].as_array().unwrap().iter().any(|entry| entry["document_id"] == proof["document_id"]);
    assert!(listed, "{:#}", case["archiving"]);
    assert_eq!(findings(&town), [""; 0]);
}

#[actix_web::test]
async fn the_envelope_is_kept_and_the_next_attempt_counts() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.posted("EA000000001CN").await;
    let back = json!({"result": "returned", "on": FIRST_DAY, "reason": "查无此人", "envelope": cast.paper().await});
    let case = cast.clerk.step(&case, "/dispatches/1/delivery", back).await.good();
    assert_eq!(case["dispatches"][0]["proofs"][0]["role"], "returned_envelope");
    // The tracking number of the letter that came back is no other letter's.
    cast.clerk.step(&case, "/dispatches", by_post("EA000000001CN")).await.refused("tracking_number_used");
    let case = cast.clerk.step(&case, "/dispatches", by_post("EA000000002CN")).await.good();
    assert_eq!((&case["dispatches"][1]["attempt"], &case["dispatches"][1]["proofs"]), (&json!(2), &json!([])));
}

#[actix_web::test]
async fn what_was_opened_on_line_is_told_masked_and_named_by_its_bytes() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.sent_online().await;
    let content = case["dispatches"][0]["content"].clone();
    let opened = |content: &str| json!({"opened_at": "2026-11-02T00:30:00Z", "opened_by": "jia@example.cn", "content": content});
    cast.clerk.step(&case, "/dispatches/1/openings", opened(&"ab".repeat(32))).await.refused("delivery_result_mismatch");
    cast.clerk.step(&case, "/dispatches/1/openings", opened("AB")).await.refused("fields_refused");
    let case = cast.clerk.step(&case, "/dispatches/1/openings", opened(content.as_str().unwrap())).await.good();
    let dispatch = &case["dispatches"][0];
    assert_eq!((&dispatch["state"], &dispatch["served_on"]), (&json!("delivered"), &json!(FIRST_DAY)));
    assert_eq!((&dispatch["openings"][0]["content"], dispatch["openings"][0]["opened_by"] == "jia@example.cn"), (&content, false));
    let scan = json!({"letter": {"kind": "reply", "n": 1}, "document_id": cast.paper().await});
    let case = cast.clerk.step(&case, "/letter-scans", scan).await.good();
    assert_eq!((&case["letter_scans"][0]["current"], &case["letter_scans"][0]["made"]), (&json!(true), &case["letters"][0]["id"]));
    assert_eq!(findings(&town), [""; 0]);
}

/// The bucket of the server that the script started, under a prefix of its own.
fn bucket(prefix: &str) -> Store {
    let endpoint = std::env::var("FOI_TEST_S3").unwrap();
    Store::bucket(&BucketSettings {
        bucket: "dossiers".into(),
        prefix: prefix.into(),
        region: "us-east-1".into(),
        endpoint: Some(endpoint),
        access_key: "test".into(),
        secret_key: "test".into(),
    })
    .unwrap()
}

#[actix_web::test]
#[ignore = "wants a server that speaks S3: tests/files/check.sh"]
async fn in_a_bucket_everything_is_as_in_a_folder() {
    let store = bucket("district/papers");
    store.check().unwrap();
    let town = Town::with_files(Some(store), Scanner::Off);
    let cast = Cast::gather(&town).await;
    let bytes = pdf(5 << 20);
    let document = send(&cast.clerk, "卷宗.pdf", &bytes).await.good();
    let answer = download(&town, &cast.clerk, &document["id"]).await;
    assert_eq!(answer.content_length(), Some(5 << 20));
    assert!(answer.bytes().await.unwrap() == bytes);
    let case = cast.proved(&cast.kept_back(&cast.closed("EA000000001CN").await).await).await;
    cast.clerk.step(&case, "/archiving", json!({"archive_number": "2026-1"})).await.good();
    assert_eq!(findings(&town), [""; 0]);

    // Behind the service's back, as somebody with the keys of the bucket.
    let bucket = AmazonS3Builder::new()
        .with_bucket_name("dossiers")
        .with_endpoint(std::env::var("FOI_TEST_S3").unwrap())
        .with_allow_http(true)
        .with_access_key_id("test")
        .with_secret_access_key("test")
        .build()
        .unwrap();
    let objects: Vec<_> = bucket.list(Some(&"district/papers".into())).try_collect().await.unwrap();
    assert_eq!(objects.len(), 4, "an upload, a slip, a letter in two forms");
    for object in &objects {
        let bytes = bucket.get(&object.location).await.unwrap().bytes().await.unwrap();
        let name = object.location.filename().unwrap();
        assert_eq!(foi_docket::crypto::hex(&foi_docket::crypto::sha256(&bytes)), name, "whoever keeps the store can check it");
    }
    let again = bucket.put_opts(&objects[2].location, "other".into(), PutMode::Create.into()).await;
    assert!(matches!(again, Err(object_store::Error::AlreadyExists { .. })), "{again:?}");
    bucket.put(&objects[0].location, "altered".into()).await.unwrap();
    bucket.delete(&objects[1].location).await.unwrap();
    let found = findings(&town);
    assert!(found.len() == 2 && found.iter().all(|what| what.ends_with("is missing or altered")), "{found:?}");
}

#[actix_web::test]
#[ignore = "wants a server that speaks S3: tests/files/check.sh"]
async fn a_bucket_that_is_not_there_is_told_at_the_start_and_at_an_upload() {
    let settings = BucketSettings {
        bucket: "no-such-bucket".into(),
        prefix: String::new(),
        region: "us-east-1".into(),
        endpoint: std::env::var("FOI_TEST_S3").ok(),
        access_key: "test".into(),
        secret_key: "test".into(),
    };
    let store = Store::bucket(&settings).unwrap();
    assert!(store.check().is_err());
    let town = Town::with_files(Some(store), Scanner::Off);
    let refused = send(&town.sign_in("clerk").await, "a.pdf", &pdf(100)).await;
    assert_eq!((refused.status, refused.headers.contains_key("retry-after")), (503, true));
    refused.refused("document_store_unavailable");
}

#[actix_web::test]
#[ignore = "wants Debian's clamd: tests/files/check.sh"]
async fn clamd_finds_what_it_knows() {
    let scanner = std::env::var("FOI_TEST_CLAMD").unwrap().parse().unwrap();
    let town = Town::with_files(None, scanner);
    let clerk = town.sign_in("clerk").await;
    let refused = send(&clerk, "a.txt", EICAR.concat().as_bytes()).await.refused("document_infected");
    assert!(refused["detail"].as_str().unwrap().contains("Eicar"), "{refused}");
    send(&clerk, "a.pdf", &pdf(LIMIT)).await.good();
    assert_eq!(stored(&town).len(), 1);
}
