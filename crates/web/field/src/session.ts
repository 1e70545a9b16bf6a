// A session on this telephone: prepared once on-line, opened by a PIN, over after its hours. What is
// open is in memory alone: the key, the token and the packet.

import * as base from "./base.ts";
import type { Kept } from "./base.ts";
import * as seal from "./crypto.ts";
import type { Bytes } from "./crypto.ts";
import { ask, bearer } from "./net.ts";
import { split } from "./packet.ts";
import type { Along, Known, Packet } from "./packet.ts";
import { atOffice } from "./words.ts";

/** What a record says of somebody. */
export interface Draft {
  step: number;
  consent: string;
  wording: string;
  nik: string;
  name: string;
  birth: string;
  sex: string;
  village: string;
  rt: string;
  rw: string;
  address: string;
  occupation: string;
  phone: string;
  relation: string;
  helper: string;
  apart: boolean;
  at_ms: number;
}

export interface Open {
  key: CryptoKey;
  keyId: string;
  token: string;
  known: Known | null;
  /** What the key is kept by for the office. */
  by: base.Sealer;
  /** Of which signing in it is: another one has another salt. */
  mark: string;
}

/** Wrong PINs after which nothing opens here before somebody signs in. */
export const WRONG_MOST = 8;
const HOUR = 3_600_000;
/** Keys that the office opens in one go. */
const KEYS_AT_ONCE = 50;
/** Longer nobody waits to hear what the office's clock says. */
const CLOCK_WAITS_MS = 5_000;
const text = new TextDecoder();
const json = (bytes: Bytes): unknown => JSON.parse(text.decode(bytes));
const packed = (value: unknown): Bytes => seal.utf8(JSON.stringify(value));

let open: Open | null = null;
/** What can be written and not read: a key for records while nothing opens here. */
let blind: { key: CryptoKey; by: base.Sealer } | null = null;

let taken: Along | null = null;

export const opened = (): Open | null => open;
/** What is no secret of what this telephone took along. */
export const along = (): Along | null => taken;
export async function load(): Promise<base.Device | undefined> {
  const device = await tick();
  taken = device?.along ?? null;
  return device;
}

export const lock = (): void => {
  open = null;
};

/** The office's clock, as far as this telephone knows it; it never goes back. */
export const now = (device: base.Device): number => Math.max(Date.now(), device.latest) + device.skew;

/** Whether the clock of this telephone was put back. */
export const clockWentBack = (device: base.Device, at = Date.now()): boolean => at < device.latest - 10 * 60_000;

/** The office's clock was seen: what this one showed before says no more than that it was wrong. */
export function seen(device: base.Device, office_ms: number): void {
  device.latest = Date.now();
  device.skew = office_ms - device.latest;
}

/** Looks whether the hours are over or another tab closed this telephone; what is open then closes here too. */
export async function tick(): Promise<base.Device | undefined> {
  const before = await base.device();
  if (before?.pin && clockWentBack(before)) await askClock(before);
  // Read once: a clock that is put back between here and the end was not put back yet, and the office is
  // asked about it at the next look instead of nobody.
  const at = Date.now();
  const device = await base.setDevice((one) => {
    one.latest = Math.max(one.latest, at);
  });
  if (open && (!device?.pin || markOf(device.pin) !== open.mark)) open = null;
  if (blind && device?.id !== blind.by.device) blind = null;
  // Whoever puts the clock back wants more hours; whose clock was mended is told so by the office.
  if (device?.pin && (clockWentBack(device, at) || now(device) >= device.endsAt)) return shut("expired");
  return device;
}

const markOf = (pin: NonNullable<base.Device["pin"]>): string => seal.base64(pin.salt);

async function askClock(device: base.Device): Promise<void> {
  const told = await ask(`/lapangan/gawai/${device.id}`, {}, CLOCK_WAITS_MS).catch(() => null);
  const at_ms = told?.status === 200 ? told.at_ms : null;
  if (at_ms !== null) await base.setDevice((one) => seen(one, at_ms));
}

/** Nothing opens here any more before somebody signs in; what was not sent stays, closed. */
export async function shut(why: base.Device["shut"]): Promise<base.Device | undefined> {
  open = null;
  return base.setDevice((device) => {
    Object.assign(device, { pin: null, token: null, packet: null, shut: why });
  });
}

