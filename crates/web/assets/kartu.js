// The page that checks cards: the telephone answers by itself where it can; what it cannot do it says,
// and leaves the form to the office.
(() => {
  const form = document.querySelector("#periksa");
  if (!form || !kartu) return;
  const { judged, isNumber, keySet, seen } = kartu;
  const [field, file, output] = ["#kode", "#berkas", "#jawaban"].map((name) => document.querySelector(name));
  const words = (key) => document.querySelector(`[data-kata="${key}"]`);
  const word = (key) => words(key).textContent;

  const element = (name, text, kind) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const day = (date) => date.toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
  // The last month before a moment, as the office's calendar has it.
  const month = (ends) => new Date((ends - 1) * 1000).toLocaleDateString(document.documentElement.lang, {
    month: "long", year: "numeric", timeZone: "Asia/Jakarta",
  });

  const show = (answer) => {
    const said = words(answer.verdict);
    const notice = element("div", "", `notice ${answer.verdict === "genuine" ? "done" : "warning"}`);
    notice.append(element("h3", said.textContent), element("p", said.dataset.lanjut));
    const facts = element("dl", "", "facts");
    const fact = (key, value) => {
      if (!value) return;
      const row = element("div", "");
      row.append(element("dt", word(key)), element("dd", value));
      facts.append(row);
    };
    fact("holder", answer.name);
    fact("programme", answer.programme);
    fact("until", answer.ends && month(answer.ends));
    fact("number", answer.number?.replace(/(.{4})(?=.)/g, "$1-"));
    fact("asof", day(new Date()));
    fact("listday", answer.listed && day(new Date(answer.listed * 1000)));
    output.replaceChildren(element("h2", word("answer")), notice, facts);
    if (answer.unlisted) output.append(element("p", word("nolist")));
    output.focus();
  };
  const tell = (key) => {
    output.replaceChildren(element("p", word(key)));
    output.focus();
  };

  /** Sends the form to the office; says what is the matter where it cannot be reached. */
  const ask = async (otherwise) => {
    const answer = await fetch(form.action, { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (answer?.ok) form.submit();
    else tell(otherwise);
  };

  /** Whether the telephone answered by itself. */
  const answered = async (text) => {
    try {
      show(await judged(text.replace(/^[\r\n\t]+|[\r\n\t]+$/g, "")));
      return true;
    } catch {
      // It has neither keys nor a network, or not all that it needs: the office is asked.
      return false;
    }
  };

  form.addEventListener("submit", async (event) => {
    const typed = field.value, photo = file.files[0];
    const isCode = typed.trim().length > 40;
    event.preventDefault();
    if (!isCode && typed.trim()) return ask(isNumber(typed) ? "alone" : "mistyped");
    let text = typed;
    if (!isCode && photo) text = (await createImageBitmap(photo).then(seen).catch(() => "")) ?? "";
    if (text && (await answered(text))) return;
    const key = text ? "cannot" : photo ? "unread" : "empty";
    ask(key);
  });

  const button = document.querySelector("#kamera"), screen = document.querySelector("#layar");
  if (navigator.mediaDevices?.getUserMedia) {
    const start = button.textContent;
    let stream;
    const stop = () => {
      stream?.getTracks().forEach((track) => track.stop());
      stream = undefined;
      screen.hidden = true;
      button.textContent = start;
    };
    const look = async () => {
      if (!stream) return;
      const found = await seen(screen).catch(() => "");
      if (!found) return void setTimeout(look, 200);
      if (!stream) return;
      stop();
      field.value = found;
      if (!(await answered(field.value))) ask("cannot");
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
      await screen.play();
      look();
    });
  }

  const note = document.querySelector("#catatan");
  const keepPage = () => navigator.serviceWorker?.register("/kartu-luring.js", { scope: "/periksa-kartu" })
    .then(() => navigator.serviceWorker.ready)
    .then(() => keySet())
    .then(({ keys }) => Promise.all(keys.map((key) => fetch(`/kartu/dicabut/${key.year}`))))
    .then(() => note.append(" ", word("offline")))
    .catch(() => {});
  // On a slow line the page itself comes first.
  window.addEventListener("load", () => setTimeout(keepPage, 1000));
})();
