/**
 * The check of a provider's schemas: Effect must be able to compile them, because interpreting them costs much more.
 */
import { Decoding } from "@scanjobs/core"
import type { Schema } from "effect"
import * as SchemaAOTCompiler from "effect/schema/SchemaAOTCompiler"
import { type Definition, expect } from "./Check.ts"
import { declaredOf } from "./Subject.ts"

/**
 * Whether Effect compiles a struct, array or union as a whole. It interprets what it cannot compile. The code that it generates
 * ahead of time shows which of the two happens.
 */
export const isCompiled = ({ ast }: Schema.Constraint): boolean =>
  /^function d0\(.*case "decode":/m.test(SchemaAOTCompiler.compile([{ ast, operations: ["decode"] }]))

const compiled: Definition = {
  id: "C34",
  title: "its pages are decoded by compiled code",
  advice:
    "in the schemas of the answer and its row, take `Finite` for `Number`, `Any` for `Unknown`, `optionalKey` for `optional`, and no classes or transformations, which are ten times as slow",
  needs: null,
  ofParents: true,
  verify: (bench) => {
    const declared = declaredOf(bench)
    return expect(
      declared !== undefined && isCompiled(Decoding.pageOf(declared)),
      "its schema has a part that cannot be compiled"
    )
  }
}

/** The checks of schemas. */
export const checks: ReadonlyArray<Definition> = [compiled]
