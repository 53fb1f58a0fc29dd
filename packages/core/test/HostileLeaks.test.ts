import { NodeHttpClient } from "@effect/platform-node"
import { Catalog, Progress, RetryPolicy, ScanError } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Layer, Logger, References, Result, Schema, Stream, Tracer } from "effect"
import { inspect } from "node:util"
import * as Leaky from "./Leaky.ts"
import * as Scale from "./Scale.ts"
import * as Writings from "./secrets/Writings.ts"

const forms = Writings.of(Leaky.secret)

/** What tells that a text holds a form of the secret: the middle half of each form, as it is and as JSON writes it. */
const marks = [
  ...new Set(
    Object.values(forms).flatMap((form) => {
      const mark = form.slice(form.length / 4, (form.length * 3) / 4)
      const once = JSON.stringify(mark).slice(1, -1)
      return [mark, once, JSON.stringify(once).slice(1, -1)]
    })
  )
]
const isLeak = (text: string): boolean => marks.some((mark) => text.includes(mark))

const textOf = (value: unknown): string =>
  `${inspect(value, { depth: 20, maxStringLength: null, maxArrayLength: null })} ${JSON.stringify(value)}`

type Exit_ = readonly [exit: string, text: string]

/** Reads everything that a vendor gives, and collects all that leaves the library, with the name of its exit. */
const exitsOf = Effect.fnUntraced(function* (place: Leaky.Place, form: string) {
  const { origin } = yield* Leaky.serve(place, form)
  const exits: Array<Exit_> = []
  const spans: Array<Tracer.NativeSpan> = []
  const tracer = Tracer.make({
    span(options) {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  const logger = Logger.make((options) => {
    exits.push(["a log", `${Logger.formatJson.log(options)} ${Logger.formatLogFmt.log(options)}`])
  })
  const ofCause = (cause: Cause.Cause<unknown>, exit: string) => {
    exits.push([exit, `${Cause.pretty(cause)} ${textOf(Cause.squash(cause))}`])
    for (const error of Cause.prettyErrors(cause))
      exits.push([exit, `${String(error)} ${error.stack} ${textOf(error)}`])
    const error = Result.getOrUndefined(Cause.findError(cause))
    if (error instanceof ScanError.ScanError) {
      exits.push(["an error's message", error.message])
      exits.push(["an error as JSON", JSON.stringify(Schema.encodeSync(ScanError.ScanError)(error))])
    }
  }
  yield* Catalog.make(Leaky.provider(place.mistake?.(form)))
    .pages([Leaky.connectionTo(origin, place)], ({ cause, scope }) =>
      Effect.sync(() => {
        ofCause(cause, "an error")
        exits.push(["the scope of a failure", String(scope)])
      })
    )
    .pipe(
      Stream.runForEach(({ jobs, next, rejected, source }) =>
        Effect.sync(() => {
          exits.push(["a job", textOf(jobs)], ["a rejected row", textOf(rejected)])
          exits.push(["a cursor", textOf(next)], ["the source of a page", textOf(source)])
        })
      ),
      Effect.provide(
        Layer.mergeAll(
          NodeHttpClient.layerUndici,
          RetryPolicy.layer({ times: 1, base: "1 millis", maxRetryAfter: "1 millis" }),
          Progress.layer((event) => Effect.sync(() => exits.push(["an event", textOf(event)]))),
          Logger.layer([logger]),
          Layer.succeed(References.MinimumLogLevel, "All"),
          Layer.succeed(Tracer.Tracer, tracer)
        )
      )
    )
  for (const { attributes, events, links, name, status } of spans) {
    exits.push(["the name of a span", name], ["an attribute of a span", textOf([...attributes])])
    exits.push(
      ["an event of a span", textOf(events)],
      ["a link of a span", textOf(links.map((link) => link.attributes))]
    )
    if (status._tag === "Ended" && Exit.isFailure(status.exit)) ofCause(status.exit.cause, "the failure of a span")
  }
  return exits
})

const attacks = Scale.pairs(Leaky.places, Object.entries(forms)).map(
  ([place, [how, form]]) => [place.name, how, place, form] as const
)

describe("a secret that comes back", () => {
  it.live.each(attacks)("in %s, %s, leaves the library nowhere", ([, , place, form]) =>
    Effect.gen(function* () {
      const exits = yield* exitsOf(place, form)
      assert.isAbove(exits.length, 0)
      assert.deepStrictEqual(
        exits.filter(([, text]) => isLeak(text)).map(([exit, text]) => `${exit}: ${text.slice(0, 600)}`),
        []
      )
    })
  )

  it("would be seen in every form", () => {
    for (const form of Object.values(forms)) assert.isTrue(isLeak(textOf({ note: `before ${form} after` })))
  })
})
