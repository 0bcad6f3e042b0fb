// Makes the chat quicker and patient. Without it every form works as a form.
"use strict";
(() => {
  const WAIT = 5000;  // until what could not be saved is tried again
  const SLOW = 30000;  // an answer that takes longer is asked for once more
  const one = (query, within = document) => within.querySelector(query);
  const fresh = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16)).join("-");
  const under = new Map();  // what is being sent: its words by its key; a form goes once
  const on = (name, act) => document.addEventListener(name, act);
  const newest = () => one("#log ol > li:last-child");

  // Until the time is up or the network is back.
  const pause = () => new Promise((done) => {
    setTimeout(done, WAIT);
    addEventListener("online", done, { once: true });
  });

  function show(item) {
    if (!item) return;
    item.scrollIntoView({ block: "start" });
    const typing = document.activeElement;
    if (!(typing && typing.value && typing.matches("input, textarea")))
      one(".told", item).focus({ preventScroll: true });
  }

  function status(name) {
    const line = one("#status");
    if (line) line.textContent = name ? line.dataset[name] : "";
  }

  // The same words with the same key, until they are saved: it stays one message.
  async function patient(address, request) {
    const whole = request.body instanceof FormData;  // a file may take its time
    for (;;) {
      try {
        const signal = whole ? undefined : AbortSignal.timeout?.(SLOW);
        const answer = await fetch(address, { ...request, signal });
        if (answer.status !== 503) return answer;
        status("unsaved");
      } catch {
        status(navigator.onLine ? "unsaved" : kept() ? "offline" : "unsaved");
      }
      await pause();
    }
  }

  const kept = () => navigator.serviceWorker && navigator.serviceWorker.controller;

  on("htmx:config:request", (event) => {
    const { ctx } = event.detail, form = ctx.sourceElement;
    if (!form.matches("form[data-say]")) return;
    const data = ctx.request.body;
    const sent = form.id === "bar" ? data.get("text") : "";
    if (under.get(data.get("key")) === sent) return event.preventDefault();
    if (under.has(data.get("key"))) data.set("key", fresh());
    ctx.sent = { words: sent, key: data.get("key") };
    under.set(ctx.sent.key, sent);
    ctx.fetch = patient;
  });

  on("htmx:finally:request", (event) => {
    const { sent } = event.detail.ctx;
    if (sent) under.delete(sent.key);
  });

  // The page as it is now on the server is laid over this one: what did not change stays, and
  // so does what is being written meanwhile.
  on("htmx:before:swap", (event) => {
    const { ctx } = event.detail, field = one("#words");
    if (!ctx.sent || !field) return;
    const same = field.value === ctx.sent.words && one("#bar [name=key]").value === ctx.sent.key;
    if (same) field.value = "";
    // What came by the stream after the server had made that page is not on it: it is kept.
    const known = Array.from(ctx.text.matchAll(/<li id="m(\d+)"/g), (found) => Number(found[1]));
    const last = Math.max(0, ...known), items = document.querySelectorAll("#log > ol > li");
    ctx.later = Array.from(items).filter((item) => Number(item.id.slice(1)) > last)
      .map((item) => item.cloneNode(true));
  });

  on("htmx:after:swap", (event) => {
    const { ctx } = event.detail, log = one("#log > ol");
    if (!ctx.sent) return;
    for (const item of (log && ctx.later) || []) {
      settle(item);
      log.append(item);
      htmx.process(item);
    }
    const root = document.documentElement, { lang, large } = document.body.dataset;
    root.lang = lang;
    root.classList.toggle("large", large === "yes");
    status("");
    show(newest());
  });

  // A message from the stream. A notice leaves the open question's buttons where they are.
  on("htmx:sse:before:message", (event) => {
    const { message } = event.detail;
    if (message.event) return;
    const item = one("li", new DOMParser().parseFromString(message.data, "text/html"));
    if (!item || document.getElementById(item.id)) return event.preventDefault();
    settle(item);
  });

  // From here on only this can be answered.
  function settle(item) {
    if (!("settles" in item.dataset)) return;
    for (const form of document.querySelectorAll("#log form")) form.remove();
    // What is half typed was meant for the question before; what is being sent has arrived.
    const field = one("#words");
    if (field.value && [...under.values()].includes(field.value)) {
      field.value = "";
      one("#bar [name=key]").value = fresh();
    }
    if (!field.value)
      for (const mark of document.querySelectorAll("#foot [name=shown]"))
        mark.value = item.dataset.mark;
  }

  // A question is led to; a notice is spoken by the log, and leaves where one reads and writes.
  on("htmx:sse:after:message", ({ detail }) => {
    const item = newest();
    if (detail.message.event || !item) return;
    if ("settles" in item.dataset || !one("#foot [name=shown]").value) return show(item);
    one("#fresh").hidden = false;
  });
  on("click", (event) => {
    if (!event.target.closest("#fresh")) return;
    one("#fresh").hidden = true;
    show(newest());
  });
  on("bye", () => location.replace("/"));

  // The stream comes back by itself once it has been open; until then it is opened again here.
  function listen(event) {
    const ear = one("#ear"), { ctx, status: code } = event.detail;
    if (!ear || (ctx && ctx.sourceElement !== ear)) return;
    if ((code || (ctx && ctx.response && ctx.response.status)) === 401) location.replace("/");
    else if (ctx) setTimeout(() => ear.isConnected && htmx.trigger(ear, "again"), WAIT);
  }
  for (const name of ["htmx:error", "htmx:response:error", "htmx:sse:error"]) on(name, listen);

  // Enter sends, where a line will do for an answer; not while a word is being composed.
  on("keydown", (event) => {
    const plain = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (!plain || !event.target.matches("#words[rows='1']")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  // The newest message, read aloud by the browser: its words and what can be pressed.
  const voice = window.speechSynthesis;
  if (voice) document.documentElement.classList.add("speaks");
  on("click", (event) => {
    const button = event.target.closest(".aloud");
    if (!button) return;
    if (voice.speaking) return voice.cancel();
    const item = button.closest("li"), label = button.textContent;
    const parts = item.querySelectorAll(".note, .told > p:not(.end), dt, dd, .options button");
    const words = [...parts].map((part) => part.textContent.trim()).join("。");
    const speech = new SpeechSynthesisUtterance(words);
    speech.lang = document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-GB";
    speech.onend = speech.onerror = () => (button.textContent = label);
    button.textContent = button.dataset.stop;
    voice.speak(speech);
  });

  // On a wide screen what waits today stands beside the chat; it is fetched anew when something
  // has been done.
  const wide = matchMedia("(min-width: 56.25em)");
  async function beside() {
    const side = one("#side");
    if (!side || !wide.matches || document.hidden) return;
    const answer = await fetch(side.dataset.today).catch(() => null);
    if (!answer || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = one("#today", page);
    if (!found) return;
    side.replaceChildren(found);
    htmx.process(side);
  }
  wide.addEventListener("change", beside);
  on("htmx:after:swap", ({ detail }) => detail.ctx.sent && !newest()?.dataset.mark && beside());

  beside();
  if (newest()) show(newest());
})();
