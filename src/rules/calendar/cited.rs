//! What a day is cited by before a court: the State Council's notice (国务院办公厅关于××年部分节假日安排的通知) it rests on.
//!
//! The edition that the program ships has no numbers of notices, and its bytes are for good: they stand here, beside it. A year that an
//! office corrected has the number the office gave.

use super::Notice;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The calendar this program was built with.
pub const SHIPPED: &str = include_str!("../data/calendar-cn.json");

/// Number of the notice, and what was changed by a notice of its own, by year.
const NUMBERS: [(i32, &str, &str); 9] = [
    (2018, "国办发明电〔2017〕12号", ""),
    (2019, "国办发明电〔2018〕15号", "，劳动节依国办发明电〔2019〕3号"),
    (2020, "国办发明电〔2019〕16号", "，春节依国办发明电〔2020〕1号"),
    (2021, "国办发明电〔2020〕27号", ""),
    (2022, "国办发明电〔2021〕11号", ""),
    (2023, "国办发明电〔2022〕16号", ""),
    (2024, "国办发明电〔2023〕7号", ""),
    (2025, "国办发明电〔2024〕12号", ""),
    (2026, "国办发明电〔2025〕7号", ""),
];

/// The number with which a year that stands as shipped is cited.
pub(super) fn shipped(year: i32, notice: &Notice) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Years {
        years: BTreeMap<i32, Notice>,
    }
    static YEARS: LazyLock<BTreeMap<i32, Notice>> =
        LazyLock::new(|| serde_json::from_str::<Years>(SHIPPED).map(|read| read.years).unwrap_or_default());
    let (_, number, changed) = NUMBERS.iter().find(|(known, ..)| *known == year)?;
    (YEARS.get(&year) == Some(notice)).then(|| format!("{number}{changed}"))
}
