// The desk of the sheet: the road through the learning areas, the grid or the list of one block, the criterion under
// the cursor, and in words what is saved, what is not, and what needs a decision.

import { agesIn, Block } from "./block.js";
import { LEVELS, numeral } from "./cell.js";
import { Grid } from "./grid.js";
import { List } from "./list.js";
import { clock, element, note, plural, speak } from "./words.js";

const NARROW_PX = 720; // below it one child or criterion at a time
const SAID_MS = 6000;
const CHOICES = "monitoring:sheet:"; // how this browser likes the sheet: way, look, axis

export class View {
  // `frame`: what the screen says, see monitoring/ui/sheet_view.py; `sheet`: sheet.js; `office`: office.js.
  constructor({ frame, sheet, office, speakIn }) {
    Object.assign(this, { frame, sheet, office, speakIn, words: frame.words });
    this.area = this.areaFromAddress() ?? this.firstUnfinished() ?? sheet.areas[0]?.key;
    this.root = element("section", { className: "sheet" });
    this.parts = {};
    for (const name of ["bar", "notices", "road", "head", "work", "panel"]) this.parts[name] = element("div", { className: name });
    this.said = element("span", { className: "said", role: "status" });
    this.root.append(...Object.values(this.parts));
    this.observer = new ResizeObserver(() => this.fit());
  }

  mount(parent) {
    parent.append(this.root);
    this.observer.observe(this.root);
    this.fit();
    this.draw();
    if (document.activeElement === document.body) this.body.focus(); // nobody is elsewhere: one can type at once
  }

  unmount() {
    this.observer.disconnect();
    this.root.remove();
  }

  // --- what the grid and the list ask of the desk ---------------------------------------------------------

  type(cell, level) {
    if (!this.sheet.type(cell, level)) return;
    this.typed([cell]);
  }

  undo() {
    this.stepped(this.sheet.undo(), this.words.nothingToUndo);
  }

  redo() {
    this.stepped(this.sheet.redo(), this.words.nothingToRedo);
  }

  stepped(cell, nothing) {
    if (!cell) return this.say(nothing);
    this.typed([cell]);
    this.find(cell);
  }

  typed(cells) {
    this.changed(cells);
    this.office.courier.send(this.sheet.name);
  }

  // The cursor stands on a cell.
  at(cell) {
    this.cell = cell;
    cancelAnimationFrame(this.next);
    this.next = requestAnimationFrame(() => this.drawPanel());
  }

  // The cursor has come to the end of the block.
  past() {
    const area = this.nextUnfinished();
    const left = this.leftInBlock();
    this.say(left ? plural(this.words.leftHere, left, this.frame.language) : this.words.blockDone);
    this.onward?.remove();
    this.onward = element("button", { type: "button", className: "onward", onclick: () => this.go(area) },
      area ? speak(this.words.onTo, { area: this.areaOf(area).name }) : this.words.sheetDone);
    if (area) this.parts.head.append(this.onward);
    if (area) this.onward.focus();
  }

  turn(step) {
    const index = this.sheet.areas.findIndex(({ key }) => key === this.area) + step;
    if (this.sheet.areas[index]) this.go(this.sheet.areas[index].key);
  }

  way() {
    return this.chosen("way", "down");
  }

  languageOf(one) {
    return one.code ? this.sheet.language : null; // a criterion is in the language of the sheet, a name in none
  }

  sayReadOnly() {
    this.say(this.sheet.isLocked ? this.approvedWords() : this.words.readOnly);
  }

  // --- what comes from outside ----------------------------------------------------------------------------

  // Show that some cells have changed.
  changed(cells) {
    for (const cell of cells) this.body.refresh(cell);
    const areas = new Set(cells.map((cell) => this.sheet.place.get(cell)));
    for (const area of areas) this.drawStop(area);
    this.drawHeadCounts();
    this.drawBar();
    if (cells.includes(this.cell)) this.at(this.cell);
    if (this.troubles !== this.sheet.trouble.size) this.drawNotices();
  }

