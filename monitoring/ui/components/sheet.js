// The place of the observation sheet on a screen. Its script is fetched by address, so that all screens share one.
export default function ({ data, parentElement }) {
  const address = new URL(`${data.code}main.js`, location.href).href;
  let place = parentElement.querySelector(".place-of-sheet");
  if (!place) {
    place = Object.assign(document.createElement("div"), { className: "place-of-sheet" });
    parentElement.append(place);
  }
  const script = import(address).then((main) => { main.show(place, data); return main; });
  return () => script.then((main) => main.leave(place));
}
