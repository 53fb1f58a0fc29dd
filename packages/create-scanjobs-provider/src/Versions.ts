/**
 * The versions that a generated package depends on. A test keeps them equal to those of this workspace.
 */

/**
 * The packages that a program shares with the provider, so that it never has two copies of them. The testing package is for
 * the entry point `./emulator` alone, and production does not install it.
 */
export const peerDependencies = { "@scanjobs/core": "^0.1.0", "@scanjobs/testing": "^0.1.0", effect: "~4.1.0" }

/** Which of the peers a program may leave out. */
export const peerDependenciesMeta = { "@scanjobs/testing": { optional: true } }

/** The packages that its tests and build need, peers included. */
export const devDependencies = {
  "@effect/platform-node": "~4.1.0",
  "@effect/vitest": "^4.0.5",
  "@scanjobs/core": "^0.1.0",
  "@scanjobs/testing": "^0.1.0",
  "@types/node": "^24.19.2",
  effect: "~4.1.0",
  typescript: "^7.0.2",
  vitest: "^5.1.1"
}
