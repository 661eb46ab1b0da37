//! What statistics are grouped by, and which keys groups can have.

use crate::http::problem::{Fault, Problem};
use crate::rules::applicants::ApplicantKind;
use crate::rules::coded::coded;
use crate::rules::receipt::Channel;
use crate::rules::reply_kinds::Ground;
use chrono::NaiveDate;
use uuid::Uuid;

coded! {
    /// What the numbers are grouped by.
    pub enum By {
        Agency => "agency", "机关", "agency";
        Department => "department", "承办处室", "department";
        Channel => "channel", "申请渠道", "channel";
        ApplicantKind => "applicant_kind", "申请人类别", "kind of applicant";
        Ground => "ground", "不予公开的依据", "ground of what was withheld";
        Month => "month", "月份", "month";
    }
}

impl By {
    /// Refuses what can be the key of no group.
    pub(super) fn knows(self, key: &str) -> Result<(), Problem> {
        let month =
            || NaiveDate::parse_from_str(&format!("{key}-01"), "%Y-%m-%d").is_ok_and(|first| first.format("%Y-%m").to_string() == key);
        let known = match self {
            Self::Agency => Uuid::try_parse(key).is_ok(),
            Self::Department => key == "none" || Uuid::try_parse(key).is_ok(),
            Self::Channel => Channel::from_code(key).is_some(),
            Self::ApplicantKind => ApplicantKind::from_code(key).is_some(),
            Self::Ground => Ground::from_code(key).is_some(),
            Self::Month => month(),
        };
        if known {
            return Ok(());
        }
        let (zh, en) = (format!("按{}分组时没有这一组", self.zh()), format!("no group by {} has this key", self.en()));
        Err(Problem::parameter(Fault::ParameterRefused, "group", zh, en))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_that_cannot_be_is_refused() {
        let known = |by: By, key: &str| by.knows(key).is_ok();
        for (by, key) in [(By::Month, "2026-11"), (By::Channel, "counter"), (By::Department, "none"), (By::ApplicantKind, "other")] {
            assert!(known(by, key), "{by:?} {key}");
        }
        for (by, key) in [(By::Month, "2026-13"), (By::Month, "2026-1"), (By::Channel, "pigeon"), (By::Agency, "none"), (By::Ground, "")] {
            assert!(!known(by, key), "{by:?} {key}");
        }
    }
}
