// Small pieces of which the screens are made.

import { w } from "./words.ts";

type Child = Node | string | null | false | undefined;
type Attributes = Record<string, string | number | boolean | ((event: Event) => void) | null | undefined>;

/** An element with attributes, handlers (`onclick`) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return made;
}

export const button = (words: string, does: () => void, kind = ""): HTMLButtonElement =>
  h("button", { type: "button", class: kind, onclick: does }, words);

const root = (): HTMLElement => document.querySelector("#lapangan")!;

/** Which screen is shown: a handler that comes late must not draw over another. */
let shown = 0;

/** Shows a screen; its heading takes the focus, so that a reader is told. */
export function show(name: string, heading: string, ...parts: Child[]): number {
  const title = h("h1", { tabindex: -1 }, heading);
  root().replaceChildren(title, ...parts.filter((part): part is Node | string => !!part));
  root().dataset.layar = name;
  document.title = `${heading} – ${w("name")}`;
  window.scrollTo(0, 0);
  title.focus({ preventScroll: true });
  shown += 1;
  return shown;
}

export const isShown = (screen: number): boolean => screen === shown;

let clearing: ReturnType<typeof setTimeout> | undefined;

/** Says something at the foot of the screen, for everybody and for readers; later it gives way. */
export function say(words: string): void {
  const place = document.querySelector("#catatan")!;
  place.textContent = words;
  clearTimeout(clearing);
  clearing = setTimeout(() => (place.textContent = ""), 8_000);
}

/** A line of choices, one of them taken. */
export function choices(
  name: string,
  all: [string, Child][],
  taken: string,
  does: (value: string) => void,
  kind = "",
): HTMLElement {
  const one = ([value, label]: [string, Child]) => {
    const input = h("input", { type: "radio", name, value, onchange: () => does(value) });
    input.checked = value === taken;
    return h("label", { class: "pilih" }, input, h("span", {}, label));
  };
  return h("div", { class: `pilihan ${kind}` }, ...all.map(one));
}

/** A field with its label above it, and a line of help below. */
export function field(label: string, input: HTMLElement, hint = ""): HTMLElement {
  input.id ||= `isian-${label.length}-${Math.floor(Math.random() * 1e6)}`;
  const help = hint ? h("p", { class: "bantu", id: `${input.id}-bantu` }, hint) : null;
  if (help) input.setAttribute("aria-describedby", help.id);
  return h("div", { class: "isian" }, h("label", { for: input.id }, label), input, help);
}

export const text = (value: string, attributes: Attributes, does: (value: string) => void): HTMLInputElement => {
  const input = h("input", { type: "text", autocomplete: "off", ...attributes });
  input.value = value;
  input.addEventListener("input", () => does(input.value));
  return input;
};

/** Twelve keys for one thumb: digits, a way back, and one that says it is done. */
export function keypad(press: (digit: string) => void, back: () => void): HTMLElement {
  const key = (digit: string) => button(digit, () => press(digit), "tombol");
  const rub = button("⌫", back, "tombol");
  rub.setAttribute("aria-label", w("key-back"));
  return h("div", { class: "keypad", role: "group", "aria-label": w("keypad") },
    ...["1", "2", "3", "4", "5", "6", "7", "8", "9"].map(key), h("span", {}), key("0"), rub);
}
