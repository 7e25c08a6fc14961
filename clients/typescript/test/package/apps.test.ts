import { execFile, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from "vitest";
import { freePort } from "../ports.js";
import { somebody } from "../service/people.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", CI: "1" };

let folder: string;
let tarball: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lattice-pack-"));
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: root });
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  const paths = packed!.files.map((file) => file.path);
  expect(paths).toEqual(expect.arrayContaining(["package.json", "README.md", "LICENSE", "dist/index.js", "dist/index.d.ts"]));
  expect(paths.filter((path) => !/^(package\.json|README\.md|LICENSE|dist\/[\w./]+\.(js|d\.ts))$/.test(path))).toEqual([]);
  tarball = join(folder, packed!.filename);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Installs the packed package in an app and builds it; `make client` has installed the rest by the app's lock file. */
async function build(app: string): Promise<string> {
  const cwd = join(root, "test/apps", app);
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  await rm(join(cwd, "node_modules/@lattice-money"), { recursive: true, force: true });
  await run("npm", ["install", "--no-save", "--no-package-lock", ...quiet, tarball], { cwd, env });
  await run("npm", ["run", "build"], { cwd, env }).catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`${app} does not build:\n${error.stdout}\n${error.stderr}`);
  });
  return cwd;
}

test("an empty Vite app builds with it", async () => {
  const assets = join(await build("vite"), "dist/assets");
  const scripts = (await readdir(assets)).filter((name) => name.endsWith(".js"));
  expect(scripts).toHaveLength(1);
  const script = await readFile(join(assets, scripts[0]!), "utf8");
  expect(script).toContain("/api/events");
  expect(script).not.toContain("/api/settings"); // nobody asked for it
});

// Next.js's own declarations do not pass without skipLibCheck; ours are held to that by the compilers' tests.
test("an empty Next.js app builds with it, and its server component reads from the service", async () => {
  const cwd = await build("next");
  const port = await freePort();
  const next = spawn(process.execPath, ["node_modules/next/dist/bin/next", "start", "--hostname", "127.0.0.1", "--port", port], {
    cwd,
    env: { ...env, LATTICE_URL: inject("url") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => next.once("close", resolve));
  onTestFinished(async () => {
    next.kill();
    await ended;
  });
  await new Promise<void>((resolve, reject) => {
    let said = "";
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      if (/Ready in/.test(said)) resolve();
    };
    next.stdout.on("data", listen);
    next.stderr.on("data", listen);
    next.once("close", () => reject(new Error(said)));
  });
  const page = async (headers: Record<string, string>) => (await fetch(`http://127.0.0.1:${port}/`, { headers })).text();
  const dana = await somebody();
  const signedIn = await page({ cookie: `token=${dana.answer.access_token}` });
  expect(signedIn).toMatch(/Hello (<!-- -->)?Dana Kim/);
  expect(signedIn).toMatch(/KWD\s1\.234/);
  expect(signedIn.match(/<li>/g)).toHaveLength(3);
  expect(await page({})).toMatch(/Hello (<!-- -->)?nobody/);
});
