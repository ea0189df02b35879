use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Desk, Record, bad_input::fails};

pub(super) const FINE: &str =
    "The minister said the talks 📉 would resume on Monday, but her deputy warned that they may fail.";

/// A running server; it ends with the test.
pub(super) struct Server {
    process: Child,
    pub(super) address: String,
    /// What it says after where it listens.
    pub(super) said: BufReader<ChildStderr>,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl Server {
    /// Without a log, which nobody would read.
    pub(super) fn start(args: &[&str]) -> Self {
        let listen = ["--listen", "127.0.0.1:0", "--log-format", "none"];
        Self::begin(Command::new(assert_cmd::cargo::cargo_bin!("sayso")).arg("serve").args(listen).args(args))
    }

    pub(super) fn begin(command: &mut Command) -> Self {
        let mut process = command.args(["--threads", "2"]).stderr(Stdio::piped()).spawn().unwrap();
        let (mut said, mut line) = (BufReader::new(process.stderr.take().unwrap()), String::new());
        said.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line}")).to_owned();
        Self { process, address, said }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    /// Sends these bytes and reads the answer to its end.
    pub(super) fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect();
        stream.write_all(bytes).unwrap();
        Answer::read(&mut stream)
    }

    pub(super) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        write!(head, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.raw(head.as_bytes())
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "")
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, &[("Content-Type", "application/json")], &body.to_string())
    }

    fn stream(&self, body: &str) -> Answer {
        self.ask("POST", "/v1/extract", &[("Content-Type", "application/x-ndjson")], body)
    }

    /// What `sayso extract` writes for these lines.
    pub(super) fn records(lines: &str) -> String {
        let desk = Desk::new();
        desk.put("in.jsonl", lines);
        assert_eq!(desk.sayso(&["extract", "in.jsonl", "--out", "out", "--quiet"]).code, 0);
        desk.read("out/records.jsonl")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Answer {
    fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text}"));
        let head = head.to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let body = if head.contains("transfer-encoding: chunked") { unchunked(body) } else { body.to_owned() };
        Self { status, head, body }
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    /// The status, and the field at fault.
    pub(super) fn fault(&self) -> (u16, String) {
        let error = &self.json()["error"];
        assert!(error["message"].is_string() && error["code"].is_string(), "{error}");
        (self.status, error["field"].as_str().unwrap_or_default().to_owned())
    }
}

fn unchunked(mut body: &str) -> String {
    let mut out = String::new();
    while let Some((length, rest)) = body.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        out += &rest[..length];
        body = rest[length..].trim_start_matches("\r\n");
    }
    out
}

fn articles(count: usize) -> Vec<Value> {
    let text = |n| format!("{FINE} “It is the {n}th round,” said Ana Çelik.\r\n").repeat(1 + n % 3);
    (0..count).map(|n| json!({"id": format!("a{n}"), "text": text(n), "date": "2026-02-02", "n": 0.10})).collect()
}

#[test]
fn a_health_check_needs_no_other_program() {
    let server = Server::start(&[]);
    let check = |address: &str| Desk::new().sayso(&["serve", "--health", "--listen", address]);
    assert_eq!(check(&server.address).code, 0);
    let everywhere = server.address.replace("127.0.0.1", "0.0.0.0");
    assert_eq!(check(&everywhere).code, 0);
    let address = server.address.clone();
    drop(server);
    fails(&check(&address), &[&address, "no answer"]);
}

