// The courier: what it asks the server, when it tries again, and what it tells of the answers.

import { Courier } from "../courier.js";
import { Journal, sheetName } from "../journal.js";
import { equal, holds } from "./support/expect.js";
import { Clock, settled, withTimersOfClocks } from "./support/clock.js";
import { answered } from "./support/line.js";
import { mark } from "./support/lists.js";
import { Store } from "./support/store.js";

const SHEET = sheetName("group", "start");
const WHO = { installation: "house", account: "gulnar" };
const NO_NETWORK = () => { throw new TypeError("Failed to fetch"); };

const saved = (content = {}) => answered({ content: { ...WHO, receipts: [], sequence: 1, marks: [], ...content } });
const refused = (status, text = "") => answered({ status, text });

// A courier with changes in its journal, what it asks and what it tells; a test puts in the `answer`.
function office({ changes = 1, isSeen = () => true } = {}) {
  const journal = new Journal(new Store(), WHO.installation, WHO.account);
  const clock = new Clock();
  const desk = { journal, clock, asked: [], told: [], states: [], answer: allSaved };
  const ask = async (path, options) => {
    desk.asked.push({ path, ...options, body: options.body && JSON.parse(options.body), at: clock.now });
    return desk.answer(desk.asked.at(-1));
  };
  const courier = new Courier({ journal, ...WHO, ask, isSeen, later: (run, ms) => clock.later(run, ms) });
  courier.addEventListener("answer", ({ detail }) => desk.told.push(detail));
  courier.addEventListener("state", () => desk.states.push(courier.state));
  for (let number = 1; number <= changes; number += 1) journal.add(changeOf(`id${number}`));
  return { ...desk, desk, courier };
}

function changeOf(id, more = {}) {
  return { id, group: "group", stage: "start", child: `child of ${id}`, criterion: "jump", base: 0, level: 2, ...more };
}

const allSaved = ({ body }) => saved({ receipts: body?.changes.map(({ id }) => ({ id, saved: 1 })) });

const ids = ({ body }) => body.changes.map(({ id }) => id);

// --- what is sent -----------------------------------------------------------------------------------------------

export async function aBatchNamesTheSheetTheAccountAndTheChangesAndNothingElse() {
  const { courier, asked } = office();
  courier.send(SHEET);
  await settled();
  const [{ path, method, headers, redirect, body }] = asked;
  equal([path, method, redirect], ["/sheets/changes", "POST", "manual"]);
  equal(headers, { "X-Monitoring": "1", "Content-Type": "application/json" });
  const changes = [{ id: "id1", child: "child of id1", criterion: "jump", base: 0, level: 2 }];
  equal(body, { ...WHO, group: "group", stage: "start", since: Number.MAX_SAFE_INTEGER, changes });
}

export async function aReceiptTakesTheChangeOutOfTheJournal() {
  const { desk, courier, journal, told } = office();
  desk.answer = allSaved;
  courier.send(SHEET);
  await settled();
  equal([journal.size, courier.state], [0, "fine"]);
  equal(told.map(({ sheet, receipts }) => [sheet, receipts]), [[SHEET, [{ id: "id1", saved: 1 }]]]);
  holds(courier.savedAt > 0, "the moment of saving is known");
}

export async function nothingIsAskedWhereThereIsNothingToSend() {
  const { courier, asked } = office({ changes: 0 });
  courier.sendAll();
  courier.send(SHEET);
  await settled();
  equal(asked.length, 0);
}

export async function aSheetHasOneBatchUnderWayAndTheNextFollowsIt() {
  const { desk, courier, asked, journal } = office();
  let answer;
  desk.answer = () => new Promise((come) => { answer = come; });
  courier.send(SHEET);
  journal.add(changeOf("id2"));
  courier.send(SHEET);
  await settled();
  equal(asked.map(ids), [["id1"]]);
  desk.answer = allSaved;
  answer(allSaved(asked[0]));
  await settled();
  equal([asked.map(ids), journal.size], [[["id1"], ["id2"]], 0]);
}

export async function manyChangesGoInBatchesOfAHundred() {
  const { desk, courier, asked, journal } = office({ changes: 250 });
  desk.answer = allSaved;
  courier.send(SHEET);
  await settled();
  equal([asked.map(({ body }) => body.changes.length), journal.size], [[100, 100, 50], 0]);
}

export async function everySheetOfTheJournalIsSent() {
  const { desk, courier, asked, journal } = office();
  journal.add(changeOf("id2", { stage: "middle" }));
  desk.answer = allSaved;
  courier.sendAll();
  await settled();
  equal(asked.map(({ body }) => body.stage), ["start", "middle"]);
}

