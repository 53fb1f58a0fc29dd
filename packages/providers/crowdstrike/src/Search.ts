/**
 * How all lists are read: the ids in pages by the time of creation, oldest first, so that new ones come at the end; and then the rows.
 */
import type { Paging } from "@scanjobs/core"
import * as Errors from "./Errors.ts"
import * as Fql from "./Fql.ts"

/** Falcon may refuse an offset and a limit beyond this together. */
const deepest = 10_000

interface Start {
  readonly connection: { readonly pageSize?: number; readonly startsWithinDays?: number }
  readonly query: { readonly from?: number | undefined }
}

interface Request {
  readonly query: {
    readonly filter?: string
    readonly sort?: string
    readonly offset?: number
    readonly limit?: number
  }
}

/** When a run was created at the earliest that starts from `from` on; `undefined` where that cannot be told. */
export const createdFrom = ({ connection: { startsWithinDays }, query: { from } }: Start): string | undefined =>
  from === undefined || startsWithinDays === undefined
    ? undefined
    : new Date(from - startsWithinDays * 86_400_000).toISOString()

/** The paging of a list whose rows have the time of their creation in this field, with at most so many ids of a page. */
export const by = <Field extends string>(
  field: Field,
  most: number,
  from: (start: Start) => string | undefined = () => undefined
) => ({
  size: ({ connection: { pageSize = most } }: Start) => Math.min(pageSize, most),
  request: (start: Start, { offset, since = from(start), size }: Paging.Rows): Request => ({
    query: {
      sort: `${field}|asc`,
      limit: size,
      ...(offset === 0 ? {} : { offset }),
      ...(since === undefined ? {} : { filter: Fql.since(field, since) })
    }
  }),
  offset: ({ query: { offset = 0 } }: Request) => offset,
  deepest: {
    rows: deepest,
    key: (row: { readonly [Name in Field]?: string | null }) => row[field] ?? undefined,
    since: ({ query: { filter } }: Request) => Fql.sinceOf(filter)
  }
})

interface Body<Item> {
  readonly resources: ReadonlyArray<Item> | null
}

interface Page extends Body<string> {
  readonly meta?: { readonly pagination?: { readonly total?: number | null } | null } | null
}

/** The verbs that all lists share. */
export const verbs = {
  ids: ({ resources }: Page) => resources ?? [],
  total: ({ meta }: Page) => meta?.pagination?.total ?? undefined,
  details: {
    request: (ids: ReadonlyArray<string>) => ({ query: { ids } }),
    rows: <Row>({ resources }: Body<Row>) => resources ?? [],
    id: ({ id }: { readonly id: string }) => id,
    absent: Errors.absent
  }
}
