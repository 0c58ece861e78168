// Which part of the page is visible, and what screen readers announce.

export const byId = (id) => document.getElementById(id);

const TITLE = document.title;
const ONE_COLUMN = "(max-width: 860px)"; // as in style.css
const PARTS = { busy: "progress", error: "error", result: "result" };

/** Show the part of the page that belongs to a state: start, busy, error or result. */
export function showState(state) {
  document.body.dataset.state = state;
  byId("work").hidden = state === "start";
  for (const [name, part] of Object.entries(PARTS)) byId(part).hidden = name !== state;
  byId("notice").textContent = "";
  if (state === "start" || state === "busy") document.title = TITLE;
  const heading = { error: "error-title", result: "result-title" }[state];
  if (heading) {
    document.title = `${byId(heading).textContent} – ${TITLE}`;
    byId(heading).focus({ preventScroll: true }); // screen readers read on from here
    if (matchMedia(ONE_COLUMN).matches) byId("work").scrollIntoView({ block: "start" });
  }
}

/** Let screen readers announce a text when they are idle. */
export function announce(text) {
  byId("status").textContent = text;
}

/** Show a text below the buttons that choose a picture; screen readers announce it. */
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

/** Show why there is no result; `error` is a ServiceError, or an error of this page. */
export function showError(error) {
  byId("error-title").textContent = error.title ?? "This page failed";
  byId("error-advice").textContent = error.advice ?? "Reload the page and try again.";
  byId("error-detail").textContent = error.detail ?? String(error);
  byId("error-reference").textContent = error.requestId ? `Reference for the operator: ${error.requestId}` : "";
  byId("key-form").hidden = error.status !== 401;
  byId("retry").hidden = !(error.mayPass ?? false);
  showState("error");
  announce(`${byId("error-title").textContent}. ${byId("error-advice").textContent}`);
}
