// The road through the learning areas: each a stop, with how much of it is done; on a phone a list to choose from.

import { element, speak } from "./words.js";

export class Road {
  constructor(desk) {
    this.desk = desk;
    this.node = element("div", { className: "road" });
    this.stops = new Map(); // key of the area -> its button or option
  }

  draw() {
    this.stops.clear();
    this.node.replaceChildren(this.desk.isNarrow ? this.select() : this.nav());
    for (const { key } of this.desk.sheet.areas) this.drawStop(key);
  }

  select() {
    const { desk, desk: { words, sheet } } = this;
    const go = ({ target }) => desk.go(target.value);
    const select = element("select", { "aria-label": words.area, lang: sheet.language, onchange: go });
    for (const { key } of sheet.areas) {
      const option = element("option", { value: key, selected: key === desk.area });
      this.stops.set(key, option);
      select.append(option);
    }
    return select;
  }

  nav() {
    const { desk, desk: { words, sheet } } = this;
    const stops = sheet.areas.map(({ key }) => {
      const stop = element("button", { type: "button", lang: sheet.language, onclick: () => desk.go(key) });
      this.stops.set(key, stop);
      return element("li", {}, stop);
    });
    return element("nav", { "aria-label": words.areas }, element("ol", {}, ...stops));
  }

  // Draw one stop anew: its name, its counts, and whether one is there.
  drawStop(key) {
    const stop = this.stops.get(key);
    if (!stop) return;
    const { sheet, isNarrow, area } = this.desk;
    const index = sheet.areas.findIndex((one) => one.key === key);
    const name = `${index + 1}. ${sheet.areas[index].name}`;
    const { marked, cells } = sheet.countArea(key);
    if (isNarrow) {
      stop.textContent = `${marked === cells ? "✓ " : ""}${name} · ${marked}/${cells}`;
      stop.selected = key === area;
      return;
    }
    if (key === area) stop.setAttribute("aria-current", "true");
    else stop.removeAttribute("aria-current");
    stop.style.setProperty("--done", `${cells ? (100 * marked) / cells : 0}%`);
    stop.replaceChildren(element("span", { className: "name", textContent: name }), this.count(marked, cells));
  }

  count(marked, cells) {
    const { words, frame } = this.desk;
    const is = marked === cells ? "done" : marked ? "begun" : "todo";
    const said = `${speak(words.ofAll, { n: marked, all: cells })}, ${words.stops[is]}`;
    const textContent = `${is === "done" ? "✓ " : ""}${marked}/${cells}`;
    return element("span", { className: "count", role: "img", lang: frame.language, textContent, "aria-label": said });
  }
}
