// Chance that can be repeated: the same seed gives the same numbers.

export class Chance {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  // Return a number from 0 to 1, less than 1 (mulberry32).
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(number) {
    return Math.floor(this.next() * number);
  }

  between(least, most) {
    return least + this.below(most - least + 1);
  }

  of(list) {
    return list[this.below(list.length)];
  }

  // Return whether something of this likelihood happens.
  happens(likelihood) {
    return this.next() < likelihood;
  }
}
