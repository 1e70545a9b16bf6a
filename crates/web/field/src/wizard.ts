// Somebody is registered: eleven questions, one on a screen, kept at each step, and what was answered
// once more before it waits to be sent.

import type { Kept } from "./base.ts";
import type { Bytes } from "./crypto.ts";
import { newId } from "./crypto.ts";
import * as nik from "./nik.ts";
import { mayBeKnown } from "./packet.ts";
import { picture } from "./pictures.ts";
import * as session from "./session.ts";
import type { Draft } from "./session.ts";
import { ownTwin } from "./sync.ts";
import { button, choices, field, h, isShown, keypad, say, show, text } from "./view.ts";
import { atOffice, day, w } from "./words.ts";

interface At {
  kept: Kept;
  draft: Draft;
  photo?: Bytes | null;
  /** A NIK of an unknown place that was looked at again. */
  sure?: string;
  done: () => void;
}

/** A question: its screen, and what is wrong with the answer, by the key of its words. */
interface Question {
  key: string;
  body: (at: At) => HTMLElement[];
  wrong: (at: At) => string | null | Promise<string | null>;
}

const PHOTO_SIDE = 1280;
const PHOTO_BYTES = 300 * 1024;
const RELATIONS = ["child", "spouse", "neighbour", "cadre", "rt"];
/** Work that most people have stands first; the others follow by their names. */
const FIRST = ["petani", "nelayan", "pedagang_pasar", "ojek", "buruh_harian", "buruh_bangunan"];

const packet = session.along;
const places = () => new Map(packet()?.places ?? []);
const readNik = (typed: string) => nik.read(typed, places(), atOffice(Date.now()));
const sexes = () => ({ L: w("sex-L"), P: w("sex-P") });
const birthOf = (draft: Draft): [number, number, number] =>
  draft.birth.split("-").map(Number) as [number, number, number];