  // The sheet was opened or approved: what may be done here is another now.
  stateChanged() {
    this.drawNotices();
    this.drawBlock();
  }

  // --- drawing ----------------------------------------------------------------------------------------------

  draw() {
    this.drawNotices();
    this.drawRoad();
    this.drawBlock();
    this.drawBar();
  }

  fit() {
    const isNarrow = this.root.clientWidth < NARROW_PX;
    if (this.isNarrow === isNarrow) return;
    this.isNarrow = isNarrow;
    this.root.classList.toggle("narrow", isNarrow);
    if (this.body) this.draw();
  }

  drawBar() {
    const { courier, journal } = this.office;
    const unsaved = journal.size - journal.held.size;
    const state = unsaved ? (courier.state === "fine" ? "saving" : "waiting") : "saved";
    const text = unsaved
      ? plural(this.words.unsaved, unsaved, this.frame.language)
      : courier.savedAt ? speak(this.words.savedAt, { time: clock(courier.savedAt / 1000, this.frame.timeZone) }) : this.words.allSaved;
    if (!this.parts.bar.firstChild) this.drawTools();
    this.saved.textContent = text;
    this.saved.dataset.is = state;
    const why = courier.state === "fine" ? "" : this.words.states[courier.state] ?? courier.reason;
    if (this.why.textContent !== why) this.why.textContent = why;
    this.door.hidden = !["signedOut", "someoneElse"].includes(courier.state);
  }

  drawTools() {
    const { words } = this;
    this.saved = element("strong", { className: "saved" });
    this.why = element("span", { className: "why", role: "status" });
    this.door = element("a", { href: "/door", target: "_blank", textContent: words.signIn });
    const button = (text, name, act) => element("button", { type: "button", textContent: text, "aria-label": name, title: name, onclick: act });
    this.parts.bar.replaceChildren(
      element("div", { className: "state" }, this.saved, this.why, this.door, this.said),
      element("div", { className: "tools" }, button("↶", words.undo, () => this.undo()), button("↷", words.redo, () => this.redo()), this.lookChooser()),
    );
  }

  lookChooser() {
    const { words } = this;
    const grid = [["way", "down", words.wayDown], ["way", "across", words.wayAcross]];
    const list = [["axis", "child", words.axisChild], ["axis", "criterion", words.axisCriterion]];
    const looks = [["look", "grid", words.lookGrid], ["look", "list", words.lookList]];
    const group = (label, choices) => element("div", { role: "group", "aria-label": label, className: "choice" },
      ...choices.map(([name, value, text]) => element("button", { type: "button", textContent: text, "aria-pressed": String(this.choice(name) === value), onclick: () => this.choose(name, value) })));
    return element("div", { className: "choices" },
      this.isNarrow ? null : group(words.look, looks),
      this.choice("look") === "grid" ? group(words.way, grid) : group(words.axis, list),
      this.isNarrow ? null : this.languageChooser());
  }

  languageChooser() {
    const button = ([code, name]) => element("button", { type: "button", textContent: name, lang: code, "aria-pressed": String(code === this.sheet.language), onclick: () => this.speakIn(code) });
    return element("div", { role: "group", "aria-label": this.words.language, className: "choice" }, ...this.frame.languages.map(button));
  }

  drawNotices() {
    const { words, sheet, office } = this;
    this.troubles = sheet.trouble.size;
    const lines = sheet.isLocked ? [this.approvedWords()] : [...this.frame.notices];
    if (sheet.withoutSet.length) lines.push(speak(words.withoutSet, { names: sheet.withoutSet.join(", ") }));
    if (!office.journal.isSafe) lines.push(words.notSafe);
    if (office.journal.ofOthers) lines.push(plural(words.ofOthers, office.journal.ofOthers, this.frame.language));
    const [conflicts, refused] = [sheet.troubled("conflict"), sheet.troubled("refused")];
    this.parts.notices.replaceChildren(
      ...lines.map((text) => element("p", { textContent: text })),
      conflicts.length ? this.conflictNotice(conflicts) : "",
      refused.length ? this.refusedNotice(refused) : "",
    );
  }

