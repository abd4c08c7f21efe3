// The plan being edited: grids as they shall be and the words about them; every change can be taken back; nothing is lost.
const FIELDS = ["title", "reason", "effective_on"];

export class Plan extends EventTarget {
  constructor(number) {
    super();
    this.number = number;
    this.key = `grid-revision:${number}`;
    this.past = [];
    this.future = [];
    this.selected = new Set();
    this.state = { features: [], sources: [], title: "", reason: "", effective_on: "" };
  }

  /** Begins with what the server has stored. */
  open(draft) {
    this.draft = draft;
    this.version = draft.version;
    this.stored = this.state = {
      features: draft.results.features, sources: draft.sources.features.map(({ properties }) => properties.code),
      ...Object.fromEntries(FIELDS.map((name) => [name, draft[name] ?? ""])),
    };
    this.past = [];
    this.future = [];
    this.keepSelection();
    this.tell("opened");
  }

  get features() { return this.state.features; }
  get isChanged() { return this.state !== this.stored; }
  get collection() { return { type: "FeatureCollection", features: this.features }; }

  /** What stands still around the plan: neighbours that are not taken in, and the communities. */
  get around() {
    const taken = new Set([...this.state.sources, ...this.features.map((item) => item.properties.code)]);
    return this.draft.neighbours.features.filter(({ properties }) => !taken.has(properties.code));
  }

  get fixed() { return [...this.around, ...this.draft.communities.features.filter(({ geometry }) => geometry)]; }

  tell(name) { this.dispatchEvent(new CustomEvent(name)); }

  /** One step that can be undone. */
  change(changes) {
    this.past.push(this.state);
    this.future = [];
    this.go({ ...this.state, ...changes });
  }

  go(state) {
    this.state = state;
    this.keepSelection();
    this.keep();
    this.tell("changed");
  }

  undo() {
    if (!this.past.length) return;
    this.future.push(this.state);
    this.go(this.past.pop());
  }

  redo() {
    if (!this.future.length) return;
    this.past.push(this.state);
    this.go(this.future.pop());
  }

  find(code) { return this.features.find(({ properties }) => properties.code === code); }

  /** Facts of one grid; a new code keeps the grid selected. */
  setFacts(code, facts) {
    const features = this.features.map((feature) => (
      feature.properties.code === code ? { ...feature, id: facts.code ?? code, properties: { ...feature.properties, ...facts } } : feature
    ));
    if (facts.code && this.selected.delete(code)) this.selected.add(facts.code);
    this.change({ features });
  }

  /** A neighbour taken in as it is. */
  takeIn(feature) {
    const { code } = feature.properties;
    this.change({ features: [...this.features, { ...feature, properties: { ...feature.properties, heir_of: code } }], sources: [...this.state.sources, code] });
  }

  select(code, isMore = false) {
    if (!isMore) this.selected = new Set(code ? [code] : []);
    else if (!this.selected.delete(code)) this.selected.add(code);
    this.tell("selected");
  }

  selectAll(codes) {
    this.selected = new Set(codes);
    this.keepSelection();
    this.tell("selected");
  }

  keepSelection() {
    const codes = new Set(this.features.map(({ properties }) => properties.code));
    this.selected = new Set([...this.selected].filter((code) => codes.has(code)));
  }

  /** What is not saved yet stays on this device. */
  keep() {
    try {
      if (this.isChanged) localStorage.setItem(this.key, JSON.stringify({ version: this.version, ...this.state }));
      else localStorage.removeItem(this.key);
    } catch (reason) { console.info(reason); }
  }

  kept() {
    try { return JSON.parse(localStorage.getItem(this.key) ?? "null"); } catch { return null; }
  }

  restore({ version: _version, ...state }) { this.change(state); }

  forget() { localStorage.removeItem(this.key); }

  /** The server has stored `features` as this version; what was done since stays a change. */
  saved(version, sent, features) {
    this.version = version;
    const isQuiet = this.state === sent;
    this.stored = { ...sent, features };
    if (isQuiet) this.state = this.stored;
    this.keepSelection();
    this.keep();
    this.tell("changed");
  }
}
