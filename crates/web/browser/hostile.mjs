// Texts that would run if a page forgot what they are: through every field, cell, heading, sheet and
// file name, then looked at wherever they are shown. Nothing may run, and the policy of the pages
// must have had nothing to stop.

import { person, unzipped, workbook } from "./files.mjs";
import { expect, newTab, place } from "./looking.mjs";

// N is a number by which the one that ran is known.
const BODIES = [
  "<script>alert(N)</script>", "<img src=x onerror=alert(N)>", "<svg/onload=alert(N)>",
  "<svg><script>alert(N)</script></svg>", "<body onload=alert(N)>", "<iframe src=javascript:alert(N)>",
  "<iframe srcdoc='<script>alert(N)</script>'>", "<a href=javascript:alert(N)>x</a>",
  "<details open ontoggle=alert(N)>x</details>", "<input autofocus onfocus=alert(N)>",
  "<select autofocus onfocus=alert(N)>", "<textarea autofocus onfocus=alert(N)>",
  "<video src=x onerror=alert(N)>", "<audio src=x onerror=alert(N)>",
  "<video><source onerror=alert(N)></video>", "<object data=javascript:alert(N)>",
  "<embed src=javascript:alert(N)>", "<marquee onstart=alert(N)>x</marquee>",
  "<meta http-equiv=refresh content=0;url=javascript:alert(N)>", "<base href=javascript:alert(N)//>",
  "<link rel=stylesheet href=data:text/css,*{}>", "<style>@import 'data:text/css,x'</style>",
  "<style onload=alert(N)></style>", "<form action=javascript:alert(N)><button>x</button></form>",
  "<button formaction=javascript:alert(N)>x</button>", "<math href=javascript:alert(N)>x</math>",
  "<math><mtext><mglyph><style></math><img src onerror=alert(N)>", "<x onclick=alert(N)>x</x>",
  "<div style=background:url(javascript:alert(N))>", "<div onpointerover=alert(N)>x</div>",
  "<noscript><p title='</noscript><img src=x onerror=alert(N)>'>", "<!--><img src=x onerror=alert(N)>-->",
  "<![CDATA[><img src=x onerror=alert(N)>]]>", "<template><script>alert(N)</script></template>",
  "<svg><animate onbegin=alert(N) attributeName=x>", "<svg><a xlink:href=javascript:alert(N)>x</a></svg>",
  "<svg><foreignObject><img src=x onerror=alert(N)></foreignObject></svg>",
  "<table background=javascript:alert(N)>", "<img srcset=x onerror=alert(N)>", "<image src=x onerror=alert(N)>",
  "<isindex type=image src=1 onerror=alert(N)>", "<keygen autofocus onfocus=alert(N)>",
  "<portal src=javascript:alert(N)>", "<dialog open onclose=alert(N)>x</dialog>",
  "{{constructor.constructor('alert(N)')()}}", "${alert(N)}", "{%raw%}<script>alert(N)</script>",
  "javascript:alert(N)", "&lt;script&gt;alert(N)&lt;/script&gt;", "=HYPERLINK(\"javascript:alert(N)\")",
];
const AROUND = ["#", "\">#", "'>#", "</title>#", "</textarea>#", "--></style>#"];

export const PAYLOADS = AROUND
  .flatMap((around) => BODIES.map((body) => around.replace("#", () => body)))
  .map((text, at) => text.replaceAll("N", String(at)));

// Lines of text of a form; a password is shown nowhere.
const LINES = "input.line:not([type=password]):not([type=file]), textarea";
// Pages that are gone through at once, and how long an answer is waited for.
const TABS = 3;
const ANSWER_MS = 10_000;
// Fewer, and the forms are no longer found.
const FIELDS_MIN = 150;
// Kept by the page for a time without a network (serah.mjs), and not sent there and then.
const SENT_BY_SCRIPT = /^post [/]kartu[/]hari[/][^ ]*serah /;

const HEADS = ["NIK", "Nama", "Tempat Lahir", "Tanggal Lahir", "JK", "Alamat", "RT", "Desa", "Kecamatan",
  "Pekerjaan", "No HP", "Nama Ibu Kandung", "Nomor KK"];

// One row for each text, which stands in every cell that is not needed to have a row at all.
function hostileBook(from) {
  const rows = PAYLOADS.map((text, at) => {
    const { nik, birth } = person(from + at);
    const every = [text, text, text, text, text, text, text, text];
    const [name, born, address, rt, village, district, work, phone] = every;
    return [nik, name, born, birth, at % 2 ? "L" : text, address, rt, village, district, work, phone, text, text];
  });
  const broken = PAYLOADS.slice(0, 20).map((text) => HEADS.map(() => text));
  return workbook("<img src=x onerror=alert(1)>", [[...HEADS, PAYLOADS[1], PAYLOADS[51]],
    ...rows.map((row, at) => [...row, PAYLOADS[at], PAYLOADS[at]]),
    ...broken.map((row, at) => [...row, PAYLOADS[at], PAYLOADS[at]])]);
}

