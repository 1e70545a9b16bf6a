// A village's list through the pages: a clean one with nothing but presses, a broken one mended on
// the way, by keyboard alone, by two people at once, with script and without.

import { cleanList, dirtyList, unzipped, zipped } from "./files.mjs";
import { expect, look, newTab, place } from "./looking.mjs";

const FILE = "main input[type=file]";
const ON = "main form.asks .acts button, main form.choose .acts button";

// A page whose documents are counted, and whose typed characters are, as far as there is script.
async function watched(context) {
  const page = await newTab(context);
  const seen = { pages: 0, typed: 0 };
  page.on("response", (response) => {
    const kind = response.request().resourceType();
    if (kind === "document" && response.status() === 200) seen.pages += 1;
  });
  await page.exposeBinding("typedSomething", () => {
    seen.typed += 1;
  });
  await page.addInitScript(() => {
    addEventListener("beforeinput", () => window.typedSomething(), true);
    addEventListener("keydown", (event) => {
      if (event.key.length === 1 && event.key !== " ") window.typedSomething();
    }, true);
  });
  return { page, seen };
}

// The ways of a mouse and of a keyboard to press something, and to hand over a file.
const mouse = {
  press: (page, what) => page.locator(what).first().click(),
  give: (page, file) => page.setInputFiles(FILE, file),
};

async function tabTo(page, what) {
  const wanted = await page.locator(what).first().elementHandle();
  for (let stops = 0; stops < 120; stops += 1) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate((element) => {
      const style = getComputedStyle(document.activeElement);
      const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 3;
      return { here: document.activeElement === element, seen };
    }, wanted);
    if (found.here) return found.seen;
  }
  throw new Error(`the keyboard does not reach ${what}`);
}

const keyboard = {
  press: async (page, what) => {
    expect(`keyboard: ${what} is seen`, await tabTo(page, what));
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  },
  give: async (page, file) => {
    // Waited for before the keys, so that the browser knows by then that somebody listens.
    const asked = page.waitForEvent("filechooser", { timeout: 60_000 });
    expect("keyboard: the file is seen", await tabTo(page, FILE));
    await page.keyboard.press("Enter");
    const chooser = await asked;
    await chooser.setFiles(file);
  },
};

const csv = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

// Three hundred people from a file to the receipt: at most five pages, and nothing is typed.
export async function cleanJourney(context, width, script, from, hand = "mouse") {
  const { press, give } = hand === "mouse" ? mouse : keyboard;
  const { page, seen } = await watched(context);
  await page.setViewportSize({ width, height: 900 });
  const label = `bersih ${hand} ${width} ${script ? "with" : "without"} script`;
  const shown = hand === "mouse" && width === 1280;
  await page.goto(`${place.base}/impor/baru`);
  if (shown) await look(page, "impor-baru", script);
  await give(page, csv(`Data RT ${from}.csv`, cleanList(from, 300)));
  await press(page, ON);
  const file = new URL(page.url()).pathname;
  expect(`${label}: the file has its page`, /^\/impor\/[0-9a-f-]{36}$/.test(file), page.url());
  if (shown) await look(page, "ditemukan", script);
  await press(page, ON);
  if (page.url().includes("/periksa")) {
    if (shown) await look(page, "periksa", script);
    await press(page, "main a.button");
  }
  expect(`${label}: the consequence`, page.url().includes("/akibat"), page.url());
  if (shown) await look(page, "akibat", script);
  const save = `main form[action='${file}/simpan'] button`;
  if (hand === "mouse") {
    // Pressed twice in a hurry; the second press breaks the first one's way off.
    const receipt = () => page.waitForURL("**/tanda-terima");
    await Promise.all([receipt().catch(receipt), page.dblclick(save)]);
  } else {
    await press(page, save);
  }
  expect(`${label}: the receipt`, page.url().includes("/tanda-terima"), page.url());
  expect(`${label}: at most five pages`, seen.pages <= 5, String(seen.pages));
  expect(`${label}: nothing is typed`, seen.typed === 0, String(seen.typed));
  expect(`${label}: every row is decided once`, (await accepted(page)) === 300, page.url());
  if (shown) await look(page, "tanda-terima", script);
  await savedOnce(page, file, label);
  if (shown) await takeBack(page, file, script);
  await page.close();
}

