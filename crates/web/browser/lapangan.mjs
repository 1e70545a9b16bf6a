// The field app on a telephone whose line is cut at every step: people are written down, tabs are killed,
// answers get lost, hours run out, the office ends the telephone; nothing is lost, and nothing is there
// twice.
//
// PAYUNG_BROWSER_AGENT is the account of an agent of the practice register, with PAYUNG_BROWSER_PASSWORD;
// PAYUNG_BROWSER_FIELD the code of the agent. Everybody is invented.

import { line } from "./kartu.mjs";
import { expect, newTab, overflow, picture, place, signIn, violations } from "./looking.mjs";

const AGENT = process.env.PAYUNG_BROWSER_AGENT ?? "";
const CODE = process.env.PAYUNG_BROWSER_FIELD ?? "";
const PIN = "246813";
const NEXT_PIN = "918273";
const SHELL_MOST = 120 * 1024;
const SLOW_3G = { offline: false, latency: 2000, downloadThroughput: 50_000, uploadThroughput: 50_000 };
const MANY = 500;
const MANY_WITHIN_MS = 30_000;
/** More keys than the office opens in one go, which is fifty. */
const KEYS = 60;
const CLOSED = "018f0000-0000-7000-8001-";
// One that the office cannot open; the last by its number.
const DAMAGED = "ffffffff-ffff-4fff-bfff-ffffffffffff";
const isClosed = (row) => row.record.startsWith(CLOSED);

/** Somebody invented: the district 64.01.01 and a birth date, both in the number. */
const somebody = (serial, name) => ({
  nik: `640101120480${String(serial).padStart(4, "0")}`, name, day: "12", month: "4", year: "1980", sex: "L",
});

const layer = (page) => page.getAttribute("#lapangan", "data-layar");
const on = (page, name) =>
  page.waitForSelector(`#lapangan[data-layar='${name}']`, { timeout: 20_000 }).then(() => true, () => false);

async function reached(page, name, what) {
  const there = await on(page, name);
  expect(`field: ${what}`, there, `${await layer(page)}: ${(await page.textContent("body")).slice(0, 300)}`);
  return there;
}

async function readable(page, name) {
  const { page: over, wide } = await page.evaluate(overflow);
  expect(`field: ${name}: nothing sticks out`, over <= 0 && wide.length === 0, `${over} ${wide}`);
  const found = await violations(page);
  expect(`field: ${name}: axe-core`, found.length === 0, found.join(" | "));
  const small = await page.evaluate(() => [...document.querySelectorAll("button, .pilih, select, input[type=text]")]
    .filter((one) => one.getBoundingClientRect().height > 0 && one.getBoundingClientRect().height < 44)
    .map((one) => one.textContent || one.id));
  expect(`field: ${name}: nothing to press is small`, small.length === 0, small.join());
  await picture(page, `lapangan-${name}`);
}

/** What is kept of a kind on the telephone. */
const stored = (page, name) => page.evaluate((store) => new Promise((done) => {
  const asked = indexedDB.open("payung-lapangan");
  asked.onsuccess = () => {
    const all = asked.result.transaction(store).objectStore(store).getAll();
    all.onsuccess = () => done(all.result);
  };
}), name);

const queue = (page) => page.evaluate(() => ({ ...document.querySelector("#antrean")?.dataset }));

async function queued(page, key, count, what) {
  const held = await page.waitForFunction(
    ([name, number]) => document.querySelector("#antrean")?.dataset[name] === String(number), [key, count],
    { timeout: 30_000 },
  ).then(() => true, () => false);
  expect(`field: ${what}`, held, JSON.stringify(await queue(page)));
}

/** Answers one question as it stands on the screen. */
const ANSWERS = {
  consent: (page) => page.check("input[value=spoken]", { force: true }),
  photo: async (page, who) => {
    if (who.photo) {
      await page.setInputFiles("#foto", who.photo);
      await page.waitForSelector(".foto img");
    }
  },
  nik: async (page, who) => {
    // By the keys, as a thumb does.
    for (const digit of who.nik) await page.click(`.keypad button:text-is("${digit}")`);
  },
  name: (page, who) => page.fill("#nama", who.name),
  birth: async (page, who) => {
    await page.fill("#lahir-0", who.day);
    await page.fill("#lahir-1", who.month);
    await page.fill("#lahir-2", who.year);
  },
  sex: (page, who) => page.check(`input[value=${who.sex}]`, { force: true }),
  village: async (page) => {
    if (await page.locator("#desa").count()) await page.selectOption("#desa", { index: 1 });
    else await page.locator("input[name=village]").first().check({ force: true });
  },
  address: (page) => page.fill("#rt", "3"),
  work: (page) => page.check("input[value=petani]", { force: true }),
  phone: (page) => page.fill("#telepon", "081200001111"),
  helper: async (page) => {
    await page.check("input[value=neighbour]", { force: true });
    await page.fill("#penolong", "Merpati Rekaan");
  },
};
const QUESTIONS = Object.keys(ANSWERS);

