// Notes at the table, saved while somebody types. Each change is kept on this device at once, and sent after a
// pause; without a connection it waits, also through a reload, and is sent in order once the connection is back.
// A change keeps its name until the server has answered it, so that it is never made twice. Without this file
// the form has a button that saves.
"use strict";
(() => {
  const PAUSE = 1200, AGAIN = 5000;
  const FIELDS = ["outcome", "decision", "remarks"];
  let form = null, timer = 0, sending = null;
  const find = () => document.querySelector("[data-note-form]");
  const csrf = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const name = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  if (!find()) return;
  const store = `lr-note-${find().dataset.person}-${find().dataset.meeting}-`;

  // --- what waits on this device: by item, each on its own, for another tab may hold another item
  const held = {};
  try {
    for (const key of Object.keys(localStorage).filter((found) => found.startsWith(store))) held[key.slice(store.length)] = JSON.parse(localStorage.getItem(key));
  } catch { /* A device that keeps nothing still sends. */ }
  function keep(item) {
    try {
      if (held[item]) localStorage.setItem(store + item, JSON.stringify(held[item]));
      else localStorage.removeItem(store + item);
    } catch { /* The same. */ }
  }

  const read = () => Object.fromEntries(FIELDS.filter((field) => form.elements[field]).map((field) => [field, form.elements[field].value]));
  const same = (one, other) => FIELDS.every((field) => (one[field] ?? "") === (other[field] ?? ""));
  function write(fields) {
    for (const field of FIELDS) if (form.elements[field] && field in fields) form.elements[field].value = fields[field];
  }
  const mine = () => held[form?.dataset.item];
  const busy = () => { const region = form.closest("[data-item]:not(form)"); if (region) region.dataset.busy = mine() ? "1" : ""; };

  function status(words, facts = {}, kept = false) {
    const line = form.querySelector("[data-note-status]");
    const text = (line.dataset[words] ?? "").replace(/\{(\w+)\}/g, (_, fact) => facts[fact] ?? "");
    if (line.textContent !== text) line.textContent = text;
    line.classList.toggle("lr-table-status--kept", kept);
  }

  function typed() {
    const entry = mine() ?? { url: form.action, number: form.dataset.number, base: Number(form.elements.version.value) || 0, since: Date.now() };
    held[form.dataset.item] = { ...entry, fields: read(), refused: undefined };
    keep(form.dataset.item);
    busy();
    if (entry.conflict) return;
    status("saving");
    soon(PAUSE);
  }

  function soon(delay) { clearTimeout(timer); timer = setTimeout(flush, delay); }

  // Send what waits, one after the other; true once nothing waits any more.
  function flush() {
    clearTimeout(timer);
    sending = sending ?? sendAll().finally(() => { sending = null; });
    return sending;
  }

  async function sendAll() {
    for (const item of Object.keys(held).sort((a, b) => (held[a].since ?? 0) - (held[b].since ?? 0))) {
      while (held[item] && !held[item].conflict && !held[item].refused) {
        if (!await send(item)) { soon(AGAIN); return false; }
      }
    }
    const elsewhere = Object.entries(held).find(([item, entry]) => entry.conflict && item !== form.dataset.item);
    if (elsewhere) status("elsewhere", { number: elsewhere[1].number }, true);
    return Object.keys(held).length === 0;
  }

  async function send(item) {
    const entry = held[item];
    entry.sent = entry.sent ?? { change: name(), base: entry.base, fields: entry.fields };
    keep(item);
    let answer;
    try {
      const body = new URLSearchParams({ ...entry.sent.fields, version: entry.sent.base, change: entry.sent.change, csrf_token: csrf() });
      answer = await fetch(entry.url, { method: "POST", body, redirect: "manual", headers: { Accept: "application/json", "X-CSRFToken": csrf() }, signal: AbortSignal.timeout(15000) });
    } catch {
      tell(item, "offline", {}, true);
      return false;
    }
    if (answer.type === "opaqueredirect") { tell(item, "signedOut", {}, true); return false; }
    if (answer.status >= 500) { tell(item, "offline", {}, true); return false; }
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) arrived(item, said);
    else if (said.code === "changed_meanwhile") overtaken(item, said);
    else { held[item] = { ...held[item], sent: undefined, refused: said.title ?? String(answer.status) }; keep(item); tell(item, "refused", { why: held[item].refused }, true); }
    return true;
  }

  function arrived(item, said) {
    const entry = held[item];
    const done = same(entry.fields, entry.sent.fields);
    if (done) delete held[item];
    else held[item] = { ...entry, base: said.version, sent: undefined };
    keep(item);
    document.dispatchEvent(new CustomEvent("live:saved"));
    if (item !== form.dataset.item) return;
    form.elements.version.value = said.version;
    const region = form.closest("[data-version]");
    if (region) region.dataset.version = said.version;
    busy();
    if (done) status(said.saved ? "saved" : "", { time: said.saved });
  }

  // --- somebody else saved too: both texts are shown, and a person chooses
  function overtaken(item, said) {
    // The same words, sent from another tab.
    if (same(held[item].fields, said.theirs)) { held[item].sent = { fields: said.theirs }; arrived(item, { ...said, saved: "" }); return; }
    held[item] = { ...held[item], sent: undefined, conflict: { version: said.version, theirs: said.theirs, html: said.html } };
    keep(item);
    if (item === form.dataset.item) show();
  }

  function show() {
    const conflict = mine()?.conflict;
    // Written by our own server, which escapes what people typed.
    form.querySelector("[data-note-conflict]").innerHTML = conflict?.html ?? "";
    form.querySelector("[data-note-choice]").hidden = !conflict;
    if (conflict) status("conflict", {}, true);
  }

  function settle(fields) {
    const conflict = mine()?.conflict;
    if (!conflict) return;
    write(fields);
    form.elements.version.value = conflict.version;
    if (same(fields, conflict.theirs)) delete held[form.dataset.item];
    else held[form.dataset.item] = { ...mine(), base: conflict.version, fields, conflict: undefined };
    keep(form.dataset.item);
    busy();
    show();
    status(mine() ? "saving" : "");
    flush();
    form.elements.decision?.focus();
  }

  function tell(item, words, facts, kept) { if (item === form.dataset.item) status(words, facts, kept); }

  // --- the form on screen, at the start and after it was renewed
  function begin() {
    form = find();
    if (!form || form.dataset.begun) return;
    form.dataset.begun = "1";
    form.querySelector("[data-note-save]").hidden = true;
    form.addEventListener("input", (event) => { if (FIELDS.includes(event.target.name)) typed(); });
    form.querySelector("[data-keep-mine]").addEventListener("click", () => settle(mine().fields));
    form.querySelector("[data-take-theirs]").addEventListener("click", () => settle(mine().conflict.theirs));
    form.addEventListener("submit", submit);
    const entry = mine();
    if (entry) { write(entry.fields); delete entry.refused; busy(); show(); }
    if (Object.keys(held).length) soon(0);
  }

  // Recording waits until what was typed has arrived. With nothing to wait for the press goes its own way: a form cannot
  // be submitted anew from within its own submit event.
  async function submit(event) {
    if (form.dataset.settled || !mine()) return;
    event.preventDefault();
    const button = event.submitter;
    while (mine() && !mine().conflict && !mine().refused) if (!await flush()) break;
    if (mine()) { if (!mine().conflict && !mine().refused) status("recordOffline", {}, true); return; }
    form.dataset.settled = "1";
    form.requestSubmit(button);
  }

  document.addEventListener("live:renewed", (event) => { if (event.detail.id === "table-note") begin(); });
  window.addEventListener("online", () => soon(0));
  window.addEventListener("offline", () => { if (mine()) status("offline", {}, true); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && Object.keys(held).length) flush(); });
  begin();
})();