#[test]
fn records_are_those_of_the_command_line_byte_for_byte() {
    let server = Server::start(&[]);
    let articles = articles(40);
    let lines: String = articles.iter().map(|article| format!("{article}\n")).collect();
    let records = Server::records(&lines);
    let expected: Vec<&str> = records.lines().collect();

    // At the same time, so that they share batches.
    std::thread::scope(|scope| {
        for (article, record) in articles.iter().zip(&expected).take(8) {
            let server = &server;
            scope.spawn(move || {
                let one = server.post("/v1/extract", article);
                assert_eq!((one.status, one.body.trim_end()), (200, *record));
            });
        }
        let (lines, records, server) = (&lines, &records, &server);
        scope.spawn(move || {
            let stream = server.stream(lines);
            assert!(stream.head.contains("content-type: application/x-ndjson"), "{}", stream.head);
            assert_eq!(&stream.body, records);
        });
    });
    let many = server.post("/v1/extract", &articles.clone().into());
    assert_eq!(many.body, format!("[{}]\n", expected.join(",\n")));
    assert_eq!(server.post("/v1/extract", &json!([])).json(), json!([]));
    let too_many = server.post("/v1/extract", &json!(vec![1; 1001]));
    assert_eq!(too_many.fault(), (422, "body".into()));
    assert!(too_many.body.contains("more than 1000 articles"), "{}", too_many.body);

    let metrics = server.get("/metrics").body;
    for line in ["sayso_articles_total 88", "sayso_queue_requests 0", "sayso_rejected_total 0"] {
        assert!(metrics.lines().any(|l| l == line), "no `{line}` in {metrics}");
    }
    assert!(metrics.contains("sayso_http_requests_total{route=\"/v1/extract\",status=\"200\"} 11"), "{metrics}");
    for line in metrics.lines() {
        let sample = line.strip_prefix("sayso_").and_then(|line| line.rsplit_once(' '));
        assert!(line.starts_with("# ") || sample.is_some_and(|(_, value)| value.parse::<f64>().is_ok()), "{line}");
    }
}

#[test]
fn a_stream_is_answered_while_it_comes_in_and_a_bad_line_costs_only_itself() {
    let server = Server::start(&["--max-body", "2000", "--max-article", "500"]);
    let mut stream = server.connect();
    let head = "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-ndjson\r\n\
                Transfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut sender = stream.try_clone().unwrap();
    let mut send = |text: &str| sender.write_all(format!("{:x}\r\n{text}\r\n", text.len()).as_bytes()).unwrap();
    let line = json!({"id": "a", "text": FINE}).to_string();
    // A line in two pieces, and its answer before there is more.
    send(&line[..20]);
    send(&format!("{}\n", &line[20..]));
    let mut answer = BufReader::new(stream.try_clone().unwrap());
    let mut first = String::new();
    while !first.contains("\"id\":\"a\"") {
        first.clear();
        assert!(answer.read_line(&mut first).unwrap() > 0);
    }
    assert_eq!(first, Server::records(&line));

    let long = "x ".repeat(1500);
    send(&format!("\n{{\"text\": \"{long}\"}}\nnot json\n{{\"text\": \"{}\"}}\n[]\n", &long[..1200]));
    send(&format!("{{\"text\": \"{FINE}\"}}"));
    stream.write_all(b"0\r\n\r\n").unwrap();
    let mut rest = String::new();
    answer.read_to_string(&mut rest).unwrap();
    let lines: Vec<Value> =
        rest.lines().filter_map(|line| serde_json::from_str(line).ok()).filter(Value::is_object).collect();
    let fields: Vec<_> = lines.iter().map(|line| line["error"]["field"].as_str().or(line["id"].as_str())).collect();
    assert_eq!(fields, [Some("line 3"), Some("line 4"), Some("line 5.text"), Some("line 6"), Some("request:7")]);
}

#[test]
fn a_thousand_articles_are_one_request_and_those_without_an_id_get_one() {
    let server = Server::start(&[]);
    assert_eq!(server.post("/v1/extract", &json!(vec![1; 1000])).fault(), (422, "[0]".into()));
    let nameless = server.post("/v1/extract", &json!([{"text": FINE}, {"text": FINE}])).json();
    assert_eq!([&nameless[0]["id"], &nameless[1]["id"]], ["request:1", "request:2"]);
}

#[test]
fn what_cannot_be_answered_names_the_field() {
    let server = Server::start(&["--max-body", "2000", "--max-article", "500"]);
    let extract = |body: &Value| server.post("/v1/extract", body).fault();
    assert_eq!(extract(&json!({"title": "x"})), (422, "text".into()));
    assert_eq!(extract(&json!([{"text": FINE}, {"text": FINE}, {"body": 7}])), (422, "[2].body".into()));
    assert_eq!(extract(&json!({"text": "x ".repeat(300)})), (422, "text".into()));
    assert_eq!(extract(&json!({"text": "x ".repeat(1000)})), (413, "body".into()));
    assert_eq!(extract(&json!(vec![1; 900])), (422, "[0]".into()));
    assert_eq!(extract(&json!("text")).0, 422);
    assert_eq!(extract(&json!({"text": "PK\u{0}"})), (422, "text".into()));
    let typed = |kind: &str, body: &str| server.ask("POST", "/v1/extract", &[("Content-Type", kind)], body).fault();
    assert_eq!(typed("text/plain", FINE), (415, "Content-Type".into()));
    assert_eq!(typed("application/json; charset=utf-8", "{\"text\": "), (400, "body".into()));
    assert_eq!(typed("application/json", &"[".repeat(1500)), (400, "body".into()));
    assert_eq!(server.get("/v1/extract").fault().0, 405);
    assert_eq!(server.get("/nothing").fault().0, 404);
    assert_eq!(server.raw(b"\x16\x03\x01 what\r\n\r\n").status, 400);
    assert_eq!(server.get("/healthz").json(), json!({"status": "ok"}));
}

