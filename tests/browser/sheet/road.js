// The whole road of a mark in bad weather: chance types, cuts lines, stops the server, reloads and approves, and at the
// end, when everything is at rest, nothing that was typed is gone. A failure names its seed; `story` tells it again.

import { equal } from "./support/expect.js";
import { Chance } from "./support/chance.js";
import { Clock, settled, withTimersOfClocks } from "./support/clock.js";
import { Line } from "./support/line.js";
import { wholeSheet } from "./support/lists.js";
import { Server } from "./support/server.js";
import { Store } from "./support/store.js";
import { Tab } from "./support/tab.js";

const CELLS = ["aisha jump", "aisha run", "daniyar jump"];
const LEVELS = [1, 2, 3, null];
const STEPS = 60;
const REST_MS = 40_000; // twice: longer than what comes late and than the patience of a courier

export async function oneBrowserLosesNothing() {
  await eachSeed(100, { browsers: 1 });
}

export async function twoPeopleLoseNothingAndOverwriteNothingUnseen() {
  await eachSeed(120, { browsers: 2 });
}

export async function twoPeopleLoseNothingWhileSheetsAreApprovedAndOpened() {
  await eachSeed(100, { browsers: 2, approves: true });
}

export async function twoTabsOfOneAccountLoseNothing() {
  await eachSeed(100, { browsers: 1, tabs: 2 });
}

export async function twoTabsAndAColleagueLoseNothing() {
  await eachSeed(100, { browsers: 2, tabs: 2, approves: true });
}

// --- the world --------------------------------------------------------------------------------------------------

async function eachSeed(seeds, plan) {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const world = new World(seed, plan);
    try {
      await withTimersOfClocks(() => withIdsBy(world.chance, () => world.live()));
    } catch (failure) {
      throw new Error(`seed ${seed} of ${JSON.stringify(plan)}: ${failure.message}\n${world.story.join("\n")}`);
    }
  }
}

class World {
  constructor(seed, { browsers, tabs = 1, approves = false }) {
    this.chance = new Chance(seed);
    this.clock = new Clock();
    this.server = new Server(wholeSheet());
    this.approves = approves;
    this.story = [];
    this.surprises = [];
    this.typed = new Map(); // change id -> { account, cell, level, knew, at }
    this.lastWord = new Map(); // account and cell -> the id of the change typed last, or null where they gave way
    this.browsers = ["gulnar", "serik"].slice(0, browsers).map((account) => this.browser(account, tabs));
    this.tabs = this.browsers.flatMap(({ tabs }) => tabs);
  }

  browser(account, tabs) {
    const browser = {
      store: new Store(),
      who: { installation: "house", account },
      line: new Line(this.clock, this.server, this.chance, (line) => this.note(line)),
    };
    browser.tabs = Array.from({ length: tabs }, (_, index) => new Tab(`${account}${index + 1}`, browser, this));
    return browser;
  }

  note(line) {
    this.story.push(`${String(this.clock.now % 10_000_000).padStart(7)} ${line}`);
  }

  async live() {
    for (const tab of this.tabs) tab.reload();
    for (let step = 0; step < STEPS; step += 1) {
      await this.clock.pass(this.chance.happens(0.7) ? this.chance.below(300) : this.chance.below(5000));
      this.happen();
      await settled();
    }
    await this.comeToRest();
    this.check();
  }

  happen() {
    const tab = this.chance.of(this.tabs);
    const { line } = tab.browser;
    const dice = this.chance.next();
    if (dice < 0.7) this.act(tab);
    else if (dice < 0.76) this.change(line, "isDown", `the server is away for ${tab.browser.who.account}`);
    else if (dice < 0.82) this.change(line, "isBad", `bad weather for ${tab.browser.who.account}`);
    else if (dice < 0.85) this.change(line, "isSignedOut", `no session for ${tab.browser.who.account}`);
    else if (dice < 0.92) this.reload(tab);
    else if (dice < 0.96) this.goAway(tab);
    else if (this.approves) this.change(this.server, "isApproved", "the sheet is approved");
  }

  change(what, name, words) {
    what[name] = !what[name];
    this.note(`${words}: ${what[name]}`);
  }

  reload(tab) {
    this.note(`${tab.name} reloads`);
    tab.reload();
  }

  goAway(tab) {
    this.note(`${tab.name} ${tab.sheet ? "leaves the sheet" : "comes back"}`);
    if (tab.sheet) tab.leave();
    else tab.show();
  }

  act(tab) {
    if (!tab.sheet) return;
    const troubled = [...tab.sheet.trouble.keys()];
    if (troubled.length && this.chance.happens(0.3)) this.decide(tab, this.chance.of(troubled));
    else if (this.chance.happens(0.2)) this.takeBack(tab);
    else if (!tab.sheet.isLocked) this.type(tab, this.chance.of(CELLS), this.chance.of(LEVELS));
    tab.send();
  }

  type(tab, cell, level) {
    this.watch(tab, `types ${level} in ${cell}`, () => tab.sheet.type(cell, level) && cell);
  }

