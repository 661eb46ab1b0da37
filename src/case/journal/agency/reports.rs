//! The events of annual reports, behind those of the agency itself.

macro_rules! report_events {
    ($($before:tt)*) => {
        supervision_events! { $($before)*
        /// Something was added to an annual report by hand.
        AnnualReportAddedTo = "annual_report_added_to" {
            /// The year.
            year: i32,
            /// The version.
            version: i32,
            /// SHA-256 of what was added, in hexadecimal.
            sha256: String,
            /// Who.
            by: Uuid,
            /// When.
            made_at: DateTime<Utc>,
            /// Of the report of all below.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            consolidated: bool,
        }
        /// A second person approved an annual report.
        AnnualReportApproved = "annual_report_approved" {
            /// The year.
            year: i32,
            /// The approval.
            n: i32,
            /// The version of what was added.
            additions: i32,
            /// SHA-256 of the report, in hexadecimal.
            sha256: String,
            /// Who.
            by: Uuid,
            /// When.
            approved_at: DateTime<Utc>,
            /// Of the report of all below.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            consolidated: bool,
        }
        /// An annual report is final.
        AnnualReportFrozen = "annual_report_frozen" {
            /// The year.
            year: i32,
            /// The approval it rests on.
            approval: i32,
            /// SHA-256 of its bytes, in hexadecimal.
            sha256: String,
            /// SHA-256 over the cases and proceedings it counted, of the report of all below over its parts, in hexadecimal.
            cases_sha256: String,
            /// Who.
            by: Uuid,
            /// When.
            frozen_at: DateTime<Utc>,
            /// Of the report of all below.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            consolidated: bool,
        }
        /// A frozen annual report was handed to the authority or published; what was recorded later takes the place of what was recorded before.
        AnnualReportPublished = "annual_report_published" {
            /// The year.
            year: i32,
            /// The number of the record.
            n: i32,
            /// The day it was handed to the authority.
            submitted_on: Option<NaiveDate>,
            /// The day it was published.
            published_on: Option<NaiveDate>,
            /// Where it was published, on the web.
            address: Option<String>,
            /// Who.
            by: Uuid,
            /// When.
            recorded_at: DateTime<Utc>,
            /// Of the report of all below.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            consolidated: bool,
        }
        }
    };
}
