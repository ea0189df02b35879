// Full text: articles' texts and claims' words in lower case, made while nobody waits.

const texts = [];
// By the claim's number.
const spoken = [];

/** The words of a claim; of one that was added, as they are now. */
function spokenOf(at) {
  if (at < read) return spoken[at];
  const claim = claimAt(at);
  const text = (place) => (place ? said(claim, place).toLowerCase() : "");
  return spokenAs(text(claim.source), text(claim.cue), words(claim).toLowerCase());
}

const spokenAs = (source, cue, content) => ({ cue, content, all: `${content}\n${cue}\n${source}` });

/** Makes an article's words. */
function prepare(article) {
  if (texts[article.number] !== undefined) return;
  const { text, claims } = JSON.parse(document.getElementById(`a${article.number}`).textContent);
  const lower = text.toLowerCase();
  // A few letters change their length with their case.
  const slice = lower.length === text.length ? (place) => lower.slice(...place) : (place) => text.slice(...place).toLowerCase();
  const wordsOf = (source, cue, content) => spokenAs(
    source ? slice(source) : "", cue ? slice(cue) : "", content.length === 2 ? slice(content) : pairs(content).map(slice).join(" … "));
  claims.forEach(([, , source, cue, content], index) => { spoken[article.first + index] = wordsOf(source, cue, content); });
  texts[article.number] = `${(article.title ?? "").toLowerCase()}\n${lower}`;
}

const pause = () => new Promise((resume) => setTimeout(resume));

async function prepareAll(isStale = () => false) {
  let since = performance.now();
  for (const article of articles) {
    prepare(article);
    if (performance.now() - since > 12) {
      await pause();
      if (isStale()) return false;
      since = performance.now();
    }
  }
  return true;
}

/** Every name of a claim's speaker. */
const named = (at) => speakers[speakerOf[at]].words;

/** What words are found in: of each article whether its text has all, of each claim whether its own words do. */
async function search(wanted, isStale) {
  if (!(await prepareAll(isStale))) return null;
  const found = { articles: new Uint8Array(articles.length), claims: new Uint8Array(read + ROOM) };
  // Each speaker is asked once.
  const inNames = wanted.map((word) => Uint8Array.from(speakers, ({ words: names }) => (names.includes(word) ? 1 : 0)));
  for (const article of articles) {
    if (!wanted.every((word) => texts[article.number].includes(word))) continue;
    found.articles[article.number] = 1;
    for (const at of claimsIn(article)) {
      const { all } = spokenOf(at);
      if (wanted.every((word, which) => inNames[which][speakerOf[at]] || all.includes(word))) found.claims[at] = 1;
    }
  }
  return found;
}
