/**
 * Loaded before a program that is not part of the benchmark; reports on its process when it exits.
 */
import { writeFileSync } from "node:fs"
import * as Report from "./Report.ts"

process.on("exit", () => {
  const file = process.env["SCANJOBS_BENCH_REPORT"]
  if (file !== undefined) writeFileSync(file, JSON.stringify(Report.end({ first: undefined, jobs: 0 })))
})
