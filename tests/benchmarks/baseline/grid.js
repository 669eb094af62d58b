// A grid that looks as the sheet does and saves each key through a rerun: what is typed goes out as the component's
// state, one batch at a time, and is saved when the data of a rerun has it.
export default function ({ data, parentElement, setStateValue }) {
  parentElement.grid ??= drawn(parentElement, data);
  const { cells, typed } = parentElement.grid;
  for (const [place, level] of Object.entries(data.levels)) {
    if (typed.get(place) === level) typed.delete(place);
    if (!typed.has(place)) show(cells.get(place), level, "saved");
  }
  parentElement.grid.send = () => {
    const batch = parentElement.grid.sent;
    if (!typed.size || [...batch].some((place) => typed.has(place))) return;
    parentElement.grid.sent = new Set(typed.keys());
    setStateValue("typed", Object.fromEntries(typed));
  };
  parentElement.grid.send();
}

function drawn(root, { rows, columns }) {
  const grid = { cells: new Map(), typed: new Map(), sent: new Set(), send: null };
  const table = make("table", { role: "grid" });
  table.append(make("tr", {}, make("th"), ...range(columns).map((column) => make("th", {}, `${column + 1}`))));
  for (const row of range(rows)) {
    const cells = range(columns).map((column) => {
      const cell = make("td", { role: "gridcell", tabIndex: -1 });
      Object.assign(cell.dataset, { row, column });
      grid.cells.set(`${row} ${column}`, cell);
      show(cell, null, "empty");
      return cell;
    });
    table.append(make("tr", {}, make("th", {}, `${row + 1}. Ахметова Дана`), ...cells));
  }
  table.addEventListener("keydown", (event) => press(event, grid, rows));
  const scroll = make("div", { className: "scroll" }, table);
  root.append(make("section", { className: "sheet" }, make("div", { className: "work" }, scroll)));
  grid.cells.get("0 0").focus();
  return grid;
}

function press(event, grid, rows) {
  if (!["1", "2", "3"].includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  const [row, column] = [Number(event.target.dataset.row), Number(event.target.dataset.column)];
  grid.typed.set(`${row} ${column}`, Number(event.key));
  show(event.target, Number(event.key), "saving");
  grid.cells.get(row + 1 < rows ? `${row + 1} ${column}` : `0 ${column + 1}`)?.focus();
  grid.send();
}

function show(cell, level, is) {
  cell.dataset.level = level ?? "";
  cell.dataset.is = is;
  cell.replaceChildren(make("b", {}, level ? "I".repeat(level) : ""));
}

function make(tag, { role, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  if (role) made.setAttribute("role", role);
  made.append(...children);
  return made;
}

function range(length) {
  return Array.from({ length }, (_, index) => index);
}
