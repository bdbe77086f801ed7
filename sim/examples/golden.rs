//! Prints the final state of the golden episode: mode, length in bytes, digest. Built at several
//! optimisation levels by `just determinism`.

#![expect(clippy::print_stdout, reason = "printing is all it does")]

fn main() {
    match sim::trial::golden::lines() {
        Ok(lines) => print!("{lines}"),
        Err(outcome) => {
            println!("the episode ended early: {}", outcome.name());
            std::process::exit(1);
        }
    }
}
