/**
 * Scans of Microsoft Purview Data Map and antivirus scans of Microsoft Defender for Endpoint, for scanjobs.
 */
export * as Api from "./Api.ts"
export { Defender } from "./Defender.ts"
export { Purview } from "./Purview.ts"
