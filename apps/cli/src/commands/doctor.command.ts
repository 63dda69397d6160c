import type { Command } from 'commander';
import { ExitCode, UsageError } from '@chargelog/local-gateway';
import { againstGateway, type GatewayFlags, type Shell } from '../gateway-command.js';
import { count } from '../output.js';
import { readBytes } from '../read-bytes.js';

interface Diagnosis {
  readonly verdict: 'verifies' | 'configurable' | 'explained' | 'unexplained';
  readonly match: { readonly source: string; readonly secret: string; readonly form: string | null } | null;
  readonly findings: readonly { readonly detail: string; readonly change?: string }[];
  readonly tried: number;
  readonly rejection: { readonly rejectionId: string; readonly receivedAt: string } | null;
}

interface DoctorFlags extends GatewayFlags {
  readonly source: string;
  readonly rejection?: string;
  readonly body?: string;
  readonly header?: readonly string[];
  readonly timestamp?: string;
}

const EXAMPLES = `
Without --body it explains the newest rejected delivery of the source, which the gateway keeps encrypted for 72 hours.

Examples:
  $ chargelog doctor signature --source ampeco
  $ chargelog doctor signature --source ampeco --body delivery.json --header "X-Signature: 5f0c…"

Exit codes: 0 it verifies, 1 it does not (the findings say why), 2 usage, 69 gateway not reached.
`;

const VERDICT: Readonly<Record<Diagnosis['verdict'], string>> = {
  verifies: 'It verifies: the source accepts it as it is.',
  configurable: 'A setting mends it. Afterwards: chargelog rejections reverify --source',
  explained: 'The cause is known, and lies outside the gateway.',
  unexplained: 'No secret reproduces the signature.',
};

/** `chargelog doctor signature`: what is wrong with a signature. */
export function addDoctorCommand(program: Command, shell: Shell): void {
  const doctor = program
    .command('doctor')
    .summary('find out what is wrong')
    .description('Finds out what is wrong.');
  againstGateway(
    doctor
      .command('signature')
      .description('Says which secret, encoding and signed string match a signature, or what is nearest.')
      .requiredOption('--source <name>', 'the webhook source it was sent to')
      .option('--rejection <id>', 'a kept rejection (default: the newest)')
      .option('--body <path>', 'or a delivery from a file, its exact bytes')
      .option('--header <lines...>', 'its headers, like "X-Signature: 5f0c…"')
      .option('--timestamp <text>', 'its X-Timestamp')
      .addHelpText('after', EXAMPLES),
    shell,
    async (gateway, command) => {
      const flags = command.opts<DoctorFlags>();
      const value = await gateway.call<Diagnosis>('POST', '/v1/doctor/signature', question(flags));
      const text = render(value, flags.source);
      return { value, text, code: value.verdict === 'verifies' ? ExitCode.ok : ExitCode.differs };
    },
  );
}

function question(flags: DoctorFlags): Record<string, unknown> {
  if (flags.body === undefined) {
    if (flags.header !== undefined || flags.timestamp !== undefined)
      throw new UsageError('--header and --timestamp describe a delivery; give its bytes with --body.');
    return { source: flags.source, ...(flags.rejection && { rejectionId: flags.rejection }) };
  }
  if (flags.rejection !== undefined) throw new UsageError('Give --rejection or --body, not both.');
  return {
    source: flags.source,
    body: readBytes(flags.body).toString('base64'),
    bodyEncoding: 'base64',
    headers: {
      ...Object.fromEntries((flags.header ?? []).map(headerOf)),
      ...(flags.timestamp !== undefined && { 'x-timestamp': flags.timestamp }),
    },
  };
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  if (colon < 1) throw new UsageError(`--header "${line}" is no header; write it like "X-Signature: 5f0c…"`);
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

function render({ verdict, match, findings, tried, rejection }: Diagnosis, source: string): string {
  const which =
    rejection === null ? 'The delivery' : `Rejection ${rejection.rejectionId} of ${rejection.receivedAt}`;
  const matched =
    match === null
      ? []
      : [
          `  matches: secret ${match.secret} of ${match.source}${match.form === null ? '' : `, form ${match.form}`}`,
        ];
  return [
    `${which} (${count(tried, 'digest')} tried)`,
    ...matched,
    ...findings.flatMap(({ detail, change }) => [
      `  - ${detail}`,
      ...(change === undefined ? [] : [`    ${change}`]),
    ]),
    ...(tried === 0 && verdict === 'unexplained'
      ? []
      : [VERDICT[verdict] + (verdict === 'configurable' ? ` ${source}` : '')]),
  ].join('\n');
}
