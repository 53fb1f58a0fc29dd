/**
 * `got.paginate`, which checks nothing.
 */
import got from "got"
import type { Meter } from "../Meter.ts"
import { firstPageOf, type Target } from "../Target.ts"
import { signIn, type WireJob, type WirePage } from "./Floor.ts"

/** A job at a time. */
export const gotPaginate = async (target: Target, meter: Meter): Promise<void> => {
  const jobs = got.paginate<WireJob, WirePage>(firstPageOf(target), {
    headers: await signIn(target),
    responseType: "json",
    pagination: {
      // The default is 10,000, after which got stops silently.
      requestLimit: Number.POSITIVE_INFINITY,
      transform: ({ body }) => [...body.jobs],
      paginate: ({ response }) => (response.body.nextLink === null ? false : { url: new URL(response.body.nextLink) }),
      // Otherwise got keeps every job in memory.
      stackAllItems: false
    }
  })
  for await (const job of jobs) meter.job(job)
}
