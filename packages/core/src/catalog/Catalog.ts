/**
 * Several providers as one: the connections of all of them, read concurrently, as one stream.
 *
 * **Example** (two providers, one stream)
 *
 * ```ts
 * import { Catalog, type Provider } from "@scanjobs/core"
 * import { Console, Stream } from "effect"
 *
 * declare const first: Provider.Provider<"first", {}, {}>
 * declare const second: Provider.Provider<"second", {}, {}>
 *
 * export const program = Catalog.make(first, second)
 *   .jobs([{ provider: "first", name: "a" }, { provider: "second", name: "b" }], { states: ["failed"] })
 *   .pipe(Stream.runForEach((job) => Console.log(job)))
 * ```
 */
import { type Cause, Effect, Schema, Stream } from "effect"
import { everything, type Input } from "../model/Query.ts"
import type { Encoded } from "../model/ScanJob.ts"
import type * as Provider from "../provider/Provider.ts"
import * as QueryCheck from "../provider/QueryCheck.ts"
import * as Lane from "../reading/Lane.ts"
import * as SortedMerge from "./SortedMerge.ts"

/**
 * How a catalog is read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<Listing extends string = string> extends Provider.RunOptions<Listing> {
  /** How many connections are read at once. Default 8. A sorted stream reads all of them at once. */
  readonly connections?: number | undefined
  /**
   * `arrival`, the default: jobs come as their pages arrive. `start`: in order of start time, oldest first. A listing whose
   * vendor promises no order is then read to its end first; of every other listing one page is held.
   */
  readonly sort?: "arrival" | "start" | undefined
}

/**
 * Why one connection, or one of its listings, ended early.
 *
 * @since 0.1.0
 * @category errors
 */
export interface Failure<out E> {
  readonly provider: string
  readonly connection: string
  /** The listing that failed; `null` where the connection as a whole did. */
  readonly listing: string | null
  /** The scope as text; `null` where the listing has none. */
  readonly scope: string | null
  /** Usually a `ScanError`, which names the place too. A defect is a mistake in a plugin. */
  readonly cause: Cause.Cause<E>
}

type Schemas<Ps extends ReadonlyArray<Provider.Any>> = { readonly [K in keyof Ps]: Ps[K]["Connection"] }

/**
 * Several providers as one value, with the types of all of them. To add a provider, add an argument to {@link make}.
 *
 * @since 0.1.0
 * @category models
 */
export interface Catalog<Ps extends ReadonlyArray<Provider.Any>> {
  /** The providers by id. */
  readonly providers: { readonly [P in Ps[number] as P["id"]]: P }
  /** The schema of connections of every provider, told apart by `provider`. */
  readonly Connection: Schema.Union<Schemas<Ps>>
  /** The codec of all jobs, told apart by `provider` and `listing`: ISO 8601 times when encoded. */
  readonly Job: Schema.Codec<Provider.JobOf<Ps[number]>, Encoded>
  /** All jobs of all connections. The first failure fails the stream. */
  readonly jobs: (
    connections: ReadonlyArray<Provider.ConnectionOf<Ps[number]>>,
    query?: Input,
    options?: Options<Provider.ListingOf<Ps[number]>>
  ) => Stream.Stream<Provider.JobOf<Ps[number]>, Provider.ErrorOf<Ps[number]>, Provider.ServicesOf<Ps[number]>>
  /** The same, but a failure ends only its own listing: it is passed to `onFailure`, and all other jobs still come. */
  readonly settled: <E = never, R = never>(
    connections: ReadonlyArray<Provider.ConnectionOf<Ps[number]>>,
    onFailure: (failure: Failure<Provider.ErrorOf<Ps[number]>>) => Effect.Effect<void, E, R>,
    query?: Input,
    options?: Options<Provider.ListingOf<Ps[number]>>
  ) => Stream.Stream<Provider.JobOf<Ps[number]>, E, Provider.ServicesOf<Ps[number]> | R>
  /**
   * The pages of `settled` in order of arrival, each with the cursor to resume from. To resume later, store the last cursor of
   * each listing and scope once the page's jobs are safe, and pass the stored cursors as `options.resume`.
   */
  readonly pages: <E = never, R = never>(
    connections: ReadonlyArray<Provider.ConnectionOf<Ps[number]>>,
    onFailure: (failure: Failure<Provider.ErrorOf<Ps[number]>>) => Effect.Effect<void, E, R>,
    query?: Input,
    options?: Omit<Options<Provider.ListingOf<Ps[number]>>, "sort">
  ) => Stream.Stream<Lane.Page<Provider.JobOf<Ps[number]>>, E, Provider.ServicesOf<Ps[number]> | R>
}

