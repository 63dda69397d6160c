import type { NotificationSource, SourceHealth } from '@chargelog/pipeline';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { HealthController } from './health.controller.js';

const sound: SourceHealth = {
  source: 'k',
  state: 'running',
  detail: undefined,
  lastActivityAt: undefined,
  lag: 0n,
  problems: [],
  gaps: 0,
  unacknowledgedGaps: 0,
};
const problem = (n: number) =>
  ({ kind: 'no-leader', detail: `t/${n} has no leader`, whatToDo: 'x' }) as const;

async function readiness(health: SourceHealth) {
  let status = 200;
  const reply = { status: (code: number) => (status = code) } as unknown as FastifyReply;
  const source = { health: () => health } as NotificationSource;
  const controller = new HealthController({ trouble: () => Promise.resolve(undefined) }, [source]);
  const body = await controller.ready({ raw: { socket: {} } } as unknown as FastifyRequest, reply);
  return { status, body };
}

describe('the readiness of a Kafka source', () => {
  it('is there when all is read', async () => {
    const { status, body } = await readiness(sound);
    expect([status, body.status]).toEqual([200, 'ready']);
    expect(body.kafka).toEqual([
      { source: 'k', ok: true, state: 'running', lag: '0', gaps: 0, unacknowledgedGaps: 0 },
    ]);
  });

  it('is not while something is not read, also when the source runs; at most 20 are listed', async () => {
    const problems = Array.from({ length: 1_000 }, (_, n) => problem(n));
    const { status, body } = await readiness({ ...sound, problems });
    expect([status, body.status, body.kafka[0]?.ok]).toEqual([503, 'not ready', false]);
    expect(body.kafka[0]?.problems).toEqual(problems.slice(0, 20));
  });
});
