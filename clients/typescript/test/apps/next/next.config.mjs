import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

// The folder is inside another package; it is an app of its own.
const root = dirname(fileURLToPath(import.meta.url));

export default { turbopack: { root } };
