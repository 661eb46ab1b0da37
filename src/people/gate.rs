//! The gate: how many tries at a password a name, an account and an address have, how many calls a caller, and how many hashes are made
//! at once.
//!
//! Counts live in memory and follow the real clock: a restart forgets them, two instances count apart.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::crypto::sha256;
use crate::http::problem::{Fault, Problem};
use crate::http::rate::{self, Standing};

/// How long failed tries are remembered.
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// The window of a caller's calls.
const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// Failed tries of one name, or of one signed-in account, in a window.
const TRIES_OF_ONE: u32 = 10;

/// Failed tries from one address in a window: a whole office may sit behind one.
const TRIES_FROM_ADDRESS: u32 = 100;

/// Most entries kept of each kind; the oldest goes first.
const ENTRIES: usize = 20_000;

/// Hashes made at once: each takes 19 MiB and a core.
const HASHES_AT_ONCE: usize = 4;

/// Longest wait for a hash.
const WAIT: Duration = Duration::from_secs(5);

/// Who tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trier {
    /// A sign-in name, known or not, as its digest.
    Name([u8; 32]),
    /// A signed-in account that gives its current password.
    Account(Uuid),
    /// An address; of IPv6 the network, because a whole one belongs to each customer.
    Address([u8; 16]),
    /// A caller with a valid token, whatever they call.
    Calls([u8; 32]),
}

impl Trier {
    /// Who tries a sign-in name.
    pub fn name(name: &str) -> Self {
        Self::Name(sha256(name.as_bytes()))
    }

