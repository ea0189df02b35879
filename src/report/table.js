// All claims that fit as a table: columns to sort and to filter, and the same rows as CSV.

const text = (name, key, get, place) => ({ name, key, has: `has-${key}`, get, place });
const choice = (name, key, get, place = (at) => columns[key][at]) => ({ name, key, facet: key, get, place });

// What a column shows of a claim, and what it sorts by: a number or a string of the claim's number in the columns.
const TABLE = [
  text("Speaker", "speaker", (claim) => speakers[speakerOf[claim.at]].name, (at) => speakers[speakerOf[at]].name.toLowerCase()),
  text("Cue", "cue", (claim) => (claim.cue ? said(claim, claim.cue) : ""), (at) => spokenOf(at).cue),
  text("Claim", "claim", words, (at) => spokenOf(at).content.replace(/^[^\p{L}\p{N}]+/u, "")),
  choice("Certainty", "certainty", (claim) => `${SIGNS[claim.certainty]} ${claim.certainty}`),
  choice("Confidence", "confidence", (claim) => meter(trust[claim.at], "Claim and speaker right"), (at) => trust[at]),
  choice("Quotation", "quote", (claim) => claim.quote),
  choice("Attribution", "type", (claim) => claim.type ?? ""),
  choice("Hedges", "hedge", (claim) => claim.hedges.map((hedge) => said(claim, hedge.at)).join(", ")),
  choice("Place", "nested", (claim) => (claim.within ? "within another" : "")),
  choice("Checked", "checked", (claim) => claim.verdict ?? ""),
  text("Article", "article", (claim) => claim.article.name, (at) => articles[articleOf[at]].name.toLowerCase()),
  text("Date", "date", (claim) => claim.article.date ?? "", (at) => articles[articleOf[at]].date ?? ""),
];

let tableList = null;
let tableRows = new Uint32Array();

/** The claims that fit, in the order that is chosen: `speaker`, or `-speaker` the other way round. */
function sortedRows() {
  const isBack = state.sort.startsWith("-");
  const column = TABLE.find(({ key }) => key === state.sort.replace("-", ""));
  const all = column ? order(column.key, comparison(column.place)) : order("", (a, b) => articleOf[a] - articleOf[b] || a - b);
  const rows = all.filter((at) => fits[at]);
  return isBack ? rows.reverse() : rows;
}

function comparison(place) {
  // Every key once: the comparison asks for them many times.
  const keys = Array.from({ length: total }, (_, at) => place(at));
  return (a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : a - b);
}

async function drawTable() {
  // Words are sorted and filtered by what is made while nobody waits; here it is waited for.
  await prepareAll();
  if (state.v !== "table") return;
  tableList ??= new LongList({ box: $("table-box"), body: $("table-body"), height: 36, line: tableLine });
  tableRows = sortedRows();
  $("table-body").parentElement.setAttribute("aria-rowcount", tableRows.length + 2);
  drawTableHead();
  tableList.show(tableRows);
  $("table-empty").hidden = tableRows.length > 0;
  $("table-empty").textContent = NOTHING_FITS;
}

function drawTableHead() {
  const isBack = state.sort.startsWith("-");
  const by = state.sort.replace("-", "");
  const heads = TABLE.map(({ name, key }) => {
    const direction = by === key ? (isBack ? "descending" : "ascending") : "none";
    const next = by !== key ? key : isBack ? "" : `-${key}`;
    return h("th", { scope: "col", className: `col-${key}`, "aria-sort": direction },
      h("button", { type: "button", "data-key": `sort-${key}`, onclick: () => go({ sort: next, a: "", c: "" }) }, name, h("span", { className: "arrow", "aria-hidden": "true" }, direction === "none" ? "" : isBack ? " ↓" : " ↑")));
  });
  const filters = TABLE.map(({ name, has, facet, key }) => h("td", { className: `col-${key}` }, has ? containsInput(name, has) : facetSelect(name, facet)));
  redraw($("table-head"), [h("tr", {}, heads), h("tr", { className: "filters" }, filters)]);
}

let typingInTable;

