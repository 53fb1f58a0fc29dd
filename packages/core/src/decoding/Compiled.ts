/**
 * Compiles schemas to code, which decodes ten times as fast. Where code generation is forbidden, such as by a content security
 * policy, schemas are interpreted.
 */
import { Schema, SchemaAST } from "effect"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"

/** Makes all of `Schema`'s functions decode with compiled code. */
export const decoding = <S extends Schema.Constraint>(schema: S): S => {
  SchemaJITCompiler.enable(schema.ast)
  return schema
}

/** Makes all of `Schema`'s functions encode with compiled code. */
export const encoding = <S extends Schema.Constraint>(schema: S): S => {
  SchemaJITCompiler.enable(SchemaAST.flip(schema.ast))
  return schema
}

/**
 * A type guard for a schema that transforms nothing: input that fits is used as it is, and not built again. `undefined` for
 * every other schema.
 */
export const guard = (schema: Schema.Constraint): ((input: unknown) => boolean) | undefined =>
  SchemaAST.toEncoded(schema.ast) === schema.ast ? Schema.is(decoding(schema)) : undefined
