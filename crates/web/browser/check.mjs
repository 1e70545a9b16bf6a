// Every page in a real browser: node check.mjs BASE_URL OUT_DIR [EMPTY_BASE_URL]
//
// Visits each page at three widths, as anybody and signed in, filled, empty, with mistakes and with
// long text, with script and without, and asks of each: is it reachable and readable for everybody
// (axe-core), whole at 320 pixels, quiet on the console, and does it load nothing from elsewhere?
// Sends lists through the pages as villages do (journey.mjs), and hostile ones (hostile.mjs). Checks
// cards, hands them over, and registers people, where there is no network (kartu.mjs, serah.mjs,
// lapangan.mjs).
// Screenshots and printed pages go to OUT_DIR. The logins are those of the practice register:
// PAYUNG_BROWSER_USER, PAYUNG_BROWSER_COLLEAGUE and PAYUNG_BROWSER_PASSWORD.
// PAYUNG_BROWSER_ONLY=pages,cards,field,journey,hostile looks at some of the parts alone.

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

import { doors } from "./doors.mjs";
import { hostile } from "./hostile.mjs";
import { cleanJourney, dirtyJourney, uploadMistakes } from "./journey.mjs";
import { cardsOffline } from "./kartu.mjs";
import { field } from "./lapangan.mjs";
import { handedOverOffline } from "./serah.mjs";
import { money } from "./uang.mjs";
import {
  counts, cutBySpacing, expect, look, newTab, overflow, picture, place, saysWhatItIs, signIn, Stuck,
  violations, walk, within,
} from "./looking.mjs";

const [filled, out, empty] = process.argv.slice(2);
const USER = process.env.PAYUNG_BROWSER_USER ?? "operator";
const COLLEAGUE = process.env.PAYUNG_BROWSER_COLLEAGUE ?? "ani";
const PASSWORD = process.env.PAYUNG_BROWSER_PASSWORD ?? "";
const ONLY = process.env.PAYUNG_BROWSER_ONLY ?? "";
// The number of a card day of the practice register.
const DAY = process.env.PAYUNG_BROWSER_DAY ?? "";
if (!filled || !out || !PASSWORD) {
  console.error("usage: PAYUNG_BROWSER_PASSWORD=… node check.mjs BASE_URL OUT_DIR [EMPTY_BASE_URL]");
  process.exit(2);
}

