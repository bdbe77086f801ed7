//! Holds no code: the tests live in `it/`.
