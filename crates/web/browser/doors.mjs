// The doors without a login, as somebody without an account goes through them: a card that is not
// known, a report with mistakes, read back, sent, followed by its code and taken back; and one that a
// grandchild fills in. Everybody here is invented.

import { expect, look, newTab, place } from "./looking.mjs";

const send = "main form:last-of-type button[type=submit]";

async function status(page, script) {
  await page.goto(`${place.base}/cek`);
  await page.fill("#kartu", "7K2M");
  await page.fill("#lahir", "kemarin");
  await page.click("main button[type=submit]");
  await look(page, "cek-salah-ketik", script);
  // A number whose check characters are right and that nobody has.
  await page.fill("#kartu", "0000-0000-0000-000");
  await page.fill("#lahir", "17-08-1962");
  await page.click("main button[type=submit]");
  await look(page, "cek-tidak-cocok", script);
  const address = page.url();
  expect("cek: nothing that was typed is in the address", address === `${place.base}/cek`, address);
}

// Answers one question after the other, whatever stands on a page, until the answers are read back.
async function answerAll(page, answers, between) {
  for (let no = 0; no < 20 && (await page.locator("button[name=ke]").count()) === 0; no++) {
    for (const [id, value] of Object.entries(answers)) {
      const field = page.locator(`main #${id}`);
      if ((await field.count()) === 0) continue;
      const isList = (await field.evaluate((one) => one.tagName)) === "SELECT";
      await (isList ? field.selectOption(value) : field.fill(value));
    }
    await between?.(no);
    await page.click("main form button[type=submit]");
  }
}

async function report(page, script, helped) {
  await page.goto(`${place.base}/musibah/lapor${helped ? "?untuk=orang-lain" : ""}`);
  const name = helped ? "lapor-bantuan" : "lapor-sendiri";
  await look(page, `${name}-pertama`, script);
  await page.click("main form button[type=submit]");
  await page.fill("#hari", "31-02-2022");
  await page.click("main form button[type=submit]");
  await look(page, `${name}-salah`, script);
  await page.click("main button[name=balik]");
  expect(`${name}: the question before is there again`, (await page.locator("#jenis").count()) === 1);
  const answers = {
    jenis: "accident",
    hari: "20-10-2022",
    nama: "Rekaan Nelayan dengan Nama yang Panjang Sekali Sampai ke Ujung Baris",
    hubungan: "family",
    pelapor: "Rekaan Istri",
    uraian: "Jatuh dari perahu di muara. ".repeat(20),
    penolong: "Rekaan Cucu",
    persetujuan: "spoken",
  };
  await answerAll(page, answers, async (no) => {
    if (no === 2) await look(page, `${name}-nama`, script);
  });
  await look(page, `${name}-periksa`, script);
  await page.click("button[name=ke] >> nth=9");
  expect(`${name}: what was typed is there to change`, await page.inputValue("#pelapor") === "Rekaan Istri");
  await page.click("main form button[type=submit]");
  await page.click(send);
  await look(page, `${name}-tanda-terima`, script);
  const text = await page.textContent("main");
  const code = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}/.exec(text)?.[0] ?? "";
  expect(`${name}: there is a code`, code !== "");
  expect(`${name}: it is in no address`, !page.url().includes(code));
  const photo = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9]);
  await page.setInputFiles("#berkas", { name: "surat.jpg", mimeType: "image/jpeg", buffer: photo });
  await page.click("main form[action='/lacak/berkas'] button[type=submit]");
  await look(page, `${name}-lampiran`, script);
  expect(`${name}: the letter has come`, (await page.textContent("main")).includes("Lampiran diterima"));
  return code;
}

async function follow(page, script, code) {
  await page.goto(`${place.base}/lacak`);
  await page.fill("#nomor", "0000");
  await page.click("main button[type=submit]");
  await look(page, "lacak-salah-ketik", script);
  await page.fill("#nomor", "0000-0000-0000-000");
  await page.click("main button[type=submit]");
  await look(page, "lacak-tidak-ada", script);
  await page.goto(`${place.base}/lacak`);
  await page.fill("#nomor", code);
  await page.click("main button[type=submit]");
  await look(page, "lacak-ada", script);
  await page.click(send);
  await look(page, "lacak-belum-yakin", script);
  await page.check("#yakin");
  await page.click(send);
  await look(page, "lacak-ditarik", script);
}

async function request(page, script) {
  await page.goto(`${place.base}/keberatan`);
  await page.click("main form button[type=submit]");
  await page.click("main form button[type=submit]");
  await look(page, "keberatan-kosong", script);
  await answerAll(page, { nama: "Rekaan Kader", uraian: "Nama saya kurang satu huruf" });
  await look(page, "keberatan-periksa", script);
  await page.click(send);
  await look(page, "keberatan-tanda-terima", script);
}

export async function doors(context, script) {
  await context.clearCookies();
  const page = await newTab(context);
  await status(page, script);
  const code = await report(page, script, false);
  await follow(page, script, code);
  await report(page, script, true);
  await request(page, script);
  await page.close();
}
