/** What a key may do; every route names the one it needs. */
export const SCOPES = [
  'events:read',
  'events:read-sensitive',
  'consumers',
  'replays',
  'quarantine',
  'admin',
  'metrics',
] as const;
export type Scope = (typeof SCOPES)[number];
