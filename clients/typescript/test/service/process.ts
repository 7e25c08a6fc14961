import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const binary = fileURLToPath(new URL("../../../../bin/lattice", import.meta.url));

/** A folder for a service's data, which its database's own user can reach too. */
export async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lattice-client-"));
  await chmod(folder, 0o755);
  return folder;
}

/** A running service with a database of its own. */
export class Service {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly ended: Promise<void>,
  ) {}

  /** Starts one, and resolves once it says that it is ready. */
  static async start(folder: string, address = "127.0.0.1:0"): Promise<Service> {
    const child = spawn(binary, ["serve"], {
      env: { PATH: process.env["PATH"], ENVIRONMENT: "test", HTTP_ADDR: address, DATA_DIR: folder, SEED_DEMO: "false" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const url = await new Promise<string>((resolve, reject) => {
      const listen = (chunk: Buffer) => {
        said += chunk.toString();
        const url = /^ *URL +(http\S+)$/m.exec(said)?.[1];
        if (url) resolve(url);
      };
      child.stdout.on("data", listen);
      child.stderr.on("data", listen);
      child.once("error", (cause) => reject(new Error(`${binary} does not start; make build makes it`, { cause })));
      child.once("close", (code) => reject(new Error(`the service ended with ${code}:\n${said}`)));
    });
    return new Service(url, child, ended);
  }

  /** Stops it in order, database and all. */
  async stop(): Promise<void> {
    this.child.kill("SIGTERM");
    await this.ended;
  }
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
