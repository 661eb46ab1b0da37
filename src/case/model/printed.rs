//! Letters as they were printed: the data of the case that each bears, so that what an amendment made wrong can be found (domain 6.6).

use crate::case::private::Private;
use crate::rules::coded::coded;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

coded! {
    /// A datum of the case that letters bear.
    pub enum PrintedDatum {
        ReceivedOn => "received_on", "收到申请之日", "receipt date";
        DueOn => "due_on", "答复期限", "due date";
        Applicants => "applicants", "申请人", "applicants";
        Request => "request", "申请内容", "request";
    }
}

/// A letter that states data of the case. An erratum stands for the reply it corrects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PrintedLetter {
    /// The acknowledgement (登记回执).
    Acknowledgement,
    /// A reply, as it was issued or as its last erratum left it.
    Reply {
        /// Its number in the case.
        n: u32,
    },
}

/// What a letter bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// Which letter.
    pub letter: PrintedLetter,
    /// The day it was printed.
    pub on: NaiveDate,
    /// The receipt date.
    pub received_on: Option<NaiveDate>,
    /// The due date; only the acknowledgement states one.
    pub due_on: Option<NaiveDate>,
    /// Who asks.
    pub applicants: Vec<Private>,
    /// What is asked.
    pub words: Private,
}
