import { assert, describe, it } from "@effect/vitest"
import { RetryPolicy } from "@scanjobs/core"
import { Config, Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { folder, run, runHere } from "./Program.ts"
import * as Vendors from "./Vendors.ts"

const isWhole = Effect.runSync(Config.String("SCANJOBS_HOSTILE").pipe(Config.withDefault(""), Effect.orDie)) === "whole"

const secret = 'cAnary/4e5f+6a<7b>"8c9d'
const codes = [...secret].map((character) => character.charCodeAt(0))
const hex = codes.map((code) => code.toString(16).padStart(2, "0"))
const base64 = (text: string) => Buffer.from(text).toString("base64")

const forms: Readonly<Record<string, string>> = {
  plain: secret,
  "in upper case": secret.toUpperCase(),
  "percent-encoded": encodeURIComponent(secret),
  "percent-encoded in every character": hex.map((code) => `%${code}`).join(""),
  "escaped for HTML": secret.replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
  "in named character references": secret.replaceAll("/", "&sol;").replaceAll("+", "&plus;").replaceAll("<", "&LT;"),
  "in decimal character references": codes.map((code) => `&#${code};`).join(""),
  "in hexadecimal character references": hex.map((code) => `&#x${code};`).join(""),
  "escaped for JSON": JSON.stringify(secret).slice(1, -1).replaceAll("/", "\\/").replaceAll("<", "\\u003c"),
  "escaped for JSON in every character": hex.map((code) => `\\u00${code}`).join(""),
  "escaped for JSON in capitals": hex.map((code) => `\\u00${code.toUpperCase()}`).join(""),
  "in hexadecimal": hex.join(""),
  "in Base64": base64(secret),
  "in Base64 after one byte": base64(`:${secret}`),
  "in Base64 after two bytes": base64(`a:${secret}`),
  "in Base64 as a password": base64(`client:${secret}`),
  "in Base64url": base64(`??${secret}`).replaceAll("+", "-").replaceAll("/", "_")
}

/** The middle half of each form, as it is and as JSON writes it, tells that a text holds the form. */
const marks = Object.values(forms).flatMap((form) => {
  const mark = form.slice(form.length / 4, (form.length * 3) / 4)
  const once = JSON.stringify(mark).slice(1, -1)
  return [mark, once, JSON.stringify(once).slice(1, -1)]
})
const leakIn = (text: string): string | undefined => marks.find((mark) => text.includes(mark))

interface Place {
  readonly name: string
  readonly answer: (form: string) => HttpServerResponse.HttpServerResponse
  /** The endpoint that answers so; `null` is the token server. */
  readonly at?: null
}

const rows = (...jobs: ReadonlyArray<object>) => HttpServerResponse.jsonUnsafe({ jobs, totalCount: jobs.length })
const row = { id: "a", type: 0, state: 2 }
const text = (body: string, status: number, headers: { readonly [name: string]: string } = {}) =>
  HttpServerResponse.text(body, { status, headers })

const places: ReadonlyArray<Place> = [
  { name: "a field of a row", answer: (form) => rows({ ...row, jobName: form, note: form }) },
  { name: "the name of a field", answer: (form) => rows({ ...row, [form]: [form] }) },
  { name: "a row that does not fit", answer: (form) => rows(row, { ...row, id: 5, note: form, [form]: form }) },
  { name: "a state that nobody knows", answer: (form) => rows({ ...row, state: form }) },
  { name: "an error in JSON", answer: (form) => HttpServerResponse.jsonUnsafe({ message: form }, { status: 400 }) },
  { name: "an error in text", answer: (form) => text(`you sent ${form}`, 403, { "x-request-id": form }) },
  { name: "a page that is no JSON", answer: (form) => text(`<p>${form}</p>`, 200) },
  { name: "a redirect", answer: (form) => text("", 302, { location: `/${encodeURI(form)}?key=${encodeURI(form)}` }) },
  {
    name: "a redirect elsewhere",
    answer: (form) => text("", 307, { location: `http://127.0.0.1:1/${encodeURI(form)}` })
  },
  {
    name: "an error of the token server",
    answer: (form) => HttpServerResponse.jsonUnsafe({ error: form, error_description: form }, { status: 400 }),
    at: null
  },
  { name: "a text of the token server", answer: (form) => text(form, 401), at: null },
  { name: "an answer without a token", answer: (form) => HttpServerResponse.jsonUnsafe({ [form]: form }), at: null }
]

const formats = ["table", "json", "ndjson", "csv", "ocsf"]

/** Every file of a folder but the settings. */
const filesOf = (cwd: string): ReadonlyArray<readonly [exit: string, text: string]> =>
  readdirSync(cwd)
    .filter((name) => name !== "scanjobs.json")
    .map((name) => [name, readFileSync(join(cwd, name), "utf8")])

const every = isWhole ? 1 : 12
const attacks = places
  .flatMap((place, at) => Object.entries(forms).map(([how, form], index) => ({ place, how, form, number: at + index })))
  .filter(({ number }) => number % every === 0)
  .map(
    ({ form, how, number, place }) => [place.name, how, place, form, formats[number % formats.length] ?? ""] as const
  )

describe("a secret that comes back", () => {
  it.live.each(attacks)("in %s, %s, leaves the command nowhere", ([, , place, form, format]) =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve({
        avepoint: {
          clientSecret: secret,
          fault: ({ endpoint }) => (endpoint === (place.at === null ? null : "jobs") ? place.answer(form) : undefined)
        }
      })
      const { cwd } = started
      const env = { ...Vendors.secrets, AP_SECRET: secret }
      const files = ["--resume", join(cwd, "run.json"), "--rejected", join(cwd, "rejected.ndjson")]
      const args = ["list", "--connection", "ap", "--log-level", "all", "--format", format, ...files]
      const ends = yield* Effect.forEach([args, [...args, "--json-errors"], ["check", "--connection", "ap"]], (args) =>
        Effect.provide(runHere(args, { cwd, env }), RetryPolicy.layer({ times: 0 }))
      )
      const exits = [
        ...ends.flatMap(({ stderr, stdout }) => [
          ["standard output", stdout] as const,
          ["standard error", stderr] as const
        ]),
        ...filesOf(cwd)
      ]
      for (const { code, stderr } of ends) assert.notStrictEqual(code, 2, stderr)
      assert.deepStrictEqual(
        exits.filter(([, text]) => leakIn(text) !== undefined).map(([exit, text]) => `${exit}: ${text.slice(0, 1000)}`),
        []
      )
    })
  )

  it("would be seen in every form", () => {
    for (const form of Object.values(forms)) assert.isDefined(leakIn(JSON.stringify({ note: `before ${form} after` })))
  })
})

