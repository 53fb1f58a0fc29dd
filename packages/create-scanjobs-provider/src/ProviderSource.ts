/**
 * The source of the provider's own file.
 */
import * as AuthStyle from "./AuthStyle.ts"
import type { Options } from "./Options.ts"
import * as PagingStyle from "./PagingStyle.ts"
import { imported, only, text } from "./Text.ts"

/** What the jobs can be. */
const holds = text`
  // A query for other kinds does not ask the vendor. Add \`states\` and \`categories\` where the vendor makes them certain.
  holds: { kinds: ["run"] }`

/** The file with the provider's nouns and verbs. */
export const providerOf = (options: Options): string => {
  const { name, packageName, scopes } = options
  const paging = PagingStyle.piecesOf(options)
  const auth = AuthStyle.piecesOf(options)
  const isPaged = paging.fields !== ""
  const settings = AuthStyle.settingsOf(options).map(
    (key) => `${key}: ${auth.secrets.includes(key) ? 'Redacted.make("…")' : '"…"'}`
  )
  return text`
    /**
     * ${name.title}: its runs as scan jobs.
     */
    import { ${imported(...(isPaged ? ["Connection"] : []), "Listing", "Paging", "Provider", "Time", ...auth.core)} } from "@scanjobs/core"
    import { ${imported("Schema", ...auth.effect)} } from "effect"
    ${auth.imports}
    import { HttpApiSecurity } from "effect/http-api"
    import * as Api from "./Api.ts"
    import * as Errors from "./Errors.ts"
    import * as State from "./State.ts"

    const hint = "${auth.hint}"

    /**
     * The ${name.title} provider, with the listing \`runs\`${only(scopes === "static", ", for every one of `projects`")}${only(scopes === "parents", ", for every project")}.
     *
     * **Example** (the failed runs)
     *
     * \`\`\`ts
     * import { ${name.pascal} } from "${packageName}"
     * import { Redacted } from "effect"
     *
     * export const failed = ${name.pascal}.jobs(
     *   { provider: "${name.id}", name: "main", ${settings.join(", ")}${only(scopes === "static", ', projects: ["web"]')} },
     *   { states: ["failed"] }
     * )
     * \`\`\`
     */
    export const ${name.pascal} = Provider.make("${name.id}", {
      connection: {
        ${[
          auth.settings,
          only(
            scopes === "static",
            "/** The ids of the projects to read. */\nprojects: Schema.NonEmptyArray(Schema.String)"
          ),
          only(
            isPaged,
            "/** Default: the largest that the vendor allows. */\npageSize: Schema.optionalKey(Connection.tuning(Api.PageSize))"
          )
        ]
          .filter((piece) => piece !== "")
          .join(",\n")}
      },
      security: ${auth.security},
      // All limits that the vendor documents; several windows may apply at once.
      quotas: [{ requests: 60, window: "1 minute" }],
      listings: {
        ${
          scopes === "parents"
            ? text`
              runs: Listing.make({
                row: Api.Run,
                endpoint: Api.runs,
                ${holds},
                scope: Schema.String,
                parents: Listing.make({ row: Api.Project, endpoint: Api.projects })
              })`
            : text`
              runs: Listing.make({
                row: Api.Run,
                endpoint: Api.runs,
                ${holds}${only(scopes === "static", ",\nscope: Schema.String")}
              })`
        }
      }
    })({
      // The vendor's address; a connection's \`baseUrl\` replaces it.
      baseUrl: () => "https://api.${name.id}.example",
      ${auth.credential}
      rejection: Errors.reader,
      hint: ({ _tag }) => (_tag === "Unauthorized" || _tag === "Forbidden" ? hint : undefined),
      listings: {
        runs: {
          ${only(scopes === "static", "scopes: ({ projects }) => projects,")}
          ${only(
            scopes === "parents",
            text`
              parents: {
                paging: Paging.single({ request: () => ({}) }),
                rows: ({ projects }) => projects,
                child: ({ id }) => id
              },
              skips: (reason) =>
                reason._tag === "VendorRejected" && reason.status === 404 ? "the project no longer exists" : undefined,`
          )}
          ${paging.paging}
          ${paging.reading}
          // "ascending" or "descending" if the vendor promises an order of start times: reading then stops beyond \`from\` or \`until\`.
          order: () => "none",
          job: (row${only(scopes !== "none", `, { ${only(scopes === "parents", "parent, ")}scope }`)}) => ({
            vendorId: row.id,
            kind: "run",
            ${only(scopes !== "none", "definitionId: scope,")}
            name: row.name ?? ${only(scopes === "parents", "parent?.name ?? ")}null,
            // What is scanned: vulnerability, code, secret, certificate, …
            category: "other",
            state: State.of(row.status),
            vendorState: row.status,
            startTime: Time.fromIso(row.startedAt),
            finishTime: Time.fromIso(row.finishedAt)
          })
        }
      }
    })
    `
}
