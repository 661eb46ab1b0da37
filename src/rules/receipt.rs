//! The day an application counts as received (收到申请之日, Art 31), by channel.
//!
//! The reply clock hangs on this date. Without it there is neither a receipt date nor a due date; what an unconfirmed application
//! shows meanwhile is a *caution date*, which binds nobody.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::calendar::{Calendar, Counted};
use super::coded::coded;
use super::{due, terms};

coded! {
    /// How an application came in (Art 31).
    pub enum Channel {
        Counter => "counter", "当面提交", "at the counter";
        Ems => "ems", "邮政特快专递", "express mail, signed for";
        RegisteredLetter => "registered_letter", "挂号信", "registered letter";
        OrdinaryLetter => "ordinary_letter", "平信", "ordinary letter";
        Fax => "fax", "传真", "fax to the FOI office";
        Portal => "portal", "网上申请", "online portal";
        Email => "email", "电子邮件", "e-mail";
    }
}

coded! {
    /// The date that makes the receipt date.
    pub enum ReceiptBasis {
        HandedIn => "handed_in", "当面提交之日", "day handed in";
        SignedFor => "signed_for", "签收之日", "day the agency signed for it";
        Confirmed => "confirmed", "双方确认之日", "day both sides confirmed";
    }
}

impl Channel {
    /// The date Art 31 takes for this channel.
    pub const fn basis(self) -> ReceiptBasis {
        match self {
            Self::Counter => ReceiptBasis::HandedIn,
            Self::Ems | Self::RegisteredLetter => ReceiptBasis::SignedFor,
            Self::OrdinaryLetter | Self::Fax | Self::Portal | Self::Email => ReceiptBasis::Confirmed,
        }
    }

    /// The article, with the rule in one sentence in Chinese and in English.
    pub const fn article(self) -> ReceiptRule {
        match self {
            Self::Counter => ReceiptRule {
                article: "31(1)",
                zh: "申请人当面提交政府信息公开申请的，以提交之日为收到申请之日",
                en: "handed in in person: received on the day it is handed in",
            },
            Self::Ems | Self::RegisteredLetter => ReceiptRule {
                article: "31(2)",
                zh: "申请人以邮寄方式提交政府信息公开申请的，以行政机关签收之日为收到申请之日",
                en: "by post and signed for: received on the day the agency signs",
            },
            Self::OrdinaryLetter => ReceiptRule {
                article: "31(2)",
                zh: "以平常信函等无需签收的邮寄方式提交的，应当于收到申请的当日与申请人确认，确认之日为收到申请之日",
                en: "by post and not signed for: the FOI office asks the applicant the same day; received on the day of confirmation",
            },
            Self::Fax | Self::Portal | Self::Email => ReceiptRule {
                article: "31(3)",
                zh: "申请人通过互联网渠道或者政府信息公开工作机构的传真提交政府信息公开申请的，以双方确认之日为收到申请之日",
                en: "online or by fax to the FOI office: received on the day both sides confirm",
            },
        }
    }
}

/// The rule of Art 31 for a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReceiptRule {
    /// The paragraph.
    pub article: &'static str,
    /// The rule in Chinese.
    pub zh: &'static str,
    /// The rule in English.
    pub en: &'static str,
}

/// Whether an application counts as received, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Receipt {
    /// Received: the clock starts.
    ReceiptDate {
        /// The receipt date; not counted itself.
        on: NaiveDate,
    },
    /// The date that Art 31 asks for is not there yet (待确认): no clock runs.
    AwaitingConfirmation,
}

/// The receipt date by Art 31. A confirmation never replaces a signature, nor a signature a confirmation: an agency cannot win
/// days by confirming what it has signed for. The dates are taken as they are; their order is for the step to check.
pub fn receipt(channel: Channel, arrived_on: NaiveDate, signed_on: Option<NaiveDate>, confirmed_on: Option<NaiveDate>) -> Receipt {
    let on = match channel.basis() {
        ReceiptBasis::HandedIn => Some(arrived_on),
        ReceiptBasis::SignedFor => signed_on,
        ReceiptBasis::Confirmed => confirmed_on,
    };
    on.map_or(Receipt::AwaitingConfirmation, |on| Receipt::ReceiptDate { on })
}

