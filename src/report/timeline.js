// Who spoke when: the claims of those who made most, by day.

const DAY = 86400000;
const dayNumber = (date) => Date.parse(`${date}T00:00:00Z`) / DAY;
const iso = (at) => new Date(at * DAY).toISOString().slice(0, 10);

function drawTimeline() {
  const dated = matched.filter(({ article, hits }) => article.date && hits);
  const undated = matched.filter(({ article, hits }) => !article.date && hits).length;
  $("timeline").hidden = !dated.length;
  if (!dated.length) return;
  const totals = new Map();
  const days = dated.map(({ article }) => dayNumber(article.date));
  const [first, last] = [days.reduce((a, b) => Math.min(a, b)), days.reduce((a, b) => Math.max(a, b))];
  // A bar must stay wide enough to see.
  const step = Math.ceil((last - first + 1) / 240);
  const bins = Math.floor((last - first) / step) + 1;
  for (const { article } of dated) {
    const bin = Math.floor((dayNumber(article.date) - first) / step);
    for (const at of claimsIn(article)) {
      // Who has no name is no row: over time it would be others.
      if (!fits[at] || columns.named[at] !== 1) continue;
      const speaker = speakerOf[at];
      if (!totals.has(speaker)) totals.set(speaker, { ...speakers[speaker], all: 0, bins: new Map() });
      const row = totals.get(speaker);
      row.all += 1;
      row.bins.set(bin, (row.bins.get(bin) ?? 0) + 1);
    }
  }
  const rows = [...totals.values()].sort((a, b) => b.all - a.all || a.key.localeCompare(b.key)).slice(0, 8);
  const per = step === 1 ? "a day" : `in ${step} days`;
  const label = (bin) => (step === 1 ? day(iso(first + bin)) : `${day(iso(first + bin * step))} and after`);
  const notes = [`Claims ${per}, by the named who made most`, undated ? `${plural(undated, "article")} without a date left out` : null];
  $("timeline").replaceChildren(
    h("figcaption", {}, notes.filter(Boolean).join("; ")),
    chart(rows, bins, step, first, last, label),
    h("details", {}, h("summary", {}, "As a table"), h("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": "Claims by day" }, table(rows, label))));
}

function chart(rows, bins, step, first, last, label) {
  const width = Math.min(960, $("speakers-view").clientWidth);
  const [left, tall] = [Math.min(210, width * 0.36), 26];
  const height = rows.length * tall + 24;
  const column = (width - left - 8) / bins;
  const most = Math.max(1, ...rows.flatMap((row) => [...row.bins.values()]));
  const out = h("svg", { width, height, role: "img", "aria-label": `Claims by day for ${rows.length} speakers; the table below has the numbers` });
  rows.forEach((row, at) => {
    const base = (at + 1) * tall;
    const { name } = row;
    out.append(h("line", { x1: left, x2: width - 8, y1: base, y2: base }));
    out.append(h("text", { x: left - 10, y: base - 4, "text-anchor": "end" }, name.length > left / 7.6 ? `${name.slice(0, left / 7.6 - 1)}…` : name));
    for (const [bin, claims] of row.bins) {
      const size = Math.max(3, (claims / most) * (tall - 7));
      const wide = Math.min(14, Math.max(2.5, column - 1));
      const change = { speaker: new Set([row.key]), from: iso(first + bin * step), to: iso(first + bin * step + step - 1) };
      const x = left + bin * column + Math.max(0, (column - wide) / 2);
      out.append(h("rect", { class: "day", x, y: base - size, width: wide, height: size, rx: 1, onclick: () => go({ v: "table", sort: "", ...change }) },
        h("title", {}, `${name}, ${label(bin)}: ${plural(claims, "claim")}`)));
      if (column > 11) out.append(h("text", { class: "axis", x: x + wide + 3, y: base - 4, "font-size": 10 }, count(claims)));
    }
  });
  const axis = (x, anchor, at) => h("text", { class: "axis", x, y: height - 6, "text-anchor": anchor }, day(iso(at)));
  out.append(axis(left, "start", first));
  if (bins > 1) out.append(axis(width - 8, "end", last));
  return out;
}

function table(rows, label) {
  const bins = [...new Set(rows.flatMap((row) => [...row.bins.keys()]))].sort((a, b) => a - b);
  const head = h("tr", {}, h("th", { scope: "col" }, "Day"), rows.map((row) => h("th", { scope: "col" }, row.name)));
  const line = (bin) => h("tr", {}, h("th", { scope: "row" }, label(bin)), rows.map((row) => h("td", {}, String(row.bins.get(bin) ?? ""))));
  return h("table", {}, h("thead", {}, head), h("tbody", {}, bins.map(line)));
}
