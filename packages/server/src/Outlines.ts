/**
 * The definitions of a time line with what needs attention of them, kept for as long as nothing is new: the parts of one time line, and
 * all who look at it, share them.
 */
import { Store, type StoreError, Views } from "@scanjobs/history"
import { Cache, Clock, Duration, Effect, Exit } from "effect"
import { createHash } from "node:crypto"

/** Which definitions are wanted. */
export interface Filter {
  /** A text that the name, the scope, the category, the connection or the provider contains; capital letters count as small ones. */
  readonly text: string | undefined
  /** Those of which something needs attention for one of these reasons. */
  readonly only: ReadonlyArray<Views.Attention> | undefined
}

interface Row extends Views.Outlined {
  /** What a text is looked for in. */
  readonly words: string
}

/** Definitions in their order. */
export type Outline = ReadonlyArray<Row>

/** Where the outlines of spans come from. */
export interface Outlines {
  readonly of: (span: Views.Span, version: string) => Effect.Effect<Outline, StoreError.StoreError>
}

/** How many are kept: a time line moves by the hour. */
const capacity = 4

/** Outlines of the store that is open. `version` is another one where anything may be new. */
export const make: Effect.Effect<Outlines, never, Store.Store> = Effect.gen(function* () {
  const store = yield* Store.Store
  const cache = yield* Cache.makeWith(
    (key: string) => {
      const [from, until] = spanOf(key)
      // Who goes away leaves it to the others that wait for it.
      return Views.outline({ from, until }).pipe(
        Effect.map((rows) => rows.map((row) => Object.assign(row, { words: wordsOf(row) }))),
        Effect.provideService(Store.Store, store),
        Effect.uninterruptible
      )
    },
    { capacity, timeToLive: (exit) => (Exit.isSuccess(exit) ? Duration.minutes(2) : Duration.zero) }
  )
  return { of: ({ from, until }, version) => Cache.get(cache, `${from} ${until} ${version}`) }
})

const spanOf = (key: string): readonly [from: number, until: number] => {
  const [from, until] = key.split(" ", 2).map(Number)
  return [from ?? 0, until ?? 0]
}

const wordsOf = ({ category, connection, definitionId, name, provider, scope }: Views.Outlined): string =>
  `${name ?? definitionId ?? "no name"}\n${connection}\n${provider}\n${category}\n${scope ?? ""}`.toLowerCase()

/** The rows that match. */
export const matching = (outline: Outline, { only, text }: Filter): Outline => {
  const wanted = (text ?? "").toLowerCase()
  if (wanted === "" && only === undefined) return outline
  return outline.filter(
    ({ attention, words }) =>
      (only === undefined || only.some((name) => attention[name] !== undefined)) && words.includes(wanted)
  )
}

/** How many of these need attention, by reason. */
export const countsOf = (outline: Outline): Record<Views.Attention, number> => {
  const counts = { missed: 0, overdue: 0, failed: 0, long: 0, silent: 0, partial: 0, late: 0, unknown: 0 }
  for (const { attention } of outline) {
    for (const name of Views.attentionNames) counts[name] += attention[name] ?? 0
  }
  return counts
}

/** A word that is another one where these are other rows, or in another order. */
export const orderOf = (outline: Outline): string =>
  createHash("sha256")
    .update(outline.map(({ id }) => id).join(" "))
    .digest("base64url")
    .slice(0, 16)

/** What depends on the time is of the minute. */
export const version: Effect.Effect<
  { readonly text: string; readonly now: number; readonly connections: ReadonlyArray<Views.Connection> },
  StoreError.StoreError,
  Store.Store
> = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  const connections = yield* Views.connections
  const states = connections.map(
    ({ completeAt, failingSince, name, syncedAt }) => `${name} ${syncedAt} ${completeAt} ${failingSince}`
  )
  const digest = createHash("sha256").update(states.join("\n")).digest("base64url").slice(0, 16)
  return { text: `${yield* Views.lastChange}.${Math.floor(now / 60_000)}.${digest}`, now, connections }
})
