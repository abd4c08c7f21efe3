// Ticks clocks and flips lamps. The server has done the working-time arithmetic; here only natural time passes:
// what was left when the page was made, less the time since, while the clock runs (data-runs-from … data-runs-until).
import { text } from "governance/htmx";

const MINUTE = 60_000;
const clocks = new Set();
let timer;

const instant = (value) => (value ? Date.parse(value) : NaN);

/** Minutes as the server writes them: `45 min`, `3.5 h`, `2 d 4 h`; `day` in minutes (another length than 1440: workdays). */
export function duration(minutes, day = 1440) {
  const whole = Math.abs(Math.round(minutes));
  if (whole < 60) return text("minutes", { n: whole });
  if (whole < day) return text("hours", { n: Math.round(whole / 6) / 10 });
  let days = Math.floor(whole / day);
  let hours = Math.round((whole % day) / 60);
  if (hours * 60 >= day) [days, hours] = [days + 1, 0];
  const words = text(day === 1440 ? "days" : "workdays", { n: days });
  return hours ? `${words} ${text("hours", { n: hours })}` : words;
}

function minutesLeft(clock, now) {
  const { due, from, until, left, made, runs } = clock;
  if (runs) {
    const passed = Math.max(0, Math.min(now, until) - Math.max(made, from));
    return left - passed / MINUTE;
  }
  return (due - now) / MINUTE;
}

function setLamp(element, name) {
  const lamp = element.querySelector(".lamp");
  if (!lamp || lamp.dataset.lamp === name) return;
  lamp.classList.replace(`lamp-${lamp.dataset.lamp}`, `lamp-${name}`);
  element.classList.replace(`clock-${lamp.dataset.lamp}`, `clock-${name}`);
  lamp.dataset.lamp = name;
  lamp.querySelector(".visually-hidden").textContent = text(`lamp${name[0].toUpperCase()}${name.slice(1)}`);
}

function show(clock, now) {
  const { element, due, warn, day } = clock;
  const left = minutesLeft(clock, now);
  const isOver = now >= due || left < 0;
  element.querySelector(".clock-text").textContent = text(isOver ? "over" : "left", { time: duration(left, day) });
  if (isOver) setLamp(element, "red");
  else if (now >= warn && element.querySelector(".lamp")?.dataset.lamp === "green") setLamp(element, "amber");
}

function tick() {
  const now = Date.now();
  clocks.forEach((clock) => (clock.element.isConnected ? show(clock, now) : clocks.delete(clock)));
}

/** Takes charge of clocks; elements that leave the page are forgotten. */
export function mountClocks(elements) {
  for (const element of elements) {
    if (element.dataset.ticking !== undefined) continue;
    element.dataset.ticking = "";
    const { due, warn, left, day, runsFrom, runsUntil } = element.dataset;
    clocks.add({
      element, due: instant(due), warn: instant(warn), left: Number(left), day: Number(day), made: Date.now(),
      runs: Boolean(runsUntil), from: instant(runsFrom) || 0, until: instant(runsUntil),
    });
  }
  if (clocks.size && !timer) timer = setInterval(tick, 15_000);
}
