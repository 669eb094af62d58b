// What a test says about what it sees. A claim that does not hold is thrown, with what was expected and what was seen.

// Claim that something is so; values are compared by their content.
export function equal(seen, expected, about = "") {
  const [one, other] = [written(seen), written(expected)];
  if (one !== other) throw new Error(`${about ? `${about}: ` : ""}expected ${other}, saw ${one}`);
}

// Claim that a condition holds.
export function holds(condition, about) {
  if (!condition) throw new Error(`expected: ${about}`);
}

// Write a value with what JSON leaves out: maps, sets and undefined.
function written(value) {
  if (value === undefined) return "undefined";
  return JSON.stringify(value, (_, inner) => {
    if (inner instanceof Map || inner instanceof Set) return [...inner];
    return inner === undefined ? "undefined" : inner;
  });
}
