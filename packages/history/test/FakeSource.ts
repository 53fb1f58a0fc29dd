/**
 * A connection whose vendor is a function: what it lists at a time, in pages.
 */
import { type Cursor, type Lane, Listing, type ScanJob } from "@scanjobs/core"
import { Clock, Effect, Schema, Stream } from "effect"
import { HttpApiEndpoint } from "effect/http-api"
import type { LaneOptions, Source } from "../src/sync/Source.ts"

/** Why a fake vendor does not answer. */
export class Down extends Schema.TaggedError<Down>()("Down", {}) {
  readonly retryable = true
  override get message(): string {
    return "the vendor is down"
  }
}

/** What a vendor lists for one request. */
export interface Asked {
  readonly now: number
  readonly listing: string
  readonly from: number
  readonly until: number
}

/** A listing of a fake vendor. */
export interface FakeListing {
  readonly isPlan?: boolean
  readonly holds?: Listing.Holds
  readonly series?: string
  /** The scopes, where it has some. */
  readonly scopes?: () => ReadonlyArray<string>
  readonly jobs: (
    asked: Asked & { readonly scope: string | null }
  ) => ReadonlyArray<ScanJob.Fields & { readonly raw?: unknown }>
  /** How many rows of a page cannot be read. */
  readonly rejected?: () => number
  readonly onPage?: (index: number) => unknown
  /** After how many pages it fails, if it does. */
  readonly failsAfter?: (asked: Asked & { readonly scope: string | null }) => number | undefined
}

const endpoint = () => HttpApiEndpoint.get("rows", "/rows", { success: Schema.Array(Schema.Unknown) })

/** A connection `main` of the provider `fake`. */
export const make = (
  listings: Readonly<Record<string, FakeListing>>,
  pageSize = 100,
  connection = "main",
  identity = "account"
): Source<Down, never> => ({
  provider: "fake",
  connection,
  identity,
  concurrency: 1,
  listings: Object.fromEntries(
    Object.entries(listings).map(([name, { holds, isPlan, series }]) => [
      name,
      {
        ...Listing.make({
          row: Schema.Unknown,
          endpoint,
          endless: isPlan === true,
          ...(holds === undefined ? {} : { holds })
        }),
        series
      }
    ])
  ),
  lanes: (query, options) =>
    Stream.unwrap(
      Effect.map(Clock.currentTimeMillis, (now) => {
        const [name] = options.listings
        const listing = listings[name]
        if (listing === undefined) return Stream.empty
        const scopes = listing.scopes?.() ?? [null]
        return Stream.fromIterable(
          scopes.map((scope) => laneOf(connection, name, listing, scope, { query, options, now, pageSize }))
        )
      })
    )
})

interface Run {
  readonly query: { readonly from?: number | undefined; readonly until?: number | undefined }
  readonly options: LaneOptions
  readonly now: number
  readonly pageSize: number
}

const laneOf = (
  connection: string,
  name: string,
  listing: FakeListing,
  scope: string | null,
  { now, options, pageSize, query }: Run
): Lane.Lane<ScanJob.ScanJob, Down> => {
  const source = { provider: "fake", connection, listing: name, scope }
  const from = options.since?.({ listing: name, scope }) ?? query.from ?? Number.NEGATIVE_INFINITY
  const asked = { now, listing: name, scope, from, until: query.until ?? Number.POSITIVE_INFINITY }
  const prefix = ["fake", connection, name, ...(scope === null ? [] : [scope])].map(encodeURIComponent)
  const jobs = listing
    .jobs(asked)
    .filter(({ startTime = null }) => startTime === null || (startTime >= from && startTime < asked.until))
    .map((fields) => jobOf(source, prefix.join("/"), fields))
  const resume = options.resume.find((cursor) => cursor.listing === name && cursor.scope === scope)
  const first = typeof resume?.request === "number" ? resume.request : 0
  const count = Math.max(1, Math.ceil(jobs.length / pageSize))
  const failsAfter = listing.failsAfter?.(asked)
  const pages = Stream.range(first, Math.min(count, failsAfter ?? count) - 1).pipe(
    Stream.map((index): Lane.Page<ScanJob.ScanJob> => {
      listing.onPage?.(index)
      const bad = listing.rejected?.() ?? 0
      const rejected = Array.from({ length: bad }, (_, row) => ({ index: row, path: "", issue: "broken", raw: null }))
      const request = index === count - 1 && failsAfter === undefined ? null : index + 1
      const next: Cursor.Cursor = { connection, listing: name, scope, request }
      return { source, index, jobs: jobs.slice(index * pageSize, (index + 1) * pageSize), rejected, next }
    })
  )
  return {
    source,
    order: "none",
    pages: failsAfter === undefined ? pages : Stream.concat(pages, Stream.fail(new Down()))
  }
}

const jobOf = (
  source: Lane.Lane<ScanJob.ScanJob>["source"],
  prefix: string,
  fields: ScanJob.Fields & { readonly raw?: unknown }
): ScanJob.ScanJob => ({
  definitionId: null,
  name: null,
  detail: null,
  progress: null,
  startTime: null,
  finishTime: null,
  link: null,
  raw: { id: fields.vendorId },
  ...fields,
  ...source,
  id: `${prefix}/${fields.vendorId}`
})
