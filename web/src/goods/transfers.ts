/** The files that one sends for a twip: each is chosen, sent, paused, tried again, taken back (R75, R76). */
import { signal } from "@preact/signals";
import { freshKey } from "../api/client.ts";
import { asProblem, Problem } from "../api/problem.ts";
import { dropUpload, uploadsOf } from "./goods-api.ts";
import { arrivedBytes, begunOf, type Good, type GoodFault, goodFault, goodOf, type Upload } from "./goods-rules.ts";
import { leftMs, type Sample, sampled } from "./pace.ts";
import { begun, type Hear, Refused, refreshed, sent, type Tools, type TransferFault } from "./transfer.ts";

export interface Sending {
  readonly n: number;
  readonly file: File;
  /** The file of the twip in whose place it comes. */
  readonly instead?: string | undefined;
  readonly state: "sending" | "checking" | "paused" | "failed";
  readonly bytes: number;
  readonly leftMs: number | null;
  /** What it waits for, of the way there: it goes on by itself. */
  readonly lost: Problem | null;
  readonly fault?: TransferFault | undefined;
  readonly upload?: Upload | undefined;
}

export interface NotTaken {
  readonly name: string;
  readonly fault: GoodFault;
}

/** News of bytes are shown so often. */
const SHOWN_MS = 250;

export class Transfers {
  readonly rows = signal<readonly Sending[]>([]);
  /** Uploads from before, of which the bytes are not at hand: the same file has to be chosen again. */
  readonly unfinished = signal<readonly Upload[]>([]);
  /** Files that were chosen before there is a draft. */
  readonly held = signal<readonly File[]>([]);
  /** What was chosen last and cannot be sent. */
  readonly notTaken = signal<readonly NotTaken[]>([]);
  /** Why one does not know what was begun before. */
  readonly problem = signal<Problem | undefined>(undefined);
  /** In which place each upload that has arrived was chosen, by its id; one that comes in another's place has its place. */
  readonly chosen = new Map<string, number>();
  private readonly stops = new Map<number, AbortController>();
  private readonly keys = new Map<number, string>();
  private readonly paces = new Map<number, readonly Sample[]>();
  private count = 0;
  private shown = 0;

