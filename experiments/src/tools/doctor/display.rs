//! A display, for windows.

use std::env;
use std::path::{Path, PathBuf};

use super::check::Check;

const NAME: &str = "display";
const PURPOSE: &str = "windows (everything else runs without)";
const REMEDY: &str = "run in a desktop session, or through `ssh -X`";

/// Looks at what a window system announces in the environment.
pub(super) fn check() -> Check {
    match there() {
        Ok(detail) => Check::ok(NAME, PURPOSE, detail),
        Err(detail) => Check::missing(NAME, PURPOSE, detail, REMEDY),
    }
}

/// Where a window could open, or why it cannot.
fn there() -> Result<String, String> {
    let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    match (set("WAYLAND_DISPLAY"), set("DISPLAY")) {
        (Some(name), _) => wayland(&name, set("XDG_RUNTIME_DIR").as_deref()),
        (None, Some(name)) => x11(&name),
        (None, None) => Err("neither WAYLAND_DISPLAY nor DISPLAY is set".to_owned()),
    }
}

/// Why our own window, which speaks X11, could not open; nothing where it could.
#[cfg(feature = "viewer")]
pub(crate) fn refusal() -> Option<String> {
    let Ok(name) = env::var("DISPLAY") else { return Some("DISPLAY is not set".into()) };
    if let Err(reason) = x11(&name) {
        return Some(reason);
    }
    // A socket may be left of a server that is gone.
    let socket = socket(&name)?;
    let answer = std::os::unix::net::UnixStream::connect(&socket);
    answer.err().map(|error| format!("DISPLAY is {name}, but {}: {error}", socket.display()))
}

fn wayland(name: &str, runtime: Option<&str>) -> Result<String, String> {
    let socket = Path::new(runtime.unwrap_or("/")).join(name);
    if socket.exists() {
        Ok(format!("Wayland at {}", socket.display()))
    } else {
        Err(format!("WAYLAND_DISPLAY is {name}, but {} does not exist", socket.display()))
    }
}

fn x11(name: &str) -> Result<String, String> {
    match socket(name) {
        Some(socket) if !socket.exists() => {
            Err(format!("DISPLAY is {name}, but {} does not exist", socket.display()))
        }
        _ => Ok(format!("X11 at {name}")),
    }
}

/// Where the server of a display listens. Only `:N` and `:N.S` are on this machine; a remote one
/// cannot be judged without connecting.
fn socket(name: &str) -> Option<PathBuf> {
    let number = name.strip_prefix(':')?;
    let number = number.split('.').next().unwrap_or(number);
    Some(format!("/tmp/.X11-unix/X{number}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_without_a_socket_is_missing() {
        assert!(x11(":4242.0").unwrap_err().contains("/tmp/.X11-unix/X4242"));
        assert!(x11("elsewhere:0").is_ok());
        assert!(wayland("wayland-4242", Some("/nowhere")).is_err());
    }
}
