// The camera: the camera app of a phone, or else a webcam in a dialog. Without any, there is no button.
import { byId, notice } from "./view.js";

const REASONS = {
  NotAllowedError: "This page may not use the camera. Allow it in the browser, or choose a file.",
  NotFoundError: "No camera was found. Choose a file instead.",
  NotReadableError: "Another program is using the camera. Close it, or choose a file.",
};

const PATIENCE_MS = 1000; // for the list of cameras

/** Call `read(file)` with the photo; `askPhone()` opens the camera of a phone. */
export async function connectCamera(read, askPhone) {
  // The camera app of a phone focuses better and has a higher resolution than a video.
  const phone = () => matchMedia("(pointer: coarse)").matches;
  const dialog = byId("camera");
  byId("take-photo").addEventListener("click", () => (phone() ? askPhone() : open(dialog)));
  byId("close-camera").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", stop); // by Escape as well
  byId("video").addEventListener("loadeddata", () => {
    byId("shoot").disabled = false; // there is a picture to take
    byId("shoot").focus();
  });
  byId("shoot").addEventListener("click", async () => {
    const file = await shoot();
    dialog.close();
    read(file);
  });
  byId("take-photo").hidden = !(phone() || (await hasCamera()));
}

async function hasCamera() {
  // Without https there is no such object. The page waits for the answer, which a browser may never give.
  const asked = navigator.mediaDevices?.enumerateDevices().catch(() => []) ?? [];
  const none = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, []));
  const devices = await Promise.race([asked, none]);
  return devices.some(({ kind }) => kind === "videoinput");
}

async function open(dialog) {
  const video = { facingMode: "environment", width: { ideal: 3840 }, height: { ideal: 2160 } };
  try {
    byId("video").srcObject = await navigator.mediaDevices.getUserMedia({ video });
    dialog.showModal();
  } catch (error) {
    notice(REASONS[error.name] ?? "The camera did not start. Choose a file instead.");
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