/** Goes on from the screen that is shown; whether another came. */
async function next(page) {
  const shown = await layer(page);
  await page.click("#lanjut");
  return page.waitForFunction((before) => document.querySelector("#lapangan").dataset.layar !== before, shown,
    { timeout: 10_000 }).then(() => true, () => false);
}

/** Answers questions from the one that is shown up to another; `each` looks at every screen. */
async function fill(page, who, { to = "periksa", each = async () => {} } = {}) {
  for (let count = 0; count < 2 * QUESTIONS.length; count += 1) {
    const shown = await layer(page);
    if (shown === to) return true;
    const question = QUESTIONS.find((one) => shown === `tanya-${one}`);
    if (!question) return false;
    await ANSWERS[question](page, who);
    await each(question);
    if (!(await next(page))) {
      expect(`field: the question ${question} is answered`, false, await page.textContent("#salah"));
      return false;
    }
  }
  return false;
}

async function register(page, who, how) {
  await page.click("button.utama");
  await fill(page, who, how);
  if (!(await reached(page, "periksa", `${who.name}: asked and looked at`))) return;
  await page.click("button.simpan");
  await reached(page, "meja", `${who.name}: kept`);
}

async function unlock(page, pin) {
  await on(page, "kunci");
  await page.fill("#pin", pin);
  return reached(page, "meja", "the PIN opens");
}

async function prepare(page, pin) {
  if (!(await reached(page, "siapkan", "the telephone is prepared"))) return false;
  await page.waitForSelector("#siapkan");
  await page.fill("#pin", pin);
  await page.fill("#twice", pin);
  await page.click("#siapkan");
  return reached(page, "meja", "the telephone is ready");
}

async function send(page) {
  await page.evaluate(() => (document.querySelector("#catatan").textContent = ""));
  await page.click("button:text-is('Kirim sekarang')");
  await page.waitForFunction(() => /^(Terkirim|Semua|Tidak ada|Sedang|Masuk|Buka)/.test(document.querySelector("#catatan").textContent), null,
    { timeout: 60_000 }).catch(() => {});
  return page.textContent("#catatan");
}

/** What the office has of the agent. */
async function office(context) {
  const answer = await context.request.get(`${place.base}/agen/lapangan.json?agen=${CODE}`);
  const { rows } = await answer.json();
  return rows;
}

async function shell(context, base) {
  const names = ["/lapangan", "/lapangan-luring.js", "/lapangan/manifest.webmanifest"];
  const page = await (await context.request.get(base + names[0])).text();
  names.push(...[...page.matchAll(/(?:src|href)="(\/aset\/[^"]+)"/g)].map((found) => found[1]));
  names.push("/aset/atkinson-400.woff2", "/aset/atkinson-700.woff2");
  let bytes = 0;
  for (const name of new Set(names)) bytes += (await (await context.request.get(base + name)).body()).length;
  expect("field: the shell has at most 120 KB", bytes <= SHELL_MOST, String(bytes));
  console.log(`the shell of the field app: ${bytes} bytes`);
}

/** A telephone with the account signed in; its clock can be moved, and the key of its records be seen. */
async function telephone(browser, password, how = {}) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, acceptDownloads: true, ...how });
  await signIn(context, AGENT, password);
  await context.addInitScript(() => {
    const real = Date.now.bind(Date);
    Date.now = () => real() + Number(localStorage.getItem("geser") ?? 0);
    const encrypt = crypto.subtle.encrypt.bind(crypto.subtle);
    crypto.subtle.encrypt = (how, key, plain) => {
      if (how.additionalData && new TextDecoder().decode(how.additionalData) === "token") window.kunci = key;
      return encrypt(how, key, plain);
    };
  });
  return context;
}

export async function field(browser, password, colleague) {
  if (!AGENT || !CODE) {
    console.log("no agent of the field was told: the field app is not tried");
    return;
  }
  const wire = await line(place.base);
  const context = await telephone(browser, password);
  await shell(context, wire.base);
  let page = await newTab(context);
  page.on("dialog", (dialog) => dialog.accept());
  await page.goto(`${wire.base}/lapangan`);
  if (!(await first(page))) return;
  page = await cutAtEverySteps(context, wire, page);
  page = await twoTabs(context, wire, page);
  await answersLost(context, wire, page);
  await asked(context, page);
  await overnight(context, wire, page);
  await many(context, page);
  await deadTelephone(context, wire, page, colleague, browser, password);
  await ended(context, wire, page, colleague, browser, password);
  await context.close();
  await midnight(browser, wire, password);
}

