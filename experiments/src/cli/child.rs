//! Another program, run to its end within a time limit.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What a pipe holds on Linux, bytes.
const PIPE: usize = 1 << 16;

/// How a program ended and what it printed, up to a pipe's fill; or why there is no answer.
pub(crate) fn answer(
    program: &Path,
    arguments: &[&str],
    patience: Duration,
) -> Result<(ExitStatus, String), String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("cannot be started: {e}"))?;
    let started = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if started.elapsed() < patience => thread::sleep(Duration::from_millis(5)),
            waited => {
                child.kill().and_then(|()| child.wait()).ok();
                let seconds = patience.as_secs();
                return Err(waited
                    .err()
                    .map_or(format!("no answer in {seconds} s"), |e| e.to_string()));
            }
        }
    };
    // It has ended, so what it said fits the pipe's buffer; a grandchild may still hold the pipe open.
    let mut start = vec![0; PIPE];
    let length = child.stdout.as_mut().and_then(|out| out.read(&mut start).ok()).unwrap_or(0);
    Ok((status, String::from_utf8_lossy(&start[..length]).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_answers_or_is_ended() {
        let shell = Path::new("/bin/sh");
        let (status, text) = answer(shell, &["-c", "echo one"], Duration::from_secs(60)).unwrap();
        assert!(status.success() && text == "one\n");
        let late = answer(shell, &["-c", "exec sleep 60"], Duration::ZERO);
        assert_eq!(late.unwrap_err(), "no answer in 0 s");
        let missing = answer(Path::new("/nowhere"), &[], Duration::ZERO).unwrap_err();
        assert!(missing.starts_with("cannot be started: "), "{missing}");
    }
}
