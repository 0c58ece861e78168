// The result: boxes on the picture and lines of text, linked to each other.
import { link } from "./links.js";
import { announce, byId } from "./view.js";

// Levels of confidence in whole percent. On 300 lines of IAM (validation), about 2 in 100 characters were wrong
// from 95 on, 9 between 90 and 95, 19 below 90.
const LEVELS = [
  { least: 95, name: "sure", mark: "✓", word: "sure" },
  { least: 90, name: "check", mark: "?", word: "check" },
  { least: 0, name: "doubt", mark: "!", word: "doubtful" },
];
const CROP_MARGIN = 0.15; // in line heights, so that ascenders and descenders stay visible

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
export function showResult({ lines, conf, width, height }) {
  const image = byId("image");
  const page = { width, height };
  if (image.hidden) byId("stage").style.aspectRatio = `${width} / ${height}`;
  const boxes = lines.map((line, index) => box(line, index, page));
  const rows = lines.map((line, index) => row(line, index, image));
  byId("boxes").replaceChildren(...boxes.filter(Boolean));
  byId("lines").replaceChildren(...rows.map(({ item }) => item));
  link(boxes, rows);
  describe(lines, conf, page);
}

function describe(lines, conf, { width, height }) {
  const count = lines.length === 1 ? "1 line" : `${lines.length} lines`;
  const found = lines.length > 0;
  byId("result-title").textContent = found ? `${count} read` : "No handwriting was found";
  byId("summary").textContent = found ? `Confidence ${percentOf(conf)} %. ${worthALook(lines)}` : "";
  byId("empty").hidden = found;
  byId("found").hidden = !found;
  byId("caption").textContent += ` · ${width} × ${height} pixels`;
  announce(`${byId("result-title").textContent}. ${byId("summary").textContent}`);
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

function label({ text, confidence }, index) {
  return `Line ${index + 1}, ${levelOf(confidence).word}, ${percentOf(confidence)} %: ${text}`;
}

function box(line, index, page) {
  if (!line.region) return null;
  const { x1, y1, x2, y2 } = line.region;
  const made = element("button", { type: "button", className: "box", ariaLabel: label(line, index) });
  made.dataset.level = levelOf(line.confidence).name;
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  made.style.left = percent(x1, page.width);
  made.style.top = percent(y1, page.height);
  made.style.width = percent(x2 - x1, page.width);
  made.style.height = percent(y2 - y1, page.height);
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
  if (line.region && !image.hidden) body.prepend(crop(image, line.region));
  const item = element("li", {}, button, body, confidence);
  item.dataset.level = name;
  return { item, button };
}

/** Return a canvas with one line of the picture, to compare with its text. */
function crop(image, { x1, y1, x2, y2 }) {
  const margin = CROP_MARGIN * (y2 - y1);
  const [left, top] = [Math.max(0, x1 - margin), Math.max(0, y1 - margin)];
  const right = Math.min(image.naturalWidth, x2 + margin);
  const bottom = Math.min(image.naturalHeight, y2 + margin);
  const scale = Math.min(1, 1200 / (right - left));
  const canvas = element("canvas", { className: "crop", ariaHidden: "true" });
  canvas.width = Math.max(1, Math.round((right - left) * scale));
  canvas.height = Math.max(1, Math.round((bottom - top) * scale));
  const source = [left, top, right - left, bottom - top];
  canvas.getContext("2d").drawImage(image, ...source, 0, 0, canvas.width, canvas.height);
  return canvas;
}
