/**
 * For authors of providers, and for the library itself: vendors on loopback, and everything that can go wrong with them.
 */
export * as Conformance from "./Conformance.ts"
export * as Emulator from "./Emulator.ts"
export * as FaultSchedule from "./FaultSchedule.ts"
export * as Faults from "./Faults.ts"
export * as HurriedClock from "./HurriedClock.ts"
export * as Ledger from "./Ledger.ts"
export * as Pages from "./Pages.ts"
export * as Playground from "./Playground.ts"
export * as RollingWindow from "./RollingWindow.ts"
export * as TokenServer from "./TokenServer.ts"
export * as Wire from "./Wire.ts"
