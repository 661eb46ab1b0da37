//! LAW, PURE.
