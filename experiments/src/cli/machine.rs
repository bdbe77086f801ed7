//! The machine that a figure was measured on.

use std::fmt;
use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::cli::build::Build;

/// Everything about a machine and a binary that a measured figure depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// Processor model.
    pub cpu: String,
    /// Logical cores that this process may use.
    pub cores: usize,
    /// Vector instruction sets beyond the baseline.
    pub simd: Vec<&'static str>,
    /// Memory that this process may use, bytes: the smaller of what is fitted and the cgroup's limit.
    pub memory_bytes: u64,
    /// Distribution.
    pub os: String,
    /// Kernel name and release.
    pub kernel: String,
    /// The binary.
    pub build: Build,
}

impl Machine {
    /// The running machine's. Whatever cannot be read is `unknown` or 0.
    pub fn current() -> Self {
        Self {
            cpu: field(&read("/proc/cpuinfo"), "model name").unwrap_or_else(unknown),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            simd: simd(),
            memory_bytes: memory_bytes(),
            os: os(&read("/etc/os-release")),
            kernel: kernel(),
            build: Build::current(),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cpu, cores, build, .. } = self;
        let Build { version, commit, profile, opt_level, .. } = build;
        write!(f, "{cpu}, {cores} cores; mirror {version}, commit {commit}, ")?;
        write!(f, "profile {profile} (opt-level {opt_level})")
    }
}

/// Memory that could be handed out now without swapping, bytes; 0 when unknown.
pub fn memory_available_bytes() -> u64 {
    kibibytes(&read("/proc/meminfo"), "MemAvailable").min(memory_bytes())
}

/// The most memory that this process ever held, bytes; 0 when unknown.
pub fn memory_peak_bytes() -> u64 {
    kibibytes(&read("/proc/self/status"), "VmHWM")
}

fn memory_bytes() -> u64 {
    let fitted = kibibytes(&read("/proc/meminfo"), "MemTotal");
    cgroup_limit(&read("/proc/self/cgroup")).map_or(fitted, |limit| limit.min(fitted))
}

/// The smallest limit from this process's memory cgroup (version 2 or 1) up to the root.
fn cgroup_limit(memberships: &str) -> Option<u64> {
    let limits = memberships.lines().flat_map(|line| {
        let mut parts = line.splitn(3, ':').skip(1);
        let (controllers, path) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let (mount, file) = match controllers {
            "" => ("/sys/fs/cgroup", "memory.max"),
            c if c.split(',').any(|c| c == "memory") => {
                ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
            }
            _ => return Vec::new(),
        };
        let group = Path::new(path.trim_start_matches('/'));
        let files = group.ancestors().map(|g| Path::new(mount).join(g).join(file));
        files.filter_map(|file| read(file).trim().parse().ok()).collect::<Vec<u64>>()
    });
    limits.min()
}

fn kibibytes(text: &str, name: &str) -> u64 {
    let value = field(text, name).unwrap_or_default();
    value.split_whitespace().next().and_then(|n| n.parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// The value of the first `name : value` line.
fn field(text: &str, name: &str) -> Option<String> {
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(key, _)| key.trim() == name)?;
    Some(value.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn os(text: &str) -> String {
    let name = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.map_or_else(unknown, |name| name.trim_matches('"').to_owned())
}

fn kernel() -> String {
    let part = |name| match read(Path::new("/proc/sys/kernel").join(name)).trim() {
        "" => "unknown".to_owned(),
        text => text.to_owned(),
    };
    format!("{} {}", part("ostype"), part("osrelease"))
}

fn read(path: impl AsRef<Path>) -> String {
    // Bytes that are not text must not hide the rest of the file.
    fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

fn unknown() -> String {
    "unknown".into()
}

/// So many bytes in GiB, with one decimal.
pub fn gibibytes(bytes: u64) -> String {
    // Tenths, in whole numbers.
    let tenths = u128::from(bytes) * 10 / (1 << 30);
    format!("{}.{} GiB", tenths / 10, tenths % 10)
}

#[cfg(target_arch = "x86_64")]
fn simd() -> Vec<&'static str> {
    let levels = [
        ("sse4.2", is_x86_feature_detected!("sse4.2")),
        ("avx2", is_x86_feature_detected!("avx2")),
        ("fma", is_x86_feature_detected!("fma")),
        ("avx512f", is_x86_feature_detected!("avx512f")),
    ];
    levels.into_iter().filter_map(|(name, found)| found.then_some(name)).collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn simd() -> Vec<&'static str> {
    if cfg!(target_arch = "aarch64") { vec!["neon"] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_tables_are_understood() {
        let text = "MemTotal:       16384 kB\nMemAvailable:    8192 kB\n";
        assert_eq!(kibibytes(text, "MemTotal"), 16 << 20);
        assert_eq!(kibibytes(text, "SwapTotal"), 0);
        assert_eq!(kibibytes("MemTotal: many kB", "MemTotal"), 0);
        let cpu = "processor\t: 0\nmodel name\t: Some  CPU @ 2.0GHz\n";
        assert_eq!(field(cpu, "model name").as_deref(), Some("Some CPU @ 2.0GHz"));
        assert_eq!(os("NAME=x\nPRETTY_NAME=\"Some OS 12\"\n"), "Some OS 12");
        assert_eq!(os(""), "unknown");
    }

    #[test]
    fn odd_cgroup_tables_give_no_limit() {
        for text in ["", "\n", "garbage", "0::", "1:cpu:/", "4:memory"] {
            cgroup_limit(text);
        }
        assert_eq!(cgroup_limit("0::/no/such/group\n1:name=x:/"), cgroup_limit("0::/"));
    }

    #[test]
    fn this_machine_has_a_core_and_memory() {
        let machine = Machine::current();
        assert!(machine.cores >= 1 && machine.memory_bytes > 0);
        assert!(memory_available_bytes() <= machine.memory_bytes);
        assert!((1 << 16..machine.memory_bytes).contains(&memory_peak_bytes()));
    }
}