const QUESTIONS: Question[] = [
  {
    key: "consent",
    body: ({ draft }) => [
      h("p", { class: "baca" }, w("consent-text")),
      choices("consent", ["spoken", "signed", "thumb", "chat"].map((how) => [how, w(`consent-${how}`)]), draft.consent,
        (how) => (draft.consent = how)),
    ],
    wrong: ({ draft }) => (draft.consent ? null : "consent-wrong"),
  },
  {
    key: "photo",
    body: (at) => {
      const shown = h("div", { class: "foto" });
      const input = h("input", { type: "file", accept: "image/*", capture: "environment", id: "foto" });
      const label = h("label", { for: "foto", class: "besar" }, w("photo-take"));
      const draw = (bytes: Bytes | null | undefined) => {
        if (!bytes) return;
        const address = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
        const image = h("img", { src: address, alt: w("photo-alt"), onload: () => URL.revokeObjectURL(address) });
        shown.replaceChildren(image, h("p", {}, w("photo-kept")));
      };
      input.addEventListener("change", async () => {
        const [file] = input.files ?? [];
        if (!file) return;
        const bytes = await smaller(file).catch(() => null);
        if (!bytes) return say(w("photo-wrong"));
        at.photo = bytes;
        draw(bytes);
      });
      if (at.photo) draw(at.photo);
      else if (at.kept.photo) session.readPhoto(at.kept.id).then(draw, () => {});
      return [h("p", {}, w("photo-why")), h("div", { class: "ambil" }, input, label), shown];
    },
    wrong: () => null,
  },
  {
    key: "nik",
    body: ({ draft }) => {
      const told = h("p", { class: "baca", id: "nik-baca", role: "status" });
      const input = text(draft.nik, { inputmode: "numeric", maxlength: 20, class: "angka", id: "nik" }, (typed) =>
        set(typed.replace(/\D/g, "").slice(0, 16)));
      const grouped = (digits: string) => digits.replace(/^(.{6})(.)/, "$1 $2").replace(/^(.{13})(.)/, "$1 $2");
      const tell = () => {
        const found = readNik(draft.nik);
        const words = found.wrong ? w(found.wrong) : nik.spoken(found, sexes());
        told.textContent = words || w("nik-count", { n: draft.nik.length });
        told.classList.toggle("salah", !!found.wrong);
      };
      const set = (digits: string) => {
        draft.nik = digits;
        input.value = grouped(digits);
        tell();
      };
      set(draft.nik);
      return [
        field(w("nik-label"), input),
        told,
        keypad((digit) => set((draft.nik + digit).slice(0, 16)), () => set(draft.nik.slice(0, -1))),
      ];
    },
    wrong: async (at) => {
      const { draft } = at;
      if (draft.nik.length !== 16) return "nik-short";
      if (await ownTwin(at.kept.id, draft.nik)) return "nik-own";
      const { wrong, sure } = readNik(draft.nik);
      // A place that no list has may stand on a card all the same: whoever looked again goes on.
      if (wrong && !sure && at.sure !== draft.nik) {
        at.sure = draft.nik;
        return `${wrong}-again`;
      }
      return sure ? wrong : null;
    },
  },
  {
    key: "name",
    body: ({ draft }) => [
      field(w("name-label"), text(draft.name, { maxlength: 100, autocapitalize: "words", id: "nama" },
        (typed) => (draft.name = typed)), w("name-hint")),
    ],
    wrong: ({ draft }) => {
      draft.name = draft.name.replace(/\s+/g, " ").trim();
      if (/[\d<>=@{}[\]\\|]/.test(draft.name)) return "name-signs";
      return /\p{L}.*\p{L}/u.test(draft.name) ? null : "name-wrong";
    },
  },
  {
    key: "birth",
    body: ({ draft }) => {
      const parts = draft.birth ? draft.birth.split("-").reverse() : ["", "", ""];
      const set = () => {
        const [date, month, year] = parts.map((part) => part.trim());
        const whole = date && month && year;
        draft.birth = whole ? `${year!.padStart(4, "0")}-${month!.padStart(2, "0")}-${date!.padStart(2, "0")}` : "";
      };
      const part = (at: number, most: number) =>
        text(parts[at]!.replace(/^0+/, ""), { inputmode: "numeric", maxlength: most, class: "angka", id: `lahir-${at}` },
          (typed) => {
            parts[at] = typed.replace(/\D/g, "");
            set();
          });
      return [
        h("div", { class: "tanggal" }, field(w("birth-day"), part(0, 2)), field(w("birth-month"), part(1, 2)),
          field(w("birth-year"), part(2, 4))),
        h("p", { class: "bantu" }, w("birth-hint")),
      ];
    },
    wrong: ({ draft }) => {
      const [year, month, date] = birthOf(draft);
      // Nobody was born after the day that the office's calendar shows.
      const today = atOffice(Date.now());
      const isComing = Date.UTC(year, month - 1, date) > today.getTime();
      const isOld = year < today.getUTCFullYear() - 120;
      return !draft.birth || !nik.isDate(year, month, date) || isOld || isComing ? "birth-wrong" : null;
    },
  },
  {
    key: "sex",
    body: ({ draft }) => [
      choices("sex", [["L", w("sex-L")], ["P", w("sex-P")]], draft.sex, (sex) => (draft.sex = sex), "dua"),
    ],
    wrong: ({ draft }) => (draft.sex ? null : "sex-wrong"),
  },
  {
    key: "village",
    body: ({ draft }) => {
      const villages = packet()?.villages ?? [];
      if (villages.length === 0) return [h("p", {}, w("village-unknown"))];
      if (villages.length === 1) draft.village = villages[0]!.code;
      if (villages.length <= 8) {
        return [choices("village", villages.map((one) => [one.code, one.name]), draft.village,
          (code) => (draft.village = code))];
      }
      const pick = h("select", { id: "desa", onchange: () => (draft.village = pick.value) },
        h("option", { value: "" }, w("village-choose")),
        ...villages.map((one) => h("option", { value: one.code }, `${one.name} (${one.district})`)));
      pick.value = draft.village;
      return [field(w("village-label"), pick)];
    },
    wrong: ({ draft }) => (draft.village ? null : "village-wrong"),
  },
  {
    key: "address",
    body: ({ draft }) => [
      h("div", { class: "tanggal" },
        field("RT", text(draft.rt, { inputmode: "numeric", maxlength: 3, class: "angka", id: "rt" },
          (typed) => (draft.rt = typed.replace(/\D/g, "")))),
        field("RW", text(draft.rw, { inputmode: "numeric", maxlength: 3, class: "angka", id: "rw" },
          (typed) => (draft.rw = typed.replace(/\D/g, ""))))),
      field(w("address-label"), text(draft.address, { maxlength: 160, id: "alamat" }, (typed) => (draft.address = typed)),
        w("address-hint")),
    ],
    wrong: ({ draft }) => (draft.rt || draft.address.trim() ? null : "address-wrong"),
  },
  {
    key: "work",
    body: ({ draft }) => {
      const rank = (key: string) => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
      const all = [...(packet()?.occupations ?? [])];
      all.sort((one, other) => rank(one.key) - rank(other.key) || one.name.localeCompare(other.name, "id"));
      const label = (key: string, name: string) => h("span", { class: "kerja" }, picture(key), name);
      const word = /^[a-z_]+$/.test(draft.occupation) && all.some((one) => one.key === draft.occupation) ? "" : draft.occupation;
      const other = text(word, { maxlength: 60, id: "kerja-lain" }, (typed) => {
        if (typed.trim()) for (const input of document.querySelectorAll<HTMLInputElement>("input[name=work]")) input.checked = false;
        draft.occupation = typed.trim();
      });
      return [
        choices("work", all.map((one) => [one.key, label(one.key, one.name)]), draft.occupation, (key) => {
          draft.occupation = key;
          other.value = "";
        }, "gambar-gambar"),
        field(w("work-other"), other),
      ];
    },
    wrong: ({ draft }) => (draft.occupation ? null : "work-wrong"),
  },
  {
    key: "phone",
    body: ({ draft }) => [
      field(w("phone-label"), text(draft.phone, { inputmode: "tel", maxlength: 20, class: "angka", id: "telepon" },
        (typed) => (draft.phone = typed)), w("phone-hint")),
    ],
    wrong: ({ draft }) => {
      const digits = draft.phone.replace(/\D/g, "");
      return digits === "" || (digits.length >= 9 && digits.length <= 15) ? null : "phone-wrong";
    },
  },
  {
    key: "helper",
    body: ({ draft }) => {
      const named = field(w("helper-name"), text(draft.helper, { maxlength: 100, autocapitalize: "words", id: "penolong" },
        (typed) => (draft.helper = typed)));
      const tell = () => (named.hidden = !draft.relation);
      tell();
      const all: [string, string][] = [["", w("helper-none")]];
      all.push(...RELATIONS.map((one): [string, string] => [one, w(`helper-${one}`)]));
      return [choices("helper", all, draft.relation, (relation) => {
        draft.relation = relation;
        if (!relation) draft.helper = "";
        tell();
      }), named];
    },
    wrong: ({ draft }) => (draft.relation && !/\p{L}/u.test(draft.helper) ? "helper-wrong" : null),
  },
];

