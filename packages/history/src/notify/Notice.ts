/**
 * What people are told about: something that went wrong, and later that it is over.
 *
 * **Example** (the settings of a target)
 *
 * ```ts
 * import { Notice } from "@scanjobs/history"
 * import { Schema } from "effect"
 *
 * export const Wanted = Schema.Array(Notice.Cause)
 * export const isUrgent = ({ cause, isOver }: Notice.Notice) => cause === "missed" && !isOver
 * export const mail = (notices: ReadonlyArray<Notice.Notice>) => Notice.lines(notices.filter(isUrgent)).join("\n")
 * ```
 */
import { Schema } from "effect"

/**
 * Why people are told:
 *
 * - `missed`: a planned run did not come.
 * - `overdue`: a planned run should have started, and may still come late.
 * - `failed`: a run failed.
 * - `silent`: a definition without a plan ran no more for longer than its own rhythm allows.
 * - `running_too_long`: a run takes longer than earlier runs of its definition allow.
 * - `connection_failing`: a connection could not be read completely for several readings.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Cause = Schema.Literals([
  "missed",
  "overdue",
  "failed",
  "silent",
  "running_too_long",
  "connection_failing"
])

/**
 * Why people are told.
 *
 * @since 0.1.0
 * @category models
 */
export type Cause = typeof Cause.Type

/**
 * One thing to tell.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Notice = Schema.Struct({
  /** The same each time that this is told, so that a receiver can tell a repetition; another one once it is over. */
  id: Schema.String,
  cause: Cause,
  /** Whether it is over: the run came after all, the next run succeeded, the connection can be read again. */
  isOver: Schema.Boolean,
  /** When that was found out, in epoch milliseconds. */
  at: Schema.Finite,
  provider: Schema.String,
  connection: Schema.String,
  /** What people call the scan; `null` for a connection as a whole. */
  name: Schema.NullOr(Schema.String),
  /** The job's id; `null` where it is about no single job. */
  job: Schema.NullOr(Schema.String),
  /** When the run was planned or started, in epoch milliseconds. */
  time: Schema.NullOr(Schema.Finite),
  /** More in words, such as the vendor's error text. */
  detail: Schema.NullOr(Schema.String)
})

/**
 * One thing to tell.
 *
 * @since 0.1.0
 * @category models
 */
export type Notice = typeof Notice.Type

const titles: { readonly [cause in Cause]: string } = {
  missed: "missed",
  overdue: "overdue",
  failed: "failed",
  silent: "silent",
  running_too_long: "running too long",
  connection_failing: "connection failing"
}

/** The longest name or detail that a line shows. */
const longest = 200

/** One line of plain text, in which control and invisible characters are spaces. Times are UTC. */
const lineOf = ({ cause, connection, detail, isOver, name, provider, time }: Notice): string => {
  const what = name === null ? "" : `${textOf(name)}, `
  const when = time === null ? "" : `, ${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`
  const why = detail === null ? "" : `: ${textOf(detail)}`
  return `${isOver ? "over: " : ""}${titles[cause]}: ${what}${textOf(connection)} (${textOf(provider)})${when}${why}`
}

const textOf = (text: string): string => {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim()
  const characters = Array.from(plain)
  return characters.length <= longest ? plain : `${characters.slice(0, longest - 1).join("")}…`
}

/** How many lines a message for people has at most. */
const most = 20

/**
 * The lines of a message for people: a title that counts, and a line for each notice. After twenty, only how many there are more.
 *
 * @since 0.1.0
 * @category constructors
 */
export const lines = (notices: ReadonlyArray<Notice>): readonly [title: string, ...lines: Array<string>] => {
  const begun = notices.filter(({ isOver }) => !isOver).length
  const over = notices.length - begun
  const counts = [
    ...(begun === 0 ? [] : [`${begun} ${begun === 1 ? "problem" : "problems"}`]),
    ...(over === 0 ? [] : [`${over} over`])
  ]
  const shown = notices.slice(0, most).map(lineOf)
  const rest = notices.length - shown.length
  return [`scanjobs: ${counts.join(", ")}`, ...shown, ...(rest === 0 ? [] : [`and ${rest} more`])]
}
