// The button "notify me on this device": shown only where the browser can be told, and says how it stands.
"use strict";
(() => {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !window.isSecureContext) return;
  const bytes = (text) => {
    const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/").padEnd(Math.ceil(text.length / 4) * 4, "="));
    return Uint8Array.from(raw, (sign) => sign.charCodeAt(0));
  };
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const kept = (form) => `push:${form.elements.token.value.slice(0, 43)}`;

  async function send(form, address, fields) {
    const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, ...fields });
    const answer = await fetch(address, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
  }
  function show(form, isOn, words = "") {
    form.querySelector("button").textContent = isOn ? form.dataset.offWords : form.dataset.onWords;
    form.querySelector("[role=status]").textContent = words;
    form.dataset.isOn = isOn ? "yes" : "";
    form.hidden = false;
  }
  async function turnOn(form) {
    if (await Notification.requestPermission() !== "granted") return show(form, false, form.dataset.blocked);
    const worker = await navigator.serviceWorker.register(form.dataset.worker, { scope: "/" });
    await navigator.serviceWorker.ready;
    const made = await worker.pushManager.subscribe({
      userVisibleOnly: true, applicationServerKey: bytes(form.dataset.pushKey),
    });
    await send(form, form.action, {
      token: form.elements.token.value, endpoint: made.endpoint,
      p256dh: text(made.getKey("p256dh")), auth: text(made.getKey("auth")),
    });
    localStorage.setItem(kept(form), made.endpoint);
    show(form, true);
  }
  async function turnOff(form) {
    const worker = await navigator.serviceWorker.getRegistration("/");
    const made = worker && await worker.pushManager.getSubscription();
    if (made) {
      await send(form, form.dataset.off, { endpoint: made.endpoint });
      await made.unsubscribe();
    }
    localStorage.removeItem(kept(form));
    show(form, false);
  }

  async function begin(form) {
    const worker = await navigator.serviceWorker.getRegistration("/");
    const made = worker && await worker.pushManager.getSubscription();
    show(form, Boolean(made) && localStorage.getItem(kept(form)) === made.endpoint);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      const button = form.querySelector("button");
      button.disabled = true;
      try {
        await (form.dataset.isOn ? turnOff(form) : turnOn(form));
      } catch {
        show(form, Boolean(form.dataset.isOn), form.dataset.failed);
      } finally {
        button.disabled = false;
      }
    });
  }
  for (const form of document.querySelectorAll("form[data-push-key]")) begin(form);
})();
