// What people say that lines say, with the picture of each line: kept in this browser until they delete it.
import { boxOf, crop } from "./frames.js";

const STORE = "lines";
const MAX_WIDTH = 4000; // of a line in pixels; training reduces it to 64 rows

let opened = null; // a promise of the database, or of null: then corrections last as long as the page

let last = Promise.resolve(); // the latest change

const memory = new Map();

function database() {
  opened ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open("text-recognizer", 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null); // e.g. in a private window
    } catch {
      resolve(null);
    }
  });
  return opened;
}

/** Do `act(store)` in the database; return the result of the request that it returns. */
async function transact(mode, act) {
  const base = await database();
  if (!base) return null;
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error); // e.g. no space is left
  });
}

/** Change what is kept, once the changes that were asked for before are made. */
function inTurn(change) {
  last = last.then(change, change);
  return last;
}

/** Return all lines: [{id, page, box, document, read, text, image}]. */
export async function allCorrections() {
  return (await transact("readonly", (store) => store.getAll())) ?? [...memory.values()];
}

/** Keep the text of a line. */
export function keepCorrection(page, index, text, image) {
  const line = page.reading.lines[index];
  const piece = crop(image, line, MAX_WIDTH) ?? whole(image); // before another picture is shown
  const [id, box] = [idOf(page, line), boxOf(line)];
  return inTurn(async () => {
    const png = await new Promise((resolve) => piece.toBlob(resolve, "image/png"));
    const record = { id, page: page.digest, box, document: page.name, read: line.text, text, image: png };
    if (!(await database())) memory.set(id, record);
    await transact("readwrite", (store) => store.put(record));
  });
}

/** Forget what was said about a line. */
export function dropCorrection(page, index) {
  const id = idOf(page, page.reading.lines[index]);
  return inTurn(async () => {
    memory.delete(id);
    await transact("readwrite", (store) => store.delete(id));
  });
}

/** Forget everything. */
export function clearCorrections() {
  return inTurn(async () => {
    memory.clear();
    await transact("readwrite", (store) => store.clear());
  });
}

/** Put what was said about the lines of a page, perhaps another day, into its `texts`. */
export async function recall(page) {
  page.digest = digest(new Uint8Array(await page.picture.blob.arrayBuffer()));
  const all = await allCorrections().catch(() => []); // a page can be read without them
  const kept = all.filter((record) => record.page === page.digest);
  page.reading.lines.forEach((line, index) => {
    const same = kept.find(({ box }) => overlap(box, boxOf(line)) > 0.5); // another model may cut a bit differently
    if (same) page.texts.set(index, same.text);
  });
}

function idOf(page, line) {
  return `${page.digest}:${boxOf(line)}`;
}

function whole(image) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas;
}

/** Return the intersection of two boxes over their union; 1 for two lines without a place. */
function overlap(one, other) {
  if (!one || !other) return one === other ? 1 : 0;
  const across = Math.min(one[2], other[2]) - Math.max(one[0], other[0]);
  const down = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
  const common = Math.max(0, across) * Math.max(0, down);
  const area = ([left, top, right, bottom]) => (right - left) * (bottom - top);
  return common / (area(one) + area(other) - common);
}

/** Return a name for a picture's content; FNV-1a from two beginnings, as crypto is missing without https. */
function digest(bytes) {
  return [0x811c9dc5, 0x050c5d1f].map((start) => {
    let hash = start;
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, "0");
  }).join("");
}
