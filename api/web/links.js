// Boxes and lines tied to each other: what one is pointed at, focused or pressed, both are marked.

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

/** Tie boxes[i] (a button or null) to rows[i] ({item, button, text}); `reveal(box)` shows a part of the picture. */
export function link(boxes, rows, reveal) {
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

  rows.forEach(({ item, button, text }, index) => {
    watch(item, button, index, update);
    watch(item, text, index, update);
    text.addEventListener("focus", () => boxes[index] && reveal(boxes[index]));
    button.addEventListener("click", () => {
      toggle(index);
      if (boxes[index]) reveal(boxes[index]);
    });
    if (!boxes[index]) return;
    watch(boxes[index], boxes[index], index, update);
    boxes[index].addEventListener("click", () => {
      toggle(index);
      item.scrollIntoView({ block: "nearest", inline: "nearest" });
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

/** Make buttons one stop of the tab key, `first` to begin with; the arrow keys move between them. */
export function rove(buttons, first = 0) {
  const choose = (chosen) => buttons.forEach((each, index) => (each.tabIndex = index === chosen ? 0 : -1));
  buttons.forEach((button, index) => {
    button.onfocus = () => choose(index);
    button.onkeydown = (event) => {
      if (!(event.key in STEPS) || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      buttons[Math.max(0, Math.min(buttons.length - 1, index + STEPS[event.key]))].focus();
    };
  });
  choose(Math.max(0, first));
}