export interface Start {
  csrf: string;
  agents: { code: string; place: string }[];
  programmes: { code: string; name: string }[];
}

export const start = () => ask<Start>("/lapangan/awal");

interface PreparedBody {
  token: string;
  ends_at_ms: number;
  now_ms: number;
  office: string;
  keys?: string[];
  pesan?: string;
  title?: string;
  detail?: string;
}

/** Prepares this telephone, or signs it in anew under a new PIN; what went wrong in words, or nothing. */
export async function prepare(
  asked: { csrf: string; agent: string; programme: string; label: string; pin: string },
): Promise<string | null> {
  const before = await base.device();
  const id = before?.id ?? seal.newId();
  // The key at work goes first: what it seals stays open, whatever becomes of the others.
  const current = before?.pin?.key;
  const closed = (await base.keys()).sort((one, other) => Number(other.id === current) - Number(one.id === current));
  const signIn = (keys: base.Closed[]) =>
    ask<PreparedBody>("/lapangan/gawai", {
      method: "POST",
      headers: { "content-type": "application/json", "x-csrf": asked.csrf },
      body: JSON.stringify({
        device: id,
        agent: asked.agent,
        programme: asked.programme,
        label: asked.label,
        keys: keys.map((key) => seal.base64(key.closed)),
      }),
    });
  let along = closed.slice(0, KEYS_AT_ONCE);
  let told = await signIn(along);
  // A damaged key keeps nobody out: the first goes alone, or none, and the others are asked for afterwards.
  for (let most = 1; isUnfit(told) && along.length > 0; most = 0) {
    along = along.slice(0, most);
    told = await signIn(along);
  }
  const { status, body } = told;
  if (status !== 200) return body?.detail ?? body?.title ?? String(status);
  const office = seal.unbase64(body.office);
  const old = (body.keys ?? []).map((key, at) => ({ id: along[at]!.id, bytes: seal.unbase64(key) }));
  const main = old[0] ?? { id: seal.newId(), bytes: seal.random(32) };
  const key = await seal.keyOf(main.bytes);
  const by = { device: id, closed: { id: main.id, closed: await seal.closeForOffice(main.bytes, office) } };
  await gather(old.slice(1), { id: main.id, key, by });
  const salt = seal.random(16);
  const pinKey = await seal.keyOfPin(asked.pin, salt, seal.ROUNDS);
  const device: base.Device = {
    name: "device",
    id,
    label: asked.label,
    office,
    pin: { salt, rounds: seal.ROUNDS, closed: await seal.seal(pinKey, main.bytes, "pin"), key: main.id },
    token: await seal.seal(key, seal.utf8(body.token), "token"),
    packet: null,
    along: before?.along ?? null,
    packetAt: 0,
    endsAt: body.ends_at_ms,
    skew: body.now_ms - Date.now(),
    latest: Date.now(),
    wrong: 0,
    waitUntil: 0,
    sentAt: before?.sentAt ?? 0,
    shut: "",
  };
  await base.act(["device", "keys"], "readwrite", (store) => {
    store("device").put(device);
    store("keys").put(by.closed);
  });
  blind = null;
  open = { key, keyId: main.id, token: body.token, known: null, by, mark: seal.base64(salt) };
  await openRest(asked.csrf, closed.slice(along.length), { id: main.id, key, by }).catch(() => {});
  await fetchPacket();
  await navigator.storage?.persist?.();
  return null;
}

/** Whether the office could not open one of the keys. */
const isUnfit = (told: { status: number; body: unknown }): boolean =>
  told.status !== 200 && (told.body as { kode?: string } | null)?.kode === "FIELD_KEY_UNFIT";

/**
 * Has the keys opened that did not go along with the first asking. Keys of which one is damaged are asked for in halves,
 * until it is alone; what cannot be opened now stays, closed.
 */
