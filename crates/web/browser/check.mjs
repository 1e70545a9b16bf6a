// Every page in a real browser: node check.mjs BASE_URL OUT_DIR [EMPTY_BASE_URL]
//
// Visits each page at three widths, as anybody and signed in, filled, empty, with mistakes and with
// long text, with script and without, and asks of each: is it reachable and readable for everybody
// (axe-core), whole at 320 pixels, quiet on the console, and does it load nothing from elsewhere?
// Screenshots and one printed page go to OUT_DIR. The login is that of the practice register:
// PAYUNG_BROWSER_USER and PAYUNG_BROWSER_PASSWORD.

import { createHmac } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

let [base, out, empty] = process.argv.slice(2);
const USER = process.env.PAYUNG_BROWSER_USER ?? "operator";
const PASSWORD = process.env.PAYUNG_BROWSER_PASSWORD ?? "";
if (!base || !out) {
  console.error("usage: node check.mjs BASE_URL OUT_DIR");
  process.exit(2);
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];
const WIDTHS = [1280, 360, 320];
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
// What staff see. A file with much wrong shows every kind of problem; its address is read off the
// list. Addresses that a part of the application to come has are visited once they are there.
const STAFF = [
  ["meja", "/beranda"],
  ["program", "/program"],
  ["tagihan", "/tagihan"],
  ["berkas", "/berkas"],
  ["satu-berkas", "first:/berkas"],
  ["setelan", "/setelan"],
  ["kesehatan", "/kesehatan"],
  ["profil", "/profil"],
  ["peserta", "maybe:/peserta"],
  ["ganda", "/ganda"],
  ["ganda-dua", "/ganda?keadaan=dua"],
  ["satu-pasangan", "first:/ganda"],
  ["benturan", "/benturan"],
  ["pairs-en", "/ganda?bahasa=en"],
  ["cari", "maybe:/cari"],
  ["impor", "maybe:/impor"],
  ["impor-baru", "maybe:/impor/baru"],
  ["pengguna", "maybe:/pengguna"],
  ["audit", "maybe:/audit"],
  ["desk-en", "/beranda?bahasa=en"],
  ["settings-en", "/setelan?bahasa=en"],
];

const counts = { passed: 0, failed: 0 };

function expect(what, holds, detail = "") {
  counts[holds ? "passed" : "failed"] += 1;
  if (!holds) console.log(`FAILED ${what}${detail ? `: ${detail}` : ""}`);
}

// Whatever sticks out of the window without being inside a table that scrolls on its own.
function overflow() {
  const root = document.documentElement;
  const wide = [...document.querySelectorAll("body *")].filter((element) => {
    const inside = element.closest(".scroll");
    if (inside && inside !== element) return false;
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.right > root.clientWidth + 1;
  });
  return {
    page: root.scrollWidth - root.clientWidth,
    wide: wide.slice(0, 3).map((element) => element.outerHTML.slice(0, 80)),
  };
}

// Contrast that AAA asks of text; axe's rule is not among the tags above.
async function violations(page) {
  return page.evaluate(async (tags) => {
    const rules = { "color-contrast-enhanced": { enabled: true } };
    const found = await axe.run(document, { runOnly: { type: "tag", values: tags }, rules });
    return found.violations.map((one) => `${one.id} (${one.nodes.length}) ${one.nodes[0].html}`);
  }, TAGS);
}

// Spacing that WCAG 1.4.12 lets readers set: no text may be cut by it.
async function cutBySpacing(page) {
  return page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; " +
      "word-spacing: 0.16em !important } p { margin-bottom: 2em !important }");
    document.adoptedStyleSheets = [sheet];
    const cut = [...document.querySelectorAll("h1, h2, p, a, button, dd, dt, th, td, label")]
      .filter((element) => {
        const style = getComputedStyle(element);
        const hides = style.overflowX !== "visible" || style.overflowY !== "visible";
        return hides && element.scrollHeight > element.clientHeight + 1;
      });
    const root = document.documentElement;
    const sticks = root.scrollWidth > root.clientWidth;
    document.adoptedStyleSheets = [];
    return cut.length + (sticks ? 1 : 0);
  });
}

// The way of somebody without a mouse: the skip link first, then every stop seen.
async function walk(page, name) {
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement?.className);
  expect(`${name}: the skip link is the first stop`, first === "skip", String(first));
  const unseen = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 3;
  });
  expect(`${name}: the stop is seen`, !unseen);
  await page.keyboard.press("Enter");
  const inside = await page.evaluate(() => document.activeElement?.id);
  expect(`${name}: the skip link leads to the content`, inside === "isi", String(inside));
}

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
    if (!request.url().startsWith(`${base}/`)) elsewhere.push(request.url());
  });
  const response = await page.goto(base + path, { waitUntil: "load" });
  const missing = name.endsWith("tidak-ada");
  expect(`${label}: status`, response.status() === (missing ? 404 : 200), `${response.status()}`);
  // A browser reports a 404 of the page itself on its console.
  const quiet = missing ? noise.filter((text) => !text.includes("404")) : noise;
  await page.screenshot({ path: join(out, `${label.replaceAll(" ", "-")}.png`), fullPage: true });
  const { page: over, wide } = await page.evaluate(overflow);
  expect(`${label}: nothing sticks out`, over <= 0 && wide.length === 0, `${over} ${wide}`);
  const fonts = await page.evaluate(() => [...document.fonts].map((font) => font.status));
  expect(`${label}: the fonts are ours`, fonts.includes("loaded"), fonts.join());
  if (script) {
    await page.evaluate(AXE);
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

// The six digits that an app would show for a secret in base32 (RFC 6238).
function digits(letters) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...letters.replaceAll(/[^A-Z2-7]/g, "")]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

