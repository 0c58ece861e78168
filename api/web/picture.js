// A file -> what is sent and shown. A picture that the service would refuse is drawn again, smaller or as JPEG.
import { ServiceError } from "./service.js";

const READABLE = ["image/png", "image/jpeg", "image/webp", "image/tiff", "image/bmp", "image/gif"];
const ENOUGH_PIXELS = 9e6; // A4 at 300 dpi; the service itself reduces what has more

/**
 * Return {name, blob, url} of a file; url is null if the browser cannot show it (TIFF). Then the file is
 * sent unchanged, and the service decides.
 */
export async function prepare(file, limits) {
  const name = file.name.replace(/\.[^.]*$/, "") || "picture";
  const url = URL.createObjectURL(file);
  const image = await decode(url);
  if (!image && file.size > limits.bytes) {
    const detail = `It has ${file.size.toLocaleString("en")} bytes; ${limits.bytes.toLocaleString("en")} are allowed.`;
    throw new ServiceError(413, { detail }); // known before it is sent
  }
  if (image && needsRedrawing(file, image, limits)) {
    URL.revokeObjectURL(url);
    const blob = await redraw(image, limits);
    return { name, blob, url: URL.createObjectURL(blob) };
  }
  return { name, blob: file, url: image ? url : null };
}

async function decode(url) {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    return image;
  } catch {
    return null;
  }
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
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.floor(width * scale));
  canvas.height = Math.max(1, Math.floor(height * scale));
  const context = canvas.getContext("2d");
  context.fillStyle = "white"; // behind what is transparent
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
}
