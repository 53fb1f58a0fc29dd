/**
 * A file beside the resume file, with a line for each page that was written since the resume file was last replaced.
 *
 * Replacing a file so that it survives a power cut takes milliseconds; appending a line takes microseconds. The lines survive when
 * the program is killed, so that at most the page under way is written again.
 */
import { Effect, Option, Schema } from "effect"
import * as PrivateFile from "../files/PrivateFile.ts"
import * as ResumeFile from "./ResumeFile.ts"

/** The journal of a resume file. */
export interface PageJournal {
  readonly append: (step: ResumeFile.Step) => Effect.Effect<void, PrivateFile.FileFault>
  /** Removes all lines, once the resume file includes them. */
  readonly clear: Effect.Effect<void, PrivateFile.FileFault>
  /** Removes the file, once the run is over and the resume file includes everything. */
  readonly remove: Effect.Effect<void, PrivateFile.FileFault>
}

/** Where the journal of a resume file lies. */
export const pathOf = (resumeFile: string): string => `${resumeFile}.journal`

const Line = Schema.fromJsonString(ResumeFile.Step)
const parse = Schema.decodeUnknownOption(Line)
const render = Schema.encodeSync(Line)

/** Applies the lines that continue a resume file to its content. A line that was cut off belongs to the page under way. */
export const replay = Effect.fnUntraced(function* (resumeFile: string, content: ResumeFile.ResumeFile) {
  const text = Option.getOrElse(yield* PrivateFile.read(pathOf(resumeFile)), () => "")
  const cursors = new Map(content.cursors.map((cursor) => [ResumeFile.placeOf(cursor), cursor]))
  let last: Pick<ResumeFile.Step, "started" | "pages" | "rows" | "rejected"> = content
  for (const line of text.split("\n")) {
    const step = parse(line)
    if (Option.isNone(step) || !ResumeFile.follows(last, step.value)) continue
    last = step.value
    cursors.set(ResumeFile.placeOf(step.value.cursor), step.value.cursor)
  }
  const { pages, rejected, rows } = last
  const replayed: ResumeFile.ResumeFile = { ...content, pages, rows, rejected, cursors: [...cursors.values()] }
  return replayed
})

/** Removes the journal of a resume file, if there is one. */
export const remove = (resumeFile: string): Effect.Effect<void, PrivateFile.FileFault> =>
  PrivateFile.remove(pathOf(resumeFile))

/** Opens an empty journal until the scope ends. */
export const open = Effect.fnUntraced(function* (resumeFile: string) {
  const file = yield* PrivateFile.open(pathOf(resumeFile), "remove")
  const journal: PageJournal = {
    append: (step) => file.append(`${render(step)}\n`),
    clear: file.clear,
    remove: remove(resumeFile)
  }
  return journal
})
