// Full text: articles' texts and claims' words in lower case, made while nobody waits.

const texts = [];
const spoken = [];

/** Makes an article's words. */
function prepare(article) {
  if (texts[article.number] !== undefined) return;
  const { text, claims } = JSON.parse(document.getElementById(`a${article.number}`).textContent);
  const lower = text.toLowerCase();
  // A few letters change their length with their case.
  const slice = lower.length === text.length ? (place) => lower.slice(...place) : (place) => text.slice(...place).toLowerCase();
  spoken[article.number] = claims.map(({ source, cue, content }) => ({
    source: source ? slice(source) : "",
    cue: cue ? slice(cue) : "",
    content: content.length === 1 ? slice(content[0]) : content.map(slice).join(" … "),
  }));
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

const named = (at) => speakers[speakerOf[at]].name.toLowerCase();

/** What words are found in: of each article whether its text has all, of each claim whether its own words do. */
async function search(wanted, isStale) {
  if (!(await prepareAll(isStale))) return null;
  const found = { articles: new Uint8Array(articles.length), claims: new Uint8Array(total) };
  for (const { number, first } of articles) {
    if (!wanted.every((word) => texts[number].includes(word))) continue;
    found.articles[number] = 1;
    spoken[number].forEach(({ source, cue, content }, index) => {
      const has = (word) => content.includes(word) || named(first + index).includes(word) || source.includes(word) || cue.includes(word);
      if (wanted.every(has)) found.claims[first + index] = 1;
    });
  }
  return found;
}
