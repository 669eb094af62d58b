// How this browser likes the sheet: which way the cursor goes, table or one at a time, by child or by criterion.

const HOME = "monitoring:sheet:";
const USUAL = { way: "down", look: "grid", axis: "child" };

export function liked(name) {
  try {
    return localStorage.getItem(HOME + name) ?? USUAL[name];
  } catch {
    return USUAL[name]; // a browser that keeps nothing
  }
}

// Keep a liking. Return whether this browser could.
export function like(name, value) {
  try {
    localStorage.setItem(HOME + name, value);
    return true;
  } catch {
    return false;
  }
}
