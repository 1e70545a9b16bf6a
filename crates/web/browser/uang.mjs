// From an approved list to a paid month through the pages, by three people: an officer puts the list
// forward, somebody else approves it, the treasurer drafts and locks the bill, the other issues it,
// the bank's statement pays it, and the insurer's receipt closes the circle.

import { expect, look, newTab, place, signIn } from "./looking.mjs";

const PROGRAMME = "uang-2023";
// Three people at Rp16.800 a month (JKK 10.000, JKM 6.800).
const TOTAL = "Rp50.400";
const BOUND = "Rp100.800";
const PRESS = "main form.asks .acts button";

async function at(page, path) {
  await page.goto(place.base + path);
}

const seen = (page, label) => look(page, label, true);

async function says(page, what, ...texts) {
  const text = (await page.textContent("main")).replaceAll(/\s+/g, " ");
  for (const wanted of texts) expect(`${what}: ${wanted}`, text.includes(wanted), text.slice(0, 300));
}

// Puts the list forward; another decides it at their desk.
async function approved(officer, approver) {
  await at(officer, `/program/${PROGRAMME}/usulan`);
  await says(officer, "the list", BOUND);
  await seen(officer, "uang-usulan");
  await officer.click(PRESS);
  await at(officer, "/tugas");
  await officer.locator("tr", { hasText: BOUND }).locator("a").first().click();
  const task = new URL(officer.url()).pathname;
  const decides = `main form[action='${task}/setujui'] button`;
  expect("the maker does not approve", (await officer.locator(decides).count()) === 0, task);
  await at(approver, task);
  await seen(approver, "uang-tugas");
  await approver.click(decides);
  await seen(approver, "uang-disetujui");
  await at(officer, `/program/${PROGRAMME}/lampiran`);
  await says(officer, "the annex", BOUND);
}

// Drafts and locks the bill of a month; another issues it. Its number.
async function issued(treasurer, approver, month) {
  const bill = `/tagihan/${PROGRAMME}/${month}`;
  await at(treasurer, "/tagihan/baru");
  await treasurer.selectOption("#program", PROGRAMME);
  await treasurer.fill("#bulan", month);
  await treasurer.click(PRESS);
  expect("the draft has its page", treasurer.url().includes(bill), treasurer.url());
  await says(treasurer, "the draft", TOTAL);
  await at(treasurer, `${bill}/finalisasi`);
  await seen(treasurer, `uang-finalisasi-${month}`);
  await treasurer.click(PRESS);
  await at(treasurer, `${bill}/terbit`);
  expect("the treasurer does not issue", (await treasurer.locator(PRESS).count()) === 0, bill);
  await at(approver, `${bill}/terbit`);
  await seen(approver, `uang-terbit-${month}`);
  await approver.click(PRESS);
  await says(approver, "the bill issued", TOTAL);
  await at(treasurer, bill);
  await seen(treasurer, `uang-tagihan-${month}`);
  return (await treasurer.textContent("main")).match(/[A-Z0-9]{2,}(?:-[A-Z0-9]+)+/)?.[0] ?? "";
}

// The bank's statement, and the bill that it pays.
async function paid(treasurer, number) {
  const lines = [
    "Saldo Awal;;;;2.000.000", "Tanggal;Keterangan;Debet;Kredit;Saldo",
    `10/02/2023;SP2D IURAN ${number};50.400;0;1.949.600`, "Saldo Akhir;;;;1.949.600",
  ];
  await at(treasurer, "/bank/impor");
  await treasurer.setInputFiles("#berkas", {
    name: "koran.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\n")),
  });
  await treasurer.click(PRESS);
  await seen(treasurer, "uang-koran");
  await at(treasurer, "/bank/cocokkan");
  await seen(treasurer, "uang-cocokkan");
  await treasurer.click(PRESS);
  await seen(treasurer, "uang-dicocokkan");
  await at(treasurer, `/tagihan/${PROGRAMME}/2023-01`);
  await says(treasurer, "the bill paid", "dibayar");
  await seen(treasurer, "uang-dibayar");
}

// What the insurer says it received.
async function received(treasurer, number) {
  await at(treasurer, "/bank/kuitansi");
  const answers = { tagihan: number, nomor: "BPJS-1", jumlah: "50.400", tanggal: "2023-02-11" };
  for (const [field, text] of Object.entries(answers)) await treasurer.fill(`#${field}`, text);
  await treasurer.click(PRESS);
  await says(treasurer, "the receipt before it is kept", "lima puluh ribu empat ratus rupiah");
  await seen(treasurer, "uang-kuitansi");
  await treasurer.click("main form button[type=submit]");
  await seen(treasurer, "uang-kuitansi-tercatat");
  await at(treasurer, "/bank/rekonsiliasi/2023-01");
  await says(treasurer, "bill, bank and receipt agree", TOTAL);
  await seen(treasurer, "uang-rekonsiliasi");
}

// What it was for: a month in which somebody is covered.
async function covered(officer) {
  await at(officer, "/cari");
  await officer.fill("#kata", "Parlan");
  await officer.click("main form button[type=submit]");
  await officer.locator("main a[href^='/peserta/']").first().click();
  await says(officer, "a covered month", "Januari 2023");
  await seen(officer, "uang-terlindungi");
}

// The page that says it to everybody, made once and kept by its number.
async function reported(officer) {
  await at(officer, "/dasbor/laporan/baru");
  await officer.click(PRESS);
  expect("the report has its page", /^\/dasbor\/laporan\/[^/]+$/.test(new URL(officer.url()).pathname), officer.url());
  await seen(officer, "uang-laporan");
}

export async function money(browser, password) {
  const people = [];
  for (const user of ["ani", "budi", "citra"]) {
    const context = await browser.newContext();
    await signIn(context, user, password);
    const page = await newTab(context);
    await page.setViewportSize({ width: 1280, height: 900 });
    people.push([context, page]);
  }
  const [officer, approver, treasurer] = people.map(([, page]) => page);
  await approved(officer, approver);
  const number = await issued(treasurer, approver, "2023-01");
  await paid(treasurer, number);
  await received(treasurer, number);
  await covered(officer);
  await reported(officer);
  for (const [context] of people) await context.close();
}
