// The result: boxes on the picture and lines of text, linked to each other.
import { crop, frame } from "./frames.js";
import { link } from "./links.js";
import { announce, byId } from "./view.js";

// Levels of confidence in whole percent. On 300 lines of IAM (validation), about 2 in 100 characters were wrong
// from 95 on, 9 between 90 and 95, 19 below 90.
const LEVELS = [
  { least: 95, name: "sure", mark: "✓", word: "sure" },
  { least: 90, name: "check", mark: "?", word: "check" },
  { least: 0, name: "doubt", mark: "!", word: "doubtful" },
];

const percentOf = (confidence) => Math.floor(100 * confidence);
const levelOf = (confidence) => LEVELS.find(({ least }) => percentOf(confidence) >= least);

let shownUrl = null;

/** Show the picture that is about to be read. */
export async function showPicture({ name, url }) {
  const image = byId("image");
  if (shownUrl) URL.revokeObjectURL(shownUrl);
  shownUrl = url;
  image.hidden = url === null;
  byId("no-image").hidden = url !== null;
  byId("stage").toggleAttribute("data-blank", url === null);
  byId("stage").style.aspectRatio = "";
  byId("boxes").replaceChildren();
  byId("caption").textContent = name;
  if (url === null) return image.removeAttribute("src");
  image.src = url;
  await image.decode();
}

/** Show the text that the service read. */
export function showResult({ lines, conf, warnings, width, height }) {
  const image = byId("image");
  const page = { width, height };
  if (image.hidden) byId("stage").style.aspectRatio = `${width} / ${height}`;
  const boxes = lines.map((line, index) => box(line, index, page));
  const rows = lines.map((line, index) => row(line, index, image));
  byId("boxes").replaceChildren(...boxes.filter(Boolean));
  byId("lines").replaceChildren(...rows.map(({ item }) => item));
  link(boxes, rows);
  byId("warnings").replaceChildren(...warnings.map(({ message }) => element("li", {}, message)));
  byId("warnings").hidden = warnings.length === 0;
  describe(lines, conf, page);
  announce([byId("result-title"), byId("summary"), ...byId("warnings").children].map(sentence).join(" "));
}

function sentence({ textContent: text }) {
  return text && !text.endsWith(".") ? `${text}.` : text;
}

function describe(lines, conf, { width, height }) {
  const count = lines.length === 1 ? "1 line" : `${lines.length} lines`;
  const found = lines.length > 0;
  byId("result-title").textContent = found ? `${count} read` : "No text was found";
  byId("summary").textContent = found ? `Confidence ${percentOf(conf)} %. ${worthALook(lines)}` : "";
  byId("empty").hidden = found;
  byId("found").hidden = !found;
  byId("caption").textContent += ` · ${width} × ${height} pixels`;
}

function worthALook(lines) {
  const count = lines.filter(({ confidence }) => levelOf(confidence).name !== "sure").length;
  if (count === 0) return "";
  return count === 1 ? "One line should be checked." : `${count} lines should be checked.`;
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
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
  const { name, mark, word } = levelOf(line.confidence);
  const button = element("button", { type: "button", className: "number" }, String(index + 1));
  button.ariaLabel = `Line ${index + 1}, show it in the picture`;
  const markOf = element("span", { className: "mark", ariaHidden: "true" }, mark);
  markOf.dataset.level = name;
  const spoken = element("span", { className: "visually-hidden" }, `${word}, `);
  const confidence = element("span", { className: "confidence" }, markOf, spoken, ` ${percentOf(line.confidence)} %`);
  const text = element("p", { className: "text" }, line.text || "(nothing legible)");
  const body = element("div", { className: "line-body" }, text);
  const piece = image.hidden ? null : crop(image, line);
  if (piece) body.prepend(piece);
  if (line.kind === "print") body.append(element("span", { className: "kind" }, "printed"));
  const item = element("li", {}, button, body, confidence);
  item.dataset.level = name;
  return { item, button };
}