function containsInput(name, has) {
  const type = (event) => {
    clearTimeout(typingInTable);
    const { value } = event.target;
    typingInTable = setTimeout(() => go({ [has]: value.trim(), a: "", c: "" }, true), 150);
  };
  return h("input", { type: "search", "data-key": has, value: state[has], "aria-label": `${name} contains`, placeholder: "contains", oninput: type });
}

/** One value of a filter, or several where they were chosen at the side. */
function facetSelect(name, facet) {
  const chosen = state[facet];
  const option = (value, label) => h("option", { value, selected: chosen.size === 1 ? chosen.has(value) : !chosen.size && !value }, label);
  return h("select", { "data-key": `is-${facet}`, "aria-label": `${name} is`, onchange: (event) => go({ [facet]: new Set(event.target.value ? [event.target.value] : []), a: "", c: "" }) },
    option("", "all"), chosen.size > 1 ? h("option", { value: "", selected: true }, `${chosen.size} of them`) : null,
    FACETS[facet].values.map((value) => option(value, value)));
}

function tableLine(at, number) {
  const claim = claimAt(at);
  return h("tr", { className: claim.verdict ?? "", "aria-rowindex": number + 3 },
    TABLE.map(({ key, get }) => {
      const value = get(claim);
      const title = typeof value === "string" ? value : undefined;
      const cell = key === "claim" ? h("a", { href: address({ v: "", sort: "", a: claim.article.id, c: claim.id }) }, shortened(value, 220)) : value;
      return h("td", { className: `col-${key}`, title }, cell);
    }));
}

const FORMULA = /^[=+\-@\t\r]/;

/** A cell that no spreadsheet takes for a formula, quoted where it has to be. */
function cell(value) {
  if (value === null || value === undefined) return "";
  const inert = typeof value === "string" && FORMULA.test(value) ? `'${value}` : String(value);
  return /[",\n\r]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

// The columns of `sayso export --to csv` that a page has, by the same names, and whether a claim was checked.
const CSV = {
  article: ({ article }) => article.id,
  title: ({ article }) => article.title,
  date: ({ article }) => article.date,
  publisher: ({ article }) => article.publisher,
  url: ({ article }) => article.url,
  author: ({ article }) => article.author,
  claim: ({ id }) => id,
  speaker: ({ speaker }) => speaker?.name,
  speaker_corpus: ({ speaker }) => CORPUS[speaker?.corpus]?.[1],
  speaker_corpus_id: ({ speaker }) => CORPUS[speaker?.corpus]?.[0],
  speaker_confidence: (claim) => claim.speaker_confidence,
  speaker_kind: ({ speaker }) => speaker?.kind,
  speaker_named: ({ speaker }) => speaker?.named,
  speaker_role: ({ speaker }) => speaker?.role,
  speaker_affiliation: ({ speaker }) => speaker?.affiliation,
  source: (claim) => claim.source && raw(claim, claim.source),
  cue: (claim) => claim.cue && raw(claim, claim.cue),
  content: (claim) => claim.content.map((place) => raw(claim, place)).join(" … "),
  quote: ({ quote }) => quote,
  type: ({ type }) => type,
  certainty: ({ certainty }) => certainty,
  polarity: ({ polarity }) => polarity,
  hedges: (claim) => claim.hedges.map((hedge) => raw(claim, hedge.at)).join("; "),
  hedge_classes: ({ hedges }) => hedges.map((hedge) => hedge.class).join("; "),
  within: ({ within }) => within,
  confidence: ({ confidence }) => confidence,
  checked: ({ verdict }) => verdict,
};

const raw = (claim, place) => block(claim.article).text.slice(...place);

function saveTable() {
  const columns = Object.values(CSV);
  const lines = Array.from(sortedRows(), (at) => {
    const claim = claimAt(at);
    return columns.map((get) => cell(get(claim))).join(",");
  });
  // UTF-8's mark, without which Excel reads “ as â€œ.
  save("claims.csv", "text/csv", ["\ufeff", `${[Object.keys(CSV).join(","), ...lines].join("\n")}\n`]);
}
