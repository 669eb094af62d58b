// The sheet as this browser knows it: what is on record, what is typed and not yet received, and where the two differ.
//
// No page, no network: `courier.js` brings receipts and news, `grid.js` draws. A cell is a child and a criterion.

import { newId, sheetName } from "./journal.js";

export const cellOf = (child, criterion) => `${child} ${criterion}`;

const EMPTY = { level: null, revision: 0, by: "", at: 0 };

export class Sheet {
  // `data`: the answer of /sheets/whole; `journal`: where typed changes are kept; `me`: the name of who types.
  constructor(data, journal, me) {
    this.journal = journal;
    this.me = me;
    this.group = data.group;
    this.stage = data.stage;
    this.language = data.language;
    this.name = sheetName(data.group, data.stage);
    this.children = data.children;
    this.withoutSet = data.withoutSet ?? [];
    this.areas = data.areas;
    this.criteria = data.criteria;
    this.earlier = new Map(data.earlier.map(([child, criterion, level]) => [cellOf(child, criterion), level]));
    this.record = new Map();
    this.waiting = new Map(); // cell -> its changes without a receipt, in order
    this.trouble = new Map(); // cell -> { is: "conflict" | "refused", mine, id, base, reason }
    this.undone = [];
    this.done = [];
    this.place = new Map();
    for (const criterion of this.criteria) {
      for (const child of this.children) {
        if (child.age === criterion.age) this.place.set(cellOf(child.id, criterion.id), criterion.area);
      }
    }
    this.refresh(data);
    for (const change of journal.of(this.name)) {
      journal.release(change.id); // what waited for a decision is sent once more: the answer brings it back
      this.adopt(change);
    }
  }

  // Take the whole sheet anew; what is typed and not received stays.
  refresh({ state, sequence, marks }) {
    this.state = state;
    this.sequence = sequence;
    this.record.clear();
    for (const mark of marks) this.learn(mark);
  }

  get isLocked() {
    return this.state.is === "approved";
  }

  // What a cell shows: its level, and whether that is "empty", "saved", "saving", "conflict" or "refused".
  shown(cell) {
    const trouble = this.trouble.get(cell);
    if (trouble) return { level: trouble.mine, is: trouble.is };
    const last = this.waiting.get(cell)?.at(-1);
    if (last) return { level: last.level, is: "saving" };
    const { level } = this.onRecord(cell);
    return { level, is: level === null ? "empty" : "saved" };
  }

  onRecord(cell) {
    return this.record.get(cell) ?? EMPTY;
  }

  // Type a level, or null for «not assessed», into a cell. Return whether anything changed.
  type(cell, level) {
    const before = this.shown(cell);
    if (!this.put(cell, level)) return false;
    this.done.push({ cell, from: before.level, to: level });
    this.undone = [];
    return true;
  }

  // Take back the last change, or make it again. Return the cell it was in, or null where there is none to take back:
  // a cell that somebody else has changed in the meantime is left as it is.
  undo() {
    return this.step(this.done, this.undone, "to", "from");
  }

  redo() {
    return this.step(this.undone, this.done, "from", "to");
  }

  step(source, target, standing, wanted) {
    const change = source.pop();
    if (!change) return null;
    const isContested = this.trouble.get(change.cell)?.is === "conflict";
    if (!isContested && this.shown(change.cell).level === change[standing] && this.put(change.cell, change[wanted])) {
      target.push(change);
    }
    return change.cell;
  }

  put(cell, level) {
    const trouble = this.trouble.get(cell);
    if (!trouble && this.shown(cell).level === level) return false;
    if (trouble) this.forget(cell);
    // What was typed over a conflict is a choice: the other's mark stood beside it. Their own level needs no change.
    if (trouble && this.onRecord(cell).level === level) return true;
    const chain = this.waiting.get(cell) ?? [];
    const base = chain.length ? chain.at(-1).base + 1 : this.onRecord(cell).revision;
    const [child, criterion] = cell.split(" ");
    const change = { id: newId(), group: this.group, stage: this.stage, child, criterion, base, level };
    this.journal.add(change);
    this.waiting.set(cell, [...chain, change]);
    return true;
  }

  // Where two have written in one cell: leave the other's mark, and take mine out of the journal.
  leaveTheirs(cell) {
    if (this.trouble.has(cell)) this.forget(cell);
  }

  // Put mine over what is on record now.
  keepMine(cell) {
    const trouble = this.trouble.get(cell);
    if (trouble) this.put(cell, trouble.mine);
  }

  // Take over a change that lay in the journal: from before a reload, or from another tab of this account.
  adopt(change) {
    const cell = cellOf(change.child, change.criterion);
    const chain = this.waiting.get(cell) ?? [];
    if (this.trouble.get(cell)?.id === change.id || chain.some(({ id }) => id === change.id)) return;
    const order = chain.length ? this.journal.of(this.name).map(({ id }) => id) : [];
    const byTime = (one, other) => order.indexOf(one.id) - order.indexOf(other.id);
    this.waiting.set(cell, [...chain, change].sort(byTime));
  }

