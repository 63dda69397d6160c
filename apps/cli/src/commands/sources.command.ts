import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import { UsageError } from '@chargelog/local-gateway';
import { againstGateway, type GatewayFlags, type Shell } from '../gateway-command.js';
import { count, table } from '../output.js';
import { addSourceGapsCommand } from './source-gaps.command.js';

interface SourceSecret {
  readonly name: string;
  readonly fingerprint: string;
  readonly origin: string;
  readonly readable: boolean;
  readonly lastSignedAt: string | null;
}

interface Source {
  readonly name: string;
  readonly kind: string;
  readonly tenant: string;
  readonly secrets: readonly SourceSecret[];
}

interface AddFlags extends GatewayFlags {
  readonly as: string;
}

const ADD_HELP = `
The secret is the AMPECO API token that created the subscription. It is read from standard input, because a command line
can be read by every user of the machine; typed at a terminal, end with Ctrl-D.

Example:
  $ chargelog sources secrets add ampeco --as spring < token.txt
`;

/** `chargelog sources`: where notifications come from, the secrets that verify them, and what was lost on the way. */
export function addSourcesCommand(program: Command, shell: Shell): void {
  const sources = program
    .command('sources')
    .summary('sources, their secrets and gaps')
    .description('Where notifications come from.');
  againstGateway(
    sources.command('list').description('Lists sources and their secrets, by fingerprint.'),
    shell,
    async (gateway) => {
      const value = await gateway.call<{ readonly data: readonly Source[] }>('GET', '/v1/sources');
      return { value, text: value.data.map(describe).join('\n\n') };
    },
  );
  const secrets = sources.command('secrets').description('Secrets of webhook sources.');
  againstGateway(
    secrets
      .command('add <source>')
      .description('Adds a secret from standard input, beside those the source has.')
      .option('--as <name>', 'what it is called; recorded with every delivery it verifies', today())
      .addHelpText('after', ADD_HELP),
    shell,
    async (gateway, command) => {
      const flags = command.opts<AddFlags>();
      const [source] = command.args;
      // Files and `echo` end with a line break that belongs to no token.
      if (process.stdin.isTTY) process.stderr.write('The secret, then Enter and Ctrl-D: ');
      const value = (await readAll(process.stdin)).replace(/\r?\n$/, '');
      if (value === '')
        throw new UsageError('Nothing came on standard input; the secret is read from there.');
      const secret = await gateway.call<SourceSecret>('POST', `${pathOf(source)}/secrets`, {
        name: flags.as,
        value,
      });
      return {
        value: secret,
        text: `Added ${secret.name} (${secret.fingerprint}) to ${source}; in use within a few seconds.`,
      };
    },
  );
  againstGateway(
    secrets.command('retire <source> <name>').description('Retires a secret that was added; it is erased.'),
    shell,
    async (gateway, command) => {
      const [source, name] = command.args;
      await gateway.call('DELETE', `${pathOf(source)}/secrets/${encodeURIComponent(name ?? '')}`);
      return { value: { source, name, retired: true }, text: `Retired ${name} of ${source}.` };
    },
  );
  addSourceGapsCommand(sources, shell);
  againstGateway(
    program
      .command('rotate-secrets-key')
      .summary('seal stored secrets again under a new key')
      .description(
        'Seals all stored secrets again under a new key. The key file in the data directory gets one by itself; put one on ' +
          'a line before the former in a key file of your own, on every instance, first.',
      ),
    shell,
    async (gateway) => {
      const value = await gateway.call<{
        keyId: string;
        resealed: number;
        unreadable: number;
        formerKeys: number;
      }>('POST', '/v1/secrets/rotate-key');
      const former = value.formerKeys > 0 ? ' The former key may be removed from the key file now.' : '';
      const lost = value.unreadable > 0 ? ` ${value.unreadable} cannot be opened and stay as they are.` : '';
      return {
        value,
        text: `Sealed ${count(value.resealed, 'secret')} again under key ${value.keyId}.${lost}${former}`,
      };
    },
  );
}

function describe({ name, kind, tenant, secrets }: Source): string {
  const title = `${name}  (${kind}, tenant ${tenant})`;
  if (secrets.length === 0) return title;
  const rows = secrets.map((secret) => [
    `  ${secret.name}`,
    secret.fingerprint,
    secret.origin,
    secret.readable ? (secret.lastSignedAt ?? 'never') : 'cannot be opened',
  ]);
  return `${title}\n${table(['  secret', 'fingerprint', 'from', 'last signed'], rows)}`;
}

function pathOf(source: string | undefined): string {
  return `/v1/sources/${encodeURIComponent(source ?? '')}`;
}

/** `2026-11-25`: a name that says when the secret came. */
function today(): string {
  return new Date().toISOString().slice(0, 10);
}
