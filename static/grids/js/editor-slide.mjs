// The end of a border between two planned grids, where it meets ground that stands still: it slides along that ground.
import { closed, isOnEdge, isSame, key, onEdge, ringsOf, rounded, weld, withRings } from "grids/editor-borders";

/** Whether a border between exactly two grids of the plan ends in this vertex. */
export function isEndOfBorder(features, point) {
  const wanted = key(point);
  return features.filter((feature) => ringsOf(feature).some((ring) => ring.some((one) => key(one) === wanted))).length === 2;
}

/** The vertex `from` moved along the standing border to the place nearest to `pointer`: `{ next, to }`; nothing where it cannot. */
export function slideVertex(features, fixed, from, pointer, { narrow, reach }) {
  for (const ring of fixed.flatMap(ringsOf)) {
    const open = withVertex(ring, from);
    if (!open) continue;
    const path = pathTo(open, from, pointer, narrow, reach);
    const next = path && along(features, from, path);
    if (next) return { next, to: path.at(-1) };
  }
  return {};
}

/** The ring, not closed, with a vertex at the point; null where it does not run through it. */
function withVertex(ring, point) {
  const open = ring.slice(0, -1);
  if (open.some((one) => isSame(one, point))) return open;
  const at = open.findIndex((one, index) => isOnEdge(point, one, ring[index + 1]));
  return at < 0 ? null : [...open.slice(0, at + 1), rounded(point), ...open.slice(at + 1)];
}

/** The vertices of the ring after `from` up to the place nearest to the pointer, the shorter way round. */
function pathTo(open, from, pointer, narrow, reach) {
  const count = open.length, flat = ([x, y]) => [x * narrow, y], far = (a, b) => Math.hypot((a[0] - b[0]) * narrow, a[1] - b[1]);
  let edge = 0, place = null, least = Infinity;
  open.forEach((a, index) => {
    const foot = onEdge(flat(pointer), flat(a), flat(open[(index + 1) % count])), spot = [foot[0] / narrow, foot[1]];
    if (far(spot, pointer) < least) { least = far(spot, pointer); edge = index; place = spot; }
  });
  const ends = [open[edge], open[(edge + 1) % count]].filter((one) => far(one, place) < reach);
  const to = ends.length ? ends.reduce((a, b) => (far(a, place) < far(b, place) ? a : b)) : rounded(place);
  if (isSame(to, from)) return null;
  const start = open.findIndex((one) => isSame(one, from));
  const walk = (step, last) => {
    const found = [];
    for (let at = start; at !== last;) { at = (at + step + count) % count; found.push(open[at]); }
    return [...found.filter((one) => !isSame(one, to)), to];
  };
  const length = (path) => path.reduce((sum, one, at) => sum + far(one, at ? path[at - 1] : from), 0);
  const [ahead, back] = [walk(1, edge), walk(-1, (edge + 1) % count)];
  return length(ahead) <= length(back) ? ahead : back;
}

/** One grid loses the stretch between `from` and the end of the path, its neighbour gains it; null for anything else. */
function along(features, from, path) {
  const welded = [from, ...path].reduce(weld, features), wanted = key(from);
  const neighbours = (ring) => {
    const open = ring.slice(0, -1), at = open.findIndex((one) => key(one) === wanted);
    return at < 0 ? null : { open, at, before: open[(at + open.length - 1) % open.length], after: open[(at + 1) % open.length] };
  };
  const found = welded.flatMap(ringsOf).map((ring) => ({ ring, ...neighbours(ring) })).filter(({ open }) => open);
  if (found.length !== 2) return null;
  const meets = ({ before, after }) => isSame(before, path[0]) || isSame(after, path[0]);
  const loser = found.find(meets), gainer = found.find((one) => !meets(one));
  if (!loser || !gainer) return null;
  const isAhead = isSame(loser.after, path[0]), inner = isAhead ? loser.before : loser.after;
  const walked = path.every((one, index) => {
    const at = (loser.at + (isAhead ? index + 1 : -index - 1) + loser.open.length * path.length) % loser.open.length;
    return isSame(loser.open[at], one);
  });
  const isAfter = isSame(gainer.after, inner);
  if (!walked || !(isAfter || isSame(gainer.before, inner))) return null;
  const lost = new Set([wanted, ...path.slice(0, -1).map(key)]);
  const less = loser.open.filter((one) => !lost.has(key(one)));
  const more = isAfter
    ? [...gainer.open.slice(0, gainer.at + 1), ...path, ...gainer.open.slice(gainer.at + 1)]
    : [...gainer.open.slice(0, gainer.at), ...[...path].reverse(), ...gainer.open.slice(gainer.at)];
  const change = (ring) => (ring === loser.ring ? closed([...less, less[0]]) : ring === gainer.ring ? closed([...more, more[0]]) : ring);
  const next = welded.map((feature) => withRings(feature, change));
  return next.includes(null) ? null : next;
}
