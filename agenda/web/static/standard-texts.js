// Puts a standard text into its field, where the cursor stands. It goes in as if it were typed, so that undo takes
// it out again and whatever listens to typing hears it. Without this file the texts are there to copy.
"use strict";
(() => {
  const visited = new WeakSet();
  const spaced = (text) => text === "" || /\s$/.test(text);

  document.addEventListener("focusin", (event) => { if (event.target.matches("textarea")) visited.add(event.target); });

  // A field where nobody was yet takes the text at its end.
  function place(field) {
    if (!visited.has(field)) field.setSelectionRange(field.value.length, field.value.length);
    return [field.value.slice(0, field.selectionStart), field.value.slice(field.selectionEnd)];
  }

  function put(field, text) {
    field.focus();
    // The one way to write into a field that the browser's own undo knows of.
    if (document.execCommand("insertText", false, text)) return;
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const menu = button.closest("[data-texts-for]");
    const field = document.getElementById(menu.dataset.textsFor);
    const [before, after] = place(field);
    const words = button.closest("li").querySelector("[data-text]").textContent;
    const text = (spaced(before) ? "" : " ") + words + (after === "" || /^\s/.test(after) ? "" : " ");
    const full = field.maxLength >= 0 && before.length + text.length + after.length > field.maxLength;
    menu.querySelector("[data-no-room]").hidden = !full;
    if (full) return;
    menu.open = false;
    put(field, text);
  });

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("[data-texts-for][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
