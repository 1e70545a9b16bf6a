// Reads what the square code of a card says, on the telephone itself: base45, CBOR and COSE by hand, the
// signature by WebCrypto. What an older telephone lacks, a signature of this kind or an eye for square
// codes, is loaded when it is wanted. Whatever page has a use for it finds it as `kartu`.
const kartu = (() => {
  if (!window.crypto?.subtle || !window.DecompressionStream) return null;
  const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const OWN = -70169, STATUS_LIST = 65533;

  let helping;
  /** What an older telephone lacks: `verify` and `read`. */
  const help = () => (helping ??= new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = "CADANGAN";
    script.onload = () => done(window.kartuCadangan);
    script.onerror = () => {
      helping = undefined;
      fail(new DOMException("it is not at hand", "NotSupportedError"));
    };
    document.head.append(script);
  }));

  const detector = "BarcodeDetector" in window ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  // So many dots are enough for a code that fills a third of the picture, and few enough for its time.
  const DOTS_MOST = 1400;
  /** What the square code in a picture or on the camera's screen says; nothing where none is seen. */
  const seen = async (source) => {
    if (detector) return (await detector.detect(source).catch(() => []))[0]?.rawValue;
    const [wide, high] = [source.videoWidth ?? source.width, source.videoHeight ?? source.height];
    if (!wide || !high) return undefined;
    const scale = Math.min(1, DOTS_MOST / Math.max(wide, high));
    const sheet = document.createElement("canvas");
    [sheet.width, sheet.height] = [Math.round(wide * scale), Math.round(high * scale)];
    const pen = sheet.getContext("2d", { willReadFrequently: true });
    pen.drawImage(source, 0, 0, sheet.width, sheet.height);
    return (await help()).read(pen.getImageData(0, 0, sheet.width, sheet.height));
  };

  const unbase45 = (text) => {
    const out = [];
    for (let at = 0; at < text.length; at += 3) {
      const values = [...text.slice(at, at + 3)].map((letter) => LETTERS.indexOf(letter));
      if (values.includes(-1) || values.length === 1) throw new Error("base45");
      const number = values.reduce((sum, value, place) => sum + value * 45 ** place, 0);
      if (number > (values.length === 3 ? 0xffff : 0xff)) throw new Error("base45");
      if (values.length === 3) out.push(number >> 8);
      out.push(number & 0xff);
    }
    return new Uint8Array(out);
  };

  // Our cards lie in zlib as one stored block: seven bytes before, the sum behind.
  const unstored = (bytes) => {
    const size = bytes[3] | (bytes[4] << 8), inside = bytes.slice(7, 7 + size);
    const head = bytes[0] === 0x78 && bytes[1] === 1 && bytes[2] === 1;
    const twice = (bytes[5] ^ 0xff) === bytes[3] && (bytes[6] ^ 0xff) === bytes[4];
    let a = 1, b = 0;
    for (const byte of inside) b = (b + (a = (a + byte) % 65521)) % 65521;
    const sum = [b >> 8, b & 0xff, a >> 8, a & 0xff].every((byte, at) => bytes[7 + size + at] === byte);
    if (!head || !twice || !sum || bytes.length !== size + 11) throw new Error("zlib");
    return inside;
  };

  const inflated = async (packed) => {
    const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(plain).arrayBuffer());
  };

  // What another program packed in another way is looked into, but is none of ours.
  const unpacked = async (packed) => {
    try {
      return [unstored(packed), true];
    } catch {
      return [await inflated(packed), false];
    }
  };

  const cbor = (bytes) => {
    let at = 0;
    const number = (more) => {
      if (more < 24) return more;
      const size = 1 << (more - 24);
      if (more > 27 || at + size > bytes.length) throw new Error("cbor");
      let value = 0;
      for (let index = 0; index < size; index++) value = value * 256 + bytes[at++];
      return value;
    };
    const item = (depth) => {
      if (at >= bytes.length || depth > 8) throw new Error("cbor");
      const head = bytes[at++], kind = head >> 5, value = number(head & 31);
      if (kind === 0) return value;
      if (kind === 1) return -1 - value;
      if (kind === 2 || kind === 3) {
        if (at + value > bytes.length) throw new Error("cbor");
        const part = bytes.slice(at, (at += value));
        return kind === 2 ? part : new TextDecoder("utf-8", { fatal: true }).decode(part);
      }
      if (kind === 4) return Array.from({ length: limit(value) }, () => item(depth + 1));
      if (kind === 5) {
        return new Map(Array.from({ length: limit(value) }, () => [item(depth + 1), item(depth + 1)]));
      }
      if (kind === 6) return item(depth + 1);
      throw new Error("cbor");
    };
    const limit = (count) => {
      if (count > bytes.length) throw new Error("cbor");
      return count;
    };
    const value = item(0);
    if (at !== bytes.length) throw new Error("cbor");
    return value;
  };

  const string = (bytes) => {
    const size = bytes.length;
    const head = size < 24 ? [0x40 | size] : size < 256 ? [0x58, size] : [0x59, size >> 8, size & 0xff];
    return [...head, ...bytes];
  };
  const unurl = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

  const isSigned = async ({ kty, crv, x }, signature, said) => {
    let trusted;
    try {
      trusted = await crypto.subtle.importKey("jwk", { kty, crv, x }, "Ed25519", false, ["verify"]);
    } catch {
      return (await help()).verify(signature, said, unurl(x));
    }
    return crypto.subtle.verify("Ed25519", trusted, signature, said);
  };

  /** Key and payload of a signed token; a word for what is wrong. */
  const opened = async (bytes, keys) => {
    const [head, loose, payload, signature] = cbor(bytes);
    const headers = cbor(head);
    if (headers.get(1) !== -8 || loose.size !== 0) throw new Error("cose");
    const key = keys.find((one) => same(unurl(one.kid), headers.get(4) ?? []));
    if (!key) return { wrong: "unknown-key" };
    const said = new Uint8Array([
      0x84, 0x6a, ...new TextEncoder().encode("Signature1"), ...string(head), 0x40, ...string(payload),
    ]);
    const holds = await isSigned(key, signature, said);
    // Nothing but what is signed may stand in it.
    const whole = [0xd2, 0x84, ...string(head), 0xa0, ...string(payload), ...string(signature)];
    if (!holds || !same(whole, bytes)) return { wrong: "not-genuine" };
    return { key, claims: cbor(payload) };
  };

  const fetched = async (path, read) => {
    const answer = await fetch(path);
    if (!answer.ok) throw new Error(path);
    return read(answer);
  };
  const keySet = () => fetched("/kartu/kunci.json", (answer) => answer.json());

  const revocations = async (year, keys) => {
    const bytes = await fetched(`/kartu/dicabut/${year}`, (answer) => answer.arrayBuffer());
    const { claims, wrong } = await opened(new Uint8Array(bytes), keys);
    if (wrong || claims.get(2) !== `kartu/${year}`) throw new Error("list");
    return { bits: await inflated(claims.get(STATUS_LIST).get("lst")), issued: claims.get(6) };
  };

  /** The answer to what a square code says. */
  const judged = async (text) => {
    const { keys, issuer } = await keySet();
    let token;
    try {
      const [bytes, isOurWay] = await unpacked(unbase45(text));
      token = await opened(bytes, keys);
      if (!token.wrong && !isOurWay) return { verdict: "not-genuine" };
    } catch (error) {
      if (error.name === "NotSupportedError") throw error;
      return { verdict: "not-genuine" };
    }
    if (token.wrong) return { verdict: token.wrong };
    const { claims, key } = token, own = claims.get(OWN), person = claims.get(169);
    if (!own || !person || claims.get(1) !== issuer) return { verdict: "not-genuine" };
    const [place, programme] = own, ends = claims.get(4);
    const card = { name: person.get(4), number: person.get(1), programme, ends };
    let list;
    try {
      list = await revocations(key.year, keys);
    } catch {
      list = undefined;
    }
    const isRevoked = list && ((list.bits[place >> 3] ?? 0) >> (place & 7)) & 1;
    const isOver = Date.now() / 1000 >= ends;
    const verdict = isRevoked ? "revoked" : isOver ? "expired" : "genuine";
    return { ...card, verdict, listed: list?.issued, unlisted: !list };
  };

  /** The number that a square code names, where nothing else of it can be checked. */
  const numberIn = async (text) => {
    const [bytes] = await unpacked(unbase45(text));
    return cbor(cbor(bytes)[2]).get(169).get(1);
  };
  /** A number as it is kept: fifteen letters, however it was typed. */
  const plain = (typed) =>
    typed.toUpperCase().replace(/[\s._\u2010-\u2015-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  /** Whether the check characters of a number hold, as domain::card has it. */
  const isNumber = (typed) => {
    const values = [...plain(typed)].map((letter) => SYMBOLS.indexOf(letter));
    let [sum, weighted] = [0, 0];
    for (const value of values) {
      sum ^= value;
      weighted = (weighted << 1) ^ (weighted & 16 ? 0b100101 : 0) ^ value;
    }
    return values.length === 15 && !values.includes(-1) && sum === 0 && weighted === 0;
  };

  return { judged, numberIn, isNumber, plain, keySet, seen, help, sees: detector !== null };
})();

