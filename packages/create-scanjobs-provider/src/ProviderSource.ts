/**
 * The source of the provider's own file.
 */
import * as AuthStyle from "./AuthStyle.ts"
import * as Envelope from "./Envelope.ts"
import type { Options } from "./Options.ts"
import * as PagingStyle from "./PagingStyle.ts"
import * as ScopeStyle from "./ScopeStyle.ts"
import { imported, only, text } from "./Text.ts"

/** What the jobs can be. */
const holds = text`
  // A query for other kinds does not ask the vendor. Add \`states\` and \`categories\` where the vendor makes them certain.
  holds: { kinds: ["run"] }`

/** How the projects are found that have the lists. */
const projectsOf = (options: Options): string => {
  const body = 'Listing.BodyOf<(typeof allProjects)["~Endpoint"]>'
  const isBoth = ScopeStyle.isBoth(options)
  const [head = "", tail = ""] = Envelope.getterOf(options, "projects").split(" }) =>")
  return text`

    const allProjects = Listing.make({ row: Api.Project, endpoint: Api.projects${only(isBoth, ", scope: Api.Region")} })

    /** Lists that find the projects by the same verbs ask for them once. */
    const ofProjects = {
      parents: {
        ${only(isBoth, "scopes: ({ regions }: { readonly regions: ReadonlyArray<typeof Api.Region.Type> }) => regions,")}
        ${
          isBoth
            ? text`
              paging: Paging.single<{}, typeof allProjects>({
                request: ({ scope }) => ({ params: { region: scope } })
              }),`
            : "paging: Paging.single<{}, typeof allProjects>({ request: () => ({}) }),"
        }
        rows: ${head} }: ${body}) =>${tail},
        ${
          isBoth
            ? "child: ({ id }: typeof Api.Project.Type, { scope }: { readonly scope: string }) => `${scope}/${id}`"
            : "child: ({ id }: typeof Api.Project.Type) => id"
        }
      },
      skips: ({ status }: Reason.Refusal) => (status === 404 ? "the project no longer exists" : undefined)
    }`
}

/** The nouns of the scopes, after a comma. */
const scopeNouns = (options: Options): string =>
  ScopeStyle.of(options) === undefined
    ? ""
    : `,\nscope: ${ScopeStyle.schemaOf(options)}${only(ScopeStyle.isFound(options), ",\nparents: allProjects")}`

/** The verbs of the scopes. */
const scopeVerbs = (options: Options): string => {
  if (ScopeStyle.isFound(options)) return "...ofProjects,"
  const scope = ScopeStyle.of(options)
  return only(scope !== undefined, `scopes: ({ ${scope?.many} }) => ${scope?.many},`)
}

const nouns = (options: Options): string => {
  const request = PagingStyle.partOf(options)
  return text`
    runs: Listing.make({
      row: Api.Run,
      endpoint: Api.${options.rows === "ids" ? "runIds" : "runs"},
      ${only(options.rows === "ids", "details: { size: Api.maxIds, endpoint: Api.runs },")}
      ${only(options.parts === "several", `// Whether the ${request} asks for the runs under way.\npart: Schema.Boolean,`)}
      ${holds}${scopeNouns(options)}
    })${only(
      options.schedules === "rules",
      text`
        ,
        planned: Listing.make({
          row: Api.Schedule,
          endpoint: Api.schedules,
          // The list of schedules has an end, and most schedules have none.
          endless: "rows",
          holds: { kinds: ["occurrence"], states: ["scheduled"] }${scopeNouns(options)}
        })`
    )}`
}

/** The verbs of the planned runs. */
const planned = (options: Options): string => {
  const scope = ScopeStyle.of(options)
  const given = scope === undefined ? "() => ({})" : `({ scope }) => ({ params: ${ScopeStyle.paramsOf(options)} })`
  return text`
    ,
    planned: {
      ${scopeVerbs(options)}
      paging: Paging.single({ request: ${given} }),
      rows: ${Envelope.getterOf(options, "schedules")},
      // A schedule that cannot be read is one occurrence in state \`unknown\`, which says why.
      job: ({ id, name, rule, start, zone }, { span }) =>
        Recurrence.planned(Recurrence.fromRule({ rule, start, zone }), span, {
          vendorId: id,
          definitionId: id,
          name: name ?? null,
          category: "other"
        })
    }`
}

/** The addresses of the vendor. */
const baseUrl = (options: Options): string =>
  ScopeStyle.isRegional(options)
    ? text`
      // Each region has a server of its own; a connection's \`baseUrl\` replaces them all.
      baseUrl: (_, { scope }) => \`https://\${${ScopeStyle.isBoth(options) ? "Api.regionOf(scope)" : "scope"}}.api.${options.name.id}.example\`,`
    : text`
      // The vendor's address; a connection's \`baseUrl\` replaces it.
      baseUrl: () => "https://api.${options.name.id}.example",`

