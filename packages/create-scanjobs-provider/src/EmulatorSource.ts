/**
 * The source of the emulator.
 */
import * as AuthStyle from "./AuthStyle.ts"
import * as Envelope from "./Envelope.ts"
import type { Options } from "./Options.ts"
import * as PagingStyle from "./PagingStyle.ts"
import * as ScopeStyle from "./ScopeStyle.ts"
import { capitalised, fitting, imported, only, text } from "./Text.ts"

/** The wires of the listings, and of the projects. */
const wiresOf = (options: Options): string => {
  const { name, rows, schedules } = options
  return text`
    /** Where rows, ids and times are in the answers, for faults and the conformance suite. */
    export const wires = {
      runs: Wire.${rows === "ids" ? "ofIds" : "make"}(${name.pascal}.listings.runs, {
        ${PagingStyle.piecesOf(options).wire}
        id: Wire.field("id"),
        state: Wire.field("status"),
        start: Wire.field("startedAt"),
        finish: Wire.field("finishedAt")
      })${only(schedules === "rules", `,\nplanned: Wire.make(${name.pascal}.listings.planned, ${plainWire(options, "schedules")})`)}${only(
        ScopeStyle.isFound(options),
        `,\nprojects: Wire.make(Listing.make({ row: Api.Project, endpoint: Api.projects${only(options.format === "xml", ", format: Api.format")} }), ${plainWire(options, "projects")})`
      )}
    }`
}

const plainWire = (options: Options, list: Envelope.List): string => text`
  {
    rows: ${Envelope.lensOf(options, list)},
    next: null,
    total: null,
    id: Wire.field("id"),
    state: null,
    start: null
  }`

/** How far handlers are indented. */
const handlerIndent = 6

/** The handlers, one for each endpoint. */
const handlersOf = (options: Options): string => {
  const { rows, schedules } = options
  const isBoth = ScopeStyle.isBoth(options)
  const { fields, links } = PagingStyle.piecesOf(options)
  const scope = ScopeStyle.of(options)
  const part = PagingStyle.partOf(options)
  const asked = fields === "" ? "" : part
  /** A handler that answers with what belongs to the scope. */
  const handler = (endpoint: string, request: string, data: string, answer: string, exchange = ""): string => {
    const names = [only(scope !== undefined, "params"), request].filter((name) => name !== "").join(", ")
    const given = names === "" ? "" : `{ ${names} }${exchange}`
    const asked = isBoth ? "params" : `params.${scope?.one}`
    const body = scope === undefined ? answer : `in${scope.type}(${asked}, ({ ${data} }) => ${answer})`
    return fitting(`${endpoint}: (${given}) =>`, body, handlerIndent)
  }
  const page = `pageOf(runs${only(asked !== "", `, ${part}`)}${only(links, ", exchange")})`
  const listed = isBoth ? "listed" : "projects.map(({ id, name }) => ({ id, name }))"
  const answered = Envelope.answerOf(options, "projects", listed)
  const projects = isBoth
    ? text`
      projects: ({ params }) => {
        const found = projects.filter(({ region }) => region === params.region)
        const listed = found.map(({ id, name }) => ({ id, name }))
        return ${answered}
      }`
    : `projects: () => ${answered}`
  return [
    handler(rows === "ids" ? "runIds" : "runs", asked, "runs", page, only(links, ", exchange")),
    only(rows === "ids", handler("runs", part, "runs", `rowsOf(runs, ${part}.ids)`)),
    only(
      schedules === "rules",
      handler("schedules", "", "schedules", Envelope.answerOf(options, "schedules", "schedules"))
    ),
    only(ScopeStyle.isFound(options), projects)
  ]
    .filter((piece) => piece !== "")
    .join(",\n")
}

/** How the emulator answers with a page. */
const pageOf = (options: Options): string => {
  const { parts, rows } = options
  const { answer, fields, isPaged, links } = PagingStyle.piecesOf(options)
  const isNarrowed = parts === "several" || rows === "ids"
  const all = isNarrowed ? "all" : "runs"
  const asked = only(fields !== "", `, asked: typeof Api.${capitalised(PagingStyle.partOf(options))}.Type`)
  const head = `const pageOf = (${all}: ReadonlyArray<SyntheticRuns.Run>${asked}${only(isPaged && links, ", exchange: Emulator.Exchange")}) =>`
  const runs = parts === "several" ? 'all.filter(({ status }) => (status === "running") === asked.active)' : "all"
  const narrowed = rows === "ids" ? `const ids = ${runs}.map(({ id }) => id)` : `const runs = ${runs}`
  const before = [only(isNarrowed, narrowed), answer.before].filter((piece) => piece !== "").join("\n")
  if (before === "")
    return answer.value.includes("\n")
      ? `${head}\n  ${answer.value.replaceAll("\n", "\n  ")}`
      : `${head} ${answer.value}`
  return text`
    ${head} {
      ${before}
      return ${answer.value}
    }`
}

