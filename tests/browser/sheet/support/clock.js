// A clock that goes as fast as the tests: what is to be done later is done when the clock is told to go on.

const EPOCH_MS = 1_790_000_000_000;
const breath = new MessageChannel();

export class Clock {
  constructor() {
    this.now = EPOCH_MS;
    this.planned = [];
    this.number = 0;
  }

  // Do something after some milliseconds; as setTimeout. Return what `withTimersOfClocks` can call off.
  later(run, ms = 0) {
    const planned = { at: this.now + ms, number: (this.number += 1), run, isOff: false };
    this.planned.push(planned);
    return planned;
  }

  // Let so much time pass.
  async pass(ms) {
    const end = this.now + ms;
    await settled();
    for (let next = this.nextUntil(end); next; next = this.nextUntil(end)) {
      this.planned.splice(this.planned.indexOf(next), 1);
      this.now = next.at;
      next.run();
      await settled();
    }
    this.now = end;
  }

  nextUntil(end) {
    this.planned = this.planned.filter(({ isOff }) => !isOff);
    const earlier = (one, other) => one.at < other.at || (one.at === other.at && one.number < other.number);
    const next = this.planned.reduce((first, one) => (first && earlier(first, one) ? first : one), null);
    return next && next.at <= end ? next : null;
  }
}

// Run something in which `clearTimeout` knows the timers of our clocks too.
export async function withTimersOfClocks(run) {
  const own = globalThis.clearTimeout;
  globalThis.clearTimeout = (timer) => {
    if (timer && typeof timer === "object") timer.isOff = true;
    else own(timer);
  };
  try {
    return await run();
  } finally {
    globalThis.clearTimeout = own;
  }
}

// Wait until every promise that could go on has gone on.
export function settled() {
  return new Promise((done) => {
    breath.port2.onmessage = () => done();
    breath.port1.postMessage(null);
  });
}
