//! Who acts: accounts, sign-in, tokens.

pub mod oidc;
pub mod passwords;
pub mod tokens;
