// The sheet as a browser knows it: every state of a cell, the changes that wait, and what becomes of them.

import { Journal } from "../journal.js";
import { Sheet } from "../sheet.js";
import { equal, holds } from "./support/expect.js";
import { mark, wholeSheet } from "./support/lists.js";
import { Store } from "./support/store.js";

const CELL = "aisha jump";
const OTHER_CELL = "daniyar run";

function sheetOf(data = {}, store = new Store()) {
  return new Sheet(wholeSheet(data), new Journal(store, "house", "gulnar"), "Gulnar");
}

// The changes of a sheet that are to be sent, in a few words.
const toSend = (sheet) => sheet.journal.unsent(sheet.name).map(({ base, level }) => [base, level]);
const idsOf = (sheet) => sheet.journal.of(sheet.name).map(({ id }) => id);
const lastId = (sheet) => idsOf(sheet).at(-1);
const theirs = (level, revision) => ({ level, revision, by: "Serik", at: 1_700_000_000 });

// Type levels into one cell and return the sheet and the ids of the changes.
function typing(levels, data) {
  const sheet = sheetOf(data);
  for (const level of levels) sheet.type(CELL, level);
  return { sheet, ids: idsOf(sheet) };
}

function inConflict(data = {}) {
  const { sheet, ids } = typing([2], data);
  sheet.receive([{ id: ids[0], conflict: theirs(3, 4) }]);
  return sheet;
}

function inRefusal() {
  const { sheet, ids } = typing([2]);
  sheet.receive([{ id: ids[0], refused: "The sheet is approved." }]);
  return sheet;
}

// --- what a cell shows ---------------------------------------------------------------------------------------

export async function anEmptyCellIsEmpty() {
  equal(sheetOf().shown(CELL), { level: null, is: "empty" });
}

export async function aMarkOnRecordIsSaved() {
  equal(sheetOf({ marks: [mark("aisha", "jump", 3)] }).shown(CELL), { level: 3, is: "saved" });
}

export async function notAssessedOnRecordIsEmpty() {
  equal(sheetOf({ marks: [mark("aisha", "jump", null, 2)] }).shown(CELL), { level: null, is: "empty" });
}

export async function whatIsTypedIsShownAtOnceAndNotYetSaved() {
  const { sheet } = typing([2]);
  equal(sheet.shown(CELL), { level: 2, is: "saving" });
  equal(sheet.shown(OTHER_CELL), { level: null, is: "empty" });
}

export async function aReceiptMakesItSaved() {
  const { sheet, ids } = typing([2]);
  equal(sheet.receive([{ id: ids[0], saved: 1 }]), [CELL]);
  equal([sheet.shown(CELL), sheet.onRecord(CELL).by, sheet.journal.size], [{ level: 2, is: "saved" }, "Gulnar", 0]);
}

export async function notAssessedOverAMarkIsAChange() {
  const { sheet, ids } = typing([null], { marks: [mark("aisha", "jump", 3, 5)] });
  equal([toSend(sheet), sheet.shown(CELL)], [[[5, null]], { level: null, is: "saving" }]);
  sheet.receive([{ id: ids[0], saved: 6 }]);
  equal(sheet.shown(CELL), { level: null, is: "empty" });
}

// --- changes in a row -------------------------------------------------------------------------------------------

export async function theFirstChangeIsTypedOverTheRevisionOnRecord() {
  const { sheet } = typing([1], { marks: [mark("aisha", "jump", 3, 5)] });
  equal(toSend(sheet), [[5, 1]]);
}

export async function eachNextChangeIsTypedOverTheOneBefore() {
  const { sheet } = typing([1, 2, null, 3], { marks: [mark("aisha", "jump", 3, 5)] });
  equal(toSend(sheet), [[5, 1], [6, 2], [7, null], [8, 3]]);
}

export async function theSameLevelTwiceIsNoChange() {
  const sheet = sheetOf({ marks: [mark("aisha", "jump", 3)] });
  equal([sheet.type(CELL, 3), sheet.type(CELL, 2), sheet.type(CELL, 2)], [false, true, false]);
  equal(toSend(sheet), [[1, 2]]);
}

