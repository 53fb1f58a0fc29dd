import { Emulator, Pages } from "@scanjobs/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { Acme } from "../Acme.ts"

const all = [1, 2, 3, 4, 5]

describe("a page at an offset", () => {
  it.each([
    [0, 2, [1, 2], 2],
    [4, 2, [5], null],
    [3, 2, [4, 5], null],
    [5, 2, [], null],
    [9, 2, [], null]
  ])("from %i, %i rows", (offset, size, rows, next) => {
    assert.deepStrictEqual(Pages.at(all, offset, size), { rows, next })
  })
})

describe("a page by a token", () => {
  it.effect("leads from page to page, to the end", () =>
    Effect.gen(function* () {
      const first = yield* Pages.byToken(all, undefined, 3)
      assert.deepStrictEqual(first.rows, [1, 2, 3])
      const second = yield* Pages.byToken(all, first.next ?? undefined, 3)
      assert.deepStrictEqual(second, { rows: [4, 5], next: null })
    })
  )

  it.effect("is a violation where nobody gave that token", () =>
    Effect.gen(function* () {
      for (const token of ["", "3", "b2Zmc2V0Oi0x", "b2Zmc2V0OjEuNQ", "http://elsewhere.example/"]) {
        const violation = yield* Effect.flip(Pages.byToken(all, token, 3))
        assert.strictEqual(violation._tag, "Violation")
      }
    })
  )
})

describe("a page after a key", () => {
  const key = (row: number) => row

  it.each([
    [undefined, [1, 2], 2],
    [2, [3, 4], 4],
    [2.5, [3, 4], 4],
    [4, [5], null],
    [5, [], null]
  ])("%s", (last, rows, next) => {
    assert.deepStrictEqual(Pages.after(all, key, last, 2), { rows, next })
  })
})

describe("a link", () => {
  it.effect("is the address of the request under way, with another query", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const no = () => HttpServerResponse.empty({ status: 400 })
      const { baseUrl } = yield* Emulator.serve(Acme, {
        accepts: () => Effect.succeed(true),
        answers: { refused: no, invalid: no, missing: no, limited: no },
        handlers: {
          runs: ({ query }, exchange) => {
            seen.push(Pages.link(exchange, { ...query, skip: 3, dropped: undefined }))
            const headers = Pages.linkHeader(exchange, { skip: 3 })
            assert.deepStrictEqual(Pages.linkHeader(exchange, null), {})
            return Effect.succeed(HttpServerResponse.jsonUnsafe({ runs: [] }, { headers }))
          },
          plans: () => Effect.succeed(no())
        }
      })
      const response = yield* Effect.promise(() => fetch(`${baseUrl}/teams/red/runs?skip=1`))
      assert.deepStrictEqual(seen, [`${baseUrl}/teams/red/runs?skip=3`])
      assert.strictEqual(response.headers.get("link"), `<${baseUrl}/teams/red/runs?skip=3>; rel="next"`)
    })
  )
})
