/**
 * Finds the place of the first syntax error in a JSON text, or of the first value that is nested too deeply.
 *
 * The error of `JSON.parse` does not always name a place, and it quotes the text around it, which may be a secret.
 */

import * as Nesting from "./Nesting.ts"

/** A place in a text; line and column count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
  /** What was expected there, in words. */
  readonly expected: string
}

const blank = /[ \t\r\n]*/y
const string = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy
const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y

class Scanner {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The index of the first mistake, if there is one. */
  scan(): { readonly at: number; readonly expected: string } | undefined {
    const expected = this.#value() ?? (this.#next() === "" ? undefined : "the end of the file")
    return expected === undefined ? undefined : { at: this.#at, expected }
  }

  /** Skips white space, and gives the next character. */
  #next(): string {
    this.#take(blank)
    return this.#text.charAt(this.#at)
  }

  #take(token: RegExp): boolean {
    token.lastIndex = this.#at
    const found = token.exec(this.#text)
    if (found === null) return false
    this.#at += found[0].length
    return true
  }

  #value(): string | undefined {
    const next = this.#next()
    if (next === "{") return this.#list("}", () => this.#member())
    if (next === "[") return this.#list("]", () => this.#value())
    if (next === '"') return this.#take(string) ? undefined : "a string that ends on its line, with valid escapes"
    return this.#take(scalar) ? undefined : "a value"
  }

  #member(): string | undefined {
    if (this.#next() !== '"' || !this.#take(string)) return "a key in double quotes"
    if (this.#next() !== ":") return "a colon"
    this.#at++
    return this.#value()
  }

  #list(close: string, item: () => string | undefined): string | undefined {
    if (this.#depth === Nesting.most) return `at most ${Nesting.most} levels of arrays and objects in one another`
    this.#at++
    this.#depth++
    const expected = this.#items(close, item)
    this.#depth--
    return expected
  }

  #items(close: string, item: () => string | undefined): string | undefined {
    if (this.#next() === close) {
      this.#at++
      return undefined
    }
    for (;;) {
      const expected = item()
      if (expected !== undefined) return expected
      const next = this.#next()
      if (next !== "," && next !== close) return `a comma or ${close}`
      this.#at++
      if (next === close) return undefined
    }
  }
}

/** The first mistake of a text, or `undefined` if it is JSON that is not nested too deeply. */
export const find = (text: string): Position | undefined => {
  const mistake = new Scanner(text).scan()
  if (mistake === undefined) return undefined
  const before = text.slice(0, mistake.at).split("\n")
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, expected: mistake.expected }
}
