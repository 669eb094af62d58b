// Another place begins at its top; without this the page stays where the link or button of the last one was.
const last = {};

export default function ({ data, key }) {
  if (data.place === last[key]) return;
  last[key] = data.place;
  document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
}