export const QUESTION_COUNT = QUESTIONS.length;

/** Begins a record. */
export function begin(done: () => void): void {
  const draft: Draft = {
    step: 0, consent: "", wording: packet()?.consent ?? document.body.dataset.naskah ?? "", nik: "", name: "", birth: "",
    sex: "", village: "", rt: "", rw: "", address: "", occupation: "", phone: "", relation: "", helper: "",
    apart: false, at_ms: Date.now(),
  };
  const kept: Kept = {
    id: newId(), rev: 0, state: "draft", at: Date.now(), key: null, sealed: null, answer: null, photo: false,
  };
  ask({ kept, draft, done });
}

/** Goes on with a record that is kept. */
export function resume(kept: Kept, draft: Draft, done: () => void): void {
  const at = { kept, draft, done };
  if (draft.step >= QUESTIONS.length) review(at);
  else ask(at);
}

/** Keeps what was answered so far; false when another tab was at it. */
async function keep(at: At, state: Kept["state"]): Promise<boolean> {
  const next = await session.write({ ...at.kept, state }, at.draft, at.photo ?? undefined).catch(() => null);
  if (!next) {
    say(w("unkept"));
    return false;
  }
  at.kept = next;
  delete at.photo;
  return true;
}

function ask(at: At): void {
  const question = QUESTIONS[at.draft.step]!;
  const progress = h("p", { class: "langkah" }, w("step", { n: at.draft.step + 1, all: QUESTIONS.length }));
  const trouble = h("p", { class: "salah", role: "alert", id: "salah" });
  const go = async () => {
    const wrong = await question.wrong(at);
    if (wrong) {
      trouble.textContent = w(wrong);
      trouble.scrollIntoView({ block: "nearest" });
      return;
    }
    at.draft.step += 1;
    if (!(await keep(at, "draft"))) {
      at.draft.step -= 1;
      return;
    }
    if (at.draft.step >= QUESTIONS.length) review(at);
    else ask(at);
  };
  const back = async () => {
    if (at.draft.step === 0) return at.done();
    at.draft.step -= 1;
    await keep(at, "draft");
    ask(at);
  };
  const form = h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); void go(); } },
    progress, ...question.body(at), trouble,
    h("div", { class: "kaki" }, button(w("back"), () => void back(), "kedua"), h("button", { type: "submit", id: "lanjut" }, w("next"))));
  show(`tanya-${question.key}`, w(`ask-${question.key}`), form);
}

