//! What an agency is by its own stream: its name, departments, accounts, heads of the FOI office, settings and failed mails.
//!
//! Folded for the verification alone; the service reads the rows. What older events do not carry is unknown here and held by nothing.

use super::annual_reports::Reports;
use super::exchange::Exchange;
use super::report::Report;
use crate::case::journal::agency::AgencyEvent;
use crate::rules::permissions::Role;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;
use uuid::Uuid;

/// An account as its events leave it.
pub(super) struct Account {
    pub roles: Vec<&'static str>,
    pub department: Option<Uuid>,
    pub active: bool,
    pub version: i32,
    pub must_change_password: Option<bool>,
    pub digest: Option<String>,
}

/// A term as head of the FOI office, or deputy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub id: Option<Uuid>,
    pub account: Uuid,
    pub deputy: bool,
    pub from_on: NaiveDate,
    pub until_on: Option<NaiveDate>,
}

/// What was decided on an edition: approved, by whom, when, what was remarked.
type Decided = (bool, Uuid, DateTime<Utc>, Option<String>);

/// An edition of an entry of a library.
pub(super) struct LibraryEdition {
    pub shelf: String,
    pub sha256: String,
    /// By whom and when.
    pub proposed: (Uuid, DateTime<Utc>),
    pub decided: Option<Decided>,
}

/// A mail that failed at least once.
pub(super) struct Mail {
    pub recipient: Uuid,
    /// Whether it is a task now, and if not, whether it was sent again.
    pub now: MailNow,
}

/// What the last event says of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MailNow {
    Failed,
    SentAgain,
    Settled,
}

/// A post: kind, holder, department, principal, first and last day.
pub(super) type Post = (String, Uuid, Option<Uuid>, Option<Uuid>, NaiveDate, Option<NaiveDate>);

/// The digest of an edition of the settings, and when it was made.
pub(super) type Edition = (String, Option<DateTime<Utc>>);

/// An agency as its events leave it.
#[derive(Default)]
pub(super) struct Agency {
    /// Name, the agency above, and when it was founded.
    pub founded: Option<(String, Option<Uuid>, Option<DateTime<Utc>>)>,
    pub departments: BTreeMap<Uuid, (String, bool)>,
    pub accounts: BTreeMap<Uuid, Account>,
    pub terms: Vec<Term>,
    pub settings: BTreeMap<i32, Edition>,
    pub posts: BTreeMap<Uuid, Post>,
    pub mails: BTreeMap<Uuid, Mail>,
    /// Editions of letter templates, by kind and number: digest and moment.
    pub templates: BTreeMap<(String, i32), (String, DateTime<Utc>)>,
    /// Editions of the libraries, by entry and number.
    pub libraries: BTreeMap<(Uuid, i32), LibraryEdition>,
    /// Annual reports: what was added, approved and frozen.
    pub reports: Reports,
    /// Neighbouring systems and their messages.
    pub exchange: Exchange,
    /// Every document stored: sixteen bytes each, the one list here that grows with the work.
    pub documents: Vec<Uuid>,
}

impl Agency {
    /// Takes what an event says; what it cannot follow from is a finding.
    pub fn apply(&mut self, at: (Uuid, i32), event: AgencyEvent, report: &mut Report) {
        if let Err(why) = self.change(event) {
            report.note_event(at, why);
        }
    }

