// The line between a browser and the server, in good weather and bad: slow, cut before or after the server has read,
// stopped for a while, an ended session, half an answer.

const SLOW_MS = 20_000; // longer than the patience of the courier

export class Line {
  constructor(clock, server, chance, note = () => {}) {
    Object.assign(this, { clock, server, chance, note });
    this.isBad = true; // things are lost
    this.isDown = false; // the server is away
    this.isSignedOut = false;
  }

  // Return `ask` for a courier of an account; `isAlive`: whether the page that asks is still there.
  asker(who, isAlive) {
    return (path, options) => new Promise((resolve, reject) => {
      const whenAlive = (act) => (value) => { if (isAlive()) act(value); };
      const fail = whenAlive(() => reject(new TypeError("Failed to fetch")));
      options.signal?.addEventListener("abort", fail);
      this.carry(who, path, options, whenAlive(resolve), fail);
    });
  }

  carry(who, path, options, resolve, fail) {
    const fate = this.fate();
    if (this.isDown || fate === "lost on the way there") return this.clock.later(fail, this.delay());
    this.clock.later(() => {
      const answer = this.isDown ? null : this.answer(who, path, options);
      if (!answer || fate === "lost on the way back") return this.clock.later(fail, this.delay());
      if (fate === "never comes back") return null;
      const half = { ...answer, json: () => Promise.reject(new SyntaxError("Unexpected end of JSON input")) };
      return this.clock.later(() => resolve(fate === "comes back by half" ? half : answer), this.delay());
    }, fate === "comes late" ? this.chance.between(0, SLOW_MS) : this.delay());
  }

  fate() {
    const fates = [
      "lost on the way there",
      "lost on the way back",
      "never comes back",
      "comes back by half",
      "comes late",
    ];
    return this.isBad && this.chance.happens(0.35) ? this.chance.of(fates) : "fine";
  }

  delay() {
    return this.chance.between(1, this.isBad ? 400 : 30);
  }

  answer(who, path, { method = "GET", body }) {
    if (this.isSignedOut) return answered({ status: 401, text: "Sign in." });
    if (this.isBad && this.chance.happens(0.03)) return answered({ status: 500, text: "Oh." });
    const asked = method === "POST" ? JSON.parse(body) : Object.fromEntries(new URL(path, "http://x").searchParams);
    const { installation, account } = asked;
    if (account !== who.account || installation !== who.installation) throw new Error("asked for somebody else");
    if (path.startsWith("/sheets/whole")) return answered({ content: this.server.whole(who) });
    if (path.startsWith("/sheets/news")) return answered({ content: this.server.news(who, Number(asked.since)) });
    const content = this.server.changes(who, asked.since, asked.changes);
    this.note(content.receipts.map((receipt, index) => told(account, asked.changes[index], receipt)).join("; "));
    return answered({ content });
  }
}

function told(account, { id, child, criterion, base, level }, { saved, conflict }) {
  const stopped = conflict ? `conflict with ${conflict.level} at ${conflict.revision}` : "refused";
  const became = saved === undefined ? stopped : `saved ${saved}`;
  return `  ${account} sends ${id.slice(0, 4)}: ${level} over ${base} in ${child} ${criterion}: ${became}`;
}

// Return an answer as fetch gives it; its content is copied, as it is on a line.
export function answered({ status = 200, content = null, text = null }) {
  const written = text ?? JSON.stringify(content);
  return {
    ok: status >= 200 && status < 300,
    status,
    json: async () => JSON.parse(written),
    text: async () => written,
  };
}
