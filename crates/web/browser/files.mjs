// Files as villages send them, made and read without a library: lists of invented people, workbooks.

import { inflateRawSync } from "node:zlib";

// An invented person; everybody was born on another day.
export function person(serial) {
  const two = (number) => String(number).padStart(2, "0");
  const [day, month] = [(serial % 28) + 1, (Math.floor(serial / 28) % 12) + 1];
  const year = 70 + Math.floor(serial / 336);
  const nik = `640105${two(day)}${two(month)}${two(year)}0001`;
  return { nik, birth: `${two(day)}-${two(month)}-19${two(year)}` };
}

// A clean list of so many people from a serial number on.
export function cleanList(from, count) {
  const rows = Array.from({ length: count }, (_, at) => person(from + at));
  const lines = rows.map(({ nik, birth }) => `${nik},Budi Contoh,${birth},L,nelayan`);
  return `NIK,Nama,Tanggal Lahir,JK,Pekerjaan\n${lines.join("\n")}\n`;
}

// A list with one of each common mistake; the first broken number, and what it should be.
export function dirtyList(from) {
  const all = Array.from({ length: 14 }, (_, at) => person(from + at));
  const line = (at, change = {}) => {
    const row = { name: "Siti Contoh", sex: "L", work: "nelayan", ...all[at], ...change };
    return [row.nik, row.name, row.birth, row.sex, row.work].join(",");
  };
  const long = "Raden Ajeng ".repeat(12).trim();
  const lines = [
    line(0), line(1), line(2),
    line(3, { nik: all[3].nik.slice(0, 14) }),
    line(4, { nik: "" }),
    line(5, { nik: all[5].nik.replace("0", "O") }),
    line(6, { birth: "32-13-1970" }),
    line(7, { sex: "X" }),
    line(8, { work: "pengojek perahu xyz" }),
    line(9, { work: "pengojek perahu xyz" }),
    line(10, { name: "" }),
    line(11, { name: long }),
    line(0),
    line(12, { nik: `'${all[12].nik}` }),
    line(13, { nik: person(from).nik.slice(0, 15) + "9", birth: all[0].birth }),
  ];
  const text = `NIK,Nama,Tanggal Lahir,JK,Pekerjaan\n${lines.join("\n")}\n`;
  return { text, broken: all[3].nik.slice(0, 14), right: all[3].nik };
}

const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

// A workbook with one sheet of text cells.
export function workbook(sheet, rows) {
  const letters = (at) => String.fromCharCode(65 + at);
  const cell = (text, at, row) =>
    `<c r="${letters(at)}${row}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
  const lines = rows.map((cells, at) =>
    `<row r="${at + 1}">${cells.map((text, column) => cell(text, column, at + 1)).join("")}</row>`);
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  const schemas = "http://schemas.openxmlformats.org";
  const main = `${schemas}/spreadsheetml/2006/main`;
  const office = `${schemas}/officeDocument/2006/relationships`;
  const packages = `${schemas}/package/2006`;
  const kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  return zipped([
    ["[Content_Types].xml", `${head}<Types xmlns="${packages}/content-types">` +
      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
      `<Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/>` +
      `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${kind}.worksheet+xml"/></Types>`],
    ["_rels/.rels", `${head}<Relationships xmlns="${packages}/relationships">` +
      `<Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
    ["xl/workbook.xml", `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>` +
      `<sheet name="${escaped(sheet)}" sheetId="1" r:id="r1"/></sheets></workbook>`],
    ["xl/_rels/workbook.xml.rels", `${head}<Relationships xmlns="${packages}/relationships">` +
      `<Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`],
    ["xl/worksheets/sheet1.xml",
      `${head}<worksheet xmlns="${main}"><sheetData>${lines.join("")}</sheetData></worksheet>`],
  ]);
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum >>> 0;
});

function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = CRC[(sum ^ byte) & 255] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

// An archive of named texts, stored as they are.
export function zipped(parts) {
  const [bodies, index] = [[], []];
  let at = 0;
  for (const [name, content] of parts) {
    const [title, bytes] = [Buffer.from(name), Buffer.from(content)];
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(0x0800, 2);
    facts.writeUInt16LE(0x21, 8);
    facts.writeUInt32LE(crc32(bytes), 10);
    facts.writeUInt32LE(bytes.length, 14);
    facts.writeUInt32LE(bytes.length, 18);
    facts.writeUInt16LE(title.length, 22);
    bodies.push(Buffer.from("PK\x03\x04"), facts, title, bytes);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    index.push(Buffer.from("PK\x01\x02\x14\x00"), facts, rest, title);
    at += 30 + title.length + bytes.length;
  }
  const [body, list, end] = [Buffer.concat(bodies), Buffer.concat(index), Buffer.alloc(22)];
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(body.length, 16);
  return Buffer.concat([body, list, end]);
}

// The parts of an archive: name and text.
export function unzipped(bytes) {
  const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
  const parts = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, packed] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [name, extra, note] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place));
    const local = bytes.readUInt32LE(at + 42);
    const title = bytes.toString("utf8", at + 46, at + 46 + name);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const body = bytes.subarray(start, start + packed);
    parts.push([title, (method === 8 ? inflateRawSync(body) : body).toString("utf8")]);
    at += 46 + name + extra + note;
  }
  return parts;
}
