//! The Vulkan loader and its drivers, found as files: nothing is loaded, so nothing can crash.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::check::Check;

const NAME: &str = "vulkan";
const PURPOSE: &str = "graphics adapters";
const REMEDY: &str = "apt-get install libvulkan1 mesa-vulkan-drivers, or the GPU vendor's driver";
/// These replace the search for driver descriptions; the second is the older name.
const OVERRIDES: [&str; 2] = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"];
const LIBRARIES: [&str; 7] = [
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib",
    "/lib64",
    "/run/opengl-driver/lib",
];

/// Vulkan files, and where they were looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Vulkan {
    /// Loader libraries.
    pub loaders: Vec<String>,
    /// Driver descriptions.
    pub drivers: Vec<String>,
    /// Folders and files that were looked at, in this order.
    pub scanned: Vec<String>,
}

impl Vulkan {
    /// Looks where the loader would look.
    pub fn scan() -> Self {
        let mut folders = list("LD_LIBRARY_PATH");
        folders.extend(LIBRARIES.map(PathBuf::from));
        let loaders = folders.iter().map(|folder| folder.join("libvulkan.so.1"));
        let loaders = loaders.filter(|file| file.exists()).map(canonical).collect();

        let named: Vec<PathBuf> = OVERRIDES.iter().flat_map(|name| list(name)).collect();
        let drivers = if named.is_empty() {
            let places = driver_folders();
            let found = places.iter().flat_map(|folder| descriptions(folder)).collect();
            folders.extend(places);
            found
        } else {
            folders.extend(named.iter().cloned());
            named.into_iter().filter(|file| file.exists()).collect()
        };
        Self { loaders: texts(loaders), drivers: texts(drivers), scanned: texts(folders) }
    }

    /// The verdict: both are needed to talk to an adapter.
    pub fn check(&self) -> Check {
        let list = |what: &str, files: &[String]| match files {
            [] => format!("no {what}"),
            files => format!("{what} {}", files.join(", ")),
        };
        let detail =
            format!("{}; {}", list("loader", &self.loaders), list("driver", &self.drivers));
        if self.loaders.is_empty() || self.drivers.is_empty() {
            let places = self.scanned.len();
            Check::missing(NAME, PURPOSE, format!("{detail} ({places} places scanned)"), REMEDY)
        } else {
            Check::ok(NAME, PURPOSE, detail)
        }
    }
}

/// A search path from the environment.
fn list(variable: &str) -> Vec<PathBuf> {
    let value = env::var_os(variable).unwrap_or_default();
    env::split_paths(&value).filter(|path| !path.as_os_str().is_empty()).collect()
}

/// The standard search order of the Vulkan loader on Linux.
fn driver_folders() -> Vec<PathBuf> {
    let or = |name, default: &str| {
        env::var_os(name).filter(|v| !v.is_empty()).unwrap_or_else(|| OsString::from(default))
    };
    let home = env::home_dir().unwrap_or_default();
    let config = home.join(".config").into_os_string();
    let config = env::var_os("XDG_CONFIG_HOME").filter(|v| !v.is_empty()).unwrap_or(config);
    let mut roots = vec![PathBuf::from(config)];
    roots.extend(env::split_paths(&or("XDG_CONFIG_DIRS", "/etc/xdg")));
    roots.push("/etc".into());
    roots.push(home.join(".local/share"));
    roots.extend(env::split_paths(&or("XDG_DATA_DIRS", "/usr/local/share:/usr/share")));
    roots.into_iter().map(|root| root.join("vulkan/icd.d")).collect()
}

/// Description files in a folder, sorted; none when it cannot be read.
fn descriptions(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    files.sort();
    files
}

/// `/lib64` and `/usr/lib64` are often the same folder.
fn canonical(path: PathBuf) -> PathBuf {
    fs::canonicalize(&path).unwrap_or(path)
}

/// Each path once, in order, as text.
fn texts(paths: Vec<PathBuf>) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for path in paths {
        let text = path.display().to_string();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_without_a_loader_is_missing() {
        let vulkan = Vulkan { drivers: vec!["/x/lvp.json".into()], ..Vulkan::default() };
        let check = vulkan.check();
        assert!(check.remedy.is_some());
        assert!(check.detail.starts_with("no loader; driver /x/lvp.json"), "{}", check.detail);
    }

    #[test]
    fn a_folder_that_is_not_there_holds_no_drivers() {
        assert!(descriptions(Path::new("/nowhere")).is_empty());
    }
}
