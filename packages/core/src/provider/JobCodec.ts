/**
 * The codec of a provider's jobs, as they are stored and sent: ISO 8601 times, and the vendor's row as it came.
 */
import { Schema } from "effect"
import type * as Listing from "../contract/Listing.ts"
import * as Compiled from "../decoding/Compiled.ts"
import * as ScanJob from "../model/ScanJob.ts"

/** The codec of each listing's jobs; they are told apart by `listing`. */
export const make = (id: string, listings: { readonly [name: string]: Listing.Any }) =>
  Schema.Union(
    Object.entries(listings).map(([name, { row }]) =>
      Schema.Struct({
        ...ScanJob.schema(rawOf(row)).fields,
        provider: Schema.Literal(id),
        listing: Schema.Literal(name)
      })
    )
  )

/** The codec of a vendor's row. A row whose schema transforms nothing is kept as it is, with fields that the schema does not know. */
const rawOf = (row: Schema.Constraint): Schema.Constraint => {
  const codec = Schema.toCodecJson(row)
  const fits = Compiled.guard(codec)
  return fits === undefined
    ? codec
    : Schema.Any.check(Schema.makeFilter((raw: unknown) => fits(raw), { expected: "the vendor's row" }))
}
