// What was checked: accepted, corrected, rejected or added. It is kept in the browser, by what the page holds, and where a browser
// keeps nothing it lasts as long as the page.

// The same records find the same corrections again.
const STORE = `sayso-checked-${FINGERPRINT}`;
const corrections = new Map();
let keeps = true;
let isUnsaved = false;

/** A claim with what was corrected. */
function corrected(claim) {
  const change = corrections.get(claim.at);
  return change ? { ...claim, ...change } : claim;
}

function readCorrections() {
  let stored = null;
  try {
    stored = localStorage.getItem(STORE);
    localStorage.setItem(STORE, stored ?? "{}");
  } catch {
    keeps = false;
  }
  // What others wrote under this name is passed over.
  let read = {};
  try { read = JSON.parse(stored ?? "{}"); } catch { /* as said */ }
  for (const [id, claims] of Object.entries(read)) {
    const article = articleOfId(id);
    for (const [index, change] of Object.entries(claims)) if (Number(index) < article?.size) apply(article.first + Number(index), { ...change, ...(change.speaker ? { speaker: inCorpus(change.speaker, article) } : {}) });
    if (article && Array.isArray(claims.added)) claims.added.forEach((claim) => addClaim(article, { ...claim, speaker: inCorpus(claim.speaker, article) }));
  }
}

/** A speaker that was kept, as the corpus knows it now. */
function inCorpus(speaker, article) {
  return speaker && { ...speaker, corpus: article.speakers.find(({ name }) => name === speaker.name)?.corpus };
}

let writing;

function keep() {
  isUnsaved = true;
  clearTimeout(writing);
  // One writing for what keys do in quick succession.
  writing = setTimeout(write, 60);
}

function write() {
  clearTimeout(writing);
  const out = {};
  for (const [at, change] of corrections) {
    const article = articles[articleOf[at]];
    const kept = (out[article.id] ??= {});
    if (at < read) kept[at - article.first] = change;
    // One that was added and then rejected is gone.
    else if (change.verdict !== "rejected") (kept.added ??= []).push(addedClaim(claimAt(at)));
  }
  try {
    localStorage.setItem(STORE, JSON.stringify(out));
  } catch {
    keeps = false;
  }
  drawKept();
}

/** Puts a change in force, in columns and lists too; `null` takes it back. */
function apply(at, change) {
  const article = articles[articleOf[at]];
  const claim = originalAt(at);
  if (change) corrections.set(at, change);
  else corrections.delete(at);
  const now = corrected(claim);
  setSpeaker(at, now.speaker, article);
  columns.quote[at] = bit("quote", now.quote);
  columns.type[at] = bit("type", now.type ?? UNDETERMINED);
  columns.certainty[at] = bit("certainty", now.certainty);
  columns.checked[at] = bit("checked", now.verdict ?? "not checked");
  regroup(at);
  orders.clear();
}

/** Checks a claim; what differs from what was read is a correction. */
function check(claim, change) {
  const as = originalAt(claim.at);
  const next = { ...corrections.get(claim.at), ...change };
  for (const key of Object.keys(next)) {
    if (key !== "verdict" && JSON.stringify(next[key]) === JSON.stringify(as[key])) delete next[key];
  }
  const isChanged = Object.keys(next).some((key) => key !== "verdict");
  next.verdict = change.verdict ?? (claim.at >= read ? "added" : isChanged ? "corrected" : "accepted");
  apply(claim.at, next);
  keep();
}

function uncheck(claim) {
  // What was added has no state before.
  apply(claim.at, claim.at < read ? null : { verdict: "rejected" });
  keep();
}

function drawKept() {
  const note = keeps || !corrections.size ? "" : "This browser keeps nothing for this page. Save before you close it.";
  $("kept").textContent = note;
  $("save").disabled = !corrections.size;
}

addEventListener("pagehide", write);
addEventListener("beforeunload", (event) => {
  if (!keeps && isUnsaved && corrections.size) event.preventDefault();
});
