// Keeps the shell of the field app, so that it opens where there is no network: what is kept is given at
// once, and looked after behind it. Nothing of anybody is here: the app keeps that by itself, closed.

const worker = self as unknown as ServiceWorkerGlobalScope;
// The parts have the version of their content in their address; the page names them.
const PARTS: string[] = JSON.parse("BAGIAN");
const KEPT = "lapangan-VERSI";
const PAGES = ["/lapangan", "/lapangan?bahasa=en"];

interface ServiceWorkerGlobalScope {
  addEventListener(kind: string, does: (event: ExtendableEvent & FetchEvent) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  location: Location;
}
interface ExtendableEvent {
  waitUntil(done: Promise<unknown>): void;
}
interface FetchEvent {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

const fetched = async (path: string): Promise<void> => {
  const answer = await fetch(path, { cache: "no-cache" });
  if (!answer.ok || answer.redirected) throw new Error(path);
  await (await caches.open(KEPT)).put(path, answer);
};

worker.addEventListener("install", (event) => {
  event.waitUntil(Promise.all([...PAGES, ...PARTS].map(fetched)).then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  const isOld = (name: string) => name.startsWith("lapangan-") && name !== KEPT;
  const cleaned = caches.keys().then((names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name))));
  event.waitUntil(cleaned.then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  const path = address.pathname + address.search;
  const isPage = address.pathname === "/lapangan";
  const known = isPage ? (address.searchParams.get("bahasa") === "en" ? PAGES[1]! : PAGES[0]!) : path;
  if (request.method !== "GET" || address.origin !== worker.location.origin) return;
  if (!isPage && !PARTS.includes(path)) return;
  const given = async (): Promise<Response> => {
    const found = await (await caches.open(KEPT)).match(known, { ignoreVary: true });
    return found ?? fetch(request);
  };
  event.respondWith(given());
});
