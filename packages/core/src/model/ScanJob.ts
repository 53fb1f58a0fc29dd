/**
 * The normalised record of one scan: planned, running or finished.
 *
 * A `ScanJob` is plain data, so that a million of them cost little. Times are epoch milliseconds and absence is `null`;
 * {@link startDateTime} and {@link finishDateTime} build a `DateTime` on demand. The vendor's own row stays in `raw`, typed.
 *
 * **Example** (the columns of a report)
 *
 * ```ts
 * import { ScanJob } from "@scanjobs/core"
 * import { Schema } from "effect"
 *
 * export const header = ScanJob.fieldNames.join(",")
 * export const line = (job: ScanJob.ScanJob) => [job.name, ScanJob.startDateTime(job), ScanJob.finishDateTime(job)]
 * export const Filter = Schema.Struct({
 *   kinds: Schema.Array(ScanJob.Kind),
 *   categories: Schema.Array(ScanJob.Category),
 *   states: Schema.Array(ScanJob.State)
 * })
 * export const stateOf = (word: string): ScanJob.State => (ScanJob.isState(word) ? word : "unknown")
 * ```
 */
import { DateTime, Option, Schema, SchemaTransformation } from "effect"
import { httpUrl, isHttpUrl } from "./HttpUrl.ts"
import { Category, Kind, State } from "./JobTerms.ts"

export { Category, isState, Kind, State } from "./JobTerms.ts"

/**
 * What a plugin says about one vendor row; the library adds who it came from and makes `id` of `vendorId`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fields {
  /** The vendor's id, as the vendor gave it. */
  readonly vendorId: string
  readonly kind: Kind
  readonly category: Category
  readonly state: State
  /** The vendor's own value of the state, as text. */
  readonly vendorState: string | null
  /** The schedule or profile that this job belongs to. */
  readonly definitionId?: string | null
  readonly name?: string | null
  /** Why it failed or was skipped. */
  readonly detail?: string | null
  /** 0 to 100. */
  readonly progress?: number | null
  /** Epoch milliseconds. */
  readonly startTime?: number | null
  /** Epoch milliseconds. */
  readonly finishTime?: number | null
  /** The vendor's own page about it, for people. Anything but an absolute http or https address without a user in it becomes `null`. */
  readonly link?: string | null
}

/**
 * A normalised scan job of the provider `Provider`, brought by its listing `Listing`, with the vendor's row.
 *
 * @since 0.1.0
 * @category models
 */
export interface ScanJob<out Provider extends string = string, out Listing extends string = string, out Raw = unknown> {
  readonly provider: Provider
  /** The name of the connection, as in the settings. */
  readonly connection: string
  readonly listing: Listing
  /**
   * What the listing ran for, as text: a repository, an organization, a survey, a parent scan. `null` where it has no scopes.
   * `definitionId` is unique together with it.
   */
  readonly scope: string | null
  /** Unique across everything: provider, connection, listing, scope and vendor id. */
  readonly id: string
  readonly vendorId: string
  readonly kind: Kind
  readonly definitionId: string | null
  readonly name: string | null
  readonly category: Category
  readonly state: State
  readonly vendorState: string | null
  readonly detail: string | null
  readonly progress: number | null
  /** Epoch milliseconds. */
  readonly startTime: number | null
  /** Epoch milliseconds. */
  readonly finishTime: number | null
  /** The vendor's own page about it, as an http or https address; `null` where the vendor names none. */
  readonly link: string | null
  /** The row as the vendor sent it, with the fields that its schema does not know. */
  readonly raw: Raw
}

/**
 * A job as it is stored and sent: times are ISO 8601 with `Z`, and the row is JSON.
 *
 * @since 0.1.0
 * @category models
 */
export interface Encoded extends Omit<ScanJob, "startTime" | "finishTime"> {
  readonly startTime: string | null
  readonly finishTime: string | null
}

const Instant = Schema.String.pipe(
  Schema.check(
    Schema.makeFilter((text: string) => /(?:Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)), {
      expected: "an ISO 8601 instant with Z or an offset"
    })
  ),
  Schema.decodeTo(
    // What Date can hold.
    Schema.Finite.check(Schema.isBetween({ minimum: -8.64e15, maximum: 8.64e15 })),
    SchemaTransformation.transform({
      decode: (text) => Date.parse(text),
      encode: (millis) => new Date(millis).toISOString()
    })
  )
)

