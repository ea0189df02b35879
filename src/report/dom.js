// Elements and words.

const SVG = ["svg", "g", "rect", "text", "line", "title"];

/** An element with properties, attributes (`aria-…`, `data-…`) and children. */
function h(tag, properties = {}, ...children) {
  const svg = SVG.includes(tag);
  const out = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) out.addEventListener(key.slice(2), value);
    else if (svg || key.includes("-") || key === "role" || key === "style") out.setAttribute(key, value);
    else out[key] = value;
  }
  out.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return out;
}

const $ = (id) => document.getElementById(id);
const NUMBERS = new Intl.NumberFormat("en");
const DAYS = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const count = (number) => NUMBERS.format(number);
const plural = (number, one) => `${count(number)} ${one}${number === 1 ? "" : "s"}`;
const oneLine = (text) => text.replace(/\s+/g, " ").trim();
const shortened = (words, most) => (words.length > most ? `${words.slice(0, words.lastIndexOf(" ", most - 8) + 1 || most)}…` : words);

/** Says something above all views, until the next address. */
function tell(text) {
  $("notice").hidden = !text;
  $("notice").textContent = text;
}

/** `10 February 2026` */
function day(date) {
  if (!date) return "no date";
  const at = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(at) ? date : DAYS.format(at);
}

/** A probability as a bar and a number. */
function meter(value, name) {
  if (value === null || value === undefined) return null;
  const level = value < UNSURE ? "low" : value < SURE ? "middle" : "high";
  return h("span", { className: `meter ${level}`, role: "img", "aria-label": `${name}: ${value.toFixed(2)}`, title: `${name}: ${value.toFixed(2)}` },
    h("span", { className: "track" }, h("span", { className: "fill", style: `width: ${Math.round(value * 100)}%` })),
    h("span", { className: "value" }, value.toFixed(2)));
}

/** Replaces children and keeps the keyboard's place among them. */
function redraw(parent, children) {
  const before = parent.contains(document.activeElement) ? document.activeElement : null;
  const same = before && ((node) => (before.dataset.key ? node.dataset.key === before.dataset.key : node.name === before.name && node.value === before.value && node.textContent === before.textContent));
  parent.replaceChildren(...children.filter(Boolean));
  if (same) [...parent.querySelectorAll(before.tagName)].find(same)?.focus({ preventScroll: true });
}

/** Scrolls what scrolls around a node, and that alone, until the node is in view. */
function reveal(node, within, margin = 60) {
  if (!node) return;
  const [inner, outer] = [node.getBoundingClientRect(), within.getBoundingClientRect()];
  if (inner.top < outer.top + margin) within.scrollTop += inner.top - outer.top - margin;
  else if (inner.bottom > outer.bottom - margin) within.scrollTop += Math.min(inner.bottom - outer.bottom + margin, inner.top - outer.top - margin);
}

/** Gives a file to whoever looks at the page. */
function save(name, type, parts) {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}
