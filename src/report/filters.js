// The state, which is the address after `#`, and what follows from it.

const state = { q: "", from: "", to: "", a: null, c: null };
for (const facet of Object.keys(FACETS)) state[facet] = new Set();

// The articles with the words that are searched for; null where none are.
let found = null;

/** The address of the state with changes. */
function address(changes = {}) {
  const next = { ...state, ...changes };
  const out = new URLSearchParams();
  for (const [key, value] of Object.entries(next)) {
    for (const one of value instanceof Set ? value : [value]) if (one) out.append(key, one);
  }
  return `#${out}`;
}

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const key of Object.keys(state)) {
    state[key] = key in FACETS ? new Set(given.getAll(key)) : given.get(key) ?? (key === "a" || key === "c" ? null : "");
  }
}

/** Changes the state; what is typed makes no history. */
function go(changes, replace = false) {
  const next = address(changes);
  if (next === (location.hash || "#")) return;
  if (replace) {
    history.replaceState(null, "", next);
    update();
  } else {
    location.hash = next;
  }
}

const words = () => state.q.toLowerCase().split(/\s+/).filter(Boolean);
const isFiltering = () => Object.keys(FACETS).some((facet) => state[facet].size);

const inTime = (article) =>
  (!state.from || (article.date && article.date >= state.from)) && (!state.to || (article.date && article.date <= state.to));
const articleFits = (article) => inTime(article) && (!found || found.has(article.number));
const claimFits = (claim, except) =>
  Object.keys(FACETS).every((facet) => facet === except || !state[facet].size || claim.values[facet].some((v) => state[facet].has(v)));

/** The articles that fit, each with its claims that do. */
function matches() {
  const out = [];
  for (const article of articles.filter(articleFits)) {
    const claims = article.claims.filter((claim) => claimFits(claim));
    if (claims.length || !isFiltering()) out.push({ article, claims });
  }
  return out;
}

/** How many claims each value of a facet would leave. */
function counts(facet) {
  const out = new Map();
  for (const article of articles.filter(articleFits)) {
    for (const claim of article.claims) {
      if (claimFits(claim, facet)) for (const value of claim.values[facet]) out.set(value, (out.get(value) ?? 0) + 1);
    }
  }
  return out;
}

function toggled(facet, value) {
  const next = new Set(state[facet]);
  if (!next.delete(value)) next.add(value);
  return { [facet]: next, a: null, c: null };
}

function drawSide() {
  drawSpeakers();
  const fieldsets = Object.entries(FACETS).filter(([facet]) => facet !== "speaker").map(([facet, { name, values }]) => {
    const count = counts(facet);
    const seen = values.filter((value) => count.has(value) || state[facet].has(value));
    // Where nothing is determined there is nothing to choose.
    if ((facet === "kind" || facet === "type") && seen.every((value) => value === "not determined")) return null;
    const label = (value) =>
      h("label", {},
        h("input", { type: "checkbox", name: facet, value, checked: state[facet].has(value), onchange: () => go(toggled(facet, value)) }),
        facet === "certainty" ? `${SIGNS[value]} ${value}` : value,
        h("span", { className: "n" }, (count.get(value) ?? 0).toLocaleString("en")));
    return h("fieldset", {}, h("legend", {}, name), seen.map(label));
  });
  redraw($("facets"), fieldsets);
  for (const edge of ["from", "to"]) if ($(edge).value !== state[edge]) $(edge).value = state[edge];
  if (document.activeElement !== $("text")) $("text").value = state.q;
  drawChosen();
}

function drawSpeakers() {
  const count = counts("speaker");
  const wanted = $("name").value.toLowerCase();
  const listed = [...speakers.values()].filter((s) => (count.has(s.key) || state.speaker.has(s.key)) && s.name.toLowerCase().includes(wanted));
  const rank = (s) => (state.speaker.has(s.key) ? 2e9 : 0) + (s.key === UNRESOLVED || s.key === NOBODY ? -1e9 : 0) + (count.get(s.key) ?? 0);
  listed.sort((a, b) => rank(b) - rank(a) || a.name.localeCompare(b.name));
  const rows = listed.slice(0, 200).map((speaker) =>
    h("li", {}, h("button", { type: "button", "data-key": speaker.key, "aria-pressed": String(state.speaker.has(speaker.key)), onclick: () => go(toggled("speaker", speaker.key)) },
      h("span", {}, speaker.name), h("span", { className: "n" }, (count.get(speaker.key) ?? 0).toLocaleString("en")),
      speaker.kind || speaker.role ? h("small", {}, [speaker.kind, speaker.role].filter(Boolean).join(", ")) : null)));
  if (listed.length > rows.length) rows.push(h("li", { className: "n" }, `and ${listed.length - rows.length} more; type a name`));
  if (!rows.length) rows.push(h("li", { className: "n" }, "none"));
  redraw($("speakers"), rows);
}

/** The filters that are set, each to be removed by a click. */
function drawChosen() {
  const out = [];
  for (const facet of Object.keys(FACETS)) {
    for (const value of state[facet]) {
      const name = facet === "speaker" ? speakers.get(value)?.name ?? value : value;
      out.push([name, toggled(facet, value)]);
    }
  }
  if (state.q) out.push([`“${state.q}”`, { q: "", a: null, c: null }]);
  if (state.from) out.push([`from ${state.from}`, { from: "", a: null, c: null }]);
  if (state.to) out.push([`to ${state.to}`, { to: "", a: null, c: null }]);
  redraw($("chosen"), out.map(([name, change]) => h("button", { type: "button", title: `Remove: ${name}`, onclick: () => go(change) }, name)));
}

function clear() {
  const none = Object.fromEntries(Object.keys(FACETS).map((facet) => [facet, new Set()]));
  $("text").value = "";
  go({ ...none, q: "", from: "", to: "" });
}

/** Replaces children and keeps the keyboard's place among them. */
function redraw(parent, children) {
  const before = parent.contains(document.activeElement) ? document.activeElement : null;
  const same = before && ((node) => (before.dataset.key ? node.dataset.key === before.dataset.key : node.name === before.name && node.value === before.value && node.textContent === before.textContent));
  parent.replaceChildren(...children.filter(Boolean));
  if (same) [...parent.querySelectorAll(before.tagName)].find(same)?.focus();
}
