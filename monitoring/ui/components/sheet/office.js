// One journal and one courier a page, for the menu of every screen and for the sheet alike.

import { Courier } from "./courier.js";
import { Journal } from "./journal.js";

const offices = new Map();

// Return { journal, courier, isLeaving, settled } of an account in an installation, and set the courier to work.
export function officeOf(installation, account) {
  const name = `${installation} ${account}`;
  if (!offices.has(name)) offices.set(name, opened(installation, account));
  return offices.get(name);
}

function opened(installation, account) {
  const journal = new Journal(store(), installation, account);
  const courier = new Courier({ journal, installation, account, ask: (path, options) => fetch(path, options) });
  addEventListener("online", () => courier.tryNow());
  document.addEventListener("visibilitychange", () => document.hidden || courier.tryNow());
  const office = { journal, courier, isLeaving: false, settled: (ms) => settled(courier, journal, ms) };
  addEventListener("storage", (event) => {
    const heard = journal.heard(event); // what another tab of this account typed, sent or decided
    if (heard) courier.tell("heard", heard);
  });
  addEventListener("beforeunload", (event) => {
    if (journal.size && !office.isLeaving) event.preventDefault(); // the browser asks whether to leave
  });
  courier.sendAll();
  return office;
}

// Wait until everything that can be sent has its receipt, or so long at most.
async function settled(courier, journal, ms) {
  const end = Date.now() + ms;
  courier.tryNow();
  while (journal.size > journal.held.size && Date.now() < end) await new Promise((done) => setTimeout(done, 50));
}

function store() {
  try {
    localStorage.setItem("monitoring:try", "1");
    localStorage.removeItem("monitoring:try");
    return localStorage;
  } catch {
    return null; // forbidden by the browser's settings
  }
}
