// Photos of the phone's forms go into the store first: with the hash and the time of what the camera gave, so that both
// are kept although the picture was made smaller.
import { keepPhoto } from "fieldwork/outbox";
import { isFull } from "fieldwork/store";
import { openKey } from "fieldwork/vault";
import { keepPhotosWith } from "governance/photos";

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const digest = async (blob) => hex(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));

async function keep(blob, name, { origin }, source) {
  if (!(await openKey())) return null;  // the store is closed: the photo goes over the line at once
  const about = {
    name, origin: origin ?? "", type: blob.type, sha256: await digest(blob), source_sha256: await digest(source),
    taken_at: source.lastModified ? new Date(source.lastModified).toISOString() : "",
  };
  try {
    return { id: await keepPhoto(blob, about), isKept: true };
  } catch (problem) {
    if (isFull(problem)) throw { detail: document.getElementById("phone-texts")?.dataset.full };  // in words beside the photo
    throw problem;
  }
}

export const startKeeper = () => keepPhotosWith(keep);
