// Every page in a real browser: node check.mjs BASE_URL OUT_DIR [EMPTY_BASE_URL]
//
// Visits each page at three widths, as anybody and signed in, filled, empty, with mistakes and with
// long text, with script and without, and asks of each: is it reachable and readable for everybody
// (axe-core), whole at 320 pixels, quiet on the console, and does it load nothing from elsewhere?
// Sends lists through the pages as villages do (journey.mjs), and hostile ones (hostile.mjs).
// Screenshots and printed pages go to OUT_DIR. The logins are those of the practice register:
// PAYUNG_BROWSER_USER, PAYUNG_BROWSER_COLLEAGUE and PAYUNG_BROWSER_PASSWORD.
// PAYUNG_BROWSER_ONLY=pages,journey,hostile looks at some of the parts alone.

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

import { hostile } from "./hostile.mjs";
import { cleanJourney, dirtyJourney, uploadMistakes } from "./journey.mjs";
import {
  counts, cutBySpacing, expect, look, overflow, picture, place, saysWhatItIs, signIn, violations, walk,
} from "./looking.mjs";

const [filled, out, empty] = process.argv.slice(2);
const USER = process.env.PAYUNG_BROWSER_USER ?? "operator";
const COLLEAGUE = process.env.PAYUNG_BROWSER_COLLEAGUE ?? "ani";
const PASSWORD = process.env.PAYUNG_BROWSER_PASSWORD ?? "";
const ONLY = process.env.PAYUNG_BROWSER_ONLY ?? "";
if (!filled || !out || !PASSWORD) {
  console.error("usage: PAYUNG_BROWSER_PASSWORD=… node check.mjs BASE_URL OUT_DIR [EMPTY_BASE_URL]");
  process.exit(2);
}

