// The PIN: setting the store up, opening it, a new PIN for a forgotten one. Asked in the dialog of the page, or on the
// shell's own page where nothing else can be shown.
import { hello, postJson } from "fieldwork/line";
import { changed } from "fieldwork/outbox";
import { keepsAnything, keepStore, setOwner } from "fieldwork/store";
import { isSetUp, openKey, renew, setUp, unlock } from "fieldwork/vault";
import { words } from "fieldwork/words";

const PIN = /^\d{6}$/;
const EASY = /^(\d)\1+$|^(?:012345|123456|234567|345678|456789|987654|876543|765432|654321)$/;

const template = (name) => document.getElementById(`phone-${name}`).content.firstElementChild.cloneNode(true);

function say(form, text) {
  const line = form.querySelector("[data-pin-error]");
  line.textContent = text;
  line.hidden = !text;
  if (text) form.querySelector("input").focus();
}

async function onUnlock(form) {
  const answer = await unlock(form.elements.pin.value);
  if (answer === "open") return true;
  say(form, answer === "wrong" ? words("pinWrong") : words("pinWait", { n: Math.ceil(answer.wait / 60_000) }));
  form.elements.pin.value = "";
  return false;
}

function newPin(form) {
  const [pin, second] = [form.elements.pin.value, form.elements.again.value];
  const wrong = !PIN.test(pin) ? "pinShape" : EASY.test(pin) ? "pinEasy" : pin !== second ? "pinTwice" : "";
  say(form, wrong && words(wrong));
  return wrong ? null : pin;
}

async function onSetUp(form) {
  const pin = newPin(form);
  if (!pin) return false;
  if (!keepsAnything()) { say(form, words("keepsNothing")); return false; }
  const { user } = await hello({ isFresh: true });
  const answer = await postJson("/m/api/device", { label: form.elements.label.value });
  const told = await answer.json();
  if (!answer.ok) { say(form, told.detail); return false; }
  setOwner(user);
  await keepStore();
  await setUp(pin, told.recovery);
  changed("set-up");
  return true;
}

async function onRecover(form) {
  const pin = newPin(form);
  if (!pin) return false;
  const answer = await postJson("/m/api/device/recover", { password: form.elements.password.value });
  const told = await answer.json();
  if (!answer.ok) { say(form, told.detail); return false; }
  if (await renew(pin, { by: "recovery", secret: told.recovery })) return true;
  say(form, words("pinLost"));
  return false;
}

const STEPS = { unlock: onUnlock, "set-up": onSetUp, recover: onRecover };

/** Shows one of the forms in `box`; resolves to true once it has done its work. */
function ask(name, box) {
  return new Promise((done) => {
    const form = template(name);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.hasAttribute("data-busy")) return;
      form.toggleAttribute("data-busy", true);
      say(form, "");
      try {
        if (await STEPS[name](form)) done(true);
      } catch (problem) {
        console.warn("the PIN", problem);
        say(form, words(problem instanceof DOMException ? "keepsNothing" : "needsLine"));
      } finally { form.toggleAttribute("data-busy", false); }
    });
    form.querySelector("[data-pin-forgotten]")?.addEventListener("click", () => done(ask("recover", box)));
    box.replaceChildren(form);
    form.querySelector("input").focus();
  });
}

async function inDialog(name) {
  const [dialog, box] = [document.getElementById("pin-dialog"), document.getElementById("pin-dialog-body")];
  if (!dialog.open) dialog.showModal();
  const closed = new Promise((done) => { dialog.addEventListener("close", () => done(false), { once: true }); });
  const isDone = await Promise.race([ask(name, box), closed]);
  if (dialog.open) dialog.close();
  box.replaceChildren();
  if (isDone) changed("open");
  return isDone;
}

/** true once the store is open. */
export const askPin = async () => Boolean(await openKey()) || inDialog("unlock");
export const askSetUp = async () => (await isSetUp()) || inDialog("set-up");
export const askOnPage = (box) => ask("unlock", box);
