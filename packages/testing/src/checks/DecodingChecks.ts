/**
 * The check of a provider's schemas: that they are of the kind that becomes code, and so cost next to nothing.
 */
import { Decoding } from "@scanjobs/core"
import type { Schema } from "effect"
import * as SchemaAOTCompiler from "effect/schema/SchemaAOTCompiler"
import { type Definition, expect } from "./Check.ts"

/**
 * Whether a struct, array or union becomes one piece of code as a whole. What Effect cannot compile, it leaves to its
 * interpreter; it has one compiler, and the code that it would write ahead of time shows what it can do.
 */
export const isCompiled = ({ ast }: Schema.Constraint): boolean =>
  /^function d0\(.*case "decode":/m.test(SchemaAOTCompiler.compile([{ ast, operations: ["decode"] }]))

const compiled: Definition = {
  id: "C34",
  title: "its pages are decoded by compiled code",
  advice:
    "in the schemas of the answer and its row, take `Finite` for `Number`, `Any` for `Unknown`, `optionalKey` for `optional`, and no classes or transformations, which are ten times as slow",
  needs: null,
  verify: ({ listing, provider }) => {
    const declared = provider.listings[listing]
    return expect(
      declared !== undefined && isCompiled(Decoding.pageOf(declared)),
      "its schema has a part that cannot be compiled"
    )
  }
}

/** The checks of schemas. */
export const checks: ReadonlyArray<Definition> = [compiled]