/** What is said of the listings. */
const about = (options: Options): string => {
  const named = ScopeStyle.namedBy(options)
  const listings = options.schedules === "rules" ? "listings `runs` and `planned`" : "listing `runs`"
  const of =
    named === undefined ? "" : `${ScopeStyle.isBoth(options) ? " of" : ", for"} every one of \`${named.setting}\``
  return `the ${listings}${only(ScopeStyle.isFound(options), ", for every project")}${of}`
}

/** The file with the provider's nouns and verbs. */
export const providerOf = (options: Options): string => {
  const { name, packageName } = options
  const paging = PagingStyle.piecesOf(options)
  const auth = AuthStyle.piecesOf(options)
  const scope = ScopeStyle.of(options)
  const isSigned = options.auth === "hmac"
  const isFound = ScopeStyle.isFound(options)
  const named = ScopeStyle.namedBy(options)
  const hasSchedules = options.schedules === "rules"
  const ofProject = scope?.one === "project"
  const context = only(ofProject, isFound ? ", { parent, scope }" : ", { scope }")
  const settings = AuthStyle.settingsOf(options).map(
    (key) => `${key}: ${auth.secrets.includes(key) ? 'Redacted.make("…")' : '"…"'}`
  )
  return text`
    /**
     * ${name.title}: its runs as scan jobs.
     */
    import { ${imported(
      ...(paging.isPaged ? ["Connection"] : []),
      "Listing",
      "Paging",
      "Provider",
      isFound && "type Reason",
      hasSchedules && "Recurrence",
      "Time",
      ...auth.core
    )} } from "@scanjobs/core"
    import { ${imported("Schema", ...auth.effect)} } from "effect"
    ${auth.imports}
    ${only(!isSigned, 'import { HttpApiSecurity } from "effect/http-api"')}
    import * as Api from "./Api.ts"
    import * as Errors from "./Errors.ts"
    ${only(isSigned, 'import * as Signature from "./Signature.ts"')}
    import * as State from "./State.ts"

    const hint = "${auth.hint}"
    ${only(isFound, projectsOf(options))}

    /**
     * The ${name.title} provider, with ${about(options)}.
     *
     * **Example** (the failed runs)
     *
     * \`\`\`ts
     * import { ${name.pascal} } from "${packageName}"
     * import { Redacted } from "effect"
     *
     * export const failed = ${name.pascal}.jobs(
     *   { provider: "${name.id}", name: "main", ${settings.join(", ")}${only(named !== undefined, `, ${named?.setting}: ["${named?.sample}"]`)} },
     *   { states: ["failed"] }
     * )
     * \`\`\`
     */
    export const ${name.pascal} = Provider.make("${name.id}", {
      connection: {
        ${[
          auth.settings,
          only(named !== undefined, ScopeStyle.settingOf(options)),
          only(
            paging.isPaged,
            "/** Default: the largest that the vendor allows. */\npageSize: Schema.optionalKey(Connection.tuning(Api.PageSize))"
          )
        ]
          .filter((piece) => piece !== "")
          .join(",\n")}
      },
      security: ${auth.security},
      ${only(options.format === "xml", "format: Api.format,")}
      // All limits that the vendor documents; several windows may apply at once.
      quotas: [{ requests: 60, window: "1 minute" }],
      listings: {
        ${nouns(options)}
      }
    })({
      ${baseUrl(options)}
      ${auth.credential}
      rejection: Errors.reader,
      hint: ({ _tag }) => (_tag === "Unauthorized" || _tag === "Forbidden" ? hint : undefined),
      listings: {
        runs: {
          ${scopeVerbs(options)}
          ${only(options.parts === "several", "// A run that ends meanwhile is in one of the two lists, or in both.\nparts: () => [true, false],")}
          ${paging.paging}
          ${paging.reading}
          // "ascending" or "descending" if the vendor promises an order of start times: reading then stops beyond \`from\` or \`until\`.
          order: () => "none",
          job: (row${context}) => ({
            vendorId: row.id,
            kind: "run",
            ${only(ofProject, "definitionId: scope,")}
            name: row.name ?? ${only(isFound, "parent?.name ?? ")}null,
            // What is scanned: vulnerability, code, secret, certificate, …
            category: "other",
            state: State.of(row.status),
            vendorState: row.status,
            startTime: Time.fromIso(row.startedAt),
            finishTime: Time.fromIso(row.finishedAt)
          })
        }${only(hasSchedules, planned(options))}
      }
    })
    `
}
