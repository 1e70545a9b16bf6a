// What is kept on the telephone is closed: a key drawn here seals it, and that key is kept twice, under
// the PIN and under the office's point. WebCrypto does all of it.

type Bytes = Uint8Array<ArrayBuffer>;
export type { Bytes };

/** Rounds of PBKDF2: what OWASP asks for with SHA-256, and half a second on a cheap telephone. */
export const ROUNDS = 600_000;
const PURPOSE = "payung-lapangan-1";

const text = new TextEncoder();
export const utf8 = (from: string): Bytes => text.encode(from) as Bytes;
export const random = (bytes: number): Bytes => crypto.getRandomValues(new Uint8Array(bytes));

export function joined(...parts: Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function base64(bytes: Uint8Array): string {
  let out = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    out += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(out);
}

export const unbase64 = (from: string): Bytes =>
  Uint8Array.from(atob(from), (char) => char.charCodeAt(0)) as Bytes;

export const digest = async (bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

export const keyOf = (bytes: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);

/** Seals bytes, bound to a name: nonce, sealed bytes, tag. */
export async function seal(key: CryptoKey, plain: Bytes, name: string): Promise<Bytes> {
  const iv = random(12);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(name) }, key, plain);
  return joined(iv, new Uint8Array(sealed));
}

/** Opens what was sealed; fails when it was not by this key, or for another name. */
export async function open(key: CryptoKey, sealed: Bytes, name: string): Promise<Bytes> {
  const how = { name: "AES-GCM", iv: sealed.slice(0, 12), additionalData: utf8(name) };
  return new Uint8Array(await crypto.subtle.decrypt(how, key, sealed.slice(12)));
}

/** The key that a PIN makes. */
export async function keyOfPin(pin: string, salt: Bytes, rounds: number): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Closes a key so that the office alone opens it: a point drawn for this, then the sealed key. */
export async function closeForOffice(key: Bytes, office: Bytes): Promise<Bytes> {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const theirs = await crypto.subtle.importKey("raw", office, curve, false, []);
  const own = (await crypto.subtle.generateKey(curve, false, ["deriveBits"])) as CryptoKeyPair;
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, own.privateKey, 256);
  const under = await digest(joined(utf8(PURPOSE), new Uint8Array(shared), point, office));
  return joined(point, await seal(await keyOf(under), key, "key"));
}

/** An identifier that sorts by the time it was made (UUID, version 7). */
export function newId(): string {
  const bytes = random(16);
  const now = Date.now();
  for (let at = 0; at < 6; at += 1) bytes[at] = Math.floor(now / 2 ** (8 * (5 - at))) & 0xff;
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