export async function notAssessedOverAnEmptyCellIsNoChange() {
  const sheet = sheetOf();
  equal([sheet.type(CELL, null), sheet.journal.size], [false, 0]);
}

export async function theCellShowsTheLastOfItsChangesUntilAllAreSaved() {
  const { sheet, ids } = typing([1, 2]);
  sheet.receive([{ id: ids[0], saved: 1 }]);
  equal([sheet.shown(CELL), toSend(sheet)], [{ level: 2, is: "saving" }, [[1, 2]]]);
  sheet.receive([{ id: ids[1], saved: 2 }]);
  equal([sheet.shown(CELL), toSend(sheet)], [{ level: 2, is: "saved" }, []]);
}

export async function theSameLevelFromTwoPeopleLetsTheNextChangeGoOverTheirs() {
  const { sheet, ids } = typing([2, 3, 1]);
  sheet.hear({ sequence: 9, marks: [mark("aisha", "jump", 2, 4)] });
  sheet.receive([{ id: ids[0], saved: 4 }]); // the level was there already, by somebody else
  equal(toSend(sheet), [[4, 3], [5, 1]]);
}

export async function whatSomebodyWroteOverMyMarkIsNotOverwrittenUnseen() {
  const { sheet, ids } = typing([2, 3]);
  sheet.hear({ sequence: 9, marks: [mark("aisha", "jump", 1, 2)] }); // over my 2, which was revision 1
  sheet.receive([{ id: ids[0], saved: 1 }]);
  equal(toSend(sheet), [[1, 3]], "the base stays, so that the server sees the conflict");
}

export async function receiptsThatComeTwiceChangeNothing() {
  const { sheet, ids } = typing([2]);
  sheet.receive([{ id: ids[0], saved: 1 }]);
  sheet.hear({ sequence: 9, marks: [mark("aisha", "jump", 3, 2)] });
  equal(sheet.receive([{ id: ids[0], saved: 1 }, { id: "unknown", saved: 7 }]), []);
  equal(sheet.shown(CELL), { level: 3, is: "saved" });
}

export async function anOldReceiptDoesNotBringAnOldMarkBack() {
  const { sheet, ids } = typing([2]);
  sheet.hear({ sequence: 9, marks: [mark("aisha", "jump", 3, 2)] }); // somebody wrote over mine
  sheet.receive([{ id: ids[0], saved: 1 }]);
  equal(sheet.shown(CELL), { level: 3, is: "saved" });
}

export async function ofABatchThatCameTwiceTheLaterChangeMayBeSavedAndTheEarlierRefused() {
  const { sheet, ids } = typing([2, 3, 1]);
  equal(sheet.receive([{ id: ids[0], refused: "no" }, { id: ids[1], saved: 2 }]), [CELL]);
  equal([sheet.shown(CELL), toSend(sheet), sheet.trouble.size], [{ level: 1, is: "saving" }, [[2, 1]], 0]);
}

export async function aReloadBringsWhatIsNotYetSaved() {
  const store = new Store();
  sheetOf({}, store).type(CELL, 2);
  const reloaded = sheetOf({}, store);
  equal([reloaded.shown(CELL), toSend(reloaded)], [{ level: 2, is: "saving" }, [[0, 2]]]);
  reloaded.type(CELL, 1);
  equal(toSend(reloaded), [[0, 2], [1, 1]]);
}

export async function aSheetOpenedAnewTriesOnceMoreWhatWaitedForADecision() {
  const sheet = inConflict();
  const anew = new Sheet(wholeSheet({ marks: [mark("aisha", "jump", 3, 4)] }), sheet.journal, "Gulnar");
  equal([anew.shown(CELL).level, toSend(anew)], [2, [[0, 2]]], "or it would say «saving» for ever");
}

