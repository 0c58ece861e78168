// The page: waits for a picture, has it read, shows the result.
import { connectCamera } from "./camera.js";
import { connectExport } from "./export.js";
import { connectInputs } from "./inputs.js";
import { prepare } from "./picture.js";
import { recognize } from "./service.js";
import { showPicture, showResult } from "./result.js";
import { announce, byId, showError, showProgress, showState } from "./view.js";

const { maxBytes, maxPixels, maxSide } = document.documentElement.dataset;
const limits = { bytes: Number(maxBytes), pixels: Number(maxPixels), side: Number(maxSide) };

let running = new AbortController(); // aborts the reading of the current picture
let current = null; // its file; after it was read, the last one
let apiKey = "";

/** Read a picture (a File) and show the result; a picture that is being read is abandoned. */
async function read(file) {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  current = file;
  showState("busy");
  showProgress("Preparing the picture");
  try {
    const picture = await prepare(file, limits);
    if (signal.aborted) return;
    await showPicture(picture);
    const asked = { mode: document.querySelector("#mode :checked").value, key: apiKey };
    const reading = await recognize(picture.blob, { ...asked, signal, onProgress: showProgress });
    showResult(reading);
    exporting.offer({ reading, picture, asked });
    showState("result");
  } catch (error) {
    if (signal.aborted) return;
    showError(error);
  }
}

function cancel() {
  running.abort();
  showState("start");
  announce("Cancelled.");
  byId("choose-file").focus();
}

const exporting = connectExport();
const readPhoto = connectInputs(read);
connectCamera(read, readPhoto);
byId("cancel").addEventListener("click", cancel);
byId("retry").addEventListener("click", () => read(current));
byId("mode").addEventListener("change", () => current && read(current));
byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  apiKey = byId("key").value;
  read(current);
});
