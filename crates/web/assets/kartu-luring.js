// Keeps the page that checks cards, with its keys and lists, for times without a network. What is
// fresh comes first; what was kept is given where nothing fresh comes.
const KEPT = "kartu-1";
const PARTS = [
  "/periksa-kartu", "SKRIP", "CADANGAN", "/kartu/kunci.json", "/aset/payung.svg", "/aset/atkinson-400.woff2",
  "/aset/atkinson-700.woff2",
];
const OURS = [/^\/periksa-kartu$/, /^\/kartu\/(kunci\.json|dicabut\/\d{4})$/, /^\/aset\//];
const LONGEST_MS = 4000;

// The page, what it is made of, the keys, and the list of every year that has one.
const keep = async () => {
  const kept = await caches.open(KEPT);
  await kept.addAll(PARTS);
  const { keys } = await (await kept.match("/kartu/kunci.json")).json();
  await kept.addAll(keys.map(({ year }) => `/kartu/dicabut/${year}`));
};

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => {
  const isOld = (name) => name.startsWith("kartu-") && name !== KEPT;
  const old = (names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

const fresh = async (request) => {
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(KEPT)).put(request, answer.clone());
  return answer;
};

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  const isOurs = address.origin === self.location.origin && OURS.some((one) => one.test(address.pathname));
  if (event.request.method !== "GET" || !isOurs) return;
  const kept = () => caches.match(event.request, { ignoreVary: true });
  const late = () => new Promise((done) => setTimeout(done, LONGEST_MS)).then(kept);
  event.respondWith((async () => {
    const coming = fresh(event.request);
    const first = await Promise.race([coming, late()]).catch(kept);
    return first ?? coming;
  })());
});
