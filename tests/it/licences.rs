//! Every dependency's licence is on the list in `deny.toml`.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::binary::root;

/// The quoted strings of `allow = [...]`.
fn allowed() -> Vec<String> {
    let text = fs::read_to_string(root().join("deny.toml")).unwrap();
    let (_, list) = text.split_once("\nallow = [").unwrap();
    let (list, _) = list.split_once(']').unwrap();
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Crates with licences of their own: `{ crate = "...", allow = ["..."] }`.
fn exceptions() -> Vec<(String, Vec<String>)> {
    let text = fs::read_to_string(root().join("deny.toml")).unwrap();
    let lines = text.lines().filter(|line| line.trim_start().starts_with("{ crate = "));
    let quoted = |line: &str| line.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    lines.map(quoted).map(|words: Vec<String>| (words[0].clone(), words[1..].to_vec())).collect()
}

/// Whether some choice among the alternatives of an SPDX expression is allowed.
fn accepts(expression: &str, allowed: &[String]) -> bool {
    // Old manifests write `/` for `OR`.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = &words[..];
    let verdict = either(&mut rest, allowed);
    verdict == Some(true) && rest.is_empty()
}

fn either(words: &mut &[&str], allowed: &[String]) -> Option<bool> {
    let mut verdict = both(words, allowed)?;
    while let ["OR", rest @ ..] = *words {
        *words = rest;
        verdict |= both(words, allowed)?;
    }
    Some(verdict)
}

fn both(words: &mut &[&str], allowed: &[String]) -> Option<bool> {
    let mut verdict = one(words, allowed)?;
    while let ["AND", rest @ ..] = *words {
        *words = rest;
        verdict &= one(words, allowed)?;
    }
    Some(verdict)
}

fn one(words: &mut &[&str], allowed: &[String]) -> Option<bool> {
    let (name, rest) = match *words {
        ["(", rest @ ..] => {
            *words = rest;
            let verdict = either(words, allowed)?;
            let [")", rest @ ..] = *words else { return None };
            *words = rest;
            return Some(verdict);
        }
        [name, "WITH", exception, rest @ ..] => (format!("{name} WITH {exception}"), rest),
        [name, rest @ ..] => ((*name).to_owned(), rest),
        [] => return None,
    };
    *words = rest;
    Some(allowed.contains(&name))
}

#[test]
fn expressions_are_understood() {
    let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
    for good in
        ["MIT", "GPL-3.0 OR MIT", "MIT/Apache-2.0", "(MIT OR X) AND Apache-2.0", "X AND Y OR MIT"]
    {
        assert!(accepts(good, &allowed), "{good}");
    }
    assert!(accepts("Apache-2.0 WITH LLVM-exception", &allowed));
    for bad in
        ["", "GPL-3.0", "MIT AND GPL-3.0", "MIT AND (X OR Y)", "MIT WITH X", "(MIT", "MIT MIT"]
    {
        assert!(!accepts(bad, &allowed), "{bad}");
    }
}

#[test]
fn every_dependency_may_be_used() {
    let (allowed, exceptions) = (allowed(), exceptions());
    assert!(allowed.len() >= 2, "deny.toml: no list");
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["tree", "--offline", "--locked", "--workspace", "--all-features"])
        .args(["--prefix", "none", "--format", "{p}|{l}"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let packages: BTreeSet<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    assert!(packages.len() > 100, "only {} packages", packages.len());
    let refused = packages.into_iter().filter(|line| {
        // A package that was listed before ends in ` (*)`.
        let (package, licence) = line.trim_end_matches(" (*)").split_once('|').unwrap();
        let name = package.split(' ').next().unwrap();
        let own = exceptions.iter().find(|(of, _)| of == name);
        !accepts(licence, own.map_or(&allowed, |(_, licences)| licences))
    });
    let refused: Vec<&str> = refused.collect();
    assert!(refused.is_empty(), "not on the list in deny.toml: {refused:#?}");
}
