// Keys 1, 2 and 3 press the three buttons; a tick beside them turns the keys off, for ever.
(() => {
  const choice = document.querySelector("[data-tombol-pilihan]");
  if (!choice) return;
  const box = choice.querySelector("input");
  const kept = (value) => {
    try {
      if (value !== undefined) localStorage.setItem("tombol", value);
      return localStorage.getItem("tombol");
    } catch {
      return null;
    }
  };
  box.checked = kept() !== "mati";
  choice.hidden = false;
  box.addEventListener("change", () => kept(box.checked ? "hidup" : "mati"));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (!box.checked || typing || event.repeat) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const button = document.querySelector(`[data-tombol="${CSS.escape(event.key)}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    }
  });
})();
