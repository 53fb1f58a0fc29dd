import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { execFile } from "node:child_process"
import type { ServerResponse } from "node:http"
import { join } from "node:path"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { createDeflate, createGzip } from "node:zlib"
import * as Scale from "./Scale.ts"
import * as Vendor from "./Vendor.ts"

/** A part of the size shows the same, and takes no minute. */
const scale = Scale.isWhole ? 1 : 0.2

const mebibyte = 1024 * 1024

/** A piece of text, as often as it fits into so many MiB, in chunks. */
const flood = function* (piece: string, mebibytes: number, before = "", after = "") {
  const chunk = piece.repeat(Math.ceil(65_536 / piece.length))
  yield before
  for (let sent = 0; sent < mebibytes * mebibyte * scale; sent += chunk.length) yield chunk
  yield after
}

/** Sends chunks as fast as the client reads them; the client may stop reading. */
const send = (
  response: ServerResponse,
  chunks: Iterable<string>,
  ...through: ReadonlyArray<NodeJS.ReadWriteStream>
) => {
  pipeline([Readable.from(chunks), ...through, response]).catch(() => response.destroy())
}

const deep = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`

type Attack = readonly [name: string, attack: (response: ServerResponse) => void, expected: object]

const failed = (failure: string) => ({ jobs: 0, rejected: 0, failure })
const json = { "content-type": "application/json" }

const attacks: ReadonlyArray<Attack> = [
  [
    "250 MB of error text",
    (response) => {
      response.writeHead(503, { "content-type": "text/plain" })
      send(response, flood("down ", 250))
    },
    failed("Unavailable")
  ],
  [
    "250 MB of text with status 200",
    (response) => {
      response.writeHead(200, json)
      send(response, flood("x", 250))
    },
    failed("Malformed")
  ],
  [
    "0.6 GB in a small gzip",
    (response) => {
      response.writeHead(200, { ...json, "content-encoding": "gzip" })
      send(response, flood("a", 600, '{"runs":["', '"]}'), createGzip({ level: 1 }))
    },
    failed("Malformed")
  ],
  [
    "0.6 GB in a small gzip that no header mentions",
    (response) => {
      response.writeHead(200, json)
      send(response, flood("a", 600, '{"runs":["', '"]}'), createGzip({ level: 1 }))
    },
    failed("Malformed")
  ],
  [
    "0.6 GB in a small zlib stream",
    (response) => {
      response.writeHead(200, { ...json, "content-encoding": "deflate" })
      send(response, flood("a", 600, '{"runs":["', '"]}'), createDeflate({ level: 1 }))
    },
    failed("Malformed")
  ],
  [
    "200 MB of empty rows",
    (response) => {
      response.writeHead(200, json)
      send(response, flood("{},", 200, '{"runs":[', "{}]}"))
    },
    failed("Malformed")
  ],
  [
    "3 MB of empty rows, which is too many of them",
    (response) => {
      response.writeHead(200, json)
      send(response, flood("{},", 3 / scale, '{"runs":[', "{}]}"))
    },
    failed("Malformed")
  ],
  [
    "200,000 empty rows",
    (response) => {
      response.writeHead(200, json)
      send(response, flood("{},", 0.57 / scale, '{"runs":[', "{}]}"))
    },
    failed("Malformed")
  ],
  [
    "30 MB of text with one escaped letter",
    (response) => {
      response.writeHead(200, json)
      send(response, flood("lorem ipsum ", 30, '{"runs":[{"id":"a"}],"note":"\\u0041', '"}'))
    },
    { jobs: 1, rejected: 0, failure: "none" }
  ],
  [
    "30 MB of the secret",
    (response) => {
      response.writeHead(200, json)
      send(response, flood(`${Vendor.canary} `, 30, '{"runs":[{"id":"a"}],"note":"', '"}'))
    },
    { jobs: 1, rejected: 0, failure: "none" }
  ],
  [
    "30 MB of escapes in escapes",
    (response) => {
      response.writeHead(200, json)
      send(response, flood("%2525252541", 30, '{"runs":[{"id":"a"}],"note":"', '"}'))
    },
    { jobs: 1, rejected: 0, failure: "none" }
  ],
  [
    "30 MB in a row that does not fit",
    (response) => {
      response.writeHead(200, json)
      send(response, flood(`${Vendor.canary} \\u0041`, 30, '{"runs":[{"id":"a"},{"id":1,"note":"', '"}]}'))
    },
    { jobs: 1, rejected: 1, failure: "none" }
  ],
  [
    "a row of 3,050 levels",
    (response) => {
      response.writeHead(200, json)
      response.end(`{"runs":[{"id":"a"},{"id":"b","more":${deep(3050)}}]}`)
    },
    { jobs: 1, rejected: 1, failure: "none" }
  ],
  [
    "a page of 3,050 levels",
    (response) => {
      response.writeHead(200, json)
      response.end(deep(3050))
    },
    failed("Malformed")
  ],
  [
    "a total of 100,000 levels",
    (response) => {
      response.writeHead(200, json)
      response.end(`{"runs":[],"total":${deep(100_000)}}`)
    },
    failed("Malformed")
  ]
]

const goodRows = Array.from({ length: 2 }, (_, index) => ({ id: String(index) }))

/** Reads with half a gigabyte of memory. */
const read = (addresses: ReadonlyArray<string>) =>
  Effect.callback<{ readonly [name: string]: unknown }>((resume) => {
    const flags = ["--max-old-space-size=512", "--conditions=@scanjobs/source"]
    const program = join(import.meta.dirname, "HostileReader.ts")
    const child = execFile(process.execPath, [...flags, program, ...addresses], (error, stdout, stderr) =>
      resume(error === null ? Effect.succeed(JSON.parse(stdout)) : Effect.die(new Error(stderr, { cause: error })))
    )
    return Effect.sync(() => child.kill())
  })

/** How each attack ended, by its name. */
class Ends extends Context.Service<Ends, { readonly [name: string]: unknown }>()("Ends") {}

const all = Layer.effect(
  Ends,
  Effect.gen(function* () {
    const hostile = yield* Effect.forEach(attacks, ([, attack]) =>
      Vendor.serve(({ url }) => (url.searchParams.get("skip") === "0" ? attack : Vendor.json({ runs: [] })))
    )
    const good = yield* Vendor.serve(({ url }) => {
      const skip = Number(url.searchParams.get("skip"))
      return Vendor.json({ runs: skip < 500 ? goodRows.map(({ id }) => ({ id: `${skip}-${id}` })) : [] })
    })
    const ends = yield* read([...hostile, good].map(({ origin }) => origin))
    return Object.fromEntries(
      [...attacks, [another], [turn]].map(([name], index) => [name, ends[index > attacks.length ? turn : `c${index}`]])
    )
  })
)

const another = "another connection"
const turn = "longestTurn"

layer(all, { excludeTestServices: true, timeout: 300_000 })("a process with 512 MB of memory", (it) => {
  it.effect.each(attacks)("ends %s as it should", ([name, , expected]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* Ends)[name], expected)
    })
  )

  it.effect("works for less than a second at once, so that signals and timers are served", () =>
    Effect.gen(function* () {
      const millis = (yield* Ends)[turn]
      assert.isAbove(Number(millis), 0)
      assert.isBelow(Number(millis), 1000)
    })
  )

  it.effect("has all rows of another connection", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* Ends)[another], { jobs: 500, rejected: 0, failure: "none" })
    })
  )
})
