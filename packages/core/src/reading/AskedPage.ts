/**
 * Asks the vendor for a page and reads it. A refusal that the plugin explains, by `skips` or `ends`, is an empty page with a note.
 */
import { Effect } from "effect"
import type { Request } from "../contract/Exchange.ts"
import * as Excerpt from "../contract/Excerpt.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"
import type * as PageLoop from "../loop/PageLoop.ts"
import * as Reason from "../model/Reason.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import * as PageOfReply from "./PageOfReply.ts"

/** What the reader of a lane's pages is made from. */
export interface Options<E> extends PageOfReply.Options<E> {
  /** What a refusal of a request may mean. */
  readonly place: (request: Request) => Place
}

/**
 * Where a request is in its list: a refusal of the `first` one may mean that there is nothing to list, and of a `later` one that the
 * list ended before it. Of the one `resumed` from, which rows may have come before or not, it means neither.
 */
export type Place = "first" | "later" | "resumed"

/** Makes the reader of a lane's pages. */
export const make = <E>({ place, ...options }: Options<E>) => {
  const { listing, session, source, start } = options
  const { secrets } = session
  const { ends, skips } = listing.verbs
  const pageOf = PageOfReply.make(options)
  const raise = (failure: VerbFailure.VerbFailure) => VerbFailure.raise(failure, secrets)
  const read = (request: Request, reading: PageOfReply.Reading) =>
    Effect.flatMap(session.ask(listing.endpoint.identifier, request, source), (reply) =>
      VerbFailure.attempt(() => pageOf(request, reply, reading), raise)
    )
  if (skips === undefined && ends === undefined) return read

  const explain = (reason: Reason.Refusal, request: Request) => {
    const at = place(request)
    if (at === "resumed") return undefined
    return at === "first" ? skips?.(reason, start) : ends?.(reason, { ...start, request })
  }
  return (request: Request, reading: PageOfReply.Reading) =>
    Effect.catchIf(read(request, reading), Reason.isRefusal, (reason) => {
      const note = VerbFailure.attempt(
        () => explain(reason, request),
        (failure) => failure
      )
      if (note instanceof VerbFailure.VerbFailure) return raise(note)
      return note === undefined
        ? Effect.fail(reason)
        : Effect.succeed({ ...nothing, notes: [Excerpt.of(secrets, note)] })
    })
}

const nothing: PageLoop.Read<Request, ScanJob> = { rows: 0, jobs: [], rejected: [], next: undefined, total: undefined }
