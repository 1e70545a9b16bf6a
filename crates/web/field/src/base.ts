// What is kept on the telephone, in IndexedDB. Who somebody is stands in `sealed` alone.

import type { Bytes } from "./crypto.ts";
import type { Along } from "./packet.ts";

/** How a record stands on the telephone. */
export type State =
  /** Being written. */
  | "draft"
  /** Waits to be sent. */
  | "ready"
  /** The office cannot take it: the agent changes or deletes it. */
  | "failed"
  /** The office asks whether the register has the person already. */
  | "duplicate"
  /** The office sent it back to be mended. */
  | "returned"
  /** The office has it; nothing of it is here any more. */
  | "done";

/** What the office said of a record. */
export interface Answer {
  said: string;
  standing: string | null;
  words: { code: string; text: string }[];
  at: number;
}

export interface Kept {
  id: string;
  /** Grows with every change, so that two tabs do not undo each other. */
  rev: number;
  state: State;
  /** When it was begun. */
  at: number;
  key: string | null;
  sealed: Bytes | null;
  answer: Answer | null;
  /** Whether a photo of it is still to be sent. */
  photo: boolean;
}

export interface Photo {
  id: string;
  key: string;
  sealed: Bytes;
}

/** A key that closes records, as the office opens it. */
export interface Closed {
  id: string;
  closed: Bytes;
}

export interface Device {
  name: "device";
  id: string;
  label: string;
  /** The office's point. */
  office: Bytes;
  /** The key under the PIN; none once the hours are over or the PIN was wrong too often. */
  pin: { salt: Bytes; rounds: number; closed: Bytes; key: string } | null;
  token: Bytes | null;
  /** Digests, closed. */
  packet: Bytes | null;
  along: Along | null;
  packetAt: number;
  endsAt: number;
  /** What the office's clock is ahead of this one. */
  skew: number;
  /** The latest moment that this clock ever showed. */
  latest: number;
  wrong: number;
  waitUntil: number;
  sentAt: number;
  /** Why nothing opens here: told by the office, or found out. */
  shut: "" | "expired" | "wrong-pin" | "ended";
}

type Store = "device" | "keys" | "records" | "photos";

let opened: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open("payung-lapangan", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("device", { keyPath: "name" });
      for (const name of ["keys", "records", "photos"]) asked.result.createObjectStore(name, { keyPath: "id" });
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      done(asked.result);
    };
    asked.onerror = () => fail(asked.error);
  });
  return opened;
}

/** Runs `work` on stores and answers what it gave once all of it is on the disk. */
export async function act<T>(
  names: Store[],
  mode: "readonly" | "readwrite",
  work: (store: (name: Store) => IDBObjectStore) => T,
): Promise<T> {
  const doing = (await database()).transaction(names, mode, { durability: "strict" });
  const given = work((name) => doing.objectStore(name));
  return new Promise((done, fail) => {
    doing.oncomplete = () => done(given);
    doing.onerror = doing.onabort = () => fail(doing.error ?? new Error("aborted"));
  });
}

async function asked<T>(name: Store, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return (await act([name], "readonly", (store) => ask(store(name)))).result;
}

export const device = (): Promise<Device | undefined> => asked("device", (store) => store.get("device"));
export const keys = (): Promise<Closed[]> => asked("keys", (store) => store.getAll());
export const records = async (): Promise<Kept[]> =>
  (await asked<Kept[]>("records", (store) => store.getAll())).sort((one, other) => (one.id < other.id ? 1 : -1));
export const record = (id: string): Promise<Kept | undefined> => asked("records", (store) => store.get(id));
export const photo = (id: string): Promise<Photo | undefined> => asked("photos", (store) => store.get(id));
export const photos = (): Promise<Photo[]> => asked("photos", (store) => store.getAll());

/** Changes what is kept of the device, as it stands on the disk now. */
export async function setDevice(change: (device: Device) => void): Promise<Device | undefined> {
  const given = await act(["device"], "readwrite", (store) => {
    const result: { device?: Device } = {};
    const asking = store("device").get("device");
    asking.onsuccess = () => {
      const device = asking.result as Device | undefined;
      if (!device) return;
      change(device);
      result.device = device;
      store("device").put(device);
    };
    return result;
  });
  return given.device;
}

/** Under which key something is sealed, and of which device's office that key can be had back. */
export interface Sealer {
  device: string;
  closed: Closed;
}

/**
 * Keeps a record unless it was changed since it was read; whether it was kept. What was sealed anew goes
 * in with the office's copy of its key, and into the device that it was sealed for alone: another tab may
 * have dropped that copy, or the whole device, meanwhile.
 */
export async function keep(next: Kept, seen: number | null, by: Sealer | null, photo?: Photo | null): Promise<boolean> {
  const given = await act(["device", "keys", "records", "photos"], "readwrite", (store) => {
    const result = { kept: false };
    const device = store("device").get("device");
    const asking = store("records").get(next.id);
    asking.onsuccess = () => {
      const now = asking.result as Kept | undefined;
      if ((now?.rev ?? null) !== seen) return;
      if (by && (device.result as Device | undefined)?.id !== by.device) return;
      if (by) store("keys").put(by.closed);
      store("records").put(next);
      if (photo) store("photos").put(photo);
      if (photo === null) store("photos").delete(next.id);
      result.kept = true;
    };
    return result;
  });
  return given.kept;
}

/** Forgets a key, unless a record or a photo is still sealed under it. */
export const dropKey = (id: string): Promise<unknown> =>
  act(["keys", "records", "photos"], "readwrite", (store) => {
    const look = (name: Store, then: () => void) => {
      const asking = store(name).openCursor();
      asking.onsuccess = () => {
        const at = asking.result;
        if (!at) then();
        else if ((at.value as { key: string | null }).key !== id) at.continue();
      };
    };
    look("records", () => look("photos", () => store("keys").delete(id)));
  });

/** Forgets a record with its photo. */
export const drop = (id: string): Promise<unknown> =>
  act(["records", "photos"], "readwrite", (store) => {
    store("records").delete(id);
    store("photos").delete(id);
  });

/** Forgets everything. */
export async function wipe(): Promise<void> {
  await act(["device", "keys", "records", "photos"], "readwrite", (store) => {
    for (const name of ["device", "keys", "records", "photos"] as Store[]) store(name).clear();
  });
}

/** Whether the photo of a record can be sent: the office knows the record. */
export const sendsPhoto = (one: Kept): boolean => one.photo && !!one.answer?.standing;

/** How many records wait to be sent, are being written, or ask for something. */
export function counts(all: Kept[]): { ready: number; draft: number; tasks: number; photos: number } {
  const of = (...states: State[]) => all.filter((one) => states.includes(one.state)).length;
  return {
    ready: of("ready"),
    draft: of("draft"),
    tasks: of("failed", "duplicate", "returned"),
    photos: all.filter(sendsPhoto).length,
  };
}
