// Starts a mock server that answers every operation from the examples of ../../openapi.yaml, with Prism:
// `npm run mock -- --port 4010`. Prism writes objects as JSON alone, so the examples of streams are given to it as the text
// of one event.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

const contract = parse(await readFile(new URL("../../../openapi.yaml", import.meta.url), "utf8"));
for (const item of Object.values(contract.paths)) {
  const media = item.get?.responses["200"]?.content?.["text/event-stream"];
  if (!media) continue;
  media.example = `event: ${media.example.type}\ndata: ${JSON.stringify(media.example)}\n\n`;
  media.schema = { type: "string" };
}

const folder = await mkdtemp(join(tmpdir(), "lattice-mock-"));
const file = join(folder, "openapi.json");
await writeFile(file, JSON.stringify(contract));
const cli = createRequire(import.meta.url).resolve("@stoplight/prism-cli/dist/index.js");
const prism = spawn(process.execPath, [cli, "mock", ...process.argv.slice(2), file], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => prism.kill(signal));
prism.once("close", async (code) => {
  await rm(folder, { recursive: true, force: true });
  process.exitCode = code ?? 0;
});
