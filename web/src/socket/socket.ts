/**
 * The page's WebSocket: opened with a single-use ticket, kept alive, and opened anew when it is lost. Frames that come down are handed to
 * whoever listens; a frame that is asked is answered by its `id`.
 */
import { signal } from "@preact/signals";
import { answered, api } from "../api/client.ts";
import { asProblem, Problem } from "../api/problem.ts";
import type { ClientFrame, components, ServerFrame } from "./frames.d.ts";
import { every, later } from "./timers.ts";

export type { ClientFrame, ServerFrame };
export type Frames = components["schemas"];
type Down<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;
type Listener = (frame: ServerFrame) => void;
/** A frame to send, without the id that the socket gives it. */
export type Asked = ClientFrame extends infer F ? (F extends ClientFrame ? Omit<F, "id"> : never) : never;

const ANSWER_MS = 15_000;
const IDLE_PING_MS = 5 * 60_000;
/** A little before the two hours that the gateway lets a connection live. */
const PLANNED_MS = 110 * 60_000;
const OPENING_MS = 8_000;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 15_000;

/** `full`: this person has as many pages open as may be, and this one has to wait. */
export type SocketState = "closed" | "opening" | "open" | "lost" | "full";

interface Waiting {
  done: (frame: ServerFrame) => void;
  failed: (problem: Problem) => void;
}

/** What the welcome said: how often to ping while one can be called, how long before a boundary to report, how often before the clock. */
export interface Intervals {
  keepaliveMs: number;
  reportMs: readonly number[];
  waitingReportMs: number;
}

/**
 * The frame in what came down, or null. When a function fails, the gateway answers for itself (`{"message": "Internal server error", …}`),
 * and who asked waits for the time-out.
 */
export function frameIn(data: unknown): ServerFrame | null {
  try {
    const found = JSON.parse(String(data));
    return typeof found?.type === "string" ? (found as ServerFrame) : null;
  } catch {
    return null;
  }
}

export class Socket {
  readonly state = signal<SocketState>("closed");
  /** Server's clock minus this machine's, in ms. */
  readonly skewMs = signal(0);
  intervals: Intervals = { keepaliveMs: 40_000, reportMs: [50_000, 30_000], waitingReportMs: 20_000 };

  private connection: WebSocket | null = null;
  private wanted = false;
  private waitMs = FIRST_WAIT_MS;
  private ids = 0;
  private attempt = 0;
  private readonly timers = new Set<() => void>();
  private stopPinging = () => {};
  private readonly waiting = new Map<string, Waiting>();
  private readonly listeners = new Set<Listener>();
  private callable = false;

  /** Hears every frame that comes down. Answers how to stop. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Hears frames of one type. */
  on<T extends ServerFrame["type"]>(type: T, act: (frame: Down<T>) => void): () => void {
    return this.listen((frame) => {
      if (frame.type === type) act(frame as Down<T>);
    });
  }

  open(): void {
    if (this.wanted) return;
    this.wanted = true;
    addEventListener("online", this.hasten);
    document.addEventListener("visibilitychange", this.hasten);
    void this.connect();
  }

  close(): void {
    this.wanted = false;
    removeEventListener("online", this.hasten);
    document.removeEventListener("visibilitychange", this.hasten);
    this.drop();
    this.state.value = "closed";
  }

  /** A performer who can be called proves to be there every 40 s (D7). Others only keep the connection from idling out. */
  canBeCalled(callable: boolean): void {
    if (this.callable === callable) return;
    this.callable = callable;
    if (this.state.value === "open") this.keepAlive();
  }

  /** The server's time, as well as it is known here. */
  now(): number {
    return Date.now() + this.skewMs.value;
  }

  /** Sends a frame and waits for its answer. Throws Problem: the refusal, or `network`. */
  ask<T extends ServerFrame["type"] = "done">(frame: Asked): Promise<Down<T>> {
    return new Promise((resolve, reject) => {
      const connection = this.connection;
      if (connection?.readyState !== WebSocket.OPEN) return reject(new Problem("network"));
      const id = String(++this.ids);
      const stop = later(ANSWER_MS, () => {
        this.settle(id)?.failed(new Problem("network"));
        // Nothing comes over it any more, whatever the browser believes.
        if (this.connection === connection) this.lost();
      });
      this.waiting.set(id, {
        done: (answer) => {
          stop();
          resolve(answer as Down<T>);
        },
        failed: (problem) => {
          stop();
          reject(problem);
        },
      });
      connection.send(JSON.stringify({ ...frame, id }));
    });
  }

  /** Sends a frame whose answer nobody waits for. */
  say(frame: Asked): void {
    if (this.connection?.readyState === WebSocket.OPEN) this.connection.send(JSON.stringify(frame));
  }

