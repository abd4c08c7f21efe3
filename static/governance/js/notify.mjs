// The browser's own notifications, while a page is open: for those who asked for them and let the browser show them.
// The bell is fetched anew whenever a notice comes; each time it is asked what came since the last look.
const keyOf = () => `notices:last:${document.body.dataset.user}`;

const lastSeen = () => { try { return localStorage.getItem(keyOf()); } catch { return null; } };
const remember = (id) => { try { localStorage.setItem(keyOf(), String(id)); } catch { /* asked again next time */ } };

function show({ id, title, body, url }) {
  const shown = new Notification(title, { body, tag: `notice-${id}`, lang: document.documentElement.lang });
  shown.addEventListener("click", () => {
    window.focus();
    location.assign(url);
    shown.close();
  });
}

export async function mountNotify(bell) {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const url = new URL(bell.dataset.notify, location.href);
  const after = lastSeen();
  if (after) url.searchParams.set("after", after);
  let answer;
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    answer = await response.json();
  } catch { return; }
  const known = Number(lastSeen() ?? 0);  // another page may have shown them in the meantime
  remember(Math.max(known, answer.last));
  if (after) answer.notices.filter(({ id }) => id > known).forEach(show);
}
