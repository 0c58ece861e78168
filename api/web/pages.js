// The pages that were chosen, in their order, and the queue that reads them one after the other.
import { prepare, turned } from "./picture.js";
import { recognize } from "./service.js";

const STOPS = [0, 401]; // the next page would fail as well: no connection, no key

/**
 * Return a page that is to be read. Its state is "waiting", "busy", "result" or "error"; `picture` is there
 * once the file is open, `reading` or `error` at the end. `texts` has what people say that its lines say.
 */
function newPage(file, number = 1) {
  const name = file.name.replace(/\.[^.]*$/, "") || "picture";
  const waiting = ["Waiting for the pages before it", null];
  return { file, name, number, count: 1, state: "waiting", progress: waiting, picture: null, texts: new Map() };
}

/** Return the name of a page for people: of its file, with its number if the file has several. */
export function titleOf({ name, number, count }) {
  return count > 1 ? `${name}, page ${number}` : name;
}

export class Pages {
  list = [];
  current = null; // the one that is looked at; if it waits, it is read next
  #running = null; // aborts the reading

  /**
   * `asked()` returns how to read; `recall(page)` completes what was read; `listed()` is called when pages come
   * and go, `updated(page)` when one changes.
   */
  constructor(calls) {
    Object.assign(this, calls);
  }

  /** Whether a page is being read. */
  get busy() {
    return this.#running !== null;
  }

  /** Add files, and begin to read them; return the first new page. */
  add(files) {
    const added = files.map((file) => newPage(file));
    this.list.push(...added);
    this.listed();
    queueMicrotask(() => this.#read());
    return added[0];
  }

  /** Read a page again; what people said about its lines is about another reading. */
  again(page) {
    page.texts.clear();
    page.state = "waiting";
    this.updated(page);
    this.#read();
  }

  /** Turn a page by a quarter, and read it again. */
  async turn(page) {
    const before = page.picture;
    page.picture = await turned(before);
    URL.revokeObjectURL(before.url);
    this.again(page);
  }

  /** Stop reading: pages that are not read yet leave the list. Returns what `listed` does. */
  cancel() {
    this.#running?.abort();
    this.#running = null;
    return this.remove((page) => page.state === "waiting" || page.state === "busy");
  }

  /** Remove pages from the list. Returns what `listed` does. */
  remove(which) {
    for (const page of this.list.filter(which)) if (page.picture) URL.revokeObjectURL(page.picture.url);
    this.list = this.list.filter((page) => !which(page));
    return this.listed();
  }

  async #read() {
    if (this.busy) return;
    const running = (this.#running = new AbortController());
    for (let page = this.#next(); page && !running.signal.aborted; page = this.#next()) {
      await this.#readPage(page, running.signal);
      if (running.signal.aborted) return;
      if (page.state === "error" && STOPS.includes(page.error.status)) break;
    }
    this.#running = null;
    this.listed();
  }

  #next() {
    const waiting = this.list.filter(({ state }) => state === "waiting");
    return waiting.find((page) => page === this.current) ?? waiting[0];
  }

  async #readPage(page, signal) {
    const onProgress = (...progress) => {
      if (!signal.aborted) this.#change(page, { progress });
    };
    this.#change(page, { state: "busy", progress: ["Preparing the picture", null] });
    try {
      if (!page.picture) {
        const picture = await prepare(page.file, page.number, this.limits, { signal, onProgress });
        if (signal.aborted) return;
        this.#change(page, { picture });
        this.#addOthers(page, picture.count);
      }
      const reading = await recognize(page.picture.blob, { ...this.asked(), signal, onProgress });
      page.reading = reading;
      await this.recall(page);
      if (!signal.aborted) this.#change(page, { state: "result" });
    } catch (error) {
      if (!signal.aborted) this.#change(page, { error, state: "error" });
    }
  }

  /** Add the other pages of the document whose first page this is. */
  #addOthers(page, count) {
    if (count === page.count || page.number > 1) return;
    page.count = count;
    const others = Array.from({ length: count - 1 }, (_, index) => ({ ...newPage(page.file, index + 2), count }));
    this.list.splice(this.list.indexOf(page) + 1, 0, ...others);
    this.listed();
  }

  #change(page, values) {
    Object.assign(page, values);
    if (this.list.includes(page)) this.updated(page);
  }
}
