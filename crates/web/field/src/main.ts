// The field app: people are registered where there is no network, and sent when there is one.

import * as base from "./base.ts";
import type { Kept } from "./base.ts";
import * as session from "./session.ts";
import { refusal, send, stand } from "./sync.ts";
import { button, choices, field, h, isShown, keypad, say, show, text } from "./view.ts";
import { begin, resume } from "./wizard.ts";
import { megabytes, time, w } from "./words.ts";

const PIN_DIGITS = 6;
const HOUR = 3_600_000;
const LOCKS_AFTER = 5 * 60_000;
const ROOM_FEW = 50 << 20;
let leftAt = 0;
let sending = false;
let looking = false;
/** How this telephone stood when `home` was shown last. */
let shown = "";

const standing = (device: base.Device | undefined): string =>
  !device ? "new" : !device.pin ? `shut ${device.shut}` : session.opened() ? "open" : "locked";
const layer = () => document.querySelector<HTMLElement>("#lapangan")?.dataset.layar ?? "";

/** The first screen that fits: prepare, open, or what is to be done. */
async function home(): Promise<void> {
  const device = await session.load();
  shown = standing(device);
  if (!device) return prepareScreen();
  if (!device.pin) return shutScreen(device);
  if (!session.opened()) return lockScreen(device);
  await desk(device);
}

const go = (does: () => Promise<void>) => () => void does().catch(() => say(w("failed")));

// ---- Preparing.

async function prepareScreen(): Promise<void> {
  const screen = show("siapkan", w("prepare"), h("p", {}, w("prepare-lead")), h("p", { role: "status" }, w("asking")));
  const told = await session.start().catch(() => null);
  if (!isShown(screen)) return;
  const here = location.pathname + location.search;
  const again = button(w("again"), go(home), "kedua");
  if (!told) {
    show("siapkan", w("prepare"), h("p", {}, w("prepare-lead")), h("p", { class: "awas" }, w("prepare-away")), again);
    return;
  }
  if (told.status !== 200) {
    const words = told.status === 401 ? w("prepare-login") : ((told.body as { detail?: string })?.detail ?? w("prepare-not"));
    const door = h("a", { class: "tombol-utama", href: `/masuk?lanjut=${encodeURIComponent(here)}` }, w("login"));
    show("siapkan", w("prepare"), h("p", {}, w("prepare-lead")), h("p", { class: "awas" }, words),
      told.status === 401 ? door : again);
    return;
  }
  prepareForm(told.body);
}

function prepareForm(start: session.Start): void {
  const said = { agent: start.agents[0]?.code ?? "", programme: start.programmes[0]?.code ?? "", label: "", pin: "", twice: "" };
  const trouble = h("p", { class: "salah", role: "alert" });
  const pin = (which: "pin" | "twice", label: string) =>
    field(label, text("", { type: "password", inputmode: "numeric", maxlength: PIN_DIGITS, class: "angka", id: which },
      (typed) => (said[which] = typed)), which === "pin" ? w("pin-hint") : "");
  const done = async () => {
    const weak = /^(\d)\1*$/.test(said.pin) || "0123456789 9876543210".includes(said.pin);
    if (!new RegExp(`^\\d{${PIN_DIGITS}}$`).test(said.pin)) return wrong(w("pin-short"));
    if (weak) return wrong(w("pin-weak"));
    if (said.pin !== said.twice) return wrong(w("pin-differs"));
    if (!said.programme) return wrong(w("programme-none"));
    trouble.textContent = "";
    say(w("preparing"));
    const failed = await session.prepare({ ...said, label: said.label.trim() || w("label-usual"), csrf: start.csrf })
      .catch(() => w("prepare-away"));
    if (failed) return wrong(failed);
    say("");
    await home();
    void deliver();
  };
  const wrong = (words: string) => {
    say("");
    trouble.textContent = words;
  };
  const agents = start.agents.length > 1 &&
    field(w("agent"), choices("agent", start.agents.map((one) => [one.code, `${one.code} · ${one.place}`]), said.agent,
      (code) => (said.agent = code)));
  show("siapkan", w("prepare"), h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); void done(); } },
    agents,
    h("fieldset", {}, h("legend", {}, w("programme")),
      choices("programme", start.programmes.map((one) => [one.code, one.name]), said.programme, (code) => (said.programme = code))),
    field(w("label"), text("", { maxlength: 40, id: "sebutan" }, (typed) => (said.label = typed)), w("label-hint")),
    pin("pin", w("pin-new")), pin("twice", w("pin-twice")),
    trouble, h("button", { type: "submit", id: "siapkan" }, w("prepare-do"))));
}

