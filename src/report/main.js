// The page as a whole: drawing, keys, the theme.

let drawn = null;
let [drawnArticle, drawnView] = ["", ""];
let searches = 0;
let searched = "";

/** Draws what the address says. */
async function update() {
  readAddress();
  const mine = ++searches;
  const wanted = wantedWords();
  if (state.q !== searched || (found === null && wanted.length)) {
    const result = wanted.length ? await search(wanted, () => mine !== searches) : null;
    // A newer address came while this one was searched.
    if (mine !== searches) return;
    [found, searched] = [result, state.q];
  }
  if (["has-cue", "has-claim"].some((key) => state[key]) && !(await prepareAll(() => mine !== searches))) return;
  const article = state.v ? null : state.a && articleOfId(state.a);
  const key = address(state.v ? { a: "", c: "" } : { c: "" });
  const isNew = key !== drawn;
  if (isNew) {
    const moved = drawn !== null && (drawnArticle !== (article?.id ?? "") || drawnView !== state.v);
    match();
    listed = AT_ONCE;
    drawSide();
    drawCount();
    drawTabs();
    if (moved) scrollTo(0, 0);
    await drawView(article);
    if (moved && article && !state.c) $("reader").querySelector("h2").focus({ preventScroll: true });
    [drawn, drawnArticle, drawnView] = [key, article?.id ?? "", state.v];
  } else if (state.v === "check") {
    drawCurrent();
  }
  tell(unknown.join(" "));
  document.title = article ? `${article.name} · sayso` : "sayso: who said what";
  if (article) drawPicked();
}

function drawView(article) {
  const view = article ? "reader" : state.v || "articles";
  for (const [id, name] of [["overview", "articles"], ["reader", "reader"], ["check-view", "check"], ["table-view", "table"], ["speakers-view", "speakers"]]) $(id).hidden = name !== view;
  return { articles: drawArticles, reader: () => drawReader(article), check: drawCheck, table: drawTable, speakers: drawSpeakersView }[view]();
}

function drawCount() {
  $("count").textContent = `${plural(matchedClaims, "claim")} in ${plural(matched.length, "article")}`;
}

function drawTabs() {
  $("tabs").replaceChildren(...Object.entries(VIEWS).map(([view, name]) =>
    h("a", { href: address({ v: view, sort: "", a: "", c: "" }), "aria-current": view === state.v ? "page" : null }, name)));
}

function step(by) {
  if (state.v === "table") return $("table-box").scrollBy(0, 36 * by);
  if (state.v) return;
  if (open && !$("reader").hidden) {
    const claims = claimsOf(open).filter((claim) => fits[claim.at]);
    const at = claims.findIndex((claim) => claim.id === state.c);
    const next = claims[at < 0 ? (by > 0 ? 0 : claims.length - 1) : at + by];
    if (next) go({ c: next.id }, true);
    return;
  }
  const links = [...$("articles").querySelectorAll("h3 a")];
  const at = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
}

function turn(by) {
  if (state.v) return;
  const at = sorted().findIndex((match) => match.article.id === state.a);
  const next = sorted()[at < 0 ? 0 : at + by];
  if (next) go({ a: next.article.id, c: "" });
}

function openSide(isOpen) {
  $("side").classList.toggle("open", isOpen);
  $("narrow").setAttribute("aria-expanded", String(isOpen));
}

function escape() {
  document.activeElement?.blur();
  if (state.v) return;
  if (state.c) return go({ c: "" });
  if (state.a) return go({ a: "" });
}

const view = (v) => () => go({ v, sort: "", a: "", c: "" });

const KEYS = {
  1: view(""),
  2: view("check"),
  3: view("table"),
  4: view("speakers"),
  j: () => step(1),
  k: () => step(-1),
  n: () => turn(1),
  p: () => turn(-1),
  f: () => { openSide(true); $("name").focus(); },
  t: () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"),
  w: () => (corrections.size ? askToSave() : null),
  x: clear,
  "/": () => $("text").focus(),
  "?": () => $("keys").showModal(),
  Escape: escape,
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.matches("input:not([type=checkbox]), select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.target.matches("button, a, summary, input") && ["Enter", " "].includes(event.key)) return;
  const isChecking = state.v === "check" && current >= 0;
  const isReading = open && !$("reader").hidden;
  const act = (isChecking && CHECK_KEYS[event.key]) || (isReading && ADD_KEYS[event.key]) || KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act(event);
});

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  $("theme").textContent = theme === "dark" ? "Light" : "Dark";
  // Where a browser gives a page from disk no storage, the choice lasts as long as the page.
  try { localStorage.setItem("sayso-theme", theme); } catch { /* as said */ }
}

function storedTheme() {
  try { return localStorage.getItem("sayso-theme"); } catch { return null; }
}

let typing;
$("text").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => go({ q: $("text").value.trim(), a: "", c: "" }, true), 150);
});
$("search").addEventListener("submit", (event) => { event.preventDefault(); $("main").focus(); });
$("name").addEventListener("input", drawSpeakers);
for (const edge of ["from", "to"]) $(edge).addEventListener("change", () => go({ [edge]: $(edge).value, a: "", c: "" }));
$("more").addEventListener("click", () => { listed += AT_ONCE; drawArticles(); });
$("narrow").addEventListener("click", () => openSide(!$("side").classList.contains("open")));
$("theme").addEventListener("click", KEYS.t);
$("help").addEventListener("click", KEYS["?"]);
$("save").addEventListener("click", askToSave);
$("csv").addEventListener("click", saveTable);
addEventListener("hashchange", () => {
  here = location.hash;
  update();
});

/** Lists know how much of them is seen, and on paper all of it is. */
function relist(isPrinting) {
  for (const list of [queueList, tableList, speakersList]) {
    if (!list) continue;
    list.isPrinting = isPrinting;
    list.draw(true);
  }
}
addEventListener("resize", () => {
  if (state.v === "speakers") drawTimeline();
  relist(false);
});
addEventListener("beforeprint", () => relist(true));
addEventListener("afterprint", () => relist(false));

setTheme(storedTheme() ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
readCorrections();
drawKept();
update().then(() => setTimeout(prepareAll, 300));
