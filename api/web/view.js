// Which part of the page is visible, and what screen readers announce.

export const byId = (id) => document.getElementById(id);

const TITLE = document.title;
const ONE_COLUMN = "(max-width: 860px)"; // as in style.css
const PARTS = { busy: "progress", error: "error", result: "result" };

/** Show the part of the page that belongs to a state: start, busy, error or result; the focus may follow. */
export function showState(state, focus = true) {
  document.body.dataset.state = state;
  byId("work").hidden = state === "start";
  for (const [name, part] of Object.entries(PARTS)) byId(part).hidden = name !== state;
  byId("notice").textContent = "";
  if (state === "start" || state === "busy") document.title = TITLE;
  const heading = { error: "error-title", result: "result-title" }[state];
  if (heading) document.title = `${byId(heading).textContent} – ${TITLE}`;
  if (heading && focus) {
    byId(heading).focus({ preventScroll: true }); // screen readers read on from here
    if (matchMedia(ONE_COLUMN).matches) byId("work").scrollIntoView({ block: "start" });
  }
}

/** Let screen readers announce a text when they are idle. */
export function announce(text) {
  byId("status").textContent = text;
}

/** Show a text below the buttons that choose files; screen readers announce it. */
export function notice(text) {
  byId("notice").textContent = text;
}

/** Show the progress: a text, and the part that is done, 0-1; null = unknown. */
export function showProgress(text, part = null) {
  if (byId("progress-text").textContent !== text) announce(`${text}.`);
  byId("progress-text").textContent = text;
  if (part === null) byId("bar").removeAttribute("value");
  else byId("bar").value = part;
}

/** Save a blob as a file of this name. */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Return a new element with properties and children. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Show why there is no result; `error` is a ServiceError, or an error of this page. */
export function showError(error, focus) {
  byId("error-title").textContent = error.title ?? "This page failed";
  byId("error-advice").textContent = error.advice ?? "Reload the page and try again.";
  byId("error-detail").textContent = error.detail ?? String(error);
  byId("error-reference").textContent = error.requestId ? `Reference for the operator: ${error.requestId}` : "";
  byId("key-form").hidden = error.status !== 401;
  byId("retry").hidden = !(error.mayPass ?? false);
  showState("error", focus);
  announce(`${byId("error-title").textContent}. ${byId("error-advice").textContent}`);
}
