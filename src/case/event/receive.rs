//! Receipt and registration (接收、登记).
//!
//! One link of the chain that [`super`] makes the enum of; the names of the types are brought in there.

macro_rules! receive_events {
    ([$next:ident $($rest:ident)*] $($before:tt)*) => {
        $next! { [$($rest)*] $($before)*
        /// An application came in by a channel of Art 31 (接收).
        ApplicationArrived = "application_arrived" {
            /// The editions its dates are derived from.
            pins: Pins,
            /// The channel.
            channel: Channel,
            /// The day it came into the agency's hands.
            arrived_on: NaiveDate,
            /// Number of the mail.
            tracking_number: Option<String>,
            /// Who asks.
            applicants: Vec<ApplicantRecord>,
            /// Who acts for them.
            agent: Option<AgentRecord>,
            /// What is asked.
            request: RequestRecord,
            /// Scans handed in with it.
            papers: Vec<Paper>,
            /// Numbers in other systems.
            external_references: Vec<ExternalReference>,
            /// SHA-256 of the bytes of the calendar edition, in hexadecimal.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            calendar_sha256: Option<String>,
            /// What the case is about.
            #[serde(default, skip_serializing_if = "Matter::is_information_request")]
            matter: Matter,
            /// The paper that it is a part of, where that was split.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            split_from: Option<Origin>,
            /// Working days within which it is to be entered on the city's platform, by the settings of the day.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            platform_within: Option<u32>,
            /// Files that came with it and were not taken.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            not_taken: Vec<FileNotTaken>,
        }
        /// Somebody tried to confirm the receipt with the applicant.
        ConfirmationAttempted = "confirmation_attempted" {
            /// The attempt.
            attempt: Attempt,
        }
        /// The receipt date is fixed (Art 31).
        ReceiptEstablished = "receipt_established" {
            /// The date and its article.
            receipt: Receipt,
        }
        /// Entered in the register and acknowledged (登记、回执).
        CaseRegistered = "case_registered" {
            /// The entry.
            registration: Registration,
        }
        /// The acknowledgement was issued again with the data as they stand (登记回执).
        AcknowledgementReissued = "acknowledgement_reissued" {
            /// The day.
            on: NaiveDate,
            /// Who issued it.
            by: Uuid,
            /// The due date as it states it.
            due_on: NaiveDate,
        }
        /// Examined formally (形式审查).
        ApplicationExamined = "application_examined" {
            /// The findings.
            examination: Examination,
        }
        }
    };
}
