/**
 * Writes the ledger of an emulator.
 */
import { Effect } from "effect"
import type { Entry, Ledger } from "./Ledger.ts"

type Facts = Omit<Entry, "index" | "nth" | "credential" | "status" | "state" | "inFlight" | "violations">

/** An entry that the emulator is still writing. */
export type Draft = { -readonly [K in keyof Entry]: Entry[K] } & { violations: Array<string> }

/** A ledger, and the functions by which the emulator writes it. */
export interface Writer {
  readonly ledger: Ledger
  readonly open: (facts: Facts) => Draft
  /** Notes the status of the answer, or `null` if the client gave up. */
  readonly close: (draft: Draft, status: number | null) => void
}

/** Makes an empty ledger. */
export const make = (): Writer => {
  let drafts: Array<Draft> = []
  let count = 0
  let inFlight = 0
  const asked = new Map<string, number>()
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
      // Several endpoints may have one path.
      const place = JSON.stringify([facts.path, facts.endpoint])
      const nth = (asked.get(place) ?? 0) + 1
      asked.set(place, nth)
      const draft: Draft = {
        ...facts,
        index: ++count,
        nth,
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