async function first(page) {
  await page.waitForSelector("#siapkan");
  await readable(page, "siapkan");
  for (const [pin, twice, words] of [["12", "12", "6 angka"], ["111111", "111111", "ditebak"], [PIN, NEXT_PIN, "tidak sama"]]) {
    await page.fill("#pin", pin);
    await page.fill("#twice", twice);
    await page.click("#siapkan");
    const said = await page.textContent(".salah");
    expect(`field: a PIN that will not do: ${words}`, said.includes(words), said);
  }
  if (!(await prepare(page, PIN))) return false;
  await page.waitForSelector("html[data-luring=ya]", { timeout: 20_000 });
  await readable(page, "meja");
  return true;
}

/** The line is cut from now on: each question is kept, also when the tab is killed at it. */
async function cutAtEverySteps(context, wire, before) {
  wire.cut();
  let page = before;
  await page.reload();
  await reached(page, "kunci", "a cold start without a network");
  await readable(page, "kunci");
  await page.fill("#pin", "000000");
  await page.waitForFunction(() => document.querySelector(".salah").textContent.includes("PIN salah"));
  await unlock(page, PIN);
  const who = somebody(1, "KENARI PERTAMA REKAAN");
  await page.click("button.utama");
  for (const question of QUESTIONS) {
    await ANSWERS[question](page, who);
    await readable(page, question);
    await next(page);
    // Killed: whatever was answered is there when the app opens again.
    await page.close();
    page = await newTab(context);
    page.on("dialog", (dialog) => dialog.accept());
    await page.goto(`${wire.base}/lapangan`);
    await unlock(page, PIN);
    await queued(page, "draf", 1, `killed after ${question}: the draft is there`);
    await page.click(".petak >> nth=0");
    await page.click(".daftar button");
  }
  await reached(page, "periksa", "every answer is there");
  await readable(page, "periksa");
  const text = await page.textContent("#lapangan");
  for (const said of [who.nik, who.name, "12 April 1980", "Laki-laki", "RT 3", "Petani", "Merpati Rekaan"]) {
    expect(`field: the answer ${said} is kept`, text.includes(said), text);
  }
  await page.click("button.simpan");
  await queued(page, "siap", 1, "one waits to be sent");
  await wrongDigits(page);
  return page;
}

/** One wrong digit is seen while the card is still at hand. */
async function wrongDigits(page) {
  await page.click("button.utama");
  await fill(page, somebody(2, "X"), { to: "tanya-nik" });
  for (const [nik, words] of [
    ["0001011204800002", "provinsi"], ["6499011204800002", "kabupaten"], ["6401991204800002", "kecamatan"],
    ["6401013204800002", "tanggal lahir"], ["6401011213800002", "tanggal lahir"], ["6401011204800000", "0000"],
    ["6401011204800001", "sudah ada"],
  ]) {
    await page.fill("#nik", nik);
    await page.click("#lanjut");
    await page.waitForFunction((word) => document.querySelector("#salah").textContent.includes(word), words, { timeout: 5_000 }).catch(() => {});
    const said = await page.textContent("#salah");
    expect(`field: the NIK ${nik} is caught`, said.includes(words), said);
  }
  await page.fill("#nik", "6401011204800002");
  const read = await page.textContent("#nik-baca");
  expect("field: the NIK is read back", read.includes("12 April 1980") && read.includes("Laki-laki"), read);
  await page.click("#lanjut");
  await on(page, "tanya-name");
  await page.fill("#nama", "=HYPERLINK(1)<b>");
  await page.click("#lanjut");
  const said = await page.textContent("#salah");
  expect("field: a formula is no name", said.includes("huruf"), said);
  await fill(page, { ...somebody(2, "MERPATI KEDUA REKAAN"), day: "13", sex: "P" });
  await page.waitForSelector("#ragu .awas");
  const doubts = await page.textContent("#ragu");
  expect("field: a birth date that differs is said", doubts.includes("13 April 1980"), doubts);
  expect("field: a sex that differs is said", doubts.includes("Jenis kelamin"), doubts);
  await readable(page, "ragu");
  await page.click(".ubah >> nth=4");
  await page.fill("#lahir-0", "12");
  await next(page);
  await fill(page, somebody(2, "MERPATI KEDUA REKAAN"));
  await page.click("button.simpan");
  await queued(page, "siap", 2, "two wait to be sent");
}

