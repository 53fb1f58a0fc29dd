/**
 * Marks secrets that are whole files, which a settings file may also give as `@path`.
 */
import { SchemaAST } from "effect"

const key = "@scanjobs/core/fileText"

/** What marks a schema. */
export const annotation = { [key]: true }

const annotated = SchemaAST.resolveAt<boolean>(key)

/** Whether a schema is marked. */
export const isFileText = (ast: SchemaAST.AST): boolean => annotated(ast) === true
