/**
 * Standard error for programs: one JSON object a line, and nothing else.
 *
 * Every line has `type` and `message`, and as far as they are known `provider`, `connection`, `listing` and `scope`, or `null`.
 *
 * - `failure`: something failed. `reason` is its tag, such as `RateLimited`; `hint` says what to do; `status`, `code` and
 *   `requestId` are those of the vendor's answer; `retryAfter` is in milliseconds; `retryable` tells whether asking again later
 *   can help; `resume` is the cursor to go on from. What does not apply is `null`. A wrong command line is a `UsageProblem`,
 *   wrong settings are a `SettingsProblem` each, with the code of `Problem.Code` in `code`, such as `VariableNotSet`.
 * - `rejected`: a row was left out, with `page`, `index`, `path` and `issue`.
 * - `cut`: a listing without an end was cut at `horizon`, ISO 8601.
 * - `drift`: answers differ from the provider's schema. `kind` is `extra`, `missing`, `unreadable_time`, `inexact_number` or `extra_in_page`, with
 *   the `field`, or `unknown_state`, with the `value`; `rows` is how many rows, or pages for `extra_in_page`.
 * - `note`: something that is good to know.
 * - `summary`, what `list` came to, after everything but a note that telemetry could not be sent: `jobs`, `connections`, `repeats`, `rejected`,
 *   `failures`, `states` (how many jobs are in each), `interrupted`.
 */
import { type Catalog, Drift, type Progress, Reason, Secrets } from "@scanjobs/core"
import { Cause, Effect, type Stdio } from "effect"
import * as Advice from "./Advice.ts"
import { type Line, nowhere, unknownFacts } from "./JsonLine.ts"
import { nameOf } from "../Problem.ts"
import * as Report from "./Report.ts"
import { isoOf } from "../output/IsoTime.ts"
import * as StandardError from "./StandardError.ts"
import type { Tally } from "./Tally.ts"
import * as Visible from "../output/Visible.ts"

/** Writes lines without the secrets. */
export const print = (
  lines: ReadonlyArray<Line>,
  secrets: Secrets.Secrets = Secrets.make()
): Effect.Effect<void, never, Stdio.Stdio> =>
  lines.length === 0
    ? Effect.void
    : StandardError.write(lines.map((line) => `${Visible.json(JSON.stringify(secrets.scrubJson(line)))}\n`).join(""))

/** Something that is good to know of the run as a whole. */
export const note = (message: string): Line => ({ type: "note", ...nowhere, message })

/** Something that is good to know of one connection. */
export const noteOf = (
  { connection, provider }: { readonly connection: string; readonly provider: string },
  message: string
): Line => ({ type: "note", ...nowhere, provider, connection, message })

/** What an event says, if anything. */
export const ofEvent = (event: Progress.Event): ReadonlyArray<Line> => {
  switch (event._tag) {
    case "PageRead": {
      const { page, rejected } = event
      return rejected.map((row) => leftOut(event, page, row))
    }
    case "Noted":
      return [{ type: "note", ...placeOf(event), message: event.message }]
    case "Completed": {
      if (event.by !== "horizon") return []
      const horizon = isoOf(event.horizon)
      const message = `planned runs after ${horizon} were not asked for (default horizon; use --until)`
      return [{ type: "cut", ...placeOf(event), horizon, message }]
    }
    case "Drifted":
      return event.drift.map((drift) => ({ type: "drift", ...placeOf(event), ...drift, message: Drift.format(drift) }))
    default:
      return []
  }
}

const leftOut = (source: Progress.Source, page: number, { index, issue, path }: Progress.RejectedRow): Line => ({
  type: "rejected",
  ...placeOf(source),
  page,
  index,
  path,
  issue,
  message: `left out a row that is not as documented: ${path === "" ? "" : `${path}: `}${issue}`
})

const placeOf = ({ connection, listing, provider, scope }: Progress.Source) => ({
  provider,
  connection,
  listing,
  scope
})

/** A line for each thing that failed. */
export const ofFailure = ({
  cause,
  connection,
  listing,
  provider,
  scope
}: Catalog.Failure<unknown>): ReadonlyArray<Line> =>
  cause.reasons
    .filter((reason) => !Cause.isInterruptReason(reason))
    .map((reason) => failureOf({ provider, connection, listing, scope }, reason))

const failureOf = (
  place: { readonly [field: string]: string | null },
  reason: Cause.Fail<unknown> | Cause.Die
): Line => ({
  type: "failure",
  ...place,
  ...(Cause.isFailReason(reason) ? factsOf(reason.error) : internal(reason.defect))
})

const internal = (defect: unknown) => ({
  reason: "InternalError",
  message: nameOf(defect),
  ...unknownFacts
})

const factsOf = (error: unknown) => {
  if (!Report.isScanError(error)) {
    return { ...internal(error), reason: error instanceof Error ? error.name : "UnknownError" }
  }
  const { reason } = error
  const answer = "status" in reason ? reason : Reason.unknownAnswer
  return {
    reason: reason._tag,
    message: reason.message,
    hint: ("hint" in reason ? reason.hint : null) ?? Advice.of(reason) ?? null,
    status: answer.status,
    code: answer.code,
    requestId: answer.requestId,
    retryAfter: Reason.retryAfter(reason),
    retryable: reason.retryable,
    resume: error.resume
  }
}

/** What the run came to. */
export const summary = (tally: Tally, how: Report.Ended, connections: number): Line => ({
  type: "summary",
  ...nowhere,
  message: Report.summary(tally, connections),
  jobs: tally.written,
  connections,
  repeats: tally.repeats,
  rejected: tally.left,
  failures: tally.failures.length,
  states: Object.fromEntries(tally.states),
  interrupted: how === "interrupted"
})