  conflictNotice(cells) {
    const button = element("button", { type: "button", textContent: this.words.show, onclick: () => this.find(cells[0]) });
    return element("p", { className: "trouble" }, plural(this.words.conflicts, cells.length, this.frame.language), " ", button);
  }

  refusedNotice(cells) {
    const lines = cells.map((cell) => {
      const [child, criterion] = cell.split(" ");
      const { mine, reason } = this.sheet.trouble.get(cell);
      const who = this.sheet.children.find(({ id }) => id === child)?.short ?? this.words.otherChild;
      const what = this.sheet.criteria.find(({ id }) => id === criterion)?.code ?? "";
      return element("li", { textContent: [who, what, numeral(mine) || this.words.notAssessed, reason].filter(Boolean).join(" · ") });
    });
    const again = () => { this.sheet.retryRefused(); this.draw(); this.office.courier.send(this.sheet.name); };
    const leave = () => { cells.forEach((cell) => this.sheet.leaveTheirs(cell)); this.changed(cells); };
    return element("div", { className: "trouble" },
      element("p", { textContent: plural(this.words.refused, cells.length, this.frame.language) }),
      element("ul", {}, ...lines),
      element("button", { type: "button", textContent: this.words.tryAgain, onclick: again }), " ",
      element("button", { type: "button", textContent: this.words.discard, onclick: leave }));
  }

  drawRoad() {
    this.stops = new Map();
    const { words } = this;
    if (this.isNarrow) {
      const select = element("select", { "aria-label": words.area, lang: this.sheet.language, onchange: ({ target }) => this.go(target.value) });
      for (const area of this.sheet.areas) {
        const option = element("option", { value: area.key, selected: area.key === this.area });
        this.stops.set(area.key, option);
        select.append(option);
      }
      this.parts.road.replaceChildren(select);
    } else {
      const stops = this.sheet.areas.map((area) => {
        const stop = element("button", { type: "button", lang: this.sheet.language, onclick: () => this.go(area.key) });
        this.stops.set(area.key, stop);
        return element("li", {}, stop);
      });
      this.parts.road.replaceChildren(element("nav", { "aria-label": words.areas }, element("ol", {}, ...stops)));
    }
    for (const area of this.sheet.areas) this.drawStop(area.key);
  }

  drawStop(area) {
    const stop = this.stops.get(area);
    const view = this.areaOf(area);
    if (!stop || !view) return;
    const name = `${this.sheet.areas.indexOf(view) + 1}. ${view.name}`;
    const { marked, cells } = this.sheet.countArea(area);
    const is = marked === cells ? "done" : marked ? "begun" : "todo";
    const count = speak(this.words.ofAll, { n: marked, all: cells });
    if (this.isNarrow) {
      stop.textContent = `${is === "done" ? "✓ " : ""}${name} · ${marked}/${cells}`;
      return;
    }
    stop.dataset.is = is;
    stop.style.setProperty("--done", `${cells ? (100 * marked) / cells : 0}%`);
    if (area === this.area) stop.setAttribute("aria-current", "true");
    else stop.removeAttribute("aria-current");
    const sign = is === "done" ? "✓ " : "";
    stop.replaceChildren(
      element("span", { className: "name", textContent: name }),
      element("span", { className: "count", "aria-label": `${count}, ${this.words.stops[is]}`, textContent: `${sign}${marked}/${cells}` }),
    );
  }

  drawBlock() {
    const ages = agesIn(this.sheet, this.area);
    if (!ages.includes(this.age)) this.age = ages.find((age) => this.unfinished(age)) ?? ages[0];
    if (this.age === undefined) return this.drawEmpty();
    const block = new Block(this.sheet, this.area, this.age);
    const mayMark = this.areaOf(this.area).mayMark && !this.sheet.isLocked;
    this.block = block;
    this.body = this.choice("look") === "grid" ? new Grid(this, block, mayMark) : new List(this, block, mayMark, this.choice("axis"));
    this.cell = block.cell(this.body.place ?? { row: 0, column: 0 });
    this.root.dataset.look = this.choice("look");
    this.drawHead(ages, mayMark);
    this.parts.work.replaceChildren(this.body.node, this.legend());
    this.drawPanel();
  }

