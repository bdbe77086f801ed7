//! What each source file of a package imports, read from its `use` lines and paths.
//!
//! Macros are not expanded, and what only tests use does not count.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Names from the root of a package to a module; empty for the root.
pub(crate) type Module = Vec<String>;

/// The source files of one package, by module.
pub(crate) struct Sources {
    files: BTreeMap<Module, SourceFile>,
}

/// One source file as far as it matters here.
pub(crate) struct SourceFile {
    /// Path from the root of the repository.
    pub(crate) path: String,
    /// Number of lines.
    pub(crate) lines: usize,
    /// Lines in which functions outside tests begin.
    pub(crate) functions: Vec<usize>,
    uses: Vec<Use>,
    inline: Vec<Use>,
    tests: Vec<String>,
}

/// A path in a file.
struct Use {
    line: usize,
    path: Vec<String>,
    /// The name that it has here, where others may import it from here.
    exported: Option<String>,
}

/// One file needs another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Import {
    pub(crate) from: Module,
    pub(crate) to: Module,
    /// Where: path and line.
    pub(crate) place: String,
}

impl Sources {
    /// The files below `package/src` of a checkout; `main.rs` is a package of its own and is left out.
    pub(crate) fn read(root: &Path, package: &str) -> Self {
        let files = rust_files(&root.join(package).join("src"));
        let named = files.iter().map(|path| {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            (name.to_owned(), fs::read_to_string(path).unwrap())
        });
        Self::new(package, named.collect())
    }

    /// From paths such as `sim/src/world/mod.rs` and their texts.
    pub(crate) fn new(package: &str, texts: Vec<(String, String)>) -> Self {
        let start = format!("{package}/src/");
        let module = |path: &str| -> Module {
            let path = path.strip_prefix(&start).unwrap().strip_suffix(".rs").unwrap();
            let mut names: Module = path.split('/').map(str::to_owned).collect();
            names.pop_if(|last| last == "mod" || (path == "lib" && last == "lib"));
            names
        };
        let texts = texts.into_iter().filter(|(path, _)| *path != format!("{start}main.rs"));
        let mut files: BTreeMap<Module, SourceFile> =
            texts.map(|(path, text)| (module(&path), SourceFile::new(path, &text))).collect();
        let tests: Vec<Module> = files
            .iter()
            .flat_map(|(module, file)| file.tests.iter().map(|name| child(module, name)))
            .collect();
        files.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
        Self { files }
    }

    /// All files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.values()
    }

    /// Folders and files directly under `src`.
    pub(crate) fn folders(&self) -> BTreeSet<&str> {
        self.files.keys().filter_map(|module| module.first()).map(String::as_str).collect()
    }

    /// Whether there are modules below this one.
    pub(crate) fn is_folder(&self, module: &[String]) -> bool {
        self.files.keys().any(|other| other.len() > module.len() && other.starts_with(module))
    }

    /// Every import of one file by another, in order.
    pub(crate) fn imports(&self) -> BTreeSet<Import> {
        let mut imports = BTreeSet::new();
        for (from, file) in &self.files {
            for one in file.uses.iter().chain(&file.inline) {
                let Some(to) = self.absolute(from, &one.path).and_then(|path| self.owner(&path, 0))
                else {
                    continue;
                };
                // A folder that shows what lies in it does not need it.
                let shown = one.exported.is_some() && to.starts_with(from);
                if to != *from && !shown {
                    let place = format!("{}:{}", file.path, one.line);
                    imports.insert(Import { from: from.clone(), to, place });
                }
            }
        }
        imports
    }

    /// The path from the root of the package; none for what lies in other packages.
    fn absolute(&self, from: &Module, path: &[String]) -> Option<Module> {
        let ups = path.iter().take_while(|name| *name == "super").count();
        let (start, rest) = match path.first()?.as_str() {
            "crate" => (&[][..], &path[1..]),
            "self" => (&from[..], &path[1..]),
            "super" => (&from[..from.len().checked_sub(ups)?], &path[ups..]),
            first if self.files.contains_key(&child(from, first)) => (&from[..], path),
            _ => return None,
        };
        Some([start, rest].concat())
    }

    /// The module in which the thing at this path is written, behind any number of re-exports.
    fn owner(&self, path: &[String], depth: usize) -> Option<Module> {
        let known = (0..=path.len()).rev().find(|&end| self.files.contains_key(&path[..end]))?;
        let (module, rest) = (path[..known].to_vec(), &path[known..]);
        let exports = self.files[&module].uses.iter();
        let next = rest.first().and_then(|name| {
            let export = exports.clone().find(|one| one.exported.as_ref() == Some(name))?;
            self.absolute(&module, &export.path)
        });
        match next {
            Some(target) if depth < 8 => self.owner(&[&target, &rest[1..]].concat(), depth + 1),
            _ => Some(module),
        }
    }
}

