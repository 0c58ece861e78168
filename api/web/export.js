// Copies or saves the result, in the formats of the service.
import { post } from "./service.js";
import { announce, byId } from "./view.js";

const SHOWN_MS = 2500;

/** Connect the buttons; offer({reading, picture, asked}) of the returned object sets what they copy and save. */
export function connectExport() {
  let documents = new Map(); // format -> promise of {text, type}
  let offered = null;

  const fetched = (format) => {
    if (!documents.has(format)) {
      const { picture, asked } = offered;
      const response = post(picture.blob, { ...asked, format });
      response.catch(() => documents.delete(format)); // may be tried again
      documents.set(format, response);
    }
    return documents.get(format);
  };

  connect(byId("copy"), "Copied", async (option) => copy((await fetched(option.value)).text));
  connect(byId("download"), "Saved", async (option) => {
    save(await fetched(option.value), offered.picture.name + option.dataset.suffix);
  });

  return {
    offer(result) {
      offered = result;
      const text = { text: result.reading.pred, type: "text/plain; charset=utf-8" };
      const json = { text: result.reading.raw, type: "application/json" };
      documents = new Map([["text", Promise.resolve(text)], ["json", Promise.resolve(json)]]);
    },
  };
}

function connect(button, done, act) {
  const name = button.textContent;
  button.addEventListener("click", async () => {
    let outcome = done;
    button.ariaBusy = "true";
    try {
      await act(byId("format").selectedOptions[0]);
    } catch (error) {
      outcome = error.title ?? "Not possible here";
    }
    button.ariaBusy = "false";
    button.textContent = outcome === done ? `${done} ✓` : outcome;
    announce(`${outcome}.`);
    setTimeout(() => (button.textContent = name), SHOWN_MS);
  });
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without https there is no clipboard object, but the older method still works.
  const area = document.body.appendChild(document.createElement("textarea"));
  area.value = text;
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("The browser could not copy the text.");
}

function save({ text, type }, name) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
