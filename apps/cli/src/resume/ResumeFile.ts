/**
 * The file from which a later run continues: what was asked for, and how far the run is.
 *
 * It is a JSON object that is only ever replaced as a whole, so that it can be read at any time. While a run is under way, a journal
 * beside it has the pages since (`PageJournal`).
 */
import { Cursor, ScanJob } from "@scanjobs/core"
import { DateTime, Effect, Option, Schema, SchemaIssue } from "effect"
import * as PrivateFile from "../files/PrivateFile.ts"
import { SettingsProblem } from "../Problem.ts"
import { Account } from "./Account.ts"

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
  /**
   * Whether the last run that wrote anything wrote it to its end. Where not, the output may end within a row. Missing where nothing
   * was written yet, and in files of older versions, which have no `accounts`.
   */
  ended: Schema.optionalKey(Schema.Boolean),
  ...progress,
  connections: Schema.Array(Schema.String),
  /** Whose rows these are. Missing in files of older versions. */
  accounts: Schema.optionalKey(Schema.Array(Account)),
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

/** A file cannot be used for a run; no vendor was asked. */
export const unusable = ({ message }: PrivateFile.FileFault) =>
  new SettingsProblem({ problems: [`--resume: ${message}`] })

const problem = (path: string, what: string) =>
  new SettingsProblem({ problems: [`--resume: ${path} ${what}; delete it to start again, or name another file`] })

/** The file's content, or `None` where there is no such file. */
export const read = Effect.fnUntraced(function* (path: string) {
  const text = yield* Effect.mapError(PrivateFile.read(path), unusable)
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

/** Replaces the file's content. */
export const replace = (path: string, content: ResumeFile): Effect.Effect<void, PrivateFile.FileFault> =>
  PrivateFile.replace(path, `${JSON.stringify(render(content), null, 2)}\n`)

/** A new file's content. */
export const make = (
  fields: Pick<ResumeFile, "started" | "connections" | "query" | "given"> & Required<Pick<ResumeFile, "accounts">>
): ResumeFile => ({
  version: 1,
  complete: false,
  pages: 0,
  rows: 0,
  rejected: 0,
  cursors: [],
  ...fields
})

/** What earlier runs have left on standard output: nothing at all, whole rows, or perhaps a row that was cut off. */
export const outputOf = ({ accounts, ended }: ResumeFile): "nothing" | "whole" | "cut" => {
  if (ended === undefined) return accounts === undefined ? "cut" : "nothing"
  return ended ? "whole" : "cut"
}

/** Identifies the connection, listing and scope of a cursor. */
export const placeOf = ({ connection, listing, scope }: Cursor.Cursor): string =>
  JSON.stringify([connection, listing, scope])

/** Whether a step is the next page after the content. */
export const follows = (content: Pick<ResumeFile, "started" | "pages">, step: Step): boolean =>
  DateTime.toEpochMillis(step.started) === DateTime.toEpochMillis(content.started) && step.pages === content.pages + 1