  // Another tab of this account has got the receipt, or decided: its mark comes with the next news.
  settleElsewhere(id) {
    for (const [cell, trouble] of this.trouble) {
      if (trouble.id !== id) continue;
      this.trouble.delete(cell);
      return cell;
    }
    for (const [cell, chain] of this.waiting) {
      const left = chain.filter((change) => change.id !== id);
      if (left.length === chain.length) continue;
      this.keep(cell, left);
      return cell;
    }
    return null;
  }

  // Take in the receipts of one answer. Return the cells that look different now.
  receive(receipts) {
    // What is on record first: of a batch that came twice the earlier changes may be refused by now, the later saved.
    const isSaved = ({ saved }) => saved !== undefined;
    const inTurn = [...receipts.filter(isSaved), ...receipts.filter((receipt) => !isSaved(receipt))];
    return inTurn.map((receipt) => this.receiveOne(receipt)).filter(Boolean);
  }

  receiveOne({ id, saved, conflict, refused }) {
    for (const [cell, chain] of this.waiting) {
      const change = chain.find((one) => one.id === id);
      if (!change) continue;
      if (saved !== undefined) this.settle(cell, chain, change, saved);
      else if (conflict) this.stop(cell, chain, { is: "conflict", theirs: conflict });
      else this.stop(cell, chain, { is: "refused", reason: refused });
      return cell;
    }
    return null; // of a change that was settled before, or that another has replaced
  }

  settle(cell, chain, change, revision) {
    const left = chain.slice(chain.indexOf(change) + 1);
    for (const one of chain) if (!left.includes(one)) this.journal.remove(one.id);
    if (revision > this.onRecord(cell).revision) {
      this.record.set(cell, { level: change.level, revision, by: this.me, at: Date.now() / 1000 });
    }
    // The same level from two people is saved at the other's revision: what follows was typed over that one.
    if (this.onRecord(cell).revision === revision) {
      left.forEach((one, index) => {
        one.base = revision + index;
        this.journal.rebase(one.id, one.base);
      });
    }
    this.keep(cell, left);
  }

  // A cell that cannot go on by itself. Of what was typed there the last stands for all, over what the first saw.
  stop(cell, chain, { is, theirs, reason }) {
    const [first, last] = [chain[0], chain.at(-1)];
    // Its base first, then the others from the last on: whatever a crash leaves is over what the first was typed over.
    this.journal.rebase(last.id, first.base);
    last.base = first.base;
    for (const { id } of chain.slice(0, -1).reverse()) this.journal.remove(id);
    this.waiting.delete(cell);
    if (theirs && theirs.revision >= this.onRecord(cell).revision) this.record.set(cell, theirs);
    if (theirs && this.onRecord(cell).level === last.level) this.journal.remove(last.id);
    else {
      this.journal.hold(last.id);
      this.trouble.set(cell, { is, reason, mine: last.level, id: last.id, base: last.base });
    }
  }

  // Take in what is new on record. Return the cells that look different now.
  hear({ state, sequence, marks, since = 0 }) {
    this.state = state ?? this.state;
    // News from a later moment on than we know leave a gap before it, which the next news fill.
    if (since <= this.sequence) this.sequence = Math.max(this.sequence, sequence);
    return marks.filter((mark) => this.learn(mark)).map(([child, criterion]) => cellOf(child, criterion));
  }

  learn([child, criterion, level, revision, by, at]) {
    const cell = cellOf(child, criterion);
    if (revision <= this.onRecord(cell).revision) return false;
    this.record.set(cell, { level, revision, by, at });
    const trouble = this.trouble.get(cell);
    if (trouble?.is === "conflict" && trouble.mine === level) this.forget(cell);
    return true;
  }

  // The cells in trouble of this kind, in the order of the sheet.
  troubled(kind) {
    return [...this.trouble].filter(([, { is }]) => is === kind).map(([cell]) => cell);
  }

  // Try what was refused once more: the sheet may have been opened again.
  retryRefused() {
    for (const cell of this.troubled("refused")) {
      const { id } = this.trouble.get(cell);
      this.trouble.delete(cell);
      this.journal.release(id);
      const isHere = ({ child, criterion }) => cellOf(child, criterion) === cell; // another tab may have typed on
      this.keep(cell, this.journal.of(this.name).filter(isHere));
    }
  }

  // How many cells on record have a level: what the server counts too, so that the two can be compared.
  get assessed() {
    let count = 0;
    for (const [cell, { level }] of this.record) if (level !== null && this.place.has(cell)) count += 1;
    return count;
  }

  // How many cells of an area, or of some children and criteria, there are and show a level.
  countArea(area) {
    return this.count([...this.place].filter(([, of]) => of === area).map(([cell]) => cell));
  }

  count(cells) {
    return { cells: cells.length, marked: cells.filter((cell) => this.isMarked(cell)).length };
  }

  // Of a cell in trouble what is on record counts, not what somebody would have there.
  isMarked(cell) {
    const { level } = this.trouble.has(cell) ? this.onRecord(cell) : this.shown(cell);
    return level !== null;
  }

  forget(cell) {
    const { id, base } = this.trouble.get(cell);
    // What another tab has typed over it was typed over what it was typed over itself.
    this.waiting.get(cell)?.forEach((change, index) => this.journal.rebase(change.id, base + index));
    this.journal.remove(id);
    this.trouble.delete(cell);
  }

  keep(cell, chain) {
    if (chain.length) this.waiting.set(cell, chain);
    else this.waiting.delete(cell);
  }
}
