// Who speaks: everybody with the number of claims and articles, how often in their own words and how often not certain.

let speakersList = null;

function drawSpeakersView() {
  drawTimeline();
  speakersList ??= new LongList({ box: $("speakers-box"), body: $("speakers-body"), height: 36, line: speakerLine });
  speakersList.show(countSpeakers());
}

function countSpeakers() {
  const rows = new Map();
  const [direct, certain] = [bit("quote", "direct"), bit("certainty", "certain")];
  for (const { article, hits } of matched) {
    if (!hits) continue;
    for (let at = article.first; at < article.first + article.size; at += 1) {
      if (!fits[at] || !speakerOf[at]) continue;
      let row = rows.get(speakerOf[at]);
      if (!row) rows.set(speakerOf[at], row = { speaker: speakers[speakerOf[at]], claims: 0, articles: 0, direct: 0, open: 0, last: null });
      row.claims += 1;
      if (columns.quote[at] === direct) row.direct += 1;
      if (columns.certainty[at] !== certain) row.open += 1;
      if (row.last !== article) row.articles += 1;
      row.last = article;
    }
  }
  return [...rows.values()].sort((a, b) => b.claims - a.claims || a.speaker.name.localeCompare(b.speaker.name));
}

function speakerLine({ speaker, claims, articles, direct, open }) {
  const share = (part) => `${Math.round((100 * part) / claims)} %`;
  return h("tr", {},
    h("td", { className: "speaker" }, h("a", { href: address({ v: "table", sort: "", a: "", c: "", speaker: new Set([speaker.key]) }) }, speaker.name)),
    h("td", { className: "about" }, speaker.article ? h("i", {}, `in ${shortened(speaker.article.name, 60)}`) : [speaker.kind, speaker.role].filter(Boolean).join(", ")),
    h("td", { className: "number" }, count(claims)),
    h("td", { className: "number" }, count(articles)),
    h("td", { className: "number" }, share(direct)),
    h("td", { className: "number" }, share(open)));
}
