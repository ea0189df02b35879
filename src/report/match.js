// What fits: one pass over the columns says which claims do, and how many each value of each filter would leave.

// The articles and claims with the words that are searched for; null where none are.
let found = null;
// The claims that fit, as flags and by article, and what each filter would leave.
let fits = new Uint8Array(total);
let matched = [];
let matchedClaims = 0;
let tallies = null;
let speakerTally = null;

const inTime = (article) =>
  (!state.from || (article.date && article.date >= state.from)) && (!state.to || (article.date && article.date <= state.to));
const articleFits = (article) =>
  inTime(article) && (!found || found.articles[article.number]) &&
  contains("has-article", (article.name ?? "").toLowerCase()) && contains("has-date", article.date ?? "");
const contains = (key, text) => !state[key] || text.includes(state[key].toLowerCase());

function claimContains(at, article) {
  const own = spoken[article.number]?.[at - article.first];
  return contains("has-speaker", named(at)) && (!own || (contains("has-cue", own.cue) && contains("has-claim", own.content)));
}

function match() {
  const wanted = FACET_NAMES.map((facet) => [...state[facet]].reduce((mask, value) => mask | bit(facet, value), 0) || 255);
  const stored = FACET_NAMES.map((facet) => columns[facet]);
  const histograms = FACET_NAMES.map(() => new Uint32Array(256));
  const isWanted = state.speaker.size ? new Uint8Array(speakers.length) : null;
  for (const key of state.speaker) isWanted[speakerNumbers.get(key)] = 1;
  const byText = CONTAINS.some((key) => state[key]);
  const facets = stored.length;
  speakerTally = new Uint32Array(speakers.length);
  fits = new Uint8Array(total);
  matched = [];
  matchedClaims = 0;
  for (const article of articles) {
    if (!articleFits(article)) continue;
    let hits = 0;
    for (let at = article.first; at < article.first + article.size; at += 1) {
      if (found && !found.claims[at]) continue;
      if (byText && !claimContains(at, article)) continue;
      let missed = 0;
      for (let facet = 0; facet < facets; facet += 1) if (!(stored[facet][at] & wanted[facet])) missed |= 1 << facet;
      if (isWanted && !isWanted[speakerOf[at]]) missed |= 1 << facets;
      // Whoever misses one filter alone is what that filter's other values would bring.
      if (missed & (missed - 1)) continue;
      for (let facet = 0; facet < facets; facet += 1) if (!(missed & ~(1 << facet))) histograms[facet][stored[facet][at]] += 1;
      if (!(missed & ~(1 << facets))) speakerTally[speakerOf[at]] += 1;
      if (missed) continue;
      fits[at] = 1;
      hits += 1;
    }
    if (hits || !isFiltering()) matched.push({ article, hits });
    matchedClaims += hits;
  }
  tallies = Object.fromEntries(FACET_NAMES.map((facet, index) => [facet, tally(facet, histograms[index])]));
}

/** How many claims have each value, from how many have each set of values. */
function tally(facet, histogram) {
  return FACETS[facet].values.map((_, value) => histogram.reduce((sum, claims, mask) => (mask & (1 << value) ? sum + claims : sum), 0));
}

/** An article's claims that fit. */
function fitting(article) {
  return standing(article).filter((claim) => fits[claim.at]);
}

const orders = new Map();

/** All claims by a key; sorting takes a moment, so an order is kept until a correction changes it. */
function order(name, compare) {
  if (!orders.has(name)) orders.set(name, Uint32Array.from(articleOf.keys()).sort(compare));
  return orders.get(name);
}

let doubtful = null;

/** The claims that fit, the most doubtful first. */
function byDoubt() {
  // Plain numbers sort much faster than by a comparison: trust has eight decimals, and below them is the claim's number.
  doubtful ??= Uint32Array.from(Float64Array.from(trust, (value, at) => Math.round(value * 1e8) * 2 ** 24 + at).sort(), (key) => key % 2 ** 24);
  return doubtful.filter((at) => fits[at]);
}
