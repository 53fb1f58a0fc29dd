/**
 * The keys of the settings file that are about what is stored: `store`, `judgement` and `notify`.
 */
import { type JudgementPolicy, Target } from "@scanjobs/history"
import { Redacted, Schema, SchemaGetter } from "effect"
import { Span } from "./Span.ts"

const Place = Schema.Redacted(Schema.NonEmptyString)

/** Where the history is kept, and how much of it. A text is the place alone. */
const Store = Schema.Union([
  Place,
  Schema.Struct({
    /** `sqlite:PATH`, a path, or `postgres://…`. */
    place: Schema.optionalKey(Place),
    /** How long jobs and changes are kept; for ever where it is not given. */
    retention: Schema.optionalKey(Span),
    /** Whether vendors' rows are kept, which are about half of a store. Default true. */
    raw: Schema.optionalKey(Schema.Boolean)
  })
])

const Instant = Schema.String.pipe(
  Schema.check(
    Schema.makeFilter((text: string) => /(?:Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)), {
      expected: "an ISO 8601 time with Z or an offset, such as 2026-01-31T08:00:00Z"
    })
  ),
  Schema.decodeTo(Schema.Finite, {
    decode: SchemaGetter.transform((text) => Date.parse(text)),
    encode: SchemaGetter.transform((millis) => new Date(millis).toISOString())
  })
)

const rules = {
  grace: Schema.optionalKey(Span),
  latest: Schema.optionalKey(Span),
  planAge: Schema.optionalKey(Span),
  lag: Schema.optionalKey(Span),
  pauses: Schema.optionalKey(Schema.Array(Schema.Struct({ from: Instant, until: Instant })))
}

/** The rules by which planned runs are judged; those of a definition win over its connection's, and those over the general ones. */
const Judgement = Schema.Struct({
  ...rules,
  connections: Schema.optionalKey(
    Schema.Record(
      Schema.String,
      Schema.Struct({
        ...rules,
        /** By definition id or name. */
        definitions: Schema.optionalKey(Schema.Record(Schema.String, Schema.Struct(rules)))
      })
    )
  )
})

/** The keys. */
export const sections = { store: Store, judgement: Judgement, notify: Schema.Array(Target.Target) }

/** What the keys say. */
export interface History {
  readonly store?: typeof Store.Type
  readonly judgement?: typeof Judgement.Type
  readonly notify?: ReadonlyArray<Target.Target>
}

/** The secrets among them. */
export const secretsOf = ({ notify = [], store }: History): ReadonlyArray<string> => {
  const place = store === undefined || Redacted.isRedacted(store) ? store : store.place
  const password = place === undefined ? undefined : passwordOf(Redacted.value(place))
  return [
    ...(password === undefined ? [] : [password]),
    ...notify.flatMap(({ secret, to }) => [to, ...(secret === undefined ? [] : [secret])].map(Redacted.value))
  ]
}

const passwordOf = (place: string): string | undefined => {
  const password = URL.parse(place)?.password ?? ""
  return password === "" ? undefined : decodeURIComponent(password)
}

/** Which definition is judged. */
export interface Definition {
  readonly connection: string
  readonly definitionId: string | null
  readonly name: string | null
}

/** The rules for a definition. */
export const policyOf =
  ({ judgement = {} }: History) =>
  ({ connection, definitionId, name }: Definition): JudgementPolicy => {
    const { connections = {}, ...general } = judgement
    const { definitions = {}, ...ofConnection } = ownOf(connections, connection) ?? {}
    const ofDefinition = ownOf(definitions, definitionId) ?? ownOf(definitions, name) ?? {}
    return { ...general, ...ofConnection, ...ofDefinition }
  }

const ownOf = <A>(entries: { readonly [key: string]: A }, key: string | null): A | undefined =>
  key !== null && Object.hasOwn(entries, key) ? entries[key] : undefined
