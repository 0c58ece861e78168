// Search in the texts of all pages, as they were read or corrected; case and accents do not count.
import { textOf } from "./downloads.js";
import { byId } from "./view.js";

const marks = globalThis.Highlight ? new Highlight() : null; // older browsers show the line only
if (marks) CSS.highlights.set("found", marks);

/** Return text without case and accents, each character of it with its place in the original: [[char, place]]. */
function folded(text) {
  const simple = [];
  let place = 0;
  for (const character of text) {
    for (const each of character.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()) simple.push([each, place]);
    place += character.length;
  }
  return simple;
}

/** Return where a text has the wanted one, as [start, end] in characters of the text. */
function places(text, wanted) {
  const simple = folded(text);
  const joined = simple.map(([character]) => character).join("");
  const needle = folded(wanted).map(([character]) => character).join("");
  const found = [];
  for (let at = joined.indexOf(needle); needle && at >= 0; at = joined.indexOf(needle, at + needle.length)) {
    const end = simple[at + needle.length];
    found.push([simple[at][1], end ? end[1] : text.length]);
  }
  return found;
}

/** Connect the search; `readPages()` returns where to search, `open(page)` shows a page. */
export function connectSearch(readPages, open) {
  const field = byId("search");
  let hits = []; // [{page, line, start, end}]
  let at = -1; // which of them is shown

  const search = () => {
    const wanted = field.value.trim();
    hits = readPages().flatMap((page) =>
      page.reading.lines.flatMap((_, line) =>
        places(textOf(page, line), wanted).map(([start, end]) => ({ page, line, start, end })),
      ),
    );
    at = Math.min(at, hits.length - 1); // corrections may have removed some
    mark(null);
    return wanted;
  };
  const say = (wanted) => {
    const count = hits.length === 1 ? "1 place" : `${hits.length} places`;
    const where = at < 0 ? "" : `${at + 1} of `;
    byId("search-status").textContent = wanted ? (hits.length ? where + count : "Not found") : "";
    byId("search-next").disabled = byId("search-previous").disabled = hits.length === 0;
  };
  const go = async (step) => {
    const wanted = search();
    if (hits.length > 0) at = at < 0 ? 0 : (at + step + hits.length) % hits.length;
    say(wanted);
    if (hits.length === 0) return;
    const hit = hits[at];
    await open(hit.page);
    if (hit === hits[at]) mark(hit); // or another one has been asked for
  };
  field.addEventListener("input", () => {
    at = -1;
    say(search());
  });
  byId("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    go(1);
  });
  byId("search-next").addEventListener("click", () => go(1));
  byId("search-previous").addEventListener("click", () => go(-1));
}

/** Mark a place that was found, in the page that is shown. */
function mark(hit) {
  marks?.clear();
  for (const row of document.querySelectorAll("#lines .found")) row.classList.remove("found");
  if (!hit) return;
  const row = byId("lines").children[hit.line];
  row.classList.add("found");
  row.scrollIntoView({ block: "center" });
  marks?.add(rangeOf(row.querySelector(".text"), hit));
}

/** Return the range of characters of an element, over the texts within it. */
function rangeOf(element, { start, end }) {
  const range = new Range();
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let before = 0;
  while (walker.nextNode()) {
    const { currentNode: node } = walker;
    const within = (place) => place >= before && place <= before + node.length;
    if (within(start)) range.setStart(node, start - before);
    if (within(end)) {
      range.setEnd(node, end - before);
      return range;
    }
    before += node.length;
  }
  return range;
}
