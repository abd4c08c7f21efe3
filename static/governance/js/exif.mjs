// A photo made smaller loses what the camera noted. The notes are carried over, so that the server reads when and where
// it was taken before it takes them off; the picture is upright by then, so the note about turning says so.
const HEAD_BYTES = 256 * 1024;
const ORIENTATION = 0x0112;

function notesIn(view) {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 4 < view.byteLength;) {
    const marker = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda || at + 2 + length > view.byteLength) return null;
    if (marker === 0xffe1 && length > 14 && view.getUint32(at + 4) === 0x45786966) return { at, length: length + 2 };
    at += 2 + length;
  }
  return null;
}

function setUpright(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset + 10, bytes.byteLength - 10);
  const little = view.getUint16(0) === 0x4949;
  const first = view.getUint32(4, little);
  if (first + 2 > view.byteLength) return;
  const count = view.getUint16(first, little);
  for (let n = 0; n < count; n += 1) {
    const entry = first + 2 + n * 12;
    if (entry + 12 > view.byteLength) return;
    if (view.getUint16(entry, little) === ORIENTATION) view.setUint16(entry + 8, 1, little);
  }
}

/** `small` (a JPEG made from `file`) with the camera's notes of `file`; as it is where there are none. */
export async function withNotes(file, small) {
  try {
    const head = await file.slice(0, HEAD_BYTES).arrayBuffer();
    const found = notesIn(new DataView(head));
    if (!found) return small;
    const notes = new Uint8Array(head.slice(found.at, found.at + found.length));
    setUpright(notes);
    return new Blob([small.slice(0, 2), notes, small.slice(2)], { type: small.type });
  } catch {
    return small;  // a photo without notes is better than none
  }
}
