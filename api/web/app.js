// The start page: waits for files; all that reads and shows them is loaded when there are some.
import { connectCamera } from "./camera.js";
import { connectInputs } from "./inputs.js";
import { connectLanguage } from "./language.js";
import { notice } from "./view.js";

let workspace = null; // a promise of it

/** Read files: pictures, PDFs. */
async function read(files) {
  workspace ??= import("./workspace.js").then(({ openWorkspace }) => openWorkspace());
  try {
    (await workspace).add(files);
  } catch {
    workspace = null; // may be tried again
    notice("A part of this page could not be loaded. Check the connection and try again.");
  }
}

connectLanguage();
const readPhoto = connectInputs(read);
await connectCamera((photo) => read([photo]), readPhoto);
document.body.classList.add("ready"); // all buttons that there are
