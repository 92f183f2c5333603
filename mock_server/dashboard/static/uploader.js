/** Uploads a file as any client would, and puts its path into a field. */

import { element } from "./element.js";
import { complain, notice } from "./notices.js";

/** Return a control that uploads a file with what *upload* does, and gives its path to *use*. */
export function uploader(name, upload, use) {
  const input = element("input", { type: "file", "aria-label": `Upload a file for ${name}` });
  input.addEventListener("change", async (event) => {
    event.stopPropagation();
    const [file] = input.files;
    if (!file) return;
    try {
      use((await upload(file)).path);
      notice(`Uploaded ${file.name}.`);
    } catch (error) {
      complain(error);
    }
    input.value = "";
  });
  return element("div", { class: "uploading" }, input);
}
