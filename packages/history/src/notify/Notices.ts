/**
 * Tells people and programs what went wrong: once for each event, and again when it is over.
 *
 * **Details**
 *
 * - Run it after each sync. What it finds is compared with what it found before, in the store, so that it does not matter which
 *   process ran before.
 * - A notice is kept until its target has taken it, for 90 days at most. A message that was sent just before the process ended may be sent again, with
 *   the same ids of its notices.
 * - A target that is new is told of what happens from then on, and not of the past.
 *
 * **Example** (a chat room)
 *
 * ```ts
 * import { Notices, type Target } from "@scanjobs/history"
 * import { Effect } from "effect"
 *
 * declare const room: Target.Target
 *
 * export const tell = Effect.flatMap(Notices.tell([room]), (undelivered: ReadonlyArray<Notices.Undelivered>) =>
 *   Effect.forEach(undelivered, ({ error, notices }) => Effect.logWarning(`${notices} waiting: ${error.message}`))
 * )
 * ```
 */
import { Clock, Duration, Effect, Redacted, Result, Schema } from "effect"
import { Digest } from "effect/crypto"
import { Hex } from "effect/encoding"
import type { HttpClient } from "effect/http"
import { Store } from "../store/OpenStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import * as Alarms from "./Alarms.ts"
import type * as Notice from "./Notice.ts"
import { type NotDelivered, send, type Target } from "./Target.ts"

/**
 * Notices that a target has not taken. They are sent again the next time.
 *
 * @since 0.2.0
 * @category errors
 */
export interface Undelivered {
  readonly error: NotDelivered
  /** How many are waiting. */
  readonly notices: number
}

/**
 * How notices are told.
 *
 * @since 0.2.0
 * @category models
 */
export interface Options {
  /** Removes secrets from what is told. Default: nothing is removed; what core read has none of its connection. */
  readonly scrub?: ((text: string) => string) | undefined
}

const Body = Schema.fromJsonString(Schema.Struct({ ...Alarms.Alarm.fields, isOver: Schema.Boolean }))
const AlarmText = Schema.fromJsonString(Alarms.Alarm)
const decodeAlarm = Schema.decodeSync(AlarmText)
const decodeBody = Schema.decodeSync(Body)

/** How long a notice waits for a target that does not take it. */
const kept = Duration.toMillis("90 days")

/** How many notices go into one message. */
const most = 200

/**
 * Finds what is new and what is over, and sends it to each target that wants it. Gives what could not be delivered.
 *
 * @since 0.2.0
 * @category running
 */
export const tell = (
  targets: ReadonlyArray<Target>,
  { scrub = (text) => text }: Options = {}
): Effect.Effect<ReadonlyArray<Undelivered>, StoreError, Store | HttpClient.HttpClient> =>
  Effect.gen(function* () {
    yield* find(scrub)
    const named = yield* Effect.forEach(targets, (target) => Effect.map(nameOf(target), (name) => ({ name, target })))
    yield* welcome(named.map(({ name }) => name))
    const results = yield* Effect.forEach(named, ({ name, target }) => deliver(name, target), { concurrency: 4 })
    return results.flatMap((undelivered) => (undelivered === undefined ? [] : [undelivered]))
  })

/** Writes a notice for each alarm that is new and each that is over, all in one transaction. */
const find = Effect.fnUntraced(function* (scrub: (text: string) => string) {
  const { sql, transaction } = yield* Store
  const now = yield* Clock.currentTimeMillis
  yield* transaction(
    Effect.gen(function* () {
      // Two processes that look at the same time would both find it new.
      yield* sql.onDialectOrElse({
        pg: () => Effect.asVoid(sql`LOCK TABLE alarm IN EXCLUSIVE MODE`),
        orElse: () => Effect.void
      })
      yield* sql`DELETE FROM notice WHERE at < ${now - kept}`
      const current = new Map((yield* Alarms.current).map((alarm) => [alarm.key, alarm]))
      const known = new Map(
        (yield* sql<{ readonly name_key: string; readonly body: string }>`SELECT name_key, body FROM alarm`).map(
          (row) => [row.name_key, decodeAlarm(row.body)]
        )
      )
      const write = (alarm: Alarms.Alarm, isOver: boolean) =>
        sql`INSERT INTO notice (at, body) VALUES (${now}, ${JSON.stringify({ ...alarm, detail: alarm.detail === null ? null : scrub(alarm.detail), isOver })})`
      for (const [key, alarm] of known) {
        if (current.has(key)) continue
        if (yield* Alarms.isOver(alarm)) yield* write(alarm, true)
        yield* sql`DELETE FROM alarm WHERE name_key = ${key}`
      }
      for (const [key, alarm] of current) {
        if (known.has(key)) continue
        yield* sql`INSERT INTO alarm (name_key, body) VALUES (${key}, ${JSON.stringify(alarm)})`
        yield* write(alarm, false)
      }
    })
  )
})

/** A target by what it is; its address is a secret, so that only a digest of it is stored. */
const nameOf = ({ format, to }: Target) =>
  Effect.gen(function* () {
    const digest = yield* Digest.Digest
    const bytes = yield* digest.digest(Digest.sha256, new TextEncoder().encode(`${format} ${Redacted.value(to)}`))
    return Hex.encode(bytes).slice(0, 32)
  }).pipe(Effect.provide(Digest.layerWebCrypto), Effect.orDie)

/** A target that is not known yet begins after the last notice. */
const welcome = Effect.fnUntraced(function* (names: ReadonlyArray<string>) {
  const { sql, transaction } = yield* Store
  yield* transaction(
    Effect.gen(function* () {
      for (const name of names) {
        yield* sql`INSERT INTO delivery (target, last_id) SELECT ${name}, COALESCE(max(id), 0) FROM notice WHERE true
          ON CONFLICT (target) DO NOTHING`
      }
    })
  )
})

interface NoticeRow {
  readonly id: number | bigint
  readonly at: number
  readonly body: string
}

/** Sends what a target has not taken, in messages of bounded size. */
const deliver = Effect.fnUntraced(function* (name: string, target: Target) {
  const { attempt, sql } = yield* Store
  const wanted = new Set<Notice.Cause>(target.when)
  while (true) {
    const rows = yield* attempt(sql<NoticeRow>`SELECT id, at, body FROM notice
      WHERE id > (SELECT last_id FROM delivery WHERE target = ${name}) ORDER BY id LIMIT ${most}`)
    const first = rows.at(0)
    const last = rows.at(-1)
    if (first === undefined || last === undefined) return undefined
    const notices = rows.map(noticeOf).filter(({ cause }) => wanted.has(cause))
    const sent =
      notices.length === 0 ? Result.void : yield* Effect.result(send(target, `${name}-${first.id}-${last.id}`, notices))
    if (Result.isFailure(sent)) return { error: sent.failure, notices: notices.length } satisfies Undelivered
    yield* attempt(
      sql`UPDATE delivery SET last_id = ${Number(last.id)} WHERE target = ${name} AND last_id < ${Number(last.id)}`
    )
  }
})

const noticeOf = ({ at, body, id }: NoticeRow): Notice.Notice => {
  const { key: _, place: __, ...told } = decodeBody(body)
  return { id: String(id), at, ...told }
}
