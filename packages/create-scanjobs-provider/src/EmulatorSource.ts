/**
 * The source of the emulator and of its data.
 */
import * as AuthStyle from "./AuthStyle.ts"
import type { Options } from "./Options.ts"
import * as PagingStyle from "./PagingStyle.ts"
import { capitalised, imported, only, text } from "./Text.ts"

/** The file of the emulator. */
export const emulatorOf = (options: Options): string => {
  const { auth: style, name, packageName, scopes } = options
  const paging = PagingStyle.piecesOf(options)
  const auth = AuthStyle.piecesOf(options)
  const part = PagingStyle.partOf(options)
  const isPaged = paging.fields !== ""
  const isScoped = scopes !== "none"
  const hasTokens = style === "oauth"
  const data = isScoped ? "projects" : "runs"
  const request = [only(isScoped, "params"), only(isPaged, part)].filter((name) => name !== "").join(", ")
  const given = request === "" ? "" : `{ ${request} }${only(paging.links, ", exchange")}`
  const asked = `${only(isPaged, `, ${part}`)}${only(paging.links, ", exchange")}`
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
    ${only(scopes === "parents", 'import { Listing } from "@scanjobs/core"')}
    import { ${imported("Emulator", isPaged && "Pages", "Playground", hasTokens && "TokenServer", "Wire")} } from "@scanjobs/testing"
    import { Effect, type Scope } from "effect"
    ${hasTokens ? "" : auth.imports}
    import { HttpServerResponse } from "effect/http"
    ${scopes === "parents" ? 'import * as Api from "./Api.ts"' : only(isPaged, 'import type * as Api from "./Api.ts"')}
    import { ${name.pascal} } from "./${name.pascal}.ts"
    import * as SyntheticRuns from "./SyntheticRuns.ts"

    export { generate } from "./SyntheticRuns.ts"
    export type { ${only(isScoped, "Project, ")}Run } from "./SyntheticRuns.ts"

    /** Where rows, ids and times are in the answers, for faults and the conformance suite. */
    export const wires = {
      runs: Wire.make(${name.pascal}.listings.runs, {
        ${paging.wire}
        id: Wire.field("id"),
        state: Wire.field("status"),
        start: Wire.field("startedAt")
      })${only(
        scopes === "parents",
        text`
          ,
          projects: Wire.make(Listing.make({ row: Api.Project, endpoint: Api.projects }), {
            rows: { get: ({ projects }) => projects, set: (body, projects) => ({ ...body, projects }) },
            next: null,
            total: null,
            id: Wire.field("id"),
            state: null,
            start: null
          })`
      )}
    }

    /** The settings of the emulator. */
    export interface Options extends Emulator.Settings {
      /** ${isScoped ? "Default: two projects with" : "Oldest first. Default:"} 240 generated ${isScoped ? "runs" : "ones"}. */
      readonly ${data}?: ReadonlyArray<SyntheticRuns.${isScoped ? "Project" : "Run"}>
    }

    const account = ${auth.account}

    /** A running emulator, with the settings of a connection to it. */
    export interface ${name.pascal}Emulator extends Emulator.Emulator {
      readonly settings: typeof account & {
        readonly baseUrl: string
        ${only(hasTokens, "readonly tokenUrl: string")}
        ${only(scopes === "static", "readonly projects: ReadonlyArray<string>")}
      }
      ${only(hasTokens, 'readonly tokens: Pick<TokenServer.TokenServer, "issued" | "revokeAll">')}
    }

    /** Starts the emulator; it stops with the scope. */
    export const serve = Effect.fnUntraced(function* (
      options: Options = {}
    ): Effect.fn.Return<${name.pascal}Emulator, never, Scope.Scope> {
      const ${data} = options.${data} ?? (yield* SyntheticRuns.generate())
      ${only(hasTokens, 'const tokens = TokenServer.make({ path: "/oauth/token", clients: [account], scopes: ["runs.read"] })')}
      const emulator = yield* Emulator.serve(${name.pascal}, {
        ...options,
        accepts: ${hasTokens ? "(token) => tokens.accepts(token)" : `(credential) =>${style === "composite-header" ? "\n  " : " "}Effect.succeed(credential === ${auth.accepted})`},
        ${only(hasTokens, "routes: [tokens.route],")}
        answers: {
          refused: () => refusal(401, "unauthorized", "The credential is missing or wrong."),
          invalid: (problems) => refusal(400, "bad_request", problems.join("; ")),
          missing: () => refusal(404, "not_found", "There is nothing at this address."),
          limited: () => refusal(429, "too_many_requests", "Too many requests.")
        },
        handlers: {
          ${
            isScoped
              ? text`
                runs: (${given}) => {
                  const project = projects.find(({ id }) => id === params.project)
                  return project === undefined
                    ? Effect.succeed(refusal(404, "not_found", "There is no such project."))
                    : pageOf(project.runs${asked})
                }${only(scopes === "parents", ",\nprojects: () => json({ projects: projects.map(({ id, name }) => ({ id, name })) })")}`
              : `runs: (${given}) => pageOf(runs${asked})`
          }
        }
      })
      ${
        hasTokens || scopes === "static"
          ? text`
            return {
              ...emulator,
              settings: {
                ...account,
                baseUrl: emulator.baseUrl${only(hasTokens || scopes === "static", ",")}
                ${only(hasTokens, `tokenUrl: \`\${emulator.baseUrl}\${tokens.route.path}\`${only(scopes === "static", ",")}`)}
                ${only(scopes === "static", "projects: projects.map(({ id }) => id)")}
              }${only(hasTokens, ",\ntokens")}
            }`
          : "return { ...emulator, settings: { ...account, baseUrl: emulator.baseUrl } }"
      }
    })

    /** The emulator that \`scanjobs emulate ${name.id}\` starts. */
    export const playground = Playground.make(${name.pascal}, ({ jobs, seed, ...settings }) =>
      Effect.gen(function* () {
        return yield* serve({ ...settings, ${data}: yield* SyntheticRuns.generate({ runs: jobs, seed }) })
      })
    )

    ${
      options.paging === "link-header"
        ? text`
          const json = (body: unknown, headers: { readonly link?: string } = {}) =>
            Effect.succeed(HttpServerResponse.jsonUnsafe(body, { headers }))`
        : "const json = (body: unknown) => Effect.succeed(HttpServerResponse.jsonUnsafe(body))"
    }

    const refusal = (status: number, code: string, message: string) =>
      HttpServerResponse.jsonUnsafe({ error: { code, message } }, { status })

    const pageOf = (runs: ReadonlyArray<SyntheticRuns.Run>${only(isPaged, `, asked: typeof Api.${capitalised(part)}.Type`)}${only(paging.links, ", exchange: Emulator.Exchange")}) =>${paging.answer}
    `
}

