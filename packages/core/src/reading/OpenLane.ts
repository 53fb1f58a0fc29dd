/**
 * One listing of one connection for one scope: the unit that is read, fails and is resumed by itself.
 */
import { Array, Clock, Effect, Result, Schema, Stream } from "effect"
import type { HttpApiEndpoint } from "effect/http-api"
import type * as Cursor from "../model/Cursor.ts"
import * as Drift from "../telemetry/Drift.ts"
import type * as Listing from "../contract/Listing.ts"
import * as PageLoop from "../loop/PageLoop.ts"
import * as PageReader from "../decoding/PageReader.ts"
import { Progress, type RejectedRow, type Source } from "../telemetry/Progress.ts"
import { Horizon, horizonAt, type Order, type Query } from "../model/Query.ts"
import * as Reason from "../model/Reason.ts"
import * as RequestCodec from "./RequestCodec.ts"
import * as Rows from "./JobRows.ts"
import { ScanError } from "../model/ScanError.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import type { Session } from "./Session.ts"
import type { Reply, Request } from "../contract/Exchange.ts"
import { isLink } from "../contract/PageStrategy.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"
import * as ListingVerbs from "../contract/ListingVerbs.ts"

/** One page of a lane. */
export interface Page<out Job> {
  readonly source: Source
  /** Counted from 0. */
  readonly index: number
  /** The jobs that match the query, in the vendor's order. */
  readonly jobs: ReadonlyArray<Job>
  readonly rejected: ReadonlyArray<RejectedRow>
  /** Where to go on from after this page. */
  readonly next: Cursor.Cursor
}

/** A listing of a connection for one scope. */
export interface Lane<out Job, out E = never> {
  readonly source: Source
  /** The order of start time that the vendor promises. */
  readonly order: Order
  readonly pages: Stream.Stream<Page<Job>, ScanError | E>
}

/** The jobs of pages. */
export const jobs = <Job, E, R>(pages: Stream.Stream<Page<Job>, E, R>): Stream.Stream<Job, E, R> =>
  pages.pipe(
    Stream.map((page) => page.jobs),
    Stream.filter(Array.isReadonlyArrayNonEmpty),
    Stream.flattenArray
  )

/** A listing with everything that is made of its declaration alone, once for all runs. */
export interface Prepared {
  readonly name: string
  readonly verbs: ListingVerbs.ListingVerbs
  readonly endless: boolean
  readonly endpoint: HttpApiEndpoint.Top
  readonly codec: RequestCodec.RequestCodec
  readonly read: PageReader.PageReader
  readonly fields: ReadonlySet<string> | undefined
  readonly lookup: { readonly endpoint: string; readonly decode: PageReader.Decoder } | undefined
  readonly encodeScope: ((scope: unknown) => Schema.Json) | undefined
}

/** Prepares a listing. */
export const prepare = (name: string, listing: Listing.Any, written: ListingVerbs.ListingVerbs): Prepared => {
  const endpoint = PageReader.top(listing.endpoint(listing.row))
  const verbs = ListingVerbs.guarded(written)
  return {
    name,
    verbs,
    endless: listing.endless,
    endpoint,
    codec: RequestCodec.make(endpoint),
    read: PageReader.make(listing.row, listing.endpoint, verbs.rows),
    fields: Drift.fieldsOf(listing.row),
    lookup: listing.lookup === undefined ? undefined : lookupOf(PageReader.top(listing.lookup)),
    encodeScope: listing.scope === undefined ? undefined : scopeEncoder(listing.scope)
  }
}

/** Encodes scopes of this schema. */
export const scopeEncoder = (scope: Schema.Constraint): ((scope: unknown) => Schema.Json) =>
  Schema.encodeUnknownSync(jsonCodec(scope))

const lookupOf = (endpoint: HttpApiEndpoint.Top) => ({
  endpoint: endpoint.identifier,
  decode: PageReader.decoder(endpoint)
})

/** What the lanes of a run are made of. */
export interface Options<E> {
  readonly provider: string
  readonly connection: { readonly name: string }
  readonly listing: Prepared
  readonly session: Session<E>
  readonly query: Query
  readonly resume: Cursor.Finder
  /** How many pages of a lane are read at once, at most. */
  readonly pageConcurrency: number
}

/** What one lane is read for. */
export interface Scope {
  readonly scope: unknown
  /** The scope as JSON; `null` for a listing without scopes. */
  readonly encoded: Schema.Json
  /** The item that the scope was found by, if any. */
  readonly parent: unknown
}

/** The scope of a listing that has none. */
export const unscoped: Scope = { scope: undefined, encoded: null, parent: null }

/** The scopes that the connection itself names; one that is given twice is there once. */
export const namedScopes = ({ encodeScope, verbs }: Prepared, connection: object): ReadonlyArray<Scope> => {
  if (encodeScope === undefined) return [unscoped]
  const scopes = new Map<string, Scope>()
  for (const scope of verbs.scopes?.(connection) ?? []) {
    const encoded = VerbFailure.named("scopes", encodeScope)(scope)
    scopes.set(JSON.stringify(encoded), { scope, encoded, parent: null })
  }
  return [...scopes.values()]
}

