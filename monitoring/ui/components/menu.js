// The end of the menu. Plain forms that the browser sends itself: signing out must work when nothing else does.
export default function (component) {
  const { data, parentElement } = component;
  document.documentElement.lang = data.language;
  speak(data.builtIn);
  parentElement.querySelector(".menu")?.remove();

  const menu = element("div", { className: "menu" });
  menu.append(
    element("p", { className: "organisation", textContent: data.organisation }),
    element("p", { className: "name", textContent: data.name }),
    languageForm(data),
    element("a", { href: "/door/password", textContent: data.words.password, target: "_self" }),
    // Out of the demonstration there is one way: to sign in to it again nobody has a password.
    data.inDemo
      ? form("/door/leave-demo", {}, data.words.leaveDemo)
      : form("/door/sign-out", { form_token: data.formToken }, data.words.signOut),
  );
  parentElement.append(menu);
  import(new URL(`${data.code}leaving.js`, location.href).href).then(({ watchOver }) => watchOver(menu, data));
  return entriesThatBegin(component);
}

// The entry of the screen one is in leads to that screen as it begins, out of a record; Streamlit's own does nothing.
function entriesThatBegin({ setTriggerValue }) {
  const begin = (event) => {
    const entry = event.target.closest?.("[data-testid=stSidebarNavLink]");
    if (!entry || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (entry.getAttribute("aria-current") === "page") {
      event.preventDefault();
      event.stopPropagation();
      setTriggerValue("anew", true);
    }
    setTimeout(closeWhereItCovers); // after Streamlit, which closes it itself on what it takes for a telephone
  };
  document.addEventListener("click", begin, true);
  return () => document.removeEventListener("click", begin, true);
}

// On a narrow screen the open menu lies over the screen that was just chosen.
function closeWhereItCovers() {
  if (!matchMedia("(max-width: 768px)").matches) return;
  if (document.querySelector("[data-testid=stSidebar]")?.dataset.collapsed === "true") return;
  document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
}

// Streamlit names its own controls in English, for those who cannot see them too. Its words wait here for ours.
let spoken = {};

function speak(words) {
  const begun = Object.keys(spoken).length > 0;
  spoken = words;
  translate(document.body);
  const skip = document.querySelector("[data-testid=stSkipToContent]");
  if (skip) skip.textContent = words["Skip to main content"];
  if (begun) return;
  new MutationObserver((changes) => changes.forEach((change) => translate(change.target))).observe(document.body, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"],
  });
}

function translate(root) {
  for (const named of [root, ...root.querySelectorAll("[aria-label]")]) {
    const label = named.getAttribute("aria-label");
    const ours = label && inOurWords(label);
    // Only what differs: to set a label anew, even to the same words, would call this again without end.
    if (ours && ours !== label) named.setAttribute("aria-label", ours);
  }
}

function inOurWords(label) {
  if (spoken[label]) return spoken[label];
  const start = Object.keys(spoken).find((words) => words.endsWith(" ") && label.startsWith(words));
  return start && spoken[start] + label.slice(start.length);
}

function languageForm(data) {
  const made = form("/door/language", { form_token: data.formToken, back: "/" });
  // Where one is when one asks, not where one was when the menu was drawn.
  made.addEventListener("submit", () => {
    made.elements.back.value = location.pathname + location.search;
    closeWhereItCovers(); // Streamlit remembers it over the loading that follows
  });
  made.setAttribute("aria-label", data.words.language);
  made.className = "languages";
  for (const [code, name] of Object.entries(data.languages)) {
    const button = element("button", { name: "language", value: code, textContent: name, lang: code });
    if (code === data.language) button.setAttribute("aria-current", "true");
    made.append(button);
  }
  return made;
}

function form(action, fields, word) {
  const made = element("form", { method: "post", action });
  for (const [name, value] of Object.entries(fields)) made.append(element("input", { type: "hidden", name, value }));
  if (word) made.append(element("button", { textContent: word }));
  return made;
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
