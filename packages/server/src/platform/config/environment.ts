/** Environment that test runs look at; the program itself reads only what `options.ts` names. */
export interface TestEnvironment {
  /** REQUIRE_PEERS=1: a missing counterpart fails instead of being left out. */
  readonly requirePeers: boolean;
  /** Where the launcher collects the names of what was left out. */
  readonly missingPeersFolder: string | undefined;
  readonly path: string;
  readonly home: string | undefined;
}

export function testEnvironment(): TestEnvironment {
  const { REQUIRE_PEERS, MISSING_PEERS_DIR, PATH, HOME } = process.env;
  return {
    requirePeers: REQUIRE_PEERS === '1',
    missingPeersFolder: MISSING_PEERS_DIR,
    path: PATH ?? '',
    home: HOME,
  };
}
