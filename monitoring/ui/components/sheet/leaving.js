// What the menu of every screen knows of the journal: marks that wait for a decision, and nobody who leaves unawares.

import { officeOf } from "./office.js";
import { element, plural, speak } from "./words.js";

const PATIENCE_MS = 3000;
let drawn = null; // the menu as it was drawn last, with what it was told

// Watch over a menu that has just been drawn; `data`: see monitoring/ui/frame.py.
export function watchOver(menu, data) {
  const isFirst = drawn === null;
  const office = officeOf(data.installation, data.account);
  drawn = { line: element("p", { className: "waiting", role: "status" }), data, office };
  menu.prepend(drawn.line);
  const asking = (event) => ask(event, office, data);
  for (const form of menu.querySelectorAll("form")) form.addEventListener("submit", asking);
  tell();
  if (!isFirst) return;
  for (const news of ["answer", "state"]) office.courier.addEventListener(news, tell);
}

// Say where marks wait for a decision, with a way there.
function tell() {
  const { line, data, office } = drawn;
  const { held } = office.journal;
  const sheets = office.journal.sheets().filter((sheet) => office.journal.of(sheet).some(({ id }) => held.has(id)));
  line.replaceChildren(...sheets.map((sheet) => {
    const [group, stage] = sheet.split(":");
    const count = office.journal.of(sheet).filter(({ id }) => held.has(id)).length;
    const textContent = plural(data.words.undecided, count, data.language);
    return element("a", { href: `/sheet?group=${group}&stage=${stage}`, target: "_self", textContent });
  }));
}

// Whoever leaves with marks that are not on record is told so, after a moment in which they may still get there.
async function ask(event, office, data) {
  const { journal } = office;
  if (!journal.size || office.isLeaving) return;
  event.preventDefault();
  const { target, submitter } = event;
  await office.settled(PATIENCE_MS);
  if (journal.size && !confirm(speak(plural(data.words.leave, journal.size, data.language)))) return;
  office.isLeaving = true;
  target.requestSubmit(submitter);
}
