// Brings what the phone needs without a line up to date: the pack, and the pages that show it, all sealed.
import { NoLine, ask, hello } from "fieldwork/line";
import { all, get, isFull, owner, put, transact } from "fieldwork/store";
import { settleTour } from "fieldwork/tour";
import { Locked, open, openKey, seal } from "fieldwork/vault";

const AT_ONCE = 2;
const HEADERS = ["Content-Type", "Content-Security-Policy", "Content-Language"];
const LANGUAGE = () => document.documentElement.lang;

const keptHeaders = (answer) => Object.fromEntries(HEADERS.map((name) => [name, answer.headers.get(name)]).filter(([, value]) => value));

async function keepPage(path, isPart, tag) {
  const answer = await ask(path, { headers: isPart ? { Accept: "text/html", "HX-Request": "true" } : { Accept: "text/html" } });
  if (answer.status === 429 || answer.status >= 500) throw new NoLine(`status ${answer.status}`);
  if (!answer.ok || answer.redirected) return;
  const name = `${isPart ? "part " : ""}${path}`;
  const value = { text: await answer.text(), headers: keptHeaders(answer), at: new Date().toISOString() };
  await put("pages", { path: name, tag, sealed: await seal(value, `pages:${name}`) });
}

async function keepPages(pack, isNew) {
  const have = new Map((await all("pages")).map(({ path, tag }) => [path, tag]));
  const wanted = [...pack.pages.map(([path, tag]) => [path, false, tag]), ...pack.parts.map(([path, tag]) => [path, true, tag])]
    .map(([path, isPart, tag]) => ({ path, isPart, tag: `${tag}|${pack.language}`, name: `${isPart ? "part " : ""}${path}`, isLoose: !tag }));
  const names = new Set(wanted.map(({ name }) => name));
  await transact(["pages"], "readwrite", ({ pages }) => { [...have.keys()].filter((name) => !names.has(name)).forEach((name) => pages.delete(name)); });
  const todo = wanted.filter(({ name, tag, isLoose }) => have.get(name) !== tag || (isLoose && isNew));
  const work = async () => {
    for (let next = todo.shift(); next; next = todo.shift()) await keepPage(next.path, next.isPart, next.tag);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** "kept" when all is there; "full" where the phone has no room; "" where it was not the time. */
export async function refresh() {
  try {
    if (!(await openKey()) || String((await hello()).user) !== owner()) return "";
    const [began, present] = [Date.now(), await get("pack", "pack")];
    const isSame = present?.language === LANGUAGE();
    const answer = await ask("/m/api/pack", { headers: isSame ? { "If-None-Match": present.etag } : {} });
    if (answer.status === 304) {
      await settleTour(present.index.tour, began);
      await keepPages({ ...present.index, language: LANGUAGE() }, false);
      return "kept";
    }
    if (!answer.ok) return "";
    const pack = await answer.json();
    const row = { name: "pack", etag: answer.headers.get("ETag"), language: LANGUAGE(), index: { pages: pack.pages, parts: pack.parts, tour: pack.tour }, at: Date.now() };
    await keepPages({ ...pack, language: LANGUAGE() }, true);
    await put("pack", { ...row, sealed: await seal(pack, "pack:pack") });
    await settleTour(pack.tour, began);
    return "kept";
  } catch (problem) {
    if (isFull(problem)) return "full";
    if (problem instanceof Locked || problem instanceof NoLine || !owner()) return "";
    throw problem;
  }
}

export const keptAt = async () => (await get("pack", "pack"))?.at ?? null;

/** The pack as it is kept; null where there is none, or while the store is locked. */
export async function keptPack() {
  const row = owner() && (await openKey()) ? await get("pack", "pack") : null;
  return row ? open(row.sealed, "pack:pack") : null;
}
