// Writes src/generated from ../../openapi.yaml: the types with openapi-typescript, then one function per operation and the
// names that are checked at run time. What it cannot express is an error, so that the contract never says more than the
// client does.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";
import { parse } from "yaml";

const contract = parse(await readFile(new URL("../../../openapi.yaml", import.meta.url), "utf8"));
const out = new URL("../src/generated/", import.meta.url);
const banner = "// Written by scripts/generate.mjs from openapi.yaml. Do not edit.\n\n";

/** The headers of requests the client can set, by the name they have in the input of an operation. */
const inputNames = {
  "Idempotency-Key": "idempotencyKey",
  "If-Match": "ifMatch",
  "If-None-Match": "ifNoneMatch",
  "Last-Event-ID": "lastEventId",
  Prefer: "prefer",
};

function resolve(value) {
  while (value?.$ref) {
    value = value.$ref
      .slice(2)
      .split("/")
      .reduce((at, key) => at[key], contract);
  }
  return value;
}

function* operations() {
  for (const [path, item] of Object.entries(contract.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (method === "parameters") continue;
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
      yield { path, method: method.toUpperCase(), operation, parameters };
    }
  }
}

/**
 * Makes what only documents out of the contract: bodies' examples, and `allOf` around one reference, which is how OpenAPI
 * 3.0 makes a reference nullable. As an intersection it would take the discriminator off a union.
 */
function simplified(value) {
  if (Array.isArray(value)) return value.map(simplified);
  if (value === null || typeof value !== "object") return value;
  const result = {};
  for (const [key, inner] of Object.entries(value)) {
    if ("schema" in value && !("in" in value) && (key === "example" || key === "examples")) continue;
    result[key] = simplified(inner);
  }
  if (Array.isArray(result.allOf) && result.allOf.length === 1 && result.allOf[0].$ref) {
    const { allOf, type: _, ...rest } = result;
    return { ...rest, oneOf: allOf };
  }
  return result;
}

async function types() {
  const ast = await openapiTS(simplified(contract), {
    alphabetize: false,
    // A default is what the server takes for what was left out; requests need not name it.
    defaultNonNullable: false,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    silent: true,
  });
  const dropped = new Set(["paths", "webhooks", "$defs"]);
  const withoutIndex = (context) => {
    const visit = (node) =>
      ts.isIndexSignatureDeclaration(node) && node.type.kind === ts.SyntaxKind.UnknownKeyword
        ? undefined // headers nobody declared
        : ts.visitEachChild(node, visit, context);
    return visit;
  };
  const kept = ast
    .filter((node) => !dropped.has(node.name?.text))
    .map((node) => ts.transform(node, [withoutIndex]).transformed[0]);
  await writeFile(new URL("schema.ts", out), banner + astToString(kept));
}

function documentation({ summary, description }) {
  const words = description.replace(/\s+/g, " ").trim().split(" ");
  const lines = [""];
  for (const word of words) {
    const line = lines.at(-1);
    if (line.length + word.length > 108) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return ["/**", ` * ${summary}.`, " *", ...lines.map((line) => ` * ${line}`), " */"].join("\n");
}

/** The names of a union's members, by its discriminator. */
function eventTypes(schema) {
  return Object.keys(resolve(schema).discriminator.mapping);
}

function declaration({ path, method, operation, parameters }) {
  const id = operation.operationId;
  const names = parameters.map((parameter) =>
    parameter.in === "header" ? inputNames[parameter.name] : parameter.name,
  );
  if (names.includes(undefined)) throw new Error(`${id}: a header has no name in inputNames`);
  if (new Set([...names, "body"]).size !== names.length + 1) throw new Error(`${id}: two parameters have one name`);
  const [success, ...others] = Object.entries(operation.responses).filter(([status]) => status < 300);
  const media = Object.keys(resolve(success[1]).content ?? {});
  const name = JSON.stringify(id);
  if (media.includes("text/event-stream")) {
    if (method !== "GET" || others.length > 0) throw new Error(`${id}: a stream is a GET with one answer`);
    const events = eventTypes(resolve(success[1]).content["text/event-stream"].schema);
    return `export const ${id}: StreamOperation<${name}> = /* @__PURE__ */ stream(${JSON.stringify(path)}, ${JSON.stringify(events)});`;
  }
  const body = resolve(operation.requestBody);
  if (body && !body.content["application/json"]) throw new Error(`${id}: the body is not JSON`);
  const session = resolve(resolve(success[1]).content?.["application/json"]?.schema)?.properties?.access_token;
  const traits = {
    ...(operation["x-access"] === "public" && { open: true }),
    ...(names.includes("idempotencyKey") && { keyed: true }),
    ...(session && { session: "begins" }),
    ...(id === "logout" && { session: "ends" }),
  };
  const last = Object.keys(traits).length > 0 ? `, ${JSON.stringify(traits)}` : "";
  return `export const ${id}: Operation<${name}> = /* @__PURE__ */ operation(${JSON.stringify(method)}, ${JSON.stringify(path)}${last});`;
}

async function functions() {
  const declarations = [...operations()].map((entry) => `${documentation(entry.operation)}\n${declaration(entry)}\n`);
  const imports =
    'import { type Operation, operation } from "../operation.js";\nimport { type StreamOperation, stream } from "../stream.js";\n\n';
  await writeFile(new URL("operations.ts", out), banner + imports + declarations.join("\n"));
}

async function names() {
  const codes = contract.components.schemas.ProblemCode.enum;
  const text = `import type { ProblemCode } from "./schema.js";

/** Every code a problem can have. */
export const problemCodes: readonly ProblemCode[] = ${JSON.stringify(codes, null, 2)};
`;
  await writeFile(new URL("names.ts", out), banner + text);
}

await Promise.all([types(), functions(), names()]);
