//! The order of the register: dates in either direction, nulls last, the id decides between equals in the direction of the first key, as
//! the indexes of `cases` have it. The next page begins after the place of the last row, so a case that moves meanwhile is neither doubled
//! nor lost by the others.

use super::{CaseQuery, Row};
use crate::db::schema::cases;
use crate::http::paging;
use crate::http::problem::{Fault, Problem};
use crate::views::find;
use chrono::NaiveDate;
use diesel::dsl::{AsSelect, Select};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Most keys of a sort.
const MOST_KEYS: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Due,
    Received,
    Arrived,
}

impl Key {
    const fn code(self) -> &'static str {
        match self {
            Self::Due => "due_on",
            Self::Received => "received_on",
            Self::Arrived => "arrived_on",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

/// Where a row stands under any sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Due date.
    pub due_on: Option<NaiveDate>,
    /// Receipt date.
    pub received_on: Option<NaiveDate>,
    /// Day of arrival.
    pub arrived_on: NaiveDate,
    /// The case.
    pub id: Uuid,
}

impl Place {
    const fn at(&self, key: Key) -> Option<NaiveDate> {
        match key {
            Key::Due => self.due_on,
            Key::Received => self.received_on,
            Key::Arrived => Some(self.arrived_on),
        }
    }
}

/// A place with the sort it belongs to.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    sort: String,
    place: Place,
}

/// A sort.
#[derive(Debug, PartialEq, Eq)]
pub struct Sort(Vec<(Key, Direction)>);

type Condition = Box<dyn BoxableExpression<cases::table, Pg, SqlType = Nullable<Bool>>>;
type Selected<'a> = Select<CaseQuery<'a>, AsSelect<Row, Pg>>;

impl Sort {
    /// Reads a sort; a key named again changes nothing.
    pub fn parse(text: Option<&str>) -> Result<Self, Problem> {
        let mut keys: Vec<(Key, Direction)> = Vec::new();
        let parts: Vec<&str> = text.unwrap_or("due_on").split(',').collect();
        for part in &parts {
            let (name, direction) = part.strip_prefix('-').map_or((*part, Direction::Ascending), |name| (name, Direction::Descending));
            let key = [Key::Due, Key::Received, Key::Arrived].into_iter().find(|key| key.code() == name);
            let Some(key) = key.filter(|_| parts.len() <= MOST_KEYS) else {
                return Err(Problem::parameter(
                    Fault::ParameterRefused,
                    "sort",
                    "sort 须为 due_on、received_on、arrived_on 中的一至三项，可加 -",
                    "sort takes up to three of due_on, received_on, arrived_on, each with - before it if it is to fall",
                ));
            };
            if keys.iter().all(|(known, _)| *known != key) {
                keys.push((key, direction));
            }
        }
        Ok(Self(keys))
    }

    fn code(&self) -> String {
        let part = |(key, direction): &(Key, Direction)| match direction {
            Direction::Ascending => key.code().to_owned(),
            Direction::Descending => format!("-{}", key.code()),
        };
        self.0.iter().map(part).collect::<Vec<_>>().join(",")
    }

    /// The cursor of a place.
    pub fn cursor(&self, place: Place) -> Cursor {
        Cursor { sort: self.code(), place }
    }

    /// The place in a cursor; one of another sort is refused, because its pages would leave rows out.
    pub fn unpack(&self, text: &str) -> Result<Place, Problem> {
        let Cursor { sort, place } = paging::unpack(text)?;
        for day in [place.due_on, place.received_on, Some(place.arrived_on)] {
            find::date("cursor", day)?;
        }
        if sort == self.code() {
            return Ok(place);
        }
        Err(Problem::parameter(Fault::ParameterRefused, "cursor", "cursor 与 sort 不符", "the cursor belongs to another sort"))
    }

    fn direction(&self) -> Direction {
        self.0.first().map_or(Direction::Ascending, |(_, direction)| *direction)
    }

    /// Orders a query.
    pub fn order<'a>(&self, mut query: Selected<'a>) -> Selected<'a> {
        for (key, direction) in &self.0 {
            query = match (key, direction) {
                (Key::Due, Direction::Ascending) => query.then_order_by(cases::due_on.asc().nulls_last()),
                (Key::Due, Direction::Descending) => query.then_order_by(cases::due_on.desc().nulls_last()),
                (Key::Received, Direction::Ascending) => query.then_order_by(cases::received_on.asc().nulls_last()),
                (Key::Received, Direction::Descending) => query.then_order_by(cases::received_on.desc().nulls_last()),
                (Key::Arrived, Direction::Ascending) => query.then_order_by(cases::arrived_on.asc()),
                (Key::Arrived, Direction::Descending) => query.then_order_by(cases::arrived_on.desc()),
            };
        }
        match self.direction() {
            Direction::Ascending => query.then_order_by(cases::id.asc()),
            Direction::Descending => query.then_order_by(cases::id.desc()),
        }
    }

    /// The rows after a place: equal in the first keys and later in the next, for each next key, the id last.
    pub fn after(&self, place: &Place) -> Condition {
        let mut condition: Condition = match self.direction() {
            Direction::Ascending => Box::new(cases::id.gt(place.id).nullable()),
            Direction::Descending => Box::new(cases::id.lt(place.id).nullable()),
        };
        for (key, direction) in self.0.iter().rev() {
            let equal_and_after: Condition = Box::new(equal(*key, place.at(*key)).and(condition));
            condition = match later(*key, *direction, place.at(*key)) {
                Some(later) => Box::new(later.or(equal_and_after)),
                None => equal_and_after,
            };
        }
        condition
    }
}

