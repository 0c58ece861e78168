// What there is once there are files: pages, the picture and the text of one of them, tools for all.
import { connectCollection, countCorrections } from "./collection.js";
import { dropCorrection, keepCorrection, recall } from "./corrections.js";
import { connectDownloads } from "./downloads.js";
import { chosenLanguage } from "./language.js";
import { chosenModel, connectModels, listModels } from "./models.js";
import { Pages, titleOf } from "./pages.js";
import { announceResult, showResult } from "./result.js";
import { connectSearch } from "./search.js";
import { useKey } from "./service.js";
import { Thumbnails } from "./thumbnails.js";
import { announce, byId, notice, showError, showProgress, showState } from "./view.js";
import { connectViewer, hidePicture, showPicture } from "./viewer.js";

const { maxBytes, maxPixels, maxSide, teachingMinutes } = document.documentElement.dataset;
const limits = { bytes: Number(maxBytes), pixels: Number(maxPixels), side: Number(maxSide) };

let shown = null; // [page, state, picture] of what is seen, so that nothing is built twice
let built = Promise.resolve(); // once it can be seen

/** Connect everything; add(files) of the returned object reads files. */
export function openWorkspace() {
  const mode = () => document.querySelector("#mode :checked").value;
  const asked = () => ({ mode: mode(), language: chosenLanguage(), model: chosenModel() });
  const pages = new Pages({ limits, asked, recall, listed, updated });
  const thumbnails = new Thumbnails((page) => look(page));
  const readPages = () => pages.list.filter(({ state }) => state === "result");

  async function listed() {
    if (!pages.list.includes(pages.current)) pages.current = pages.list[0] ?? null;
    thumbnails.show(pages.list, pages.current);
    count(pages);
    if (pages.current) await show(pages.current);
    else start();
  }

  async function updated(page) {
    thumbnails.update(page, pages.current);
    count(pages);
    if (page === pages.current) await show(page);
  }

  /** Look at a page. */
  async function look(page) {
    const before = pages.current;
    pages.current = page;
    for (const each of [before, page]) if (each) thumbnails.update(each, page);
    await show(page, false);
  }

  async function show(page, focus = !byId("pages").contains(document.activeElement)) {
    if (page.state === "busy" || page.state === "waiting") showProgress(...page.progress);
    if (!shown?.every((each, index) => each === [page, page.state, page.picture][index])) {
      shown = [page, page.state, page.picture];
      built = build(page, focus);
    }
    await built;
  }

  async function build(page, focus) {
    byId("caption").textContent = titleOf(page);
    if (page.picture) await showPicture(page.picture);
    else hidePicture(page.state === "error");
    if (page !== pages.current || shown[1] !== page.state) return;
    if (page.state === "error") showError(page.error, focus);
    else if (page.state === "result") {
      showResult(page, (index, text) => keep(page, index, text));
      showState("result", focus);
      announceResult();
    } else showState("busy", focus);
  }

  async function keep(page, index, text) {
    if (text === null) page.texts.delete(index);
    else page.texts.set(index, text);
    thumbnails.update(page, pages.current);
    try {
      await (text === null ? dropCorrection(page, index) : keepCorrection(page, index, text, byId("image")));
      await countCorrections();
    } catch {
      notice("The browser has no room left for corrections. Save your work, then delete some.");
    }
  }

  function start() {
    shown = null;
    showState("start");
    byId("choose-file").focus();
  }

  connectViewer();
  connectDownloads(readPages, () => pages.current);
  connectSearch(readPages, look);
  connectCollection(() => {
    for (const page of pages.list) page.texts.clear();
    shown = null;
    listed();
  });
  connectPageButtons(pages, readPages);
  countCorrections();
  connectModels(() => pages.current && pages.again(pages.current));
  if (teachingMinutes) import("./learning.js").then(({ connectLearning }) => connectLearning(teachingMinutes));
  return {
    add(files) {
      const first = pages.add(files);
      if (first) look(first);
    },
  };
}

function connectPageButtons(pages, readPages) {
  const stop = async () => {
    await pages.cancel();
    announce(pages.list.length === 0 ? "Cancelled." : `Stopped. ${readPages().length} pages were read.`);
  };
  byId("cancel").addEventListener("click", stop);
  byId("stop").addEventListener("click", stop);
  byId("remove-page").addEventListener("click", () => pages.remove((page) => page === pages.current));
  byId("remove-all").addEventListener("click", () => {
    pages.cancel();
    pages.remove(() => true);
  });
  byId("turn").addEventListener("click", () => pages.turn(pages.current));
  byId("retry").addEventListener("click", () => pages.again(pages.current));
  for (const id of ["mode", "language"]) {
    byId(id).addEventListener("change", () => pages.current && pages.again(pages.current));
  }
  byId("key-form").addEventListener("submit", (event) => {
    event.preventDefault();
    useKey(byId("key").value);
    listModels();
    pages.again(pages.current);
  });
}

/** Show how many pages are read. */
function count({ list, busy }) {
  const done = list.filter(({ state }) => state === "result" || state === "error").length;
  byId("pages-count").textContent = done < list.length ? `${done} of ${list.length} read` : `${list.length} pages`;
  byId("pages-bar").max = Math.max(1, list.length);
  byId("pages-bar").value = done;
  byId("pages").classList.toggle("done", done === list.length);
  byId("stop").disabled = !busy;
  byId("scope").hidden = list.length < 2;
  if (list.length < 2) byId("scope").value = "page";
}
