import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import vectors from '../../../libs/domain/src/identity/v1/vectors.json' with { type: 'json' };
import { formatUuid, identify, readNotificationBody } from '@chargelog/domain';
import { makeRandomBodies } from '@test/random-bodies.js';

interface Question {
  readonly tenant: string;
  readonly body: Buffer;
}

type Answer =
  | { readonly ok: false; readonly reason: string }
  | {
      readonly ok: true;
      readonly hash: string;
      readonly occurredAt: number | null;
      readonly id: string | null;
      readonly duplicateKeys: boolean;
    };

function askGateway({ tenant, body }: Question): Answer {
  const read = readNotificationBody(body);
  if (!read.ok) return { ok: false, reason: read.reason };
  const { contentHash, occurredAt, eventId, duplicateKeys } = identify({ tenant, read, body });
  const id = eventId === undefined ? null : formatUuid(eventId);
  return { ok: true, hash: contentHash.toString('hex'), occurredAt: occurredAt ?? null, id, duplicateKeys };
}

/** Answers of the Python implementation, one process for all questions. */
function askPython(questions: readonly Question[]): Answer[] {
  const script = fileURLToPath(new URL('identity_scheme_1.py', import.meta.url));
  const lines = questions.map(({ tenant, body }) =>
    JSON.stringify({ tenant, body: body.toString('base64') }),
  );
  const run = spawnSync('python3', ['-I', script], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 50_000,
  });
  if (run.error !== undefined) {
    throw new Error(
      `python3 did not run (${run.error.message}): install Python 3.9 or newer, this test compares with it`,
    );
  }
  if (run.status !== 0) throw new Error(`identity_scheme_1.py failed:\n${run.stderr}`);
  return run.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

/** The body in the form that a failing test should show. */
function describeDifferences(questions: readonly Question[]): object[] {
  const answers = askPython(questions);
  expect(answers).toHaveLength(questions.length);
  return questions.flatMap((question, index) => {
    const gateway = askGateway(question);
    const python = answers[index]!;
    if (JSON.stringify(gateway) === JSON.stringify(python)) return [];
    return [{ body: question.body.toString('base64'), text: question.body.toString(), gateway, python }];
  });
}

describe('identity scheme 1 in Python, written from docs/identity.md', () => {
  it('reproduces every golden vector', () => {
    const questions = vectors.map(({ tenant, body }) => ({ tenant, body: Buffer.from(body, 'base64') }));
    const answers = askPython(questions);
    for (const [index, vector] of vectors.entries()) {
      expect({ name: vector.name, answer: answers[index] }).toEqual({
        name: vector.name,
        answer: vector.expected,
      });
    }
  });

  it('agrees with the gateway on 10,000 random bodies, broken ones among them', () => {
    const bodies = makeRandomBodies(20_260_314, 10_000);
    const questions = bodies.map((body, index) => ({ tenant: index % 7 === 0 ? 'zürich-⚡' : 'acme', body }));
    expect(describeDifferences(questions).slice(0, 3)).toEqual([]);

    // Agreement proves little if the bodies were all of one kind.
    const counts = new Map<string, number>();
    const count = (kind: string) => counts.set(kind, (counts.get(kind) ?? 0) + 1);
    for (const answer of questions.map(askGateway)) {
      if (!answer.ok) count(answer.reason);
      else {
        count(answer.occurredAt === null ? 'undated' : 'dated');
        if (answer.duplicateKeys) count('duplicate keys');
      }
    }
    const kinds = [
      'dated',
      'undated',
      'duplicate keys',
      'not-json',
      'not-utf8',
      'no-notification-name',
      'not-an-object',
      'too-deep',
    ];
    for (const kind of kinds) expect(counts.get(kind) ?? 0, kind).toBeGreaterThan(20);
  });

  it('agrees with the gateway at the limits of depth, keys and numbers', () => {
    const holding = (json: string) => `{"notification":"A","timestamp":"2026-03-14T09:26:53Z","x":${json}}`;
    const keys = (count: number) =>
      holding(`{${Array.from({ length: count }, (_, at) => `"k${at}":0`).join(',')}}`);
    const nested = (levels: number) => holding('['.repeat(levels) + ']'.repeat(levels));
    const texts = [
      ...[19_997, 19_998].map(keys),
      ...[63, 64].map(nested),
      ':'.repeat(20_001),
      '['.repeat(65) + ':'.repeat(20_001),
      '"'.repeat(70),
      ...[
        '1',
        '9'.repeat(5_000),
        `1e${'9'.repeat(3_000)}`,
        `0.${'0'.repeat(5_000)}1`,
        `10e-1${'0'.repeat(3_000)}`,
      ].map(holding),
    ];
    const questions = texts.map((text) => ({ tenant: 'acme', body: Buffer.from(text) }));
    expect(describeDifferences(questions)).toEqual([]);
    expect(questions.slice(0, 4).map((question) => askGateway(question).ok)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
