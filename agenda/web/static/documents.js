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

  // The field itself names one file, and of several only how many there are.
  function preview() {
    const files = input.files.length > 1 ? [...input.files] : [];
    list.replaceChildren(...files.map((file) => {
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

  // Resolves with "added", "refused" with the reason on the screen, or "lost" for one that did not arrive.
  function send(file, fields) {
    const { bar, state } = lineFor(file);
    const body = new FormData();
    fields.forEach(([name, value]) => body.append(name, value));
    body.append(input.name, file);
    const told = (text, end) => {
      bar.hidden = true;
      state.textContent = text;
      state.classList.toggle("lr-drop__state--refused", end !== "added");
      return end;
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
        if (request.status === 200 && answer?.accepted?.length) resolve(told(words.added, "added"));
        else if (answer?.refused?.length) resolve(told(answer.refused[0].why, "refused"));
        else resolve(told(answer?.title ?? words.failed, "lost"));
      });
      request.addEventListener("error", () => resolve(told(words.failed, "lost")));
      request.send(body);
    });
  }

  // What was added stands in the list above at once; without a connection it does when the page is opened anew.
  async function showPapers() {
    try {
      const answer = await fetch(words.done);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const papers = page.querySelector("[data-papers]");
      if (papers) document.querySelector("[data-papers]").replaceWith(papers);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
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
    const ends = [];
    for (const file of files) ends.push(await send(file, fields));
    button.disabled = false;
    if (ends.every((end) => end === "added")) { location.assign(words.done); return; }
    // The reasons stay to be read; what did not arrive stays chosen, to be sent once more.
    const again = new DataTransfer();
    files.filter((_file, at) => ends[at] === "lost").forEach((file) => again.items.add(file));
    input.files = again.files;
    if (ends.includes("added")) await showPapers();
    const live = document.querySelector("#lr-live");
    if (live) live.textContent = words.some;
  });
})();
