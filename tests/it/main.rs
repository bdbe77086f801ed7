//! Every integration test of the program.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod binary;
mod cli;
mod documents;
mod licences;
