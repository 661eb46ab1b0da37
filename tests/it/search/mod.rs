//! Words are found where they stand, by who may read them, and nothing else is.

mod figures;
