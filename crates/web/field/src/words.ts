// The words of the app: they stand in the page, in its language, from the one catalogue.

const kept = new Map<string, string>();

/** The word of this key; values take the place of `[name]`. */
export function w(key: string, values: Record<string, string | number> = {}): string {
  let text = kept.get(key);
  if (text === undefined) {
    text = document.querySelector(`[data-kata="${key}"]`)?.textContent ?? key;
    kept.set(key, text);
  }
  for (const [name, value] of Object.entries(values)) text = text.replace(`[${name}]`, String(value));
  return text;
}

const locale = document.documentElement.lang === "en" ? "en-GB" : "id-ID";

/** What the clock on the office's wall is ahead of UTC: the page says it, whatever a telephone is set to. */
const AHEAD_MS = 60_000 * Number(document.querySelector<HTMLElement>("#lapangan")?.dataset.jam ?? 0);

/** A moment as that clock and its calendar show it, in the fields of UTC. */
export const atOffice = (ms: number): Date => new Date(ms + AHEAD_MS);

export const time = (ms: number): string =>
  new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "UTC" })
    .format(atOffice(ms));

export const day = (year: number, month: number, date: number): string =>
  new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" })
    .format(Date.UTC(year, month - 1, date));

export const megabytes = (bytes: number): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(bytes / 1048576);