// Signs in at the real door, sets the second factor up, and keeps the login for the next browser:
// an app's digits are good for one login only.
const logins = new Map();

async function signIn(context) {
  const known = logins.get(base);
  if (known) {
    await context.addCookies(known);
    return true;
  }
  const page = await context.newPage();
  await page.goto(`${base}/masuk`);
  await page.fill("#nama", USER);
  await page.fill("#sandi", PASSWORD);
  await page.click("main button[type=submit]");
  if (page.url().includes("/masuk/pengaman")) {
    await page.screenshot({ path: join(out, "pengaman.png"), fullPage: true });
    await page.fill("#kode", digits(await page.textContent("main code")));
    await page.click("main button[type=submit]");
    await page.goto(`${base}/profil`);
  }
  const done = await page.locator("header button[type=submit]").count();
  expect("the door opens", done === 1, page.url());
  await page.close();
  if (done === 1) logins.set(base, await context.cookies());
  return done === 1;
}

// A form with mistakes, a form with long text, and the same press twice.
async function mistakes(context, script) {
  const page = await context.newPage();
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${base}/setelan`);
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
      await page.evaluate(AXE);
      const found = await violations(page);
      expect(`${label}: axe-core`, found.length === 0, found.join(" | "));
    }
    await page.screenshot({ path: join(out, `${label.replaceAll(" ", "-")}.png`), fullPage: true });
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
  await page.goto(`${base}/bantuan`);
  await page.click(".tools a[href^='/huruf']");
  const size = await page.evaluate(() => getComputedStyle(document.body).fontSize);
  expect("large letters are 24 pixels", size === "24px", size);
  expect("one is back where one was", page.url().endsWith("/bantuan"), page.url());
  const { page: over, wide } = await page.evaluate(overflow);
  expect("large letters: nothing sticks out", over <= 0 && wide.length === 0, `${over} ${wide}`);
  await page.screenshot({ path: join(out, "huruf-besar.png"), fullPage: true });
  await page.click(".tools a[href^='/huruf']");
  await page.close();
}

// The one form, as somebody without script uses it.
async function choose(context) {
  const page = await context.newPage();
  await page.goto(`${base}/cakupan`);
  await page.selectOption("#per", "pekerjaan");
  await page.click("main button[type=submit]");
  expect("the form leads to a stable address", page.url().includes("per=pekerjaan"), page.url());
  const heading = await page.textContent("h1");
  expect("the form shows the table", heading === "Cakupan per pekerjaan", heading);
  await page.close();
}

async function print(context, name, path) {
  const page = await context.newPage();
  await page.goto(base + path);
  const pdf = await page.pdf({ path: join(out, `${name}.pdf`), preferCSSPageSize: true });
  expect(`${name} prints`, pdf.length > 1000);
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 1017, height: 700 });
  const { page: over } = await page.evaluate(overflow);
  expect(`${name} fits the printed page`, over <= 0, String(over));
  await page.close();
}

async function firstLink(context, path) {
  const page = await context.newPage();
  await page.goto(base + path);
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
    } else if (path.startsWith("maybe:")) {
      const response = await context.request.get(base + path.slice(6));
      if (response.status() === 200) pages.push([name, path.slice(6)]);
    } else {
      pages.push([name, path]);
    }
  }
  return pages;
}

async function visitAll(context, list, script, before = "") {
  const pages = await found(context, list);
  const titles = new Set();
  for (const width of WIDTHS) {
    for (const [name, path] of pages) {
      titles.add(await visit(context, before + name, path, width, script));
    }
  }
  expect("titles are unique", titles.size === pages.length, [...titles].join(" | "));
}

async function main() {
  mkdirSync(out, { recursive: true });
  const executablePath = BROWSERS.find((path) => path && existsSync(path));
  if (!executablePath) throw new Error("no Chromium: set PAYUNG_CHROMIUM");
  const profile = mkdtempSync(join(tmpdir(), "payung-browser-"));
  const filled = base;
  try {
    // The first login is made without script.
    for (const script of [false, true]) {
      base = filled;
      const context = await chromium.launchPersistentContext(join(profile, String(script)), {
        executablePath, args: FLAGS, headless: true, javaScriptEnabled: script, bypassCSP: false,
      });
      await visitAll(context, PUBLIC, script);
      await choose(context);
      await letters(context);
      if (script) {
        await print(context, "mulai", "/");
        await print(context, "bantuan", "/bantuan");
        await print(context, "cakupan-desa", "/cakupan?per=desa");
      }
      if (PASSWORD && (await signIn(context))) {
        await visitAll(context, STAFF, script);
        await mistakes(context, script);
        if (script) await print(context, "program", "/program");
      }
      if (empty) {
        base = empty;
        await visitAll(context, PUBLIC.slice(0, 4), script, "kosong-");
        if (PASSWORD && (await signIn(context))) {
          await visitAll(context, STAFF.slice(0, 4), script, "kosong-");
        }
      }
      await context.close();
    }
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed ? 1 : 0;
}

await main();
