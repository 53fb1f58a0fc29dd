/**
 * The searches of WAS: pages by id, because offsets shift while a list is read.
 */

interface Account {
  readonly pageSize?: number
}

/** The rows behind an id that were launched at `from` or later. */
export const request = ({ pageSize = 1000 }: Account, after: string | undefined, from?: number) => {
  const Criteria = [
    ...(after === undefined ? [] : [{ field: "id", operator: "GREATER", value: after }]),
    // Both bounds are taken a second wide, because it is not documented whether they are included.
    ...(from === undefined
      ? []
      : [
          {
            field: "launchedDate",
            operator: "GREATER",
            value: new Date(from - 1000).toISOString().replace(/\.\d+/, "")
          }
        ])
  ]
  return {
    payload: {
      ServiceRequest: {
        preferences: { limitResults: pageSize },
        ...(Criteria.length === 0 ? {} : { filters: { Criteria } })
      }
    }
  }
}

interface Answer {
  readonly ServiceResponse: {
    readonly hasMoreRecords?: boolean | string | null
    readonly lastId?: number | null
  }
}

/** The id behind which the next page begins; `undefined` where this is the last one. */
export const lastId = ({ ServiceResponse: { hasMoreRecords, lastId } }: Answer): string | undefined =>
  isTrue(hasMoreRecords) && lastId !== undefined && lastId !== null ? String(lastId) : undefined

/** Truth values are booleans, or texts. */
export const isTrue = (flag: boolean | string | null | undefined): boolean => flag === true || flag === "true"
