/**
 * Decodes the program's own keys of the settings file.
 */
import { Effect, Result, Schema, SchemaIssue } from "effect"
import * as Placeholders from "./Placeholders.ts"
import type { Problem } from "./Problem.ts"
import type { Sections, Values } from "./Sections.ts"

/** The values, or what is wrong with them. */
export interface Decoded<S extends Sections> {
  readonly values: Values<S>
  readonly problems: ReadonlyArray<Problem>
}

/** No value is quoted, because it may be a secret. */
const format = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) => (issue._tag === "UnexpectedKey" ? "is not a key here" : SchemaIssue.defaultLeafHook(issue))
})

/** Decodes the keys that are there. */
export const decode = Effect.fnUntraced(function* <S extends Sections>(
  sections: S | undefined,
  content: { readonly [key: string]: unknown },
  folder: string
) {
  const problems: Array<Problem> = []
  const decoded: { [key: string]: unknown } = {}
  for (const [key, schema] of Object.entries(sections ?? {})) {
    const given = content[key]
    if (given === undefined) continue
    const values = yield* Placeholders.resolve(given, folder)
    const unresolved = Placeholders.unresolved(given, values)
    problems.push(...unresolved.map(({ code, message }) => ({ code, at: key, message })))
    if (unresolved.length > 0) continue
    const result = Schema.decodeUnknownResult(Schema.toCodecJson(schema), { errors: "all", onExcessProperty: "error" })(
      Placeholders.fill(given, values)
    )
    if (Result.isSuccess(result)) decoded[key] = result.success
    else problems.push(...problemsOf(key, result.failure))
  }
  return { values: valuesOf<S>(decoded), problems }
})

const problemsOf = (key: string, { issue }: Schema.SchemaError): ReadonlyArray<Problem> =>
  format(issue).issues.map(({ message, path = [] }) => ({
    code: "InvalidValue",
    at: [key, ...path.map(segmentOf)].join("."),
    message: lowerFirst(message.replaceAll(/\s*\n\s*/g, " "))
  }))

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

const segmentOf = (segment: unknown): string =>
  typeof segment === "object" && segment !== null && "key" in segment ? String(segment.key) : String(segment)

/** Each value was decoded by the schema of its key. */
const valuesOf = <S extends Sections>(decoded: { readonly [key: string]: unknown }) => decoded as Values<S>
