// One article: its text with the claims in place, and the claims beside it.

let open = null;

function drawReader(article, matched) {
  const position = matched.findIndex((match) => match.article === article);
  const neighbour = (step, name) => {
    const next = position < 0 ? null : matched[position + step]?.article;
    return next ? h("a", { href: address({ a: next.id, c: null }), rel: name }, step < 0 ? "← previous" : "next →") : null;
  };
  const web = /^https?:/i.test(article.url ?? "") ? h("a", { href: article.url, rel: "noreferrer noopener", target: "_blank" }, "original") : null;
  const facts = [day(article.date), article.publisher, article.author].filter(Boolean).join(" · ");
  const { text, claims, hedges } = block(article);
  const roles = [["content", "claim"], ["source", "source"], ["cue", "cue"], ["hedge", "hedge"]];
  const body = h("div", { className: "text", onclick: pickInText, onmouseover: near, onmouseout: near },
    paragraphs(text, spansOf(article, claims, hedges), article));
  $("reader").replaceChildren(
    h("nav", { "aria-label": "Articles" }, h("a", { href: address({ a: null, c: null }) }, "All articles"), neighbour(-1, "prev"), neighbour(1, "next")),
    h("article", {},
      h("header", {},
        h("h2", { className: "title", tabIndex: -1 }, article.title ?? article.id),
        h("p", { className: "facts" }, facts, web ? " · " : null, web),
        h("p", { className: "legend", "aria-label": "Legend" }, roles.map(([role, name]) => h("span", { className: role }, name)))),
      body),
    h("aside", { id: "claims", "aria-label": "Claims in this article" },
      h("h3", {}, plural(article.claims.length, "claim")),
      h("ol", {}, article.claims.map((claim) => row(claim)))));
  open = article;
  markFound(body);
}

/** Every span of the article: where, what, of which claim. */
function spansOf(article, claims, hedges) {
  const out = [];
  claims.forEach(({ source, cue, content }, claim) => {
    if (source) out.push({ at: source, role: "source", claim });
    if (cue) out.push({ at: cue, role: "cue", claim });
    for (const at of content) out.push({ at, role: "content", claim });
  });
  const index = new Map(article.claims.map((claim) => [claim.id, claim.index]));
  for (const hedge of hedges) out.push({ at: hedge.at, role: "hedge", claim: index.get(hedge.claim), kind: hedge.class });
  return out;
}

function paragraphs(text, spans, article) {
  const out = [];
  for (const { 0: part, index } of text.matchAll(/[^\n]+(?:\n[^\n]+)*/g)) {
    const end = index + part.length;
    const here = spans.filter(({ at }) => at[0] < end && at[1] > index);
    const cuts = [...new Set([index, end, ...here.flatMap(({ at }) => at)])].filter((at) => at >= index && at <= end).sort((a, b) => a - b);
    const p = h("p");
    cuts.slice(0, -1).forEach((from, at) => {
      for (const { claim } of here.filter((s) => s.role === "content" && s.at[0] === from && isFirst(spans, s))) p.append(marker(article.claims[claim]));
      const over = here.filter((s) => s.at[0] <= from && s.at[1] >= cuts[at + 1]);
      p.append(piece(text.slice(from, cuts[at + 1]), over, article));
    });
    out.push(p);
  }
  return out;
}

const isFirst = (spans, span) => spans.find((s) => s.role === "content" && s.claim === span.claim) === span;

/** A stretch with everything that it is. */
function piece(text, over, article) {
  if (!over.length) return document.createTextNode(text);
  const fits = over.filter((s) => s.claim === undefined || claimFits(article.claims[s.claim]));
  const roles = new Set((fits.length ? fits : over).map((s) => s.role));
  const claims = [...new Set(over.map((s) => s.claim).filter((claim) => claim !== undefined))];
  // The innermost is what is meant by a click.
  const size = (claim) => over.filter((s) => s.claim === claim).reduce((least, s) => Math.min(least, s.at[1] - s.at[0]), Infinity);
  claims.sort((a, b) => size(a) - size(b));
  const hedge = over.find((s) => s.role === "hedge");
  return h("span", {
    className: [...roles, fits.length ? "" : "off"].join(" ").trim(),
    "data-claims": claims.join(" "),
    title: hedge ? `hedge: ${hedge.kind}` : undefined,
  }, text);
}

function marker(claim) {
  const name = `Claim ${claim.index + 1}: ${claim.who}, ${claim.quote}, ${claim.certainty}`;
  return h("button", { type: "button", className: "mark", "data-claim": claim.index, "aria-label": name, onclick: (event) => { event.stopPropagation(); pick(claim); } }, String(claim.index + 1));
}

