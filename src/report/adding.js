// A claim that was missed: words of the text are selected, with a mouse or by keys, and become its content, source or cue.

const ADDED = ["id", "within", "source", "cue", "content", "quote", "type", "certainty", "polarity", "speaker"];
/** What is kept of a claim that was added. */
const addedClaim = (claim) => Object.fromEntries(ADDED.map((field) => [field, claim[field]]));

/** Adds a claim to its article and to the columns; nothing where there is no room. */
function addClaim(article, fields) {
  if (total === read + ROOM) return null;
  const at = total;
  total += 1;
  const claim = { ...fields, article, at, index: claimsOf(article).length, hedges: [], confidence: 1, speaker_confidence: null };
  added.push(claim);
  article.added.push(claim);
  articleOf[at] = article.number;
  trust[at] = 1;
  columns.confidence[at] = level(1);
  columns.hedge[at] = bit("hedge", "none");
  columns.nested[at] = bit("nested", claim.within ? "within another" : "on its own");
  apply(at, { verdict: "added" });
  doubtful = null;
  return claim;
}

/** The text's place of a point in the reader; marks before claims are no part of the text. */
function placeOf(node, offset) {
  const paragraph = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("#reader .text p");
  if (!paragraph) return null;
  const range = new Range();
  range.setStart(paragraph, 0);
  range.setEnd(node, offset);
  const before = range.cloneContents();
  before.querySelectorAll(".mark").forEach((mark) => mark.remove());
  return Number(paragraph.dataset.from) + before.textContent.length;
}

