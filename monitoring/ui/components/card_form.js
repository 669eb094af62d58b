// The form of a card: a table as it is printed, each cell of which opens for writing where it stands. What is typed is
// kept in this tab until the program has saved it, so that neither a reload nor an ended session takes it.
const PREFIX = "card:"; // of what this tab keeps; `data.draftsOf` begins with it
const PATIENCE_MS = 15000;
const SIGN_OUT = "form[action='/door/sign-out'] button";
const places = new WeakMap(); // the root of a form -> what is open in it

// Who signs out leaves no words behind for the next one at this computer.
document.addEventListener("click", (event) => {
  if (event.composedPath().some((node) => node.matches?.(SIGN_OUT))) forget();
});

export default function ({ data, parentElement, setTriggerValue }) {
  const form = places.get(parentElement) ?? begin(parentElement, data);
  form.data = data;
  form.send = (change) => setTriggerValue("change", change);
  take(form, data.outcome);
  draw(form);
}

function begin(root, data) {
  const form = { root, open: new Map(), waits: null, focus: null, saved: null, said: "" };
  for (const [cell, editor] of Object.entries(kept(data))) form.open.set(cell, editor);
  places.set(root, form);
  return form;
}

// What came of the change that was sent: saved closes its cell, anything else leaves the words where they are.
function take(form, outcome) {
  if (!outcome || outcome.number !== form.waits) return;
  form.waits = null;
  const editor = form.open.get(outcome.cell);
  form.said = "";
  if (outcome.state === "saved") {
    form.open.delete(outcome.cell);
    form.said = form.data.words.saved;
    form.saved = outcome.cell;
    form.focus = outcome.cell;
  } else if (editor) {
    Object.assign(editor, { isConflict: outcome.state === "conflict", said: outcome.said });
    form.focus = `${outcome.cell}/text`;
  }
  keep(form);
}

function draw(form) {
  const { root, data } = form;
  const active = root.querySelector(":focus");
  const at = active?.dataset.field && { field: active.dataset.field, from: active.selectionStart, to: active.selectionEnd };
  root.querySelector(".form")?.remove();
  const whole = element("section", { className: "form" }, table(form));
  if (data.overall) whole.append(overall(form));
  whole.append(element("p", { className: "said", role: "status", textContent: form.said }));
  root.append(whole);
  whole.querySelectorAll("textarea").forEach(fit);
  restore(form, whole, at);
}

// The keyboard stays where it was; after a saved cell it stands on the cell's own button.
function restore(form, whole, at) {
  const field = form.focus ?? at?.field;
  form.focus = null;
  const found = field && whole.querySelector(`[data-field="${CSS.escape(field)}"]`);
  if (!found) return;
  found.focus({ preventScroll: true });
  if (at?.field === field && found.tagName === "TEXTAREA") found.setSelectionRange(at.from, at.to);
}

function table(form) {
  const { data } = form;
  const heads = data.heads.map((head) => element("th", { scope: "col", textContent: head }));
  const labels = [...data.stages, data.words.conclusion];
  const rows = data.rows.map((row) => element(
    "tr", {},
    element("th", { scope: "row", lang: data.language, textContent: row.name }),
    ...[...row.measures, row.conclusion].map((cell, place) => box("td", form, cell, labels[place], row.name)),
  ));
  return element(
    "table", { "aria-label": data.words.table },
    element("caption", {}, ...data.notes.map((note) => element("p", { textContent: note }))),
    element("thead", { lang: data.language }, element("tr", {}, ...heads)),
    element("tbody", {}, ...rows),
  );
}

function overall(form) {
  const { words } = form.data;
  const said = element("p", { className: "note", textContent: words.notPrinted });
  const cell = box("div", form, form.data.overall, "", words.overall);
  return element("section", { className: "overall" }, element("h3", { textContent: words.overall }), said, cell);
}

function box(tag, form, cell, label, name) {
  const made = element(tag, { className: "cell" });
  if (label) made.append(element("div", { className: "label", textContent: label }));
  if (!cell) made.append("—");
  else if (form.open.has(cell.cell)) made.append(editor(form, cell));
  else made.append(...asRead(form, cell, label ? `${name}, ${label}` : name));
  return made;
}

function asRead(form, cell, name) {
  const { data } = form;
  const parts = cell.lines.map((line) => element("p", { lang: data.language, textContent: line }));
  if (!parts.length) parts.push(element("p", { className: "note", textContent: nothing(cell, data.words) }));
  if (cell.isDraft && cell.lines.length) parts.push(element("p", { className: "note", textContent: data.words.draft }));
  if (cell.computed) parts.push(element("p", { className: cell.isOverruled ? "note differs" : "note", textContent: cell.computed }));
  if (form.saved === cell.cell) parts.push(element("p", { className: "note saved", "aria-hidden": "true", textContent: data.words.saved }));
  if (data.mayWrite) {
    const change = button(data.words.change, () => open(form, cell));
    change.dataset.field = cell.cell;
    change.setAttribute("aria-label", `${data.words.change}: ${name}`);
    parts.push(element("div", { className: "buttons" }, change));
  }
  return parts;
}