export async function whatNeedsADecisionIsNotSentAgain() {
  const { desk, courier, asked, journal } = office({ changes: 2 });
  const conflict = { level: 3, revision: 1, by: "Serik", at: 1 };
  desk.answer = () => saved({ receipts: [{ id: "id1", conflict }, { id: "id2", refused: "no" }] });
  courier.send(SHEET);
  await settled();
  courier.tryNow();
  await settled();
  equal([asked.length, journal.size, [...journal.held]], [1, 2, ["id1", "id2"]]);
}

// --- where there is no answer -------------------------------------------------------------------------------------

export async function aLostBatchIsSentAgainAndAgainEverMoreSeldom() {
  const { desk, courier, asked, clock, journal } = office();
  desk.answer = NO_NETWORK;
  courier.send(SHEET);
  await settled();
  await clock.pass(12_000);
  equal(asked.map(({ at }, index) => at - (asked[index - 1]?.at ?? at)), [0, 300, 600, 1000, 2000, 3000, 3000]);
  equal([courier.state, journal.size, ids(asked.at(-1))], ["offline", 1, ["id1"]]);
}

export async function afterAnAnswerTheWaitsBeginAnew() {
  const { desk, courier, asked, clock, journal } = office();
  desk.answer = NO_NETWORK;
  courier.send(SHEET);
  await clock.pass(5_000);
  desk.answer = allSaved;
  await clock.pass(5_000);
  equal(courier.state, "fine");
  journal.add(changeOf("id2"));
  desk.answer = NO_NETWORK;
  const before = asked.length;
  courier.send(SHEET);
  await clock.pass(400);
  equal(asked.length - before, 2);
}

export async function whenTheNetworkIsBackItTriesAtOnceAndOnce() {
  const { desk, courier, asked, clock, journal } = office();
  desk.answer = NO_NETWORK;
  await withTimersOfClocks(async () => {
    courier.send(SHEET);
    await clock.pass(3_000); // the next try would be at 3.9 seconds
    const before = asked.length;
    courier.tryNow();
    await clock.pass(2_999);
    equal(asked.length - before, 1);
    desk.answer = allSaved;
    courier.tryNow();
    await clock.pass(10_000);
    equal([asked.length - before, journal.size, courier.state], [2, 0, "fine"]);
  });
}

export async function anAnswerThatDoesNotComeIsGivenUp() {
  const { desk, courier, asked, clock } = office();
  desk.answer = ({ signal }) => new Promise((_, give) => signal.addEventListener("abort", () => give(signal.reason)));
  await withTimersOfClocks(async () => {
    courier.send(SHEET);
    await clock.pass(14_999);
    equal([courier.state, asked.length], ["fine", 1]);
    await clock.pass(400);
    equal([courier.state, asked.length], ["offline", 2]);
  });
}

export async function halfAnAnswerCountsAsNone() {
  const { desk, courier, journal } = office();
  desk.answer = () => ({ ok: true, status: 200, json: () => Promise.reject(new SyntaxError("half")) });
  courier.send(SHEET);
  await settled();
  equal([courier.state, journal.size, journal.held.size], ["offline", 1, 0]);
}

export async function aServerInTroubleCountsAsAway() {
  for (const status of [0, 429, 500, 502, 503]) {
    const { desk, courier, journal } = office();
    desk.answer = () => refused(status);
    courier.send(SHEET);
    await settled();
    equal([courier.state, journal.unsent(SHEET).length], ["offline", 1], String(status));
  }
}

// --- sessions and rights -------------------------------------------------------------------------------------------

export async function anEndedSessionIsSaidAndTheChangesWait() {
  const { desk, courier, clock, journal, states } = office();
  desk.answer = () => refused(401, "Sign in.");
  courier.send(SHEET);
  await clock.pass(10_000);
  equal([courier.state, journal.unsent(SHEET).length, states], ["signedOut", 1, ["signedOut"]], "told once");
  desk.answer = allSaved;
  await clock.pass(4_000);
  equal([courier.state, journal.size, states], ["fine", 0, ["signedOut", "fine"]]);
}

export async function nothingIsSentInTheSessionOfSomebodyElse() {
  const { desk, courier, asked, clock, journal } = office();
  desk.answer = () => refused(409, '{"reason": "Somebody else."}');
  courier.send(SHEET);
  await clock.pass(20_000);
  equal([courier.state, courier.reason, journal.size], ["someoneElse", "Somebody else.", 1]);
  equal(asked.length, 1, "asked once and no more");
  desk.answer = allSaved;
  courier.tryNow();
  await settled();
  equal([courier.state, journal.size], ["fine", 0]);
}

export async function receiptsOfSomebodyElseAreNotTaken() {
  for (const other of [{ account: "serik" }, { installation: "demo" }]) {
    const { desk, courier, journal, told } = office();
    desk.answer = () => saved({ receipts: [{ id: "id1", saved: 1 }], ...other });
    courier.send(SHEET);
    await settled();
    equal([courier.state, journal.size, told.length], ["someoneElse", 1, 0]);
  }
}

