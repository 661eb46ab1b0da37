//! Publication reviews on the case page.

use super::reader::Reader;
use crate::case::model::{PublicationResult, PublicationReview};
use crate::views::names::{AccountRef, DepartmentRef};
use crate::views::shape::view;
use chrono::NaiveDate;

view! {
    /// Where it was published.
    pub struct PublicationView {
        /// The day.
        on: NaiveDate,
        /// The address.
        address: String,
        /// Who recorded it.
        by: AccountRef,
    }
    /// A review whether an item is published for everybody (依申请转主动公开审查).
    pub struct PublicationReviewView {
        /// Running number in the case.
        n: u32,
        /// Number of the reply.
        reply: u32,
        /// Number of the item in the reply.
        item: u32,
        /// What was decided.
        result: PublicationResult,
        /// Why.
        reason: Option<String>,
        /// What sort of information it is.
        topic: String,
        /// The department that publishes.
        department: Option<DepartmentRef>,
        /// The day by which it publishes.
        due_on: Option<NaiveDate>,
        /// The day.
        on: NaiveDate,
        /// Who.
        by: AccountRef,
        /// The publication, once it is done.
        publication: Option<PublicationView>,
    }
}

impl Reader {
    /// A publication review.
    pub fn publication_review(&self, review: &PublicationReview) -> PublicationReviewView {
        PublicationReviewView {
            n: review.n,
            reply: review.reply,
            item: review.item,
            result: review.result,
            reason: self.text(&review.reason),
            topic: review.topic.clone(),
            department: review.department.map(|department| self.department(department)),
            due_on: review.due_on,
            on: review.on,
            by: self.account(review.by),
            publication: review.publication.as_ref().map(|publication| PublicationView {
                on: publication.on,
                address: publication.address.clone(),
                by: self.account(publication.by),
            }),
        }
    }
}