const WIDTHS = [1280, 360, 320];
const WIDTHS_WITHOUT_SCRIPT = [320];
// Pages looked at at once, and from when on one of them is named as slow.
const TABS = 3;
const SLOW_SECONDS = 15;
// What a browser does not do within this time it never does.
const PATIENCE_MS = 30_000;
// One page at every width or one of the smaller steps, a part, and the whole of it; whoever waits
// longer is told where it stood.
const PAGE_MS = 180_000;
const PART_MS = 12 * 60_000;
const LONGEST_MS = 50 * 60_000;
// How often a part is begun that changes nothing when it is done twice.
const TURNS = 3;
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
  ["periksa-kartu", "/periksa-kartu"],
  ["check-card-en", "/periksa-kartu?bahasa=en"],
  ["periksa-lampiran", "/periksa-lampiran"],
  ["cakupan", "/cakupan"],
  ["cakupan-desa", "/cakupan?per=desa"],
  ["cakupan-pekerjaan", "/cakupan?per=pekerjaan"],
  ["cakupan-jenis-kelamin", "/cakupan?per=jenis-kelamin"],
  ["cakupan-program", "/cakupan?per=program"],
  ["peta", "/cakupan/peta"],
  ["peta-kabupaten", "/cakupan/peta?per=kabupaten"],
  ["map-en", "/cakupan/peta?bahasa=en"],
  ["aturan", "/aturan"],
  ["satu-aturan", "first:/aturan", "/aturan/{id}"],
  ["wilayah", "/wilayah"],
  ["cek", "/cek"],
  ["musibah", "/musibah"],
  ["musibah-kecelakaan", "/musibah?kejadian=kecelakaan"],
  ["musibah-kematian", "/musibah?kejadian=kematian&bulan=2"],
  ["lapor", "/musibah/lapor"],
  ["lapor-untuk-orang-lain", "/musibah/lapor?untuk=orang-lain"],
  ["keberatan", "/keberatan"],
  ["lacak", "/lacak"],
  ["simulasi-jht", "/simulasi-jht"],
  ["simulasi-jht-upah", "/simulasi-jht?upah=3000000&bulan=24&awal=500000"],
  ["savings-en", "/simulasi-jht?bulan=12&bahasa=en"],
  ["check-en", "/cek?bahasa=en"],
  ["guide-en", "/musibah?kejadian=kecelakaan&bahasa=en"],
  ["report-en", "/musibah/lapor?untuk=orang-lain&bahasa=en"],
  ["rights-en", "/keberatan?bahasa=en"],
  ["track-en", "/lacak?bahasa=en"],
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
// What staff see; the first of a list is read off it, and is a page of the route that stands behind it
// (src/tests/walked.rs asks for every page).
const STAFF = [
  ["meja", "/beranda"],
  ["impor", "/impor"],
  ["satu-berkas", "first:/impor?keadaan=decided", "/impor/{id}"],
  ["impor-baru", "/impor/baru"],
  ["peserta", "/peserta"],
  ["peserta-daerah-lain", "/peserta?juga=daerah-lain"],
  ["satu-orang", "first:/peserta", "/peserta/{id}"],
  ["cari", "/cari"],
  ["program", "/program"],
  ["satu-program", "/program/rentan-2022"],
  ["papan", "/program/rentan-2022/papan"],
  ["usulan", "/program/rentan-2022/usulan"],
  ["papan-desa", "/papan"],
  ["urutan", "/urutan"],
  ["satu-perubahan", "first:/program/sambungan-2023/perubahan", "/perubahan/{id}"],
  ["papan-gugur", "/program/sambungan-2023/papan"],
  ["satu-calon", "first:/urutan", "/program/{code}/orang/{id}"],
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
  ["dana-belum-diperiksa", "/dana/dana-2023"],
  ["dana-baru", "/dana/baru"],
  ["dana-revisi", "/dana/apbdp-2022/revisi"],
  ["bank", "/bank"],
  ["baris-bank", "first:/bank", "/bank/baris/{id}"],
  ["bank-impor", "/bank/impor"],
  ["bank-cocokkan", "/bank/cocokkan"],
  ["bank-titipan", "/bank/titipan"],
  ["bank-rekening", "/bank/rekening"],
  ["bank-rekening-baru", "/bank/rekening/baru"],
  ["bank-rekonsiliasi", "/bank/rekonsiliasi?bulan=2022-10"],
  ["bank-kuitansi", "/bank/kuitansi"],
  ["bank-kuitansi-tarik", "/bank/kuitansi/tarik"],
  ["bank-en", "/bank?bahasa=en"],
  ["board-en", "/program/rentan-2022/papan?bahasa=en"],
  ["funds-en", "/dana?bahasa=en"],
  ["tagihan", "/tagihan"],
  ["tagihan-baru", "/tagihan/baru"],
  ["satu-tagihan", "/tagihan/rentan-2022/2022-11"],
  ["tagihan-kunci", "/tagihan/rentan-2022/2022-11/finalisasi"],
  ["tagihan-buka", "/tagihan/rentan-2022/2022-11/buka"],
  ["tagihan-orang", "/tagihan/orang?program=rentan-2022&bulan=2022-11"],
  ["tagihan-perubahan", "/tagihan/perubahan?program=rentan-2022&bulan=2022-11"],
  ["tagihan-tunggakan", "/tagihan/tunggakan"],
  ["tagihan-perlindungan", "/tagihan/perlindungan"],
  ["tagihan-kredit", "/tagihan/kredit?program=rentan-2022"],
  ["bill-en", "/tagihan/rentan-2022/2022-11?bahasa=en"],
  ["buku", "/buku"],
  ["buku-bulan", "/buku?bulan=2022-10"],
  ["buku-akun", "/buku/akun?akun=cash.apbdp-2022&bulan=2022-10&sampai=2022-12"],
  ["buku-transaksi", "/buku/transaksi?bulan=2022-10"],
  ["satu-transaksi", "first:/buku/transaksi?bulan=2022-10", "/buku/transaksi/{id}"],
  ["buku-jurnal", "/buku/jurnal"],
  ["buku-tutup", "/buku/tutup"],
  ["buku-satu-bulan", "/buku/tutup/2022-10"],
  ["buku-perlindungan", "/buku/perlindungan?hari=2022-10-14"],
  ["satu-perlindungan", "first:/buku/perlindungan?hari=2022-10-14", "/peserta/{id}/perlindungan"],
  ["buku-perlindungan-bukti", "/buku/perlindungan/bukti"],
  ["buku-bagan", "/buku/bagan"],
  ["buku-bagan-usul", "/buku/bagan/usul"],
  ["ledger-en", "/buku?bahasa=en"],
  ["kartu", "/kartu"],
  ["satu-kartu", "first:/kartu", "/kartu/satu/{id}"],
  ["kartu-cetak", "/kartu/cetak"],
  ["hari-kartu", "/kartu/hari"],
  ["hari-kartu-baru", "/kartu/hari/baru"],
  ["satu-hari-kartu", "first:/kartu/hari", "/kartu/hari/{id}"],
  ["hari-kartu-papan", "/kartu/hari/papan"],
  ["hari-kartu-kursi", "/kartu/hari/kursi"],
  ["hari-kartu-benturan", "/kartu/hari/benturan"],
  ...(DAY ? [["serah-kartu", `/kartu/hari/${DAY}/serah`], ["hand-over-en", `/kartu/hari/${DAY}/serah?bahasa=en`]] : []),
  ["card-days-en", "/kartu/hari?bahasa=en"],
  ["klaim", "/klaim"],
  ["klaim-baru", "/klaim/baru"],
  ["klaim-beasiswa", "/klaim/beasiswa"],
  ["satu-klaim", "first:/klaim", "/klaim/{id}"],
  ["klaim-uraian", "first:/klaim|/uraian", "/klaim/{id}/uraian"],
  ["klaim-ahli-waris", "first:/klaim|/ahli-waris/1", "/klaim/{id}/ahli-waris/{no}"],
  ["claim-en", "first:/klaim?bahasa=en", "/klaim/{id}"],
  ["kematian-daftar", "/kematian/daftar"],
  ["kecelakaan-daftar", "/kecelakaan/daftar"],
  ["kematian", "/kematian"],
  ["kematian-pertanyaan", "/kematian/pertanyaan"],
  ["kematian-hidup", "/kematian/hidup"],
  ["kecelakaan", "/kecelakaan"],
  ["kecelakaan-pertanyaan", "/kecelakaan/pertanyaan"],
  ["jht", "/jht"],
  ["jht-rekening", "/jht/rekening"],
  ["satu-jht", "first:/peserta|/jht", "/peserta/{id}/jht"],
  ["jht-en", "/jht?bahasa=en"],
  ["laporan", "/laporan"],
  ["satu-laporan", "first:/laporan", "/laporan/{id}"],
  ["messages-en", "/laporan?bahasa=en"],
  ["claims-en", "/klaim?bahasa=en"],
  ["dasbor", "/dasbor"],
  ["dasbor-kecamatan", "/dasbor?wilayah=64.01.05"],
  ["dasbor-pembanding", "/dasbor/pembanding"],
  ["dasbor-pembanding-baru", "/dasbor/pembanding/baru"],
  ["dasbor-sasaran", "/dasbor/sasaran"],
  ["dasbor-laporan", "/dasbor/laporan"],
  ["dasbor-laporan-baru", "/dasbor/laporan/baru"],
  ["dashboard-en", "/dasbor?bahasa=en"],
  ["peta-desa", "/cakupan/peta?per=desa"],
  ["sosialisasi", "/sosialisasi"],
  ["satu-acara", "first:/sosialisasi", "/sosialisasi/acara/{code}"],
  ["kalender", "/sosialisasi/kalender"],
  ["hari-bebas", "/sosialisasi/bebas"],
  ["dampak", "/sosialisasi/dampak"],
  ["peminat", "/sosialisasi/peminat"],
  ["satu-peminat", "first:/sosialisasi/peminat", "/sosialisasi/peminat/{id}"],
  ["acara-baru", "/sosialisasi/baru"],
  ["acara-ubah", "first:/sosialisasi|/ubah", "/sosialisasi/acara/{code}/ubah"],
  ["agen", "/agen"],
  ["satu-agen", "first:/agen", "/agen/{code}"],
  ["agen-belum", "/agen/belum"],
  ["agen-lapangan", "/agen/lapangan"],
  ["agen-berkas", "/agen/lapangan/berkas"],
  ["agen-baru", "/agen/baru"],
  ["agen-ubah", "first:/agen|/ubah", "/agen/{code}/ubah"],
  ["outreach-en", "/sosialisasi?bahasa=en"],
  ["organisasi", "/organisasi"],
  ["satu-organisasi", "first:/organisasi", "/organisasi/{code}"],
  ["organisasi-baru", "/organisasi/baru"],
  ["organisasi-impor", "/organisasi/impor"],
  ["organisasi-ubah", "first:/organisasi|/ubah", "/organisasi/{code}/ubah"],
  ["perjanjian", "/perjanjian"],
  ["satu-perjanjian", "first:/perjanjian", "/perjanjian/{code}"],
  ["perjanjian-baru", "/perjanjian/baru"],
  ["perjanjian-ubah", "first:/perjanjian|/perubahan", "/perjanjian/{code}/perubahan"],
  ["perjanjian-salin", "first:/perjanjian|/salinan", "/perjanjian/{code}/salinan"],
  ["kewajiban", "/perjanjian/papan"],
  ["satu-kewajiban", "first:/perjanjian/papan", "/perjanjian/{code}/kewajiban/{duty}"],
  ["agreements-en", "/perjanjian?bahasa=en"],
  ["rencana", "/rencana"],
  ["rencana-dua", "/rencana?bulan=12&skema2=jkk%2Bjkm%2Bjht&anggaran=1000000000"],
  ["rencana-jeda", "/rencana?tahap=2026-01..2026-06,2027-01..2027-12"],
  ["jalan", "/rencana/jalan"],
  ["jalan-lima", "/rencana/jalan?mulai=2018-02&orang=8460&sasaran=45000&sumber=angka%20rekaan"],
  ["lampiran", "/program/rentan-2022/lampiran"],
  ["perubahan", "/program/sambungan-2023/perubahan"],
  ["plan-en", "/rencana?bahasa=en"],
  ["tugas", "/tugas"],
  ["pengguna", "/pengguna"],
  ["pengguna-baru", "/pengguna/baru"],
  ["satu-pengguna", "first:/pengguna", "/pengguna/{name}"],
  ["pemulihan", "first:/pengguna|/pemulihan", "/pengguna/{name}/pemulihan"],
  ["peran", "/peran"],
  ["audit", "/audit"],
  ["integrasi", "/integrasi"],
  ["satu-integrasi", "first:/integrasi", "/integrasi/{code}"],
  ["integrasi-baru", "/integrasi/baru"],
  ["kiriman", "/integrasi/kiriman"],
  ["satu-kiriman", "first:/integrasi/kiriman", "/integrasi/{code}/kiriman/{event}"],
  ["jenis-peristiwa", "/integrasi/jenis"],
  ["integrations-en", "/integrasi?bahasa=en"],
  ["setelan", "/setelan"],
  ["empat-mata", "/setelan/empat-mata"],
  ["hapus-orang", "first:/peserta|/hapus", "/peserta/{id}/hapus"],
  ["ubah-orang", "first:/peserta|/ubah", "/peserta/{id}/ubah"],
  ["akses-darurat", "/akses-darurat"],
  ["penyedia", "/penyedia-identitas"],
  ["penyedia-usul", "/penyedia-identitas/usul"],
  ["kesehatan", "/kesehatan"],
  ["profil", "/profil"],
  ["token", "/profil/token"],
  ["tambah-kunci", "/masuk/kunci"],
  ["ganda", "/ganda"],
  ["ganda-dua", "/ganda?keadaan=dua"],
  ["satu-pasangan", "first:/ganda", "/ganda/{id}"],
  ["ganda-pencarian", "/ganda/pencarian"],
  ["ganda-batas", "/ganda/batas"],
  ["benturan", "/benturan"],
  ["bpjs", "/sipp"],
  ["bpjs-kirim", "/sipp/kirim"],
  ["bpjs-buat", "/sipp/kirim/buat?program=rentan-2022&bulan=2022-11"],
  ["bpjs-terkirim", "/sipp/terkirim"],
  ["bpjs-balasan", "/sipp/balasan"],
  ["bpjs-balasan-baru", "/sipp/balasan/baru"],
  ["bpjs-isi", "/sipp/balasan/isi"],
  ["bpjs-penolakan", "/sipp/penolakan"],
  ["bpjs-orang", "/sipp/penolakan/orang"],
  ["bpjs-npp", "/sipp/npp"],
  ["bpjs-kolom", "/sipp/kolom"],
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

// One page at each width, loaded once: no page is laid out by script. Without script the narrowest
// window alone tells whether it is whole.
async function visit(page, name, path, widths, script) {
  for (const event of ["console", "pageerror", "request"]) page.removeAllListeners(event);
  await page.setViewportSize({ width: widths[0], height: 900 });
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
  const how = script ? "with script" : "without script";
  expect(`${name} ${how}: status`, response.status() === (missing ? 404 : 200), `${response.status()}`);
  const fonts = await page.evaluate(async () => {
    await document.fonts.ready;
    return [...document.fonts].map((font) => font.status);
  });
  expect(`${name} ${how}: the fonts are ours`, fonts.includes("loaded"), fonts.join());
  await saysWhatItIs(page, `${name} ${how}`);
  for (const width of widths) {
    const label = `${name} ${width} ${how}`;
    await page.setViewportSize({ width, height: 900 });
    if (script && width !== 320) await picture(page, label);
    const { page: over, wide } = await page.evaluate(overflow);
    expect(`${label}: nothing sticks out`, over <= 0 && wide.length === 0, `${over} ${wide}`);
    if (!script || width === 320) continue;
    const found = await violations(page);
    expect(`${label}: axe-core`, found.length === 0, found.join(" | "));
    expect(`${label}: spacing cuts nothing`, (await cutBySpacing(page)) === 0);
  }
  if (script) await walk(page, name);
  // A browser reports a 404 of the page itself on its console.
  const quiet = missing ? noise.filter((text) => !text.includes("404")) : noise;
  expect(`${name} ${how}: the console is quiet`, quiet.length === 0, quiet.join(" | "));
  expect(`${name} ${how}: nothing from elsewhere`, elsewhere.length === 0, elsewhere.join(" | "));
  return page.title();
}

// A form with mistakes, a form with long text, and the same press twice.
async function mistakes(context, script) {
  const page = await newTab(context);
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
  const page = await newTab(context);
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
  const page = await newTab(context);
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
    const page = await newTab(reader);
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

// The first address in the tables of a page that is one of a route; none where there is none.
async function firstLink(page, from, after, route) {
  let links = [];
  // A machine with much to do answers "busy" now and then; who comes again is served.
  for (let turn = 0; turn < 3 && links.length === 0; turn += 1) {
    if (turn > 0) await page.waitForTimeout(2000);
    await page.goto(place.base + from);
    links = await page.locator("tbody a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  }
  const parts = links.map((href) => href.split(/(?=\?)/));
  const first = parts.find(([path]) => leads(path + after, route));
  return first ? first[0] + after + (first[1] ?? "") : null;
}

// Whether an address is one of a route, whose parts in braces may be anything.
function leads(address, route) {
  const [given, wanted] = [address.split("/"), route.split("/")];
  return given.length === wanted.length
    && wanted.every((part, at) => part.startsWith("{") || part === given[at]);
}

// The addresses of a list; a page that no table leads to has none.
async function found(context, list) {
  const [page, pages] = [await newTab(context), []];
  for (const [name, path, route] of list) {
    const [from, after = ""] = path.replace("first:", "").split("|");
    pages.push([name, route ? await firstLink(page, from, after, route) : path]);
  }
  await page.close();
  return pages;
}

async function visitAll(context, list, script, before = "") {
  const pages = await step(found, context, list);
  for (const [name, path] of pages) expect(`${before}${name}: some table leads to one`, path !== null);
  // One address asked in several ways is one page.
  const titles = new Map();
  const shared = new Set();
  const widths = script ? WIDTHS : WIDTHS_WITHOUT_SCRIPT;
  await together(context, pages.filter(([, path]) => path), async (page, [name, path]) => {
    const begun = Date.now();
    const title = await visit(page, before + name, path, widths, script);
    const seconds = (Date.now() - begun) / 1000;
    if (seconds > SLOW_SECONDS) console.log(`slow: ${before}${name} took ${seconds.toFixed(1)} s`);
    const [route] = path.split("?");
    if ((titles.get(title) ?? route) !== route) shared.add(title);
    titles.set(title, route);
  });
  expect("titles are unique", shared.size === 0, [...shared].join(" | "));
}

// Does the work for each of a list, in several tabs at once, each kept for all of its pages.
async function together(context, list, work) {
  const rest = [...list];
  const tab = async () => {
    const page = await newTab(context);
    for (let next = rest.shift(); next; next = rest.shift()) {
      await within(next[0], PAGE_MS, () => work(page, next));
    }
    await page.close();
  };
  await Promise.all(Array.from({ length: TABS }, tab));
}

// What is asked wrongly, or of nobody: the form again, with what is wrong in words.
async function wrongs(context, script) {
  const page = await newTab(context);
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
  const page = await newTab(context);
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
    const page = await newTab(context);
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
  const page = await newTab(context);
  await page.goto(`${place.base}/setelan`);
  const long = "Dinas Tenaga Kerja, Transmigrasi, Perlindungan Pekerja Rentan, dan Pemberdayaan Nelayan";
  await page.fill("#kantor", long);
  await page.fill("#alamat", `${long}, Jalan Jenderal Sudirman Nomor 1234567890, RT 001 RW 002`);
  await page.fill("#jam", "Senin sampai Kamis, 08.00–15.30; Jumat, 08.00–11.30 dan 13.30–16.00 WITA");
  await page.click("main button[type=submit]");
  await page.close();
  const pages = [["mulai", "/"], ["cakupan", "/cakupan"], ["bantuan", "/bantuan"], ["meja", "/beranda"],
    ["impor", "/impor"], ["peserta", "/peserta"], ["setelan", "/setelan"], ["profil", "/profil"]];
  const seen = (page, [name, path]) => visit(page, `panjang-${name}`, path, [1280, 360], script);
  await together(context, pages, seen);
}

function step(work, ...given) {
  return within(work.name, PAGE_MS, () => work(...given));
}

async function publicPages(context, script) {
  await visitAll(context, PUBLIC, script);
  await step(wrongDoor, context, script);
  await step(choose, context);
  await step(letters, context);
  await step(doors, context, script);
  if (script) await step(printAll, context, PRINTED.slice(0, 3));
}

async function staffPages(context, script) {
  if (!(await signIn(context, USER, PASSWORD))) return;
  await visitAll(context, STAFF, script);
  await step(mistakes, context, script);
  await step(wrongs, context, script);
  if (!script) return;
  await step(longWords, context, script);
  await step(printAll, context, PRINTED.slice(3));
}

// The pages of a register that has nothing in it yet.
async function emptyPages(context, script) {
  if (!empty) return;
  place.base = empty;
  await visitAll(context, PUBLIC.slice(0, 4), script, "kosong-");
  if (!(await signIn(context, USER, PASSWORD))) return;
  const needs = (path) => /^first:|-202\d|\/serah/.test(path);
  const lists = STAFF.filter(([name, path]) => !needs(path) && !name.endsWith("-en"));
  await visitAll(context, lists, script, "kosong-");
}

async function journeys(browser, context, script) {
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

async function everywhere(browser) {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  await signIn(context, USER, PASSWORD);
  const once = [...PUBLIC, ...STAFF].filter(([name]) => !name.endsWith("-en"));
  const pages = await found(context, once);
  await hostile(context, 4000, pages.map(([, path]) => path).filter((path) => path));
  await context.close();
}

function launch() {
  const executablePath = BROWSERS.find((path) => path && existsSync(path));
  if (!executablePath) throw new Error("no Chromium: set PAYUNG_CHROMIUM");
  return chromium.launch({ executablePath, args: FLAGS, headless: true });
}

// A part of it all, in a browser of its own. Where the browser hangs, and not a page, a part that may
// be done twice is begun again in a new one; what fails otherwise is told, and the next part begins.
async function part(what, work, turns = 1) {
  const begun = Date.now();
  for (let turn = 1; turn <= turns; turn += 1) {
    const before = { ...counts };
    place.base = filled;
    const browser = await launch();
    const failed = await within(what, PART_MS, () => work(browser)).then(() => null, (error) => error);
    // A browser that hangs may not even close; it ends with this process.
    await within("closing", PATIENCE_MS, () => browser.close()).catch(() => null);
    if (!failed) break;
    if (failed instanceof Stuck && turn < turns) {
      console.log(`the browser hangs, begun again: ${what}: ${failed.message}`);
      Object.assign(counts, before);
    } else {
      expect(what, false, String(failed.stack ?? failed));
      break;
    }
  }
  console.log(`${what}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
}

// The same in a context with script or without.
function partOf(what, script, work, turns = 1) {
  return part(`${what} ${script ? "with" : "without"} script`, async (browser) => {
    const context = await browser.newContext({ javaScriptEnabled: script });
    context.setDefaultTimeout(PATIENCE_MS);
    await work(browser, context);
  }, turns);
}

async function main() {
  mkdirSync(out, { recursive: true });
  place.out = out;
  setTimeout(() => {
    console.log(`FAILED: not done after ${LONGEST_MS / 60_000} minutes`);
    console.log(`${counts.passed} passed, ${counts.failed + 1} failed`);
    process.exit(1);
  }, LONGEST_MS);
  const does = (one) => ONLY === "" || ONLY.split(",").includes(one);
  if (does("pages")) await part("first sight", firstSight, TURNS);
  if (does("cards")) await part("cards without a network", cardsOffline, TURNS);
  // The first login is made without script.
  for (const script of [false, true]) {
    if (does("pages")) {
      for (const [what, work] of [["public pages", publicPages], ["pages of staff", staffPages],
        ["pages of an empty register", emptyPages]]) {
        await partOf(what, script, (_, context) => work(context, script), TURNS);
      }
    }
    if (does("journey")) {
      await partOf("journeys", script, (browser, context) => journeys(browser, context, script));
    }
  }
  if (does("journey")) await part("money", (browser) => money(browser, PASSWORD));
  if (does("cards")) {
    await part("handing over without a network", (browser) => handedOverOffline(browser, USER, PASSWORD));
  }
  if (does("field")) {
    await part("the field app without a network", (browser) => field(browser, PASSWORD, COLLEAGUE));
  }
  // The last, because it leaves its words wherever it may.
  if (does("hostile")) await part("hostile", everywhere);
  if (ONLY === "") {
    expect("page-states seen by axe-core", counts.states >= STATES_MIN, String(counts.states));
  }
  console.log(`${counts.states} page-states seen by axe-core`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  // Not left to the end of the event loop: a helper of the browser that lives on would keep it.
  process.exit(counts.failed ? 1 : 0);
}

await main();
