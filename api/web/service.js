// The service: all requests to it, and its errors in words.

const TRIES = 4; // while the service is busy
const TIMEOUT_MS = 120_000;

const WORDS = {
  0: ["The service cannot be reached", "Check your connection, then try again."],
  400: ["This picture could not be read", "Save it again, or choose another one."],
  401: ["This service requires a key", "Enter the key that you got from its operator."],
  413: ["This picture is too large", "Scale it down, or save it as JPEG."],
  415: ["This file cannot be read as a picture", "Choose a PDF, PNG, JPEG, WebP, TIFF, BMP or GIF file."],
  500: ["The service failed", "It is not your fault. Try again later."],
  503: ["The service is busy", "Wait a moment, then try again."],
  504: ["Reading took too long", "Try again, perhaps with a smaller part of the page."],
};
const SAME = { 403: 401, 408: 504, 422: 400, 429: 503, 502: 0 };

let apiKey = "";

/** Send this key from now on; it is kept in memory only. */
export function useKey(key) {
  apiKey = key;
}

/** Why there is no result: the problem object of the service (RFC 9457), and how to explain it. */
export class ServiceError extends Error {
  constructor(status, { detail = "", requestId = "", retryAfter = 0 } = {}) {
    super(detail);
    const words = WORDS[SAME[status] ?? status] ?? (status < 500 ? WORDS[400] : WORDS[500]);
    [this.title, this.advice] = words;
    Object.assign(this, { status, detail, requestId, retryAfter });
    this.mayPass = status === 0 || status === 408 || status === 429 || status >= 500;
  }
}

/** Return the result for a picture: {lines, conf, warnings, width, height, ...}. */
export async function recognize(blob, { mode, language, model, ...options }) {
  const query = new URLSearchParams({ format: "json", mode, language, ...(model && { model }) });
  const response = await patiently(`v1/predict?${query}`, blob, { ...options, during: "Reading the handwriting" });
  return response.json();
}

/** Return a page of a document as a picture: {blob, count}, with the number of its pages. */
export async function pageImage(file, page, options) {
  const asked = { ...options, during: "Opening the document" };
  const response = await patiently(`v1/documents/image?page=${page}`, file, asked);
  return { blob: response.blob("image/jpeg"), count: Number(response.header("X-Page-Count")) };
}

/** Return corrected results in a format, as a blob; `images` are needed for PDF and PNG only. */
export async function render(result, format, images = []) {
  const form = new FormData();
  form.append("document", new Blob([JSON.stringify(result)], { type: "application/json" }), "result.json");
  for (const image of images) form.append("image", image, "page.jpg");
  const response = await patiently(`v1/documents/render?format=${format}`, form, {});
  return response.blob(response.header("Content-Type"));
}

/** Ask for JSON, or send something; return what the service says. */
export async function ask(method, address, body = null) {
  return (await send(method, address, body, {})).json();
}

/** Send a body; while the service is busy, send it again when it says. */
async function patiently(address, body, { signal, onProgress = () => {}, during }) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send("POST", address, body, { signal, onProgress, during });
    } catch (error) {
      const busy = error.status === 503 || error.status === 429;
      if (!busy || attempt === TRIES || signal?.aborted) throw error;
      const seconds = Math.min(error.retryAfter || 2, 15);
      onProgress(`The service is busy; trying again in ${seconds} s`);
      await wait(seconds, signal);
    }
  }
}

function send(method, address, body, { signal, onProgress = () => {}, during }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much has been sent
    request.open(method, address);
    request.responseType = "arraybuffer";
    // The service goes by the content, but refuses other types without looking at it.
    const type = /^(image\/|application\/zip)/.test(body?.type) ? body.type : "application/octet-stream";
    if (body instanceof Blob) request.setRequestHeader("Content-Type", type);
    if (apiKey) request.setRequestHeader("X-API-Key", apiKey);
    request.timeout = TIMEOUT_MS;
    request.upload.onprogress = ({ loaded, total }) => onProgress("Sending the picture", loaded / total);
    request.upload.onload = () => during && onProgress(during);
    request.onload = () => {
      const answer = answered(request);
      if (request.status >= 200 && request.status < 300) resolve(answer);
      else reject(failure(request, answer));
    };
    request.onerror = () => reject(new ServiceError(0));
    request.ontimeout = () => reject(new ServiceError(504));
    request.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
    signal?.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

function answered(request) {
  return {
    header: (name) => request.getResponseHeader(name),
    blob: (type) => new Blob([request.response], { type }),
    json: () => JSON.parse(new TextDecoder().decode(request.response) || "null"),
  };
}

function failure(request, answer) {
  let problem = null;
  try {
    problem = answer.json();
  } catch {
    // The page of a proxy, for instance: then there is only the status to go by.
  }
  return new ServiceError(request.status, {
    detail: problem?.detail ?? request.statusText,
    requestId: answer.header("X-Request-Id"),
    retryAfter: Number.parseInt(answer.header("Retry-After"), 10),
  });
}

function wait(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, 1000 * seconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("Cancelled", "AbortError"));
    });
  });
}
