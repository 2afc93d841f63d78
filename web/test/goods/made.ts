/** Uploads, a service and a storage as tests need them. */
import { Problem } from "../../src/api/problem.ts";
import { sha256Hex } from "../../src/files/storage.ts";
import type { Remote } from "../../src/goods/goods-api.ts";
import type { Upload } from "../../src/goods/goods-rules.ts";
import type { Tools } from "../../src/goods/transfer.ts";

export function upload(part: Partial<Upload> = {}): Upload {
  return {
    id: "u1",
    name: "a.zip",
    type: "application/zip",
    size: 10,
    finished: false,
    part_bytes: 4,
    arrived: {},
    link: null,
    link_expires_at: null,
    expires_at: "2026-12-03T12:00:00Z",
    ...part,
  };
}

/** A service whose parts are of four bytes. What it keeps, it keeps by part, and by digest. */
export class Service implements Remote {
  readonly parts = new Map<number, string>();
  readonly asked: string[] = [];
  /** What goes wrong, in order: at `link 2`, at `put 2`, at `complete`. */
  readonly failing: Array<[at: string, problem: Problem]> = [];
  digests = new Map<number, string>();
  atOnce = 0;
  mostAtOnce = 0;
  held: Promise<void> | null = null;

  constructor(
    private readonly made: Upload,
    private readonly wholeBytes = 0,
  ) {}

  private fail(at: string): void {
    this.asked.push(at);
    const found = this.failing.findIndex(([where]) => where === at);
    if (found >= 0) throw (this.failing.splice(found, 1)[0] as [string, Problem])[1];
  }

  async begin(_twipId: string, file: File): Promise<Upload> {
    this.fail("begin");
    return { ...this.made, size: file.size };
  }

  async again(): Promise<Upload> {
    this.fail("again");
    return { ...this.made, arrived: Object.fromEntries([...this.parts].map(([n, digest]) => [String(n), digest])) };
  }

  async partLink(
    _id: string,
    number: number,
    sha256: string,
  ): Promise<{ url: string; headers: Record<string, string> }> {
    this.fail(`link ${number}`);
    this.digests.set(number, sha256);
    return { url: String(number), headers: {} };
  }

  async put(
    link: { url: string },
    body: ArrayBuffer,
    onBytes: (n: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    try {
      onBytes(body.byteLength / 2);
      await (this.held ?? Promise.resolve());
      signal.throwIfAborted();
      this.fail(`put ${link.url}`);
      onBytes(body.byteLength);
      this.parts.set(Number(link.url), await sha256Hex(body));
    } finally {
      this.atOnce -= 1;
    }
  }

  async complete(): Promise<Upload> {
    this.fail("complete");
    const size = this.made.size;
    const all = this.made.part_bytes ? Math.ceil(size / this.made.part_bytes) : this.wholeBytes;
    const missing = Array.from({ length: all }, (_, n) => n + 1).filter((n) => !this.parts.has(n));
    if (missing.length > 0) throw new Problem("not_uploaded", { parts: missing }, 409);
    return { ...this.made, finished: true };
  }
}

/** Waits are over at once; how long they would have been is kept. */
export function toolsOf(remote: Remote): Tools & { waits: number[] } {
  const waits: number[] = [];
  return {
    remote,
    digest: sha256Hex,
    waits,
    wait: async (ms, signal) => {
      waits.push(ms);
      signal.throwIfAborted();
    },
  };
}

export const fileOf = (text: string, name = "a.zip") => new File([text], name, { type: "application/zip" });
