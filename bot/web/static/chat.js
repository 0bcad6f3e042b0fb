// Makes the forms of the chat quicker and patient. Without it every form works as a form.
"use strict";
(() => {
  const WAIT = 5000;
  const one = (query, root = document) => root.querySelector(query);
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  const fresh = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16)).join("-");
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const under = new Map();  // what is being sent: its words by its key; a form goes once
  let line = Promise.resolve();  // one after the other, in the order of the taps

  function show(item) {
    item.scrollIntoView({ block: "start" });
    const typing = document.activeElement;
    if (!(typing && typing.value && typing.matches("input, textarea")))
      one(".told", item).focus({ preventScroll: true });
  }

  // A message from the stream. A notice leaves the open question's buttons where they are.
  function told(html) {
    const item = one("li", parse(html));
    if (!item || document.getElementById(item.id)) return;
    if ("settles" in item.dataset) {
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
    one("#log ol").append(item);
    show(item);
  }

  // The page as it is now on the server; what did not change stays where it is, and so does what
  // is being written meanwhile.
  function merge(page, sent, key) {
    const list = one("#log ol", page);
    if (!list) return document.body.replaceWith(page.body);
    const field = one("#words");
    const other = field.value !== sent || one("#bar [name=key]").value !== key;
    const writing = field.value !== "" && other;
    const root = document.documentElement;
    root.lang = page.documentElement.lang;
    root.className = page.documentElement.className;
    for (const item of [...list.children]) {
      const old = document.getElementById(item.id);
      if (!old) one("#log ol").append(item);
      else if (old.innerHTML !== item.innerHTML) old.replaceWith(item);
    }
    one("#head").replaceWith(one("#head", page));
    if (writing) refresh(one("#foot", page));
    else one("#foot").replaceWith(one("#foot", page));
    const last = one("#log ol").lastElementChild;
    if (last) show(last);
  }

  // The hidden fields of the foot as those of a new one.
  function refresh(foot) {
    const hidden = (part) => [...part.querySelectorAll("[type=hidden]")];
    const fresh = hidden(foot);
    hidden(one("#foot")).forEach((input, place) => (input.value = fresh[place].value));
  }

  // The same words with the same key, until they are saved: it stays one message.
  async function send(body, sent, key) {
    for (;;) {
      try {
        const answer = await fetch("/say", { method: "POST", body });
        if (answer.status !== 503) return merge(parse(await answer.text()), sent, key);
      } catch {
        // no network: as when the server could not save
      }
      const status = one("#status");
      status.textContent = status.dataset.unsaved;
      await pause(WAIT);
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if ("once" in form.dataset) setTimeout(() => (event.submitter.disabled = true));
    if (!("say" in form.dataset) || !event.submitter) return;
    event.preventDefault();
    const data = new FormData(form);
    const sent = form.id === "bar" ? data.get("text") : "";
    if (under.get(data.get("key")) === sent) return;
    if (under.has(data.get("key"))) data.set("key", fresh());
    const key = data.get("key");
    under.set(key, sent);
    const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
    if (event.submitter.name) body.append(event.submitter.name, event.submitter.value);
    line = line.then(() => send(body, sent, key)).finally(() => under.delete(key));
  });

  function listen() {
    const last = one("#log ol").lastElementChild;
    const stream = new EventSource("/events?after=" + (last ? last.id.slice(1) : 0));
    stream.onmessage = (event) => told(event.data);
    stream.addEventListener("bye", () => location.replace("/"));
    stream.onerror = async () => {
      if (stream.readyState !== EventSource.CLOSED) return;
      await pause(WAIT);
      const page = await fetch("/").catch(() => null);
      if (page && page.ok) merge(parse(await page.text()), "", "");
      if (one("#log")) listen();
    };
  }

  if (one("#log")) {
    listen();
    const last = one("#log ol").lastElementChild;
    if (last) show(last);
  }
})();