/** The place that is selected, without white space at its ends. */
function selectedPlace() {
  const selection = getSelection();
  if (!open || $("reader").hidden || !selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  let [start, end] = [placeOf(range.startContainer, range.startOffset), placeOf(range.endContainer, range.endOffset)];
  if (start === null || end === null) return null;
  const { text } = block(open);
  while (start < end && /\s/.test(text[start])) start += 1;
  while (end > start && /\s/.test(text[end - 1])) end -= 1;
  return start < end ? [start, end] : null;
}

/** Selects a place of the text, and shows it. */
function select([start, end]) {
  const point = (at, isEnd) => {
    const paragraph = [...$("reader").querySelectorAll(".text p")].findLast((p) => Number(p.dataset.from) + (isEnd ? 1 : 0) <= at);
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT, (node) => (node.parentElement.closest(".mark") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
    let left = at - Number(paragraph.dataset.from);
    while (walker.nextNode()) {
      const { length } = walker.currentNode;
      if (left < length || (isEnd && left === length)) return [walker.currentNode, left];
      left -= length;
    }
    return [paragraph, paragraph.childNodes.length];
  };
  getSelection().setBaseAndExtent(...point(start, false), ...point(end, true));
  const { top, bottom } = getSelection().getRangeAt(0).getBoundingClientRect();
  if (top < 90 || bottom > innerHeight - 90) scrollTo(0, scrollY + top - innerHeight / 2);
}

/** Selects the next word, or with `isMore` one more; at first a word of the claim that is picked, or one that is seen. */
function selectWord(by, isMore) {
  if (!open || $("reader").hidden) return;
  const { text } = block(open);
  const tokens = Array.from(text.matchAll(TOKENS), ({ 0: word, index }) => [index, index + word.length]);
  if (!tokens.length) return;
  const selected = selectedPlace();
  if (!selected) {
    const seen = [...$("reader").querySelectorAll(".text p")].find((p) => p.getBoundingClientRect().bottom > 90);
    const from = state.c ? claimAt(claimOfId(open, state.c).at).content[0][0] : Number(seen?.dataset.from ?? 0);
    return select(tokens.find(([start]) => start >= from) ?? tokens[0]);
  }
  const first = tokens.findIndex(([, end]) => end > selected[0]);
  const last = tokens.findLastIndex(([start]) => start < selected[1]);
  const near = (at) => tokens[Math.min(tokens.length - 1, Math.max(0, at))];
  if (isMore) return select([tokens[first][0], near(Math.max(first, last + by))[1]]);
  select(near(by > 0 ? last + 1 : first - 1));
}

/** The innermost claim in whose content a place stands. */
function outerOf(article, [start, end]) {
  const size = (claim) => claim.content.reduce((sum, [from, to]) => sum + to - from, 0);
  const around = standing(article).filter((claim) => claim.verdict !== "rejected" && claim.content.some(([from, to]) => from <= start && to >= end));
  return around.sort((a, b) => size(a) - size(b))[0] ?? null;
}

/** Whose words a content is, by its quotation marks. */
function quoteOf(text) {
  const marks = /["“”„«»]/;
  if (!marks.test(text)) return "indirect";
  return marks.test(text[0]) && marks.test(text.at(-1)) && !/["“„«].*["”»].*["“„«]/s.test(text) ? "direct" : "mixed";
}

const NO_WORDS = "Select words of the text first: with the mouse, or with ← and →, and more with shift.";
const NO_CLAIM = "Pick a claim first, or add one.";

/** The selected words are what somebody says. */
function addSelected() {
  const place = selectedPlace();
  if (!place) return tell(NO_WORDS);
  const all = claimsOf(open);
  const number = all.reduce((most, { id }) => Math.max(most, Number(/^c(\d+)$/.exec(id)?.[1] ?? 0)), 0) + 1;
  const claim = addClaim(open, {
    id: `c${number}`,
    within: outerOf(open, place)?.id ?? null,
    source: null,
    cue: null,
    content: [place],
    quote: quoteOf(block(open).text.slice(...place)),
    // Records of the schema before have no types.
    type: all.length && !all[0].type ? null : "communication",
    certainty: "certain",
    polarity: "positive",
    speaker: null,
  });
  if (!claim) return tell("So many claims were added that the page has no room for more: save them, import them, and make the page anew.");
  keep();
  return showClaim(claim, "A claim is added. Select its source and press s, its cue and press c, further words and press m.");
}

/** The selected words are the source, the cue or a further part of the claim that is picked. */
function giveSelected(role) {
  const place = selectedPlace();
  if (!place) return tell(NO_WORDS);
  if (!state.c) return tell(NO_CLAIM);
  const claim = claimAt(claimOfId(open, state.c).at);
  if (role === "content") {
    if (claim.content.some(([start, end]) => start < place[1] && end > place[0])) return tell("These words are part of the claim already.");
    check(claim, { content: [...claim.content, place].sort(([a], [b]) => a - b) });
  } else {
    check(claim, { [role]: place, ...(role === "source" && !claim.speaker ? { speaker: speakerNamed(place, claim) } : {}) });
  }
  return showClaim(claim, `That is the claim’s ${role}.`);
}

/** Whom a source means: the speaker of a claim with the same source, or one of this name. */
function speakerNamed(place, { at }) {
  const name = oneLine(block(open).text.slice(...place));
  const same = standing(open).find((claim) => claim.at !== at && claim.source?.[0] === place[0] && claim.source[1] === place[1]);
  return same?.speaker ?? block(open).speakers.find((speaker) => speaker.name === name) ?? { name, kind: "person", named: /^\p{Lu}/u.test(name), typed: true };
}

/** Draws the article anew with this claim picked. */
async function showClaim(claim, text) {
  getSelection().removeAllRanges();
  drawn = null;
  here = address({ a: claim.article.id, c: claim.id });
  writeAddress();
  await update();
  tell(text);
}

const ADD_KEYS = {
  a: addSelected,
  s: () => giveSelected("source"),
  c: () => giveSelected("cue"),
  m: () => giveSelected("content"),
  ArrowLeft: (event) => selectWord(-1, event.shiftKey),
  ArrowRight: (event) => selectWord(1, event.shiftKey),
};

for (const button of $("selecting").querySelectorAll("button")) {
  // What is selected stays selected.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => ADD_KEYS[button.value]());
}
document.addEventListener("selectionchange", () => { $("selecting").hidden = !selectedPlace(); });
