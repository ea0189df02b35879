// Claims in order of doubt, to be accepted, corrected or rejected: the list, and the claim that is looked at.

let queue = new Uint32Array();
let queueList = null;
let current = null;
// Which of the claim's spans has its edges moved: content fragments, then source, then cue.
let edge = 0;

const isFirstOpen = (at) => columns.checked[at] === 1;

function drawCheck() {
  queueList ??= new LongList({ box: $("queue-box"), body: $("queue"), height: 80, line: queueLine });
  queue = byDoubt();
  queueList.hold(queue);
  $("check-empty").hidden = queue.length > 0;
  $("check-empty").textContent = NOTHING_FITS;
  drawCurrent();
}

/** Looks at the claim of the address, or the first that nobody checked. */
function drawCurrent() {
  const named = state.a && state.c ? claimOfId(articleOfId(state.a), state.c).at : -1;
  const at = named >= 0 ? named : queue.find(isFirstOpen) ?? queue[0] ?? -1;
  if (current !== at) edge = 0;
  current = at;
  $("card").hidden = at < 0;
  const place = queue.indexOf(at);
  queueList.reveal(place, true);
  if (at < 0) return;
  redraw($("card"), cardOf(claimAt(at), place));
  const box = $("card").querySelector(".context");
  const mark = box.querySelector(".here");
  if (mark) box.scrollTop += mark.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 4;
}

const VERDICTS = { accepted: "✓", corrected: "✎", rejected: "✕", added: "+" };

function queueLine(at) {
  const claim = claimAt(at);
  const own = claim.hedges.map((hedge) => said(claim, hedge.at)).join(", ");
  return h("li", { className: claim.verdict ?? "", "aria-current": at === current ? "true" : null },
    h("a", { className: "line", tabIndex: -1, href: address({ a: claim.article.id, c: claim.id }) },
      h("span", { className: "top" }, meter(trust[at], "Claim and speaker right"), h("span", { className: "verdict", "aria-label": claim.verdict ?? "" }, VERDICTS[claim.verdict] ?? "")),
      h("span", { className: "speaker" }, whoAndSource(claim)),
      h("span", { className: "firm" }, `${SIGNS[claim.certainty]} ${claim.certainty}`, own ? h("i", {}, ` ${own}`) : null),
      h("span", { className: "content-line" }, shortened(words(claim), 160))));
}

/** The name that a claim was given, the source's own words, and a mark where the two differ or the model is unsure. */
function whoAndSource(claim) {
  const source = claim.source ? said(claim, claim.source) : null;
  const isDifferent = differs(claim.speaker?.name, source);
  const isUnsure = claim.speaker_confidence !== null && claim.speaker_confidence < UNSURE;
  return [
    h("b", {}, who(claim)), " ",
    source !== claim.speaker?.name ? h("span", { className: "own-words" }, source ? `“${source}”` : "no source") : null,
    isDifferent ? h("span", { className: "sign differ", title: "The source’s words are not the speaker’s name" }, "≠") : null,
    isUnsure ? h("span", { className: "sign unsure", title: `Confidence in the speaker: ${claim.speaker_confidence.toFixed(2)}` }, "?") : null,
  ];
}

const LETTERS = /[\p{L}\p{N}]+/gu;

/** Whether a source says neither the name nor a part of it. */
function differs(name, source) {
  if (!name || !source) return Boolean(name) !== Boolean(source);
  const parts = (text) => (text.toLowerCase().match(LETTERS) ?? []).filter((word) => word !== "the" && word !== "a" && word !== "an");
  const [named, own] = [parts(name), parts(source)];
  return !named.every((word) => own.includes(word)) && !own.every((word) => named.includes(word));
}

