// The camera: a phone's own app where there is one, else the picture of a webcam in a dialog.
import { byId, notice } from "./view.js";

const REASONS = {
  NotAllowedError: "The camera is not allowed for this page. Allow it in the browser, or choose a file.",
  NotFoundError: "No camera was found. Choose a file instead.",
  NotReadableError: "The camera is used by another program. Close that, or choose a file.",
};

/** Call `read(file)` with the photo that is taken; `askPhone()` opens a phone's camera. */
export function connectCamera(read, askPhone) {
  const dialog = byId("camera");
  byId("take-photo").addEventListener("click", () => {
    // A phone's own app focuses and resolves better than a video does.
    const phone = matchMedia("(pointer: coarse)").matches;
    if (phone || !navigator.mediaDevices?.getUserMedia) askPhone();
    else open(dialog);
  });
  byId("close-camera").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", stop); // by Escape as well
  byId("video").addEventListener("loadedmetadata", () => {
    byId("shoot").disabled = false; // there is a picture to take
    byId("shoot").focus();
  });
  byId("shoot").addEventListener("click", async () => {
    const file = await shoot();
    dialog.close();
    read(file);
  });
}

async function open(dialog) {
  const video = { facingMode: "environment", width: { ideal: 3840 }, height: { ideal: 2160 } };
  try {
    byId("video").srcObject = await navigator.mediaDevices.getUserMedia({ video });
    dialog.showModal();
  } catch (error) {
    notice(REASONS[error.name] ?? `The camera did not start (${error.message}). Choose a file instead.`);
  }
}

function stop() {
  for (const track of byId("video").srcObject?.getTracks() ?? []) track.stop();
  byId("video").srcObject = null;
  byId("shoot").disabled = true;
}

async function shoot() {
  const video = byId("video");
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
  return new File([blob], "photo.jpg", { type: blob.type });
}