  drawEmpty() {
    this.body = { refresh() {}, focus() {} };
    this.parts.head.replaceChildren(element("p", { textContent: this.words.nobody }));
  }

  drawHead(ages, mayMark) {
    const area = this.areaOf(this.area);
    const chips = ages.length > 1 ? ages.map((age) => {
      const children = this.sheet.children.filter((child) => child.age === age).length;
      const text = `${plural(this.words.years, age, this.frame.language)} · ${plural(this.words.children, children, this.frame.language)}`;
      return element("button", { type: "button", textContent: text, "aria-pressed": String(age === this.age), onclick: () => { this.age = age; this.drawBlock(); } });
    }) : [];
    this.left = element("span", { className: "left" });
    this.onward = null;
    this.parts.head.replaceChildren(
      element("h2", { textContent: area.name, lang: this.sheet.language }), this.left,
      mayMark ? "" : element("span", { className: "readonly", textContent: this.sheet.isLocked ? this.words.isApproved : this.words.readOnly }),
      element("div", { className: "choice ages" }, ...chips));
    this.drawHeadCounts();
  }

  drawHeadCounts() {
    const left = this.leftInBlock();
    const all = this.sheet.count([...this.sheet.place.keys()]);
    const here = left ? plural(this.words.leftHere, left, this.frame.language) : this.words.blockDone;
    const total = all.marked === all.cells ? this.words.sheetDone : plural(this.words.leftAll, all.cells - all.marked, this.frame.language);
    this.left.textContent = `${here} · ${total}`;
  }

  legend() {
    const parts = [this.choice("look") === "grid" && !this.isNarrow ? this.words.keys : ""];
    if (this.sheet.earlier.size) parts.push(speak(this.words.pale, { stage: this.words.earlier }));
    return element("div", { className: "legend" }, parts.filter(Boolean).join(" "), this.isNarrow ? this.languageChooser() : null);
  }

  drawPanel() {
    if (this.choice("look") !== "grid") {
      const trouble = this.sheet.trouble.get(this.cell);
      this.parts.panel.replaceChildren(trouble?.is === "conflict" ? this.conflict() : "");
      return;
    }
    const [child, criterion] = this.block.pairOf(this.cell);
    const lang = this.sheet.language;
    const shown = this.sheet.shown(this.cell);
    const mayMark = this.body.mayMark;
    const levels = LEVELS.map((level) => element("button", { type: "button", "data-level": level, "aria-pressed": String(shown.level === level), disabled: !mayMark, onclick: () => this.touch(level) },
      element("b", { textContent: numeral(level) }), element("span", { lang, textContent: criterion.levels[level - 1] }), element("kbd", { textContent: level })));
    this.parts.panel.replaceChildren(
      element("p", { className: "who", textContent: child.full }),
      shown.is === "conflict" ? this.conflict() : "",
      element("p", { className: "criterion", lang }, element("b", { textContent: criterion.code }), ` ${criterion.text}`),
      element("div", { className: "levels" }, ...levels),
      element("p", { className: "history", textContent: this.history() }));
  }

  // A level chosen with the mouse beside the grid: as with a key, the cursor moves on.
  touch(level) {
    this.body.type(level, true);
  }

  history() {
    const { level, by, at } = this.sheet.onRecord(this.cell);
    const earlier = this.sheet.earlier.get(this.cell);
    const now = at ? speak(this.words.writtenBy, { level: numeral(level) || this.words.notAssessed, name: by, time: clock(at, this.frame.timeZone) }) : "";
    return [now, earlier ? `${this.words.earlier}: ${numeral(earlier)}` : ""].filter(Boolean).join(" · ");
  }

