// Keeps the shell for when there is no network, and what could not be sent until there is one.
// No page of anybody's is ever kept; on a shared computer this is not installed.
"use strict";
const SHELL = [/* the addresses of the shell, the offline page first */];
const CACHE = "yumiao " + SHELL.slice(1).join(" ");
const OFFLINE = SHELL[0];

self.addEventListener("install", (event) => {
  const filled = caches.open(CACHE).then((cache) => cache.addAll(SHELL));
  event.waitUntil(filled.then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => names.filter((name) => name !== CACHE));
  const gone = old.then((names) => Promise.all(names.map((name) => caches.delete(name))));
  event.waitUntil(gone.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event, address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (request.method === "POST" && address.pathname === "/say") event.respondWith(post(request));
  else if (request.method !== "GET") return;
  else if (SHELL.slice(1).includes(address.pathname)) event.respondWith(shell(request));
  else if (request.mode === "navigate") event.respondWith(arrive(request));
});

self.addEventListener("sync", (event) => event.waitUntil(flush()));

async function shell(request) {
  return (await caches.match(request)) || fetch(request);
}

// What waits goes first, so that the page that comes shows its answers.
async function arrive(request) {
  try {
    await flush();
    return await fetch(request);
  } catch {
    return (await caches.match(OFFLINE)) || Response.error();
  }
}

// The page goes on trying by itself while it is open; the key makes it one message.
async function post(request) {
  const key = (await request.clone().formData()).get("key");
  const kept = { key, at: Date.now(), body: await request.clone().blob(),
    type: request.headers.get("Content-Type") };
  try {
    const answer = await fetch(request);
    if (answer.status === 503) await keep(kept);
    else await on("readwrite", (posts) => posts.delete(key));
    return answer;
  } catch (error) {
    await keep(kept);
    throw error;
  }
}

async function keep(kept) {
  await on("readwrite", (posts) => posts.put(kept));
  if (self.registration.sync) await self.registration.sync.register("say").catch(() => {});
}

// In their order; whatever the answer is else, it was heard. Throws where there is no network.
async function flush() {
  const waiting = await on("readonly", (posts) => posts.getAll());
  for (const { key, body, type } of waiting.sort((one, other) => one.at - other.at)) {
    const answer = await fetch("/say", { method: "POST", body, headers: { "Content-Type": type } });
    if (answer.status === 503 || answer.status === 401) return;  // 401: until she is in again
    await on("readwrite", (posts) => posts.delete(key));
  }
}

function on(mode, act) {
  return new Promise((done, failed) => {
    const opened = indexedDB.open("yumiao", 1);
    opened.onupgradeneeded = () => opened.result.createObjectStore("posts", { keyPath: "key" });
    opened.onerror = () => failed(opened.error);
    opened.onsuccess = () => {
      const asked = act(opened.result.transaction("posts", mode).objectStore("posts"));
      asked.onsuccess = () => (opened.result.close(), done(asked.result));
      asked.onerror = () => (opened.result.close(), failed(asked.error));
    };
  });
}
