"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const video = document.querySelector("aside video");
  const still = document.querySelector("aside .still");
  const readout = document.querySelector(".readout");
  const plots = [...document.querySelectorAll(".panel[data-metric] .plot")];
  const [from, to] = data.extent;
  const height = 96;
  let playable = Boolean(video);
  let chosen = -1;

  const across = (time) => ((time - from) / (to - from)) * 1000;
  const metricOf = (plot) => data.metrics[plot.closest(".panel").dataset.metric];

  // The stride in which the metric was measured that is nearest to a place from 0 to 1.
  function nearest(metric, share) {
    const time = from + share * (to - from);
    let best = -1;
    for (let i = 0; i < data.time.length; i += 1) {
      if (metric.values[i] === null) continue;
      if (best < 0 || Math.abs(data.time[i] - time) < Math.abs(data.time[best] - time)) best = i;
    }
    return best;
  }

  function say(metric, stride) {
    const value = metric.values[stride];
    const words = data.words;
    const minutes = Math.floor(data.time[stride] / 60);
    const seconds = (data.time[stride] % 60).toFixed(1).padStart(4, "0");
    const unit = metric.unit === "°" || metric.unit === "%" ? metric.unit : " " + metric.unit;
    const told = value === null ? words.not_measured : value.toFixed(metric.decimals).replace("-", "−") + unit;
    return `${words.stride} ${stride + 1} ${words.of} ${data.time.length}, ${words.at} ${minutes}:${seconds}. ${metric.label}: ${told}`;
  }

  function mark(plot, stride) {
    const metric = metricOf(plot);
    const x = across(data.time[stride]).toFixed(1);
    const cursor = plot.querySelector(".cursor");
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
    const value = metric.values[stride];
    const y = ((metric.high - value) / (metric.high - metric.low)) * height;
    plot.querySelector(".chosen").setAttribute("d", value === null ? "" : `M${x} ${y.toFixed(1)}h0`);
    plot.setAttribute("aria-valuenow", String(stride + 1));
    plot.setAttribute("aria-valuetext", say(metric, stride));
    plot.classList.add("chose");
  }

  function showStill(stride) {
    if (!data.stills.length) return "";
    const found = data.stills.reduce((a, b) => (Math.abs(b[0] - stride) < Math.abs(a[0] - stride) ? b : a));
    still.src = found[1];
    still.alt = `${data.words.frame_of} ${found[0] + 1}`;
    still.hidden = false;
    return found[0] === stride ? "" : ` (${data.words.nearest} ${found[0] + 1})`;
  }

  function choose(plot, stride) {
    if (stride < 0 || stride >= data.time.length) return;
    chosen = stride;
    plots.forEach((each) => mark(each, stride));
    let note = "";
    if (playable) {
      video.pause();
      video.currentTime = Math.max(data.seek[stride], 0);
    } else {
      note = showStill(stride);
    }
    readout.textContent = say(metricOf(plot), stride) + note;
  }

  if (video) {
    video.addEventListener("error", () => {
      playable = false;
      video.hidden = true;
      readout.textContent = data.words.no_video;
    });
  }
  plots.forEach((plot) => {
    plot.addEventListener("click", (event) => {
      const box = plot.getBoundingClientRect();
      choose(plot, nearest(metricOf(plot), (event.clientX - box.left) / box.width));
    });
    plot.addEventListener("keydown", (event) => {
      const last = data.time.length - 1;
      const target = {
        ArrowRight: Math.min(chosen + 1, last), ArrowUp: Math.min(chosen + 1, last),
        ArrowLeft: Math.max(chosen - 1, 0), ArrowDown: Math.max(chosen - 1, 0),
        PageUp: Math.min(chosen + 10, last), PageDown: Math.max(chosen - 10, 0), Home: 0, End: last,
      }[event.key];
      if (target === undefined) return;
      event.preventDefault();
      choose(plot, target);
    });
  });
  document.documentElement.dataset.ready = "yes";
})();