/** The lane of a listing for a scope; `filter` is what the loop keeps of it, where that is not the query. */
export const make = <E>(
  options: Options<E>,
  { encoded: encodedScope, parent, scope }: Scope,
  filter = options.query
): Lane<ScanJob, E> => {
  const { connection, listing, pageConcurrency, query, session } = options
  const { codec, endpoint, lookup, verbs } = listing
  const { secrets } = session
  const encode = once(codec.encode)
  const follow = VerbFailure.named("next", codec.follow)
  const source: Source = {
    provider: options.provider,
    connection: connection.name,
    listing: listing.name,
    scope: encodedScope === null ? null : typeof encodedScope === "string" ? encodedScope : JSON.stringify(encodedScope)
  }
  const start = { connection, scope, parent, query }
  const place = { connection: connection.name, listing: source.listing, scope: encodedScope }
  const cursor = (request: Request | undefined, received: number): Cursor.Cursor => {
    const from = { ...place, request: request === undefined ? null : encode(request).json }
    return received === 0 ? from : { ...from, received }
  }
  const failure = (reason: Reason.Reason, request: Request, received: number) =>
    new ScanError({ ...source, resume: cursor(request, received), reason })
  const resumed = options.resume(place)
  const failed = (reason: Reason.Reason) => new ScanError({ ...source, resume: resumed ?? null, reason })
  const broken = (failure: VerbFailure.VerbFailure): Lane<ScanJob, E> => ({
    source,
    order: "none",
    pages: Stream.fromEffectDrain(Effect.mapError(VerbFailure.raise(failure, secrets), failed))
  })
  const begun = VerbFailure.attempt(
    () => ({
      order: verbs.order?.(start) ?? "none",
      first: resumed === undefined ? sendable(verbs.first(start), encode, "first") : undefined
    }),
    broken
  )
  if ("pages" in begun) return begun
  const { order } = begun
  if (resumed?.request === null) return { source, order, pages: Stream.empty }
  const first = begun.first === undefined ? codec.decode(resumed?.request ?? null) : Result.succeed(begun.first)
  if (Result.isFailure(first)) {
    const reason = new Reason.InvalidConnection({
      problems: [`the cursor to go on from does not fit the listing: ${first.failure}`]
    })
    return { source, order, pages: Stream.fail(failed(reason)) }
  }
  const malformed = (issue: string) =>
    new Reason.Malformed({ ...Reason.unknownAnswer, detail: secrets.scrub(issue), transient: false })

  const lookUp = Effect.gen(function* () {
    if (lookup === undefined || verbs.lookup === undefined) return null
    const ask = verbs.lookup
    const reply = yield* VerbFailure.attempt(() => session.ask(lookup.endpoint, ask(start)), raise)
    const body = lookup.decode(reply.body)
    return Result.isSuccess(body) ? body.success : yield* malformed(body.failure)
  }).pipe(
    Effect.catchIf(isUnknown, (reason) =>
      Effect.flatMap(Progress, (tell) =>
        Effect.as(tell({ _tag: "Noted", ...source, message: `${lookup?.endpoint}: ${reason.message}` }), null)
      )
    )
  )

  const normalise = Rows.normaliser(source)
  const pageOf = (request: Request, reply: Reply, { looked, span, watch }: Run) => {
    const page = listing.read(reply.body)
    if (Result.isFailure(page)) return Effect.fail(malformed(page.failure))
    const { body, rejected, rows } = page.success
    const context = { ...start, body, lookup: looked, span }
    const received = rows.length + rejected.length
    const total = verbs.total?.(body)
    const stated = PageLoop.isTotal(total) ? total : undefined
    const following = VerbFailure.attempt(
      () => {
        const next = verbs.next({ ...start, body, request, headers: reply.headers, rows, received, total: stated })
        const linked = next !== undefined && isLink(next)
        return { linked, next: linked ? follow(next, request, reply.url, secrets) : sendable(next, encode, "next") }
      },
      // The page itself is good.
      (failure) => ({ linked: false, next: VerbFailure.reasonOf(failure, secrets), failure })
    )
    const made = Rows.make(rows, verbs, context, normalise)
    const { idle, jobs } = made
    const mistake = "failure" in following ? following.failure : made.failed[0]?.failure
    const result: PageLoop.Read<Request, ScanJob> = {
      jobs,
      idle,
      several: jobs.length + idle.length + made.failed.length - rows.length,
      rejected: Rows.rejectedOf(rejected, made, rows).map(({ index, issue, path, raw }) => ({
        index,
        path,
        issue: secrets.scrub(issue),
        raw: secrets.scrubJson(raw)
      })),
      next: following.next,
      linked: following.linked,
      total,
      taken: () => {
        for (const row of rows) watch.row(row)
        for (const { state, vendorState } of jobs) if (state === "unknown") watch.unknownState(vendorState)
      }
    }
    const read = Effect.succeed(result)
    return mistake === undefined ? read : Effect.andThen(VerbFailure.log(mistake, secrets), read)
  }
  const raise = (failure: VerbFailure.VerbFailure) => VerbFailure.raise(failure, secrets)
  const read = (request: Request, run: Run) =>
    Effect.flatMap(session.ask(endpoint.identifier, request), (reply) =>
      VerbFailure.attempt(() => pageOf(request, reply, run), raise)
    )
  const nothing: PageLoop.Read<Request, ScanJob> = { jobs: [], rejected: [], next: undefined, total: undefined }
  const readOrSkip = (request: Request, run: Run) =>
    // What breaks off has had something to list.
    verbs.skips === undefined || resumed !== undefined || request !== first.success
      ? read(request, run)
      : Effect.catchIf(read(request, run), Reason.isRefusal, (reason) => {
          const note = VerbFailure.attempt(
            () => verbs.skips?.(reason, start),
            (failure) => failure
          )
          if (note instanceof VerbFailure.VerbFailure) return raise(note)
          return note === undefined
            ? Effect.fail(reason)
            : Effect.as(
                Effect.flatMap(Progress, (tell) => tell({ _tag: "Noted", ...source, message: secrets.scrub(note) })),
                nothing
              )
        })

  const isAhead = verbs.ahead !== undefined && pageConcurrency > 1 && order !== "descending"
  /** What a link adds, only the vendor knows how to change. */
  const foresee = (request: Request, next: Request) =>
    next.extra === undefined
      ? VerbFailure.attempt(
          () => verbs.ahead?.({ ...start, request, next }),
          () => undefined
        )
      : undefined

  const pages = Stream.unwrap(
    Effect.gen(function* () {
      const looked = yield* Effect.cached(lookUp)
      const tell = yield* Progress
      const watch = Drift.watch(listing.fields)
      const now = yield* Clock.currentTimeMillis
      const span = {
        from: query.from ?? now,
        until: query.until ?? query.horizon ?? horizonAt(query, yield* Horizon, now)
      }
      return PageLoop.pages({
        source,
        first: first.success,
        received: resumed?.received ?? 0,
        fingerprint: (request) => encode(request).text,
        read:
          lookup === undefined
            ? (request) => readOrSkip(request, { looked: null, span, watch })
            : (request) => Effect.flatMap(looked, (found) => readOrSkip(request, { looked: found, span, watch })),
        query: filter,
        order,
        endless: listing.endless,
        ahead: isAhead ? { concurrency: pageConcurrency, follow: foresee } : undefined,
        failure
      }).pipe(
        Stream.ensuring(
          Effect.suspend(() => {
            const drift = watch.found()
            return drift.length === 0 ? Effect.void : tell({ _tag: "Drifted", ...source, drift })
          })
        )
      )
    })
  ).pipe(
    Stream.map(({ index, jobs, next, received, rejected }): Page<ScanJob> => ({
      source,
      index,
      jobs,
      rejected,
      next: cursor(next, received)
    })),
    Stream.withSpan("scanjobs.listing", { attributes: { ...source }, captureStackTrace: false })
  )
  return { source, order, pages }
}

