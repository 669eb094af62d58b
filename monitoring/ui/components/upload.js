// A place for a file, in the reader's words. The file goes to the screen once, as a trigger, and is not kept here.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  parentElement.querySelector(".place")?.remove();

  const input = Object.assign(document.createElement("input"), { type: "file", accept: data.accept });
  const label = Object.assign(document.createElement("label"), { className: "place" });
  const said = Object.assign(document.createElement("span"), { className: "said", role: "status" });
  label.append(span("label", data.words.label), span("choose", data.words.choose), span("drop", data.words.drop), input, said);
  parentElement.append(label);

  input.addEventListener("change", () => send(input.files[0]));
  label.addEventListener("dragover", (event) => { event.preventDefault(); label.classList.add("over"); });
  label.addEventListener("dragleave", () => label.classList.remove("over"));
  label.addEventListener("drop", (event) => {
    event.preventDefault();
    label.classList.remove("over");
    send(event.dataTransfer.files[0]);
  });

  async function send(file) {
    if (!file) return;
    if (file.size > data.most) { said.textContent = data.words.tooLarge; return; }
    said.textContent = file.name;
    setTriggerValue("file", { name: file.name, content: inBase64(await file.arrayBuffer()) });
  }
}

function inBase64(buffer) {
  const bytes = new Uint8Array(buffer);
  const pieces = [];
  for (let at = 0; at < bytes.length; at += 0x8000) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(pieces.join(""));
}

function span(className, textContent) {
  return Object.assign(document.createElement("span"), { className, textContent });
}
