// Every page in a real browser: node check.mjs BASE_URL OUT_DIR
//
// Visits each page at three widths, with script and without, and asks of each: is it reachable and
// readable for everybody (axe-core), whole at 320 pixels, quiet on the console, and does it load
// nothing from elsewhere? Screenshots and one printed page go to OUT_DIR.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [base, out] = process.argv.slice(2);
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
// A file with much wrong shows every kind of problem; its address is read off the list.
const PAGES = [
  ["beranda", "/"],
  ["berkas", "/berkas"],
  ["satu-berkas", "first:/berkas"],
  ["cakupan", "/cakupan"],
  ["cakupan-desa", "/cakupan?per=desa"],
  ["cakupan-pekerjaan", "/cakupan?per=pekerjaan"],
  ["cakupan-jenis-kelamin", "/cakupan?per=jenis-kelamin"],
  ["cakupan-program", "/cakupan?per=program"],
  ["aturan", "/aturan"],
  ["satu-aturan", "first:/aturan"],
  ["tidak-ada", "/tidak-ada"],
  ["home-en", "/?bahasa=en"],
  ["coverage-en", "/cakupan?per=desa&bahasa=en"],
  ["rules-en", "/aturan?bahasa=en"],
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
  const missing = name === "tidak-ada";
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

// The one form, as somebody without script uses it.
async function choose(context) {
  const page = await context.newPage();
  await page.goto(`${base}/cakupan`);
  await page.selectOption("#per", "pekerjaan");
  await page.click("button[type=submit]");
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

async function main() {
  mkdirSync(out, { recursive: true });
  const executablePath = BROWSERS.find((path) => path && existsSync(path));
  if (!executablePath) throw new Error("no Chromium: set PAYUNG_CHROMIUM");
  const profile = mkdtempSync(join(tmpdir(), "payung-browser-"));
  try {
    for (const script of [true, false]) {
      const context = await chromium.launchPersistentContext(join(profile, String(script)), {
        executablePath, args: FLAGS, headless: true, javaScriptEnabled: script, bypassCSP: false,
      });
      const pages = [];
      for (const [name, path] of PAGES) {
        const found = path.startsWith("first:") ? await firstLink(context, path.slice(6)) : path;
        if (found) pages.push([name, found]);
      }
      const titles = new Set();
      for (const width of WIDTHS) {
        for (const [name, path] of pages) {
          titles.add(await visit(context, name, path, width, script));
        }
      }
      expect("titles are unique", titles.size === pages.length, [...titles].join(" | "));
      await choose(context);
      if (script) {
        await print(context, "beranda", "/");
        await print(context, "cakupan-desa", "/cakupan?per=desa");
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
