//! Eight writers, a reader that polls, one that follows and is cut off all the while, and a server
//! that dies in the middle: what each of the two was told is the log, exactly, in order.
//!
//! `RAPPORT_CHANGE_WRITES` says how many writes; without it they are few.

use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rapport_tests::builders::ROOT;
use rapport_tests::databases::{Fresh, on_each_database, options};
use rapport_tests::feed::Tap;
use rapport_tests::http::{post_by_key, send};
use rapport_tests::program::Program;
use rapport_tests::server::{PASSWORD, Server};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

const WRITERS: usize = 8;
/// Events after which the one who follows cuts the connection.
const CUT_AFTER: usize = 61;
/// Nobody waits longer for the others.
const LIMIT: Duration = Duration::from_secs(1_200);

fn writes() -> usize {
    std::env::var("RAPPORT_CHANGE_WRITES").map_or(800, |writes| {
        writes.parse().expect("RAPPORT_CHANGE_WRITES is a number")
    })
}

/// The server that is there now, and how far the writers are.
struct Stage {
    program: Mutex<Option<Program>>,
    url: String,
    done: AtomicUsize,
    all: usize,
    is_over: AtomicBool,
    began: Instant,
}

impl Stage {
    fn program(&self) -> MutexGuard<'_, Option<Program>> {
        self.program.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the server listens and a token for it; none while there is no server.
    fn enter(&self) -> Option<(String, String)> {
        assert!(
            self.began.elapsed() < LIMIT,
            "the others never came to an end"
        );
        let address = self.program().as_ref()?.address.clone();
        let given = json!({"username": "anna", "password": PASSWORD});
        let (status, answer) =
            send(&address, "POST", "/api/v1/auth/sign-in", None, Some(&given)).ok()?;
        if status == 503 {
            return None;
        }
        assert_eq!(status, 200, "{answer}");
        let token = answer["access_token"].as_str().unwrap().to_owned();
        Some((address, token))
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    /// Kills the server and starts another one, once half of the writes are done.
    fn restart_halfway(&self) {
        while self.done.load(Ordering::SeqCst) < self.all / 2 {
            thread::yield_now();
        }
        let mut program = self.program();
        // Dropping it is `kill -9`.
        drop(program.take());
        *program = Some(Program::serve(&self.url));
    }
}

/// Makes every write once, whatever becomes of the server.
fn write(stage: &Stage, writer: usize) {
    let mut entered = None;
    let mut last_ticket = None;
    for number in (writer..stage.all).step_by(WRITERS) {
        let key = format!("write-{number}");
        let (path, body) = match (number / WRITERS % 3, &last_ticket) {
            (1, _) => ("/api/v1/customers".to_owned(), json!({ "name": key })),
            (2, Some(ticket)) => (
                format!("/api/v1/tickets/{ticket}/messages"),
                json!({"visibility": "internal", "body": key}),
            ),
            _ => ("/api/v1/tickets".to_owned(), json!({ "subject": key })),
        };
        let made = loop {
            if entered.is_none() {
                entered = stage.enter();
            }
            let Some((address, token)) = &entered else {
                continue;
            };
            match post_by_key(address, &path, token, &key, &body) {
                Ok((201, made)) => break made,
                Ok((401, _)) | Err(_) => entered = None,
                // It was not done; it is sent again by its key.
                Ok((409 | 503, _)) => {}
                Ok((status, answer)) => panic!("{status} {answer}"),
            }
        };
        if path.ends_with("/tickets") {
            last_ticket = Some(made["id"].as_str().unwrap().to_owned());
        }
        stage.done.fetch_add(1, Ordering::SeqCst);
    }
}

/// Polls until the writers are done and the end is reached.
fn poll(stage: &Stage, mut after: i64) -> Vec<Value> {
    let mut entries = Vec::new();
    let mut entered = None;
    loop {
        if entered.is_none() {
            entered = stage.enter();
        }
        let Some((address, token)) = &entered else {
            continue;
        };
        let was_over = stage.is_over();
        let path = format!("/api/v1/changes?after={after}&limit=200");
        match send(address, "GET", &path, Some(token), None) {
            Ok((200, page)) => {
                entries.extend(page["data"].as_array().unwrap().iter().cloned());
                after = page["next_after"].as_i64().unwrap();
                if was_over && page["end_of_stream"] == json!(true) {
                    return entries;
                }
            }
            Ok((401, _)) | Err(_) => entered = None,
            Ok((503, _)) => {}
            Ok((status, answer)) => panic!("{status} {answer}"),
        }
    }
}

/// Follows until the last entry has come, and opens the stream again and again.
fn follow(stage: &Stage, mut after: i64, last: &Mutex<Option<i64>>) -> (Vec<Value>, usize) {
    let mut entries: Vec<Value> = Vec::new();
    let mut opened = 0;
    let is_done = |after: i64| {
        let last = last.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|last| after >= last)
    };
    loop {
        if is_done(after) {
            return (entries, opened);
        }
        let Some((address, token)) = stage.enter() else {
            continue;
        };
        let mut tap = match Tap::open(&address, "/api/v1/changes/stream", &token, after) {
            Ok(Ok(tap)) => tap,
            Ok(Err(401 | 503)) | Err(_) => continue,
            Ok(Err(status)) => panic!("{status}"),
        };
        opened += 1;
        let mut count = 0;
        while count < CUT_AFTER
            && !is_done(after)
            && let Ok(Some(event)) = tap.wait()
        {
            assert_eq!(event.name, "change");
            assert_eq!(json!(tap_number(&event.data)), event.data["seq"]);
            entries.push(event.data);
            after = after.max(tap_number(entries.last().unwrap()));
            count += 1;
        }
    }
}

