//! The toolbox of the handlers: callers, bodies, problems, answers, paging, the description of the API, health.

pub mod answer;
pub mod body;
pub mod call;
pub mod caller;
mod chinese;
pub mod cors;
pub mod health;
pub mod intake;
mod json;
pub mod metrics;
pub mod net;
pub mod openapi;
pub mod paging;
pub mod peer;
pub mod problem;
pub mod rate;
pub mod server;
pub mod text;
pub mod trace;
pub mod upload;
