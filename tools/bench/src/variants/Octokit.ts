/**
 * `octokit.paginate`, over the same jobs behind a `Link` header; it checks nothing.
 */
import { Octokit } from "@octokit/core"
import { paginateRest } from "@octokit/plugin-paginate-rest"
import type { Meter } from "../Meter.ts"
import { baseUrlOf, type Target } from "../Target.ts"
import { signIn, type WireJob } from "./Floor.ts"

const Client = Octokit.plugin(paginateRest)

/** A page at a time. */
export const octokitPaginate = async (target: Target, meter: Meter): Promise<void> => {
  const { authorization } = await signIn(target)
  const client = new Client({ baseUrl: baseUrlOf(target), request: { headers: { authorization } } })
  const pages = client.paginate.iterator<ReadonlyArray<WireJob>>({
    method: "GET",
    url: "/link/jobs",
    per_page: target.pageSize
  })
  for await (const { data } of pages) meter.page(data.flat())
}
