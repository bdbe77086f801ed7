//! Integration tests of the whole program, one module per promise.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod binary;
mod cli;
mod conformance;
mod datasets;
mod documents;
mod judge;
mod licences;
mod logs;
mod tasks;
mod traps;