describe("a secret in the settings", () => {
  const connection = { provider: "avepoint", name: "ap", clientId: "client", baseUrl: "https://127.0.0.1:1" }
  const wrong: Readonly<Record<string, readonly [file: string, content: unknown]>> = {
    "of another type": ["scanjobs.json", { connections: [{ ...connection, clientSecret: [secret] }] }],
    "in a setting that nobody knows": [
      "scanjobs.json",
      { connections: [{ ...connection, clientSecret: secret, more: secret }] }
    ],
    "in a file that is no JSON": ["scanjobs.json", `{"connections": [{"clientSecret": ${JSON.stringify(secret)} oops`],
    "that a module throws": ["settings.mjs", `throw new Error(${JSON.stringify(`no ${secret}`)})`],
    "that a module rejects with": [
      "settings.mjs",
      `export default Promise.reject(new Error(${JSON.stringify(secret)}))`
    ],
    "that a function of a module throws": [
      "settings.mjs",
      `export default () => { throw new Error(${JSON.stringify(secret)}) }`
    ],
    "in the output of a command that fails": [
      "scanjobs.json",
      {
        connections: [
          { ...connection, clientSecret: `\${cmd:sh -c 'echo "${hex.join("")}"; echo "${hex.join("")}" >&2; exit 3'}` }
        ]
      }
    ]
  }
  it.live.each(Object.entries(wrong))("%s is not repeated", ([, [file, content]]) =>
    Effect.gen(function* () {
      const cwd = yield* folder({ [file]: content })
      for (const more of isWhole ? [[], ["--json-errors"]] : [[]]) {
        const { code, stderr, stdout } = yield* run(["list", "--config", file, ...more], { cwd })
        assert.strictEqual(code, 2, stderr)
        assert.strictEqual(stdout, "")
        assert.isUndefined(leakIn(stderr), stderr)
      }
    })
  )
})
