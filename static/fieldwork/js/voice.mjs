// Speaking instead of typing, where the browser offers it: a button beside each long text.
import { words } from "fieldwork/words";

const Recognition = globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition;

export function start(area) {
  if (!Recognition || area.readOnly) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn phone-voice";
  button.setAttribute("aria-pressed", "false");
  const icon = document.createElement("i");
  icon.className = "ti ti-microphone";
  icon.setAttribute("aria-hidden", "true");
  const shown = document.createElement("span");
  const say = (name) => { shown.textContent = words(name); };
  say("speak");
  button.append(icon, shown);
  area.after(button);

  let listening = null;
  button.addEventListener("click", () => {
    if (listening) return listening.stop();
    listening = new Recognition();
    listening.lang = document.documentElement.lang.startsWith("zh") ? "zh-CN" : document.documentElement.lang;
    listening.interimResults = false;
    listening.addEventListener("result", ({ results, resultIndex }) => {
      const heard = [...results].slice(resultIndex).map(([best]) => best.transcript).join("");
      area.value = `${area.value}${heard}`.slice(0, area.maxLength > 0 ? area.maxLength : undefined);
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
    listening.addEventListener("error", ({ error }) => { if (error !== "aborted") say(error === "not-allowed" ? "speakDenied" : "speakFailed"); });
    listening.addEventListener("end", () => { listening = null; button.setAttribute("aria-pressed", "false"); });
    button.setAttribute("aria-pressed", "true");
    say("speakStop");
    listening.addEventListener("end", () => shown.textContent === words("speakStop") && say("speak"));
    listening.start();
    return undefined;
  });
}
