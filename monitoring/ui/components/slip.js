// The slip with a one-time password: large, to be copied or printed and handed over. It is nowhere but on this screen.
export default function (component) {
  const { data, parentElement } = component;
  parentElement.querySelector(".slip")?.remove();

  const slip = element("section", { className: "slip" });
  const lines = element("dl");
  for (const [name, value, large] of data.lines) {
    lines.append(element("dt", { textContent: name }), element("dd", { textContent: value, className: large ? "large" : "" }));
  }
  const said = element("span", { className: "said", role: "status" });
  const print = element("button", { type: "button", textContent: data.words.print });
  const copy = element("button", { type: "button", textContent: data.words.copy });
  print.addEventListener("click", () => printed(data));
  copy.addEventListener("click", async () => {
    said.textContent = (await copied(data.text, slip)) ? data.words.copied : data.words.notCopied;
  });
  const buttons = element("div", { className: "buttons" });
  buttons.append(print, copy, said);
  slip.append(lines, buttons);
  parentElement.append(slip);
}

// Over plain http there is no navigator.clipboard, so an older way stands behind it.
async function copied(text, slip) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { /* not allowed here: the older way */ }
  }
  const field = element("textarea", { value: text, className: "copying" });
  slip.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

// Only the slip goes on paper, not the screen around it.
function printed(data) {
  const frame = element("iframe", { title: data.words.print });
  frame.style.cssText = "position: fixed; width: 0; height: 0; border: 0";
  document.body.append(frame);
  const paper = frame.contentDocument;
  paper.documentElement.lang = document.documentElement.lang;
  paper.body.style.cssText = "font: 14pt serif; max-width: 14cm; border: 1px dashed #000; padding: 6mm";
  for (const [name, value, large] of data.lines) {
    const line = element("p", { textContent: `${name}: ` });
    const what = element("strong", { textContent: value });
    if (large) what.style.cssText = "font: 700 20pt monospace";
    line.append(what);
    paper.body.append(line);
  }
  paper.body.append(element("p", { textContent: data.words.advice }));
  frame.contentWindow.addEventListener("afterprint", () => setTimeout(() => frame.remove()));
  frame.contentWindow.print();
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
