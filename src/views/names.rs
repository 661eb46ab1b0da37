//! Names of people and departments beside their ids, read once for a whole answer.

use super::shape::view;
use crate::db::schema::{accounts, agencies, departments};
use diesel::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

view! {
    /// A member of staff.
    pub struct AccountRef {
        /// The account.
        id: Uuid,
        /// Their name; null where the account cannot be read.
        display_name: Option<String>,
    }
    /// A department.
    pub struct DepartmentRef {
        /// The department.
        id: Uuid,
        /// Its name; null where the department cannot be read.
        name: Option<String>,
    }
    /// An agency.
    pub struct AgencyRef {
        /// The agency.
        id: Uuid,
        /// Its name.
        name: Option<String>,
    }
}

/// Names by id.
#[derive(Debug, Default)]
pub struct Names {
    accounts: BTreeMap<Uuid, String>,
    departments: BTreeMap<Uuid, String>,
}

impl Names {
    /// Reads the names of whichever of the ids are accounts or departments of these agencies.
    pub fn read(conn: &mut PgConnection, of: &[Uuid], ids: &[Uuid]) -> QueryResult<Self> {
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let accounts: Vec<(Uuid, String)> = accounts::table
            .filter(accounts::agency_id.eq_any(of))
            .filter(accounts::id.eq_any(ids))
            .select((accounts::id, accounts::display_name))
            .load(conn)?;
        let departments: Vec<(Uuid, String)> = departments::table
            .filter(departments::agency_id.eq_any(of))
            .filter(departments::id.eq_any(ids))
            .select((departments::id, departments::name))
            .load(conn)?;
        Ok(Self { accounts: accounts.into_iter().collect(), departments: departments.into_iter().collect() })
    }

    /// A member of staff with their name.
    pub fn account(&self, id: Uuid) -> AccountRef {
        AccountRef { id, display_name: self.accounts.get(&id).cloned() }
    }

    /// A department with its name.
    pub fn department(&self, id: Uuid) -> DepartmentRef {
        DepartmentRef { id, name: self.departments.get(&id).cloned() }
    }
}

/// An agency with its name.
pub fn agency(conn: &mut PgConnection, id: Uuid) -> QueryResult<AgencyRef> {
    let name = agencies::table.find(id).select(agencies::name).first(conn).optional()?;
    Ok(AgencyRef { id, name })
}
