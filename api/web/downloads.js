// What was read, with corrections, as a file: one page or all, in a format of the service, or everything.
import { reduced } from "./picture.js";
import { render } from "./service.js";
import { announce, byId, save } from "./view.js";
import { zip } from "./zip.js";

const SHOWN_MS = 2500;
const PAGE_BREAK = "\n\f"; // as the service writes it between the texts of two pages
const PDF_SIDE_PX = 2000; // A4 at 170 dpi
const PDF_PAGES = 20; // of that size are below the largest body that the service takes by default; more are merged

/** Connect the buttons; `chosen()` returns the pages to take, `current()` the one that is looked at. */
export function connectDownloads(readPages, current) {
  const pages = () => (byId("scope").value === "all" ? readPages() : [current()]);
  const format = () => byId("format").selectedOptions[0];
  byId("format").addEventListener("change", () => (byId("copy").disabled = "binary" in format().dataset));
  connect(byId("copy"), "Copied", async () => copy(await textIn(format().value, pages())));
  connect(byId("download"), "Saved", async () => {
    const [blob, suffix] = await fileOf(format(), pages());
    save(blob, nameOf(pages()) + suffix);
  });
}

/** Let a button do `act()`, and say in the button how that went. */
export function connect(button, done, act) {
  const name = button.textContent;
  button.addEventListener("click", async () => {
    let outcome = done;
    button.ariaBusy = "true";
    try {
      await act();
    } catch (error) {
      outcome = error.title ?? "Not possible here";
    }
    button.ariaBusy = "false";
    button.textContent = outcome === done ? `${done} ✓` : outcome;
    announce(`${outcome}.`);
    setTimeout(() => (button.textContent = name), SHOWN_MS);
  });
}

/** Return the text of a line, as it was read or as people say it is. */
export function textOf(page, index) {
  return page.texts.get(index) ?? page.reading.lines[index].text;
}

function nameOf([first, ...others]) {
  const name = first.count > 1 && others.length === 0 ? `${first.name}-${first.number}` : first.name;
  return others.some((page) => page.name !== name) ? "pages" : name;
}

/** Return [blob, suffix] of pages in the format of an option; several files come as a ZIP file. */
async function fileOf(option, pages) {
  const formats = option.value === "zip" ? [...byId("format").options].filter((each) => each !== option) : [option];
  const entries = [];
  for (const each of formats) entries.push(...(await entriesOf(each, pages)));
  if (entries.length > 1) return [await zip(entries), ".zip"];
  return [entries[0][1], option.dataset.suffix];
}

/** Return pages in a format as [[name, blob], ...]: one file, or several where one does not hold all pages. */
async function entriesOf({ value, dataset }, pages) {
  const oneFile = pages.length === 1 || !("onePage" in dataset);
  if (oneFile) return [[nameOf(pages) + dataset.suffix, await inFormat(value, pages)]];
  const entries = [];
  for (const [index, page] of pages.entries()) {
    const number = String(index + 1).padStart(String(pages.length).length, "0");
    entries.push([`${value}/${number}-${page.name}${dataset.suffix}`, await inFormat(value, [page])]);
  }
  return entries;
}

async function textIn(format, pages) {
  return format === "text" ? plainText(pages) : (await inFormat(format, pages)).text();
}

async function inFormat(format, pages) {
  if (format === "text") return new Blob([plainText(pages)], { type: "text/plain;charset=utf-8" });
  const option = [...byId("format").options].find(({ value }) => value === format);
  if (!("binary" in option.dataset)) return render({ pages: pages.map(light) }, format);
  const files = [];
  for (let first = 0; first < pages.length; first += PDF_PAGES) {
    files.push(await withPictures(pages.slice(first, first + PDF_PAGES), format));
  }
  if (files.length === 1) return files[0];
  const { mergePdfs } = await import("./merging.js"); // no other format shows several pages
  return mergePdfs(files);
}

async function withPictures(pages, format) {
  const pictures = [];
  for (const { picture } of pages) pictures.push(await reduced(picture, PDF_SIDE_PX));
  return render({ pages: pages.map(light) }, format, pictures);
}

/** Return the result of a page; of many pages without the places of characters, which few formats have. */
function light(page, index, all) {
  const result = resultOf(page, index);
  if (all.length <= PDF_PAGES) return result;
  return { ...result, lines: result.lines.map((line) => ({ ...line, characters: [] })) };
}

function plainText(pages) {
  const texts = (page) => page.reading.lines.map((_, index) => textOf(page, index)).filter((text) => text.trim());
  return pages.map((page) => texts(page).join("\n")).join(PAGE_BREAK);
}

/** Return a page as the service's `PagePrediction` has it, with the texts that people gave its lines. */
function resultOf(page, index) {
  const { lines, warnings, complete, language, width, height } = page.reading;
  const corrected = lines.map((line, at) => withText(line, page.texts.get(at)));
  return { image: page.file.name, page: index + 1, width, height, complete, language, warnings, lines: corrected };
}

/** Words keep their places if there are as many as before; characters keep them if nothing has changed. */
function withText(line, text) {
  if (text === undefined) return line;
  const parts = text.split(" ").filter(Boolean);
  const { words = [], characters = [] } = line;
  const same = parts.length === words.length;
  return {
    ...line,
    text,
    confidence: 1,
    words: same ? words.map((word, index) => ({ ...word, text: parts[index], confidence: 1 })) : [],
    characters: text === line.text ? characters : [],
  };
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without https there is no clipboard object, but the older method still works.
  const area = document.body.appendChild(document.createElement("textarea"));
  area.value = text;
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("The browser could not copy the text.");
}