fn equal(key: Key, at: Option<NaiveDate>) -> Condition {
    match key {
        Key::Due => Box::new(cases::due_on.is_not_distinct_from(at).nullable()),
        Key::Received => Box::new(cases::received_on.is_not_distinct_from(at).nullable()),
        Key::Arrived => Box::new(cases::arrived_on.nullable().is_not_distinct_from(at).nullable()),
    }
}

/// Nulls stand last in either direction: nothing comes after one, and every null comes after a date.
fn later(key: Key, direction: Direction, at: Option<NaiveDate>) -> Option<Condition> {
    let at = at?;
    Some(match (key, direction) {
        (Key::Due, Direction::Ascending) => Box::new(cases::due_on.gt(at).or(cases::due_on.is_null())),
        (Key::Due, Direction::Descending) => Box::new(cases::due_on.lt(at).or(cases::due_on.is_null())),
        (Key::Received, Direction::Ascending) => Box::new(cases::received_on.gt(at).or(cases::received_on.is_null())),
        (Key::Received, Direction::Descending) => Box::new(cases::received_on.lt(at).or(cases::received_on.is_null())),
        (Key::Arrived, Direction::Ascending) => Box::new(cases::arrived_on.gt(at).nullable()),
        (Key::Arrived, Direction::Descending) => Box::new(cases::arrived_on.lt(at).nullable()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::testing::day;
    use crate::views::register::filter::{ListCases, filtered};
    use diesel::debug_query;

    fn place(due_on: Option<&str>) -> Place {
        Place { due_on: due_on.map(day), received_on: None, arrived_on: day("2026-11-01"), id: Uuid::from_u128(9) }
    }

    fn sql(sort: &str, place: &Place) -> String {
        let (sort, asked) = (Sort::parse(Some(sort)).unwrap(), ListCases::default());
        let query = filtered(&asked, &[]).select(Row::as_select()).filter(sort.after(place));
        let text = debug_query::<Pg, _>(&sort.order(query)).to_string();
        text.split_once("WHERE").unwrap().1.replace("\"cases\".", "").replace('"', "")
    }

    #[test]
    fn a_sort_is_read_and_written() {
        assert_eq!(Sort::parse(Some("due_on,-received_on")).unwrap().code(), "due_on,-received_on");
        assert_eq!(Sort::parse(Some("due_on,-due_on")).unwrap().code(), "due_on");
        assert_eq!(Sort::parse(None).unwrap().code(), "due_on");
        for refused in ["", "name", "--due_on", "due_on,", "due_on,received_on,arrived_on,due_on"] {
            assert!(Sort::parse(Some(refused)).is_err(), "{refused}");
        }
    }

    #[test]
    fn a_cursor_is_bound_to_its_sort() {
        let (rising, falling) = (Sort::parse(Some("due_on")).unwrap(), Sort::parse(Some("-due_on")).unwrap());
        let packed = paging::pack(&rising.cursor(place(Some("2026-11-02"))));
        assert_eq!(rising.unpack(&packed).unwrap(), place(Some("2026-11-02")));
        assert!(falling.unpack(&packed).is_err());
        assert!(rising.unpack("bm8").is_err());
        let impossible = Place { due_on: NaiveDate::from_ymd_opt(-9000, 1, 1), ..place(None) };
        assert!(rising.unpack(&paging::pack(&rising.cursor(impossible))).is_err());
    }

    #[test]
    fn nulls_come_last_in_either_direction() {
        let dated = sql("-due_on", &place(Some("2026-11-02")));
        assert!(dated.contains("due_on < $3") && dated.contains("due_on IS NULL"), "{dated}");
        assert!(dated.contains("ORDER BY due_on DESC NULLS LAST, id DESC") && dated.contains("id < $"), "{dated}");
        let null = sql("-due_on", &place(None));
        assert!(!null.contains("due_on <") && null.contains("due_on IS NOT DISTINCT FROM"), "{null}");
    }
}
