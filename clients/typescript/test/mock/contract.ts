import { readFile } from "node:fs/promises";
import { parse } from "yaml";

const contractFile = new URL("../../../../openapi.yaml", import.meta.url);

/** A schema, parameter, response or media type, as far as it matters here. */
interface Node {
  $ref?: string;
  name?: string;
  in?: "path" | "query" | "header";
  required?: boolean;
  example?: object | string | number | boolean;
  examples?: Record<string, Node>;
  value?: object;
  content?: Record<string, Node>;
  schema?: { default?: string };
}

interface OperationNode {
  operationId: string;
  parameters?: Node[];
  requestBody?: Node;
  responses: Record<string, Node>;
}

interface Contract {
  paths: Record<string, Record<string, OperationNode> & { parameters?: Node[] }>;
  components: Record<string, Record<string, Node>>;
}

/** One success of an operation: what to ask, all of it from examples, and the example of the answer. */
export interface ExampleCall {
  operationId: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | null;
  status: number;
  mediaType: string | null;
  answer: object | null;
}

function example(node: Node | undefined, contract: Contract): Node["example"] {
  if (node?.example !== undefined) return node.example;
  const [first] = Object.values(node?.examples ?? {});
  return first && resolve(first, contract).value;
}

function resolve(node: Node, contract: Contract): Node {
  if (!node.$ref) return node;
  const [, , kind, name] = node.$ref.split("/");
  const target = contract.components[kind!]?.[name!];
  if (!target) throw new Error(`${node.$ref} is not there`);
  return resolve(target, contract);
}

/** Every success of every operation. */
export async function exampleCalls(): Promise<ExampleCall[]> {
  const contract = parse(await readFile(contractFile, "utf8")) as Contract;
  const calls: ExampleCall[] = [];
  const credentials: Record<string, string> = { Authorization: "Bearer example" };
  for (const scheme of Object.values(contract.components["securitySchemes"] ?? {})) {
    if (scheme.name && scheme.in === "header") credentials[scheme.name] = "example";
  }
  for (const [template, { parameters: common = [], ...methods }] of Object.entries(contract.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      let path = template;
      const headers = { ...credentials };
      for (const parameter of [...common, ...(operation.parameters ?? [])].map((node) => resolve(node, contract))) {
        const text = String(parameter.example);
        if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(text));
        if (parameter.in === "query" && parameter.required) path += `?${parameter.name}=${encodeURIComponent(text)}`;
      }
      const request = operation.requestBody && resolve(operation.requestBody, contract).content?.["application/json"];
      if (request) headers["Content-Type"] = "application/json";
      for (const [status, node] of Object.entries(operation.responses)) {
        if (Number(status) >= 300) continue;
        const [mediaType, answer] = Object.entries(resolve(node, contract).content ?? {})[0] ?? [null, undefined];
        calls.push({
          operationId: operation.operationId,
          method: method.toUpperCase(),
          path,
          headers: { ...headers, ...(mediaType && { Accept: mediaType }), Prefer: `code=${status}` },
          body: request ? JSON.stringify(example(request, contract)) : null,
          status: Number(status),
          mediaType,
          answer: answer ? (example(answer, contract) as object) : null,
        });
      }
    }
  }
  return calls;
}
