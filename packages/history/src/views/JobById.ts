/**
 * Finds the row of a job by its id, which is made of its connection, its listing, its scope and its vendor id.
 */
import { Effect, Option } from "effect"
import type { Service } from "../store/OpenStore.ts"
import * as JobRow from "../store/JobRow.ts"
import type { StoreError } from "../store/StoreError.ts"

/** A job's row, and the series in which its vendor id is unique. */
export interface Found {
  readonly series: number
  readonly row: JobRow.Row
}

/** The row with an id. */
export const find: (store: Service, id: string) => Effect.Effect<Option.Option<Found>, StoreError> = Effect.fnUntraced(
  function* ({ attempt, sql }, id) {
    const [, connection = "", , ...others] = id.split("/")
    const ids = yield* attempt(sql<{ readonly id: number; readonly place: string }>`
    SELECT s.id, s.id_scope AS place FROM series s JOIN connection c ON c.id = s.connection_id
    WHERE c.name = ${decodeName(connection)} AND s.id_scope IS NOT NULL`)
    const rest = others.join("/")
    for (const series of ids) {
      if (!rest.startsWith(series.place)) continue
      const rows = yield* attempt(sql<JobRow.Row>`SELECT ${JobRow.columns(sql)} FROM ${JobRow.tables(sql)}
      WHERE j.series_id = ${series.id} AND j.vendor_id = ${rest.slice(series.place.length)}`)
      const row = rows.find((one) => JobRow.fromRow(one).id === id)
      if (row !== undefined) return Option.some({ series: series.id, row })
    }
    return Option.none()
  }
)

/** A name that is no text for a URL is no name of a connection. */
const decodeName = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return ""
  }
}