async function openRest(csrf: string, closed: base.Closed[], main: Main): Promise<void> {
  const waiting: base.Closed[][] = [];
  for (let at = 0; at < closed.length; at += KEYS_AT_ONCE) waiting.push(closed.slice(at, at + KEYS_AT_ONCE));
  for (let some = waiting.shift(); some; some = waiting.shift()) {
    const ids = some.map((key) => key.id);
    const told = await ask<{ keys: string[] }>("/lapangan/gawai/kunci", {
      method: "POST",
      headers: { "content-type": "application/json", "x-csrf": csrf },
      body: JSON.stringify({ device: main.by.device, keys: some.map((key) => seal.base64(key.closed)) }),
    });
    if (told.status === 200) {
      await gather(told.body.keys.map((key, at) => ({ id: ids[at]!, bytes: seal.unbase64(key) })), main);
    } else if (!isUnfit(told)) {
      return;
    } else if (some.length > 1) {
      const half = some.length >> 1;
      waiting.unshift(some.slice(0, half), some.slice(half));
    }
  }
}

/** How many records are closed by a key that is not open here: nothing of them can be sent. */
export const closedAway = (all: Kept[]): number =>
  all.filter((one) => one.sealed && open && one.key !== open.keyId).length;

/** The key of this telephone. */
interface Main {
  id: string;
  key: CryptoKey;
  by: base.Sealer;
}

/** Puts what was sealed under other keys under the one of this telephone. */
async function gather(others: { id: string; bytes: Bytes }[], main: Main): Promise<void> {
  if (others.length === 0) return;
  // Photos are looked at once, and not again for each key.
  const photoKeys = new Map((await base.photos()).map((photo) => [photo.id, photo.key]));
  for (const other of others) await gatherOf(other, main, photoKeys);
}

async function gatherOf(
  other: { id: string; bytes: Bytes },
  main: Main,
  photoKeys: Map<string, string>,
): Promise<void> {
  const key = await seal.keyOf(other.bytes);
  const again = async (sealed: Bytes, name: string) => seal.seal(main.key, await seal.open(key, sealed, name), name);
  for (const one of await base.records()) {
    const isOf = one.key === other.id && !!one.sealed;
    const photo = photoKeys.get(one.id) === other.id ? await base.photo(one.id) : undefined;
    const hasPhotoOf = photo?.key === other.id;
    if (!isOf && !hasPhotoOf) continue;
    // What is damaged stays as it is under its key, the record or its photo, and keeps no other waiting.
    const opened = (sealed: Bytes, name: string) => again(sealed, name).catch(() => null);
    const record = isOf ? await opened(one.sealed!, one.id) : null;
    const image = hasPhotoOf ? await opened(photo.sealed, `${one.id} photo`) : null;
    if (!record && !image) continue;
    const next = { ...one, rev: one.rev + 1 };
    if (record) Object.assign(next, { key: main.id, sealed: record });
    await base.keep(next, one.rev, main.by, image ? { id: one.id, key: main.id, sealed: image } : undefined);
  }
  // What another tab wrote meanwhile waits for the next time, and its key with it.
  await base.dropKey(other.id);
}

/** What came of a PIN. */
export type Tried = "open" | "wrong" | "wait" | "shut";

export async function unlock(pin: string): Promise<Tried> {
  const device = await tick();
  if (!device?.pin) return "shut";
  if (Date.now() < device.waitUntil) return "wait";
  // The try is counted before it is made, so that a killed tab counts too.
  await base.setDevice((one) => {
    one.wrong += 1;
    one.waitUntil = one.wrong >= 4 ? Date.now() + 15_000 * 2 ** (one.wrong - 4) : 0;
  });
  try {
    const pinKey = await seal.keyOfPin(pin, device.pin.salt, device.pin.rounds);
    const bytes = await seal.open(pinKey, device.pin.closed, "pin");
    const key = await seal.keyOf(bytes);
    const token = device.token ? text.decode(await seal.open(key, device.token, "token")) : "";
    const known = device.packet ? (json(await seal.open(key, device.packet, "packet")) as Known) : null;
    const closed = (await base.keys()).find((one) => one.id === device.pin!.key);
    if (!closed) throw new Error("no key");
    const by = { device: device.id, closed };
    open = { key, keyId: closed.id, token, known, by, mark: markOf(device.pin) };
    await base.setDevice((one) => {
      one.wrong = 0;
      one.waitUntil = 0;
    });
    return "open";
  } catch {
    if (device.wrong + 1 < WRONG_MOST) return "wrong";
    await shut("wrong-pin");
    return "shut";
  }
}