/** Two tabs at one record: the second is told, and nothing of the first is lost. */
async function twoTabs(context, wire, one) {
  const two = await newTab(context);
  two.on("dialog", (dialog) => dialog.accept());
  await two.goto(`${wire.base}/lapangan`);
  await unlock(two, PIN);
  for (const page of [one, two]) {
    await page.click(".petak >> nth=0");
    await page.click(".daftar button >> nth=0");
    await reached(page, "periksa", "what waits can be changed until it is sent");
  }
  for (const page of [one, two]) {
    await page.click(".ubah >> nth=3");
    await on(page, "tanya-name");
  }
  await one.fill("#nama", "MERPATI KEDUA DIUBAH");
  await next(one);
  await two.waitForFunction(() => document.querySelector("#catatan").textContent.includes("tab lain"), null, { timeout: 10_000 }).catch(() => {});
  const said = await two.textContent("#catatan");
  expect("field: another tab at the same record is told", said.includes("tab lain"), said);
  await fill(one, somebody(2, "MERPATI KEDUA DIUBAH"));
  await one.click("button.simpan");
  await queued(one, "siap", 2, "the first tab's change is kept");
  await two.close();
  return one;
}

/** The office takes it in, and the answer never comes: sent again, it is there once. */
async function answersLost(context, wire, page) {
  const away = await send(page);
  expect("field: without a network nothing is sent", away.includes("Tidak ada internet"), away);
  await wire.mend();
  let lost = 0;
  await page.route("**/api/lapangan/kirim", async (route) => {
    // Not by the browser's own means: those would add the login, which the telephone leaves out.
    const asking = route.request();
    const { authorization, "content-type": kind } = asking.headers();
    const answer = await fetch(asking.url(), { method: "POST", headers: { authorization, "content-type": kind }, body: asking.postData() });
    lost += Number(answer.status === 200);
    await route.abort();
  });
  const said = await send(page);
  expect("field: without an answer the queue stays", said.includes("Tidak ada internet") && lost > 0, `${said} ${lost}`);
  await queued(page, "siap", 2, "the queue is as it was");
  const came = await office(context);
  expect("field: the office has both", came.length === 2, JSON.stringify(came));
  await page.unroute("**/api/lapangan/kirim");
  // Pressed twice.
  await Promise.all([page.click("button:text-is('Kirim sekarang')"), page.click("button:text-is('Kirim sekarang')")]);
  await queued(page, "siap", 0, "sent again, the queue is empty");
  const rows = await office(context);
  expect("field: nothing is there twice", rows.length === 2 && rows.every((row) => row.state === "accepted"), JSON.stringify(rows));
  const left = await page.evaluate(() => new Promise((done) => {
    const asked = indexedDB.open("payung-lapangan");
    asked.onsuccess = () => {
      const all = asked.result.transaction("records").objectStore("records").getAll();
      all.onsuccess = () => done(all.result.map((one) => [one.state, one.sealed]));
    };
  }));
  const states = left.map(([state, sealed]) => `${state} ${sealed === null}`).join();
  expect("field: what the office has is forgotten here", states === "done true,done true", states);
}

/** Somebody who is registered: warned of on the telephone, asked about by the office, answered. */
async function asked(context, page) {
  await page.evaluate(() => localStorage.setItem("geser", String(2 * 3_600_000)));
  await send(page);
  await page.evaluate(() => localStorage.removeItem("geser"));
  if (!(await reached(page, "meja", "a clock that the office set right closes nothing"))) return;
  const twin = { ...somebody(3, "KENARI PERTAMA REKAAN"), photo: { name: "ktp.png", mimeType: "image/png", buffer: await page.screenshot() } };
  await page.click("button.utama");
  await fill(page, twin);
  await page.waitForSelector("#ragu .awas");
  const doubts = await page.textContent("#ragu");
  expect("field: somebody of the territory is warned of", doubts.includes("mungkin sudah terdaftar"), doubts);
  await page.click("button.simpan");
  await queued(page, "siap", 1, "it is kept all the same");
  const broken = { status: 502, contentType: "text/html", body: "<h1>Bad Gateway</h1>" };
  await page.route("**/api/lapangan/foto/*", (route) => route.fulfill(broken), { times: 1 });
  await send(page);
  await queued(page, "tugas", 1, "the office asks the agent");
  expect("field: a fault on the way destroys no photo", (await stored(page, "photos")).length === 1);
  await page.click(".petak >> nth=1");
  await page.click(".daftar button");
  await reached(page, "tugas", "the question is shown");
  await readable(page, "tugas");
  await page.click("button:text-is('Ini orang lain')");
  await send(page);
  await queued(page, "tugas", 0, "the agent is done");
  const rows = await office(context);
  const row = rows.find((one) => one.state === "waiting");
  expect("field: the office decides", row !== undefined, JSON.stringify(rows));
  await queued(page, "foto", 0, "the photo follows");
  expect("field: a photo that the office has is forgotten here", (await stored(page, "photos")).length === 0);
  await send(page);
}