#[test]
fn a_full_queue_says_when_to_come_again() {
    let server = Server::start(&["--queue", "1"]);
    let mut stream = server.connect();
    let head = "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: 9999\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    // Its answer has begun, so it is in.
    stream.read_exact(&mut [0; 12]).unwrap();
    let refused = server.post("/v1/extract", &json!({"text": FINE}));
    assert_eq!(refused.fault().0, 429);
    assert!(refused.head.contains("retry-after: 1"), "{}", refused.head);
    drop(stream);
    // The place is free again as soon as the server sees that.
    let free = (0..1000).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        server.post("/v1/extract", &json!({"text": FINE})).status == 200
    });
    assert!(free, "a client that went away keeps its place");
}

#[test]
fn sleeping_streams_leave_places_for_others() {
    let server = Server::start(&["--queue", "4"]);
    let head = "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n\
                Content-Length: 9999\r\n\r\n";
    let sleeping: Vec<TcpStream> = (0..6)
        .map(|_| {
            let mut stream = server.connect();
            stream.write_all(head.as_bytes()).unwrap();
            stream
        })
        .collect();
    let statuses: Vec<String> = sleeping
        .iter()
        .map(|mut stream| {
            let mut status = [0; 12];
            stream.read_exact(&mut status).unwrap();
            String::from_utf8_lossy(&status[9..]).into_owned()
        })
        .collect();
    assert_eq!(statuses, ["200", "200", "429", "429", "429", "429"]);
    // A stream may be silent for half a minute.
    let refused = server.stream("");
    assert!(refused.status == 429 && refused.head.contains("\r\nretry-after: 30\r\n"), "{}", refused.head);
    assert_eq!(server.post("/v1/extract", &json!({"text": FINE})).status, 200);
}

#[test]
fn idle_connections_make_room_for_others() {
    let server = Server::start(&[]);
    // More than one address has places for.
    let mut idle: Vec<TcpStream> = (0..600).map(|_| server.connect()).collect();
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(server.post("/v1/extract", &json!({"text": FINE})).status, 200);
    assert_eq!(idle[0].read(&mut [0]).unwrap(), 0, "the first had to go");
    let last = idle.last_mut().unwrap();
    last.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    assert_eq!(Answer::read(last).status, 200);
}