/** A refusal of a lookup leaves a name unknown; everything else could be otherwise a minute later, and fails the listing. */
const isUnknown = (error: unknown): error is Reason.VendorRejected | Reason.Malformed =>
  Reason.isReason(error) && (error._tag === "VendorRejected" || (error._tag === "Malformed" && !error.transient))

/** The request that a verb gives; one that its endpoint does not take throws here, where the verb is known. */
const sendable = <A extends Request | undefined>(
  request: A,
  encode: (request: Request) => Encoded,
  verb: string
): A => {
  if (request !== undefined) VerbFailure.named(verb, encode)(request)
  return request
}

/** A request as it is kept, and as it is compared. */
interface Encoded {
  readonly request: Request
  readonly json: Schema.Json
  readonly text: string
}

/** Looked at when it is made, compared, sent and kept as a cursor, a request is encoded once. Only the latest are asked for again. */
const once = (encode: (request: Request) => Schema.Json): ((request: Request) => Encoded) => {
  const latest: Array<Encoded> = []
  let next = 0
  return (request) => {
    // The latest first, and no closure: it is asked several times for each page.
    for (let back = 1; back <= latest.length; back++) {
      const one = latest[(next - back + rememberedRequests) % rememberedRequests]
      if (one?.request === request) return one
    }
    const json = encode(request)
    const encoded = { request, json, text: JSON.stringify(json) }
    latest[next] = encoded
    next = (next + 1) % rememberedRequests
    return encoded
  }
}

/** More than are read ahead by any provider's own choice. */
const rememberedRequests = 16

/** What the pages of one reading of a lane share. */
interface Run {
  readonly looked: unknown
  readonly span: { readonly from: number; readonly until: number }
  readonly watch: Drift.Watch
}

/** Wire schemas need no services, and their JSON form is JSON; a plugin's are held here as plain constraints. */
const jsonCodec = (schema: Schema.Constraint) =>
  Schema.toCodecJson(schema) as Schema.Constraint as Schema.Codec<unknown, Schema.Json>
