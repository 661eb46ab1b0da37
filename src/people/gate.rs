//! The gate before every password: how many tries a name, an account and an address have, and how many hashes are made at once.
//!
//! Counts live in memory and follow the real clock: a restart forgets them, two instances count apart. Whoever is refused learns only how
//! long to wait.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::crypto::sha256;
use crate::http::problem::{Fault, Problem};

/// How long failed tries are remembered.
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Failed tries of one name, or of one signed-in account, in a window.
const TRIES_OF_ONE: u32 = 10;

/// Failed tries from one address in a window: a whole office may sit behind one.
const TRIES_FROM_ADDRESS: u32 = 100;

/// Most entries kept; the oldest goes first.
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
}

impl Trier {
    /// Who tries a sign-in name.
    pub fn name(name: &str) -> Self {
        Self::Name(sha256(name.as_bytes()))
    }

    /// Where a request comes from. What a proxy claims is not believed.
    pub fn address(request: &HttpRequest) -> Self {
        Self::Address(match request.peer_addr().map(|peer| peer.ip().to_canonical()) {
            Some(IpAddr::V4(address)) => address.to_ipv6_mapped().octets(),
            Some(IpAddr::V6(address)) => {
                let mut network = address.octets();
                network.iter_mut().skip(8).for_each(|byte| *byte = 0);
                network
            }
            None => [0; 16],
        })
    }

    const fn tries(self) -> u32 {
        match self {
            Self::Name(_) | Self::Account(_) => TRIES_OF_ONE,
            Self::Address(_) => TRIES_FROM_ADDRESS,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Tried {
    since: DateTime<Utc>,
    times: u32,
}

/// Counts tries and limits hashing.
#[derive(Debug)]
pub struct Gate {
    tried: Mutex<HashMap<Trier, Tried>>,
    hashing: Arc<Semaphore>,
}

impl Default for Gate {
    fn default() -> Self {
        Self { tried: Mutex::default(), hashing: Arc::new(Semaphore::new(HASHES_AT_ONCE)) }
    }
}

impl Gate {
    /// Counts a try before it is made, so that many at once are counted too; refuses it where one of these has no try left.
    pub fn admit(&self, triers: &[Trier], now: DateTime<Utc>) -> Result<(), Problem> {
        self.count(triers, now).map_err(|seconds| {
            Problem::new(
                Fault::TooManyTries,
                format!("尝试次数过多，请 {seconds} 秒后再试"),
                format!("too many tries; wait {seconds} seconds"),
            )
            .header(header::RETRY_AFTER, &seconds.to_string())
        })
    }

    /// The seconds to wait, if a try is not admitted.
    fn count(&self, triers: &[Trier], now: DateTime<Utc>) -> Result<(), i64> {
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let live = |tried: &Tried| tried.since <= now && now < tried.since + WINDOW;
        let wait = triers
            .iter()
            .filter_map(|trier| tried.get(trier).filter(|one| live(one) && one.times >= trier.tries()))
            .map(|one| (one.since + WINDOW - now).num_seconds() + 1)
            .max();
        if let Some(seconds) = wait {
            return Err(seconds);
        }
        if tried.len() + triers.len() > ENTRIES {
            tried.retain(|_, one| live(one));
        }
        while tried.len() + triers.len() > ENTRIES {
            let Some(oldest) = tried.iter().min_by_key(|(_, one)| one.since).map(|(trier, _)| *trier) else { break };
            tried.remove(&oldest);
        }
        for trier in triers {
            let one = tried.entry(*trier).or_insert(Tried { since: now, times: 0 });
            if !live(one) {
                *one = Tried { since: now, times: 0 };
            }
            one.times += 1;
        }
        Ok(())
    }

    /// Takes a successful try back: the name or account starts anew, the address has this one less.
    pub fn forgive(&self, triers: &[Trier]) {
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        for trier in triers {
            match trier {
                Trier::Name(_) | Trier::Account(_) => {
                    tried.remove(trier);
                }
                Trier::Address(_) => {
                    if let Some(one) = tried.get_mut(trier) {
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
        assert_eq!(gate.tried.lock().unwrap().len(), ENTRIES);
    }

    #[test]
    fn an_address_is_the_network_behind_it() {
        let from = |peer: &str| Trier::address(&actix_web::test::TestRequest::default().peer_addr(peer.parse().unwrap()).to_http_request());
        assert_eq!(from("192.0.2.1:1"), from("192.0.2.1:2"));
        assert_eq!(from("192.0.2.1:1"), from("[::ffff:192.0.2.1]:1"));
        assert_ne!(from("192.0.2.1:1"), from("192.0.2.2:1"));
        assert_eq!(from("[2001:db8::1]:1"), from("[2001:db8::2]:1"));
        assert_ne!(from("[2001:db8::1]:1"), from("[2001:db8:0:1::1]:1"));
    }
}