  takeBack(tab) {
    const how = this.chance.of(["undo", "redo"]);
    this.watch(tab, how, () => tab.sheet[how]());
  }

  decide(tab, cell) {
    const { is } = tab.sheet.trouble.get(cell);
    const how = this.chance.of(["leaveTheirs", is === "refused" ? "retryRefused" : "keepMine"]);
    const act = () => { tab.sheet[how](cell); return cell; };
    if (how !== "leaveTheirs") return this.watch(tab, `${how} in ${cell}`, act);
    this.note(`${tab.name} leaves theirs in ${cell}`);
    tab.sheet.leaveTheirs(cell);
    this.lastWord.set(this.wordOf(tab, cell), null);
  }

  // Do something to a cell and note what was typed by it, over which revision and which level was seen there.
  watch(tab, words, act) {
    const { sheet } = tab;
    const before = new Map(CELLS.map((cell) => [cell, { ...sheet.onRecord(cell) }]));
    const known = new Set(this.typed.keys());
    const cell = act();
    const made = sheet.waiting.get(cell)?.at(-1);
    this.note(`${tab.name} ${words}: ${cell ? made?.id.slice(0, 4) : "nothing"}`);
    if (!cell) return;
    const word = this.wordOf(tab, cell);
    if (made && !known.has(made.id)) {
      const knew = Math.max(
        before.get(cell).revision,
        ...tab.browser.tabs.map(({ sheet }) => sheet?.onRecord(cell).revision ?? 0),
      );
      this.typed.set(
        made.id,
        { account: tab.browser.who.account, cell, level: made.level, knew, at: this.server.sequence },
      );
      this.lastWord.set(word, made.id);
    } else if (!made && !sheet.trouble.has(cell) && before.get(cell).level === sheet.shown(cell).level) {
      this.lastWord.set(word, null); // what is on record was chosen
    }
  }

  wordOf(tab, cell) {
    return `${tab.browser.who.account} ${cell}`;
  }

  async comeToRest() {
    this.note("rest");
    for (const { line } of this.browsers) Object.assign(line, { isBad: false, isDown: false, isSignedOut: false });
    await this.clock.pass(REST_MS);
    for (const tab of this.tabs) if (!tab.sheet) tab.show();
    await this.clock.pass(REST_MS);
  }

  // --- what holds at rest ------------------------------------------------------------------------------------

  check() {
    equal(this.surprises, [], "surprises");
    this.checkHistory();
    for (const tab of this.tabs) this.checkTab(tab);
    for (const [word, id] of this.lastWord) if (id) this.checkWord(word, id);
  }

  checkHistory() {
    const ids = this.server.history.map(({ id }) => id);
    equal(ids.length, new Set(ids).size, "changes that are written once");
    for (const { id, cell, revision, account } of this.server.history) {
      const typed = this.typed.get(id);
      const over = this.server.history.find((one) => one.cell === cell && one.revision === revision - 1);
      if (!over || over.account === account || typed.knew >= over.revision) continue;
      if (this.server.agreed.has(`${account} ${cell} ${over.revision}`)) continue; // what was seen there was one's own
      throw new Error(
        `${account} wrote ${typed.level} in ${cell} over ${over.level} of ${over.account} that was not seen`,
      );
    }
  }

  checkTab({ name, page, browser }) {
    const { journal, sheet } = page;
    const troubled = [...sheet.trouble.values()].map(({ id }) => id).sort();
    equal([...sheet.waiting.keys()], [], `${name}: what still waits`);
    equal([...journal.entries.keys()].sort(), troubled, `${name}: the journal has the troubled changes`);
    equal([...journal.held].sort(), troubled, `${name}: the journal holds the troubled changes`);
    equal(
      [...browser.store.kept.keys()].map((key) => key.split(":").at(-1)).sort(),
      troubled,
      `${name}: what is in the store`,
    );
    for (const cell of CELLS) {
      const { level, revision } = this.server.cells.get(cell) ?? { level: null, revision: 0 };
      equal(
        [sheet.onRecord(cell).level, sheet.onRecord(cell).revision],
        [level, revision],
        `${name}: what it knows of ${cell}`,
      );
      if (!sheet.trouble.has(cell)) equal(sheet.shown(cell).level, level, `${name}: what it shows in ${cell}`);
    }
  }

  // The last word of an account in a cell was put on record, or stood there already, or stands as trouble.
  checkWord(word, id) {
    const { account, cell, level, at } = this.typed.get(id);
    const ofAccount = this.tabs.filter(({ browser }) => browser.who.account === account);
    const stands = ofAccount.some(({ sheet }) => sheet.trouble.get(cell)?.id === id);
    const isOnRecord = this.server.saved.has(id) || this.server.stoodSince(at, cell, level);
    if (!stands && !isOnRecord) throw new Error(`${word}: ${level} is neither on record nor in trouble`);
  }
}

// Run something in which new ids come from the chance of the world, so that a seed tells the same story again.
async function withIdsBy(chance, run) {
  crypto.getRandomValues = (bytes) => bytes.map(() => chance.below(256));
  try {
    return await run();
  } finally {
    delete crypto.getRandomValues;
  }
}
