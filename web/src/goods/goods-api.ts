/** The service and the storage, as a transfer speaks to them. */
import { answered, api, keyed, type Schemas } from "../api/client.ts";
import { Problem } from "../api/problem.ts";
import { type Link, put } from "../files/storage.ts";
import type { Upload } from "./goods-rules.ts";

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
