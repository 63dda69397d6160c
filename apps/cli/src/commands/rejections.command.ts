import type { Command } from 'commander';
import { ExitCode } from '@chargelog/local-gateway';
import type { GatewayClient } from '@chargelog/sdk';
import { againstGateway, type GatewayFlags, type Shell } from '../gateway-command.js';
import { table } from '../output.js';

interface SourceFlags extends GatewayFlags {
  readonly source?: string;
}

interface RejectionPage {
  readonly data: readonly {
    readonly rejectionId: string;
    readonly source: string;
    readonly receivedAt: string;
    readonly reason: string;
    readonly bytes: number;
  }[];
  readonly isKeeping: boolean;
  readonly counts: readonly {
    readonly source: string;
    readonly reason: string;
    readonly rejected: number;
    readonly kept: number;
  }[];
}

const TALLIES = ['examined', 'stored', 'duplicate', 'quarantined', 'stillRejected', 'unreadable'] as const;
type Tally = Record<(typeof TALLIES)[number], number>;

/** `chargelog rejections`: deliveries whose signature was not valid. */
export function addRejectionsCommand(program: Command, shell: Shell): void {
  const rejections = program
    .command('rejections')
    .summary('deliveries whose signature was not valid')
    .description('Deliveries that were answered 401. They are kept encrypted for 72 hours.');
  againstGateway(
    rejections
      .command('list')
      .description('Counts them, and lists the newest that are kept.')
      .option('--source <name>', 'of one source only'),
    shell,
    async (gateway, command) => {
      const flags = command.opts<SourceFlags>();
      const query = flags.source === undefined ? '' : `?source=${encodeURIComponent(flags.source)}`;
      const value = await gateway.call<RejectionPage>('GET', `/v1/rejections${query}`);
      return { value, text: describe(value) };
    },
  );
  againstGateway(
    rejections
      .command('reverify')
      .description(
        'Admits those that verify after a correction, with their true receipt time. Safe to repeat.',
      )
      .requiredOption('--source <name>', 'the webhook source'),
    shell,
    async (gateway, command) => {
      const flags = command.opts<SourceFlags>();
      const value = await reverifyAll(gateway, flags.source ?? '');
      const admitted = value.stored + value.duplicate + value.quarantined;
      const text =
        `Looked at ${value.examined}: admitted ${admitted} (${value.stored} stored, ${value.duplicate} duplicates, ` +
        `${value.quarantined} to quarantine), ${value.stillRejected} still rejected, ${value.unreadable} unreadable.`;
      return { value, text, code: value.stillRejected > 0 ? ExitCode.differs : ExitCode.ok };
    },
  );
}

/** One call works for some seconds and says where it got to. */
async function reverifyAll(gateway: GatewayClient, source: string): Promise<Tally> {
  const sum = Object.fromEntries(TALLIES.map((name) => [name, 0])) as Tally;
  for (let after: string | null = null; ;) {
    const result: Tally & { readonly next: string | null } = await gateway.call(
      'POST',
      '/v1/rejections/reverify',
      {
        source,
        ...(after !== null && { after }),
      },
    );
    for (const name of TALLIES) sum[name] += result[name];
    if (result.next === null) return sum;
    after = result.next;
    if (process.stderr.isTTY) process.stderr.write(`  ${sum.examined} looked at …\n`);
  }
}

/** What can still be explained and admitted: kept, not yet admitted, and younger than 72 hours. */
function keptOnes(rows: readonly (readonly string[])[], isKeeping: boolean): string {
  if (rows.length > 0) return table(['id', 'source', 'received', 'reason', 'bytes'], rows);
  return isKeeping
    ? 'None of them is waiting: they were admitted, or are older than 72 hours.'
    : 'None are kept: the gateway has no key to seal them with (CHARGELOG_SECRETS_KEY_FILE).';
}

function describe({ data, counts, isKeeping }: RejectionPage): string {
  if (counts.length === 0 && data.length === 0) return 'Nothing was rejected.';
  const sums = counts.map(({ source, reason, rejected, kept }) => [source, reason, `${rejected}`, `${kept}`]);
  const rows = data.map((one) => [one.rejectionId, one.source, one.receivedAt, one.reason, `${one.bytes}`]);
  return [table(['source', 'reason', 'rejected', 'of them kept'], sums), '', keptOnes(rows, isKeeping)].join(
    '\n',
  );
}
