/** The storage as files go there: one request with a signed link, of which one hears how far it has got (D32). */
import { Problem } from "../api/problem.ts";

export interface Link {
  url: string;
  headers: Record<string, string>;
}

/** The storage's own answers, beside the codes of the service: it was not reached; it refuses this link; it refuses these bytes. */
export type StorageCode = "storage" | "link_refused" | "bytes_refused" | "upload_gone";

const TAKEN_ALREADY = 412;
/** A line that has carried nothing for so long is given up. */
const SILENCE_MS = 30_000;

/** Throws Problem with a StorageCode, and what the signal was aborted with. `fetch` tells nothing of how far a body has got. */
export function put(
  link: Link,
  body: XMLHttpRequestBodyInit,
  onBytes: (sent: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((done, fail) => {
    if (signal.aborted) return fail(signal.reason);
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    let silence = setTimeout(stop, SILENCE_MS);
    signal.addEventListener("abort", stop);
    request.upload.onprogress = ({ loaded }) => {
      clearTimeout(silence);
      silence = setTimeout(stop, SILENCE_MS);
      onBytes(loaded);
    };
    request.onload = () => {
      const { status } = request;
      if (status < 300 || status === TAKEN_ALREADY) done();
      else fail(new Problem(storageCode(status), {}, status));
    };
    request.onerror = () => fail(new Problem("storage"));
    request.onabort = () => fail(signal.aborted ? signal.reason : new Problem("storage"));
    request.onloadend = () => {
      clearTimeout(silence);
      signal.removeEventListener("abort", stop);
    };
    request.open("PUT", link.url);
    for (const [name, value] of Object.entries(link.headers)) request.setRequestHeader(name, value);
    request.send(body);
  });
}

function storageCode(status: number): StorageCode {
  if (status === 403) return "link_refused";
  if (status === 404) return "upload_gone";
  return status >= 400 && status < 500 ? "bytes_refused" : "storage";
}

/** SHA-256 in hex. */
export async function sha256Hex(bytes: ArrayBuffer): Promise<string> {
  const sum = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
