//! What this side knows, in one file: a line for every message written, acknowledged or taken, on disk before anybody is told.
//!
//! A line that was cut off by the end of the program was never acknowledged, and is dropped.

use anyhow::Context;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Everything known.
pub struct Ledger {
    file: File,
    /// Messages written, with their exact text, in order.
    written: Vec<(String, String)>,
    /// Those acknowledged.
    acknowledged: BTreeSet<String>,
    /// Messages taken, by id.
    taken: BTreeMap<String, Value>,
    /// Places taken.
    positions: BTreeSet<i64>,
    /// What became of the packages offered, by the message that offered them: the digest of the bytes that came, or none where there is nothing
    /// to be had any more.
    fetched: BTreeMap<String, Option<String>>,
}

impl Ledger {
    /// Reads what is there.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        let path = folder.join("ledger.ndjson");
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(&path)?;
        let mut text = String::new();
        file.read_to_string(&mut text).with_context(|| format!("reading {}", path.display()))?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        file.set_len(u64::try_from(whole)?)?;
        file.seek(SeekFrom::End(0))?;
        let (written, acknowledged) = (Vec::new(), BTreeSet::new());
        let (taken, fetched) = (BTreeMap::new(), BTreeMap::new());
        let mut ledger = Self { file, written, acknowledged, taken, positions: BTreeSet::new(), fetched };
        for line in text.get(..whole).unwrap_or_default().lines() {
            ledger.know(&serde_json::from_str(line).with_context(|| format!("{}: {line}", path.display()))?);
        }
        Ok(ledger)
    }

    fn know(&mut self, entry: &Value) {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
        if let (Some(id), Some(body)) = (text("written"), text("body")) {
            self.written.push((id, body));
        } else if let Some(id) = text("acknowledged") {
            self.acknowledged.insert(id);
        } else if let Some(id) = text("fetched") {
            self.fetched.insert(id, text("sha256"));
        } else if let Some(message) = entry.get("taken") {
            if let Some(id) = message.get("id").and_then(Value::as_str) {
                self.taken.entry(id.to_owned()).or_insert_with(|| message.clone());
            }
            self.positions.extend(message.get("position").and_then(Value::as_i64));
        }
    }

    fn keep(&mut self, entry: &Value) -> anyhow::Result<()> {
        self.file.write_all(format!("{entry}\n").as_bytes())?;
        self.file.sync_data()?;
        self.know(entry);
        Ok(())
    }

    /// A message to be sent.
    pub fn write(&mut self, id: &str, body: &str) -> anyhow::Result<()> {
        self.keep(&json!({"written": id, "body": body}))
    }

    /// A message the service has kept.
    pub fn acknowledge(&mut self, id: &str) -> anyhow::Result<()> {
        if self.acknowledged.contains(id) { Ok(()) } else { self.keep(&json!({"acknowledged": id})) }
    }

    /// A message of the service; what came before under its id has no second effect.
    pub fn take(&mut self, message: &Value) -> anyhow::Result<()> {
        let known = message.get("id").and_then(Value::as_str).is_some_and(|id| self.taken.contains_key(id));
        if known { Ok(()) } else { self.keep(&json!({"taken": message})) }
    }

    /// What became of a package that was offered.
    pub fn fetch(&mut self, id: &str, sha256: Option<&str>) -> anyhow::Result<()> {
        self.keep(&json!({"fetched": id, "sha256": sha256}))
    }

    /// Packages that were offered and not fetched yet: message, address, digest.
    pub fn unfetched(&self) -> Vec<(String, String, String)> {
        let offers = self.taken.iter().filter(|(id, _)| !self.fetched.contains_key(*id));
        offers
            .filter(|(_, message)| message.get("type").is_some_and(|sort| sort == "dossier"))
            .filter_map(|(id, message)| {
                let text = |key: &str| message.get("data")?.get(key)?.as_str().map(str::to_owned);
                Some((id.clone(), text("address")?, text("sha256")?))
            })
            .collect()
    }

    /// What still has to be sent.
    pub fn unsent(&self) -> Vec<(String, String)> {
        self.written.iter().filter(|(id, _)| !self.acknowledged.contains(id)).cloned().collect()
    }

    /// The last place up to which nothing is missing.
    pub fn complete_up_to(&self) -> i64 {
        self.positions.iter().zip(1..).take_while(|(position, place)| *position == place).map(|(position, _)| *position).last().unwrap_or(0)
    }

    /// Everything known, for whoever looks.
    pub fn state(&self) -> Value {
        let written: Vec<Value> = self.written.iter().filter_map(|(_, body)| serde_json::from_str(body).ok()).collect();
        let taken: Vec<&Value> = self.taken.values().collect();
        json!({"written": written, "unsent": self.unsent().len(), "taken": taken, "complete_up_to": self.complete_up_to(), "fetched": self.fetched})
    }
}
