// The page as a whole: drawing, keys, the theme.

let matched = [];
let drawn = null;
let searches = 0;

/** Draws what the address says. */
async function update() {
  readAddress();
  const mine = ++searches;
  const wanted = words();
  const result = wanted.length ? await search(wanted, () => mine !== searches) : null;
  // A newer address came while this one was searched.
  if (mine !== searches) return;
  found = result;
  matched = matches();
  const article = state.a && articles.find((article) => article.id === state.a);
  const key = `${address({ c: null })}`;
  if (key !== drawn) {
    listed = AT_ONCE;
    drawSide();
    const claims = matched.reduce((sum, match) => sum + match.claims.length, 0);
    $("count").textContent = `${plural(claims, "claim")} in ${plural(matched.length, "article")}`;
    $("overview").hidden = Boolean(article);
    $("reader").hidden = !article;
    if (article) drawReader(article, matched);
    else drawOverview(matched);
    const moved = drawn !== null && new URLSearchParams(drawn.slice(1)).get("a") !== state.a;
    if (moved) scrollTo(0, 0);
    if (moved && article && !state.c) $("reader").querySelector("h2").focus({ preventScroll: true });
    drawn = key;
  }
  document.title = article ? `${article.title ?? article.id} · sayso` : "sayso: who said what";
  if (article) drawPicked();
}

function step(by) {
  if (open && !$("reader").hidden) {
    const fitting = open.claims.filter((claim) => claimFits(claim));
    const at = fitting.findIndex((claim) => claim.id === state.c);
    const next = fitting[at < 0 ? (by > 0 ? 0 : fitting.length - 1) : at + by];
    if (next) go({ c: next.id }, true);
    return;
  }
  const links = [...$("articles").querySelectorAll("h3 a")];
  const at = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
}

function turn(by) {
  const at = matched.findIndex((match) => match.article.id === state.a);
  const next = matched[at < 0 ? 0 : at + by];
  if (next) go({ a: next.article.id, c: null });
}

function openSide(isOpen) {
  $("side").classList.toggle("open", isOpen);
  $("narrow").setAttribute("aria-expanded", String(isOpen));
}

function escape() {
  if (state.c) return go({ c: null });
  if (state.a) return go({ a: null });
  document.activeElement?.blur();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  n: () => turn(1),
  p: () => turn(-1),
  f: () => { openSide(true); $("name").focus(); },
  t: () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"),
  x: clear,
  "/": () => $("text").focus(),
  "?": () => $("keys").showModal(),
  Escape: escape,
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("keys").open) return;
  if (event.target.matches("input:not([type=checkbox])")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
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
  typing = setTimeout(() => go({ q: $("text").value.trim(), a: null, c: null }, true), 150);
});
$("search").addEventListener("submit", (event) => { event.preventDefault(); $("main").focus(); });
$("name").addEventListener("input", drawSpeakers);
for (const edge of ["from", "to"]) $(edge).addEventListener("change", () => go({ [edge]: $(edge).value, a: null, c: null }));
$("more").addEventListener("click", () => { listed += AT_ONCE; drawOverview(matched); });
$("narrow").addEventListener("click", () => openSide(!$("side").classList.contains("open")));
$("theme").addEventListener("click", KEYS.t);
$("help").addEventListener("click", KEYS["?"]);
addEventListener("hashchange", update);
addEventListener("resize", () => { if (!$("overview").hidden) drawTimeline(matched); });

setTheme(storedTheme() ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
update();