/** The file of the emulator's data. */
export const syntheticOf = ({ name, scopes }: Options): string => {
  const isScoped = scopes !== "none"
  const head = text`
    /**
     * ${isScoped ? "Projects with generated runs" : "Generated runs"} for the emulator.
     */
    import { Clock, Effect, Random } from "effect"
    import type * as Api from "./Api.ts"

    /** A run as the vendor sends it. */
    export type Run = typeof Api.Run.Type
    ${only(
      isScoped,
      text`

        /** A project and its runs, oldest first. */
        export interface Project {
          readonly id: string
          readonly name: string
          readonly runs: ReadonlyArray<Run>
        }`
    )}

    /** What to generate. */
    export interface Options {
      /** The number of runs${only(isScoped, " over all projects")}. Default 240. */
      readonly runs?: number | undefined
      ${only(isScoped, "/** The ids of the projects. Default `web` and `mobile`. */\nreadonly projects?: ReadonlyArray<string>")}
      /** Equal seeds give equal runs at the same time. */
      readonly seed?: string | undefined
    }

    const hour = 3_600_000
    const names = ["Nightly", "Weekly, deep", "On every release", "On demand"] as const
    const outcomes = ["completed", "completed", "completed", "partial", "failed", "canceled", "skipped"] as const
    `
  const runs = text`
    Array.from({ length: runs }, (_, index): Run => {
      const age = runs - index
      const startedAt = now - age * hour
      const duration = ((1 + upTo(59)) * hour) / 60
      return {
        id: \`run-\${String(index + 1).padStart(8, "0")}\`,
        name: names[upTo(names.length)] ?? null,
        status: age === 1 ? "running" : (outcomes[upTo(outcomes.length)] ?? "completed"),
        startedAt: new Date(startedAt).toISOString(),
        finishedAt: age === 1 ? null : new Date(startedAt + duration).toISOString()
      }
    })`
  return isScoped
    ? text`
      ${head}
      /** Generates projects; the newest run of each is still running. */
      export const generate = ({ projects = ["web", "mobile"], runs = 240, seed = "${name.id}" }: Options = {}): Effect.Effect<
        ReadonlyArray<Project>
      > =>
        Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          const random = yield* Random.Random
          const upTo = (limit: number) => Math.floor(random.nextDoubleUnsafe() * limit)
          const make = (runs: number) =>
            ${runs}
          return projects.map((id, index) => ({
            id,
            name: \`The \${id} project\`,
            runs: make(Math.floor((runs + index) / projects.length))
          }))
        }).pipe(Random.withSeed(seed))
      `
    : text`
      ${head}
      /** Generates runs, oldest first; the newest is still running. */
      export const generate = ({ runs = 240, seed = "${name.id}" }: Options = {}): Effect.Effect<ReadonlyArray<Run>> =>
        Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          const random = yield* Random.Random
          const upTo = (limit: number) => Math.floor(random.nextDoubleUnsafe() * limit)
          return ${runs}
        }).pipe(Random.withSeed(seed))
      `
}
