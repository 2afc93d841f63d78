/** The service and the storage, as a transfer speaks to them. */
import { answered, api, keyed, type Schemas } from "../api/client.ts";
import { Problem } from "../api/problem.ts";
import type { Upload } from "./goods-rules.ts";

export interface Link {
  url: string;
  headers: Record<string, string>;
}

/** The storage's own answers, beside the codes of the service: it was not reached; it refuses this link; it refuses these bytes. */
export type StorageCode = "storage" | "link_refused" | "bytes_refused" | "upload_gone";

/** What a transfer asks of others. All throw Problem, and what a signal was aborted with. */
export interface Remote {
  begin(twipId: string, file: File, sha256: string | null, key: string, signal: AbortSignal): Promise<Upload>;
  /** The upload as it is now, with a fresh link. */
  again(twipId: string, uploadId: string, signal: AbortSignal): Promise<Upload>;
  partLink(uploadId: string, number: number, sha256: string, signal: AbortSignal): Promise<Link>;
  put(link: Link, body: ArrayBuffer, onBytes: (sent: number) => void, signal: AbortSignal): Promise<void>;
  complete(uploadId: string, signal: AbortSignal): Promise<Upload>;
}

export function uploadsOf(twipId: string, signal?: AbortSignal): Promise<{ items: Upload[] }> {
  const params = { path: { twip_id: twipId } };
  return answered(api.GET("/twips/{twip_id}/uploads", { params, ...(signal && { signal }) }));
}

export async function dropUpload(uploadId: string): Promise<void> {
  await answered(api.DELETE("/uploads/{upload_id}", { params: { path: { upload_id: uploadId } } }));
}

/** A link by which a file of a twip is fetched, by its author or a moderator. */
export async function goodLink(twipId: string, fileId: string): Promise<string> {
  const params = { path: { twip_id: twipId, file_id: fileId } };
  return (await answered(api.POST("/twips/{twip_id}/goods/{file_id}/link", { params }))).url;
}

/** How the scans of a twip's files stand, for its author or a moderator. */
export async function twipScans(twipId: string): Promise<Record<string, Schemas["Verdict"]>> {
  const found = await answered(api.GET("/twips/{twip_id}", { params: { path: { twip_id: twipId } } }));
  return found.revision?.scans ?? {};
}

/** A moderator answers for a file that is too large for the scanner. */
export async function releaseGood(twipId: string, fileId: string): Promise<void> {
  const params = { path: { twip_id: twipId, file_id: fileId } };
  await answered(api.POST("/admin/twips/{twip_id}/goods/{file_id}/release", { params }));
}

export const remote: Remote = {
  begin: (twipId, file, sha256, key, signal) => {
    const params = { path: { twip_id: twipId }, ...keyed(key) };
    const type = file.type || "application/octet-stream";
    const body = { name: file.name, type, size: file.size, sha256 };
    return answered(api.POST("/twips/{twip_id}/uploads", { params, body, signal }));
  },
  again: async (twipId, uploadId, signal) => {
    const found = (await uploadsOf(twipId, signal)).items.find(({ id }) => id === uploadId);
    if (!found) throw new Problem("not_found");
    return found;
  },
  partLink: async (uploadId, number, sha256, signal) => {
    const params = { path: { upload_id: uploadId } };
    const body = { parts: { [number]: sha256 } };
    const { parts } = await answered(api.POST("/uploads/{upload_id}/parts", { params, body, signal }));
    const link = parts[number];
    if (!link) throw new Problem("unreadable");
    return link;
  },
  put,
  complete: (uploadId, signal) =>
    answered(api.POST("/uploads/{upload_id}/complete", { params: { path: { upload_id: uploadId } }, signal })),
};

const TAKEN_ALREADY = 412;
/** A line that has carried nothing for so long is given up. */
const SILENCE_MS = 30_000;

/** `fetch` tells nothing of how far a body has got. */
function put(link: Link, body: ArrayBuffer, onBytes: (sent: number) => void, signal: AbortSignal): Promise<void> {
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
