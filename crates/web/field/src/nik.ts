// What a NIK says of itself: where it was given, when its holder was born, and whether a woman. Read
// back while it is typed, so that one wrong digit is seen while the card is still at hand.

import { day } from "./words.ts";

export interface Read {
  /** The district or, for a foreign one, the regency; none while unknown or not typed yet. */
  place: string | null;
  birth: { year: number; month: number; date: number } | null;
  sex: "L" | "P" | null;
  /** What cannot be, by the key of its words. */
  wrong: string | null;
  /** Whether no card can say so; else a list may lack the place. */
  sure: boolean;
}

export const isDate = (year: number, month: number, date: number): boolean => {
  const made = new Date(Date.UTC(year, month - 1, date));
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === date && date > 0;
};

/** Reads as much of a NIK as was typed; `places` holds what its first digits mean. */
export function read(nik: string, places: Map<number, string>, today: Date): Read {
  const found: Read = { place: null, birth: null, sex: null, wrong: null, sure: false };
  const named = (digits: number) => places.get(Number(nik.slice(0, digits)));
  if (places.size && nik.length >= 2 && named(2) === undefined) found.wrong = "nik-province";
  if (places.size && !found.wrong && nik.length >= 4 && named(4) === undefined) found.wrong = "nik-regency";
  if (!found.wrong && nik.length >= 6) {
    // Districts are known of the own province alone.
    const own = [...places.keys()].some((code) => code > 9999 && String(code).startsWith(nik.slice(0, 2)));
    if (own && named(6) === undefined) found.wrong = "nik-district";
    found.place = [named(6), named(4)].filter(Boolean).join(", ") || null;
  }
  if (nik.length >= 12) {
    let date = Number(nik.slice(6, 8));
    found.sex = date > 40 ? "P" : "L";
    if (date > 40) date -= 40;
    const month = Number(nik.slice(8, 10));
    const year = Number(nik.slice(10, 12));
    const century = 2000 + year > today.getUTCFullYear() ? 1900 : 2000;
    if (isDate(century + year, month, date)) found.birth = { year: century + year, month, date };
    else [found.wrong, found.sure] = ["nik-date", true];
  }
  if (nik.length === 16 && nik.endsWith("0000")) [found.wrong, found.sure] = ["nik-serial", true];
  return found;
}

/** What is read back: place, birth, sex. */
export function spoken(found: Read, words: { L: string; P: string }): string {
  const { birth, sex, place } = found;
  const born = birth ? day(birth.year, birth.month, birth.date) : null;
  return [place, born, sex && words[sex]].filter(Boolean).join(" · ");
}

/** Whether a birth date is the one that a NIK says; a NIK has two digits of the year. */
export const sameBirth = (found: Read, year: number, month: number, date: number): boolean =>
  !found.birth ||
  (found.birth.year % 100 === year % 100 && found.birth.month === month && found.birth.date === date);