export async function theWholeSheetTakenAnewKeepsWhatIsTyped() {
  const { sheet } = typing([2], { marks: [mark("daniyar", "run", 1)] });
  sheet.refresh(wholeSheet({ sequence: 8, marks: [mark("daniyar", "jump", 3)] }));
  equal(
    [sheet.shown(CELL), sheet.shown(OTHER_CELL).level, sheet.shown("daniyar jump").level],
    [{ level: 2, is: "saving" }, null, 3],
  );
}

// --- two different marks ----------------------------------------------------------------------------------------

export async function aConflictShowsMineAndKnowsTheirs() {
  const sheet = inConflict();
  equal(
    [sheet.shown(CELL), sheet.onRecord(CELL), sheet.troubled("conflict")],
    [{ level: 2, is: "conflict" }, theirs(3, 4), [CELL]],
  );
  equal([toSend(sheet), sheet.journal.size], [[], 1], "nothing is sent, nothing is lost");
}

export async function theLastOfManyChangesStandsInTheConflict() {
  const { sheet, ids } = typing([2, 1, null]);
  sheet.receive(ids.map((id) => ({ id, conflict: theirs(3, 4) })));
  equal([sheet.shown(CELL), idsOf(sheet)], [{ level: null, is: "conflict" }, [ids[2]]]);
}

export async function aConflictInTheMiddleOfARowKeepsWhatWasTypedLast() {
  const { sheet, ids } = typing([2, 1, 3]);
  sheet.receive([{ id: ids[0], saved: 1 }, { id: ids[1], conflict: theirs(2, 4) }]);
  equal([sheet.shown(CELL), idsOf(sheet)], [{ level: 3, is: "conflict" }, [ids[2]]]);
}

export async function aConflictOverTheSameLevelIsNone() {
  const { sheet, ids } = typing([2, 3]);
  sheet.receive([{ id: ids[0], conflict: theirs(3, 4) }]);
  equal([sheet.shown(CELL), sheet.journal.size], [{ level: 3, is: "saved" }, 0]);
}

export async function theirsIsLeft() {
  const sheet = inConflict();
  sheet.leaveTheirs(CELL);
  equal([sheet.shown(CELL), sheet.journal.size, sheet.trouble.size], [{ level: 3, is: "saved" }, 0, 0]);
}

export async function mineIsPutOverTheirs() {
  const sheet = inConflict();
  sheet.keepMine(CELL);
  equal([sheet.shown(CELL), toSend(sheet), sheet.journal.held.size], [{ level: 2, is: "saving" }, [[4, 2]], 0]);
}

export async function aLevelTypedAnewIsPutOverTheirs() {
  const sheet = inConflict();
  holds(sheet.type(CELL, 1), "a change");
  equal([sheet.shown(CELL), toSend(sheet)], [{ level: 1, is: "saving" }, [[4, 1]]]);
}

export async function myLevelTypedOnceMoreIsPutOverTheirs() {
  const sheet = inConflict();
  holds(sheet.type(CELL, 2), "a choice");
  equal([sheet.shown(CELL), toSend(sheet)], [{ level: 2, is: "saving" }, [[4, 2]]]);
}

export async function theirLevelTypedLeavesTheirs() {
  const sheet = inConflict();
  holds(sheet.type(CELL, 3), "a choice");
  equal([sheet.shown(CELL), sheet.journal.size], [{ level: 3, is: "saved" }, 0]);
}

export async function notAssessedTypedInAConflictIsPutOverTheirs() {
  const sheet = inConflict();
  sheet.type(CELL, null);
  equal(toSend(sheet), [[4, null]]);
}

export async function theirNewMarkInAConflictIsShownBesideMine() {
  const sheet = inConflict();
  equal(sheet.hear({ sequence: 9, marks: [mark("aisha", "jump", 1, 5)] }), [CELL]);
  equal([sheet.shown(CELL), sheet.onRecord(CELL).level], [{ level: 2, is: "conflict" }, 1]);
  sheet.keepMine(CELL);
  equal(toSend(sheet), [[5, 2]]);
}