export async function whatIsRefusedForGoodWaitsForADecisionWithItsReason() {
  for (const status of [400, 403, 404, 413]) {
    const { desk, courier, asked, clock, journal, told } = office();
    desk.answer = () => refused(status, '{"reason": "You have no rights here."}');
    courier.send(SHEET);
    await clock.pass(20_000);
    equal([asked.length, journal.size, [...journal.held]], [1, 1, ["id1"]], String(status));
    equal(told[0].receipts, [{ id: "id1", refused: "You have no rights here." }]);
  }
}

export async function aReasonInPlainWordsIsARealReason() {
  const { desk, courier, told } = office();
  desk.answer = () => refused(403, "You have no rights here.");
  courier.send(SHEET);
  await settled();
  equal(told[0].receipts[0].refused, "You have no rights here.");
}

// --- news ------------------------------------------------------------------------------------------------------------

const watching = (courier, sequence = () => 7) => courier.watch({ sheet: SHEET, sequence });

export async function newsOfTheOpenSheetAreAskedForEveryTwoSeconds() {
  const { desk, courier, asked, clock, told } = office({ changes: 0 });
  desk.answer = () => saved({ receipts: undefined, sequence: 8, marks: [mark("aisha", "jump", 2)] });
  watching(courier);
  await clock.pass(4_100);
  equal(
    asked.map(({ path }) => path),
    Array(3).fill("/sheets/news?installation=house&account=gulnar&group=group&stage=start&since=7"),
  );
  equal(
    [asked[0].headers, told[0].receipts, told[0].news.marks.length, told[0].news.since],
    [{ "X-Monitoring": "1" }, [], 1, 7],
  );
}

export async function noNewsAreAskedForWhileThePageIsNotSeen() {
  let isSeen = false;
  const { courier, asked, clock } = office({ changes: 0, isSeen: () => isSeen });
  watching(courier);
  await clock.pass(10_000);
  equal(asked.length, 0);
  isSeen = true;
  await clock.pass(2_000);
  equal(asked.length, 1);
}

export async function noNewsAreAskedForAfterTheSheetIsClosed() {
  const { courier, asked, clock } = office({ changes: 0 });
  await withTimersOfClocks(async () => {
    watching(courier);
    await clock.pass(100);
    courier.watch(null);
    await clock.pass(10_000);
    equal(asked.length, 1);
  });
}

export async function newsThatComeAfterTheSheetIsClosedAreNotTold() {
  const { desk, courier, clock, told } = office({ changes: 0 });
  let answer;
  desk.answer = () => new Promise((come) => { answer = come; });
  watching(courier);
  await clock.pass(10);
  courier.watch(null);
  answer(saved());
  await settled();
  equal(told.length, 0);
}

export async function newsThatWereOvertakenAreNone() {
  const { desk, courier, clock, told } = office({ changes: 0 });
  let known = 7;
  desk.answer = () => { known = 9; return saved({ sequence: 8, assessed: 3 }); };
  watching(courier, () => known);
  await clock.pass(10);
  equal(told.length, 0);
}

export async function newsOfAnEarlierRecordAreTold() {
  const { desk, courier, clock, told } = office({ changes: 0 });
  desk.answer = () => saved({ sequence: 3 });
  watching(courier);
  await clock.pass(10);
  equal(told[0].news.sequence, 3, "a backup was restored: whoever watches takes the sheet anew");
}

export async function theAnswerToABatchBringsTheNewsOfTheOpenSheet() {
  const { desk, courier, asked, told } = office();
  const receipts = [{ id: "id1", saved: 1 }];
  desk.answer = () => saved({ receipts, sequence: 9, marks: [mark("aisha", "jump", 2)] });
  watching(courier);
  courier.send(SHEET);
  await settled();
  equal([asked[0].body.since, told[0].news.sequence, told[0].news.since], [7, 9, 7]);
}

export async function theAnswerOfASheetThatIsNotOpenIsNotTakenForNewsOfIt() {
  const { desk, courier, told } = office();
  desk.answer = allSaved;
  courier.send(SHEET);
  await settled();
  holds(told[0].news.since > told[0].news.sequence, "a gap that the sheet can see");
}

export async function newsMeanThatTheServerIsBackAndWhatWaitsIsSent() {
  const { desk, courier, clock, journal } = office();
  desk.answer = ({ body }) => (body ? NO_NETWORK() : saved());
  watching(courier);
  courier.send(SHEET);
  await clock.pass(1_000);
  desk.answer = (request) => (request.body ? allSaved(request) : saved());
  await clock.pass(4_000);
  equal([journal.size, courier.state], [0, "fine"]);
}
