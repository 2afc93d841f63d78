/** Files on their way to the storage (D32): described, signed for, and put there in one request each. */
import { answered, api, freshKey, keyed } from "../api/client.ts";
import { put, sha256Hex } from "./storage.ts";

export const FILES_AT_MOST = 5;
export const LARGEST_BYTES = 20 * 1024 * 1024;

export type FileFault = "too_large" | "empty" | "too_many";

/** Why a file cannot be one more of those that are chosen. `atMost`: where fewer than usual may be sent. */
export function fileFault(file: Pick<File, "size">, chosen: number, atMost = FILES_AT_MOST): FileFault | null {
  if (chosen >= Math.min(atMost, FILES_AT_MOST)) return "too_many";
  if (file.size > LARGEST_BYTES) return "too_large";
  return file.size === 0 ? "empty" : null;
}

/** Sends a file, and answers the id by which a message names it. `onPart` hears how much is there, from 0 to 1. Throws Problem, or Error. */
export async function sendFile(file: File, onPart: (part: number) => void, signal: AbortSignal): Promise<string> {
  const sha256 = await sha256Hex(await file.arrayBuffer());
  const described = { name: file.name, type: file.type || "application/octet-stream", size: file.size, sha256 };
  const begun = await answered(api.POST("/uploads", { params: keyed(freshKey()), body: described, signal }));
  await put(begun, file, (bytes) => onPart(bytes / file.size), signal);
  return begun.id;
}
