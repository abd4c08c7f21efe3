// The sentences of the phone's scripts: the scripts hold none themselves.
import { fill } from "governance/htmx";

export const words = (name, values = {}) => fill(document.getElementById("phone-texts")?.dataset[name] ?? "", values);
export const label = (kind) => JSON.parse(document.getElementById("phone-texts")?.dataset.labels ?? "{}")[kind] ?? kind;
