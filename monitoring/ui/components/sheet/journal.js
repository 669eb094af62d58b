// The journal: changes that have no receipt yet, kept in this browser under (installation, account, sheet).
//
// It holds ids, levels, revisions and times, no name and no text. Each change is an entry of its own in the store,
// so that two tabs of one account never write over each other's. An entry goes when its receipt has come.

const ROOT = "monitoring:change:";

// A sheet is a group and a stage; its name in the journal and on the way to the server.
export const sheetName = (group, stage) => `${group}:${stage}`;

export class Journal {
  // `storage`: as window.localStorage, or null where the browser keeps nothing; `now`: milliseconds.
  constructor(storage, installation, account, now = Date.now) {
    this.storage = storage;
    this.home = `${ROOT}${installation}:`;
    this.own = `${this.home}${account}:`;
    this.now = now;
    this.last = 0;
    this.isSafe = storage !== null; // false: what was typed lives in this page only
    this.entries = new Map(); // change id -> { key, change }
    this.held = new Set(); // ids that wait for a person's decision, not for the network
    for (const key of this.keys()) if (key.startsWith(this.own)) this.read(key, storage.getItem(key));
  }

  // Add a change { id, group, stage, child, criterion, base, level } at the end.
  add(change) {
    this.last = Math.max(this.last + 1, this.now());
    const order = this.last.toString(36).padStart(10, "0");
    const key = `${this.own}${sheetName(change.group, change.stage)}:${order}:${change.id}`;
    this.entries.set(change.id, { key, change });
    this.write(key, change);
  }

  // Write anew what an entry is typed over, after the cell has moved on.
  rebase(id, base) {
    const entry = this.entries.get(id);
    if (!entry || entry.change.base === base) return;
    entry.change.base = base;
    this.write(entry.key, entry.change);
  }

  remove(id) {
    const entry = this.entries.get(id);
    if (!entry) return;
    this.entries.delete(id);
    this.held.delete(id);
    try {
      this.storage?.removeItem(entry.key);
    } catch {
      this.isSafe = false;
    }
  }

  // Leave a change in the journal, but send it no more; or send it again.
  hold(id) {
    if (this.entries.has(id)) this.held.add(id);
  }

  release(id) {
    this.held.delete(id);
  }

  // Return the changes of a sheet that are to be sent, in order: none that is held, and none that was typed over one
  // in the same cell, since its base is a revision that never came to be ours.
  unsent(sheet) {
    const stopped = new Set();
    return this.of(sheet).filter(({ id, child, criterion }) => {
      const cell = `${child} ${criterion}`;
      if (this.held.has(id)) stopped.add(cell);
      return !stopped.has(cell);
    });
  }

  // Return the changes of a sheet in the order in which they were typed.
  of(sheet) {
    const found = [...this.entries.values()].filter(({ change }) => sheetName(change.group, change.stage) === sheet);
    return found.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ change }) => change);
  }

  // Return the names of the sheets that have changes.
  sheets() {
    return [...new Set([...this.entries.values()].map(({ change }) => sheetName(change.group, change.stage)))];
  }

  get size() {
    return this.entries.size;
  }

  // How many changes of other accounts wait in this browser for their owners to come back.
  get ofOthers() {
    return this.keys().filter((key) => key.startsWith(this.home) && !key.startsWith(this.own)).length;
  }

  // Take over what another tab of this account has written or removed: a `storage` event. Return { id, change },
  // without a change where it was removed, or null for what is not ours.
  heard({ key, newValue }) {
    if (!key?.startsWith(this.own)) return null;
    const id = key.split(":").at(-1);
    if (newValue !== null) this.read(key, newValue);
    else {
      this.entries.delete(id);
      this.held.delete(id);
    }
    return { id, change: this.entries.get(id)?.change ?? null };
  }

  keys() {
    if (!this.storage) return [];
    return Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index)).filter(Boolean);
  }

  read(key, text) {
    const [group, stage, order, id] = key.slice(this.own.length).split(":");
    try {
      const [child, criterion, base, level] = JSON.parse(text);
      if (!id || !Number.isInteger(base)) return;
      const known = this.entries.get(id)?.change; // the sheet has it in its hands: it is to see a new base too
      const change = Object.assign(known ?? {}, { id, group, stage, child, criterion, base, level });
      this.entries.set(id, { key, change });
      this.last = Math.max(this.last, Number.parseInt(order, 36) || 0);
    } catch {
      // Not an entry of ours, or half of one: nothing that could be sent.
    }
  }

  write(key, { child, criterion, base, level }) {
    try {
      this.storage?.setItem(key, JSON.stringify([child, criterion, base, level]));
    } catch {
      this.isSafe = false; // full or forbidden; the page says so and goes on from memory
    }
  }
}

// A random id. `crypto.randomUUID` does not exist on a plain http address of the local network.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
