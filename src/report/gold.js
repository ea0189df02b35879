// What was checked as gold, the form that `sayso eval` scores against and training learns from: JSON Lines, an article a
// line, offsets in code points.

/** From UTF-16 units to code points. */
function codePoints(text) {
  if (!/[\ud800-\udbff]/.test(text)) return (at) => at;
  const before = new Uint32Array(text.length + 1);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    before[at + 1] = before[at] + (unit >= 0xdc00 && unit <= 0xdfff ? 0 : 1);
  }
  return (at) => before[at];
}

/** An article as gold: without the claims that were rejected; what was not checked stands as it was read. */
function goldOf(article) {
  const { text, hedges } = block(article);
  const place = codePoints(text);
  const span = ([start, end]) => [place(start), place(end)];
  const all = standing(article);
  const kept = all.filter((claim) => claim.verdict !== "rejected");
  const numbers = new Map(kept.map((claim, number) => [claim.id, number]));
  const outer = (id) => (id === null || numbers.has(id) ? id : outer(all.find((claim) => claim.id === id)?.within ?? null));
  const attributions = kept.map((claim) => ({
    id: claim.id,
    source: claim.source ? [span(claim.source)] : [],
    cue: claim.cue ? [span(claim.cue)] : [],
    content: claim.content.map(span),
    quote: claim.quote,
    type: claim.type ?? undefined,
    certainty: claim.certainty,
    polarity: claim.polarity,
    within: outer(claim.within),
    speaker: claim.speaker && speakerOfGold(claim.speaker),
    checked: Boolean(claim.verdict),
  }));
  const cues = hedges.map((hedge) => ({ start: place(hedge.at[0]), end: place(hedge.at[1]), class: hedge.class, claim: numbers.get(hedge.claim) ?? null }));
  return { id: article.id, text, attributions, cues };
}

/** Of a speaker whose name was typed, role and affiliation are not known. */
function speakerOfGold({ name, kind, named, role, affiliation, typed }) {
  return typed ? { name, kind, named } : { name, kind: kind ?? undefined, named, role: role ?? null, affiliation: affiliation ?? null };
}

/** The articles in which something was checked, and those in which everything was. */
function checkedArticles() {
  const some = [...new Set([...corrections.keys()].map((at) => articleOf[at]))].sort((a, b) => a - b).map((number) => articles[number]);
  const whole = some.filter((article) => claimsOf(article).every((claim) => corrections.has(claim.at)));
  return { some, whole };
}

function saveGold(chosen) {
  save("gold.jsonl", "application/jsonl", chosen.map((article) => `${JSON.stringify(goldOf(article))}\n`));
  isUnsaved = false;
}

function askToSave() {
  const { some, whole } = checkedArticles();
  const left = some.reduce((sum, article) => sum + claimsOf(article).length, 0) - corrections.size;
  const line = (value, checked, text, note) => h("label", {}, h("input", { type: "radio", name: "which", value, checked, disabled: value === "whole" && !whole.length }), h("span", {}, text, h("small", {}, note)));
  $("which").replaceChildren(
    line("some", true, plural(some.length, "article"), left ? `with something checked; ${plural(left, "claim")} that nobody checked ${left === 1 ? "stands as it was" : "stand as they were"} read` : "checked from end to end"),
    left ? line("whole", false, plural(whole.length, "article"), "in which every claim was checked") : "");
  $("saving").returnValue = "";
  $("saving").showModal();
  $("saving").onclose = () => {
    if ($("saving").returnValue !== "save") return;
    const which = $("which").querySelector(":checked").value;
    saveGold(which === "whole" ? whole : some);
  };
}
