// A small group: what /sheets/whole answers for it.

export const LEVELS = ["learning", "partly", "wholly"];

// Return a sheet of some children and criteria; children and criteria are of one age where nothing else is said.
export function wholeSheet({ children = ["aisha", "daniyar"], criteria = ["jump", "run"], marks = [], ...more } = {}) {
  return {
    installation: "house",
    account: "gulnar",
    group: "group",
    stage: "start",
    language: "ru",
    sequence: 0,
    state: { is: "open", by: "", at: 0 },
    children: children.map((child) => (child.id ? child : { id: child, short: child, full: `${child} full`, age: 5 })),
    withoutSet: [],
    areas: [{ key: "physical", name: "Physical education", mayMark: true }],
    criteria: criteria.map((one) => (one.id ? one : criterion(one))),
    marks,
    earlier: [],
    ...more,
  };
}

function criterion(id) {
  return { id, area: "physical", age: 5, code: id, text: id, levels: LEVELS };
}

// Return a mark as the server tells it.
export function mark(child, criterion, level, revision = 1, by = "Serik") {
  return [child, criterion, level, revision, by, 1_700_000_000];
}
