// Keeps the pages that hand cards over, with what they are made of, for times without a network. What is
// fresh comes first; what was kept is given where nothing fresh comes. The list of a day and what was
// handed over are not here: the page keeps them by itself.
const KEPT = "serah-1";
const PAGE = /^\/kartu\/hari\/[0-9a-f-]{36}\/serah$/;
const OURS = [PAGE, /^\/kartu\/(kunci\.json|dicabut\/\d{4})$/, /^\/aset\//];
const LONGEST_MS = 4000;

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));

self.addEventListener("activate", (event) => {
  const isOld = (name) => name.startsWith("serah-") && name !== KEPT;
  const old = (names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

const fresh = async (request) => {
  const answer = await fetch(request);
  // The door of the office is no page to keep.
  if (answer.ok && !answer.redirected) await (await caches.open(KEPT)).put(request, answer.clone());
  return answer;
};

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  const isOurs = address.origin === self.location.origin && OURS.some((one) => one.test(address.pathname));
  if (event.request.method !== "GET" || !isOurs) return;
  const how = { ignoreVary: true, ignoreSearch: PAGE.test(address.pathname) };
  const kept = () => caches.match(event.request, how);
  const late = () => new Promise((done) => setTimeout(done, LONGEST_MS)).then(kept);
  event.respondWith((async () => {
    const coming = fresh(event.request);
    const first = await Promise.race([coming, late()]).catch(kept);
    return first ?? coming;
  })());
});
