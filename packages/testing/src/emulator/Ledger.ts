/**
 * What an emulator was asked, in order: the witness of a test.
 */
import { Effect } from "effect"

/** One request and what came of it. */
export interface Entry {
  /** Counted from 1, since the emulator started; never reused after `clear`. */
  readonly index: number
  /** Counted from 1, over the requests to this path. */
  readonly nth: number
  /** Epoch milliseconds of the emulator's clock, when the request had arrived whole. */
  readonly time: number
  readonly method: string
  readonly path: string
  /** The query as it stood in the address; a name that was given twice has a list. */
  readonly query: { readonly [name: string]: string | ReadonlyArray<string> }
  /** With lower-case names. They hold the credential: a ledger is for tests, never for logs. */
  readonly headers: { readonly [name: string]: string | undefined }
  /** JSON as a value, a form as a record, another body as text; `null` where there was none. */
  readonly body: unknown
  /** The endpoint of the provider's declaration; `null` for plain routes and unknown addresses. */
  readonly endpoint: string | null
  /** Whether the vendor would take the credential; `null` where nothing asked for one. */
  readonly credential: "accepted" | "refused" | null
  /** `null` while the answer is not there, and for ever where the client did not wait for it. */
  readonly status: number | null
  readonly state: "open" | "answered" | "abandoned"
  /** How many requests were open when this one arrived, this one counted. */
  readonly inFlight: number
  /** What the request did that the vendor's documentation does not allow. */
  readonly violations: ReadonlyArray<string>
}

/** The requests of one emulator. */
export interface Ledger {
  /** Every request since the start or the last `clear`, in order of arrival. */
  readonly entries: Effect.Effect<ReadonlyArray<Entry>>
  /** Those to one endpoint of the declaration, or to one path. */
  readonly to: (endpointOrPath: string) => Effect.Effect<ReadonlyArray<Entry>>
  /** What broke the vendor's rules, one line each; empty for a well-behaved client. */
  readonly violations: Effect.Effect<ReadonlyArray<string>>
  readonly clear: Effect.Effect<void>
}

/** The entries that ask for the same as `one`, that one counted; none where there is no such one. */
export const alike = (entries: ReadonlyArray<Entry>, one: Entry | undefined): ReadonlyArray<Entry> =>
  one === undefined ? [] : entries.filter((entry) => wish(entry) === wish(one))

/** How many times the same was asked for, at most. */
export const mostAlike = (entries: ReadonlyArray<Entry>): number =>
  Math.max(0, ...Array.from(Map.groupBy(entries, wish).values(), (all) => all.length))

/** How many requests were open at once, at most. */
export const mostInFlight = (entries: ReadonlyArray<Entry>): number =>
  entries.reduce((most, { inFlight }) => Math.max(most, inFlight), 0)

const wish = ({ body, method, path, query }: Entry): string => JSON.stringify([method, path, query, body])

type Facts = Omit<Entry, "index" | "nth" | "endpoint" | "credential" | "status" | "state" | "inFlight" | "violations">

/** An entry that the emulator still writes to. */
export type Draft = { -readonly [K in keyof Entry]: Entry[K] } & { violations: Array<string> }

/** The emulator's side of a ledger. */
export interface Writer {
  readonly ledger: Ledger
  readonly open: (facts: Facts) => Draft
  /** Notes that a request was answered with a status, or that nobody waits for the answer any more. */
  readonly close: (draft: Draft, status: number | null) => void
}

/** Starts an empty ledger. */
export const make = (): Writer => {
  let drafts: Array<Draft> = []
  let count = 0
  let inFlight = 0
  const byPath = new Map<string, number>()
  const snapshot = Effect.sync((): ReadonlyArray<Entry> =>
    drafts.map((draft) => ({ ...draft, violations: [...draft.violations] }))
  )
  return {
    ledger: {
      entries: snapshot,
      to: (name) =>
        Effect.map(snapshot, (entries) => entries.filter(({ endpoint, path }) => endpoint === name || path === name)),
      violations: Effect.map(snapshot, (entries) =>
        entries.flatMap(({ index, method, path, violations }) =>
          violations.map((violation) => `request ${index}, ${method} ${path}: ${violation}`)
        )
      ),
      clear: Effect.sync(() => {
        drafts = []
      })
    },
    open: (facts) => {
      const nth = (byPath.get(facts.path) ?? 0) + 1
      byPath.set(facts.path, nth)
      const draft: Draft = {
        ...facts,
        index: ++count,
        nth,
        endpoint: null,
        credential: null,
        status: null,
        state: "open",
        inFlight: ++inFlight,
        violations: []
      }
      drafts.push(draft)
      return draft
    },
    close: (draft, status) => {
      inFlight--
      draft.status = status
      draft.state = status === null ? "abandoned" : "answered"
    }
  }
}
