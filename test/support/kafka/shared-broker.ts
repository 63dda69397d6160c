import { inject } from 'vitest';
import { notOwned, type BrokerFacts, type TestBroker } from './start-broker.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** URL that answers with the run's broker, see `test/kafka.setup.ts`. */
    sharedBroker: string;
  }
}

/**
 * The one Kafka broker of this run of a project, started when the first test file asks for it (4 s and about 200 MB). Names
 * of topics and groups have to be unique, and nobody may kill or stop it: for that there is `startBroker()`.
 *
 * @throws what `startBroker()` throws.
 */
export async function sharedBroker(): Promise<TestBroker> {
  const answer = await fetch(inject('sharedBroker'), { headers: { connection: 'close' } });
  if (!answer.ok) throw new Error(await answer.text());
  return notOwned((await answer.json()) as BrokerFacts);
}