export async function aConflictEndsWhenTheyComeToMyLevel() {
  const sheet = inConflict();
  sheet.hear({ sequence: 9, marks: [mark("aisha", "jump", 2, 5)] });
  equal([sheet.shown(CELL), sheet.journal.size, sheet.journal.held.size], [{ level: 2, is: "saved" }, 0, 0]);
}

export async function anOldConflictDoesNotHideTheNewerMark() {
  const { sheet, ids } = typing([2]);
  sheet.hear({ sequence: 9, marks: [mark("aisha", "jump", 1, 5)] });
  sheet.receive([{ id: ids[0], conflict: theirs(3, 4) }]);
  equal([sheet.shown(CELL), sheet.onRecord(CELL).level], [{ level: 2, is: "conflict" }, 1]);
}

export async function aConflictWithALevelThatIsMineByNowIsNone() {
  const { sheet, ids } = typing([2]);
  sheet.hear({ sequence: 9, marks: [mark("aisha", "jump", 2, 5)] });
  sheet.receive([{ id: ids[0], conflict: theirs(3, 4) }]);
  equal([sheet.shown(CELL), sheet.journal.size], [{ level: 2, is: "saved" }, 0]);
}

// --- not accepted -----------------------------------------------------------------------------------------------

export async function aRefusalShowsMineAndTheReason() {
  const sheet = inRefusal();
  equal(sheet.shown(CELL), { level: 2, is: "refused" });
  equal([sheet.troubled("refused"), sheet.trouble.get(CELL).reason], [[CELL], "The sheet is approved."]);
  equal([toSend(sheet), sheet.journal.size], [[], 1]);
}

export async function whatWasRefusedIsTriedAgainOverWhatItWasTypedOver() {
  const { sheet, ids } = typing([2, 1], { marks: [mark("aisha", "jump", 3, 5)] });
  sheet.receive(ids.map((id) => ({ id, refused: "no" })));
  sheet.retryRefused();
  equal([sheet.shown(CELL), toSend(sheet), idsOf(sheet)], [{ level: 1, is: "saving" }, [[5, 1]], [ids[1]]]);
  sheet.receive([{ id: ids[1], saved: 6 }]);
  equal(sheet.shown(CELL), { level: 1, is: "saved" });
}

export async function whatWasRefusedTwiceIsStillThere() {
  const sheet = inRefusal();
  sheet.retryRefused();
  sheet.receive([{ id: lastId(sheet), refused: "still no" }]);
  equal(
    [sheet.shown(CELL), sheet.trouble.get(CELL).reason, toSend(sheet)],
    [{ level: 2, is: "refused" }, "still no", []],
  );
}

export async function whatWasRefusedIsNotPutOverSomebodysMarkUnseen() {
  const sheet = inRefusal();
  sheet.hear({ sequence: 9, marks: [mark("aisha", "jump", 3, 1)] });
  sheet.retryRefused();
  equal(toSend(sheet), [[0, 2]]);
}

export async function whatWasRefusedIsDiscarded() {
  const sheet = inRefusal();
  sheet.leaveTheirs(CELL);
  equal([sheet.shown(CELL), sheet.journal.size], [{ level: null, is: "empty" }, 0]);
}

export async function aRefusedCellCanBeTypedAnew() {
  const sheet = inRefusal();
  sheet.type(CELL, 3);
  equal([sheet.shown(CELL), toSend(sheet)], [{ level: 3, is: "saving" }, [[0, 3]]]);
}

export async function theOtherCellsGoOnBesideARefusal() {
  const sheet = inRefusal();
  sheet.type(OTHER_CELL, 1);
  equal([sheet.shown(OTHER_CELL), toSend(sheet)], [{ level: 1, is: "saving" }, [[0, 1]]]);
}

export async function aDecisionInACellWithoutTroubleChangesNothing() {
  const { sheet } = typing([2]);
  sheet.leaveTheirs(CELL);
  sheet.keepMine(CELL);
  sheet.leaveTheirs(OTHER_CELL);
  equal([toSend(sheet), sheet.shown(OTHER_CELL).is], [[[0, 2]], "empty"]);
}

// --- news ---------------------------------------------------------------------------------------------------------