/** Three days without signing in: nothing opens, writing goes on, and signing in opens all of it. */
async function overnight(context, wire, page) {
  await page.evaluate(() => localStorage.setItem("geser", "0"));
  await register(page, somebody(4, "GELATIK SEBELUM REKAAN"));
  wire.cut();
  await page.evaluate(() => localStorage.setItem("geser", String(73 * 3_600_000)));
  await page.reload();
  await reached(page, "tutup", "after 73 hours nothing opens");
  await readable(page, "tutup");
  const sealed = await page.evaluate(() => new Promise((done) => {
    const asked = indexedDB.open("payung-lapangan");
    asked.onsuccess = () => {
      const one = asked.result.transaction("device").objectStore("device").get("device");
      one.onsuccess = () => done([one.result.pin, one.result.token, one.result.packet]);
    };
  }));
  expect("field: key, token and digests are gone", sealed.every((one) => one === null), JSON.stringify(sealed));
  await manyKeys(page);
  await page.click("button:text-is('Daftarkan orang')");
  await fill(page, somebody(5, "GELATIK SESUDAH REKAAN"));
  await page.click("button.simpan");
  await reached(page, "tutup", "what is written down then is closed");
  // Another tab, which has written by a key of its own and begins once more.
  const other = await newTab(context);
  await other.goto(`${wire.base}/lapangan`);
  await reached(other, "tutup", "another tab is closed too");
  await other.click("button:text-is('Daftarkan orang')");
  await fill(other, somebody(8, "GELATIK TAB REKAAN"));
  await other.click("button.simpan");
  await reached(other, "tutup", "the other tab writes too");
  await other.click("button:text-is('Daftarkan orang')");
  await reached(other, "tanya-consent", "and begins once more");
  await wire.mend();
  await page.evaluate(() => localStorage.removeItem("geser"));
  await page.click("button:text-is('Masuk dan buka lagi')");
  // The office is not reached any more when it is asked for the keys behind the first fifty.
  await page.route("**/lapangan/gawai/kunci", (route) => route.abort());
  if (!(await prepare(page, NEXT_PIN))) return;
  const accepted = async () => (await office(context)).filter((one) => one.state === "accepted" && !isClosed(one)).length;
  const warned = page.locator(".awas", { hasText: "masih tertutup" });
  await warned.waitFor({ timeout: 20_000 }).catch(() => {});
  const told = Number(/^[0-9]+/.exec((await warned.count()) ? await warned.textContent() : "")?.[0] ?? 0);
  expect("field: what is closed by keys that were not opened is told", told > 0 && told < 20, String(told));
  await readable(page, "meja-tertutup");
  await page.unroute("**/lapangan/gawai/kunci");
  await page.click("button:text-is('Masuk dan buka lagi')");
  if (!(await prepare(page, NEXT_PIN))) return;
  await queued(page, "siap", 0, "signed in again, all are sent");
  expect("field: nothing is closed any more", (await warned.count()) === 0);
  expect("field: all are at the office", (await accepted()) === 5, String(await accepted()));
  const closed = (await office(context)).filter(isClosed).length;
  expect("field: with what sixty keys had closed", closed === KEYS, String(closed));
  await fill(other, somebody(9, "GELATIK MENYUSUL REKAAN"));
  await other.click("button.simpan");
  await reached(other, "kunci", "the other tab sees that somebody signed in");
  const [ids, late] = [(await stored(page, "keys")).map((one) => one.id), (await stored(page, "records")).find((one) => one.state === "ready")];
  expect("field: the key of what it wrote is kept for the office", late !== undefined && ids.includes(late.key), JSON.stringify(ids));
  await other.close();
  await page.reload();
  await on(page, "kunci");
  await page.click("button:text-is('Lupa PIN: masuk lagi')");
  if (!(await prepare(page, NEXT_PIN))) return;
  await queued(page, "siap", 0, "what the other tab wrote meanwhile is sent");
  expect("field: and it is at the office", (await accepted()) === 6, String(await accepted()));
  const left = (await stored(page, "keys")).map((one) => one.id);
  expect("field: one key is left beside the damaged one", left.length === 2 && left[1] === DAMAGED, left.join());
}