const WIDTHS = [1280, 360, 320];
// No page is laid out by script: without it, the narrowest window tells whether a page is whole.
const WIDTHS_WITHOUT_SCRIPT = [320];
// Page-states that axe-core has to have seen.
const STATES_MIN = 150;
// What somebody on a slow line waits for: page and style, and everything with fonts.
const FIRST_SIGHT_MOST = 14 * 1024;
const WHOLE_MOST = 30 * 1024;
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const BROWSERS = [
  process.env.PAYUNG_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
// What everybody may see.
const PUBLIC = [
  ["mulai", "/"],
  ["cakupan", "/cakupan"],
  ["cakupan-desa", "/cakupan?per=desa"],
  ["cakupan-pekerjaan", "/cakupan?per=pekerjaan"],
  ["cakupan-jenis-kelamin", "/cakupan?per=jenis-kelamin"],
  ["cakupan-program", "/cakupan?per=program"],
  ["aturan", "/aturan"],
  ["satu-aturan", "first:/aturan"],
  ["bantuan", "/bantuan"],
  ["privasi", "/privasi"],
  ["aksesibilitas", "/aksesibilitas"],
  ["api", "/api"],
  ["masuk", "/masuk"],
  ["tidak-ada", "/tidak-ada"],
  ["home-en", "/?bahasa=en"],
  ["help-en", "/bantuan?bahasa=en"],
  ["coverage-en", "/cakupan?per=desa&bahasa=en"],
  ["rules-en", "/aturan?bahasa=en"],
];
// What staff see; the first of a list is read off it.
const STAFF = [
  ["meja", "/beranda"],
  ["impor", "/impor"],
  ["satu-berkas", "first:/impor?keadaan=decided"],
  ["impor-baru", "/impor/baru"],
  ["peserta", "/peserta"],
  ["peserta-daerah-lain", "/peserta?juga=daerah-lain"],
  ["satu-orang", "first:/peserta"],
  ["cari", "/cari"],
  ["program", "/program"],
  ["satu-program", "/program/rentan-2022"],
  ["papan", "/program/rentan-2022/papan"],
  ["papan-desa", "/papan"],
  ["urutan", "/urutan"],
  ["satu-calon", "first:/urutan"],
  ["wajib", "/wajib"],
  ["program-baru", "/program/baru"],
  ["program-nama", "/program/baru/nama"],
  ["program-jaminan", "/program/baru/jaminan"],
  ["program-pekerjaan", "/program/baru/pekerjaan"],
  ["program-periksa", `/program/baru/periksa?isi=ya&kode=baru-2023&nama=Baru&wilayah=64.01&dana=apbdp-2022&skema=jkk&skema=jkm&mulai=2023-01&sampai=2023-12`],
  ["ketentuan", "/program/rentan-2022/ketentuan"],
  ["ketentuan-syarat", "/program/rentan-2022/ketentuan/syarat"],
  ["ketentuan-fasilitas", "/program/rentan-2022/ketentuan/fasilitas"],
  ["ketentuan-segmen", "/program/rentan-2022/ketentuan/segmen?isi=ya&segmen=bidan%3Apu%3A2500000"],
  ["ketentuan-tempat", "/program/rentan-2022/ketentuan/tempat"],
  ["ketentuan-urutan", "/program/rentan-2022/ketentuan/urutan"],
  ["ketentuan-wajib", "/program/rentan-2022/ketentuan/wajib"],
  ["ketentuan-periksa", "/program/rentan-2022/ketentuan/periksa"],
  ["terms-en", "/program/rentan-2022/ketentuan/urutan?bahasa=en"],
  ["dana", "/dana"],
  ["satu-dana", "/dana/apbdp-2022"],
  ["dana-baru", "/dana/baru"],
  ["dana-revisi", "/dana/apbdp-2022/revisi"],
  ["bank", "/bank"],
  ["bank-impor", "/bank/impor"],
  ["bank-cocokkan", "/bank/cocokkan"],
  ["bank-titipan", "/bank/titipan"],
  ["bank-rekening", "/bank/rekening"],
  ["bank-rekening-baru", "/bank/rekening/baru"],
  ["bank-rekonsiliasi", "/bank/rekonsiliasi?bulan=2022-10"],
  ["bank-kuitansi", "/bank/kuitansi"],
  ["bank-en", "/bank?bahasa=en"],
  ["board-en", "/program/rentan-2022/papan?bahasa=en"],
  ["funds-en", "/dana?bahasa=en"],
  ["tagihan", "/tagihan"],
  ["tagihan-baru", "/tagihan/baru"],
  ["satu-tagihan", "/tagihan/rentan-2022/2022-11"],
  ["tagihan-perubahan", "/tagihan/perubahan?program=rentan-2022&bulan=2022-11"],
  ["tagihan-tunggakan", "/tagihan/tunggakan"],
  ["tagihan-perlindungan", "/tagihan/perlindungan"],
  ["tagihan-kredit", "/tagihan/kredit?program=rentan-2022"],
  ["bill-en", "/tagihan/rentan-2022/2022-11?bahasa=en"],
  ["buku", "/buku"],
  ["buku-bulan", "/buku?bulan=2022-10"],
  ["buku-akun", "/buku/akun?akun=cash.apbdp-2022&bulan=2022-10&sampai=2022-12"],
  ["buku-transaksi", "/buku/transaksi?bulan=2022-10"],
  ["satu-transaksi", "first:/buku/transaksi?bulan=2022-10"],
  ["buku-jurnal", "/buku/jurnal"],
  ["buku-tutup", "/buku/tutup"],
  ["buku-satu-bulan", "/buku/tutup/2022-10"],
  ["buku-bagan", "/buku/bagan"],
  ["buku-bagan-usul", "/buku/bagan/usul"],
  ["ledger-en", "/buku?bahasa=en"],
  ["organisasi", "/organisasi"],
  ["satu-organisasi", "first:/organisasi"],
  ["organisasi-baru", "/organisasi/baru"],
  ["organisasi-impor", "/organisasi/impor"],
  ["perjanjian", "/perjanjian"],
  ["satu-perjanjian", "first:/perjanjian"],
  ["perjanjian-baru", "/perjanjian/baru"],
  ["kewajiban", "/perjanjian/papan"],
  ["satu-kewajiban", "first:/perjanjian/papan"],
  ["agreements-en", "/perjanjian?bahasa=en"],
  ["rencana", "/rencana"],
  ["rencana-dua", "/rencana?bulan=12&skema2=jkk%2Bjkm%2Bjht&anggaran=1000000000"],
  ["rencana-jeda", "/rencana?tahap=2026-01..2026-06,2027-01..2027-12"],
  ["jalan", "/rencana/jalan"],
  ["jalan-lima", "/rencana/jalan?mulai=2018-02&orang=8460&sasaran=45000&sumber=angka%20rekaan"],
  ["lampiran", "/program/rentan-2022/lampiran"],
  ["perubahan", "/program/rentan-2022/perubahan"],
  ["plan-en", "/rencana?bahasa=en"],
  ["tugas", "/tugas"],
  ["pengguna", "/pengguna"],
  ["pengguna-baru", "/pengguna/baru"],
  ["satu-pengguna", "first:/pengguna"],
  ["peran", "/peran"],
  ["audit", "/audit"],
  ["integrasi", "/integrasi"],
  ["satu-integrasi", "first:/integrasi"],
  ["integrasi-baru", "/integrasi/baru"],
  ["kiriman", "/integrasi/kiriman"],
  ["satu-kiriman", "first:/integrasi/kiriman"],
  ["jenis-peristiwa", "/integrasi/jenis"],
  ["integrations-en", "/integrasi?bahasa=en"],
  ["setelan", "/setelan"],
  ["penyedia", "/penyedia-identitas"],
  ["penyedia-usul", "/penyedia-identitas/usul"],
  ["kesehatan", "/kesehatan"],
  ["profil", "/profil"],
  ["token", "/profil/token"],
  ["ganda", "/ganda"],
  ["ganda-dua", "/ganda?keadaan=dua"],
  ["satu-pasangan", "first:/ganda"],
  ["benturan", "/benturan"],
  ["bpjs", "/sipp"],
  ["bpjs-kirim", "/sipp/kirim"],
  ["bpjs-terkirim", "/sipp/terkirim"],
  ["bpjs-balasan", "/sipp/balasan"],
  ["bpjs-balasan-baru", "/sipp/balasan/baru"],
  ["bpjs-isi", "/sipp/balasan/isi"],
  ["bpjs-penolakan", "/sipp/penolakan"],
  ["bpjs-orang", "/sipp/penolakan/orang"],
  ["bpjs-npp", "/sipp/npp"],
  ["cocokkan", "/sipp/cocokkan"],
  ["snap", "/bank/snap"],
  ["snap-selisih", "/bank/snap/selisih"],
  ["snap-rekening", "/bank/snap/rekening"],
  ["snap-mitra", "/bank/snap/mitra"],
  ["snap-mitra-baru", "/bank/snap/mitra/baru"],
  ["bpjs-en", "/sipp?bahasa=en"],
  ["pairs-en", "/ganda?bahasa=en"],
  ["desk-en", "/beranda?bahasa=en"],
  ["import-en", "/impor?bahasa=en"],
  ["people-en", "/peserta?bahasa=en"],
  ["settings-en", "/setelan?bahasa=en"],
  ["provider-en", "/penyedia-identitas/usul?bahasa=en"],
];

async function visit(context, name, path, width, script) {
  const label = `${name} ${width} ${script ? "with" : "without"} script`;
  const page = await context.newPage();
  await page.setViewportSize({ width, height: 900 });
  const [noise, elsewhere] = [[], []];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) noise.push(message.text());
  });
  page.on("pageerror", (error) => noise.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${place.base}/`)) elsewhere.push(request.url());
  });
  const response = await page.goto(place.base + path, { waitUntil: "load" });
  const missing = name.endsWith("tidak-ada");
  expect(`${label}: status`, response.status() === (missing ? 404 : 200), `${response.status()}`);
  // A browser reports a 404 of the page itself on its console.
  const quiet = missing ? noise.filter((text) => !text.includes("404")) : noise;
  if (script && width !== 320) await picture(page, label);
  const { page: over, wide } = await page.evaluate(overflow);
  expect(`${label}: nothing sticks out`, over <= 0 && wide.length === 0, `${over} ${wide}`);
  const fonts = await page.evaluate(() => [...document.fonts].map((font) => font.status));
  expect(`${label}: the fonts are ours`, fonts.includes("loaded"), fonts.join());
  if (width === 1280 || !script) await saysWhatItIs(page, label);
  if (script && width !== 320) {
    const found = await violations(page);
    expect(`${label}: axe-core`, found.length === 0, found.join(" | "));
    expect(`${label}: spacing cuts nothing`, (await cutBySpacing(page)) === 0);
    if (width === 1280) await walk(page, name);
  }
  expect(`${label}: the console is quiet`, quiet.length === 0, quiet.join(" | "));
  expect(`${label}: nothing from elsewhere`, elsewhere.length === 0, elsewhere.join(" | "));
  const title = await page.title();
  await page.close();
  return title;
}

// A form with mistakes, a form with long text, and the same press twice.
async function mistakes(context, script) {
  const page = await context.newPage();
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${place.base}/setelan`);
    await page.fill("#telepon", "nol delapan satu dua");
    await page.fill("#kantor", "Dinas".repeat(60));
    await page.click("main button[type=submit]");
    const label = `mistakes ${width} ${script ? "with" : "without"} script`;
    const title = await page.title();
    expect(`${label}: the title says so`, title.startsWith("Kesalahan: "), title);
    const links = await page.locator(".mistakes a").count();
    expect(`${label}: both are listed`, links === 2, String(links));
    const kept = await page.inputValue("#telepon");
    expect(`${label}: what was typed stays`, kept === "nol delapan satu dua", kept);
    const { page: over, wide } = await page.evaluate(overflow);
    expect(`${label}: nothing sticks out`, over <= 0 && wide.length === 0, `${over} ${wide}`);
    if (script) {
      const found = await violations(page);
      expect(`${label}: axe-core`, found.length === 0, found.join(" | "));
    }
    await picture(page, label);
  }
  await page.fill("#telepon", "(0543) 21234");
  await page.fill("#kantor", "Dinas Tenaga Kerja, Transmigrasi, dan Perlindungan Pekerja Rentan");
  await page.fill("#jam", "Senin sampai Jumat, 08.00–15.30");
  await page.fill("#whatsapp", "0812 0000 1111");
  await page.click("main button[type=submit]");
  expect("settings are saved", page.url().includes("tersimpan=ya"), page.url());
  expect("the help stands on the page", (await page.locator("footer a[href^='tel:']").count()) === 1);
  await page.close();
}

