import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { startBroker, type TestBroker } from './support/kafka/start-broker.js';

/**
 * One Kafka broker for the run of a project. Test files are processes of their own and ask for it by HTTP; it is started at
 * the first call, so that a run without Kafka tests does not wait for it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<TestBroker> | undefined;
  const server = createServer((_request, response) => {
    starting ??= startBroker();
    starting.then(
      (broker) => response.end(JSON.stringify(broker)),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  project.provide('sharedBroker', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.close();
    const broker = await starting?.catch(() => undefined);
    await broker?.stop();
  };
}
