/**
 * The projects that all listings are read for: the named ones, and those of groups.
 */
import { Listing, Paging, type Reason } from "@scanjobs/core"
import { Schema } from "effect"
import * as Api from "./Api.ts"
import * as Errors from "./Errors.ts"

/** The projects of a group. */
export const projects = Listing.make({ row: Api.Project, endpoint: Api.projects, scope: Schema.String })

interface Account {
  readonly projects?: ReadonlyArray<string>
  readonly groups?: ReadonlyArray<string>
  readonly pageSize?: number
}

/** The verbs with which all listings find their projects. */
export const verbs = {
  scopes: ({ projects = [] }: Account) => projects,
  scopeKey: (project: string) => project.toLowerCase(),
  // A project may be named by its path, by its number, or by a path that it had before it was moved.
  lookup: ({ scope }: { readonly scope: string }) => ({ params: { id: scope } }),
  identity: ({ id }: typeof Api.Project.Type) => String(id),
  parents: {
    scopes: ({ groups = [] }: Account) => groups,
    scopeKey: (group: string) => group.toLowerCase(),
    // Oldest first, so that projects created meanwhile come at the end.
    paging: Paging.linkHeader<Account, typeof projects>({
      request: ({ connection: { pageSize = 100 }, scope }) => ({
        params: { id: scope },
        query: { per_page: pageSize, order_by: "id", sort: "asc", include_subgroups: true, simple: true }
      })
    }),
    rows: (body: ReadonlyArray<typeof Api.Project.Type>) => body,
    child: ({ id }: typeof Api.Project.Type) => String(id)
  },
  skips: (reason: Reason.Refusal, { parent }: { readonly parent: typeof Api.Project.Type | null }) => {
    if (Errors.isOff(reason)) return `CI is off in the project, or not for this token: ${reason.detail ?? "forbidden"}`
    // The group has just listed the project.
    return parent !== null && Errors.isAbsent(reason)
      ? `the project is gone: ${reason.detail ?? "not found"}`
      : undefined
  }
}
