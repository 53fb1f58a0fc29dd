/**
 * Describes the machine of a measurement, without names or paths.
 */
import { cpus, loadavg, totalmem } from "node:os"

/** Facts of the machine and of the runtime. */
export interface Machine {
  readonly processors: number
  readonly processor: string
  readonly memoryGiB: number
  readonly platform: string
  readonly node: string
  /** The load average before the benchmark began. Above half the number of processors, other programs were running. */
  readonly load: number
}

/** This machine. */
export const here = (): Machine => ({
  processors: cpus().length,
  processor: cpus()[0]?.model.trim() ?? "unknown",
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  node: process.versions.node,
  load: Math.round((loadavg()[0] ?? 0) * 100) / 100
})
