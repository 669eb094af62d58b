// The bar over the sheet: whether all is saved, and if not why; taking back; how the sheet looks.

import { clock, element, plural, speak } from "./words.js";

const SAID_MS = 6000;
const PAUSE_MS = 800;

export class Bar {
  constructor(desk) {
    this.desk = desk;
    this.saved = element("strong", { className: "saved" });
    this.why = element("span", { className: "why", role: "status" });
    this.door = element("a", { href: "/door", target: "_blank", textContent: desk.words.signIn });
    this.said = element("span", { className: "said", role: "status" });
    this.heard = element("span", { className: "heard", role: "status" });
    this.tools = element("div", { className: "tools" });
    const state = element("div", { className: "state" }, this.saved, this.why, this.door, this.said, this.heard);
    this.node = element("div", { className: "bar" }, state, this.tools);
  }

  // Say how things stand with the marks of this account.
  draw() {
    const { words, frame, office: { courier, journal } } = this.desk;
    const unsaved = journal.size - journal.held.size;
    const isWaiting = courier.state !== "fine";
    this.saved.dataset.is = unsaved ? (isWaiting ? "waiting" : "saving") : journal.held.size ? "undecided" : "saved";
    this.saved.textContent = unsaved ? plural(words.unsaved, unsaved, frame.language) : this.savedWords();
    if (!unsaved && this.typed) this.tell();
    const why = isWaiting ? (words.states[courier.state] ?? courier.reason) : "";
    if (this.why.textContent !== why) this.why.textContent = why; // to set it anew would have it read out anew
    const isShut = ["signedOut", "someoneElse"].includes(courier.state);
    if (!isShut && this.door.matches(":focus")) this.desk.body.focus(); // it goes, and the cursor with it
    this.door.hidden = !isShut;
  }

  savedWords() {
    const { words, frame, office: { courier, journal } } = this.desk;
    if (journal.held.size) return plural(words.undecided, journal.held.size, frame.language);
    if (!courier.savedAt) return words.allSaved;
    return speak(words.savedAt, { time: clock(courier.savedAt / 1000, frame.timeZone) });
  }

  // Tell those who listen what became of what they typed, once they pause.
  tell() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      if (this.saved.dataset.is === "saving" || !this.typed) return;
      const { sheet, words } = this.desk;
      const { level } = sheet.shown(this.typed);
      this.heard.textContent = `${level ? words.levels[level - 1] : words.notAssessed}. ${this.savedWords()}`;
      this.typed = null;
    }, PAUSE_MS);
  }

  drawTools() {
    const { desk, desk: { words } } = this;
    const ways = [["down", words.wayDown], ["across", words.wayAcross]];
    const axes = [["child", words.axisChild], ["criterion", words.axisCriterion]];
    const looks = [["grid", words.lookGrid], ["list", words.lookList]];
    this.tools.replaceChildren(
      this.tool("↶", words.undo, () => desk.undo()),
      this.tool("↷", words.redo, () => desk.redo()),
      ...(desk.isNarrow ? [] : [this.choice(words.look, "look", looks)]),
      desk.look === "grid" ? this.choice(words.way, "way", ways) : this.choice(words.axis, "axis", axes),
      ...(desk.isNarrow ? [] : [this.languages()]),
    );
  }

  tool(sign, name, act) {
    return element("button", { type: "button", textContent: sign, "aria-label": name, title: name, onclick: act });
  }

  choice(label, name, values) {
    const { desk } = this;
    return choiceOf(label, values.map(([value, text]) => (
      { text, value, isChosen: desk[name] === value, choose: () => desk.choose(name, value) }
    )));
  }

  // The choice of the language of the criteria; a phone has it under the sheet.
  languages() {
    const { words, frame, sheet, speakIn } = this.desk;
    return choiceOf(words.language, frame.languages.map(([code, text]) => (
      { text, lang: code, isChosen: code === sheet.language, choose: () => speakIn(code) }
    )));
  }

  // Put the focus on the button of a choice.
  focus(value) {
    this.tools.querySelector(`[data-value="${value}"]`)?.focus();
  }

  // Say something that concerns this moment only.
  say(text) {
    this.said.textContent = text;
    clearTimeout(this.silence);
    this.silence = setTimeout(() => { this.said.textContent = ""; }, SAID_MS);
  }
}

// Draw a choice of one among a few: { text, value, lang, isChosen, choose }.
export function choiceOf(label, options) {
  const buttons = options.map(({ text, value, lang, isChosen, choose }) => element("button", {
    type: "button", textContent: text, lang, "data-value": value, "aria-pressed": String(isChosen), onclick: choose,
  }));
  return element("div", { role: "group", "aria-label": label, className: "choice" }, ...buttons);
}
