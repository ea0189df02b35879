// Who speaks: everybody with the number of claims and articles, how often in their own words and how often not certain.

let speakersList = null;
// Of each speaker, by number: claims, articles, claims in their own words and claims that are not certain.
let spoke = null;

function drawSpeakersView() {
  drawTimeline();
  speakersList ??= new LongList({ box: $("speakers-box"), body: $("speakers-body"), height: 36, line: speakerLine });
  speakersList.show(countSpeakers());
}

/** The speakers who have claims that fit, those with most first. */
function countSpeakers() {
  spoke = Object.fromEntries(["claims", "articles", "direct", "open"].map((name) => [name, new Uint32Array(speakers.length)]));
  const [direct, certain] = [bit("quote", "direct"), bit("certainty", "certain")];
  const last = new Int32Array(speakers.length).fill(-1);
  for (const { article, hits } of matched) {
    if (!hits) continue;
    for (const at of claimsIn(article)) {
      const speaker = speakerOf[at];
      if (!fits[at] || !speaker) continue;
      spoke.claims[speaker] += 1;
      if (columns.quote[at] === direct) spoke.direct[speaker] += 1;
      if (columns.certainty[at] !== certain) spoke.open[speaker] += 1;
      if (last[speaker] !== article.number) spoke.articles[speaker] += 1;
      last[speaker] = article.number;
    }
  }
  return byMost(speakers.filter(({ number }) => spoke.claims[number]), ({ number }) => -spoke.claims[number]);
}

/** Speakers in the order of a number, and of equals in that of their first mention: plain numbers sort much faster. */
function byMost(all, rank) {
  const keys = Float64Array.from(all, (speaker) => (rank(speaker) + 2 ** 26) * 2 ** 24 + speaker.number).sort();
  return Array.from(keys, (key) => speakers[key % 2 ** 24]);
}

function speakerLine(speaker) {
  const { key, name, article, kind, role, number } = speaker;
  const claims = spoke.claims[number];
  const share = (part) => `${Math.round((100 * part[number]) / claims)} %`;
  return h("tr", {},
    h("td", { className: "speaker" }, h("a", { href: address({ v: "table", sort: "", a: "", c: "", speaker: new Set([key]) }) }, name)),
    h("td", { className: "about" }, article ? h("i", {}, `in ${shortened(article.name, 60)}`) : [kind, role].filter(Boolean).join(", ")),
    h("td", { className: "number" }, count(claims)),
    h("td", { className: "number" }, count(spoke.articles[number])),
    h("td", { className: "number" }, share(spoke.direct)),
    h("td", { className: "number" }, share(spoke.open)));
}
