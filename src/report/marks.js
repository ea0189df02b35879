// An article's text with its claims in place.

/** Every span of the claims and hedges: where, what, of which claim. */
function spansOf(claims, hedges) {
  const out = [];
  for (const { index, source, cue, content } of claims) {
    if (source) out.push({ at: source, role: "source", claim: index });
    if (cue) out.push({ at: cue, role: "cue", claim: index });
    for (const at of content) out.push({ at, role: "content", claim: index, first: at === content[0] });
  }
  const known = new Map(claims.map((claim) => [claim.id, claim.index]));
  for (const hedge of hedges) out.push({ at: hedge.at, role: "hedge", claim: known.get(hedge.claim), kind: hedge.class });
  return out;
}

/** The paragraphs of a text that `isShown` lets through. `marker` makes what stands before a claim, `isOn` says what is not faint. */
function paragraphs(text, spans, { marker = () => null, isOn = () => true, isShown = () => true } = {}) {
  const out = [];
  for (const { 0: part, index } of text.matchAll(/[^\n]+(?:\n[^\n]+)*/g)) {
    const end = index + part.length;
    if (!isShown(index, end)) continue;
    const here = spans.filter(({ at }) => at[0] < end && at[1] > index);
    const cuts = [...new Set([index, end, ...here.flatMap(({ at }) => at)])].filter((at) => at >= index && at <= end).sort((a, b) => a - b);
    const p = h("p", { "data-from": index });
    cuts.slice(0, -1).forEach((from, at) => {
      p.append(...here.filter((span) => span.first && span.at[0] === from).map(({ claim }) => marker(claim)).filter(Boolean));
      const over = here.filter((span) => span.at[0] <= from && span.at[1] >= cuts[at + 1]);
      p.append(piece(text.slice(from, cuts[at + 1]), over, isOn));
    });
    out.push(p);
  }
  return out;
}

/** A stretch with everything that it is. */
function piece(text, over, isOn) {
  if (!over.length) return document.createTextNode(text);
  const shown = over.filter((span) => span.claim === undefined || isOn(span.claim));
  const roles = new Set((shown.length ? shown : over).map((span) => span.role));
  const claims = [...new Set(over.map((span) => span.claim).filter((claim) => claim !== undefined))];
  // The innermost is what is meant by a click.
  const size = (claim) => over.filter((span) => span.claim === claim).reduce((least, { at }) => Math.min(least, at[1] - at[0]), Infinity);
  claims.sort((a, b) => size(a) - size(b));
  const hedge = over.find((span) => span.role === "hedge");
  return h("span", {
    className: [...roles, shown.length ? "" : "off"].join(" ").trim(),
    "data-claims": claims.join(" "),
    title: hedge ? `hedge: ${hedge.kind}` : undefined,
  }, text);
}

/** Marks the words that are searched for, where the browser can, and says where they are. */
function markFound(body) {
  const ranges = [];
  for (const node of body.querySelectorAll("p, p span")) {
    for (const child of node.childNodes) {
      if (child.nodeType !== Node.TEXT_NODE) continue;
      const text = child.data.toLowerCase();
      for (const word of wantedWords()) {
        for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
          const range = new Range();
          range.setStart(child, Math.min(at, child.length));
          range.setEnd(child, Math.min(at + word.length, child.length));
          ranges.push(range);
        }
      }
    }
  }
  if (globalThis.Highlight) CSS.highlights.set("found", new Highlight(...ranges));
  ranges.sort((a, b) => a.compareBoundaryPoints(Range.START_TO_START, b));
  return ranges;
}
