// The strip of small pictures, one for each page, with its state; there is none for a single page.
import { rove } from "./links.js";
import { titleOf } from "./pages.js";
import { isDocument } from "./picture.js";
import { doubtful } from "./result.js";
import { byId } from "./view.js";

const HEIGHT_PX = 120; // twice as high as shown, for fine screens

const STATES = {
  waiting: ["…", "waiting"],
  busy: ["…", "being read"],
  error: ["✕", "could not be read"],
  result: ["✓", "read"],
};

/** Show the pages; `choose(page)` is called with the one that is pressed. */
export class Thumbnails {
  #buttons = new Map(); // page -> button
  #drawn = new WeakMap(); // button -> the address of the picture that it shows

  constructor(choose) {
    this.choose = choose;
  }

  /** Show these pages, of which `current` is looked at. */
  show(pages, current) {
    // What may turn out to have several pages has its strip at once, so that nothing moves later.
    byId("pages").hidden = pages.length < 2 && !pages.some(({ file }) => isDocument(file));
    const buttons = new Map(pages.map((page) => [page, this.#buttons.get(page) ?? this.#button(page)]));
    this.#buttons = buttons;
    const items = [...buttons.values()].map((button) => button.parentElement);
    const there = [...byId("thumbnails").children];
    if (items.length !== there.length || items.some((item, index) => item !== there[index])) {
      byId("thumbnails").replaceChildren(...items); // which takes the focus away
    }
    rove([...buttons.values()], pages.indexOf(current));
    for (const page of pages) this.update(page, current);
  }

  /** Show what has changed about a page. */
  update(page, current) {
    const button = this.#buttons.get(page);
    if (!button) return;
    const [mark, words] = STATES[page.state];
    const doubts = page.state === "result" ? doubtful(page) : 0;
    button.dataset.state = doubts > 0 ? "doubts" : page.state;
    button.querySelector(".state").textContent = doubts > 0 ? "?" : mark;
    button.ariaLabel = `${titleOf(page)}: ${doubts > 0 ? `${words}, ${doubts} to check` : words}`;
    button.title = titleOf(page);
    button.ariaCurrent = page === current ? "page" : "false";
    if (page === current) button.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (page.picture) this.#draw(button, page.picture);
  }

  #button(page) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "thumbnail";
    const canvas = Object.assign(document.createElement("canvas"), { height: HEIGHT_PX, width: HEIGHT_PX * 0.75 });
    const state = Object.assign(document.createElement("span"), { className: "state" });
    button.append(canvas, state);
    button.addEventListener("click", () => this.choose(page));
    const item = document.createElement("li");
    item.append(button);
    return button;
  }

  #draw(button, { url, width, height }) {
    if (this.#drawn.get(button) === url) return;
    this.#drawn.set(button, url);
    const canvas = button.querySelector("canvas");
    const image = new Image();
    image.onload = () => {
      const scale = Math.min(canvas.width / width, canvas.height / height);
      const [across, down] = [width * scale, height * scale];
      const context = canvas.getContext("2d");
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.drawImage(image, (canvas.width - across) / 2, (canvas.height - down) / 2, across, down);
    };
    image.src = url;
  }
}