// ---- Opening.

function lockScreen(device: base.Device): void {
  let typed = "";
  const dots = h("p", { class: "titik", "aria-hidden": true });
  const input = text("", { type: "password", inputmode: "numeric", maxlength: PIN_DIGITS, class: "unseen-input", id: "pin" },
    (value) => set(value.replace(/\D/g, "")));
  const trouble = h("p", { class: "salah", role: "alert" });
  const set = (next: string) => {
    typed = next.slice(0, PIN_DIGITS);
    input.value = typed;
    dots.textContent = "●".repeat(typed.length) + "○".repeat(PIN_DIGITS - typed.length);
    if (typed.length === PIN_DIGITS) void attempt();
  };
  const attempt = async () => {
    const pin = typed;
    set("");
    trouble.textContent = w("opening");
    const tried = await session.unlock(pin);
    if (tried === "open") {
      await home();
      void deliver();
    } else if (tried === "shut") {
      await home();
    } else if (tried === "wrong") {
      const now = await base.device();
      trouble.textContent = w("pin-wrong", { n: session.WRONG_MOST - (now?.wrong ?? 0) });
    } else {
      const now = await base.device();
      trouble.textContent = w("pin-wait", { n: Math.ceil(((now?.waitUntil ?? 0) - Date.now()) / 1000) });
    }
  };
  show("kunci", w("locked"), h("p", {}, device.label), field(w("pin"), input), dots, trouble,
    keypad((digit) => set(typed + digit), () => set(typed.slice(0, -1))),
    h("p", {}, button(w("pin-forgot"), go(() => prepareScreen()), "kedua")), exportPart());
  set("");
}

function shutScreen(device: base.Device): void {
  const words = { expired: "shut-expired", "wrong-pin": "shut-pin", ended: "shut-ended", "": "shut-expired" }[device.shut];
  const may = device.shut !== "ended";
  show("tutup", w("shut"), h("p", { class: "awas" }, w(words)),
    session.clockWentBack(device) && h("p", { class: "awas" }, w("warn-clock-back")),
    may && button(w("shut-login"), go(() => prepareScreen())),
    may && button(w("register"), () => begin(go(home)), "kedua"),
    may && h("p", { class: "bantu" }, w("shut-blind")),
    exportPart(), wipePart());
}

// ---- What is to be done.

/** Bytes that may still be kept here; nothing where the browser does not say. */
async function roomLeft(): Promise<number | null> {
  const estimate = await navigator.storage?.estimate?.().catch(() => null);
  return estimate?.quota === undefined ? null : Math.max(0, estimate.quota - (estimate.usage ?? 0));
}

