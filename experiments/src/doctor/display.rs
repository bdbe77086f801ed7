//! A display, for windows.

use std::env;
use std::path::Path;

use super::check::Check;

const NAME: &str = "display";
const PURPOSE: &str = "windows (everything else runs without)";
const REMEDY: &str = "run in a desktop session, or through `ssh -X`";

/// Looks at what a window system announces in the environment.
pub(super) fn check() -> Check {
    let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let found = match (set("WAYLAND_DISPLAY"), set("DISPLAY")) {
        (Some(name), _) => wayland(&name, set("XDG_RUNTIME_DIR").as_deref()),
        (None, Some(name)) => x11(&name),
        (None, None) => Err("neither WAYLAND_DISPLAY nor DISPLAY is set".to_owned()),
    };
    match found {
        Ok(detail) => Check::ok(NAME, PURPOSE, detail),
        Err(detail) => Check::missing(NAME, PURPOSE, detail, REMEDY),
    }
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
    // Only `:N` and `:N.S` are on this machine; a remote one cannot be judged without connecting.
    let Some(number) = name.strip_prefix(':') else { return Ok(format!("X11 at {name}")) };
    let number = number.split('.').next().unwrap_or(number);
    let socket = format!("/tmp/.X11-unix/X{number}");
    if Path::new(&socket).exists() {
        Ok(format!("X11 at {name}"))
    } else {
        Err(format!("DISPLAY is {name}, but {socket} does not exist"))
    }
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
