import type { TestProject } from "vitest/node";
import { dataFolder, removeFolder, Service } from "./process.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the service of this run is. */
    url: string;
  }
}

/** One service for all test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await dataFolder();
  const service = await Service.start(folder);
  project.provide("url", service.url);
  return async () => {
    await service.stop();
    await removeFolder(folder);
  };
}
