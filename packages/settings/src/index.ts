/**
 * The settings file: which connections there are, of which providers, and where their secrets come from.
 */
export type * as Plugin from "./Plugin.ts"
export * as Problem from "./Problem.ts"
export type * as Sections from "./Sections.ts"
export * as Settings from "./Settings.ts"
export * as SettingsSchema from "./SettingsSchema.ts"
export * as Suggestion from "./Suggestion.ts"
