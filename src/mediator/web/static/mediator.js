// What pages do better with a script; every one of them works without. Countdowns, the parts of long forms, copies.
"use strict";
(() => {
  const units = document.documentElement.lang === "en"
    ? { day: ["day", "days"], hour: ["hour", "hours"], minute: ["minute", "minutes"], left: "left", over: "time is up" }
    : { day: ["hari", "hari"], hour: ["jam", "jam"], minute: ["menit", "menit"], left: "lagi", over: "waktu habis" };
  const say = (count, [one, many]) => `${count} ${count === 1 ? one : many}`;

  // The page's clock is the server's: what a phone believes about the time must not shorten anybody's deadline.
  const opened = performance.now();
  function count() {
    for (const time of document.querySelectorAll("time.due")) {
      const now = Date.parse(time.dataset.now) + (performance.now() - opened);
      const minutes = Math.floor((Date.parse(time.dateTime) - now) / 60000);
      if (minutes < 0) { time.textContent = units.over; continue; }
      const days = Math.floor(minutes / 1440), hours = Math.floor(minutes / 60) % 24;
      const parts = [];
      if (days) parts.push(say(days, units.day));
      if (hours && parts.length < 2) parts.push(say(hours, units.hour));
      if (!days && (minutes % 60 || !parts.length)) parts.push(say(minutes % 60, units.minute));
      time.textContent = `${parts.join(" ")} ${units.left}`;
      time.classList.toggle("soon", minutes < 720);
    }
  }
  count();
  setInterval(count, 30000);

  // A form is sent once: the second click finds its button asleep (and the server knows the form's key anyway).
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "get" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 15000);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) for (const form of document.forms) delete form.dataset.sent;
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (button && navigator.clipboard) {
      await navigator.clipboard.writeText(button.dataset.copy);
      const before = button.textContent;
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = before; }, 2000);
    }
    const share = event.target.closest("[data-share]");
    if (share && navigator.share) {
      event.preventDefault();
      navigator.share({ url: share.dataset.share, text: share.dataset.text }).catch(() => {});
    }
    if (event.target.closest("[data-print]")) print();
    const all = event.target.closest("[data-tick-all]");
    if (all) for (const box of all.form.querySelectorAll(`[name="${all.dataset.tickAll}"]`)) box.checked = all.checked;
  });
  for (const element of document.querySelectorAll("[data-scripted]")) element.hidden = false;

  // Photographs chosen in a form are shown at once, so that a wrong one is seen before it is sent.
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file") return;
    const shown = document.getElementById(`${input.id}_shown`);
    if (!shown) return;
    shown.replaceChildren(...[...input.files].filter((file) => file.type.startsWith("image/")).slice(0, 12).map((file) => {
      const item = document.createElement("li"), picture = document.createElement("img");
      picture.src = URL.createObjectURL(file);
      picture.alt = file.name;
      picture.onload = () => URL.revokeObjectURL(picture.src);
      item.append(picture);
      return item;
    }));
  });
})();
