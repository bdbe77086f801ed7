//! Folders import only what stands below them, files import in no circle, and none grows too long.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::binary::root;
use crate::modules::{Import, Module, Sources};

/// The folders and files under `src` of a package, lowest first; those that share a place do not import each other.
type Order = &'static [&'static [&'static str]];

/// The order in every package. ARCHITECTURE.md states the same.
const ORDERS: [(&str, Order); 3] = [
    (
        "sim",
        &[
            &["scene"],
            &["world"],
            &["robot"],
            &["render", "task"],
            &["tasks"],
            &["episode"],
            &["trial"],
            &["viewer"],
        ],
    ),
    ("agents", &[&["presets"], &["nn"], &["video", "policy", "alignment"], &["count"]]),
    (
        "experiments",
        &[&["cli"], &["store", "media", "statistics"], &["data"], &["run"], &["study"], &["tools"]],
    ),
];
/// No source file is longer, lines.
const LONGEST: usize = 500;
/// Where the median length of a package's source files lies, lines.
const MEDIAN: std::ops::RangeInclusive<usize> = 60..=200;
/// Files and folders in `experiments/src` at the most.
const ENTRIES: usize = 10;

fn packages() -> impl Iterator<Item = (Order, Sources)> {
    ORDERS.into_iter().map(|(package, order)| (order, Sources::read(root(), package)))
}

/// Fails with every line.
fn none(found: Vec<String>) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// Imports of a folder that stands above, beside, or in no place.
fn upward(sources: &Sources, order: Order) -> Vec<String> {
    let place = |module: &Module| {
        // The root of a package holds its list of commands: it stands above everything.
        let Some(folder) = module.first() else { return Some(order.len()) };
        order.iter().position(|names| names.contains(&folder.as_str()))
    };
    let folder = |module: &Module| module.first().map_or("the root", String::as_str).to_owned();
    let wrong = sources.imports().into_iter().filter(|Import { from, to, .. }| {
        let below = place(from).zip(place(to)).is_some_and(|(from, to)| to < from);
        from.first() != to.first() && !below
    });
    wrong
        .map(|Import { from, to, place }| {
            format!("{place}: `{}` must not import `{}`", folder(&from), folder(&to))
        })
        .collect()
}

/// Pairs of folders, at any depth, that import each other; with a line of either direction.
fn mutual(sources: &Sources) -> Vec<String> {
    let mut lines: BTreeMap<[Module; 2], String> = BTreeMap::new();
    for Import { from, to, place } in sources.imports() {
        let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        if from.len() > shared && to.len() > shared {
            let pair = [from[..=shared].to_vec(), to[..=shared].to_vec()];
            lines.entry(pair).or_insert(place);
        }
    }
    let folders = |pair: &[Module; 2]| pair.iter().all(|module| sources.is_folder(module));
    let both = lines.iter().filter_map(|(pair, there)| {
        let [a, b] = pair;
        let back = lines.get(&[b.clone(), a.clone()]).filter(|_| a < b && folders(pair))?;
        let (a, b) = (a.join("/"), b.join("/"));
        Some(format!("`{a}` and `{b}` import each other: {there}, {back}"))
    });
    both.collect()
}

/// Imports that are part of a circle of files.
fn circles(sources: &Sources) -> Vec<String> {
    let imports = sources.imports();
    let mut next: BTreeMap<&Module, BTreeSet<&Module>> = BTreeMap::new();
    for import in &imports {
        next.entry(&import.from).or_default().insert(&import.to);
    }
    let reached = |start: &Module| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![start.clone()]);
        while let Some(module) = open.pop() {
            let found = next.get(&module).into_iter().flatten();
            open.extend(found.filter(|to| seen.insert((**to).clone())).map(|to| (*to).clone()));
        }
        seen
    };
    let reach: BTreeMap<&Module, BTreeSet<Module>> =
        next.keys().map(|module| (*module, reached(module))).collect();
    let circle = imports.iter().filter(|import| {
        reach.get(&import.to).is_some_and(|modules| modules.contains(&import.from))
    });
    circle
        .map(|Import { from, to, place }| {
            format!("{place}: `{}` and `{}` are in a circle", from.join("/"), to.join("/"))
        })
        .collect()
}

#[test]
fn no_folder_imports_one_above_it() {
    none(packages().flat_map(|(order, sources)| upward(&sources, order)).collect());
}

#[test]
fn no_two_folders_import_each_other() {
    none(packages().flat_map(|(_, sources)| mutual(&sources)).collect());
}

#[test]
fn no_files_import_in_a_circle() {
    none(packages().flat_map(|(_, sources)| circles(&sources)).collect());
}

