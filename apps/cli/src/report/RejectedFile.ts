/**
 * The file of the rows that were left out because they are not as their vendor documents them: a JSON object a line.
 *
 * Each has `provider`, `connection`, `listing` and `scope`; `page` and `index`, the row's place, counted from 0; `path` and
 * `issue`, what is wrong; and `raw`, the row as the vendor sent it, without secrets.
 */
import type { Progress, Secrets } from "@scanjobs/core"
import { Effect, Semaphore } from "effect"
import * as PrivateFile from "../files/PrivateFile.ts"
import { OutputFailed, SettingsProblem } from "../Problem.ts"

/** Writes the rows of a page that were left out. */
export type Write = (
  source: Progress.Source,
  page: number,
  rows: ReadonlyArray<Progress.RejectedRow>
) => Effect.Effect<void, OutputFailed>

/**
 * Opens the file until the scope ends, and empties it unless this run continues an earlier one. The file is created at once, so
 * that an empty one means that no row was left out.
 */
export const open = Effect.fnUntraced(function* (path: string, goesOn: boolean, secrets: Secrets.Secrets) {
  const file = yield* Effect.mapError(
    PrivateFile.open(path, goesOn ? "keep" : "remove"),
    ({ message }) => new SettingsProblem({ problems: [`--rejected: ${message}`] })
  )
  const oneByOne = yield* Semaphore.make(1)
  const write: Write = (source, page, rows) => {
    if (rows.length === 0) return Effect.void
    const text = rows.map((row) => `${JSON.stringify(secrets.scrubJson(lineOf(source, page, row)))}\n`).join("")
    return file.append(text).pipe(
      Effect.mapError(({ message }) => new OutputFailed({ message: `--rejected: ${message}` })),
      oneByOne.withPermits(1)
    )
  }
  return write
})

const lineOf = (
  { connection, listing, provider, scope }: Progress.Source,
  page: number,
  { index, issue, path, raw }: Progress.RejectedRow
) => ({ provider, connection, listing, scope, page, index, path, issue, raw: raw ?? null })
