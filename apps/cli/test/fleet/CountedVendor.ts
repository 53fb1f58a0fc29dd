/**
 * The vendor of `CountedProvider`: it keeps a record of each request, and its runs end at times that a test chooses.
 */
import { Effect, type Scope } from "effect"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { pageSize } from "./CountedProvider.ts"

/** One request. Times are epoch milliseconds. */
export interface Asked {
  readonly account: string
  readonly page: number
  readonly at: number
}

/** A vendor that runs. */
export interface CountedVendor {
  readonly url: string
  readonly asked: ReadonlyArray<Asked>
}

/** What a vendor is made from. */
export interface Options {
  /** How many runs each account has. */
  readonly runs: number
  /** How long it takes to answer, in milliseconds. */
  readonly latency: number
  /** When a run ends, in epoch milliseconds. */
  readonly endOf: (account: string, run: number) => number
}

/** Serves it until the scope ends. */
export const serve = ({ endOf, latency, runs }: Options): Effect.Effect<CountedVendor, never, Scope.Scope> =>
  Effect.gen(function* () {
    const asked: Array<Asked> = []
    const begun = Date.now() - 3_600_000
    const server = createServer((request, response) => {
      const query = new URL(request.url ?? "", "http://vendor").searchParams
      const account = query.get("account") ?? ""
      const page = Number(query.get("page"))
      const at = Date.now()
      asked.push({ account, page, at })
      const rows = Array.from({ length: runs }, (_, run) => ({
        id: `run ${run}`,
        at: begun + run * 1000,
        over: endOf(account, run) <= at
      }))
      const body = JSON.stringify({
        runs: rows.slice(page * pageSize, (page + 1) * pageSize),
        pages: Math.ceil(runs / pageSize)
      })
      setTimeout(() => {
        response.writeHead(200, { "content-type": "application/json" })
        response.end(body)
      }, latency)
    })
    yield* Effect.acquireRelease(
      Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
      () =>
        Effect.sync(() => {
          server.closeAllConnections()
          server.close()
        })
    )
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
  })

/** The windows of an account's requests that had more than it may ask for: how many requests each had. */
export const overQuota = (
  asked: ReadonlyArray<Asked>,
  { millis, requests }: { readonly requests: number; readonly millis: number }
): ReadonlyArray<string> =>
  [...Map.groupBy(asked, ({ account }) => account)].flatMap(([account, all]) => {
    const times = all.map(({ at }) => at).toSorted((a, b) => a - b)
    return times.flatMap((time, index) => {
      const first = times[index - requests]
      return first !== undefined && time - first < millis ? [`${account}: ${requests + 1} in ${time - first} ms`] : []
    })
  })
