// The page that stands in for any other without a line: it opens the store, and then the page itself comes from there.
import { database, owner } from "fieldwork/store";
import { hello } from "fieldwork/line";
import { askOnPage } from "fieldwork/pin";
import { empty } from "fieldwork/sender";
import { isSetUp, openKey } from "fieldwork/vault";

async function start(box) {
  const say = (name) => { box.dataset.state = name; };
  if (!owner() || !(await isSetUp())) {
    const told = await hello().catch(() => null);
    return told?.seals || told?.wipe ? empty() : say("none");  // nothing is left here to give up
  }
  await database();
  if (await openKey()) return say("missing");
  say("locked");
  await askOnPage(box.querySelector("[data-pin-box]"));
  location.reload();
  return undefined;
}

const box = document.querySelector("[data-shell]");
if (box) start(box).catch(() => { box.dataset.state = "none"; });
