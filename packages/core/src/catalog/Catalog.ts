/**
 * Several providers as one: the connections of all of them, read at once, as one stream.
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
import * as Lane from "../reading/Lane.ts"
import type * as Provider from "../provider/Provider.ts"
import { everything, type Query } from "../model/Query.ts"
import * as RunCheck from "../provider/RunCheck.ts"
import * as SortedMerge from "./SortedMerge.ts"

/** How a catalog is read. */
export interface Options extends Provider.RunOptions {
  /** How many connections are read at once. Default 8. A sorted stream reads all of them at once. */
  readonly connections?: number | undefined
  /**
   * `arrival`, the default: jobs come as their pages arrive. `start`: in order of start time, oldest first; a listing
   * whose vendor promises no order is then read to its end first, and of every other one a page is held.
   */
  readonly sort?: "arrival" | "start" | undefined
}

/** What one connection, or one of its listings, ended with. */
export interface Failure<out E> {
  readonly provider: string
  readonly connection: string
  /** The listing that failed, or `null` where the connection as a whole did. */
  readonly listing: string | null
  /** The scope as text, or `null` where the listing has none. */
  readonly scope: string | null
  /** Usually a `ScanError`, which says all of this too; a defect is a mistake in a plugin. */
  readonly cause: Cause.Cause<E>
}

type Schemas<Ps extends ReadonlyArray<Provider.Any>> = { readonly [K in keyof Ps]: Ps[K]["Connection"] }

/** A value that knows every provider's types. Adding a provider is adding one argument. */
export interface Catalog<Ps extends ReadonlyArray<Provider.Any>> {
  readonly providers: { readonly [P in Ps[number] as P["id"]]: P }
  /** Connections of every provider, told apart by `provider`. */
  readonly Connection: Schema.Union<Schemas<Ps>>
  /** All jobs of all connections; the first failure fails the whole. */
  readonly jobs: (
    connections: ReadonlyArray<Provider.ConnectionOf<Ps[number]>>,
    query?: Query,
    options?: Options
  ) => Stream.Stream<Provider.JobOf<Ps[number]>, Provider.ErrorOf<Ps[number]>, Provider.ServicesOf<Ps[number]>>
  /** The same, but a failure ends only its own listing: `onFailure` is told, and all other jobs still come. */
  readonly settled: <E = never, R = never>(
    connections: ReadonlyArray<Provider.ConnectionOf<Ps[number]>>,
    onFailure: (failure: Failure<Provider.ErrorOf<Ps[number]>>) => Effect.Effect<void, E, R>,
    query?: Query,
    options?: Options
  ) => Stream.Stream<Provider.JobOf<Ps[number]>, E, Provider.ServicesOf<Ps[number]> | R>
  /**
   * The pages of `settled`, in order of arrival, each with the cursor to go on from. Whoever keeps the last cursor of each
   * listing and scope, after the page's jobs are safe, can go on from there with `options.resume`.
   */
  readonly pages: <E = never, R = never>(
    connections: ReadonlyArray<Provider.ConnectionOf<Ps[number]>>,
    onFailure: (failure: Failure<Provider.ErrorOf<Ps[number]>>) => Effect.Effect<void, E, R>,
    query?: Query,
    options?: Omit<Options, "sort">
  ) => Stream.Stream<Lane.Page<Provider.JobOf<Ps[number]>>, E, Provider.ServicesOf<Ps[number]> | R>
}

/** Makes a catalog of providers. */
export const make = <const Ps extends ReadonlyArray<Provider.Any>>(...providers: Ps): Catalog<Ps> => {
  type P = Ps[number]
  type Connection = Provider.ConnectionOf<P>
  const byId = new Map<string, P>(providers.map((provider) => [provider.id, provider]))

  const lanesOf = (connection: Connection, query: Query, options: Options) => {
    const provider = byId.get(connection.provider)
    return provider === undefined
      ? Stream.die(new Error(`${connection.name}: the catalog has no provider ${connection.provider}`))
      : openLanes(
          provider,
          connection,
          options.sort === "start" ? { ...query, order: "ascending" } : query,
          RunCheck.ofOne(options, provider, providers)
        )
  }

  /** The lanes of a connection, where `guard` decides what becomes of a failure. */
  const guarded =
    <E, R>(query: Query, options: Options, guard: Guard<P, E, R>) =>
    (connection: Connection) =>
      Stream.map(guard.open(connection, lanesOf(connection, query, options)), (lane) => ({
        order: lane.order,
        pages: guard.lane(connection, lane)
      }))

  const arriving = <E, R>(
    connections: ReadonlyArray<Connection>,
    query: Query,
    options: Options,
    guard: Guard<P, E, R>
  ): Stream.Stream<Lane.Page<Provider.JobOf<P>>, E, Provider.ServicesOf<P> | R> =>
    Stream.mergeAll(
      connections.map((connection) =>
        Stream.flatMap(guarded(query, options, guard)(connection), ({ pages }) => pages, {
          concurrency: RunCheck.atLeastOne(options.concurrency ?? byId.get(connection.provider)?.concurrency ?? 1),
          bufferSize: 1
        })
      ),
      { concurrency: options.connections ?? 8, bufferSize: 1 }
    )

  const sorted = <E, R>(
    connections: ReadonlyArray<Connection>,
    query: Query,
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
    query: Query,
    options: Options,
    guard: Guard<P, E, R>
  ): Stream.Stream<Provider.JobOf<P>, E, Provider.ServicesOf<P> | R> => {
    const merged =
      options.sort === "start"
        ? sorted(connections, query, options, guard)
        : Lane.jobs(arriving(connections, query, options, guard))
    return RunCheck.isLimit(query.limit) ? Stream.take(merged, query.limit) : merged
  }

  return {
    providers: keyed(providers),
    Connection: unionOf(providers),
    jobs: (connections, query = everything, options = {}) =>
      read(connections, query, options, { open: (_, lanes) => lanes, lane: (_, { pages }) => pages }),
    settled: (connections, onFailure, query = everything, options = {}) =>
      read(connections, query, options, settling(onFailure)),
    pages: (connections, onFailure, query = everything, options = {}) =>
      arriving(connections, query, options, settling(onFailure))
  }
}

type LaneOf<P extends Provider.Any> = Lane.Lane<Provider.JobOf<P>, Provider.ErrorOf<P>>

/** What becomes of a failure. */
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

/** A failure is told and ends only its own connection or listing. Who interrupts the stream from outside ends all of it. */
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

/** The provider was found by the connection's own `provider`, so that the two belong together. */
const openLanes = <P extends Provider.Any>(
  provider: P,
  connection: Provider.ConnectionOf<P>,
  query: Query,
  options: Provider.RunOptions
) =>
  provider.lanes(connection as never, query, options) as Stream.Stream<
    LaneOf<P>,
    Provider.ErrorOf<P>,
    Provider.ServicesOf<P>
  >

/** The keys and types of a tuple of providers are lost in `Object.fromEntries`. */
const keyed = <Ps extends ReadonlyArray<Provider.Any>>(providers: Ps) =>
  Object.fromEntries(providers.map((provider) => [provider.id, provider])) as unknown as Catalog<Ps>["providers"]

/** `map` over a tuple gives an array of its elements' union. */
const unionOf = <Ps extends ReadonlyArray<Provider.Any>>(providers: Ps) =>
  Schema.Union(providers.map((provider) => provider.Connection)) as Schema.Constraint as Catalog<Ps>["Connection"]
