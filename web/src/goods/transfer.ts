/**
 * One file on its way to the storage (R75, D32): whole up to 16 MB, above it in parts of which a few are under way at once. Each part is
 * read, digested and sent by itself, so the whole file is never in memory. What is lost is sent again, by a fresh link.
 */
import { Problem } from "../api/problem.ts";
import type { Remote } from "./goods-api.ts";
import { partsOf, rangeOf, type Upload, WHOLE_BYTES } from "./goods-rules.ts";

/** Why a file cannot be sent to its end: in words of its own, or those of the problem. */
export type TransferFault = "changed" | "expired" | "unread" | Problem;

export class Refused extends Error {
  constructor(readonly fault: TransferFault) {
    super("refused");
  }
}

/** Where a transfer stands. `lost`: what keeps it from going on, for now. */
export type Hear = (news: { bytes?: number; checking?: boolean; lost?: Problem | null }) => void;

export interface Tools {
  remote: Remote;
  /** In hex. */
  digest: (bytes: ArrayBuffer) => Promise<string>;
  /** Ends after so many milliseconds, or earlier when it is worth another try. Throws what the signal was aborted with. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A transfer under way: by what, who hears of it, and what stops it. */
export interface Run {
  readonly tools: Tools;
  readonly hear: Hear;
  readonly signal: AbortSignal;
}

const AT_ONCE = 3;
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;
/** A link that is refused is asked for anew: it was too old, perhaps. So are bytes that a bad line may have garbled, or held up. */
const REFUSALS_AT_MOST = 3;
const PASSING: readonly string[] = [
  "network",
  "unavailable",
  "unreadable",
  "storage",
  "link_refused",
  "bytes_refused",
  "too_many_attempts",
];
/** What the service misses at the end is sent again so often. */
const ROUNDS = 3;

/** Begins an upload of a file. The key makes a repeat the same upload. Throws Refused, and what the signal was aborted with. */
export async function begun(twipId: string, file: File, key: string, run: Run): Promise<Upload> {
  const sha256 = file.size <= WHOLE_BYTES ? await run.tools.digest(await bytesOf(file, 0, file.size)) : null;
  return patiently(() => run.tools.remote.begin(twipId, file, sha256, key, run.signal), run);
}

/** An upload as it is now: with a fresh link, and what has arrived. Throws Refused, and what the signal was aborted with. */
export function refreshed(twipId: string, uploadId: string, run: Run): Promise<Upload> {
  return patiently(() => run.tools.remote.again(twipId, uploadId, run.signal), run);
}

/** Sends what is missing of an upload, and answers it as it is complete. Throws Refused, and what the signal was aborted with. */
export async function sent(twipId: string, file: File, upload: Upload, run: Run): Promise<Upload> {
  if (upload.finished) return upload;
  if (upload.part_bytes === null) await whole(twipId, file, upload, run);
  else await inParts(file, upload, upload.part_bytes, run);
  for (let round = 1; ; round++) {
    try {
      return await patiently(() => run.tools.remote.complete(upload.id, run.signal), run);
    } catch (error) {
      const missing = missingParts(error);
      if (!missing || round === ROUNDS || upload.part_bytes === null) throw error;
      const arrived = Object.fromEntries(
        partsOf(upload.size, upload.part_bytes).flatMap((n) => (missing.includes(n) ? [] : [[n, ""]])),
      );
      await inParts(file, { ...upload, arrived }, upload.part_bytes, run);
    }
  }
}

function missingParts(error: unknown): readonly number[] | null {
  if (!(error instanceof Refused) || !(error.fault instanceof Problem)) return null;
  const { code, facts } = error.fault;
  return code === "not_uploaded" && Array.isArray(facts.parts) ? (facts.parts as number[]) : null;
}

async function whole(twipId: string, file: File, upload: Upload, run: Run): Promise<void> {
  const { tools, hear, signal } = run;
  const body = await bytesOf(file, 0, file.size);
  let at = upload;
  await patiently(async (tries) => {
    if (tries > 0 || !at.link) at = await tools.remote.again(twipId, upload.id, signal);
    if (at.finished || !at.link) return;
    await tools.remote.put(at.link, body, (bytes) => hear({ bytes, lost: null }), signal);
  }, run);
  hear({ bytes: file.size, lost: null });
}

async function inParts(file: File, upload: Upload, partBytes: number, run: Run): Promise<void> {
  const { tools, hear, signal } = run;
  const { remote, digest } = tools;
  const numbers = partsOf(file.size, partBytes);
  const sizeOf = (number: number) => {
    const [from, to] = rangeOf(number, file.size, partBytes);
    return to - from;
  };
  const part = (number: number) => bytesOf(file, ...rangeOf(number, file.size, partBytes));
  const there = new Map<number, number>();
  const tell = (lost?: null) => {
    const bytes = [...there.values()].reduce((sum, it) => sum + it, 0);
    hear(lost === null ? { bytes, lost } : { bytes });
  };
  // What came before came from the same file, or this one is another.
  hear({ checking: true });
  for (const [number, sha256] of Object.entries(upload.arrived)) {
    signal.throwIfAborted();
    if (sha256 && (await digest(await part(Number(number)))) !== sha256) throw new Refused("changed");
    there.set(Number(number), sizeOf(Number(number)));
  }
  hear({ checking: false });
  tell();
  const left = numbers.filter((number) => !there.has(number));
  const stop = new AbortController();
  const any = AbortSignal.any([signal, stop.signal]);
  const worker = async () => {
    for (let number = left.shift(); number !== undefined; number = left.shift()) {
      const at = number;
      const body = await part(at);
      const sha256 = await digest(body);
      await patiently(
        async () => {
          const link = await remote.partLink(upload.id, at, sha256, any);
          const onBytes = (bytes: number) => {
            there.set(at, Math.min(bytes, sizeOf(at)));
            tell(null);
          };
          try {
            await remote.put(link, body, onBytes, any);
          } catch (error) {
            there.delete(at);
            tell();
            throw error;
          }
        },
        { ...run, signal: any },
      );
      there.set(at, sizeOf(at));
      tell(null);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } finally {
    // Where one part was refused, the others need not go on.
    stop.abort();
  }
}

/** Does it until it is done or refused. What is lost is waited for, longer each time. */
async function patiently<T>(act: (tries: number) => Promise<T>, { tools, hear, signal }: Run): Promise<T> {
  let refusals = 0;
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    try {
      return await act(tries);
    } catch (error) {
      signal.throwIfAborted();
      const problem = lostBy(error);
      if (problem.code === "link_refused" && ++refusals < REFUSALS_AT_MOST) continue;
      if (problem.code === "bytes_refused" && ++refusals === REFUSALS_AT_MOST) throw new Refused("changed");
      hear({ lost: problem });
      await tools.wait(waitMs(problem, tries), signal);
    }
  }
}

function waitMs(problem: Problem, tries: number): number {
  const told = Number(problem.facts.retry_after_s);
  return told > 0 ? told * 1000 : (WAITS_MS[tries] ?? 30_000);
}

/** What may go better another time. Throws Refused for what will not. */
function lostBy(error: unknown): Problem {
  if (error instanceof Refused) throw error;
  // A request that never got through, or its time was over.
  if (!(error instanceof Problem)) return new Problem("network");
  const { code, status } = error;
  if (PASSING.includes(code) || status >= 500) return error;
  if (code === "not_found" || code === "upload_gone") throw new Refused("expired");
  throw new Refused(error);
}

async function bytesOf(file: File, from: number, to: number): Promise<ArrayBuffer> {
  try {
    return await file.slice(from, to).arrayBuffer();
  } catch {
    // The browser lets nobody read a file that is not as it was when it was chosen, at no time: it has to be chosen anew.
    throw new Refused("unread");
  }
}