/** The functions that make answers. */
const answersOf = (options: Options): string => {
  const headers = only(options.paging === "link-header", ", headers: { readonly link?: string } = {}")
  const given = only(options.paging === "link-header", ", { headers }")
  return options.format === "xml"
    ? text`
      const xml = (body: object, options: { readonly status?: number; readonly headers?: { readonly link?: string } } = {}) =>
        HttpServerResponse.text(Api.format.render(body), { ...options, contentType: Api.format.contentType })

      ${fitting(`const answer = (answer: object${headers}) =>`, `Effect.succeed(xml({ answer }${given}))`, 0)}

      const refusal = (status: number, code: string, message: string) => xml({ error: { code, message } }, { status })`
    : text`
      ${fitting(`const answer = (body: unknown${headers}) =>`, `Effect.succeed(HttpServerResponse.jsonUnsafe(body${given}))`, 0)}

      const refusal = (status: number, code: string, message: string) =>
        HttpServerResponse.jsonUnsafe({ error: { code, message } }, { status })`
}

/** The data that \`serve\` takes, with the generated ones. */
const dataOf = (options: Options): { readonly options: string; readonly made: string; readonly first: string } => {
  const scope = ScopeStyle.of(options)
  const first = scope?.many ?? "runs"
  const hasSchedules = options.schedules === "rules" && scope === undefined
  return {
    first,
    options: text`
      /** ${scope === undefined ? "Oldest first. Default: 240 generated ones." : `Default: two ${scope.many} with 240 generated runs.`} */
      readonly ${first}?: ReadonlyArray<SyntheticRuns.${scope?.type ?? "Run"}>
      ${only(hasSchedules, "/** Default: three generated ones. */\nreadonly schedules?: ReadonlyArray<SyntheticRuns.Schedule>")}`,
    made: text`
      const ${first} = options.${first} ?? (yield* SyntheticRuns.generate())
      ${only(hasSchedules, "const schedules = options.schedules ?? SyntheticRuns.schedules()")}`
  }
}

/** The settings of a connection to the emulator. */
const settingsOf = (options: Options): string => {
  const scope = ScopeStyle.of(options)
  const hasTokens = options.auth === "oauth"
  const more = [
    only(hasTokens, "tokenUrl: `${emulator.baseUrl}${tokens.route.path}`"),
    only(
      ScopeStyle.namedBy(options) !== undefined,
      ScopeStyle.isBoth(options)
        ? "regions: [...new Set(projects.map(({ region }) => region))]"
        : `${scope?.many}: ${scope?.many}.map(({ id }) => id)`
    )
  ].filter((piece) => piece !== "")
  return more.length === 0
    ? "return { ...emulator, settings: { ...account, baseUrl: emulator.baseUrl } }"
    : text`
      return {
        ...emulator,
        settings: {
          ...account,
          baseUrl: emulator.baseUrl,
          ${more.join(",\n")}
        }${only(hasTokens, ",\ntokens")}
      }`
}

/** What the emulator accepts. */
const acceptsOf = ({ auth: style }: Options, { accepted }: AuthStyle.Pieces): string => {
  if (style === "oauth") return "accepts: (token) => tokens.accepts(token),"
  if (style === "hmac") return `accepts: (_, exchange) => Effect.succeed(${accepted}),`
  return `accepts: (credential) =>${style === "composite-header" ? "\n  " : " "}Effect.succeed(${accepted}),`
}