/**
 * Makes a catalog of providers.
 *
 * **Example** (failures of one vendor do not hide another's jobs)
 *
 * ```ts
 * import { Catalog, type Provider } from "@scanjobs/core"
 * import { Console, Stream } from "effect"
 *
 * declare const first: Provider.Provider<"first", {}, {}>
 * declare const second: Provider.Provider<"second", {}, {}>
 *
 * const catalog = Catalog.make(first, second)
 * const connections = [{ provider: "first", name: "a" }, { provider: "second", name: "b" }] as const
 *
 * export const program = catalog
 *   .settled(connections, ({ cause, connection }) => Console.error(connection, cause), { from: "-7 days" })
 *   .pipe(Stream.runForEach((job) => Console.log(job)))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <const Ps extends ReadonlyArray<Provider.Any>>(...providers: Ps): Catalog<Ps> => {
  type P = Ps[number]
  let job: Catalog<Ps>["Job"] | undefined
  type Connection = Provider.ConnectionOf<P>
  const byId = new Map<string, P>(providers.map((provider) => [provider.id, provider]))

  const lanesOf = (connection: Connection, query: Input, options: Options) => {
    const provider = byId.get(connection.provider)
    return provider === undefined
      ? Stream.die(new Error(`${connection.name}: the catalog has no provider ${connection.provider}`))
      : openLanes(
          provider,
          connection,
          options.sort === "start" ? { ...query, order: "ascending" } : query,
          QueryCheck.ofOne(options, provider, providers)
        )
  }

  /** The lanes of a connection; `guard` decides what a failure does. */
  const guarded =
    <E, R>(query: Input, options: Options, guard: Guard<P, E, R>) =>
    (connection: Connection) =>
      Stream.map(guard.open(connection, lanesOf(connection, query, options)), (lane) => ({
        order: lane.order,
        pages: guard.lane(connection, lane)
      }))

  const arriving = <E, R>(
    connections: ReadonlyArray<Connection>,
    query: Input,
    options: Options,
    guard: Guard<P, E, R>
  ): Stream.Stream<Lane.Page<Provider.JobOf<P>>, E, Provider.ServicesOf<P> | R> =>
    Stream.mergeAll(
      connections.map((connection) =>
        Stream.flatMap(guarded(query, options, guard)(connection), ({ pages }) => pages, {
          concurrency: QueryCheck.atLeastOne(options.concurrency ?? byId.get(connection.provider)?.concurrency ?? 1),
          bufferSize: 1
        })
      ),
      { concurrency: options.connections ?? 8, bufferSize: 1 }
    )

  const sorted = <E, R>(
    connections: ReadonlyArray<Connection>,
    query: Input,
    options: Options,
    guard: Guard<P, E, R>
  ): Stream.Stream<Provider.JobOf<P>, E, Provider.ServicesOf<P> | R> =>
    Stream.unwrap(
      Effect.map(
        Effect.forEach(connections, (connection) => Stream.runCollect(guarded(query, options, guard)(connection)), {
          concurrency: "unbounded"
        }),
        (lanes) => SortedMerge.make(lanes.flat().map(({ order, pages }) => ({ order, jobs: Lane.jobs(pages) })))
      )
    )

  const read = <E, R>(
    connections: ReadonlyArray<Connection>,
    query: Input,
    options: Options,
    guard: Guard<P, E, R>
  ): Stream.Stream<Provider.JobOf<P>, E, Provider.ServicesOf<P> | R> => {
    const merged =
      options.sort === "start"
        ? sorted(connections, query, options, guard)
        : Lane.jobs(arriving(connections, query, options, guard))
    return QueryCheck.isLimit(query.limit) ? Stream.take(merged, query.limit) : merged
  }

  return {
    providers: keyed(providers),
    Connection: unionOf(providers),
    get Job() {
      return (job ??= jobsOf(providers))
    },
    jobs: (connections, query = everything, options = {}) =>
      read(connections, query, options, { open: (_, lanes) => lanes, lane: (_, { pages }) => pages }),
    settled: (connections, onFailure, query = everything, options = {}) =>
      read(connections, query, options, settling(onFailure)),
    pages: (connections, onFailure, query = everything, options = {}) =>
      arriving(connections, query, options, settling(onFailure))
  }
}

