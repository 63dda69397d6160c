import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { ExitCode } from '@chargelog/local-gateway';
import type { GatewayClient } from '@chargelog/sdk';
import { againstGateway, type GatewayFlags, type Shell } from '../gateway-command.js';
import { count, table } from '../output.js';

interface Reindex {
  readonly state: 'running' | 'completed' | 'cancelled';
  readonly dryRun: boolean;
  readonly position: string;
  readonly endPosition: string;
  readonly examined: number;
  readonly changed: number;
  readonly changes: Readonly<Record<string, number>>;
}

interface ReindexFlags extends GatewayFlags {
  readonly notification?: readonly string[];
  readonly dryRun?: true;
  readonly background?: true;
}

const ASK_EVERY_MS = 500;
/** To the beginning of the line, and erase it (ECMA-48 EL). */
const CLEAR_LINE = '\r\u001b[K';
const HELP = `
An upgrade may know more notifications than the version that stored them. This names stored events anew: types, subjects
and related ids. Ids, positions and bytes never change, and the feed does not repeat events. The gateway does the work in
the background and goes on after a restart; Ctrl-C ends only the watching.

Examples:
  $ chargelog reindex --dry-run
  $ chargelog reindex --notification installerJob.changed
`;

/** `chargelog reindex`: names stored events by the catalogue of today. */
export function addReindexCommand(program: Command, shell: Shell): void {
  againstGateway(
    program
      .command('reindex')
      .summary('name stored events by the catalogue of today')
      .description('Recomputes types, subjects and related ids of stored events after an upgrade.')
      .option('--notification <names...>', 'only these notifications (default: all)')
      .option('--dry-run', 'count what would change, and change nothing')
      .option('--background', 'start it and do not wait')
      .addHelpText('after', HELP),
    shell,
    async (gateway, command) => {
      const flags = command.opts<ReindexFlags>();
      const started = await gateway.call<Reindex>('POST', '/v1/reindex', {
        ...(flags.notification && { notifications: flags.notification }),
        ...(flags.dryRun && { dryRun: true }),
      });
      if (flags.background) return { value: started, text: 'Started; GET /v1/reindex shows how far it is.' };
      const value = await watch(gateway);
      return {
        value,
        text: describe(value),
        code: value.state === 'completed' ? ExitCode.ok : ExitCode.differs,
      };
    },
  );
}

async function watch(gateway: GatewayClient): Promise<Reindex> {
  for (;;) {
    const job = await gateway.call<Reindex>('GET', '/v1/reindex');
    if (job.state !== 'running') {
      if (process.stderr.isTTY) process.stderr.write(CLEAR_LINE);
      return job;
    }
    if (process.stderr.isTTY) process.stderr.write(`${CLEAR_LINE}${progress(job)}`);
    await sleep(ASK_EVERY_MS);
  }
}

function progress({ position, endPosition, examined, changed }: Reindex): string {
  const end = Number(endPosition);
  const share = end === 0 ? 100 : Math.floor((Number(position) / end) * 100);
  return `${share} %  ${examined} looked at, ${changed} changed`;
}

function describe(job: Reindex): string {
  const kinds = Object.entries(job.changes).map(([change, count]) => [change, String(count)]);
  const verb = job.dryRun ? 'would change' : 'changed';
  return [
    `${job.state}: ${count(job.examined, 'event')} looked at, ${job.changed} ${verb}.`,
    ...(kinds.length === 0 ? [] : [table(['change', 'events'], kinds)]),
  ].join('\n');
}
