// The result: boxes on the picture and lines of text, linked to each other.
import { connectEditor } from "./editor.js";
import { crop, frame } from "./frames.js";
import { levelOf, percentOf, wordsOf } from "./levels.js";
import { link } from "./links.js";
import { titleOf } from "./pages.js";
import { announce, byId, element } from "./view.js";
import { reveal } from "./viewer.js";

/** Return how many lines of a page that was read should be checked, and were not. */
export function doubtful({ reading: { lines }, texts }) {
  return lines.filter(({ confidence }, index) => !texts.has(index) && levelOf(confidence).name !== "sure").length;
}

/** Show the text that was read on a page; `keep(index, text)` is called with what people say, null: nothing. */
export function showResult(page, keep) {
  const { lines, warnings, width, height } = page.reading;
  const boxes = lines.map((line, index) => box(line, index, { width, height }));
  const rows = lines.map((line, index) => row(line, index, byId("image")));
  byId("boxes").replaceChildren(...boxes.filter(Boolean));
  byId("lines").replaceChildren(...rows.map(({ item }) => item));
  link(boxes, rows, reveal);
  const changed = (index, text) => {
    keep(index, text);
    paint(rows[index], lines[index], page.texts.get(index));
    describe(page);
  };
  rows.forEach((each, index) => {
    paint(each, lines[index], page.texts.get(index));
    each.undo.addEventListener("click", () => changed(index, null));
  });
  connectEditor(rows, changed);
  byId("warnings").replaceChildren(...warnings.map(warning));
  byId("warnings").hidden = warnings.length === 0;
  byId("caption").textContent = `${titleOf(page)} · ${width} × ${height} pixels`;
  describe(page);
}

/** Return a warning; a page that lies on its side can be turned, so that it is seen as it was read. */
function warning({ code, message }) {
  if (code !== "turned") return element("li", {}, message);
  const button = element("button", { type: "button", className: "undo" }, "Turn the picture");
  button.addEventListener("click", () => byId("turn").click());
  return element("li", {}, `${message} `, button);
}

/** Let screen readers say what was read. */
export function announceResult() {
  announce([byId("result-title"), byId("summary"), ...byId("warnings").children].map(sentence).join(" "));
}

function sentence({ textContent }) {
  const text = textContent.trim();
  return text && !text.endsWith(".") ? `${text}.` : text;
}

function describe(page) {
  const { lines, conf } = page.reading;
  const count = lines.length === 1 ? "1 line" : `${lines.length} lines`;
  const found = lines.length > 0;
  byId("result-title").textContent = found ? `${count} read` : "No text was found";
  byId("summary").textContent = found ? `Confidence ${percentOf(conf)} %. ${worthALook(doubtful(page))}` : "";
  byId("empty").hidden = found;
  byId("found").hidden = !found;
}

function worthALook(count) {
  if (count === 0) return "";
  return count === 1 ? "One line should be checked." : `${count} lines should be checked.`;
}

function label({ text, confidence, kind }, index) {
  const what = kind === "print" ? "Printed line" : "Line";
  return `${what} ${index + 1}, ${levelOf(confidence).word}, ${percentOf(confidence)} %: ${text}`;
}

function box(line, index, page) {
  const made = element("button", { type: "button", className: "box", ariaLabel: label(line, index) });
  made.dataset.level = levelOf(line.confidence).name;
  if (!frame(made, line, page)) return null;
  made.append(element("span", { className: "tag", ariaHidden: "true" }, String(index + 1)));
  return made;
}

function row(line, index, image) {
  const button = element("button", { type: "button", className: "number" }, String(index + 1));
  button.ariaLabel = `Line ${index + 1}, show it in the picture`;
  const text = element("p", { className: "text", role: "textbox", ariaLabel: `Text of line ${index + 1}` });
  text.setAttribute("contenteditable", "plaintext-only");
  text.setAttribute("aria-describedby", "edit-hint");
  text.spellcheck = false; // names and old spellings would be underlined like doubts
  const body = element("div", { className: "line-body" }, text);
  const piece = crop(image, line);
  if (piece) body.prepend(piece);
  if (line.kind === "print") body.append(element("span", { className: "kind" }, "printed"));
  const confidence = element("span", { className: "confidence" });
  const undo = element("button", { type: "button", className: "undo", tabIndex: -1 }, "Undo"); // by key: Escape
  const item = element("li", {}, button, body, element("div", { className: "line-state" }, confidence, undo));
  return { item, button, text, confidence, undo };
}

/** Show the text of a line: as it was read, with its doubtful words marked, or as people say it is. */
function paint({ item, text, confidence, undo }, line, said) {
  const checked = said !== undefined;
  const { name, mark, word } = checked ? { name: "checked", mark: "✎", word: "checked" } : levelOf(line.confidence);
  item.dataset.level = name;
  item.classList.toggle("checked", checked);
  const sign = element("span", { className: "mark", ariaHidden: "true" }, mark);
  sign.dataset.level = name;
  const spoken = element("span", { className: "visually-hidden" }, `${word}, `);
  confidence.replaceChildren(sign, ...(checked ? [` ${word}`] : [spoken, ` ${percentOf(line.confidence)} %`]));
  undo.hidden = !checked;
  const words = checked ? null : wordsOf(line);
  text.dataset.text = said ?? line.text;
  text.classList.toggle("nothing", text.dataset.text === "");
  text.replaceChildren(...(words ? marked(words) : [text.dataset.text]));
}

function marked(words) {
  return words.flatMap(([word, unsure], index) => [
    ...(index > 0 ? [" "] : []),
    unsure ? element("span", { className: "unsure" }, word) : word,
  ]);
}