export async function newsChangeTheCellsTheyAreAbout() {
  const sheet = sheetOf({ sequence: 3 });
  equal(sheet.hear({ sequence: 5, marks: [mark("aisha", "jump", 1), mark("daniyar", "run", 2)] }), [CELL, OTHER_CELL]);
  equal([sheet.shown(CELL), sheet.sequence], [{ level: 1, is: "saved" }, 5]);
}

export async function oldNewsChangeNothing() {
  const sheet = sheetOf({ sequence: 7, marks: [mark("aisha", "jump", 3, 5)] });
  equal(sheet.hear({ sequence: 5, marks: [mark("aisha", "jump", 1, 4), mark("aisha", "jump", 3, 5)] }), []);
  equal([sheet.shown(CELL).level, sheet.sequence], [3, 7]);
}

export async function newsOverAWaitingCellLeaveWhatIsTyped() {
  const { sheet } = typing([2]);
  sheet.hear({ sequence: 5, marks: [mark("aisha", "jump", 3)] });
  equal([sheet.shown(CELL), toSend(sheet)], [{ level: 2, is: "saving" }, [[0, 2]]]);
  sheet.receive([{ id: lastId(sheet), conflict: theirs(3, 1) }]);
  equal(sheet.shown(CELL), { level: 2, is: "conflict" });
}

export async function theNextChangeOfAWaitingCellIsTypedOverMineAndNotOverTheNews() {
  const { sheet } = typing([2]);
  sheet.hear({ sequence: 5, marks: [mark("aisha", "jump", 3, 8)] });
  sheet.type(CELL, 1);
  equal(toSend(sheet), [[0, 2], [1, 1]]);
}

export async function newsWithAGapBeforeThemAreTakenButTheGapStaysOpen() {
  const sheet = sheetOf({ sequence: 3 });
  equal(sheet.hear({ since: 5, sequence: 8, marks: [mark("aisha", "jump", 1)] }), [CELL]);
  equal(sheet.sequence, 3, "what came as 4 and 5 is still to be asked for");
  sheet.hear({ since: 3, sequence: 8, marks: [] });
  equal(sheet.sequence, 8);
}

export async function theStateOfTheSheetComesWithTheNews() {
  const sheet = sheetOf();
  holds(!sheet.isLocked, "an open sheet");
  sheet.hear({ sequence: 1, marks: [], state: { is: "approved", by: "Aigul", at: 1 } });
  holds(sheet.isLocked, "an approved sheet");
  sheet.hear({ sequence: 2, marks: [] });
  holds(sheet.isLocked, "the state stays where the answer has none");
}

// --- another tab of this account ----------------------------------------------------------------------------------

export async function aChangeOfAnotherTabIsShown() {
  const sheet = sheetOf();
  const change = { id: "there", group: "group", stage: "start", child: "aisha", criterion: "jump", base: 0, level: 3 };
  sheet.adopt(change);
  sheet.adopt(change);
  equal([sheet.shown(CELL), sheet.waiting.get(CELL).length], [{ level: 3, is: "saving" }, 1]);
}

export async function whatTwoTabsTypeStandsInTheOrderInWhichItWasTyped() {
  const store = new Store();
  const [here, there] = ["here", "there"].map((tab) => sheetOf({}, store.of(tab)));
  const events = [];
  store.listeners.set("here", (event) => events.push(event));
  there.journal.now = () => 1000;
  there.type(CELL, 1);
  here.journal.now = () => 2000;
  here.type(CELL, 2);
  for (const event of events) here.adopt(here.journal.heard(event).change);
  equal(here.waiting.get(CELL).map(({ level }) => level), [1, 2]);
  equal(here.shown(CELL).level, 2);
}

export async function aReceiptInAnotherTabSettlesTheCell() {
  const { sheet, ids } = typing([2, 3]);
  equal(sheet.settleElsewhere(ids[0]), CELL);
  equal(sheet.waiting.get(CELL).map(({ id }) => id), [ids[1]]);
  equal([sheet.settleElsewhere(ids[1]), sheet.shown(CELL).is, sheet.settleElsewhere("unknown")], [CELL, "empty", null]);
}

