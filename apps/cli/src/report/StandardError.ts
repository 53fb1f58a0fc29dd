/**
 * Writes to standard error. Failures to write are ignored.
 */
import { Effect, Stdio, Stream } from "effect"
import * as Visible from "../output/Visible.ts"

/** Writes text as it is. */
export const write = (text: string): Effect.Effect<void, never, Stdio.Stdio> =>
  Effect.flatMap(Stdio.Stdio, (stdio) =>
    Effect.ignore(Stream.run(Stream.make(text), stdio.stderr({ endOnDone: false })))
  )

/** Writes lines, each made safe to show. */
export const print = (lines: ReadonlyArray<string>): Effect.Effect<void, never, Stdio.Stdio> =>
  lines.length === 0 ? Effect.void : write(lines.map((line) => `${Visible.text(line)}\n`).join(""))