// The back button and the same press again lead to the same receipt.
async function savedOnce(page, file, label) {
  await page.goBack();
  if (page.url().includes("/akibat")) {
    const save = page.locator(`main form[action='${file}/simpan'] button`);
    if (await save.count()) await Promise.all([page.waitForNavigation(), save.click()]);
  }
  await page.goto(`${place.base}${file}/tanda-terima`);
  expect(`${label}: saved once`, (await accepted(page)) === 300, page.url());
}

// How many rows the receipt says were accepted.
async function accepted(page) {
  const rows = await page.locator("tbody tr").evaluateAll((lines) => lines
    .filter((line) => line.querySelector("th").textContent.startsWith("Diterima"))
    .map((line) => Number(line.querySelector(".n").textContent)));
  return rows.reduce((sum, count) => sum + count, 0);
}

async function takeBack(page, file, script) {
  await page.goto(`${place.base}${file}`);
  await look(page, "berkas-selesai", script);
  await page.goto(`${place.base}${file}/tanda-terima`);
  await page.click("main details summary");
  await page.click(`main form[action='${file}/buang'] button`);
  expect("undo: the file says so", page.url().endsWith(file), page.url());
  expect("undo: in words", (await page.textContent("main")).includes("dibatalkan"));
  await look(page, "berkas-dibatalkan", script);
}

