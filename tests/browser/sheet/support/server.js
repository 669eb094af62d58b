// A server that keeps its record as monitoring/ratings.py does: revisions, the first receipts of repeated changes,
// conflicts with whoever was faster, refusals while the sheet is approved.

export class Server {
  constructor(lists) {
    this.lists = lists; // what of /sheets/whole is not on record: children, criteria and the like
    this.cells = new Map(); // cell -> { level, revision, by, at }
    this.history = []; // { sequence, id, cell, level, revision, account }
    this.saved = new Set(); // ids of changes that were told to be saved
    this.agreed = new Set(); // account, cell and revision where somebody had put the same level
    this.isApproved = false;
  }

  get sequence() {
    return this.history.length;
  }

  // Return the answer to GET /sheets/whole.
  whole(who) {
    return {
      ...this.lists,
      ...who,
      sequence: this.sequence,
      state: this.state,
      marks: this.marksOf(this.cells.keys()),
    };
  }

  // Return the answer to GET /sheets/news.
  news(who, since) {
    return { ...who, ...this.changed(since), state: this.state, assessed: this.assessed };
  }

  // Return the answer to POST /sheets/changes.
  changes(who, since, changes) {
    const receipts = new Map();
    const conflicted = new Set();
    for (const change of inOrderOfCells(changes)) {
      if (!receipts.has(change.id)) receipts.set(change.id, this.receipt(who.account, change, conflicted));
      if (receipts.get(change.id).saved !== undefined) this.saved.add(change.id);
    }
    return { ...who, receipts: changes.map(({ id }) => receipts.get(id)), ...this.changed(since) };
  }

  get state() {
    return { is: this.isApproved ? "approved" : "open", by: "Aigul", at: 1_700_000_000 };
  }

  get assessed() {
    return [...this.cells.values()].filter(({ level }) => level !== null).length;
  }

  changed(since) {
    const news = this.history.filter(({ sequence }) => sequence > since).map(({ cell }) => cell);
    return { sequence: this.sequence, marks: this.marksOf(new Set(news)) };
  }

  marksOf(cells) {
    return [...cells].map((cell) => {
      const { level, revision, by, at } = this.cells.get(cell);
      return [...cell.split(" "), level, revision, by, at];
    });
  }

  // Return whether a level stood in a cell at the moment of a sequence, or later.
  stoodSince(sequence, cell, level) {
    const ofCell = this.history.filter((one) => one.cell === cell);
    return ofCell.some((one, index) => one.level === level && !(ofCell[index + 1]?.sequence <= sequence));
  }

  receipt(account, change, conflicted) {
    const given = this.history.find(({ id }) => id === change.id);
    if (given) return { id: change.id, saved: given.revision };
    if (this.isApproved) return { id: change.id, refused: "The sheet is approved and can no longer be changed." };
    const cell = `${change.child} ${change.criterion}`;
    const standing = this.cells.get(cell);
    const isFree = standing ? change.base > 0 && standing.revision === change.base : change.level !== null;
    if (isFree && !conflicted.has(cell)) return this.write(account, change, cell, standing?.revision ?? 0);
    if (!standing) return { id: change.id, saved: 0 };
    if (standing.level === change.level && !conflicted.has(cell)) {
      this.agreed.add(`${account} ${cell} ${standing.revision}`);
      return { id: change.id, saved: standing.revision };
    }
    conflicted.add(cell);
    return { id: change.id, conflict: standing };
  }

  write(account, { id, level, base }, cell, before) {
    const revision = before + 1;
    this.cells.set(cell, { level, revision, by: account, at: 1_700_000_000 + this.sequence });
    this.history.push({ sequence: this.sequence + 1, id, cell, level, base, revision, account });
    return { id, saved: revision };
  }
}

function inOrderOfCells(changes) {
  const key = ({ child, criterion }) => `${child} ${criterion}`;
  return [...changes].sort((one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0));
}