async function desk(device: base.Device): Promise<void> {
  const all = await base.records();
  const counted = base.counts(all);
  const left = Math.max(0, device.endsAt - session.now(device));
  const state = [
    w("state-hours", { n: Math.floor(left / HOUR) }),
    device.sentAt ? w("state-sent", { at: time(device.sentAt) }) : w("state-never"),
  ];
  const closed = session.closedAway(all);
  const warnings = [
    closed > 0 && w("warn-closed", { n: closed }),
    left < 12 * HOUR && w("warn-hours"),
    Math.abs(device.skew) > 10 * 60_000 && w("warn-clock", { n: Math.round(Math.abs(device.skew) / 60_000) }),
    !device.packet && w("warn-packet"),
  ].filter((one): one is string => !!one);
  const room = await roomLeft();
  if (room !== null) state.push(w("state-room", { n: megabytes(room) }));
  if (room !== null && room < ROOM_FEW) warnings.push(w("warn-room"));
  const along = session.along();
  const tile = (label: string, count: number, does: () => void, kind: string) => {
    const made = button(label, does, `petak ${kind}`);
    made.append(h("span", { class: "jumlah" }, String(count)));
    return made;
  };
  show("meja", w("home"),
    h("p", { class: "siap", role: "status" }, h("span", { "aria-hidden": true }, "✓ "), w("ready-offline")),
    ...warnings.map((one) => h("p", { class: "awas" }, one)),
    closed > 0 && button(w("shut-login"), go(() => prepareScreen()), "kedua"),
    button(w("register"), () => begin(go(home)), "utama"),
    h("div", { class: "petak-petak", id: "antrean", "data-siap": counted.ready, "data-tugas": counted.tasks, "data-foto": counted.photos, "data-draf": counted.draft },
      tile(w("outbox"), counted.ready + counted.draft, go(() => list("outbox")), ""),
      tile(w("tasks"), counted.tasks, go(() => list("tasks")), counted.tasks ? "perlu" : ""),
      tile(w("done"), all.filter((one) => one.state === "done").length, go(() => list("done")), "")),
    button(w("send"), () => void deliver(true), "kedua"),
    h("p", { class: "bantu" }, state.join(" · ")),
    h("p", { class: "bantu" }, along ? `${along.territory} · ${along.programme_name}` : ""),
    along && along.card_days.length > 0 && h("section", {}, h("h2", {}, w("cards")),
      h("ul", {}, ...along.card_days.map((one) => h("li", {}, h("a", { href: `/kartu/hari/${one.id}/serah` }, one.name))))),
    button(w("settings"), go(settings), "kedua"));
}

async function list(which: "outbox" | "tasks" | "done"): Promise<void> {
  const states = { outbox: ["draft", "ready"], tasks: ["failed", "duplicate", "returned"], done: ["done"] }[which];
  const found = (await base.records()).filter((one) => states.includes(one.state));
  const rows: HTMLElement[] = [];
  for (const one of found) {
    const draft = await session.read(one);
    const name = draft ? draft.name || w("no-name") : w("no-content");
    const line = [w(`state-${one.answer?.said === "conflict" ? "conflict" : one.state === "done" ? one.answer?.standing ?? "done" : one.state}`), time(one.at)];
    if (one.photo) line.push(w("photo-waits"));
    const open = draft ? button(name, () => which === "tasks" ? task(one, draft) : resume(one, draft, go(home)), "baris") : h("span", { class: "baris" }, name);
    rows.push(h("li", {}, open, h("span", { class: "bantu" }, line.join(" · "))));
  }
  show(which, w(which), rows.length ? h("ul", { class: "daftar" }, ...rows) : h("p", {}, w(`${which}-empty`)),
    which === "done" && h("p", { class: "bantu" }, w("done-note")),
    button(w("back"), go(home), "kedua"));
}

/** What the office asks about a record: answered while the agent still remembers. */
function task(one: Kept, draft: session.Draft): void {
  const words = (one.answer?.words ?? []).map((word) => h("li", { "data-kode": word.code }, word.text));
  const mayBeTwin = one.state === "duplicate" && (one.answer?.words ?? []).some((word) => word.code === "SAME_PERSON_OTHER_NIK");
  const apart = async () => {
    const kept = await session.write({ ...one, state: "ready" }, { ...draft, apart: true });
    say(w(kept ? "kept" : "unkept"));
    await home();
  };
  const away = async () => {
    if (!confirm(w("drop-sure"))) return;
    await base.drop(one.id);
    await home();
  };
  show("tugas", draft.name || w("no-name"), h("p", { class: "awas" }, w(`state-${one.state}`)), h("ul", {}, ...words),
    button(w("task-mend"), () => resume(one, { ...draft, step: 99 }, go(home))),
    mayBeTwin && button(w("task-two"), go(apart), "kedua"),
    button(one.state === "duplicate" ? w("task-same") : w("task-drop"), go(away), "kedua"),
    button(w("back"), go(() => list("tasks")), "kedua"));
}

