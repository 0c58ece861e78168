// The service: sends a picture, returns the result or an error in words.

const TRIES = 4; // while the service is busy
const TIMEOUT_MS = 120_000;

const WORDS = {
  0: ["The service cannot be reached", "Check your connection, then try again."],
  400: ["This picture could not be read", "Save it again, or choose another one."],
  401: ["This service requires a key", "Enter the key that you got from its operator."],
  413: ["This picture is too large", "Scale it down, or save it as JPEG."],
  415: ["This file cannot be read as a picture", "Choose a PNG, JPEG, WebP, TIFF, BMP or GIF file."],
  500: ["The service failed", "It is not your fault. Try again later."],
  503: ["The service is busy", "Wait a moment, then try again."],
  504: ["Reading took too long", "Try again, perhaps with a smaller part of the page."],
};
const SAME = { 403: 401, 408: 504, 422: 400, 429: 503, 502: 0 };

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

/** Return the result for a picture: {pred, conf, lines, ..., raw: its JSON as text}. */
export async function recognize(blob, { onProgress, ...asked }) {
  const { signal } = asked;
  for (let attempt = 1; ; attempt++) {
    try {
      const { text } = await post(blob, { ...asked, format: "json", onProgress });
      return { ...JSON.parse(text), raw: text };
    } catch (error) {
      const busy = error.status === 503 || error.status === 429;
      if (!busy || attempt === TRIES || signal.aborted) throw error;
      const seconds = Math.min(error.retryAfter || 2, 15);
      onProgress(`The service is busy; trying again in ${seconds} s`);
      await wait(seconds, signal);
    }
  }
}

/** Return {text, type} of the result in a format (json, text, hocr, ...), for a page or a line. */
export function post(blob, { format, mode, key, signal, onProgress = () => {} }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much has been sent
    request.open("POST", `v1/predict?format=${format}&mode=${mode}`);
    // The service goes by the content, but refuses other types without looking at it.
    const type = blob.type.startsWith("image/") ? blob.type : "application/octet-stream";
    request.setRequestHeader("Content-Type", type);
    if (key) request.setRequestHeader("X-API-Key", key);
    request.timeout = TIMEOUT_MS;
    request.upload.onprogress = ({ loaded, total }) => onProgress("Sending the picture", loaded / total);
    request.upload.onload = () => onProgress("Reading the handwriting");
    request.onload = () => {
      const { status, responseText: text } = request;
      if (status === 200) resolve({ text, type: request.getResponseHeader("Content-Type") });
      else reject(failure(request));
    };
    request.onerror = () => reject(new ServiceError(0));
    request.ontimeout = () => reject(new ServiceError(504));
    request.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
    signal?.addEventListener("abort", () => request.abort());
    request.send(blob);
  });
}

function failure(request) {
  let problem = {};
  try {
    problem = JSON.parse(request.responseText);
  } catch {
    // The page of a proxy, for instance: then there is only the status to go by.
  }
  return new ServiceError(request.status, {
    detail: problem.detail ?? request.statusText,
    requestId: request.getResponseHeader("X-Request-Id"),
    retryAfter: Number.parseInt(request.getResponseHeader("Retry-After"), 10),
  });
}

function wait(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, 1000 * seconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("Cancelled", "AbortError"));
    });
  });
}
