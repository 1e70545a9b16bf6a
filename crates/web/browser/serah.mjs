// Cards handed over on two telephones whose network is cut: what is scanned and typed stays, over a
// reload, a closed tab and an answer that never came; told when the line is mended, nothing is lost and
// nothing is there twice.
//
// PAYUNG_BROWSER_CARDS holds cards of the practice register as in kartu.mjs, with numbers of others;
// PAYUNG_BROWSER_DAY the number of its card day. Everybody is invented.

import { line } from "./kartu.mjs";
import { expect, look, newTab, overflow, picture, place, signIn, violations } from "./looking.mjs";

const CARDS = JSON.parse(process.env.PAYUNG_BROWSER_CARDS ?? "null");
const DAY = process.env.PAYUNG_BROWSER_DAY ?? "";

const waiting = (page) => page.getAttribute("#antrean", "data-jumlah").then(Number);

/** Hands a card over, and says what the page says. */
async function give(page, typed) {
  await page.evaluate(() => document.querySelector("#jawaban").replaceChildren());
  await page.fill("#kode", typed);
  await page.click("#serah button[type=submit]");
  await page.waitForSelector("#jawaban > *", { timeout: 10_000 }).catch(() => {});
  return page.textContent("#jawaban");
}

async function said(page, label, typed, words, queue) {
  const text = await give(page, typed);
  expect(`handing over: ${label}`, text.includes(words), text);
  const count = await page.waitForFunction(
    (n) => document.querySelector("#antrean").dataset.jumlah === String(n), queue, { timeout: 10_000 },
  ).then(() => true, () => false);
  expect(`handing over: ${label}: ${queue} in the queue`, count, String(await waiting(page)));
}

/** A telephone with the page open and kept. */
async function telephone(browser, base, user, password) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  await signIn(context, user, password);
  const page = await newTab(context);
  await page.goto(`${base}/kartu/hari/${DAY}/serah`);
  const ready = await page.waitForFunction(
    () => document.querySelector("#siap").textContent !== "", null, { timeout: 20_000 },
  ).then(() => true, () => false);
  expect("the page that hands over says that it works without a network", ready);
  return { context, page };
}

async function send(page) {
  await page.click("#kirim");
  return page.waitForFunction(
    () => document.querySelector("#antrean").dataset.jumlah === "0", null, { timeout: 15_000 },
  ).then(() => true, () => false);
}

/** What the board of the day counts: handed over, to be decided. */
async function board(context) {
  const answer = await context.request.get(`${place.base}/kartu/hari/papan.json?hari=${DAY}`);
  const { rows } = await answer.json();
  const sum = (key) => rows.reduce((all, row) => all + row[key], 0);
  return [sum("handed"), sum("conflicts")];
}

export async function handedOverOffline(browser, user, password) {
  if (!CARDS || !DAY) {
    console.log("no printed card was scanned: handing over is not tried without a network");
    return;
  }
  const wire = await line(place.base);
  const one = await telephone(browser, wire.base, user, password);
  const two = await telephone(browser, wire.base, user, password);
  const before = await board(one.context);
  wire.cut();
  const opened = await one.page.reload().then(() => one.page.textContent("h1"), String);
  expect("the page that hands over opens without a network", opened === "Serahkan kartu", opened);
  const link = await one.page.textContent("a[href^='/profil']").catch(String);
  expect("what stays on the telephone names no account", link === "Profil saya", link);
  if (opened === "Serahkan kartu") {
    await cutOff(one, two);
    await mended(wire, one, two, before);
  }
  await one.context.close();
  await two.context.close();
}

async function cutOff(one, two) {
  const [first, second] = CARDS.numbers;
  await said(one.page, "a scanned card", CARDS.good, "Diserahkan", 1);
  const text = await one.page.textContent("#jawaban");
  expect("the seat is said, with initials", /Kursi \d+ · .+… · /.test(text), text);
  await said(one.page, "a typed number", first, "Diserahkan", 2);
  await said(one.page, "the same card again", CARDS.good, "sudah diserahkan", 2);
  await said(one.page, "a withdrawn card", CARDS.revoked, "sudah ditarik", 2);
  await said(one.page, "a mistyped number", `${first.slice(0, -1)}!`, "salah tulis", 2);
  const { page: over, wide } = await one.page.evaluate(overflow);
  expect("handing over: nothing sticks out", over <= 0 && wide.length === 0, `${over} ${wide}`);
  const found = await violations(one.page);
  expect("handing over: axe-core", found.length === 0, found.join(" | "));
  await picture(one.page, "serah-luring");
  await one.page.reload();
  await one.page.waitForSelector("#antrean[data-jumlah='2']", { timeout: 10_000 }).catch(() => {});
  expect("a reload loses nothing", (await waiting(one.page)) === 2);
  const address = one.page.url();
  await one.page.close();
  one.page = await newTab(one.context);
  await one.page.goto(address);
  await one.page.waitForSelector("#antrean[data-jumlah='2']", { timeout: 10_000 }).catch(() => {});
  expect("a closed tab loses nothing", (await waiting(one.page)) === 2);
  await said(two.page, "the same card on another telephone", CARDS.good, "Diserahkan", 1);
  await said(two.page, "another card there", second, "Diserahkan", 2);
  await said(two.page, "a number that nobody has", "0000-0000-0000-132", "tidak ada pada daftar", 3);
}

async function mended(wire, one, two, [handed, conflicts]) {
  await wire.mend();
  // The office gets the queue, and its answer is lost.
  let lost = 0;
  await one.page.route("**/antrean", async (route) => {
    await route.fetch();
    lost += 1;
    await route.abort();
  });
  expect("without an answer the queue stays", !(await send(one.page)) && (await waiting(one.page)) === 2);
  expect("the answer was lost", lost > 0, String(lost));
  const after = await board(one.context);
  expect("the office has what was sent", after[0] === handed + 2, after.join());
  await one.page.unroute("**/antrean");
  expect("sent again, the queue is empty", await send(one.page));
  const again = await board(one.context);
  expect("nothing is there twice", again.join() === after.join(), again.join());
  expect("the other telephone sends", await send(two.page));
  const all = await board(one.context);
  expect("every card counts once, and two are to be decided",
    all[0] === handed + 3 && all[1] === conflicts + 2, all.join());
  const open = await two.page.textContent("#antrean");
  expect("the telephone says what is to be decided", open.includes("2 penyerahan perlu diputuskan"), open);
  await two.page.reload();
  await said(two.page, "what another telephone told", CARDS.numbers[0], "sudah diserahkan", 0);
  const page = await newTab(one.context);
  await page.goto(`${place.base}/kartu/hari/benturan?hari=${DAY}`);
  const rows = await page.locator("tbody tr").count();
  expect("what is to be decided is listed", rows === conflicts + 2, String(rows));
  await look(page, "serah-benturan", true);
  await page.locator("tbody a[href^='/kartu/serah/']").first().click();
  expect("a handover to be decided has its page",
    new URL(page.url()).pathname.startsWith("/kartu/serah/"), page.url());
  await look(page, "serah-putusan", true);
}