type LaneOf<P extends Provider.Any> = Lane.Lane<Provider.JobOf<P>, Provider.ErrorOf<P>>

/** How a failure of one listing is handled. */
interface Guard<P extends Provider.Any, E, R> {
  readonly open: (
    connection: Provider.ConnectionOf<P>,
    lanes: Stream.Stream<LaneOf<P>, Provider.ErrorOf<P>, Provider.ServicesOf<P>>
  ) => Stream.Stream<LaneOf<P>, E, Provider.ServicesOf<P> | R>
  readonly lane: (
    connection: Provider.ConnectionOf<P>,
    lane: LaneOf<P>
  ) => Stream.Stream<Lane.Page<Provider.JobOf<P>>, E, R>
}

/** A failure is passed to `onFailure`, and ends only its own connection or listing. Interruption from outside ends the stream. */
const settling = <P extends Provider.Any, E, R>(
  onFailure: (failure: Failure<Provider.ErrorOf<P>>) => Effect.Effect<void, E, R>
): Guard<P, E, R> => ({
  open: ({ name, provider }, lanes) =>
    Stream.catchCause(lanes, (cause) =>
      Stream.fromEffectDrain(onFailure({ provider, connection: name, listing: null, scope: null, cause }))
    ),
  lane: (_, { pages, source }) =>
    Stream.catchCause(pages, (cause) => Stream.fromEffectDrain(onFailure({ ...source, cause })))
})

/** The provider was found by the connection's `provider`, so the two belong together; the compiler cannot relate them. */
const openLanes = <P extends Provider.Any>(
  provider: P,
  connection: Provider.ConnectionOf<P>,
  query: Input,
  options: Provider.RunOptions
) =>
  provider.lanes(connection as never, query, options as never) as Stream.Stream<
    LaneOf<P>,
    Provider.ErrorOf<P>,
    Provider.ServicesOf<P>
  >

/** `Object.fromEntries` loses the keys and types of a tuple of providers. */
const keyed = <Ps extends ReadonlyArray<Provider.Any>>(providers: Ps) =>
  Object.fromEntries(providers.map((provider) => [provider.id, provider])) as unknown as Catalog<Ps>["providers"]

/** `map` over a tuple gives an array of the union of its elements. */
const unionOf = <Ps extends ReadonlyArray<Provider.Any>>(providers: Ps) =>
  Schema.Union(providers.map((provider) => provider.Connection)) as Schema.Constraint as Catalog<Ps>["Connection"]

/** As for connections: each provider's codec is typed, and their union is built in a loop. */
const jobsOf = <Ps extends ReadonlyArray<Provider.Any>>(providers: Ps) =>
  Schema.Union(providers.map((provider) => provider.Job)) as Schema.Constraint as Catalog<Ps>["Job"]
