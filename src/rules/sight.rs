//! How much of a case each role sees (domain rules on personal data), pure data beside [`super::permissions`].
//!
//! Whoever works the cases of the own agency reads its private texts. Everybody else who may read a case at all (other systems, auditors
//! and supervisors, of the own agency as of one above) sees dates, grounds, stages and masked people: supervision is over the handling,
//! not over people. More than that is shown for a purpose only, and leaves an event.

use super::permissions::Role;

/// How much of a case somebody reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Masked people, no private texts.
    Masked,
    /// Private texts too; people stay masked on pages.
    Full,
}

/// Whose case it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The reader's own agency's.
    Own,
    /// That of an agency below.
    Below,
}

/// What a role sees of the cases of its own agency.
pub const fn of_own_cases(role: Role) -> Sight {
    match role {
        Role::Clerk | Role::Handler | Role::LegalReviewer | Role::Approver => Sight::Full,
        Role::Supervisor | Role::Auditor | Role::Administrator | Role::Integration => Sight::Masked,
    }
}

/// What somebody with these roles sees of a case.
pub fn sight(whose: Whose, roles: impl IntoIterator<Item = Role>) -> Sight {
    match whose {
        Whose::Own => roles.into_iter().map(of_own_cases).max().unwrap_or(Sight::Masked),
        Whose::Below => Sight::Masked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Role::Clerk, Sight::Full)]
    #[case(Role::Handler, Sight::Full)]
    #[case(Role::LegalReviewer, Sight::Full)]
    #[case(Role::Approver, Sight::Full)]
    #[case(Role::Supervisor, Sight::Masked)]
    #[case(Role::Auditor, Sight::Masked)]
    #[case(Role::Administrator, Sight::Masked)]
    #[case(Role::Integration, Sight::Masked)]
    fn only_who_works_the_case_reads_its_texts(#[case] role: Role, #[case] own: Sight) {
        assert_eq!((sight(Whose::Own, [role]), sight(Whose::Below, [role])), (own, Sight::Masked));
    }

    #[test]
    fn of_several_roles_the_one_that_works_the_case_counts() {
        assert_eq!(sight(Whose::Own, [Role::Auditor, Role::Approver]), Sight::Full);
        assert_eq!(sight(Whose::Own, [Role::Auditor, Role::Administrator]), Sight::Masked);
        assert_eq!(sight(Whose::Own, []), Sight::Masked);
    }
}
