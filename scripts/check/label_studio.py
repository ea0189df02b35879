"""Label Studio itself: label_studio.py RECORDS.jsonl WORK SAYSO

Starts it on an empty data folder, makes a project with the configuration of `sayso export`, imports the tasks by its
API, reads the predictions back and compares every span and relation with the records. Submits each prediction, exports
as JSON, and compares what `sayso import` makes of it. Connects `sayso serve` as its ML backend and asks for 50 predictions.
Looks at a task in Chromium: shots/label-studio.png in WORK is README's picture (docs/images/label-studio.png).
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

from common import as_gold, call, expect, gold, read_jsonl, relations, spans, wait_for

PORT = 8765
BASE = f"http://localhost:{PORT}"
TOKEN = "5a7505a7505a7505a7505a7505a7505a7505a750"
USER, PASSWORD = "analyst@example.org", "only-for-this-check"
HEADERS = {"Authorization": f"Token {TOKEN}"}

records_path, work, sayso = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
records = {record["id"]: record for record in read_jsonl(records_path)}
shutil.rmtree(work / "label-studio-data", ignore_errors=True)
quiet = {
    "COLLECT_ANALYTICS": "False", "SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": "", "LATEST_VERSION_CHECK": "False",
    # Without it, tokens answer 401.
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
    # Without it, no backend on this machine may be connected.
    "ML_BLOCK_LOCAL_IP": "False", "SSRF_PROTECTION_ENABLED": "False",
}
# Label Studio's own limit for predictions, in label_studio/ml/api_connector.py: ML_TIMEOUT_PREDICT.
LIMIT, TASKS = 100, 50


def backend(project_config):
    """Connects `sayso serve` as an ML backend and asks it, through Label Studio, for predictions of 50 tasks at once."""
    command = [sayso, "serve", "--listen", "127.0.0.1:0"]
    serving = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        address = serving.stderr.readline().strip().removeprefix("listening on ")
        project = call("POST", f"{BASE}/api/projects", {"title": "backend", "label_config": project_config}, HEADERS)["id"]
        texts = list(records.values())
        wanted = [texts[n % len(texts)] for n in range(TASKS)]
        tasks = [{"data": {"text": record["text"], "article": record["id"], "n": n}} for n, record in enumerate(wanted)]
        call("POST", f"{BASE}/api/projects/{project}/import", tasks, HEADERS)
        call("POST", f"{BASE}/api/ml", {"project": project, "url": address, "title": "sayso"}, HEADERS)
        listed = call("GET", f"{BASE}/api/tasks?project={project}&fields=all&page_size=1000", None, HEADERS)["tasks"]
        ask = {"selectedItems": {"all": True, "excluded": []}}
        begun = time.monotonic()
        call("POST", f"{BASE}/api/dm/actions?id=retrieve_tasks_predictions&project={project}", ask, HEADERS)
        took = time.monotonic() - begun
        for task in listed:
            record = records[task["data"]["article"]]
            predictions = call("GET", f"{BASE}/api/predictions?task={task['id']}", None, HEADERS)
            expect(f"{record['id']}: predictions of the backend", len(predictions), 1)
            compare(f"{record['id']} by the backend", record, task["data"]["text"], predictions[0]["result"])
        # The same tasks in one request, as they may come.
        body = {"tasks": listed, "label_config": project_config}
        begun = time.monotonic()
        results = call("POST", f"{address}/predict", body)["results"]
        at_once = time.monotonic() - begun
        for task, result in zip(listed, results, strict=True):
            record = records[task["data"]["article"]]
            compare(f"{record['id']} in one request", record, task["data"]["text"], result["result"])
        expect(f"{TASKS} tasks within {LIMIT} s", (len(listed), took < LIMIT, at_once < LIMIT), (TASKS, True, True))
        print(f"label studio: its backend predicted {TASKS} tasks in {took:.1f} s through it, and in {at_once:.1f} s in one "
              f"request; it waits {LIMIT} s")
    finally:
        serving.terminate()
        serving.wait(30)


def compare(what, record, text, result):
    """Every span and relation of a prediction with the record; how many there are."""
    regions = {r["id"]: r for r in result if r["type"] == "labels"}
    words = {at: text[r["value"]["start"]:r["value"]["end"]] for at, r in regions.items()}
    found = sorted((r["value"]["labels"][0], words[at]) for at, r in regions.items())
    expect(f"{what}: spans", found, spans(record))
    links = sorted((r["labels"][0], words[r["from_id"]], words[r["to_id"]]) for r in result if r["type"] == "relation")
    expect(f"{what}: relations", links, relations(record))
    return len(found) + len(links)


program = pathlib.Path(sys.executable).with_name("label-studio")
with open(work / "label-studio.log", "wb") as log:
    server = subprocess.Popen(
        [program, "start", "--no-browser", "--username", USER, "--password", PASSWORD, "--user-token", TOKEN, "--port",
         str(PORT), "--data-dir", work / "label-studio-data"],
        env={**os.environ, **quiet}, stdout=log, stderr=log)
try:
    wait_for(f"{BASE}/health", server)
    config = (work / "label-studio" / "labels.xml").read_text()
    project = call("POST", f"{BASE}/api/projects", {"title": "sayso", "label_config": config}, HEADERS)["id"]
    tasks = json.loads((work / "label-studio" / "tasks.json").read_text())
    answer = call("POST", f"{BASE}/api/projects/{project}/import", tasks, HEADERS)
    expect("tasks imported", answer["task_count"], len(records))
    expect("predictions imported", answer["prediction_count"], len(records))

    seen = 0
    listed = call("GET", f"{BASE}/api/tasks?project={project}&fields=all&page_size=1000", None, HEADERS)["tasks"]
    expect("tasks listed", len(listed), len(records))
    for task in listed:
        record, text = records[task["data"]["article"]], task["data"]["text"]
        expect("text", text, record["text"])
        predictions = call("GET", f"{BASE}/api/predictions?task={task['id']}", None, HEADERS)
        expect(f"{record['id']}: predictions", len(predictions), 1)
        result = predictions[0]["result"]
        seen += compare(record["id"], record, text, result)
        call("POST", f"{BASE}/api/tasks/{task['id']}/annotations", {"result": result}, HEADERS)
    print(f"label studio: {len(listed)} tasks, {seen} spans and relations as in the records")

    exported = call("GET", f"{BASE}/api/projects/{project}/export?exportType=JSON", None, HEADERS, raw=True)
    (work / "label-studio.json").write_bytes(exported)
    command = [sayso, "import", "--from", "label-studio", work / "label-studio.json"]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    rows = {row["id"]: as_gold(row) for row in map(json.loads, lines.splitlines())}
    for at, record in records.items():
        expect(f"{at}: gold", rows.get(at), gold(record))
    print(f"label studio: submitted, exported and imported, {len(rows)} articles are what they were")

    # Tasks that nobody has read have no claims to list.
    backend(project_config=config.replace('<Table name="claims" value="$claims"/>', ""))

    if chromium := shutil.which("chromium") or shutil.which("google-chrome"):
        shot = pathlib.Path(__file__).with_name("label_studio_shot.py")
        first = next(task["id"] for task in listed if "science" in task["data"]["article"] or task is listed[-1])
        python = work / "tools" / "bin" / "python"
        png = work / "shots" / "label-studio.png"
        tasks = work / "label-studio" / "tasks.json"
        subprocess.run([python, shot, BASE, USER, PASSWORD, str(project), str(first), tasks, png, chromium], check=True)
finally:
    server.terminate()
    server.wait(30)
