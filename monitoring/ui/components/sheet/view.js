// The desk of the sheet: holds its parts together, takes what is typed to the sheet and the courier, and finds the way.

import { Bar, choiceOf } from "./bar.js";
import { agesIn, Block } from "./block.js";
import { levelOfKey } from "./cell.js";
import { Grid } from "./grid.js";
import { like, liked } from "./liking.js";
import { List } from "./list.js";
import { Notices } from "./notices.js";
import { Panel } from "./panel.js";
import { Road } from "./road.js";
import { clock, element, note, noted, plural, speak } from "./words.js";

const NARROW_PX = 720; // below it one child or criterion at a time
const LONG_AGO = 0; // told with its day, whatever day it is

// Whether nobody is at anything, or at the menu that has just led here and folded away.
const isNowhere = (node) => node === document.body || node.closest("[data-testid=stSidebar]") !== null;

export class View {
  // `frame`: what the screen says, see monitoring/ui/sheet_view.py; `sheet`: sheet.js; `office`: office.js;
  // `speakIn(language)` takes the sheet anew with its criteria in that language.
  constructor({ frame, sheet, office, speakIn }) {
    Object.assign(this, { frame, sheet, office, speakIn, words: frame.words });
    this.area = this.areaFromAddress() ?? this.firstUnfinished() ?? sheet.areas[0]?.key;
    this.bar = new Bar(this);
    this.notices = new Notices(this);
    this.road = new Road(this);
    this.head = element("div", { className: "head" });
    this.work = element("div", { className: "work" });
    this.panel = new Panel(this);
    this.root = element("section", { className: "sheet" },
      this.bar.node, this.notices.node, this.road.node, this.head, this.work, this.panel.node);
    this.observer = new ResizeObserver(() => this.fit());
  }

  mount(parent) {
    parent.append(this.root);
    this.fit();
    this.observer.observe(this.root);
    if (isNowhere(document.activeElement)) this.body.focus(); // one can type at once
  }

  unmount() {
    this.observer.disconnect();
    this.root.remove();
  }

  // --- what is liked ------------------------------------------------------------------------------------------

  get way() {
    return liked("way");
  }

  get axis() {
    return liked("axis");
  }

  get look() {
    return this.isNarrow ? "list" : liked("look");
  }

  choose(name, value) {
    if (!like(name, value)) return;
    this.bar.drawTools();
    if (name === "way") return this.body.focus();
    this.drawBlock();
    this.bar.focus(value); // the button that was pressed was drawn anew
  }

  // --- what is typed ------------------------------------------------------------------------------------------

  type(cell, level) {
    if (!this.sheet.type(cell, level)) return;
    this.bar.typed = cell;
    this.typed([cell]);
  }

  undo() {
    this.stepped(this.sheet.undo(), this.words.nothingToUndo);
  }

  redo() {
    this.stepped(this.sheet.redo(), this.words.nothingToRedo);
  }

  stepped(cell, nothing) {
    if (!cell) return this.bar.say(nothing);
    this.typed([cell]);
    this.find(cell);
  }

  // Decide between two marks in one cell.
  decide(cell, isMine) {
    if (isMine) this.sheet.keepMine(cell);
    else this.sheet.leaveTheirs(cell);
    this.typed([cell]);
    this.find(cell);
  }

  // Send what was refused once more.
  tryAgain() {
    this.sheet.retryRefused();
    this.draw();
    this.office.courier.send(this.sheet.name);
  }

  discard(cells) {
    for (const cell of cells) this.sheet.leaveTheirs(cell);
    this.changed(cells);
  }

  typed(cells) {
    this.changed(cells);
    this.office.courier.send(this.sheet.name);
  }

  sayReadOnly() {
    this.bar.say(this.sheet.isLocked ? this.approvedWords() : this.words.readOnly);
  }

  // --- what has changed ---------------------------------------------------------------------------------------

