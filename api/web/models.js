// The models that can read lines, where there are several: those of the service, and those that people have taught.
import { ask } from "./service.js";
import { byId, element } from "./view.js";

const TAUGHT = "hand-";
const INT8 = "_int8";

const isTaught = (name) => name.startsWith(TAUGHT);
const titleOf = (name) => (isTaught(name) ? name.slice(TAUGHT.length).replace(INT8, "") : name);

/** Return the name of the model to read with; empty for the standard one. */
export const chosenModel = () => byId("model").value;

/** Connect the list; `changed()` is called when another model is chosen. */
export function connectModels(changed) {
  byId("model").addEventListener("change", () => {
    showButton();
    changed();
  });
  byId("delete-model").addEventListener("click", async () => {
    await ask("DELETE", `v1/models/${chosenModel()}`).catch(() => {}); // somebody else was faster
    await listModels();
    changed();
  });
  listModels();
}

/** Fill the list, and choose a model in it: one that was taught by this name, or the one that was chosen before. */
export async function listModels(taught = null) {
  const before = chosenModel();
  let models = [];
  try {
    ({ models } = await ask("GET", "v1/models"));
  } catch {
    return; // a key is needed: then it is asked for when something is read
  }
  const [standard, ...others] = models.filter(({ kind }) => kind === "line").map(({ name }) => name);
  const options = others.map((name) => element("option", { value: name }, titleOf(name)));
  byId("model").replaceChildren(element("option", { value: "" }, "the standard model"), ...options);
  byId("model").options[0].title = standard;
  const wanted = taught ? others.find((name) => isTaught(name) && titleOf(name) === taught) : before;
  byId("model").value = others.includes(wanted) ? wanted : "";
  byId("models").hidden = others.length === 0;
  showButton();
}

function showButton() {
  byId("delete-model").hidden = !isTaught(chosenModel());
}
