/**
 * Tests providers: emulators of vendors, faults, and the conformance suite.
 */
export * as Conformance from "./suite/Conformance.ts"
export * as Emulator from "./emulator/Emulator.ts"
export * as FaultSchedule from "./suite/FaultSchedule.ts"
export * as Faults from "./faults/Faults.ts"
export * as AcceleratedClock from "./checks/AcceleratedClock.ts"
export * as Ledger from "./ledger/Ledger.ts"
export * as Pages from "./emulator/Pages.ts"
export * as Playground from "./emulator/Playground.ts"
export * as RollingWindow from "./ledger/RollingWindow.ts"
export * as TokenServer from "./emulator/TokenServer.ts"
export * as World from "./world/World.ts"
export * as Wire from "./faults/Wire.ts"
