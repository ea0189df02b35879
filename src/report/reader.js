// One article: its text with the claims in place, and the claims beside it.

let open = null;

function drawReader(article) {
  const position = sorted().findIndex((match) => match.article === article);
  const neighbour = (step, name) => {
    const next = position < 0 ? null : sorted()[position + step]?.article;
    return next ? h("a", { href: address({ a: next.id, c: "" }), rel: name }, step < 0 ? "← previous" : "next →") : null;
  };
  const web = /^https?:/i.test(article.url ?? "") ? h("a", { href: article.url, rel: "noreferrer noopener", target: "_blank" }, "original") : null;
  const facts = [day(article.date), article.publisher, article.author].filter(Boolean).join(" · ");
  const { text, hedges } = block(article);
  const claims = standing(article);
  const roles = [["content", "claim"], ["source", "source"], ["cue", "cue"], ["hedge", "hedge"]];
  const body = h("div", { className: "text", onclick: pickInText, onmouseover: near, onmouseout: near },
    paragraphs(text, spansOf(claims, hedges), { marker: (index) => marker(claims[index]), isOn: (index) => fits[claims[index].at] }));
  $("reader").replaceChildren(
    h("nav", { "aria-label": "Articles" }, h("a", { href: address({ a: "", c: "" }) }, "All articles"), neighbour(-1, "prev"), neighbour(1, "next")),
    h("article", {},
      h("header", {},
        h("h2", { className: "title", tabIndex: -1 }, article.name),
        h("p", { className: "facts" }, facts, web ? " · " : null, web),
        h("p", { className: "legend", "aria-label": "Legend" }, roles.map(([role, name]) => h("span", { className: role }, name)))),
      body),
    h("aside", { id: "claims", "aria-label": "Claims in this article" },
      h("h3", {}, plural(claims.length, "claim")),
      h("ol", {}, claims.map(row))));
  open = article;
  const ranges = markFound(body);
  if (!state.c) toFirst(article, ranges);
}

/** Goes to the first word that is searched for, or the first claim that fits. */
function toFirst(article, ranges) {
  if (!state.q && !isFiltering()) return;
  const claim = claimsOf(article).find((claim) => fits[claim.at]);
  const mark = claim && $("reader").querySelector(`.mark[data-claim="${claim.index}"]`);
  const first = state.q && ranges.length ? ranges[0].startContainer.parentElement : mark;
  if (!first) return;
  requestAnimationFrame(() => {
    const at = state.q && ranges.length ? ranges[0].getBoundingClientRect() : first.getBoundingClientRect();
    scrollTo(0, scrollY + at.top - innerHeight / 3);
    if (claim) reveal($("reader").querySelector(`li[data-claim="${claim.index}"]`), $("claims"), 40);
  });
}

function marker(claim) {
  const name = `Claim ${claim.index + 1}: ${who(claim)}, ${claim.quote}, ${claim.certainty}`;
  return h("button", { type: "button", className: "mark", "data-claim": claim.index, "aria-label": name, onclick: (event) => { event.stopPropagation(); pick(claim); } }, String(claim.index + 1));
}

function row(claim) {
  const facts = [claim.quote, claim.type === "communication" ? null : claim.type, `${SIGNS[claim.certainty]} ${claim.certainty}`, claim.polarity === "negative" ? "negative" : null, claim.verdict];
  return h("li", { "data-claim": claim.index, className: [fits[claim.at] ? "" : "off-claim", claim.verdict ?? ""].join(" ").trim() },
    h("button", { type: "button", className: "pick", onclick: () => pick(claim) },
      h("span", { className: "n" }, String(claim.index + 1)),
      h("span", {}, h("b", {}, who(claim)), claim.cue ? ` ${said(claim, claim.cue)}` : ""),
      h("small", {}, facts.filter(Boolean).join(", "))));
}

function detail(claim) {
  const about = claim.speaker ?? {};
  const own = claim.hedges.map((hedge) => `${said(claim, hedge.at)} (${hedge.class})`);
  const outer = claim.within && claimOfId(claim.article, claim.within);
  const lines = [
    ["Speaker", [who(claim), about.kind].filter(Boolean).join(", ")],
    ["Role", about.role],
    ["Affiliation", about.affiliation],
    ["Source", claim.source && said(claim, claim.source)],
    ["Claim", words(claim)],
    ["Attribution", claim.type],
    ["Hedges", own.join(", ")],
    ["Within", outer && h("a", { href: address({ c: outer.id }) }, `claim ${outer.index + 1}`)],
    ["Confidence", meter(claim.confidence, "Confidence")],
    ["In the speaker", meter(claim.speaker_confidence, "Confidence in the speaker")],
    ["Checked", claim.verdict],
    ["Link", [h("a", { href: address({ a: claim.article.id, c: claim.id }) }, claim.id), " · ", h("a", { href: address({ v: "check", a: claim.article.id, c: claim.id }) }, "check")]],
  ];
  return h("dl", { className: "detail" }, lines.filter(([, value]) => value).flatMap(([name, value]) =>
    [h("dt", {}, name), h("dd", { className: name === "Claim" ? "words" : "" }, value)]));
}

const pick = (claim) => go({ a: claim.article.id, c: state.c === claim.id ? "" : claim.id });

function claimsUnder(target) {
  const list = target.closest("[data-claims]")?.dataset.claims;
  return list ? list.split(" ").map(Number) : [];
}

function pickInText(event) {
  const [first] = claimsUnder(event.target);
  // Who selects words to copy wants no claim.
  if (first !== undefined && getSelection().isCollapsed) pick(claimsOf(open)[first]);
}

function near(event) {
  const [first] = event.type === "mouseover" ? claimsUnder(event.target) : [];
  for (const node of $("reader").querySelectorAll("[data-claims]")) {
    node.classList.toggle("near", first !== undefined && node.dataset.claims.split(" ").includes(String(first)));
  }
}

/** Shows the claim of the address: in the text, beside it, and in view. */
function drawPicked() {
  const claim = state.c ? claimAt(claimOfId(open, state.c).at) : null;
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
    if (on) node.append(detail(claim), h("button", { type: "button", className: "sheet-close", onclick: () => go({ c: "" }) }, "Close"));
  }
  if (!claim) return;
  const mark = $("reader").querySelector(`.mark[data-claim="${at}"]`);
  mark?.focus({ preventScroll: true });
  // Once all is laid out, the mark is in the upper part of what is seen, and its line in the panel too.
  requestAnimationFrame(() => {
    const { top } = mark?.getBoundingClientRect() ?? {};
    const sheet = innerWidth < 1120 ? 0.5 : 0.85;
    if (mark && (top < 90 || top > innerHeight * sheet - 40)) scrollTo(0, scrollY + top - innerHeight * 0.3);
    const list = $("claims");
    if (getComputedStyle(list).position === "sticky") reveal($("reader").querySelector(`li[data-claim="${at}"]`), list, 40);
  });
}
