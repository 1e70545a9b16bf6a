// Hands cards over where there is no network: the list of the day and what was handed over are kept on
// the device, and told to the office when it can be reached. What was told is told once, however often
// it is sent: the device makes its name. Without this script the form goes to the office as it is.
(() => {
  const form = document.querySelector("#serah");
  if (!form || !kartu || !window.indexedDB) return;
  const { judged, numberIn, isNumber, plain, keySet } = kartu;
  const DAY = form.dataset.hari, AT_ONCE = 100, BAD = ["not-genuine", "unknown-key", "revoked"];
  const [field, output, counter, note] =
    ["#kode", "#jawaban", "#antrean", "#catatan"].map((name) => document.querySelector(name));
  const word = (key) => document.querySelector(`[data-kata="${key}"]`).textContent;
  const filled = (key, values) =>
    Object.entries(values).reduce((text, [name, value]) => text.replace(`[${name}]`, value), word(key));

  const base = new Promise((done, fail) => {
    const asked = indexedDB.open("payung-serah", 1);
    asked.onupgradeneeded = () => {
      for (const name of ["hari", "antrean", "jawaban", "gawai"]) {
        asked.result.createObjectStore(name, { keyPath: "id" });
      }
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  /** Runs `work` on stores, and answers what it asked for once all of it is on the disk. */
  const stored = async (names, mode, work) => {
    const act = (await base).transaction(names, mode, { durability: "strict" });
    const asked = work(...names.map((name) => act.objectStore(name)));
    return new Promise((done, fail) => {
      act.oncomplete = () => done(asked?.result);
      act.onerror = act.onabort = () => fail(act.error);
    });
  };
  const one = (name, id) => stored([name], "readonly", (store) => store.get(id));
  const all = async (name) =>
    (await stored([name], "readonly", (store) => store.getAll())).filter((row) => row.hari === DAY);

  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  /** What stands for a number in the list of the day. */
  const digest = async (number) => {
    const said = new TextEncoder().encode(`${DAY} ${number}`);
    return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", said)).slice(0, 12));
  };
  /** A name that sorts by time (UUID version 7). */
  const newName = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    for (let at = 5, ms = Date.now(); at >= 0; at--, ms = Math.floor(ms / 256)) bytes[at] = ms % 256;
    bytes[6] = (bytes[6] & 15) | 0x70;
    bytes[8] = (bytes[8] & 63) | 0x80;
    return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
  const device = async () => {
    const known = await one("gawai", "ini");
    if (known) return known.nama;
    const nama = newName();
    await stored(["gawai"], "readwrite", (store) => store.put({ id: "ini", nama }));
    return nama;
  };

  const element = (name, text, kind) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  /** Says what came of a card, with the seat it is about. */
  const tell = (key, seat, villages) => {
    const notice = element("div", "", `notice ${key === "taken" ? "done" : "warning"}`);
    notice.append(element("h2", word(key)));
    if (seat) {
      const values = { kursi: seat.seat, inisial: seat.initials, desa: villages[seat.village] };
      notice.append(element("p", filled("seat", values)));
    }
    output.replaceChildren(notice);
    output.focus();
  };
  const count = async () => {
    const [waiting, answered, day] = [await all("antrean"), await all("jawaban"), await one("hari", DAY)];
    const seats = day?.seats ?? [];
    const own = new Set([...waiting, ...answered.filter(({ state }) => state === "given")].map(({ sidik }) => sidik));
    const given = seats.filter((seat) => seat.given || own.has(seat.good)).length;
    const unclear = answered.filter(({ state }) => ["conflict", "refused"].includes(state)).length;
    const open = unclear + (day?.conflicts ?? 0);
    const lines = [element("p", filled("queued", { n: waiting.length }))];
    if (day) lines.push(element("p", filled("progress", { n: given, semua: seats.length })));
    if (open) lines.push(element("p", filled("open", { n: open })));
    counter.replaceChildren(...lines);
    counter.dataset.jumlah = waiting.length;
  };

  /** Keeps a card that was handed over, unless this device has it already. */
  const keep = (item) => stored(["antrean", "jawaban"], "readwrite", (queue, answers) => {
    const asked = { result: true };
    const seen = ({ result }) => {
      if (result.some((row) => row.hari === DAY && row.sidik === item.sidik && row.state !== "refused" &&
        row.state !== "undone" && row.state !== "dismissed")) asked.result = false;
    };
    queue.getAll().onsuccess = ({ target }) => {
      seen(target);
      answers.getAll().onsuccess = ({ target: later }) => {
        seen(later);
        if (asked.result) queue.put(item);
      };
    };
    return asked;
  });

  /** The number that was scanned or typed; a word for what is wrong with it. */
  const read = async (typed) => {
    if (typed.length <= 40) return isNumber(typed) ? { number: plain(typed) } : { wrong: "mistyped" };
    try {
      const { verdict, number } = await judged(typed);
      return BAD.includes(verdict) ? { wrong: verdict } : { number };
    } catch {
      // The telephone cannot check the signature; the office looks at the number.
      return numberIn(typed).then((number) => ({ number }), () => ({ wrong: "not-genuine" }));
    }
  };
  const handOver = async (typed) => {
    const { number, wrong } = await read(typed);
    if (wrong) return tell(wrong);
    const sidik = await digest(number), day = await one("hari", DAY);
    const seat = day?.seats.find(({ good, ended }) => good === sidik || ended.includes(sidik));
    if (seat?.ended.includes(sidik)) return tell("revoked", seat, day.villages);
    if (seat?.given) return tell("already", seat, day.villages);
    const said = (name) => form.elements[name].value;
    const fresh = await keep({
      id: newName(), hari: DAY, sidik, number, to: said("penerima"), proof: said("bukti"),
      reference: said("rujukan").trim(), at_ms: Date.now(),
    });
    tell(fresh ? (seat || !day ? "taken" : "stranger") : "already", seat, day?.villages);
    if (fresh) form.elements.rujukan.value = "";
    field.value = "";
    await count();
    tellOffice();
  };

  /** The list of the day, fresh, and the key of this login; a word for why there is none. */
  const load = async () => {
    const answer = await fetch(`/kartu/hari/${DAY}/luring`, { redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) throw new Error("login");
    if (!answer.ok) throw new Error("busy");
    const { csrf, ...day } = await answer.json();
    // What the office answered before is in its list now.
    await stored(["hari", "jawaban"], "readwrite", (days, answers) => {
      days.put({ ...day, id: DAY });
      answers.getAll().onsuccess = ({ target }) => target.result
        .filter((row) => row.hari === DAY && row.state !== "refused").forEach(({ id }) => answers.delete(id));
    });
    return csrf;
  };
  const send = async (csrf, rows) => {
    const handovers = rows.map(({ id, number, to, proof, reference, at_ms }) =>
      ({ id, number, to, proof, reference, at_ms }));
    const answer = await fetch(`/kartu/hari/${DAY}/antrean`, {
      method: "POST", redirect: "manual", cache: "no-store",
      headers: { "content-type": "application/json", "x-csrf": csrf },
      body: JSON.stringify({ device: await device(), now_ms: Date.now(), handovers }),
    });
    if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) throw new Error("login");
    if (!answer.ok) throw new Error("busy");
    const { answers } = await answer.json();
    const sent = new Map(rows.map((row) => [row.id, row]));
    // Only what the office has is taken off the queue, and both in one act.
    await stored(["antrean", "jawaban"], "readwrite", (queue, kept) => {
      for (const { id, state, why, seat } of answers.filter(({ id }) => sent.has(id))) {
        queue.delete(id);
        kept.put({ id, hari: DAY, sidik: sent.get(id).sidik, state, why, seat });
      }
    });
    return answers.length;
  };
  const tellAll = async () => {
    try {
      const csrf = await load();
      for (;;) {
        const rows = (await all("antrean")).slice(0, AT_ONCE);
        if (!rows.length || !(await send(csrf, rows))) break;
      }
      note.textContent = word("told");
    } catch ({ message }) {
      note.textContent = word(["login", "busy"].includes(message) ? message : "away");
    }
    await count();
  };
  // One page of the browser at a time, and each call after the one before it.
  let last = Promise.resolve();
  const tellOffice = () => {
    const turn = () => navigator.locks?.request(`payung-serah-${DAY}`, tellAll) ?? tellAll();
    last = last.then(turn, turn);
    return last;
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = field.value.replace(/^[\r\n\t]+|[\r\n\t]+$/g, "");
    if (typed.trim()) handOver(typed).catch(() => tell("unkept"));
    else tell("empty");
  });
  document.querySelector("#kirim").addEventListener("click", tellOffice);
  window.addEventListener("online", tellOffice);

  const button = document.querySelector("#kamera"), screen = document.querySelector("#layar");
  if (kartu && navigator.mediaDevices?.getUserMedia) {
    // What an older telephone lacks is at hand before the network goes.
    if (!kartu.sees) kartu.help().catch(() => {});
    const start = button.textContent;
    let stream, before = "";
    const stop = () => {
      stream?.getTracks().forEach((track) => track.stop());
      stream = undefined;
      screen.hidden = true;
      button.textContent = start;
    };
    // One card after the other: the same code in front of the camera is one card.
    const look = async () => {
      if (!stream) return;
      const found = await kartu.seen(screen).catch(() => "");
      if (found && found !== before) {
        before = found;
        await handOver(before).catch(() => tell("unkept"));
      }
      setTimeout(look, 300);
    };
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (stream) return stop();
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch {
        return tell("nocamera");
      }
      screen.srcObject = stream;
      screen.hidden = false;
      button.textContent = button.dataset.stop;
      before = "";
      await screen.play();
      look();
    });
  }

  /** Keeps the page and what it is made of, with keys and lists of withdrawn cards. */
  const keepPage = async () => {
    if (!navigator.serviceWorker) return;
    await navigator.serviceWorker.register("/serah-luring.js", { scope: "/kartu/hari/" });
    await navigator.serviceWorker.ready;
    const parts = [...document.querySelectorAll("link[href], script[src]")].map((part) => part.href || part.src);
    const { keys } = await keySet();
    const lists = keys.map(({ year }) => `/kartu/dicabut/${year}`);
    const fonts = ["/aset/atkinson-400.woff2", "/aset/atkinson-700.woff2"];
    const kept = await caches.open("serah-1");
    for (const path of [location.pathname, "/kartu/kunci.json", ...lists, ...fonts, ...parts]) {
      const answer = await fetch(path);
      if (!answer.ok || answer.redirected) throw new Error(path);
      await kept.put(path, answer);
    }
    navigator.storage?.persist?.();
    document.querySelector("#siap").textContent = word("offline");
  };
  document.querySelector("#luring").hidden = false;
  count().then(tellOffice).catch(() => {});
  window.addEventListener("load", () => setTimeout(() => keepPage().catch(() => {}), 500));
})();
