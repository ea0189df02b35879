// The data: an index that is parsed at once, and a block an article that is parsed when it is asked for. Of every claim of
// all articles, the page keeps small numbers in columns, which are quick to filter; the rest is made when it is shown.

const INDEX = document.getElementById("index").textContent;
const { values: VALUES, articles } = JSON.parse(INDEX);
const total = articles.reduce((sum, article) => sum + article.claims.quote.length, 0);

const UNSURE = 0.7;
const SURE = 0.9;
const UNDETERMINED = "not determined";

// What claims are filtered by, with the values in their order.
const FACETS = {
  confidence: { name: "Confidence", values: ["below 0.5", "0.5 to 0.7", "0.7 to 0.9", "0.9 and more"] },
  checked: { name: "Checked", values: ["not checked", "accepted", "corrected", "rejected"] },
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
const columns = Object.fromEntries(FACET_NAMES.map((name) => [name, new Uint8Array(total)]));
const speakerOf = new Uint32Array(total);
const articleOf = new Uint32Array(total);
// How likely the claim and its speaker are both right.
const trust = new Float64Array(total);

// Speakers of one name are one entry in lists. One without a name is somebody of the article alone: `officials` of two
// articles are not the same.
const speakers = [{ key: "–", name: "nobody named", number: 0 }];
const speakerNumbers = new Map([["–", 0]]);

function speakerNumber(speaker, article) {
  if (!speaker) return 0;
  const name = speaker.name.toLowerCase();
  const key = speaker.named ? name : `${name} @ ${article.id.toLowerCase()}`;
  let number = speakerNumbers.get(key);
  if (number === undefined) {
    number = speakers.length;
    speakerNumbers.set(key, number);
    speakers.push({ key, number, name: speaker.name, kind: speaker.kind, role: speaker.role, article: speaker.named ? null : article });
  }
  return number;
}

const bit = (facet, value) => 1 << FACETS[facet].values.indexOf(value);
const level = (value) => (value < 0.5 ? 1 : value < UNSURE ? 2 : value < SURE ? 4 : 8);

function setSpeaker(at, speaker, article) {
  speakerOf[at] = speakerNumber(speaker, article);
  columns.kind[at] = bit("kind", speaker?.kind ?? UNDETERMINED);
  columns.named[at] = !speaker ? 4 : speaker.named ? 1 : 2;
}

{
  let at = 0;
  articles.forEach((article, number) => {
    const { claims } = article;
    Object.assign(article, { number, first: at, size: claims.quote.length });
    article.name = article.title ?? article.opening;
    for (let index = 0; index < article.size; index += 1, at += 1) {
      articleOf[at] = number;
      columns.quote[at] = 1 << claims.quote[index];
      columns.certainty[at] = 1 << claims.certainty[index];
      columns.type[at] = 1 << (claims.type[index] ?? VALUES.type.length);
      columns.hedge[at] = claims.hedges[index] || 1 << VALUES.hedge.length;
      columns.nested[at] = 1 << claims.nested[index];
      columns.checked[at] = 1;
      trust[at] = claims.confidence[index] * (claims.speaker_confidence[index] ?? 1);
      columns.confidence[at] = level(trust[at]);
      setSpeaker(at, article.speakers[claims.speaker[index]], article);
    }
  });
}

const blocks = new Map();

/** An article's text, and its claims' and hedges' places. */
function block(article) {
  if (!blocks.has(article.number)) {
    if (blocks.size > 400) blocks.clear();
    blocks.set(article.number, JSON.parse(document.getElementById(`a${article.number}`).textContent));
  }
  return blocks.get(article.number);
}

/** An article's claims as they were read. */
function claimsOf(article) {
  const parsed = block(article);
  parsed.made ??= parsed.claims.map((places, index) => {
    const { claims } = article;
    return {
      ...places,
      article,
      index,
      at: article.first + index,
      speaker: article.speakers[claims.speaker[index]] ?? null,
      quote: VALUES.quote[claims.quote[index]],
      type: VALUES.type[claims.type[index]] ?? null,
      certainty: VALUES.certainty[claims.certainty[index]],
      polarity: VALUES.polarity[claims.polarity[index]],
      hedges: parsed.hedges.filter((hedge) => hedge.claim === places.id),
      confidence: claims.confidence[index],
      speaker_confidence: claims.speaker_confidence[index],
    };
  });
  return parsed.made;
}

/** A claim as it stands, with what was corrected. */
function claimAt(at) {
  const article = articles[articleOf[at]];
  return corrected(claimsOf(article)[at - article.first]);
}

const standing = (article) => claimsOf(article).map(corrected);
const who = (claim) => claim.speaker?.name ?? "nobody named";
const said = (claim, place) => oneLine(block(claim.article).text.slice(...place));
const words = (claim) => claim.content.map((place) => said(claim, place)).join(" … ");

/** The article of an id; case matters only where two ids differ by nothing else. */
function articleOfId(id) {
  return articles.find((article) => article.id === id) ?? articles.find((article) => article.id.toLowerCase() === id.toLowerCase());
}

const claimOfId = (article, id) => claimsOf(article).find((claim) => claim.id.toLowerCase() === id.toLowerCase());
