// Boxes and lines tied to each other: what one is pointed at, focused or pressed, both are marked.

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

/** Tie boxes[i] (a button or null) to rows[i] ({item, button}). */
export function link(boxes, rows) {
  const state = { hovered: null, focused: null, pinned: null };
  const update = (change) => {
    Object.assign(state, change);
    const active = state.hovered ?? state.focused ?? state.pinned;
    rows.forEach(({ item, button }, index) => {
      item.classList.toggle("active", index === active);
      boxes[index]?.classList.toggle("active", index === active);
      button.ariaPressed = String(index === state.pinned);
      if (boxes[index]) boxes[index].ariaPressed = String(index === state.pinned);
    });
  };
  const toggle = (index) => update({ pinned: state.pinned === index ? null : index });

  rows.forEach(({ item, button }, index) => {
    watch(item, button, index, update);
    button.addEventListener("click", () => {
      toggle(index);
      if (boxes[index]) reveal(boxes[index]);
    });
    if (!boxes[index]) return;
    watch(boxes[index], boxes[index], index, update);
    boxes[index].addEventListener("click", () => {
      toggle(index);
      reveal(item);
    });
  });
  update({});
  rove(boxes.filter(Boolean));
  rove(rows.map(({ button }) => button));
}

function watch(area, button, index, update) {
  area.addEventListener("pointerenter", (event) => {
    if (event.pointerType === "mouse") update({ hovered: index });
  });
  area.addEventListener("pointerleave", () => update({ hovered: null }));
  button.addEventListener("focus", () => update({ focused: index }));
  button.addEventListener("blur", () => update({ focused: null }));
}

function reveal(element) {
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Make buttons one stop of the tab key; the arrow keys move between them. */
function rove(buttons) {
  const choose = (chosen) => buttons.forEach((each, index) => (each.tabIndex = index === chosen ? 0 : -1));
  buttons.forEach((button, index) => {
    button.addEventListener("focus", () => choose(index));
    button.addEventListener("keydown", (event) => {
      if (!(event.key in STEPS) || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      buttons[Math.max(0, Math.min(buttons.length - 1, index + STEPS[event.key]))].focus();
    });
  });
  choose(0);
}
