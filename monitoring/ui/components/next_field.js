// Enter leads from field to field while the last one is empty, and after a child was added back to the first.
let listening = null;

export default function (component) {
  const { fields, begin } = component.data;
  const inputs = () => fields.map((key) => document.querySelector(`.st-key-${key} input`));
  const stop = () => listening && document.removeEventListener("keydown", listening, true);

  stop();
  listening = (event) => {
    const all = inputs();
    const at = all.indexOf(event.target);
    const last = all.at(-1);
    if (event.key !== "Enter" || event.isComposing || at < 0 || at === all.length - 1 || last.value) return;
    event.preventDefault();
    event.stopPropagation();
    all[at + 1].focus();
  };
  document.addEventListener("keydown", listening, true);
  if (begin) inputs()[0]?.focus();
  return stop;
}
