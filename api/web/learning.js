// A model learns from the corrections, on the server, where its operator allows that.
import { trainingFolder } from "./collection.js";
import { listModels } from "./models.js";
import { ask } from "./service.js";
import { byId } from "./view.js";

const ASK_MS = 2000;
const PHASES = {
  preparing: "It reads the lines",
  before: "It measures how the model reads before",
  learning: "It learns",
  "cross-validation": "It measures what it has learned",
  saving: "It saves the model",
};

let timer = null;

/** Connect the form; learning may take so many minutes. */
export function connectLearning(minutes) {
  byId("teach").hidden = false;
  byId("teach-minutes").textContent = minutes;
  byId("teach").addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = byId("teach-name").value;
    try {
      show(await ask("POST", `v1/fine-tuning?name=${encodeURIComponent(name)}`, await trainingFolder()));
      byId("teach-stop").focus();
    } catch (error) {
      say(error.detail || error.title || "The lines could not be sent.");
    }
  });
  byId("teach-stop").addEventListener("click", async () => {
    await ask("DELETE", "v1/fine-tuning").catch(() => {});
    show({ state: "idle" });
    say("Stopped. No model was made.");
    byId("teach-start").focus();
  });
  watch(false);
}

/** Ask how far it is; `seen` tells whether this page has seen it run. */
async function watch(seen) {
  clearTimeout(timer);
  try {
    const status = await ask("GET", "v1/fine-tuning");
    if (seen || status.state === "running") show(status);
  } catch {
    if (seen) timer = setTimeout(() => watch(true), ASK_MS); // the connection may come back
  }
}

function show(status) {
  const running = status.state === "running";
  byId("teach-start").disabled = running;
  byId("teach-stop").hidden = byId("teach-bar").hidden = !running;
  if (running) {
    byId("teach-bar").value = status.progress;
    say(`${PHASES[status.phase] ?? "It learns"}${leftOf(status)}`);
    clearTimeout(timer);
    timer = setTimeout(() => watch(true), ASK_MS);
  } else if (status.state === "done") {
    listModels(status.name.replace(/^hand-/, ""));
    say(`It has learned. ${worthOf(status)} It is chosen above and reads the pages that come next.`);
  } else if (status.state === "failed") say(status.message);
}

function leftOf({ seconds_left: seconds }) {
  if (seconds === null || seconds === undefined) return " …";
  return seconds > 90 ? `; ${Math.round(seconds / 60)} minutes left` : `; ${Math.ceil(seconds)} seconds left`;
}

function worthOf({ cer_before: before, cer_after: after }) {
  if (typeof before !== "number" || typeof after !== "number") return "";
  const percent = (rate) => `${(100 * rate).toFixed(1)} %`;
  return `Wrong characters in lines that it did not learn from: ${percent(before)} before, ${percent(after)} now.`;
}

function say(text) {
  if (byId("teach-status").textContent !== text) byId("teach-status").textContent = text;
}
