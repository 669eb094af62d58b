// What a browser keeps, as window.localStorage does it: one for all tabs, and a word to the others about each change.

export class Store {
  constructor() {
    this.kept = new Map();
    this.listeners = new Map(); // tab -> what hears of the changes that others make
  }

  get length() {
    return this.kept.size;
  }

  key(index) {
    return [...this.kept.keys()][index] ?? null;
  }

  getItem(key) {
    return this.kept.get(key) ?? null;
  }

  setItem(key, value) {
    this.put(key, String(value), null);
  }

  removeItem(key) {
    this.put(key, null, null);
  }

  // Return the store as one tab has it.
  of(tab) {
    return new OfTab(this, tab);
  }

  put(key, newValue, from) {
    if (newValue === this.getItem(key)) return; // as in a browser: no event where nothing has changed
    if (newValue === null) this.kept.delete(key);
    else this.kept.set(key, newValue);
    for (const [tab, hear] of this.listeners) if (tab !== from) hear({ key, newValue });
  }
}

class OfTab {
  constructor(store, tab) {
    Object.assign(this, { store, tab });
  }

  get length() {
    return this.store.length;
  }

  key(index) {
    return this.store.key(index);
  }

  getItem(key) {
    return this.store.getItem(key);
  }

  setItem(key, value) {
    this.store.put(key, String(value), this.tab);
  }

  removeItem(key) {
    this.store.put(key, null, this.tab);
  }
}

// A store that is full: it gives what it has and takes nothing more.
export class FullStore extends Store {
  setItem() {
    throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
  }
}
