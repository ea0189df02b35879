// The list of articles.

const AT_ONCE = 50;
let listed = AT_ONCE;

const SORTS = {
  "": { name: "as given" },
  newest: { name: "newest first", compare: (a, b) => (b.article.date ?? "").localeCompare(a.article.date ?? "") },
  oldest: { name: "oldest first", compare: (a, b) => (a.article.date ?? "9").localeCompare(b.article.date ?? "9") },
  doubtful: { name: "most doubtful first", compare: (a, b) => doubt(a.article) - doubt(b.article) },
  claims: { name: "most claims first", compare: (a, b) => b.hits - a.hits },
};

/** How an article's most doubtful claim that fits is trusted. */
function doubt(article) {
  let least = 2;
  for (const at of claimsIn(article)) if (fits[at] && trust[at] < least) least = trust[at];
  return least;
}

let sorting = {};

/** The articles that fit, in the order that is chosen. */
function sorted() {
  const by = state.v ? "" : state.sort;
  if (sorting.of !== matched || sorting.by !== by) {
    const { compare } = SORTS[by] ?? SORTS[""];
    sorting = { of: matched, by, matches: compare ? [...matched].sort(compare) : matched };
  }
  return sorting.matches;
}

function drawArticles() {
  const all = sorted();
  const pick = h("select", { id: "sort", onchange: (event) => go({ sort: event.target.value }) },
    Object.entries(SORTS).map(([value, { name }]) => h("option", { value, selected: value === state.sort }, name)));
  redraw($("sorting"), [h("label", {}, "Order ", pick)]);
  $("articles").replaceChildren(...all.slice(0, listed).map(card));
  if (!all.length) $("articles").append(h("li", { className: "empty" }, NOTHING_FITS));
  $("more").hidden = all.length <= listed;
}

const NOTHING_FITS = "Nothing fits. Remove a filter, or press x to remove all.";

function card({ article, hits }) {
  const facts = [day(article.date), article.publisher, article.author, plural(hits, "claim")];
  // Without filters a glance is enough; with them, what fits is what is looked for.
  const most = isFiltering() || state.q ? 8 : 2;
  const rest = hits - most;
  return h("li", {},
    h("h3", {}, h("a", { href: address({ a: article.id, c: "" }) }, article.name)),
    h("p", { className: "facts" }, facts.filter(Boolean).join(" · ")),
    state.q && !hits ? h("p", { className: "snippet" }, snippet(article)) : null,
    h("ul", { className: "said" },
      hits ? fitting(article).slice(0, most).map((claim) => h("li", {}, h("a", { href: address({ a: article.id, c: claim.id }) }, sentence(claim)))) : null,
      rest > 0 ? h("li", {}, h("i", {}, `and ${count(rest)} more`)) : null));
}

/** Where the first word that is searched for stands, if no claim has it. */
function snippet(article) {
  const { text } = block(article);
  const [word] = wantedWords();
  const at = text.toLowerCase().indexOf(word);
  if (at < 0) return null;
  const from = Math.max(0, text.lastIndexOf(" ", Math.max(0, at - 70)));
  const to = text.indexOf(" ", at + word.length + 90);
  return ["… ", oneLine(text.slice(from, at)), " ", h("mark", {}, text.slice(at, at + word.length)), text.slice(at + word.length, to < 0 ? text.length : to).replace(/\s+/g, " "), " …"];
}

/** `Hong Min said: “…”` */
function sentence(claim) {
  return [h("b", {}, who(claim)), " ", h("i", {}, claim.cue ? said(claim, claim.cue) : "(no cue)"), " ", shortened(words(claim), 180)];
}
