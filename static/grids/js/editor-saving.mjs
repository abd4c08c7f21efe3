// Talking to the server: cuts, the check after every change, and saving against the version that was read.
import { csrf } from "governance/htmx";

const WAIT_MS = 450;

/** Sends JSON; the answer's document, or an Error with `status`, `code` and a sentence. */
export async function send(url, body) {
  let answer;
  try {
    answer = await fetch(url, {
      method: body === undefined ? "GET" : "POST", credentials: "same-origin",
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrf() },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (reason) {
    throw Object.assign(new Error(reason.message), { status: 0 });
  }
  const document = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(document.detail || document.title || ""), { status: answer.status, code: document.code });
  return document;
}

/** The live check: once the hand has rested, and only the newest answer counts. */
export function startCheck(plan, url, root, show, fail) {
  let timer = null, turn = 0, checked = null;
  const run = async () => {
    const { features } = plan, mine = ++turn;
    if (checked === features) { root.dataset.check = "done"; return; }
    try {
      const report = await send(url, { results: plan.collection });
      if (mine !== turn) return;
      checked = features;
      root.dataset.check = "done";
      show(report);
    } catch (reason) {
      if (mine === turn) { root.dataset.check = "failed"; fail(reason); }
    }
  };
  const later = () => { root.dataset.check = "waiting"; clearTimeout(timer); timer = setTimeout(run, WAIT_MS); };
  plan.addEventListener("opened", later);
  plan.addEventListener("changed", later);
  return later;
}

/** Saving: what was sent is kept apart from what is done meanwhile. */
export async function save(plan, url) {
  const sent = plan.state;
  const answer = await send(url, {
    version: plan.version, title: sent.title, reason: sent.reason, effective_on: sent.effective_on || null, sources: sent.sources,
    results: { type: "FeatureCollection", features: sent.features },
  });
  plan.saved(answer.version, sent, answer.results?.features ?? sent.features);
  return answer.report;
}
