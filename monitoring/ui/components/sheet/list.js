// One child or one criterion at a time, with buttons for fingers: how a phone shows a block.

import { inWords, LEVELS, levelOfKey, numeral } from "./cell.js";
import { element, redraw, speak } from "./words.js";

export class List {
  // `desk`: see view.js. `axis`: "child" for one child by all criteria, "criterion" for one criterion of all children.
  constructor(desk, block, mayMark, axis) {
    Object.assign(this, { desk, block, mayMark, axis });
    this.heads = axis === "child" ? block.children : block.criteria;
    this.items = axis === "child" ? block.criteria : block.children;
    this.rows = new Map(); // cell -> the row of its buttons
    this.index = Math.max(0, this.heads.findIndex((head) => this.isUnfinished(head)));
    this.node = element("div", { className: "one", onkeydown: (event) => this.press(event) });
    this.draw();
  }

  isUnfinished(head) {
    return this.items.some((item) => this.desk.sheet.shown(this.cellOf(head, item)).level === null);
  }

  cellOf(head, item) {
    const [child, criterion] = this.axis === "child" ? [head, item] : [item, head];
    return `${child.id} ${criterion.id}`;
  }

  draw() {
    this.rows.clear();
    const head = this.heads[this.index];
    this.node.replaceChildren(
      this.chooser(),
      ...(this.axis === "criterion" ? [this.text(head, true)] : []),
      element("ol", {}, ...this.items.map((item) => this.row(head, item))),
      this.onward(),
    );
  }

  chooser() {
    const { words } = this.desk;
    const label = this.axis === "child" ? words.child : words.criterion;
    const turn = ({ target }) => this.turnTo(target.selectedIndex);
    const chosen = element("select", { "aria-label": label, onchange: turn });
    this.heads.forEach((head, index) => {
      const name = head.code ? `${head.code} ${head.text}` : `${index + 1}. ${head.short}`;
      chosen.append(element("option", { textContent: name, selected: index === this.index }));
    });
    const arrow = (step, textContent, name) => element("button", {
      type: "button",
      textContent,
      "aria-label": name,
      disabled: !this.heads[this.index + step],
      onclick: () => this.turnTo(this.index + step),
    });
    const [back, forward] = [arrow(-1, "‹", words.back), arrow(1, "›", words.forward)];
    return element("div", { className: "chooser" }, back, chosen, forward);
  }

  row(head, item) {
    const cell = this.cellOf(head, item);
    const buttons = element("div", { className: "levels", role: "group" });
    this.rows.set(cell, buttons);
    this.show(cell);
    const name = item.code ? this.text(item, false) : element("p", { className: "name", textContent: item.short });
    return element("li", {}, name, buttons);
  }

  // Draw a criterion: its code and text, and behind a touch (or at once) what is seen at each level.
  text(criterion, isOpen) {
    const { words } = this.desk;
    const lang = this.desk.languageOf(criterion);
    const levels = element("dl", { lang });
    criterion.levels.forEach((text, index) => {
      levels.append(element("dt", { textContent: numeral(index + 1) }), element("dd", { textContent: text }));
    });
    const code = element("b", { textContent: criterion.code });
    const summary = element("summary", { textContent: words.whatIsSeen });
    return element("div", {},
      element("p", { className: "name", lang }, code, ` ${criterion.text}`),
      element("details", { open: isOpen }, summary, levels));
  }

  show(cell) {
    const buttons = this.rows.get(cell);
    const { desk } = this;
    const shown = desk.sheet.shown(cell);
    const earlier = desk.sheet.earlier.get(cell);
    const [child, criterion] = this.block.pairOf(cell);
    buttons.dataset.is = shown.is;
    buttons.dataset.cell = cell;
    buttons.setAttribute("aria-label", inWords(desk.words, child, criterion, shown, earlier));
    const button = (level, textContent, name) => element("button", {
      type: "button",
      textContent,
      "aria-label": name,
      "aria-pressed": String(shown.level === level),
      "data-level": level ?? "",
      disabled: !this.mayMark,
      onclick: () => this.touch(cell, level),
    });
    const before = earlier ? speak(desk.words.earlierLevel, { level: numeral(earlier) }) : "";
    redraw(
      buttons,
      ...LEVELS.map((level) => button(level, numeral(level), desk.words.levels[level - 1])),
      button(null, "—", desk.words.notAssessed),
      element("small", { textContent: before }),
    );
  }

  refresh(cell) {
    if (this.rows.has(cell)) this.show(cell);
  }

  touch(cell, level) {
    this.desk.at(cell);
    this.desk.type(cell, level);
  }

  // The digits work here too: a level for the row one is in, then on to the next row.
  press(event) {
    const buttons = event.target.closest("[data-cell]");
    const control = event.ctrlKey || event.metaKey;
    if (control && event.code === "KeyZ") this.desk.undo();
    else if (control && event.code === "KeyY") this.desk.redo();
    else if (!buttons || !this.mayMark || levelOfKey(event) === undefined) return;
    else {
      this.touch(buttons.dataset.cell, levelOfKey(event));
      const rows = [...this.rows.values()];
      (rows[rows.indexOf(buttons) + 1] ?? buttons).querySelector("button").focus();
    }
    event.preventDefault();
    event.stopPropagation();
  }

  // Lead on: to the next child or criterion, or after the last to what else is left.
  onward() {
    const next = this.heads[this.index + 1];
    const { words } = this.desk;
    const text = next ? speak(words.next, { name: next.code ?? next.short }) : words.nextArea;
    const go = () => (next ? this.turnTo(this.index + 1) : this.desk.past());
    return element("button", { type: "button", className: "onward", textContent: text, onclick: go });
  }

  turnTo(index) {
    this.index = index;
    this.draw();
    this.node.scrollIntoView({ block: "start" });
    this.node.querySelector("select").focus({ preventScroll: true });
  }

  // Show the row of a cell.
  find(cell) {
    const holds = (head) => this.items.some((item) => this.cellOf(head, item) === cell);
    this.index = Math.max(0, this.heads.findIndex(holds));
    this.draw();
    this.rows.get(cell)?.querySelector("button").focus();
  }

  focus() {}
}
