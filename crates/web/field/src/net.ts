// What is asked of the office.

/** Longer nobody waits for an answer: what was sent is sent again and changes nothing. */
const WAITS_MS = 45_000;

export class Away extends Error {}

export interface Told<T> {
  status: number;
  body: T;
  /** What the office's clock showed; none where the answer does not say. */
  at_ms: number | null;
}

/** Asks the office; fails with `Away` where no answer comes. */
export async function ask<T>(path: string, how: RequestInit = {}, waits = WAITS_MS): Promise<Told<T>> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), waits);
  try {
    const headers = { accept: "application/json", ...(how.headers as Record<string, string>) };
    const answer = await fetch(path, { cache: "no-store", redirect: "manual", ...how, headers, signal: stop.signal });
    // The door of the office is an answer too: nobody is signed in.
    if (answer.type === "opaqueredirect") return { status: 401, body: null as T, at_ms: null };
    const text = await answer.text();
    let body: T = null as T;
    try {
      body = JSON.parse(text) as T;
    } catch {
      // A page between the telephone and the office, such as that of a network that wants a login.
      if (answer.ok) throw new Away();
    }
    const at_ms = Date.parse(answer.headers.get("date") ?? "");
    return { status: answer.status, body, at_ms: Number.isNaN(at_ms) ? null : at_ms };
  } catch (error) {
    if (error instanceof Away) throw error;
    throw new Away();
  } finally {
    clearTimeout(timer);
  }
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
