import { Option, type Command } from 'commander';
import { ExitCode } from '@chargelog/local-gateway';
import { againstGateway, type GatewayFlags, type Shell } from '../gateway-command.js';
import { table } from '../output.js';
import { readBytes } from '../read-bytes.js';

interface Entry {
  readonly quarantineId: string;
  readonly state: string;
  readonly reason: string;
  readonly detail: string;
  readonly source: string;
  readonly receivedAt: string;
  readonly bytes: number;
}

interface ShownEntry extends Entry {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bodyEncoding: string;
}

type Release =
  | { readonly outcome: 'stored' | 'duplicate'; readonly eventId: string }
  | { readonly outcome: 'quarantined'; readonly reason: string; readonly detail: string };

interface ListFlags extends GatewayFlags {
  readonly source?: string;
  readonly state: string;
}

const LONGEST_LIST = 200;

/** `chargelog quarantine`: the inbox of authenticated deliveries that could not become events. */
export function addQuarantineCommand(program: Command, shell: Shell): void {
  const quarantine = program
    .command('quarantine')
    .summary('deliveries that could not become events')
    .description('Authenticated deliveries that could not become events. They wait until somebody decides.');
  againstGateway(
    quarantine
      .command('list')
      .description(`Lists the newest, at most ${LONGEST_LIST}.`)
      .option('--source <name>', 'of one source only')
      .addOption(
        new Option('--state <state>', 'what has become of them')
          .choices(['held', 'released', 'discarded'])
          .default('held'),
      ),
    shell,
    async (gateway, command) => {
      const { source, state } = command.opts<ListFlags>();
      const query = new URLSearchParams({ state, limit: `${LONGEST_LIST}`, ...(source && { source }) });
      const value = await gateway.call<{ readonly data: readonly Entry[]; readonly next: string | null }>(
        'GET',
        `/v1/quarantine?${query.toString()}`,
      );
      const more = value.next === null ? '' : '\nThere may be more; GET /v1/quarantine pages through all.';
      return { value, text: `${describe(value.data, state)}${more}` };
    },
  );
  againstGateway(
    quarantine.command('show <id>').description('Shows one with its headers and its body.'),
    shell,
    async (gateway, command) => {
      const value = await gateway.call<ShownEntry>('GET', pathOf(command));
      const headers = Object.entries(value.headers).map(([name, text]) => `${name}: ${text}`);
      const written = value.bodyEncoding === 'text' ? '' : ` in ${value.bodyEncoding}`;
      const title = `${value.state}, ${value.reason}: ${value.detail}\n${value.source}, ${value.receivedAt}`;
      return {
        value,
        text: [title, '', ...headers, '', `${value.bytes} bytes${written}:`, printable(value.body)].join(
          '\n',
        ),
      };
    },
  );
  againstGateway(
    quarantine
      .command('release <id>')
      .description(
        'Tries again to make an event of it: after an upgrade, with another format of its source, or with a corrected body. ' +
          'What arrived is kept. Safe to repeat.',
      )
      .option('--body <path>', 'a corrected notification in place of what arrived, its exact bytes')
      .option('--reason <text>', 'what was corrected, and why; kept in the audit'),
    shell,
    async (gateway, command) => {
      const { body, reason } = command.opts<{ readonly body?: string; readonly reason?: string }>();
      const value = await gateway.call<Release>('POST', `${pathOf(command)}/release`, {
        ...(body !== undefined && { body: readBytes(body).toString('base64'), bodyEncoding: 'base64' }),
        ...(reason !== undefined && { reason }),
      });
      if (value.outcome === 'quarantined') {
        const text = `It stays in quarantine: ${value.reason}. ${value.detail}`;
        return { value, text, code: ExitCode.differs };
      }
      return { value, text: `Released: ${value.outcome}, event ${value.eventId}.` };
    },
  );
  againstGateway(
    quarantine
      .command('discard <id>')
      .description(
        'Decides that it will never be an event. Its bytes stay; the decision cannot be taken back.',
      )
      .requiredOption('--reason <text>', 'why nobody needs it; kept with it and in the audit'),
    shell,
    async (gateway, command) => {
      const { reason } = command.opts<{ readonly reason: string }>();
      const value = await gateway.call<Entry>('POST', `${pathOf(command)}/discard`, { reason });
      return { value, text: `Discarded ${value.quarantineId}.` };
    },
  );
}

/** What would steer a terminal is shown, not sent to it; `--json` has it as it is. */
function printable(text: string): string {
  return text.replace(
    /[^\P{Cc}\n\t]/gu,
    (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

function pathOf({ args: [id] }: Command): string {
  return `/v1/quarantine/${encodeURIComponent(id ?? '')}`;
}

function describe(entries: readonly Entry[], state: string): string {
  if (entries.length === 0)
    return state === 'held' ? 'Nothing waits in quarantine.' : `Nothing was ${state}.`;
  const rows = entries.map((one) => [
    one.quarantineId,
    one.source,
    one.receivedAt,
    one.reason,
    `${one.bytes}`,
    one.detail,
  ]);
  return table(['id', 'source', 'received', 'reason', 'bytes', 'detail'], rows);
}