function row(claim) {
  const { text, claims } = block(claim.article);
  const { cue } = claims[claim.index];
  const facts = [claim.quote, claim.type === "communication" ? null : claim.type, `${SIGNS[claim.certainty]} ${claim.certainty}`, claim.polarity === "negative" ? "negative" : null];
  return h("li", { "data-claim": claim.index, className: claimFits(claim) ? "" : "off-claim" },
    h("button", { type: "button", className: "pick", onclick: () => pick(claim) },
      h("span", { className: "n" }, String(claim.index + 1)),
      h("span", {}, h("b", {}, claim.who), cue ? ` ${oneLine(text.slice(...cue))}` : ""),
      h("small", {}, facts.filter(Boolean).join(", "))));
}

function detail(claim) {
  const { text, claims, hedges } = block(claim.article);
  const { source, content } = claims[claim.index];
  const own = hedges.filter((hedge) => hedge.claim === claim.id).map((hedge) => `${oneLine(text.slice(...hedge.at))} (${hedge.class})`);
  const about = claim.about ?? {};
  const outer = claim.within && claim.article.claims.find((other) => other.id === claim.within);
  const lines = [
    ["Speaker", [claim.who, about.kind].filter(Boolean).join(", ")],
    ["Role", about.role],
    ["Affiliation", about.affiliation],
    ["Source", source && oneLine(text.slice(...source))],
    ["Claim", content.map(([start, end]) => oneLine(text.slice(start, end))).join(" … ")],
    ["Attribution", claim.type],
    ["Hedges", own.join(", ")],
    ["Within", outer && h("a", { href: address({ c: outer.id }) }, `claim ${outer.index + 1}`)],
    ["Confidence", claim.confidence.toFixed(2)],
    ["Confidence in the speaker", claim.speaker_confidence?.toFixed(2)],
    ["Link", h("a", { href: address({ a: claim.article.id, c: claim.id }) }, claim.id)],
  ];
  return h("dl", { className: "detail" }, lines.filter(([, value]) => value).flatMap(([name, value]) =>
    [h("dt", {}, name), h("dd", { className: name === "Claim" ? "words" : "" }, value)]));
}

const pick = (claim) => go({ a: claim.article.id, c: state.c === claim.id ? null : claim.id });

function claimAt(target) {
  const list = target.closest("[data-claims]")?.dataset.claims;
  return list ? list.split(" ").map(Number) : [];
}

function pickInText(event) {
  const [first] = claimAt(event.target);
  // Who selects words to copy wants no claim.
  if (first !== undefined && getSelection().isCollapsed) pick(open.claims[first]);
}

function near(event) {
  const [first] = event.type === "mouseover" ? claimAt(event.target) : [];
  for (const node of $("reader").querySelectorAll("[data-claims]")) {
    node.classList.toggle("near", first !== undefined && node.dataset.claims.split(" ").includes(String(first)));
  }
}

/** Shows the claim of the address: in the text, beside it, and in view. */
function drawPicked() {
  const claim = open?.claims.find((claim) => claim.id === state.c);
  const at = claim ? String(claim.index) : null;
  for (const node of $("reader").querySelectorAll("[data-claims]")) {
    node.classList.toggle("on", at !== null && node.dataset.claims.split(" ").includes(at));
  }
  for (const node of $("reader").querySelectorAll("[data-claim]")) {
    const on = node.dataset.claim === at;
    if (on) node.setAttribute("aria-current", "true");
    else node.removeAttribute("aria-current");
    if (!node.matches("li")) continue;
    node.querySelectorAll(".detail, .sheet-close").forEach((old) => old.remove());
    if (on) node.append(detail(claim), h("button", { type: "button", className: "sheet-close", onclick: () => go({ c: null }) }, "Close"));
  }
  if (!claim) return;
  const mark = $("reader").querySelector(`.mark[data-claim="${at}"]`);
  mark?.scrollIntoView({ block: "nearest" });
  mark?.focus({ preventScroll: true });
  const item = $("reader").querySelector(`li[data-claim="${at}"]`);
  const list = $("claims");
  if (getComputedStyle(list).position === "sticky") list.scrollTop = item.offsetTop - list.offsetTop - 60;
}

/** Marks the words that are searched for, where the browser can. */
function markFound(body) {
  if (!globalThis.Highlight) return;
  const ranges = [];
  for (const node of body.querySelectorAll("p, p span")) {
    for (const child of node.childNodes) {
      if (child.nodeType !== Node.TEXT_NODE) continue;
      const text = child.data.toLowerCase();
      for (const word of words()) {
        for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
          const range = new Range();
          range.setStart(child, at);
          range.setEnd(child, at + word.length);
          ranges.push(range);
        }
      }
    }
  }
  CSS.highlights.set("found", new Highlight(...ranges));
}