fn child(module: &[String], name: &str) -> Module {
    [module, &[name.to_owned()]].concat()
}

/// Every Rust file in a folder, at any depth.
pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
}

impl SourceFile {
    fn new(path: String, text: &str) -> Self {
        let tokens = tokens(text);
        let word = |at: usize| tokens.get(at).map_or("", |token| token.1);
        let mut file = Self {
            path,
            lines: text.lines().count(),
            functions: Vec::new(),
            uses: Vec::new(),
            inline: Vec::new(),
            tests: Vec::new(),
        };
        let mut at = 0;
        while at < tokens.len() {
            let before = at.checked_sub(1).map_or("", word);
            match word(at) {
                "#" if word(at + 1) == "[" => {
                    let end = closing(&tokens, at + 1);
                    let inside: Vec<&str> = (at + 2..end).map(word).collect();
                    at = end + 1;
                    let test = inside.contains(&"test") && !inside.contains(&"not");
                    if test && matches!(inside[0], "cfg" | "test") {
                        at = item(&tokens, at, &mut file.tests);
                    }
                    continue;
                }
                "fn" if word(at + 1) != "(" => file.functions.push(tokens[at].0),
                "use" if word(at + 1) != "<" => {
                    let exported = matches!(before, "pub" | ")");
                    at = leaves(&tokens, at + 1, &[], exported, &mut file.uses);
                }
                // `pub(in path)` needs nothing.
                "crate" | "super" if before == "in" && word(at.saturating_sub(2)) == "(" => {}
                _ if word(at + 1) == "::" && before != "::" => {
                    let names = (at..).step_by(2).take_while(|&i| i == at || word(i - 1) == "::");
                    let names = names.map(|i| word(i).to_owned()).collect();
                    file.inline.push(Use { line: tokens[at].0, path: names, exported: None });
                }
                _ => {}
            }
            at += 1;
        }
        file
    }
}

/// A line number, from 1, and a word, `::` or another sign.
type Token<'a> = (usize, &'a str);

