//! What the trail says of the exchange with neighbouring systems (数据对接): who they are, what came, what became of it, what goes.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One thing that happened in the exchange. What a message says stands here as its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum ExchangeEvent {
    /// A neighbour was entered or changed; this is how it stands from now on.
    PeerSet {
        /// The neighbour.
        peer: Uuid,
        /// The contract it keeps.
        contract: String,
        /// What it is called.
        name: String,
        /// Where messages are pushed to.
        push_url: Option<String>,
        /// Whether they are.
        pushes: bool,
        /// Whether it may exchange at all.
        active: bool,
    },
    /// A generation of secrets was made.
    SecretMade {
        /// The neighbour.
        peer: Uuid,
        /// Which generation.
        n: i32,
        /// SHA-256 of the sealed secrets, in hexadecimal.
        sha256: String,
        /// SHA-256 of the token, in hexadecimal.
        token_sha256: String,
        /// When.
        made_at: DateTime<Utc>,
    },
    /// A generation of secrets has an end.
    SecretEnds {
        /// The neighbour.
        peer: Uuid,
        /// Which generation.
        n: i32,
        /// When it ends.
        until: DateTime<Utc>,
    },
    /// A message came in.
    MessageReceived {
        /// The message.
        message: Uuid,
        /// From whom.
        peer: Uuid,
        /// What sort of message.
        sort: String,
        /// The body's own case number (案号).
        number: String,
        /// SHA-256 of its bytes, in hexadecimal.
        sha256: String,
        /// When the sender says it was sent.
        sent_at: DateTime<Utc>,
        /// When it came.
        received_at: DateTime<Utc>,
        /// The sender's clock is far from ours.
        skewed: bool,
    },
    /// A message was applied, put into the queue, or taken out of it.
    MessageSettled {
        /// The message.
        message: Uuid,
        /// What became of it.
        state: String,
        /// Why it waits, was refused or dismissed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// The case it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case: Option<Uuid>,
        /// The proceeding in the case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proceeding: Option<i32>,
        /// Which clerk decided so, or placed it before; none where it went by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Uuid>,
        /// Why the agency was corrected, as that clerk says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<String>,
        /// When it was settled; none while it waits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        settled_at: Option<DateTime<Utc>>,
    },
    /// A message is to go out.
    MessageQueued {
        /// The message.
        message: Uuid,
        /// To whom.
        peer: Uuid,
        /// Its place among the messages to this neighbour, from 1, without gaps.
        position: i64,
        /// What sort of message.
        sort: String,
        /// What it must not be said twice about.
        key: String,
        /// The case it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case: Option<Uuid>,
        /// The proceeding in the case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proceeding: Option<i32>,
        /// SHA-256 of its bytes, in hexadecimal.
        sha256: String,
        /// When.
        created_at: DateTime<Utc>,
    },
    /// A message is pushed once more.
    MessageReplayed {
        /// The message.
        message: Uuid,
    },
    /// What the city's platform shows on a day was typed in by hand.
    PlatformListed {
        /// The list.
        list: Uuid,
        /// The day.
        on: NaiveDate,
        /// Which list of that day, from 1; the last one counts.
        n: i32,
        /// It names every application of the agency that is not closed there.
        complete: bool,
        /// How many numbers.
        rows: u32,
        /// SHA-256 of what it says, in hexadecimal.
        sha256: String,
        /// Who typed it in.
        by: Uuid,
        /// When.
        listed_at: DateTime<Utc>,
    },
    /// A file that an applicant lodged on the platform was handed over: taken as a document, or not.
    FileCame {
        /// From whom.
        peer: Uuid,
        /// SHA-256 of its bytes, in hexadecimal.
        sha256: String,
        /// Its size in bytes.
        size: i64,
        /// The document it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<Uuid>,
        /// Why it was not taken.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// When.
        came_at: DateTime<Utc>,
    },
    /// A file that came with an application that was dismissed, and is in no dossier, was destroyed with its words.
    FileForgotten {
        /// From whom.
        peer: Uuid,
        /// SHA-256 of its bytes, in hexadecimal.
        sha256: String,
        /// The document it was.
        document: Uuid,
    },
}
