//! Without whom an agency cannot go on: the last administrator at any time; while cases are open also the last clerk (register, send,
//! close), the last approver (36(3), signing) and the only head of the FOI office in office (33(2)).
//!
//! Their account is closed, or the role taken away, once another active account has the role; a hand-over of the cases to such an
//! account is enough. Where a head or deputy stays in office, the leaver's own term ends with an event of its own.

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use super::AccountView;
use crate::case::journal::JournalError;
use crate::case::refusal::{Code, Refusal};
use crate::case::stage::Stage;
use crate::db::schema::{accounts, cases, foi_office_heads};
use crate::rules::permissions::Role;

/// Since when a role is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum While {
    /// At any time.
    Always,
    /// As long as a case is neither archived nor voided.
    CasesOpen,
}

/// A role somebody must have.
struct Needed {
    role: Role,
    when: While,
    code: Code,
    zh: &'static str,
    en: &'static str,
}

const NEEDED: [Needed; 3] = [
    Needed {
        role: Role::Administrator,
        when: While::Always,
        code: Code::LastAdministrator,
        zh: "该账号是最后一名在用管理员；请先指定另一名管理员",
        en: "this is the last active administrator; name another one first",
    },
    Needed {
        role: Role::Clerk,
        when: While::CasesOpen,
        code: Code::LastClerk,
        zh: "尚有未归档案件，该账号是最后一名在用经办员；请先指定另一名经办员",
        en: "cases are open and this is the last active clerk; name another one first",
    },
    Needed {
        role: Role::Approver,
        when: While::CasesOpen,
        code: Code::LastApprover,
        zh: "尚有未归档案件，该账号是最后一名在用签发人；请先指定另一名签发人",
        en: "cases are open and this is the last active approver; name another one first",
    },
];

fn has(account: &AccountView, role: Role) -> bool {
    account.active && account.roles.contains(&role)
}

/// The needed roles that the change takes from the account.
fn lost<'a>(before: &'a AccountView, after: &'a AccountView) -> impl Iterator<Item = &'static Needed> + 'a {
    NEEDED.iter().filter(|needed| has(before, needed.role) && !has(after, needed.role))
}

/// Refuses a change after which nobody is left for what must go on.
pub(super) fn check(conn: &mut PgConnection, agency: Uuid, (before, after): (&AccountView, &AccountView)) -> Result<(), JournalError> {
    for needed in lost(before, after) {
        if !another_has(conn, agency, needed.role, before.id)? && (needed.when == While::Always || cases_open(conn, agency)?) {
            return Err(Refusal::new(needed.code, needed.zh, needed.en).into());
        }
    }
    Ok(())
}

/// Makes a change of accounts or terms, and refuses it where the agency had somebody in office as head or deputy before and, while cases
/// are open, has nobody after.
pub(in crate::people) fn keeping_a_head<T>(
    conn: &mut PgConnection,
    agency: Uuid,
    today: NaiveDate,
    change: impl FnOnce(&mut PgConnection) -> Result<T, JournalError>,
) -> Result<T, JournalError> {
    let headed = in_office(conn, agency, today)?;
    let changed = change(conn)?;
    if headed && !in_office(conn, agency, today)? && cases_open(conn, agency)? {
        return Err(Refusal::new(
            Code::LastHead,
            "尚有未归档案件，如此更改后今日将无在任的信息公开工作机构负责人；请先指定在任的继任者或者副职",
            "cases are open and nobody would be head of the FOI office today; appoint a successor or a deputy who is in office first",
        )
        .under("33(2)")
        .into());
    }
    Ok(changed)
}

fn another_has(conn: &mut PgConnection, agency: Uuid, role: Role, than: Uuid) -> QueryResult<bool> {
    let others = accounts::table.filter(accounts::agency_id.eq(agency)).filter(accounts::id.ne(than)).filter(accounts::active);
    diesel::select(exists(others.filter(accounts::roles.contains(vec![role.code()])))).get_result(conn)
}

fn cases_open(conn: &mut PgConnection, agency: Uuid) -> QueryResult<bool> {
    let open = cases::table.filter(cases::agency_id.eq(agency)).filter(cases::stage.ne_all(Stage::codes(Stage::ENDED)));
    diesel::select(exists(open)).get_result(conn)
}

/// Whether somebody who can sign in is head or deputy today.
fn in_office(conn: &mut PgConnection, agency: Uuid, today: NaiveDate) -> QueryResult<bool> {
    let terms = foi_office_heads::table
        .inner_join(
            accounts::table.on(accounts::agency_id.eq(foi_office_heads::agency_id).and(accounts::id.eq(foi_office_heads::account_id))),
        )
        .filter(foi_office_heads::agency_id.eq(agency))
        .filter(accounts::active)
        .filter(foi_office_heads::from_on.le(today))
        .filter(foi_office_heads::until_on.is_null().or(foi_office_heads::until_on.ge(today)));
    diesel::select(exists(terms)).get_result(conn)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn account(roles: &[Role], active: bool) -> AccountView {
        AccountView {
            id: Uuid::from_u128(1),
            username: "one".into(),
            display_name: "乙某".into(),
            email: "one@example.invalid".into(),
            department: None,
            roles: roles.to_vec(),
            active,
            must_change_password: false,
            version: 1,
        }
    }

    #[rstest]
    #[case(&[Role::Administrator, Role::Clerk], &[Role::Administrator, Role::Clerk], true, &[])]
    #[case(&[Role::Administrator, Role::Clerk], &[Role::Clerk], true, &[Code::LastAdministrator])]
    #[case(&[Role::Approver, Role::Handler], &[Role::Handler], true, &[Code::LastApprover])]
    #[case(&[Role::Clerk, Role::Approver], &[Role::Clerk, Role::Approver], false, &[Code::LastClerk, Code::LastApprover])]
    #[case(&[Role::Handler, Role::Auditor], &[Role::Integration], false, &[])]
    fn what_a_change_takes_away(#[case] before: &[Role], #[case] after: &[Role], #[case] active: bool, #[case] expected: &[Code]) {
        let (before, after) = (account(before, true), account(after, active));
        assert_eq!(lost(&before, &after).map(|needed| needed.code).collect::<Vec<_>>(), expected);
        assert_eq!(lost(&account(&before.roles, false), &after).count(), 0, "who cannot sign in has no role to lose");
    }
}
