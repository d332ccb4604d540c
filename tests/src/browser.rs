//! Headless Chromium, driven through ChromeDriver.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::wd::{Capabilities, TimeoutConfiguration};
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long the page may take to show something.
const PATIENCE: Duration = Duration::from_secs(20);

/// A driver process; each [`Driver::open`] is a browser with a fresh profile.
#[derive(Debug)]
pub struct Driver {
    child: Child,
    address: String,
}

impl Driver {
    /// Starts ChromeDriver on a free port. Its first line tells the port asked for, which is 0.
    pub fn start() -> Self {
        let program =
            std::env::var_os("RAPPORT_CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let mut child = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let port = out
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                line.rsplit_once("on port ")?
                    .1
                    .trim_end_matches('.')
                    .parse::<u16>()
                    .ok()
                    .filter(|port| *port != 0)
            })
            .expect("ChromeDriver ended before it listened");
        Self {
            child,
            address: format!("http://127.0.0.1:{port}"),
        }
    }

    /// Opens a browser of this size, in pixels.
    pub async fn open(&self, width: u32, height: u32) -> Browser {
        let profile = tempfile::tempdir().unwrap();
        let arguments = [
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            format!("--window-size={width},{height}"),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        let mut options = json!({ "args": arguments });
        if let Some(chromium) = std::env::var_os("RAPPORT_CHROMIUM") {
            options["binary"] = json!(chromium.to_string_lossy());
        }
        let mut capabilities = Capabilities::new();
        capabilities.insert("browserName".to_owned(), json!("chrome"));
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let client = ClientBuilder::new(connector)
            .capabilities(capabilities)
            .connect(&self.address)
            .await
            .unwrap();
        let waits = TimeoutConfiguration::new(Some(PATIENCE), Some(PATIENCE), None);
        client.update_timeouts(waits).await.unwrap();
        Browser {
            client,
            _profile: profile,
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing left to do then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One person in front of the page.
#[derive(Debug)]
pub struct Browser {
    /// The session.
    pub client: Client,
    _profile: TempDir,
}

fn with_id(testid: &str) -> String {
    format!("[data-testid='{testid}']")
}

impl Browser {
    /// Goes to an address.
    pub async fn visit(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// The first element with this id for tests, once it is there.
    pub async fn find(&self, testid: &str) -> Element {
        self.css(&with_id(testid)).await
    }

    /// The first element of a selector, once it is there.
    pub async fn css(&self, selector: &str) -> Element {
        let found = self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(selector))
            .await;
        match found {
            Ok(element) => element,
            Err(error) => {
                let text = self.text().await;
                panic!("{selector} did not appear: {error}\n{text}")
            }
        }
    }

    /// Clicks an element with this id for tests, once it can be: what a button opens is there
    /// before it has its place.
    pub async fn click(&self, testid: &str) {
        let started = tokio::time::Instant::now();
        loop {
            let clicked = self.find(testid).await.click().await;
            let is_early = clicked
                .as_ref()
                .is_err_and(|error| error.is_element_not_interactable());
            if !is_early || started.elapsed() > PATIENCE {
                return clicked.unwrap();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Types into an element with this id for tests.
    pub async fn type_into(&self, testid: &str, text: &str) {
        self.find(testid).await.send_keys(text).await.unwrap();
    }

    /// Waits until an element with this id for tests holds this text.
    pub async fn wait_for_text(&self, testid: &str, text: &str) {
        let holds = async || {
            let elements = self
                .client
                .find_all(Locator::Css(&with_id(testid)))
                .await
                .unwrap_or_default();
            for element in elements {
                if element.text().await.is_ok_and(|found| found.contains(text)) {
                    return true;
                }
            }
            false
        };
        let started = tokio::time::Instant::now();
        while !holds().await {
            if started.elapsed() > PATIENCE {
                panic!("{testid} never said {text}:\n{}", self.text().await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// How many elements with this id for tests there are now.
    pub async fn count(&self, testid: &str) -> usize {
        self.client
            .find_all(Locator::Css(&with_id(testid)))
            .await
            .unwrap()
            .len()
    }

    /// All text of the page.
    pub async fn text(&self) -> String {
        let Ok(body) = self.client.find(Locator::Css("body")).await else {
            return String::new();
        };
        body.text().await.unwrap_or_default()
    }

    /// What the API answers to the page's own session.
    pub async fn api_text(&self, path: &str) -> String {
        let script = "const done = arguments[1]; fetch(arguments[0]).then(r => r.text()).then(done, e => done(String(e)));";
        let answer = self
            .client
            .execute_async(script, vec![json!(path)])
            .await
            .unwrap();
        answer.as_str().unwrap_or_default().to_owned()
    }

    /// What the API answers to the page's own session, as JSON.
    pub async fn api(&self, path: &str) -> Value {
        let text = self.api_text(path).await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}: {text}"))
    }

    /// Keeps a picture of the page, when `RAPPORT_SCREENSHOTS` names a folder.
    pub async fn picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("RAPPORT_SCREENSHOTS") {
            let png = self.client.screenshot().await.unwrap();
            std::fs::write(PathBuf::from(folder).join(format!("{name}.png")), png).unwrap();
        }
    }

    /// Ends the session.
    pub async fn close(self) {
        self.client.close().await.unwrap();
    }
}
