// What somebody has to know or decide: the time of the stage, an approved sheet, marks in conflict, marks refused.

import { numeral } from "./cell.js";
import { element, plural, redraw, speak } from "./words.js";

export class Notices {
  constructor(desk) {
    this.desk = desk;
    this.node = element("div", { className: "notices", role: "status" });
  }

  draw() {
    const { sheet } = this.desk;
    const [conflicts, refused] = [sheet.troubled("conflict"), sheet.troubled("refused")];
    this.node.classList.toggle("locked", sheet.isLocked);
    redraw(
      this.node,
      ...this.lines().map((text) => element("p", { textContent: text })),
      ...(conflicts.length ? [this.conflicts(conflicts)] : []),
      ...(refused.length ? [this.refused(refused)] : []),
    );
  }

  lines() {
    const { frame, words, sheet, office: { journal } } = this.desk;
    const lines = sheet.isLocked ? [this.desk.approvedWords()] : [...frame.notices];
    if (sheet.withoutSet.length) lines.push(speak(words.withoutSet, { names: sheet.withoutSet.join(", ") }));
    if (!journal.isSafe) lines.push(words.notSafe);
    if (journal.ofOthers) lines.push(plural(words.ofOthers, journal.ofOthers, frame.language));
    return lines;
  }

  conflicts(cells) {
    const { desk, desk: { words, frame } } = this;
    const show = element("button", { type: "button", textContent: words.show, onclick: () => desk.find(cells[0]) });
    return element("p", { className: "trouble" }, plural(words.conflicts, cells.length, frame.language), " ", show);
  }

  refused(cells) {
    const { desk, desk: { words, frame } } = this;
    const button = (text, act) => element("button", { type: "button", textContent: text, onclick: act });
    return element("div", { className: "trouble" },
      element("p", { textContent: plural(words.refused, cells.length, frame.language) }),
      element("ul", {}, ...cells.map((cell) => element("li", { textContent: this.refusedLine(cell) }))),
      button(words.tryAgain, () => desk.tryAgain()), " ",
      button(words.discard, () => desk.discard(cells)));
  }

  refusedLine(cell) {
    const { sheet, words } = this.desk;
    const [child, criterion] = cell.split(" ");
    const { mine, reason } = sheet.trouble.get(cell);
    const who = sheet.children.find(({ id }) => id === child)?.short ?? words.otherChild;
    const what = sheet.criteria.find(({ id }) => id === criterion)?.code;
    return [who, what, numeral(mine) || words.notAssessed, reason].filter(Boolean).join(" · ");
  }
}
