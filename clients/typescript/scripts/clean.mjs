// Deletes what the last build wrote, so that a file nobody builds any more is not packed.
import { rm } from "node:fs/promises";

await rm(new URL("../dist", import.meta.url), { recursive: true, force: true });