/** What may be wrong though each answer is well made: the NIK and the answers disagree, or somebody is known. */
async function doubts({ kept, draft }: At): Promise<string[]> {
  const found = readNik(draft.nik);
  const words: string[] = [];
  const [year, month, date] = birthOf(draft);
  if (!nik.sameBirth(found, year, month, date) && found.birth) {
    words.push(w("doubt-birth", { nik: day(found.birth.year, found.birth.month, found.birth.date), said: day(year, month, date) }));
  }
  if (found.sex && draft.sex && found.sex !== draft.sex) words.push(w("doubt-sex"));
  if (await ownTwin(kept.id, draft.nik)) words.push(w("nik-own"));
  const known = session.opened()?.known;
  if (known && (await mayBeKnown(known, draft.nik, draft.name, draft.birth))) words.push(w("doubt-known"));
  return words;
}

function review(at: At): void {
  const { draft } = at;
  const along = packet();
  const village = along?.villages.find((one) => one.code === draft.village)?.name ?? draft.village;
  const work = along?.occupations.find((one) => one.key === draft.occupation)?.name ?? draft.occupation;
  const [year, month, date] = birthOf(draft);
  const street = [draft.address, draft.rt && `RT ${draft.rt}`, draft.rw && `RW ${draft.rw}`].filter(Boolean).join(" ");
  const helper = draft.relation ? `${draft.helper} (${w(`helper-${draft.relation}`)})` : w("helper-none");
  const said: [string, string][] = [
    ["consent", w(`consent-${draft.consent}`)], ["photo", at.kept.photo ? w("photo-there") : w("photo-none")],
    ["nik", draft.nik], ["name", draft.name], ["birth", draft.birth ? day(year, month, date) : ""],
    ["sex", draft.sex ? w(`sex-${draft.sex}`) : ""], ["village", village], ["address", street], ["work", work],
    ["phone", draft.phone], ["helper", helper],
  ];
  const change = (key: string) => async () => {
    draft.step = QUESTIONS.findIndex((question) => question.key === key);
    await keep(at, "draft");
    ask(at);
  };
  const rows = said.flatMap(([key, value]) => {
    const link = button(w("change"), () => void change(key)(), "ubah");
    link.setAttribute("aria-label", `${w("change")}: ${w(`short-${key}`)}`);
    return [h("dt", {}, w(`short-${key}`)), h("dd", {}, h("span", {}, value || "–"), link)];
  });
  const warning = h("div", { id: "ragu", role: "status" });
  const finish = async () => {
    if (await keep(at, "ready")) {
      say(w("kept"));
      at.done();
    }
  };
  const screen = show("periksa", w("review"), h("p", { class: "baca" }, w("review-lead")), warning, h("dl", {}, ...rows),
    h("div", { class: "kaki" }, button(w("later"), at.done, "kedua"), button(w("keep"), () => void finish(), "simpan")));
  void doubts(at).then((words) => {
    if (!isShown(screen) || words.length === 0) return;
    warning.replaceChildren(h("div", { class: "awas" }, h("h2", {}, w("doubts")), h("ul", {}, ...words.map((one) => h("li", {}, one)))));
  });
}

/** A photo made small enough to send from a village; nothing else that was in its file comes along. */
async function smaller(file: Blob): Promise<Bytes> {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, PHOTO_SIDE / Math.max(image.width, image.height));
  const canvas = h("canvas", { width: Math.round(image.width * scale), height: Math.round(image.height * scale) });
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  for (const quality of [0.75, 0.6, 0.45, 0.3]) {
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (blob && (blob.size <= PHOTO_BYTES || quality === 0.3)) return new Uint8Array(await blob.arrayBuffer());
  }
  throw new Error("photo");
}

