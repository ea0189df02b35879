// The data: an index that is parsed at once, and a block an article that is parsed when it is asked for. Of every claim of
// all articles, the page keeps small numbers in columns, which are quick to filter; the rest is made when it is shown.

const { values: VALUES, fingerprint: FINGERPRINT, corpus: CORPUS, articles } = JSON.parse(document.getElementById("index").textContent);

// Numbers that the index has of each claim.
const PER_CLAIM = 4;
// Claims that can be added to those of the records.
const ROOM = 10000;
const read = articles.reduce((sum, article) => sum + article.claims.length / PER_CLAIM, 0);
// All claims, with those that were added.
let total = read;

const UNSURE = 0.7;
const SURE = 0.9;
const UNDETERMINED = "not determined";

// What claims are filtered by, with the values in their order.
const FACETS = {
  confidence: { name: "Confidence", values: ["below 0.5", "0.5 to 0.7", "0.7 to 0.9", "0.9 and more"] },
  checked: { name: "Checked", values: ["not checked", "accepted", "corrected", "rejected", "added"] },
  quote: { name: "Quotation", values: VALUES.quote },
  certainty: { name: "Certainty", values: VALUES.certainty },
  type: { name: "Attribution", values: [...VALUES.type, UNDETERMINED] },
  hedge: { name: "Hedges", values: [...VALUES.hedge, "none"] },
  nested: { name: "Place", values: ["on its own", "within another"] },
  kind: { name: "Kind of speaker", values: [...VALUES.kind, UNDETERMINED] },
  named: { name: "Speaker’s name", values: ["named", "not named", "nobody"] },
};
const FACET_NAMES = Object.keys(FACETS);

// How firmly a claim is presented, beside the word.
const SIGNS = { certain: "●", probable: "◕", possible: "◑", underspecified: "○" };

// A column a facet: a bit for each value that a claim has.
const columns = Object.fromEntries(FACET_NAMES.map((name) => [name, new Uint8Array(read + ROOM)]));
const speakerOf = new Uint32Array(read + ROOM);
const articleOf = new Uint32Array(read + ROOM);
// How likely the claim and its speaker are both right.
const trust = new Float64Array(read + ROOM);

// Speakers of one name are one entry in lists, and so are those whom `sayso speakers` puts together. One without a name is
// somebody of the article alone: `officials` of two articles are not the same.
const speakers = [{ key: "–", name: "nobody named", words: "nobody named", number: 0 }];
const speakerNumbers = new Map([["–", 0]]);
// Of two of one name the second is called by its id.
const corpusKeys = [];
for (const [id, name] of CORPUS) corpusKeys.push(addSpeaker(name.toLowerCase(), id, { name }).key);

function addSpeaker(wanted, otherwise, about) {
  const key = speakerNumbers.has(wanted) ? otherwise : wanted;
  const speaker = { key, number: speakers.length, words: about.name.toLowerCase(), article: null, ...about };
  speakerNumbers.set(key, speaker.number);
  speakers.push(speaker);
  return speaker;
}

/** The number of an article's speaker among all. */
function speakerNumber(speaker, article) {
  if (!speaker) return 0;
  const { name, kind, named, corpus, role } = speaker;
  const lower = name.toLowerCase();
  const key = corpusKeys[corpus] ?? (named ? lower : `${lower} @ ${article.id.toLowerCase()}`);
  const known = speakers[speakerNumbers.get(key)] ?? addSpeaker(key, key, { name, article: named ? null : article });
  known.kind ??= kind;
  known.role ??= role;
  // By every name that articles give them they are found.
  if (!known.words.includes(lower)) {
    known.words += `\n${lower}`;
    if (!speakerNumbers.has(lower)) speakerNumbers.set(lower, known.number);
  }
  return known.number;
}

const bit = (facet, value) => 1 << FACETS[facet].values.indexOf(value);
const level = (value) => (value < 0.5 ? 1 : value < UNSURE ? 2 : value < SURE ? 4 : 8);

function setSpeaker(at, speaker, article, number = speakerNumber(speaker, article)) {
  speakerOf[at] = number;
  columns.kind[at] = bit("kind", speaker?.kind ?? UNDETERMINED);
  columns.named[at] = !speaker ? 4 : speaker.named ? 1 : 2;
}

