// Passkeys: asks the browser's own dialogue and sends what it answers as an ordinary form.
(() => {
  const form = document.querySelector("form[data-kunci]");
  if (!form || !window.PublicKeyCredential) return;
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const { kunci, tantangan, tuan, nomor, nama, kantor, dikenal } = form.dataset;
  const known = dikenal.split(" ").filter(Boolean)
    .map((id) => ({ type: "public-key", id: bytes(id) }));
  const make = () => navigator.credentials.create({ publicKey: {
    challenge: bytes(tantangan),
    rp: { id: tuan, name: kantor },
    user: { id: bytes(nomor), name: nama, displayName: nama },
    pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -8 }],
    excludeCredentials: known,
    authenticatorSelection: { userVerification: "preferred" },
    attestation: "none",
  } });
  const sign = () => navigator.credentials.get({ publicKey: {
    challenge: bytes(tantangan), rpId: tuan, allowCredentials: known,
    userVerification: "preferred",
  } });
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const { rawId, response } = await (kunci === "buat" ? make() : sign());
      form.elements.kredensial.value = text(rawId);
      form.elements.klien.value = text(response.clientDataJSON);
      form.elements.data.value = text(response.attestationObject || response.authenticatorData);
      form.elements.tanda.value = response.signature ? text(response.signature) : "";
      form.submit();
    } catch {
      form.querySelector("[data-gagal]").hidden = false;
    }
  });
})();
