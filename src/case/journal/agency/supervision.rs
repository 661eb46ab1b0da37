//! The events of supervision, behind those of the agency itself.

macro_rules! supervision_events {
    ($($before:tt)*) => {
        agency_events! { $($before)*
        /// The authority wrote to an agency below it. In the authority's stream.
        SupervisionLetterSent = "supervision_letter_sent" {
            /// The letter.
            letter: Uuid,
            /// The agency it is for.
            to: Uuid,
            /// What it is.
            form: String,
            /// SHA-256 of what it says, in hexadecimal.
            sha256: String,
            /// By when it is to be answered.
            due_on: Option<NaiveDate>,
            /// When.
            sent_at: DateTime<Utc>,
        }
        /// The agency took note of a letter from above. In the agency's stream.
        SupervisionLetterNoted = "supervision_letter_noted" {
            /// The letter.
            letter: Uuid,
            /// Who wrote it.
            from: Uuid,
            /// When.
            noted_at: DateTime<Utc>,
        }
        /// The agency answered a letter from above. In the agency's stream.
        SupervisionLetterAnswered = "supervision_letter_answered" {
            /// The letter.
            letter: Uuid,
            /// Who wrote it.
            from: Uuid,
            /// SHA-256 of the answer, in hexadecimal.
            sha256: String,
            /// When.
            answered_at: DateTime<Utc>,
            /// Stored documents it rests on.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            proofs: Vec<Uuid>,
        }
        /// The authority said whether an answer is enough. In the authority's stream.
        SupervisionLetterConcluded = "supervision_letter_concluded" {
            /// The letter.
            letter: Uuid,
            /// The agency it was for.
            to: Uuid,
            /// It is enough.
            accepted: bool,
            /// SHA-256 of what was remarked, in hexadecimal.
            remark_sha256: Option<String>,
            /// When.
            concluded_at: DateTime<Utc>,
        }
        /// A proof beside an answer was given out to the authority. In the authority's stream.
        SupervisionProofRead = "supervision_proof_read" {
            /// The letter.
            letter: Uuid,
            /// The document of the agency below.
            document: Uuid,
        }
        /// A sample of dossiers of the agencies below was drawn.
        InspectionDrawn = "inspection_drawn" {
            /// The inspection.
            inspection: Uuid,
            /// The year.
            year: i32,
            /// The seed.
            seed: String,
            /// The algorithm.
            algorithm: String,
            /// How many dossiers could have been drawn.
            population: u32,
            /// SHA-256 over them, in hexadecimal.
            population_sha256: String,
            /// SHA-256 of all that was drawn, sheet and sample included, in hexadecimal.
            sha256: String,
            /// When.
            drawn_at: DateTime<Utc>,
        }
        /// A dossier of the sample was given out to the inspector, without originals and with its people masked.
        InspectedDossierRead = "inspected_dossier_read" {
            /// The inspection.
            inspection: Uuid,
            /// Place in the sample, from 1.
            n: u32,
            /// Whose dossier it is.
            of: Uuid,
            /// Its case.
            case: Uuid,
            /// SHA-256 of the manifest of what was given, in hexadecimal.
            manifest_sha256: String,
        }
        /// A dossier of the sample was scored.
        InspectionScored = "inspection_scored" {
            /// The inspection.
            inspection: Uuid,
            /// Place in the sample, from 1.
            n: u32,
            /// The sum of the points.
            total: u32,
            /// SHA-256 of scores and remark, in hexadecimal.
            sha256: String,
            /// When.
            scored_at: DateTime<Utc>,
        }
        /// The result of an inspection was said.
        InspectionConcluded = "inspection_concluded" {
            /// The inspection.
            inspection: Uuid,
            /// SHA-256 of the result, in hexadecimal.
            sha256: String,
            /// When.
            concluded_at: DateTime<Utc>,
        }
        /// A department was told to mend something that hangs on no case (整改通知).
        AgencyRectificationOrdered = "agency_rectification_ordered" {
            /// The notice.
            rectification: Uuid,
            /// From what it arises.
            source: RectificationSource,
            /// The department.
            department: Uuid,
            /// By when.
            due_on: NaiveDate,
            /// SHA-256 of the notice, in hexadecimal.
            sha256: String,
            /// When.
            ordered_at: DateTime<Utc>,
        }
        /// The department said what it mended, with proof.
        AgencyRectificationReported = "agency_rectification_reported" {
            /// The notice.
            rectification: Uuid,
            /// Number of the report.
            report: u32,
            /// The stored papers that prove it.
            proofs: Vec<Uuid>,
            /// SHA-256 of the notice with the report, in hexadecimal.
            sha256: String,
            /// When.
            reported_at: DateTime<Utc>,
        }
        /// Somebody else looked whether it is mended (复查).
        AgencyRectificationReviewed = "agency_rectification_reviewed" {
            /// The notice.
            rectification: Uuid,
            /// Number of the report.
            report: u32,
            /// Mended, or to be mended further.
            verdict: Verdict,
            /// SHA-256 of the notice with what was found, in hexadecimal.
            sha256: String,
            /// When.
            reviewed_at: DateTime<Utc>,
        }
        /// A notice that hangs on no case was withdrawn.
        AgencyRectificationWithdrawn = "agency_rectification_withdrawn" {
            /// The notice.
            rectification: Uuid,
            /// SHA-256 of the notice with the reason, in hexadecimal.
            sha256: String,
            /// When.
            withdrawn_at: DateTime<Utc>,
        }
        }
    };
}