function cardOf(claim, place) {
  const original = originalAt(claim.at);
  return [
    h("p", { className: "place" },
      place >= 0 ? `${count(place + 1)} of ${count(queue.length)}` : "not among those that fit",
      ` · ${plural(corrections.size, "claim")} checked`, " · ",
      h("a", { href: address({ v: "", a: claim.article.id, c: claim.id }) }, shortened(claim.article.name, 70))),
    context(claim),
    h("div", { className: "verdicts" },
      action("a", ["corrected", "added"].includes(claim.verdict) ? "Keep and go on" : "Accept", accept, Boolean(claim.verdict) && claim.verdict !== "rejected"),
      action("r", "Reject", reject, claim.verdict === "rejected"),
      action("u", "Undo", undo, false, !claim.verdict),
      h("span", { className: `verdict-word ${claim.verdict ?? ""}`, role: "status" }, claim.verdict ?? "not checked")),
    h("div", { className: "rows" },
      speakerRow(claim, original),
      choices(claim, original, "quote", "Quotation", "q"),
      choices(claim, original, "type", "Attribution", "y"),
      choices(claim, original, "certainty", "Certainty", "c", claim.hedges.map((hedge) => h("span", { className: "made" }, h("span", { className: "hedge" }, said(claim, hedge.at)), ` ${hedge.class}`))),
      choices(claim, original, "polarity", "Polarity", "g"),
      edgeRow(claim, original),
      h("div", { className: "row" }, h("span", { className: "name" }, "Confidence"), h("span", { className: "meters" },
        h("span", {}, "claim ", meter(claim.confidence, "Confidence in the claim")),
        claim.speaker_confidence === null ? null : h("span", {}, "speaker ", meter(claim.speaker_confidence, "Confidence in the speaker"))))),
  ];
}

function action(key, name, run, isPressed, isOff = false) {
  return h("button", { type: "button", disabled: isOff, "aria-pressed": String(isPressed), onclick: run }, h("kbd", {}, key), ` ${name}`);
}

/** The claim where it stands: its paragraphs, and those beside them. */
function context(claim) {
  const { text, hedges } = block(claim.article);
  const spans = spansOf([claim], hedges.filter((hedge) => hedge.claim === claim.id));
  const moved = edges(claim)[edge]?.place;
  if (moved) spans.push({ at: moved, role: "here" });
  const all = spans.flatMap(({ at }) => at);
  const [from, to] = [Math.min(...all), Math.max(...all)];
  const near = (start, end) => end >= from - 240 && start <= to + 240;
  return h("div", { className: "context text", tabIndex: 0, role: "region", "aria-label": "The claim in its article" }, paragraphs(text, spans, { isShown: near }));
}

function choices(claim, original, field, name, key, beside = null) {
  return h("div", { className: `row${claim[field] === original[field] ? "" : " changed"}`, "data-field": field },
    h("span", { className: "name" }, h("kbd", {}, key), ` ${name}`),
    h("span", { className: "options" }, VALUES[field].map((value) =>
      h("button", { type: "button", name: field, value, "aria-pressed": String(claim[field] === value), onclick: () => change({ [field]: value }) }, field === "certainty" ? `${SIGNS[value]} ${value}` : value)), beside));
}

function speakerRow(claim, original) {
  const about = claim.speaker ? [claim.speaker.kind, claim.speaker.role].filter(Boolean).join(", ") : "";
  const isChanged = JSON.stringify(claim.speaker) !== JSON.stringify(original.speaker);
  return h("div", { className: `row${isChanged ? " changed" : ""}`, "data-field": "speaker" },
    h("span", { className: "name" }, h("kbd", {}, "s"), " Speaker"),
    h("span", { className: "who" }, h("button", { type: "button", className: "plain", onclick: openSpeakers }, whoAndSource(claim)), about ? h("small", {}, about) : null,
      claim.cue ? h("small", {}, `cue: ${said(claim, claim.cue)}`) : null));
}

/** What can have its edges moved. */
function edges(claim) {
  const out = claim.content.map((place, at) => ({ name: claim.content.length > 1 ? `part ${at + 1}` : "content", place, field: "content", at }));
  for (const field of ["source", "cue"]) if (claim[field]) out.push({ name: field, place: claim[field], field });
  return out;
}

function edgeRow(claim, original) {
  const isChanged = ["content", "source", "cue"].some((field) => JSON.stringify(claim[field]) !== JSON.stringify(original[field]));
  return h("div", { className: `row${isChanged ? " changed" : ""}`, "data-field": "edges" },
    h("span", { className: "name" }, h("kbd", {}, "e"), " Edges"),
    h("span", { className: "options" }, edges(claim).map(({ name }, at) => h("button", { type: "button", name: "edge", value: name, "aria-pressed": String(at === edge), onclick: () => { edge = at; drawCurrent(); } }, name)),
      h("span", { className: "made" }, h("kbd", {}, "←"), " ", h("kbd", {}, "→"), " begin, ", h("kbd", {}, "⇧"), " with shift: end")));
}