/** The file of the emulator. */
export const emulatorOf = (options: Options): string => {
  const { auth: style, name, packageName } = options
  const isFound = ScopeStyle.isFound(options)
  const isBoth = ScopeStyle.isBoth(options)
  const named = ScopeStyle.namedBy(options)
  const paging = PagingStyle.piecesOf(options)
  const auth = AuthStyle.piecesOf(options)
  const scope = ScopeStyle.of(options)
  const hasTokens = style === "oauth"
  const usesApi = isFound || options.format === "xml"
  const data = dataOf(options)
  const answered = `answered: (${scope?.one ?? ""}: SyntheticRuns.${scope?.type ?? ""}) => A`
  const inScope = isBoth
    ? text`
      const inProject = <A>(
        asked: { readonly region: string; readonly project: string },
        ${answered}
      ) => {`
    : `const in${scope?.type ?? ""} = <A>(id: string, ${answered}) => {`
  return text`
    /**
     * An emulator of ${name.title} on loopback.
     *
     * **Example** (all runs of the emulator)
     *
     * \`\`\`ts
     * import { ${name.pascal} } from "${packageName}"
     * import * as ${name.pascal}Emulator from "${packageName}/emulator"
     * import { Effect, Result, Stream } from "effect"
     *
     * export const all = Effect.gen(function* () {
     *   const { settings } = yield* ${name.pascal}Emulator.serve()
     *   const connection = Result.getOrThrow(${name.pascal}.decode({ ...settings, provider: "${name.id}", name: "main" }))
     *   return yield* ${name.pascal}.jobs(connection).pipe(Stream.runCollect)
     * }).pipe(Effect.scoped)
     * \`\`\`
     */
    ${only(isFound, 'import { Listing } from "@scanjobs/core"')}
    import { ${imported("Emulator", paging.isPaged && "Pages", "Playground", hasTokens && "TokenServer", "Wire")} } from "@scanjobs/testing"
    import { Effect, type Scope } from "effect"
    ${hasTokens ? "" : auth.imports}
    import { HttpServerResponse } from "effect/http"
    ${usesApi ? 'import * as Api from "./Api.ts"' : only(paging.fields !== "", 'import type * as Api from "./Api.ts"')}
    import { ${name.pascal} } from "./${name.pascal}.ts"
    ${only(style === "hmac", 'import * as SignatureCheck from "./SignatureCheck.ts"')}
    import * as SyntheticRuns from "./SyntheticRuns.ts"

    export { generate${only(options.schedules === "rules", ", schedules")} } from "./SyntheticRuns.ts"
    export type { ${imported(scope !== undefined && scope.type, "Run", options.schedules === "rules" && "Schedule")} } from "./SyntheticRuns.ts"

    ${wiresOf(options)}

    /** The settings of the emulator. */
    export interface Options extends Emulator.Settings {
      ${data.options}
    }

    const account = ${auth.account}

    /** A running emulator, with the settings of a connection to it. */
    export interface ${name.pascal}Emulator extends Emulator.Emulator {
      readonly settings: typeof account & {
        readonly baseUrl: string
        ${only(hasTokens, "readonly tokenUrl: string")}
        ${only(named !== undefined, `readonly ${named?.setting}: ReadonlyArray<string>`)}
      }
      ${only(hasTokens, 'readonly tokens: Pick<TokenServer.TokenServer, "issued" | "revokeAll">')}
    }

    /** Starts the emulator; it stops with the scope. */
    export const serve = Effect.fnUntraced(function* (
      options: Options = {}
    ): Effect.fn.Return<${name.pascal}Emulator, never, Scope.Scope> {
      ${data.made}
      ${only(hasTokens, 'const tokens = TokenServer.make({ path: "/oauth/token", clients: [account], scopes: ["runs.read"] })')}
      ${only(
        scope !== undefined,
        text`

          /** The answer for a ${scope?.one ?? ""}, if there is one of this id. */
          ${inScope}
            const found = ${scope?.many ?? ""}.find((one) => ${isBoth ? "one.id === asked.project && one.region === asked.region" : "one.id === id"})
            const missing = refusal(404, "not_found", "There is no such ${scope?.one ?? ""}.")
            return found === undefined ? Effect.succeed(missing) : answered(found)
          }
          `
      )}
      const emulator = yield* Emulator.serve(${name.pascal}, {
        ...options,
        ${acceptsOf(options, auth)}
        ${only(hasTokens, "routes: [tokens.route],")}
        answers: {
          refused: () => refusal(401, "unauthorized", "The credential is missing or wrong."),
          invalid: (problems) => refusal(400, "bad_request", problems.join("; ")),
          missing: () => refusal(404, "not_found", "There is nothing at this address."),
          limited: () => refusal(429, "too_many_requests", "Too many requests.")
        },
        handlers: {
          ${handlersOf(options)}
        }
      })
      ${settingsOf(options)}
    })

    /** The emulator that \`scanjobs emulate ${name.id}\` starts. */
    export const playground = Playground.make(${name.pascal}, ({ jobs, seed, ...settings }) =>
      Effect.gen(function* () {
        return yield* serve({ ...settings, ${data.first}: yield* SyntheticRuns.generate({ runs: jobs, seed }) })
      })
    )

    ${answersOf(options)}

    ${pageOf(options)}
    ${only(
      options.rows === "ids",
      text`

        const rowsOf = (runs: ReadonlyArray<SyntheticRuns.Run>, ids: ReadonlyArray<string>) => {
          const rows = runs.filter(({ id }) => ids.includes(id))
          return ${Envelope.answerOf(options, "runs", "rows")}
        }`
    )}
    `
}