// Large letters by a link, without script.
async function letters(context) {
  const page = await context.newPage();
  await page.setViewportSize({ width: 360, height: 900 });
  await page.goto(`${place.base}/bantuan`);
  await page.click(".tools a[href^='/huruf']");
  const size = await page.evaluate(() => getComputedStyle(document.body).fontSize);
  expect("large letters are 24 pixels", size === "24px", size);
  expect("one is back where one was", page.url().endsWith("/bantuan"), page.url());
  const { page: over, wide } = await page.evaluate(overflow);
  expect("large letters: nothing sticks out", over <= 0 && wide.length === 0, `${over} ${wide}`);
  await picture(page, "huruf-besar");
  await page.click(".tools a[href^='/huruf']");
  await page.close();
}

// The one form, as somebody without script uses it.
async function choose(context) {
  const page = await context.newPage();
  await page.goto(`${place.base}/cakupan`);
  await page.selectOption("#per", "pekerjaan");
  await page.click("main button[type=submit]");
  expect("the form leads to a stable address", page.url().includes("per=pekerjaan"), page.url());
  const heading = await page.textContent("h1");
  expect("the form shows the table", heading === "Cakupan per pekerjaan", heading);
  await page.close();
}

// Pages that people print: three for anybody, the others for staff.
const PRINTED = [
  ["mulai", "/"], ["bantuan", "/bantuan"], ["cakupan-desa", "/cakupan?per=desa"],
  ["program", "/program"],
  ["tagihan-cetak", "/tagihan/rentan-2022/2022-11"],
  ["buku-cetak", "/buku?bulan=2022-10"],
  ["rekonsiliasi-cetak", "/bank/rekonsiliasi?bulan=2022-10"],
];

