/**
 * Records what a program emits about itself: logs of every level, spans and their events.
 */
import { Secrets } from "@scanjobs/core"
import { Cause, type Effect, Effect as Effects, Exit, Layer, Logger, References, Tracer } from "effect"
import { Base64 } from "effect/encoding"
import { inspect } from "node:util"

/** Texts, each with the place where it was seen. */
export type Seen = ReadonlyArray<readonly [where: string, text: string]>

/** Records the output of one program. */
export interface LeakWitness {
  /** Runs a program with a logger and a tracer that record everything. */
  readonly watch: <A, E, R>(program: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  readonly texts: () => Seen
}

/** Makes a witness that has recorded nothing. */
export const make = (): LeakWitness => {
  const lines: Array<string> = []
  const spans: Array<Tracer.NativeSpan> = []
  const logger = Logger.make((options) => {
    lines.push(
      Logger.formatJson.log(options),
      Logger.formatLogFmt.log(options),
      inspect(options.message, { depth: 20 })
    )
  })
  const tracer = Tracer.make({
    span(options) {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  const layers = Layer.mergeAll(
    Logger.layer([logger]),
    Layer.succeed(References.MinimumLogLevel, "All"),
    Layer.succeed(Tracer.Tracer, tracer)
  )
  return {
    watch: (program) => Effects.provide(program, layers),
    texts: () => [
      ...lines.map((line) => ["a log", line] as const),
      ...spans.flatMap((span) => textsOfSpan(span).map((text) => [`the span ${span.name}`, text] as const))
    ]
  }
}

const textsOfSpan = ({ attributes, events, links, name, status }: Tracer.NativeSpan): ReadonlyArray<string> => [
  name,
  textOf([...attributes]),
  textOf(events),
  textOf(links.map((link) => link.attributes)),
  ...(status._tag === "Ended" && Exit.isFailure(status.exit) ? [Cause.pretty(status.exit.cause)] : [])
]

/** A value as text: the output of `inspect` and of `JSON.stringify`. */
export const textOf = (value: unknown): string =>
  `${inspect(value, { depth: 20, maxStringLength: null })} ${json(value)}`

/** A failure in every form in which programs print it. */
export const textsOfCause = (cause: Cause.Cause<unknown>): ReadonlyArray<string> => [
  Cause.pretty(cause),
  textOf(cause),
  ...Cause.prettyErrors(cause).flatMap((error) => [String(error), error.stack ?? "", textOf(error)]),
  textOf(Cause.squash(cause))
]

const json = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? ""
  } catch {
    return ""
  }
}

/**
 * Finds secrets in texts, in every form that {@link Secrets} knows. Four of them are looked for without it, because a form that it
 * overlooks would be overlooked both where secrets are removed and here.
 */
export const finder = (secrets: ReadonlyArray<string>): ((text: string) => boolean) => {
  const known = Secrets.make(secrets)
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Base64.encode(secret)
  ])
  return (text) => forms.some((form) => text.includes(form)) || known.isIn(text)
}

/** Whether a text contains a secret in any form. */
export const holds = (text: string, secret: string): boolean => finder([secret])(text)

/** Whether a text contains a secret in one of these forms, or decodes from Base64 to a text that does, such as `user:password`. */
export const isMadeOf = (text: string, secret: string): boolean =>
  holds(text, secret) || holds(Buffer.from(text, "base64").toString(), secret)