  // Show that some cells have changed.
  changed(cells) {
    for (const cell of cells) this.body.refresh(cell);
    for (const area of new Set(cells.map((cell) => this.sheet.place.get(cell)))) this.road.drawStop(area);
    if (cells.length) this.drawCounts();
    this.bar.draw();
    if (cells.includes(this.cell)) this.at(this.cell);
    const noticed = JSON.stringify([this.office.journal.isSafe, ...this.sheet.trouble]);
    if (this.noticed !== noticed) this.notices.draw();
    this.noticed = noticed;
  }

  // The sheet was opened or approved: what may be done here is another now.
  stateChanged() {
    this.notices.draw();
    this.drawBlock();
  }

  // The cursor stands on a cell.
  at(cell) {
    this.cell = cell;
    cancelAnimationFrame(this.next);
    this.next = requestAnimationFrame(() => this.panel.draw()); // once a picture, however fast somebody types
  }

  // --- drawing ------------------------------------------------------------------------------------------------

  fit() {
    const isNarrow = this.root.clientWidth < NARROW_PX;
    if (this.isNarrow === isNarrow) return;
    this.isNarrow = isNarrow;
    this.root.classList.toggle("narrow", isNarrow);
    this.draw();
  }

  draw() {
    this.bar.drawTools();
    this.bar.draw();
    this.notices.draw();
    this.road.draw();
    this.drawBlock();
  }

  drawBlock() {
    const ages = agesIn(this.sheet, this.area);
    if (!ages.includes(this.age)) this.age = ages.find((age) => this.leftIn(this.blockOf(age))) ?? ages[0];
    this.root.dataset.look = this.look;
    if (this.age === undefined) return this.drawEmpty();
    this.block = this.blockOf(this.age);
    const mayMark = this.areaOf(this.area).mayMark && !this.sheet.isLocked;
    this.body = this.look === "grid"
      ? new Grid(this, this.block, mayMark)
      : new List(this, this.block, mayMark, this.axis);
    this.cell = this.block.cell(this.body.place ?? { row: 0, column: 0 });
    this.drawHead(ages, mayMark);
    this.work.replaceChildren(this.body.node, this.legend());
    this.panel.draw();
  }

  drawEmpty() {
    this.body = { refresh() {}, focus() {} };
    this.head.replaceChildren(element("p", { textContent: this.words.nobody }));
  }

  drawHead(ages, mayMark) {
    const readOnly = this.sheet.isLocked ? this.words.isApproved : this.words.readOnly;
    this.left = element("span", { className: "left" });
    this.onward = null;
    this.head.replaceChildren(
      element("h2", { textContent: this.areaOf(this.area).name, lang: this.sheet.language }),
      this.left,
      ...(mayMark ? [] : [element("span", { className: "readonly", textContent: readOnly })]),
      ...(ages.length > 1 ? [this.ages(ages)] : []),
    );
    this.drawCounts();
  }

  ages(ages) {
    const { words, frame: { language } } = this;
    return choiceOf(words.age, ages.map((age) => {
      const children = this.blockOf(age).children.length;
      const text = `${plural(words.years, age, language)} · ${plural(words.children, children, language)}`;
      return { text, isChosen: age === this.age, choose: () => { this.age = age; this.drawBlock(); } };
    }));
  }

  // Say what is left to do, here and on the whole sheet.
  drawCounts() {
    if (!this.block) return;
    const { words, frame: { language } } = this;
    const left = this.leftInArea(this.area);
    const { cells, marked } = this.sheet.count([...this.sheet.place.keys()]);
    const here = left ? plural(words.leftHere, left, language) : words.blockDone;
    const inAll = marked === cells ? words.sheetDone : plural(words.leftAll, cells - marked, language);
    this.left.textContent = `${here} · ${inAll}`;
  }

  legend() {
    const pale = speak(this.words.pale, { stage: this.words.earlier });
    const hasKeys = this.look === "grid" && this.body.mayMark;
    const hasPale = this.look === "grid" && this.sheet.earlier.size;
    const texts = [...(hasKeys ? [this.words.keys] : []), ...(hasPale ? [pale] : [])];
    const text = element("p", { id: "legend", textContent: texts.join(" ") });
    return element("div", { className: "legend" }, text, this.isNarrow && this.bar.languages());
  }

