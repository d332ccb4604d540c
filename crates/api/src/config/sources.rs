//! Where settings come from: the environment, then a settings file, then the defaults.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::SETTINGS;
use super::table::{Form, Setting};

/// Where the value of a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Nobody gave one.
    Default,
    /// The settings file, in this line.
    File(usize),
    /// The environment.
    Environment,
}

/// The environment and the settings file, each value beside where it stands.
#[derive(Clone, Default)]
pub struct Sources {
    environment: BTreeMap<&'static str, String>,
    file: BTreeMap<&'static str, (usize, String)>,
    path: Option<PathBuf>,
}

impl std::fmt::Debug for Sources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sources")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Sources {
    /// The environment of this process and the settings file, if there is to be one.
    ///
    /// # Errors
    /// One sentence per fault of the file, with its line and without any value.
    pub fn load(path: Option<&Path>) -> Result<Self, Vec<String>> {
        let environment = |key: &str| std::env::var(key).ok();
        let Some(path) = path else {
            return Self::of(environment, "");
        };
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| vec![format!("{shown}: {error}")]);
        match Self::of(environment, &text?) {
            Ok(sources) => Ok(Self {
                path: Some(path.to_owned()),
                ..sources
            }),
            Err(faults) => Err(faults
                .into_iter()
                .map(|fault| format!("{shown}, {fault}"))
                .collect()),
        }
    }

    /// What an environment and the text of a settings file say.
    ///
    /// # Errors
    /// See [`Sources::load`].
    pub fn of(
        environment: impl Fn(&str) -> Option<String>,
        file: &str,
    ) -> Result<Self, Vec<String>> {
        let given = SETTINGS.iter().filter_map(|setting| {
            let value = environment(setting.key)?;
            let value = Some(value.trim()).filter(|value| !value.is_empty())?;
            Some((setting.key, value.to_owned()))
        });
        Ok(Self {
            environment: given.collect(),
            file: parse(file)?,
            path: None,
        })
    }

    /// The value that holds; none for the default.
    pub fn get(&self, key: &str) -> Option<String> {
        let given = self.environment.get(key);
        given
            .or_else(|| self.file.get(key).map(|(_, value)| value))
            .cloned()
    }

    /// Where the value that holds comes from.
    pub fn origin(&self, key: &str) -> Origin {
        if self.environment.contains_key(key) {
            Origin::Environment
        } else if let Some((line, _)) = self.file.get(key) {
            Origin::File(*line)
        } else {
            Origin::Default
        }
    }

    /// The settings file.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Whether the settings file holds something that must stay secret.
    pub fn has_secrets_in_file(&self) -> bool {
        let is_in_file = |setting: &Setting| self.file.contains_key(setting.key);
        // The URL of a database may hold a password.
        let may_be_secret =
            |setting: &Setting| setting.secret || setting.key == "RAPPORT_DATABASE_URL";
        SETTINGS
            .iter()
            .any(|setting| may_be_secret(setting) && is_in_file(setting))
    }

    /// A fault of a setting, which begins with its key, with the line of the file that it comes from.
    pub(super) fn placed(&self, fault: String) -> String {
        let key = fault.split(' ').next().unwrap_or_default();
        match (self.origin(key), &self.path) {
            (Origin::File(line), Some(path)) => format!("{}, line {line}: {fault}", path.display()),
            (Origin::File(line), None) => format!("line {line}: {fault}"),
            _ => fault,
        }
    }
}

/// The settings of a file: their lines and values. Faults come in the order of the lines.
fn parse(text: &str) -> Result<BTreeMap<&'static str, (usize, String)>, Vec<String>> {
    let line_at = |place: usize| {
        let before = text.as_bytes().iter().take(place);
        before.filter(|byte| **byte == b'\n').count() + 1
    };
    // The message says what is wrong; only the rest of the error would show the line's text.
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(span.start));
        vec![format!("line {line}: {}", error.message())]
    })?;
    let mut settings = BTreeMap::new();
    let mut faults = Vec::new();
    for (name, value) in table.into_inner() {
        let line = line_at(name.span().start);
        match read(name.get_ref(), &value) {
            Ok((key, value)) => {
                settings.insert(key, (line, value));
            }
            Err(fault) => faults.push((line, fault)),
        }
    }
    if faults.is_empty() {
        return Ok(settings);
    }
    faults.sort();
    let told = |(line, fault)| format!("line {line}: {fault}");
    Err(faults.into_iter().map(told).collect())
}