/**
 * Written down while nothing opened, each after the app was begun anew: each is closed by a key of its own,
 * and that one for the office alone. More of them than the office opens in one go, and a damaged one last.
 */
async function manyKeys(page) {
  await page.evaluate(async ([count, head, damaged]) => {
    const opened = await new Promise((done) => {
      const asked = indexedDB.open("payung-lapangan");
      asked.onsuccess = () => done(asked.result);
    });
    const device = await new Promise((done) => {
      const asked = opened.transaction("device").objectStore("device").get("device");
      asked.onsuccess = () => done(asked.result);
    });
    const utf8 = (text) => new TextEncoder().encode(text);
    const joined = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]));
    const keyOf = (bytes) => crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt"]);
    const seal = async (key, plain, name) => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const how = { name: "AES-GCM", iv, additionalData: utf8(name) };
      return joined(iv, new Uint8Array(await crypto.subtle.encrypt(how, key, plain)));
    };
    const curve = { name: "ECDH", namedCurve: "P-256" };
    const theirs = await crypto.subtle.importKey("raw", device.office, curve, false, []);
    const [keys, records] = [[], []];
    for (let number = 0; number < count; number += 1) {
      const bytes = crypto.getRandomValues(new Uint8Array(32));
      const own = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
      const point = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
      const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, own.privateKey, 256));
      const under = await crypto.subtle.digest("SHA-256", joined(utf8("payung-lapangan-1"), shared, point, device.office));
      const key = crypto.randomUUID();
      keys.push({ id: key, closed: joined(point, await seal(await keyOf(new Uint8Array(under)), bytes, "key")) });
      const two = (part) => String(part).padStart(2, "0");
      const [date, month] = [two(1 + (number % 28)), two(1 + Math.floor(number / 28))];
      const letters = [...String(number)].map((digit) => "ABCDEFGHIJ"[digit]).join("");
      const draft = {
        step: 11, consent: "spoken", wording: "2026-1", nik: `640101${date}${month}76${String(3000 + number)}`,
        name: `REKAAN ${letters} TERTUTUP`, birth: `1976-${month}-${date}`, sex: "L", village: device.along.villages[0].code, rt: "1", rw: "",
        address: "Dusun Rekaan", occupation: "petani", phone: "", relation: "", helper: "", apart: false, at_ms: Date.now(),
      };
      const id = `${head}${String(number).padStart(12, "0")}`;
      const sealed = await seal(await keyOf(bytes), utf8(JSON.stringify(draft)), id);
      records.push({ id, rev: 1, state: "ready", at: Date.now(), key, sealed, answer: null, photo: false });
    }
    keys.push({ id: damaged, closed: crypto.getRandomValues(new Uint8Array(125)) });
    await new Promise((done) => {
      const act = opened.transaction(["keys", "records"], "readwrite");
      for (const one of keys) act.objectStore("keys").put(one);
      for (const one of records) act.objectStore("records").put(one);
      act.oncomplete = done;
    });
  }, [KEYS, CLOSED, DAMAGED]);
}

