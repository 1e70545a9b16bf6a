// The doors without a login, as somebody without an account goes through them: a card that is not
// known, a report with mistakes, read back, sent, followed by its code and taken back; and one that a
// grandchild fills in. Everybody here is invented.

import { expect, look, place } from "./looking.mjs";

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

async function report(page, script, helped) {
  await page.goto(`${place.base}/musibah/lapor${helped ? "?untuk=orang-lain" : ""}`);
  await page.click("main button[type=submit]");
  const name = helped ? "lapor-bantuan" : "lapor-sendiri";
  await look(page, `${name}-kosong`, script);
  await page.selectOption("#jenis", "accident");
  await page.fill("#hari", "20-10-2022");
  await page.fill("#nama", "Rekaan Nelayan dengan Nama yang Panjang Sekali Sampai ke Ujung Baris");
  await page.selectOption("#hubungan", "family");
  await page.fill("#pelapor", "Rekaan Istri");
  await page.fill("#uraian", "Jatuh dari perahu di muara. ".repeat(20));
  if (helped) {
    await page.fill("#penolong", "Rekaan Cucu");
    await page.selectOption("#persetujuan", "spoken");
  }
  await page.click("main button[type=submit]");
  await look(page, `${name}-periksa`, script);
  await page.click(send);
  expect(`${name}: what was typed is there to change`, await page.inputValue("#pelapor") === "Rekaan Istri");
  await page.click("main button[type=submit]");
  await page.click("main form button[type=submit]");
  await look(page, `${name}-tanda-terima`, script);
  const text = await page.textContent("main");
  const code = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}/.exec(text)?.[0] ?? "";
  expect(`${name}: there is a code`, code !== "");
  expect(`${name}: it is in no address`, !page.url().includes(code));
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
  await page.click("main button[type=submit]");
  await look(page, "keberatan-kosong", script);
  await page.fill("#nama", "Rekaan Kader");
  await page.fill("#uraian", "Nama saya kurang satu huruf");
  await page.click("main button[type=submit]");
  await look(page, "keberatan-periksa", script);
  await page.click("main form button[type=submit]");
  await look(page, "keberatan-tanda-terima", script);
}

export async function doors(context, script) {
  await context.clearCookies();
  const page = await context.newPage();
  await status(page, script);
  const code = await report(page, script, false);
  await follow(page, script, code);
  await report(page, script, true);
  await request(page, script);
  await page.close();
}
