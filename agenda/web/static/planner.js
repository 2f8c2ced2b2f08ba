// The advice: a topic dragged over a meeting shows at once what that move would cost. The form below the
// advice does the same without this file; Enter on a handle leads to it.
"use strict";
(() => {
  const form = document.querySelector("[data-cost-form]");
  if (!form) return;
  const box = document.querySelector("[data-cost-box]");
  const cards = () => [...document.querySelectorAll("[data-cost-meeting]")];
  document.querySelectorAll("[data-cost-topic]").forEach((handle) => { handle.hidden = false; });

  function ask(topic, meeting) {
    form.elements.topic.value = topic;
    if (meeting) form.elements.to.value = meeting;
    form.elements.to.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function put(over) {
    cards().forEach((card) => card.classList.toggle("lr-advice__target", card === over));
  }

  function down(event) {
    const handle = event.target.closest?.("[data-cost-topic]");
    if (!handle || event.button !== 0) { box.classList.remove("lr-cost--near"); return; }
    event.preventDefault();
    handle.focus();
    const row = handle.closest("li");
    const home = handle.closest("[data-cost-meeting]");
    const start = [event.clientX, event.clientY];
    let over = null, moved = false;
    const follow = (move) => {
      moved = moved || Math.hypot(move.clientX - start[0], move.clientY - start[1]) > 6;
      if (!moved) return;
      row.classList.add("lr-advice__dragged");
      row.style.translate = `${move.clientX - start[0]}px ${move.clientY - start[1]}px`;
      const edge = 60;
      if (move.clientY < edge) scrollBy(0, -12);
      if (move.clientY > innerHeight - edge) scrollBy(0, 12);
      const found = document.elementsFromPoint(move.clientX, move.clientY)
        .map((element) => element.closest("[data-cost-meeting]")).find((card) => card && card !== home) ?? null;
      if (found === over) return;
      over = found;
      put(over);
      if (over) { box.classList.add("lr-cost--near"); ask(handle.dataset.costTopic, over.dataset.costMeeting); }
    };
    const stop = (keep) => {
      Object.entries(listeners).forEach(([name, listener]) => document.removeEventListener(name, listener));
      document.removeEventListener("keydown", escape, true);
      row.classList.remove("lr-advice__dragged");
      row.style.translate = "";
      put(null);
      if (!keep || !over) box.classList.remove("lr-cost--near");
    };
    const listeners = { pointermove: follow, pointerup: () => stop(true), pointercancel: () => stop(false) };
    const escape = (key) => { if (key.key === "Escape") { key.preventDefault(); stop(false); } };
    Object.entries(listeners).forEach(([name, listener]) => document.addEventListener(name, listener));
    document.addEventListener("keydown", escape, true);
  }

  document.addEventListener("pointerdown", down);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") box.classList.remove("lr-cost--near");
  });
  // Enter or space on a handle: the form, with this topic chosen.
  document.addEventListener("click", (event) => {
    const handle = event.target.closest?.("[data-cost-topic]");
    if (!handle || event.detail > 0) return;
    ask(handle.dataset.costTopic, null);
    form.elements.to.focus();
  });
})();
