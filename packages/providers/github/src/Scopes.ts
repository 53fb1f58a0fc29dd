/**
 * The repositories that both listings are read for: the named ones, and those of organizations.
 */
import { Listing, Paging, type Reason } from "@scanjobs/core"
import { Schema } from "effect"
import * as Api from "./Api.ts"
import * as Errors from "./Errors.ts"

/** The full name of a repository, as `owner/name`. */
export const Repository = Schema.String.check(
  Schema.makeFilter((text: string) => /^[\w-]+\/(?!\.\.?$)[\w.-]+$/.test(text), {
    expected: "a repository, as owner/name"
  })
)

/** The name of an organization. */
export const Organization = Schema.String.check(
  Schema.makeFilter((text: string) => /^[\w-]+$/.test(text), { expected: "the name of an organization" })
)

/** The repositories of an organization. */
export const repositories = Listing.make({ row: Api.Repository, endpoint: Api.repositories, scope: Schema.String })

interface Account {
  readonly repositories?: ReadonlyArray<string>
  readonly organizations?: ReadonlyArray<string>
  readonly pageSize?: number
}

/** The verbs with which both listings find their repositories. */
export const verbs = (feature: string) => ({
  scopes: ({ repositories = [] }: Account) => repositories,
  // GitHub ignores the case of names.
  scopeKey: (repository: string) => repository.toLowerCase(),
  // A name in the settings may be one that the repository had before it was renamed or moved.
  lookup: ({ scope }: { readonly scope: string }) => ({ params: paramsOf(scope) }),
  identity: ({ full_name }: typeof Api.Repository.Type) => full_name.toLowerCase(),
  parents: {
    scopes: ({ organizations = [] }: Account) => organizations,
    scopeKey: (organization: string) => organization.toLowerCase(),
    // Oldest first, so that repositories created meanwhile come at the end.
    paging: Paging.linkHeader<Account, typeof repositories>({
      request: ({ connection: { pageSize = 100 }, scope }) => ({
        params: { org: scope },
        query: { per_page: pageSize, sort: "created", direction: "asc" }
      })
    }),
    rows: (body: ReadonlyArray<typeof Api.Repository.Type>) => body,
    child: ({ full_name }: typeof Api.Repository.Type) => full_name
  },
  skips: (reason: Reason.Refusal, { parent }: { readonly parent: typeof Api.Repository.Type | null }) => {
    const said = `HTTP ${reason.status}${reason.detail === null || reason.detail === "" ? "" : `: ${reason.detail}`}`
    if (Errors.isOff(reason)) {
      return Errors.isBlocked(reason) ? `the repository is blocked (${said})` : `${feature} is off (${said})`
    }
    // The organization has just listed the repository, so its name is right; and secret scanning documents an empty 404 as "off".
    const isOffWithoutWords = feature === "secret scanning" && (reason.detail ?? "") === ""
    return Errors.isAbsent(reason) && (parent !== null || isOffWithoutWords)
      ? `there is no ${feature} to read (${said})`
      : undefined
  }
})

/** The path parameters of a repository's operations. */
export const paramsOf = (repository: string) => {
  const [owner = "", repo = ""] = repository.split("/")
  return { owner, repo }
}