// Prints pages as the reader of a context sees them, in a browser of their own: after a long table
// Chromium at times opens no other tab.
async function printAll(context, pages) {
  const browser = await launch();
  const reader = await browser.newContext({ storageState: await context.storageState() });
  for (const [name, path] of pages) {
    const page = await reader.newPage();
    await page.goto(place.base + path);
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 1017, height: 700 });
    const { page: over } = await page.evaluate(overflow);
    expect(`${name} fits the printed page`, over <= 0, String(over));
    const pdf = await page.pdf({ path: join(out, `${name}.pdf`), preferCSSPageSize: true });
    expect(`${name} prints`, pdf.length > 1000);
  }
  await browser.close();
}

async function firstLink(context, path) {
  const page = await context.newPage();
  await page.goto(place.base + path);
  const link = page.locator("tbody th a").first();
  const href = (await link.count()) ? await link.getAttribute("href") : null;
  await page.close();
  return href;
}

async function found(context, list) {
  const pages = [];
  for (const [name, path] of list) {
    if (path.startsWith("first:")) {
      const href = await firstLink(context, path.slice(6));
      if (href) pages.push([name, href]);
    } else {
      pages.push([name, path]);
    }
  }
  return pages;
}

async function visitAll(context, list, script, before = "") {
  const pages = await found(context, list);
  // One address asked in several ways is one page.
  const titles = new Map();
  const shared = new Set();
  for (const width of script ? WIDTHS : WIDTHS_WITHOUT_SCRIPT) {
    for (const [name, path] of pages) {
      const title = await visit(context, before + name, path, width, script);
      const [page] = path.split("?");
      if ((titles.get(title) ?? page) !== page) shared.add(title);
      titles.set(title, page);
    }
  }
  expect("titles are unique", shared.size === 0, [...shared].join(" | "));
}

