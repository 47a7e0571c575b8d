//! A browser, driven as the W3C standard `WebDriver` says, where one is installed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use tempfile::TempDir;

use crate::run::skipped;

/// No window, no sandbox (of which a container has none), and nothing asked of anybody.
const ARGUMENTS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// Chromium without a window; it ends with the value.
pub(crate) struct Browser {
    driver: Child,
    /// Held open: the driver goes on writing to it.
    _output: BufReader<ChildStdout>,
    port: u16,
    session: String,
    /// The browser's own, which knows nothing of anybody; gone with it.
    _profile: TempDir,
}

impl Browser {
    /// Nothing where there is no Chromium or no driver for it, and says so.
    pub(crate) fn start() -> Option<Self> {
        let driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut driver) = driver else {
            skipped("chromedriver is not on the path");
            return None;
        };
        let mut output = BufReader::new(driver.stdout.take().expect("piped"));
        let port = port(&mut output);
        let profile = TempDir::new().expect("a temporary folder");
        let own = format!("--user-data-dir={}", profile.path().display());
        let arguments: Vec<_> = ARGUMENTS.iter().copied().chain([&*own]).collect();
        let options = json!({
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        });
        let mut browser =
            Self { driver, _output: output, port, session: String::new(), _profile: profile };
        let begun = browser.ask("/session", &json!({"capabilities": {"alwaysMatch": options}}));
        let Some(session) = begun["sessionId"].as_str() else {
            skipped(&format!("Chromium does not start: {}", begun["message"]));
            return None;
        };
        browser.session = format!("/session/{session}");
        // The machine may be busy.
        browser.command("timeouts", &json!({"script": 300_000}));
        Some(browser)
    }

    pub(crate) fn open(&self, file: &Path) {
        let url = format!("file://{}", file.display());
        assert_eq!(self.command("url", &json!({"url": url})), Value::Null);
    }

    /// What a function's body returns, or the promise it returns.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.command("execute/sync", &json!({"script": script, "args": []}))
    }

    /// A command of the `DevTools` protocol.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.command("goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// What was complained about on the console.
    pub(crate) fn complaints(&self) -> Vec<String> {
        self.log("browser")
    }

    /// The addresses that a page asked for, its own included; not those of the browser's first tab.
    pub(crate) fn requests(&self) -> Vec<String> {
        let events = self.log("performance").into_iter();
        let events = events.map(|event| serde_json::from_str::<Value>(&event).expect("JSON"));
        let requests = events.filter(|e| e["message"]["method"] == "Network.requestWillBeSent");
        let url = |e: Value| {
            let of = &e["message"]["params"];
            let own = of["documentURL"].as_str().is_some_and(|page| page.starts_with("chrome://"));
            of["request"]["url"].as_str().filter(|_| !own).map(str::to_owned)
        };
        requests.filter_map(url).collect()
    }

    fn log(&self, kind: &str) -> Vec<String> {
        let entries = self.command("se/log", &json!({"type": kind}));
        let entries = entries.as_array().expect("a list").iter();
        entries.map(|entry| entry["message"].as_str().expect("a text").to_owned()).collect()
    }

    fn command(&self, name: &str, body: &Value) -> Value {
        self.ask(&format!("{}/{name}", self.session), body)
    }

    fn ask(&self, path: &str, body: &Value) -> Value {
        let answer = self.exchange("POST", path, &body.to_string());
        let mut answer: Value = serde_json::from_str(&answer).expect("JSON");
        answer["value"].take()
    }

    fn exchange(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the driver listens");
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .expect("the driver reads");
        let mut stream = BufReader::new(stream);
        let mut length = 0;
        let mut line = String::new();
        while stream.read_line(&mut line).expect("a head") > 2 {
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().expect("a number");
            }
            line.clear();
        }
        let mut answer = vec![0; length];
        stream.read_exact(&mut answer).expect("as much as was announced");
        String::from_utf8(answer).expect("UTF-8")
    }
}

/// The port that the driver chose.
fn port(output: &mut BufReader<ChildStdout>) -> u16 {
    let mut line = String::new();
    while output.read_line(&mut line).is_ok_and(|read| read > 0) {
        if let Some((_, port)) = line.split_once("successfully on port ") {
            return port.trim().trim_end_matches('.').parse().expect("a number");
        }
        line.clear();
    }
    panic!("the driver does not say its port");
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            self.exchange("DELETE", &self.session, "");
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
