/**
 * For authors of providers, and for the library itself: vendors on loopback.
 */
export * as Emulator from "./Emulator.ts"
export * as Ledger from "./Ledger.ts"
export * as RollingWindow from "./RollingWindow.ts"
export * as TokenServer from "./TokenServer.ts"
