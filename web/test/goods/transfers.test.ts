import { afterEach, expect, test, vi } from "vitest";
import { Problem } from "../../src/api/problem.ts";
import * as goodsApi from "../../src/goods/goods-api.ts";
import { Transfers, tryNow, wait } from "../../src/goods/transfers.ts";
import { fileOf, Service, toolsOf, upload } from "./made.ts";

vi.mock("../../src/goods/goods-api.ts", () => ({ uploadsOf: vi.fn(), dropUpload: vi.fn(async () => {}) }));
const uploadsOf = vi.mocked(goodsApi.uploadsOf);
const dropUpload = vi.mocked(goodsApi.dropUpload);
afterEach(() => vi.clearAllMocks());

const TEN = "0123456789";

function sending(made = upload()) {
  const service = new Service(made);
  const arrived: string[] = [];
  const transfers = new Transfers(
    toolsOf(service),
    ({ id }, instead) => arrived.push(`${id} ${instead}`),
    () => 0,
  );
  return { service, transfers, arrived, here: (ids: string[]) => vi.waitFor(() => expect(arrived).toEqual(ids)) };
}

/** Parts stand still on their way until they are let go. */
function stopped(service: Service): () => void {
  let free = () => {};
  service.held = new Promise((done) => {
    free = () => {
      service.held = null;
      done();
    };
  });
  return free;
}

test("a file that has arrived is told of, with the one in whose place it comes", async () => {
  const { transfers, here } = sending();
  transfers.add("t1", [fileOf(TEN)], 3, "old");
  expect(transfers.rows.value).toMatchObject([{ state: "sending", instead: "old" }]);
  await here(["u1 old"]);
  expect(transfers.busy).toBe(false);
});

test("in which place a file was chosen is known when it arrives; one in another's place has its place", async () => {
  const { transfers, here } = sending();
  transfers.add("t1", [fileOf("", "no.zip"), fileOf(TEN)], 0);
  expect(transfers.chosen.size).toBe(0);
  await here(["u1 undefined"]);
  expect([...transfers.chosen]).toEqual([["u1", 1]]);
  transfers.add("t1", [fileOf(TEN, "b.zip")], 1);
  await here(["u1 undefined", "u1 undefined"]);
  expect([...transfers.chosen]).toEqual([["u1", 2]]);
  const other = sending(upload({ id: "u2" }));
  other.transfers.add("t1", [fileOf(TEN)], 1, "u1");
  await other.here(["u2 u1"]);
  expect(other.transfers.chosen.size).toBe(0);
});

test("without a network what is on its way says so at once, and goes on with the next byte", async () => {
  const { service, transfers, here } = sending();
  const free = stopped(service);
  transfers.add("t1", [fileOf(TEN), fileOf(TEN, "b.zip")], 0);
  await vi.waitFor(() => expect(service.atOnce).toBe(6));
  transfers.pause(2);
  transfers.lose();
  expect(transfers.rows.value).toMatchObject([
    { state: "sending", lost: { code: "network" }, leftMs: null },
    { state: "paused", lost: null },
  ]);
  free();
  await here(["u1 undefined"]);
  transfers.end();
});

test("what cannot be sent says why, and the rest goes", () => {
  const { transfers } = sending();
  transfers.add("t1", [fileOf("", "no.zip"), fileOf(TEN, "yes.zip"), fileOf("1", "more.zip")], 2);
  expect(transfers.notTaken.value).toEqual([
    { name: "no.zip", fault: "empty" },
    { name: "more.zip", fault: "too_many" },
  ]);
  expect(transfers.rows.value.map(({ file }) => file.name)).toEqual(["yes.zip"]);
  transfers.end();
});

test("after a reload the unfinished are shown, the finished are there, and the same file goes on by itself", async () => {
  const { transfers, here, service } = sending();
  const before = upload({ arrived: {} });
  uploadsOf.mockResolvedValue({ items: [before, upload({ id: "u2", finished: true })] });
  await transfers.look("t1");
  await here(["u2 undefined"]);
  expect(transfers.unfinished.value).toEqual([before]);
  expect(transfers.busy).toBe(true);
  transfers.add("t1", [fileOf(TEN)], 1);
  await here(["u2 undefined", "u1 undefined"]);
  expect(service.asked[0], "no upload was begun").toBe("again");
  expect(transfers.unfinished.value).toEqual([]);
});

test("a pause stops, and what goes on after it sends what is missing", async () => {
  const { transfers, service, here, arrived } = sending();
  const free = stopped(service);
  transfers.add("t1", [fileOf(TEN)], 0);
  await vi.waitFor(() => expect(service.atOnce).toBe(3));
  transfers.pause(1);
  free();
  await vi.waitFor(() => expect(service.atOnce).toBe(0));
  expect(transfers.rows.value).toMatchObject([{ state: "paused" }]);
  expect(arrived).toEqual([]);
  transfers.go("t1", 1);
  await here(["u1 undefined"]);
});

test("what has changed or is too old is sent afresh, as another upload", async () => {
  const { transfers, service, here } = sending();
  service.failing.push(["put 1", new Problem("not_found", {}, 404)]);
  transfers.add("t1", [fileOf(TEN)], 0);
  await vi.waitFor(() => expect(transfers.rows.value).toMatchObject([{ state: "failed", fault: "expired" }]));
  transfers.go("t1", 1);
  await here(["u1 undefined"]);
  expect(dropUpload).toHaveBeenCalledWith("u1");
  expect(service.asked.filter((it) => it === "begin")).toHaveLength(2);
});

test("a file that cannot be read any more is chosen anew, for the same place", async () => {
  const { transfers, service, here } = sending();
  const gone = fileOf(TEN);
  gone.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException("", "NotReadableError")) }) as Blob;
  transfers.add("t1", [gone], 3, "old");
  await vi.waitFor(() => expect(transfers.rows.value).toMatchObject([{ state: "failed", fault: "unread" }]));
  transfers.choose("t1", 1, fileOf("", "no.zip"));
  expect(transfers.notTaken.value).toEqual([{ name: "no.zip", fault: "empty" }]);
  transfers.choose("t1", 1, fileOf(TEN));
  expect(transfers.notTaken.value).toEqual([]);
  await here(["u1 old"]);
  expect(service.asked.filter((it) => it === "begin")).toHaveLength(1);
});

test("what is cancelled goes from the page and from the storage", async () => {
  const { transfers, service } = sending();
  stopped(service);
  transfers.add("t1", [fileOf(TEN)], 0);
  await vi.waitFor(() => expect(service.atOnce).toBe(3));
  transfers.cancel(1);
  expect(transfers.rows.value).toEqual([]);
  expect(dropUpload).toHaveBeenCalledWith("u1");
});

test("files that were chosen before there is a draft go when there is one, once", async () => {
  const { transfers, here } = sending();
  transfers.hold([fileOf(TEN)]);
  expect(transfers.rows.value).toEqual([]);
  transfers.release("t1");
  await here(["u1 undefined"]);
  transfers.release("t1");
  expect(transfers.rows.value).toEqual([]);
});

test("a wait is over when the network is back or somebody presses, and at once when it is stopped", async () => {
  const stop = new AbortController();
  const back = wait(60_000, stop.signal);
  dispatchEvent(new Event("online"));
  await back;
  const pressed = wait(60_000, stop.signal);
  tryNow();
  await pressed;
  const stopping = wait(60_000, stop.signal).catch((reason: unknown) => reason);
  stop.abort();
  expect(await stopping).toBe(stop.signal.reason);
});
