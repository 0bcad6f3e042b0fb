// What every page can do with script, and does without it in another way or not at all.
"use strict";
(() => {
  const one = (query) => document.querySelector(query);
  const on = (name, act) => document.addEventListener(name, act);

  // On a device of one's own: the shell without a network, and what waits to be sent.
  if (document.body.dataset.keep === "yes" && navigator.serviceWorker)
    navigator.serviceWorker.register("/sw.js").catch(() => {});

  // What could not be sent waits until she is in again, and says so at the door.
  const waiting = one("#waiting");
  if (waiting && navigator.serviceWorker && navigator.serviceWorker.controller) {
    const opened = indexedDB.open("yumiao", 1);
    opened.onupgradeneeded = () => opened.result.createObjectStore("posts", { keyPath: "key" });
    opened.onsuccess = () => {
      const asked = opened.result.transaction("posts").objectStore("posts").count();
      asked.onsuccess = () => (opened.result.close(), (waiting.hidden = !asked.result));
    };
  }

  // A form that ends something is sent once.
  on("submit", (event) => {
    if ("once" in event.target.dataset) setTimeout(() => (event.submitter.disabled = true));
  });

  // Printing needs a script; without one the browser's own menu does it.
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  // A link is passed on by the phone's own ways, where it has them.
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      one("#copied").textContent = button.dataset.done;
    });
  }
  for (const button of document.querySelectorAll("[data-share]")) {
    button.hidden = !navigator.share;
    const shared = () => navigator.share({ url: button.dataset.share }).catch(() => {});
    button.addEventListener("click", shared);
  }

  // Away at once, with nothing left on the screen; the way back leads not here.
  let shifts = [];
  function leave(event) {
    const way = one("#exit");
    if (!way) return;
    event.preventDefault();
    document.title = "";
    document.body.hidden = true;
    location.replace(way.href);
  }
  on("click", (event) => event.target.closest("#exit") && leave(event));
  on("keyup", (event) => {
    shifts = event.key === "Shift" ? [...shifts.slice(-2), event.timeStamp] : [];
    if (shifts.length === 3 && shifts[2] - shifts[0] < 3000) leave(event);
  });
})();
