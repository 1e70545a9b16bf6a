// What an older telephone lacks to check a card: signatures by Ed25519 and an eye for square codes. It
// is loaded when it is wanted, and kept with the page for times without a network.
import { verifyAsync } from "@noble/ed25519";
import decode from "qr/decode.js";

/** Whether a signature holds, as RFC 8032 has it. */
const verify = (signature: Uint8Array, said: Uint8Array, key: Uint8Array): Promise<boolean> =>
  verifyAsync(signature, said, key, { zip215: false }).catch(() => false);

/** What the square code in a picture says; nothing where none is seen. */
const read = (picture: ImageData): string | undefined => {
  try {
    return decode(picture);
  } catch {
    return undefined;
  }
};

Object.assign(window, { kartuCadangan: { verify, read } });
