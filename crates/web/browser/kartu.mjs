// The page that checks cards, on a telephone whose network is cut after the page was opened once.
//
// PAYUNG_BROWSER_CARDS holds what was scanned off printed cards of the practice register, as JSON:
// a good one and one that was withdrawn. Whoever signed fixtures/cards/kartu.txt is a stranger.

import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";

import { expect, newTab, overflow, picture, place, violations } from "./looking.mjs";

const CARDS = JSON.parse(process.env.PAYUNG_BROWSER_CARDS ?? "null");
const STRANGER = readFileSync(new URL("../../../fixtures/cards/kartu.txt", import.meta.url), "utf8").trim();
// The cards of the practice register are paid until December 2022, by the clock of Jakarta.
const IN_TIME = "2022-11-15T03:00:00Z";
const LAST_MOMENT = "2022-12-31T16:59:59Z";
const TOO_LATE = "2022-12-31T17:00:00Z";

// The server behind a line that can be cut, and mended.
export function line(base) {
  const { hostname, port } = new URL(base);
  const open = new Set();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  const cut = () => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  return new Promise((done) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      const mend = () => new Promise((mended) => server.listen(port, "127.0.0.1", mended));
      done({ base: `http://127.0.0.1:${port}`, cut, mend });
    });
  });
}

// What the page says to what was typed.
async function answer(page, typed) {
  await page.evaluate(() => document.querySelector("#jawaban").replaceChildren());
  await page.fill("#kode", typed);
  await page.click("#periksa button[type=submit]");
  await page.waitForSelector("#jawaban > *", { timeout: 10_000 });
  return page.textContent("#jawaban");
}

/** One letter of a text exchanged for another. */
function turned(text, at) {
  return text.slice(0, at) + (text[at] === "7" ? "8" : "7") + text.slice(at + 1);
}

async function asked(page, label, typed, ...said) {
  const text = await answer(page, typed).catch((error) => String(error));
  expect(`a card without a network: ${label}`, said.every((words) => text.includes(words)), text);
}

export async function cardsOffline(browser) {
  if (!CARDS) {
    console.log("no printed card was scanned: the page that checks them is not tried without a network");
    return;
  }
  const wire = await line(place.base);
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const page = await newTab(context);
  await page.clock.setFixedTime(new Date(IN_TIME));
  await page.goto(`${wire.base}/periksa-kartu`);
  const ready = await page.waitForFunction(() => {
    const word = document.querySelector("[data-kata=offline]").textContent;
    return document.querySelector("#catatan").textContent.includes(word);
  }, null, { timeout: 15_000 }).then(() => true, () => false);
  expect("the page says that it works without a network", ready);
  wire.cut();
  const opened = await page.reload().then(() => page.textContent("h1"), String);
  expect("the page opens without a network", opened === "Periksa kartu", opened);
  if (opened === "Periksa kartu") await judged(page);
  await context.close();
  await olderTelephone(browser);
}

// A telephone that knows neither signatures of this kind nor square codes: what it lacks was kept with
// the page.
async function olderTelephone(browser) {
  const wire = await line(place.base);
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const page = await newTab(context);
  await page.addInitScript(() => {
    delete window.BarcodeDetector;
    const before = crypto.subtle.importKey.bind(crypto.subtle);
    crypto.subtle.importKey = async (kind, key, algorithm, ...rest) => {
      if (algorithm === "Ed25519") throw new DOMException("Unrecognized name.", "NotSupportedError");
      return before(kind, key, algorithm, ...rest);
    };
  });
  await page.clock.setFixedTime(new Date(IN_TIME));
  await page.goto(`${wire.base}/periksa-kartu`);
  const ready = await page.waitForFunction(() => {
    const word = document.querySelector("[data-kata=offline]").textContent;
    return document.querySelector("#catatan").textContent.includes(word);
  }, null, { timeout: 15_000 }).then(() => true, () => false);
  expect("an older telephone: the page says that it works without a network", ready);
  wire.cut();
  await page.reload();
  await asked(page, "on an older telephone: genuine", CARDS.good, "Kartu asli", "Desember 2022");
  await asked(page, "on an older telephone: a letter turned", turned(CARDS.good, 40), "Kartu tidak asli");
  await asked(page, "on an older telephone: withdrawn", CARDS.revoked, "Kartu sudah ditarik");
  if (CARDS.photo) {
    await page.fill("#kode", "");
    await page.evaluate(() => document.querySelector("#jawaban").replaceChildren());
    await page.setInputFiles("#berkas", CARDS.photo);
    await page.click("#periksa button[type=submit]");
    await page.waitForSelector("#jawaban > *", { timeout: 20_000 });
    const said = await page.textContent("#jawaban");
    expect("an older telephone reads a photo of a card", said.includes("Kartu asli"), said);
  }
  await context.close();
}

async function judged(page) {
  await asked(page, "genuine", CARDS.good, "Kartu asli", "Desember 2022", "Menurut daftar kartu");
  const { page: over, wide } = await page.evaluate(overflow);
  expect("an answer: nothing sticks out", over <= 0 && wide.length === 0, `${over} ${wide}`);
  const found = await violations(page);
  expect("an answer: axe-core", found.length === 0, found.join(" | "));
  await picture(page, "kartu-asli-luring");
  await asked(page, "withdrawn", CARDS.revoked, "Kartu sudah ditarik");
  await asked(page, "unknown signer", STRANGER, "Penanda tangan tidak dikenal");
  for (const at of [0, 1, 40, 150, CARDS.good.length - 1]) {
    await asked(page, `letter ${at} turned`, turned(CARDS.good, at), "Kartu tidak asli");
  }
  await asked(page, "cut off", CARDS.good.slice(0, -3), "Kartu tidak asli");
  await asked(page, "a number", CARDS.number, "tanpa internet");
  await asked(page, "a mistyped number", turned(CARDS.number, 3), "salah tulis");
  await page.clock.setFixedTime(new Date(LAST_MOMENT));
  await asked(page, "the last moment", CARDS.good, "Kartu ini dibuat oleh kantor ini");
  await page.clock.setFixedTime(new Date(TOO_LATE));
  await asked(page, "over", CARDS.good, "masanya habis");
  await asked(page, "withdrawn and over", CARDS.revoked, "Kartu sudah ditarik");
}
