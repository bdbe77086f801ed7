//! Settings of a run on disk, and the hash that names the run.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;
use toml::Table;

use super::overlay::lay;
use super::settings::Config;
use crate::store::checksum::checksum;

impl Config {
    /// Reads the settings of a run. Settings that the file lacks are younger than it, and at their
    /// defaults.
    ///
    /// # Errors
    /// Names the file, and the nearest key where one does not exist.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let named = || path.display().to_string();
        let text = std::fs::read_to_string(path).with_context(named)?;
        let over: Table = serde_json::from_str(&text).with_context(named)?;
        Self::over_defaults(&over).map_err(anyhow::Error::msg).with_context(named)
    }

    /// The settings in a JSON value, as [`Self::load`] reads them.
    ///
    /// # Errors
    /// Names the key.
    pub fn from_json(value: Value) -> anyhow::Result<Self> {
        Self::over_defaults(&serde_json::from_value(value)?).map_err(anyhow::Error::msg)
    }

    fn over_defaults(over: &Table) -> Result<Self, String> {
        if !over.contains_key("format") {
            return Err("no `format`: these are not the settings of a run".into());
        }
        let mut table = Table::try_from(Self::default()).map_err(|error| error.to_string())?;
        lay(&mut table, over)?;
        let config: Self = table
            .try_into()
            .map_err(|error: toml::de::Error| error.message().replace('\n', " "))?;
        config.check()?;
        Ok(config)
    }

    /// The settings as one text that does not depend on how they were given.
    pub fn to_json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// First 16 hexadecimal digits of the blake3 of the format and of what differs from its defaults: what
    /// names a run.
    pub fn hash(&self) -> anyhow::Result<String> {
        let (ours, usual) = (serde_json::to_value(self)?, serde_json::to_value(Self::default())?);
        let mut changed = differences(&ours, &usual);
        changed.insert("format".into(), self.format.into());
        let text = serde_json::to_string(&changed)?;
        Ok(checksum(text.as_bytes())[..16].to_owned())
    }
}

/// The values of `ours` that `usual` has not, by their dotted keys.
fn differences(ours: &Value, usual: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut open = vec![(String::new(), ours, usual)];
    while let Some((prefix, ours, usual)) = open.pop() {
        if let Value::Object(fields) = ours {
            let dot = if prefix.is_empty() { "" } else { "." };
            let inner = fields.iter().map(|(key, value)| {
                (format!("{prefix}{dot}{key}"), value, usual.get(key).unwrap_or(&Value::Null))
            });
            open.extend(inner);
        } else if ours != usual {
            found.insert(prefix, ours.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Setting;
    use super::*;

    fn changed() -> Config {
        let mut config = Config::default();
        config.train.batch = 8;
        config.data.tasks = vec!["push_buttons".into()];
        config
    }

    #[test]
    fn a_run_that_is_older_than_a_setting_is_read_and_keeps_its_name() {
        let config = changed();
        let mut old = serde_json::to_value(&config).unwrap();
        // As if these had been added since.
        old["train"].as_object_mut().unwrap().remove("ema").unwrap();
        old.as_object_mut().unwrap().remove("augment").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        std::fs::write(&path, old.to_string()).unwrap();
        let read = Config::load(&path).unwrap();
        assert_eq!(read, config);
        assert_eq!(read.hash().unwrap(), config.hash().unwrap());
        // What it is hashed over says nothing of settings at their defaults.
        let usual = serde_json::to_value(Config::default()).unwrap();
        let found = differences(&serde_json::to_value(&config).unwrap(), &usual);
        let expected = json!({"data.tasks": ["push_buttons"], "train.batch": 8});
        assert_eq!(serde_json::to_value(found).unwrap(), expected);
    }

    /// Names of runs, studies and shared phases on every disk hang on these.
    #[test]
    fn hashes_stay_as_they_are() {
        let hashes = [Config::default(), changed(), changed().solo()].map(|c| c.hash().unwrap());
        assert_eq!(hashes, ["694f4047633a8c42", "31946db71b2d6a64", "b2263f5004c99d82"]);
    }

    #[test]
    fn every_setting_that_is_changed_changes_the_name() {
        let mut other = changed();
        other.augment.yaw += 1.0;
        assert_ne!(other.hash().unwrap(), changed().hash().unwrap());
        assert_eq!(Config::from_json(serde_json::to_value(&other).unwrap()).unwrap(), other);
    }

    #[test]
    fn what_no_run_has_is_named() {
        let with = |key: &str, value: Value| {
            let mut json = serde_json::to_value(changed()).unwrap();
            json[key] = value;
            format!("{:#}", Config::from_json(json).unwrap_err())
        };
        let line = with("train", json!({"btach": 3}));
        assert_eq!(line, "no setting is called `train.btach`; did you mean `train.batch`?");
        assert_eq!(with("format", json!(9)), "`format` 9: this program reads 1");
        assert!(with("preset", json!("huge")).starts_with("`preset` huge is none of"));
        let line = format!("{:#}", Config::from_json(json!({"preset": "tiny"})).unwrap_err());
        assert_eq!(line, "no `format`: these are not the settings of a run");
    }

    #[test]
    fn what_cannot_be_collected_is_refused_before_it_is() {
        let refused = |set: &str| {
            let setting: Setting = set.parse().unwrap();
            Config::resolve(None, &[setting]).unwrap_err().to_string()
        };
        let line = refused("data.camera=rear");
        assert!(
            line.starts_with("--set: `data.camera`: `rear` is none of left_shoulder"),
            "{line}"
        );
        for key in ["train", "val", "test"] {
            let line = refused(&format!("data.{key}=0"));
            assert!(line.starts_with(&format!("--set: `data.{key}` 0: must be 1 to ")), "{line}");
        }
        assert!(refused("data.seed=1000000").contains("`data.seed` 1000000: must be below"));
    }
}
