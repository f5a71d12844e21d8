/** Environment that test runs look at; the program itself reads only what `options.ts` names. */
export function testEnvironment(): {
  readonly requirePeers: boolean;
  readonly missingPeersFolder: string | undefined;
  readonly path: string;
  readonly home: string | undefined;
} {
  return {
    requirePeers: process.env['REQUIRE_PEERS'] === '1',
    missingPeersFolder: process.env['MISSING_PEERS_DIR'],
    path: process.env['PATH'] ?? '',
    home: process.env['HOME'],
  };
}
