/**
 * A tracer whose spans hold no secret, whatever is put into them.
 */
import { Cause, Exit, Tracer } from "effect"
import type { Secrets } from "../secrets/Secrets.ts"

/** Wraps a tracer. The names, attributes, events and failures of its spans are scrubbed before the tracer gets them. */
export const make = (tracer: Tracer.Tracer, { scrub, scrubJson }: Secrets): Tracer.Tracer => {
  const cleanExit = (exit: Exit.Exit<unknown, unknown>) =>
    Exit.isFailure(exit) && holdsSecret(exit.cause, scrub) ? Exit.die(new Error(scrub(messageOf(exit.cause)))) : exit
  const clean = (span: Tracer.Span): Tracer.Span => {
    const attribute = span.attribute.bind(span)
    const event = span.event.bind(span)
    const end = span.end.bind(span)
    return Object.assign(span, {
      attribute: (key: string, value: unknown) => attribute(key, scrubJson(value)),
      event: (name: string, startTime: bigint, attributes: { [name: string]: unknown } = {}) =>
        event(scrub(name), startTime, mapped(attributes, scrubJson)),
      end: (endTime: bigint, exit: Exit.Exit<unknown, unknown>) => end(endTime, cleanExit(exit))
    })
  }
  return Tracer.make({
    span: (options) => clean(tracer.span({ ...options, name: scrub(options.name) })),
    ...(tracer.context === undefined ? {} : { context: tracer.context.bind(tracer) })
  })
}

const mapped = (attributes: { readonly [name: string]: unknown }, value: (value: unknown) => unknown) =>
  Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, value(attribute)]))

/** An error's own text; its stack names places in programs only, and begins with that text. */
const messageOf = (cause: Cause.Cause<unknown>): string =>
  Cause.prettyErrors(cause)
    .map(({ message }) => message)
    .join("; ")

const holdsSecret = (cause: Cause.Cause<unknown>, scrub: (text: string) => string): boolean => {
  const text = Cause.pretty(cause)
  return scrub(text) !== text
}
