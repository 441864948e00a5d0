"use strict";
(() => {
  const news = document.getElementById("news");
  const say = (text) => { if (news) news.textContent = text; };

  // What changed on the server replaces this part of the page; the place of the keyboard stays.
  let fetching = false;
  let missed = false;
  async function renew() {
    if (fetching) { missed = true; return; }
    fetching = true;
    try {
      const answer = await fetch(location.href);
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = fresh.getElementById("live");
      if (!part) { location.reload(); return; }
      const old = document.getElementById("live");
      const coming = document.getElementById("coming");
      const place = document.activeElement && old.contains(document.activeElement) ? keyOf(document.activeElement) : "";
      const picked = new Set([...old.querySelectorAll("input:checked")].map((box) => box.id));
      old.replaceWith(document.importNode(part, true));
      const spot = document.getElementById("coming");
      if (coming && spot) spot.replaceWith(coming);
      picked.forEach((id) => { const box = document.getElementById(id); if (box) box.checked = true; });
      if (place) {
        const again = [...document.querySelectorAll("#live a, #live button, #live input, #live summary")];
        (again.find((each) => keyOf(each) === place) || document.getElementById("main")).focus();
      }
    } finally {
      fetching = false;
      if (missed) { missed = false; renew(); }
    }
  }
  const keyOf = (element) => `${element.closest("[data-id]")?.dataset.id} ${element.tagName} ${element.textContent.trim()} ${element.id}`;

  const names = { done: "is done", failed: "could not be analysed", stopped: "is stopped" };
  function hear(runs) {
    let stale = false;
    const shown = new Map([...document.querySelectorAll("#live [data-id]")].map((each) => [each.dataset.id, each]));
    const alone = location.pathname !== "/";
    for (const run of runs) {
      const row = shown.get(run.id);
      shown.delete(run.id);
      if (!row) { stale = stale || !alone; continue; }
      if (row.dataset.state !== run.state) {
        stale = true;
        const name = row.querySelector(".job-name");
        if (name && names[run.state]) say(`${name.textContent} ${names[run.state]}.`);
        continue;
      }
      const bar = row.querySelector("progress");
      if (!bar) continue;
      bar.value = run.share;
      row.querySelector(".job-said").textContent = run.said;
      const first = row.querySelector(".job-first");
      if (run.sentence && first.hidden) {
        first.hidden = false;
        first.lastElementChild.textContent = run.sentence;
        say(`First values: ${run.sentence}`);
      }
    }
    if (stale || shown.size) renew();
  }
  if (document.getElementById("live")) {
    const events = new EventSource("/events");
    events.addEventListener("message", (event) => hear(JSON.parse(event.data)));
    addEventListener("pagehide", () => events.close());
  }

  // "None of them" and the others exclude each other.
  for (const alone of document.querySelectorAll("[data-alone][type=checkbox]")) {
    const others = [...document.querySelectorAll(`input[name="${alone.name}"]`)].filter((each) => each !== alone);
    alone.addEventListener("change", () => { if (alone.checked) others.forEach((each) => { each.checked = false; }); });
    others.forEach((each) => each.addEventListener("change", () => { if (each.checked) alone.checked = false; }));
  }

  const form = document.getElementById("bring");
  if (form) {
    const zone = form.querySelector(".drop");
    const files = document.getElementById("files");
    const chain = [];
    let sending = false;

    function bring(file) {
      const item = document.createElement("li");
      item.className = "job";
      const head = document.createElement("div");
      head.className = "job-head";
      const name = document.createElement("span");
      name.className = "job-name";
      name.textContent = file.name;
      const said = document.createElement("span");
      said.className = "job-said";
      said.textContent = "Waits to be copied";
      const bar = document.createElement("progress");
      bar.max = 1;
      bar.value = 0;
      bar.setAttribute("aria-label", `Copying ${file.name}`);
      head.append(name, said);
      item.append(head, bar);
      document.getElementById("coming").append(item);
      const about = new FormData(form);
      about.delete("");
      if (file.size > Number(form.dataset.largest)) {
        refuse({ file, item, said, bar }, form.dataset.tooLarge);
        return;
      }
      chain.push({ file, item, said, bar, about });
      next();
    }

    function refuse({ file, item, said, bar }, problem) {
      bar.remove();
      said.textContent = "";
      const told = document.createElement("p");
      told.className = "caution";
      told.textContent = problem;
      item.append(told);
      say(`${file.name}: ${problem}`);
    }

    function problemOf(request) {
      if (request.status === 0) return "The app does not answer; is it still running?";
      try { return JSON.parse(request.responseText).problem; } catch { return `The app could not take this clip (error ${request.status}); bring it again.`; }
    }

    function next() {
      if (sending || !chain.length) return;
      sending = true;
      const { file, item, said, bar, about } = chain.shift();
      const query = new URLSearchParams({ name: file.name });
      for (const [key, value] of about) if (typeof value === "string" && value !== "") query.set(key, value);
      const request = new XMLHttpRequest();
      request.open("POST", `/clips?${query}`);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", (event) => {
        bar.value = event.loaded / event.total;
        said.textContent = `Copying, ${Math.round(100 * bar.value)} %`;
      });
      request.addEventListener("loadend", () => {
        sending = false;
        if (request.status === 403) {  // nobody is inside any more: the page says how to come in
          location.reload();
        } else if (request.status === 201) {
          item.remove();
          say(`${file.name} is in the queue.`);
        } else {
          refuse({ file, item, said, bar }, problemOf(request));
        }
        next();
      });
      request.send(file);
    }

    // Somebody reaches for a clip: the worker gets ready meanwhile.
    let ready = false;
    function warm() {
      if (!ready) fetch("/warm", { method: "POST" }).catch(() => {});
      ready = true;
    }
    files.addEventListener("click", warm);
    document.addEventListener("dragenter", warm);
    const all = (list) => [...list].forEach(bring);
    files.addEventListener("change", () => { all(files.files); files.value = ""; });
    form.addEventListener("submit", (event) => event.preventDefault());
    for (const kind of ["dragenter", "dragover"]) {
      document.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); });
    }
    document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) zone.classList.remove("over"); });
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      all(event.dataTransfer.files);
    });
  }
  document.documentElement.dataset.ready = "yes";
})();
