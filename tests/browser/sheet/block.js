// A block of the sheet: who and what is in it, and the way through its cells.

import { agesIn, Block } from "../block.js";
import { Journal } from "../journal.js";
import { Sheet } from "../sheet.js";
import { equal } from "./support/expect.js";
import { wholeSheet } from "./support/lists.js";

const names = (count, of = "child") => Array.from({ length: count }, (_, index) => `${of}${index + 1}`);

function blockOf(children, criteria) {
  const sheet = new Sheet(
    wholeSheet({ children: names(children), criteria: names(criteria, "criterion") }),
    new Journal(null, "house", "gulnar"),
    "Gulnar",
  );
  return new Block(sheet, "physical", 5);
}

const MIXED = wholeSheet({
  children: [{ id: "aisha", age: 5 }, { id: "baby", age: 2 }, { id: "daniyar", age: 5 }, { id: "new", age: null }],
  criteria: [
    { id: "jump", area: "physical", age: 5 }, { id: "draw", area: "art", age: 5 },
    { id: "sing", area: "music", age: 3 }, { id: "dance", area: "music", age: 2 },
    { id: "play", area: "music", age: 4 },
    { id: "crawl", area: "physical", age: 2 }, { id: "run", area: "physical", age: 5 },
  ],
});

// Go through a block from a place on until it ends.
function wayThrough(block, way, step, place) {
  const seen = [];
  for (let at = place; at && seen.length < 1000; at = block.beside(at, way, step)) seen.push([at.row, at.column]);
  return seen;
}

export async function aBlockHasTheChildrenAndCriteriaOfOneAgeAndArea() {
  const block = new Block(new Sheet(MIXED, new Journal(null, "house", "gulnar"), "Gulnar"), "physical", 5);
  equal(
    [block.children, block.criteria].map((list) => list.map(({ id }) => id)),
    [["aisha", "daniyar"], ["jump", "run"]],
  );
}

export async function theAgesOfAnAreaComeYoungestFirst() {
  equal(
    [agesIn(MIXED, "physical"), agesIn(MIXED, "art"), agesIn(MIXED, "music"), agesIn(MIXED, "speech")],
    [[2, 5], [5], [2, 3, 4], []],
  );
}

export async function withSevenChildrenTheyStandInRows() {
  const block = blockOf(7, 3);
  equal([block.isTurned, block.rows.length, block.columns.length], [false, 7, 3]);
  equal(
    [block.cell({ row: 6, column: 2 }), block.cell({ row: 0, column: 1 })],
    ["child7 criterion3", "child1 criterion2"],
  );
}

export async function withSixChildrenTheBlockIsTurned() {
  const block = blockOf(6, 3);
  equal([block.isTurned, block.rows.length, block.columns.length], [true, 3, 6]);
  equal(
    [block.cell({ row: 2, column: 5 }), block.cell({ row: 0, column: 1 })],
    ["child6 criterion3", "child2 criterion1"],
  );
}

export async function downGoesThroughTheColumnsToTheEnd() {
  equal(
    wayThrough(blockOf(7, 2), "down", 1, { row: 5, column: 0 }),
    [[5, 0], [6, 0], [0, 1], [1, 1], [2, 1], [3, 1], [4, 1], [5, 1], [6, 1]],
  );
}

export async function acrossGoesThroughTheRowsToTheEnd() {
  equal(wayThrough(blockOf(7, 2), "across", 1, { row: 5, column: 0 }), [[5, 0], [5, 1], [6, 0], [6, 1]]);
}

export async function inATurnedBlockTheWaysAreThoseOfTheScreen() {
  const block = blockOf(2, 3);
  equal(wayThrough(block, "down", 1, { row: 0, column: 0 }).map(([row, column]) => block.cell({ row, column })), [
    "child1 criterion1", "child1 criterion2", "child1 criterion3",
    "child2 criterion1", "child2 criterion2", "child2 criterion3",
  ]);
  const last = wayThrough(block, "across", 1, { row: 2, column: 0 });
  equal(last.map(([row, column]) => block.cell({ row, column })), ["child1 criterion3", "child2 criterion3"]);
}

export async function theWayBackEndsAtTheFirstCell() {
  equal(
    wayThrough(blockOf(7, 2), "down", -1, { row: 1, column: 1 }),
    [[1, 1], [0, 1], [6, 0], [5, 0], [4, 0], [3, 0], [2, 0], [1, 0], [0, 0]],
  );
  equal(wayThrough(blockOf(7, 2), "across", -1, { row: 1, column: 0 }), [[1, 0], [0, 1], [0, 0]]);
}

export async function everyCellIsOnEachWayOnce() {
  for (const [children, criteria] of [[1, 1], [1, 5], [6, 4], [7, 4], [25, 12]]) {
    for (const way of ["down", "across"]) {
      const block = blockOf(children, criteria);
      const seen = wayThrough(block, way, 1, { row: 0, column: 0 }).map(([row, column]) => block.cell({ row, column }));
      equal([...seen].sort(), block.cells().sort(), `${way} through ${children} by ${criteria}`);
    }
  }
}

export async function aStepBesideTheBlockStaysAtItsEdge() {
  const block = blockOf(7, 3);
  const corner = { row: 6, column: 2 };
  equal(
    [block.moved(corner, 1, 0), block.moved(corner, 0, 1), block.moved(corner, -1, -1)],
    [corner, corner, { row: 5, column: 1 }],
  );
  equal(block.moved({ row: 0, column: 0 }, -1, -1), { row: 0, column: 0 });
}

export async function aCellIsFoundByItsPlaceAndAPlaceByItsCell() {
  for (const children of [6, 7]) {
    const block = blockOf(children, 3);
    for (const place of block.places()) equal(block.placeOf(block.cell(place)), place);
    equal(block.placeOf("stranger criterion1"), null);
  }
}

export async function aCellTellsItsChildAndItsCriterion() {
  const [child, criterion] = blockOf(7, 3).pairOf("child4 criterion2");
  equal([child.id, criterion.id], ["child4", "criterion2"]);
}

export async function aBlockWithoutChildrenHasNoCells() {
  equal([blockOf(0, 3).cells(), blockOf(3, 0).cells()], [[], []]);
}
