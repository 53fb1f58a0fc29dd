/**
 * A JSON object a line on standard output, in the least that it takes; beside it, the command line's own.
 */
import type { Meter } from "../Meter.ts"
import type { Target } from "../Target.ts"
import { normalise } from "./ByHand.ts"
import { pages, type WirePage } from "./Floor.ts"

/** Asks, parses, normalises unchecked, writes. */
export const floorLines = async (target: Target, meter: Meter): Promise<void> => {
  for await (const page of pages(target)) {
    const jobs = (page as WirePage).jobs.map(normalise)
    let text = ""
    for (const job of jobs) text += `${JSON.stringify(job)}\n`
    if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once("drain", resolve))
    meter.page(jobs)
  }
}
