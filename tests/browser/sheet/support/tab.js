// A tab of a browser as main.js and office.js put it together, without what is drawn: journal, courier, sheet.

import { Courier } from "../../courier.js";
import { Journal } from "../../journal.js";
import { Sheet } from "../../sheet.js";

export class Tab {
  // `browser`: { store, who, line }; `world`: { clock, server }.
  constructor(name, browser, world) {
    Object.assign(this, { name, browser, world });
    this.page = null;
  }

  // Open the page anew: what the old one had in its memory is gone, and no answer reaches it any more.
  async reload() {
    if (this.page) this.page.isAlive = false;
    const page = (this.page = { isAlive: true, sheet: null });
    const { clock } = this.world;
    const { store, who, line } = this.browser;
    const later = (run, ms) => clock.later(() => page.isAlive && run(), ms);
    page.journal = new Journal(store.of(this.name), who.installation, who.account, () => clock.now);
    const ask = line.asker(who, () => page.isAlive);
    page.courier = new Courier({ journal: page.journal, ...who, ask, later, isSeen: () => true });
    page.courier.addEventListener("answer", ({ detail }) => page.sheet && this.answered(page, detail));
    store.listeners.set(this.name, (event) => clock.later(() => page.isAlive && this.stored(page, event), 3));
    page.courier.sendAll();
    await this.show(page);
  }

  // Fetch the sheet and put it on the screen; whoever gets none tries once more.
  async show(page = this.page) {
    const number = (page.asked = (page.asked ?? 0) + 1);
    const content = await page.courier.get("/sheets/whole", { group: "group", stage: "start", language: "ru" });
    if (!page.isAlive || page.asked !== number) return;
    if (!content) return this.world.clock.later(() => page.isAlive && !page.sheet && this.show(page), 2000);
    const sheet = new Sheet(content, page.journal, page.courier.account);
    page.sheet = sheet;
    page.courier.watch({ sheet: sheet.name, sequence: () => sheet.sequence });
    page.courier.send(sheet.name);
  }

  // Go to another screen of the same page: the courier goes on working.
  leave() {
    this.page.courier.watch(null);
    this.page.sheet = null;
  }

  answered(page, { sheet: name, receipts, news }) {
    const { sheet, journal } = page;
    if (name !== sheet.name) return;
    sheet.receive(receipts);
    if (news) sheet.hear(news);
    if (news?.assessed === undefined || sheet.assessed === news.assessed || journal.size) return;
    this.world.note(`${this.name}: counts ${sheet.assessed}, the server ${news.assessed}`);
    this.world.surprises.push(`${this.name} and the server count differently`);
  }

  stored(page, event) {
    const heard = page.journal.heard(event);
    if (!heard || !page.sheet) return;
    if (heard.change) page.sheet.adopt(heard.change);
    else page.sheet.settleElsewhere(heard.id);
  }

  get sheet() {
    return this.page.sheet;
  }

  get journal() {
    return this.page.journal;
  }

  send() {
    this.page.courier.send(this.sheet.name);
  }
}