/// Where the bracket at `open` is closed.
fn closing(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0;
    for (at, (_, word)) in tokens.iter().enumerate().skip(open) {
        match *word {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len()
}

/// The end of the item that begins here; a module in a file of its own is named.
fn item(tokens: &[Token<'_>], start: usize, modules: &mut Vec<String>) -> usize {
    if let [(_, "mod"), (_, name), (_, ";"), ..] = tokens[start..] {
        modules.push(name.to_owned());
    }
    let mut at = start;
    while let Some((_, word)) = tokens.get(at) {
        match *word {
            ";" => return at + 1,
            "{" => return closing(tokens, at) + 1,
            "(" | "[" => at = closing(tokens, at) + 1,
            ")" | "]" | "}" => return at,
            _ => at += 1,
        }
    }
    at
}

/// The paths of a `use` tree; returns where it ends.
fn leaves(
    tokens: &[Token<'_>],
    start: usize,
    prefix: &[String],
    exported: bool,
    uses: &mut Vec<Use>,
) -> usize {
    let (mut path, mut name) = (prefix.to_vec(), None);
    let mut at = start;
    while let Some(&(line, word)) = tokens.get(at) {
        match word {
            "{" => {
                let end = closing(tokens, at);
                let mut next = at + 1;
                while next < end {
                    next = leaves(tokens, next, &path, exported, uses) + 1;
                }
                return end + 1;
            }
            "::" => {}
            "as" => {
                name = tokens.get(at + 1).map(|token| token.1.to_owned());
                at += 1;
            }
            "," | "}" | ";" => {
                if path.len() > 1 {
                    path.pop_if(|last| last == "self");
                }
                if path.len() > prefix.len() || !prefix.is_empty() {
                    let name = name.or_else(|| path.last().cloned());
                    uses.push(Use { line, path, exported: name.filter(|_| exported) });
                }
                return at;
            }
            _ => path.push(word.to_owned()),
        }
        at += 1;
    }
    at
}

/// The words and signs of a text, without comments, strings and characters.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let (mut tokens, mut line, mut at) = (Vec::new(), 1, 0);
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = literal(rest) {
            length
        } else {
            let length = match first {
                c if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
                ':' if rest.starts_with("::") => 2,
                c => c.len_utf8(),
            };
            if !first.is_whitespace() {
                tokens.push((line, &rest[..length]));
            }
            length
        };
        line += rest[..length].matches('\n').count();
        at += length;
    }
    tokens
}

/// Length of the string or character that begins here.
fn literal(rest: &str) -> Option<usize> {
    let body = rest.trim_start_matches(['b', 'c', 'r']);
    let marks = rest[..rest.len() - body.len()].chars().count();
    let raw = rest.starts_with("r") || rest.starts_with("br");
    if marks > 2 {
        return None;
    }
    if raw && (body.starts_with('"') || body.starts_with("#\"") || body.starts_with("##")) {
        let hashes = body.len() - body.trim_start_matches('#').len();
        let end = format!("\"{}", "#".repeat(hashes));
        let inner = body[hashes..].strip_prefix('"')?;
        return Some(marks + hashes + 1 + inner.find(&end)? + end.len());
    }
    let quote = body.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = &body[1..];
    if quote == '\'' {
        // `'a` without an end is a lifetime.
        let one = inner.chars().next()?;
        if one != '\\' && !inner[one.len_utf8()..].starts_with('\'') {
            return None;
        }
    }
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(marks + 1 + at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `from -> to` of every import, modules written with slashes.
    fn found(texts: &[(&str, &str)]) -> Vec<String> {
        let texts = texts.iter().map(|(path, text)| (format!("p/src/{path}"), (*text).to_owned()));
        let sources = Sources::new("p", texts.collect());
        let imports = sources.imports().into_iter();
        imports.map(|i| format!("{} {} {}", i.place, i.from.join("/"), i.to.join("/"))).collect()
    }

    #[test]
    fn paths_are_found_wherever_they_stand() {
        let lines = found(&[
            ("lib.rs", "pub mod a;\npub mod b;"),
            ("a/mod.rs", "mod deep;\npub use deep::{Deep, self as renamed};\nuse std::fmt;"),
            ("a/deep.rs", "pub struct Deep;\nfn f() { super::super::b::g() }"),
            ("b.rs", "use crate::{a::{Deep as Other, renamed::Deep},\n a};\npub(crate) fn g() {}"),
        ]);
        let all = ["p/src/a/deep.rs:2 a/deep b", "p/src/b.rs:2 b a", "p/src/b.rs:1 b a/deep"];
        assert_eq!(lines, all);
    }

    #[test]
    fn comments_strings_and_tests_do_not_count() {
        let text = r##"
// use crate::b;
/* crate::b */ const S: &str = "crate::b \" crate::b";
const R: &str = r#"crate::b""#;
fn f<'a>(c: char) -> bool { c == '"' || c == '\'' }
#[cfg(test)]
mod tests { use crate::b; fn g() { crate::b::x() } }
#[cfg(test)]
mod checks;
pub(in crate::b) struct Hidden;
"##;
        let lines = found(&[("a.rs", text), ("a/checks.rs", "use crate::b;"), ("b.rs", "")]);
        assert_eq!(lines, [""; 0]);
        let real = format!("{text}\nfn h() {{ crate::b::x() }}");
        assert_eq!(found(&[("a.rs", &real), ("b.rs", "")]), ["p/src/a.rs:12 a b"]);
    }

    #[test]
    fn functions_outside_tests_are_seen() {
        let text =
            "struct A(fn(u8));\nimpl A {\n fn x() {}\n}\n#[test]\nfn t() { fn inner() {} }\n";
        let sources = Sources::new("p", vec![("p/src/a/mod.rs".into(), text.into())]);
        let file = sources.files().next().unwrap();
        assert_eq!((file.lines, &file.functions[..]), (6, &[3][..]));
    }
}
