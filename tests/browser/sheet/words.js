// The reader's words with numbers, names and times in them.

import { clock, element, note, plural, redraw, speak } from "../words.js";
import { equal } from "./support/expect.js";

const RUSSIAN = { one: "{n} отметка", few: "{n} отметки", many: "{n} отметок", other: "{n} отметки" };
const KAZAKH = { one: "{n} белгі сақталмады", other: "{n} белгі әлі сақталмады" };
const ENGLISH = { one: "{n} mark", other: "{n} marks" };

export async function valuesArePutIntoAText() {
  equal(speak("{n} из {all}, снова {n}", { n: 3, all: 12 }), "3 из 12, снова 3");
}

export async function zeroIsAValueToo() {
  equal(speak("{n} of {all}", { n: 0, all: 0 }), "0 of 0");
}

export async function whatHasNoValueStaysAsItIs() {
  equal(speak("{n} of {all}", { n: 3 }), "3 of {all}");
}

export async function whatANameLooksLikeChangesNothing() {
  equal(speak("{name}: {mine}", { name: "{mine} $& $1", mine: "II" }), "{mine} $& $1: II");
}

export async function russianCountsInThreeForms() {
  const said = [1, 2, 5, 11, 21, 22, 25, 111].map((n) => plural(RUSSIAN, n, "ru"));
  equal(
    said,
    ["1 отметка", "2 отметки", "5 отметок", "11 отметок", "21 отметка", "22 отметки", "25 отметок", "111 отметок"],
  );
}

export async function kazakhCountsInItsOwnForms() {
  equal(
    [0, 1, 2, 21].map((n) => plural(KAZAKH, n, "kk")),
    ["0 белгі әлі сақталмады", "1 белгі сақталмады", "2 белгі әлі сақталмады", "21 белгі әлі сақталмады"],
  );
}

export async function englishCountsInTwoForms() {
  equal([0, 1, 2, 21].map((n) => plural(ENGLISH, n, "en")), ["0 marks", "1 mark", "2 marks", "21 marks"]);
}

export async function aFormThatIsMissingGivesWayToTheGeneralOne() {
  equal(plural({ other: "{n} балл, {name}" }, 5, "ru", { name: "Айша" }), "5 балл, Айша");
}

const NOON_UTC = Date.UTC(2026, 10, 22, 12, 5, 40);

export async function theTimeIsToldOnTheOrganisationsClock() {
  equal(clock(NOON_UTC / 1000, "Asia/Almaty", NOON_UTC), "17:05");
  equal(clock(NOON_UTC / 1000, "Europe/Berlin", NOON_UTC), "13:05");
}

export async function aTimeOfAnotherDayHasItsDay() {
  const nextDay = NOON_UTC + 24 * 3600 * 1000;
  equal(clock(NOON_UTC / 1000, "Asia/Almaty", nextDay), "22.11.2026, 17:05");
  equal(clock(NOON_UTC / 1000, "Asia/Almaty", 0), "22.11.2026, 17:05");
}

export async function theDayIsTheOrganisationsAndNotTheComputers() {
  const lateInLondon = Date.UTC(2026, 10, 22, 20, 0);
  equal(clock(lateInLondon / 1000, "Asia/Almaty", lateInLondon), "01:00");
  equal(clock(NOON_UTC / 1000, "Asia/Almaty", lateInLondon), "22.11.2026, 17:05", "it is tomorrow in Almaty");
}

export async function midnightIsNoughtHours() {
  const midnight = Date.UTC(2026, 10, 22, 19, 0);
  equal(clock(midnight / 1000, "Asia/Almaty", midnight), "00:00");
}

export async function anElementHasItsPropertiesAttributesAndChildren() {
  let clicks = 0;
  const made = element(
    "button",
    {
      type: "button",
      textContent: "",
      "aria-label": "Back",
      lang: "kk",
      hidden: false,
      title: undefined,
      onclick: () => { clicks += 1; },
    },
    "I",
    null,
    false,
    element("b"),
  );
  made.click();
  equal([made.outerHTML, clicks], ['<button type="button" aria-label="Back" lang="kk">I<b></b></button>', 1]);
}

export async function whatIsTypedIntoAnElementStaysText() {
  equal(element("p", { textContent: "<b>Айша</b>" }).innerHTML, "&lt;b&gt;Айша&lt;/b&gt;");
}

export async function aChoiceIsKeptInTheAddressWithoutAStepBack() {
  const [address, steps] = [location.href, history.length];
  note("area", "music");
  equal([new URL(location.href).searchParams.get("area"), history.length], ["music", steps]);
  history.replaceState(history.state, "", address);
}

export async function aButtonUnderTheKeyboardKeepsItWhenItIsDrawnAnew() {
  const node = element("div");
  const draw = (...names) => redraw(node, ...names.map((textContent) => element("button", { textContent })));
  document.body.append(node);
  try {
    draw("I", "II", "III");
    node.children[1].focus();
    draw("I", "II!", "III");
    equal(document.activeElement.textContent, "II!");
    draw("I");
    equal(node.contains(document.activeElement), false);
  } finally {
    node.remove();
  }
}
