// Sliders beside the form's own fields, and the answer anew while they move. Without this script the form's button does.
"use strict";
(() => {
  const form = document.getElementById("form");
  const said = document.getElementById("said");
  const offline = document.getElementById("offline");
  const WAIT_MS = 120;
  let waiting = 0;
  let asking = null;

  const typed = (text) => Number.parseFloat(text.trim().replace(",", "."));
  const written = (value, decimals) => {
    const text = value.toFixed(decimals);
    return text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "").replace(".", form.dataset.comma);
  };

  function slider(field, entry, low, high, step) {
    const range = document.createElement("input");
    Object.assign(range, { type: "range", min: low, max: high, step });
    range.setAttribute("aria-label", field.querySelector("label").textContent);
    field.classList.add("slides");
    field.insertBefore(range, entry.closest(".entry"));
    return range;
  }

  function slideNumber(field) {
    const entry = field.querySelector("input");
    const { low, high, step, decimals } = field.dataset;
    const range = slider(field, entry, low, high, step);
    const fix = field.querySelector('input[name="fix"]');
    const follow = () => {
      const value = typed(entry.value);
      if (Number.isFinite(value)) range.value = value;
      range.setAttribute("aria-valuetext", `${entry.value}%`);
    };
    range.addEventListener("input", () => {
      entry.value = written(Number(range.value), Number(decimals));
      range.setAttribute("aria-valuetext", `${entry.value}%`);
      if (fix) fix.checked = true;
    });
    entry.addEventListener("input", () => {
      if (fix) fix.checked = true;
      follow();
    });
    follow();
  }

  function slideChoice(field) {
    const entry = field.querySelector("select");
    const range = slider(field, entry, 0, entry.options.length - 1, 1);
    const tell = () => range.setAttribute("aria-valuetext", entry.selectedOptions[0].textContent.trim());
    range.addEventListener("input", () => {
      entry.selectedIndex = Number(range.value);
      tell();
    });
    const follow = () => {
      range.value = entry.selectedIndex;
      tell();
    };
    entry.addEventListener("input", follow);
    follow();
  }

  // What is held fixed says so; what varies isn't asked about, so the address stays short.
  function asked() {
    const query = new URLSearchParams(new FormData(form));
    const held = query.getAll("fix");
    for (const field of form.querySelectorAll(".parameter input[name]:not([name=fix])"))
      if (!held.includes(field.name)) query.delete(field.name);
    return query;
  }

  function showFaults(headline) {
    for (const old of form.querySelectorAll('[aria-invalid="true"]')) old.removeAttribute("aria-invalid");
    for (const old of form.querySelectorAll(".fault")) old.textContent = "";
    for (const fault of headline.querySelectorAll("[data-field]")) {
      const place = document.getElementById(`${fault.dataset.field}-error`);
      if (place) place.textContent = fault.querySelector("span").textContent;
      document.getElementById(fault.dataset.field)?.setAttribute("aria-invalid", "true");
    }
  }

  function show(text, query) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const headline = page.getElementById("headline");
    const answer = page.getElementById("answer");
    if (!headline || !answer) throw new Error("no answer");
    const open = [...document.querySelectorAll("#answer details")].map((each) => each.open);
    showFaults(headline);
    document.getElementById("headline").replaceWith(headline);
    if (headline.dataset.state === "ready") {
      document.getElementById("answer").replaceWith(answer);
      answer.querySelectorAll("details").forEach((each, place) => (each.open = Boolean(open[place])));
    }
    document.getElementById("answer").classList.toggle("busy", headline.dataset.state !== "ready");
    said.textContent = headline.querySelector(".verdict").textContent;
    history.replaceState(null, "", `?${query}`);
    const other = document.getElementById("other");
    const turned = new URLSearchParams(query);
    turned.set("lang", other.lang);
    other.href = `?${turned}`;
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    const query = asked();
    document.getElementById("answer").classList.add("busy");
    try {
      const reply = await fetch(`${form.dataset.answer}?${query}`, { signal, credentials: "same-origin" });
      const text = await reply.text();
      if (signal.aborted) return;
      show(text, query);
      offline.hidden = true;
      const again = Number(reply.headers.get("Retry-After"));
      if (again) later(again * 1000);
    } catch (error) {
      if (error.name === "AbortError") return;
      offline.hidden = false;
      document.getElementById("answer").classList.remove("busy");
    }
  }

  function later(wait) {
    clearTimeout(waiting);
    waiting = setTimeout(ask, wait);
  }

  const begun = document.getElementById("headline").dataset.state;
  if (begun === "preparing" || begun === "busy") later(1000);
  for (const field of form.querySelectorAll("[data-low]")) slideNumber(field);
  slideChoice(document.getElementById("threshold").closest(".field"));
  document.documentElement.classList.add("live");
  form.addEventListener("input", (event) => {
    // Another year has other ranges: the whole page comes anew.
    if (event.target.name === "year") location.assign(`?${asked()}`);
    else later(WAIT_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    later(0);
  });
})();
