"use strict";
(() => {
  const ask = document.getElementById("ask");
  if (!ask) return;
  const of = (id) => document.getElementById(id);
  const put = (id, text) => { const spot = of(id); if (spot.textContent !== text) spot.textContent = text; };
  const buttons = [...ask.querySelectorAll("button")];
  const button = (wish) => buttons.find((each) => each.value === wish);

  // The session's clock goes on between two states.
  let time = 0;
  let came = 0;
  setInterval(() => {
    const now = Math.floor(came ? time + (performance.now() - came) / 1000 : 0);
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
      put("words", state.phase ? "The session is kept. Working out the report …" : "The camera gives nothing.");
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
    buttons.forEach((each) => { each.hidden = Boolean(each.dataset.phase) && !each.dataset.phase.split(" ").includes(state.phase); });
    show(state.rows);
  }

  // Not before: a picture that never ends would keep the page loading.
  addEventListener("load", () => { of("seen").src = "/live/picture"; });

  const events = new EventSource("/live/events");
  const parsed = (then) => (event) => then(JSON.parse(event.data));
  events.addEventListener("state", parsed(hear));
  events.addEventListener("told", parsed((told) => put(told.kind === "cue" ? "cue" : "heard", told.text)));
  events.addEventListener("ended", parsed((ended) => { events.close(); location.replace(ended.where); }));
  events.addEventListener("error", () => {
    put("words", "The app does not answer; is it still running?");
    of("words").className = "words warn";
  });
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  const wish = (value) => fetch(ask.action, { method: "POST", body: new URLSearchParams({ wish: value }), redirect: "manual" }).catch(() => {});
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
