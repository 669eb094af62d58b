// Brings the sheet onto the screen. Streamlit may draw the screen anew at any time; the sheet and what was typed on it
// live on here, in the page, so that nothing typed hangs on a rerun or on the connection Streamlit keeps.

import { sheetName } from "./journal.js";
import { officeOf } from "./office.js";
import { Sheet } from "./sheet.js";
import { View } from "./view.js";
import { element, note, noted } from "./words.js";

let shown = null; // { key, parent, close } of the sheet on the screen
let asked = 0;

// Show the sheet that `frame` names inside `parent`: see monitoring/ui/sheet_view.py.
export async function show(parent, frame) {
  const key = JSON.stringify(frame);
  if (shown?.key === key && shown.parent === parent) return;
  if (noted("group") !== frame.group) note("language", null); // it was chosen for the group before
  note("group", frame.group);
  note("stage", frame.stage);
  const office = officeOf(frame.installation, frame.account);
  const content = await whole(office.courier, frame);
  if (content === LATE) return;
  if (!content) return sayWhy(parent, frame, office.courier);
  put(parent, frame, content, office);
}

// Take the sheet away from `parent`, if it is still there.
export function leave(parent) {
  if (shown && shown.parent !== parent) return;
  shown?.close();
  shown = null;
}

const LATE = Symbol("another sheet was asked for while this one was on its way");

async function whole(courier, frame) {
  const number = ++asked;
  const language = noted("language") ?? frame.sheetLanguage;
  const name = sheetName(frame.group, frame.stage);
  for (;;) {
    const received = courier.received(name);
    const content = await courier.get("/sheets/whole", { group: frame.group, stage: frame.stage, language });
    if (number !== asked) return LATE;
    // A mark that got its receipt while the sheet was on its way has left the journal and may not be on the sheet yet:
    // its cell would show empty, and the cursor stand on it.
    if (!content || courier.received(name) === received) return content;
  }
}

function put(parent, frame, content, office) {
  shown?.close();
  parent.replaceChildren();
  const sheet = new Sheet(content, office.journal, frame.me);
  const again = async () => {
    const anew = await whole(office.courier, frame);
    if (anew && anew !== LATE && shown?.parent === parent) put(parent, frame, anew, office);
  };
  const speakIn = (language) => { note("language", language); again(); };
  const view = new View({ frame, sheet, office, speakIn });
  view.mount(parent);
  const unlisten = listen(sheet, view, office, again);
  office.courier.watch({ sheet: sheet.name, sequence: () => sheet.sequence });
  office.courier.send(sheet.name);
  const close = () => { office.courier.watch(null); unlisten(); view.unmount(); };
  shown = { key: JSON.stringify(frame), parent, close };
}

function listen(sheet, view, { courier, journal }, again) {
  const answered = ({ detail: { sheet: name, receipts, news } }) => {
    if (name !== sheet.name) return view.bar.draw();
    if (news?.assessed !== undefined && news.sequence < sheet.sequence) return again(); // a backup was restored
    const state = sheet.state.is;
    const cells = [...sheet.receive(receipts), ...(news ? sheet.hear(news) : [])];
    view.changed(cells);
    if (sheet.state.is !== state) view.stateChanged();
    if (news?.assessed !== undefined && differs(sheet, news, journal)) again();
  };
  const heard = ({ detail: { id, change } }) => {
    if (change && change.group === sheet.group && change.stage === sheet.stage) sheet.adopt(change);
    const cell = change ? `${change.child} ${change.criterion}` : sheet.settleElsewhere(id);
    view.changed(cell && sheet.place.has(cell) ? [cell] : []);
    if (!change) courier.lookLater(0); // what became of it is on record by now
  };
  const state = () => view.bar.draw();
  courier.addEventListener("answer", answered);
  courier.addEventListener("state", state);
  courier.addEventListener("heard", heard);
  return () => {
    courier.removeEventListener("answer", answered);
    courier.removeEventListener("state", state);
    courier.removeEventListener("heard", heard);
  };
}

// The server counts the marks too. Where the two differ at rest, the list of children or the criteria have changed
// under us: the sheet is taken anew, once for one difference, and what is typed stays.
let doubted = null;

function differs(sheet, { assessed }, journal) {
  const doubt = `${sheet.name} ${assessed}`;
  if (sheet.assessed === assessed || journal.size || doubted === doubt) return false;
  doubted = doubt;
  return true;
}

function sayWhy(parent, { words }, courier) {
  const again = element("button", { type: "button", textContent: words.tryAgain, onclick: () => location.reload() });
  const text = words.states[courier.state] ?? courier.reason;
  const trouble = element("p", { className: "trouble" }, text, " ", again);
  parent.replaceChildren(element("section", { className: "sheet" }, trouble));
}