  private async connect(): Promise<void> {
    if (!this.wanted) return;
    const attempt = ++this.attempt;
    if (this.state.value !== "lost" && this.state.value !== "full") this.state.value = "opening";
    let ticket: string;
    // A ticket that does not come is asked for once more while a session can still be resumed.
    this.later(() => {
      if (attempt === this.attempt && !this.connection) this.lost();
    }, ANSWER_MS);
    try {
      ticket = (await answered(api.POST("/me/ws-ticket"))).ticket;
    } catch (error) {
      if (attempt !== this.attempt) return;
      if (asProblem(error).code === "unauthenticated") return this.close();
      return this.lost();
    }
    // Another attempt has overtaken this one: there is one socket.
    if (!this.wanted || attempt !== this.attempt) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const connection = new WebSocket(`${scheme}://${location.host}/ws?ticket=${encodeURIComponent(ticket)}`);
    this.connection = connection;
    // After a change of networks an attempt may hang for a minute, and a session is held for less.
    this.later(() => {
      if (connection.readyState === WebSocket.CONNECTING) this.lost();
    }, OPENING_MS);
    connection.onopen = () => this.greet(connection);
    connection.onmessage = (event) => {
      const frame = frameIn(event.data);
      if (frame) this.receive(frame);
      else console.warn("not a frame:", event.data);
    };
    connection.onclose = () => {
      if (this.connection === connection) this.lost();
    };
  }

  private greet(connection: WebSocket): void {
    const asked = Date.now();
    this.ask<"welcome">({ type: "hello" }).then(
      (welcome) => {
        this.skewMs.value = welcome.now_ms - (asked + Date.now()) / 2;
        this.intervals = {
          keepaliveMs: welcome.keepalive_ms,
          reportMs: welcome.report_ms as number[],
          waitingReportMs: welcome.waiting_report_ms,
        };
        this.waitMs = FIRST_WAIT_MS;
        this.state.value = "open";
        this.keepAlive();
        this.later(() => this.renew(connection), PLANNED_MS);
      },
      (problem: Problem) => {
        if (this.connection !== connection) return;
        if (problem.code !== "limit_reached") return connection.close();
        this.drop();
        this.state.value = "full";
        this.later(() => void this.connect(), LONGEST_WAIT_MS);
      },
    );
  }

  /** Another connection at once, planned or told to: sessions resume on it without a pause that anybody would notice (D18). */
  private renew(connection: WebSocket): void {
    if (this.connection !== connection) return;
    this.drop();
    void this.connect();
  }

  private keepAlive(): void {
    this.stopPinging();
    this.stopPinging = every(this.callable ? this.intervals.keepaliveMs : IDLE_PING_MS, () => {
      const connection = this.connection;
      this.ask<"pong">({ type: "ping" }).catch((problem: Problem) => {
        // The service took this connection for gone, and rings nobody on it.
        if (connection && problem.code === "unauthenticated") this.renew(connection);
        else connection?.close();
      });
    });
  }

  private receive(frame: ServerFrame): void {
    const re = "re" in frame ? frame.re : undefined;
    const waiting = re ? this.settle(re) : undefined;
    if (frame.type === "error") {
      const { type: _, code, re: __, ...facts } = frame;
      waiting?.failed(new Problem(code, facts));
      return;
    }
    waiting?.done(frame);
    for (const listener of this.listeners) {
      try {
        listener(frame);
      } catch (failed) {
        // One who cannot make sense of it keeps nobody else from hearing it.
        reportError(failed);
      }
    }
  }

  private settle(id: string): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }

  private lost(): void {
    this.drop();
    if (!this.wanted) return;
    this.state.value = "lost";
    this.later(() => void this.connect(), this.waitMs * (0.5 + Math.random() / 2));
    this.waitMs = Math.min(this.waitMs * 2, LONGEST_WAIT_MS);
  }

  /** Back on the network, or looked at again: no reason to wait any longer. */
  private readonly hasten = (): void => {
    if ((this.state.value !== "lost" && this.state.value !== "full") || document.hidden) return;
    this.drop();
    this.waitMs = FIRST_WAIT_MS;
    void this.connect();
  };

  private later(act: () => void, ms: number): void {
    const stop = later(ms, () => {
      this.timers.delete(stop);
      act();
    });
    this.timers.add(stop);
  }

  private drop(): void {
    this.attempt += 1;
    this.stopPinging();
    for (const stop of this.timers) stop();
    this.timers.clear();
    const connection = this.connection;
    this.connection = null;
    connection?.close();
    for (const id of [...this.waiting.keys()]) this.settle(id)?.failed(new Problem("network"));
  }
}

/** The page's one socket. */
export const socket = new Socket();
