/**
 * Keeps a store up to date with its vendors, and gives what is different as a stream.
 *
 * **Details**
 *
 * - A sync reads what can have changed since the last one: what started since then and a day before, runs that are not over, and plans.
 * - Each page is written in one transaction with the changes that follow from it and the place to go on from. A process may end at any
 *   moment: the next sync goes on, and nothing is lost or told twice.
 * - Of several syncs of one connection at the same time, the latest goes on where the others were. The others stop, write nothing more,
 *   and say so to `onFailure` as {@link SyncSuperseded}. So does a process that was stopped for a while and wakes up.
 * - A listing that fails is passed to `onFailure`. The others are read and written all the same. What was not read completely deletes
 *   nothing, and nothing is called missed because of it.
 * - A change is written before the stream gives it. What a stream that is cut did not give is in the store.
 *
 * **Example** (one sync of one connection)
 *
 * ```ts
 * import type { Provider } from "@scanjobs/core"
 * import { Store, Sync } from "@scanjobs/history"
 * import { Console, Effect, Stream } from "effect"
 *
 * declare const Acme: Provider.Provider<"acme", {}, {}>
 *
 * const options: Sync.Options = { back: "90 days", policy: ({ name }) => (name === "nightly" ? { grace: "10 minutes" } : {}) }
 *
 * export const program = Sync.run(
 *   Acme,
 *   { provider: "acme", name: "main" },
 *   ({ cause, listing }) => Console.error(listing, cause),
 *   options
 * ).pipe(
 *   Stream.runForEach(({ job, now, was, what }) => Console.log(what, job.name, was, now)),
 *   Effect.provide(Store.layerSqlite("scanjobs.db"))
 * )
 * ```
 *
 * **Example** (all connections of a catalog)
 *
 * ```ts
 * import { Catalog, type Provider } from "@scanjobs/core"
 * import { Sync } from "@scanjobs/history"
 * import { Console } from "effect"
 *
 * declare const First: Provider.Provider<"first", {}, {}>
 * declare const Second: Provider.Provider<"second", {}, {}>
 *
 * export const changes = Sync.all(
 *   Catalog.make(First, Second),
 *   [{ provider: "first", name: "a" }, { provider: "second", name: "b" }],
 *   ({ cause, connection }) => Console.error(connection, cause)
 * )
 *
 * const rulesOf = ({ definitionId }: Sync.Definition) => (definitionId === "7" ? { latest: "3 hours" } as const : {})
 * export const isOvertaken = (error: unknown): boolean => error instanceof Sync.SyncSuperseded
 * export const patient: Sync.CatalogOptions = { connections: 2, policy: rulesOf }
 * ```
 */
import { type Catalog, Connection, type Provider, type ScanError } from "@scanjobs/core"
import { type Effect, Stream } from "effect"
import type { Change } from "../store/Change.ts"
import type { Store } from "../store/OpenStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import type { SyncSuperseded } from "./Fence.ts"
import type { Options } from "./Settings.ts"
import type { Source } from "./Source.ts"
import * as SyncConnection from "./SyncConnection.ts"

export { SyncSuperseded } from "./Fence.ts"
export type { Definition, Options } from "./Settings.ts"

/**
 * How the connections of a catalog are kept in sync.
 *
 * @since 0.1.0
 * @category models
 */
export interface CatalogOptions extends Options {
  /** How many connections are read at once. Default 8. */
  readonly connections?: number | undefined
}

/**
 * Reads what can have changed of a connection, writes it to the store, judges the planned runs that fell due, and gives what is
 * different.
 *
 * @since 0.1.0
 * @category running
 */
export const run = <P extends Provider.Any, E = never, R = never>(
  provider: P,
  connection: Provider.ConnectionOf<P>,
  onFailure: (
    failure: Catalog.Failure<Provider.ErrorOf<P> | ScanError.ScanError | SyncSuperseded>
  ) => Effect.Effect<void, E, R>,
  options: Options = {}
): Stream.Stream<Change, StoreError | E, Store | Provider.ServicesOf<P> | R> =>
  SyncConnection.run(sourceOf(provider, connection), onFailure, options)

/**
 * The same for several connections of a catalog's providers, several at once.
 *
 * @since 0.1.0
 * @category running
 */
export const all = <const Ps extends ReadonlyArray<Provider.Any>, E = never, R = never>(
  catalog: Catalog.Catalog<Ps>,
  connections: ReadonlyArray<Provider.ConnectionOf<Ps[number]>>,
  onFailure: (
    failure: Catalog.Failure<Provider.ErrorOf<Ps[number]> | ScanError.ScanError | SyncSuperseded>
  ) => Effect.Effect<void, E, R>,
  options: CatalogOptions = {}
): Stream.Stream<Change, StoreError | E, Store | Provider.ServicesOf<Ps[number]> | R> => {
  const providers: ReadonlyMap<string, Ps[number]> = new Map(Object.entries<Ps[number]>(catalog.providers))
  return Stream.mergeAll(
    connections.map((connection) => {
      const provider = providers.get(connection.provider)
      return provider === undefined
        ? Stream.die(new Error(`${connection.name}: the catalog has no provider ${connection.provider}`))
        : run(provider, connection, onFailure, options)
    }),
    { concurrency: options.connections ?? 8 }
  )
}

/** The connection is one of the provider; `Provider.Any` takes none, because it does not know of which provider it is. */
const sourceOf = <P extends Provider.Any>(
  provider: P,
  connection: Provider.ConnectionOf<P>
): Source<Provider.ErrorOf<P>, Provider.ServicesOf<P>> => ({
  provider: provider.id,
  connection: connection.name,
  identity: JSON.stringify(Connection.identity(connection, provider.settings)),
  listings: provider.listings,
  concurrency: provider.concurrency,
  lanes: (query, options) => provider.lanes(connection as never, query, options as never)
})