/// One setting of a file as the environment would hold it.
fn read(name: &str, value: &Spanned<DeValue<'_>>) -> Result<(&'static str, String), String> {
    let setting = SETTINGS
        .iter()
        .find(|setting| setting.name() == name)
        .ok_or_else(|| format!("there is no setting {name}; `rapport config` lists all"))?;
    let value = match (setting.form(), value.get_ref()) {
        (Form::Text | Form::Any, DeValue::String(text)) => Some(text.trim().to_owned()),
        (Form::Number | Form::Any, DeValue::Integer(number)) => {
            let number = i64::from_str_radix(number.as_str(), number.radix());
            number.ok().map(|number| number.to_string())
        }
        (Form::Switch, DeValue::Boolean(on)) => Some(if *on { "on" } else { "off" }.to_owned()),
        (Form::Switch, DeValue::String(text)) if *text == "on" || *text == "off" => {
            Some(text.to_string())
        }
        _ => None,
    };
    value.map(|value| (setting.key, value)).ok_or_else(|| {
        let expected = match setting.form() {
            Form::Text => "a text in quotes",
            Form::Number => "a whole number",
            Form::Switch => "true or false",
            Form::Any => "a text in quotes or a whole number",
        };
        format!("{name} is to be {expected}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn nothing(_: &str) -> Option<String> {
        None
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
        let environment = |key: &str| match key {
            "RAPPORT_WORKERS" => Some(" 2 ".to_owned()),
            "RAPPORT_LOG" => Some(String::new()),
            _ => None,
        };
        let file = "# ours\nworkers = 4\nlisten = \"127.0.0.1:9000\"\n\njobs = false\nlog = 'warn'\n\
                    trust_proxy = 'on'\nshutdown_seconds = 0x10";
        let sources = Sources::of(environment, file).unwrap();
        let config = Config::from_sources(&sources).unwrap();
        assert_eq!(config.workers, Some(2));
        assert_eq!(config.listen.port(), 9_000);
        assert_eq!((config.runs_jobs, config.trust_proxy), (false, true));
        assert_eq!(config.log, "warn", "an empty variable says nothing");
        assert_eq!(config.shutdown.as_secs(), 16);
        for (key, expected) in [
            ("RAPPORT_WORKERS", Origin::Environment),
            ("RAPPORT_LISTEN", Origin::File(3)),
            ("RAPPORT_JOBS", Origin::File(5)),
            ("RAPPORT_ADMIN_USERNAME", Origin::Default),
        ] {
            assert_eq!(sources.origin(key), expected, "{key}");
        }
        assert!(!sources.has_secrets_in_file());
    }

    #[test]
    fn the_units_and_the_settings_file_of_systemd_fit_the_settings() {
        let file = include_str!("../../../../deploy/rapport.toml");
        let sources = Sources::of(nothing, file).unwrap();
        let config = Config::from_sources(&sources).unwrap();
        assert_eq!(
            config.sqlite_file(),
            Some("/var/lib/rapport/rapport.sqlite".into())
        );
        let unit = include_str!("../../../../deploy/rapport.service");
        let line = unit
            .lines()
            .find_map(|line| line.strip_prefix("TimeoutStopSec="));
        let patience: u64 = line.unwrap().parse().unwrap();
        assert!(patience > (config.shutdown + config.drain).as_secs() * 2);
    }

    #[test]
    fn faults_of_the_file_name_their_line_and_no_value() {
        for (file, expected) in [
            (
                "lisen = 'x'\n[web]\nport = 1\n",
                &[
                    "line 1: there is no setting lisen",
                    "line 2: there is no setting web",
                ][..],
            ),
            (
                "workers = 'f0ur'\nlisten = 80\njobs = 1\nlog = ['f0ur']",
                &[
                    "line 1: workers is to be a whole number",
                    "line 2: listen is to be a text in quotes",
                    "line 3: jobs is to be true or false",
                    "line 4: log is to be a text in quotes",
                ],
            ),
            (
                "public_url = true",
                &["line 1: public_url is to be a text in quotes or a whole number"],
            ),
            ("workers = 1\nworkers = 2\n", &["line 2: "]),
            ("\n\nsigning_key = \"f0ur\n", &["line 3: "]),
            ("listen", &["line 1: "]),
        ] {
            let faults = Sources::of(nothing, file).unwrap_err();
            assert_eq!(faults.len(), expected.len(), "{faults:?}");
            for (fault, expected) in faults.iter().zip(expected) {
                assert!(fault.starts_with(expected), "{fault}");
                assert!(!fault.contains("f0ur"), "{fault}");
            }
        }
    }

    #[test]
    fn a_value_that_does_not_fit_names_the_line_of_the_file() {
        let file = "log = 'info'\nlisten = 'here'\nsigning_key = 'tooshort'\n";
        let sources = Sources::of(nothing, file).unwrap();
        assert!(sources.has_secrets_in_file());
        let faults = Config::from_sources(&sources).unwrap_err();
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(
            faults[0].starts_with("line 2: RAPPORT_LISTEN "),
            "{faults:?}"
        );
        assert!(
            faults[1].starts_with("line 3: RAPPORT_SIGNING_KEY "),
            "{faults:?}"
        );
        assert!(!faults[1].contains("tooshort"));
    }
}
