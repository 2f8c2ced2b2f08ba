// Adding papers: files can be dropped, each is sent by itself and shows how far it is. The form works without this.
"use strict";
(() => {
  const form = document.querySelector("[data-upload]");
  if (!form) return;
  const input = form.querySelector('input[type="file"]');
  const drop = form.querySelector("[data-drop]");
  const list = form.querySelector("[data-upload-list]");
  const words = form.dataset;
  form.querySelector("[data-drop-hint]").hidden = false;

  function lineFor(file) {
    const line = document.createElement("li");
    line.className = "lr-drop__file";
    const name = document.createElement("strong");
    name.textContent = file.name;
    const state = document.createElement("span");
    state.className = "lr-drop__state";
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    line.append(name, bar, state);
    list.append(line);
    return { line, bar, state };
  }

  function preview() {
    list.replaceChildren(...[...input.files].map((file) => {
      const line = document.createElement("li");
      line.textContent = file.name;
      return line;
    }));
  }

  input.addEventListener("change", preview);
  ["dragenter", "dragover"].forEach((kind) => drop.addEventListener(kind, (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    drop.classList.add("lr-drop--over");
  }));
  ["dragleave", "drop"].forEach((kind) => drop.addEventListener(kind, () => drop.classList.remove("lr-drop--over")));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    const both = new DataTransfer();
    [...input.files, ...event.dataTransfer.files].forEach((file) => both.items.add(file));
    input.files = both.files;
    preview();
  });

  // Resolves with true for a file that was added, false with its reason on the screen for one that was not.
  function send(file, fields) {
    const { bar, state } = lineFor(file);
    const body = new FormData();
    fields.forEach(([name, value]) => body.append(name, value));
    body.append(input.name, file);
    const told = (text, refused) => {
      bar.hidden = true;
      state.textContent = text;
      state.classList.toggle("lr-drop__state--refused", refused);
      return !refused;
    };
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.getAttribute("action") || location.href);
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      state.textContent = words.sending;
      request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
      request.upload.addEventListener("load", () => { bar.removeAttribute("value"); state.textContent = words.looking; });
      request.addEventListener("load", () => {
        const answer = request.response;
        if (request.status === 200 && answer?.accepted?.length) resolve(told(words.added, false));
        else resolve(told(answer?.refused?.[0]?.why ?? answer?.title ?? words.failed, true));
      });
      request.addEventListener("error", () => resolve(told(words.failed, true)));
      request.send(body);
    });
  }

  form.addEventListener("submit", async (event) => {
    const files = [...input.files];
    const why = form.querySelector("textarea");
    // What is not filled in is told by the server, as without this.
    if (!files.length || (why && !why.value.trim())) return;
    event.preventDefault();
    const button = form.querySelector('button[type="submit"]');
    button.disabled = true;
    const fields = [...new FormData(form)].filter(([name]) => name !== input.name);
    list.replaceChildren();
    const done = [];
    for (const file of files) done.push(await send(file, fields));
    button.disabled = false;
    if (done.every(Boolean)) { location.assign(words.done); return; }
    // The reasons stay to be read; what was added stands in the list, one click away.
    input.value = "";
    if (done.some(Boolean)) {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.className = "nl-link";
      link.href = words.done;
      link.textContent = words.list;
      line.append(link);
      list.append(line);
    }
    const live = document.querySelector("#lr-live");
    if (live) live.textContent = words.some;
  });
})();
