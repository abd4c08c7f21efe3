// The line to the platform: who is signed in there, the token for what is sent, and how wrong the phone's clock is.
const FRESH_MS = 60_000;
const PATIENCE_MS = 20_000;
const SKEW = "fieldwork:skew";

let told = null;
let at = 0;

export class NoLine extends Error {}
export class SignedOut extends Error {}

/** Seconds by which the phone's clock was ahead when it last could be compared. */
export function skew() {
  try { return Number(localStorage.getItem(SKEW) ?? 0) || 0; } catch { return 0; }
}

function measure(serverTime, sent, got) {
  const ahead = Math.round(((sent + got) / 2 - Date.parse(serverTime)) / 1000);
  try { localStorage.setItem(SKEW, String(Math.abs(ahead) < 2 ? 0 : ahead)); } catch { /* measured again with each batch */ }
}

/** A request of our own; NoLine where it did not get through, whatever the reason. */
export async function ask(url, options = {}) {
  const patience = AbortSignal.timeout(options.patience ?? PATIENCE_MS);
  let answer;
  try {
    answer = await fetch(url, { credentials: "same-origin", cache: "no-store", ...options, signal: patience, headers: { Accept: "application/json", ...options.headers } });
  } catch { throw new NoLine("no line"); }
  if ([502, 503, 504].includes(answer.status)) throw new NoLine(`status ${answer.status}`);
  return answer;
}

/** What the platform says of this phone; asked anew after a minute, or when `isFresh` is wanted. */
export async function hello({ isFresh = false } = {}) {
  if (!isFresh && told && Date.now() - at < FRESH_MS) return told;
  const sent = Date.now();
  const answer = await ask("/m/api/hello");
  if (!answer.ok) throw new NoLine(`status ${answer.status}`);
  told = await answer.json();
  at = Date.now();
  measure(told.now, sent, at);
  return told;
}

export function forgetHello() { told = null; }

/** Posts with the token; SignedOut where the session is over. The token is asked for again once where it is stale. */
export async function post(url, body, { headers = {}, patience } = {}) {
  for (const isSecond of [false, true]) {
    const { csrf } = await hello({ isFresh: isSecond });
    const answer = await ask(url, { method: "POST", body, patience, headers: { ...headers, "X-CSRFToken": csrf } });
    if (answer.status === 401) { forgetHello(); throw new SignedOut("signed out"); }
    const isProblem = answer.headers.get("Content-Type")?.includes("problem+json");
    if (answer.status !== 403 || isProblem || isSecond) return answer;
  }
  return null;
}

export const postJson = (url, value, options) => post(url, JSON.stringify(value), { ...options, headers: { "Content-Type": "application/json" } });