#[test]
fn every_folder_has_its_place_once_and_the_architecture_says_so() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for (package, order) in ORDERS {
        let sources = Sources::read(root(), package);
        let listed: Vec<&str> = order.concat();
        let folders: Vec<&str> = sources.folders().into_iter().collect();
        let mut sorted = listed.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, folders, "folders of {package}/src");
        let steps: Vec<String> = order.iter().map(|names| names.join(", ")).collect();
        let line = format!("`{package}/src`: {}", steps.join(" < "));
        assert!(page.contains(&line), "ARCHITECTURE.md lacks the line: {line}");
    }
}

#[test]
fn lists_of_modules_do_no_work() {
    let found = packages().flat_map(|(_, sources)| {
        let lists = sources.files().filter(|file| file.path.ends_with("/mod.rs"));
        let places = lists.flat_map(|file| {
            file.functions.iter().map(|line| format!("{}:{line}: a function", file.path))
        });
        places.collect::<Vec<_>>()
    });
    none(found.collect());
}

#[test]
fn files_are_neither_long_nor_tiny() {
    for (_, sources) in packages() {
        let mut lengths: Vec<usize> = sources.files().map(|file| file.lines).collect();
        lengths.sort_unstable();
        let median = lengths[lengths.len() / 2];
        let first = &sources.files().next().unwrap().path;
        assert!(MEDIAN.contains(&median), "{first} and its like: median {median} lines");
    }
    let folders = ["sim", "agents", "experiments", "tests"].map(|package| root().join(package));
    let files = folders.iter().flat_map(|folder| crate::modules::rust_files(folder));
    let long = files.filter_map(|path| {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        (lines > LONGEST).then(|| format!("{}: {lines} lines", path.display()))
    });
    none(long.collect());
}

#[test]
fn the_harness_has_few_entries() {
    let entries = fs::read_dir(root().join("experiments/src")).unwrap();
    let names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.len() <= ENTRIES, "{names:?}");
}

/// A made-up package: `low`, then `left` and `right` side by side, then `high`.
fn made_up(texts: &[(&str, &str)]) -> Sources {
    let texts = texts.iter().map(|(path, text)| (format!("p/src/{path}"), (*text).to_owned()));
    Sources::new("p", texts.collect())
}

const MADE_UP: Order = &[&["low"], &["left", "right"], &["high"]];

#[test]
fn wrong_directions_are_found() {
    let right = [("low.rs", ""), ("left.rs", "use crate::low;"), ("high.rs", "use crate::left;")];
    assert_eq!(upward(&made_up(&right), MADE_UP), [""; 0]);
    let wrong = [
        ("low.rs", "fn f() { crate::high::g() }"),
        ("left.rs", "use crate::right;"),
        ("right.rs", "use crate::Cli;"),
        ("high.rs", "\nuse crate::stray;"),
        ("stray.rs", ""),
        ("lib.rs", "pub struct Cli;"),
    ];
    let lines = [
        "p/src/high.rs:2: `high` must not import `stray`",
        "p/src/left.rs:1: `left` must not import `right`",
        "p/src/low.rs:1: `low` must not import `high`",
        "p/src/right.rs:1: `right` must not import `the root`",
    ];
    assert_eq!(upward(&made_up(&wrong), MADE_UP), lines);
}

#[test]
fn folders_that_import_each_other_are_found_at_any_depth() {
    let texts = [
        ("all/a/one.rs", "use crate::all::b::three;"),
        ("all/a/two.rs", ""),
        ("all/b/three.rs", ""),
        ("all/b/four.rs", "use super::super::a::two;"),
    ];
    let line = "`all/a` and `all/b` import each other: p/src/all/a/one.rs:1, p/src/all/b/four.rs:1";
    let sources = made_up(&texts);
    assert_eq!(mutual(&sources), [line]);
    assert_eq!(circles(&sources), [""; 0]);
}

#[test]
fn circles_are_found_through_lists_of_modules() {
    let texts = [
        ("a/mod.rs", "mod one;\nmod two;\npub use one::One;\npub use two::Two;"),
        ("a/one.rs", "use super::Two;\npub struct One;"),
        ("a/two.rs", "use crate::b;\npub struct Two;"),
        ("b.rs", "use crate::a::One;"),
        ("c.rs", "use crate::b;"),
    ];
    let lines = [
        "p/src/a/one.rs:1: `a/one` and `a/two` are in a circle",
        "p/src/a/two.rs:1: `a/two` and `b` are in a circle",
        "p/src/b.rs:1: `b` and `a/one` are in a circle",
    ];
    assert_eq!(circles(&made_up(&texts)), lines);
}