/** Fetches what this telephone takes along, when the office can be reached; how that was answered. */
export async function fetchPacket(): Promise<number> {
  if (!open) return 0;
  const mine = open;
  const { status, body } = await ask<Packet>("/api/lapangan/paket", { credentials: "omit", headers: bearer(mine.token) });
  if (status !== 200) return status;
  const [found, known] = split(body);
  mine.known = known;
  taken = found;
  const sealed = await seal.seal(mine.key, packed(known), "packet");
  await base.setDevice((device) => {
    device.along = found;
    device.packetAt = Date.now();
    if (device.pin) device.packet = sealed;
  });
  return status;
}

/** Whether a packet is so old that it is fetched anew. */
export const isPacketOld = (device: base.Device): boolean => Date.now() - device.packetAt > HOUR;

/** The key under which something new is kept: the open one or, while nothing opens, one for the office. */
async function writing(): Promise<{ key: CryptoKey; by: base.Sealer }> {
  if (open) return open;
  if (blind) return blind;
  const device = await base.device();
  if (!device) throw new Error("no device");
  const bytes = seal.random(32);
  const closed = { id: seal.newId(), closed: await seal.closeForOffice(bytes, device.office) };
  blind = { key: await seal.keyOf(bytes), by: { device: device.id, closed } };
  return blind;
}

/** What a record says; nothing where it does not open now. */
export async function read(one: Kept): Promise<Draft | null> {
  const by = open && one.key === open.keyId ? open.key : blind && one.key === blind.by.closed.id ? blind.key : null;
  if (!by || !one.sealed) return null;
  return json(await seal.open(by, one.sealed, one.id)) as Draft;
}

export async function readPhoto(id: string): Promise<Bytes | null> {
  const photo = await base.photo(id);
  if (!photo || !open || photo.key !== open.keyId) return null;
  return seal.open(open.key, photo.sealed, `${id} photo`);
}

/** Keeps a record, with a photo when there is a new one; nothing when another tab changed it meanwhile. */
export async function write(one: Kept, draft: Draft, photo?: Bytes | null): Promise<Kept | null> {
  const { key, by } = await writing();
  const sealed = await seal.seal(key, packed(draft), one.id);
  const before = one.rev === 0 ? null : one.rev;
  const next: Kept = { ...one, rev: one.rev + 1, key: by.closed.id, sealed };
  if (photo === undefined) return (await base.keep(next, before, by)) ? next : null;
  next.photo = photo !== null;
  const kept = photo && { id: one.id, key: by.closed.id, sealed: await seal.seal(key, photo, `${one.id} photo`) };
  return (await base.keep(next, before, by, kept)) ? next : null;
}

/**
 * What was not sent, as a file that the office alone opens; a PIN is not needed for it. What nobody has
 * finished stands apart, so that it is not lost and not taken in as if somebody had.
 */
export async function exported(): Promise<{ name: string; blob: Blob; records: number; drafts: number } | null> {
  const device = await base.device();
  if (!device) return null;
  const all = await base.records();
  const isDraft = (one: Kept) => one.state === "draft";
  const drafts = new Set(all.filter(isDraft).map((one) => one.id));
  const photos = await base.photos();
  const closed = (await base.keys()).map((key) => ({ id: key.id, closed: seal.base64(key.closed) }));
  const sealed = (id: string, key: string, bytes: Bytes, name: string) =>
    ({ id, key, name, sealed: seal.base64(bytes) });
  const records = (some: Kept[]) =>
    some.filter((one) => one.sealed).map((one) => sealed(one.id, one.key!, one.sealed!, one.id));
  const pictures = (some: base.Photo[]) => some.map((one) => sealed(one.id, one.key, one.sealed, `${one.id} photo`));
  const file = {
    "payung-lapangan": 1,
    device: device.id,
    exported_at_ms: Date.now(),
    keys: closed,
    records: records(all.filter((one) => !isDraft(one))),
    photos: pictures(photos.filter((one) => !drafts.has(one.id))),
    drafts: records(all.filter(isDraft)),
    draft_photos: pictures(photos.filter((one) => drafts.has(one.id))),
  };
  const day = atOffice(Date.now()).toISOString().slice(0, 10);
  const blob = new Blob([JSON.stringify(file)], { type: "application/json" });
  return { name: `payung-lapangan-${day}.json`, blob, records: file.records.length, drafts: file.drafts.length };
}
