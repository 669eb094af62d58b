// The courier takes the journal's changes to the server: in order, one batch in flight a sheet, until each has its
// receipt. It goes on trying through a stopped server, a cut cable and an ended session, on whichever screen one is.

const AT_ONCE = 100; // changes in a batch
const WAITS_MS = [300, 600, 1000, 2000, 3000]; // before the next try; the last one again and again
const NEWS_EVERY_MS = 2000;
const PATIENCE_MS = 15000; // an answer that takes longer counts as lost; the change is sent again and written once

const MEANING = { 401: "signedOut", 409: "someoneElse" };
const FOR_GOOD = [400, 403, 404, 413]; // the same request would be answered so again: a person has to decide

export class Courier extends EventTarget {
  // `ask(path, options)` as window.fetch; events: "answer" { sheet, receipts, news }, "state"; the office adds "heard".
  constructor({ journal, installation, account, ask, later = inTime, isSeen = () => !document.hidden }) {
    super();
    Object.assign(this, { journal, installation, account, ask, later, isSeen });
    this.flights = new Set(); // sheets of which a batch is in flight
    this.batches = new Map(); // sheet -> how many batches have got their receipts
    this.state = "fine"; // or "offline", "signedOut", "someoneElse", "refused"
    this.reason = "";
    this.tries = 0;
    this.watched = null; // { sheet, sequence(): the last one known }
    this.savedAt = null;
  }

  // Send what the journal has, of every sheet.
  sendAll() {
    for (const sheet of this.journal.sheets()) this.send(sheet);
  }

  // Send the changes of a sheet that nobody has to decide about, if none of it is under way.
  async send(sheet) {
    if (this.flights.has(sheet) || this.state === "someoneElse") return;
    const changes = this.journal.unsent(sheet).slice(0, AT_ONCE);
    if (!changes.length) return;
    this.flights.add(sheet);
    const answer = await this.post(sheet, changes);
    this.flights.delete(sheet);
    if (!answer) return this.tryLater();
    this.take(sheet, answer.refused === undefined ? answer : {
      receipts: changes.map(({ id }) => ({ id, refused: answer.refused })),
    });
    this.send(sheet);
  }

  // Look for news of the open sheet every few seconds while the page is seen; null: of none.
  watch(watched) {
    this.watched = watched;
    clearTimeout(this.next);
    if (watched) this.lookLater(0);
  }

  lookLater(ms = NEWS_EVERY_MS) {
    clearTimeout(this.next);
    this.next = this.later(() => this.look(), ms);
  }

  async look() {
    const { watched } = this;
    if (!watched) return;
    if (this.isSeen() && !this.flights.has(watched.sheet)) {
      const since = watched.sequence();
      const news = await this.get("/sheets/news", { ...this.named(watched.sheet), since });
      // News that were overtaken by another answer are none, and their count is of a record that is no more.
      if (news?.marks && this.watched === watched && watched.sequence() === since) {
        this.tell("answer", { sheet: watched.sheet, receipts: [], news: { ...news, since } });
        this.sendAll();
      }
    }
    if (this.watched === watched) this.lookLater();
  }

  // Return the JSON of one of our addresses, or null where there is none; the state says why.
  async get(path, fields) {
    const answer = await this.fetched(`${path}?${new URLSearchParams({ ...this.who(), ...fields })}`, {});
    if (answer?.refused === undefined) return answer;
    this.become("refused", answer.refused);
    return null;
  }

  async post(sheet, changes) {
    const since = this.watched?.sheet === sheet ? this.watched.sequence() : Number.MAX_SAFE_INTEGER;
    const sent = changes.map(({ id, child, criterion, base, level }) => ({ id, child, criterion, base, level }));
    const answer = await this.fetched("/sheets/changes", {
      method: "POST",
      body: JSON.stringify({ ...this.who(), ...this.named(sheet), since, changes: sent }),
      headers: { "Content-Type": "application/json" },
    });
    return answer && { ...answer, since };
  }

  // Return what an address of ours answers, { refused: why } where it would answer the same again, or null.
  async fetched(path, options) {
    const patience = new AbortController();
    const timer = this.later(() => patience.abort(), PATIENCE_MS);
    try {
      const headers = { "X-Monitoring": "1", ...options.headers };
      const answer = await this.ask(path, { ...options, headers, signal: patience.signal, redirect: "manual" });
      if (!answer.ok) {
        const reason = await reasonIn(answer);
        if (FOR_GOOD.includes(answer.status)) return { refused: reason };
        this.become(MEANING[answer.status] ?? "offline", reason);
        return null;
      }
      const content = await answer.json();
      if (content.installation !== this.installation || content.account !== this.account) {
        this.become("someoneElse");
        return null;
      }
      this.become("fine");
      return content;
    } catch {
      this.become("offline"); // no connection, no answer in time, or half an answer: the same change goes again
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  // How many batches of a sheet have got their receipts since the page is there.
  received(sheet) {
    return this.batches.get(sheet) ?? 0;
  }

  take(sheet, { receipts, ...news }) {
    this.batches.set(sheet, this.received(sheet) + 1);
    for (const { id, saved } of receipts) {
      if (saved === undefined) this.journal.hold(id);
      else this.journal.remove(id);
    }
    if (receipts.some(({ saved }) => saved !== undefined)) this.savedAt = Date.now();
    this.tell("answer", { sheet, receipts, news: news.marks ? news : null });
    // A refusal tells that the sheet has changed: how, the news say, and whoever types on has to see it soon.
    const isRefused = receipts.some(({ refused }) => refused !== undefined);
    if (this.watched?.sheet === sheet) this.lookLater(isRefused ? 0 : NEWS_EVERY_MS);
  }

  tryLater() {
    if (this.retry) return;
    const wait = WAITS_MS[Math.min(this.tries, WAITS_MS.length - 1)];
    this.tries += 1;
    this.retry = this.later(() => {
      this.retry = null;
      this.sendAll();
    }, wait);
  }

  // Try at once: the network is back, or somebody presses «try again».
  tryNow() {
    clearTimeout(this.retry);
    this.retry = null;
    if (this.state === "someoneElse") this.state = "offline";
    this.sendAll();
    if (this.watched) this.lookLater(0);
  }

  become(state, reason = "") {
    if (state === "fine") this.tries = 0;
    if (state === this.state && reason === this.reason) return;
    this.state = state;
    this.reason = reason;
    this.tell("state", {});
  }

  who() {
    return { installation: this.installation, account: this.account };
  }

  named(sheet) {
    const [group, stage] = sheet.split(":");
    return { group, stage };
  }

  tell(type, detail) {
    this.dispatchEvent(Object.assign(new Event(type), { detail }));
  }
}

const inTime = (run, ms) => setTimeout(run, ms);

async function reasonIn(answer) {
  const text = await answer.text();
  try {
    return JSON.parse(text).reason ?? "";
  } catch {
    return text; // the gate answers in plain words
  }
}
