// The reader's words come from the server; here numbers and names are put into them.

// Put values into a text: speak("{n} left", { n: 3 }).
export function speak(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// Choose the form for a number: `forms` by plural category, as {"one": ..., "few": ..., "other": ...}.
export function plural(forms, n, language, values = {}) {
  const form = forms[new Intl.PluralRules(language).select(n)] ?? forms.other;
  return speak(form, { n, ...values });
}

// Return the time of day on the organisation's clock, with the day before it where that is not today.
export function clock(seconds, zone, now = Date.now()) {
  const parts = (moment) => {
    const names = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
    const found = new Intl.DateTimeFormat("ru", { ...names, timeZone: zone }).formatToParts(moment);
    return Object.fromEntries(found.map(({ type, value }) => [type, value]));
  };
  const [then, today] = [parts(seconds * 1000), parts(now)];
  const day = `${then.day}.${then.month}.${then.year}`;
  const time = `${then.hour}:${then.minute}`;
  return day === `${today.day}.${today.month}.${today.year}` ? time : `${day}, ${time}`;
}

// Make an element with its properties, data-, aria- and other attributes, and children.
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.includes("-") || ["role", "scope", "for", "lang"].includes(name)) made.setAttribute(name, value);
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

// Draw the children of a node anew. The keyboard stays where it was among its buttons: a receipt that arrives while
// somebody is on one must not throw them out.
export function redraw(node, ...children) {
  const buttons = () => [...node.querySelectorAll("button")];
  const at = buttons().indexOf(node.getRootNode().activeElement);
  node.replaceChildren(...children);
  if (at >= 0) buttons()[at]?.focus({ preventScroll: true });
}

// Write a choice into the address, or null to leave it out, so that a reload comes back to it. It is no step of the way
// back in the browser.
export function note(name, value) {
  const address = new URL(location.href);
  if (value === null) address.searchParams.delete(name);
  else address.searchParams.set(name, value);
  history.replaceState(history.state, "", address);
}

// Return what the address says, or null.
export function noted(name) {
  return new URLSearchParams(location.search).get(name);
}
