import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../ports.js";
import { exampleCalls } from "./contract.js";

let prism: ChildProcess;
let url: string;

beforeAll(async () => {
  const script = fileURLToPath(new URL("../../scripts/mock.mjs", import.meta.url));
  prism = spawn(process.execPath, [script, "--host", "127.0.0.1", "--port", await freePort()], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  url = await new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const address = /listening on (http\S+:[1-9]\d*)/i.exec(said)?.[1];
      if (address) resolve(address);
    };
    prism.stdout?.on("data", listen);
    prism.stderr?.on("data", listen);
    prism.once("close", () => reject(new Error(said)));
  });
});

afterAll(() => void prism.kill());

const calls = await exampleCalls();

test("there is a call for every operation", () => {
  expect(new Set(calls.map((call) => call.operationId)).size).toBeGreaterThan(70);
});

test.each(calls)("$operationId answers $status from its example", async ({ method, path, headers, body, status, mediaType, answer }) => {
  const response = await fetch(url + path, { method, headers, body });
  const text = await response.text();
  expect(response.status, text).toBe(status);
  expect(response.headers.get("content-type")?.split(";")[0] ?? null).toBe(mediaType);
  if (mediaType === "text/event-stream") expect(eventData(text)).toEqual(answer);
  else expect(text === "" ? null : JSON.parse(text)).toEqual(answer);
});

/** The data of the one event of a stream. */
function eventData(text: string): object {
  const [, type, data] = /^event: (\S+)\ndata: (.*)\n\n$/.exec(text) ?? [];
  const event = JSON.parse(data ?? "null") as { type: string };
  expect(event.type).toBe(type);
  return event;
}
