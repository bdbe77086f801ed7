//! Settings laid over defaults: a file, then `--set key=value`; a key that does not exist is an error.

use std::path::Path;
use std::str::FromStr;

use anyhow::{Context as _, bail};
use toml::{Table, Value};

use crate::cli::suggestion::suggestion;
use crate::cli::usage::UsageError;

/// One `--set a.b=c`.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    key: String,
    value: Value,
}

impl FromStr for Setting {
    type Err = String;

    /// The value is read as TOML; what is not TOML is taken as text, so that names need no quotes.
    fn from_str(text: &str) -> Result<Self, String> {
        let (key, value) = text.split_once('=').ok_or("must look like key=value")?;
        let (key, value) = (key.trim(), value.trim());
        let parsed = format!("x = {value}").parse::<Table>().ok().and_then(|mut t| t.remove("x"));
        let value = parsed.unwrap_or_else(|| Value::String(value.to_owned()));
        Ok(Self { key: key.to_owned(), value })
    }
}

impl Setting {
    /// A setting made by the program, as an axis of a sweep.
    pub fn new(key: impl Into<String>, value: Value) -> Self {
        Self { key: key.into(), value }
    }

    /// Replaces one value of `base`.
    ///
    /// # Errors
    /// When the key does not exist or holds another kind of value; names the nearest key.
    pub fn apply(&self, base: &mut Table) -> Result<(), String> {
        let known = keys(base);
        let unknown = || unknown(&self.key, &known);
        let (path, last) = self.key.rsplit_once('.').unwrap_or(("", &self.key));
        let mut at = base;
        for part in path.split('.').filter(|part| !part.is_empty()) {
            at = at.get_mut(part).and_then(Value::as_table_mut).ok_or_else(unknown)?;
        }
        let leaf = at.get_mut(last).filter(|leaf| !leaf.is_table()).ok_or_else(unknown)?;
        *leaf = fit(&self.key, leaf, self.value.clone())?;
        Ok(())
    }
}

/// Lays every value of `over` over `base`.
///
/// # Errors
/// As for one setting.
pub fn lay(base: &mut Table, over: &Table) -> Result<(), String> {
    leaves(over, "").into_iter().try_for_each(|setting| setting.apply(base))
}

/// Reads a TOML file.
///
/// # Errors
/// Names the file.
pub fn read(path: &Path) -> anyhow::Result<Table> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
    match text.parse::<Table>() {
        Ok(table) => Ok(table),
        Err(error) => {
            let line = error.span().map_or(0, |span| text[..span.start].lines().count().max(1));
            bail!(UsageError(format!("{}:{line}: {}", path.display(), error.message())))
        }
    }
}

/// A value in the kind that the key holds; whole numbers serve where fractions are meant.
fn fit(key: &str, old: &Value, new: Value) -> Result<Value, String> {
    let name = new.type_str();
    match (old, new) {
        (Value::Float(_), Value::Integer(n)) => Ok(Value::Float(n as f64)),
        (Value::Array(_), Value::String(text)) => {
            Ok(Value::Array(text.split(',').map(|t| Value::String(t.trim().into())).collect()))
        }
        (old, new) if old.same_type(&new) => Ok(new),
        (old, _) => Err(format!("`{key}` must be {} but is {name}", article(old.type_str()))),
    }
}

fn article(kind: &str) -> String {
    let vowel = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}

fn unknown(key: &str, known: &[String]) -> String {
    let tip = suggestion(key, known.iter().map(String::as_str));
    let tip = tip.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("no setting is called `{key}`{tip}")
}

fn keys(table: &Table) -> Vec<String> {
    leaves(table, "").into_iter().map(|setting| setting.key).collect()
}

fn leaves(table: &Table, prefix: &str) -> Vec<Setting> {
    let mut found = Vec::new();
    for (key, value) in table {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::Table(inner) => found.extend(leaves(inner, &key)),
            leaf => found.push(Setting { key, value: leaf.clone() }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Table {
        "name = \"x\"\n[train]\nbatch = 16\nlr = 1e-3\ntasks = [\"all\"]".parse().unwrap()
    }

    fn set(text: &str) -> Result<Table, String> {
        let mut table = base();
        text.parse::<Setting>()?.apply(&mut table)?;
        Ok(table)
    }

    #[test]
    fn values_keep_the_kind_of_the_default() {
        assert_eq!(set("train.batch=8").unwrap()["train"]["batch"].as_integer(), Some(8));
        assert_eq!(set("train.lr=1").unwrap()["train"]["lr"].as_float(), Some(1.0));
        assert_eq!(set("name=tiny").unwrap()["name"].as_str(), Some("tiny"));
        let tasks = &set("train.tasks=a, b").unwrap()["train"]["tasks"];
        assert_eq!(tasks, &Value::Array(vec!["a".into(), "b".into()]));
    }

    #[test]
    fn what_does_not_exist_names_the_nearest_key() {
        let error = set("train.btach=8").unwrap_err();
        assert_eq!(error, "no setting is called `train.btach`; did you mean `train.batch`?");
        assert!(set("train=8").unwrap_err().starts_with("no setting"));
        assert!(set("train.batch.x=8").unwrap_err().starts_with("no setting"));
        assert_eq!(
            set("train.batch=x").unwrap_err(),
            "`train.batch` must be an integer but is string"
        );
        assert_eq!(set("train.batch").unwrap_err(), "must look like key=value");
    }

    #[test]
    fn files_change_only_what_they_name() {
        let mut table = base();
        lay(&mut table, &"[train]\nbatch = 4".parse().unwrap()).unwrap();
        assert_eq!(table["train"]["batch"].as_integer(), Some(4));
        assert_eq!(table["name"].as_str(), Some("x"));
        assert!(lay(&mut table, &"x = 1".parse().unwrap()).is_err());
    }
}
