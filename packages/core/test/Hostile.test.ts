import { assert, describe, it } from "@effect/vitest"
import { Config, Effect } from "effect"
import { execFile } from "node:child_process"
import type { ServerResponse } from "node:http"
import { join } from "node:path"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { createDeflate, createGzip } from "node:zlib"
import * as Vendor from "./Vendor.ts"

/** `SCANJOBS_HOSTILE=whole` sends answers of their full size, which takes a minute. */
const isWhole = Effect.runSync(Config.String("SCANJOBS_HOSTILE").pipe(Config.withDefault(""), Effect.orDie)) === "whole"
const scale = isWhole ? 1 : 0.2

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
  Effect.callback<{ readonly [name: string]: object }>((resume) => {
    const flags = ["--max-old-space-size=512", "--conditions=@scanjobs/source"]
    const program = join(import.meta.dirname, "HostileReader.ts")
    const child = execFile(process.execPath, [...flags, program, ...addresses], (error, stdout, stderr) =>
      resume(error === null ? Effect.succeed(JSON.parse(stdout)) : Effect.die(new Error(stderr, { cause: error })))
    )
    return Effect.sync(() => child.kill())
  })

describe("a process with 512 MB of memory", () => {
  it.live(
    "ends each hostile answer as a typed error, and has all rows of another connection",
    () =>
      Effect.gen(function* () {
        const hostile = yield* Effect.forEach(attacks, ([, attack]) =>
          Vendor.serve(({ url }) => (url.searchParams.get("skip") === "0" ? attack : Vendor.json({ runs: [] })))
        )
        const good = yield* Vendor.serve(({ url }) => {
          const skip = Number(url.searchParams.get("skip"))
          return Vendor.json({ runs: skip < 500 ? goodRows.map(({ id }) => ({ id: `${skip}-${id}` })) : [] })
        })
        const ends = yield* read([...hostile, good].map(({ origin }) => origin))
        const named = Object.fromEntries(attacks.map(([name], index) => [name, ends[`c${index}`]]))
        assert.deepStrictEqual(named, Object.fromEntries(attacks.map(([name, , expected]) => [name, expected])))
        assert.deepStrictEqual(ends[`c${attacks.length}`], { jobs: 500, rejected: 0, failure: "none" })
      }),
    300_000
  )
})
