// Beside the grid: the child and the criterion under the cursor, its three descriptors to read and to press, who
// marked it and when, and where two have marked it, the choice between the two.

import { LEVELS, numeral } from "./cell.js";
import { clock, element, redraw, speak } from "./words.js";

export class Panel {
  constructor(desk) {
    this.desk = desk;
    this.node = element("div", { className: "panel" });
  }

  draw() {
    const { desk } = this;
    const conflict = desk.sheet.trouble.get(desk.cell)?.is === "conflict" ? [this.conflict()] : [];
    // A phone shows criterion and buttons in the list itself.
    redraw(this.node, ...(desk.look === "grid" ? this.criterion(conflict) : conflict));
  }

  criterion(conflict) {
    const { block, cell, sheet } = this.desk;
    const [child, criterion] = block.pairOf(cell);
    const lang = sheet.language;
    const levels = LEVELS.map((level) => this.level(level, criterion.levels[level - 1]));
    const code = element("b", { textContent: criterion.code });
    return [
      element("p", { className: "who", textContent: child.full }),
      ...conflict,
      element("p", { className: "criterion", lang }, code, ` ${criterion.text}`),
      element("div", { className: "levels" }, ...levels),
      element("p", { className: "history", textContent: this.history() }),
    ];
  }

  // A level to press: as with a key, the cursor moves on.
  level(level, text) {
    const { body, sheet, cell } = this.desk;
    return element("button", {
      type: "button",
      "data-level": level,
      "aria-pressed": String(sheet.shown(cell).level === level),
      disabled: !body.mayMark,
      onclick: () => body.type(level, true),
    },
    element("b", { textContent: numeral(level) }),
    element("span", { lang: sheet.language, textContent: text }),
    element("kbd", { textContent: level }));
  }

  history() {
    const { sheet, cell, words, frame } = this.desk;
    const { level, by, at } = sheet.onRecord(cell);
    const earlier = sheet.earlier.get(cell);
    const values = { level: this.name(level), name: by, time: clock(at, frame.timeZone) };
    return [at && speak(words.writtenBy, values), earlier && `${words.earlier}: ${numeral(earlier)}`]
      .filter(Boolean).join(" · ");
  }

  conflict() {
    const { desk, desk: { sheet, cell, words, frame } } = this;
    const theirs = sheet.onRecord(cell);
    const [level, mine] = [this.name(theirs.level), this.name(sheet.trouble.get(cell).mine)];
    const said = speak(words.conflict, { name: theirs.by, time: clock(theirs.at, frame.timeZone), level, mine });
    const button = (text, isMine) => (
      element("button", { type: "button", textContent: text, onclick: () => desk.decide(cell, isMine) })
    );
    return element("div", { className: "trouble", role: "group", "aria-label": words.isConflict },
      element("p", { textContent: said }),
      button(speak(words.leaveTheirs, { level }), false), " ",
      button(speak(words.keepMine, { level: mine }), true));
  }

  name(level) {
    return numeral(level) || this.desk.words.notAssessed;
  }
}
