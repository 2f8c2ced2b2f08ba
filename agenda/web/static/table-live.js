// The table, live: clocks run on between looks at the server, parts are renewed, keys press the buttons.
// Without this file every button is a form and every look a reload.
"use strict";
(() => {
  const root = document.querySelector("[data-live]");
  if (!root) return;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const regions = root.dataset.liveRegions.split(" ");
  const lost = one("[data-live-lost]", root);
  // The server's clock, and not that of this device, says how late it is.
  let known = { server: Number(root.dataset.now), here: performance.now() };
  const LONGEST_LATE = 12 * 3600 * 1000;
  const now = () => known.server + performance.now() - known.here;

  function face(seconds) {
    const rest = Math.max(0, Math.floor(seconds));
    const two = (number) => String(number).padStart(2, "0");
    const [hours, minutes] = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60];
    return hours ? `${hours}:${two(minutes)}:${two(rest % 60)}` : `${minutes}:${two(rest % 60)}`;
  }

  function hour(moment, zone, language) {
    const text = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone }).format(moment);
    return language === "nl" ? text.replace(":", ".") : text;
  }

  function tick() {
    for (const clock of all("[data-clock]", root)) {
      const data = clock.dataset;
      const since = data.running === "1" ? (performance.now() - known.here) / 1000 : 0;
      const spent = Number(data.spent) + since;
      const leftSeconds = Number(data.minutes) * 60 - spent;
      const left = Math.ceil(leftSeconds / 60);
      one("[data-clock-face]", clock).textContent = face(spent);
      const shown = one("[data-clock-left]", clock);
      if (shown.textContent !== "" || data.running === "1") {
        shown.textContent = (left < 0 ? data.overWords : data.leftWords).replace("{n}", Math.abs(left));
        shown.classList.toggle("lr-over", left < 0);
      }
      const shownEnd = one("[data-clock-end]", clock);
      if (!shownEnd) continue;
      const end = now() + Math.max(0, leftSeconds) * 1000 + Number(data.toCome) * 60000;
      // A meeting that nobody closed has no end to expect days later.
      const forgotten = data.plannedEnd && end - Number(data.plannedEnd) > LONGEST_LATE;
      shownEnd.textContent = forgotten ? "–" : hour(end, data.zone, data.language);
      const late = one("[data-clock-late]", clock);
      if (late && data.plannedEnd) {
        const minutes = Math.round((end - Number(data.plannedEnd)) / 60000);
        const words = minutes > 0 ? data.lateWords : minutes < 0 ? data.earlyWords : data.onTimeWords;
        late.textContent = forgotten ? "" : `, ${words.replace("{n}", Math.abs(minutes))}`;
      }
    }
  }

  // --- parts of the page, as the server shows them now
  function takeOver(html, own = false) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const live = one("[data-live]", fresh);
    if (!live) return false;
    const active = document.activeElement;
    const held = active?.id || active?.closest("form[id]")?.id;
    for (const id of regions) {
      const [old, next] = [document.getElementById(id), fresh.getElementById(id)];
      if (!old || !next) continue;
      if (mayStay(id, old, next, own)) { wind(old, next); continue; }
      old.replaceWith(document.adoptNode(next));
      document.dispatchEvent(new CustomEvent("live:renewed", { detail: next }));
      window.htmx?.process(next);
    }
    if (held && !active.isConnected) {
      const found = document.getElementById(held);
      (found?.matches("form") ? found.querySelector("button") : found)?.focus({ preventScroll: true });
    }
    const token = 'meta[name="csrf-token"]';
    one(token).content = one(token, fresh)?.content ?? one(token).content;
    known = { server: Number(live.dataset.now), here: performance.now() };
    tick();
    return true;
  }

  // What somebody is typing is not replaced under their hands.
  function mayStay(id, old, next, own) {
    if (still(old).isEqualNode(still(next))) return true;
    if (id !== "table-note") return false;
    // Notes wait on this device; what is typed in the other forms stands nowhere else.
    if (all("form:not([data-note-form]) :is(input:not([type=hidden]), textarea)", old).some((field) => field.value !== field.defaultValue)) return true;
    const inUse = old.dataset.busy === "1" || old.contains(document.activeElement);
    if (old.dataset.item !== next.dataset.item) return inUse && !own;
    const same = ["version", "itemVersion", "closed"].every((name) => old.dataset[name] === next.dataset[name]);
    return same || old.dataset.busy === "1";
  }

  // All but what differs each time that one looks: how long, and the tokens of forms.
  function still(node) {
    const copy = node.cloneNode(true);
    all("[data-ticks]", copy).forEach((part) => { part.textContent = ""; });
    all("[data-clock]", copy).forEach((clock) => clock.removeAttribute("data-spent"));
    all("[name=csrf_token]", copy).forEach((field) => field.removeAttribute("value"));
    return copy;
  }

  function wind(old, next) {
    const pairs = (selector, take) => all(selector, old).forEach((part, at) => { const fresh = all(selector, next)[at]; if (fresh) take(part, fresh); });
    pairs("[data-ticks]", (part, fresh) => { part.textContent = fresh.textContent; });
    pairs("[data-clock]", (part, fresh) => { part.dataset.spent = fresh.dataset.spent; });
    pairs("[name=csrf_token]", (part, fresh) => { part.value = fresh.value; });
  }

  const flashes = (html) => {
    const fresh = one(".lr-flashes", new DOMParser().parseFromString(html, "text/html"));
    if (fresh) one(".lr-flashes")?.replaceChildren(...fresh.children);
  };

  function heard(well) {
    if (well) { lost.textContent = ""; delete lost.dataset.since; return; }
    if (lost.dataset.since) return;
    const zone = one("[data-clock]", root)?.dataset.zone ?? "Europe/Amsterdam";
    lost.dataset.since = hour(now(), zone, lost.dataset.language);
    lost.textContent = lost.dataset.words.replace("{time}", lost.dataset.since + (lost.dataset.language === "nl" ? " uur" : ""));
  }

  let asking = false, turn = 0;
  async function look() {
    if (asking || document.hidden) return;
    asking = true;
    const began = turn;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error", signal: AbortSignal.timeout(10000) });
      const html = await answer.text();
      // What was asked before a button was pressed tells of the table as it was before.
      if (began === turn) heard(answer.ok && takeOver(html));
    } catch {
      heard(false);
    } finally {
      asking = false;
    }
  }

  // So does what was asked before a note was saved: it would bring the words from before back.
  document.addEventListener("live:saved", () => { turn += 1; });

  // --- a button that changes the table: sent without leaving the page
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-table-form]") || event.defaultPrevented) return;
    event.preventDefault();
    const button = one("button", form);
    if (button.disabled) return;
    button.disabled = true;
    turn += 1;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "text/html" } });
      const html = await answer.text();
      button.disabled = false;
      turn += 1;
      const shown = new URL(answer.url);
      if (!takeOver(html, true)) { location.assign(answer.redirected ? answer.url : location.href); return; }
      flashes(html);
      if (answer.redirected && shown.pathname === location.pathname) history.replaceState(null, "", shown);
      heard(true);
      one("[data-takes-focus]", document.getElementById("table-alert") ?? root)?.focus();
    } catch {
      button.disabled = false;
      heard(false);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "f" && one("[data-live-full]")) { event.preventDefault(); full(); return; }
    // Space and the arrows keep their own meaning where something has the focus that uses them.
    if (event.key === " " && event.target.closest?.("button, a, summary, label")) return;
    const form = all("form[data-key]", root).find((found) => wanted(found).includes(event.key));
    if (!form || event.repeat) return;
    event.preventDefault();
    form.requestSubmit();
  });
  const wanted = (form) => (form.dataset.key === " " ? [" "] : form.dataset.key.split(" "));

  function full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.();
  }
  one("[data-live-full]")?.addEventListener("click", full);
  all("[data-live-full]").forEach((button) => { button.hidden = false; });

  // The list of keys that ? shows holds those of this page too.
  const keys = one("template[data-live-keys]");
  if (keys) one("#lr-help .lr-keys")?.append(keys.content.cloneNode(true));

  // A screen that all look at must not fall asleep.
  const stayAwake = () => { if ("liveAwake" in root.dataset && !document.hidden) navigator.wakeLock?.request("screen").catch(() => {}); };
  document.addEventListener("visibilitychange", () => { stayAwake(); look(); });
  window.addEventListener("online", look);
  window.addEventListener("offline", () => heard(false));
  stayAwake();
  tick();
  setInterval(tick, 1000);
  setInterval(look, Number(root.dataset.liveEvery));
})();