export async function aChangeThatIsInTroubleHereAndHeardOfAgainStaysInTrouble() {
  const sheet = inRefusal();
  sheet.adopt(sheet.journal.of(sheet.name)[0]);
  equal([sheet.shown(CELL).is, sheet.waiting.size], ["refused", 0]);
}

export async function whatAnotherTabTypedOverAConflictMeetsItToo() {
  const sheet = inConflict();
  const change = { id: "there", group: "group", stage: "start", child: "aisha", criterion: "jump", base: 1, level: 1 };
  sheet.journal.add(change);
  sheet.adopt(change);
  sheet.leaveTheirs(CELL);
  equal(toSend(sheet), [[0, 1]], "its base was never on record");
}

export async function whatAnotherTabTypedOverARefusalIsTriedAgainWithIt() {
  const sheet = inRefusal();
  const change = { id: "there", group: "group", stage: "start", child: "aisha", criterion: "jump", base: 1, level: 1 };
  sheet.journal.add(change);
  sheet.adopt(change);
  sheet.retryRefused();
  equal([toSend(sheet), sheet.waiting.get(CELL).length], [[[0, 2], [1, 1]], 2]);
}

export async function theLastChangeNeverLiesInTheStoreAloneOverWhatIsNotOurs() {
  const store = new Store();
  const sheet = sheetOf({}, store);
  for (const level of [2, 1, 3]) sheet.type(CELL, level);
  const bases = [];
  store.listeners.set("a crash", () => {
    const kept = new Journal(store, "house", "gulnar").of(sheet.name);
    bases.push(kept[0].base);
  });
  sheet.receive([{ id: idsOf(sheet)[0], conflict: theirs(3, 1) }]);
  equal(new Set(bases), new Set([0]), "what a reload would find at any moment");
}

export async function aDecisionInAnotherTabEndsTheTrouble() {
  const sheet = inConflict();
  equal([sheet.settleElsewhere(lastId(sheet)), sheet.shown(CELL)], [CELL, { level: 3, is: "saved" }]);
}

// --- take back ------------------------------------------------------------------------------------------------------

export async function theLastChangeIsTakenBackAndMadeAgain() {
  const { sheet } = typing([2], { marks: [mark("aisha", "jump", 3)] });
  equal([sheet.undo(), sheet.shown(CELL).level], [CELL, 3]);
  equal([sheet.redo(), sheet.shown(CELL).level], [CELL, 2]);
  equal(toSend(sheet), [[1, 2], [2, 3], [3, 2]]);
}

export async function changesAreTakenBackFromTheLastToTheFirst() {
  const sheet = sheetOf();
  sheet.type(CELL, 1);
  sheet.type(OTHER_CELL, 2);
  sheet.type(CELL, 3);
  equal(
    [sheet.undo(), sheet.undo(), sheet.shown(CELL).level, sheet.shown(OTHER_CELL).level],
    [CELL, OTHER_CELL, 1, null],
  );
  equal([sheet.undo(), sheet.undo(), sheet.shown(CELL).level], [CELL, null, null]);
}

export async function thereIsNothingToTakeBackOnAFreshSheet() {
  const sheet = sheetOf({ marks: [mark("aisha", "jump", 3)] });
  equal([sheet.undo(), sheet.redo(), sheet.journal.size], [null, null, 0]);
}

export async function aNewChangeEndsWhatCouldBeMadeAgain() {
  const { sheet } = typing([1, 2]);
  sheet.undo();
  sheet.type(OTHER_CELL, 3);
  equal(sheet.redo(), null);
}

export async function takingBackGoesOnAfterTheReceipts() {
  const { sheet, ids } = typing([1, 2]);
  sheet.receive(ids.map((id, index) => ({ id, saved: index + 1 })));
  sheet.undo();
  equal([sheet.shown(CELL), toSend(sheet)], [{ level: 1, is: "saving" }, [[2, 1]]]);
}