// What is asked wrongly, or of nobody: the form again, with what is wrong in words.
async function wrongs(context, script) {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 900 });
  const cases = [
    ["cari-tidak-ada", "/cari", { kata: "zzzz" }],
    ["pengguna-baru-salah", "/pengguna/baru", {}],
  ];
  for (const [name, path, answers] of cases) {
    await page.goto(place.base + path);
    for (const [field, text] of Object.entries(answers)) await page.fill(`#${field}`, text);
    await page.locator("main form button[type=submit]").first().click();
    expect(`${name}: says what is wrong`, (await page.locator(".mistake").count()) > 0, page.url());
    await look(page, name, script);
  }
  await page.close();
}

// The door, with a wrong password.
async function wrongDoor(context, script) {
  await context.clearCookies();
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${place.base}/masuk`);
  await page.fill("#nama", "tidak-ada");
  await page.fill("#sandi", "bukan kata sandinya");
  await page.click("main button[type=submit]");
  await look(page, "masuk-salah", script);
  await page.goto(`${place.base}/impor`);
  await look(page, "masuk-dulu", script);
  await page.close();
}

// Seen after one request, and light, on the first visit of somebody on a slow line.
async function firstSight(browser) {
  for (const [name, path] of PUBLIC) {
    // The door holds a form key and what is not there is an error: neither is squeezed.
    if (path.startsWith("first:") || ["masuk", "tidak-ada"].includes(name)) continue;
    const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
    const page = await context.newPage();
    const wire = await context.newCDPSession(page);
    await wire.send("Network.enable");
    let [bytes, requests] = [0, 0];
    wire.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    let release;
    const held = new Promise((done) => { release = done; });
    await page.route("**/*", async (route) => {
      requests += 1;
      if (!route.request().isNavigationRequest()) await held;
      await route.continue();
    });
    await page.goto(place.base + path, { waitUntil: "commit" });
    const painted = await page.waitForFunction(
      () => performance.getEntriesByName("first-contentful-paint").length > 0, null, { timeout: 5000 },
    ).then(() => true, () => false);
    expect(`${name}: seen after one request`, painted);
    await page.waitForTimeout(50);
    const first = bytes;
    release();
    await page.waitForLoadState("load");
    await page.evaluate(() => document.fonts.ready.then(() => null));
    await page.waitForTimeout(50);
    expect(`${name}: page and style are light`, first > 0 && first <= FIRST_SIGHT_MOST, String(first));
    expect(`${name}: all of it is light`, bytes <= WHOLE_MOST && requests <= 5, `${bytes} in ${requests}`);
    await context.close();
  }
}

// Everything again with the longest words that an office may have.
async function longWords(context, script) {
  const page = await context.newPage();
  await page.goto(`${place.base}/setelan`);
  const long = "Dinas Tenaga Kerja, Transmigrasi, Perlindungan Pekerja Rentan, dan Pemberdayaan Nelayan";
  await page.fill("#kantor", long);
  await page.fill("#alamat", `${long}, Jalan Jenderal Sudirman Nomor 1234567890, RT 001 RW 002`);
  await page.fill("#jam", "Senin sampai Kamis, 08.00–15.30; Jumat, 08.00–11.30 dan 13.30–16.00 WITA");
  await page.click("main button[type=submit]");
  await page.close();
  const pages = [["mulai", "/"], ["cakupan", "/cakupan"], ["bantuan", "/bantuan"], ["meja", "/beranda"],
    ["impor", "/impor"], ["peserta", "/peserta"], ["setelan", "/setelan"], ["profil", "/profil"]];
  for (const width of [1280, 360]) {
    for (const [name, path] of pages) await visit(context, `panjang-${name}`, path, width, script);
  }
}

async function pagesOf(context, script) {
  place.base = filled;
  await visitAll(context, PUBLIC, script);
  await wrongDoor(context, script);
  await choose(context);
  await letters(context);
  if (script) {
    await printAll(context, PRINTED.slice(0, 3));
  }
  if (await signIn(context, USER, PASSWORD)) {
    await visitAll(context, STAFF, script);
    await mistakes(context, script);
    await wrongs(context, script);
    if (script) {
      await longWords(context, script);
      await printAll(context, PRINTED.slice(3));
    }
  }
  if (!empty) return;
  place.base = empty;
  await context.clearCookies();
  await visitAll(context, PUBLIC.slice(0, 4), script, "kosong-");
  if (await signIn(context, USER, PASSWORD)) {
    const needs = (path) => path.startsWith("first:") || path.includes("-2022");
    const lists = STAFF.filter(([name, path]) => !needs(path) && !name.endsWith("-en"));
    await visitAll(context, lists, script, "kosong-");
  }
  place.base = filled;
}

async function journeys(browser, context, script) {
  place.base = filled;
  const colleague = await browser.newContext({ javaScriptEnabled: script });
  await signIn(context, USER, PASSWORD);
  await signIn(colleague, COLLEAGUE, PASSWORD);
  const from = script ? 2000 : 0;
  await cleanJourney(context, 360, script, from);
  await cleanJourney(colleague, 1280, script, from + 400);
  if (script) await cleanJourney(context, 1280, script, from + 800, "keyboard");
  await uploadMistakes(context, script);
  await dirtyJourney(colleague, context, script, from + 1200);
  await colleague.close();
}

function launch() {
  const executablePath = BROWSERS.find((path) => path && existsSync(path));
  if (!executablePath) throw new Error("no Chromium: set PAYUNG_CHROMIUM");
  return chromium.launch({ executablePath, args: FLAGS, headless: true });
}

async function main() {
  mkdirSync(out, { recursive: true });
  place.out = out;
  const browser = await launch();
  const does = (part) => ONLY === "" || ONLY.split(",").includes(part);
  const took = async (what, work) => {
    const begun = Date.now();
    await work();
    console.log(`${what}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  };
  try {
    place.base = filled;
    if (does("pages")) await took("first sight", () => firstSight(browser));
    // The first login is made without script.
    for (const script of [false, true]) {
      const how = script ? "with script" : "without script";
      const context = await browser.newContext({ javaScriptEnabled: script });
      if (does("pages")) await took(`pages ${how}`, () => pagesOf(context, script));
      if (does("journey")) await took(`journeys ${how}`, () => journeys(browser, context, script));
      if (script && does("hostile")) {
        await signIn(context, USER, PASSWORD);
        await took("hostile", () => hostile(context, 4000));
      }
      await context.close();
    }
  } finally {
    await browser.close();
  }
  if (ONLY === "") {
    expect("page-states seen by axe-core", counts.states >= STATES_MIN, String(counts.states));
  }
  console.log(`${counts.states} page-states seen by axe-core`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed ? 1 : 0;
}

await main();
