// Borders that neighbours share: a vertex is one place, whoever's ring it stands in. Pure functions on features.
const STEPS = 1e7; // the lattice of the borders: a centimetre
const NEAR = 2.2e-7; // degrees within which a vertex lies on an edge

export const rounded = ([x, y]) => [Math.round(x * STEPS) / STEPS, Math.round(y * STEPS) / STEPS];
export const key = ([x, y]) => `${Math.round(x * STEPS)},${Math.round(y * STEPS)}`;
export const isSame = (a, b) => key(a) === key(b);

export const polygonsOf = ({ geometry }) => (geometry?.type === "Polygon" ? [geometry.coordinates] : geometry?.type === "MultiPolygon" ? geometry.coordinates : []);
export const ringsOf = (feature) => polygonsOf(feature).flat();

/** The feature with every ring passed through `change`; the same object when nothing has changed; null when a ring is lost. */
export function withRings(feature, change) {
  let isChanged = false, isLost = false;
  const polygons = polygonsOf(feature).map((polygon) => polygon.map((ring) => {
    const next = change(ring);
    if (next !== ring) isChanged = true;
    if (next.length < 4) isLost = true;
    return next;
  }));
  if (isLost) return null;
  if (!isChanged) return feature;
  const { type } = feature.geometry;
  return { ...feature, geometry: { type, coordinates: type === "Polygon" ? polygons[0] : polygons } };
}

export function closed(ring) {
  const open = ring.slice(0, -1).filter((point, at, all) => !isSame(point, all[(at + all.length - 1) % all.length]));
  return open.length ? [...open, open[0]] : [];
}

const all = (features) => (features.includes(null) ? null : features);

/** Every vertex at `from` moved to `to`; null when a ring would vanish. */
export function moveVertex(features, from, to) {
  const place = rounded(to), wanted = key(from);
  return all(features.map((feature) => withRings(feature, (ring) => (
    ring.some((point) => key(point) === wanted) ? closed(ring.map((point) => (key(point) === wanted ? place : point))) : ring
  ))));
}

/** The vertex at `point` taken out of every ring; null when a ring would vanish. */
export function removeVertex(features, point) {
  const wanted = key(point);
  return all(features.map((feature) => withRings(feature, (ring) => {
    if (!ring.some((other) => key(other) === wanted)) return ring;
    const open = ring.slice(0, -1).filter((other) => key(other) !== wanted);
    return open.length < 3 ? [] : closed([...open, open[0]]);
  })));
}

/** The nearest place to `p` on the edge from a to b. */
export function onEdge(p, a, b) {
  const dx = b[0] - a[0], dy = b[1] - a[1], length = dx * dx + dy * dy;
  const part = length ? Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length)) : 0;
  return [a[0] + part * dx, a[1] + part * dy];
}

const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

export function isOnEdge(p, a, b) {
  if (p[0] < Math.min(a[0], b[0]) - NEAR || p[0] > Math.max(a[0], b[0]) + NEAR) return false;
  if (p[1] < Math.min(a[1], b[1]) - NEAR || p[1] > Math.max(a[1], b[1]) + NEAR) return false;
  return distance(p, onEdge(p, a, b)) <= NEAR;
}

/** `point` made a vertex of every ring whose border runs through it, so that it can move without a gap. */
export function weld(features, point) {
  const place = rounded(point);
  return features.map((feature) => withRings(feature, (ring) => {
    if (ring.some((other) => isSame(other, place))) return ring;
    for (let at = 0; at + 1 < ring.length; at += 1) {
      if (isOnEdge(place, ring[at], ring[at + 1])) return [...ring.slice(0, at + 1), place, ...ring.slice(at + 1)];
    }
    return ring;
  }));
}

/** Whether a border of one of the features runs through the point. */
export function touches(features, point) {
  return features.some((feature) => ringsOf(feature).some((ring) => {
    for (let at = 0; at + 1 < ring.length; at += 1) if (isOnEdge(point, ring[at], ring[at + 1])) return true;
    return false;
  }));
}

/** Whether the point lies inside the feature. */
export function holds(feature, [x, y]) {
  let isInside = false;
  for (const ring of ringsOf(feature)) {
    for (let at = 0; at + 1 < ring.length; at += 1) {
      const [ax, ay] = ring[at], [bx, by] = ring[at + 1];
      if ((ay > y) !== (by > y) && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isInside = !isInside;
    }
  }
  return isInside;
}

/** Where a point of the pointer goes: the nearest vertex within `reach` degrees (of latitude), else the nearest edge, else itself. */
export function snap(point, features, reach, narrow, except = null) {
  let best = null, least = reach, edge = null, nearest = reach;
  const far = (a) => Math.hypot((a[0] - point[0]) * narrow, a[1] - point[1]);
  for (const feature of features) {
    for (const ring of ringsOf(feature)) {
      for (let at = 0; at + 1 < ring.length; at += 1) {
        const a = ring[at], b = ring[at + 1];
        if (except && (isSame(a, except) || isSame(b, except))) continue;
        const length = far(a);
        if (length < least) { least = length; best = a; }
        const foot = onEdge([point[0] * narrow, point[1]], [a[0] * narrow, a[1]], [b[0] * narrow, b[1]]);
        const place = [foot[0] / narrow, foot[1]];
        const away = far(place);
        if (away < nearest) { nearest = away; edge = place; }
      }
    }
  }
  if (best) return { point: best, kind: "vertex" };
  return edge ? { point: rounded(edge), kind: "edge" } : { point: rounded(point), kind: "free" };
}

/** The middle of the largest polygon, for its label. */
export function middleOf(feature) {
  let found = null, most = 0;
  for (const [ring] of polygonsOf(feature)) {
    let area = 0, x = 0, y = 0;
    const [ox, oy] = ring[0];
    for (let at = 0; at + 1 < ring.length; at += 1) {
      const ax = ring[at][0] - ox, ay = ring[at][1] - oy, bx = ring[at + 1][0] - ox, by = ring[at + 1][1] - oy;
      const cross = ax * by - bx * ay;
      area += cross; x += (ax + bx) * cross; y += (ay + by) * cross;
    }
    if (Math.abs(area) > most) { most = Math.abs(area); found = [ox + x / (3 * area), oy + y / (3 * area)]; }
  }
  return found;
}