/**
 * The codec of a job whose row has the schema `raw`: times are epoch milliseconds in memory and ISO 8601 with `Z` when
 * encoded.
 *
 * **Example** (a job as JSON)
 *
 * ```ts run
 * import { ScanJob } from "@scanjobs/core"
 * import { Schema } from "effect"
 *
 * const codec = ScanJob.schema(Schema.Struct({ state: Schema.Int }))
 * const job = Schema.decodeUnknownSync(codec)({
 *   provider: "acme", connection: "main", listing: "runs", scope: null, id: "acme/main/runs/7", vendorId: "7", kind: "run",
 *   definitionId: null, name: null, category: "web", state: "running", vendorState: "1", detail: null, progress: 40,
 *   startTime: "2026-01-01T00:00:00.000Z", finishTime: null, link: null, raw: { state: 1 }
 * })
 * console.log(job.startTime) // 1767225600000
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const schema = <Raw extends Schema.Constraint>(raw: Raw) =>
  Schema.Struct({
    provider: Schema.String,
    connection: Schema.String,
    listing: Schema.String,
    scope: Schema.NullOr(Schema.String),
    id: Schema.String,
    vendorId: Schema.String,
    kind: Kind,
    definitionId: Schema.NullOr(Schema.String),
    name: Schema.NullOr(Schema.String),
    category: Category,
    state: State,
    vendorState: Schema.NullOr(Schema.String),
    detail: Schema.NullOr(Schema.String),
    progress: Schema.NullOr(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 100 }))),
    startTime: Schema.NullOr(Instant),
    finishTime: Schema.NullOr(Instant),
    link: Schema.NullOr(
      Schema.String.check(
        Schema.makeFilter((text: string) => isHttpUrl(text), { expected: "an http or https address" })
      )
    ),
    raw
  })

/**
 * Makes a function that maps a vendor's states, words or numbers, to the states of the model. A value that the table does not have
 * becomes `otherwise`, by default `unknown`.
 *
 * **Example** (a vendor with three words)
 *
 * ```ts run
 * import { ScanJob } from "@scanjobs/core"
 *
 * const stateOf = ScanJob.states({ ok: "succeeded", error: "failed", busy: "running" })
 * console.log(stateOf("ok"), stateOf("constructor"), stateOf(null)) // succeeded unknown unknown
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const states = (
  vendor: { readonly [vendorState: string]: State },
  otherwise: State = "unknown"
): ((vendorState: string | number | null | undefined) => State) => {
  const known = new Map<unknown, State>()
  for (const [name, state] of Object.entries(vendor)) {
    known.set(name, state)
    // A number is found as it is, and not by its text.
    if (String(Number(name)) === name) known.set(Number(name), state)
  }
  return (vendorState) => known.get(vendorState) ?? known.get(String(vendorState)) ?? otherwise
}

/**
 * The names of a job's fields, in the order in which every output writes them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fieldNames = [
  "provider",
  "connection",
  "listing",
  "scope",
  "id",
  "vendorId",
  "kind",
  "definitionId",
  "name",
  "category",
  "state",
  "vendorState",
  "detail",
  "progress",
  "startTime",
  "finishTime",
  "link",
  "raw"
] as const satisfies ReadonlyArray<keyof ScanJob>

/**
 * A text as a link that people can follow: an absolute http or https address without a user in it, as browsers write it. Any other text,
 * such as `javascript:…`, is none.
 *
 * **Example** (texts of a vendor)
 *
 * ```ts run
 * import { ScanJob } from "@scanjobs/core"
 *
 * console.log(ScanJob.linkOf("https://vendor.example/scans/7"), ScanJob.linkOf("javascript:alert(1)")) // https://vendor.example/scans/7 null
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const linkOf = (text: string | null | undefined): string | null =>
  typeof text === "string" ? httpUrl(text) : null

/**
 * The first of some texts that is not empty; `null` where none is. Many vendors write a text that is not there as an empty one, so that `??` would take
 * it for said.
 *
 * **Example** (a scan without a title of its own)
 *
 * ```ts run
 * import { ScanJob } from "@scanjobs/core"
 *
 * console.log(ScanJob.firstText("", undefined, "nightly"), ScanJob.firstText("", null)) // nightly null
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const firstText = (...texts: ReadonlyArray<string | null | undefined>): string | null =>
  texts.find((text) => typeof text === "string" && text !== "") ?? null

/**
 * When the job starts or started, as a `DateTime`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const startDateTime = (job: ScanJob): Option.Option<DateTime.Utc> =>
  Option.map(Option.fromNullOr(job.startTime), DateTime.makeUnsafe)

/**
 * When the job ended, as a `DateTime`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const finishDateTime = (job: ScanJob): Option.Option<DateTime.Utc> =>
  Option.map(Option.fromNullOr(job.finishTime), DateTime.makeUnsafe)
