/**
 * A history of scans over HTTP.
 */
export * as Api from "./Api.ts"
export * as Server from "./Server.ts"
