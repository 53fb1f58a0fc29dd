/**
 * The programs that are measured, each loaded only where it is run.
 */
import type { Meter } from "../Meter.ts"
import type { Target } from "../Target.ts"

/** Lists all jobs of the target. */
export type Program = (target: Target, meter: Meter) => Promise<void>

/** The programs, by the names in stored results. */
export const programs = {
  floor: async () => (await import("./Floor.ts")).floor,
  "by-hand-pages": async () => (await import("./ByHand.ts")).byHandPages,
  "by-hand-jobs": async () => (await import("./ByHand.ts")).byHandJobs,
  "effect-client": async () => (await import("./EffectClient.ts")).effectClient,
  got: async () => (await import("./Got.ts")).gotPaginate,
  octokit: async () => (await import("./Octokit.ts")).octokitPaginate,
  pages: async () => (await import("./Ours.ts")).oursPages,
  jobs: async () => (await import("./Ours.ts")).oursJobs,
  "jobs-each": async () => (await import("./Ours.ts")).oursEach,
  catalog: async () => (await import("./Ours.ts")).oursCatalog,
  parallel: async () => (await import("./Ours.ts")).oursParallel,
  connections: async () => (await import("./Ours.ts")).oursConnections,
  sync: async () => (await import("./History.ts")).historySync,
  "sync-without-raw": async () => (await import("./History.ts")).historySyncWithoutRaw,
  "floor-lines": async () => (await import("./Lines.ts")).floorLines
} satisfies Record<string, () => Promise<Program>>

/** The name of a program. */
export type Name = keyof typeof programs

/** The title of each program. */
export const titles: Readonly<Record<Name, string>> = {
  floor: "undici and `JSON.parse` (the floor)",
  "by-hand-pages": "undici, zod and normalising by hand, pages",
  "by-hand-jobs": "undici, zod and normalising by hand, jobs",
  "effect-client": "Effect's `HttpClient` in a loop, unchecked",
  got: "`got.paginate`, unchecked",
  octokit: "`octokit.paginate`, unchecked",
  pages: "`AvePoint.pages`",
  jobs: "`AvePoint.jobs`",
  "jobs-each": "`AvePoint.jobs`, an effect for each job",
  catalog: "`Catalog` of AvePoint and DigiCert",
  parallel: "`AvePoint.jobs`, 8 pages at once",
  connections: "`Catalog` of many connections",
  sync: "`Sync` into a store",
  "sync-without-raw": "`Sync` into a store without rows",
  "floor-lines": "the floor, normalised, as lines of JSON"
}
