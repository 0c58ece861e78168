// The picture of a page: zoomed with buttons, keys, wheel or two fingers; moved by dragging or scrolling.
import { byId } from "./view.js";

const STEP = 1.25; // of a press; four presses are 2.4 times
const MOST = 8; // a letter of 20 pixels fills the hand
const WHEEL = 0.002; // of the logarithm, a pixel: a notch of 100 is about a press

let zoom = 1;

/** Connect buttons, keys and pointer. */
export function connectViewer() {
  const viewer = byId("viewer");
  byId("zoom-in").addEventListener("click", () => setZoom(zoom * STEP));
  byId("zoom-out").addEventListener("click", () => setZoom(zoom / STEP));
  byId("zoom-fit").addEventListener("click", () => setZoom(1));
  viewer.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const factor = { "+": zoom * STEP, "=": zoom * STEP, "-": zoom / STEP, 0: 1 }[event.key];
    if (factor === undefined) return;
    event.preventDefault();
    setZoom(factor);
  });
  viewer.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // without a key, the wheel scrolls
    event.preventDefault();
    setZoom(zoom * Math.exp(-WHEEL * event.deltaY), event);
  }, { passive: false });
  connectDragging(viewer);
  connectPinching(viewer);
}

/** Show a picture, {url, width, height}, whole; return when it can be drawn from. */
export async function showPicture({ url, width, height }) {
  const [stage, image] = [byId("stage"), byId("image")];
  stage.style.setProperty("--width", width);
  stage.style.setProperty("--height", height);
  if (image.src !== url) {
    byId("boxes").replaceChildren();
    setZoom(1);
    image.src = url;
  }
  byId("picture").hidden = false;
  await image.decode().catch(() => {}); // another picture took its place
}

/** Show blank paper, as there is no picture yet; or nothing, as there will be none. */
export function hidePicture(forGood) {
  byId("picture").hidden = forGood;
  byId("image").removeAttribute("src");
  byId("boxes").replaceChildren();
  for (const name of ["--width", "--height"]) byId("stage").style.removeProperty(name);
  setZoom(1);
}

/** Scroll within the zoomed picture so that an element of it can be seen. */
export function reveal(element) {
  const viewer = byId("viewer");
  const [inner, outer] = [element.getBoundingClientRect(), viewer.getBoundingClientRect()];
  const move = (first, last, low, high) => (first < low ? first - low : last > high ? Math.min(last - high, first - low) : 0);
  viewer.scrollBy(
    move(inner.left, inner.right, outer.left, outer.right),
    move(inner.top, inner.bottom, outer.top, outer.bottom),
  );
}

/** Zoom; the point under the pointer, or the middle, stays where it is. */
function setZoom(wanted, point = null) {
  const viewer = byId("viewer");
  const before = zoom;
  zoom = Math.min(MOST, Math.max(1, wanted));
  const box = viewer.getBoundingClientRect();
  const x = point ? point.clientX - box.left : box.width / 2;
  const y = point ? point.clientY - box.top : box.height / 2;
  const [left, top] = [viewer.scrollLeft, viewer.scrollTop];
  byId("stage").style.setProperty("--zoom", zoom);
  viewer.scrollTo(((left + x) * zoom) / before - x, ((top + y) * zoom) / before - y);
  viewer.classList.toggle("zoomed", zoom > 1);
  viewer.tabIndex = zoom > 1 ? 0 : -1; // the arrow keys scroll then
  byId("zoom-fit").textContent = `${Math.round(100 * zoom)} %`;
  byId("zoom-out").disabled = zoom === 1;
  byId("zoom-in").disabled = zoom === MOST;
}

function connectDragging(viewer) {
  let from = null;
  viewer.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0 || zoom === 1) return; // fingers scroll anyway
    from = { x: event.clientX + viewer.scrollLeft, y: event.clientY + viewer.scrollTop };
  });
  addEventListener("pointermove", (event) => {
    if (from) viewer.scrollTo(from.x - event.clientX, from.y - event.clientY);
  });
  addEventListener("pointerup", () => (from = null));
  byId("image").addEventListener("dragstart", (event) => event.preventDefault());
}

function connectPinching(viewer) {
  const fingers = new Map();
  let start = null;
  const distance = () => {
    const [a, b] = [...fingers.values()];
    return { span: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY), zoom };
  };
  viewer.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") fingers.set(event.pointerId, event);
    if (fingers.size === 2) start = distance();
  });
  viewer.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, event);
    if (fingers.size === 2) setZoom((start.zoom * distance().span) / start.span, event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    viewer.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }
}
