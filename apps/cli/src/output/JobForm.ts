/**
 * Jobs in one of the output formats.
 */
import { Effect } from "effect"
import type { Destination, JobFormat } from "./Formats.ts"
import type { Form, Lost } from "./JsonRows.ts"
import type { Options as TableOptions } from "./Table.ts"

/** How jobs are written. */
export interface Options extends Pick<TableOptions, "zone" | "now" | "states" | "columns" | "wide"> {
  readonly destination: Destination
  /** Whether a table or CSV begins with a header line. */
  readonly headers: boolean
  /** Whether CSV cells are written exactly as they are. */
  readonly csvRaw: boolean
  /** Called for a job that cannot be written. */
  readonly lost: Lost
}

/** Prepares a format for one output. Only the module of that format is loaded. */
export const open: (format: JobFormat, options: Options) => Effect.Effect<Form> = Effect.fnUntraced(
  function* (format, options) {
    const { colour, isTerminal, width } = options.destination
    switch (format) {
      case "json":
      case "ndjson": {
        const { json, ndjson, visible } = yield* Effect.promise(() => import("./JsonRows.ts"))
        const form = format === "json" ? json(options.lost) : ndjson(options.lost)
        return isTerminal ? visible(form) : form
      }
      case "ocsf": {
        const [{ make }, { visible }] = yield* Effect.promise(() =>
          Promise.all([import("./OcsfEvents.ts"), import("./JsonRows.ts")])
        )
        return isTerminal ? visible(make(options)) : make(options)
      }
      case "csv": {
        const { cellsFor, make, mend } = yield* Effect.promise(() => import("./Csv.ts"))
        const cells = cellsFor(isTerminal, options.csvRaw)
        return { write: make({ headers: options.headers, cells }), close: () => "", mend }
      }
      case "table": {
        const { make } = yield* Effect.promise(() => import("./Table.ts"))
        return make({ ...options, colour, width })
      }
    }
  }
)
