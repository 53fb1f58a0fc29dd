/**
 * The file of the rows that were left out because they are not as their vendor documents them: a JSON object a line.
 *
 * Each has `provider`, `connection`, `listing` and `scope`; `page` and `index`, the row's place, counted from 0; `path` and
 * `issue`, what is wrong; and `raw`, the row as the vendor sent it, without secrets.
 */
import type { Progress } from "@scanjobs/core"
import { Effect, FileSystem, Semaphore } from "effect"
import { OutputFailed, SettingsProblem } from "../Problem.ts"
import * as Secrets from "./HideSecrets.ts"

/** Writes the rows that a page had to leave out. */
export type Write = (
  source: Progress.Source,
  page: number,
  rows: ReadonlyArray<Progress.RejectedRow>
) => Effect.Effect<void, OutputFailed>

/**
 * Opens the file until the scope ends, and empties it unless this run goes on with an earlier one. It is there from the start,
 * so that an empty file means that no row was left out.
 */
export const open = Effect.fnUntraced(function* (path: string, goesOn: boolean, hide: (text: string) => string) {
  const files = yield* FileSystem.FileSystem
  const file = yield* Effect.mapError(
    files.open(path, { flag: goesOn ? "a" : "w" }),
    ({ reason }) => new SettingsProblem({ problems: [`--rejected: ${path} cannot be written (${reason._tag})`] })
  )
  const oneByOne = yield* Semaphore.make(1)
  const write: Write = (source, page, rows) => {
    if (rows.length === 0) return Effect.void
    const text = rows.map((row) => `${JSON.stringify(Secrets.hideIn(lineOf(source, page, row), hide))}\n`).join("")
    return file.writeAll(new TextEncoder().encode(text)).pipe(
      Effect.mapError(
        ({ reason }) => new OutputFailed({ message: `--rejected: ${path} cannot be written any more (${reason._tag})` })
      ),
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
