// The language that pages are written in, as people have chosen it in this browser.
import { byId } from "./view.js";

const KEY = "language";

export const chosenLanguage = () => byId("language").value;

/** Choose what was chosen the last time, and keep what is chosen from now on. */
export function connectLanguage() {
  const menu = byId("language");
  try {
    const before = localStorage.getItem(KEY);
    if ([...menu.options].some(({ value }) => value === before)) menu.value = before;
    menu.addEventListener("change", () => localStorage.setItem(KEY, menu.value));
  } catch {
    // The browser keeps nothing for this page: the choice lasts as long as the page is open.
  }
}