/// What the agency chose about the receipt date where the law leaves it open (domain rules, section 8); all off unless switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReceiptChoices {
    /// What is handed in or signed for on a rest day counts as received on the next working day (choice 2).
    pub rest_day_moves_receipt: bool,
    /// The portal's automatic acknowledgement is the confirmation, if it gave the applicant number, date and due date (choice 4).
    pub acknowledgement_confirms: bool,
}

impl ReceiptChoices {
    /// The receipt date by the channel's own date; a confirmation is never moved.
    pub fn dated(self, calendar: &Calendar, channel: Channel, on: NaiveDate) -> NaiveDate {
        if self.rest_day_moves_receipt && channel.basis() != ReceiptBasis::Confirmed { calendar.on_or_after(on).on } else { on }
    }
}

/// Whether both sides must confirm before the clock starts.
pub fn needs_confirmation(channel: Channel) -> bool {
    channel.basis() == ReceiptBasis::Confirmed
}

/// The reply date as if the day of arrival were the receipt date: shown, and alarming, while confirmation is awaited.
pub fn caution_date(calendar: &Calendar, arrived_on: NaiveDate) -> Counted {
    due::due(calendar, arrived_on, terms::reply_working_days(arrived_on), &[])
}

/// Whether an entry in the register came more than one working day after the receipt.
pub fn entered_late(calendar: &Calendar, received_on: NaiveDate, registered_on: NaiveDate) -> bool {
    calendar.nth_working_day_after(received_on, 1).on < registered_on
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::calendar::day_of;

    const ARRIVED: NaiveDate = day_of(2026, 4, 24);
    const SIGNED: NaiveDate = day_of(2026, 4, 25);
    const CONFIRMED: NaiveDate = day_of(2026, 4, 27);

    #[test]
    fn art_31_takes_another_date_for_each_channel() {
        for channel in Channel::ALL.iter().copied() {
            let expected = match channel {
                Channel::Counter => ARRIVED,
                Channel::Ems | Channel::RegisteredLetter => SIGNED,
                Channel::OrdinaryLetter | Channel::Fax | Channel::Portal | Channel::Email => CONFIRMED,
            };
            assert_eq!(receipt(channel, ARRIVED, Some(SIGNED), Some(CONFIRMED)), Receipt::ReceiptDate { on: expected }, "{channel:?}");
        }
    }

    #[test]
    fn art_31_3_without_confirmation_there_is_no_receipt_date() {
        for channel in [Channel::OrdinaryLetter, Channel::Fax, Channel::Portal, Channel::Email] {
            assert!(needs_confirmation(channel));
            assert_eq!(receipt(channel, ARRIVED, Some(SIGNED), None), Receipt::AwaitingConfirmation);
        }
    }

    #[test]
    fn art_31_2_confirming_a_signed_letter_wins_no_days() {
        assert!(!needs_confirmation(Channel::Ems));
        assert_eq!(receipt(Channel::Ems, ARRIVED, None, Some(CONFIRMED)), Receipt::AwaitingConfirmation);
    }

    #[test]
    fn choice_2_a_rest_day_is_a_receipt_date() {
        assert_eq!(receipt(Channel::Counter, day_of(2026, 4, 25), None, None), Receipt::ReceiptDate { on: day_of(2026, 4, 25) });
    }

    #[test]
    fn choice_3_the_caution_date_counts_from_arrival() {
        let calendar = crate::rules::calendar::tests::calendar();
        assert_eq!(caution_date(calendar, ARRIVED), Counted { on: day_of(2026, 5, 26), provisional: false });
        assert_eq!(due::due(calendar, CONFIRMED, 20, &[]).on, day_of(2026, 5, 27));
    }

    #[test]
    fn art_45_an_entry_is_late_after_one_working_day() {
        let calendar = crate::rules::calendar::tests::calendar();
        let late = |received_on, registered_on| entered_late(calendar, received_on, registered_on);
        assert!(!late(ARRIVED, ARRIVED) && !late(ARRIVED, CONFIRMED), "a weekend lies between");
        assert!(late(ARRIVED, day_of(2026, 4, 28)) && late(day_of(2026, 4, 23), CONFIRMED));
    }

    #[test]
    fn the_article_of_each_channel() {
        let articles: Vec<&str> = Channel::ALL.iter().map(|channel| channel.article().article).collect();
        assert_eq!(articles, ["31(1)", "31(2)", "31(2)", "31(2)", "31(3)", "31(3)", "31(3)"]);
    }
}
