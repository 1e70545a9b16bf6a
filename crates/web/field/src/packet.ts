// What the telephone takes along: villages, occupations, what a NIK says, and digests of those who are
// registered already.

import { digest, joined, unbase64, utf8 } from "./crypto.ts";

/** What is no secret: it stays when the hours are over, so that writing down goes on. */
export interface Along {
  agent: string;
  territory: string;
  programme: string;
  programme_name: string;
  villages: { code: string; name: string; district: string }[];
  occupations: { key: string; name: string }[];
  places: [number, string][];
  consent: string;
  card_days: { id: string; name: string }[];
}

/** Digests of those who are registered: closed with everything else. */
export interface Known {
  salt: string;
  bits: number;
  known: number[];
  cut: boolean;
}

export type Packet = Along & Known;

export function split(packet: Packet): [Along, Known] {
  const { salt, bits, known, cut, ...along } = packet;
  return [along, { salt, bits, known, cut }];
}

/** A name as the office digests it. */
export const plainName = (name: string): string => name.replace(/[^A-Za-z]/g, "").toUpperCase();

async function first(packet: Known, text: string): Promise<number> {
  const bytes = await digest(joined(unbase64(packet.salt), utf8(text)));
  // At most 40 bits are kept, so a number holds them.
  let number = 0;
  for (const byte of bytes.subarray(0, 5)) number = number * 256 + byte;
  return Math.floor(number / 2 ** (40 - packet.bits));
}

function has(sorted: number[], number: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < number) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === number;
}

/** Whether the register may have this number, or this name with this birth date. */
export async function mayBeKnown(packet: Known, nik: string, name: string, birth: string): Promise<boolean> {
  const texts = [nik.length === 16 ? nik : "", name && birth ? `${plainName(name)} ${birth}` : ""];
  for (const text of texts) {
    if (text && has(packet.known, await first(packet, text))) return true;
  }
  return false;
}
