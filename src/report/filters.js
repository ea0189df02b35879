// The filters at the side.

function toggled(facet, value) {
  const next = new Set(state[facet]);
  if (!next.delete(value)) next.add(value);
  return { [facet]: next, a: "", c: "" };
}

// Which filters lie open; the others show their name, until one asks for them.
const unfolded = new Set(["confidence", "checked", "quote", "certainty"]);

function drawSide() {
  drawSpeakers();
  const groups = FACET_NAMES.map((facet) => {
    const { name, values } = FACETS[facet];
    const tally = tallies[facet];
    const seen = values.filter((value, at) => tally[at] || state[facet].has(value));
    // Where nothing is determined there is nothing to choose.
    if ((facet === "kind" || facet === "type") && seen.every((value) => value === UNDETERMINED)) return null;
    const label = (value) =>
      h("label", {},
        h("input", { type: "checkbox", name: facet, value, checked: state[facet].has(value), onchange: () => go(toggled(facet, value)) }),
        facet === "certainty" ? `${SIGNS[value]} ${value}` : value,
        h("span", { className: "n" }, count(tally[values.indexOf(value)])));
    const isOpen = unfolded.has(facet) || state[facet].size > 0;
    const fold = (event) => (event.target.open ? unfolded.add(facet) : unfolded.delete(facet));
    return h("details", { open: isOpen, ontoggle: fold }, h("summary", { "data-key": `fold-${facet}` }, name),
      h("fieldset", {}, h("legend", { className: "unseen" }, name), seen.map(label)));
  });
  redraw($("facets"), groups);
  for (const edge of ["from", "to"]) if ($(edge).value !== state[edge]) $(edge).value = state[edge];
  if (document.activeElement !== $("text")) $("text").value = state.q;
  drawChosen();
}

function drawSpeakers() {
  const wanted = $("name").value.toLowerCase();
  const chosen = new Set([...state.speaker].map((key) => speakerNumbers.get(key)));
  const listed = speakers.filter(({ number, words: names }) => (speakerTally[number] || chosen.has(number)) && (!wanted || names.includes(wanted)));
  // Those chosen first, nobody last, then by claims.
  const rank = ({ number }) => (chosen.has(number) ? -2e7 : number ? 0 : 2e7) - speakerTally[number];
  const rows = byMost(listed, rank).slice(0, 100).map((speaker) =>
    h("li", {}, h("button", { type: "button", "data-key": speaker.key, "aria-pressed": String(chosen.has(speaker.number)), onclick: () => go(toggled("speaker", speaker.key)) },
      h("span", {}, speaker.name), h("span", { className: "n" }, count(speakerTally[speaker.number])),
      h("small", {}, speaker.article ? `in ${shortened(speaker.article.name, 50)}` : [speaker.kind, speaker.role].filter(Boolean).join(", ")))));
  if (listed.length > rows.length) rows.push(h("li", { className: "n" }, `and ${count(listed.length - rows.length)} more; type a name`));
  if (!rows.length) rows.push(h("li", { className: "n" }, "none"));
  redraw($("speakers"), rows);
}

/** The filters that are set, each to be removed by a click. */
function drawChosen() {
  const out = [];
  for (const facet of ["speaker", ...FACET_NAMES]) {
    for (const value of state[facet]) {
      const name = facet === "speaker" ? speakers[speakerNumbers.get(value)].name : value;
      out.push([name, toggled(facet, value)]);
    }
  }
  const texts = { q: "", from: "from ", to: "to ", ...Object.fromEntries(CONTAINS.map((key) => [key, `${key.replace("has-", "")}: `])) };
  for (const [key, before] of Object.entries(texts)) {
    if (state[key]) out.push([key === "q" ? `“${state.q}”` : `${before}${state[key]}`, { [key]: "", a: "", c: "" }]);
  }
  redraw($("chosen"), out.map(([name, change]) => h("button", { type: "button", title: `Remove: ${name}`, onclick: () => go(change) }, name)));
}

function clear() {
  $("text").value = "";
  go(NOTHING());
}
