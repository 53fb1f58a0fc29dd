/**
 * The engines that are compared, by name.
 */
import type { Engine } from "./Engine.ts"

/** Loads an engine. */
export const engines = {
  "scanjobs fleet": async (): Promise<Engine> => (await import("./Fleet.ts")).engine,
  lease: async (): Promise<Engine> => (await import("./Lease.ts")).engine,
  "effect PersistedQueue": async (): Promise<Engine> => (await import("./EffectQueue.ts")).engine,
  "pg-boss": async (): Promise<Engine> => (await import("./Boss.ts")).engine,
  "graphile-worker": async (): Promise<Engine> => (await import("./GraphileWorker.ts")).engine,
  "effect Cluster": async (): Promise<Engine> => (await import("./Cluster.ts")).engine
}

/** The name of an engine. */
export type Name = keyof typeof engines