// What ran, and what the policy stopped.
async function hooked(context) {
  const ran = [];
  const page = await newTab(context);
  page.on("dialog", (dialog) => {
    ran.push(`dialog ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("pageerror", (error) => ran.push(`error ${error}`));
  page.on("console", (message) => {
    const text = message.text();
    if (/Content Security Policy|Refused to|violates/.test(text)) ran.push(`policy ${text.slice(0, 160)}`);
  });
  await page.exposeBinding("violated", (_, what) => ran.push(`policy ${what}`));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      window.violated(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`), true);
  });
  return { page, ran };
}

// The file first, then every form of the given pages, and at last these pages once more, with what was
// kept on them.
export async function hostile(context, from, pages) {
  const begun = Date.now();
  const { page, ran } = await hooked(context);
  let shown = 0;
  const see = async (path) => {
    const response = await page.goto(place.base + path, { waitUntil: "load" });
    expect(`hostile: ${path.replaceAll(/[0-9a-f-]{36}/g, "…")} answers`, response.status() < 500,
      String(response.status()));
    shown += 1;
  };
  const file = await sent(page, from);
  await see(file);
  for (const step of ["tabel", "kolom", "perbaiki", "ganda", "akibat"]) await see(`${file}/${step}`);
  for (let at = 1; at <= 7; at += 1) await see(`${file}/periksa?semua=ya&hal=${at}`);
  for (let row = 2; row <= 12; row += 1) await see(`${file}/periksa/0-${row}`);
  for (const row of [2, 3, 150, 300, 305]) await see(`${file}/sumber/0-${row}`);
  await ownWords(page, `${file}/periksa/0-2`);
  await fields(page);
  await returned(page, file);
  await saved(page, file);
  for (const path of [file, `${file}/tanda-terima`, `${file}/sumber/0-2`, "/impor", "/impor.json",
    "/peserta", "/beranda", "/program", "/audit", "/pengguna", "/peran", "/tugas",
    "/setelan", "/profil", "/", "/bantuan", "/tidak-ada"]) await see(path);
  await peoplePages(page, see);
  for (const text of PAYLOADS.slice(0, 20)) {
    await page.goto(`${place.base}/cakupan?per=${encodeURIComponent(text)}&bulan=${encodeURIComponent(text)}`);
    shown += 1;
  }
  const forms = await everyForm(context, pages, ran);
  await inTabs(context, pages, ran, async (tab, path) => {
    await tab.goto(place.base + path, { waitUntil: "load" });
    shown += 1;
  });
  expect("hostile: nothing ran and nothing had to be stopped", ran.length === 0, ran.slice(0, 5).join(" | "));
  expect("hostile: every form of the pages", forms.fields >= FIELDS_MIN, `${forms.fields} fields`);
  console.log(`hostile: ${forms.fields} fields of ${forms.forms} forms, one at a time`);
  const seconds = (Date.now() - begun) / 1000;
  console.log(`hostile: ${PAYLOADS.length} texts, ${shown} pages, ${seconds.toFixed(1)} s`);
  expect("hostile: three hundred texts", new Set(PAYLOADS).size >= 300, String(PAYLOADS.length));
  await page.close();
}

async function sent(page, from) {
  await page.goto(`${place.base}/impor/baru`);
  const mimeType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  const name = "\"><img src=x onerror=alert(301)>.xlsx";
  await page.setInputFiles("main input[type=file]", { name, mimeType, buffer: hostileBook(from) });
  await page.click("main form.asks .acts button");
  const file = new URL(page.url()).pathname;
  expect("hostile: the file is taken", /^\/impor\/[0-9a-f-]{36}$/.test(file), page.url());
  return file;
}

// Does the work for each page, in a few tabs at once; what runs in any of them is told.
async function inTabs(context, pages, ran, work) {
  const rest = [...pages];
  const tab = async () => {
    const hook = await hooked(context);
    for (let next = rest.shift(); next; next = rest.shift()) await work(hook.page, next);
    ran.push(...hook.ran);
    await hook.page.close();
  };
  await Promise.all(Array.from({ length: TABS }, tab));
}

// Every form of the pages, once each: every line of text in turn holds a text that would run, with
// plain words in the others, and is sent. What comes of it is the rules' matter; that it is an answer
// is ours.
async function everyForm(context, pages, ran) {
  const seen = new Set();
  let [fields, forms] = [0, 0];
  await inTabs(context, pages, ran, async (page, path) => {
    await page.goto(place.base + path, { waitUntil: "load" });
    for (const { index, lines, key } of await page.evaluate(formsOfPage, LINES)) {
      if (seen.has(key) || SENT_BY_SCRIPT.test(key)) continue;
      seen.add(key);
      forms += 1;
      for (let turn = 0; turn < lines; turn += 1) {
        fields += 1;
        const text = PAYLOADS[(fields * 7) % PAYLOADS.length];
        const status = await sentWith(page, path, { index, turn, text, key });
        // What was sent before may have left nothing to be asked.
        if (status === null) break;
        const about = `hostile: ${key} line ${turn + 1}`;
        expect(`${about} is answered`, status < 500, String(status));
      }
    }
  });
  return { fields, forms };
}

