/**
 * The fault that makes pages without rows, as vendors send them that filter what they read.
 */
import { Effect } from "effect"
import type { HttpServerResponse } from "effect/http"
import { answerOf, bodyLike } from "./AnswerParts.ts"
import { ofEachList } from "./EachList.ts"
import { type Fault, rewrite } from "./Fault.ts"
import { identityOf, none, on } from "./FaultSelection.ts"
import type { Answer, Wire } from "./Wire.ts"

/**
 * Leaves out the rows of up to `count` pages in a row that lead to a next one, and gives them with the page behind these. Nothing is lost
 * for a client that goes on as long as the vendor names a next page.
 *
 * It lets requests pass where the vendor names no next page by a token or a link. The fault remembers rows: make one for each emulator and
 * scope, and let pages be requested one after the other.
 *
 * **Example** (five pages without rows before each page with some)
 *
 * ```ts
 * import { Faults, type Wire } from "@scanjobs/testing"
 *
 * declare const wire: Wire.Wire
 *
 * export const fault = Faults.emptyPages(wire, 5)
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const emptyPages = (wire: Wire, count: number): Fault => {
  const lens = wire.next
  if (lens?.is !== "token" && lens?.is !== "link") return none
  return ofEachList(wire, () => {
    const given = new Map<string, ReadonlyArray<unknown>>()
    let held: ReadonlyArray<unknown> = []
    let empty = 0
    const rowsOf = (answer: Answer<unknown>): ReadonlyArray<unknown> => {
      const all = [...held, ...wire.rows.get(answer.body)]
      const next = lens.get(answer)
      const isEmpty = next !== null && next !== "" && empty < count
      empty = isEmpty ? empty + 1 : 0
      held = isEmpty ? all : []
      return isEmpty ? [] : all
    }
    return on(wire.endpoint, (request) =>
      rewrite((response) =>
        Effect.map(answerOf(response, wire.format), (answer): HttpServerResponse.HttpServerResponse => {
          if (answer === undefined) return response
          const key = identityOf(request)
          const rows = given.get(key) ?? rowsOf(answer)
          given.set(key, rows)
          return bodyLike(response, wire.rows.set(answer.body, rows), wire.format)
        })
      )
    )
  })
}
