/**
 * Asks for the rows of a page by their ids, where the listing itself gives only these: in the order of the ids, and so many at once as
 * the vendor takes.
 */
import { Effect, Result } from "effect"
import type { Reply } from "../contract/Exchange.ts"
import * as Excerpt from "../contract/Excerpt.ts"
import type { DetailVerbs } from "../contract/ListingVerbs.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"
import type * as PageReader from "../decoding/PageReader.ts"
import * as Reason from "../model/Reason.ts"
import type { Source } from "../telemetry/Progress.ts"
import type { PreparedListing } from "./PreparedListing.ts"
import type { Session } from "./Session.ts"

/** The rows of a page. */
export interface Details {
  /** One for each request. */
  readonly chunks: ReadonlyArray<PageReader.PageRows>
  /** The answers as they came. */
  readonly replies: ReadonlyArray<Reply>
  /** The ids for which no row came. */
  readonly missing: ReadonlyArray<string>
  readonly notes: ReadonlyArray<string>
}

/** What the rows of all pages of a lane have in common. */
export interface Options<E> {
  readonly listing: PreparedListing
  readonly session: Session<E>
  readonly source: Source
  readonly start: object
}

/** The rows with these ids. */
export const ask = Effect.fnUntraced(function* <E>(
  { listing: { details, verbs }, session, source, start }: Options<E>,
  ids: ReadonlyArray<unknown>
): Effect.fn.Return<Details, Reason.Reason | E> {
  const written = verbs.details
  if (details === undefined || written === undefined) return { chunks: [], replies: [], missing: [], notes: [] }
  const { secrets } = session
  const chunks: Array<PageReader.PageRows> = []
  const replies: Array<Reply> = []
  const missing: Array<string> = []
  const refusals = new Set<string>()
  let unasked = 0
  const wanted = [...new Set(ids.map(String))]
  for (let at = 0; at < wanted.length; at += details.size) {
    const some = wanted.slice(at, at + details.size)
    const answer = yield* VerbFailure.attempt(
      () => Effect.result(session.ask(details.endpoint, written.request(some, start), source)),
      (failure) => VerbFailure.raise(failure, secrets)
    )
    if (Result.isFailure(answer)) {
      const why = yield* absence(answer.failure, some, written, secrets)
      refusals.add(why)
      missing.push(...some)
      continue
    }
    const reply = answer.success
    const read = yield* VerbFailure.attempt(
      () => Effect.succeed(Result.map(details.read(reply.body, reply.isCut), (page) => inOrder(page, some, written))),
      (failure) => VerbFailure.raise(failure, secrets)
    )
    if (Result.isFailure(read)) {
      const detail = Excerpt.of(secrets, read.failure)
      return yield* new Reason.Malformed({ ...Reason.unknownAnswer, detail, transient: false })
    }
    replies.push(reply)
    chunks.push(read.success.page)
    missing.push(...read.success.missing)
    unasked += read.success.unasked
  }
  const notes = [
    ...(missing.length === 0 ? [] : [missingNote(missing, [...refusals])]),
    ...(unasked === 0 ? [] : [`${unasked} rows came that were not asked for by their ids, and were left out`])
  ]
  return { chunks, replies, missing, notes: notes.map((note) => Excerpt.of(secrets, note)) }
})

/** Why the plugin says that a refusal means that the rows do not exist. Any other failure stays one. */
const absence = <E>(
  error: Reason.Reason | E,
  ids: ReadonlyArray<string>,
  { absent }: DetailVerbs,
  secrets: Excerpt.Scrubber
): Effect.Effect<string, Reason.Reason | E> => {
  if (absent === undefined || !Reason.isRefusal(error)) return Effect.fail(error)
  const why = VerbFailure.attempt(
    () => absent(error, ids),
    (failure) => failure
  )
  if (why instanceof VerbFailure.VerbFailure) return VerbFailure.raise(why, secrets)
  return why === undefined ? Effect.fail(error) : Effect.succeed(why)
}

/** The rows of an answer in the order of the ids, each once. */
const inOrder = (page: PageReader.PageRows, ids: ReadonlyArray<string>, { id }: DetailVerbs) => {
  const byId = new Map<string, unknown>()
  for (const row of page.rows.toReversed()) byId.set(id(row), row)
  const rejected = new Set(page.rejected.map(({ raw }) => idOfRejected(id, raw)))
  const found = ids.filter((one) => byId.has(one))
  return {
    page: { ...page, rows: found.map((one) => byId.get(one)) },
    missing: ids.filter((one) => !byId.has(one) && !rejected.has(one)),
    unasked: byId.size - found.length
  }
}

/** A rejected row may have lost its id. */
const idOfRejected = (id: DetailVerbs["id"], raw: unknown): string | undefined =>
  VerbFailure.attempt(
    () => id(raw),
    () => undefined
  )

/** The most ids that a note names. */
const mostNamed = 10

const missingNote = (ids: ReadonlyArray<string>, refusals: ReadonlyArray<string>): string => {
  const more = ids.length > mostNamed ? ` and ${ids.length - mostNamed} more` : ""
  const why = refusals.length === 0 ? "" : `: ${refusals.join("; ")}`
  return `the vendor lists ids and gives no rows for them (${ids.slice(0, mostNamed).join(", ")}${more})${why}`
}
