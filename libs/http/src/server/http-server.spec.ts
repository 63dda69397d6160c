import 'reflect-metadata';
import { Controller, Get, Module, type OnApplicationShutdown } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { createLogger } from '@chargelog/telemetry';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ProblemFilter } from '../problems/problem.filter.js';
import { closeHttpServer, createHttpServer, listen, listenForIntake } from './http-server.js';

/** An application with one slow route, which says when its part closes. */
async function setUp() {
  const order: string[] = [];
  let answer: () => void = () => undefined;
  const asked: { resolve: () => void }[] = [];
  const answered = new Promise<void>((resolve) => (answer = resolve));

  @Controller('health')
  class SlowController {
    @Get('slow')
    async slow(): Promise<string> {
      asked.shift()?.resolve();
      await answered;
      order.push('answered');
      return 'done';
    }
  }

  @Module({
    controllers: [SlowController],
    providers: [{ provide: APP_FILTER, useValue: new ProblemFilter(() => undefined) }],
  })
  class PartModule implements OnApplicationShutdown {
    onApplicationShutdown(): void {
      order.push('part closed');
    }
  }

  const app = await createHttpServer(
    { module: PartModule },
    { maxBodyBytes: 1_024, logger: createLogger('silent') },
  );
  const baseUrl = await listen(app, 0, '127.0.0.1');
  const intakeUrl = await listenForIntake(app, 0, '127.0.0.1');
  onTestFinished(() => closeHttpServer(app));
  const arrival = (): Promise<void> => new Promise((resolve) => asked.push({ resolve }));
  return { app, baseUrl, intakeUrl, order, answer, arrival };
}

describe('the HTTP server', () => {
  it('answers what is under way on both listeners before any part closes', async () => {
    const { app, baseUrl, intakeUrl, order, answer, arrival } = await setUp();
    const arrivals = Promise.all([arrival(), arrival()]);
    const requests = [baseUrl, intakeUrl].map((url) => fetch(`${url}/health/slow`));
    await arrivals;
    const closed = closeHttpServer(app);
    answer();
    const answers = await Promise.all(requests);
    expect(await Promise.all(answers.map((one) => one.text()))).toEqual(['done', 'done']);
    await closed;
    expect(order).toEqual(['answered', 'answered', 'part closed']);
  });

  it('serves webhooks and health alone on the listener for intake', async () => {
    const { intakeUrl, answer } = await setUp();
    answer();
    expect((await fetch(`${intakeUrl}/health/slow`)).status).toBe(200);
    const refused = await fetch(`${intakeUrl}/v1/events`);
    expect(refused.status).toBe(404);
    expect(await refused.text()).toContain('this port takes POST /webhooks/{source} and health checks only');
  });
});
