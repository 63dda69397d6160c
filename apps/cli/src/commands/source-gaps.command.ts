import type { Command } from 'commander';
import { UsageError } from '@chargelog/local-gateway';
import type { GatewayClient } from '@chargelog/sdk';
import { againstGateway, type GatewayFlags, type Shell } from '../gateway-command.js';
import { table } from '../output.js';

interface Gap {
  readonly gapId: string;
  readonly topic: string;
  readonly partition: number;
  readonly fromOffset: string;
  readonly toOffset: string;
  readonly reason: string;
  readonly detectedAt: string;
  readonly acknowledgement: { readonly at: string; readonly by: string; readonly reason: string } | null;
}

interface ListFlags extends GatewayFlags {
  readonly unacknowledged?: true;
}

interface AcknowledgeFlags extends GatewayFlags {
  readonly reason: string;
  readonly all?: true;
}

const ACKNOWLEDGE_HELP = `
The gap stays on record; what is acknowledged keeps no instance from being ready any more, and stands in the audit.
An acknowledgement that is there already stands.

Example:
  $ chargelog sources gaps acknowledge ampeco-kafka 3 --reason 'came by webhook as well'
`;

/** `chargelog sources gaps`: records that the broker deleted before they were read. */
export function addSourceGapsCommand(sources: Command, shell: Shell): void {
  const gaps = sources
    .command('gaps')
    .description('Records of Kafka sources that the broker deleted before they were read.');
  againstGateway(
    gaps
      .command('list <source>')
      .description('Lists the gaps of a source, newest first.')
      .option('--unacknowledged', 'only those that nobody has acknowledged'),
    shell,
    async (gateway, command) => {
      const [source = ''] = command.args;
      const flags = command.opts<ListFlags>();
      const data = await listAll(gateway, source, flags.unacknowledged === true);
      return { value: { data }, text: data.length === 0 ? `${source} has none.` : describe(data) };
    },
  );
  againstGateway(
    gaps
      .command('acknowledge <source> [gap...]')
      .summary('say that gaps are known')
      .description('Acknowledges gaps, each by its number in the list.')
      .requiredOption('--reason <text>', 'why nothing more is to be done; kept with the gap')
      .option('--all', 'every gap of the source that nobody has acknowledged')
      .addHelpText('after', ACKNOWLEDGE_HELP),
    shell,
    async (gateway, command) => {
      const [source = '', ...named] = command.args;
      const { reason, all } = command.opts<AcknowledgeFlags>();
      if ((all === true) === named.length > 0)
        throw new UsageError('Name the gaps by their numbers in the list, or give --all.');
      const ids = all === true ? (await listAll(gateway, source, true)).map(({ gapId }) => gapId) : named;
      const data: Gap[] = [];
      for (const id of ids) {
        const path = `${pathOf(source)}/${encodeURIComponent(id)}/acknowledge`;
        data.push(await gateway.call<Gap>('POST', path, { reason }));
      }
      const text =
        data.length === 0
          ? `Every gap of ${source} was acknowledged already.`
          : `${describe(data)}\nOn record for good; /health/ready follows within seconds.`;
      return { value: { data }, text };
    },
  );
}

async function listAll(gateway: GatewayClient, source: string, unacknowledged: boolean): Promise<Gap[]> {
  const gaps: Gap[] = [];
  const query = `limit=200${unacknowledged ? '&state=unacknowledged' : ''}`;
  for (let after: string | null = null; ;) {
    const page: { readonly data: readonly Gap[]; readonly next: string | null } = await gateway.call(
      'GET',
      `${pathOf(source)}?${query}${after === null ? '' : `&after=${after}`}`,
    );
    gaps.push(...page.data);
    if (page.next === null) return gaps;
    after = page.next;
  }
}

function describe(gaps: readonly Gap[]): string {
  const rows = gaps.map((gap) => [
    gap.gapId,
    `${gap.topic}/${gap.partition}`,
    gap.fromOffset,
    gap.toOffset,
    gap.reason,
    gap.detectedAt,
    gap.acknowledgement === null
      ? 'no'
      : `${gap.acknowledgement.at} by ${gap.acknowledgement.by}: ${gap.acknowledgement.reason}`,
  ]);
  return table(['gap', 'partition', 'from', 'up to', 'why', 'detected', 'acknowledged'], rows);
}

function pathOf(source: string): string {
  return `/v1/sources/${encodeURIComponent(source)}/gaps`;
}