{
  let at = 0;
  articles.forEach((article, number) => {
    const { claims } = article;
    Object.assign(article, { number, first: at, size: claims.length / PER_CLAIM, added: [] });
    article.name = article.title ?? article.opening;
    article.speakers = article.speakers.map(([name, kind, named, corpus, role]) => ({ name, kind: VALUES.kind[kind], named: Boolean(named), corpus, role }));
    const numbers = article.speakers.map((speaker) => speakerNumber(speaker, article));
    for (let index = 0; index < claims.length; index += PER_CLAIM, at += 1) {
      const [values, speaker] = [claims[index], claims[index + 1]];
      articleOf[at] = number;
      columns.quote[at] = 1 << (values & 3);
      columns.certainty[at] = 1 << ((values >> 2) & 3);
      columns.nested[at] = 1 << ((values >> 5) & 1);
      columns.hedge[at] = (values >> 6) & 15 || 1 << VALUES.hedge.length;
      columns.type[at] = 1 << (values >> 10);
      columns.checked[at] = 1;
      trust[at] = (claims[index + 2] * (claims[index + 3] < 0 ? 1e4 : claims[index + 3])) / 1e8;
      columns.confidence[at] = level(trust[at]);
      setSpeaker(at, article.speakers[speaker], article, numbers[speaker] ?? 0);
    }
  });
}

const blocks = new Map();

/** An article's text, and its claims' and hedges' places. */
function block(article) {
  if (!blocks.has(article.number)) {
    if (blocks.size > 400) blocks.clear();
    const { text, speakers: about, claims, hedges } = JSON.parse(document.getElementById(`a${article.number}`).textContent);
    blocks.set(article.number, {
      text,
      speakers: article.speakers.map((speaker, at) => ({ ...speaker, role: about[at][0], affiliation: about[at][1] })),
      claims: claims.map(([id, within, source, cue, content]) => ({ id, within, source, cue, content: pairs(content) })),
      hedges: hedges.map(([start, end, kind, claim]) => ({ at: [start, end], class: VALUES.hedge[kind], claim })),
    });
  }
  return blocks.get(article.number);
}

const pairs = (places) => places.flatMap((start, at) => (at % 2 ? [] : [[start, places[at + 1]]]));

/** An article's claims as they were read, and those that were added. */
function claimsOf(article) {
  const parsed = block(article);
  parsed.made ??= parsed.claims.map((places, index) => {
    const [values, speaker, confidence, inSpeaker] = article.claims.slice(index * PER_CLAIM, (index + 1) * PER_CLAIM);
    return {
      ...places,
      article,
      index,
      at: article.first + index,
      speaker: parsed.speakers[speaker] ?? null,
      quote: VALUES.quote[values & 3],
      type: VALUES.type[values >> 10] ?? null,
      certainty: VALUES.certainty[(values >> 2) & 3],
      polarity: VALUES.polarity[(values >> 4) & 1],
      hedges: parsed.hedges.filter((hedge) => hedge.claim === places.id),
      confidence: confidence / 1e4,
      speaker_confidence: inSpeaker < 0 ? null : inSpeaker / 1e4,
    };
  });
  return article.added.length ? [...parsed.made, ...article.added] : parsed.made;
}

const added = [];

/** A claim as it was read or added. */
function originalAt(at) {
  const article = articles[articleOf[at]];
  return at < read ? claimsOf(article)[at - article.first] : added[at - read];
}

/** A claim as it stands, with what was corrected. */
const claimAt = (at) => corrected(originalAt(at));

const standing = (article) => claimsOf(article).map(corrected);
const who = (claim) => claim.speaker?.name ?? "nobody named";
const said = (claim, place) => oneLine(block(claim.article).text.slice(...place));
const words = (claim) => claim.content.map((place) => said(claim, place)).join(" … ");

const articlesById = new Map(articles.map((article) => [article.id, article]));
let articlesByLower;

/** The article of an id; case matters only where two ids differ by nothing else. */
function articleOfId(id) {
  const found = articlesById.get(id);
  if (found) return found;
  articlesByLower ??= new Map(articles.toReversed().map((article) => [article.id.toLowerCase(), article]));
  return articlesByLower.get(id.toLowerCase());
}

const claimOfId = (article, id) => claimsOf(article).find((claim) => claim.id.toLowerCase() === id.toLowerCase());
