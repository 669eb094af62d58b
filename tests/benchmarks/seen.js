// Runs in the page before anything of its own, and notes in `seen`: when a digit was pressed, when its cell said
// «saved», when the requests that carry marks came and went, and how long until a table was on the screen.

const seen = { pressed: [], received: [], asked: [], drawn: [] };
const waiting = new Map(); // cell -> when its key was pressed
let begun = 0; // what is drawn next began with the navigation, later with the last click
let table = null;
window.seen = seen;

addEventListener("keydown", (event) => {
  if (!["1", "2", "3"].includes(event.key)) return;
  const at = performance.now();
  seen.pressed.push((performance.timeOrigin + at) / 1000);
  waiting.set(event.composedPath()[0], at);
}, true);

addEventListener("click", () => { begun = performance.now(); }, true);

new PerformanceObserver((list) => {
  for (const entry of list.getEntriesByType("resource")) {
    if (!entry.name.endsWith("/sheets/changes")) continue;
    seen.asked.push({ begun: entry.startTime, sent: entry.requestStart, answered: entry.responseEnd });
  }
}).observe({ type: "resource" });

// Call back with the time at which the picture that comes next is ready.
function painted(callback) {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => callback(performance.now());
    port2.postMessage(null);
  });
}

function watch(root) {
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (target.dataset?.is === "saved" && waiting.has(target)) receive(target);
    }
    const cell = root.querySelector("td[role=gridcell]");
    if (cell && cell.closest("table") !== table) draw(cell.closest("table"));
  }).observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-is"] });
}

function receive(cell) {
  const key = { pressed: waiting.get(cell), received: performance.now(), painted: null };
  waiting.delete(cell);
  seen.received.push(key);
  painted((at) => { key.painted = at; });
}

function draw(newest) {
  table = newest;
  const since = begun;
  painted((at) => seen.drawn.push((at - since) / 1000));
}

const attach = Element.prototype.attachShadow; // the components draw in shadow roots, which nothing else tells of
Element.prototype.attachShadow = function (options) {
  const root = attach.call(this, options);
  watch(root);
  return root;
};
