import type { Command } from 'commander';
import { parseDuration } from '@chargelog/config';
import { UsageError } from '@chargelog/local-gateway';
import { againstGateway, type GatewayFlags, type Shell } from '../gateway-command.js';
import { table } from '../output.js';

interface ApiKey {
  readonly keyId: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly tenants: readonly string[] | null;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

interface CreateFlags extends GatewayFlags {
  readonly scope: readonly string[];
  readonly tenant?: readonly string[];
  readonly expires?: string;
}

const EXAMPLES = `
Scopes: events:read, events:read-sensitive, consumers, replays, quarantine, admin, metrics.

Examples:
  $ chargelog keys create billing --scope events:read
  $ chargelog keys create grafana --scope metrics --expires 365d
  $ chargelog keys create partner --scope events:read replays --tenant acme
`;

/** `chargelog keys`: API keys of a gateway. */
export function addKeysCommand(program: Command, shell: Shell): void {
  const keys = program.command('keys').summary('API keys: create, list, revoke').description('API keys.');
  againstGateway(
    keys
      .command('create <name>')
      .description('Makes a key and prints it, this once. Only its hash is stored.')
      .requiredOption('--scope <scopes...>', 'what the key may do')
      .option('--tenant <tenants...>', 'the only tenants whose events it sees (default: all)')
      .option('--expires <when>', 'a time from now like 90d, or an instant (default: when revoked)')
      .addHelpText('after', EXAMPLES),
    shell,
    async (gateway, command) => {
      const flags = command.opts<CreateFlags>();
      const [name] = command.args;
      const value = await gateway.call<ApiKey & { readonly key: string }>('POST', '/v1/keys', {
        name,
        scopes: flags.scope.flatMap((scope) => scope.split(',')),
        ...(flags.tenant && { tenants: flags.tenant }),
        ...(flags.expires !== undefined && { expiresAt: instantFrom(flags.expires) }),
      });
      return { value, text: value.key, note: `It is shown this once. Id ${value.keyId}.` };
    },
  );
  againstGateway(
    keys.command('list').description('Lists the keys, live ones first.'),
    shell,
    async (gateway) => {
      const value = await gateway.call<{ readonly data: readonly ApiKey[] }>('GET', '/v1/keys');
      const rows = value.data.map((key) => [
        key.keyId,
        key.name,
        `${key.prefix}…`,
        key.scopes.join(','),
        key.tenants?.join(',') ?? 'all',
        endOf(key),
        key.lastUsedAt ?? 'never',
      ]);
      const head = ['id', 'name', 'key', 'scopes', 'tenants', 'expires', 'last used'];
      return { value, text: rows.length === 0 ? 'There are no keys.' : table(head, rows) };
    },
  );
  againstGateway(
    keys.command('revoke <id>').description('Revokes a key: it opens nothing from now on.'),
    shell,
    async (gateway, command) => {
      const [id] = command.args;
      const value = await gateway.call<ApiKey>('DELETE', `/v1/keys/${encodeURIComponent(id ?? '')}`);
      return { value, text: `Revoked ${value.name} (${value.prefix}…).` };
    },
  );
}

function endOf({ revokedAt, expiresAt }: ApiKey): string {
  if (revokedAt !== null) return `revoked ${revokedAt}`;
  if (expiresAt === null) return 'never';
  return Date.parse(expiresAt) <= Date.now() ? `expired ${expiresAt}` : expiresAt;
}

function instantFrom(text: string): string {
  const ms = parseDuration(text);
  if (ms === 0) throw new UsageError('--expires 0 would be over at once.');
  return ms === undefined ? text : new Date(Date.now() + ms).toISOString();
}
