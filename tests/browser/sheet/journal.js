// The journal: what a browser keeps of the changes that have no receipt yet.

import { Journal, newId, sheetName } from "../journal.js";
import { equal, holds } from "./support/expect.js";
import { FullStore, Store } from "./support/store.js";

const SHEET = sheetName("group", "start");

function change(id, { group = "group", stage = "start", child = "child", base = 0, level = 2 } = {}) {
  return { id, group, stage, child, criterion: "criterion", base, level };
}

const ids = (changes) => changes.map(({ id }) => id);

export async function changesComeOutInTheOrderTheyWereTyped() {
  const journal = new Journal(new Store(), "house", "gulnar", () => 1000);
  for (const id of ["c", "a", "b"]) journal.add(change(id));
  equal(ids(journal.of(SHEET)), ["c", "a", "b"]);
}

export async function theOrderOutlivesAReload() {
  const store = new Store();
  const journal = new Journal(store, "house", "gulnar", () => 1000);
  for (const id of ["c", "a", "b"]) journal.add(change(id));
  const reloaded = new Journal(store, "house", "gulnar", () => 1000);
  reloaded.add(change("0"));
  equal(ids(reloaded.of(SHEET)), ["c", "a", "b", "0"]);
}

export async function theOrderOutlivesAClockThatIsSetBack() {
  const store = new Store();
  new Journal(store, "house", "gulnar", () => 1_700_000_000_000).add(change("first"));
  const later = new Journal(store, "house", "gulnar", () => 5);
  later.add(change("second"));
  later.add(change("third"));
  equal(ids(new Journal(store, "house", "gulnar", () => 1).of(SHEET)), ["first", "second", "third"]);
}

export async function anEntryHoldsIdsALevelAndARevisionOnly() {
  const store = new Store();
  const named = { ...change("id", { base: 4, level: 3 }), full: "Ахметова Айша", by: "Гүлнар", text: "words" };
  new Journal(store, "house", "gulnar", () => 35).add(named);
  equal([...store.kept], [["monitoring:change:house:gulnar:group:start:000000000z:id", '["child","criterion",4,3]']]);
}

export async function aReloadGivesEveryFieldOfAChangeBack() {
  const store = new Store();
  new Journal(store, "house", "gulnar").add(change("id", { base: 4, level: null }));
  equal(new Journal(store, "house", "gulnar").of(SHEET), [change("id", { base: 4, level: null })]);
}

export async function aRemovedChangeIsGoneFromTheStoreToo() {
  const store = new Store();
  const journal = new Journal(store, "house", "gulnar");
  journal.add(change("a"));
  journal.add(change("b"));
  journal.remove("a");
  journal.remove("unknown");
  equal(ids(new Journal(store, "house", "gulnar").of(SHEET)), ["b"]);
  equal(journal.size, 1);
}

export async function aNewBaseIsKeptOverAReload() {
  const store = new Store();
  const journal = new Journal(store, "house", "gulnar");
  journal.add(change("a", { base: 1 }));
  journal.rebase("a", 5);
  journal.rebase("unknown", 5);
  equal(journal.of(SHEET)[0].base, 5);
  equal(new Journal(store, "house", "gulnar").of(SHEET)[0].base, 5, "after a reload");
}

export async function aHeldChangeIsKeptButNotSent() {
  const journal = new Journal(new Store(), "house", "gulnar");
  journal.add(change("a", { child: "one" }));
  journal.add(change("b", { child: "other" }));
  journal.hold("a");
  equal(ids(journal.unsent(SHEET)), ["b"]);
  equal(ids(journal.of(SHEET)), ["a", "b"]);
  journal.release("a");
  equal(ids(journal.unsent(SHEET)), ["a", "b"]);
}

export async function aChangeBehindAHeldOneOfItsCellIsNotSentEither() {
  const journal = new Journal(new Store(), "house", "gulnar");
  journal.add(change("a", { base: 0 }));
  journal.add(change("b", { base: 1 }));
  journal.add(change("c", { child: "other" }));
  journal.hold("a");
  equal(ids(journal.unsent(SHEET)), ["c"], "b was typed over a, which is not on record");
}

export async function whatIsNotThereCannotBeHeld() {
  const journal = new Journal(new Store(), "house", "gulnar");
  journal.hold("unknown");
  equal(journal.held.size, 0);
}

export async function twoAccountsInOneStoreNeverMix() {
  const store = new Store();
  new Journal(store, "house", "gulnar").add(change("hers"));
  const other = new Journal(store, "house", "gul");
  other.add(change("his"));
  equal(ids(other.of(SHEET)), ["his"]);
  equal(ids(new Journal(store, "house", "gulnar").of(SHEET)), ["hers"]);
}

export async function twoInstallationsInOneStoreNeverMix() {
  const store = new Store();
  new Journal(store, "house", "gulnar").add(change("here"));
  const demo = new Journal(store, "demo", "gulnar");
  equal([demo.size, demo.ofOthers], [0, 0]);
  demo.add(change("there"));
  equal(ids(new Journal(store, "house", "gulnar").of(SHEET)), ["here"]);
}