/** Five hundred on a slow line. */
async function many(context, page) {
  const before = (await office(context)).length;
  await page.evaluate(async (count) => {
    const opened = await new Promise((done) => {
      const asked = indexedDB.open("payung-lapangan");
      asked.onsuccess = () => done(asked.result);
    });
    const read = (store) => new Promise((done) => {
      const asked = opened.transaction(store).objectStore(store).getAll();
      asked.onsuccess = () => done(asked.result);
    });
    const [device] = await read("device");
    const village = device.along.villages[0].code;
    const letters = (number) => [...String(number)].map((digit) => "ABCDEFGHIJ"[digit]).join("");
    const made = [];
    for (let number = 0; number < count; number += 1) {
      const [date, month] = [1 + (number % 28), 1 + (Math.floor(number / 28) % 12)];
      const two = (part) => String(part).padStart(2, "0");
      const draft = {
        step: 11, consent: "spoken", wording: "2026-1", nik: `640101${two(date)}${two(month)}75${String(1000 + number)}`,
        name: `REKAAN ${letters(number)} BANYAK`, birth: `1975-${two(month)}-${two(date)}`, sex: "L", village, rt: "1", rw: "",
        address: "Dusun Rekaan", occupation: "petani", phone: "", relation: "", helper: "", apart: false, at_ms: Date.now(),
      };
      const id = `018f0000-0000-7000-8000-${String(number).padStart(12, "0")}`;
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const how = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(id) };
      const body = new Uint8Array(await crypto.subtle.encrypt(how, window.kunci, new TextEncoder().encode(JSON.stringify(draft))));
      const sealed = new Uint8Array(12 + body.length);
      sealed.set(iv);
      sealed.set(body, 12);
      made.push({ id, rev: 1, state: "ready", at: Date.now(), key: device.pin.key, sealed, answer: null, photo: false });
    }
    await new Promise((done) => {
      const act = opened.transaction("records", "readwrite");
      for (const one of made) act.objectStore("records").put(one);
      act.oncomplete = done;
    });
  }, MANY);
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", SLOW_3G);
  await page.evaluate(() => (document.querySelector("#catatan").textContent = ""));
  const begun = Date.now();
  await page.click("button:text-is('Kirim sekarang')");
  await page.waitForFunction(() => /^Terkirim/.test(document.querySelector("#catatan").textContent), null, { timeout: 120_000 }).catch(() => {});
  const took = Date.now() - begun;
  await cdp.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  console.log(`${MANY} records on slow 3G: ${(took / 1000).toFixed(1)} s`);
  expect(`field: ${MANY} records on slow 3G within ${MANY_WITHIN_MS / 1000} s`, took <= MANY_WITHIN_MS, String(took));
  await queued(page, "siap", 0, `${MANY} records are sent`);
  const rows = await office(context);
  expect(`field: ${MANY} records are there once`, rows.length === before + MANY, `${rows.length} ${before}`);
}

/** Somebody of the office at a page of the agent. */
async function atDesk(browser, colleague, password) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await signIn(context, colleague, password);
  return { context, page: await newTab(context) };
}

/** A telephone that cannot send: its queue as a file, which the office opens without the PIN. */
async function deadTelephone(context, wire, page, colleague, browser, password) {
  wire.cut();
  await page.click("button.utama");
  await fill(page, somebody(10, "BELUM SELESAI REKAAN"), { to: "tanya-name" });
  await page.reload();
  await unlock(page, NEXT_PIN);
  await register(page, somebody(6, "JALAK BERKAS REKAAN"));
  await page.click("button:text-is('Penyimpanan dan berkas')");
  await reached(page, "setelan", "storage is shown");
  await readable(page, "setelan");
  const kept = await page.evaluate(() => new Promise((done) => {
    const asked = indexedDB.open("payung-lapangan");
    asked.onsuccess = () => {
      const all = asked.result.transaction("records").objectStore("records").getAll();
      all.onsuccess = () => done(all.result.filter((one) => one.sealed).map((one) => `${one.state} ${JSON.stringify(one.answer?.said)}`));
    };
  }));
  // Some of the many look like another: the agent has not answered about them.
  const isOpen = (one) => one === "ready undefined" || one === "draft undefined" || one === 'duplicate "duplicate"';
  expect("field: what the office has not taken in alone is kept",
    kept.every(isOpen) && kept.filter((one) => one === "ready undefined").length === 1, kept.join());
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("button:text-is('Simpan berkas')")]);
  const path = await download.path();
  const { readFileSync } = await import("node:fs");
  const text = readFileSync(path, "utf8");
  const { records, drafts } = JSON.parse(text);
  const isApart = drafts.length === 1 && records.every((one) => one.id !== drafts[0].id);
  expect("field: what is not finished stands apart in the file", isApart, `${records.length} ${drafts.length}`);
  expect("field: the file names nobody", !text.includes("JALAK") && !text.includes(somebody(6, "").nik));
  const desk = await atDesk(browser, colleague, password);
  const before = (await office(context)).length;
  for (const words of ["1 baru diterima", "0 baru diterima"]) {
    await desk.page.goto(`${place.base}/agen/lapangan/berkas`);
    await desk.page.setInputFiles("input[type=file]", { name: "payung-lapangan.json", mimeType: "application/json", buffer: Buffer.from(text) });
    await desk.page.click("main button[type=submit]");
    const said = await desk.page.textContent("main");
    expect(`field: the office opens the file: ${words}`, said.includes(words), said);
  }
  await picture(desk.page, "lapangan-berkas");
  const rows = await office(context);
  expect("field: what was in the file is there once", rows.length === before + 1, `${rows.length} ${before}`);
  await desk.page.goto(`${place.base}/agen/lapangan/${rows.find((one) => one.state === "waiting").record}`);
  await picture(desk.page, "lapangan-satu");
  const found = await violations(desk.page);
  expect("field: one record at the office: axe-core", found.length === 0, found.join(" | "));
  await desk.context.close();
  await wire.mend();
  await page.click("button:text-is('Kembali')");
  await send(page);
  await queued(page, "siap", 0, "what came by the file is known when it is sent");
  expect("field: and it is still there once", (await office(context)).length === before + 1);
}

