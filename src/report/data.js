// The data: an index that is parsed at once, and a block an article that is parsed when it is asked for.

const json = (id) => JSON.parse(document.getElementById(id).textContent);
const articles = json("index");

// A pronoun is nobody in particular across articles.
const PRONOUNS = new Set("i we you he she it they who that which his her their one".split(" "));
const UNRESOLVED = "?";
const NOBODY = "–";

// Speakers of one name are one entry in the list; within an article they stay apart.
const speakers = new Map();

articles.forEach((article, number) => {
  article.number = number;
  const own = new Map(article.speakers.map((speaker) => [speaker.id, speaker]));
  article.claims.forEach((claim, index) => {
    const speaker = own.get(claim.speaker);
    claim.article = article;
    claim.index = index;
    claim.who = speaker ? speaker.name : "nobody named";
    claim.about = speaker;
    const key = !speaker ? NOBODY : PRONOUNS.has(speaker.name.toLowerCase()) ? UNRESOLVED : speaker.name.toLowerCase();
    if (!speakers.has(key)) {
      const name = key === UNRESOLVED ? "he, she, they … (not resolved)" : key === NOBODY ? "nobody named" : speaker.name;
      speakers.set(key, { key, name, kind: speaker?.kind, role: speaker?.role });
    }
    claim.values = {
      speaker: [key],
      kind: [speaker?.kind ?? "not determined"],
      quote: [claim.quote],
      type: [claim.type ?? "not determined"],
      certainty: [claim.certainty],
      hedge: claim.hedges.length ? claim.hedges : ["none"],
    };
  });
});

// What claims are filtered by, with the values in their order.
const FACETS = {
  speaker: { name: "Speaker" },
  kind: { name: "Kind of speaker", values: ["person", "organization", "group", "document", "other", "not determined"] },
  quote: { name: "Quotation", values: ["direct", "indirect", "mixed"] },
  type: { name: "Attribution", values: ["communication", "attitude", "factive", "control", "not determined"] },
  certainty: { name: "Certainty", values: ["certain", "probable", "possible", "underspecified"] },
  hedge: { name: "Hedges", values: ["epistemic", "doxastic", "condition", "investigation", "none"] },
};

// How firmly a claim is presented, beside the word.
const SIGNS = { certain: "●", probable: "◕", possible: "◑", underspecified: "○" };

const blocks = new Map();

/** An article's text, and its claims' and hedges' places. */
function block(article) {
  if (!blocks.has(article.number)) {
    if (blocks.size > 400) blocks.clear();
    blocks.set(article.number, json(`a${article.number}`));
  }
  return blocks.get(article.number);
}

const lowered = [];

/** The numbers of the articles that hold every word; reads texts as it goes, with a pause now and then. */
async function search(words, isStale) {
  const found = new Set();
  for (const article of articles) {
    const at = article.number;
    lowered[at] ??= `${article.title ?? ""}\n${json(`a${at}`).text}`.toLowerCase();
    if (words.every((word) => lowered[at].includes(word))) found.add(at);
    if (at % 200 === 199) {
      await new Promise((resume) => setTimeout(resume));
      if (isStale()) return null;
    }
  }
  return found;
}

/** An element with properties, attributes (`aria-…`, `data-…`) and children. */
function h(tag, properties = {}, ...children) {
  const svg = ["svg", "g", "rect", "text", "line", "title"].includes(tag) && properties.svg !== false;
  const out = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) out.addEventListener(key.slice(2), value);
    else if (svg || key.includes("-") || key === "role") out.setAttribute(key, value);
    else out[key] = value;
  }
  out.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return out;
}

const $ = (id) => document.getElementById(id);
const plural = (count, one) => `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
const oneLine = (text) => text.replace(/\s+/g, " ").trim();

/** `10 February 2026` */
function day(date) {
  if (!date) return "no date";
  return new Date(`${date}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}
