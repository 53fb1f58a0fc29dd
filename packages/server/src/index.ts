/**
 * A history of scans over HTTP.
 */
export * as Api from "./Api.ts"
export * as Mcp from "./Mcp.ts"
export * as Server from "./Server.ts"