  /** `onArrived`: a file is complete and may be named in an edit of the twip. */
  constructor(
    private readonly tools: Tools,
    private readonly onArrived: (good: Good, instead?: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Whether a file is not there yet that was meant to be. */
  get busy(): boolean {
    return this.held.value.length + this.rows.value.length + this.unfinished.value.length > 0;
  }

  /** What has been sent, or begun, before the page was opened. */
  async look(twipId: string): Promise<void> {
    this.problem.value = undefined;
    try {
      const { items } = await uploadsOf(twipId);
      const known = new Set(this.rows.value.map(({ upload }) => upload?.id));
      this.unfinished.value = items.filter(({ id, finished }) => !finished && !known.has(id));
      for (const it of items) if (it.finished) this.onArrived(goodOf(it));
    } catch (error) {
      this.problem.value = asProblem(error);
    }
  }

  /** Sends files. `there`: how many there are beside those that are being sent. One that was begun before goes on. */
  add(twipId: string, files: Iterable<File>, there: number, instead?: string): void {
    const notTaken: NotTaken[] = [];
    for (const file of files) {
      const before = begunOf(file, this.unfinished.value);
      if (before) {
        this.resume(twipId, before, file);
        continue;
      }
      const more = this.rows.value.filter((row) => row.instead === undefined).length + this.unfinished.value.length;
      const fault = goodFault(file, instead === undefined ? there + more : 0);
      if (fault) notTaken.push({ name: file.name, fault });
      else this.start(twipId, { file, instead });
    }
    this.notTaken.value = notTaken;
  }

  /** Keeps files until there is a draft. */
  hold(files: Iterable<File>): void {
    this.held.value = [...this.held.value, ...files];
  }

  /** There is a draft: what was held is sent. */
  release(twipId: string): void {
    const held = this.held.value;
    this.held.value = [];
    if (held.length > 0) this.add(twipId, held, 0);
  }

  /** Goes on with an upload from before. */
  resume(twipId: string, upload: Upload, file: File): void {
    this.notTaken.value = [];
    this.unfinished.value = this.unfinished.value.filter(({ id }) => id !== upload.id);
    this.start(twipId, { file, upload });
  }

  pause(n: number): void {
    this.stop(n);
    this.put(n, { state: "paused", lost: null, leftMs: null });
  }

  /** Goes on after a pause. What cannot go on, because it is too old or its file has changed, is begun anew. */
  go(twipId: string, n: number): void {
    const row = this.row(n);
    if (!row) return;
    if (row.fault === "changed" || row.fault === "expired") this.anew(row, row.file);
    void this.run(twipId, n);
  }

  /** Sends a file, as it is by now, in the place of one that the browser lets nobody read any more. */
  choose(twipId: string, n: number, file: File): void {
    const [row, fault] = [this.row(n), goodFault(file, 0)];
    this.notTaken.value = fault ? [{ name: file.name, fault }] : [];
    if (!row || fault) return;
    this.anew(row, file);
    void this.run(twipId, n);
  }

  private anew({ n, upload }: Sending, file: File): void {
    if (upload) this.forget(upload.id);
    this.keys.set(n, freshKey());
    this.put(n, { file, upload: undefined, bytes: 0 });
  }

  /** Does without it. What has arrived of it goes. */
  cancel(n: number): void {
    const upload = this.row(n)?.upload;
    this.stop(n);
    this.rows.value = this.rows.value.filter((row) => row.n !== n);
    if (upload) this.forget(upload.id);
  }

  /** Does without an upload of which the page has no bytes, or that has arrived and was not taken. One that stays expires. */
  forget(uploadId: string): void {
    this.unfinished.value = this.unfinished.value.filter(({ id }) => id !== uploadId);
    void dropUpload(uploadId).catch(() => {});
  }

  /** The machine has lost its network: what is on its way stands still, though no request has failed yet. */
  lose(): void {
    for (const { n, state } of this.rows.value) if (state === "sending") this.hear(n, { lost: new Problem("network") });
  }

  /** The page goes. */
  end(): void {
    for (const n of this.stops.keys()) this.stop(n);
  }

  private start(twipId: string, chosen: Pick<Sending, "file" | "instead" | "upload">): void {
    const n = ++this.count;
    this.keys.set(n, freshKey());
    const bytes = chosen.upload ? arrivedBytes(chosen.upload) : 0;
    const row: Sending = { n, state: "sending", leftMs: null, lost: null, ...chosen, bytes };
    this.rows.value = [...this.rows.value, row];
    void this.run(twipId, n);
  }

  private async run(twipId: string, n: number): Promise<void> {
    this.stop(n);
    const stop = new AbortController();
    this.stops.set(n, stop);
    this.paces.delete(n);
    this.put(n, { state: "sending", fault: undefined, lost: null, leftMs: null });
    const row = this.row(n);
    if (!row) return;
    const hear: Hear = (news) => {
      if (!stop.signal.aborted) this.hear(n, news);
    };
    try {
      const going = { tools: this.tools, hear, signal: stop.signal };
      const upload = row.upload
        ? await refreshed(twipId, row.upload.id, going)
        : await begun(twipId, row.file, this.keys.get(n) ?? freshKey(), going);
      this.put(n, { upload, lost: null });
      const done = await sent(twipId, row.file, upload, going);
      this.rows.value = this.rows.value.filter((it) => it.n !== n);
      if (row.instead === undefined) this.chosen.set(done.id, n);
      this.onArrived(goodOf(done), row.instead);
    } catch (error) {
      if (stop.signal.aborted) return;
      const fault = error instanceof Refused ? error.fault : asProblem(error);
      this.put(n, { state: "failed", fault, lost: null, leftMs: null });
    }
  }

  private hear(n: number, { bytes, checking, lost }: Parameters<Hear>[0]): void {
    const at = this.now();
    const before = this.row(n);
    if (!before) return;
    if (checking !== undefined) this.put(n, { state: checking ? "checking" : "sending" });
    if (lost) {
      this.paces.delete(n);
      this.put(n, { lost, leftMs: null });
    } else if (lost === null && before.lost) this.put(n, { lost: null });
    if (bytes === undefined) return;
    const pace = sampled(this.paces.get(n) ?? [], at, bytes);
    this.paces.set(n, pace);
    if (at - this.shown < SHOWN_MS && bytes < before.file.size) return;
    this.shown = at;
    this.put(n, { bytes, leftMs: leftMs(pace, before.file.size) });
  }

  private row(n: number): Sending | undefined {
    return this.rows.value.find((row) => row.n === n);
  }

  private put(n: number, news: Partial<Sending>): void {
    this.rows.value = this.rows.value.map((row) => (row.n === n ? { ...row, ...news } : row));
  }

  private stop(n: number): void {
    this.stops.get(n)?.abort();
    this.stops.delete(n);
  }
}

const WAKE = new EventTarget();

/** Whoever waits for a connection tries again now. */
export function tryNow(): void {
  WAKE.dispatchEvent(new Event("now"));
}

/** Waits, but not when the network is back or somebody does not want to wait. Throws what the signal was aborted with. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const over = new AbortController();
    const end = (act: () => void) => () => {
      over.abort();
      clearTimeout(timer);
      act();
    };
    const timer = setTimeout(end(done), ms);
    const once = { signal: over.signal };
    WAKE.addEventListener("now", end(done), once);
    addEventListener("online", end(done), once);
    signal.addEventListener(
      "abort",
      end(() => fail(signal.reason)),
      once,
    );
    if (signal.aborted) end(() => fail(signal.reason))();
  });
}
