// A new step begins at its top; without this the page stays where the button of the last one was.
let last;

export default function ({ data }) {
  if (data.place === last) return;
  last = data.place;
  document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
}