    fn change(&mut self, event: AgencyEvent) -> Result<(), &'static str> {
        match event {
            AgencyEvent::AgencyFounded { name, parent, created_at } => {
                if self.founded.replace((name, parent, created_at)).is_some() {
                    return Err("the agency was founded before");
                }
            }
            AgencyEvent::DepartmentCreated { department, name } => {
                self.departments.insert(department, (name, true));
            }
            AgencyEvent::DepartmentChanged { department, name, active } => {
                *self.departments.get_mut(&department).ok_or("it changes a department that nobody made")? = (name, active);
            }
            AgencyEvent::HeadAppointed { account, deputy, from_on, until_on, term } => {
                self.terms.push(Term { id: term, account, deputy, from_on, until_on });
            }
            AgencyEvent::HeadTermEnded { account, deputy, until_on, term } => self.end_term(account, deputy, until_on, term)?,
            AgencyEvent::SettingsReplaced { edition, sha256, made_at } => {
                self.settings.insert(edition, (sha256, made_at));
            }
            AgencyEvent::LetterTemplateReplaced { template, edition, sha256, made_at } => {
                self.templates.insert((template, edition), (sha256, made_at));
            }
            AgencyEvent::LibraryEditionProposed { entry, edition, shelf, sha256, by, proposed_at } => {
                let proposed = LibraryEdition { shelf, sha256, proposed: (by, proposed_at), decided: None };
                self.libraries.insert((entry, edition), proposed);
            }
            AgencyEvent::LibraryEditionDecided { entry, edition, approved, by, decided_at, reason } => {
                let known = self.libraries.get_mut(&(entry, edition)).ok_or("it decides on an edition that nobody proposed")?;
                known.decided = Some((approved, by, decided_at, reason));
            }
            AgencyEvent::AnnualReportAddedTo { .. }
            | AgencyEvent::AnnualReportApproved { .. }
            | AgencyEvent::AnnualReportFrozen { .. }
            | AgencyEvent::AnnualReportPublished { .. } => {
                self.reports.see(event);
            }
            AgencyEvent::Exchanged { what } => self.exchange.apply(what)?,
            AgencyEvent::DocumentStored { document, .. } => self.documents.push(document),
            AgencyEvent::MailFailed { mail, recipient } => {
                self.mails.insert(mail, Mail { recipient, now: MailNow::Failed });
            }
            AgencyEvent::MailTaskResolved { mail, sent_again } => {
                let mail = self.mails.get_mut(&mail).ok_or("it settles a mail that never failed")?;
                mail.now = if sent_again { MailNow::SentAgain } else { MailNow::Settled };
            }
            AgencyEvent::AccountCreated { .. }
            | AgencyEvent::AccountChanged { .. }
            | AgencyEvent::PasswordChanged { .. }
            | AgencyEvent::PasswordReset { .. }
            | AgencyEvent::PasswordRehashed { .. } => self.change_account(event)?,
            AgencyEvent::PostTaken { post, held, account, department, principal, from_on, until_on } => {
                self.posts.insert(post, (held.code().to_owned(), account, department, principal, from_on, until_on));
            }
            AgencyEvent::PostEnded { post, until_on } => {
                self.posts.get_mut(&post).ok_or("it ends a post that nobody took")?.5 = Some(until_on);
            }
            AgencyEvent::AccountHandedOver { .. }
            | AgencyEvent::ApplicantRevealed { .. }
            | AgencyEvent::ApplicantsSearched { .. }
            | AgencyEvent::DocumentRead { .. }
            | AgencyEvent::LetterPreviewed { .. }
            | AgencyEvent::DossierExported { .. }
            | AgencyEvent::RegisterExported { .. }
            | AgencyEvent::LettersDispatched { .. }
            | AgencyEvent::DeliveriesRecorded { .. }
            | AgencyEvent::JointReplyDrafted { .. }
            | AgencyEvent::ProceedingEntered { .. }
            | AgencyEvent::CalendarLoaded { .. }
            | AgencyEvent::CalendarCorrectionProposed { .. }
            | AgencyEvent::CalendarCorrectionApproved { .. }
            | AgencyEvent::CalendarCorrectionRejected { .. }
            | AgencyEvent::EnteredAfterwards { .. }
            | AgencyEvent::SupervisionLetterSent { .. }
            | AgencyEvent::SupervisionLetterNoted { .. }
            | AgencyEvent::SupervisionLetterAnswered { .. }
            | AgencyEvent::SupervisionLetterConcluded { .. }
            | AgencyEvent::SupervisionProofRead { .. }
            | AgencyEvent::AgencyRectificationOrdered { .. }
            | AgencyEvent::AgencyRectificationReported { .. }
            | AgencyEvent::AgencyRectificationReviewed { .. }
            | AgencyEvent::AgencyRectificationWithdrawn { .. }
            | AgencyEvent::InspectionDrawn { .. }
            | AgencyEvent::InspectedDossierRead { .. }
            | AgencyEvent::InspectionScored { .. }
            | AgencyEvent::InspectionConcluded { .. } => {}
        }
        Ok(())
    }

    fn change_account(&mut self, event: AgencyEvent) -> Result<(), &'static str> {
        match event {
            AgencyEvent::AccountCreated { account, roles, department, must_change_password, digest } => {
                let roles = roles.into_iter().map(Role::code).collect();
                let made = Account { roles, department, active: true, version: 1, must_change_password, digest };
                self.accounts.insert(account, made);
            }
            AgencyEvent::AccountChanged { account, roles, department, active, digest } => {
                let account = self.account(account)?;
                account.roles = roles.into_iter().map(Role::code).collect();
                (account.department, account.active, account.digest) = (department, active, digest);
                account.version += 1;
            }
            AgencyEvent::PasswordChanged { account, digest } => {
                let account = self.account(account)?;
                (account.must_change_password, account.digest) = (Some(false), digest);
                account.version += 1;
            }
            AgencyEvent::PasswordReset { account, digest } => {
                let account = self.account(account)?;
                (account.must_change_password, account.digest) = (Some(true), digest);
                account.version += 1;
            }
            AgencyEvent::PasswordRehashed { account, digest } => self.account(account)?.digest = Some(digest),
            _ => {}
        }
        Ok(())
    }

    fn account(&mut self, id: Uuid) -> Result<&mut Account, &'static str> {
        self.accounts.get_mut(&id).ok_or("it changes an account that nobody made")
    }

    /// Older events do not name the term: then it is the first of the person's that still reached further, as terms were ended in order.
    fn end_term(&mut self, account: Uuid, deputy: bool, until_on: NaiveDate, term: Option<Uuid>) -> Result<(), &'static str> {
        let reaches = |one: &&mut Term| match term {
            Some(_) => one.id == term,
            None => one.account == account && one.deputy == deputy && one.until_on.is_none_or(|until| until > until_on),
        };
        self.terms.sort_by_key(|term| (term.from_on, term.id));
        self.terms.iter_mut().find(reaches).ok_or("it ends a term that nobody began")?.until_on = Some(until_on);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: Uuid = Uuid::from_u128(1);

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn terms(ended: &[AgencyEvent]) -> Vec<Option<NaiveDate>> {
        let mut agency = Agency::default();
        for (id, from_on) in [(None, "2026-12-01"), (Some(Uuid::from_u128(2)), "2026-01-01")] {
            let appointed = AgencyEvent::HeadAppointed { account: ACCOUNT, deputy: true, from_on: day(from_on), until_on: None, term: id };
            agency.change(appointed).unwrap();
        }
        for event in ended {
            agency.change(event.clone()).unwrap();
        }
        agency.terms.iter().map(|term| term.until_on).collect()
    }

    #[test]
    fn a_term_that_is_named_ends_and_an_older_event_ends_the_first_that_reaches_further() {
        let ended = |on: &str, term| AgencyEvent::HeadTermEnded { account: ACCOUNT, deputy: true, until_on: day(on), term };
        let (now, before) = (Some(day("2026-11-02")), Some(day("2026-11-30")));
        assert_eq!(terms(&[ended("2026-11-02", Some(Uuid::from_u128(2)))]), [now, None]);
        assert_eq!(terms(&[ended("2026-11-02", None), ended("2026-11-30", None)]), [now, before]);
    }

    #[test]
    fn events_about_what_nobody_made_are_findings() {
        let mut report = Report::of(Uuid::nil());
        let mut agency = Agency::default();
        let until_on = day("2026-11-02");
        for event in [
            AgencyEvent::PasswordReset { account: ACCOUNT, digest: None },
            AgencyEvent::DepartmentChanged { department: ACCOUNT, name: "甲科".into(), active: true },
            AgencyEvent::HeadTermEnded { account: ACCOUNT, deputy: false, until_on, term: None },
            AgencyEvent::MailTaskResolved { mail: ACCOUNT, sent_again: false },
        ] {
            agency.apply((Uuid::nil(), 1), event, &mut report);
        }
        assert_eq!(report.findings.len(), 4, "{report:?}");
    }
}
