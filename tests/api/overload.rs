//! More requests than the server can take, and clients that are too slow.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use futures_util::future::join;
use rapport_api::admission::Refusal;
use rapport_tests::builders::Company;
use rapport_tests::databases::{Fresh, sqlite};
use rapport_tests::http::{metric, send};
use rapport_tests::program::Program;
use rapport_tests::server::{Call, Server};
use serde_json::{Value, json};

/// Long enough for everything that happens within a second or two.
const PATIENCE: Duration = Duration::from_secs(20);
const METRICS_TOKEN: &str = "0123456789abcdef";

async fn metrics(server: &Server) -> String {
    let page = server.expect(Call::get("/metrics").token(METRICS_TOKEN), 200);
    page.await.text()
}

#[actix_web::test]
async fn what_is_too_much_is_refused_and_health_and_metrics_are_not() {
    let fresh = sqlite().await;
    let company = Company::found(&fresh.db).await;
    let settings = [
        ("RAPPORT_REQUESTS_IN_WORK", "1"),
        ("RAPPORT_REQUESTS_WAITING", "1"),
        ("RAPPORT_METRICS_TOKEN", METRICS_TOKEN),
    ];
    let server = Server::of(fresh.db.clone(), company, &settings).await;
    let admin = server.admin();
    let list = || Call::get("/tickets").header("accept-language", "zh-CN");
    // Somebody is in work and one waits.
    let admission = &server.state.admission;
    let pass = admission.reads.enter().await.unwrap();
    let rest = async {
        while admission.reads.taken() != (1, 1) {
            tokio::task::yield_now().await;
        }
        server.expect(Call::get("/healthz"), 200).await;
        server.expect(Call::get("/readyz"), 200).await;
        let page = metrics(&server).await;
        // Those that write have a gate of their own.
        admin.post("/tickets", json!({"subject": "x"}), 201).await;
        // One more comes, and there is room before it has waited for a moment.
        let room = async {
            while admission.refused(Refusal::LineFull) == 0 {
                tokio::task::yield_now().await;
            }
            drop(pass);
        };
        let (newest, ()) = join(admin.send(list()), room).await;
        (newest, page)
    };
    let (oldest, (newest, page)) = join(admin.send(list()), rest).await;
    assert_eq!((oldest.status, newest.status), (503, 200));
    assert_eq!(oldest.code(), "overloaded");
    assert_eq!(oldest.header("retry-after"), "1");
    assert_eq!(oldest.header("content-type"), "application/problem+json");
    let title = oldest.json()["title"].as_str().unwrap().to_owned();
    assert_eq!(title, "服务器当前负载过高，请稍后重试。");
    for line in [
        "rapport_http_requests_refused_total{reason=\"line_full\"} 0",
        "rapport_http_requests_in_work{kind=\"read\"} 1",
        "rapport_http_requests_waiting{kind=\"read\"} 1",
        "rapport_http_requests_waiting{kind=\"write\"} 0",
    ] {
        assert!(page.lines().any(|shown| shown == line), "{line} in\n{page}");
    }
    let line = "rapport_http_requests_refused_total{reason=\"line_full\"} 1";
    let page = metrics(&server).await;
    assert!(page.lines().any(|shown| shown == line), "{line} in\n{page}");
    admin.get("/tickets", 200).await;
    assert_eq!(admission.reads.taken(), (0, 0));
}

/// A server that takes one request at a time, lets none wait, and has little patience.
async fn impatient() -> (Program, Fresh) {
    let fresh = sqlite().await;
    let settings = [
        ("RAPPORT_REQUESTS_IN_WORK", "1"),
        ("RAPPORT_REQUESTS_WAITING", "0"),
        ("RAPPORT_CLIENT_BODY_SECONDS", "1"),
        ("RAPPORT_CLIENT_READ_SECONDS", "1"),
    ];
    (Program::serve_with(fresh.url(), &settings), fresh)
}

fn connect(program: &Program) -> TcpStream {
    let host = program.address.strip_prefix("http://").unwrap();
    let stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

#[actix_web::test]
async fn a_body_that_does_not_come_is_a_problem_and_keeps_nobody_waiting() {
    let (program, _fresh) = impatient().await;
    let mut slow: Vec<TcpStream> = (0..4).map(|_| connect(&program)).collect();
    for stream in &mut slow {
        let head = "POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: desk\r\n\
            Content-Type: application/json\r\nContent-Length: 40\r\n\r\n{\"username\":";
        stream.write_all(head.as_bytes()).unwrap();
    }
    // Only one may be in work at a time, and these four are not.
    let (status, answer) = send(&program.address, "GET", "/api/v1/me", None, None).unwrap();
    assert_eq!(status, 401, "{answer}");
    for stream in slow {
        let mut reader = BufReader::new(stream);
        let mut status = String::new();
        reader.read_line(&mut status).unwrap();
        assert!(status.starts_with("HTTP/1.1 408 "), "{status}");
        // The server ends the connection: what comes later would be taken for a request.
        let mut rest = String::new();
        reader.read_to_string(&mut rest).unwrap();
        let (head, body) = rest.split_once("\r\n\r\n").unwrap();
        let problem: Value = serde_json::from_str(body).unwrap();
        assert_eq!(problem["code"], "request_timeout");
        let id = format!("x-request-id: {}", problem["request_id"].as_str().unwrap());
        assert!(head.to_lowercase().contains(&id), "{head}");
    }
}

#[actix_web::test]
async fn a_client_that_does_not_read_is_cut_off_and_one_that_does_is_not() {
    let (program, _fresh) = impatient().await;
    let ask = "GET /api/openapi.json HTTP/1.1\r\nHost: desk\r\n\r\n";
    let mut stream = connect(&program);
    // Far more than the buffers between the two hold.
    for _ in 0..64 {
        stream.write_all(ask.as_bytes()).unwrap();
    }
    let deadline = Instant::now() + PATIENCE;
    let cut = "rapport_http_connections_cut_total";
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    while metric(&program.address, cut).unwrap() != Some(1.0) {
        assert!(Instant::now() < deadline, "nobody was cut off");
        ticks.tick().await;
    }
    let (status, document) =
        send(&program.address, "GET", "/api/openapi.json", None, None).unwrap();
    assert_eq!(status, 200);
    let mut arrived = Vec::new();
    // What was on its way may be followed by an end or by a reset.
    let _ = stream.read_to_end(&mut arrived);
    assert!(arrived.len() < 64 * document.to_string().len());
    assert_eq!(metric(&program.address, cut).unwrap(), Some(1.0));
}
