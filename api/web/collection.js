// The lines that people corrected or agreed to, of all pages and days: to take along, to teach with, to delete.
import { allCorrections, clearCorrections } from "./corrections.js";
import { connect } from "./downloads.js";
import { announce, byId, save } from "./view.js";
import { zip } from "./zip.js";

/** Connect the buttons; `cleared()` is called when everything was deleted. */
export function connectCollection(cleared) {
  connect(byId("save-training"), "Saved", async () => save(await trainingFolder(), "training-lines.zip"));
  const dialog = byId("delete-corrections");
  byId("ask-delete").addEventListener("click", () => dialog.showModal());
  byId("keep-corrections").addEventListener("click", () => dialog.close());
  byId("really-delete").addEventListener("click", async () => {
    await clearCorrections();
    dialog.close();
    cleared();
    await countCorrections();
    announce("All corrections were deleted.");
  });
}

/** Show how many lines there are. */
export async function countCorrections() {
  const count = (await allCorrections()).length;
  byId("collection").hidden = count === 0;
  byId("collection-count").textContent = count === 1 ? "1 line is" : `${count} lines are`;
  return count;
}

/** Return a ZIP file as `text-recognizer fine-tune --data` takes it once it is unpacked. */
export async function trainingFolder() {
  const lines = (await allCorrections()).filter(({ text }) => text);
  const names = lines.map((_, index) => `lines/${String(index + 1).padStart(5, "0")}.png`);
  const table = (value) => lines.map((line, index) => `${names[index]}\t${clean(value(line))}\n`).join("");
  return zip([
    ["labels.tsv", table(({ text }) => text)],
    ["documents.tsv", table(({ document, page }) => document || page)], // whose lines stay together in a split
    ...lines.map(({ image }, index) => [names[index], image]),
  ]);
}

function clean(text) {
  return text.replace(/\s+/gu, " ").trim();
}
