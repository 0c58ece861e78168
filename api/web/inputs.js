// Where pictures and PDFs come from: files, drag and drop, clipboard, examples, the camera of a phone.
import { byId, notice } from "./view.js";

/** Call `read(files)` with whatever is chosen; return a function that opens the camera of a phone. */
export function connectInputs(read) {
  const take = (files, otherwise) => (files.length === 0 ? notice(otherwise) : read([...files]));
  connectPicker(byId("file"), byId("choose-file"), take);
  connectPicker(byId("photo"), null, take);
  connectDrop(take);
  connectPaste(take);
  for (const button of document.querySelectorAll(".example")) {
    button.addEventListener("click", () => openExample(button, read));
  }
  return () => byId("photo").click();
}

function connectPicker(input, button, take) {
  button?.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    if (input.files.length > 0) take(input.files);
    input.value = ""; // so that the same file can be chosen again
  });
}

function connectDrop(take) {
  const dragging = (on) => document.body.classList.toggle("dragging", on);
  document.addEventListener("dragover", (event) => {
    event.preventDefault(); // or the browser would open the file instead of this page
    dragging(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) dragging(false);
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    dragging(false);
    take(event.dataTransfer.files, "That was not a file. Save the picture first, then drop the file.");
  });
}

function connectPaste(take) {
  const nothing = "There is no picture on the clipboard. Copy one, then paste again.";
  document.addEventListener("paste", (event) => {
    if (event.target.closest?.("input, [contenteditable]")) return; // text is pasted there
    event.preventDefault();
    take(event.clipboardData.files, nothing);
  });
  const button = byId("paste");
  button.hidden = !navigator.clipboard?.read; // e.g. on a page without https
  button.addEventListener("click", async () => {
    try {
      take(await clipboardImages(), nothing);
    } catch {
      notice("The browser does not allow access to the clipboard. Allow it, or choose a file.");
    }
  });
}

async function clipboardImages() {
  const images = [];
  for (const item of await navigator.clipboard.read()) {
    const type = item.types.find((each) => each.startsWith("image/"));
    if (type) images.push(new File([await item.getType(type)], "clipboard", { type }));
  }
  return images;
}

async function openExample(button, read) {
  try {
    const response = await fetch(button.dataset.src);
    if (!response.ok) throw new Error(response.statusText);
    const blob = await response.blob();
    read([new File([blob], button.dataset.example, { type: blob.type })]);
  } catch {
    notice("The example could not be loaded. Check the connection and reload the page.");
  }
}
