// A page of a file -> the picture that is read and shown. The browser opens pictures, the service documents.
import { ServiceError, pageImage } from "./service.js";

const READABLE = ["image/png", "image/jpeg", "image/webp", "image/bmp", "image/gif"];
const DOCUMENT = /^(application\/pdf|image\/tiff)$/; // some browsers open these as well, but one page only
const ENOUGH_PIXELS = 9e6; // A4 at 300 dpi; the service itself reduces what has more

/** Tell whether a file is of a kind that may have several pages. */
export const isDocument = ({ type }) => DOCUMENT.test(type);

/**
 * Return {blob, url, width, height, count} of a page of a file; count is the number of its pages.
 * A picture that the service would refuse is drawn again, smaller or as JPEG.
 */
export async function prepare(file, number, limits, options) {
  const image = isDocument(file) ? null : await decoded(file);
  if (!image) {
    checkSize(file, limits);
    const { blob, count } = await pageImage(file, number, options);
    return { ...(await pictureOf(blob)), count };
  }
  const blob = needsRedrawing(file, image, limits) ? await redraw(image, limits) : file;
  return { ...(await pictureOf(blob)), count: 1 };
}

/** Return a picture turned by a quarter, clockwise. */
export async function turned({ blob, count }) {
  const image = await decoded(blob);
  const { naturalWidth: width, naturalHeight: height } = image;
  return { ...(await pictureOf(await drawn(height, width, (context) => {
    context.translate(height, 0);
    context.rotate(Math.PI / 2);
    context.drawImage(image, 0, 0);
  }))), count };
}

/** Return a picture with sides of at most so many pixels, as a JPEG file. */
export async function reduced({ blob, width, height }, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  const image = await decoded(blob);
  const [across, down] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const draw = (context) => context.drawImage(image, 0, 0, across, down);
  return drawn(across, down, draw, 0.85);
}

async function pictureOf(blob) {
  const image = await decoded(blob);
  return { blob, url: URL.createObjectURL(blob), width: image.naturalWidth, height: image.naturalHeight };
}

async function decoded(blob) {
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  try {
    await image.decode();
    return image;
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

function checkSize(file, limits) {
  if (file.size <= limits.bytes) return;
  const detail = `It has ${file.size.toLocaleString("en")} bytes; ${limits.bytes.toLocaleString("en")} are allowed.`;
  throw new ServiceError(413, { detail }); // known before it is sent
}

function needsRedrawing(file, image, limits) {
  const { naturalWidth: width, naturalHeight: height } = image;
  const tooLarge = width * height > limits.pixels || Math.max(width, height) > limits.side;
  return tooLarge || file.size > limits.bytes || !READABLE.includes(file.type);
}

function redraw(image, limits) {
  const { naturalWidth: width, naturalHeight: height } = image;
  const pixels = Math.min(ENOUGH_PIXELS, limits.pixels);
  const scale = Math.min(1, Math.sqrt(pixels / (width * height)), limits.side / Math.max(width, height));
  const [across, down] = [Math.max(1, Math.floor(width * scale)), Math.max(1, Math.floor(height * scale))];
  return drawn(across, down, (context) => context.drawImage(image, 0, 0, across, down));
}

function drawn(width, height, draw, quality = 0.92) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.fillStyle = "white"; // behind what is transparent
  context.fillRect(0, 0, width, height);
  draw(context);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
}