/** Sends what waits, and says what came of it. */
async function deliver(aloud = false): Promise<void> {
  if (sending) return;
  if (!aloud && !session.opened()) return look();
  const counted = base.counts(await base.records());
  const device = await base.device();
  if (!aloud && counted.ready + counted.photos === 0 && device && !session.isPacketOld(device) && device.packet) return look();
  sending = true;
  if (aloud) say(w("sending"));
  const came = await send().finally(() => (sending = false));
  const after = base.counts(await base.records());
  if (came === "wiped") location.reload();
  else if (came === "refused") say(refusal);
  else if (came !== "nothing" || aloud) say(w(`came-${came}`, { n: after.ready, tasks: after.tasks }));
  if (layer() === "meja" || came === "shut") await home();
}

/** Hears what the office told this telephone, also where nothing is open or nothing is to be sent. */
async function look(): Promise<void> {
  if (looking) return;
  looking = true;
  const came = await stand().catch(() => "nothing").finally(() => (looking = false));
  if (came === "wiped") location.reload();
  else await follow();
}

/** Shows what fits when this telephone was closed, opened or emptied, by the office or in another tab. */
async function follow(): Promise<void> {
  const now = standing(await session.tick());
  if (now !== shown && (shown === "open" || now === "new" || ["kunci", "tutup"].includes(layer()))) await home();
}

// ---- Settings.

async function settings(): Promise<void> {
  const estimate = await navigator.storage?.estimate?.().catch(() => null);
  const room = (await roomLeft()) ?? 0;
  const isKept = await navigator.storage?.persisted?.().catch(() => false);
  const used = estimate?.usage ?? 0;
  const persist = async () => {
    await navigator.storage?.persist?.();
    await settings();
  };
  show("setelan", w("settings"),
    h("p", { class: "awas" }, w("warn-clear")),
    h("dl", {}, h("dt", {}, w("storage-used")), h("dd", {}, w("megabytes", { n: megabytes(used) })),
      h("dt", {}, w("storage-left")), h("dd", { class: room < ROOM_FEW ? "salah" : "" }, w("megabytes", { n: megabytes(room) })),
      h("dt", {}, w("storage-kept")), h("dd", {}, isKept ? w("yes") : w("storage-may-go"))),
    !isKept && button(w("storage-ask"), go(persist), "kedua"),
    exportPart(), button(w("lock"), () => { session.lock(); void home(); }, "kedua"), wipePart(), button(w("back"), go(home), "kedua"));
}

function exportPart(): HTMLElement {
  const save = async () => {
    const file = await session.exported();
    if (!file || file.records + file.drafts === 0) return say(w("export-empty"));
    const address = URL.createObjectURL(file.blob);
    h("a", { href: address, download: file.name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    say([w("exported", { n: file.records }), file.drafts && `${w("state-draft")}: ${file.drafts}`].filter(Boolean).join(" "));
  };
  return h("section", {}, h("h2", {}, w("export")), h("p", { class: "bantu" }, w("export-why")),
    button(w("export-do"), go(save), "kedua"));
}

function wipePart(): HTMLElement {
  const wipe = async () => {
    const counted = base.counts(await base.records());
    const lost = counted.ready + counted.draft + counted.tasks;
    if (!confirm(lost ? w("wipe-lost", { n: lost }) : w("wipe-sure"))) return;
    session.lock();
    await base.wipe();
    await home();
  };
  return h("section", {}, h("h2", {}, w("wipe")), button(w("wipe-do"), go(wipe), "bahaya"));
}

// ---- What happens by itself.

async function begins(): Promise<void> {
  if (!window.indexedDB || !crypto.subtle) {
    show("tidak", w("unfit"), h("p", {}, w("unfit-why")));
    return;
  }
  await home();
  void deliver().catch(() => {});
  if ("serviceWorker" in navigator) {
    await navigator.serviceWorker.register("/lapangan-luring.js", { scope: "/lapangan" }).catch(() => {});
    await navigator.serviceWorker.ready;
    document.documentElement.dataset.luring = "ya";
  }
}

window.addEventListener("online", () => void deliver().catch(() => {}));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") leftAt = Date.now();
  else if (leftAt && Date.now() - leftAt > LOCKS_AFTER && session.opened()) {
    session.lock();
    void home();
  } else void deliver();
});
setInterval(() => void follow().catch(() => {}), 20_000);
setInterval(() => void deliver().catch(() => {}), 60_000);
begins().catch(() => say(w("failed")));
