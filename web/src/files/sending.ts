/** Files on their way to the storage (D32): described, signed for, and put there in one request each. */
import { answered, api, freshKey, keyed } from "../api/client.ts";

export const FILES_AT_MOST = 5;
export const LARGEST_BYTES = 20 * 1024 * 1024;
const TAKEN_ALREADY = 412;

export type FileFault = "too_large" | "empty" | "too_many";

/** Why a file cannot be one more of those that are chosen. `atMost`: where fewer than usual may be sent. */
export function fileFault(file: Pick<File, "size">, chosen: number, atMost = FILES_AT_MOST): FileFault | null {
  if (chosen >= Math.min(atMost, FILES_AT_MOST)) return "too_many";
  if (file.size > LARGEST_BYTES) return "too_large";
  return file.size === 0 ? "empty" : null;
}

/** Sends a file, and answers the id by which a message names it. `onPart` hears how much is there, from 0 to 1. Throws Problem, or Error. */
export async function sendFile(file: File, onPart: (part: number) => void, signal: AbortSignal): Promise<string> {
  const sum = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  const sha256 = Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const described = { name: file.name, type: file.type || "application/octet-stream", size: file.size, sha256 };
  const begun = await answered(api.POST("/uploads", { params: keyed(freshKey()), body: described, signal }));
  await put(begun.url, begun.headers, file, onPart, signal);
  return begun.id;
}

/** `fetch` tells nothing of how far a body has got. */
function put(
  url: string,
  headers: Record<string, string>,
  file: File,
  onPart: (part: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    signal.addEventListener("abort", () => request.abort());
    request.upload.onprogress = ({ loaded, total }) => onPart(total ? loaded / total : 0);
    request.onload = () => {
      const there = request.status < 300 || request.status === TAKEN_ALREADY;
      if (there) done();
      else fail(new Error(`upload: ${request.status}`));
    };
    request.onerror = () => fail(new Error("upload: no answer"));
    request.onabort = () => fail(new DOMException("aborted", "AbortError"));
    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(file);
  });
}
