/**
 * Marks settings that only say how pages are asked for, and not what is listed.
 */
import { SchemaAST } from "effect"

const key = "@scanjobs/core/tuning"

/** What marks a schema. */
export const annotation = { [key]: true }

const annotated = SchemaAST.resolveAt<boolean>(key)

/** Whether a schema is marked. */
export const isTuning = (ast: SchemaAST.AST): boolean => annotated(ast) === true