  languageOf(one) {
    return one.code ? this.sheet.language : null; // a criterion is in the language of the sheet, a name in none
  }

  approvedWords() {
    const { by, at } = this.sheet.state;
    return speak(this.words.approved, { name: by, time: clock(at, this.frame.timeZone, LONG_AGO) });
  }

  // --- ways about the sheet -----------------------------------------------------------------------------------

  // The cursor has come to the end of the block: lead on to what is left, and take no more levels here.
  past() {
    const left = this.leftInArea(this.area);
    this.bar.say(left ? plural(this.words.leftHere, left, this.frame.language) : this.words.blockDone);
    const next = this.otherAge() ?? this.nextUnfinished();
    this.onward?.remove();
    this.onward = next ? this.wayTo(next) : element("strong", { tabIndex: -1, textContent: this.words.nothingLeft });
    this.onward.addEventListener("keydown", (event) => this.pressAtEnd(event));
    this.head.append(this.onward);
    this.onward.focus(); // away from the last cell: one digit too many must not write over it
  }

  // At the end of a block a digit has no cell; the other keys are those of the block.
  pressAtEnd(event) {
    if (["Enter", " ", "Tab"].includes(event.key)) return;
    if (levelOfKey(event) !== undefined && event.key !== "Backspace" && event.key !== "Delete") {
      event.preventDefault();
      this.bar.say(this.words.noCell);
    } else this.body.press(event);
  }

  wayTo({ area, age }) {
    const name = age === undefined ? this.areaOf(area).name : plural(this.words.years, age, this.frame.language);
    const go = () => this.go(area, age);
    const textContent = speak(this.words.onTo, { area: name });
    return element("button", { type: "button", className: "onward", textContent, onclick: go });
  }

  turn(step) {
    const { areas } = this.sheet;
    const next = areas[areas.findIndex(({ key }) => key === this.area) + step];
    if (next) this.go(next.key);
  }

  // Open a learning area, at an age or at one that has something left, with the cursor on its first empty cell.
  go(area, age) {
    const before = this.area;
    Object.assign(this, { area, age });
    note("area", area);
    for (const one of [before, area]) this.road.drawStop(one);
    this.drawBlock();
    this.body.focus();
  }

  // Bring a cell into sight and put the cursor on it.
  find(cell) {
    const area = this.sheet.place.get(cell);
    if (!area) return;
    if (!this.block.placeOf(cell)) this.go(area, this.sheet.criteria.find(({ id }) => cell.endsWith(id)).age);
    this.body.find(cell);
    this.at(cell);
  }

  areaOf(key) {
    return this.sheet.areas.find((area) => area.key === key);
  }

  blockOf(age) {
    return new Block(this.sheet, this.area, age);
  }

  areaFromAddress() {
    return this.areaOf(noted("area"))?.key;
  }

  firstUnfinished() {
    return this.sheet.areas.find((area) => this.isUnfinished(area))?.key;
  }

  // Another age of this area in which something is left to do.
  otherAge() {
    const left = agesIn(this.sheet, this.area).find((age) => age !== this.age && this.leftIn(this.blockOf(age)));
    return left === undefined ? null : { area: this.area, age: left };
  }

  // The next area after this one, around the end, in which something is left to do.
  nextUnfinished() {
    const { areas } = this.sheet;
    const at = areas.findIndex(({ key }) => key === this.area);
    const next = [...areas.slice(at + 1), ...areas.slice(0, at)].find((area) => this.isUnfinished(area));
    return next ? { area: next.key } : null;
  }

  isUnfinished({ key, mayMark }) {
    return mayMark && this.leftInArea(key) > 0;
  }

  leftInArea(area) {
    const { marked, cells } = this.sheet.countArea(area);
    return cells - marked;
  }

  leftIn(block) {
    const { marked, cells } = this.sheet.count(block.cells());
    return cells - marked;
  }
}