export async function aCellThatSomebodyElseHasChangedIsNotTakenBack() {
  const { sheet, ids } = typing([1, 2]);
  sheet.receive(ids.map((id, index) => ({ id, saved: index + 1 })));
  sheet.hear({ sequence: 9, marks: [mark("aisha", "jump", 3, 3)] });
  equal([sheet.undo(), sheet.shown(CELL), toSend(sheet)], [CELL, { level: 3, is: "saved" }, []]);
  equal(sheet.redo(), null, "what was not taken back cannot be made again");
}

export async function aCellThatSomebodyElseHasChangedIsNotMadeAgain() {
  const { sheet } = typing([1]);
  sheet.undo();
  sheet.receive(idsOf(sheet).map((id, index) => ({ id, saved: index + 1 })));
  sheet.hear({ sequence: 9, marks: [mark("aisha", "jump", 3, 3)] });
  equal([sheet.redo(), sheet.shown(CELL)], [CELL, { level: 3, is: "saved" }]);
}

export async function takingBackLeavesACellInConflictAsItIs() {
  const sheet = inConflict();
  equal([sheet.undo(), sheet.shown(CELL), toSend(sheet)], [CELL, { level: 2, is: "conflict" }, []]);
}

export async function takingBackWhatWasRefusedGoesBackToTheRecord() {
  const sheet = inRefusal();
  equal([sheet.undo(), sheet.shown(CELL), sheet.journal.size], [CELL, { level: null, is: "empty" }, 0]);
}

// --- how far the sheet is --------------------------------------------------------------------------------------------

const TWO_AGES = {
  children: [{ id: "aisha", short: "A", full: "A", age: 5 }, { id: "baby", short: "B", full: "B", age: 3 }],
  criteria: [
    { id: "jump", area: "physical", age: 5, code: "5.1", text: "", levels: [] },
    { id: "run", area: "physical", age: 5, code: "5.2", text: "", levels: [] },
    { id: "crawl", area: "physical", age: 3, code: "3.1", text: "", levels: [] },
    { id: "draw", area: "art", age: 3, code: "3.2", text: "", levels: [] },
  ],
};

export async function aChildHasTheCellsOfItsOwnAge() {
  equal(
    [...sheetOf(TWO_AGES).place],
    [["aisha jump", "physical"], ["aisha run", "physical"], ["baby crawl", "physical"], ["baby draw", "art"]],
  );
}

export async function anAreaIsCountedOverAllAges() {
  const sheet = sheetOf({ ...TWO_AGES, marks: [mark("baby", "crawl", 1)] });
  sheet.type("aisha run", 3);
  equal([sheet.countArea("physical"), sheet.countArea("art"), sheet.countArea("music")],
    [{ cells: 3, marked: 2 }, { cells: 1, marked: 0 }, { cells: 0, marked: 0 }]);
}

export async function whatIsTypedCountsAtOnceAndNotAssessedDoesNot() {
  const sheet = sheetOf({ marks: [mark("aisha", "jump", 1)] });
  equal(sheet.count([CELL, OTHER_CELL]), { cells: 2, marked: 1 });
  sheet.type(CELL, null);
  sheet.type(OTHER_CELL, 2);
  equal(sheet.count([CELL, OTHER_CELL]), { cells: 2, marked: 1 });
}

export async function assessedAreTheLevelsOnRecordInCellsOfTheSheet() {
  const marks = [mark("aisha", "jump", 1), mark("daniyar", "run", null, 2), mark("gone", "jump", 3)];
  const sheet = sheetOf({ marks });
  sheet.type("daniyar jump", 2);
  equal(sheet.assessed, 1, "neither not assessed, nor not yet saved, nor of a child who is no longer here");
  sheet.receive([{ id: lastId(sheet), saved: 1 }]);
  equal(sheet.assessed, 2);
}

export async function theLevelsOfTheStageBeforeAreKnownByCell() {
  equal(sheetOf({ earlier: [["aisha", "jump", 2]] }).earlier, new Map([[CELL, 2]]));
}