  conflict() {
    const theirs = this.sheet.onRecord(this.cell);
    const { mine } = this.sheet.trouble.get(this.cell);
    const name = (level) => numeral(level) || this.words.notAssessed;
    const decide = (act) => () => { const { cell } = this; act(cell); this.typed([cell]); this.find(cell); };
    return element("div", { className: "trouble", role: "group", "aria-label": this.words.isConflict },
      element("p", { textContent: speak(this.words.conflict, { name: theirs.by, time: clock(theirs.at, this.frame.timeZone), level: name(theirs.level), mine: name(mine) }) }),
      element("button", { type: "button", textContent: speak(this.words.leaveTheirs, { level: name(theirs.level) }), onclick: decide((cell) => this.sheet.leaveTheirs(cell)) }), " ",
      element("button", { type: "button", textContent: speak(this.words.keepMine, { level: name(mine) }), onclick: decide((cell) => this.sheet.keepMine(cell)) }));
  }

  // --- ways about the sheet ---------------------------------------------------------------------------------

  // Open a learning area and put the cursor on its first empty cell.
  go(area) {
    if (!area) return;
    const before = this.area;
    this.area = area;
    this.age = undefined;
    note("area", area);
    for (const one of [before, area]) this.drawStop(one);
    this.drawBlock();
    this.body.focus();
  }

  // Bring a cell into sight and put the cursor on it.
  find(cell) {
    const area = this.sheet.place.get(cell);
    if (!area) return;
    if (area !== this.area || !this.block.placeOf(cell)) {
      this.age = this.sheet.criteria.find(({ id }) => cell.endsWith(id))?.age;
      const age = this.age;
      this.go(area);
      if (this.age !== age) { this.age = age; this.drawBlock(); }
    }
    if (this.body.find) this.body.find(cell);
    else this.body.go(this.block.placeOf(cell));
    this.at(cell);
  }

  areaOf(key) {
    return this.sheet.areas.find((area) => area.key === key);
  }

  areaFromAddress() {
    const asked = new URLSearchParams(location.search).get("area");
    return this.areaOf(asked)?.key;
  }

  firstUnfinished() {
    return this.sheet.areas.find(({ key, mayMark }) => mayMark && !this.isDone(key))?.key;
  }

  // The next area after this one, around the end, in which something is left to do.
  nextUnfinished() {
    const { areas } = this.sheet;
    const at = areas.findIndex(({ key }) => key === this.area);
    const others = [...areas.slice(at + 1), ...areas.slice(0, at)];
    return others.find(({ key, mayMark }) => mayMark && !this.isDone(key))?.key;
  }

  isDone(area) {
    const { marked, cells } = this.sheet.countArea(area);
    return marked === cells;
  }

  unfinished(age) {
    const { marked, cells } = this.sheet.count(new Block(this.sheet, this.area, age).cells());
    return marked < cells;
  }

  leftInBlock() {
    const { marked, cells } = this.sheet.count(this.block.cells());
    return cells - marked;
  }

  approvedWords() {
    const { by, at } = this.sheet.state;
    return speak(this.words.approved, { name: by, time: clock(at, this.frame.timeZone, 0) });
  }

  // --- what this browser likes --------------------------------------------------------------------------------

  choice(name) {
    if (name === "look") return this.isNarrow ? "list" : this.chosen("look", "grid");
    return this.chosen(name, { way: "down", axis: "child" }[name]);
  }

  chosen(name, usual) {
    try {
      return localStorage.getItem(CHOICES + name) ?? usual;
    } catch {
      return usual; // a browser that keeps nothing
    }
  }

  choose(name, value) {
    try {
      localStorage.setItem(CHOICES + name, value);
    } catch {
      return;
    }
    this.parts.bar.replaceChildren();
    this.drawBar();
    if (name === "way") this.body.focus();
    else this.drawBlock();
  }

  // Say something that concerns this moment only.
  say(text) {
    this.said.textContent = text;
    clearTimeout(this.silence);
    this.silence = setTimeout(() => { this.said.textContent = ""; }, SAID_MS);
  }
}
