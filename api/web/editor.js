// Lines of text that people correct. Enter: it is right, on to the next line; Tab: on to the next doubt;
// Escape: back to what was there.
import { announce } from "./view.js";

/** Make the texts of rows ({item, text}) editable; `keep(index, text)` is called at the end, null: undone. */
export function connectEditor(rows, keep) {
  const fields = rows.map(({ text }) => text);
  const finish = (index, agreed) => {
    const text = textOf(fields[index]);
    if (agreed || text !== fields[index].dataset.text) keep(index, text);
  };
  const go = (index) => {
    if (index === fields.length) announce("That was the last line.");
    fields[Math.max(0, Math.min(fields.length - 1, index))].focus();
  };
  const keys = {
    Enter: (index) => {
      finish(index, true);
      go(index + 1);
    },
    ArrowUp: (index) => go(index - 1),
    ArrowDown: (index) => go(index + 1),
    Escape: (index) => {
      const field = fields[index];
      if (textOf(field) !== field.dataset.text) field.textContent = field.dataset.text;
      else if (rows[index].item.classList.contains("checked")) keep(index, null);
    },
    Tab: (index, event) => select(nextDoubt(rows, fields[index], event.shiftKey)),
  };
  fields.forEach((field, index) => {
    field.tabIndex = index === 0 ? 0 : -1;
    field.addEventListener("focus", () => fields.forEach((each) => (each.tabIndex = each === field ? 0 : -1)));
    field.addEventListener("blur", () => finish(index, false));
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (keys[event.key]?.(index, event) ?? event.key in keys) event.preventDefault();
    });
  });
}

function textOf(field) {
  return field.textContent.replace(/\s+/gu, " ").trim();
}

/** Return what to look at behind the caret, or before it: a doubtful word, or a whole line; null if nothing. */
function nextDoubt(rows, field, back) {
  const doubts = rows.flatMap(({ item, text }) => {
    const words = [...text.querySelectorAll(".unsure")];
    const whole = ["sure", "checked"].includes(item.dataset.level) ? [] : [text];
    return words.length > 0 ? words : whole;
  });
  const { focusNode } = getSelection();
  const here = field.contains(focusNode) ? focusNode : field;
  const wanted = back ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
  const found = doubts.filter((each) => !each.contains(here) && here.compareDocumentPosition(each) & wanted);
  return (back ? found.at(-1) : found[0]) ?? null;
}

/** Select a doubtful word, or go to a line; tell whether there is one. */
function select(target) {
  if (!target) return false; // so that Tab leaves the list
  target.closest(".text").focus();
  getSelection().selectAllChildren(target);
  return true;
}
