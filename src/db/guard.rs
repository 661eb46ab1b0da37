//! `serve` and the program without an argument refuse to start on a connection that could do more than it should: the trail must be out
//! of its reach.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

#[derive(QueryableByName)]
#[expect(clippy::struct_excessive_bools, reason = "each is one power of its own")]
struct Powers {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    superuser: bool,
    #[diesel(sql_type = Bool)]
    bypasses_rls: bool,
    #[diesel(sql_type = Bool)]
    creates_roles: bool,
    #[diesel(sql_type = Bool)]
    owns_events: bool,
    #[diesel(sql_type = Bool)]
    changes_events: bool,
}

/// Which role of a connection is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The one that signed in, with every role it can become: for production.
    Login,
    /// The one the connection goes on as: for a program that migrates, too, and so signs in as the owner.
    Acting,
}

/// Refuses a role that is a superuser, passes row-level security, makes roles, owns the trail or may change it;
/// membership in such a role counts as being it.
pub fn check_role(conn: &mut PgConnection, standing: Standing) -> anyhow::Result<()> {
    let (who, advice) = match standing {
        Standing::Login => {
            ("session_user", "serve with a login role that is only a member of foi_docket_service (see the README, \"Production\")")
        }
        Standing::Acting => ("current_user", "take that right away from it"),
    };
    let powers: Powers = diesel::sql_query(format!(
        "SELECT {who}::text AS name, \
                bool_or(r.rolsuper) AS superuser, bool_or(r.rolbypassrls) AS bypasses_rls, bool_or(r.rolcreaterole) AS creates_roles, \
                bool_or(r.oid = (SELECT relowner FROM pg_class WHERE oid = 'events'::regclass)) AS owns_events, \
                bool_or(has_any_column_privilege(r.oid, 'events', 'UPDATE') OR has_table_privilege(r.oid, 'events', 'DELETE') \
                     OR has_table_privilege(r.oid, 'events', 'TRUNCATE') OR has_any_column_privilege(r.oid, 'event_positions', 'UPDATE') \
                     OR has_table_privilege(r.oid, 'event_positions', 'DELETE') OR has_table_privilege(r.oid, 'event_positions', 'TRUNCATE')) \
                     AS changes_events \
         FROM pg_roles r WHERE r.rolname IN ({who}, current_user) OR pg_has_role({who}, r.oid, 'MEMBER')",
    ))
    .get_result(conn)?;
    let too_much: Vec<&str> = [
        (powers.superuser, "is a superuser"),
        (powers.bypasses_rls, "bypasses row-level security"),
        (powers.creates_roles, "may create roles"),
        (powers.owns_events, "owns the trail"),
        (powers.changes_events, "may change or delete events"),
    ]
    .into_iter()
    .filter_map(|(has, what)| has.then_some(what))
    .collect();
    if too_much.is_empty() {
        return Ok(());
    }
    anyhow::bail!("the database role \"{}\" {}; {advice}", powers.name, too_much.join(", "));
}