#[test]
fn a_name_that_is_not_its_own_is_not_answered() {
    let status = |server: &Server, host: &str| {
        let head = format!("GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        server.raw(head.as_bytes()).status
    };
    let server = Server::start(&["--host", "Desk.example"]);
    for own in ["localhost", "localhost:8600", "127.0.0.1:1", "[::1]:8600", "desk.example", "desk.EXAMPLE.:80"] {
        assert_eq!(status(&server, own), 200, "{own}");
    }
    for other in ["rebound.example", "localhost.example:8600", "127.0.0.1.example", ""] {
        assert_ne!(status(&server, other), 200, "{other}");
    }
    assert_eq!(status(&server, "rebound.example"), 421);
    // Who has the token is no page of the web.
    let server = Server::start(&["--token", "open sesame"]);
    assert_eq!(status(&server, "rebound.example"), 401);
}

#[test]
fn others_than_this_machine_need_the_token() {
    let desk = Desk::new();
    fails(&desk.sayso(&["serve", "--listen", "0.0.0.0:0"]), &["0.0.0.0:0", "--token", "127.0.0.1"]);
    fails(&desk.sayso(&["serve", "--token", ""]), &["the token is empty"]);

    let server = Server::start(&["--token", "open sesame"]);
    for path in ["/healthz", "/health"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    let asked = |given: &str| server.ask("GET", "/metrics", &[("Authorization", given)], "").status;
    // The last two in base64: with a user's name, and of another token.
    let given =
        ["", "Bearer open sesam", "Bearer open sesame", "Basic eDpvcGVuIHNlc2FtZQ==", "Basic eDpvcGVu", "Basic ?"];
    assert_eq!(given.map(asked), [401, 401, 200, 200, 401, 401]);
    assert_eq!(server.post("/v1/extract", &json!({"text": FINE})).fault(), (401, "Authorization".into()));

    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("sayso"));
    let server = Server::begin(command.args(["serve", "--listen", "127.0.0.1:0"]).env("SAYSO_TOKEN", "open sesame"));
    assert_eq!(server.get("/metrics").status, 401, "where a list of processes does not show it");
}

#[test]
fn what_was_begun_is_finished_when_it_is_asked_to_end() {
    let mut server = Server::start(&[]);
    let mut stream = server.connect();
    let body = json!({"id": "a", "text": FINE}).to_string();
    let head = format!(
        "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // `HTTP/1.1 100 Continue` and a blank line: the request is being read.
    stream.read_exact(&mut [0; 25]).unwrap();
    let id = server.process.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    while TcpStream::connect(&server.address).is_ok() {}
    stream.write_all(body.as_bytes()).unwrap();
    assert_eq!(Answer::read(&mut stream).body, Server::records(&body));
    assert_eq!(server.process.wait().unwrap().code(), Some(0));
}

const PROJECT: &str = r#"<View><Text name="body" value="$story"/><Labels name="marks" toName="body">
    <Label value="CONTENT"/><Label value="Cue"/><Label value="Hedge"/></Labels>
    <Choices name="certainty" toName="body" perRegion="true"><Choice value="Possible"/></Choices></View>"#;

#[test]
fn label_studio_gets_predictions_in_the_names_of_its_project() {
    let server = Server::start(&[]);
    let version = server.post("/setup", &json!({"project": "1.2", "schema": PROJECT})).json()["model_version"].clone();
    assert!(version.as_str().is_some_and(|version| version.contains("news-en@")), "{version}");
    assert_eq!(server.post("/setup", &json!({"schema": "<View></View>"})).status, 200);
    let useless = PROJECT.replace("CONTENT", "Person").replace("Cue", "Place").replace("Hedge", "Event");
    assert_eq!(server.post("/setup", &json!({"schema": useless})).fault(), (422, "schema".into()));

    let tasks = json!([{"id": 1, "data": {"story": FINE}}, {"id": 2, "data": {"text": FINE}},
                       {"id": 3, "data": {"story": format!("{FINE}\r\n")}}, {"id": 4, "data": {"story": FINE}}]);
    let answer = server.post("/predict", &json!({"tasks": tasks, "label_config": PROJECT})).json();
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    assert_eq!(results[1]["error"]["field"], "tasks[1].data.story");
    assert!(results[2]["error"]["message"].as_str().unwrap().contains("carriage returns"), "{}", results[2]);
    assert_eq!(results[0], results[3]);
    for (count, status) in [(1000, 200), (1001, 422)] {
        let tasks = json!({"label_config": PROJECT, "tasks": vec![json!({}); count]});
        assert_eq!(server.post("/predict", &tasks).status, status, "{count}");
    }

    let found = results[0]["result"].as_array().unwrap();
    let text: Vec<char> = FINE.chars().collect();
    let mut seen: Vec<&str> = Vec::new();
    for region in found.iter().filter(|region| region["type"] == "labels") {
        let (start, end) = (region["value"]["start"].as_u64().unwrap(), region["value"]["end"].as_u64().unwrap());
        let slice: String = text[start as usize..end as usize].iter().collect();
        assert_eq!((region["from_name"].as_str(), region["to_name"].as_str()), (Some("marks"), Some("body")));
        assert_eq!(region["value"]["text"], slice);
        seen.push(region["value"]["labels"][0].as_str().unwrap());
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, ["CONTENT", "Cue", "Hedge"]);
    let choice = found.iter().find(|region| region["type"] == "choices").expect("`may` makes it possible");
    assert_eq!(choice["value"]["choices"], json!(["Possible"]));
    let ids: Vec<&Value> = found.iter().map(|region| &region["id"]).collect();
    let relations: Vec<&Value> = found.iter().filter(|region| region["type"] == "relation").collect();
    assert!(
        !relations.is_empty() && relations.iter().all(|r| ids.contains(&&r["from_id"]) && ids.contains(&&r["to_id"]))
    );

    assert_eq!(server.post("/predict", &json!({"tasks": [], "label_config": useless})).fault().1, "label_config");
    assert_eq!(server.post("/webhook", &json!({"action": "ANNOTATION_CREATED"})).status, 201);
    assert_eq!(server.post("/webhook", &json!({"action": 7})).json()["status"], "Unknown event");
}

#[test]
fn the_openapi_document_is_true() {
    let server = Server::start(&[]);
    let document = server.get("/openapi.json").json();
    let answers = [
        ("get", "/", server.get("/")),
        ("post", "/", server.ask("POST", "/", &[("Content-Type", "application/x-www-form-urlencoded")], "text=x")),
        ("get", "/page.css", server.get("/page.css")),
        ("get", "/healthz", server.get("/healthz")),
        ("get", "/openapi.json", server.get("/openapi.json")),
        ("get", "/health", server.get("/health")),
        ("post", "/v1/extract", server.post("/v1/extract", &json!({"text": FINE}))),
        ("post", "/v1/extract", server.post("/v1/extract", &json!([{"text": FINE}]))),
        ("post", "/v1/extract", server.post("/v1/extract", &json!(7))),
        ("post", "/setup", server.post("/setup", &json!({"schema": PROJECT}))),
        (
            "post",
            "/predict",
            server.post("/predict", &json!({"label_config": PROJECT, "tasks": [{"data": {"story": FINE}}, {}]})),
        ),
        ("post", "/predict", server.post("/predict", &json!({}))),
        ("post", "/webhook", server.post("/webhook", &json!({}))),
        ("post", "/webhook", server.post("/webhook", &json!({"action": "START_TRAINING"}))),
        ("get", "/metrics", server.get("/metrics")),
    ];
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            assert!(answers.iter().any(|(m, p, _)| m == method && p == path), "{method} {path} is not tried");
        }
    }
    for (method, path, answer) in &answers {
        let response = &document["paths"][path][method]["responses"][answer.status.to_string()];
        assert!(response.is_object(), "{method} {path} answers {}", answer.status);
        let content = resolve(&document, response)["content"].as_object().unwrap();
        let kind = content.keys().find(|kind| answer.head.contains(&format!("content-type: {kind}")));
        let kind = kind.unwrap_or_else(|| panic!("{method} {path}: {}", answer.head));
        if kind == "application/json" {
            let misfit = misfit(&document, &content[kind]["schema"], &answer.json());
            assert_eq!(misfit, None, "{method} {path}: {}", answer.body);
        }
    }
    let (_, _, first) = answers.iter().find(|(_, path, _)| *path == "/v1/extract").unwrap();
    let record: Record = serde_json::from_str(&first.body).unwrap();
    assert!(!record.claims.is_empty() && !record.hedges.is_empty(), "the schema was tried on too little");
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(&reference[1..]).unwrap_or_else(|| panic!("{reference}")),
        None => schema,
    }
}

