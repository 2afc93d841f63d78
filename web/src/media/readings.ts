/** What the browser's statistics say about a connection, added up over all connections that a call has had. */
import type { Mutes } from "./messages.ts";

/** Counts since the call began. */
export interface Counters {
  receivedBytes: number;
  sentBytes: number;
  receivedPackets: number;
  sentPackets: number;
  lostPackets: number;
  decodedFrames: number;
  sentFrames: number;
  /** Of what was sent: lost on the way, as the other side's browser says (`remote-inbound-rtp`). */
  farLostPackets: number;
}

/** As it is at the moment; null: not known. */
export interface Gauges {
  jitterMs: number | null;
  roundTripMs: number | null;
  farJitterMs: number | null;
  frameWidth: number;
  frameHeight: number;
  /** Whether it goes through a TURN server. */
  relayed: boolean | null;
}

export interface Reading {
  counters: Counters;
  gauges: Gauges;
}

export interface CallStats extends Counters, Gauges {
  muted: Mutes;
  remoteMuted: Mutes;
}

export const NO_COUNTERS: Counters = {
  receivedBytes: 0,
  sentBytes: 0,
  receivedPackets: 0,
  sentPackets: 0,
  lostPackets: 0,
  decodedFrames: 0,
  sentFrames: 0,
  farLostPackets: 0,
};
export const NO_GAUGES: Gauges = {
  jitterMs: null,
  roundTripMs: null,
  farJitterMs: null,
  frameWidth: 0,
  frameHeight: 0,
  relayed: null,
};

type Row = Record<string, unknown> & { type?: string; id?: string };

/** Reads the rows of a report. Bytes are those of media alone: what keeps a connection alive flows without any media too. */
export function readingOf(rows: Iterable<Row>): Reading {
  const counters = { ...NO_COUNTERS };
  const gauges = { ...NO_GAUGES };
  const byId = new Map<string, Row>();
  let selected: string | null = null;
  let pair: Row | undefined;
  for (const row of rows) {
    if (row.id) byId.set(row.id, row);
    switch (row.type) {
      case "inbound-rtp":
        counters.receivedBytes += count(row.bytesReceived);
        counters.receivedPackets += count(row.packetsReceived);
        counters.lostPackets += count(row.packetsLost);
        counters.decodedFrames += count(row.framesDecoded);
        if (count(row.packetsReceived) > 0) gauges.jitterMs = worse(gauges.jitterMs, row.jitter);
        gauges.frameWidth = Math.max(gauges.frameWidth, count(row.frameWidth));
        gauges.frameHeight = Math.max(gauges.frameHeight, count(row.frameHeight));
        break;
      case "outbound-rtp":
        counters.sentBytes += count(row.bytesSent);
        counters.sentPackets += count(row.packetsSent);
        counters.sentFrames += count(row.framesEncoded);
        break;
      case "remote-inbound-rtp":
        counters.farLostPackets += count(row.packetsLost);
        gauges.farJitterMs = worse(gauges.farJitterMs, row.jitter);
        gauges.roundTripMs = worse(gauges.roundTripMs, row.roundTripTime);
        break;
      case "transport":
        if (typeof row.selectedCandidatePairId === "string") selected = row.selectedCandidatePairId;
        break;
      case "candidate-pair":
        if (row.nominated === true && row.state === "succeeded") pair = row;
        break;
    }
  }
  pair = (selected !== null && byId.get(selected)) || pair;
  if (pair) {
    gauges.roundTripMs = worse(null, pair.currentRoundTripTime) ?? gauges.roundTripMs;
    const local = byId.get(String(pair.localCandidateId));
    if (local) gauges.relayed = local.candidateType === "relay";
  }
  return { counters, gauges };
}

/**
 * Adds up the counters of one connection after another. The service asks whether bytes have grown, and a new connection counts from nought.
 */
export class Tally {
  private before = NO_COUNTERS;
  private last = NO_COUNTERS;

  /** The totals, after a reading of the connection that is. */
  add(now: Counters): Counters {
    this.last = combined(this.last, now, Math.max);
    return this.total;
  }

  /** The connection is given up; the next one counts from nought. */
  carry(): void {
    this.before = this.total;
    this.last = NO_COUNTERS;
  }

  get total(): Counters {
    return combined(this.before, this.last, (one, other) => one + other);
  }
}

function combined(one: Counters, other: Counters, how: (a: number, b: number) => number): Counters {
  const names = Object.keys(NO_COUNTERS) as (keyof Counters)[];
  return Object.fromEntries(names.map((name) => [name, how(one[name], other[name])])) as unknown as Counters;
}

function count(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? Math.round(value) : 0;
}

function worse(known: number | null, seconds: unknown): number | null {
  if (typeof seconds !== "number" || !Number.isFinite(seconds) || seconds < 0) return known;
  return Math.max(known ?? 0, Math.round(seconds * 1000));
}