    /// Where a request comes from.
    pub fn address(address: Option<IpAddr>) -> Self {
        Self::Address(match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(address)) => address.to_ipv6_mapped().octets(),
            Some(IpAddr::V6(address)) => {
                let mut network = address.octets();
                network.iter_mut().skip(8).for_each(|byte| *byte = 0);
                network
            }
            None => [0; 16],
        })
    }

    /// Whose calls these are: the account or name in the token.
    pub fn calls(who: &str) -> Self {
        Self::Calls(sha256(who.as_bytes()))
    }

    const fn window(self) -> TimeDelta {
        match self {
            Self::Calls(_) => MINUTE,
            Self::Name(_) | Self::Account(_) | Self::Address(_) => WINDOW,
        }
    }

    /// The name of the policy, as it stands in answers.
    const fn policy(self) -> &'static str {
        match self {
            Self::Name(_) => "sign-in",
            Self::Account(_) => "password",
            Self::Address(_) => "address",
            Self::Calls(_) => "calls",
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Tried {
    since: DateTime<Utc>,
    times: u32,
}

impl Tried {
    /// Its window has not ended.
    fn live(&self, trier: Trier, now: DateTime<Utc>) -> bool {
        self.since <= now && now < self.since + trier.window()
    }
}

/// What is counted in windows of one length.
#[derive(Debug, Default)]
struct Book {
    tried: HashMap<Trier, Tried>,
    /// The windows in the order they began; one may have been forgiven or begun anew since.
    begun: VecDeque<(DateTime<Utc>, Trier)>,
}

impl Book {
    /// Forgets windows that ended, and the oldest ones while there is no room; each costs one look at the front.
    fn make_room(&mut self, incoming: usize, window: TimeDelta, now: DateTime<Utc>) {
        while let Some((since, trier)) = self.begun.front().copied() {
            if now < since + window && self.begun.len() + incoming <= ENTRIES {
                break;
            }
            self.begun.pop_front();
            if self.tried.get(&trier).is_some_and(|one| one.since == since) {
                self.tried.remove(&trier);
            }
        }
    }

    fn note(&mut self, trier: Trier, now: DateTime<Utc>) {
        if let Some(one) = self.tried.get_mut(&trier).filter(|one| one.live(trier, now)) {
            one.times += 1;
        } else {
            self.tried.insert(trier, Tried { since: now, times: 1 });
            self.begun.push_back((now, trier));
        }
    }
}

/// Counts tries and limits hashing.
#[derive(Debug)]
pub struct Gate {
    tries: Mutex<Book>,
    /// Apart, so that many calls push no failed try out.
    calls: Mutex<Book>,
    hashing: Arc<Semaphore>,
    calls_per_minute: Option<NonZeroU32>,
}

impl Default for Gate {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Gate {
    /// A gate that lets each caller call so many times a minute, or as often as they like.
    pub fn new(calls_per_minute: Option<NonZeroU32>) -> Self {
        Self { tries: Mutex::default(), calls: Mutex::default(), hashing: Arc::new(Semaphore::new(HASHES_AT_ONCE)), calls_per_minute }
    }

    /// Where a kind of trier is counted.
    fn book(&self, triers: &[Trier]) -> MutexGuard<'_, Book> {
        let book = if matches!(triers, [Trier::Calls(_), ..]) { &self.calls } else { &self.tries };
        book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    const fn quota(&self, trier: Trier) -> u32 {
        match (trier, self.calls_per_minute) {
            (Trier::Name(_) | Trier::Account(_), _) => TRIES_OF_ONE,
            (Trier::Address(_), _) => TRIES_FROM_ADDRESS,
            (Trier::Calls(_), Some(calls)) => calls.get(),
            (Trier::Calls(_), None) => u32::MAX,
        }
    }

    /// Counts a try before it is made, so that many at once are counted too; refuses it where one of these has no try left.
    /// The answer to the request says how each of them stands.
    pub fn admit(&self, request: &HttpRequest, triers: &[Trier], now: DateTime<Utc>) -> Result<(), Problem> {
        let counted = self.count(triers, now);
        rate::note(request, self.standings(triers, now));
        counted.map_err(|seconds| {
            Problem::new(
                Fault::TooManyTries,
                format!("尝试次数过多，请 {seconds} 秒后再试"),
                format!("too many tries; wait {seconds} seconds"),
            )
            .header(header::RETRY_AFTER, &seconds.to_string())
        })
    }

    /// Counts a call of a caller with a valid token; nothing is counted where calls are not limited.
    pub fn admit_call(&self, request: &HttpRequest, who: &str, now: DateTime<Utc>) -> Result<(), Problem> {
        if self.calls_per_minute.is_none() {
            return Ok(());
        }
        let caller = [Trier::calls(who)];
        let counted = self.count(&caller, now);
        rate::note(request, self.standings(&caller, now));
        counted.map_err(|seconds| {
            Problem::new(
                Fault::TooManyCalls,
                format!("请求过于频繁，请 {seconds} 秒后再试"),
                format!("too many calls; wait {seconds} seconds"),
            )
            .header(header::RETRY_AFTER, &seconds.to_string())
        })
    }

    fn standings(&self, triers: &[Trier], now: DateTime<Utc>) -> Vec<Standing> {
        let book = self.book(triers);
        let standing = |trier: &Trier| {
            let (quota, window) = (self.quota(*trier), trier.window());
            let one = book.tried.get(trier).filter(|one| one.live(*trier, now));
            let reset = one.map_or(window, |one| one.since + window - now);
            Standing {
                policy: trier.policy(),
                quota,
                window: window.num_seconds(),
                left: quota.saturating_sub(one.map_or(0, |one| one.times)),
                reset: reset.num_seconds(),
            }
        };
        triers.iter().map(standing).collect()
    }

    /// The seconds to wait, if a try is not admitted.
    fn count(&self, triers: &[Trier], now: DateTime<Utc>) -> Result<(), i64> {
        let mut book = self.book(triers);
        let wait = triers
            .iter()
            .filter_map(|trier| book.tried.get(trier).map(|one| (trier, one)))
            .filter(|(trier, one)| one.live(**trier, now) && one.times >= self.quota(**trier))
            .map(|(trier, one)| (one.since + trier.window() - now).num_seconds() + 1)
            .max();
        if let Some(seconds) = wait {
            return Err(seconds);
        }
        if let Some(first) = triers.first() {
            book.make_room(triers.len(), first.window(), now);
        }
        for trier in triers {
            book.note(*trier, now);
        }
        Ok(())
    }

    /// Takes a successful try back: the name or account starts anew, the address has this one less.
    pub fn forgive(&self, triers: &[Trier]) {
        let mut book = self.book(triers);
        for trier in triers {
            match trier {
                Trier::Name(_) | Trier::Account(_) => {
                    book.tried.remove(trier);
                }
                Trier::Address(_) | Trier::Calls(_) => {
                    if let Some(one) = book.tried.get_mut(trier) {
                        one.times = one.times.saturating_sub(1);
                    }
                }
            }
        }
    }

    /// Hashes or compares on a blocking thread, a few at a time. A client that hangs up does not make room for one more.
    pub async fn hashing<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let busy = || Problem::plain(Fault::Unavailable);
        let permit =
            tokio::time::timeout(WAIT, Arc::clone(&self.hashing).acquire_owned()).await.map_err(|_| busy())?.map_err(|_| busy())?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .map_err(|stopped| Problem::internal(&stopped))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_746_500_000 + seconds, 0).unwrap()
    }

    #[test]
    fn a_name_has_ten_tries_a_window_and_then_waits_for_its_end() {
        let (gate, name) = (Gate::default(), [Trier::name("clerk")]);
        for second in 0..10 {
            assert_eq!(gate.count(&name, at(second)), Ok(()));
        }
        assert_eq!(gate.count(&name, at(10)), Err(15 * 60 - 10 + 1));
        assert_eq!(gate.count(&name, at(899)), Err(2));
        assert_eq!(gate.count(&[Trier::name("handler")], at(10)), Ok(()), "another name is another matter");
        assert_eq!(gate.count(&name, at(900)), Ok(()));
    }

    #[test]
    fn an_address_is_refused_whatever_names_it_tries_and_a_refused_try_costs_the_name_nothing() {
        let (gate, address) = (Gate::default(), Trier::Address([1; 16]));
        for n in 0..100 {
            assert_eq!(gate.count(&[Trier::name(&format!("name{n}")), address], at(0)), Ok(()));
        }
        for _ in 0..20 {
            assert!(gate.count(&[Trier::name("clerk"), address], at(1)).is_err());
        }
        assert_eq!(gate.count(&[Trier::name("clerk"), Trier::Address([2; 16])], at(1)), Ok(()));
    }

    #[test]
    fn success_gives_the_name_its_tries_back_and_the_address_one() {
        let (gate, name, address) = (Gate::default(), Trier::name("clerk"), Trier::Address([1; 16]));
        for n in 0..99 {
            assert_eq!(gate.count(&[Trier::name(&format!("name{n}")), address], at(0)), Ok(()));
        }
        for _ in 0..50 {
            assert_eq!(gate.count(&[name, address], at(1)), Ok(()));
            gate.forgive(&[name, address]);
        }
        assert_eq!(gate.count(&[address], at(1)), Ok(()));
        assert!(gate.count(&[address], at(1)).is_err());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let gate = Gate::default();
        for n in 0..u128::try_from(ENTRIES).unwrap() + 50 {
            assert_eq!(gate.count(&[Trier::Account(Uuid::from_u128(n))], at(i64::try_from(n / 100).unwrap())), Ok(()));
        }
        let book = gate.tries.lock().unwrap();
        assert_eq!((book.tried.len(), book.begun.len()), (ENTRIES, ENTRIES));
        assert!(!book.tried.contains_key(&Trier::Account(Uuid::from_u128(49))), "the oldest went first");
        assert!(book.tried.contains_key(&Trier::Account(Uuid::from_u128(50))));
    }

    #[test]
    fn calls_push_no_failed_try_out_and_ended_windows_go_by_themselves() {
        let (gate, name) = (Gate::new(NonZeroU32::new(10)), [Trier::name("clerk")]);
        for _ in 0..10 {
            assert_eq!(gate.count(&name, at(0)), Ok(()));
        }
        for n in 0..ENTRIES + 50 {
            assert_eq!(gate.count(&[Trier::calls(&n.to_string())], at(0)), Ok(()));
        }
        assert!(gate.count(&name, at(1)).is_err());
        assert_eq!(gate.count(&[Trier::calls("next")], at(60)), Ok(()));
        assert_eq!(gate.calls.lock().unwrap().tried.len(), 1);
        gate.forgive(&name);
        assert_eq!(gate.count(&name, at(1)), Ok(()), "one that was forgiven is in nobody's way");
    }

    #[test]
    fn an_address_is_the_network_behind_it() {
        let from = |address: &str| Trier::address(address.parse().ok());
        assert_eq!(from("192.0.2.1"), from("::ffff:192.0.2.1"));
        assert_ne!(from("192.0.2.1"), from("192.0.2.2"));
        assert_eq!(from("2001:db8::1"), from("2001:db8::2"));
        assert_ne!(from("2001:db8::1"), from("2001:db8:0:1::1"));
    }

    #[test]
    fn calls_have_a_window_of_a_minute_and_the_answer_says_what_is_left() {
        let gate = Gate::new(NonZeroU32::new(2));
        let request = || actix_web::test::TestRequest::default().to_http_request();
        let call = |second: i64| {
            let request = request();
            let code = gate.admit_call(&request, "clerk", at(second)).map_err(|problem| problem.code());
            let mut headers = header::HeaderMap::new();
            rate::write(&request, &mut headers);
            assert_eq!(headers.get("ratelimit-policy").unwrap(), "\"calls\";q=2;w=60");
            (code, headers.get("ratelimit").unwrap().to_str().unwrap().to_owned())
        };
        assert_eq!(call(0), (Ok(()), "\"calls\";r=1;t=60".into()));
        assert_eq!(call(10), (Ok(()), "\"calls\";r=0;t=50".into()));
        assert_eq!(call(59), (Err("too_many_calls"), "\"calls\";r=0;t=1".into()));
        assert_eq!(call(60).0, Ok(()));
        let (unlimited, silent) = (Gate::default(), request());
        unlimited.admit_call(&silent, "clerk", at(0)).unwrap();
        let mut headers = header::HeaderMap::new();
        rate::write(&silent, &mut headers);
        assert!(headers.is_empty());
    }
}
