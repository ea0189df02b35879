// The state, which is the address after `#`.

const VIEWS = { "": "Articles", check: "Check", table: "Table", speakers: "Speakers" };
// What a column of the table must contain.
const CONTAINS = ["article", "date", "speaker", "cue", "claim"].map((column) => `has-${column}`);
const TEXTS = ["v", "q", "from", "to", "sort", ...CONTAINS, "a", "c"];

const state = {};
// What the address asks for and the page does not have.
let unknown = [];

/** The address of the state with changes. */
function address(changes = {}) {
  const next = { ...state, ...changes };
  const out = new URLSearchParams();
  for (const [key, value] of Object.entries(next)) {
    for (const one of value instanceof Set ? value : [value]) if (one) out.append(key, one);
  }
  return `#${out}`;
}

/** Upper and lower case are the same in it. */
function readAddress() {
  for (const key of TEXTS) state[key] = "";
  for (const key of ["speaker", ...FACET_NAMES]) state[key] = new Set();
  unknown = [];
  for (const [given, value] of new URLSearchParams(here.slice(1))) {
    const key = given.toLowerCase();
    const lower = value.toLowerCase();
    // Whatever an article calls a speaker.
    if (key === "speaker") state.speaker.add(speakers[speakerNumbers.get(lower)]?.key ?? lower);
    else if (key in FACETS) state[key].add(lower);
    else if (TEXTS.includes(key)) state[key] = ["v", "sort", "from", "to"].includes(key) ? lower : value;
    else unknown.push(`“${given}” is nothing that the page has.`);
  }
  for (const key of FACET_NAMES) {
    for (const value of state[key]) {
      if (FACETS[key].values.includes(value)) continue;
      unknown.push(`${FACETS[key].name} is never “${value}”.`);
      state[key].delete(value);
    }
  }
  for (const key of state.speaker) {
    if (speakerNumbers.has(key)) continue;
    unknown.push(`No speaker is called “${key}”.`);
    state.speaker.delete(key);
  }
  for (const key of ["from", "to"]) {
    if (!state[key] || /^\d{4}-\d\d-\d\d$/.test(state[key])) continue;
    unknown.push(`“${state[key]}” is no date.`);
    state[key] = "";
  }
  if (!(state.v in VIEWS)) {
    unknown.push(`There is no view “${state.v}”.`);
    state.v = "";
  }
  readPlace();
}

/** The article and the claim that the address names, by their ids as written. */
function readPlace() {
  const article = state.a ? articleOfId(state.a) : null;
  if (state.a && !article) unknown.push(`No article has the id “${state.a}”.`);
  const claim = article && state.c ? claimOfId(article, state.c) : null;
  if (state.c && !claim) unknown.push(article ? `No claim of this article has the id “${state.c}”.` : `The claim “${state.c}” needs its article.`);
  Object.assign(state, { a: article?.id ?? "", c: claim?.id ?? "" });
}

// The address that is drawn. The browser's own may lag behind: it lets itself be written to only so many times in a while.
let here = location.hash;
let writingAddress;

function writeAddress() {
  clearTimeout(writingAddress);
  if (here !== location.hash) history.replaceState(null, "", here || "#");
}

/** Changes the state; what is typed, and steps from claim to claim, make no history. */
function go(changes, replace = false) {
  const next = address(changes);
  if (next === (here || "#")) return;
  if (!replace) {
    writeAddress();
    location.hash = next;
    return;
  }
  here = next;
  clearTimeout(writingAddress);
  writingAddress = setTimeout(writeAddress, 100);
  update();
}

const wantedWords = () => state.q.toLowerCase().split(/\s+/).filter(Boolean);
const isFiltering = () => ["speaker", ...FACET_NAMES].some((facet) => state[facet].size) || CONTAINS.some((key) => state[key]);
const NOTHING = () => ({ q: "", from: "", to: "", speaker: new Set(), ...Object.fromEntries(CONTAINS.map((key) => [key, ""])), ...Object.fromEntries(FACET_NAMES.map((facet) => [facet, new Set()])) });
