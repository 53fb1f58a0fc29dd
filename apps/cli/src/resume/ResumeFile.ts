/**
 * The file from which a later run continues: what was asked for, and how far the run is.
 *
 * It is a JSON object that is only ever replaced as a whole, so that it can be read at any time. While a run is under way, a journal
 * beside it has the pages since (`PageJournal`).
 */
import { Cursor, ScanJob } from "@scanjobs/core"
import { DateTime, Effect, FileSystem, Option, type PlatformError, Schema, SchemaIssue } from "effect"
import * as IoFault from "../output/IoFault.ts"
import { SettingsProblem } from "../Problem.ts"

/** What was asked for, with absolute times. */
const Asked = Schema.Struct({
  from: Schema.NullOr(Schema.DateTimeUtcFromString),
  until: Schema.NullOr(Schema.DateTimeUtcFromString),
  /** Where listings without an end are cut if there is no `until`. */
  horizon: Schema.DateTimeUtcFromString,
  states: Schema.Array(ScanJob.State),
  categories: Schema.Array(ScanJob.Category),
  kinds: Schema.optionalKey(Schema.Array(ScanJob.Kind)),
  listings: Schema.optionalKey(Schema.Array(Schema.String)),
  limit: Schema.NullOr(Schema.Int)
})

/** How far a run is. */
const progress = {
  /** How many pages were written, over all runs. */
  pages: Schema.Natural,
  /** How many rows were written. */
  rows: Schema.Natural,
  /** How many rows were left out because they are not as documented. */
  rejected: Schema.Natural
}

/** One page that was written after the file was last replaced. */
export const Step = Schema.Struct({
  /** The `started` of the file that the step belongs to. */
  started: Schema.DateTimeUtcFromString,
  ...progress,
  cursor: Cursor.Cursor
})
export type Step = typeof Step.Type

/** The file's content. */
export const ResumeFile = Schema.Struct({
  version: Schema.Literal(1),
  /** When the first run began. */
  started: Schema.DateTimeUtcFromString,
  /** Whether everything that was asked for was written. */
  complete: Schema.Boolean,
  ...progress,
  connections: Schema.Array(Schema.String),
  query: Asked,
  /** The times as they were given, such as `-7d`. */
  given: Schema.Struct({ from: Schema.NullOr(Schema.String), until: Schema.NullOr(Schema.String) }),
  cursors: Schema.Array(Cursor.Cursor)
})
export type ResumeFile = typeof ResumeFile.Type

const parse = Schema.decodeUnknownEffect(Schema.fromJsonString(ResumeFile))
const render = Schema.encodeSync(ResumeFile)
const Version = Schema.Struct({ version: Schema.Int })
const isNewer = (text: string): boolean =>
  Option.match(Schema.decodeUnknownOption(Schema.fromJsonString(Version))(text), {
    onNone: () => false,
    onSome: ({ version }) => version > 1
  })

const problem = (path: string, what: string) =>
  new SettingsProblem({ problems: [`--resume: ${path} ${what}; delete it to start again, or name another file`] })

/** The file's content, or `None` where there is no such file. */
export const read = Effect.fnUntraced(function* (path: string) {
  const files = yield* FileSystem.FileSystem
  const text = yield* files.readFileString(path).pipe(
    Effect.asSome,
    Effect.catchIf(
      ({ reason }) => reason._tag === "NotFound",
      () => Effect.succeedNone
    ),
    Effect.mapError((error) => problem(path, `cannot be read (${IoFault.describe(error)})`))
  )
  if (Option.isNone(text)) return Option.none<ResumeFile>()
  return yield* parse(text.value).pipe(
    Effect.asSome,
    Effect.mapError(({ issue }) =>
      problem(
        path,
        isNewer(text.value) ? "was written by a newer scanjobs" : `is damaged or no file of --resume (${where(issue)})`
      )
    )
  )
})

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** Where the content is wrong, without repeating it. */
const where = (issue: SchemaIssue.Issue): string => {
  const [first] = format(issue).issues
  const path = (first?.path ?? []).map(String).join(".")
  return path === "" ? "it is no such JSON object" : `at ${path}`
}

/** Replaces the file atomically: a reader, and a crash at any moment, see either the old content or the new one. */
export const replace = Effect.fnUntraced(function* (
  path: string,
  content: ResumeFile
): Effect.fn.Return<void, PlatformError.PlatformError, FileSystem.FileSystem> {
  const files = yield* FileSystem.FileSystem
  const temporary = `${path}.new`
  const text = `${JSON.stringify(render(content), null, 2)}\n`
  yield* Effect.scoped(
    Effect.gen(function* () {
      const file = yield* files.open(temporary, { flag: "w" })
      yield* file.writeAll(new TextEncoder().encode(text))
      yield* file.sync
    })
  )
  yield* files.rename(temporary, path)
})

/** A new file's content. */
export const make = (fields: Pick<ResumeFile, "started" | "connections" | "query" | "given">): ResumeFile => ({
  version: 1,
  complete: false,
  pages: 0,
  rows: 0,
  rejected: 0,
  cursors: [],
  ...fields
})

/** Identifies the connection, listing and scope of a cursor. */
export const placeOf = ({ connection, listing, scope }: Cursor.Cursor): string =>
  JSON.stringify([connection, listing, scope])

/** Whether a step is the next page after the content. */
export const follows = (content: Pick<ResumeFile, "started" | "pages">, step: Step): boolean =>
  DateTime.toEpochMillis(step.started) === DateTime.toEpochMillis(content.started) && step.pages === content.pages + 1
