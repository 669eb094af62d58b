// How a level looks and sounds: in a cell of the grid, on a button, in the words about it.

import { element } from "./words.js";

export const LEVELS = [1, 2, 3];
const NUMERALS = { 1: "I", 2: "II", 3: "III" };

export const numeral = (level) => NUMERALS[level] ?? "";

// Return the level that a key stands for: 1, 2, 3, null for «not assessed», or undefined for any other key.
// The row of digits counts by its place, because on a Kazakh keyboard it types ә, і, ң and the like.
export function levelOfKey({ key, code, ctrlKey, altKey, metaKey }) {
  if (ctrlKey || altKey || metaKey) return undefined;
  if (["1", "2", "3"].includes(key)) return Number(key);
  if (key === "0" || key === "Backspace" || key === "Delete") return null;
  const place = /^Digit([0-3])$/.exec(code ?? "");
  if (!place || key.length !== 1) return undefined;
  return place[1] === "0" ? null : Number(place[1]);
}

// Draw what a cell shows: its level, the sign of its state, and, pale, the level of the stage before.
export function paint(node, shown, earlier) {
  node.dataset.level = shown.level ?? "";
  node.dataset.is = shown.is;
  node.replaceChildren(
    element("b", { textContent: numeral(shown.level) }),
    ...(earlier ? [element("small", { textContent: numeral(earlier) })] : []),
  );
}

// Say a cell in words, for those who listen to it.
export function inWords(words, child, criterion, shown, earlier) {
  const level = shown.level === null ? words.notAssessed : words.levels[shown.level - 1];
  const state = { saving: words.isSaving, conflict: words.isConflict, refused: words.isRefused }[shown.is];
  const before = earlier ? `${words.earlier}: ${numeral(earlier)}` : "";
  return [child.full, criterion.code, level, state, before].filter(Boolean).join(", ");
}
