import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import ts from "typescript";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const dist = join(root, "dist");

async function declarations(): Promise<string[]> {
  return (await readdir(dist, { recursive: true })).filter((name) => name.endsWith(".d.ts"));
}

/** The places of a declaration file that say `any` or `unknown`. */
function loose(name: string, text: string): string[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword || node.kind === ts.SyntaxKind.UnknownKeyword) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${name}:${line + 1}: ${node.parent.getText()}`);
    }
    // A parameter or property without a type is an any too.
    if ((ts.isParameter(node) || ts.isPropertySignature(node) || ts.isVariableDeclaration(node)) && !node.type) {
      found.push(`${name}: ${node.getText()} has no type`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test("nothing public is any or unknown", async () => {
  expect(loose("probe.d.ts", "export declare function f(a: any, b): unknown;")).toHaveLength(3);
  const names = await declarations();
  expect(names).toContain("index.d.ts");
  const found = await Promise.all(names.map(async (name) => loose(name, await readFile(join(dist, name), "utf8"))));
  expect(found.flat()).toEqual([]);
});

test("no type of the contract is hidden by one of ours", async () => {
  const schema = await readFile(join(dist, "generated/schema.d.ts"), "utf8");
  const generated = [...schema.matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, name]) => name);
  expect(generated.length).toBeGreaterThan(100);
  const index = await readFile(join(dist, "index.d.ts"), "utf8");
  const ours = [...index.matchAll(/\b[A-Z]\w+/g)].map(([name]) => name);
  expect(generated.filter((name) => ours.includes(name!))).toEqual([]);
});

/** The bundle of an entry that uses the package, minified. */
async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: root },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}

test("all of it, with what it depends on, is under 12 kB gzipped", async () => {
  const all = gzipSync(await bundle('export * from "@lattice-money/client";'), { level: 9 }).length;
  console.log(`the package is ${all} bytes gzipped`);
  expect(all).toBeLessThan(12 * 1024);
});

test("a bundle holds only what it uses", async () => {
  expect(await bundle('import "@lattice-money/client";')).toBe("");
  const money = await bundle('export { formatMoney } from "@lattice-money/client";');
  expect(money).toContain("NumberFormat");
  expect(money).not.toContain("fetch");
  const call = await bundle('export { createClient, getSession } from "@lattice-money/client";');
  expect(call).toContain("/api/session");
  expect(call).not.toMatch(/\/api\/chats|text\/event-stream|NumberFormat/);
});
