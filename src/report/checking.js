// What keys and buttons do to the claim that is looked at.

/** Moves by a number of claims in the queue; `isWanted` says which will do. */
function moveInQueue(by, isWanted = () => true) {
  let place = queue.indexOf(current);
  if (place < 0 && by < 0) place = 0;
  do place += by; while (place >= 0 && place < queue.length && !isWanted(queue[place]));
  if (place >= 0 && place < queue.length) lookAt(queue[place]);
}

function lookAt(at) {
  const claim = claimAt(at);
  const change = { a: claim.article.id, c: claim.id };
  if (address(change) === here) drawCurrent();
  else go(change, true);
}

/** Does something to the claim, then shows it, or the next one. */
function act(run, isDone) {
  if (current === null || current < 0) return;
  const place = queue.indexOf(current);
  const next = queue[place + 1];
  run(claimAt(current));
  // A filter by what was just changed may now leave it out; what is looked at stays until one goes on.
  refit();
  lookAt(isDone && next !== undefined ? next : current);
}

/** Counts anew and keeps the queue: what is checked stays in its place. */
function refit() {
  match();
  drawSide();
  drawCount();
}

const accept = () => act((claim) => check(claim, {}), true);
const reject = () => act((claim) => check(claim, { verdict: "rejected" }), true);
const undo = () => act(uncheck, false);
const change = (fields) => act((claim) => check(claim, fields), false);

/** The next value of a field. */
function turnField(field, by = 1) {
  const values = VALUES[field];
  const at = values.indexOf(claimAt(current)[field]);
  change({ [field]: values[(at + by + values.length) % values.length] });
}

function turnEdge() {
  edge = (edge + 1) % edges(claimAt(current)).length;
  drawCurrent();
}

// A word, or a mark of its own: an edge moves by one of them.
const TOKENS = /[\p{L}\p{N}]+(?:[’'.,-][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}]/gu;

/** Moves the begin or the end of what `edge` names by a word. */
function moveEdge(isEnd, by) {
  const claim = claimAt(current);
  const { text } = block(claim.article);
  const { field, at, place: [start, end] } = edges(claim)[edge];
  // Fragments do not run into each other.
  const [low, high] = field === "content" ? [claim.content[at - 1]?.[1] ?? 0, claim.content[at + 1]?.[0] ?? text.length] : [0, text.length];
  const tokens = [...text.slice(low, high).matchAll(TOKENS)].map((found) => [low + found.index, low + found.index + found[0].length]);
  const edgesOf = tokens.map((token) => token[isEnd ? 1 : 0]);
  const now = isEnd ? end : start;
  const next = by > 0 ? edgesOf.find((place) => place > now) : edgesOf.findLast((place) => place < now);
  if (next === undefined || (isEnd ? next <= start : next >= end)) return;
  const place = isEnd ? [start, next] : [next, end];
  change({ [field]: field === "content" ? claim.content.map((old, index) => (index === at ? place : old)) : place });
}

/** Asks who speaks: the article's speakers by number, or a name that is typed. */
function openSpeakers() {
  const claim = claimAt(current);
  const { article } = claim;
  const input = $("speaker-name");
  input.value = "";
  let lit = 0;
  // Of a name that is typed, the kind of whoever it takes the place of is likeliest.
  const likeliest = claim.speaker?.kind ?? "person";
  const kinds = [likeliest, ...VALUES.kind.filter((kind) => kind !== likeliest)];
  const shown = () => {
    const wanted = input.value.trim().toLowerCase();
    const own = block(article).speakers.filter((speaker) => speaker.name.toLowerCase().includes(wanted));
    const isNew = wanted && !article.speakers.some((speaker) => speaker.name.toLowerCase() === wanted);
    return [...own, ...(isNew ? kinds.map((kind) => ({ name: input.value.trim(), kind, named: /^\p{Lu}/u.test(input.value.trim()), typed: true })) : [])];
  };
  const choose = (speaker) => {
    $("asking").close();
    // Until the page is drawn again the hidden field would still get the keys.
    input.blur();
    change({ speaker });
  };
  const draw = () => {
    const all = shown();
    lit = Math.max(0, Math.min(lit, all.length - 1));
    const option = (speaker, at) => h("li", { id: `option-${at}`, role: "option", "aria-selected": String(at === lit), onclick: () => choose(speaker) },
      h("kbd", {}, at < 9 && !input.value ? String(at + 1) : ""), h("span", {}, speaker.name),
      h("small", {}, speaker.typed ? `new, ${speaker.kind}` : [speaker.kind, speaker.role].filter(Boolean).join(", ")));
    const nobody = h("li", { role: "option", "aria-selected": "false", onclick: () => choose(null) }, h("kbd", {}, "0"), h("span", {}, "nobody named"));
    $("options").replaceChildren(...all.map(option), input.value ? "" : nobody);
    input.setAttribute("aria-activedescendant", `option-${lit}`);
    $("options").children[lit]?.scrollIntoView({ block: "nearest" });
  };
  input.oninput = () => { lit = 0; draw(); };
  input.onkeydown = (event) => {
    const all = shown();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") lit += event.key === "ArrowDown" ? 1 : -1;
    else if (event.key === "Enter" && all[lit]) choose(all[lit]);
    else if (!input.value && event.key === "0") choose(null);
    else if (!input.value && /^[1-9]$/.test(event.key) && all[event.key - 1]) choose(all[event.key - 1]);
    else return;
    event.preventDefault();
    event.stopPropagation();
    if ($("asking").open) draw();
  };
  draw();
  $("asking").showModal();
  input.focus();
}

const CHECK_KEYS = {
  j: () => moveInQueue(1),
  k: () => moveInQueue(-1),
  n: () => moveInQueue(1, isFirstOpen),
  a: accept,
  r: reject,
  u: undo,
  s: openSpeakers,
  e: turnEdge,
  q: () => turnField("quote"),
  y: () => turnField("type"),
  c: () => turnField("certainty"),
  g: () => turnField("polarity"),
  ArrowLeft: (event) => moveEdge(event.shiftKey, -1),
  ArrowRight: (event) => moveEdge(event.shiftKey, 1),
  Enter: () => go({ v: "", a: claimAt(current).article.id, c: claimAt(current).id }),
};
