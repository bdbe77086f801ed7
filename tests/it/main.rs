//! Integration tests of the whole program, one module per promise.

mod traps;
