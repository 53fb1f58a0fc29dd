/**
 * A server on a store with something of everything: runs by state, a missed run, one that is not known, a silent scan, and a connection
 * that cannot be read.
 */
import { Store } from "@scanjobs/history"
import { Clock, Effect, Layer, type Redacted } from "effect"
import { HttpServer } from "effect/http"
import { Server } from "../src/index.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** A name that would do harm if it were taken for anything but text. */
export const hostile = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`

/** Links of a vendor, of which one must never be followed. */
export const links: Readonly<Record<string, string>> = {
  failed: "https://vendor.example/scans/7?tab=log#end",
  partially_succeeded: "javascript:document.title='owned'"
}

interface Planned {
  readonly at: number
  readonly verdict?: string
  readonly why?: string
}

/** Writes the connections `acme` and `globex`. */
const fill = Effect.gen(function* () {
  const { sql } = yield* Store.Store
  const now = yield* Clock.currentTimeMillis
  yield* sql`INSERT INTO connection (id, provider, name, synced_at, failing_since, failure) VALUES
    (1, 'tenable', 'acme', ${now}, NULL, NULL), (2, 'digicert', 'globex', ${now}, ${now - day}, 'the key was revoked')`
  yield* sql`INSERT INTO connection_tag (connection_id, tag) VALUES (1, 'production')`
  yield* sql`INSERT INTO listing (id, connection_id, name, is_plan, has_runs, whole_at, whole_from, failing_since, failure) VALUES
    (1, 1, 'runs', 0, 1, ${now}, 0, NULL, NULL), (2, 2, 'runs', 0, 1, ${now - day}, 0, ${now - day}, 'the key was revoked')`
  yield* sql`INSERT INTO series (id, connection_id, name, scope, id_scope) VALUES (1, 1, 'runs', '', ''), (2, 2, 'runs', '', '')`
  let id = 0
  const define = Effect.fnUntraced(function* (connection: number, name: string) {
    id += 1
    yield* sql`INSERT INTO definition (id, connection_id, name_key, vendor_id, scope, name, named_at, category)
      VALUES (${id}, ${connection}, ${`d${id}`}, ${`d${id}`}, '', ${name}, ${now}, 'vulnerability')`
    return { id, connection, name }
  })
  let count = 0
  const add = Effect.fnUntraced(function* (
    { connection, id, name }: Effect.Success<ReturnType<typeof define>>,
    kind: "run" | "occurrence",
    state: string,
    { at, verdict, why }: Planned,
    length?: number
  ) {
    count += 1
    yield* sql`INSERT INTO job (series_id, vendor_id, listing_id, definition_id, kind, name, category, state, vendor_state, start_time,
        finish_time, link, raw, digest, first_seen, changed_at, verdict, why)
      VALUES (${connection}, ${`v${count}`}, ${connection}, ${id}, ${kind}, ${name}, 'vulnerability', ${state}, ${state}, ${at},
        ${length === undefined ? null : at + length}, ${links[state] ?? null}, ${JSON.stringify({ id: count, note: hostile })}, ${count}, ${at}, ${at},
        ${verdict ?? null}, ${why ?? null})`
  })
  const nightly = yield* define(1, "Nightly, all servers")
  for (let days = 1; days <= 6; days++) yield* add(nightly, "run", "succeeded", { at: now - days * day }, hour)
  yield* add(nightly, "run", "failed", { at: now - 12 * hour }, 2 * hour)
  yield* add(nightly, "run", "running", { at: now - hour })
  const weekly = yield* define(1, "Weekly audit")
  yield* add(weekly, "occurrence", "scheduled", { at: now - 20 * hour, verdict: "missed" })
  yield* add(weekly, "occurrence", "scheduled", { at: now + 6 * hour })
  yield* add(yield* define(1, hostile), "run", "partially_succeeded", { at: now - 5 * hour }, 30 * minute)
  const perimeter = yield* define(2, "Perimeter")
  yield* add(perimeter, "occurrence", "scheduled", { at: now - 8 * hour, verdict: "unknown", why: "runs not read" })
})

/** Writes a change, as a sync does. */
export const change = Effect.gen(function* () {
  const { sql } = yield* Store.Store
  const now = yield* Clock.currentTimeMillis
  yield* sql`UPDATE job SET state = 'succeeded', finish_time = ${now} WHERE series_id = 1 AND state = 'running'`
  yield* sql`INSERT INTO change (at, what, series_id, vendor_id, was, now) VALUES (${now}, 'state', 1, 'v8', 'running', 'succeeded')`
}).pipe(Effect.orDie)

/** The address of a server on a store that is filled, and its store. Both end with the scope. */
export const serveFilled = Effect.fnUntraced(function* <E>(
  filled: Effect.Effect<void, E, Store.Store>,
  options: Pick<Server.Options, "token" | "tls" | "renewals"> = {},
  place = ":memory:"
) {
  const store = yield* Layer.build(Layer.orDie(Layer.fresh(Store.layer(place))))
  yield* Effect.provideContext(Effect.orDie(filled), store)
  const server = yield* Layer.build(
    Layer.provide(Server.layer({ host: "127.0.0.1", port: 0, ...options }), Layer.succeedContext(store))
  )
  const { address } = yield* Effect.provideContext(HttpServer.HttpServer, server)
  if (address._tag === "UnixPathAddress") return yield* Effect.die(address)
  return { url: `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${address.port}`, store }
})

/** The same with something of everything, at a place. */
export const serveAt = (place: string) => serveFilled(fill, {}, place)

/** The same in memory. */
export const serve = (token?: Redacted.Redacted, tls?: Server.Tls) => serveFilled(fill, { token, tls })