function nothing(cell, words) {
  if (cell.computed) return "—";
  return cell.isDraft ? words.empty : words.emptied;
}

function open(form, cell) {
  form.saved = null;
  form.open.set(cell.cell, { text: cell.text, level: cell.level ?? 0, said: "", base: cell.base });
  form.said = "";
  form.focus = `${cell.cell}/text`;
  draw(form);
}

function close(form, cell) {
  form.open.delete(cell.cell);
  form.focus = cell.cell;
  keep(form);
  draw(form);
}

function editor(form, cell) {
  const { words } = form.data;
  const typed = form.open.get(cell.cell);
  const isConclusion = cell.level !== undefined;
  const made = element("div", { className: "editor" });
  if (typed.base !== cell.base && !typed.isConflict) Object.assign(typed, { isConflict: true, said: "" });
  if (typed.said) made.append(element("p", { className: "trouble", role: "alert", textContent: typed.said }));
  if (typed.isConflict) made.append(theirs(form, cell));
  if (isConclusion) made.append(levels(form, cell, typed));
  made.append(field(form, cell, typed, isConclusion), buttons(form, cell, typed, isConclusion, words));
  return made;
}

// What stands on record by now, beside what was typed.
function theirs(form, cell) {
  const lines = cell.lines.length ? cell.lines : ["—"];
  return element(
    "div", { className: "theirs" },
    element("strong", { textContent: form.data.words.theirs }),
    ...lines.map((line) => element("p", { lang: form.data.language, textContent: line })),
  );
}

function levels(form, cell, typed) {
  const choices = form.data.levels.map(([value, name]) => element(
    "label", {},
    element("input", {
      type: "radio", name: `level ${cell.cell}`, checked: typed.level === value, disabled: form.waits !== null,
      onchange: () => { typed.level = value; keep(form); },
    }),
    element("span", { textContent: name }),
  ));
  const said = element("p", { className: "note", textContent: cell.computed });
  return element("fieldset", {}, element("legend", { textContent: form.data.words.level }), said, ...choices);
}

function field(form, cell, typed, isConclusion) {
  const { words } = form.data;
  const area = element("textarea", {
    value: typed.text, disabled: form.waits !== null,
    lang: form.data.language, spellcheck: true,
    oninput: (event) => { typed.text = event.target.value; fit(event.target); keep(form); },
  });
  area.dataset.field = `${cell.cell}/text`;
  const label = isConclusion ? words.words : words.eachLine;
  return element("label", { className: "field" }, element("span", { textContent: typed.isConflict ? words.yours : label }), area);
}

function buttons(form, cell, typed, isConclusion, words) {
  const busy = form.waits !== null;
  const save = button(busy ? words.saving : typed.isConflict ? words.keepMine : words.save, () => send(form, cell, {}), busy);
  save.classList.add("main");
  const cancel = button(typed.isConflict ? words.leaveTheirs : words.cancel, () => close(form, cell), busy);
  const made = element("div", { className: "buttons" }, save, cancel);
  if (!isConclusion && !cell.isDraft) made.append(button(words.toDraft, () => send(form, cell, { toDraft: true }), busy));
  return made;
}

function send(form, cell, more) {
  const typed = form.open.get(cell.cell);
  form.waits = Date.now();
  form.said = "";
  typed.said = "";
  typed.base = cell.base; // that of what is seen now: after a conflict the person has seen both
  form.send({ number: form.waits, cell: cell.cell, text: typed.text, level: typed.level, base: cell.base, ...more });
  setTimeout(giveUp, PATIENCE_MS, form, form.waits, typed);
  draw(form);
}

function giveUp(form, number, typed) {
  if (form.waits !== number) return;
  form.waits = null;
  typed.said = form.data.words.noAnswer;
  draw(form);
}

function kept(data) {
  try {
    return JSON.parse(sessionStorage.getItem(data.draftsOf) ?? "{}");
  } catch {
    return {}; // this browser keeps nothing
  }
}

function keep(form) {
  try {
    if (form.open.size) sessionStorage.setItem(form.data.draftsOf, JSON.stringify(Object.fromEntries(form.open)));
    else sessionStorage.removeItem(form.data.draftsOf);
  } catch { /* this browser keeps nothing: the words stay on the screen */ }
}

function forget() {
  Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => sessionStorage.removeItem(key));
}

function fit(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 4}px`;
}

function button(text, act, disabled = false) {
  return element("button", { type: "button", textContent: text, disabled, onclick: act });
}

function element(tag, properties, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "role" || name === "scope" || name.includes("-")) made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children);
  return made;
}