/// Why `value` does not fit `schema`, in those words of JSON Schema that the document has.
fn misfit(document: &Value, schema: &Value, value: &Value) -> Option<String> {
    let schema = resolve(document, schema);
    let no = |why: &str| Some(format!("{why}: {value}"));
    if let Some(choices) = schema["oneOf"].as_array() {
        let fitting = choices.iter().filter(|choice| misfit(document, choice, value).is_none()).count();
        return if fitting == 1 { None } else { no(&format!("{fitting} of {schema}")) };
    }
    if schema.get("const").is_some_and(|known| known != value)
        || schema["enum"].as_array().is_some_and(|known| !known.contains(value))
    {
        return no("another value");
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    };
    let is = |kind: &Value| match kind.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other}"),
    };
    if !types.is_empty() && !types.iter().any(is) {
        return no(&format!("not {}", schema["type"]));
    }
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        return values.iter().find_map(|value| misfit(document, items, value));
    }
    let (Some(known), Some(fields)) = (schema["properties"].as_object(), value.as_object()) else { return None };
    let required = schema["required"].as_array().into_iter().flatten();
    if let Some(missing) = required.into_iter().find(|name| !fields.contains_key(name.as_str().unwrap())) {
        return no(&format!("without {missing}"));
    }
    fields.iter().find_map(|(name, value)| match known.get(name) {
        Some(schema) => misfit(document, schema, value),
        None => (schema["additionalProperties"] == false).then(|| format!("{name} is not in the document")),
    })
}
