use super::*;

/// The calendar that ships with the product.
pub(crate) fn calendar() -> Calendar {
    Calendar::from_json(1, include_str!("../data/calendar-cn.json")).unwrap()
}
