// Conveniences on top of pages that work without them. No page depends on this file.
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const live = () => one("#lr-live");
  const say = (text) => { if (live()) live().textContent = text; };
  const csrf = () => one('meta[name="csrf-token"]')?.content ?? "";
  const focused = new WeakSet();
  document.documentElement.classList.add("lr-js");

  // Once a piece of page is there: at the start, and again after a part was replaced.
  function enhance(root) {
    all("[data-reorder-handle], [data-print], [data-help], [data-copy]", root).forEach((button) => { button.hidden = false; });
    all(".lr-table-container", root).forEach(makeScrollable);
    all(".lr-table", root).forEach(keepTableRoles);
    const summary = one("[data-takes-focus]", root);
    if (summary && !focused.has(summary)) { focused.add(summary); summary.focus(); }
  }

  // A table wider than its frame can be scrolled with the keyboard; one that fits is no stop on the way.
  function makeScrollable(frame) {
    if (frame.scrollWidth <= frame.clientWidth + 1) {
      ["tabindex", "role", "aria-label"].forEach((name) => frame.removeAttribute(name));
      return;
    }
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", one("caption", frame)?.textContent.trim() ?? "");
  }

  // On a phone rows are laid out as blocks, which takes the table's meaning away from a screen reader; roles give it back.
  function keepTableRoles(table) {
    table.setAttribute("role", "table");
    all("thead, tbody, tfoot", table).forEach((part) => part.setAttribute("role", "rowgroup"));
    all("tr", table).forEach((row) => row.setAttribute("role", "row"));
    all("td", table).forEach((cell) => cell.setAttribute("role", "cell"));
    all("th", table).forEach((cell) => cell.setAttribute("role", cell.scope === "row" ? "rowheader" : "columnheader"));
  }

  // --- an address onto the clipboard
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    field.select();
    navigator.clipboard?.writeText(field.value).then(() => { button.textContent = button.dataset.copied; say(button.dataset.copied); });
  });

  // --- a question before a POST that has data-confirm
  const agreed = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const dialog = one("#lr-confirm");
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (!question || !dialog?.showModal || agreed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    one("#lr-confirm-text").textContent = question;
    const yes = one("[data-confirm-yes]", dialog);
    yes.textContent = submitter?.dataset.confirmLabel ?? form.dataset.confirmLabel ?? yes.textContent;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "yes") {
        agreed.add(form);
        form.requestSubmit(submitter ?? undefined);
      } else submitter?.focus();
    }, { once: true });
    dialog.showModal();
  }, true);

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-submit-on-change]") && form.reportValidity()) form.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-print], [data-help]");
    if (button?.matches("[data-print]")) window.print();
    if (button?.matches("[data-help]")) one("#lr-help").showModal();
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const search = one("#site-search");
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); search.select(); }
    if (event.key === "?" && one("#lr-help")) { event.preventDefault(); one("#lr-help").showModal(); }
  });

  // --- putting a list in order: arrow keys on the handle, or dragging it
  const rows = (list) => all(":scope > [data-reorder-item]", list);
  const orderOf = (list) => rows(list).map((row) => row.dataset.reorderItem).join(",");
  const waiting = new WeakMap();

  function announce(list, row) {
    const place = rows(list).indexOf(row) + 1;
    say((live()?.dataset.moved ?? "").replace("{name}", row.dataset.reorderName ?? "").replace("{place}", place).replace("{total}", rows(list).length));
  }

  function saveSoon(list, delay) {
    clearTimeout(waiting.get(list));
    waiting.set(list, setTimeout(() => save(list), delay));
  }

  async function save(list) {
    const body = new URLSearchParams(rows(list).map((row) => ["order", row.dataset.reorderItem]));
    for (const [name, value] of Object.entries(JSON.parse(list.dataset.reorderFields ?? "{}"))) body.append(name, value);
    body.append("csrf_token", csrf());
    const failed = live()?.dataset.failed ?? "";
    try {
      const answer = await fetch(list.dataset.reorderUrl, { method: "POST", body, headers: { "X-CSRFToken": csrf() } });
      // Refused, because somebody else changed it: the answer says so, above the order as it is now.
      const refused = answer.status === 409;
      if (!answer.ok && !refused) throw new Error(String(answer.status));
      if (!takeOver(list, await answer.text()) && refused) throw new Error("409");
      if (!refused) say(live()?.dataset.saved ?? "");
    } catch {
      say(failed);
      setTimeout(() => location.reload(), 1500);
    }
  }

  // The server's answer holds numbers and times worked out anew: take the named part from it and keep the focus.
  function takeOver(list, html) {
    const region = list.dataset.reorderRegion && document.getElementById(list.dataset.reorderRegion);
    const fresh = region && new DOMParser().parseFromString(html, "text/html").getElementById(region.id);
    if (!fresh) return false;
    const held = document.activeElement?.closest("[data-reorder-item]")?.dataset.reorderItem;
    region.replaceWith(document.adoptNode(fresh));
    enhance(fresh);
    window.htmx?.process(fresh);
    if (held) one(`[data-reorder-item="${CSS.escape(held)}"] [data-reorder-handle]`, fresh)?.focus();
    return true;
  }

  function stepTo(list, row, down) {
    const others = rows(list);
    const neighbour = others[others.indexOf(row) + (down ? 1 : -1)];
    if (!neighbour) return;
    if (down) neighbour.after(row); else neighbour.before(row);
  }

  document.addEventListener("keydown", (event) => {
    const handle = event.target.closest?.("[data-reorder-handle]");
    if (!handle || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    const row = handle.closest("[data-reorder-item]");
    const list = row.closest("[data-reorder]");
    stepTo(list, row, event.key === "ArrowDown");
    handle.focus();
    announce(list, row);
    saveSoon(list, 700);
  });

  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.("[data-reorder-handle]");
    if (!handle || event.button !== 0) return;
    const row = handle.closest("[data-reorder-item]");
    const list = row.closest("[data-reorder]");
    const before = orderOf(list);
    const home = row.nextElementSibling;
    clearTimeout(waiting.get(list));
    row.classList.add("lr-agenda__row--dragging");

    const follow = (move) => {
      const over = rows(list).find((other) => {
        const box = other.getBoundingClientRect();
        return other !== row && move.clientY > box.top && move.clientY < box.bottom;
      });
      if (!over) return;
      const box = over.getBoundingClientRect();
      const down = rows(list).indexOf(over) > rows(list).indexOf(row);
      const beyond = down ? move.clientY > box.top + box.height / 2 : move.clientY < box.top + box.height / 2;
      if (beyond) { if (down) over.after(row); else over.before(row); }
    };
    const stop = (keep) => {
      ["pointermove", "pointerup", "pointercancel"].forEach((name) => document.removeEventListener(name, listeners[name]));
      document.removeEventListener("keydown", escape, true);
      row.classList.remove("lr-agenda__row--dragging");
      if (!keep) list.insertBefore(row, home);
      handle.focus();
      if (orderOf(list) !== before) { announce(list, row); saveSoon(list, 0); }
    };
    const listeners = { pointermove: follow, pointerup: () => stop(true), pointercancel: () => stop(false) };
    const escape = (key) => { if (key.key === "Escape") { key.preventDefault(); stop(false); } };
    Object.entries(listeners).forEach(([name, listener]) => document.addEventListener(name, listener));
    document.addEventListener("keydown", escape, true);
    event.preventDefault();
  });

  document.addEventListener("htmx:after:swap", (event) => enhance(event.target instanceof Element ? event.target : document));
  window.addEventListener("resize", () => all(".lr-table-container").forEach(makeScrollable));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => enhance(document));
  else enhance(document);
})();