/** The telephone is lost: it forgets everything when it is heard of, open, locked or shut. */
async function ended(context, wire, page, colleague, browser, password) {
  let pin = NEXT_PIN;
  const two = await newTab(context);
  for (const [how, serial] of [["open", 7], ["locked", 11], ["shut", 12]]) {
    wire.cut();
    await register(page, somebody(serial, "HILANG REKAAN"));
    await wipedFromAfar(browser, colleague, password, how === "open");
    await page.reload();
    await unlock(page, pin);
    await queued(page, "siap", 1, `${how}: where nothing is heard of the office, nothing is lost`);
    if (how === "open") {
      await two.goto(`${wire.base}/lapangan`);
      await unlock(two, pin);
    } else if (how === "locked") {
      await page.click("button:text-is('Penyimpanan dan berkas')");
      await page.click("button:text-is('Kunci sekarang')");
      await reached(page, "kunci", "the telephone is locked");
    } else {
      await page.evaluate(() => localStorage.setItem("geser", String(-3 * 3_600_000)));
      await page.reload();
      await reached(page, "tutup", "a clock that was put back shuts the telephone");
      await readable(page, "jam-mundur");
    }
    await wire.mend();
    if (how === "open") await page.click("button:text-is('Kirim sekarang')");
    else await page.reload();
    await reached(page, "siapkan", `${how}: heard of, it forgets everything`);
    const left = [];
    for (const name of ["device", "keys", "records", "photos"]) left.push((await stored(page, name)).length);
    expect(`field: ${how}: nothing is left on it`, left.every((count) => count === 0), left.join());
    if (how === "open") {
      const gone = await two.waitForSelector("#lapangan[data-layar='siapkan']", { timeout: 45_000 }).then(() => true, () => false);
      expect("field: another tab closes with it", gone, await layer(two));
      await two.close();
    }
    if (how === "shut") return;
    pin = PIN;
    if (!(await prepare(page, pin))) return;
  }
}

async function wipedFromAfar(browser, colleague, password, isFirst) {
  const desk = await atDesk(browser, colleague, password);
  await desk.page.goto(`${place.base}/agen/${CODE}`);
  if (isFirst) {
    await picture(desk.page, "lapangan-agen");
    const found = await violations(desk.page);
    expect("field: the agent's telephones: axe-core", found.length === 0, found.join(" | "));
  }
  await desk.page.selectOption("select[name=cara]", "hapus");
  await desk.page.click("form[action*='/agen/gawai/'] button[type=submit]");
  const said = await desk.page.textContent("main");
  expect("field: the office ends the telephone", said.includes("dihentikan"), said);
  await desk.context.close();
}

/** Half past eleven in Jakarta is the next day in Paser: the day is the office's, whatever a telephone is set to. */
async function midnight(browser, wire, password) {
  const context = await telephone(browser, password, { timezoneId: "Asia/Jakarta" });
  const page = await context.newPage();
  page.on("dialog", (dialog) => dialog.accept());
  await page.goto(`${wire.base}/lapangan`);
  if (!(await prepare(page, PIN))) return;
  const ahead = await page.getAttribute("#lapangan", "data-jam");
  expect("field: the page says by which clock the office goes", ahead === "480", ahead);
  const now = new Date();
  let moment = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), 16, 30);
  if (moment < now.getTime()) moment += 24 * 3_600_000;
  await page.evaluate((ms) => localStorage.setItem("geser", String(ms)), moment - now.getTime());
  await page.click("button.utama");
  await fill(page, somebody(11, "PIPIT MALAM REKAAN"), { to: "tanya-birth" });
  const dayOf = (days) => new Date(moment + 8 * 3_600_000 + days * 24 * 3_600_000);
  for (const [days, isThere] of [[1, false], [0, true]]) {
    const day = dayOf(days);
    await page.fill("#lahir-0", String(day.getUTCDate()));
    await page.fill("#lahir-1", String(day.getUTCMonth() + 1));
    await page.fill("#lahir-2", String(day.getUTCFullYear()));
    const went = isThere ? await next(page) : (await page.click("#lanjut"), false);
    const said = isThere ? "" : await page.textContent("#salah");
    expect(`field: at half past midnight ${days} days ahead`, isThere ? went : said.includes("belum tiba"), `${went} ${said}`);
  }
  await context.close();
}
