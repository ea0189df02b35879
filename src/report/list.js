// A long list of which only what is seen is made: lines of one height in a box that scrolls.

// Browsers give up on boxes much higher than this.
const HIGHEST = 15e6;

class LongList {
  /** `line(at)` makes one; `before` and `after` are as high as all that is not made. */
  constructor({ box, body, height, line }) {
    Object.assign(this, { box, body, height, line, items: [], from: 0, to: 0 });
    box.addEventListener("scroll", () => this.draw());
  }

  show(items) {
    this.hold(items);
    this.draw(true);
  }

  /** Has these lines from now on; whoever calls draws them. */
  hold(items) {
    this.items = items.length * this.height > HIGHEST ? items.slice(0, HIGHEST / this.height) : items;
  }

  draw(isNew = false, scrolled = this.box.scrollTop) {
    const { box, body, height, items } = this;
    const all = this.isPrinting;
    const from = all ? 0 : Math.max(0, Math.min(items.length - 1, Math.floor(scrolled / height)) - 8);
    const to = Math.min(items.length, all ? 2000 : from + Math.ceil((box.clientHeight || 800) / height) + 16);
    if (!isNew && from === this.from && to === this.to) return;
    Object.assign(this, { from, to });
    const gap = (lines) => {
      const space = h(body.tagName === "TBODY" ? "tr" : "li", { className: "gap", "aria-hidden": "true" });
      space.style.height = `${lines * height}px`;
      return space;
    };
    redraw(body, [from ? gap(from) : null, ...Array.from(items.slice(from, to), (item, at) => this.line(item, from + at)), to < items.length ? gap(items.length - to) : null]);
  }

  /** Scrolls until the line is seen, if there is one. */
  reveal(at, isNew = false) {
    const { box, height } = this;
    const { scrollTop, clientHeight } = box;
    const top = at * height;
    let to = scrollTop;
    if (top - height < scrollTop) to = top - 2 * height;
    else if (top + 2 * height > scrollTop + clientHeight) to = top + 3 * height - clientHeight;
    if (at < 0 || Math.max(0, to) === scrollTop) return this.draw(isNew);
    // Drawn for where it will be: what is not there yet cannot be scrolled to.
    this.draw(true, Math.max(0, to));
    box.scrollTop = to;
  }
}
