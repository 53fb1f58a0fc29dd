/**
 * AvePoint's endpoint `/aos/jobs`, as documented.
 *
 * **Example** (the OpenAPI document of the endpoints)
 *
 * ```ts
 * import { Api } from "@scanjobs/avepoint"
 * import { HttpApi, HttpApiGroup, OpenApi } from "effect/http-api"
 *
 * const group = HttpApiGroup.make("scans").add(Api.jobs(Api.AvePointJob))
 *
 * export const document = OpenApi.fromApi(HttpApi.make("avepoint").add(group))
 *
 * export const firstPage: typeof Api.Query.Type = { top: 1000, skip: 0, orderby: "StartTime", sortorder: 0 }
 * ```
 */
import { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"

/** Documented as a number; a sister endpoint sends names. */
const Enum = Schema.Union([Schema.Finite, Schema.String])

/** Documented as a number, and never relied on. */
const Count = Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Finite, Schema.String])))

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))

/**
 * One scan job.
 *
 * @since 0.1.0
 * @category schemas
 */
export class AvePointJob extends Schema.Opaque<AvePointJob>()(
  Schema.Struct({
    id: Schema.String,
    /** 0 Microsoft 365 or Power Platform, 10 Google, 11 batch import. */
    type: Enum,
    state: Enum,
    startTime: Text,
    finishTime: Text,
    scanProfileName: Text,
    /** 0 Microsoft 365, 1 Power Platform, 2 Active Directory, 3 Google. */
    category: Schema.optionalKey(Schema.NullOr(Enum)),
    /** Documented as null, for later. */
    extension: Schema.optionalKey(Schema.Any)
  })
) {}

/**
 * The query of a page.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Query = Schema.Struct({
  top: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 }))),
  skip: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  /** `StartTime` is the only column that is known. */
  orderby: Schema.optionalKey(Schema.String),
  /** 0 oldest first, 1 newest first. */
  sortorder: Schema.optionalKey(Schema.Literals([0, 1])),
  /** One job id. */
  search: Schema.optionalKey(Schema.String)
})

/**
 * The jobs of a tenant. `totalCount` may be the page's or the whole's: the documentation says both.
 *
 * @since 0.1.0
 * @category schemas
 */
export const jobs = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("jobs", "/aos/jobs", {
    query: Query,
    success: Schema.Struct({
      jobs: Schema.Array(row),
      totalCount: Count,
      nextLink: Schema.optionalKey(Schema.NullOr(Schema.String))
    })
  })