fn tap_number(entry: &Value) -> i64 {
    entry["seq"].as_i64().unwrap()
}

/// What the log holds: number, kind, id, version and action.
async fn log(fresh: &Fresh, after: i64) -> Vec<(i64, String, String, i64, String)> {
    let db = fresh.connect(&options()).await;
    let sql = format!("SELECT * FROM changes WHERE seq > {after} ORDER BY seq");
    let statement = Statement::from_string(rapport_tests::databases::backend(db.kind), sql);
    let rows = db.reader.query_all_raw(statement).await.unwrap();
    db.close().await;
    rows.iter()
        .map(|row| {
            let text = |name: &str| row.try_get::<String>("", name).unwrap();
            let number = |name: &str| row.try_get::<i64>("", name).unwrap();
            (
                number("seq"),
                text("entity"),
                text("record_id"),
                number("version"),
                text("action"),
            )
        })
        .collect()
}

fn told(entries: &[Value]) -> Vec<(i64, String, String, i64, String)> {
    entries
        .iter()
        .map(|entry| {
            let text = |name: &str| entry[name].as_str().unwrap().to_owned();
            let number = |name: &str| entry[name].as_i64().unwrap();
            (
                number("seq"),
                text("entity"),
                text("id"),
                number("version"),
                text("action"),
            )
        })
        .collect()
}

#[actix_web::test]
async fn whoever_polls_or_follows_is_told_every_write_once_in_order_across_a_crash() {
    on_each_database(async |fresh| {
        let all = writes();
        let server = Server::over(fresh).await;
        server.hire("anna", "admin", ROOT).await;
        let start = super::head(&server.admin()).await;
        drop(server);
        // From here on the dying process is alone with SQLite's file.
        fresh.db.clone().close().await;
        let stage = Stage {
            program: Mutex::new(Some(Program::serve(fresh.url()))),
            url: fresh.url().to_owned(),
            done: AtomicUsize::new(0),
            all,
            is_over: AtomicBool::new(false),
            began: Instant::now(),
        };
        let last = Mutex::new(None);
        let (polled, (followed, opened)) = thread::scope(|scope| {
            let poller = scope.spawn(|| poll(&stage, start));
            let follower = scope.spawn(|| follow(&stage, start, &last));
            let killer = scope.spawn(|| stage.restart_halfway());
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let stage = &stage;
                    scope.spawn(move || write(stage, writer))
                })
                .collect();
            killer.join().unwrap();
            for writer in writers {
                writer.join().unwrap();
            }
            stage.is_over.store(true, Ordering::SeqCst);
            let polled = poller.join().unwrap();
            let end = polled.last().map_or(start, tap_number);
            *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(end);
            // Wakes the follower, who waits for something to come.
            let (address, token) = stage.enter().unwrap();
            let more = json!({"name": "the last"});
            post_by_key(&address, "/api/v1/customers", &token, "last", &more).unwrap();
            (polled, follower.join().unwrap())
        });
        let took = stage.began.elapsed();
        drop(stage);
        let mut log = log(fresh, start).await;
        let is_last = log.pop().unwrap();
        assert_eq!(is_last.1, "customer");
        assert!(log.len() >= all, "{} entries of {all} writes", log.len());
        assert!(
            log.iter()
                .map(|entry| entry.0)
                .eq(start + 1..start + 1 + log.len() as i64)
        );
        assert!(told(&polled) == log, "polling tells another log");
        let followed = told(&followed);
        assert!(followed[..log.len()] == log, "following tells another log");
        assert!(opened > log.len() / CUT_AFTER, "opened {opened} times");
        // Whoever asks for more of them wants to know.
        let _ = writeln!(
            std::io::stderr(),
            "{:?}: {all} writes, {} entries, the stream opened {opened} times, {took:?}",
            fresh.db.kind,
            log.len()
        );
    })
    .await;
}
