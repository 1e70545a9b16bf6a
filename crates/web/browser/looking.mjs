// What is asked of every page, and how somebody gets through the door.

import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];

// Where the pages are and where pictures go; checks that held and that did not; page-states seen by
// axe-core.
export const place = { base: "", out: "" };
export const counts = { passed: 0, failed: 0, states: 0 };

// What a browser does not do within this time it never does: Chromium at times opens no other tab, and
// then nothing says so.
const TAB_MS = 30_000;

// A browser that does not answer; what was asked of it says nothing about the pages.
export class Stuck extends Error {}

export async function within(name, ms, work) {
  let late;
  const over = new Promise((_, reject) => {
    late = setTimeout(() => reject(new Stuck(`${name}: not done in ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work(), over]);
  } finally {
    clearTimeout(late);
  }
}

export function newTab(context) {
  return within("a new tab", TAB_MS, () => context.newPage());
}

export function expect(what, holds, detail = "") {
  counts[holds ? "passed" : "failed"] += 1;
  if (!holds) console.log(`FAILED ${what}${detail ? `: ${detail}` : ""}`);
}

// Whatever sticks out of the window without being inside a table that scrolls on its own.
export function overflow() {
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
export async function violations(page) {
  await page.evaluate(AXE);
  counts.states += 1;
  return page.evaluate(async (tags) => {
    const rules = { "color-contrast-enhanced": { enabled: true } };
    const found = await axe.run(document, { runOnly: { type: "tag", values: tags }, rules });
    return found.violations.map((one) => `${one.id} (${one.nodes.length}) ${one.nodes[0].html}`);
  }, TAGS);
}

// Spacing that WCAG 1.4.12 lets readers set: no text may be cut by it.
export async function cutBySpacing(page) {
  return page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; " +
      "word-spacing: 0.16em !important } p { margin-bottom: 2em !important }");
    document.adoptedStyleSheets = [sheet];
    const cut = [...document.querySelectorAll("h1, h2, p, a, button, dd, dt, th, td, label")]
      .filter((element) => {
        const style = getComputedStyle(element);
        const hides = style.overflowX !== "visible" || style.overflowY !== "visible";
        return hides && !element.closest(".unseen") && element.scrollHeight > element.clientHeight + 1;
      });
    const root = document.documentElement;
    const sticks = root.scrollWidth > root.clientWidth;
    document.adoptedStyleSheets = [];
    return cut.length + (sticks ? 1 : 0);
  });
}

// What every page says of itself: its language, one heading, a title that is the step, and the word
// for a mistake in front of it exactly when the page has one.
export async function saysWhatItIs(page, label) {
  const said = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    headings: [...document.querySelectorAll("h1")].map((heading) => heading.textContent.trim()),
    marks: [...document.querySelectorAll("header, nav, main, footer")].map((one) => one.tagName),
    title: document.title,
    wrong: document.querySelectorAll(".mistakes").length > 0,
    warned: document.querySelectorAll(".mistakes, .notice.warning").length > 0,
  }));
  const english = page.url().includes("bahasa=en");
  expect(`${label}: its language`, said.lang === (english ? "en" : "id"), said.lang);
  expect(`${label}: one heading`, said.headings.length === 1 && said.headings[0] !== "", said.headings.join("|"));
  const marks = ["HEADER", "NAV", "MAIN", "FOOTER"].every((mark) => said.marks.includes(mark));
  expect(`${label}: its parts have names`, marks, said.marks.join());
  const named = /^.+ – Payung .+$/.test(said.title) && !said.title.startsWith(" ");
  expect(`${label}: a title`, named, said.title);
  const prefix = english ? "Error: " : "Kesalahan: ";
  const prefixed = said.title.startsWith(prefix);
  expect(`${label}: the title says whether something is wrong`,
    prefixed ? said.warned : !said.wrong, said.title);
}

// The way of somebody without a mouse: the skip link first, then every stop seen.
export async function walk(page, name) {
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

// Looks at the page as it is now, in the state it is in: whole at every width, readable for
// everybody, and a picture of it.
export async function look(page, label, script) {
  const before = page.viewportSize();
  for (const width of [1280, 360, 320]) {
    await page.setViewportSize({ width, height: 900 });
    const here = `${label} ${width} ${script ? "with" : "without"} script`;
    const { page: over, wide } = await page.evaluate(overflow);
    expect(`${here}: nothing sticks out`, over <= 0 && wide.length === 0, `${over} ${wide}`);
    if (width === 320) continue;
    await picture(page, here);
    if (script) {
      const found = await violations(page);
      expect(`${here}: axe-core`, found.length === 0, found.join(" | "));
      expect(`${here}: spacing cuts nothing`, (await cutBySpacing(page)) === 0);
    }
  }
  await page.setViewportSize(before);
  await saysWhatItIs(page, label);
}

export async function picture(page, label) {
  const name = label.replaceAll(/[^A-Za-z0-9-]+/g, "-");
  await page.screenshot({ path: join(place.out, `${name}.png`), fullPage: true });
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

export async function signIn(context, user, password) {
  const key = `${place.base} ${user}`;
  const known = logins.get(key);
  await context.clearCookies();
  if (known) {
    await context.addCookies(known);
    return true;
  }
  const page = await newTab(context);
  await page.goto(`${place.base}/masuk`);
  await page.fill("#nama", user);
  await page.fill("#sandi", password);
  await page.click("main button[type=submit]");
  if (page.url().includes("/masuk/pengaman")) {
    await picture(page, `pengaman ${user}`);
    await page.fill("#kode", digits(await page.textContent("main code")));
    await page.click("main button[type=submit]");
    await picture(page, `kode-cadangan ${user}`);
    await page.goto(`${place.base}/profil`);
  }
  const done = await page.locator("header button[type=submit]").count();
  expect(`the door opens for ${user}`, done === 1, page.url());
  await page.close();
  if (done === 1) logins.set(key, await context.cookies());
  return done === 1;
}