// Mistakes in the form that asks for a file.
export async function uploadMistakes(context, script) {
  const page = await newTab(context);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${place.base}/impor/baru`);
  await page.click(ON);
  await look(page, "impor-baru-tanpa-berkas", script);
  const link = await page.getAttribute(".mistakes a", "href");
  expect("the line leads to the file", link === "#berkas", String(link));
  await page.close();
}

// A broken list: by cause, one row, many rows, two people at once, back to the village and in again.
export async function dirtyJourney(context, colleague, script, from) {
  const { page } = await watched(context);
  await page.setViewportSize({ width: 1280, height: 900 });
  const list = dirtyList(from);
  await page.goto(`${place.base}/impor/baru`);
  await page.setInputFiles(FILE, csv(`Daftar rusak ${from}.csv`, list.text));
  await page.click(ON);
  const file = new URL(page.url()).pathname;
  const at = (step) => `${place.base}${file}/${step}`;
  for (const step of ["tabel", "kolom", "periksa?semua=ya", "periksa", "perbaiki", "ganda"]) {
    await page.goto(at(step));
    await look(page, `rusak-${step}`, script);
  }
  await byCause(page, file);
  const row = await oneRow(page, colleague, file, list, script);
  await manyRows(page, file, script);
  await seeNumbers(page, file, row, script);
  await backAndIn(page, file, list, script);
  await page.close();
}

async function byCause(page, file) {
  await page.goto(`${place.base}${file}/periksa`);
  const causes = await page.locator(".facets a[href*='sebab=']").count();
  expect("rusak: problems by cause", causes >= 6, String(causes));
  await page.locator(".facets a[href*='sebab=NIK_LENGTH']").click();
  const rows = await page.locator("tbody tr").count();
  expect("rusak: one cause, its rows", rows >= 1 && page.url().includes("sebab="), String(rows));
}

// One row mended by one person while another has it open: the slower sees both.
async function oneRow(page, colleague, file, list, script) {
  const row = await page.locator("tbody tr th a").first().getAttribute("href");
  await page.goto(place.base + row);
  await look(page, "rusak-baris", script);
  const other = await newTab(colleague);
  await other.goto(place.base + row);
  await page.fill("#nik", list.right);
  await page.click(`main form[action='${row}'] button`);
  expect("rusak: the row is kept", page.url().endsWith("/periksa"), page.url());
  await other.fill("#name", "Siti Contoh Lambat");
  await other.click(`main form[action='${row}'] button`);
  const said = await other.textContent("main");
  expect("stale: what was typed stands beside what is there", said.includes("Siti Contoh Lambat") &&
    (await other.locator("tr.differs").count()) >= 1, other.url());
  await look(other, "rusak-dua-versi", script);
  await other.close();
  return row;
}

async function manyRows(page, file, script) {
  await page.goto(`${place.base}${file}/perbaiki`);
  const before = await page.locator("main section").count();
  const field = page.locator("main section form select[name=menjadi], main section form input[name=menjadi]").first();
  if (await field.count()) {
    const form = field.locator("xpath=ancestor::form");
    if ((await field.evaluate((one) => one.tagName)) === "SELECT") await field.selectOption({ index: 1 });
    else await field.fill("nelayan");
    await form.locator("button").click();
  } else {
    await page.locator("main section form button").first().click();
  }
  const after = await page.locator("main section").count();
  expect("rusak: many rows at once", after < before, `${before} then ${after}`);
  await look(page, "rusak-sesudah", script);
}

// The numbers of a row are covered, and open for a reason that is kept.
async function seeNumbers(page, file, row, script) {
  const place_ = row.split("/").pop();
  const source = `${place.base}${file}/sumber/${place_}`;
  await page.goto(source);
  await look(page, "rusak-sumber", script);
  const covered = await page.textContent("main table");
  expect("numbers are covered", covered.includes("**"), covered.slice(0, 80));
  await page.fill("#buka-alasan", "x");
  await page.click("main form.asks button");
  await look(page, "rusak-sumber-tanpa-alasan", script);
  await page.fill("#buka-alasan", "Mencocokkan dengan KTP yang dibawa (contoh)");
  await page.click("main form.asks button");
  const open = await page.textContent("main table");
  expect("numbers open for a reason", !open.includes("**"), open.slice(0, 80));
  await look(page, "rusak-sumber-terbuka", script);
  // The address alone opens nothing for anybody else, nor for another row.
  const asking = new URL(page.url()).search;
  await page.goto(`${place.base}${file}/sumber/0-2${asking}`);
  const shut = await page.textContent("main table");
  expect("another row stays covered", shut.includes("**"), shut.slice(0, 80));
}

// What cannot be mended here goes back to the village as its own file, and comes in again.
async function backAndIn(page, file, list, script) {
  await page.goto(`${place.base}${file}/akibat`);
  await look(page, "rusak-akibat", script);
  await page.click(`main form[action='${file}/simpan'] button`);
  expect("rusak: the receipt", page.url().includes("/tanda-terima"), page.url());
  await look(page, "rusak-tanda-terima", script);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator("main a[href*='berkas-perbaikan.xlsx']").first().click(),
  ]);
  const stream = await download.createReadStream();
  const bytes = Buffer.concat(await stream.toArray());
  const parts = unzipped(bytes);
  const text = parts.map(([, content]) => content).join("");
  expect("return workbook: says what to do", text.includes("Yang harus diperbaiki"));
  expect("return workbook: knows its rows", text.includes("Kunci baris"));
  const mended = parts.map(([name, content]) => [name, content
    .replaceAll("32-13-1970", "13-12-1970")
    .replaceAll("pengojek perahu xyz", "nelayan")]);
  await page.goto(`${place.base}/impor/baru`);
  const kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  await page.setInputFiles(FILE, { name: "perbaikan.xlsx", mimeType: kind, buffer: zipped(mended) });
  await page.click(ON);
  const again = new URL(page.url()).pathname;
  expect("rusak: the mended file is another", again !== file && again.startsWith("/impor/"), again);
  await look(page, "rusak-kembali", script);
  await page.goto(`${place.base}${again}/akibat`);
  await page.click(`main form[action='${again}/simpan'] button`);
  expect("rusak: saved again", page.url().includes("/tanda-terima"), page.url());
  await page.goto(`${place.base}${file}`);
  const first = await page.textContent("main");
  expect("rusak: the first file says what was replaced",
    first.includes("Digantikan oleh kiriman berikutnya"), first.slice(0, 120));
  await look(page, "rusak-digantikan", script);
}
