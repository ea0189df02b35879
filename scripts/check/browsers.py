"""Chromium by Playwright and Debian's Firefox by WebDriver BiDi, to be used alike."""
import base64
import contextlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import websocket
from playwright.sync_api import sync_playwright

LOAD = "() => document.readyState === 'complete' && Boolean(document.querySelector('#count')?.textContent)"


class Page:
    """What both have in common; `run` calls a JavaScript function with JSON."""

    def open(self, url):
        """A page as if it were opened anew, whatever is shown."""
        self.goto("about:blank")
        self.goto(url)
        self.wait(LOAD)

    def wait(self, function, *args, seconds=20, what=None):
        end = time.monotonic() + seconds
        while not self.run(f"async (...args) => Boolean(await ({function})(...args))", *args):
            if time.monotonic() > end:
                sys.exit(f"{self.name}: waited in vain for {what or function} {args or ''}")
            time.sleep(0.02)

    def text(self, selector):
        return self.run("s => document.querySelector(s)?.innerText", selector)

    def attribute(self, selector, name):
        return self.run("(s, n) => document.querySelector(s)?.getAttribute(n)", selector, name)

    def click(self, selector):
        if not self.run("s => { const n = document.querySelector(s); n?.click(); return Boolean(n) }", selector):
            sys.exit(f"{self.name}: nothing to click at {selector}")

    def press(self, *keys):
        for key in keys:
            self.key(key)

    def type(self, text):
        self.press(*text)

    def saved(self, name, seconds=20):
        """The bytes of a file that the page gave, which is taken away."""
        path, end = self.downloads / name, time.monotonic() + seconds
        while not (path.exists() and path.stat().st_size):
            if time.monotonic() > end:
                sys.exit(f"{self.name}: the page gave no {name}")
            time.sleep(0.05)
        time.sleep(0.2)
        out = path.read_bytes()
        path.unlink()
        return out


class Chromium(Page):
    name = "chromium"

    def __init__(self, page, downloads):
        self.page, self.downloads, self.faults, self.fetched = page, downloads, [], []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.faults.append(message.text))
        page.on("request", lambda request: self.fetched.append(request.url))
        page.on("download", lambda file: file.save_as(downloads / file.suggested_filename))
        page.set_default_timeout(60000)

    def goto(self, url):
        self.page.goto(url)

    def run(self, function, *args):
        return self.page.evaluate(f"args => ({function})(...args)", list(args))

    def key(self, key):
        self.page.keyboard.press(key)

    def size(self, width, height):
        self.page.set_viewport_size({"width": width, "height": height})

    def shot(self, path):
        self.page.screenshot(path=path)

    def saved(self, name, seconds=20):
        # Playwright saves while it is spoken to.
        end = time.monotonic() + seconds
        while not (self.downloads / name).exists() and time.monotonic() < end:
            self.page.wait_for_timeout(50)
        return super().saved(name, seconds)


REFUSED = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('refused', 'SecurityError') } })"


@contextlib.contextmanager
def chromium(storage=True, **context):
    """A page in Chromium; `context` is Playwright's. Without `storage` it is refused, as where cookies are blocked."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as downloads:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--allow-file-access-from-files"])
        page = browser.new_context(viewport={"width": 1360, "height": 850}, **context).new_page()
        if not storage:
            page.add_init_script(REFUSED)
        yield Chromium(page, pathlib.Path(downloads))
        browser.close()


KEYS = {"Enter": "\ue006", "Escape": "\ue00c", "ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014",
        "ArrowDown": "\ue015", "Shift": "\ue008", "Tab": "\ue004"}


class Firefox(Page):
    name = "firefox"

    def __init__(self, socket, downloads):
        self.socket, self.downloads, self.faults, self.fetched, self.number = socket, downloads, [], [], 0
        self.send("session.new", capabilities={})
        # The first tab of a window that nobody sees has no focus.
        self.context = self.send("browsingContext.create", type="tab")["context"]
        self.send("browsingContext.activate", context=self.context)
        self.send("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self.size(1360, 850)

    def send(self, method, **params):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == self.number:
                if message["type"] == "error":
                    raise RuntimeError(f"{method}: {message['error']}: {message['message']}")
                return message["result"]
            self.event(message)

    def event(self, message):
        params = message.get("params", {})
        if message.get("method") == "log.entryAdded" and params["level"] == "error":
            self.faults.append(params["text"])
        if message.get("method") == "network.beforeRequestSent":
            self.fetched.append(params["request"]["url"])

    def goto(self, url, seconds=120):
        # Firefox may wait for ever for a page's end when the page before it writes to its address meanwhile.
        self.send("browsingContext.navigate", context=self.context, url=url, wait="none")
        end = time.monotonic() + seconds
        while not self.is_at(url):
            if time.monotonic() > end:
                sys.exit(f"{self.name}: does not open {url}")
            time.sleep(0.02)

    def is_at(self, url):
        try:
            return self.run("u => location.href === u && document.readyState === 'complete'", url)
        except RuntimeError:
            # Asked of the page that was just left.
            return False

    def run(self, function, *args):
        # Arguments and results go as JSON, which says them as Playwright does.
        call = f"async json => JSON.stringify(await ({function})(...JSON.parse(json))) ?? 'null'"
        given = [{"type": "string", "value": json.dumps(args)}]
        out = self.send("script.callFunction", functionDeclaration=call, arguments=given, awaitPromise=True,
                        target={"context": self.context})
        if out["type"] == "exception":
            raise RuntimeError(f"{function}: {out['exceptionDetails']['text']}")
        return json.loads(out["result"]["value"])

    def key(self, key):
        parts = re.findall(r"[A-Za-z]+(?=\+.)|.+$", key)
        values = [KEYS.get(part.lstrip("+"), part.lstrip("+") or "+") for part in parts]
        downs = [{"type": "keyDown", "value": value} for value in values]
        ups = [{"type": "keyUp", "value": value} for value in reversed(values)]
        self.send("input.performActions", context=self.context,
                  actions=[{"type": "key", "id": "keyboard", "actions": downs + ups}])

    def size(self, width, height):
        self.send("browsingContext.setViewport", context=self.context, viewport={"width": width, "height": height})

    def shot(self, path):
        data = self.send("browsingContext.captureScreenshot", context=self.context)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))


@contextlib.contextmanager
def firefox(**preferences):
    """A page in Firefox; `preferences` are added to its profile's, with `_` for `.`."""
    with tempfile.TemporaryDirectory() as profile, tempfile.TemporaryDirectory() as downloads:
        wanted = {"browser.download.folderList": 2, "browser.download.dir": downloads, "browser.download.useDownloadDir": True,
                  "browser.download.always_ask_before_handling_new_types": False,
                  # The panel of downloads would take the keys.
                  "browser.download.alwaysOpenPanel": False, "focusmanager.testmode": True, "remote.active-protocols": 1,
                  **{name.replace("_", "."): value for name, value in preferences.items()}}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in wanted.items()]
        pathlib.Path(profile, "user.js").write_text("".join(lines))
        path = shutil.which("firefox-esr") or shutil.which("firefox")
        command = [path, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        try:
            for line in process.stderr:
                if found := re.search(r"ws://\S+", line):
                    break
            else:
                sys.exit(f"{path}: does not listen; run it by hand: {' '.join(command)}")
            socket = websocket.create_connection(f"{found[0]}/session", timeout=120, suppress_origin=True)
            yield Firefox(socket, pathlib.Path(downloads))
            socket.close()
        finally:
            process.terminate()
            process.wait(30)


BROWSERS = {"chromium": chromium, "firefox": firefox}
