import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(import.meta.url);

/** A project that has the built package installed, the consumer of this folder, and the examples of the README. */
let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "lattice-consumer-"));
  const installed = join(project, "node_modules/@lattice-money/client");
  await mkdir(installed, { recursive: true });
  await cp(join(root, "dist"), join(installed, "dist"), { recursive: true });
  await cp(join(root, "package.json"), join(installed, "package.json"));
  await mkdir(join(project, "node_modules/@types"));
  await symlink(join(root, "node_modules/@types/node"), join(project, "node_modules/@types/node"));
  await symlink(join(root, "node_modules/undici-types"), join(project, "node_modules/undici-types"));
  await writeFile(join(project, "package.json"), '{ "type": "module" }');
  await cp(join(root, "test/consumer/exhaustive.ts"), join(project, "exhaustive.ts"));
  const examples = [...(await readFile(join(root, "README.md"), "utf8")).matchAll(/^```ts\n(.*?)^```$/gms)];
  expect(examples.length).toBeGreaterThan(1);
  await Promise.all(examples.map(([, text], i) => writeFile(join(project, `readme${i}.ts`), text!)));
});

afterAll(() => rm(project, { recursive: true, force: true }));

const compilers = [
  { name: "the oldest supported", packageName: "typescript-5.0" },
  { name: "5", packageName: "typescript" },
  { name: "the newest", packageName: "typescript-7" },
];
const platforms = [
  { platform: "a browser", lib: ["ES2022", "DOM", "DOM.Iterable"], types: [], module: "ESNext", moduleResolution: "bundler", include: ["*.ts"] },
  // Without the DOM, as on a server; the first example of the README is one of a page.
  { platform: "Node.js", lib: ["ES2022"], types: ["node"], module: "NodeNext", moduleResolution: "NodeNext", include: ["exhaustive.ts", "readme1.ts"] },
];

test.each(compilers.flatMap((compiler) => platforms.map((platform) => ({ ...compiler, ...platform }))))(
  "it compiles under TypeScript $name for $platform, libraries checked",
  async ({ packageName, platform, include, ...options }) => {
    const { name: _, ...given } = options;
    const config = join(project, `${packageName} ${platform}.json`);
    const compilerOptions = {
      ...given,
      target: "ES2022",
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
    };
    await writeFile(config, JSON.stringify({ compilerOptions, include }));
    const compiler = join(dirname(require.resolve(`${packageName}/package.json`)), "bin/tsc");
    const said = await run(process.execPath, [compiler, "-p", config]).then(
      () => "",
      (error: { stdout: string; message: string }) => error.stdout || error.message,
    );
    expect(said).toBe("");
  },
);
