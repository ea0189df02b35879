// What fits: one pass over the claims says which do, and how many each value of each filter would leave.

// The articles and claims with the words that are searched for; null where none are.
let found = null;
// The claims that fit, as flags and by article, and what each filter would leave.
let fits = new Uint8Array(read + ROOM);
let matched = [];
let matchedClaims = 0;
let tallies = null;
let speakerTally = null;

// Claims with the same values of all filters are of one group, of which there are few: what a filter says of a claim is
// asked once a group.
const STORED = FACET_NAMES.map((facet) => columns[facet]);
// Of hedges a claim has several classes; of all else one value.
const RADIX = FACET_NAMES.map((facet) => (facet === "hedge" ? 32 : FACETS[facet].values.length));
const groups = [];
const groupNumbers = new Int32Array(RADIX.reduce((product, values) => product * values));
const groupOf = new Uint32Array(read + ROOM);

/** Puts a claim into its group, when its columns have changed. */
function regroup(at) {
  let key = 0;
  for (let facet = 0; facet < RADIX.length; facet += 1) {
    const bits = STORED[facet][at];
    key = key * RADIX[facet] + (RADIX[facet] === 32 ? bits : 31 - Math.clz32(bits));
  }
  // 0 is none yet.
  if (!groupNumbers[key]) groupNumbers[key] = groups.push(STORED.map((column) => column[at]));
  groupOf[at] = groupNumbers[key] - 1;
}

for (let at = 0; at < read; at += 1) regroup(at);

const inTime = (article) =>
  (!state.from || (article.date && article.date >= state.from)) && (!state.to || (article.date && article.date <= state.to));
const articleFits = (article) =>
  inTime(article) && (!found || found.articles[article.number]) &&
  contains("has-article", (article.name ?? "").toLowerCase()) && contains("has-date", article.date ?? "");
const contains = (key, text) => !state[key] || text.includes(state[key].toLowerCase());

function claimContains(at) {
  const own = spokenOf(at);
  return contains("has-speaker", named(at)) && (!own || (contains("has-cue", own.cue) && contains("has-claim", own.content)));
}

function match() {
  const facets = STORED.length;
  const wanted = FACET_NAMES.map((facet) => [...state[facet]].reduce((mask, value) => mask | bit(facet, value), 0) || 255);
  // Of each group the filters that it misses, a bit each.
  const missed = Uint32Array.from(groups, (values) => values.reduce((bits, value, facet) => (value & wanted[facet] ? bits : bits | (1 << facet)), 0));
  const isWanted = state.speaker.size ? new Uint8Array(speakers.length) : null;
  for (const key of state.speaker) isWanted[speakerNumbers.get(key)] = 1;
  const byText = CONTAINS.some((key) => state[key]);
  const ofArticle = Uint8Array.from(articles, (article) => (articleFits(article) ? 1 : 0));
  const hits = new Uint32Array(articles.length);
  // Of each group how many claims of the speakers that are wanted it has.
  const inWanted = new Uint32Array(groups.length);
  speakerTally = new Uint32Array(speakers.length);
  fits = new Uint8Array(read + ROOM);
  matchedClaims = 0;
  for (let at = 0; at < total; at += 1) {
    const article = articleOf[at];
    if (!ofArticle[article] || (found && !found.claims[at]) || (byText && !claimContains(at))) continue;
    const group = groupOf[at];
    const isSpeaker = !isWanted || isWanted[speakerOf[at]] === 1;
    if (isSpeaker) inWanted[group] += 1;
    if (missed[group]) continue;
    speakerTally[speakerOf[at]] += 1;
    if (!isSpeaker) continue;
    fits[at] = 1;
    hits[article] += 1;
    matchedClaims += 1;
  }
  const isFiltered = isFiltering();
  matched = articles.filter(({ number }) => ofArticle[number] && (hits[number] || !isFiltered)).map((article) => ({ article, hits: hits[article.number] }));
  // What fits all filters but one is what that filter's other values would bring.
  tallies = Object.fromEntries(FACET_NAMES.map((name, facet) => {
    const counts = FACETS[name].values.map(() => 0);
    groups.forEach((values, group) => {
      if (!inWanted[group] || missed[group] & ~(1 << facet)) return;
      for (let value = 0; value < counts.length; value += 1) if (values[facet] & (1 << value)) counts[value] += inWanted[group];
    });
    return [name, counts];
  }));
}

/** An article's claims that fit. */
function fitting(article) {
  return standing(article).filter((claim) => fits[claim.at]);
}

/** Every claim of an article by its number: those that were read stand together, those that were added do not. */
function* claimsIn(article) {
  for (let at = article.first; at < article.first + article.size; at += 1) yield at;
  for (const claim of article.added) yield claim.at;
}

const orders = new Map();

/** All claims by a key; sorting takes a moment, so an order is kept until a correction changes it. */
function order(name, compare) {
  if (!orders.has(name)) orders.set(name, Uint32Array.from({ length: total }, (_, at) => at).sort(compare));
  return orders.get(name);
}

let doubtful = null;

/** The claims that fit, the most doubtful first. */
function byDoubt() {
  // Plain numbers sort much faster than by a comparison: trust has eight decimals, and below them is the claim's number.
  doubtful ??= Uint32Array.from(Float64Array.from(trust.subarray(0, total), (value, at) => Math.round(value * 1e8) * 2 ** 24 + at).sort(), (key) => key % 2 ** 24);
  return doubtful.filter((at) => fits[at]);
}
