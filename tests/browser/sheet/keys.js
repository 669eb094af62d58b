// Which key stands for which level, on every keyboard a school may have.

import { inWords, levelOfKey, numeral, paint } from "../cell.js";
import { equal } from "./support/expect.js";

const NOTHING_HELD = { ctrlKey: false, altKey: false, metaKey: false, shiftKey: false };
const level = (key, code, held = {}) => levelOfKey({ key, code, ...NOTHING_HELD, ...held });
const NO_LEVEL = undefined;

export async function digitsAreLevels() {
  equal(["1", "2", "3", "0"].map((digit) => level(digit, `Digit${digit}`)), [1, 2, 3, null]);
}

export async function theOtherDigitsAreNone() {
  equal(["4", "5", "6", "7", "8", "9"].map((digit) => level(digit, `Digit${digit}`)), Array(6).fill(NO_LEVEL));
}

export async function theDigitsBesideTheLettersAreLevelsWithTheirLockOn() {
  equal(["1", "2", "3", "0", "4"].map((digit) => level(digit, `Numpad${digit}`)), [1, 2, 3, null, NO_LEVEL]);
}

export async function withTheLockOffTheyMoveTheCursor() {
  const keys = [["End", "Numpad1"], ["ArrowDown", "Numpad2"], ["PageDown", "Numpad3"], ["Insert", "Numpad0"]];
  equal(keys.map(([key, code]) => level(key, code)), Array(4).fill(NO_LEVEL));
}

export async function onAKazakhKeyboardTheRowOfDigitsCountsByItsPlace() {
  const keys = [['"', "Digit1"], ["ә", "Digit2"], ["і", "Digit3"], ["ң", "Digit4"], ["ғ", "Digit5"], ["қ", "Digit0"]];
  equal(keys.map(([key, code]) => level(key, code)), [1, 2, 3, NO_LEVEL, NO_LEVEL, null]);
}

export async function capitalsAndShiftMakeNoDifference() {
  const keys = [["!", "Digit1"], ["Ә", "Digit2"], ["№", "Digit3"], ["2", "Digit2"]];
  equal(keys.map(([key, code]) => level(key, code, { shiftKey: true })), [1, 2, 3, 2]);
}

export async function withCtrlAltOrMetaItIsAKeyOfTheBrowser() {
  for (const held of ["ctrlKey", "altKey", "metaKey"]) {
    equal(
      [level("1", "Digit1", { [held]: true }), level("Backspace", "Backspace", { [held]: true })],
      [NO_LEVEL, NO_LEVEL],
      held,
    );
  }
}

export async function backspaceAndDeleteMeanNotAssessed() {
  equal([level("Backspace", "Backspace"), level("Delete", "Delete")], [null, null]);
}

export async function keyboardsOnAScreenHaveNoCode() {
  equal(
    [level("2", ""), level("2", undefined), level("0", ""), level("ә", ""), level("Unidentified", "")],
    [2, 2, null, NO_LEVEL, NO_LEVEL],
  );
}

export async function otherKeysAreNoLevels() {
  const keys = [
    ["а", "KeyF"],
    ["q", "KeyQ"],
    [" ", "Space"],
    ["Enter", "Enter"],
    ["Tab", "Tab"],
    ["ArrowUp", "ArrowUp"],
    ["F1", "F1"],
    ["I", "KeyI"],
  ];
  equal(keys.map(([key, code]) => level(key, code)), Array(8).fill(NO_LEVEL));
}

export async function aKeyThatOnlyBeginsALetterIsNone() {
  equal([level("Dead", "Digit2"), level("Process", "Digit2")], [NO_LEVEL, NO_LEVEL]);
}

export async function aLevelIsWrittenInRomanNumerals() {
  equal([1, 2, 3, null, undefined].map(numeral), ["I", "II", "III", "", ""]);
}

export async function aCellIsDrawnWithItsLevelItsStateAndTheLevelBefore() {
  const node = document.createElement("span");
  paint(node, { level: 2, is: "saving" }, 1);
  equal([node.innerHTML, node.dataset.level, node.dataset.is], ["<b>II</b><small>I</small>", "2", "saving"]);
  paint(node, { level: null, is: "empty" }, undefined);
  equal([node.innerHTML, node.dataset.level, node.dataset.is], ["<b></b>", "", "empty"]);
}

export async function aCellIsSaidInWords() {
  const words = {
    levels: ["level I", "level II", "level III"], notAssessed: "not assessed", earlier: "At the start",
    isSaving: "not saved yet", isConflict: "two different marks", isRefused: "not accepted",
  };
  const said = (shown, earlier) => inWords(words, { full: "Ахметова Айша" }, { code: "5-Ф.1" }, shown, earlier);
  equal(said({ level: 2, is: "saved" }, 1), "Ахметова Айша, 5-Ф.1, level II, At the start: I");
  equal(said({ level: null, is: "empty" }), "Ахметова Айша, 5-Ф.1, not assessed");
  equal(said({ level: 3, is: "saving" }), "Ахметова Айша, 5-Ф.1, level III, not saved yet");
  equal(said({ level: null, is: "conflict" }), "Ахметова Айша, 5-Ф.1, not assessed, two different marks");
  equal(said({ level: 1, is: "refused" }), "Ахметова Айша, 5-Ф.1, level I, not accepted");
}
