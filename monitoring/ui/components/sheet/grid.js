// The grid of one block: a table with one cell in the tab order, in which a key is a level and the cursor moves on.

import { inWords, levelOfKey, paint } from "./cell.js";
import { element, speak } from "./words.js";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class Grid {
  // `desk`: what the grid works for, see view.js.
  constructor(desk, block, mayMark) {
    Object.assign(this, { desk, block, mayMark });
    this.nodes = new Map(); // cell -> its td
    this.place = { row: 0, column: 0 };
    this.node = this.draw();
  }

  draw() {
    const { block, desk } = this;
    const table = element("table", {
      role: "grid",
      className: block.isTurned ? "turned" : "",
      "aria-label": desk.words.grid,
      "aria-describedby": "legend",
      "aria-readonly": this.mayMark ? null : "true",
      onkeydown: (event) => this.press(event),
      onfocusin: (event) => this.enter(event.target),
    });
    table.append(this.head(), this.body(), this.foot());
    this.place = this.whereToGoOn() ?? this.place;
    this.nodeAt(this.place)?.setAttribute("tabindex", "0");
    return element("div", { className: "scroll" }, table);
  }

  // Where somebody left off: the first empty cell behind the last mark, on the way of the cursor, or else before it.
  whereToGoOn() {
    const order = this.block.inOrder(this.desk.way);
    const isEmpty = (place) => this.desk.sheet.shown(this.block.cell(place)).level === null;
    const behind = order.slice(order.findLastIndex((place) => !isEmpty(place)) + 1);
    return behind[0] ?? order.find(isEmpty);
  }

  head() {
    const { block, desk } = this;
    const corner = block.isTurned ? desk.words.criterion : desk.words.child;
    const heads = block.columns.map((one) => (
      element("th", { scope: "col", title: one.full ?? one.text, lang: desk.languageOf(one) }, one.code ?? one.short)
    ));
    const count = element("th", { scope: "col", className: "count", textContent: desk.words.assessed });
    const first = element("th", { scope: "col", textContent: corner });
    return element("thead", {}, element("tr", {}, first, ...heads, count));
  }

  body() {
    const { block, desk } = this;
    this.rowCounts = block.rows.map(() => countCell());
    const rows = block.rows.map((one, row) => {
      const cells = block.columns.map((_, column) => this.gridcell({ row, column }));
      return element("tr", {}, this.rowHead(one, row, desk), ...cells, this.rowCounts[row]);
    });
    return element("tbody", {}, ...rows);
  }

  rowHead(one, row, desk) {
    const text = one.code ? [element("b", { textContent: one.code }), ` ${one.text}`] : [`${row + 1}. ${one.short}`];
    return element("th", { scope: "row", title: one.full, lang: desk.languageOf(one) }, ...text);
  }

  foot() {
    this.columnCounts = this.block.columns.map(() => countCell());
    this.total = countCell();
    const label = element("th", { scope: "row", textContent: this.desk.words.assessed });
    const foot = element("tfoot", {}, element("tr", {}, label, ...this.columnCounts, this.total));
    this.countAll();
    return foot;
  }

  gridcell(place) {
    const cell = this.block.cell(place);
    const node = element("td", { role: "gridcell", tabIndex: -1, onclick: () => this.go(place) });
    Object.assign(node.dataset, place);
    this.nodes.set(cell, node);
    this.show(node, cell, place);
    return node;
  }

  show(node, cell, place) {
    const { desk, block } = this;
    const [shown, earlier] = [desk.sheet.shown(cell), desk.sheet.earlier.get(cell)];
    paint(node, shown, earlier);
    node.setAttribute("aria-label", inWords(desk.words, block.child(place), block.criterion(place), shown, earlier));
  }

  // Draw a cell anew, and the counts of its row and column.
  refresh(cell) {
    const node = this.nodes.get(cell);
    if (!node) return;
    const place = placeOf(node);
    this.show(node, cell, place);
    this.countOne(this.rowCounts[place.row], this.block.columns.map((_, column) => ({ row: place.row, column })));
    this.countOne(this.columnCounts[place.column], this.block.rows.map((_, row) => ({ row, column: place.column })));
    this.countOne(this.total, this.block.places());
  }

  countAll() {
    const { rows, columns } = this.block;
    rows.forEach((_, row) => this.countOne(this.rowCounts[row], columns.map((_, column) => ({ row, column }))));
    columns.forEach((_, column) => this.countOne(this.columnCounts[column], rows.map((_, row) => ({ row, column }))));
    this.countOne(this.total, this.block.places());
  }

  countOne(node, places) {
    const { marked, cells } = this.desk.sheet.count(places.map((place) => this.block.cell(place)));
    node.textContent = `${marked}/${cells}`;
    node.setAttribute("aria-label", speak(this.desk.words.ofAll, { n: marked, all: cells }));
    node.classList.toggle("all", marked === cells);
  }

  press(event) {
    if (event.isComposing) return;
    const act = this.act(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
    act();
  }

  // Return what a key does, or nothing for one that is not ours: the browser's own keys stay as they are.
  act(event) {
    const { key, code, shiftKey } = event;
    const control = event.ctrlKey || event.metaKey;
    if (control && code === "KeyZ") return () => (shiftKey ? this.desk.redo() : this.desk.undo());
    if (control && code === "KeyY") return () => this.desk.redo();
    if (key === "Home" || key === "End") return () => this.go(this.edge(key, control));
    if (control || event.altKey) return null;
    const level = levelOfKey(event);
    if (key === "Backspace" && this.typedLast) return () => this.takeBack();
    if (level !== undefined) return () => this.type(level, key !== "Backspace" && key !== "Delete");
    if (STEPS[key]) return () => this.go(this.block.moved(this.place, ...STEPS[key]));
    if (key === "Enter") return () => this.step(this.desk.way, shiftKey ? -1 : 1);
    if (key === "Tab" && !this.isLeaving) return this.tab(shiftKey ? -1 : 1);
    if (key === "PageDown" || key === "PageUp") return () => this.desk.turn(key === "PageDown" ? 1 : -1);
    if (key === "Escape") this.isLeaving = true; // the next Tab leaves the grid
    return null;
  }

  // Tab goes across; from the last cell, or the first, it leaves the grid as everywhere.
  tab(step) {
    const next = this.block.beside(this.place, "across", step);
    return next ? () => this.go(next) : null;
  }

  edge(key, ofAll) {
    const { rows, columns } = this.block;
    if (key === "Home") return { row: ofAll ? 0 : this.place.row, column: 0 };
    return { row: ofAll ? rows.length - 1 : this.place.row, column: columns.length - 1 };
  }

  type(level, movesOn) {
    if (!this.mayMark) return this.desk.sayReadOnly();
    const typed = this.place;
    this.desk.type(this.block.cell(typed), level);
    if (!movesOn) return;
    this.step(this.desk.way, 1);
    this.typedLast = typed;
  }

  // Backspace right after a level means that level: the cursor has moved on by itself only.
  takeBack() {
    this.go(this.typedLast);
    this.type(null, false);
  }

  step(way, step) {
    const next = this.block.beside(this.place, way, step);
    if (next) this.go(next);
    else if (step > 0) this.desk.past();
  }

  // Put the cursor on a place and tell the desk.
  go(place) {
    this.nodeAt(this.place)?.setAttribute("tabindex", "-1");
    this.place = place;
    const node = this.nodeAt(place);
    node.setAttribute("tabindex", "0");
    node.focus({ preventScroll: true });
    this.reveal(node);
  }

  // Scroll the table, not the screen: what is saved and the road stay in sight while one types.
  reveal(node) {
    const [box, cell] = [this.node.getBoundingClientRect(), node.getBoundingClientRect()];
    const [head, foot] = ["thead", "tfoot"].map((part) => this.node.querySelector(part).offsetHeight);
    const [left, right] = ["th", "td.count"].map((part) => node.parentNode.querySelector(part).offsetWidth);
    this.node.scrollTop += beyond(cell.top, cell.bottom, box.top + head, box.bottom - foot);
    this.node.scrollLeft += beyond(cell.left, cell.right, box.left + left, box.right - right);
    if (node.getBoundingClientRect().bottom > innerHeight) node.scrollIntoView({ block: "nearest" });
  }

  enter(node) {
    if (node.dataset.row === undefined) return;
    this.isLeaving = false;
    this.typedLast = null;
    this.nodeAt(this.place)?.setAttribute("tabindex", "-1");
    this.place = placeOf(node);
    node.setAttribute("tabindex", "0");
    this.desk.at(this.block.cell(this.place));
  }

  focus() {
    this.go(this.place);
  }

  // Put the cursor on a cell of this block.
  find(cell) {
    this.go(this.block.placeOf(cell));
  }

  nodeAt(place) {
    return this.nodes.get(this.block.cell(place));
  }
}

// How far to scroll so that [start, end] lies within [from, to].
function beyond(start, end, from, to) {
  return start < from ? start - from : Math.max(0, end - to);
}

function countCell() {
  return element("td", { role: "gridcell", "aria-readonly": "true", className: "count" });
}

function placeOf({ dataset }) {
  return { row: Number(dataset.row), column: Number(dataset.column) };
}
