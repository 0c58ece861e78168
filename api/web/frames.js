// Where a line stands: its polygon as a frame on the picture, and its strip of the picture, level.

const MARGIN = 0.1; // in heights of the line: frames lie around the ink, not across it
const CROP_MARGIN = 0.15; // so that ascenders and descenders stay visible
const MAX_CROP_WIDTH = 1200;
const SVG = "http://www.w3.org/2000/svg";

/** Return the polygon of a line, [[x, y], ...] clockwise from the top left; null if its place is unknown. */
function outline({ polygon, region }) {
  if (polygon?.length > 2) return polygon;
  if (!region) return null;
  const { x1, y1, x2, y2 } = region;
  return [[x1, y1], [x2, y1], [x2, y2], [x1, y2]];
}

/** Return the angle in radians by which the line rises (< 0) or falls, from end to end of its upper side. */
function slope(points) {
  const upper = points.slice(0, points.length / 2);
  const [[x1, y1], [x2, y2]] = [upper[0], upper.at(-1)];
  return Math.atan2(y2 - y1, x2 - x1);
}

/** Return the box {left, top, right, bottom} around points turned by an angle around (0, 0). */
function bounds(points, angle) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const xs = points.map(([x, y]) => x * cos - y * sin);
  const ys = points.map(([x, y]) => x * sin + y * cos);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

/** Move the sides of a clockwise polygon outwards by a distance. */
function grown(points, distance) {
  const normals = points.map(([x, y], index) => {
    const [nextX, nextY] = points[(index + 1) % points.length];
    const length = Math.hypot(nextX - x, nextY - y) || 1;
    return [(nextY - y) / length, (x - nextX) / length];
  });
  return points.map(([x, y], index) => {
    const [a, b] = [normals.at(index - 1), normals[index]];
    const spread = distance / Math.max(0.5, 1 + a[0] * b[0] + a[1] * b[1]);
    return [x + spread * (a[0] + b[0]), y + spread * (a[1] + b[1])];
  });
}

/** Put a frame along a line into the button `box`, on a picture of `page` pixels; tell whether it could. */
export function frame(box, line, page) {
  const points = outline(line);
  if (!points) return false;
  const level = bounds(points, -slope(points));
  const around = grown(points, MARGIN * (level.bottom - level.top));
  const { left, top, right, bottom } = bounds(around, 0);
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  box.style.left = percent(left, page.width);
  box.style.top = percent(top, page.height);
  box.style.width = percent(right - left, page.width);
  box.style.height = percent(bottom - top, page.height);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `${left} ${top} ${right - left} ${bottom - top}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true"); // the button has a name
  const polygon = document.createElementNS(SVG, "polygon");
  polygon.setAttribute("points", around.map((point) => point.join()).join(" "));
  svg.append(polygon);
  box.append(svg);
  return true;
}

/** Return the box [left, top, right, bottom] around a line; null if its place is unknown. */
export function boxOf(line) {
  const points = outline(line);
  return points && Object.values(bounds(points, 0)).map(Math.round);
}

/** Return a canvas with one line of the picture, turned level, at most so wide; null if its place is unknown. */
export function crop(image, line, maxWidth = MAX_CROP_WIDTH) {
  const points = outline(line);
  if (!points) return null;
  const angle = slope(points);
  const { left, top, right, bottom } = bounds(points, -angle);
  const margin = CROP_MARGIN * (bottom - top);
  const [width, height] = [right - left + 2 * margin, bottom - top + 2 * margin];
  const scale = Math.min(1, maxWidth / width);
  const canvas = document.createElement("canvas");
  canvas.className = "crop";
  canvas.ariaHidden = "true";
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  context.fillStyle = "white"; // beyond the border of the picture
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(scale, scale);
  context.translate(margin - left, margin - top);
  context.rotate(-angle);
  context.drawImage(image, 0, 0);
  return canvas;
}
