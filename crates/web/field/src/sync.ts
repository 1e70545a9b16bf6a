// Sends what waits. One tab sends at a time; what was sent and not answered is sent again, and the office
// knows it by its number. What the office has is forgotten here.

import * as base from "./base.ts";
import type { Answer, Kept, State } from "./base.ts";
import { ask, bearer } from "./net.ts";
import * as session from "./session.ts";
import type { Draft } from "./session.ts";

/** Records in one go, as the office takes them. */
const BATCH = 100;

export type Sent = "sent" | "nothing" | "away" | "busy" | "shut" | "wiped" | "locked" | "refused";

interface Said {
  answers: {
    id: string | null;
    said: string;
    standing: string | null;
    words: { code: string; text: string }[];
  }[];
  now_ms: number;
}

/** What is sent of a record. */
function told(one: Kept, draft: Draft): Record<string, unknown> {
  const { step: _, birth, ...rest } = draft;
  return { id: one.id, ...rest, birth };
}

/** Where a record stands after an answer. */
function stateAfter(answer: Said["answers"][number]): State {
  if (answer.said === "conflict") return "done";
  switch (answer.standing) {
    case "duplicate":
      return "duplicate";
    case "returned":
      return "returned";
    case null:
      return "failed";
    default:
      return "done";
  }
}

async function take(answer: Said["answers"][number], sent: Map<string, Kept>): Promise<void> {
  const one = answer.id ? sent.get(answer.id) : undefined;
  if (!one) return;
  const state = stateAfter(answer);
  const said: Answer = { said: answer.said, standing: answer.standing, words: answer.words, at: Date.now() };
  const next: Kept = { ...one, rev: one.rev + 1, state, answer: said };
  if (state === "done") Object.assign(next, { sealed: null, key: null });
  // Whoever changed it meanwhile has something else to send: the office says what comes of that. A photo
  // that the office has may be an older one: this one goes when it was answered itself.
  await base.keep(next, one.rev, null);
}

/** Why the office knows this telephone no more, and what follows from it. */
async function unknownNow(open: session.Open): Promise<Sent> {
  await session.tick();
  // Somebody signed in from another tab: that is another token.
  if (session.opened() !== open) return "locked";
  const came = await stand();
  if (came === "nothing") await session.shut("expired");
  return came === "wiped" ? came : "shut";
}

/** Asks how this telephone stands, which needs nothing that is closed, and does what the office told it to. */
export async function stand(): Promise<"wiped" | "shut" | "nothing"> {
  const device = await base.device();
  if (!device) return "nothing";
  const { status, body } = await ask<{ state: string } | null>(`/lapangan/gawai/${device.id}`);
  const state = status === 200 ? body?.state : "";
  if (state === "wiped") {
    session.lock();
    await base.wipe();
    return "wiped";
  }
  if (state !== "ended") return "nothing";
  if (device.shut !== "ended") await session.shut("ended");
  return "shut";
}

async function sendRecords(open: session.Open): Promise<Sent> {
  let came: Sent = "nothing";
  const done = new Set<string>();
  for (;;) {
    const waiting = (await base.records()).filter((one) => one.state === "ready" && !done.has(one.id));
    const batch = waiting.reverse().slice(0, BATCH);
    if (batch.length === 0) return came;
    const sent = new Map<string, Kept>();
    const rows: unknown[] = [];
    for (const one of batch) {
      done.add(one.id);
      const draft = await session.read(one);
      if (!draft) continue;
      sent.set(one.id, one);
      rows.push({ record: JSON.stringify(told(one, draft)) });
    }
    if (rows.length === 0) continue;
    const { status, body } = await ask<Said & { detail?: string; kode?: string }>("/api/lapangan/kirim", {
      method: "POST",
      credentials: "omit",
      headers: { ...bearer(open.token), "content-type": "application/json" },
      body: JSON.stringify({ now_ms: String(Date.now()), records: rows }),
    });
    if (status === 401) return unknownNow(open);
    if (status === 503 || status === 429) return "busy";
    if (status !== 200) {
      refusal = body?.detail ?? String(status);
      return "refused";
    }
    for (const answer of body.answers) await take(answer, sent);
    await base.setDevice((device) => {
      session.seen(device, body.now_ms);
      device.sentAt = Date.now();
    });
    came = "sent";
  }
}

/** Why the office refused all of it, in its own words. */
export let refusal = "";

/** What the office says of a photo that it will never take. */
const NEVER = ["FIELD_PHOTO_LARGE", "FIELD_PHOTO_UNFIT", "FIELD_RECORD_FORGOTTEN", "FIELD_RECORD_UNKNOWN"];

async function sendPhotos(open: session.Open): Promise<Sent> {
  const waiting = (await base.records()).filter(base.sendsPhoto);
  let came: Sent = waiting.length ? "sent" : "nothing";
  for (const one of waiting) {
    const photo = await session.readPhoto(one.id);
    if (!photo) continue;
    const { status, body } = await ask<{ kode?: string } | null>("/api/lapangan/foto/" + one.id, {
      method: "POST",
      credentials: "omit",
      headers: { ...bearer(open.token), "content-type": "application/octet-stream" },
      body: photo,
    }, 120_000);
    if (status === 401) return unknownNow(open);
    if ([429, 502, 503, 504].includes(status)) return "busy";
    // A photo that the office cannot take is of no use here either; any other fault may pass.
    if (status === 200 || NEVER.includes(body?.kode ?? "")) {
      await base.keep({ ...one, rev: one.rev + 1, photo: false }, one.rev, null, null);
    } else came = "busy";
  }
  return came;
}

/** Sends everything that waits; another tab that sends already does it alone. */
export async function send(): Promise<Sent> {
  const open = session.opened();
  if (!open) return "locked";
  const work = async (): Promise<Sent> => {
    try {
      const came = await sendRecords(open);
      if (came !== "sent" && came !== "nothing") return came;
      const photos = await sendPhotos(open);
      if (photos !== "sent" && photos !== "nothing") return photos;
      const device = await base.device();
      if (device && session.isPacketOld(device) && (await session.fetchPacket()) === 401) return unknownNow(open);
      return came === "sent" ? came : photos;
    } catch {
      return "away";
    }
  };
  if (!navigator.locks) return work();
  return navigator.locks.request("payung-lapangan", { ifAvailable: true }, async (lock): Promise<Sent> =>
    lock ? work() : "busy",
  );
}

/** Whether this number stands in another record of this telephone. */
export async function ownTwin(id: string, nik: string): Promise<boolean> {
  if (nik.length !== 16) return false;
  for (const one of await base.records()) {
    if (one.id === id || !one.sealed) continue;
    const draft = await session.read(one);
    if (draft?.nik === nik) return true;
  }
  return false;
}