export async function changesOfOthersAreCountedAndStay() {
  const store = new Store();
  store.setItem("theme", "dark");
  for (const id of ["a", "b"]) new Journal(store, "house", "gulnar").add(change(id));
  const other = new Journal(store, "house", "serik");
  other.add(change("c"));
  equal(other.ofOthers, 2);
  other.remove("c");
  equal([other.ofOthers, store.length], [2, 3]);
}

export async function eachSheetHasItsOwnChanges() {
  const journal = new Journal(new Store(), "house", "gulnar");
  journal.add(change("a"));
  journal.add(change("b", { stage: "middle" }));
  journal.add(change("c", { group: "neighbours" }));
  equal(journal.sheets(), ["group:start", "group:middle", "neighbours:start"]);
  equal(journal.sheets().map((sheet) => ids(journal.of(sheet))), [["a"], ["b"], ["c"]]);
}

export async function anotherTabsChangeIsTakenOver() {
  const { here, there, store } = twoTabs();
  const heard = [];
  store.listeners.set("here", (event) => heard.push(here.heard(event)));
  there.add(change("a"));
  equal(heard, [{ id: "a", change: change("a") }]);
  equal(ids(here.of(SHEET)), ["a"]);
}

export async function anotherTabsChangeComesBeforeWhatIsTypedHereAfterIt() {
  const { here, there, store } = twoTabs(2000, 1000);
  store.listeners.set("here", (event) => here.heard(event));
  there.add(change("a"));
  here.add(change("b"));
  equal(ids(here.of(SHEET)), ["a", "b"]);
}

export async function aReceiptInAnotherTabTakesTheChangeAwayHere() {
  const { here, there, store } = twoTabs();
  const heard = [];
  store.listeners.set("here", (event) => heard.push(here.heard(event)));
  there.add(change("a"));
  here.hold("a");
  there.remove("a");
  equal(heard.at(-1), { id: "a", change: null });
  equal([here.size, here.held.size], [0, 0], "what is kept and what is held");
}

export async function aNewBaseFromAnotherTabIsTakenOver() {
  const { here, there, store } = twoTabs();
  store.listeners.set("here", (event) => here.heard(event));
  there.add(change("a", { base: 1 }));
  const [known] = here.of(SHEET);
  there.rebase("a", 7);
  equal(here.of(SHEET)[0].base, 7);
  equal(known.base, 7, "the change that the sheet has in its hands");
}

export async function wordsOfOtherAccountsAndOtherThingsAreNotHeard() {
  const { here, store } = twoTabs();
  const heard = [];
  store.listeners.set("here", (event) => heard.push(here.heard(event)));
  new Journal(store.of("other"), "house", "serik").add(change("a"));
  store.of("other").setItem("theme", "dark");
  heard.push(here.heard({ key: null, newValue: null })); // the store was emptied
  equal(heard, [null, null, null]);
  equal(here.size, 0);
}

export async function theBrowsersOwnEventBringsTheChangeOfAnotherTab() {
  localStorage.clear();
  const frame = document.body.appendChild(document.createElement("iframe"));
  const here = new Journal(localStorage, "house", "gulnar");
  const event = new Promise((come) => addEventListener("storage", come, { once: true }));
  new Journal(frame.contentWindow.localStorage, "house", "gulnar").add(change("a"));
  equal(here.heard(await event), { id: "a", change: change("a") });
  frame.remove();
  localStorage.clear();
}

export async function aFullStoreIsSaidAndTheChangeLivesOnInThePage() {
  const journal = new Journal(new FullStore(), "house", "gulnar");
  holds(journal.isSafe, "nothing has been lost yet");
  journal.add(change("a"));
  equal([journal.isSafe, ids(journal.unsent(SHEET))], [false, ["a"]]);
  journal.rebase("a", 3);
  journal.remove("a");
  equal(journal.size, 0);
}

export async function aForbiddenStoreIsSaidAndTheChangeLivesOnInThePage() {
  const journal = new Journal(null, "house", "gulnar");
  journal.add(change("a"));
  equal([journal.isSafe, ids(journal.unsent(SHEET)), journal.ofOthers], [false, ["a"], 0]);
  journal.remove("a");
  equal(journal.size, 0);
}

export async function halfAnEntryAndForeignThingsArePassedOver() {
  const store = new Store();
  const own = "monitoring:change:house:gulnar:";
  for (const half of ["", '["child","crit', "null", "5", '"text"', "[]", "{}", '["child"]']) {
    store.setItem(`${own}group:start:000000000${store.length}:half`, half);
  }
  store.setItem(`${own}group:start`, '["child","criterion",0,1]');
  new Journal(store, "house", "gulnar").add(change("whole"));
  const journal = new Journal(store, "house", "gulnar");
  equal([journal.sheets(), journal.of(SHEET)], [[SHEET], [change("whole")]]);
}

export async function aNewIdIsAUuidAndNoTwoAreTheSame() {
  const made = Array.from({ length: 1000 }, newId);
  equal(new Set(made).size, 1000);
  const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  equal(made.filter((id) => !form.test(id)), []);
}

function twoTabs(hereNow = 1000, thereNow = 1000) {
  const store = new Store();
  const here = new Journal(store.of("here"), "house", "gulnar", () => hereNow);
  const there = new Journal(store.of("there"), "house", "gulnar", () => thereNow);
  return { store, here, there };
}
