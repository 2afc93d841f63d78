import { expect, test } from "vitest";
import { Problem } from "../../src/api/problem.ts";
import { sha256Hex } from "../../src/files/storage.ts";
import { type Hear, Refused, sent } from "../../src/goods/transfer.ts";
import { fileOf, Service, toolsOf, upload } from "./made.ts";

const TEN = "0123456789";
const lost = new Problem("storage");
const never = new AbortController().signal;

function sending(made = upload()) {
  const service = new Service(made);
  const tools = toolsOf(service);
  const news: Array<Parameters<Hear>[0]> = [];
  const go = (file = fileOf(TEN), from = made, signal: AbortSignal = never) =>
    sent("t1", file, from, { tools, hear: (it) => news.push(it), signal });
  return { service, tools, news, go };
}

const digestOf = async (text: string) => sha256Hex(await fileOf(text).arrayBuffer());

async function faultOf(act: Promise<unknown>): Promise<unknown> {
  const error = await act.catch((failed: unknown) => failed);
  return error instanceof Refused ? error.fault : error;
}

test("a large file goes in parts, each with its digest, and counts when all are there", async () => {
  const { service, news, go } = sending();
  expect((await go()).finished).toBe(true);
  expect([...service.parts].sort()).toEqual([
    [1, await digestOf("0123")],
    [2, await digestOf("4567")],
    [3, await digestOf("89")],
  ]);
  expect(news.flatMap(({ bytes }) => bytes ?? []).at(-1)).toBe(10);
});

test("a few parts are under way at once, and no more", async () => {
  const { service, go } = sending(upload({ size: 40 }));
  await go(fileOf(TEN.repeat(4)));
  expect(service.parts.size).toBe(10);
  expect(service.mostAtOnce).toBe(3);
});

test("after a reload only the parts go that are missing", async () => {
  const { service, news, go } = sending();
  service.parts.set(1, await digestOf("0123")).set(3, await digestOf("89"));
  await go(fileOf(TEN), upload({ arrived: { 1: await digestOf("0123"), 3: await digestOf("89") } }));
  expect(service.asked).toEqual(["link 2", "put 2", "complete"]);
  expect(news.map(({ bytes }) => bytes)).toContain(6);
});

test("another file of the same name and size is refused before anything of it is sent", async () => {
  const { service, go } = sending();
  const arrived = { 1: await digestOf("0123") };
  expect(await faultOf(go(fileOf("012X456789"), upload({ arrived })))).toBe("changed");
  expect(service.asked).toEqual([]);
});

test("a lost connection costs the part that was under way: it is waited for, longer each time, and sent by a fresh link", async () => {
  const { service, tools, news, go } = sending(upload({ size: 4 }));
  for (let n = 0; n < 7; n++) service.failing.push(["put 1", lost]);
  await go(fileOf("0123"));
  expect(tools.waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000]);
  expect(service.asked.filter((it) => it === "link 1")).toHaveLength(8);
  expect(news.filter((it) => it.lost).map((it) => it.lost?.code)).toEqual(Array(7).fill("storage"));
  expect(news.at(-1)).toEqual({ bytes: 4, lost: null });
});

test("a link that was too old is asked for anew at once", async () => {
  const { service, tools, go } = sending(upload({ size: 4 }));
  service.failing.push(["put 1", new Problem("link_refused", {}, 403)]);
  await go(fileOf("0123"));
  expect(service.asked).toEqual(["link 1", "put 1", "link 1", "put 1", "complete"]);
  expect(tools.waits).toEqual([]);
});

test("bytes that the storage refuses again and again are not those that were announced", async () => {
  const { service, go } = sending(upload({ size: 4 }));
  for (let n = 0; n < 3; n++) service.failing.push(["put 1", new Problem("bytes_refused", {}, 400)]);
  expect(await faultOf(go(fileOf("0123")))).toBe("changed");
});

test("whoever asks too often waits as long as they are told", async () => {
  const { service, tools, go } = sending();
  service.failing.push(["link 2", new Problem("too_many_attempts", { retry_after_s: 7 }, 429)]);
  await go();
  expect(tools.waits).toEqual([7_000]);
});

test("what the service misses in the end is sent again", async () => {
  const { service, go } = sending();
  service.failing.push(["complete", new Problem("not_uploaded", { parts: [2] }, 409)]);
  await go();
  expect(service.asked.filter((it) => it === "put 2")).toHaveLength(2);
  expect(service.asked.filter((it) => it === "put 1")).toHaveLength(1);
});

test("an upload that is gone says so, and any other refusal keeps its own words", async () => {
  for (const [problem, fault] of [
    [new Problem("not_found", {}, 404), "expired"],
    [new Problem("upload_gone", {}, 404), "expired"],
    [new Problem("forbidden", {}, 403), new Problem("forbidden", {}, 403)],
  ] as const) {
    const { service, go } = sending();
    service.failing.push(["put 2", problem]);
    expect(await faultOf(go())).toEqual(fault);
  }
});

test("a file that the browser lets nobody read any more is told apart: no other try reads it", async () => {
  const { go } = sending();
  const file = fileOf(TEN);
  file.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException("", "NotReadableError")) }) as Blob;
  expect(await faultOf(go(file))).toBe("unread");
});

test("a small file goes whole, by the link that it has, and by a fresh one after that", async () => {
  const whole = upload({ size: 3, part_bytes: null, link: { url: "1", headers: {} } });
  const { service, tools, go } = sending(whole);
  service.failing.push(["put 1", lost]);
  await go(fileOf("abc"), whole);
  expect(service.asked).toEqual(["put 1", "again", "put 1", "complete"]);
  expect(tools.waits).toEqual([1_000]);
});

test("what is stopped sends no further part", async () => {
  const { service, go } = sending(upload({ size: 40 }));
  const stop = new AbortController();
  let free = () => {};
  service.held = new Promise((done) => {
    free = done;
  });
  const going = go(fileOf(TEN.repeat(4)), undefined, stop.signal).catch((error: unknown) => error);
  await new Promise((done) => setTimeout(done, 5));
  stop.abort();
  free();
  expect(await going).toBe(stop.signal.reason);
  expect(service.parts.size).toBe(0);
});
