/**
 * Schemas as compiled code, which is ten times as fast. Where code must not be made, such as under a content security policy, they
 * are interpreted.
 */
import { Schema, SchemaAST } from "effect"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"

/** Decodes by compiled code from now on, by whichever function of `Schema`. */
export const decoding = <S extends Schema.Constraint>(schema: S): S => {
  SchemaJITCompiler.enable(schema.ast)
  return schema
}

/** Encodes by compiled code from now on. */
export const encoding = <S extends Schema.Constraint>(schema: S): S => {
  SchemaJITCompiler.enable(SchemaAST.flip(schema.ast))
  return schema
}

/**
 * Whether something is what the schema describes, for a schema that transforms nothing: what fits need not be built again, only
 * looked at. `undefined` for every other schema.
 */
export const guard = (schema: Schema.Constraint): ((input: unknown) => boolean) | undefined =>
  SchemaAST.toEncoded(schema.ast) === schema.ast ? Schema.is(decoding(schema)) : undefined
