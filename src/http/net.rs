//! How the service meets its network: proxies it believes, pages it answers, how long it waits for a body.

use super::cors::Origins;
use super::intake::Patience;
use super::metrics::Figures;
use super::peer::Proxies;

/// The service's side of the network.
#[derive(Debug, Clone, Default)]
pub struct Net {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxies: Proxies,
    /// Origins whose pages may call.
    pub origins: Origins,
    /// How long bodies may take.
    pub patience: Patience,
    /// Where the figures for a monitor are read.
    pub figures: Figures,
}
