/**
 * Writes one JSON object per line to standard output, with the least code; the comparison for the command line.
 */
import type { Meter } from "../Meter.ts"
import type { Target } from "../Target.ts"
import { normalise } from "./ByHand.ts"
import { pages, type WirePage } from "./Floor.ts"

/** Requests, parses, normalises without checks, writes. */
export const floorLines = async (target: Target, meter: Meter): Promise<void> => {
  for await (const page of pages(target)) {
    const jobs = (page as WirePage).jobs.map(normalise)
    let text = ""
    for (const job of jobs) text += `${JSON.stringify(job)}\n`
    if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once("drain", resolve))
    meter.page(jobs)
  }
}
