"use strict";
(() => {
  const start = document.querySelector(".begin button.main");
  if (start) {
    start.form.addEventListener("submit", () => { start.disabled = true; });
    addEventListener("pageshow", () => { start.disabled = false; });
  }

  const ask = document.getElementById("ask");
  if (!ask) return;
  const of = (id) => document.getElementById(id);
  const put = (id, text) => { const spot = of(id); if (spot.textContent !== text) spot.textContent = text; };
  const buttons = [...ask.querySelectorAll("button")];
  const button = (wish) => buttons.find((each) => each.value === wish);
  // The same words again are news only where there were none between.
  const announce = (id, text) => { put(id, ""); setTimeout(() => put(id, text), 50); };
  const post = (where, values) => fetch(where, { method: "POST", body: new URLSearchParams(values), redirect: "manual" }).catch(() => {});

  // The session's clock goes on between two states.
  let time = 0;
  let came = 0;
  const passed = () => (came ? time + (performance.now() - came) / 1000 : time);
  setInterval(() => {
    const now = Math.floor(passed());
    put("clock", `${Math.floor(now / 60)}:${String(now % 60).padStart(2, "0")}`);
  }, 250);

  function made(kind, name) {
    const part = document.createElement(kind);
    part.className = name;
    return part;
  }
  function row() {
    const item = made("li", "");
    const number = made("span", "row-number");
    number.append(made("b", ""), made("span", "row-unit"));
    item.append(made("span", "row-name"), number, made("span", "row-note"));
    return item;
  }
  function show(rows) {
    const list = of("rows");
    while (list.children.length < rows.length) list.append(row());
    while (list.children.length > rows.length) list.lastElementChild.remove();
    rows.forEach((each, place) => {
      const item = list.children[place];
      const texts = [each.word ? `${each.name}: ${each.word}` : each.name, each.number, each.unit, each.note];
      item.className = `row ${each.zone}`;
      item.querySelectorAll(".row-name, b, .row-unit, .row-note").forEach((part, which) => {
        if (part.textContent !== texts[which]) part.textContent = texts[which];
      });
    });
  }

  function hear(state) {
    if (state.over) {
      put("words", state.phase ? "The session is kept. Working out the report …" : "The session is over.");
      time = passed();
      came = 0;
      of("words").className = "words plain";
      buttons.forEach((each) => { each.disabled = true; });
      return;
    }
    if (!state.phase) return;
    time = state.time;
    came = performance.now();
    put("words", state.text);
    of("words").className = `words ${state.tone}${state.loud ? " loud" : ""}`;
    put("beside", state.beside);
    put("pace", state.pace);
    put("level", state.sensitivity);
    of("learnt").hidden = state.phase !== "baseline";
    of("learnt").value = state.progress;
    button("pause").setAttribute("aria-pressed", state.paused);
    button("snooze").setAttribute("aria-pressed", state.snoozed);
    const held = buttons.find((each) => each === document.activeElement);
    buttons.forEach((each) => { each.hidden = Boolean(each.dataset.phase) && !each.dataset.phase.split(" ").includes(state.phase); });
    if (held && held.hidden) buttons.find((each) => !each.hidden).focus();
    show(state.rows);
  }

  // A page that nobody sees takes no pictures.
  const seen = of("seen");
  const look = () => { if (document.hidden) seen.removeAttribute("src"); else seen.src = `/live/picture?${Date.now()}`; };
  // Not before: a picture that never ends would keep the page loading.
  addEventListener("load", look);
  document.addEventListener("visibilitychange", look);
  seen.addEventListener("error", () => setTimeout(look, 2000));

  const events = new EventSource("/live/events");
  const parsed = (then) => (event) => then(JSON.parse(event.data));
  events.addEventListener("state", parsed(hear));
  events.addEventListener("told", parsed((told) => announce(told.kind === "cue" ? "cue" : "heard", told.text)));
  events.addEventListener("full", () => {
    events.close();
    put("words", "Too many pages watch this session; close one of them.");
    setTimeout(() => location.reload(), 10000);
  });
  events.addEventListener("ended", parsed((ended) => { events.close(); location.replace(ended.where); }));
  let lost = false;
  events.addEventListener("open", () => {
    if (lost) look();
    lost = false;
  });
  events.addEventListener("error", () => {
    lost = true;
    if (events.readyState === EventSource.CLOSED) {  // nobody is inside any more: the page says how to come in
      location.reload();
      return;
    }
    put("words", "The app does not answer; is it still running?");
    of("words").className = "words warn";
  });
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  setInterval(() => post("/live/here", {}), 10000);

  const wish = (value) => post(ask.action, { wish: value });
  ask.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter) wish(event.submitter.value);
  });
  addEventListener("keydown", (event) => {
    if (!of("keys").checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    // A space on a button or a box is that button's own.
    if (event.key === " " && event.target.closest("button, input, a")) return;
    const pressed = buttons.find((each) => each.dataset.key === event.key && !each.hidden && !each.disabled);
    if (!pressed) return;
    event.preventDefault();
    wish(pressed.value);
  });

  // A display that goes dark is of no use to a runner.
  const awake = () => { if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {}); };
  document.addEventListener("visibilitychange", awake);
  awake();
})();
