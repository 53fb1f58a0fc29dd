/**
 * The lists of VMDR and of policy compliance, which are not paged: they are read in windows of thirty days. Scans that are processed and
 * those that are not yet are asked for apart, because it is not certain that a list has both.
 */
import type { Paging } from "@scanjobs/core"
import type * as Api from "./Api.ts"

interface Account {
  readonly apiVersion?: string
  readonly historyDays?: number
}

type Scans = typeof Api.VmScan.Type

interface Body {
  readonly SCAN_LIST_OUTPUT: {
    readonly RESPONSE: { readonly SCAN_LIST?: { readonly SCAN: ReadonlyArray<Scans> } }
  }
}

/** The scans of a window. */
export const rowsOf = ({ SCAN_LIST_OUTPUT: { RESPONSE } }: Body): ReadonlyArray<Scans> => RESPONSE.SCAN_LIST?.SCAN ?? []

const day = 86_400_000
const second = 1000

/** As `YYYY-MM-DDTHH:MM:SSZ`. */
const textOf = (millis: number) => new Date(millis).toISOString().replace(/\.\d+/, "")

interface Request {
  readonly params: { readonly version: string }
  readonly query: {
    readonly action: "list"
    readonly launched_after_datetime: string
    readonly launched_before_datetime: string
    readonly processed: "0" | "1"
    readonly show_status: "1"
  }
}

interface Start {
  readonly connection: Account
  readonly query: { readonly from?: number | undefined; readonly until?: number | undefined }
  readonly now: number
}

/** How such a listing goes from window to window, for `Paging.windows`. */
export const options = {
  length: 30 * day,
  span: ({ connection: { historyDays = 90 }, now, query: { from = now - historyDays * day, until = now } }: Start) => ({
    from: Math.floor(from / second) * second,
    until: Math.ceil(Math.min(now, until) / second) * second
  }),
  // A second wider on both sides, because it is not documented whether the bounds are included.
  request: ({ connection: { apiVersion = "2.0" } }: Start, { from, until }: Paging.Window): Request => ({
    params: { version: apiVersion },
    query: {
      action: "list",
      launched_after_datetime: textOf(from - second),
      launched_before_datetime: textOf(until + second),
      processed: "0",
      show_status: "1"
    }
  }),
  window: ({ query }: Request): Paging.Window => ({
    from: Date.parse(query.launched_after_datetime) + second,
    until: Date.parse(query.launched_before_datetime) - second
  }),
  next: ({ request }: { readonly request: Request }): Request | undefined =>
    request.query.processed === "0" ? { ...request, query: { ...request.query, processed: "1" } } : undefined
}