// The forms that have lines of text: which, how many, and by what another page has the same.
function formsOfPage(wanted) {
  return [...document.querySelectorAll("main form")].map((form, index) => {
    const lines = form.querySelectorAll(wanted).length;
    const action = new URL(form.action).pathname.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "…");
    const names = [...form.elements].filter((one) => one.type !== "hidden").map((one) => one.name);
    return { index, lines, key: `${form.method} ${action} ${names.join()}` };
  }).filter((form) => form.lines > 0);
}

// Opens the page anew, fills one form and sends it; the status of the answer, none where that form is
// not there any more.
async function sentWith(page, path, filling) {
  await page.goto(place.base + path, { waitUntil: "load" });
  const now = await page.evaluate(formsOfPage, LINES);
  if (!now.some((form) => form.index === filling.index && form.key === filling.key)) return null;
  const answer = page.waitForResponse((response) => response.request().isNavigationRequest()
    && response.status() !== 303, { timeout: ANSWER_MS }).catch(() => null);
  // An answer is a page or a file.
  const arrived = Promise.race([
    page.waitForNavigation({ waitUntil: "load", timeout: ANSWER_MS }),
    page.waitForEvent("download", { timeout: ANSWER_MS }),
  ]).catch(() => null);
  await page.evaluate(({ wanted, index, turn, text }) => {
    const form = document.querySelectorAll("main form")[index];
    form.querySelectorAll(wanted).forEach((line, at) => {
      if (at === turn) line.value = text;
      else if (line.value === "") line.value = "kata rekaan yang biasa";
    });
    form.noValidate = true;
    form.requestSubmit(form.querySelector("button[type=submit], button:not([type])"));
  }, { wanted: LINES, ...filling });
  const [response] = await Promise.all([answer, arrived]);
  if (response) return response.status();
  // A card is answered by the telephone itself, on the same page.
  return (await page.locator("#jawaban > *").count()) > 0 ? 200 : 599;
}

// The words of a row, typed by hand; a name for every field that a form of the page has.
async function ownWords(page, row) {
  await page.goto(place.base + row);
  const form = page.locator(`main form[action='${row}']`);
  for (const field of await form.locator("input.line").all()) await field.fill(PAYLOADS[7]);
  await form.locator("button").click();
  await page.goto(place.base + row);
}

// Every form of the office: each line of text gets a text, and the answer is looked at.
async function fields(page) {
  const forms = ["/setelan", "/cari", "/pengguna/baru", "/peran", "/profil", "/impor/baru"];
  let at = 0;
  for (const path of forms) {
    await page.goto(place.base + path);
    const many = await page.locator("main form").count();
    for (let index = 0; index < many; index += 1) {
      await page.goto(place.base + path);
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
      const form = page.locator("main form").nth(index);
      const lines = await form.locator("input.line, textarea").all();
      if (lines.length === 0) continue;
      for (const field of lines) {
        at += 1;
        if (await field.isVisible()) await field.fill(PAYLOADS[(at * 7) % PAYLOADS.length]);
      }
      await form.locator("button[type=submit]").first().click();
    }
  }
  expect("hostile: every field of the forms", at >= 12, String(at));
}

// The sender's own file again: what it holds is text there too, and no formula.
async function returned(page, file) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.goto(`${place.base}${file}/berkas-perbaikan.xlsx`).catch(() => null),
  ]);
  const bytes = Buffer.concat(await (await download.createReadStream()).toArray());
  const parts = unzipped(bytes).filter(([name]) => /\.(xml|rels)$/.test(name));
  expect("hostile: the workbook has no formula", parts.every(([, text]) => !/<f[ >]/.test(text)));
  const loose = parts.filter(([, text]) => /<(script|img|svg|iframe|body|details)[ />]/i.test(text));
  expect("hostile: the workbook's texts are texts", loose.length === 0, loose.map(([name]) => name).join());
  const whole = await page.evaluate((texts) => texts.filter((text) =>
    new DOMParser().parseFromString(text, "application/xml").querySelector("parsererror")).length,
  parts.map(([, text]) => text));
  expect("hostile: the workbook is well formed", whole === 0, String(whole));
}

async function saved(page, file) {
  await page.goto(`${place.base}${file}/akibat`);
  await page.click(`main form[action='${file}/simpan'] button`);
  await page.waitForURL("**/tanda-terima", { timeout: 20_000 });
}

async function peoplePages(page, see) {
  await page.goto(`${place.base}/peserta`);
  const people = await page.locator("tbody th a").evaluateAll((links) =>
    links.slice(0, 3).map((link) => link.getAttribute("href")));
  for (const path of people) {
    await see(path);
    const reason = page.locator("#alasan");
    if (await reason.count()) {
      await reason.fill(`${PAYLOADS[12]} sepuluh huruf`);
      await page.locator("main form.asks button").first().click();
    }
    await see(`${path}/ubah`);
  }
}
